//! The attendance of one training record: its figures, its trend, and each of its days.

use super::{
    contribution::Contribution,
    figures::{Contributions, Counts},
    status::Status,
};
use crate::{
    learners::record::Record,
    schema::{entry, lesson},
};
use chrono::{Datelike, NaiveDate};
use diesel::prelude::*;
use platform::{Ending, Session, clock};
use std::collections::BTreeMap;

/// All lessons of a record up to now that are not cancelled.
#[derive(Clone, Debug, Default)]
pub struct Attendance {
    pub counts: Counts,
    pub contributions: Contributions,
    /// The marks of each day that had a lesson, in the order of the lessons.
    pub days: BTreeMap<NaiveDate, Vec<Option<Status>>>,
}

/// A stretch of the trend: its first day's label, and its figures.
pub type Stretch = (String, Counts);

/// From this many weeks on a trend goes by month.
const MOST_WEEKS: usize = 13;

/// The attendance of a record that its reader has opened.
///
/// # Errors
/// A database error.
pub fn of(s: &mut Session<'_>, record: &Record) -> Result<Attendance, Ending> {
    let now = s.now();
    let rows: Vec<(NaiveDate, Option<i16>, Option<i16>)> = entry::table
        .inner_join(lesson::table)
        .filter(entry::record_id.eq(record.key()))
        .filter(entry::starts_at.le(now))
        .filter(lesson::cancelled_at.is_null())
        .order((entry::starts_at, entry::lesson_id))
        .select((entry::held_on, entry::status, entry::contribution))
        .load(s.db())?;
    Ok(rows.into_iter().fold(Attendance::default(), |mut all, (day, status, contribution)| {
        all.add(day, status.and_then(Status::from_code), contribution.and_then(Contribution::new));
        all
    }))
}

impl Attendance {
    /// Counts one lesson.
    fn add(&mut self, day: NaiveDate, mark: Option<Status>, contribution: Option<Contribution>) {
        self.counts.add(mark);
        if let Some(level) = contribution {
            self.contributions.add(level);
        }
        self.days.entry(day).or_default().push(mark);
    }

    /// By week, or over a longer time by month; and what the stretches are called.
    pub fn trend(&self) -> (&'static str, Vec<Stretch>) {
        let by = |first: fn(NaiveDate) -> NaiveDate| {
            let mut stretches: BTreeMap<NaiveDate, Counts> = BTreeMap::new();
            for (day, marks) in &self.days {
                let counts = stretches.entry(first(*day)).or_default();
                marks.iter().for_each(|mark| counts.add(*mark));
            }
            stretches
        };
        let weeks = by(clock::monday);
        let said = |all: BTreeMap<NaiveDate, Counts>, how: &str| {
            all.into_iter().map(|(day, counts)| (day.format(how).to_string(), counts)).collect()
        };
        if weeks.len() <= MOST_WEEKS {
            return ("Week from", said(weeks, "%-d %b"));
        }
        ("Month", said(by(|day| day.with_day(1).unwrap_or(day)), "%b %Y"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(days: impl Iterator<Item = NaiveDate>) -> Attendance {
        days.fold(Attendance::default(), |mut all, day| {
            all.add(day, Some(Status::Present), Contribution::new(1));
            all
        })
    }

    #[test]
    fn a_short_time_goes_by_week_and_a_long_one_by_month() {
        let first = NaiveDate::from_ymd_opt(2026, 9, 1).unwrap();
        let weeks = |n: usize| first.iter_weeks().take(n);
        let (heading, trend) = of(weeks(13)).trend();
        assert_eq!((heading, trend.len(), trend[0].0.as_str()), ("Week from", 13, "31 Aug"));
        let (heading, trend) = of(weeks(14)).trend();
        assert_eq!((heading, trend.len(), trend[0].0.as_str()), ("Month", 4, "Sep 2026"));
        assert_eq!(trend.iter().map(|(_, counts)| counts.present).sum::<u32>(), 14);
    }

    #[test]
    fn every_lesson_of_a_day_is_kept() {
        let day = NaiveDate::from_ymd_opt(2026, 9, 1).unwrap();
        let mut all = of([day].into_iter());
        all.add(day, None, None);
        assert_eq!(all.days[&day], [Some(Status::Present), None]);
        assert_eq!((all.counts.scheduled, all.counts.missing(), all.contributions.balance()), (2, 1, 1));
    }
}
