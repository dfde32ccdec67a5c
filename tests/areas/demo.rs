//! The demo service: as large as promised, the same for the same seed, and consistent in itself.
#![allow(
    clippy::disallowed_methods,
    reason = "tests set up what the program is handed"
)]

use crate::world::{Client, Demo, day};
use cap::{
    attendance::{contribution::Contribution, mark::Mark, status::Status, tally},
    demo::{self, Plan, cast::PASSWORD},
    schema::{
        cohort, entry, learner, lesson, membership, notification, organisation, partnership, person,
        planned_absence, register_change, tally as tallies, training_record,
    },
    sitemap::sitemap,
};
use diesel::prelude::*;
use platform::{Reading, access::Task};
use std::collections::BTreeMap;

impl Demo {
    async fn look<T: Send + 'static>(&self, look: fn(&mut Reading<'_>) -> QueryResult<T>) -> T {
        self.app.read(Task::Command, move |r| Ok(look(r)?)).await.expect("the database answers")
    }
}

/// Every learner's name, and every mark by the numbers of its lesson and training record.
type Contents = (Vec<(String, String)>, Vec<(i64, i64, Option<i16>)>);

fn contents(r: &mut Reading<'_>) -> QueryResult<Contents> {
    let names = learner::table.order(learner::number).select((learner::surname, learner::first_name));
    let marks = entry::table
        .inner_join(lesson::table)
        .inner_join(training_record::table)
        .order((lesson::number, training_record::number))
        .select((lesson::number, training_record::number, entry::status));
    Ok((names.load(r.db())?, marks.load(r.db())?))
}

#[tokio::test]
async fn every_course_leads_to_a_qualification_with_units_in_every_unit_of_the_demo() {
    let demo = Demo::new(2, 2026).await;
    let without = demo
        .look(|r| {
            let units = cap::schema::qualification::units.nullable();
            cap::schema::course::table
                .left_join(cap::schema::qualification::table)
                .filter(units.is_null().or(units.le(0)))
                .select(cap::schema::course::title)
                .load::<String>(r.db())
        })
        .await;
    assert!(without.is_empty(), "{without:?}");
}

#[tokio::test]
async fn it_is_as_large_as_promised() {
    let demo = Demo::new(1, 2026).await;
    let kinds = demo
        .look(|r| {
            let count = |r: &mut Reading<'_>, kind: &str| -> QueryResult<i64> {
                organisation::table.filter(organisation::kind.eq(kind)).count().get_result(r.db())
            };
            Ok([
                partnership::table.count().get_result(r.db())?,
                count(r, "school")?,
                count(r, "provider")?,
                cohort::table.count().get_result(r.db())?,
                learner::table.count().get_result(r.db())?,
            ])
        })
        .await;
    assert_eq!(kinds, [2, 6, 8, 14, 120]);
    assert_eq!(demo.made.learners, 120);
    assert!((11_000..14_500).contains(&demo.made.marks), "{:?}", demo.made);
    let waiting = demo
        .look(|r| {
            let pending = entry::table.filter(entry::pending_school_id.is_not_null());
            let overdue = lesson::table
                .filter(lesson::completed_at.is_null())
                .filter(lesson::held_on.lt(day(2026, 11, 24)));
            Ok([
                pending.count().get_result(r.db())?,
                overdue.count().get_result(r.db())?,
                planned_absence::table.count().get_result(r.db())?,
                notification::table.filter(notification::read_at.is_null()).count().get_result(r.db())?,
            ])
        })
        .await;
    assert!(waiting.iter().all(|count: &i64| *count > 0), "{waiting:?}");
    let todays: Vec<Option<i16>> = demo
        .look(|r| {
            let todays = entry::table.filter(entry::held_on.eq(day(2026, 11, 24)));
            todays.select(entry::status).load(r.db())
        })
        .await;
    assert!(todays.len() > 200 && todays.iter().all(Option::is_none), "{}", todays.len());
    let last: chrono::NaiveDate = demo
        .look(|r| lesson::table.select(lesson::held_on).order(lesson::held_on.desc()).first(r.db()))
        .await;
    assert_eq!(last, day(2026, 12, 18), "to the last school day of next month");
}

#[tokio::test]
async fn a_seed_makes_one_demo_and_a_scale_multiplies_it() {
    let (first, again, other) = (Demo::new(1, 7).await, Demo::new(1, 7).await, Demo::new(1, 8).await);
    let (one, same, different) =
        (first.look(contents).await, again.look(contents).await, other.look(contents).await);
    assert!(one == same, "the same seed makes the same names and marks");
    assert!(one != different, "another seed makes others");
    let twice = Demo::new(2, 7).await;
    let (names, marks) = twice.look(contents).await;
    assert_eq!((twice.made.learners, names.len()), (240, 240));
    assert_eq!(names[..120], one.0[..], "the first part is the demo itself");
    assert!(marks.len() as f64 > one.1.len() as f64 * 1.8);
}

#[tokio::test]
async fn tallies_history_and_completion_agree_with_the_marks() {
    type Found = (i64, i64, Option<i16>, Option<i16>);
    let demo = Demo::new(1, 2026).await;
    let marks: Vec<Found> = demo
        .look(|r| {
            entry::table
                .select((entry::record_id, entry::lesson_id, entry::status, entry::contribution))
                .load(r.db())
        })
        .await;
    let mut counted: BTreeMap<i64, tally::Row> = BTreeMap::new();
    let mut blanks: BTreeMap<i64, usize> = BTreeMap::new();
    for (record, at, status, contribution) in &marks {
        let mark = Mark {
            status: status.and_then(Status::from_code),
            contribution: contribution.and_then(Contribution::new),
            ..Mark::default()
        };
        *blanks.entry(*at).or_default() += usize::from(mark.status.is_none());
        let sums = counted.entry(*record).or_default();
        sums.iter_mut().zip(tally::row_of(&mark)).for_each(|(sum, one)| *sum += one);
    }
    type Kept = (i64, [i32; 13]);
    let kept: Vec<Kept> = demo
        .look(|r| {
            type Row = (i64, (i32, i32, i32, i32, i32, i32, i32, i32), (i32, i32, i32, i32, i32));
            let rows: Vec<Row> = tallies::table
                .select((
                    tallies::record_id,
                    (
                        tallies::present,
                        tallies::late,
                        tallies::authorised,
                        tallies::unexplained,
                        tallies::unauthorised,
                        tallies::dismissed_behaviour,
                        tallies::dismissed_other,
                        tallies::not_required,
                    ),
                    (
                        tallies::contribution_m2,
                        tallies::contribution_m1,
                        tallies::contribution_0,
                        tallies::contribution_p1,
                        tallies::contribution_p2,
                    ),
                ))
                .load(r.db())?;
            Ok(rows
                .into_iter()
                .map(|(record, s, c)| {
                    (record, [s.0, s.1, s.2, s.3, s.4, s.5, s.6, s.7, c.0, c.1, c.2, c.3, c.4])
                })
                .collect())
        })
        .await;
    assert_eq!(kept.len(), 121);
    for (record, counts) in kept {
        assert_eq!(Some(&counts), counted.get(&record), "record {record}");
    }
    let lessons: Vec<(i64, Option<platform::Instant>, i32)> = demo
        .look(|r| lesson::table.select((lesson::id, lesson::completed_at, lesson::version)).load(r.db()))
        .await;
    let history: Vec<i64> = demo
        .look(|r| register_change::table.select(register_change::lesson_id).load(r.db()))
        .await;
    let mut saves: BTreeMap<i64, i32> = BTreeMap::new();
    history.iter().for_each(|at| *saves.entry(*at).or_default() += 1);
    for (key, completed_at, version) in lessons {
        assert_eq!(completed_at.is_some(), blanks.get(&key) == Some(&0), "lesson {key}");
        assert_eq!(saves.get(&key).copied().unwrap_or(0), version, "lesson {key}");
    }
    let present = marks.iter().filter(|mark| mark.2 == Some(Status::Present.code())).count();
    let share = present as f64 / demo.made.marks as f64;
    assert!((0.84..0.92).contains(&share), "{share}");
}

#[tokio::test]
async fn everybody_signs_in_with_the_terms_ticked_and_a_second_filling_is_refused() {
    let demo = Demo::new(1, 2026).await;
    let router = sitemap().router(demo.app.clone());
    let usernames: Vec<String> = demo
        .look(|r| {
            person::table
                .inner_join(membership::table)
                .order(person::id)
                .select(person::username)
                .load(r.db())
        })
        .await;
    assert!(usernames.len() > 20 && usernames.iter().any(|name| name == "tutor.riverside"));
    for username in &usernames {
        let mut client = Client::new(router.clone());
        let page = client.get("/sign-in").await;
        page.sees(200, "Brightwater Alternative Provision");
        let fields = page
            .form("/sign-in")
            .with("username", username)
            .with("password", PASSWORD)
            .with("terms", "yes");
        let answer = client.submit(fields).await;
        assert_eq!(answer.header("location").as_deref(), Some("/"), "{username}");
    }
    let plan = Plan { scale: 1, seed: 1, today: day(2026, 11, 24) };
    assert!(demo::fill(&demo.app, plan).await.is_err());
}

#[tokio::test]
async fn files_wait_in_the_demo_and_can_be_read() {
    let demo = Demo::new(1, 2026).await;
    let router = sitemap().router(demo.app.clone());
    let mut school = Client::new(router);
    let page = school.get("/sign-in").await;
    let fields = page
        .form("/sign-in")
        .with("username", "coordinator.northgate")
        .with("password", PASSWORD)
        .with("terms", "yes");
    school.submit(fields).await;
    let inbox = school.get("/datalocker/downloads").await;
    inbox
        .sees(200, "There is 1 new file available")
        .sees(200, "Support plan AA.txt")
        .hides("Concern");
    let zip = school.submit(inbox.signs("/datalocker/downloads/taking").with("press", "all")).await;
    assert!(String::from_utf8_lossy(&zip.body).contains("A made-up support plan"));
    school.get("/datalocker/downloads?show=previous").await.sees(200, "Review minutes CC.txt");
}
