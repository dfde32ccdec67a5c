//! What several tests of attendance begin with: a register in which somebody marks.

use crate::world::{Client, Page, World, day};
use cap::{
    attendance::{LessonKey, status::Status},
    learners::RecordKey,
    schema::{entry, lesson, notification, person, term, training_record},
};
use diesel::prelude::*;
use platform::ids::PublicId;

/// What forms call a learner.
pub async fn reference(world: &World, record: RecordKey) -> String {
    let one = training_record::table
        .filter(training_record::id.eq(record))
        .select(training_record::public_id);
    world.look(move |r| Ok(one.first(r.db())?)).await
}

/// The number of a training record, and of a lesson.
pub async fn numbers(world: &World, record: RecordKey, key: LessonKey) -> (i64, i64) {
    world
        .look(move |r| {
            let record = training_record::table
                .filter(training_record::id.eq(record))
                .select(training_record::number)
                .first(r.db())?;
            let lesson = lesson::table.filter(lesson::id.eq(key)).select(lesson::number).first(r.db())?;
            Ok((record, lesson))
        })
        .await
}

/// Marks some learners in a register by the provider's own page.
pub async fn mark(world: &World, tutor: &mut Client, at: LessonKey, marks: &[(RecordKey, &str)]) -> Page {
    let register = format!("/clm/registers/{}", world.lesson_id(at).await);
    let page = tutor.get(&format!("{register}/edit")).await;
    let mut fields = page.form(&register);
    for (record, status) in marks {
        fields = fields.with(&format!("status-{}", reference(world, *record).await), status);
    }
    let answer = tutor.submit(fields).await;
    tutor.follow(answer).await
}

/// What the list calls a learner at a lesson.
pub async fn row(world: &World, at: LessonKey, record: RecordKey) -> String {
    format!("{}-{}", world.lesson_id(at).await, reference(world, record).await)
}

/// The mark and the code that stand there.
pub async fn stands(
    world: &World,
    at: LessonKey,
    record: RecordKey,
) -> (Option<Status>, Option<String>, Option<String>) {
    let (status, code, reason): (Option<i16>, Option<String>, Option<String>) = world
        .look(move |r| {
            Ok(entry::table
                .filter(entry::lesson_id.eq(at))
                .filter(entry::record_id.eq(record))
                .select((entry::status, entry::dfe_code, entry::reason))
                .first(r.db())?)
        })
        .await;
    (status.and_then(Status::from_code), code, reason)
}

/// What somebody was told in the app, oldest first.
pub async fn told(world: &World, username: &'static str) -> Vec<String> {
    world
        .look(move |r| {
            Ok(notification::table
                .inner_join(person::table)
                .filter(person::username.eq(username))
                .order(notification::id)
                .select(notification::body)
                .load(r.db())?)
        })
        .await
}

/// The service's term: 2 November to 18 December.
pub async fn autumn_term(world: &World) {
    let service = world.cast.service;
    world
        .arrange(move |w| {
            diesel::insert_into(term::table)
                .values((
                    term::id.eq(platform::ids::next_key()),
                    term::public_id.eq(PublicId::random()),
                    term::organisation_id.eq(service),
                    term::name.eq("Autumn"),
                    term::starts_on.eq(day(2026, 11, 2)),
                    term::ends_on.eq(day(2026, 12, 18)),
                ))
                .execute(w.db())?;
            Ok(())
        })
        .await;
}
