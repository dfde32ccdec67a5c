//! `cap import marks`: what it makes, what it refuses, and that it can be repeated.

use crate::world::{World, day};
use cap::{
    attendance::import::{self, Author, Imported},
    commands::import_marks::against,
    learners::LearnerKey,
    schema::{entry, learner, lesson, membership, tally},
};
use diesel::prelude::*;
use platform::table::Table;

const HEADING: &str =
    "date,period_start,period_end,cohort,upn,status,late_minutes,contribution,dfe_code,note\n";

async fn upn(world: &World, key: LearnerKey) -> String {
    let upn: Option<String> = world
        .look(move |r| Ok(learner::table.filter(learner::id.eq(key)).select(learner::upn).first(r.db())?))
        .await;
    upn.expect("everybody of the cast has a UPN")
}

fn read(text: &str) -> Table {
    Table::read(text.as_bytes(), &import::specs()).expect("a file of the right shape")
}

/// What the program does with a file.
async fn take(world: &World, text: &str, author: Option<Author>) -> Result<Imported, Vec<String>> {
    let (table, of) = (read(text), world.cast.brightwater);
    let lines = world.look(move |r| import::check(r, of, &table, author)).await;
    match lines {
        Err(faults) => Err(faults.iter().map(ToString::to_string).collect()),
        Ok(lines) => Ok(world.arrange(move |w| import::write(w, &lines, author)).await),
    }
}

async fn author(world: &World) -> Author {
    let of = world.cast.service;
    world
        .look(move |r| {
            Ok(membership::table
                .filter(membership::organisation_id.eq(of))
                .filter(membership::role.eq("cap-staff"))
                .select((membership::person_id, membership::organisation_id))
                .first(r.db())?)
        })
        .await
}

#[tokio::test]
async fn a_file_of_marks_makes_lessons_marks_and_tallies_and_twice_changes_nothing() {
    let world = World::new().await;
    let (ana, cara) = (
        upn(&world, world.cast.ana.learner).await,
        upn(&world, world.cast.cara_at_riverside.learner).await,
    );
    let author = author(&world).await;
    let text = format!(
        "{HEADING}2026-11-10,09:15,12:00,motor MECHANICS,{ana},late,12,2,L,Worked well\n\
         10/11/2026,09:15,12:00,Motor mechanics,{cara},unexplained,,,,\n\
         2026-11-17,09:15,12:00,Motor mechanics,{ana},present,,,,\n"
    );
    let done = take(&world, &text, Some(author)).await;
    assert_eq!(
        done,
        Ok(Imported {
            lines: 3,
            lessons_made: 2,
            marks_changed: 3,
            notes_made: 1
        })
    );
    let again = take(&world, &text, Some(author)).await;
    assert_eq!(again, Ok(Imported { lines: 3, ..Imported::default() }));

    let (record, school) = (world.cast.ana.record, world.cast.northgate);
    let figures: (i32, i32, i32) = world
        .look(move |r| {
            let one = tally::table.filter(tally::record_id.eq(record));
            Ok(one.select((tally::present, tally::late, tally::contribution_p2)).first(r.db())?)
        })
        .await;
    assert_eq!(figures, (1, 1, 1));
    let waiting: i64 = world
        .look(move |r| {
            Ok(entry::table.filter(entry::pending_school_id.eq(school)).count().get_result(r.db())?)
        })
        .await;
    assert_eq!(waiting, 1, "the unexplained absence waits for its school");
    let complete: Vec<(chrono::NaiveDate, bool)> = world
        .look(|r| {
            let rows: Vec<(chrono::NaiveDate, Option<platform::Instant>)> = lesson::table
                .filter(lesson::held_on.lt(day(2026, 11, 24)))
                .order(lesson::held_on)
                .select((lesson::held_on, lesson::completed_at))
                .load(r.db())?;
            Ok(rows.into_iter().map(|(on, completed)| (on, completed.is_some())).collect())
        })
        .await;
    assert_eq!(
        complete,
        [(day(2026, 11, 10), true), (day(2026, 11, 17), false)],
        "Cara has no mark on the 17th"
    );

    let corrected = text.replace("late,12,2,L,Worked well", "present,,,,");
    let done = take(&world, &corrected, Some(author)).await;
    assert_eq!(done, Ok(Imported { lines: 3, marks_changed: 1, ..Imported::default() }));
    assert_eq!(world.mail().len(), 0, "nobody is told of what is weeks old");
}

#[tokio::test]
async fn every_bad_line_is_named_with_its_column_and_nothing_is_changed() {
    let world = World::new().await;
    let ana = upn(&world, world.cast.ana.learner).await;
    let ben = upn(&world, world.cast.ben.learner).await;
    let dana = upn(&world, world.cast.dana.learner).await;
    let row = |text: &str| text.replace("DANA_UPN", &dana).replace("ANA", &ana).replace("BEN", &ben);
    for (line, fault) in [
        ("2026-02-30,09:15,12:00,Motor mechanics,ANA,present,,,,", "column date: enter a real date"),
        (
            "2027-01-12,09:15,12:00,Motor mechanics,ANA,present,,,,",
            "column date: this lesson has not begun",
        ),
        ("2026-11-10,9,12:00,Motor mechanics,ANA,present,,,,", "column period_start"),
        ("2026-11-10,09:15,09:00,Motor mechanics,ANA,present,,,,", "column period_end"),
        ("2026-11-10,09:15,12:00,Motor mechanics,BEN,present,,,,", "column cohort: no learner"),
        (
            "2026-11-10,09:15,12:00,Music production,DANA_UPN,present,,,,",
            "column cohort: no learner",
        ),
        ("2025-11-10,09:15,12:00,Motor mechanics,ANA,present,,,,", "column cohort: no learner"),
        ("2026-11-10,09:15,12:00,Motor mechanics,X123,present,,,,", "column upn"),
        ("2026-11-10,09:15,12:00,Motor mechanics,ANA,asleep,,,,", "column status"),
        ("2026-11-10,09:15,12:00,Motor mechanics,ANA,present,5,,,", "column late_minutes"),
        ("2026-11-10,09:15,12:00,Motor mechanics,ANA,late,999,,,", "column late_minutes"),
        ("2026-11-10,09:15,12:00,Motor mechanics,ANA,unexplained,,2,,", "column contribution"),
        ("2026-11-10,09:15,12:00,Motor mechanics,ANA,present,,3,,", "column contribution"),
        ("2026-11-10,09:15,12:00,Motor mechanics,ANA,present,,,QQ,", "column dfe_code"),
        (
            "2026-11-10,09:15,12:00,Motor mechanics,ANA,present,,,,Well done",
            "column note: a note needs an author",
        ),
        (
            "2026-11-10,09:15,12:00,Motor mechanics,ANA,present,,,,\n2026-11-10,09:15,12:00,Motor mechanics,ANA,late,,,,",
            "line 3, column upn",
        ),
    ] {
        let text = format!("{HEADING}{}\n", row(line));
        let faults = take(&world, &text, None).await.expect_err(line);
        assert!(faults.len() == 1 && faults[0].contains(fault), "{line}: {faults:?}");
    }
    let lessons: i64 = world.look(|r| Ok(lesson::table.count().get_result(r.db())?)).await;
    assert_eq!(lessons, 3, "only the world's own");
}

#[tokio::test]
async fn the_partnership_may_be_left_out_where_there_is_only_one() {
    let world = World::new().await;
    let brightwater = world.cast.brightwater;
    let of = |name: Option<&'static str>, author: Option<&'static str>| {
        let world = &world;
        async move { world.look(move |r| against(r, name, author)).await }
    };
    assert_eq!(of(Some("brightwater"), None).await, Ok((brightwater, None)));
    let two = of(None, None).await;
    assert_eq!(two, Err("Say which partnership it is for: --partnership NAME.".to_owned()));
    assert_eq!(of(Some("Nowhere"), None).await, Err("There is no partnership Nowhere.".to_owned()));
    let (_, author) = of(Some("Brightwater"), Some("cap.staff")).await.expect("staff of the service");
    assert!(author.is_some());
    let tutor = of(Some("Brightwater"), Some("tutor.riverside")).await;
    assert_eq!(tutor, Err("tutor.riverside is no CAP staff of that partnership.".to_owned()));
    let otherside = of(Some("Brightwater"), Some("staff.otherside")).await;
    assert!(otherside.is_err(), "of the other partnership");
}
