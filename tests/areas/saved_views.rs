//! Saved views of the list of training records: kept, opened, renamed, removed, and nobody else's.

use crate::{
    training_record_files::table,
    training_records::{LIST, differ, rows},
    world::World,
};
use cap::schema::{person, saved_view};
use chrono::TimeDelta;
use diesel::prelude::*;
use platform::schema::stored_search;

#[tokio::test]
async fn saved_views_are_their_owners_alone() {
    let world = World::new().await;
    differ(&world).await;
    let mut school = world.sign_in("attendance.northgate").await;
    let page = school.get(&format!("{LIST}?gender=F&status=all")).await;
    let searched = school.sent(page.form("/clm/training-records/searches").with("surname", "conn")).await;
    assert_eq!(rows(&searched), "Cr Ch");
    let form = searched.form("/clm/saved-views");
    school.submit(form.clone()).await.sees(422, "Give the view a name").sees(422, "Conneely");
    let form = school.get(&searched.path).await.form("/clm/saved-views").with("view_name", "Our girls");
    let saved = school.submit(form.clone()).await;
    // The same form again is done once.
    assert_eq!(school.submit(form).await.header("location"), saved.header("location"));
    assert_eq!(world.audited("view.saved").await, 1);
    let address = saved.header("location").expect("a redirect");
    let page = school.follow(saved).await;
    page.sees(200, "The view is saved")
        .sees(200, "Gender: Female")
        .sees(200, "Surname begins with conn");
    assert_eq!(rows(&page), "Cr Ch");
    // It stands longer than a search, its links too, and it can be exported.
    world.wait(TimeDelta::hours(10));
    let mut school = world.sign_in("attendance.northgate").await;
    world
        .arrange(|w| {
            diesel::delete(stored_search::table).execute(w.db())?;
            Ok(())
        })
        .await;
    let page = school.get(&address).await;
    assert_eq!(rows(&page), "Cr Ch");
    assert_eq!(rows(&school.get(&page.link("Remove filter Gender")).await), "Cr Ch");
    assert_eq!(table(&school.get(&page.link("Export to Excel")).await).1.len(), 2);
    // Two of one name are refused, with the name still there.
    let form = page.form("/clm/saved-views").with("view_name", "our GIRLS");
    let refused = school.submit(form).await;
    refused.sees(422, "You have a view of this name already").sees(422, "Conneely");
    assert_eq!(refused.form("/clm/saved-views").value("view_name"), Some("our GIRLS"));

    // Nobody else finds it: not a colleague, not the service.
    let id = address.rsplit('=').next().unwrap_or_default().to_owned();
    for username in ["dsl.northgate", "cap.staff", "tutor.riverside"] {
        let mut other = world.sign_in(username).await;
        other.get(&address).await.sees(404, "").hides("Our girls");
        other.get("/clm/saved-views").await.sees(200, "No saved views yet").hides("Our girls");
        let signs = other.get("/account").await;
        for path in [
            format!("/clm/saved-views/{id}"),
            format!("/clm/saved-views/{id}/removal"),
        ] {
            assert_eq!(other.post(&path, &signs, &[("view_name", "Mine")]).await.status, 404, "{username}");
        }
        let search = other.get(&format!("{LIST}?search={id}")).await;
        search.sees(422, "no longer kept").hides("conn");
    }

    // Nor does anybody of the same part: the view is another person's now, and then theirs again.
    for (owner, status) in [("dsl.northgate", 404), ("attendance.northgate", 200)] {
        world
            .arrange(move |w| {
                let whose = person::table.filter(person::username.eq(owner)).select(person::id);
                let key: i64 = whose.first(w.db())?;
                diesel::update(saved_view::table).set(saved_view::person_id.eq(key)).execute(w.db())?;
                Ok(())
            })
            .await;
        assert_eq!(school.get(&address).await.status, status, "{owner}");
    }

    // Rename and remove.
    let rename = format!("/clm/saved-views/{id}");
    let page = school.get("/clm/saved-views").await;
    school
        .submit(page.form(&rename).with("view_name", " "))
        .await
        .sees(422, "Give the view a name");
    let page = school.get("/clm/saved-views").await;
    school
        .sent(page.form(&rename).with("view_name", "Girls"))
        .await
        .sees(200, "The view has its new name");
    let page = school.get("/clm/saved-views").await;
    school
        .sent(page.form(&format!("{rename}/removal")))
        .await
        .sees(200, "The view is removed");
    school.get(&address).await.sees(404, "");
    let left = world.look(|r| Ok(saved_view::table.count().get_result::<i64>(r.db())?)).await;
    assert_eq!(
        (left, world.audited("view.renamed").await, world.audited("view.removed").await),
        (0, 1, 1)
    );
}
