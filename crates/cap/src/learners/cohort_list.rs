//! The list of course cohorts.

use super::{CohortKey, cohort};
use crate::schema::{self, organisation, training_record, tutor_group};
use chrono::NaiveDate;
use diesel::prelude::*;
use platform::{
    Ending, Session,
    ids::{OrganisationKey, PublicId},
};

/// Which cohorts, by today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Those that have not ended.
    Open,
    Ended,
    All,
}

impl When {
    /// In the order of the filter: the first is the list's own.
    pub const ALL: [When; 3] = [When::Open, When::Ended, When::All];

    /// The word in addresses.
    pub fn word(self) -> &'static str {
        match self {
            When::Open => "open",
            When::Ended => "ended",
            When::All => "all",
        }
    }

    /// As people say it.
    pub fn label(self) -> &'static str {
        match self {
            When::Open => "Running or to come",
            When::Ended => "Ended",
            When::All => "All",
        }
    }

    /// The one of this word.
    pub fn parse(word: &str) -> Option<When> {
        When::ALL.into_iter().find(|when| when.word() == word)
    }
}

/// Which cohorts the list shows.
#[derive(Clone, Copy, Debug)]
pub struct Filter {
    pub when: When,
    pub provider: Option<OrganisationKey>,
}

/// A line of the list.
#[derive(Clone, Debug)]
pub struct Line {
    pub public_id: PublicId,
    pub provider: String,
    pub title: String,
    pub age_group: String,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub groups: i64,
    /// Learners with an active training record.
    pub learners: i64,
}

fn filtered(s: &Session<'_>, filter: Filter) -> Result<cohort::Visible, Ending> {
    use schema::cohort;
    let mut query = super::cohort::visible_to(s)?;
    query = match filter.when {
        When::Open => query.filter(cohort::ends_on.ge(s.today())),
        When::Ended => query.filter(cohort::ends_on.lt(s.today())),
        When::All => query,
    };
    if let Some(provider) = filter.provider {
        query = query.filter(cohort::provider_id.eq(provider));
    }
    Ok(query)
}

/// How many cohorts the list has.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn count(s: &mut Session<'_>, filter: Filter) -> Result<u64, Ending> {
    let found: i64 = filtered(s, filter)?.count().get_result(s.db())?;
    Ok(u64::try_from(found).unwrap_or(0))
}

/// A page of the list, by title and start, the latest start first.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn list(s: &mut Session<'_>, filter: Filter, offset: u64, limit: u64) -> Result<Vec<Line>, Ending> {
    use schema::cohort;
    type Row = (CohortKey, PublicId, String, String, String, NaiveDate, NaiveDate);
    let rows: Vec<Row> = filtered(s, filter)?
        .inner_join(organisation::table)
        .order((cohort::title_key, cohort::starts_on.desc(), cohort::id))
        .offset(i64::try_from(offset).unwrap_or(i64::MAX))
        .limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .select((
            cohort::id,
            cohort::public_id,
            organisation::name,
            cohort::title,
            cohort::age_group,
            cohort::starts_on,
            cohort::ends_on,
        ))
        .load(s.db())?;
    let line = |(key, public_id, provider, title, age_group, starts_on, ends_on): Row| {
        Ok(Line {
            public_id,
            provider,
            title,
            age_group,
            starts_on,
            ends_on,
            groups: tutor_group::table.filter(tutor_group::cohort_id.eq(key)).count().get_result(s.db())?,
            learners: super::visible_to(s)?
                .filter(training_record::cohort_id.eq(key))
                .filter(training_record::status.eq("active"))
                .count()
                .get_result(s.db())?,
        })
    };
    rows.into_iter().map(line).collect()
}

/// A cohort's course, for its page.
#[derive(Clone, Debug)]
pub struct OfCourse {
    pub title: String,
    pub provider: String,
    /// The qualification in words; those of the chosen one, where one is chosen.
    pub qualification: String,
    /// The chosen qualification's id in addresses.
    pub qualification_id: Option<PublicId>,
}

/// What the cohort's page says of its course.
///
/// # Errors
/// A database error.
pub fn course_of(s: &mut Session<'_>, of: &cohort::Cohort) -> Result<OfCourse, Ending> {
    use schema::{cohort, course, qualification};
    type Row = (String, String, String, Option<(PublicId, String, String)>);
    let (title, provider, words, chosen): Row = cohort::table
        .inner_join(course::table.left_join(qualification::table))
        .inner_join(organisation::table)
        .filter(cohort::id.eq(of.key()))
        .select((
            course::title,
            organisation::name,
            course::qualification,
            (qualification::public_id, qualification::title, qualification::number).nullable(),
        ))
        .first(s.db())?;
    let (qualification, qualification_id) = match chosen {
        Some((id, title, number)) => (format!("{title} ({number})"), Some(id)),
        None => (words, None),
    };
    Ok(OfCourse { title, provider, qualification, qualification_id })
}
