//! The clock of an absence: how many of its home school's days are left to explain it.

use super::calendar::{Calendar, Days};
use chrono::NaiveDate;
use platform::clock;

/// How an absence stands by the clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Due {
    /// So many school days are left after today; the last is this one.
    Left { school_days: usize, on: NaiveDate },
    /// Today is the last day.
    Today,
    /// Since this day, the first after the last.
    OverdueSince(NaiveDate),
    /// The term dates that are known do not reach so far.
    Unknown,
}

impl Due {
    /// How an absence of a day stands today, with so many school days to explain it.
    pub fn of(calendar: &Calendar, absent_on: NaiveDate, within_school_days: usize, today: NaiveDate) -> Due {
        let Some(last) = calendar.due_on(absent_on, within_school_days) else {
            return Due::Unknown;
        };
        if today == last {
            return Due::Today;
        }
        let after = |day: NaiveDate| day.succ_opt().unwrap_or(day);
        match Days::new(after(today), last) {
            Ok(span) => Due::Left {
                school_days: calendar.school_days(span).count(),
                on: last,
            },
            Err(_) => Due::OverdueSince(after(last)),
        }
    }

    /// As people read it.
    pub fn label(self) -> String {
        match self {
            Due::Left { school_days: 1, .. } => "1 school day left".to_owned(),
            Due::Left { school_days, .. } => format!("{school_days} school days left"),
            Due::Today => "due today".to_owned(),
            Due::OverdueSince(day) => format!("overdue since {}", clock::short_date(day)),
            Due::Unknown => "no term dates".to_owned(),
        }
    }

    /// The colour of its tag.
    pub fn colour(self) -> &'static str {
        match self {
            Due::Left { .. } => "blue",
            Due::Today => "yellow",
            Due::OverdueSince(_) => "red",
            Due::Unknown => "grey",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attendance::calendar::{Closures, Terms};

    #[test]
    fn only_the_home_schools_days_count() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
        let span = |first, last| Days::new(day(first), day(last)).expect("a span");
        let calendar = Calendar::new(
            Terms::new(vec![span("2026-11-02", "2026-12-18")]).expect("terms"),
            Closures::new(vec![span("2026-11-27", "2026-11-27")]),
        );
        // Absent on Tuesday 24 November; Friday is closed, so the fifth day is Wednesday 2 December.
        for (today, label) in [
            ("2026-11-24", "5 school days left"),
            ("2026-11-27", "3 school days left"),
            ("2026-11-29", "3 school days left"),
            ("2026-12-01", "1 school day left"),
            ("2026-12-02", "due today"),
            ("2026-12-03", "overdue since 3 Dec 2026"),
            ("2027-03-01", "overdue since 3 Dec 2026"),
        ] {
            assert_eq!(Due::of(&calendar, day("2026-11-24"), 5, day(today)).label(), label, "{today}");
        }
        assert_eq!(Due::of(&calendar, day("2026-12-17"), 5, day("2026-12-17")), Due::Unknown);
        assert_eq!(Due::of(&calendar, day("2026-11-24"), 1, day("2026-11-25")), Due::Today);
    }
}
