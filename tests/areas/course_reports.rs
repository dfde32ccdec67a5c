//! Course Reports: figures of progress and attendance, each reader's own learners only.

use crate::world::{Client, World, time};
use cap::{
    attendance::LessonKey,
    learners::RecordKey,
    progress::{UnitStatus, sums},
    schema::{component, unit_progress},
};
use chrono::TimeDelta;
use diesel::prelude::*;

const REPORTS: [&str; 7] = [
    "cohort-progress",
    "completion-by-cohort",
    "completion-by-learner",
    "completion-by-unit",
    "league-of-cohorts",
    "league-of-learners",
    "late-registers",
];

fn address(report: &str) -> String {
    format!("/clm/course-reports/{report}")
}

/// Reports a learner's units, as a published progress report does.
async fn report(world: &World, record: RecordKey, units: &'static [(&'static str, Option<UnitStatus>)]) {
    world
        .arrange(move |w| {
            for (reference, status) in units {
                let unit: i64 = component::table
                    .filter(component::reference.eq(*reference))
                    .order(component::id)
                    .select(component::id)
                    .first(w.db())?;
                let now = w.now();
                diesel::insert_into(unit_progress::table)
                    .values((
                        unit_progress::record_id.eq(record),
                        unit_progress::component_id.eq(unit),
                        unit_progress::left_out.eq(status.is_none()),
                        unit_progress::status.eq(status.unwrap_or(UnitStatus::NotStarted).code()),
                        unit_progress::predicted_grade.eq(""),
                        unit_progress::comment.eq(""),
                        unit_progress::changed_at.eq(now),
                    ))
                    .execute(w.db())?;
            }
            sums::recount(w, record)
        })
        .await;
}

/// Ana has completed one unit of nine, is on track in another, and does without a third.
async fn reported(world: &World) {
    report(
        world,
        world.cast.ana.record,
        &[
            ("VM101", Some(UnitStatus::Completed)),
            ("VM102", Some(UnitStatus::OnTrack)),
            ("VM103", None),
        ],
    )
    .await;
}

/// Takes a register: the first learner by name is present, the others are missing.
async fn take(world: &World, tutor: &mut Client, lesson: LessonKey) {
    let register = format!("/clm/registers/{}", world.lesson_id(lesson).await);
    let mut form = tutor.get(&format!("{register}/edit")).await.form(&register);
    let references: Vec<String> = form
        .fields
        .iter()
        .filter_map(|(name, _)| name.strip_prefix("was-status-").map(str::to_owned))
        .collect();
    for (at, reference) in references.iter().enumerate() {
        let mark = if at == 0 { "present" } else { "unexplained" };
        form = form.with(&format!("status-{reference}"), mark);
    }
    tutor.sent(form).await.sees(200, "The register is complete");
}

#[tokio::test]
async fn every_report_is_on_the_list_and_opens_for_those_who_see_records() {
    let world = World::new().await;
    for username in [
        "cap.staff",
        "attendance.northgate",
        "dsl.northgate",
        "tutor.riverside",
        "staff.otherside",
    ] {
        let mut reader = world.sign_in(username).await;
        let index = reader.get("/clm/course-reports").await;
        for name in REPORTS {
            assert!(index.html().contains(&format!("href=\"{}\"", address(name))), "{name}");
            reader.get(&address(name)).await.sees(200, "");
        }
    }
    for username in ["admin", "coordinator.riverside"] {
        let mut reader = world.sign_in(username).await;
        for ending in ["", ".csv", ".xlsx"] {
            reader
                .get(&format!("{}{ending}", address("league-of-learners")))
                .await
                .sees(403, "")
                .hides("Adeyo");
        }
        reader.get("/clm/course-reports").await.sees(403, "");
    }
}

#[tokio::test]
async fn the_matrix_shows_learners_against_units_with_sums_at_its_edges() {
    let world = World::new().await;
    reported(&world).await;
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get(&address("cohort-progress")).await;
    page.sees(200, "Choose a course cohort in the filter");
    let motor = world.cohort_id("Motor mechanics").await;
    let page = staff.get(&format!("{}?cohort={motor}", address("cohort-progress"))).await;
    page.sees(200, "VM101 Health and safety in the workshop")
        .sees(200, "Adeyo Ana ✓ Completed → On track – Left out ○ Not started")
        // Of Ana's eight units; and of the two learners in the first unit.
        .sees(200, "6 (75.0 %) 0 (0.0 %) 1 (12.5 %) 0 (0.0 %) 1 (12.5 %) Conneely Cara")
        .sees(200, "Completed 1 (50.0 %) 0 (0.0 %) 0 (0.0 %)")
        .hides("Brackley");
    assert_eq!(world.shown_last("ViewRecords").await.len(), 2);

    // A cohort without a qualification has nothing to show.
    world
        .arrange(|w| {
            use cap::schema::course;
            let one = course::table.filter(course::title.eq("Motor mechanics"));
            diesel::update(one).set(course::qualification_id.eq(None::<i64>)).execute(w.db())?;
            Ok(())
        })
        .await;
    staff
        .get(&format!("{}?cohort={motor}", address("cohort-progress")))
        .await
        .sees(200, "leads to no qualification with units")
        .hides("Adeyo");
}

#[tokio::test]
async fn nobody_sees_more_of_a_cohort_than_their_own_learners() {
    let world = World::new().await;
    let animals = world.cohort_id("Animal care").await;
    let motor = world.cohort_id("Motor mechanics").await;
    let path = |cohort: &str| format!("{}?cohort={cohort}", address("cohort-progress"));
    let mut elm = world.sign_in("attendance.elm").await;
    elm.get(&path(&animals)).await.sees(200, "Brackley").hides("Conneely");
    elm.get(&path(&motor))
        .await
        .sees(422, "Choose a course cohort from the list")
        .hides("Adeyo");
    elm.get(&format!("{}.csv?cohort={motor}", address("cohort-progress")))
        .await
        .sees(422, "")
        .hides("Adeyo");
    elm.get(&address("completion-by-learner"))
        .await
        .sees(200, "Brackley")
        .hides("Conneely")
        .hides("Adeyo");
    let by_cohort = elm.get(&address("completion-by-cohort")).await;
    by_cohort.sees(200, "Total 1 7 7 (100.0 %)").hides("Motor");
    let by_unit = elm.get(&address("completion-by-unit")).await;
    by_unit.sees(200, "LA101").hides("VM101");
    let mut harbour = world.sign_in("tutor.harbour").await;
    harbour
        .get(&address("completion-by-learner"))
        .await
        .sees(200, "Brackley")
        .sees(200, "Conneely")
        .hides("Adeyo")
        .hides("Motor mechanics");
    let mut other = world.sign_in("staff.otherside").await;
    for name in REPORTS {
        for ending in ["", ".csv"] {
            let page = other.get(&format!("{}{ending}", address(name))).await;
            for canary in ["Adeyo", "Brackley", "Conneely", "Riverside", "Harbour", "Motor"] {
                page.hides(canary);
            }
        }
    }
}

#[tokio::test]
async fn completion_is_counted_by_cohort_learner_and_unit() {
    let world = World::new().await;
    reported(&world).await;
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get(&address("completion-by-cohort")).await;
    // Two learners with nine units each, less the one that is left out.
    page.sees(
        200,
        "Motor mechanics Riverside Motors Level 1 Diploma in Vehicle Maintenance 2 17 15 (88.2 %) 0 (0.0 %) 1 (5.9 %) 0 (0.0 %) 1 (5.9 %)",
    )
    .sees(200, "Total 4 31 29 (93.5 %)");
    staff.get(&page.link("Motor mechanics")).await.sees(200, "Adeyo Ana ✓ Completed");
    let page = staff.get(&address("completion-by-learner")).await;
    page.sees(200, "Adeyo Ana Northgate School Motor mechanics 8 6 (75.0 %)")
        .sees(200, "Brackley Ben Elm Academy Animal care 7 7 (100.0 %)");
    let page = staff.get(&address("completion-by-unit")).await;
    page.sees(200, "VM101 Health and safety in the workshop Level 1 Diploma in Vehicle Maintenance Mandatory 2 0 1 (50.0 %) 0 (0.0 %) 0 (0.0 %) 0 (0.0 %) 1 (50.0 %)")
        .sees(200, "VM103 Working with others Level 1 Diploma in Vehicle Maintenance Mandatory 1 1 1 (100.0 %)")
        .hides("Creative Practice");
    // Withdrawn records no longer count.
    let record = world.cast.ana.record;
    world
        .arrange(move |w| {
            use cap::schema::training_record;
            let one = training_record::table.filter(training_record::id.eq(record));
            diesel::update(one).set(training_record::status.eq("withdrawn")).execute(w.db())?;
            Ok(())
        })
        .await;
    staff
        .get(&address("completion-by-cohort"))
        .await
        .sees(200, "Vehicle Maintenance 1 9 9 (100.0 %)");
}

#[tokio::test]
async fn the_league_puts_the_best_attendance_first_or_last() {
    let world = World::new().await;
    let mut riverside = world.sign_in("tutor.riverside").await;
    let mut harbour = world.sign_in("tutor.harbour").await;
    take(&world, &mut riverside, world.at_riverside).await;
    take(&world, &mut harbour, world.at_harbour).await;
    let extra = world
        .lesson(world.cast.harbour, world.look(|r| Ok(r.today())).await, time(8, 0), time(9, 0))
        .await;
    // Everybody else stays away from it: Ben was first, so Harbour has 2 of 4 and Riverside 1 of 2.
    take(&world, &mut harbour, extra).await;
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get(&address("league-of-learners")).await;
    page.sees(200, "1 Adeyo Ana Northgate School Motor mechanics Riverside Motors 1 (100.0 %)")
        .sees(200, "1 Brackley Ben Elm Academy Animal care Harbour Farm 2 (100.0 %)")
        .sees(200, "3 Conneely Cara Northgate School")
        .sees(200, "Total 3 (50.0 %)");
    let text = page.text();
    assert!(text.find("Brackley") < text.find("Conneely"));
    let text = staff.get(&format!("{}?sort=worst", address("league-of-learners"))).await.text();
    assert!(text.find("Conneely") < text.find("Adeyo"));
    let page = staff.get(&address("league-of-cohorts")).await;
    page.sees(200, "1 Animal care Harbour Farm 2 (50.0 %)")
        .sees(200, "1 Motor mechanics Riverside Motors 1 (50.0 %)");
    // A school's league of cohorts is of its own learners only.
    let mut elm = world.sign_in("attendance.elm").await;
    let page = elm.get(&address("league-of-cohorts")).await;
    page.sees(200, "1 Animal care Harbour Farm 2 (100.0 %)").hides("Motor");
    let wrong = elm.get(&format!("{}?sort=sideways", address("league-of-cohorts"))).await;
    wrong.sees(422, "Choose an order from the list");
}

#[tokio::test]
async fn late_registers_are_counted_by_provider() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get(&address("late-registers")).await;
    page.sees(200, "No lesson has ended in these days");
    // The lessons run from 09:15 to 12:00.
    world.wait(TimeDelta::hours(3));
    let mut riverside = world.sign_in("tutor.riverside").await;
    take(&world, &mut riverside, world.at_riverside).await;
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get(&address("late-registers")).await;
    page.sees(200, "Riverside Motors 1 0 (0.0 %) 1 (100.0 %) 0 (0.0 %) 3 h 15 min 3 h 15 min")
        .sees(200, "Harbour Farm 1 0 (0.0 %) 0 (0.0 %) 1 (100.0 %)")
        .sees(200, "Total 2 0 (0.0 %) 1 (50.0 %) 1 (50.0 %)")
        .hides("Summit");
    let csv = staff.get(&format!("{}.csv", address("late-registers"))).await.html();
    assert!(csv.contains("Average time to complete (minutes)"), "{csv}");
    assert!(csv.contains("Riverside Motors,1,0,0.0%,1,100.0%,0,0.0%,195,195"), "{csv}");
    // A school counts the lessons of its own learners, a provider its own.
    let mut elm = world.sign_in("attendance.elm").await;
    elm.get(&address("late-registers"))
        .await
        .sees(200, "Harbour Farm 1")
        .hides("Riverside Motors");
    riverside
        .get(&address("late-registers"))
        .await
        .sees(200, "Riverside Motors 1")
        .hides("Harbour");
}

#[tokio::test]
async fn files_hold_everything_and_the_audit_says_whom() {
    let world = World::new().await;
    reported(&world).await;
    let mut staff = world.sign_in("cap.staff").await;
    let motor = world.cohort_id("Motor mechanics").await;
    let csv = staff.get(&format!("{}.csv?cohort={motor}", address("cohort-progress"))).await;
    assert_eq!(csv.header("content-type").as_deref(), Some("text/csv; charset=utf-8"));
    let text = csv.html();
    assert!(text.contains("Adeyo,Ana,Completed,On track,Left out,Not started"), "{text}");
    assert!(text.contains("Not started,Not started %"), "{text}");
    assert_eq!(world.shown_last("ViewRecords").await.len(), 2);
    for name in REPORTS {
        let path = format!("{}.xlsx?cohort={motor}", address(name));
        let book = staff.get(&path).await;
        assert_eq!(book.status, 200, "{name}");
        assert!(book.body.starts_with(b"PK"), "{name} is a workbook");
    }
}
