//! `cap import marks`: registers that were taken elsewhere. What the file names is made when it is
//! not there: lessons, entries, marks. The same file twice changes nothing.
//!
//! An import says nothing of when a mark was made. The lesson's end stands for it, and nobody is
//! told of absences that are weeks old: an unexplained one waits among the unprocessed at once.

use super::{
    LessonKey, NoteKey,
    code_table::Codes,
    contribution::Contribution,
    expected,
    lesson::{self, NewLesson},
    mark::Mark,
    status::Status,
    tally, timetable,
};
use crate::{
    learners::{CohortKey, GroupKey, LearnerKey, RecordKey, identifiers::Upn},
    schema::{
        cohort, entry, learner, lesson as lessons, note, register_change, training_record, tutor_group,
    },
};
use chrono::{Datelike, NaiveDate, NaiveTime};
use diesel::prelude::*;
use platform::{
    Ending, Instant, Session, Writing, clock, form,
    ids::{self, OrganisationKey, PartnershipKey, PersonKey, PublicId},
    table::{BadLine, ColumnSpec, Row, Table},
    text::fold,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The columns of the file (DESIGN.md §5).
pub const COLUMNS: [ColumnSpec; 10] = [
    ColumnSpec::required("date"),
    ColumnSpec::required("period_start"),
    ColumnSpec::required("period_end"),
    ColumnSpec::required("cohort"),
    ColumnSpec::required("upn"),
    ColumnSpec::required("status"),
    ColumnSpec::optional("late_minutes"),
    ColumnSpec::optional("contribution"),
    ColumnSpec::optional("dfe_code"),
    ColumnSpec::optional("note"),
];

/// Who is said to have written the notes of a file: a person, and for whom they work.
pub type Author = (PersonKey, OrganisationKey);

/// What an import did, or would do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    pub lines: usize,
    pub lessons_made: usize,
    pub marks_changed: usize,
    pub notes_made: usize,
}

/// A line that is right: one learner's mark at one lesson.
#[derive(Clone, Debug)]
pub struct Line {
    record: RecordKey,
    learner: LearnerKey,
    school: OrganisationKey,
    at: Held,
    mark: Mark,
    dfe_code: Option<String>,
    note: Option<String>,
}

/// Which lesson it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Held {
    group: GroupKey,
    held_on: NaiveDate,
    starts: NaiveTime,
    ends: NaiveTime,
}

/// A training record of the partnership, as far as a line must fit it.
struct Known {
    record: RecordKey,
    learner: LearnerKey,
    school: OrganisationKey,
    group: GroupKey,
    first: NaiveDate,
    last: NaiveDate,
}

/// Reads every line against the partnership's learners and cohorts.
///
/// # Errors
/// The lines that are wrong, each with its column; the outer error is one of the database.
pub fn check(
    s: &mut Session<'_>,
    partnership: PartnershipKey,
    table: &Table,
    author: Option<Author>,
) -> Result<Result<Vec<Line>, Vec<BadLine>>, Ending> {
    let against = Against {
        records: known(s, partnership)?,
        codes: Codes::load(s)?,
        now: s.now(),
    };
    let (mut lines, mut faults, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
    for row in table.rows() {
        let before = faults.len();
        let line = read(&row, &against, &mut faults);
        if row.find("note").is_some() && author.is_none() {
            faults.push(row.fault("note", "a note needs an author: give one with --author"));
        }
        match line {
            Some(line) if !seen.insert((line.record, line.at.held_on, line.at.starts)) => {
                faults.push(row.fault("upn", "this learner has a mark at this lesson on an earlier line"));
            }
            Some(line) if faults.len() == before => lines.push(line),
            Some(_) | None => {}
        }
    }
    Ok(if faults.is_empty() { Ok(lines) } else { Err(faults) })
}

/// What lines are read against.
struct Against {
    records: KnownRecords,
    codes: Codes,
    now: Instant,
}

type KnownRecords = HashMap<(String, String), Vec<Known>>;

/// The records of a partnership by UPN and folded cohort title.
fn known(s: &mut Session<'_>, partnership: PartnershipKey) -> Result<KnownRecords, Ending> {
    type Found = (
        (Option<String>, String),
        (RecordKey, LearnerKey, OrganisationKey, GroupKey),
        (NaiveDate, NaiveDate, Option<NaiveDate>),
    );
    let rows: Vec<Found> = training_record::table
        .inner_join(learner::table)
        .inner_join(cohort::table)
        .filter(training_record::partnership_id.eq(partnership))
        .select((
            (learner::upn, cohort::title_key),
            (
                training_record::id,
                training_record::learner_id,
                training_record::school_id,
                training_record::group_id,
            ),
            (training_record::starts_on, training_record::ends_on, training_record::closed_on),
        ))
        .load(s.db())?;
    let mut known = KnownRecords::new();
    for ((upn, title), (record, learner, school, group), (first, ends_on, closed_on)) in rows {
        let Some(upn) = upn else {
            continue;
        };
        let last = closed_on.map_or(ends_on, |closed| closed.min(ends_on));
        let one = Known { record, learner, school, group, first, last };
        known.entry((upn, title)).or_default().push(one);
    }
    Ok(known)
}

fn read(row: &Row<'_>, against: &Against, faults: &mut Vec<BadLine>) -> Option<Line> {
    let mut faulty = |column: &str, why: &str| faults.push(row.fault(column, why));
    let upn = Upn::parse(row.get("upn")).map_err(|why| faulty("upn", why)).ok();
    let date = form::parse_date(row.get("date"));
    if date.is_none() {
        faulty("date", "enter a real date, like 2026-11-24");
    }
    let (starts, ends) = (form::parse_time(row.get("period_start")), form::parse_time(row.get("period_end")));
    if starts.is_none() {
        faulty("period_start", "enter a time of day, like 09:15");
    }
    if ends.is_none() || (starts.is_some() && ends <= starts) {
        faulty("period_end", "enter a time of day later than the start, like 12:00");
    }
    let status = Status::parse(row.get("status")).map_err(|why| faulty("status", why)).ok();
    let late_minutes = late_minutes(row, status).map_err(|why| faulty("late_minutes", why)).ok();
    let contribution = contribution(row, status).map_err(|why| faulty("contribution", why)).ok();
    if row.get("note").chars().count() > form::TEXT {
        faulty("note", "use 4000 characters or fewer");
    }
    let (upn, held_on, starts, ends) = (upn?.as_str().to_owned(), date?, starts?, ends?);
    if clock::instant(held_on, starts) > against.now {
        faulty("date", "this lesson has not begun");
    }
    let dfe_code = match row.find("dfe_code") {
        None => None,
        Some(code) => match against.codes.find(code, held_on) {
            Some(code) => Some(code.code.clone()),
            None => {
                faulty("dfe_code", "this is no attendance code of that day");
                return None;
            }
        },
    };
    let of_both = against.records.get(&(upn, fold(row.get("cohort"))));
    let fits = |one: &&Known| (one.first..=one.last).contains(&held_on);
    let Some(record) = of_both.and_then(|all| all.iter().find(fits)) else {
        faulty("cohort", "no learner with this UPN is on a course cohort of this title on that day");
        return None;
    };
    let mark = Mark {
        status: Some(status?),
        late_minutes: late_minutes?,
        contribution: contribution?,
        ..Mark::default()
    };
    Some(Line {
        record: record.record,
        learner: record.learner,
        school: record.school,
        at: Held { group: record.group, held_on, starts, ends },
        mark,
        dfe_code,
        note: row.find("note").map(str::to_owned),
    })
}

fn late_minutes(row: &Row<'_>, status: Option<Status>) -> Result<Option<i16>, &'static str> {
    let Some(typed) = row.find("late_minutes") else {
        return Ok(None);
    };
    if status != Some(Status::Late) {
        return Err("only a learner who was late has minutes");
    }
    typed
        .parse()
        .ok()
        .filter(|minutes| (0..=300).contains(minutes))
        .map(Some)
        .ok_or("enter a whole number from 0 to 300")
}

fn contribution(row: &Row<'_>, status: Option<Status>) -> Result<Option<Contribution>, &'static str> {
    match row.find("contribution") {
        None => Ok(None),
        Some(_) if !Contribution::applies_to(status) => Err("only a learner who attended has a contribution"),
        Some(typed) => Contribution::parse(typed).map(Some),
    }
}

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
