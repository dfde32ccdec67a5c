//! Whose term dates and closures hold where.

use super::calendar::{Calendar, Closures, Days, Terms};
use crate::schema::{closure, organisation, term};
use chrono::NaiveDate;
use diesel::prelude::*;
use platform::{Ending, Session, access::Side, ids::OrganisationKey};

/// The days on which lessons and school days can fall at an organisation: its own terms if it has
/// any, else the service's; less its own closures and the service's.
///
/// # Errors
/// A database error.
pub fn calendar_of(s: &mut Session<'_>, of: OrganisationKey) -> Result<Calendar, Ending> {
    let partnership: i64 = organisation::table
        .filter(organisation::id.eq(of))
        .select(organisation::partnership_id)
        .first(s.db())?;
    let services: Vec<OrganisationKey> = organisation::table
        .filter(organisation::partnership_id.eq(partnership))
        .filter(organisation::kind.eq(Side::Service.word()))
        .select(organisation::id)
        .load(s.db())?;
    let mut terms = terms(s, &[of])?;
    if terms.is_empty() {
        terms = self::terms(s, &services)?;
    }
    let closed: Vec<(NaiveDate, NaiveDate)> = closure::table
        .filter(closure::organisation_id.eq_any([&services[..], &[of]].concat()))
        .select((closure::starts_on, closure::ends_on))
        .load(s.db())?;
    Ok(Calendar::new(Terms::new(terms).map_err(Ending::fault)?, Closures::new(spans(closed))))
}

fn terms(s: &mut Session<'_>, of: &[OrganisationKey]) -> Result<Vec<Days>, Ending> {
    let dates = term::table
        .filter(term::organisation_id.eq_any(of.to_vec()))
        .select((term::starts_on, term::ends_on))
        .load(s.db())?;
    Ok(spans(dates))
}

fn spans(dates: Vec<(NaiveDate, NaiveDate)>) -> Vec<Days> {
    dates.into_iter().filter_map(|(first, last)| Days::new(first, last).ok()).collect()
}
