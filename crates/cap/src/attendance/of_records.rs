//! The figures of some training records from their kept counts, for lists and files of many. They are
//! those of [`super::summary`], without counting the marks.

use super::{
    contribution::Contribution,
    figures::{Contributions, Counts},
    mark::Mark,
    status::Status,
    tally,
};
use crate::{
    learners::RecordKey,
    schema::{entry, tally as kept},
};
use chrono::TimeDelta;
use diesel::{dsl::count_star, prelude::*};
use platform::{Ending, Instant, Session, db::one_of};
use std::collections::HashMap;

/// Marks can be set so many minutes before a lesson begins (`register::Register::is_open_to_marks`).
pub const EARLY_MINUTES: i64 = 15;

/// The weeks whose contributions are compared with as many before them.
pub const TREND_WEEKS: i64 = 4;

/// The attendance and contributions of each of these records, of the lessons up to now. One that has
/// no counts is left out. Lessons that were cancelled have no entries, so that they need not be asked.
///
/// # Errors
/// A database error.
pub fn figures(
    s: &mut Session<'_>,
    records: &[RecordKey],
) -> Result<HashMap<RecordKey, (Counts, Contributions)>, Ending> {
    let (due, early) = (due(s, records)?, early(s, records)?);
    let rows = counts(s, records)?;
    let figures = rows.into_iter().map(|(record, mut row)| {
        for mark in early.iter().filter(|(of, _)| *of == record).map(|(_, mark)| mark) {
            row.iter_mut().zip(tally::row_of(mark)).for_each(|(sum, one)| *sum -= one);
        }
        (record, tally::figures(&row, due.get(&record).copied().unwrap_or(0)))
    });
    Ok(figures.collect())
}

/// How many lessons up to now each record had an entry for: counted in the index `entry_record` alone.
fn due(s: &mut Session<'_>, records: &[RecordKey]) -> Result<HashMap<RecordKey, u32>, Ending> {
    let now = s.now();
    let found: Vec<(RecordKey, i64)> = entry::table
        .filter(one_of(s.db(), entry::record_id, records.iter().copied()))
        .filter(entry::starts_at.le(now))
        .group_by(entry::record_id)
        .select((entry::record_id, count_star()))
        .load(s.db())?;
    Ok(found
        .into_iter()
        .map(|(record, n)| (record, u32::try_from(n).unwrap_or(u32::MAX)))
        .collect())
}

/// Marks of lessons that have not begun, which the kept counts hold already. By `entry_record`.
fn early(s: &mut Session<'_>, records: &[RecordKey]) -> Result<Vec<(RecordKey, Mark)>, Ending> {
    let now = s.now();
    let found: Vec<(RecordKey, Option<i16>, Option<i16>)> = entry::table
        .filter(one_of(s.db(), entry::record_id, records.iter().copied()))
        .filter(entry::starts_at.gt(now))
        .filter(entry::starts_at.le(now + TimeDelta::minutes(EARLY_MINUTES)))
        .filter(entry::status.is_not_null())
        .select((entry::record_id, entry::status, entry::contribution))
        .load(s.db())?;
    let mark = |(record, status, level): (RecordKey, Option<i16>, Option<i16>)| {
        let mark = Mark {
            status: status.and_then(Status::from_code),
            contribution: level.and_then(Contribution::new),
            ..Mark::default()
        };
        (record, mark)
    };
    Ok(found.into_iter().map(mark).collect())
}

/// The kept counts of each record.
fn counts(s: &mut Session<'_>, records: &[RecordKey]) -> Result<Vec<(RecordKey, tally::Row)>, Ending> {
    type Statuses = (i32, i32, i32, i32, i32, i32, i32, i32);
    type Levels = (i32, i32, i32, i32, i32);
    let rows: Vec<(RecordKey, Statuses, Levels)> = kept::table
        .filter(one_of(s.db(), kept::record_id, records.iter().copied()))
        .select((
            kept::record_id,
            (
                kept::present,
                kept::late,
                kept::authorised,
                kept::unexplained,
                kept::unauthorised,
                kept::dismissed_behaviour,
                kept::dismissed_other,
                kept::not_required,
            ),
            (
                kept::contribution_m2,
                kept::contribution_m1,
                kept::contribution_0,
                kept::contribution_p1,
                kept::contribution_p2,
            ),
        ))
        .load(s.db())?;
    let row = |(record, (a, b, c, d, e, f, g, h), (i, j, k, l, m))| {
        (record, [a, b, c, d, e, f, g, h, i, j, k, l, m])
    };
    Ok(rows.into_iter().map(row).collect())
}

/// Whether a learner takes part more or less than before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trend {
    Up,
    Level,
    Down,
}

impl Trend {
    /// The average of the later contributions against that of the earlier ones; `None` where either
    /// has none.
    pub fn of(earlier: &Contributions, later: &Contributions) -> Option<Trend> {
        let (before, after) = (i64::from(earlier.total()), i64::from(later.total()));
        // Two fractions compared without dividing.
        (before > 0 && after > 0).then(|| {
            match (later.balance() * before).cmp(&(earlier.balance() * after)) {
                std::cmp::Ordering::Greater => Trend::Up,
                std::cmp::Ordering::Equal => Trend::Level,
                std::cmp::Ordering::Less => Trend::Down,
            }
        })
    }

    /// As people say it.
    pub fn label(self) -> &'static str {
        match self {
            Trend::Up => "Up",
            Trend::Level => "Level",
            Trend::Down => "Down",
        }
    }

    /// The sign before the word.
    pub fn sign(self) -> &'static str {
        match self {
            Trend::Up => "▲",
            Trend::Level => "▬",
            Trend::Down => "▼",
        }
    }
}

/// The trend of each record's contributions: the last four weeks against the four before them.
///
/// # Errors
/// A database error.
pub fn trends(s: &mut Session<'_>, records: &[RecordKey]) -> Result<HashMap<RecordKey, Trend>, Ending> {
    let now = s.now();
    let since = |weeks: i64| now - TimeDelta::weeks(weeks);
    let later = between(s, records, since(TREND_WEEKS), now)?;
    let earlier = between(s, records, since(2 * TREND_WEEKS), since(TREND_WEEKS))?;
    let trend = |(record, later)| Some((record, Trend::of(earlier.get(&record)?, &later)?));
    Ok(later.into_iter().filter_map(trend).collect())
}

/// The contributions of lessons after one moment and up to another. By `entry_record`, some forty
/// entries a record.
fn between(
    s: &mut Session<'_>,
    records: &[RecordKey],
    after: Instant,
    until: Instant,
) -> Result<HashMap<RecordKey, Contributions>, Ending> {
    let found: Vec<(RecordKey, Option<i16>, i64)> = entry::table
        .filter(one_of(s.db(), entry::record_id, records.iter().copied()))
        .filter(entry::starts_at.gt(after))
        .filter(entry::starts_at.le(until))
        .filter(entry::contribution.is_not_null())
        .group_by((entry::record_id, entry::contribution))
        .select((entry::record_id, entry::contribution, count_star()))
        .load(s.db())?;
    let mut of: HashMap<RecordKey, Contributions> = HashMap::new();
    for (record, level, number) in found {
        if let Some(level) = level.and_then(Contribution::new) {
            of.entry(record).or_default().add_many(level, u32::try_from(number).unwrap_or(u32::MAX));
        }
    }
    Ok(of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trend_compares_averages_not_sums() {
        for (earlier, later, trend) in [
            ([0, 0, 1, 0, 0], [0, 0, 0, 1, 0], Some(Trend::Up)),
            ([0, 0, 0, 0, 4], [0, 0, 0, 0, 1], Some(Trend::Level)),
            ([0, 0, 0, 1, 0], [0, 0, 9, 8, 0], Some(Trend::Down)),
            ([1, 0, 0, 0, 0], [0, 3, 0, 0, 0], Some(Trend::Up)),
            ([0, 0, 0, 0, 0], [0, 0, 1, 0, 0], None),
            ([0, 0, 1, 0, 0], [0, 0, 0, 0, 0], None),
        ] {
            let of = Trend::of(&Contributions::new(earlier), &Contributions::new(later));
            assert_eq!(of, trend, "{earlier:?} then {later:?}");
        }
    }
}
