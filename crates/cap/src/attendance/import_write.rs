//! `cap import marks`: writing what a file says. What it names is made when it is not there: lessons,
//! entries, marks. The same file twice changes nothing.
//!
//! An import says nothing of when a mark was made. The lesson's end stands for it, and nobody is
//! told of absences that are weeks old: an unexplained one waits among the unprocessed at once.

use super::{
    LessonKey, NoteKey,
    contribution::Contribution,
    expected,
    import::{Author, Held, Imported, Line},
    lesson::{self, NewLesson},
    mark::Mark,
    status::Status,
    tally, timetable,
};
use crate::{
    learners::CohortKey,
    schema::{entry, lesson as lessons, note, register_change, tutor_group},
};
use chrono::{Datelike, NaiveTime};
use diesel::prelude::*;
use platform::{
    Ending, Instant, Writing, clock,
    ids::{self, PublicId},
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Writes what the file says, in the caller's transaction.
///
/// # Errors
/// A database error.
pub fn write(w: &mut Writing<'_>, lines: &[Line], author: Option<Author>) -> Result<Imported, Ending> {
    let batch = PublicId::random();
    let mut done = Imported { lines: lines.len(), ..Imported::default() };
    let mut registers: BTreeMap<Held, Vec<&Line>> = BTreeMap::new();
    for line in lines {
        registers.entry(line.at).or_default().push(line);
    }
    for (held, lines) in registers {
        let (lesson, made) = lesson_of(w, held)?;
        done.lessons_made += usize::from(made);
        done.marks_changed += take_register(w, lesson, held, &lines, &batch)?;
        if let Some(author) = author {
            for line in lines {
                done.notes_made += usize::from(write_note(w, lesson, line, author)?);
            }
        }
    }
    Ok(done)
}

/// The lesson of that group at that time, made when there is none, with everybody expected at it.
fn lesson_of(w: &mut Writing<'_>, held: Held) -> Result<(LessonKey, bool), Ending> {
    let there: Option<LessonKey> = lessons::table
        .filter(lessons::group_id.eq(held.group))
        .filter(lessons::held_on.eq(held.held_on))
        .filter(lessons::starts.eq(held.starts))
        .filter(lessons::cancelled_at.is_null())
        .select(lessons::id)
        .first(w.db())
        .optional()?;
    let (key, made) = match there {
        Some(key) => (key, false),
        None => (make_lesson(w, held)?, true),
    };
    expected::at_lesson(w, key)?;
    Ok((key, made))
}

/// A lesson that fits a line of the timetable comes from it, or the timetable would make it again.
fn make_lesson(w: &mut Writing<'_>, held: Held) -> Result<LessonKey, Ending> {
    let cohort: CohortKey = tutor_group::table
        .filter(tutor_group::id.eq(held.group))
        .select(tutor_group::cohort_id)
        .first(w.db())?;
    let slots = timetable::list(w, cohort)?;
    let slot = slots.iter().find(|slot| {
        slot.of.group == held.group
            && slot.of.weekday == held.held_on.weekday()
            && slot.of.starts == held.starts
    });
    let new = NewLesson {
        group: held.group,
        slot: slot.map(timetable::Slot::key),
        held_on: held.held_on,
        starts: held.starts,
        ends: held.ends,
        location: slot.map_or_else(String::new, |slot| slot.of.location.clone()),
        tutor: slot.and_then(|slot| slot.of.tutor),
    };
    lesson::make(w, &new)
}

/// What stands in an entry.
type Standing = (Option<i16>, Option<i16>, Option<i16>, Option<NaiveTime>, Option<String>, Option<String>);

/// Puts the marks of one register; answers how many changed.
fn take_register(
    w: &mut Writing<'_>,
    key: LessonKey,
    held: Held,
    lines: &[&Line],
    batch: &PublicId,
) -> Result<usize, Ending> {
    let ended_at = clock::instant(held.held_on, held.ends);
    let mut history = Vec::new();
    for line in lines {
        let one = entry::table.find((key.0, line.record.0));
        let (standing, old_code): (Standing, Option<String>) = one
            .select((
                (
                    entry::status,
                    entry::late_minutes,
                    entry::contribution,
                    entry::left_at,
                    entry::left_reason,
                    entry::collected_by,
                ),
                entry::dfe_code,
            ))
            .first(w.db())?;
        let was = mark_of(standing);
        let mark = Mark {
            left_at: was.left_at,
            left_reason: was.left_reason.clone(),
            collected_by: was.collected_by.clone(),
            ..line.mark.clone()
        }
        .tidied();
        if mark == was && line.dfe_code == old_code {
            continue;
        }
        let waits = mark.status == Some(Status::Unexplained);
        diesel::update(one)
            .set((
                entry::status.eq(mark.status.map(Status::code)),
                entry::late_minutes.eq(mark.late_minutes),
                entry::contribution.eq(mark.contribution.map(Contribution::value)),
                entry::left_at.eq(mark.left_at),
                entry::left_reason.eq(&mark.left_reason),
                entry::collected_by.eq(&mark.collected_by),
                entry::dfe_code.eq(&line.dfe_code),
                entry::marked_at.eq(ended_at),
                entry::pending_school_id.eq(waits.then_some(line.school)),
                entry::announced_at.eq(waits.then_some(ended_at)),
            ))
            .execute(w.db())?;
        tally::change(w, line.record, &was, &mark)?;
        history.push(json!({
            "record": line.record.0,
            "from": side(&was, old_code.as_deref()),
            "to": side(&mark, line.dfe_code.as_deref()),
        }));
    }
    if history.is_empty() {
        return Ok(0);
    }
    let changed = history.len();
    keep(w, key, history, batch)?;
    settle(w, key, ended_at)?;
    Ok(changed)
}

fn mark_of((status, late_minutes, contribution, left_at, left_reason, collected_by): Standing) -> Mark {
    Mark {
        status: status.and_then(Status::from_code),
        late_minutes,
        contribution: contribution.and_then(Contribution::new),
        left_at,
        left_reason,
        collected_by,
    }
}

fn side(mark: &Mark, code: Option<&str>) -> Value {
    let mut side = mark.to_json();
    if let Some(code) = code {
        side["code"] = json!(code);
    }
    side
}

/// Keeps the history of a register's marks, as every change of them.
fn keep(w: &mut Writing<'_>, key: LessonKey, history: Vec<Value>, batch: &PublicId) -> Result<(), Ending> {
    let now = w.now();
    diesel::insert_into(register_change::table)
        .values((
            register_change::id.eq(ids::next_key()),
            register_change::batch.eq(batch),
            register_change::lesson_id.eq(key),
            register_change::made_at.eq(now),
            register_change::changes.eq(Value::Array(history).to_string()),
        ))
        .execute(w.db())?;
    Ok(())
}

/// Notes the lesson's first mark, and its completion when nobody is without one.
fn settle(w: &mut Writing<'_>, key: LessonKey, ended_at: Instant) -> Result<(), Ending> {
    let one = lessons::table.filter(lessons::id.eq(key));
    let (first, completed): (Option<Instant>, Option<Instant>) =
        one.select((lessons::first_mark_at, lessons::completed_at)).first(w.db())?;
    let blank: i64 = entry::table
        .filter(entry::lesson_id.eq(key))
        .filter(entry::status.is_null())
        .count()
        .get_result(w.db())?;
    diesel::update(one)
        .set((
            lessons::first_mark_at.eq(first.unwrap_or(ended_at)),
            lessons::completed_at.eq((blank == 0).then(|| completed.unwrap_or(ended_at))),
            lessons::version.eq(lessons::version + 1),
        ))
        .execute(w.db())?;
    Ok(())
}

fn write_note(
    w: &mut Writing<'_>,
    lesson: LessonKey,
    line: &Line,
    (person, organisation): Author,
) -> Result<bool, Ending> {
    let Some(body) = &line.note else {
        return Ok(false);
    };
    let same: i64 = note::table
        .filter(note::lesson_id.eq(lesson))
        .filter(note::record_id.eq(line.record))
        .filter(note::body.eq(body))
        .count()
        .get_result(w.db())?;
    if same > 0 {
        return Ok(false);
    }
    let now = w.now();
    diesel::insert_into(note::table)
        .values((
            note::id.eq(NoteKey::next()),
            note::public_id.eq(PublicId::random()),
            note::lesson_id.eq(lesson),
            note::record_id.eq(line.record),
            note::learner_id.eq(line.learner),
            note::body.eq(body),
            note::author_id.eq(person),
            note::author_organisation_id.eq(organisation),
            note::created_at.eq(now),
        ))
        .execute(w.db())?;
    Ok(true)
}
