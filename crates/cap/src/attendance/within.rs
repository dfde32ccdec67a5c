//! Which register entries a question is about: those within the reader's scope, of the days and
//! kinds that the filter asks for. The one place that says so, for lists, figures and exports.

use super::filter::Filter;
use crate::learners::CohortKey;
use platform::{
    Ending, Role, Session,
    ids::{OrganisationKey, PartnershipKey},
};

/// Where a query starts, so that each reader's has its index; the scope itself is
/// `learners::visible_keys`.
#[derive(Clone, Copy, Debug)]
pub enum Start {
    /// `entry_school`
    School(OrganisationKey),
    /// `lesson_provider`
    Provider(OrganisationKey),
    /// `lesson_partnership`
    Partnership(PartnershipKey),
}

/// Where the reader's queries start.
///
/// # Errors
/// [`Ending::Forbidden`] for a role that sees no learner; [`Ending::SignIn`] when nobody is signed in.
pub fn start(s: &Session<'_>) -> Result<Start, Ending> {
    let actor = s.actor()?;
    match actor.role {
        Role::CapStaff => Ok(Start::Partnership(actor.partnership)),
        Role::Tutor | Role::ProviderManager => Ok(Start::Provider(actor.organisation)),
        Role::SchoolAttendance | Role::SchoolCoordinator | Role::SchoolDsl => {
            Ok(Start::School(actor.organisation))
        }
        Role::CapAdministrator | Role::ProviderCoordinator | Role::ProviderDsl => Err(Ending::Forbidden),
    }
}

/// The cohorts that a filter leaves; `None` where it leaves all.
pub fn cohorts(filter: &Filter) -> Option<Vec<CohortKey>> {
    match (filter.cohort, &filter.of_age) {
        (None, of_age) => of_age.clone(),
        (Some(cohort), None) => Some(vec![cohort]),
        (Some(cohort), Some(of_age)) => Some(of_age.iter().copied().filter(|c| *c == cohort).collect()),
    }
}

/// Narrows a boxed query over `entry` joined with `lesson`: `within!(query, session, filter)`. A
/// macro, because each question's query has a type of its own.
macro_rules! within {
    ($query:expr, $s:expr, $filter:expr) => {{
        use crate::{
            attendance::within::{self, Start},
            learners::{Among, visible_keys},
            schema::{entry, lesson},
        };
        let filter: &crate::attendance::filter::Filter = $filter;
        let (first, last) = (filter.days.first(), filter.days.last());
        // Both tables have the day: the engine starts from whichever index is the narrower.
        let mut query = $query
            .filter(Among(entry::record_id, visible_keys($s)?))
            .filter(entry::held_on.between(first, last))
            .filter(lesson::held_on.between(first, last));
        query = match within::start($s)? {
            Start::School(school) => query.filter(entry::school_id.eq(school)),
            Start::Provider(provider) => query.filter(lesson::provider_id.eq(provider)),
            Start::Partnership(partnership) => query.filter(lesson::partnership_id.eq(partnership)),
        };
        if let Some(cohorts) = within::cohorts(filter) {
            query = query.filter(lesson::cohort_id.eq_any(cohorts));
        }
        if let Some(group) = filter.group {
            query = query.filter(lesson::group_id.eq(group));
        }
        if let Some(provider) = filter.provider {
            query = query.filter(lesson::provider_id.eq(provider));
        }
        if let Some(school) = filter.school {
            query = query.filter(entry::school_id.eq(school));
        }
        query
    }};
}
pub(super) use within;
