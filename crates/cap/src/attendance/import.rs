//! `cap import marks`: reading registers that were taken elsewhere, line by line, against the
//! learners and cohorts of a partnership. What is written stands in `import_write`.

use super::{code_table::Codes, contribution::Contribution, mark::Mark, status::Status};
use crate::{
    accounts::import::{Column, may, must},
    learners::{GroupKey, LearnerKey, RecordKey, identifiers::Upn},
    schema::{cohort, learner, training_record},
};
use chrono::{NaiveDate, NaiveTime};
use diesel::prelude::*;
use platform::{
    Ending, Instant, Session, clock, form,
    ids::{OrganisationKey, PartnershipKey, PersonKey},
    table::{BadLine, ColumnSpec, Row, Table},
    text::fold,
};
use std::collections::{BTreeSet, HashMap};

pub use super::import_write::write;

/// What becomes of a row that is known: for docs/import.md.
pub const KNOWN: &str = "A learner's mark at the lesson of that group on that date, from that hour, is the same one. A lesson that is not there is made, from the timetable's line where one fits. The same file twice changes nothing, and nobody is told of absences that a file brings: an unexplained one waits among the unprocessed at once.";

/// The columns of the file, in the order of the guide.
pub const COLUMNS: [Column; 10] = [
    must("date", "Of the lesson, like 2026-11-10 or 10/11/2026"),
    must("period_start", "When the lesson began, like 09:15"),
    must("period_end", "When it ended, like 12:00"),
    must("cohort", "The title of the learner's course cohort"),
    must("upn", "Unique pupil number of a learner who is here already"),
    must(
        "status",
        "present, late, authorised, unexplained, unauthorised, dismissed-behaviour, dismissed-other or not-required",
    ),
    may("late_minutes", "0 to 300, of a learner who was late"),
    may("contribution", "-2 to 2, of a learner who attended"),
    may("dfe_code", "An attendance code that was in use on the date"),
    may("note", "Attendance note; needs `--author`"),
];

/// The columns as a file is read by them.
pub fn specs() -> Vec<ColumnSpec> {
    COLUMNS.iter().map(|column| column.spec).collect()
}

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
    pub(super) record: RecordKey,
    pub(super) learner: LearnerKey,
    pub(super) school: OrganisationKey,
    pub(super) at: Held,
    pub(super) mark: Mark,
    pub(super) dfe_code: Option<String>,
    pub(super) note: Option<String>,
}

/// Which lesson it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Held {
    pub(super) group: GroupKey,
    pub(super) held_on: NaiveDate,
    pub(super) starts: NaiveTime,
    pub(super) ends: NaiveTime,
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
