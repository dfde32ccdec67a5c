//! Manage Assessment: made with its first row, more rows later, changed, removed; the service's levels.

use crate::{progress_reports::path_of, world::World};
use cap::schema::{assessment, assessment_row};
use diesel::prelude::*;

async fn rows(world: &World) -> Vec<(String, Option<platform::Instant>)> {
    world
        .look(|r| {
            Ok(assessment_row::table
                .order(assessment_row::taken_on)
                .select((assessment_row::comments, assessment_row::ended_at))
                .load(r.db())?)
        })
        .await
}

#[tokio::test]
async fn an_assessment_is_entered_and_gets_rows_later() {
    let world = World::new().await;
    let list = format!("{}/assessments", path_of(&world, world.cast.ana.record).await);
    let new = format!("{list}/new");
    let mut tutor = world.sign_in("tutor.riverside").await;
    let page = tutor.get(&list).await;
    page.sees(200, "Manage Assessment").sees(200, "No assessment yet");
    assert_eq!(page.link("New"), new);
    let form = tutor
        .get(&new)
        .await
        .form(&new)
        .with("description", "Mathematics")
        .with("taken_on", "2026-09-10")
        .with("level", "")
        .with("comments", "Adds well, no fractions yet");
    tutor
        .sent(form.clone())
        .await
        .sees(200, "The assessment is saved")
        .sees(200, "Mathematics")
        .sees(200, "10 Sep 2026");
    tutor.submit(form).await;
    let count: i64 = world.look(|r| Ok(assessment::table.count().get_result(r.db())?)).await;
    assert_eq!(count, 1, "sent twice, done once");
    let one = tutor.get(&list).await.link("Change or add a row");
    let page = tutor.get(&one).await;
    let form = page
        .form(&one)
        .with("taken_on", "2026-11-20")
        .with("level", page.option("level", "Entry 3"))
        .with("comments", "Fractions understood");
    let page = tutor.sent(form).await;
    page.sees(200, "The assessment is changed")
        .sees(200, "20 Nov 2026 Entry 3 Fractions understood");
    let html = page.html();
    assert!(html.find("20 Nov 2026") < html.find("10 Sep 2026"), "the latest first");

    // The first row is corrected, the second one taken away: it stays in the database.
    let page = tutor.get(&one).await;
    let [second, first]: [String; 2] = ids(&page.html()).try_into().expect("two rows");
    let form = page
        .form(&one)
        .with(&format!("comments-{first}"), "Adds and takes away")
        .with(&format!("removed-{second}"), "yes");
    tutor.sent(form).await.sees(200, "Adds and takes away").hides("Fractions understood");
    let rows = rows(&world).await;
    assert_eq!(rows.len(), 2);
    assert!(rows[0].1.is_none() && rows[1].1.is_some(), "{rows:?}");
    assert_eq!(world.audited("assessment.made").await, 1);
    assert_eq!(world.audited("assessment.changed").await, 2);
    let mut school = world.sign_in("attendance.northgate").await;
    school.get(&list).await.sees(200, "Adds and takes away").hides("Change").hides(&new);
}

/// The ids of the rows on a page, as they stand.
fn ids(html: &str) -> Vec<String> {
    html.split("name=\"taken_on-")
        .skip(1)
        .filter_map(|part| part.split('"').next())
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn wrong_fields_are_named_and_kept() {
    let world = World::new().await;
    let list = format!("{}/assessments", path_of(&world, world.cast.ana.record).await);
    let new = format!("{list}/new");
    let mut tutor = world.sign_in("tutor.riverside").await;
    for (field, typed, message) in [
        ("description", "", "Enter what was assessed"),
        ("taken_on", "2026-11-25", "This date lies in the future"),
        ("taken_on", "", "Enter the date of the assessment"),
        ("taken_on", "31/11/2026", "Enter a real date"),
        ("level", "Level 9", "Choose one of the levels, or none"),
    ] {
        let form = tutor.get(&new).await.form(&new).with("description", "Reading").with("comments", "Fluent");
        let refused = tutor.submit(form.with(field, typed)).await;
        refused.sees(422, message);
        let form = refused.form(&new);
        assert_eq!(form.value("comments"), Some("Fluent"));
        if field != "level" {
            assert_eq!(form.value(field), Some(typed));
        }
    }
    assert!(rows(&world).await.is_empty());
}

#[tokio::test]
async fn levels_are_the_service_s_to_edit_and_old_ones_stay_with_their_rows() {
    let world = World::new().await;
    let list = format!("{}/assessments", path_of(&world, world.cast.ana.record).await);
    let new = format!("{list}/new");
    let mut tutor = world.sign_in("tutor.riverside").await;
    let form = tutor.get(&new).await.form(&new);
    tutor.sent(form.with("description", "Reading").with("level", "Entry 3")).await;
    let mut admin = world.sign_in("admin").await;
    let settings = admin.get("/admin/settings").await;
    let form = settings.form("/admin/settings");
    admin
        .submit(form.clone().with("assessment_levels", " , "))
        .await
        .sees(422, "Enter at least one");
    let form = admin.get("/admin/settings").await.form("/admin/settings");
    assert_eq!(admin.submit(form.with("assessment_levels", "Bronze, Silver")).await.status, 303);
    let one = tutor.get(&list).await.link("Change or add a row");
    let page = tutor.get(&one).await;
    let id = ids(&page.html()).remove(0);
    assert_eq!(page.form(&one).value(&format!("level-{id}")), Some("Entry 3"));
    let form = page
        .form(&one)
        .with("taken_on", "2026-11-24")
        .with("level", page.option("level", "Silver"));
    tutor.sent(form).await.sees(200, "Entry 3").sees(200, "Silver");
    let page = tutor.get(&one).await;
    let form = page.form(&one).with("taken_on", "2026-11-24").with("level", "Entry 3");
    tutor.submit(form).await.sees(422, "Choose one of the levels, or none");
}

#[tokio::test]
async fn two_who_change_one_assessment_lose_nothing_and_scope_holds() {
    let world = World::new().await;
    let list = format!("{}/assessments", path_of(&world, world.cast.ana.record).await);
    let new = format!("{list}/new");
    let mut tutor = world.sign_in("tutor.riverside").await;
    let form = tutor.get(&new).await.form(&new);
    tutor.sent(form.with("description", "Reading").with("taken_on", "2026-11-02")).await;
    let one = tutor.get(&list).await.link("Change or add a row");
    let mut manager = world.sign_in("manager.riverside").await;
    let (mine, theirs) = (tutor.get(&one).await, manager.get(&one).await);
    let more = mine.form(&one).with("taken_on", "2026-11-20").with("comments", "A book a week");
    tutor.sent(more).await.sees(200, "A book a week");
    let clash = manager.submit(theirs.form(&one).with("description", "Reading aloud")).await;
    clash
        .sees(409, "Somebody else changed this")
        .sees(409, "Reading Reading aloud")
        .sees(409, "A book a week nothing");
    manager.sent(clash.form(&one)).await.sees(200, "Reading aloud").sees(200, "A book a week");
    for (who, reads, writes) in [
        ("attendance.northgate", 200, 403),
        ("cap.staff", 200, 403),
        ("admin", 403, 403),
        ("attendance.elm", 404, 403),
        ("tutor.harbour", 404, 404),
        ("staff.otherside", 404, 403),
    ] {
        let mut client = world.sign_in(who).await;
        for (path, status) in [(&list, reads), (&new, writes), (&one, writes)] {
            let page = client.get(path).await;
            assert_eq!(page.status, status, "{who} {path}");
            if status != 200 {
                page.hides("Adeyo").hides("Reading");
            }
        }
    }
    let page = tutor.get(&one).await;
    let removal = page.form(&format!("{one}/removal"));
    tutor
        .sent(removal)
        .await
        .sees(200, "The assessment is removed")
        .sees(200, "No assessment yet");
    assert_eq!(tutor.get(&one).await.status, 404);
    assert_eq!(rows(&world).await.len(), 2, "it is kept in the database");
}
