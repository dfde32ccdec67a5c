//! Attendance summed up: the figures, the exports, and whose learners they count.

use crate::world::{World, day, time};
use cap::{
    attendance::{
        LessonKey,
        lesson::{self, NewLesson},
        status::Status,
    },
    learners::RecordKey,
    schema::{entry, lesson as lessons},
};
use chrono::TimeDelta;
use diesel::prelude::*;
use platform::{clock, schema::audit};

const PAGES: [&str; 3] = [
    "/clm/attendance/by-cohort",
    "/clm/attendance/by-learner",
    "/clm/attendance/by-date",
];

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

/// Ana's autumn: with today's lesson, which has no mark, 208 scheduled and five not required.
async fn worked_example(world: &World) {
    let (at, ana, school) = (world.cast.riverside, world.cast.ana, world.cast.northgate);
    world
        .arrange(move |w| {
            let marks = [
                (Some(Status::Present), 173),
                (Some(Status::Late), 16),
                (Some(Status::Authorised), 1),
                (Some(Status::Unexplained), 1),
                (Some(Status::DismissedBehaviour), 2),
                (Some(Status::DismissedOther), 1),
                (Some(Status::NotRequired), 5),
                (None, 13),
            ];
            let marks = marks.into_iter().flat_map(|(mark, number)| std::iter::repeat_n(mark, number));
            for (number, mark) in (0_u32..).zip(marks) {
                let held_on = day(2026, 9, 1) + TimeDelta::days(i64::from(number / 6));
                let starts = time(8 + number % 6, 0);
                let new = NewLesson {
                    group: at.group,
                    slot: None,
                    held_on,
                    starts,
                    ends: time(8 + number % 6, 45),
                    location: String::new(),
                    tutor: None,
                };
                let key = lesson::make(w, &new)?;
                diesel::insert_into(entry::table)
                    .values((
                        entry::lesson_id.eq(key),
                        entry::record_id.eq(ana.record),
                        entry::learner_id.eq(ana.learner),
                        entry::school_id.eq(school),
                        entry::held_on.eq(held_on),
                        entry::starts_at.eq(clock::instant(held_on, starts)),
                        entry::status.eq(mark.map(Status::code)),
                    ))
                    .execute(w.db())?;
            }
            Ok(())
        })
        .await;
}

#[tokio::test]
async fn the_worked_example() {
    let world = World::new().await;
    worked_example(&world).await;
    // Neither a lesson to come nor a cancelled one is scheduled.
    world.lesson(world.cast.riverside, day(2026, 11, 25), time(9, 0), time(10, 0)).await;
    let cancelled = world.lesson(world.cast.riverside, day(2026, 11, 20), time(9, 0), time(10, 0)).await;
    world
        .arrange(move |w| {
            let now = w.now();
            diesel::update(lessons::table.filter(lessons::id.eq(cancelled)))
                .set(lessons::cancelled_at.eq(now))
                .execute(w.db())?;
            Ok(())
        })
        .await;
    let mut school = world.sign_in("attendance.northgate").await;
    let page = school.get("/clm/attendance/by-learner").await;
    page.sees(200, "1 September 2026 to 24 November 2026").sees(
        200,
        "Adeyo Ana Northgate School Motor mechanics Riverside Motors 208 194 14 189 (97.4 %) \
         173 (89.2 %) 16 (8.2 %) 2 (1.0 %) 3 (1.5 %) 1 (0.5 %) 1 (0.5 %) 0 (0.0 %) 2 (1.0 %) 1 (0.5 %) 5",
    );
    let csv = school.get(&page.link("CSV")).await;
    assert_eq!(csv.status, 200);
    assert_eq!(csv.header("content-type").as_deref(), Some("text/csv; charset=utf-8"));
    assert!(csv.header("content-disposition").is_some_and(|d| d.contains("attendance-by-learner.csv")));
    let ana = "Adeyo,Ana,Northgate School,Motor mechanics,Riverside Motors,208,194,14,189,97.4%,173,89.2%,16,8.2%,2,1.0%,3,1.5%";
    assert!(csv.html().contains(ana), "{}", csv.html());
    let excel = school.get(&page.link("Excel")).await;
    assert_eq!((excel.status, &excel.body[..2]), (200, &b"PK"[..]));
    // The same learner's lessons by cohort and by date come to the same, with Cara's one beside them.
    let mut tutor = world.sign_in("tutor.riverside").await;
    tutor
        .get("/clm/attendance/by-cohort")
        .await
        .sees(200, "Motor mechanics Riverside Motors 209 194 15 189 (97.4 %)");
    let dates = tutor.get("/clm/attendance/by-date?per_page=10").await;
    dates
        .sees(200, "Total 209 194 15 189 (97.4 %)")
        .sees(200, "1 Sep 2026 6 6 0 6 (100.0 %)")
        .sees(200, "Marks by week");
    let day = tutor.get("/clm/attendance/by-date?from=2026-09-01&to=2026-09-01").await;
    day.sees(200, "Total 6 6 0 6 (100.0 %)").hides("2 Sep 2026");
}

#[tokio::test]
async fn contributions_come_to_a_balance() {
    let world = World::new().await;
    let early = world.lesson(world.cast.riverside, day(2026, 11, 20), time(9, 0), time(12, 0)).await;
    let ana = world.cast.ana.record;
    for (lesson, level) in [(world.at_riverside, -2), (early, 1)] {
        mark(&world, lesson, ana, Status::Present).await;
        world
            .arrange(move |w| {
                let one = entry::table.filter(entry::lesson_id.eq(lesson)).filter(entry::record_id.eq(ana));
                diesel::update(one).set(entry::contribution.eq(Some(level))).execute(w.db())?;
                Ok(())
            })
            .await;
    }
    let mut school = world.sign_in("attendance.northgate").await;
    let page = school.get("/clm/attendance/by-learner").await;
    page.sees(200, "2 (100.0 %)").sees(200, "0 (0.0 %) 0 −1");
    let csv = school.get(&page.link("CSV")).await;
    assert!(csv.html().contains(",-1,1,50.0%,0,0.0%,0,0.0%,1,50.0%,0,0.0%,"), "{}", csv.html());
}

#[tokio::test]
async fn persistent_and_severe_absence_are_flagged() {
    let world = World::new().await;
    mark(&world, world.at_riverside, world.cast.ana.record, Status::Unexplained).await;
    mark(&world, world.at_riverside, world.cast.cara_at_riverside.record, Status::Present).await;
    for hour in 9..15 {
        let key = world.lesson(world.cast.harbour, day(2026, 11, 20), time(hour, 0), time(hour, 30)).await;
        let status = if hour == 9 { Status::Authorised } else { Status::Present };
        mark(&world, key, world.cast.ben.record, status).await;
    }
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get("/clm/attendance/by-learner").await;
    let text = page.text();
    let flag_after = |name: &str| {
        let rest = text.split_once(name).map_or("", |(_, rest)| rest);
        rest.split_whitespace()
            .find(|word| ["Severe", "Persistent", "Adeyo", "Brackley", "Conneely", "Total"].contains(word))
            .map(str::to_owned)
    };
    page.sees(200, "Learners by total attendance");
    assert_eq!(flag_after("Adeyo Ana").as_deref(), Some("Severe"), "{text}");
    assert_eq!(flag_after("Brackley Ben").as_deref(), Some("Persistent"), "{text}");
    assert_ne!(flag_after("Conneely Cara").as_deref(), Some("Persistent"), "{text}");
}

#[tokio::test]
async fn every_reader_counts_their_own_learners_only() {
    let world = World::new().await;
    mark(&world, world.at_riverside, world.cast.ana.record, Status::Present).await;
    mark(&world, world.at_harbour, world.cast.ben.record, Status::Late).await;
    mark(&world, world.at_harbour, world.cast.cara_at_harbour.record, Status::Present).await;
    mark(&world, world.at_summit, world.cast.dana.record, Status::Present).await;
    // Scheduled, taken, missing, total attendance.
    for (who, total) in [
        ("attendance.northgate", "Total 3 2 1 2"),
        ("attendance.elm", "Total 1 1 0 1"),
        ("tutor.riverside", "Total 2 1 1 1"),
        ("tutor.harbour", "Total 2 2 0 2"),
        ("cap.staff", "Total 4 3 1 3"),
        ("staff.otherside", "Total 1 1 0 1"),
    ] {
        let mut reader = world.sign_in(who).await;
        for path in PAGES {
            reader.get(path).await.sees(200, total);
        }
    }
    let mut elm = world.sign_in("attendance.elm").await;
    let mut other = world.sign_in("staff.otherside").await;
    for path in PAGES.into_iter().chain(["/clm/attendance/month", "/clm/entries"]) {
        for name in ["Adeyo", "Conneely", "Motor mechanics", "Northgate", "Drumgold"] {
            elm.get(path).await.hides(name);
        }
        for name in [
            "Adeyo",
            "Conneely",
            "Brackley",
            "Motor mechanics",
            "Animal care",
            "Northgate",
        ] {
            other.get(path).await.hides(name);
        }
    }
    for export in ["by-cohort.csv", "by-learner.csv", "by-date.csv", "month.csv"] {
        let file = elm.get(&format!("/clm/attendance/{export}")).await;
        assert_eq!(file.status, 200, "{export}");
        file.hides("Adeyo").hides("Motor mechanics").hides("Conneely");
    }
}

#[tokio::test]
async fn what_is_exported_is_in_the_audit() {
    let world = World::new().await;
    let mut school = world.sign_in("attendance.northgate").await;
    for file in ["by-learner.csv", "by-learner.xlsx", "month.csv", "month.xlsx"] {
        assert_eq!(school.get(&format!("/clm/attendance/{file}")).await.status, 200);
        let shown: Vec<String> = world
            .look(|r| {
                Ok(audit::table
                    .filter(audit::actor.eq("school-attendance"))
                    .order(audit::id.desc())
                    .select(audit::learners)
                    .load(r.db())?)
            })
            .await;
        let (ana, cara) = (world.cast.ana.learner.0, world.cast.cara_at_harbour.learner.0);
        assert_eq!(shown.first(), Some(&format!("{ana} {cara}")), "{file}");
    }
}

#[tokio::test]
async fn wrong_filters_are_said_and_other_roles_kept_out() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    for path in PAGES {
        for path in [path.to_owned(), format!("{path}.csv"), format!("{path}.xlsx")] {
            staff.get(&format!("{path}?from=31/02/2026")).await.sees(422, "Enter a real date");
            staff.get(&format!("{path}?school=x")).await.sees(422, "Choose a school from the list");
        }
    }
    for path in [
        "/clm/attendance/month",
        "/clm/attendance/month.csv",
        "/clm/attendance/month.xlsx",
    ] {
        staff.get(&format!("{path}?month=2026-13")).await.sees(422, "Enter a month, like 2026-11");
    }
    staff.get("/clm/entries?status=asleep").await.sees(422, "Choose a mark from the list");
    let mut admin = world.sign_in("admin").await;
    for path in PAGES.into_iter().chain([
        "/clm/attendance/month",
        "/clm/attendance/month.csv",
        "/clm/entries",
    ]) {
        assert_eq!(admin.get(path).await.status, 403, "{path}");
    }
}

#[tokio::test]
async fn entries_are_listed_by_mark_and_day() {
    let world = World::new().await;
    mark(&world, world.at_riverside, world.cast.ana.record, Status::Present).await;
    world.lesson(world.cast.riverside, day(2026, 11, 20), time(9, 0), time(10, 0)).await;
    let mut tutor = world.sign_in("tutor.riverside").await;
    tutor
        .get("/clm/entries?status=present")
        .await
        .sees(200, "✓ Present Adeyo Ana")
        .sees(200, "Entry: Present")
        .hides("Conneely");
    let blank = tutor.get("/clm/entries?status=blank&from=2026-11-01&to=2026-11-24&sort=date").await;
    blank.sees(200, "1 to 3 of 3");
    let text = blank.text();
    assert!(
        text.find("24 Nov 2026 09:15") < text.find("20 Nov 2026 09:00"),
        "the latest first: {text}"
    );
}

#[tokio::test]
async fn a_month_has_a_row_a_learner_with_mornings_and_afternoons() {
    let world = World::new().await;
    let afternoon = world.lesson(world.cast.harbour, day(2026, 11, 23), time(13, 0), time(15, 0)).await;
    mark(&world, afternoon, world.cast.cara_at_harbour.record, Status::Late).await;
    mark(&world, world.at_riverside, world.cast.cara_at_riverside.record, Status::Present).await;
    let saturday = world.lesson(world.cast.riverside, day(2026, 10, 10), time(9, 0), time(12, 0)).await;
    mark(&world, saturday, world.cast.ana.record, Status::DismissedBehaviour).await;
    let mut school = world.sign_in("attendance.northgate").await;
    let page = school.get("/clm/attendance/month").await;
    page.sees(200, "November 2026")
        .sees(200, "Conneely, Cara L Late ✓· Present, Not marked")
        .sees(200, "1 to 2 of 2")
        .sees(200, "Marks by day")
        .hides("Brackley")
        .hides("Sat");
    let october = school.get("/clm/attendance/month?month=2026-10").await;
    october
        .sees(200, "October 2026")
        .sees(200, "Sat 10")
        .sees(200, "Adeyo, Ana B Dismissed (behaviour)");
    let csv = school.get(&october.link("CSV")).await;
    assert!(csv.html().contains("10/10/2026 AM"), "{}", csv.html());
    assert!(csv.html().contains("Adeyo,Ana,"), "{}", csv.html());
    let excel = school.get(&october.link("Excel")).await;
    assert!(excel.header("content-disposition").is_some_and(|d| d.contains("attendance-2026-10.xlsx")));
    assert_eq!(&excel.body[..2], &b"PK"[..]);
    school
        .get("/clm/attendance/month?month=2025-05")
        .await
        .sees(200, "No lessons in this month");
}
