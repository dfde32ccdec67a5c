//! Absences known beforehand: entered once, read by the tutor, proposed when deciding.

use crate::{
    taking::{mark, row, stands},
    world::{Client, Page, World},
};
use cap::{
    attendance::status::Status,
    learners::LearnerKey,
    schema::{learner, planned_absence},
};
use chrono::TimeDelta;
use diesel::prelude::*;

const LIST: &str = "/clm/planned-absences";
const NEW: &str = "/clm/planned-absences/new";

async fn learner_id(world: &World, key: LearnerKey) -> String {
    let one = learner::table.filter(learner::id.eq(key)).select(learner::public_id);
    world.look(move |r| Ok(one.first(r.db())?)).await
}

async fn plan(world: &World, client: &mut Client, fields: &[(&str, &str)]) -> Page {
    let page = client.get(NEW).await;
    let mut form = page
        .form(LIST)
        .with("learner", learner_id(world, world.cast.cara_at_riverside.learner).await)
        .with("from", "2026-11-24")
        .with("code", "M")
        .with("reason", "Braces");
    for (name, value) in fields {
        form = form.with(name, value);
    }
    client.submit(form).await
}

#[tokio::test]
async fn a_planned_absence_is_seen_by_the_tutor_and_its_code_is_proposed() {
    let world = World::new().await;
    let mut school = world.sign_in("attendance.northgate").await;
    school.get(LIST).await.sees(200, "No planned absence here");
    let answer = plan(&world, &mut school, &[]).await;
    school
        .follow(answer)
        .await
        .sees(200, "The absence is entered")
        .sees(200, "Conneely, Cara")
        .sees(200, "Braces");
    let register = format!("/clm/registers/{}", world.lesson_id(world.at_riverside).await);
    let mut tutor = world.sign_in("tutor.riverside").await;
    let page = tutor.get(&format!("{register}/edit")).await;
    page.sees(200, "Known: medical or dental appointment (M)").hides("Braces");
    let (ana, cara) = (world.cast.ana.record, world.cast.cara_at_riverside.record);
    let marks = [(ana, "unexplained"), (cara, "unexplained")];
    mark(&world, &mut tutor, world.at_riverside, &marks).await.sees(200, "complete");
    let page = school.get("/clm/absences").await;
    page.sees(200, "Known: medical or dental appointment (M)");
    let (of_ana, of_cara) =
        (row(&world, world.at_riverside, ana).await, row(&world, world.at_riverside, cara).await);
    let decide = |page: &Page| page.form("/clm/absences/decisions").with("decision", "authorised");
    let both = decide(&page).and("entry", &of_ana).and("entry", &of_cara);
    school.submit(both).await.sees(422, "Choose the DfE code");
    let page = school.get("/clm/absences").await;
    let answer = school.submit(decide(&page).and("entry", &of_cara)).await;
    school.follow(answer).await.sees(200, "1 absence decided");
    let (status, code, _) = stands(&world, world.at_riverside, cara).await;
    assert_eq!((status, code.as_deref()), (Some(Status::Authorised), Some("M")));
}

#[tokio::test]
async fn an_afternoon_is_not_known_in_the_morning() {
    let world = World::new().await;
    let mut school = world.sign_in("attendance.northgate").await;
    plan(&world, &mut school, &[("part", "pm")]).await;
    let register = format!("/clm/registers/{}", world.lesson_id(world.at_riverside).await);
    let mut tutor = world.sign_in("tutor.riverside").await;
    tutor.get(&format!("{register}/edit")).await.sees(200, "Conneely").hides("Known:");
}

#[tokio::test]
async fn each_wrong_field_is_named_and_what_was_typed_stays() {
    let world = World::new().await;
    let mut school = world.sign_in("attendance.northgate").await;
    for (field, value, sentence) in [
        ("learner", "", "Choose the learner"),
        ("learner", "somebody", "Choose the learner"),
        ("from", "", "Enter the first day"),
        ("from", "31/02/2026", "Enter a real date"),
        ("from", "2026-10-01", "not more than 31 days ago"),
        ("to", "2026-11-23", "not before the first day"),
        ("to", "2028-01-01", "within a year"),
        ("part", "night", "Choose the part of the day"),
        ("code", "", "Choose the DfE code"),
        ("code", "O", "Choose a code for an authorised absence"),
        ("code", "H", "in use on all of these days"),
    ] {
        let answer = plan(&world, &mut school, &[(field, value)]).await;
        answer.sees(422, sentence);
        let kept = answer.form(LIST);
        assert_eq!(kept.value("reason"), Some("Braces"), "{field}");
    }
    assert_eq!(plan(&world, &mut school, &[("part", "am")]).await.status, 303);
    plan(&world, &mut school, &[])
        .await
        .sees(422, "has a planned absence on one of these days already");
    assert_eq!(plan(&world, &mut school, &[("part", "pm")]).await.status, 303, "the other half is free");
    let count: i64 = world.look(|r| Ok(planned_absence::table.count().get_result(r.db())?)).await;
    assert_eq!(count, 2);
}

#[tokio::test]
async fn a_school_plans_for_its_own_and_sees_its_own() {
    let world = World::new().await;
    let mut school = world.sign_in("attendance.northgate").await;
    let page = school.get(NEW).await;
    page.sees(200, "Adeyo, Ana").hides("Brackley").hides("Drumgold");
    let ben = learner_id(&world, world.cast.ben.learner).await;
    let answer = plan(&world, &mut school, &[("learner", &ben)]).await;
    assert_eq!(answer.status, 404);
    answer.hides("Brackley");
    plan(&world, &mut school, &[]).await;
    let mut elm = world.sign_in("attendance.elm").await;
    elm.get(LIST).await.sees(200, "No planned absence here").hides("Conneely");
    let id: String = world
        .look(|r| Ok(planned_absence::table.select(planned_absence::public_id).first(r.db())?))
        .await;
    let page = elm.get("/account").await;
    let withdraw = format!("{LIST}/{id}/withdrawing");
    assert_eq!(elm.post(&withdraw, &page, &[]).await.status, 404);
    for username in ["tutor.riverside", "manager.riverside", "admin"] {
        let mut client = world.sign_in(username).await;
        for path in [LIST, NEW] {
            assert_eq!(client.get(path).await.status, 403, "{username}");
        }
    }
    let mut other = world.sign_in("staff.otherside").await;
    other.get(LIST).await.sees(200, "No planned absence here").hides("Conneely");
    let mut staff = world.sign_in("cap.staff").await;
    staff.get(LIST).await.sees(200, "Conneely, Cara").sees(200, "Northgate School");
    staff.get(NEW).await.sees(200, "Brackley, Ben").hides("Drumgold");
}

#[tokio::test]
async fn learners_are_found_by_surname_without_a_name_in_the_address() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get(NEW).await;
    let answer = staff.submit(page.form("/clm/planned-absences/searching").with("surname", "brack")).await;
    let to = answer.header("location").expect("the result's address");
    assert!(!to.contains("brack"), "{to}");
    staff.get(&to).await.sees(200, "Brackley, Ben").hides("Conneely");
}

#[tokio::test]
async fn what_is_withdrawn_or_over_leaves_the_list_of_what_is_coming() {
    let world = World::new().await;
    let mut school = world.sign_in("attendance.northgate").await;
    plan(&world, &mut school, &[("from", "2026-11-25"), ("to", "2026-11-26")]).await;
    let page = school.get(LIST).await;
    page.sees(200, "25 Nov 2026 to 26 Nov 2026");
    let id: String = world
        .look(|r| Ok(planned_absence::table.select(planned_absence::public_id).first(r.db())?))
        .await;
    let withdraw = format!("{LIST}/{id}/withdrawing");
    world.wait(TimeDelta::days(3));
    let mut school = world.sign_in("attendance.northgate").await;
    school.get(LIST).await.sees(200, "No planned absence here");
    let page = school.get(&format!("{LIST}?show=past")).await;
    page.sees(200, "Conneely, Cara");
    let answer = school.submit(page.form(&withdraw)).await;
    school.follow(answer).await.sees(200, "The planned absence is withdrawn");
    school.get(&format!("{LIST}?show=withdrawn")).await.sees(200, "Conneely, Cara");
    let page = school.get(&format!("{LIST}?show=past")).await;
    page.hides("Conneely");
    let answer = school.post(&withdraw, &page, &[]).await;
    school.follow(answer).await.sees(200, "It was withdrawn already");
}
