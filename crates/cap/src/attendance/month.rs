//! Attendance by Month: a learner a row, a day a column, the morning and the afternoon.

use super::{
    calendar::Days, codes::Session as DaySession, figures::Counts, filter::Filter, status::Status,
    within::within,
};
use crate::{
    learners::LearnerKey,
    schema::{entry, learner, lesson, training_record},
};
use chrono::{NaiveDate, NaiveTime};
use diesel::prelude::*;
use platform::{Ending, Multi, Session, clock};
use std::collections::BTreeMap;

/// The marks of one learner in one session: `None` for each lesson that has no mark yet. Empty where
/// no lesson is.
pub type Marks = Vec<Option<Status>>;

/// A learner's month.
#[derive(Clone, Debug)]
pub struct Line {
    pub learner: LearnerKey,
    pub surname: String,
    pub first_name: String,
    /// By day and session, the morning first.
    marks: BTreeMap<(NaiveDate, bool), Marks>,
}

impl Line {
    /// The marks of a day's morning and afternoon.
    pub fn of(&self, day: NaiveDate) -> [&[Option<Status>]; 2] {
        [false, true].map(|afternoon| self.marks.get(&(day, afternoon)).map_or(&[][..], Vec::as_slice))
    }
}

/// The days of a month that have a column: Monday to Friday, and other days with a lesson.
pub fn days(of: Days, lines: &[Line]) -> Vec<NaiveDate> {
    let has_lesson = |day: &NaiveDate| lines.iter().any(|line| line.of(*day).iter().any(|m| !m.is_empty()));
    of.iter().filter(|day| !clock::is_weekend(*day) || has_lesson(day)).collect()
}

/// How many marks of each kind a day has.
pub fn counts(lines: &[Line], day: NaiveDate) -> Counts {
    let mut counts = Counts::default();
    for mark in lines.iter().flat_map(|line| line.of(day)).flatten() {
        counts.add(*mark);
    }
    counts
}

type Found = (LearnerKey, String, String, NaiveDate, NaiveTime, Option<i16>);

/// The month of every learner whom the filter finds, by surname and first name. A learner at two
/// providers is one row.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn of(s: &mut Session<'_>, filter: &Filter) -> Result<Vec<Line>, Ending> {
    let entries = entry::table
        .inner_join(lesson::table)
        .inner_join(training_record::table.inner_join(learner::table))
        .into_boxed::<Multi>();
    let found: Vec<Found> = within!(entries, s, filter)
        .filter(lesson::cancelled_at.is_null())
        .order((
            training_record::surname_key,
            training_record::first_key,
            training_record::learner_id,
            entry::starts_at,
        ))
        .select((
            learner::id,
            learner::surname,
            learner::first_name,
            lesson::held_on,
            lesson::starts,
            entry::status,
        ))
        .load(s.db())?;
    let mut lines: Vec<Line> = Vec::new();
    for (learner, surname, first_name, day, starts, status) in found {
        if lines.last().is_none_or(|line| line.learner != learner) {
            lines.push(Line {
                learner,
                surname,
                first_name,
                marks: BTreeMap::new(),
            });
        }
        let afternoon = DaySession::at(starts) == DaySession::Pm;
        if let Some(line) = lines.last_mut() {
            line.marks.entry((day, afternoon)).or_default().push(status.and_then(Status::from_code));
        }
    }
    Ok(lines)
}
