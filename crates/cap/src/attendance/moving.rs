//! Moving a learner to another course cohort, or to another group of theirs, from a day: which
//! register entries change is known before anything does. An entry with a mark is never removed.

use super::{
    LessonKey, expected,
    placing::{self, Opening, Upcoming},
};
use crate::{
    learners::{
        RecordKey,
        record::{self, NewRecord, Record, RecordStatus},
    },
    schema::{cohort, entry, lesson, training_record, tutor_group},
};
use chrono::{NaiveDate, NaiveTime};
use diesel::prelude::*;
use platform::{Ending, Session, Writing, clock, ids::PublicId};
use std::collections::BTreeSet;

/// A lesson whose register changes, or stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    key: LessonKey,
    /// "Tuesday 1 December 2026, 09:15"
    pub when: String,
    /// "Motor mechanics, group A"
    pub what: String,
}

/// What a move would do to the registers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Registers that the learner leaves.
    pub leaves: Vec<Line>,
    /// Registers in which the learner stays, because they have a mark there.
    pub stays: Vec<Line>,
    /// Registers that the learner comes onto.
    pub comes: Vec<Line>,
}

impl Plan {
    /// The lessons in a short form: a move is made only as it was shown.
    pub fn digest(&self) -> String {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hash = DefaultHasher::new();
        for lines in [&self.leaves, &self.stays, &self.comes] {
            lines.iter().map(|line| line.key.0).collect::<Vec<_>>().hash(&mut hash);
        }
        format!("{:016x}", hash.finish())
    }
}

/// Whether the move stays within the record's cohort: then the record stays one, and only its group changes.
pub fn is_within_cohort(one: &Record, to: &Opening) -> bool {
    one.cohort() == to.cohort
}

/// What moving a record to this group from this day would do.
///
/// # Errors
/// A database error.
pub fn plan(s: &mut Session<'_>, one: &Record, to: &Opening, from: NaiveDate) -> Result<Plan, Ending> {
    type Found = (LessonKey, NaiveDate, NaiveTime, String, String);
    const LESSON: (lesson::id, lesson::held_on, lesson::starts, cohort::title, tutor_group::name) =
        (lesson::id, lesson::held_on, lesson::starts, cohort::title, tutor_group::name);
    let line = |(key, held_on, starts, title, group): Found| Line {
        key,
        when: format!("{}, {}", clock::long_date(held_on), clock::hour(starts)),
        what: format!("{title}, group {group}"),
    };
    let there: Vec<(Found, Option<i16>)> = entry::table
        .inner_join(lesson::table.inner_join(cohort::table).inner_join(tutor_group::table))
        .filter(entry::record_id.eq(one.key()))
        .filter(entry::held_on.ge(from))
        .order((lesson::starts_at, lesson::id))
        .select((LESSON, entry::status))
        .load(s.db())?;
    let last = if is_within_cohort(one, to) {
        one.stand().ends_on
    } else {
        to.ends_on
    };
    let ahead: Vec<Found> = lesson::table
        .inner_join(cohort::table)
        .inner_join(tutor_group::table)
        .filter(lesson::group_id.eq(to.group))
        .filter(lesson::cancelled_at.is_null())
        .filter(lesson::held_on.ge(from))
        .filter(lesson::held_on.le(last))
        .order((lesson::starts_at, lesson::id))
        .select(LESSON)
        .load(s.db())?;
    let mut plan = Plan::default();
    let marked: BTreeSet<LessonKey> =
        there.iter().filter(|(_, status)| status.is_some()).map(|(found, _)| found.0).collect();
    for (found, status) in there {
        if status.is_some() {
            plan.stays.push(line(found))
        } else {
            plan.leaves.push(line(found))
        }
    }
    plan.comes = ahead.into_iter().filter(|found| !marked.contains(&found.0)).map(line).collect();
    Ok(plan)
}

/// Moves a record to another group of its cohort from a day on, as [`plan`] says.
///
/// # Errors
/// [`Ending::Conflict`]; a database error.
pub fn within_cohort(
    w: &mut Writing<'_>,
    one: &Record,
    to: &Opening,
    from: NaiveDate,
) -> Result<Option<Upcoming>, Ending> {
    placing::set_group(w, one, to.group)?;
    leave_from(w, one, from)?;
    expected::of_record_from(w, one.key(), from)?;
    placing::told_of(w, one.key(), "A learner changed groups on")
}

/// Ends a record on the day before, as completed or withdrawn, and starts one on the other cohort,
/// as [`plan`] says. Answers the new record's id.
///
/// # Errors
/// [`Ending::Conflict`]; a database error.
pub fn to_cohort(
    w: &mut Writing<'_>,
    one: &Record,
    to: &Opening,
    from: NaiveDate,
    how: RecordStatus,
) -> Result<(RecordKey, PublicId, Option<Upcoming>), Ending> {
    let last_day = from.pred_opt().unwrap_or(from);
    let base: String = training_record::table
        .filter(training_record::id.eq(one.key()))
        .select(training_record::base_code)
        .first(w.db())?;
    let base_code = super::codes::PlacementBase::parse(&base).map_err(Ending::fault)?.code();
    placing::end(w, one, how, last_day)?;
    let new = NewRecord {
        learner: one.learner(),
        group: to.group,
        starts_on: from,
        ends_on: to.ends_on,
        base_code,
    };
    let key = record::make(w, &new)?;
    expected::of_record_from(w, key, from)?;
    let first = placing::told_of(w, key, "A learner was placed on")?;
    let id = training_record::table
        .filter(training_record::id.eq(key))
        .select(training_record::public_id)
        .first(w.db())?;
    Ok((key, id, first))
}

fn leave_from(w: &mut Writing<'_>, one: &Record, from: NaiveDate) -> Result<(), Ending> {
    let last_day = from.pred_opt().unwrap_or(from);
    expected::leave_after(w, one.key(), last_day).map(|_| ())
}
