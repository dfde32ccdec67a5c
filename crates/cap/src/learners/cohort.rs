//! Courses of a provider, their cohorts, and the cohorts' tutor groups.

use super::{CohortKey, CourseKey, GroupKey};
use crate::schema::{cohort, course, organisation, tutor_group};
use chrono::NaiveDate;
use diesel::prelude::*;
use platform::{
    Ending, Writing,
    ids::{OrganisationKey, PublicId},
    text::fold,
};

/// What a cohort is made of.
#[derive(Clone, Debug)]
pub struct NewCohort {
    pub title: String,
    /// Such as "KS4": a filter of the lists.
    pub age_group: String,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
}

/// Makes a course of a provider.
///
/// # Errors
/// A database error.
pub fn make_course(
    w: &mut Writing<'_>,
    provider: OrganisationKey,
    title: &str,
    qualification: &str,
) -> Result<CourseKey, Ending> {
    let key = CourseKey::next();
    let partnership: i64 = organisation::table
        .filter(organisation::id.eq(provider))
        .select(organisation::partnership_id)
        .first(w.db())?;
    diesel::insert_into(course::table)
        .values((
            course::id.eq(key),
            course::public_id.eq(PublicId::random()),
            course::partnership_id.eq(partnership),
            course::provider_id.eq(provider),
            course::title.eq(title),
            course::title_key.eq(fold(title)),
            course::qualification.eq(qualification),
        ))
        .execute(w.db())?;
    Ok(key)
}

/// Makes a cohort of a course.
///
/// # Errors
/// A database error.
pub fn make(w: &mut Writing<'_>, of: CourseKey, new: &NewCohort) -> Result<CohortKey, Ending> {
    let key = CohortKey::next();
    let (partnership, provider): (i64, i64) = course::table
        .filter(course::id.eq(of))
        .select((course::partnership_id, course::provider_id))
        .first(w.db())?;
    diesel::insert_into(cohort::table)
        .values((
            cohort::id.eq(key),
            cohort::public_id.eq(PublicId::random()),
            cohort::partnership_id.eq(partnership),
            cohort::provider_id.eq(provider),
            cohort::course_id.eq(of),
            cohort::title.eq(&new.title),
            cohort::title_key.eq(fold(&new.title)),
            cohort::age_group.eq(&new.age_group),
            cohort::starts_on.eq(new.starts_on),
            cohort::ends_on.eq(new.ends_on),
        ))
        .execute(w.db())?;
    Ok(key)
}

/// Makes a tutor group of a cohort.
///
/// # Errors
/// A database error: also when the cohort has a group of this name, which the caller checks first.
pub fn make_group(w: &mut Writing<'_>, of: CohortKey, name: &str) -> Result<GroupKey, Ending> {
    let key = GroupKey::next();
    diesel::insert_into(tutor_group::table)
        .values((
            tutor_group::id.eq(key),
            tutor_group::public_id.eq(PublicId::random()),
            tutor_group::cohort_id.eq(of),
            tutor_group::name.eq(name),
        ))
        .execute(w.db())?;
    Ok(key)
}
