//! Which days are school days: terms, bank holidays, closures; the dates that a weekly lesson falls
//! on; and the day by which a school must have explained an absence.
//!
//! All dates are local dates in England. Instants and clock changes are not met here.

use std::fmt;

use chrono::{Datelike, NaiveDate, Weekday};

/// A span of days, its first and last included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Days {
    first: NaiveDate,
    last: NaiveDate,
}

impl Days {
    /// A span of at least one day.
    pub fn new(first: NaiveDate, last: NaiveDate) -> Result<Self, &'static str> {
        if first <= last {
            Ok(Self { first, last })
        } else {
            Err("Enter a last day that is not before the first day")
        }
    }

    /// A single day.
    pub fn only(day: NaiveDate) -> Self {
        Self { first: day, last: day }
    }

    /// The first day.
    pub fn first(&self) -> NaiveDate {
        self.first
    }

    /// The last day, which belongs to the span.
    pub fn last(&self) -> NaiveDate {
        self.last
    }

    /// Whether a day lies in the span.
    pub fn contains(&self, date: NaiveDate) -> bool {
        (self.first..=self.last).contains(&date)
    }

    /// Every day of the span, in order.
    pub fn iter(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        let last = self.last;
        self.first.iter_days().take_while(move |date| *date <= last)
    }
}

/// As people write it: 1 September 2026 to 23 October 2026.
impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.first.format("%-d %B %Y"), self.last.format("%-d %B %Y"))
    }
}

/// The stretches of a school year in which there is school. A half-term holiday is the gap between two.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms(Vec<Days>);

impl Terms {
    /// Terms in any order; refused when a day would be in two of them, which is always a slip.
    pub fn new(mut spans: Vec<Days>) -> Result<Self, &'static str> {
        spans.sort_by_key(Days::first);
        if spans.windows(2).any(|pair| pair[1].first <= pair[0].last) {
            return Err("Enter terms that do not overlap: each starts after the one before has ended");
        }
        Ok(Self(spans))
    }

    /// Whether a day lies in a term, be it a Sunday.
    pub fn contains(&self, date: NaiveDate) -> bool {
        self.0.iter().any(|span| span.contains(date))
    }

    /// The last day of the last term that is known.
    pub fn last_day(&self) -> Option<NaiveDate> {
        self.0.last().map(Days::last)
    }
}

/// Days on which one school or provider is closed within term: training days, elections, snow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Closures(Vec<Days>);

impl Closures {
    /// Closures in any order; they may overlap.
    pub fn new(spans: Vec<Days>) -> Self {
        Self(spans)
    }

    /// Whether a day is closed.
    pub fn contains(&self, date: NaiveDate) -> bool {
        self.0.iter().any(|span| span.contains(date))
    }
}

/// The days of one school or provider.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    terms: Terms,
    closures: Closures,
}

impl Calendar {
    /// A calendar of terms less closures; bank holidays are known already.
    pub fn new(terms: Terms, closures: Closures) -> Self {
        Self { terms, closures }
    }

    /// Whether there can be lessons: in term, no bank holiday, not closed. Weekends are not excluded,
    /// since some provision is given on Saturdays.
    pub fn is_open(&self, date: NaiveDate) -> bool {
        self.terms.contains(date) && bank_holiday(date).is_none() && !self.closures.contains(date)
    }

    /// Whether it is an open day from Monday to Friday.
    pub fn is_school_day(&self, date: NaiveDate) -> bool {
        self.is_open(date) && !matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
    }

    /// The school days of a span, in order.
    pub fn school_days(&self, span: Days) -> impl Iterator<Item = NaiveDate> {
        span.iter().filter(|date| self.is_school_day(*date))
    }

    /// The dates of a weekly lesson while its cohort runs, in order.
    pub fn lesson_dates(&self, weekday: Weekday, cohort: Days) -> impl Iterator<Item = NaiveDate> {
        span_weekdays(cohort, weekday).filter(|date| self.is_open(*date))
    }

    /// The day by which the home school must have put a reason in place of "not yet established": so
    /// many school days after the absence (five by national guidance, the setting
    /// `absence_clock_school_days`). By the home school's calendar, not the provider's.
    ///
    /// `None` when the terms that are known end earlier, so that no date is promised that a holiday
    /// not yet entered would move.
    pub fn due_on(&self, absent_on: NaiveDate, within_school_days: usize) -> Option<NaiveDate> {
        let following = Days::new(absent_on.succ_opt()?, self.terms.last_day()?).ok()?;
        self.school_days(following).nth(within_school_days.checked_sub(1)?)
    }
}

fn span_weekdays(span: Days, weekday: Weekday) -> impl Iterator<Item = NaiveDate> {
    span.iter().skip_while(move |date| date.weekday() != weekday).step_by(7)
}

/// The name of the bank holiday in England and Wales that falls on a day, if one does.
pub fn bank_holiday(date: NaiveDate) -> Option<&'static str> {
    BANK_HOLIDAYS.iter().find(|(day, _)| *day == date).map(|(_, name)| *name)
}

/// The last day for which bank holidays are known. Lessons planned after it need a look by eye.
pub const BANK_HOLIDAYS_KNOWN_TO: NaiveDate = day(2028, 12, 31);

/// Bank holidays in England and Wales, in order. Source: the government's published list (gov.uk bank
/// holidays), as carried by the package govuk-bank-holidays 0.19 (MIT).
#[rustfmt::skip]
pub const BANK_HOLIDAYS: [(NaiveDate, &str); 32] = [
    (day(2025, 1, 1), "New Year’s Day"),
    (day(2025, 4, 18), "Good Friday"),
    (day(2025, 4, 21), "Easter Monday"),
    (day(2025, 5, 5), "Early May bank holiday"),
    (day(2025, 5, 26), "Spring bank holiday"),
    (day(2025, 8, 25), "Summer bank holiday"),
    (day(2025, 12, 25), "Christmas Day"),
    (day(2025, 12, 26), "Boxing Day"),
    (day(2026, 1, 1), "New Year’s Day"),
    (day(2026, 4, 3), "Good Friday"),
    (day(2026, 4, 6), "Easter Monday"),
    (day(2026, 5, 4), "Early May bank holiday"),
    (day(2026, 5, 25), "Spring bank holiday"),
    (day(2026, 8, 31), "Summer bank holiday"),
    (day(2026, 12, 25), "Christmas Day"),
    (day(2026, 12, 28), "Boxing Day (substitute day)"),
    (day(2027, 1, 1), "New Year’s Day"),
    (day(2027, 3, 26), "Good Friday"),
    (day(2027, 3, 29), "Easter Monday"),
    (day(2027, 5, 3), "Early May bank holiday"),
    (day(2027, 5, 31), "Spring bank holiday"),
    (day(2027, 8, 30), "Summer bank holiday"),
    (day(2027, 12, 27), "Christmas Day (substitute day)"),
    (day(2027, 12, 28), "Boxing Day (substitute day)"),
    (day(2028, 1, 3), "New Year’s Day (substitute day)"),
    (day(2028, 4, 14), "Good Friday"),
    (day(2028, 4, 17), "Easter Monday"),
    (day(2028, 5, 1), "Early May bank holiday"),
    (day(2028, 5, 29), "Spring bank holiday"),
    (day(2028, 8, 28), "Summer bank holiday"),
    (day(2028, 12, 25), "Christmas Day"),
    (day(2028, 12, 26), "Boxing Day"),
];

const fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a date")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn span(first: &str, last: &str) -> Days {
        Days::new(on(first), on(last)).expect("a span")
    }

    /// A typical English year with three terms, each broken by a half-term week.
    fn typical_2026_to_2027() -> Terms {
        Terms::new(vec![
            span("2026-09-01", "2026-10-23"),
            span("2026-11-02", "2026-12-18"),
            span("2027-01-04", "2027-02-12"),
            span("2027-02-22", "2027-03-25"),
            span("2027-04-12", "2027-05-28"),
            span("2027-06-07", "2027-07-21"),
        ])
        .expect("terms")
    }

    fn open_all_term() -> Calendar {
        Calendar::new(typical_2026_to_2027(), Closures::default())
    }

    fn closed_on(spans: Vec<Days>) -> Calendar {
        Calendar::new(typical_2026_to_2027(), Closures::new(spans))
    }

    #[test]
    fn spans() {
        assert_eq!(span("2026-12-30", "2027-01-02").iter().count(), 4);
        assert_eq!(span("2026-09-01", "2026-09-01").iter().collect::<Vec<_>>(), [on("2026-09-01")]);
        assert!(Days::new(on("2026-09-02"), on("2026-09-01")).is_err());
        let week = span("2026-09-07", "2026-09-11");
        let inside = |date| week.contains(on(date));
        assert_eq!(
            ["2026-09-06", "2026-09-07", "2026-09-11", "2026-09-12"].map(inside),
            [false, true, true, false]
        );
        assert_eq!(week.to_string(), "7 September 2026 to 11 September 2026");
    }

    #[test]
    fn terms_may_touch_but_not_overlap() {
        let first = span("2026-09-01", "2026-10-23");
        assert!(Terms::new(vec![span("2026-10-24", "2026-12-18"), first]).is_ok());
        assert!(Terms::new(vec![span("2026-10-23", "2026-12-18"), first]).is_err());
        assert!(Terms::new(vec![first, first]).is_err());
        assert_eq!(typical_2026_to_2027().last_day(), Some(on("2027-07-21")));
        assert_eq!(Terms::default().last_day(), None);
    }

    #[test]
    fn bank_holidays() {
        assert_eq!(bank_holiday(on("2026-12-25")), Some("Christmas Day"));
        assert_eq!(bank_holiday(on("2026-12-26")), None, "a Saturday: the Monday stands in");
        assert_eq!(bank_holiday(on("2026-12-28")), Some("Boxing Day (substitute day)"));
        assert!(BANK_HOLIDAYS.windows(2).all(|pair| pair[0].0 < pair[1].0), "in order, none twice");
        for year in 2025..=2028 {
            assert_eq!(BANK_HOLIDAYS.iter().filter(|(date, _)| date.year() == year).count(), 8, "{year}");
        }
        assert!(
            BANK_HOLIDAYS
                .iter()
                .all(|(date, _)| date.weekday() != Weekday::Sat && date.weekday() != Weekday::Sun)
        );
        assert_eq!(BANK_HOLIDAYS.last().map(|(date, _)| date.year()), Some(BANK_HOLIDAYS_KNOWN_TO.year()));
    }

    #[test]
    fn school_days_of_typical_years() {
        let year = span("2026-09-01", "2027-08-31");
        assert_eq!(open_all_term().school_days(year).count(), 195);

        let terms = Terms::new(vec![
            span("2025-09-01", "2025-10-24"),
            span("2025-11-03", "2025-12-19"),
            span("2026-01-05", "2026-02-13"),
            span("2026-02-23", "2026-03-27"),
            span("2026-04-13", "2026-05-22"),
            span("2026-06-01", "2026-07-21"),
        ])
        .expect("terms");
        let calendar = Calendar::new(terms, Closures::default());
        assert_eq!(calendar.school_days(span("2025-09-01", "2026-08-31")).count(), 196);
        assert!(!calendar.is_school_day(on("2026-05-04")), "a bank holiday within term");
    }

    #[test]
    fn every_day_of_a_year_is_a_school_day_for_all_of_its_reasons_or_none() {
        let closed = span("2026-11-26", "2026-11-27");
        let calendar = closed_on(vec![closed]);
        for date in span("2026-08-01", "2027-08-31").iter() {
            let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
            let open = typical_2026_to_2027().contains(date)
                && bank_holiday(date).is_none()
                && !closed.contains(date);
            assert_eq!(calendar.is_open(date), open, "{date}");
            assert_eq!(calendar.is_school_day(date), open && !weekend, "{date}");
        }
    }

    #[test]
    fn dates_of_a_weekly_lesson() {
        let calendar = closed_on(vec![span("2026-11-09", "2026-11-09")]);
        let dates = |weekday, cohort| {
            calendar.lesson_dates(weekday, cohort).map(|d| d.to_string()).collect::<Vec<_>>()
        };

        // Over the half-term week and the closure; the cohort starts and ends on the weekday itself.
        assert_eq!(
            dates(Weekday::Mon, span("2026-10-12", "2026-11-16")),
            ["2026-10-12", "2026-10-19", "2026-11-02", "2026-11-16"]
        );
        // Over the early May bank holiday, with a cohort that starts after its weekday.
        assert_eq!(dates(Weekday::Mon, span("2027-04-20", "2027-05-16")), ["2027-04-26", "2027-05-10"]);
        assert_eq!(dates(Weekday::Sat, span("2026-09-01", "2026-09-12")), ["2026-09-05", "2026-09-12"]);
        assert_eq!(dates(Weekday::Fri, span("2026-09-01", "2026-09-03")), [""; 0]);
        assert_eq!(dates(Weekday::Mon, span("2027-07-26", "2027-08-31")), [""; 0]);
    }

    #[test]
    fn weekly_lessons_are_the_open_days_of_their_weekday() {
        let (calendar, year) = (open_all_term(), span("2026-09-01", "2027-08-31"));
        for weekday in [
            Weekday::Mon,
            Weekday::Tue,
            Weekday::Wed,
            Weekday::Thu,
            Weekday::Fri,
            Weekday::Sat,
            Weekday::Sun,
        ] {
            let expected: Vec<_> =
                year.iter().filter(|d| d.weekday() == weekday && calendar.is_open(*d)).collect();
            assert_eq!(calendar.lesson_dates(weekday, year).collect::<Vec<_>>(), expected, "{weekday}");
        }
    }

    #[test]
    fn an_absence_is_to_be_explained_within_five_school_days() {
        for (absent, due, why) in [
            ("2026-09-07", Some("2026-09-14"), "Monday to Monday"),
            ("2026-09-11", Some("2026-09-18"), "over a weekend"),
            ("2026-09-12", Some("2026-09-18"), "a Saturday lesson"),
            ("2026-10-21", Some("2026-11-04"), "over half term"),
            ("2026-12-17", Some("2027-01-07"), "over Christmas"),
            ("2027-04-30", Some("2027-05-10"), "over the early May bank holiday"),
            ("2027-07-14", Some("2027-07-21"), "on the last day of the year"),
            ("2027-07-15", None, "beyond the terms that are known"),
            ("2027-07-21", None, "the last day itself"),
            ("2028-01-10", None, "after all terms"),
        ] {
            assert_eq!(open_all_term().due_on(on(absent), 5), due.map(on), "{absent}: {why}");
        }
        assert_eq!(
            closed_on(vec![span("2026-09-08", "2026-09-09")]).due_on(on("2026-09-07"), 5),
            Some(on("2026-09-16"))
        );
        assert_eq!(Calendar::default().due_on(on("2026-09-07"), 5), None);
        assert_eq!(open_all_term().due_on(NaiveDate::MAX, 5), None);
    }
}
