//! Suspending and resuming, and transfers from a day: which register entries follow.

use crate::{
    record_page::address,
    world::{World, day, time},
};
use cap::{
    attendance::{LessonKey, expected},
    learners::{GroupKey, RecordKey, cohort},
    schema::{entry, lesson, training_record, tutor_group},
};
use chrono::NaiveDate;
use diesel::prelude::*;

async fn days_of(world: &World, key: RecordKey) -> Vec<NaiveDate> {
    world
        .look(move |r| {
            let of = entry::table.filter(entry::record_id.eq(key)).order(entry::starts_at);
            Ok(of.select(entry::held_on).load(r.db())?)
        })
        .await
}

async fn group_id(world: &World, key: GroupKey) -> String {
    let one = tutor_group::table.filter(tutor_group::id.eq(key)).select(tutor_group::public_id);
    world.look(move |r| Ok(one.first(r.db())?)).await
}

async fn mark(world: &World, lesson: LessonKey, record: RecordKey) {
    world
        .arrange(move |w| {
            diesel::update(entry::table.find((lesson.0, record.0)))
                .set(entry::status.eq(1_i16))
                .execute(w.db())?;
            Ok(())
        })
        .await;
}

#[tokio::test]
async fn a_suspended_learner_is_on_no_register_and_comes_back_without_the_days_between() {
    let world = World::new().await;
    let (riverside, ana) = (world.cast.riverside, world.cast.ana.record);
    for date in [25, 26, 27, 30] {
        world.lesson(riverside, day(2026, 11, date), time(9, 15), time(12, 0)).await;
    }
    let path = address(&world, ana).await;
    let (ending, reopening) = (format!("{path}/ending"), format!("{path}/reopening"));
    let mut staff = world.sign_in("cap.staff").await;
    staff.get(&path).await.sees(200, "End this placement");
    let form = staff
        .get(&ending)
        .await
        .form(&ending)
        .with("status", "suspended")
        .with("last_day", "2026-11-25");
    assert_eq!(staff.submit(form).await.status, 303);
    let before = [day(2026, 11, 24), day(2026, 11, 25)];
    assert_eq!(days_of(&world, ana).await, before);
    world.lesson(riverside, day(2026, 12, 1), time(9, 15), time(12, 0)).await;
    assert_eq!(days_of(&world, ana).await, before, "none of a new lesson either");
    staff.get(&path).await.sees(200, "Resume this placement");
    let page = staff.get(&ending).await;
    page.sees(200, "Suspended on 25 Nov 2026");
    for (back_on, sentence) in [
        ("", "Enter the day from which the learner is back"),
        ("2026-11-25", "Enter a day after the last day"),
        ("2028-01-01", "Enter a day before the training ends"),
    ] {
        let form = staff.get(&ending).await.form(&reopening).with("back_on", back_on);
        staff.submit(form).await.sees(422, sentence);
    }
    let form = staff.get(&ending).await.form(&reopening).with("back_on", "2026-11-30");
    assert_eq!(staff.submit(form.clone()).await.status, 303);
    assert_eq!(staff.submit(form).await.status, 303, "sent twice, done once");
    let after = [before[0], before[1], day(2026, 11, 30), day(2026, 12, 1)];
    assert_eq!(days_of(&world, ana).await, after);
    // A lesson of the days between that is made or moved later does not bring them in.
    let late = world.lesson(riverside, day(2026, 11, 27), time(13, 0), time(15, 0)).await;
    world.arrange(move |w| expected::again(w, late)).await;
    assert_eq!(days_of(&world, ana).await, after);
}

#[tokio::test]
async fn a_transfer_to_another_cohort_ends_one_record_and_starts_the_other_as_it_was_shown() {
    let world = World::new().await;
    let (riverside, harbour, ana) = (world.cast.riverside, world.cast.harbour, world.cast.ana);
    let marked = world.lesson(riverside, day(2026, 11, 27), time(9, 15), time(12, 0)).await;
    world.lesson(riverside, day(2026, 11, 30), time(9, 15), time(12, 0)).await;
    world.lesson(harbour, day(2026, 12, 1), time(9, 15), time(12, 0)).await;
    mark(&world, marked, ana.record).await;
    let path = address(&world, ana.record).await;
    let transfer = format!("{path}/transfer");
    let mut staff = world.sign_in("cap.staff").await;
    let group = group_id(&world, harbour.group).await;
    let asked = |from: &str, status: &str| format!("{transfer}?group={group}&from_on={from}&status={status}");
    staff
        .get(&asked("2026-11-26", ""))
        .await
        .sees(200, "Choose how the present training record ends");
    staff
        .get(&asked("2026-09-01", "completed"))
        .await
        .sees(200, "Enter a day on which both cohorts run");
    let page = staff.get(&asked("2026-11-26", "completed")).await;
    page.sees(
        200,
        "The learner leaves these registers Monday 30 November 2026, 09:15, Motor mechanics, group A",
    )
    .sees(200, "because they have a mark there Friday 27 November 2026, 09:15")
    .sees(200, "They come onto these registers Tuesday 1 December 2026, 09:15, Animal care, group A");
    assert_eq!(days_of(&world, ana.record).await.len(), 3, "looking changes nothing");
    // The registers change before it is confirmed: it is shown anew, and nothing is done.
    world.lesson(harbour, day(2026, 12, 2), time(9, 15), time(12, 0)).await;
    let clash = staff.submit(page.form(&transfer)).await;
    clash.sees(409, "The registers have changed").sees(409, "Wednesday 2 December 2026");
    let form = clash.form(&transfer);
    let answer = staff.submit(form.clone()).await;
    assert_eq!(answer.status, 303);
    assert_eq!(staff.submit(form).await.header("location"), answer.header("location"), "done once");
    assert_eq!(
        days_of(&world, ana.record).await,
        [day(2026, 11, 24), day(2026, 11, 27)],
        "the mark stays"
    );
    let records: Vec<(RecordKey, String, Option<NaiveDate>, NaiveDate)> = world
        .look(move |r| {
            Ok(training_record::table
                .filter(training_record::learner_id.eq(ana.learner))
                .order(training_record::id)
                .select((
                    training_record::id,
                    training_record::status,
                    training_record::closed_on,
                    training_record::starts_on,
                ))
                .load(r.db())?)
        })
        .await;
    let [old, new] = &records[..] else {
        panic!("two records: {records:?}")
    };
    assert_eq!((old.1.as_str(), old.2), ("completed", Some(day(2026, 11, 25))));
    assert_eq!((new.1.as_str(), new.3), ("active", day(2026, 11, 26)));
    assert_eq!(days_of(&world, new.0).await, [day(2026, 12, 1), day(2026, 12, 2)]);
    assert_eq!(staff.get(&transfer).await.status, 409, "a closed record is not transferred");
}

#[tokio::test]
async fn a_transfer_within_the_cohort_keeps_the_record() {
    let world = World::new().await;
    let (riverside, ana) = (world.cast.riverside, world.cast.ana.record);
    let other = world.arrange(move |w| cohort::make_group(w, riverside.cohort, "B")).await;
    let theirs = cap::demo::cast::Running { group: other, ..riverside };
    world.lesson(theirs, day(2026, 11, 23), time(9, 15), time(12, 0)).await;
    world.lesson(theirs, day(2026, 12, 1), time(9, 15), time(12, 0)).await;
    let path = address(&world, ana).await;
    let (transfer, group) = (format!("{path}/transfer"), group_id(&world, other).await);
    let mut staff = world.sign_in("cap.staff").await;
    staff
        .get(&format!("{transfer}?group={group}&from_on=2026-12-01"))
        .await
        .sees(200, "Within a cohort, enter a day of the placement up to today");
    let page = staff.get(&format!("{transfer}?group={group}&from_on=2026-11-24")).await;
    page.sees(200, "The training record stays as it is, in another group");
    staff
        .sent(page.form(&transfer))
        .await
        .sees(200, "The learner is transferred")
        .sees(200, "group B");
    assert_eq!(days_of(&world, ana).await, [day(2026, 12, 1)]);
}

#[tokio::test]
async fn only_cap_staff_of_the_partnership_transfer() {
    let world = World::new().await;
    let path = format!("{}/transfer", address(&world, world.cast.ana.record).await);
    for (who, status) in [
        ("tutor.riverside", 403),
        ("attendance.northgate", 403),
        ("staff.otherside", 404),
    ] {
        let page = world.sign_in(who).await.get(&path).await;
        assert_eq!(page.status, status, "{who}");
        page.hides("Adeyo");
    }
    let before: i64 = world.look(|r| Ok(lesson::table.count().get_result(r.db())?)).await;
    assert_eq!(before, 3, "nothing was made");
}
