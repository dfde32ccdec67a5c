//! "Tell CAP this is wrong": asking, and deciding field by field.

use crate::{
    record_page::address,
    world::{Client, Page, World},
};
use cap::schema::{correction, learner, notification};
use diesel::prelude::*;

/// Asks for corrections of the learner's details as this person; the answer.
async fn ask(client: &mut Client, path: &str, about: &str, fields: &[(&str, &str)]) -> Page {
    let new = format!("{path}/corrections/new");
    let page = client.get(&format!("{new}?about={about}")).await;
    let form = fields.iter().fold(page.form(&new), |form, (name, value)| form.with(name, value));
    client.submit(form).await
}

/// What stands in Ana's first name, and her date of birth.
async fn ana(world: &World) -> (String, String) {
    let key = world.cast.ana.learner;
    world
        .look(move |r| {
            let of = learner::table.filter(learner::id.eq(key));
            let (name, born): (String, chrono::NaiveDate) =
                of.select((learner::first_name, learner::born_on)).first(r.db())?;
            Ok((name, born.to_string()))
        })
        .await
}

/// The address of the request about this field.
async fn request(world: &World, field: &'static str) -> String {
    let one = correction::table.filter(correction::field.eq(field)).select(correction::public_id);
    let id: String = world.look(move |r| Ok(one.first(r.db())?)).await;
    format!("/clm/corrections/{id}")
}

#[tokio::test]
async fn corrections_are_decided_field_by_field_and_the_asker_is_told() {
    let world = World::new().await;
    let path = address(&world, world.cast.ana.record).await;
    let mut school = world.sign_in("attendance.northgate").await;
    school.get(&path).await.sees(200, "Tell CAP this is wrong");
    let fields = [
        ("wanted-first_name", "Anna"),
        ("wanted-date_of_birth", "2011-01-11"),
        ("reason", "As on the birth certificate"),
    ];
    assert_eq!(ask(&mut school, &path, "learner", &fields).await.status, 303);
    school
        .get(&path)
        .await
        .sees(200, "First name, asked by Jordan Pike, Northgate School")
        .sees(200, "waits for CAP");
    assert_eq!(ana(&world).await.0, "Ana", "nothing changes by asking");
    world.sign_in("tutor.riverside").await.get(&path).await.hides("waits for CAP");

    let mut staff = world.sign_in("cap.staff").await;
    let list = staff.get("/clm/corrections").await;
    list.sees(200, "2 corrections wait").sees(200, "Ana Adeyo");
    let (name, born) = (
        request(&world, "learner.first_name").await,
        request(&world, "learner.date_of_birth").await,
    );
    let page = staff.get(&name).await;
    page.sees(200, "As on the birth certificate").sees(200, "Should stand there Anna");
    staff.submit(page.form(&name)).await.sees(422, "Choose whether you accept or refuse it");
    let page = staff.get(&name).await;
    let form = page.form(&name).with("decision", "accept");
    staff.sent(form.clone()).await.sees(200, "The correction is accepted");
    assert_eq!(ana(&world).await, ("Anna".into(), "2011-01-10".into()), "one field, and no other");
    assert_eq!(staff.submit(form).await.status, 303, "the same form again gets its first answer");
    assert_eq!(world.audited("correction.decided").await, 1);
    let second = staff.post(&name, &page, &[("decision", "refuse"), ("answer", "No")]).await;
    assert_eq!(second.status, 409, "it is decided already");

    let page = staff.get(&born).await;
    let refused = staff.submit(page.form(&born).with("decision", "refuse")).await;
    refused.sees(422, "Say why, so that they need not ask again");
    let page = staff.get(&born).await;
    let form = page.form(&born).with("decision", "refuse").with("answer", "The UPN says otherwise");
    staff.sent(form).await.sees(200, "The correction is refused");
    assert_eq!(ana(&world).await.1, "2011-01-10");
    school
        .get(&path)
        .await
        .sees(200, "✓ accepted")
        .sees(200, "✗ refused")
        .sees(200, "“The UPN says otherwise”");
    let told: Vec<String> = world
        .look(|r| {
            let student = notification::table.filter(notification::kind.eq("student"));
            Ok(student.select(notification::body).load(r.db())?)
        })
        .await;
    assert!(
        told.iter().any(|body| body == "CAP accepted a correction that you asked for: First name"),
        "{told:?}"
    );
    assert!(told.iter().all(|body| !body.contains("Ana") && !body.contains("Adeyo")), "{told:?}");
}

#[tokio::test]
async fn wrong_repeated_and_empty_requests_are_refused_at_their_fields() {
    let world = World::new().await;
    let path = address(&world, world.cast.ana.record).await;
    let mut school = world.sign_in("dsl.northgate").await;
    for (fields, sentence) in [
        (&[("reason", "x")][..], "Fill in what should stand in at least one of the fields"),
        (&[("wanted-surname", "Adeyo"), ("reason", "x")][..], "This is what stands there already"),
        (&[("wanted-upn", "A1"), ("reason", "x")][..], "UPN"),
        (&[("wanted-date_of_birth", "31/02/2011"), ("reason", "x")][..], "Enter a real date"),
        (&[("wanted-surname", "Adeyos")][..], "Say how you know"),
    ] {
        let answer = ask(&mut school, &path, "learner", fields).await;
        answer.sees(422, sentence);
        let form = answer.form(&format!("{path}/corrections/new"));
        for (name, value) in fields {
            assert_eq!(form.value(name), Some(*value), "what was typed stands there still");
        }
    }
    let good = [("wanted-surname", "Adeyos"), ("reason", "x")];
    assert_eq!(ask(&mut school, &path, "learner", &good).await.status, 303);
    ask(&mut school, &path, "learner", &good).await.sees(422, "has asked for this already");
    let count: i64 = world.look(|r| Ok(correction::table.count().get_result(r.db())?)).await;
    assert_eq!(count, 1);
}

#[tokio::test]
async fn a_field_that_changed_since_is_not_overwritten() {
    let world = World::new().await;
    let path = address(&world, world.cast.ana.record).await;
    let mut tutor = world.sign_in("tutor.riverside").await;
    ask(&mut tutor, &path, "learner", &[("wanted-first_name", "Anna"), ("reason", "x")]).await;
    let key = world.cast.ana.learner;
    world
        .arrange(move |w| {
            diesel::update(learner::table.filter(learner::id.eq(key)))
                .set(learner::first_name.eq("Anya"))
                .execute(w.db())?;
            Ok(())
        })
        .await;
    let one = request(&world, "learner.first_name").await;
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get(&one).await;
    staff
        .submit(page.form(&one).with("decision", "accept"))
        .await
        .sees(409, "it says Anya now");
    assert_eq!(ana(&world).await.0, "Anya");
    staff.get("/clm/corrections").await.sees(200, "1 correction waits");
}

#[tokio::test]
async fn what_is_not_ours_to_change_leads_to_its_page() {
    let world = World::new().await;
    let path = address(&world, world.cast.ana.record).await;
    let mut tutor = world.sign_in("manager.riverside").await;
    let fields = [("wanted-telephone", "01632 960999"), ("reason", "New number")];
    assert_eq!(ask(&mut tutor, &path, "school", &fields).await.status, 303);
    let one = request(&world, "school.telephone").await;
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get(&one).await;
    page.sees(200, "Accepting does not change this field by itself");
    let answer = staff.submit(page.form(&one).with("decision", "accept")).await;
    let school = world.organisation_id(world.cast.northgate).await;
    assert_eq!(answer.header("location"), Some(format!("/admin/organisations/{school}")));
}

#[tokio::test]
async fn only_schools_and_providers_ask_and_only_cap_staff_of_the_partnership_decide() {
    let world = World::new().await;
    let path = address(&world, world.cast.ana.record).await;
    let new = format!("{path}/corrections/new");
    for (who, status) in [
        ("tutor.riverside", 200),
        ("dsl.northgate", 200),
        ("cap.staff", 403),
        ("admin", 403),
        ("tutor.harbour", 404),
        ("attendance.elm", 404),
    ] {
        let page = world.sign_in(who).await.get(&new).await;
        assert_eq!(page.status, status, "{who}");
        if status != 200 {
            page.hides("Adeyo");
        }
    }
    let mut tutor = world.sign_in("tutor.riverside").await;
    ask(&mut tutor, &path, "learner", &[("wanted-first_name", "Anna"), ("reason", "x")]).await;
    let one = request(&world, "learner.first_name").await;
    tutor.get(&one).await.sees(403, "");
    let mut other = world.sign_in("staff.otherside").await;
    other.get(&one).await.sees(404, "").hides("Anna");
    other.get("/clm/corrections").await.sees(200, "0 corrections wait").hides("Adeyo");
}
