//! Placing a learner on a cohort, ending and reopening a placement, changing its tutor group.

use crate::world::{World, day, time};
use cap::{
    attendance::LessonKey,
    learners::{GroupKey, RecordKey, cohort::make_group},
    schema::{entry, learner, lesson, notification, training_record, tutor_group},
};
use chrono::NaiveDate;
use diesel::prelude::*;

async fn learner_id(world: &World) -> String {
    let key = world.cast.ana.learner;
    world
        .look(move |r| {
            Ok(learner::table.filter(learner::id.eq(key)).select(learner::public_id).first(r.db())?)
        })
        .await
}

async fn record_id(world: &World, key: RecordKey) -> String {
    world
        .look(move |r| {
            let one = training_record::table.filter(training_record::id.eq(key));
            Ok(one.select(training_record::public_id).first(r.db())?)
        })
        .await
}

async fn group_id(world: &World, key: GroupKey) -> String {
    world
        .look(move |r| {
            let one = tutor_group::table.filter(tutor_group::id.eq(key));
            Ok(one.select(tutor_group::public_id).first(r.db())?)
        })
        .await
}

/// The days of the lessons at which a record's learner is expected.
async fn days_of(world: &World, key: RecordKey) -> Vec<NaiveDate> {
    world
        .look(move |r| {
            let of = entry::table.filter(entry::record_id.eq(key)).order(entry::starts_at);
            Ok(of.select(entry::held_on).load(r.db())?)
        })
        .await
}

async fn mark(world: &World, lesson: LessonKey, record: RecordKey) {
    world
        .arrange(move |w| {
            let now = w.now();
            diesel::update(entry::table.find((lesson.0, record.0)))
                .set((entry::status.eq(1_i16), entry::marked_at.eq(now)))
                .execute(w.db())?;
            diesel::update(lesson::table.filter(lesson::id.eq(lesson)))
                .set(lesson::first_mark_at.eq(now))
                .execute(w.db())?;
            Ok(())
        })
        .await;
}

#[tokio::test]
async fn a_placed_learner_is_on_the_register_and_both_sides_are_told() {
    let world = World::new().await;
    let harbour = world.cast.harbour;
    world.lesson(harbour, day(2026, 12, 1), time(9, 15), time(12, 0)).await;
    let path = format!("/clm/learners/{}/placing/new", learner_id(&world).await);
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get(&path).await;
    page.sees(200, "Ana Adeyo")
        .sees(200, "Harbour Farm: Animal care, group A")
        .hides("Summit Studio");
    assert!(!page.html().contains("<title>Ana"), "no child's name in the title");
    let form = page
        .form(&path)
        .with("group", group_id(&world, harbour.group).await)
        .with("starts_on", "2026-11-30")
        .with("base_code", "K");
    let answer = staff.submit(form.clone()).await;
    assert_eq!(answer.status, 303);
    let repeated = staff.submit(form).await;
    assert_eq!(repeated.header("location"), answer.header("location"), "sent twice, done once");
    let ana = world.cast.ana.learner;
    let made: Vec<(RecordKey, String, NaiveDate)> = world
        .look(move |r| {
            Ok(training_record::table
                .filter(training_record::learner_id.eq(ana))
                .filter(training_record::cohort_id.eq(harbour.cohort))
                .select((training_record::id, training_record::base_code, training_record::ends_on))
                .load(r.db())?)
        })
        .await;
    let [(record, base, ends_on)] = &made[..] else {
        panic!("one record: {made:?}")
    };
    assert_eq!((base.as_str(), *ends_on), ("K", day(2027, 7, 21)));
    assert_eq!(days_of(&world, *record).await, [day(2026, 12, 1)]);
    let told: Vec<(i64, String)> = world
        .look(|r| {
            Ok(notification::table
                .filter(notification::kind.eq("training"))
                .select((notification::organisation_id, notification::body))
                .load(r.db())?)
        })
        .await;
    for organisation in [world.cast.northgate, world.cast.harbour.provider] {
        assert!(told.iter().any(|(of, _)| *of == organisation.0), "{told:?}");
    }
    assert!(told.iter().all(|(_, body)| body.contains("Tuesday 1 December 2026, 09:15")
        && !body.contains("Ana")
        && !body.contains("Adeyo")));
}

#[tokio::test]
async fn wrong_placings_are_refused_at_their_fields() {
    let world = World::new().await;
    let path = format!("/clm/learners/{}/placing/new", learner_id(&world).await);
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get(&path).await;
    let good = page
        .form(&path)
        .with("group", group_id(&world, world.cast.harbour.group).await)
        .with("starts_on", "2026-11-30");
    let riverside = group_id(&world, world.cast.riverside.group).await;
    let summit = group_id(&world, world.cast.summit.group).await;
    for (field, value, sentence) in [
        ("group", "", "Choose a cohort and group"),
        ("group", riverside.as_str(), "The learner is on this cohort already"),
        ("group", summit.as_str(), "Choose a cohort and group of the list"),
        ("starts_on", "", "Enter the first day"),
        ("starts_on", "2026-08-01", "Enter a day while the cohort runs: 1 Sep 2026 to 21 Jul 2027"),
        ("ends_on", "2028-01-01", "Enter a day while the cohort runs"),
        ("ends_on", "2026-11-29", "Enter a last day that is not before the first day"),
        ("base_code", "X", "Enter B"),
    ] {
        let key = page.signs(&path).value("form_key").unwrap_or_default().to_owned();
        let answer = staff.submit(good.clone().with(field, value).with("form_key", key)).await;
        answer.sees(422, sentence);
        if field == "ends_on" {
            assert_eq!(answer.form(&path).value("ends_on"), Some(value));
        }
    }
    let records: i64 = world.look(|r| Ok(training_record::table.count().get_result(r.db())?)).await;
    assert_eq!(records, 5, "nothing was made beside the cast's");
}

#[tokio::test]
async fn an_ended_placement_leaves_later_registers_except_where_there_are_marks() {
    let world = World::new().await;
    let (riverside, ana) = (world.cast.riverside, world.cast.ana.record);
    let early = world.lesson(riverside, day(2026, 11, 23), time(9, 15), time(12, 0)).await;
    world.lesson(riverside, day(2026, 11, 25), time(9, 15), time(12, 0)).await;
    mark(&world, early, ana).await;
    let path = format!("/clm/training-records/{}/ending", record_id(&world, ana).await);
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get(&path).await;
    page.sees(200, "Motor mechanics").sees(200, "Riverside Motors");
    staff
        .submit(page.form(&path))
        .await
        .sees(422, "Choose how it ends")
        .sees(422, "Enter the last day");
    let page = staff.get(&path).await;
    let form = page.form(&path).with("status", "withdrawn");
    staff
        .submit(form.clone().with("last_day", "2028-01-01"))
        .await
        .sees(422, "Enter a day of the placement");
    let page = staff.get(&path).await;
    let form = page.form(&path).with("status", "withdrawn").with("last_day", "2026-11-22");
    assert_eq!(staff.submit(form).await.status, 303);
    staff
        .get("/clm")
        .await
        .sees(200, "Later lessons that have marks stay on the record: 23 Nov 2026");
    assert_eq!(days_of(&world, ana).await, [day(2026, 11, 23)]);
    let state: (String, Option<NaiveDate>) = world
        .look(move |r| {
            let one = training_record::table.filter(training_record::id.eq(ana));
            Ok(one.select((training_record::status, training_record::closed_on)).first(r.db())?)
        })
        .await;
    assert_eq!(state, ("withdrawn".to_owned(), Some(day(2026, 11, 22))));

    let page = staff.get(&path).await;
    page.sees(200, "Withdrawn on 22 Nov 2026");
    let reopening = path.replace("ending", "reopening");
    let early = page.form(&reopening).with("back_on", "2026-11-22");
    staff.submit(early).await.sees(422, "Enter a day after the last day");
    let page = staff.get(&path).await;
    assert_eq!(staff.submit(page.form(&reopening).with("back_on", "2026-11-24")).await.status, 303);
    let days = [23, 24, 25].map(|d| day(2026, 11, d));
    assert_eq!(days_of(&world, ana).await, days);
}

#[tokio::test]
async fn a_record_that_somebody_changed_meanwhile_is_not_ended_twice() {
    let world = World::new().await;
    let path = format!("/clm/training-records/{}/ending", record_id(&world, world.cast.ana.record).await);
    let mut staff = world.sign_in("cap.staff").await;
    let (one, two) = (staff.get(&path).await, staff.get(&path).await);
    let ending = |page: &crate::world::Page, status: &str| {
        page.form(&path).with("status", status).with("last_day", "2026-11-24")
    };
    assert_eq!(staff.submit(ending(&one, "completed")).await.status, 303);
    assert_eq!(staff.submit(ending(&two, "withdrawn")).await.status, 409);
}

#[tokio::test]
async fn a_learner_who_changes_groups_changes_registers_from_the_next_lesson_on() {
    let world = World::new().await;
    let (riverside, ana) = (world.cast.riverside, world.cast.ana.record);
    world.lesson(riverside, day(2026, 11, 26), time(9, 15), time(12, 0)).await;
    let other = world.arrange(move |w| make_group(w, riverside.cohort, "B")).await;
    let in_b = cap::demo::cast::Running { group: other, ..riverside };
    world.lesson(in_b, day(2026, 11, 27), time(9, 15), time(12, 0)).await;
    let path = format!("/clm/training-records/{}/group", record_id(&world, ana).await);
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get(&path).await;
    let same = page.form(&path).with("group", group_id(&world, riverside.group).await);
    staff.submit(same).await.sees(422, "The learner is in this group already");
    let page = staff.get(&path).await;
    let form = page.form(&path).with("group", group_id(&world, other).await);
    assert_eq!(staff.submit(form).await.status, 303);
    assert_eq!(
        days_of(&world, ana).await,
        [day(2026, 11, 24), day(2026, 11, 27)],
        "the lesson that has begun stays, the later one of the old group goes"
    );
}

#[tokio::test]
async fn only_the_service_places_and_only_its_own() {
    let world = World::new().await;
    let record = record_id(&world, world.cast.ana.record).await;
    let paths = [
        format!("/clm/learners/{}/placing/new", learner_id(&world).await),
        format!("/clm/training-records/{record}/ending"),
        format!("/clm/training-records/{record}/group"),
    ];
    for (who, status) in [
        ("cap.staff", 200),
        ("manager.riverside", 403),
        ("attendance.northgate", 403),
        ("admin", 403),
        ("staff.otherside", 404),
    ] {
        let mut client = world.sign_in(who).await;
        for path in &paths {
            let page = client.get(path).await;
            assert_eq!(page.status, status, "{who} {path}");
            if status != 200 {
                page.hides("Adeyo");
            }
        }
    }
}
