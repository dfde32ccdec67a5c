//! Training records: one learner on one course cohort.

use super::{GroupKey, LearnerKey, RecordKey};
use crate::{
    accounts::numbers::{self, Numbered},
    schema::{cohort, learner, tally, training_record, tutor_group},
};
use chrono::NaiveDate;
use diesel::prelude::*;
use platform::{Ending, Writing, ids::PublicId};

/// Where a training record stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RecordStatus {
    Active,
    Completed,
    Withdrawn,
    Suspended,
}

impl RecordStatus {
    /// In the order of the lists.
    pub const ALL: [RecordStatus; 4] = [
        RecordStatus::Active,
        RecordStatus::Completed,
        RecordStatus::Withdrawn,
        RecordStatus::Suspended,
    ];

    /// The word in the database and in addresses.
    pub fn word(self) -> &'static str {
        match self {
            RecordStatus::Active => "active",
            RecordStatus::Completed => "completed",
            RecordStatus::Withdrawn => "withdrawn",
            RecordStatus::Suspended => "suspended",
        }
    }

    /// The status that has this word.
    pub fn parse(word: &str) -> Option<RecordStatus> {
        RecordStatus::ALL.into_iter().find(|status| status.word() == word)
    }
}

/// What a training record is made of.
#[derive(Clone, Debug)]
pub struct NewRecord {
    pub learner: LearnerKey,
    pub group: GroupKey,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    /// The DfE code that stands for being present: B, K, D or W (DATA.md §1).
    pub base_code: &'static str,
}

/// Makes an active training record. The learner is expected at no lesson yet: the caller makes the
/// register entries (`attendance::expected`).
///
/// # Errors
/// A database error.
pub fn make(w: &mut Writing<'_>, new: &NewRecord) -> Result<RecordKey, Ending> {
    let (key, now, number) = (RecordKey::next(), w.now(), numbers::take(w, Numbered::Record, 1)?);
    let (partnership, school, surname_key, first_key): (i64, i64, String, String) = learner::table
        .filter(learner::id.eq(new.learner))
        .select((learner::partnership_id, learner::school_id, learner::surname_key, learner::first_key))
        .first(w.db())?;
    let (cohort, provider): (i64, i64) = tutor_group::table
        .inner_join(cohort::table)
        .filter(tutor_group::id.eq(new.group))
        .select((cohort::id, cohort::provider_id))
        .first(w.db())?;
    diesel::insert_into(training_record::table)
        .values((
            training_record::id.eq(key),
            training_record::public_id.eq(PublicId::random()),
            training_record::number.eq(number),
            training_record::partnership_id.eq(partnership),
            training_record::learner_id.eq(new.learner),
            training_record::cohort_id.eq(cohort),
            training_record::group_id.eq(new.group),
            training_record::school_id.eq(school),
            training_record::provider_id.eq(provider),
            training_record::surname_key.eq(surname_key),
            training_record::first_key.eq(first_key),
            training_record::status.eq(RecordStatus::Active.word()),
            training_record::starts_on.eq(new.starts_on),
            training_record::ends_on.eq(new.ends_on),
            training_record::base_code.eq(new.base_code),
            training_record::created_at.eq(now),
            training_record::modified_at.eq(now),
        ))
        .execute(w.db())?;
    diesel::insert_into(tally::table).values(tally::record_id.eq(key)).execute(w.db())?;
    Ok(key)
}
