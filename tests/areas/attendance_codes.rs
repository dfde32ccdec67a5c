//! The dated table of attendance codes, kept by an administrator.

use crate::{
    taking::{mark, row},
    world::World,
};

const CODES: &str = "/admin/attendance-codes";

#[tokio::test]
async fn an_administrator_sees_each_code_with_its_dates_and_its_certainty() {
    let world = World::new().await;
    let mut admin = world.sign_in("admin").await;
    admin
        .get(CODES)
        .await
        .sees(200, "Leave: temporary part-time timetable")
        .sees(200, "19 Aug 2024")
        .sees(200, "To be confirmed")
        .sees(200, "Approved educational activity");
    for username in ["cap.staff", "attendance.northgate", "tutor.riverside"] {
        let mut client = world.sign_in(username).await;
        assert_eq!(client.get(CODES).await.status, 403, "{username}");
    }
}

#[tokio::test]
async fn a_code_that_ends_can_not_be_chosen_for_later_lessons_and_a_new_one_can() {
    let world = World::new().await;
    let mut admin = world.sign_in("admin").await;
    let illness = admin.get(CODES).await.link("I Illness");
    let page = admin.get(&illness).await;
    let answer = admin.submit(page.form(&illness).with("to", "2026-11-23")).await;
    admin.follow(answer).await.sees(200, "Code I is changed");
    let page = admin.get(CODES).await;
    let fields = page
        .form(CODES)
        .with("code", "i2")
        .with("name", "Illness with a note")
        .with("from", "2026-11-24");
    let answer = admin.submit(fields).await;
    admin.follow(answer).await.sees(200, "Code I2 is added");
    let (ana, cara) = (world.cast.ana.record, world.cast.cara_at_riverside.record);
    let mut tutor = world.sign_in("tutor.riverside").await;
    mark(&world, &mut tutor, world.at_riverside, &[(ana, "present"), (cara, "unexplained")]).await;
    let mut school = world.sign_in("attendance.northgate").await;
    let tick = row(&world, world.at_riverside, cara).await;
    for (code, status, text) in [
        ("I", 422, "I was not in use on 24 Nov 2026"),
        ("I2", 200, "1 absence decided"),
    ] {
        let page = school.get("/clm/absences").await;
        let form = page.form("/clm/absences/decisions").and("entry", &tick);
        let answer = school.submit(form.with("decision", "authorised").with("code", code)).await;
        school.follow(answer).await.sees(status, text);
    }
}

#[tokio::test]
async fn a_code_has_one_meaning_at_a_time_and_wrong_fields_are_named() {
    let world = World::new().await;
    let mut admin = world.sign_in("admin").await;
    for (fields, sentence) in [
        (
            vec![("code", "M"), ("name", "Moving")],
            "On some of these days M means something else already",
        ),
        (vec![("code", ""), ("name", "Moving")], "Enter the code"),
        (vec![("code", "LONG"), ("name", "Moving")], "use 3 characters or fewer"),
        (vec![("code", "A B"), ("name", "Moving")], "without spaces"),
        (vec![("code", "Q9"), ("name", "")], "Enter what the code says"),
        (
            vec![("code", "Q9"), ("name", "Moving"), ("category", "x")],
            "Choose what the code counts as",
        ),
        (vec![("code", "Q9"), ("name", "Moving"), ("certainty", "")], "Choose how sure this is"),
        (
            vec![
                ("code", "Q9"),
                ("name", "Moving"),
                ("from", "2026-11-24"),
                ("to", "2026-11-23"),
            ],
            "not before the first day",
        ),
    ] {
        let page = admin.get(CODES).await;
        let mut form = page.form(CODES).with("source", "Guidance of 2026");
        for (name, value) in fields {
            form = form.with(name, value);
        }
        let answer = admin.submit(form).await;
        answer.sees(422, sentence);
        assert_eq!(answer.form(CODES).value("source"), Some("Guidance of 2026"));
    }
}

#[tokio::test]
async fn two_administrators_do_not_overwrite_each_other() {
    let world = World::new().await;
    let mut admin = world.sign_in("admin").await;
    let address = admin.get(CODES).await.link("V Educational");
    let (first, second) = (admin.get(&address).await, admin.get(&address).await);
    admin.submit(first.form(&address).with("name", "Visit")).await;
    let stale = admin.submit(second.form(&address).with("name", "Trip")).await;
    stale.sees(409, "Somebody changed this code");
    admin.get(CODES).await.sees(200, "Visit").hides("Trip");
}
