//! Lists of training records: those of a learner, those on a cohort.

use super::{
    GroupKey, LearnerKey,
    cohort::Cohort,
    record::{Stand, StandRow, stand},
    visible_to,
};
use crate::schema::{cohort, learner, organisation, training_record};
use diesel::prelude::*;
use platform::{Ending, Session, ids::PublicId};

/// A line of a learner's list of training records.
#[derive(Clone, Debug)]
pub struct OfLearner {
    /// The record's id in addresses.
    pub id: PublicId,
    pub number: i64,
    pub cohort: String,
    pub cohort_id: PublicId,
    pub provider: String,
    pub stand: Stand,
}

/// The training records of a learner that the reader may know of, the latest start first.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn of_learner(s: &mut Session<'_>, learner: LearnerKey) -> Result<Vec<OfLearner>, Ending> {
    let rows: Vec<(PublicId, i64, String, PublicId, String, StandRow)> = visible_to(s)?
        .filter(training_record::learner_id.eq(learner))
        .inner_join(cohort::table)
        .inner_join(organisation::table.on(organisation::id.eq(training_record::provider_id)))
        .order((training_record::starts_on.desc(), training_record::id.desc()))
        .select((
            training_record::public_id,
            training_record::number,
            cohort::title,
            cohort::public_id,
            organisation::name,
            (
                training_record::status,
                training_record::starts_on,
                training_record::ends_on,
                training_record::closed_on,
            ),
        ))
        .load(s.db())?;
    if !rows.is_empty() {
        s.shows(learner.0);
    }
    let line = |(id, number, cohort, cohort_id, provider, row)| {
        Ok(OfLearner {
            id,
            number,
            cohort,
            cohort_id,
            provider,
            stand: stand(row)?,
        })
    };
    rows.into_iter().map(line).collect()
}

/// A line of a cohort's list of learners.
#[derive(Clone, Debug)]
pub struct OfCohort {
    pub group: GroupKey,
    pub number: i64,
    pub learner: LearnerKey,
    pub learner_id: PublicId,
    pub surname: String,
    pub first_name: String,
    pub school: String,
    pub stand: Stand,
}

/// The training records on a cohort that the reader may know of, by learner's name.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn of_cohort(s: &mut Session<'_>, cohort: &Cohort) -> Result<Vec<OfCohort>, Ending> {
    type Person = (LearnerKey, PublicId, String, String);
    let rows: Vec<(GroupKey, i64, Person, String, StandRow)> = visible_to(s)?
        .filter(training_record::cohort_id.eq(cohort.key()))
        .inner_join(learner::table)
        .inner_join(organisation::table.on(organisation::id.eq(training_record::school_id)))
        .order((training_record::surname_key, training_record::first_key, training_record::id))
        .select((
            training_record::group_id,
            training_record::number,
            (learner::id, learner::public_id, learner::surname, learner::first_name),
            organisation::name,
            (
                training_record::status,
                training_record::starts_on,
                training_record::ends_on,
                training_record::closed_on,
            ),
        ))
        .load(s.db())?;
    let mut lines = Vec::with_capacity(rows.len());
    for (group, number, (learner, learner_id, surname, first_name), school, row) in rows {
        s.shows(learner.0);
        lines.push(OfCohort {
            group,
            number,
            learner,
            learner_id,
            surname,
            first_name,
            school,
            stand: stand(row)?,
        });
    }
    Ok(lines)
}
