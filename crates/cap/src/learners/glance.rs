//! What whoever stands before a learner must know at a glance: allergies, risks, whom to ring.

use super::{LearnerKey, learner::Contact, scope};
use crate::schema::{duty_of_care, emergency_contact};
use chrono::NaiveDate;
use diesel::prelude::*;
use platform::{Ending, Session, db::one_of};
use std::collections::HashMap;

/// The glance of one learner.
#[derive(Clone, Debug, Default)]
pub struct Glance {
    pub allergies: String,
    pub risks: String,
    pub medical_notes: String,
    /// In order of whom to ring first.
    pub contacts: Vec<Contact>,
}

impl Glance {
    /// Whether there is something that must not be missed.
    pub fn warns(&self) -> bool {
        !(self.allergies.is_empty() && self.risks.is_empty() && self.medical_notes.is_empty())
    }
}

/// The glances of learners that the caller has loaded within scope, with the day on which each one's
/// record closed: a provider gets none after that (and the days of grace).
///
/// # Errors
/// A database error.
pub fn glances(
    s: &mut Session<'_>,
    learners: &[(LearnerKey, Option<NaiveDate>)],
) -> Result<HashMap<LearnerKey, Glance>, Ending> {
    let mut keys = Vec::new();
    for (learner, closed_on) in learners {
        if scope::may_see_care(s, *closed_on)? {
            keys.push(*learner);
        }
    }
    let care: Vec<(LearnerKey, String, String, String)> = duty_of_care::table
        .filter(one_of(s.db(), duty_of_care::learner_id, keys.iter().copied()))
        .select((
            duty_of_care::learner_id,
            duty_of_care::allergies,
            duty_of_care::risks,
            duty_of_care::medical_notes,
        ))
        .load(s.db())?;
    let contacts: Vec<(LearnerKey, String, String, String, String, String)> = emergency_contact::table
        .filter(one_of(s.db(), emergency_contact::learner_id, keys))
        .order((emergency_contact::learner_id, emergency_contact::position))
        .select((
            emergency_contact::learner_id,
            emergency_contact::name,
            emergency_contact::relationship,
            emergency_contact::daytime,
            emergency_contact::evening,
            emergency_contact::mobile,
        ))
        .load(s.db())?;
    let mut glances: HashMap<LearnerKey, Glance> = care
        .into_iter()
        .map(|(learner, allergies, risks, medical_notes)| {
            (
                learner,
                Glance {
                    allergies,
                    risks,
                    medical_notes,
                    contacts: Vec::new(),
                },
            )
        })
        .collect();
    for (learner, name, relationship, daytime, evening, mobile) in contacts {
        glances.entry(learner).or_default().contacts.push(Contact {
            name,
            relationship,
            daytime,
            evening,
            mobile,
        });
    }
    Ok(glances)
}
