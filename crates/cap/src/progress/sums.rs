//! The kept sums of each training record's units: how many, and how many of each status. Whatever
//! changes a tree of units, a course's qualification or a learner's progress counts them anew in the
//! same transaction.

use super::{QualificationKey, UnitStatus};
use crate::{
    learners::{CourseKey, RecordKey},
    schema::{cohort, component, course, progress_sum, training_record, unit_progress},
};
use diesel::{dsl::count_star, prelude::*};
use platform::{Ending, Session, Writing};

/// How many units a training record has, of each status. Units that are left out, and those
/// withdrawn from the tree, are none of them.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Units([u32; UnitStatus::ALL.len()]);

impl Units {
    /// From counts in the order of [`UnitStatus::ALL`].
    pub fn new(counts: [u32; UnitStatus::ALL.len()]) -> Units {
        Units(counts)
    }

    /// Counts one unit.
    pub fn add(&mut self, status: UnitStatus) {
        self.0[status as usize] += 1;
    }

    /// Units of one status.
    pub fn of(&self, status: UnitStatus) -> u32 {
        self.0[status as usize]
    }

    /// All units that count.
    pub fn total(&self) -> u32 {
        self.0.iter().sum()
    }

    /// In words: "8 units: 3 completed, 5 not started".
    pub fn said(&self) -> String {
        let total = match self.total() {
            0 => return "No units".to_owned(),
            1 => "1 unit".to_owned(),
            many => format!("{many} units"),
        };
        let some = UnitStatus::ALL.into_iter().rev().filter(|status| self.of(*status) > 0);
        let parts: Vec<String> = some
            .map(|status| format!("{} {}", self.of(status), status.heading().to_lowercase()))
            .collect();
        format!("{total}: {}", parts.join(", "))
    }
}

impl std::ops::AddAssign for Units {
    fn add_assign(&mut self, other: Units) {
        self.0.iter_mut().zip(other.0).for_each(|(sum, one)| *sum += one);
    }
}

/// Counts the units of a training record as its tree and its progress say.
///
/// # Errors
/// A database error.
pub fn counted(s: &mut Session<'_>, record: RecordKey) -> Result<Units, Ending> {
    let qualification: Option<QualificationKey> = training_record::table
        .inner_join(cohort::table.inner_join(course::table))
        .filter(training_record::id.eq(record))
        .select(course::qualification_id)
        .first(s.db())?;
    let Some(qualification) = qualification else {
        return Ok(Units::default());
    };
    let all: i64 = component::table
        .filter(component::qualification_id.eq(qualification))
        .filter(component::kind.eq("unit"))
        .filter(component::ended_at.is_null())
        .select(count_star())
        .first(s.db())?;
    let known: Vec<(bool, i16, i64)> = unit_progress::table
        .inner_join(component::table)
        .filter(unit_progress::record_id.eq(record))
        .filter(component::qualification_id.eq(qualification))
        .filter(component::kind.eq("unit"))
        .filter(component::ended_at.is_null())
        .group_by((unit_progress::left_out, unit_progress::status))
        .select((unit_progress::left_out, unit_progress::status, count_star()))
        .load(s.db())?;
    let count = |number: i64| u32::try_from(number).map_err(Ending::fault);
    let mut units = Units::default();
    let mut unknown = count(all)?;
    for (left_out, status, number) in known {
        let number = count(number)?;
        unknown = unknown.saturating_sub(number);
        if left_out {
            continue;
        }
        let status =
            UnitStatus::from_code(status).ok_or_else(|| Ending::fault("a unit of no known status"))?;
        units.0[status as usize] += number;
    }
    units.0[UnitStatus::NotStarted as usize] += unknown;
    Ok(units)
}

/// Counts a training record's units anew and keeps the sums.
///
/// # Errors
/// A database error.
pub fn recount(w: &mut Writing<'_>, record: RecordKey) -> Result<(), Ending> {
    let units = counted(w, record)?;
    let [not_started, behind, on_track, in_assessment, completed] = units.0.map(stored);
    diesel::update(progress_sum::table.filter(progress_sum::record_id.eq(record)))
        .set((
            progress_sum::units.eq(stored(units.total())),
            progress_sum::not_started.eq(not_started),
            progress_sum::behind.eq(behind),
            progress_sum::on_track.eq(on_track),
            progress_sum::in_assessment.eq(in_assessment),
            progress_sum::completed.eq(completed),
        ))
        .execute(w.db())?;
    Ok(())
}

/// Counts anew every training record of a course: its qualification has changed.
///
/// # Errors
/// A database error.
pub fn recount_course(w: &mut Writing<'_>, of: CourseKey) -> Result<(), Ending> {
    let records: Vec<RecordKey> = training_record::table
        .inner_join(cohort::table)
        .filter(cohort::course_id.eq(of))
        .select(training_record::id)
        .load(w.db())?;
    records.into_iter().try_for_each(|record| recount(w, record))
}

/// Counts anew every training record that leads to a qualification: its tree has changed.
///
/// # Errors
/// A database error.
pub fn recount_qualification(w: &mut Writing<'_>, of: QualificationKey) -> Result<(), Ending> {
    let courses: Vec<CourseKey> =
        course::table.filter(course::qualification_id.eq(of)).select(course::id).load(w.db())?;
    courses.into_iter().try_for_each(|course| recount_course(w, course))
}

/// The training records whose kept sums are wrong, by their short number: a fault of the program,
/// for which `cap check` looks.
///
/// # Errors
/// A database error.
pub fn wrong(s: &mut Session<'_>) -> Result<Vec<i64>, Ending> {
    type Kept = (i32, i32, i32, i32, i32, i32);
    let records: Vec<(RecordKey, i64, Option<Kept>)> = training_record::table
        .left_join(progress_sum::table)
        .order(training_record::number)
        .select((
            training_record::id,
            training_record::number,
            (
                progress_sum::units,
                progress_sum::not_started,
                progress_sum::behind,
                progress_sum::on_track,
                progress_sum::in_assessment,
                progress_sum::completed,
            )
                .nullable(),
        ))
        .load(s.db())?;
    let mut wrong = Vec::new();
    for (record, number, kept) in records {
        let units = counted(s, record)?;
        let [a, b, c, d, e] = units.0.map(stored);
        if kept != Some((stored(units.total()), a, b, c, d, e)) {
            wrong.push(number);
        }
    }
    Ok(wrong)
}

fn stored(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_said_from_the_best_to_the_worst() {
        assert_eq!(Units::default().said(), "No units");
        assert_eq!(Units::new([0, 0, 0, 1, 0]).said(), "1 unit: 1 in assessment");
        assert_eq!(Units::new([4, 1, 0, 0, 2]).said(), "7 units: 2 completed, 1 behind, 4 not started");
    }
}
