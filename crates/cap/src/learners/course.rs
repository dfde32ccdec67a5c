//! Courses of a provider: found by title, or made with their first cohort.

use super::{
    CohortKey, CourseKey,
    cohort::{self, NewCohort},
};
use crate::schema;
use diesel::prelude::*;
use platform::{
    Ending, Session, Writing,
    ids::{OrganisationKey, PartnershipKey},
    text::fold,
};

/// The provider's course of this title, however it is written.
///
/// # Errors
/// A database error.
pub fn find(
    s: &mut Session<'_>,
    provider: OrganisationKey,
    title: &str,
) -> Result<Option<CourseKey>, Ending> {
    use schema::course;
    Ok(course::table
        .filter(course::provider_id.eq(provider))
        .filter(course::title_key.eq(fold(title)))
        .order(course::id)
        .select(course::id)
        .first(s.db())
        .optional()?)
}

/// The provider's cohort of this title that starts on this day.
///
/// # Errors
/// A database error.
pub fn find_cohort(
    s: &mut Session<'_>,
    provider: OrganisationKey,
    title: &str,
    starts_on: chrono::NaiveDate,
) -> Result<Option<CohortKey>, Ending> {
    use schema::cohort;
    Ok(cohort::table
        .filter(cohort::provider_id.eq(provider))
        .filter(cohort::title_key.eq(fold(title)))
        .filter(cohort::starts_on.eq(starts_on))
        .order(cohort::id)
        .select(cohort::id)
        .first(s.db())
        .optional()?)
}

/// Makes a cohort and, where the provider has no course of its title, the course.
///
/// # Errors
/// A database error.
pub fn start(
    w: &mut Writing<'_>,
    provider: OrganisationKey,
    qualification: &str,
    new: &NewCohort,
) -> Result<CohortKey, Ending> {
    let course = match find(w, provider, &new.title)? {
        Some(course) => course,
        None => cohort::make_course(w, provider, &new.title, qualification)?,
    };
    cohort::make(w, course, new)
}

/// The key of the partnership's qualification of this number, with or without its slashes, or of this
/// title, however it is written. `None` where several have the title: somebody must choose.
///
/// # Errors
/// A database error.
pub fn qualification_named(
    s: &mut Session<'_>,
    at: PartnershipKey,
    words: &str,
) -> Result<Option<i64>, Ending> {
    use schema::qualification;
    if words.trim().is_empty() {
        return Ok(None);
    }
    let plain = words.replace(['/', ' '], "").to_uppercase();
    let number = match (plain.get(..3), plain.get(3..7), plain.get(7..)) {
        (Some(first), Some(second), Some(check)) => format!("{first}/{second}/{check}"),
        _ => String::new(),
    };
    let found: Vec<i64> = qualification::table
        .filter(qualification::partnership_id.eq(at))
        .filter(qualification::number.eq(number).or(qualification::title_key.eq(fold(words))))
        .limit(2)
        .select(qualification::id)
        .load(s.db())?;
    Ok(match found.as_slice() {
        [only] => Some(*only),
        _ => None,
    })
}
