//! Training records: one learner on one course cohort.

use super::{CohortKey, GroupKey, LearnerKey, RecordKey, visible_to};
use crate::{
    accounts::numbers::{self, Numbered},
    schema::{cohort, course, learner, progress_sum, qualification, tally, training_record, tutor_group},
};
use chrono::NaiveDate;
use diesel::prelude::*;
use platform::{
    Ending, Session, Writing,
    db::update,
    ids::{OrganisationKey, PublicId},
};

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

    /// As people say it.
    pub fn label(self) -> &'static str {
        match self {
            RecordStatus::Active => "Active",
            RecordStatus::Completed => "Completed",
            RecordStatus::Withdrawn => "Withdrawn",
            RecordStatus::Suspended => "Suspended",
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
/// register entries (`attendance::expected`). No unit of its qualification is started.
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
    let units: i32 = cohort::table
        .inner_join(course::table.inner_join(qualification::table))
        .filter(cohort::id.eq(cohort))
        .select(qualification::units)
        .first(w.db())
        .optional()?
        .unwrap_or(0);
    diesel::insert_into(progress_sum::table)
        .values((
            progress_sum::record_id.eq(key),
            progress_sum::units.eq(units),
            progress_sum::not_started.eq(units),
        ))
        .execute(w.db())?;
    Ok(key)
}

/// A training record that the reader may know of. Only [`open`] makes one.
#[derive(Clone, Debug)]
pub struct Record {
    key: RecordKey,
    public_id: PublicId,
    number: i64,
    learner: LearnerKey,
    cohort: CohortKey,
    group: GroupKey,
    school: OrganisationKey,
    provider: OrganisationKey,
    stand: Stand,
    version: i32,
}

/// Where a record stands and between which days.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stand {
    pub status: RecordStatus,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    /// The day on which it was completed, withdrawn or suspended.
    pub closed_on: Option<NaiveDate>,
}

type Keys = (
    RecordKey,
    PublicId,
    i64,
    LearnerKey,
    CohortKey,
    GroupKey,
    OrganisationKey,
    OrganisationKey,
);
/// The columns of a stand: status, start, end, closed.
pub type StandRow = (String, NaiveDate, NaiveDate, Option<NaiveDate>);

/// A record's stand, as it is stored.
///
/// # Errors
/// A fault when the status is none that is known.
pub fn stand((status, starts_on, ends_on, closed_on): StandRow) -> Result<Stand, Ending> {
    let status = RecordStatus::parse(&status).ok_or_else(|| Ending::fault("a record of no known status"))?;
    Ok(Stand { status, starts_on, ends_on, closed_on })
}

/// The training record with this id; `None` outside the reader's scope. Its learner is noted as shown.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn open(s: &mut Session<'_>, id: &PublicId) -> Result<Option<Record>, Ending> {
    let found: Option<(Keys, StandRow, i32)> = visible_to(s)?
        .filter(training_record::public_id.eq(id))
        .select((
            (
                training_record::id,
                training_record::public_id,
                training_record::number,
                training_record::learner_id,
                training_record::cohort_id,
                training_record::group_id,
                training_record::school_id,
                training_record::provider_id,
            ),
            (
                training_record::status,
                training_record::starts_on,
                training_record::ends_on,
                training_record::closed_on,
            ),
            training_record::version,
        ))
        .first(s.db())
        .optional()?;
    let Some((keys, row, version)) = found else {
        return Ok(None);
    };
    let (key, public_id, number, learner, cohort, group, school, provider) = keys;
    s.about("training-record", key.0);
    s.shows(learner.0);
    Ok(Some(Record {
        key,
        public_id,
        number,
        learner,
        cohort,
        group,
        school,
        provider,
        stand: stand(row)?,
        version,
    }))
}

/// Notes that something which belongs to a record was changed now: its progress, say.
///
/// # Errors
/// A database error.
pub fn touch(w: &mut Writing<'_>, record: &Record) -> Result<(), Ending> {
    let now = w.now();
    let one = training_record::table.filter(training_record::id.eq(record.key));
    update(one, training_record::modified_at.eq(now)).execute(w.db())?;
    Ok(())
}

/// Closes an active record as completed, withdrawn or suspended on a day. What becomes of the
/// lessons after that day is the caller's affair (`attendance`).
///
/// # Errors
/// [`Ending::Conflict`] when the record was changed since it was opened, or is closed already; a
/// fault when `status` is active; a database error.
pub fn close(
    w: &mut Writing<'_>,
    record: &Record,
    status: RecordStatus,
    closed_on: NaiveDate,
) -> Result<(), Ending> {
    if status == RecordStatus::Active {
        return Err(Ending::fault("a record can't be closed as active"));
    }
    let now = w.now();
    let changed = diesel::update(
        training_record::table
            .filter(training_record::id.eq(record.key))
            .filter(training_record::version.eq(record.version))
            .filter(training_record::status.eq(RecordStatus::Active.word())),
    )
    .set((
        training_record::status.eq(status.word()),
        training_record::closed_on.eq(closed_on),
        training_record::modified_at.eq(now),
        training_record::version.eq(record.version + 1),
    ))
    .execute(w.db())?;
    if changed == 1 {
        Ok(())
    } else {
        Err(Ending::Conflict("Somebody else has changed this training record since you opened it."))
    }
}

impl Record {
    /// Its key.
    pub fn key(&self) -> RecordKey {
        self.key
    }

    /// Its id in addresses.
    pub fn public_id(&self) -> &PublicId {
        &self.public_id
    }

    /// The record ID that people read out.
    pub fn number(&self) -> i64 {
        self.number
    }

    /// Whose it is.
    pub fn learner(&self) -> LearnerKey {
        self.learner
    }

    /// On which course cohort.
    pub fn cohort(&self) -> CohortKey {
        self.cohort
    }

    /// In which of its tutor groups.
    pub fn group(&self) -> GroupKey {
        self.group
    }

    /// The learner's home school.
    pub fn school(&self) -> OrganisationKey {
        self.school
    }

    /// The cohort's provider.
    pub fn provider(&self) -> OrganisationKey {
        self.provider
    }

    /// Where it stands and between which days.
    pub fn stand(&self) -> Stand {
        self.stand
    }

    /// How often it was changed.
    pub fn version(&self) -> i32 {
        self.version
    }
}
