//! Who is expected at a lesson. An entry exists from the moment a learner is expected, with its
//! mark empty, so that saving a register is updates and `scheduled` is a count.

use super::LessonKey;
use crate::{
    learners::RecordKey,
    schema::{entry, lesson, training_record},
};
use diesel::prelude::*;
use platform::{Ending, Instant, Writing};

/// Makes the entries of a lesson: one for each active record of its group whose dates hold its day.
/// Records that have an entry already are left alone. Answers how many were made.
///
/// # Errors
/// A database error.
pub fn at_lesson(w: &mut Writing<'_>, key: LessonKey) -> Result<usize, Ending> {
    let (group, held_on, starts_at): (i64, chrono::NaiveDate, Instant) = lesson::table
        .filter(lesson::id.eq(key))
        .select((lesson::group_id, lesson::held_on, lesson::starts_at))
        .first(w.db())?;
    let known: Vec<RecordKey> =
        entry::table.filter(entry::lesson_id.eq(key)).select(entry::record_id).load(w.db())?;
    let records: Vec<(RecordKey, i64, i64)> = training_record::table
        .filter(training_record::group_id.eq(group))
        .filter(training_record::status.eq("active"))
        .filter(training_record::starts_on.le(held_on))
        .filter(training_record::ends_on.ge(held_on))
        .select((training_record::id, training_record::learner_id, training_record::school_id))
        .load(w.db())?;
    let mut made = 0;
    for (record, learner, school) in records.into_iter().filter(|(record, _, _)| !known.contains(record)) {
        insert(w, key, record, learner, school, held_on, starts_at)?;
        made += 1;
    }
    Ok(made)
}

/// Makes the entries of a record at every lesson of its group that has not begun, is not cancelled
/// and lies within its dates. Answers how many were made.
///
/// # Errors
/// A database error.
pub fn of_record(w: &mut Writing<'_>, key: RecordKey) -> Result<usize, Ending> {
    let now = w.now();
    let (group, learner, school, starts_on, ends_on): (i64, i64, i64, chrono::NaiveDate, chrono::NaiveDate) =
        training_record::table
            .filter(training_record::id.eq(key))
            .select((
                training_record::group_id,
                training_record::learner_id,
                training_record::school_id,
                training_record::starts_on,
                training_record::ends_on,
            ))
            .first(w.db())?;
    let known: Vec<LessonKey> =
        entry::table.filter(entry::record_id.eq(key)).select(entry::lesson_id).load(w.db())?;
    let lessons: Vec<(LessonKey, chrono::NaiveDate, Instant)> = lesson::table
        .filter(lesson::group_id.eq(group))
        .filter(lesson::cancelled_at.is_null())
        .filter(lesson::ends_at.gt(now))
        .filter(lesson::held_on.between(starts_on, ends_on))
        .select((lesson::id, lesson::held_on, lesson::starts_at))
        .load(w.db())?;
    let mut made = 0;
    for (lesson, held_on, starts_at) in lessons.into_iter().filter(|(lesson, _, _)| !known.contains(lesson)) {
        insert(w, lesson, key, learner, school, held_on, starts_at)?;
        made += 1;
    }
    Ok(made)
}

/// Makes the entry of a learner who turned up without being expected.
///
/// # Errors
/// A database error.
pub fn unexpected(w: &mut Writing<'_>, key: LessonKey, record: RecordKey) -> Result<(), Ending> {
    let (held_on, starts_at): (chrono::NaiveDate, Instant) = lesson::table
        .filter(lesson::id.eq(key))
        .select((lesson::held_on, lesson::starts_at))
        .first(w.db())?;
    let (learner, school): (i64, i64) = training_record::table
        .filter(training_record::id.eq(record))
        .select((training_record::learner_id, training_record::school_id))
        .first(w.db())?;
    insert(w, key, record, learner, school, held_on, starts_at)?;
    diesel::update(entry::table.filter(entry::lesson_id.eq(key)).filter(entry::record_id.eq(record)))
        .set(entry::unexpected.eq(true))
        .execute(w.db())?;
    Ok(())
}

fn insert(
    w: &mut Writing<'_>,
    lesson: LessonKey,
    record: RecordKey,
    learner: i64,
    school: i64,
    held_on: chrono::NaiveDate,
    starts_at: Instant,
) -> Result<(), Ending> {
    diesel::insert_into(entry::table)
        .values((
            entry::lesson_id.eq(lesson),
            entry::record_id.eq(record),
            entry::learner_id.eq(learner),
            entry::school_id.eq(school),
            entry::held_on.eq(held_on),
            entry::starts_at.eq(starts_at),
        ))
        .execute(w.db())?;
    Ok(())
}
