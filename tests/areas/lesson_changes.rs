//! Single changes to lessons: moved, cancelled, restored, added.

use super::timetable::{add_thursdays, entries_on, fresh, lesson_on, term_of_service};
use crate::world::{World, day};
use cap::{
    attendance::lessons,
    schema::{entry, lesson, notification},
};
use diesel::prelude::*;

#[tokio::test]
async fn a_lesson_is_moved_and_those_concerned_are_told_without_a_learners_name() {
    let world = World::new().await;
    term_of_service(&world, day(2026, 11, 2), day(2026, 12, 18)).await;
    let cohort = world.cohort_id("Motor mechanics").await;
    add_thursdays(&mut world.sign_in("cap.staff").await, &cohort, "2026-11-24").await;
    let mut manager = world.sign_in("manager.riverside").await;
    let page = manager.get(&format!("/clm/cohorts/{cohort}/lessons")).await;
    page.sees(200, "26 Nov 2026, 09:15–12:00").sees(200, "24 Nov 2026, 09:15–12:00");
    let change = format!("/clm/lessons/{}/change", lesson_on(&world, day(2026, 11, 26)).await);
    let page = manager.get(&change).await;
    for (field, value, sentence) in [
        ("held_on", "2026-11-23", "have not passed"),
        ("held_on", "2028-11-23", "Enter a day while the cohort runs"),
        ("held_on", "2026-12-03", "The group has another lesson on that day, 09:15–12:00"),
        ("ends", "08:00", "later than the start"),
    ] {
        let form = page.form(&change).with(field, value).with("form_key", fresh(&page, &change));
        manager.submit(form).await.sees(422, sentence);
    }
    let form = page.form(&change).with("held_on", "2026-11-27").with("location", "Town hall");
    let answer = manager.submit(form).await;
    manager
        .follow(answer)
        .await
        .sees(200, "27 Nov 2026, 09:15–12:00")
        .sees(200, "planned for 26 Nov 2026");
    assert_eq!(entries_on(&world, day(2026, 11, 27)).await, 2);
    let told: Vec<(i64, String)> = world
        .look(|r| {
            Ok(notification::table
                .filter(notification::kind.eq("lesson"))
                .select((notification::organisation_id, notification::body))
                .load(r.db())?)
        })
        .await;
    let organisations: std::collections::BTreeSet<i64> = told.iter().map(|(of, _)| *of).collect();
    let expected = [world.cast.riverside.provider.0, world.cast.northgate.0];
    assert_eq!(organisations, expected.into_iter().collect());
    assert!(told.iter().all(|(_, body)| body.contains("Town hall") && !body.contains("Ana")));

    let cohort = world.cast.riverside.cohort;
    let outcome = world.arrange(move |w| lessons::bring_up_to_date(w, cohort)).await;
    assert_eq!(outcome, lessons::Outcome::default(), "the timetable leaves a moved lesson alone");
}

#[tokio::test]
async fn a_lesson_is_cancelled_with_a_reason_and_restored() {
    let world = World::new().await;
    term_of_service(&world, day(2026, 11, 2), day(2026, 12, 18)).await;
    let cohort = world.cohort_id("Motor mechanics").await;
    add_thursdays(&mut world.sign_in("cap.staff").await, &cohort, "2026-11-24").await;
    let mut manager = world.sign_in("manager.riverside").await;
    let id = lesson_on(&world, day(2026, 11, 26)).await;
    let (change, cancel) = (format!("/clm/lessons/{id}/change"), format!("/clm/lessons/{id}/cancellation"));
    let page = manager.get(&change).await;
    manager.submit(page.form(&cancel)).await.sees(422, "Enter why it is cancelled");
    let page = manager.get(&change).await;
    let answer = manager.submit(page.form(&cancel).with("reason", "Flood")).await;
    manager
        .follow(answer)
        .await
        .sees(200, "The lesson is cancelled")
        .sees(200, "Cancelled Flood");
    assert_eq!(entries_on(&world, day(2026, 11, 26)).await, 0);
    let page = manager.get(&change).await;
    let answer = manager.submit(page.form(&format!("/clm/lessons/{id}/restoration"))).await;
    manager.follow(answer).await.sees(200, "The lesson is restored");
    assert_eq!(entries_on(&world, day(2026, 11, 26)).await, 2);
}

#[tokio::test]
async fn a_lesson_with_marks_is_not_cancelled() {
    let world = World::new().await;
    let key = world.at_riverside;
    let id = world.lesson_id(key).await;
    let mut manager = world.sign_in("manager.riverside").await;
    let page = manager.get(&format!("/clm/lessons/{id}/change")).await;
    let cancel = format!("/clm/lessons/{id}/cancellation");
    let form = page.form(&cancel).with("reason", "Flood");
    world
        .arrange(move |w| {
            let now = w.now();
            diesel::update(lesson::table.filter(lesson::id.eq(key)))
                .set(lesson::first_mark_at.eq(now))
                .execute(w.db())?;
            Ok(())
        })
        .await;
    let answer = manager.submit(form).await;
    answer.sees(422, "This lesson can't be cancelled: its register has marks");
    assert_eq!(answer.form(&cancel).value("reason"), Some("Flood"));
}

#[tokio::test]
async fn a_single_lesson_is_added_with_its_register() {
    let world = World::new().await;
    let cohort = world.cohort_id("Motor mechanics").await;
    let mut manager = world.sign_in("manager.riverside").await;
    let new = format!("/clm/cohorts/{cohort}/lessons/new");
    let page = manager.get(&new).await;
    let form = page
        .form(&new)
        .with("held_on", "2026-11-28")
        .with("starts", "10:00")
        .with("ends", "11:30");
    let answer = manager.submit(form).await;
    manager
        .follow(answer)
        .await
        .sees(200, "The lesson is added")
        .sees(200, "28 Nov 2026, 10:00–11:30");
    let expected: i64 = world
        .look(|r| Ok(entry::table.filter(entry::held_on.eq(day(2026, 11, 28))).count().get_result(r.db())?))
        .await;
    assert_eq!(expected, 2);
}

#[tokio::test]
async fn who_changes_a_lesson() {
    let world = World::new().await;
    let change = format!("/clm/lessons/{}/change", world.lesson_id(world.at_riverside).await);
    let elsewhere = format!("/clm/lessons/{}/change", world.lesson_id(world.at_harbour).await);
    for (who, own, other) in [
        ("cap.staff", 200, 200),
        ("manager.riverside", 200, 404),
        ("tutor.riverside", 403, 403),
        ("attendance.northgate", 403, 403),
        ("staff.otherside", 404, 404),
    ] {
        let mut client = world.sign_in(who).await;
        assert_eq!(client.get(&change).await.status, own, "{who}");
        assert_eq!(client.get(&elsewhere).await.status, other, "{who}");
    }
}
