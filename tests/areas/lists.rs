//! The lists of registers and of their entries: what they find, and for whom.

use crate::world::{World, day, time};
use cap::{
    attendance::{LessonKey, status::Status},
    learners::RecordKey,
    schema::{entry, lesson},
};
use chrono::TimeDelta;
use diesel::prelude::*;
use platform::schema::audit;

async fn mark(world: &World, at: LessonKey, record: RecordKey, status: Status) {
    world
        .arrange(move |w| {
            diesel::update(entry::table.filter(entry::lesson_id.eq(at)).filter(entry::record_id.eq(record)))
                .set(entry::status.eq(status.code()))
                .execute(w.db())?;
            Ok(())
        })
        .await;
}

async fn complete(world: &World, at: LessonKey, minutes: i64) {
    world
        .arrange(move |w| {
            let starts_at: platform::Instant =
                lesson::table.filter(lesson::id.eq(at)).select(lesson::starts_at).first(w.db())?;
            diesel::update(lesson::table.filter(lesson::id.eq(at)))
                .set(lesson::completed_at.eq(starts_at + TimeDelta::minutes(minutes)))
                .execute(w.db())?;
            Ok(())
        })
        .await;
}

/// The figures of the only row of a list: the cells that are numbers.
fn figures(text: &str, after: &str) -> Vec<u32> {
    let rest = text.split_once(after).map_or("", |(_, rest)| rest);
    rest.split_whitespace()
        .filter(|word| !word.starts_with('(') && *word != "%)")
        .map_while(|word| word.parse().ok())
        .collect()
}

#[tokio::test]
async fn registers_are_todays_and_the_overdue_ones() {
    let world = World::new().await;
    let riverside = world.cast.riverside;
    world.lesson(riverside, day(2026, 11, 20), time(13, 30), time(15, 0)).await;
    let done = world.lesson(riverside, day(2026, 11, 19), time(10, 0), time(11, 0)).await;
    complete(&world, done, 80).await;
    world.lesson(riverside, day(2026, 11, 9), time(13, 0), time(15, 0)).await;
    world.lesson(riverside, day(2026, 11, 26), time(13, 0), time(15, 0)).await;
    let mut tutor = world.sign_in("tutor.riverside").await;
    let page = tutor.get("/clm/registers").await;
    page.sees(200, "24 Nov 2026, 09:15–12:00 ◐ In progress")
        .sees(200, "20 Nov 2026, 13:30–15:00 ! Overdue")
        .sees(200, "1 to 2 of 2")
        .sees(200, "Motor mechanics")
        .hides("19 Nov 2026")
        .hides("9 Nov 2026")
        .hides("26 Nov 2026");
    let text = page.text();
    assert!(text.find("24 Nov 2026, 09:15") < text.find("20 Nov 2026, 13:30"), "today first: {text}");
    let register = page.link("24 Nov 2026, 09:15");
    tutor.get(&register).await.sees(200, "Adeyo, Ana");
    let completed = tutor.get("/clm/registers?from=2026-11-19&to=2026-11-20&show=completed").await;
    completed
        .sees(200, "✓ Completed")
        .sees(200, "1 h 20 min")
        .sees(200, "19 Nov 2026 to 20 Nov 2026")
        .sees(200, "Show: completed")
        .hides("13:30");
    let without_show = completed.link("Remove filter Show");
    assert_eq!(without_show, "/clm/registers?from=2026-11-19&to=2026-11-20");
    tutor.get(&without_show).await.sees(200, "13:30").sees(200, "1 to 2 of 2");
    let coming = tutor.get("/clm/registers?from=2026-11-26").await;
    coming.sees(200, "○ Future").hides("24 Nov 2026, 09");
    tutor.get("/clm/registers?show=overdue").await.sees(200, "13:30").hides("In progress");
}

#[tokio::test]
async fn lesson_ids_cohorts_and_pages_narrow_the_list() {
    let world = World::new().await;
    let (riverside, harbour) = (world.cast.riverside, world.cast.harbour);
    let old = world.lesson(riverside, day(2026, 9, 10), time(9, 0), time(10, 0)).await;
    let number: i64 = world
        .look(move |r| Ok(lesson::table.filter(lesson::id.eq(old)).select(lesson::number).first(r.db())?))
        .await;
    for hour in 9..20 {
        world.lesson(harbour, day(2026, 10, 6), time(hour, 0), time(hour, 30)).await;
    }
    let mut staff = world.sign_in("cap.staff").await;
    staff
        .get(&format!("/clm/registers?lessons=%20{number},999999"))
        .await
        .sees(200, "10 Sep 2026, 09:00")
        .sees(200, "1 to 1 of 1");
    let harbours = world.cohort_id("Animal care").await;
    let page = staff
        .get(&format!("/clm/registers?from=2026-09-01&to=2026-11-24&cohort={harbours}&per_page=10"))
        .await;
    page.sees(200, "1 to 10 of 12")
        .sees(200, "Course cohort: Animal care")
        .sees(200, "10 a page")
        .hides("10 Sep 2026");
    let next = staff.get(&page.link("Next")).await;
    next.sees(200, "11 to 12 of 12");
    let by_cohort = staff.get("/clm/registers?from=2026-09-01&to=2026-11-24&sort=cohort&per_page=50").await;
    let text = by_cohort.text();
    assert!(
        text.find("6 Oct 2026, 09:00") < text.find("10 Sep 2026, 09:00"),
        "Animal care first: {text}"
    );
    staff.get("/clm/registers?age_group=KS4").await.sees(200, "1 to 2 of 2");
}

#[tokio::test]
async fn a_wrong_filter_is_said_at_its_field_and_kept() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    let summit = world.cohort_id("Music production").await;
    for (query, sentence) in [
        ("from=31/02/2026".to_owned(), "Enter a real date"),
        ("from=2026-11-24&to=2026-11-23".to_owned(), "last day that is not before"),
        ("from=2001-01-01&to=2026-11-23".to_owned(), "shorter span of days"),
        (format!("cohort={summit}"), "Choose a course cohort from the list"),
        ("group=x".to_owned(), "Choose a group from the list"),
        ("age_group=KS9".to_owned(), "Choose an age group from the list"),
        ("show=some".to_owned(), "Choose all, overdue or completed"),
        ("lessons=seven".to_owned(), "Enter up to 100 lesson IDs"),
        ("per_page=7".to_owned(), "Choose 10, 20, 50 or 100"),
        ("sort=height".to_owned(), "Choose an order from the list"),
    ] {
        let page = staff.get(&format!("/clm/registers?{query}")).await;
        page.sees(422, "There is a problem").sees(422, sentence).hides("Music production");
    }
    let kept = staff.get("/clm/registers?lessons=seven&from=2026-11-24").await;
    assert!(kept.html().contains(r#"value="seven""#), "{}", kept.html());
    staff.get("/clm/registers?page=-3").await.sees(200, "Page 1 of 1");
    staff.get("/clm/registers?page=999999999999999999999").await.sees(200, "Page 1 of 1");
    staff.get("/clm/registers?page=18446744073709551615").await.sees(200, "Page 1 of 1");
}

#[tokio::test]
async fn the_statistics_count_only_learners_within_the_readers_scope() {
    let world = World::new().await;
    mark(&world, world.at_harbour, world.cast.ben.record, Status::Present).await;
    mark(&world, world.at_harbour, world.cast.cara_at_harbour.record, Status::Late).await;
    let after = "Animal care 1 Sep 2026 A";
    for (who, expected) in [
        ("tutor.harbour", vec![2, 1, 1, 0, 0, 0, 0, 0, 0]),
        ("cap.staff", vec![2, 1, 1, 0, 0, 0, 0, 0, 0]),
        ("attendance.elm", vec![1, 1, 0, 0, 0, 0, 0, 0, 0]),
        ("attendance.northgate", vec![1, 0, 1, 0, 0, 0, 0, 0, 0]),
    ] {
        let mut reader = world.sign_in(who).await;
        let page = reader.get("/clm/registers").await;
        assert_eq!(figures(&page.text(), after), expected, "{who}: {}", page.text());
    }
}

#[tokio::test]
async fn everybody_sees_their_own_registers_and_no_trace_of_others() {
    let world = World::new().await;
    for (who, sees, hides) in [
        ("tutor.riverside", "Motor mechanics", ["Animal care", "Music production"]),
        ("tutor.harbour", "Animal care", ["Motor mechanics", "Music production"]),
        ("attendance.elm", "Animal care", ["Motor mechanics", "Music production"]),
        ("staff.otherside", "Music production", ["Motor mechanics", "Animal care"]),
    ] {
        let mut reader = world.sign_in(who).await;
        for path in ["/clm/registers", "/clm/today"] {
            let page = reader.get(path).await;
            page.sees(200, sees);
            for other in hides {
                page.hides(other);
            }
        }
    }
    let mut admin = world.sign_in("admin").await;
    for path in ["/clm/registers", "/clm/today"] {
        assert_eq!(admin.get(path).await.status, 403, "{path}");
        assert_eq!(world.visitor().get(path).await.status, 303, "{path}");
    }
}

#[tokio::test]
async fn a_school_sees_the_days_attendance_by_learner_and_is_audited() {
    let world = World::new().await;
    mark(&world, world.at_riverside, world.cast.ana.record, Status::Present).await;
    mark(&world, world.at_harbour, world.cast.ben.record, Status::Late).await;
    let mut school = world.sign_in("attendance.northgate").await;
    let page = school.get("/clm/today").await;
    page.sees(200, "Tuesday 24 November 2026")
        .sees(200, "✓ Present Adeyo Ana")
        .sees(200, "· Not marked Conneely Cara")
        .sees(200, "09:15–12:00 Motor mechanics Riverside Motors Main site")
        .sees(200, "1 to 3 of 3")
        .hides("Brackley");
    let register = page.link("Adeyo");
    school.get(&register).await.sees(200, "Adeyo, Ana").sees(200, "Register");
    let monday = school.get("/clm/today?from=2026-11-23").await;
    monday.sees(200, "Monday 23 November 2026").sees(200, "Nobody is expected").hides("Adeyo");
    school.get("/clm/today?from=soon").await.sees(422, "Enter a real date");
    let (ana, cara) = (world.cast.ana.learner.0, world.cast.cara_at_harbour.learner.0);
    let rows: Vec<String> = world
        .look(|r| {
            Ok(audit::table
                .filter(audit::actor.eq("school-attendance"))
                .select(audit::learners)
                .load(r.db())?)
        })
        .await;
    let shown = format!("{ana} {cara}");
    assert!(rows.contains(&shown), "{shown} in {rows:?}");
}
