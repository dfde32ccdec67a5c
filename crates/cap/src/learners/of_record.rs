//! A learner as the readers of one of their training records may know them.

use super::{
    details::Details,
    learner::{Care, Contact},
    learner_file,
    record::Record,
    scope,
};
use platform::{Ending, Session};

/// A learner, seen from a training record. Only [`of`] makes one.
#[derive(Clone, Debug)]
pub struct LearnerOfRecord {
    /// The CLM ID that people read out.
    pub number: i64,
    pub details: Details,
    /// Duty of care and contacts: absent for a provider whose placement is over (PRODUCT.md §1).
    pub care: Option<(Care, Vec<Contact>)>,
}

/// The learner of a record that its reader has opened. What they may not see is not even read.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn of(s: &mut Session<'_>, record: &Record) -> Result<LearnerOfRecord, Ending> {
    let (number, details) = learner_file::details_of(s, record.learner())?;
    let care = if scope::may_see_care(s, record.stand().closed_on)? {
        let key = record.learner();
        Some((learner_file::care_of(s, key)?, learner_file::contacts_of(s, key)?))
    } else {
        None
    };
    Ok(LearnerOfRecord { number, details, care })
}
