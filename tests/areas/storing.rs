//! What a save writes, column by column, and the statements by which it does: on either engine.

use crate::{
    taking::{mark, reference, row},
    world::{Client, World, start},
};
use cap::{
    attendance::{LessonKey, status::Status},
    learners::RecordKey,
    schema::{entry, tally, tutor_group},
};
use chrono::NaiveTime;
use diesel::{
    connection::{Connection, InstrumentationEvent},
    prelude::*,
};
use platform::{
    Instant,
    db::{one_of, update},
    ids::{OrganisationKey, PersonKey},
};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

/// All of an entry that a save may write.
#[derive(Queryable, Debug, PartialEq, Default)]
struct Stored {
    status: Option<i16>,
    late_minutes: Option<i16>,
    contribution: Option<i16>,
    left_at: Option<NaiveTime>,
    left_reason: Option<String>,
    collected_by: Option<String>,
    dfe_code: Option<String>,
    reason: Option<String>,
    pending: Option<OrganisationKey>,
    announced_at: Option<Instant>,
    marked: (Option<Instant>, Option<PersonKey>),
    decided: (Option<Instant>, Option<PersonKey>),
}

async fn stored(world: &World, at: LessonKey, record: RecordKey) -> Stored {
    world
        .look(move |r| {
            Ok(entry::table
                .filter(entry::lesson_id.eq(at))
                .filter(entry::record_id.eq(record))
                .select((
                    entry::status,
                    entry::late_minutes,
                    entry::contribution,
                    entry::left_at,
                    entry::left_reason,
                    entry::collected_by,
                    entry::dfe_code,
                    entry::reason,
                    entry::pending_school_id,
                    entry::announced_at,
                    (entry::marked_at, entry::marked_by),
                    (entry::decided_at, entry::decided_by),
                ))
                .first(r.db())?)
        })
        .await
}

/// Present, late, unexplained, dismissed for behaviour; contributions of −1 and +2.
async fn counts(world: &World, record: RecordKey) -> [i32; 6] {
    let row: (i32, i32, i32, i32, i32, i32) = world
        .look(move |r| {
            Ok(tally::table
                .filter(tally::record_id.eq(record))
                .select((
                    tally::present,
                    tally::late,
                    tally::unexplained,
                    tally::dismissed_behaviour,
                    tally::contribution_m1,
                    tally::contribution_p2,
                ))
                .first(r.db())?)
        })
        .await;
    row.into()
}

async fn person(world: &World, username: &'static str) -> PersonKey {
    use cap::schema::person;
    let one = person::table.filter(person::username.eq(username)).select(person::id);
    world.look(move |r| Ok(one.first(r.db())?)).await
}

async fn save(world: &World, tutor: &mut Client, texts: &[(RecordKey, &str, &str)]) {
    let register = format!("/clm/registers/{}", world.lesson_id(world.at_riverside).await);
    let page = tutor.get(&format!("{register}/edit")).await;
    let mut fields = page.form(&register);
    for (record, field, text) in texts {
        fields = fields.with(&format!("{field}-{}", reference(world, *record).await), text);
    }
    assert_eq!(tutor.submit(fields).await.status, 303);
}

#[tokio::test]
async fn a_save_stores_every_part_of_a_mark_with_who_and_when() {
    let world = World::new().await;
    let (ana, cara) = (world.cast.ana.record, world.cast.cara_at_riverside.record);
    let by_tutor = (Some(start()), Some(person(&world, "tutor.riverside").await));
    let mut tutor = world.sign_in("tutor.riverside").await;
    let texts = [
        (ana, "status", "late"),
        (ana, "late", "12"),
        (ana, "contribution", "-1"),
        (cara, "status", "dismissed-behaviour"),
        (cara, "contribution", "2"),
        (cara, "left", "10:45"),
        (cara, "leftwhy", "Fight"),
        (cara, "collected", "Grandmother"),
    ];
    save(&world, &mut tutor, &texts).await;
    let late = Stored {
        status: Some(Status::Late.code()),
        late_minutes: Some(12),
        contribution: Some(-1),
        marked: by_tutor,
        ..Stored::default()
    };
    assert_eq!(stored(&world, world.at_riverside, ana).await, late);
    assert_eq!(counts(&world, ana).await, [0, 1, 0, 0, 1, 0]);
    let sent_home = Stored {
        status: Some(Status::DismissedBehaviour.code()),
        contribution: stored(&world, world.at_riverside, cara).await.contribution,
        left_at: NaiveTime::from_hms_opt(10, 45, 0),
        left_reason: Some("Fight".into()),
        collected_by: Some("Grandmother".into()),
        marked: by_tutor,
        ..Stored::default()
    };
    assert_eq!(stored(&world, world.at_riverside, cara).await, sent_home);
    assert_eq!(counts(&world, cara).await[..4], [0, 0, 0, 1]);

    // Another mark takes the place of all of the first one's parts.
    save(&world, &mut tutor, &[(ana, "status", "present"), (ana, "contribution", "2")]).await;
    let present = Stored {
        status: Some(Status::Present.code()),
        contribution: Some(2),
        marked: by_tutor,
        ..Stored::default()
    };
    assert_eq!(stored(&world, world.at_riverside, ana).await, present);
    assert_eq!(counts(&world, ana).await, [1, 0, 0, 0, 0, 1]);
    assert_eq!(stored(&world, world.at_riverside, cara).await, sent_home, "the other row is left alone");
}

#[tokio::test]
async fn a_decision_stores_its_maker_beside_the_marker_and_undoing_takes_it_away() {
    let world = World::new().await;
    let (ana, cara) = (world.cast.ana.record, world.cast.cara_at_riverside.record);
    let by_tutor = (Some(start()), Some(person(&world, "tutor.riverside").await));
    let mut tutor = world.sign_in("tutor.riverside").await;
    let marks = [(ana, "unexplained"), (cara, "present")];
    mark(&world, &mut tutor, world.at_riverside, &marks).await.sees(200, "complete");
    let waits = Stored {
        status: Some(Status::Unexplained.code()),
        pending: Some(world.cast.northgate),
        announced_at: Some(start()),
        marked: by_tutor,
        ..Stored::default()
    };
    assert_eq!(stored(&world, world.at_riverside, ana).await, waits);

    let mut school = world.sign_in("attendance.northgate").await;
    let page = school.get("/clm/absences").await;
    let decision = page
        .form("/clm/absences/decisions")
        .and("entry", row(&world, world.at_riverside, ana).await)
        .with("decision", "authorised")
        .with("code", "I")
        .with("reason", "Flu");
    let answer = school.submit(decision).await;
    let page = school.follow(answer).await;
    let decided = Stored {
        status: Some(Status::Authorised.code()),
        dfe_code: Some("I".into()),
        reason: Some("Flu".into()),
        announced_at: Some(start()),
        marked: by_tutor,
        decided: (Some(start()), Some(person(&world, "attendance.northgate").await)),
        ..Stored::default()
    };
    assert_eq!(stored(&world, world.at_riverside, ana).await, decided);
    assert_eq!(counts(&world, ana).await[2], 0);

    let html = page.html();
    let undo = html.split("action=\"").find(|rest| rest.starts_with("/clm/absences/undoing/"));
    let undo = undo.and_then(|rest| rest.split('"').next()).expect("the message has a button");
    school.submit(page.form(undo)).await;
    assert_eq!(stored(&world, world.at_riverside, ana).await, waits);
    assert_eq!(counts(&world, ana).await[2], 1);
}

/// Counts the statements that the connection prepares to keep.
fn count_kept(db: &mut platform::Db) -> Arc<AtomicUsize> {
    let kept = Arc::new(AtomicUsize::new(0));
    let count = kept.clone();
    db.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if matches!(event, InstrumentationEvent::CacheQuery { .. }) {
            count.fetch_add(1, Relaxed);
        }
    });
    kept
}

#[tokio::test]
async fn an_update_is_prepared_once_for_each_set_of_columns() {
    let world = World::new().await;
    let (at, ana) = (world.at_riverside, world.cast.ana.record);
    let cara = world.cast.cara_at_riverside.record;
    let prepared = world
        .arrange(move |w| {
            let kept = count_kept(w.db());
            for (minutes, reason) in [(Some(5_i16), Some("a")), (Some(9), Some("b")), (None, None)] {
                let one = entry::table.filter(entry::lesson_id.eq(at)).filter(entry::record_id.eq(ana));
                let changes =
                    (entry::late_minutes.eq(minutes), reason.map(|reason: &str| entry::reason.eq(reason)));
                assert_eq!(update(one, changes).execute(w.db())?, 1);
            }
            let nobody = entry::table.filter(entry::record_id.eq(RecordKey(0)));
            assert_eq!(update(nobody, entry::late_minutes.eq(Some(7))).execute(w.db())?, 0);
            Ok(kept.load(Relaxed))
        })
        .await;
    assert_eq!(prepared, 3, "both columns, one column, another row");
    let changed = Stored { reason: Some("b".into()), ..Stored::default() };
    assert_eq!(stored(&world, at, ana).await, changed, "what is left out stays as it was");
    assert_eq!(stored(&world, at, cara).await, Stored::default(), "another row is left alone");
}

#[tokio::test]
async fn one_of_some_keys_is_one_statement_for_any_number_of_them() {
    let world = World::new().await;
    let cast = world.cast;
    let groups = [cast.riverside.group, cast.harbour.group, cast.summit.group];
    let (found, prepared) = world
        .arrange(move |w| {
            let kept = count_kept(w.db());
            let mut found = Vec::new();
            for many in 0..=groups.len() {
                let wanted = groups[..many].iter().copied();
                let count: i64 = tutor_group::table
                    .filter(one_of(w.db(), tutor_group::id, wanted))
                    .count()
                    .get_result(w.db())?;
                found.push(count);
            }
            Ok((found, kept.load(Relaxed)))
        })
        .await;
    assert_eq!(found, [0, 1, 2, 3]);
    assert_eq!(prepared, 1);
}
