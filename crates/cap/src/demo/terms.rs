//! The school year of the demo: a typical English one, moved to the academic year that is asked for.

use crate::{
    attendance::calendar::{Calendar, Closures, Days, Terms},
    learners::year::AcademicYear,
    schema::{closure, term},
};
use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use platform::{
    Ending, Writing, ids,
    ids::{OrganisationKey, PublicId},
};

/// Year, month, day.
type Date = (i32, u32, u32);

/// The half terms of 2026/27, each with its first and last day. Source: dates that English
/// authorities published; none is any one authority's.
const HALF_TERMS: [(&str, [Date; 2]); 6] = [
    ("Autumn, first half", [(2026, 9, 1), (2026, 10, 23)]),
    ("Autumn, second half", [(2026, 11, 2), (2026, 12, 18)]),
    ("Spring, first half", [(2027, 1, 4), (2027, 2, 12)]),
    ("Spring, second half", [(2027, 2, 22), (2027, 3, 25)]),
    ("Summer, first half", [(2027, 4, 12), (2027, 5, 28)]),
    ("Summer, second half", [(2027, 6, 7), (2027, 7, 21)]),
];

/// The terms of the academic year that holds this day.
pub(super) fn terms(today: NaiveDate) -> Vec<(&'static str, Days)> {
    let first = |year: i32| AcademicYear::starting(year).map_or(today, AcademicYear::starts_on);
    // Whole weeks, so that terms go on starting and ending on the same days of the week.
    let away = first(AcademicYear::of(today).first_year()) - first(2026);
    let shift = TimeDelta::weeks((away.num_days() as f64 / 7.0).round() as i64);
    let moved = |(year, month, day)| NaiveDate::from_ymd_opt(year, month, day).map(|date| date + shift);
    HALF_TERMS
        .into_iter()
        .filter_map(|(name, [from, to])| Some((name, Days::new(moved(from)?, moved(to)?).ok()?)))
        .collect()
}

/// The days of an organisation with these closures.
pub(super) fn calendar(today: NaiveDate, closed: &[NaiveDate]) -> Calendar {
    let spans = terms(today).into_iter().map(|(_, days)| days).collect();
    let closed = closed.iter().filter_map(|day| Days::new(*day, *day).ok()).collect();
    Calendar::new(Terms::new(spans).unwrap_or_default(), Closures::new(closed))
}

/// Gives a service its terms; its schools and providers follow them.
pub(super) fn write(w: &mut Writing<'_>, service: OrganisationKey, today: NaiveDate) -> Result<(), Ending> {
    for (name, days) in terms(today) {
        diesel::insert_into(term::table)
            .values((
                term::id.eq(ids::next_key()),
                term::public_id.eq(PublicId::random()),
                term::organisation_id.eq(service),
                term::name.eq(name),
                term::starts_on.eq(days.first()),
                term::ends_on.eq(days.last()),
            ))
            .execute(w.db())?;
    }
    Ok(())
}

/// Closes an organisation for a day.
pub(super) fn close(
    w: &mut Writing<'_>,
    who: OrganisationKey,
    day: NaiveDate,
    reason: &str,
) -> Result<(), Ending> {
    diesel::insert_into(closure::table)
        .values((
            closure::id.eq(ids::next_key()),
            closure::public_id.eq(PublicId::random()),
            closure::organisation_id.eq(who),
            closure::starts_on.eq(day),
            closure::ends_on.eq(day),
            closure::reason.eq(reason),
        ))
        .execute(w.db())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Datelike, Weekday};

    #[test]
    fn every_year_has_its_terms_on_the_right_days_of_the_week() {
        for year in 2024..2032 {
            let today = NaiveDate::from_ymd_opt(year, 11, 24).expect("a date");
            let terms = terms(today);
            assert_eq!(terms.len(), 6);
            for (at, (name, days)) in terms.iter().enumerate() {
                let first = if at == 0 { Weekday::Tue } else { Weekday::Mon };
                assert_eq!(days.first().weekday(), first, "{name} of {year}");
                assert_eq!(AcademicYear::of(days.last()).first_year(), year);
            }
        }
    }
}
