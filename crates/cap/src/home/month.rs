//! The month calendar: school days, holidays, closures, and the days with lessons.

use crate::{
    attendance::{
        calendar::{Days, bank_holiday},
        lesson,
    },
    schema::{closure, lesson as lessons, organisation, term},
};
use chrono::{Datelike, Days as DayCount, Months, NaiveDate};
use diesel::prelude::*;
use platform::{Ending, Session, access::Side, clock, form::parse_date, ids::OrganisationKey};
use std::collections::BTreeMap;

/// A month as the home page shows it.
pub struct Month {
    /// Such as "November 2026".
    pub name: String,
    /// From Monday to Sunday; days of the neighbouring months are left blank.
    pub weeks: Vec<Vec<Option<Day>>>,
    /// What is to be known of its days, in order: holidays, closures, where terms start and end.
    pub remarks: Vec<Remark>,
    /// Whether any term is known, so that a day can be said to be no school day.
    pub terms_known: bool,
}

/// One day.
pub struct Day {
    pub number: u32,
    /// For those who hear the page: "Tuesday 24 November 2026".
    pub said: String,
    pub is_today: bool,
    pub kind: DayKind,
    /// Lessons within the reader's scope.
    pub lessons: usize,
    /// Their registers.
    pub href: String,
}

/// What sort of day it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DayKind {
    School,
    BankHoliday,
    Closed,
    NoSchool,
}

impl DayKind {
    /// The letter that says without colour what the colour says.
    pub fn sign(self) -> &'static str {
        match self {
            DayKind::BankHoliday => "H",
            DayKind::Closed => "C",
            DayKind::School | DayKind::NoSchool => "",
        }
    }

    /// The same in words.
    pub fn word(self) -> &'static str {
        match self {
            DayKind::School => "",
            DayKind::BankHoliday => "bank holiday",
            DayKind::Closed => "closed",
            DayKind::NoSchool => "no school",
        }
    }
}

/// One line below the calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    pub when: String,
    pub what: String,
}

/// Spans of days with their names.
type Named = Vec<(Days, String)>;

/// The first day of the month that this names, such as `2026-11`.
pub fn first_day(text: &str) -> Option<NaiveDate> {
    parse_date(&format!("{text}-01"))
}

/// The first day of the month that holds this day.
pub fn first_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// The first day of the month before.
pub fn before(first: NaiveDate) -> NaiveDate {
    first.checked_sub_months(Months::new(1)).unwrap_or(first)
}

/// The first day of the month after.
pub fn after(first: NaiveDate) -> NaiveDate {
    first.checked_add_months(Months::new(1)).unwrap_or(first)
}

/// The month that starts on this day, as the reader's organisation has it.
///
/// # Errors
/// [`Ending::SignIn`] when nobody is signed in; a database error.
pub fn of(s: &mut Session<'_>, first: NaiveDate) -> Result<Month, Ending> {
    let last = after(first) - DayCount::new(1);
    let span = Days::new(first, last).map_err(Ending::fault)?;
    let (own, today) = (s.actor()?.organisation, s.today());
    let service = service_of(s)?.filter(|service| *service != own);
    let terms = terms_of(s, own, service)?;
    let mut closures = closures_of(s, own, span)?;
    if let Some(service) = service {
        closures.extend(closures_of(s, service, span)?);
    }
    let lessons = lessons_by_day(s, span)?;
    let day = |date: NaiveDate| Day {
        number: date.day(),
        said: clock::long_date(date),
        is_today: date == today,
        kind: kind_of(date, &terms, &closures),
        lessons: lessons.get(&date).copied().unwrap_or(0),
        href: format!("/clm/registers?from={date}&to={date}"),
    };
    Ok(Month {
        name: first.format("%B %Y").to_string(),
        weeks: weeks(span, day),
        remarks: remarks(span, &terms, &closures),
        terms_known: !terms.is_empty(),
    })
}

fn weeks(span: Days, day: impl Fn(NaiveDate) -> Day) -> Vec<Vec<Option<Day>>> {
    let blank = span.first().weekday().num_days_from_monday() as usize;
    let mut cells: Vec<Option<Day>> = std::iter::repeat_with(|| None).take(blank).collect();
    cells.extend(span.iter().map(|date| Some(day(date))));
    cells.resize_with(cells.len().next_multiple_of(7), || None);
    let mut weeks = Vec::new();
    while !cells.is_empty() {
        let rest = cells.split_off(7);
        weeks.push(std::mem::replace(&mut cells, rest));
    }
    weeks
}

/// Where no term is known, weekends alone are no school days: nothing is claimed that is not known.
fn kind_of(date: NaiveDate, terms: &Named, closures: &Named) -> DayKind {
    let within = |spans: &Named| spans.iter().any(|(span, _)| span.contains(date));
    if bank_holiday(date).is_some() {
        DayKind::BankHoliday
    } else if within(closures) {
        DayKind::Closed
    } else if clock::is_weekend(date) || (!terms.is_empty() && !within(terms)) {
        DayKind::NoSchool
    } else {
        DayKind::School
    }
}

fn remarks(month: Days, terms: &Named, closures: &Named) -> Vec<Remark> {
    let day = |date: NaiveDate| date.format("%-d %B").to_string();
    let mut found: Vec<(NaiveDate, Remark)> = Vec::new();
    let mut add = |on: NaiveDate, when: String, what: String| found.push((on, Remark { when, what }));
    for date in month.iter() {
        if let Some(name) = bank_holiday(date) {
            add(date, day(date), format!("{name}, bank holiday"));
        }
    }
    for (span, reason) in closures {
        let when = match span.first() == span.last() {
            true => day(span.first()),
            false => format!("{} to {}", day(span.first()), day(span.last())),
        };
        add(span.first(), when, format!("Closed: {reason}"));
    }
    for (span, name) in terms {
        for (date, what) in [(span.first(), "starts"), (span.last(), "ends")] {
            if month.contains(date) {
                add(date, day(date), format!("{name} {what}"));
            }
        }
    }
    found.sort_by_key(|(on, _)| *on);
    found.into_iter().map(|(_, remark)| remark).collect()
}

/// The service of the reader's partnership: its dates hold for all.
fn service_of(s: &mut Session<'_>) -> Result<Option<OrganisationKey>, Ending> {
    let partnership = s.actor()?.partnership;
    Ok(organisation::table
        .filter(organisation::partnership_id.eq(partnership))
        .filter(organisation::kind.eq(Side::Service.word()))
        .order(organisation::id)
        .select(organisation::id)
        .first(s.db())
        .optional()?)
}

/// The organisation's own terms; the service's when it has entered none.
fn terms_of(
    s: &mut Session<'_>,
    own: OrganisationKey,
    service: Option<OrganisationKey>,
) -> Result<Named, Ending> {
    let terms = own_terms(s, own)?;
    match service {
        Some(service) if terms.is_empty() => own_terms(s, service),
        _ => Ok(terms),
    }
}

fn own_terms(s: &mut Session<'_>, of: OrganisationKey) -> Result<Named, Ending> {
    let rows: Vec<(NaiveDate, NaiveDate, String)> = term::table
        .filter(term::organisation_id.eq(of))
        .order(term::starts_on)
        .select((term::starts_on, term::ends_on, term::name))
        .load(s.db())?;
    named(rows)
}

fn closures_of(s: &mut Session<'_>, of: OrganisationKey, month: Days) -> Result<Named, Ending> {
    let rows: Vec<(NaiveDate, NaiveDate, String)> = closure::table
        .filter(closure::organisation_id.eq(of))
        .filter(closure::starts_on.le(month.last()))
        .filter(closure::ends_on.ge(month.first()))
        .order(closure::starts_on)
        .select((closure::starts_on, closure::ends_on, closure::reason))
        .load(s.db())?;
    named(rows)
}

fn named(rows: Vec<(NaiveDate, NaiveDate, String)>) -> Result<Named, Ending> {
    rows.into_iter()
        .map(|(first, last, name)| Ok((Days::new(first, last).map_err(Ending::fault)?, name)))
        .collect()
}

/// How many lessons each day has within the reader's scope. Counted here, since a boxed query can't
/// be grouped; a month of a whole partnership is a few thousand dates.
fn lessons_by_day(s: &mut Session<'_>, month: Days) -> Result<BTreeMap<NaiveDate, usize>, Ending> {
    let partnership = s.actor()?.partnership;
    let dates: Vec<NaiveDate> = lesson::visible_to(s)?
        // Says nothing new about the scope; it lets a school's count use the index.
        .filter(lessons::partnership_id.eq(partnership))
        .filter(lessons::held_on.between(month.first(), month.last()))
        .filter(lessons::cancelled_at.is_null())
        .select(lessons::held_on)
        .load(s.db())?;
    let mut by_day = BTreeMap::new();
    for date in dates {
        *by_day.entry(date).or_insert(0) += 1;
    }
    Ok(by_day)
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

    fn autumn() -> Named {
        vec![
            (span("2026-09-01", "2026-10-23"), "Autumn term 1".to_owned()),
            (span("2026-11-02", "2026-12-18"), "Autumn term 2".to_owned()),
        ]
    }

    fn month(first: &str) -> Days {
        Days::new(on(first), after(on(first)) - DayCount::new(1)).expect("a month")
    }

    #[test]
    fn months_follow_each_other_over_the_years() {
        assert_eq!(first_day("2026-12").map(after), Some(on("2027-01-01")));
        assert_eq!(first_day("2027-01").map(before), Some(on("2026-12-01")));
        assert_eq!(first_of(on("2028-02-29")), on("2028-02-01"));
        for wrong in ["", "2026", "2026-13", "2026-11-01", "1066-10", "x"] {
            assert_eq!(first_day(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn weeks_run_from_monday_to_sunday_and_hold_every_day_once() {
        for first in [
            "2026-02-01",
            "2026-06-01",
            "2026-11-01",
            "2027-02-01",
            "2028-02-01",
        ] {
            let span = month(first);
            let day = |date: NaiveDate| Day {
                number: date.day(),
                said: String::new(),
                is_today: false,
                kind: DayKind::School,
                lessons: 0,
                href: String::new(),
            };
            let weeks = weeks(span, day);
            assert!(weeks.iter().all(|week| week.len() == 7 && week.iter().any(Option::is_some)), "{first}");
            let numbers: Vec<u32> = weeks.iter().flatten().flatten().map(|day| day.number).collect();
            assert_eq!(numbers, (1..=span.last().day()).collect::<Vec<_>>(), "{first}");
            let column = weeks[0].iter().position(Option::is_some).expect("a first day");
            assert_eq!(column, span.first().weekday().num_days_from_monday() as usize, "{first}");
        }
    }

    #[test]
    fn each_day_is_of_one_kind() {
        let closures = vec![(span("2026-11-26", "2026-11-27"), "Training".to_owned())];
        for (date, kind) in [
            ("2026-11-24", DayKind::School),
            ("2026-11-26", DayKind::Closed),
            ("2026-11-28", DayKind::NoSchool),
            ("2026-10-27", DayKind::NoSchool),
            ("2026-12-25", DayKind::BankHoliday),
        ] {
            assert_eq!(kind_of(on(date), &autumn(), &closures), kind, "{date}");
        }
        let unknown = Named::new();
        assert_eq!(kind_of(on("2026-10-27"), &unknown, &unknown), DayKind::School);
        assert_eq!(kind_of(on("2026-10-31"), &unknown, &unknown), DayKind::NoSchool);
    }

    #[test]
    fn remarks_stand_in_the_order_of_their_days() {
        let closures = vec![(span("2026-12-14", "2026-12-15"), "Boiler".to_owned())];
        let told: Vec<String> = remarks(month("2026-12-01"), &autumn(), &closures)
            .into_iter()
            .map(|remark| format!("{}: {}", remark.when, remark.what))
            .collect();
        assert_eq!(
            told,
            [
                "14 December to 15 December: Closed: Boiler",
                "18 December: Autumn term 2 ends",
                "25 December: Christmas Day, bank holiday",
                "28 December: Boxing Day (substitute day), bank holiday",
            ]
        );
    }
}
