//! School years: the academic year of a date, a learner's year group in it, and the year in which a
//! learner begins key stage 4.

use std::fmt;

use chrono::{Datelike, NaiveDate};

/// A school year, from 1 September to 31 August.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AcademicYear(i32);

impl AcademicYear {
    /// The academic year in which a date falls.
    pub fn of(date: NaiveDate) -> Self {
        Self(if date.month() >= 9 { date.year() } else { date.year() - 1 })
    }

    /// The academic year that starts in September of a calendar year. `None` outside 1900 to 2999,
    /// which is how a mistyped year is noticed.
    pub fn starting(year: i32) -> Option<Self> {
        (1900..=2999).contains(&year).then_some(Self(year))
    }

    /// Reads 2026–2027, 2026-2027, 2026/27 and the like, or the first year alone.
    pub fn parse(typed: &str) -> Result<Self, &'static str> {
        const WANTED: &str = "Enter an academic year, like 2026–2027";
        let mut parts = typed.trim().split(['–', '-', '/']);
        let first = parts.next().filter(|part| part.len() == 4).and_then(whole_number).ok_or(WANTED)?;
        match (parts.next(), parts.next()) {
            (None, _) => {}
            (Some(second), None) => {
                let follows = match second.len() {
                    4 => whole_number(second) == Some(first + 1),
                    2 => whole_number(second) == Some((first + 1) % 100),
                    _ => return Err(WANTED),
                };
                if !follows {
                    return Err(
                        "Enter an academic year as two years that follow one another, like 2026–2027",
                    );
                }
            }
            (Some(_), Some(_)) => return Err(WANTED),
        }
        Self::starting(first).ok_or(WANTED)
    }

    /// The calendar year in which it starts.
    pub fn first_year(self) -> i32 {
        self.0
    }

    /// 1 September.
    pub fn starts_on(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.0, 9, 1).unwrap_or(NaiveDate::MIN)
    }

    /// 31 August.
    pub fn ends_on(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.0 + 1, 8, 31).unwrap_or(NaiveDate::MAX)
    }

    /// The academic year before.
    pub fn previous(self) -> Self {
        Self(self.0 - 1)
    }

    /// The academic year after.
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for AcademicYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}–{}", self.0, self.0 + 1)
    }
}

/// A year group of the National Curriculum: 1 to 13 in school, 0 for Reception, less before it.
///
/// Worked out from the date of birth it is only what is usual: some learners are taught a year above
/// or below, so a stored year group goes before this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct YearGroup(i32);

impl YearGroup {
    /// The usual year group of a learner in an academic year.
    pub fn of(born_on: NaiveDate, year: AcademicYear) -> Self {
        // Children start Reception in the academic year after the one in which they turn four.
        Self(year.0 - AcademicYear::of(born_on).0 - 5)
    }

    /// The year group as a number: 10 for Year 10, 0 for Reception.
    pub fn number(self) -> i32 {
        self.0
    }
}

impl fmt::Display for YearGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            1.. => write!(f, "Year {}", self.0),
            0 => f.write_str("Reception"),
            _ => f.write_str("Before Reception"),
        }
    }
}

/// The academic year in which a learner usually begins Year 10, and with it key stage 4.
pub fn ks4_start(born_on: NaiveDate) -> AcademicYear {
    AcademicYear(AcademicYear::of(born_on).0 + 15)
}

fn whole_number(digits: &str) -> Option<i32> {
    // `parse` alone would let a sign through.
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn the_year_turns_on_the_first_of_september() {
        for (date, label) in [
            ("2026-08-31", "2025–2026"),
            ("2026-09-01", "2026–2027"),
            ("2026-12-31", "2026–2027"),
            ("2027-01-01", "2026–2027"),
            ("2028-02-29", "2027–2028"),
        ] {
            let year = AcademicYear::of(day(date));
            assert_eq!(year.to_string(), label, "{date}");
            assert!((year.starts_on()..=year.ends_on()).contains(&day(date)));
        }
        let year = AcademicYear::of(day("2026-09-01"));
        assert_eq!((year.starts_on(), year.ends_on()), (day("2026-09-01"), day("2027-08-31")));
        assert_eq!((year.previous().first_year(), year.next().first_year()), (2025, 2027));
    }

    #[test]
    fn years_outside_the_calendar_do_not_panic() {
        for date in [NaiveDate::MIN, NaiveDate::MAX] {
            let year = AcademicYear::of(date);
            assert!((year.starts_on()..=year.ends_on()).contains(&date));
        }
    }

    #[test]
    fn reading_an_academic_year() {
        for typed in ["2026–2027", "2026-2027", "2026/27", "2026-27", " 2026 "] {
            assert_eq!(AcademicYear::parse(typed).map(AcademicYear::first_year), Ok(2026), "{typed}");
        }
        assert_eq!(AcademicYear::parse("1999-00").map(AcademicYear::first_year), Ok(1999));
        for wrong in [
            "",
            "26",
            "26-27",
            "2026-2028",
            "2026-28",
            "2026-2026",
            "2026-2027-2028",
            "2026-",
            "2026-7",
            "+026",
            "0026",
            "year",
            "202é",
        ] {
            assert!(AcademicYear::parse(wrong).is_err(), "{wrong:?}");
        }
        assert_eq!(AcademicYear::starting(2026), AcademicYear::parse("2026").ok());
    }

    #[test]
    fn key_stage_4_begins_in_year_10() {
        for (born, starts) in [
            ("2003-09-01", 2018),
            ("2004-08-31", 2018),
            ("2004-09-01", 2019),
            ("2004-01-01", 2018),
            ("2003-12-31", 2018),
        ] {
            assert_eq!(ks4_start(day(born)).first_year(), starts, "{born}");
        }
    }

    #[test]
    fn every_birthday_agrees_with_the_published_rules() {
        for born_on in day("2003-01-01").iter_days().take(4 * 366) {
            let autumn = i32::from(born_on.month() >= 9);
            let ks4 = ks4_start(born_on);
            assert_eq!(ks4.first_year(), born_on.year() + 14 + autumn, "{born_on}");
            assert_eq!(YearGroup::of(born_on, ks4).number(), 10, "{born_on}");
            for first_year in 2003..2025 {
                let year = AcademicYear::starting(first_year).expect("in range");
                let expected = (first_year - born_on.year() - autumn) - 4;
                assert_eq!(YearGroup::of(born_on, year).number(), expected, "{born_on} in {year}");
            }
        }
    }

    #[test]
    fn year_groups_as_they_are_said() {
        let born_on = day("2010-03-15");
        for (first_year, said) in [
            (2013, "Before Reception"),
            (2014, "Reception"),
            (2015, "Year 1"),
            (2024, "Year 10"),
            (2027, "Year 13"),
        ] {
            let year = AcademicYear::starting(first_year).expect("in range");
            assert_eq!(YearGroup::of(born_on, year).to_string(), said);
        }
    }
}
