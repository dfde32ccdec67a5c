//! Learners by the number that people read out, and which organisations know a learner at all.

use super::LearnerKey;
use crate::schema::{learner, training_record};
use diesel::{dsl::exists, prelude::*, select};
use platform::{Ending, Session, ids::OrganisationKey};

/// A learner by name, for whoever typed their number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named {
    pub key: LearnerKey,
    pub number: i64,
    pub name: String,
    school: OrganisationKey,
}

/// The learner of the reader's partnership with this CLM ID. Only the service asks so. They are noted
/// as shown.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn numbered(s: &mut Session<'_>, number: i64) -> Result<Option<Named>, Ending> {
    let found: Option<(LearnerKey, String, String, OrganisationKey)> = super::roll::visible_to(s)?
        .filter(learner::number.eq(number))
        .select((learner::id, learner::first_name, learner::surname, learner::school_id))
        .first(s.db())
        .optional()?;
    Ok(found.map(|(key, first, surname, school)| {
        s.shows(key.0);
        Named {
            key,
            number,
            name: format!("{first} {surname}"),
            school,
        }
    }))
}

/// Whether an organisation has to do with a learner: it is their home school, or has or had them on
/// one of its course cohorts.
///
/// # Errors
/// A database error.
pub fn is_known_to(
    s: &mut Session<'_>,
    learner: &Named,
    organisation: OrganisationKey,
) -> Result<bool, Ending> {
    if learner.school == organisation {
        return Ok(true);
    }
    let records = training_record::table
        .filter(training_record::learner_id.eq(learner.key))
        .filter(training_record::provider_id.eq(organisation));
    Ok(select(exists(records)).get_result(s.db())?)
}
