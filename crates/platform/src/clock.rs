//! Time: handed in, never ambient. Instants are UTC; what people see is Europe/London.

use chrono::{
    DateTime, Datelike, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike, Utc,
    Weekday,
};
use chrono_tz::Europe::London;
use std::sync::{Arc, Mutex};

/// A moment, always UTC, to the millisecond (so that both engines keep it unchanged).
pub type Instant = NaiveDateTime;

/// Where the program gets the time from.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System { ahead: TimeDelta },
    Fixed(Arc<Mutex<Instant>>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Source::System { ahead: TimeDelta::zero() })
    }

    /// Starts at this instant and runs on: for trying the product on another day (`CAP_NOW`).
    pub fn starting_at(start: Instant) -> Self {
        Self(Source::System { ahead: start - system_now() })
    }

    /// Stands still until [`Clock::advance`]: for tests.
    pub fn fixed(at: Instant) -> Self {
        Self(Source::Fixed(Arc::new(Mutex::new(at))))
    }

    /// The present moment.
    pub fn now(&self) -> Instant {
        match &self.0 {
            Source::System { ahead } => to_millisecond(system_now() + *ahead),
            Source::Fixed(at) => *at.lock().unwrap_or_else(|poisoned| poisoned.into_inner()),
        }
    }

    /// Moves a fixed clock; a running one is left alone.
    pub fn advance(&self, by: TimeDelta) {
        if let Source::Fixed(at) = &self.0 {
            *at.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) += by;
        }
    }
}

fn system_now() -> Instant {
    Utc::now().naive_utc()
}

fn to_millisecond(at: Instant) -> Instant {
    DateTime::from_timestamp_millis(at.and_utc().timestamp_millis()).map_or(at, |exact| exact.naive_utc())
}

/// Milliseconds of Unix time, for keys.
pub(crate) fn unix_ms() -> i64 {
    system_now().and_utc().timestamp_millis()
}

/// The wall clock in London at an instant.
pub fn london(at: Instant) -> NaiveDateTime {
    London.from_utc_datetime(&at).naive_local()
}

/// The date in London at an instant.
pub fn today(at: Instant) -> NaiveDate {
    london(at).date()
}

/// The instant at which London's clocks show this. In the hour that is skipped in March the clock
/// that was not put forward is meant; in the hour that comes twice in October, the first.
pub fn instant(date: NaiveDate, time: NaiveTime) -> Instant {
    let wall = date.and_time(time);
    match London.from_local_datetime(&wall) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.naive_utc(),
        LocalResult::None => wall,
    }
}

/// Monday of the week that holds this date.
pub fn monday(date: NaiveDate) -> NaiveDate {
    date.week(Weekday::Mon).first_day()
}

/// "Tuesday 24 November 2026"
pub fn long_date(date: NaiveDate) -> String {
    date.format("%A %-d %B %Y").to_string()
}

/// "24 Nov 2026"
pub fn short_date(date: NaiveDate) -> String {
    date.format("%-d %b %Y").to_string()
}

/// "24 Nov 2026, 09:17" as London's clocks showed it.
pub fn moment(at: Instant) -> String {
    london(at).format("%-d %b %Y, %H:%M").to_string()
}

/// "09:15"
pub fn hour(time: NaiveTime) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// Whether the date is a Saturday or a Sunday.
pub fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }
    fn at(h: u32, m: u32) -> NaiveTime {
        NaiveTime::from_hms_opt(h, m, 0).unwrap()
    }

    #[test]
    fn a_lesson_at_nine_fifteen_is_at_nine_fifteen_in_winter_and_summer() {
        for (date, utc) in [
            (day(2027, 3, 27), at(9, 15)),
            (day(2027, 3, 28), at(8, 15)),
            (day(2027, 10, 30), at(8, 15)),
            (day(2027, 10, 31), at(9, 15)),
            (day(2028, 2, 29), at(9, 15)),
        ] {
            let moment = instant(date, at(9, 15));
            assert_eq!(moment, date.and_time(utc), "{date}");
            assert_eq!(london(moment), date.and_time(at(9, 15)), "{date}");
        }
    }

    #[test]
    fn the_skipped_and_the_doubled_hour_have_one_answer() {
        assert_eq!(instant(day(2027, 3, 28), at(1, 30)), day(2027, 3, 28).and_time(at(1, 30)));
        assert_eq!(instant(day(2027, 10, 31), at(1, 30)), day(2027, 10, 31).and_time(at(0, 30)));
    }

    #[test]
    fn a_fixed_clock_moves_only_when_told() {
        let start = day(2026, 11, 24).and_time(at(9, 0));
        let clock = Clock::fixed(start);
        assert_eq!(clock.now(), start);
        clock.advance(TimeDelta::minutes(5));
        assert_eq!(clock.now(), start + TimeDelta::minutes(5));
    }
}
