//! Placing a learner on a course cohort, moving them between its groups, ending the placement and
//! taking that back: each keeps the training record and the registers in step.

use super::{LessonKey, expected};
use crate::{
    learners::{
        CohortKey, GroupKey, LearnerKey, RecordKey,
        record::{self, NewRecord, Record, RecordStatus},
    },
    notices::notification::{self, Kind},
    schema::{cohort, learner, lesson, organisation, training_record, tutor_group},
};
use chrono::NaiveDate;
use diesel::prelude::*;
use platform::{
    Ending, Role, Session, Writing, clock,
    ids::{OrganisationKey, PublicId},
};

/// A tutor group that somebody can be placed in.
#[derive(Clone, Debug)]
pub struct Opening {
    pub group: GroupKey,
    pub cohort: CohortKey,
    pub public_id: PublicId,
    /// "Riverside Motors: Motor mechanics, group A (1 Sep 2026 to 21 Jul 2027)"
    pub label: String,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
}

/// The groups of every cohort of the reader's partnership that has not ended, by provider and title.
///
/// # Errors
/// [`Ending::SignIn`] when nobody is signed in; a database error.
pub fn openings(s: &mut Session<'_>) -> Result<Vec<Opening>, Ending> {
    type Found = (GroupKey, CohortKey, PublicId, String, String, String, NaiveDate, NaiveDate);
    let (partnership, today) = (s.actor()?.partnership, s.today());
    let rows: Vec<Found> = tutor_group::table
        .inner_join(cohort::table.inner_join(organisation::table))
        .filter(cohort::partnership_id.eq(partnership))
        .filter(cohort::ends_on.ge(today))
        .order((organisation::name_key, cohort::title_key, cohort::starts_on, tutor_group::name))
        .select((
            tutor_group::id,
            cohort::id,
            tutor_group::public_id,
            organisation::name,
            cohort::title,
            tutor_group::name,
            cohort::starts_on,
            cohort::ends_on,
        ))
        .load(s.db())?;
    let opening = |(group, cohort, public_id, provider, title, name, starts_on, ends_on): Found| Opening {
        group,
        cohort,
        public_id,
        label: format!(
            "{provider}: {title}, group {name} ({} to {})",
            clock::short_date(starts_on),
            clock::short_date(ends_on)
        ),
        starts_on,
        ends_on,
    };
    Ok(rows.into_iter().map(opening).collect())
}

/// Whether the learner has a record on this cohort that is active or suspended.
///
/// # Errors
/// A database error.
pub fn is_on(s: &mut Session<'_>, who: LearnerKey, on: CohortKey) -> Result<bool, Ending> {
    let open = [RecordStatus::Active.word(), RecordStatus::Suspended.word()];
    let count: i64 = training_record::table
        .filter(training_record::learner_id.eq(who))
        .filter(training_record::cohort_id.eq(on))
        .filter(training_record::status.eq_any(open))
        .count()
        .get_result(s.db())?;
    Ok(count > 0)
}

/// Makes the training record with its register entries, and tells school and provider. Answers the
/// first lesson at which the learner is expected.
///
/// # Errors
/// A database error.
pub fn place(w: &mut Writing<'_>, new: &NewRecord) -> Result<(RecordKey, Option<Upcoming>), Ending> {
    let key = record::make(w, new)?;
    expected::of_record(w, key)?;
    let first = told_of(w, key, "A learner was placed on")?;
    Ok((key, first))
}

/// A lesson that lies ahead.
#[derive(Clone, Debug)]
pub struct Upcoming {
    pub public_id: PublicId,
    /// "Tuesday 1 December 2026, 09:15"
    pub when: String,
}

fn first_lesson(s: &mut Session<'_>, of: RecordKey) -> Result<Option<Upcoming>, Ending> {
    let Some(key) = expected::first_of(s, of)? else {
        return Ok(None);
    };
    upcoming(s, key).map(Some)
}

fn upcoming(s: &mut Session<'_>, key: LessonKey) -> Result<Upcoming, Ending> {
    let (public_id, held_on, starts) = lesson::table
        .filter(lesson::id.eq(key))
        .select((lesson::public_id, lesson::held_on, lesson::starts))
        .first(s.db())?;
    Ok(Upcoming {
        public_id,
        when: format!("{}, {}", clock::long_date(held_on), clock::hour(starts)),
    })
}

/// A training record that the reader may change, in words. Only [`open_record`] makes one.
#[derive(Clone, Debug)]
pub struct Placement {
    of: Record,
    pub learner_id: PublicId,
    pub learner_name: String,
    pub cohort_title: String,
    pub provider_name: String,
    pub group_name: String,
}

impl Placement {
    /// The record itself.
    pub fn record(&self) -> &Record {
        &self.of
    }

    /// Whether the learner is in training now.
    pub fn is_active(&self) -> bool {
        self.of.stand().status == RecordStatus::Active
    }
}

/// The training record with this id; `None` outside the reader's scope.
///
/// # Errors
/// [`Ending::SignIn`] when nobody is signed in; a database error.
pub fn open_record(s: &mut Session<'_>, id: &PublicId) -> Result<Option<Placement>, Ending> {
    let Some(of) = record::open(s, id)? else {
        return Ok(None);
    };
    let (learner_id, first, surname): (PublicId, String, String) = learner::table
        .filter(learner::id.eq(of.learner()))
        .select((learner::public_id, learner::first_name, learner::surname))
        .first(s.db())?;
    let (cohort_title, provider_name, group_name): (String, String, String) = tutor_group::table
        .inner_join(cohort::table.inner_join(organisation::table))
        .filter(tutor_group::id.eq(of.group()))
        .select((cohort::title, organisation::name, tutor_group::name))
        .first(s.db())?;
    Ok(Some(Placement {
        of,
        learner_id,
        learner_name: format!("{first} {surname}"),
        cohort_title,
        provider_name,
        group_name,
    }))
}

/// Ends a placement: the learner is expected until this day and at no lesson after it. Answers the
/// days of later lessons that stay on the record because they have marks.
///
/// # Errors
/// [`Ending::Conflict`]; a database error.
pub fn end(
    w: &mut Writing<'_>,
    one: &Record,
    status: RecordStatus,
    last_day: NaiveDate,
) -> Result<Vec<NaiveDate>, Ending> {
    record::close(w, one, status, last_day)?;
    let kept = expected::leave_after(w, one.key(), last_day)?;
    let what = match status {
        RecordStatus::Completed => "A learner completed",
        RecordStatus::Withdrawn => "A learner was withdrawn from",
        RecordStatus::Suspended => "A learner was suspended from",
        RecordStatus::Active => "A learner is active on",
    };
    tell(w, one.key(), what, None)?;
    Ok(kept)
}

/// Takes an ending back: the learner is active again, and expected from this day on. The lessons in
/// between stay left out, whatever becomes of them later.
///
/// # Errors
/// [`Ending::Conflict`]; a database error.
pub fn reopen(w: &mut Writing<'_>, one: &Record, back_on: NaiveDate) -> Result<Option<Upcoming>, Ending> {
    let now = w.now();
    let changed = diesel::update(training_record::table.filter(training_record::id.eq(one.key())))
        .filter(training_record::version.eq(one.version()))
        .set((
            training_record::status.eq(RecordStatus::Active.word()),
            training_record::closed_on.eq(None::<NaiveDate>),
            training_record::modified_at.eq(now),
            training_record::version.eq(training_record::version + 1),
        ))
        .execute(w.db())?;
    unless_stale(changed)?;
    if let Some(closed_on) = one.stand().closed_on {
        expected::leave_out_between(w, one.key(), closed_on, back_on)?;
    }
    expected::of_record_from(w, one.key(), back_on)?;
    told_of(w, one.key(), "A learner is back on")
}

fn unless_stale(changed: usize) -> Result<(), Ending> {
    if changed == 0 {
        return Err(Ending::Conflict(CHANGED));
    }
    Ok(())
}

/// What somebody reads whose page is older than the record.
pub const CHANGED: &str = "Somebody changed this training record while you had it open. Open it again.";

/// The tutor groups of a record's cohort: id and name, by name.
///
/// # Errors
/// A database error.
pub fn groups(s: &mut Session<'_>, one: &Record) -> Result<Vec<(GroupKey, PublicId, String)>, Ending> {
    Ok(tutor_group::table
        .filter(tutor_group::cohort_id.eq(one.cohort()))
        .order((tutor_group::name, tutor_group::id))
        .select((tutor_group::id, tutor_group::public_id, tutor_group::name))
        .load(s.db())?)
}

/// Moves a record to another group of its cohort: the learner leaves the registers of the old
/// group's lessons that have not begun, and comes onto those of the new one.
///
/// # Errors
/// [`Ending::Conflict`]; a database error.
pub fn move_to(w: &mut Writing<'_>, one: &Record, to: GroupKey) -> Result<Option<Upcoming>, Ending> {
    set_group(w, one, to)?;
    expected::leave_future(w, one.key())?;
    expected::of_record_in_future(w, one.key())?;
    told_of(w, one.key(), "A learner changed groups on")
}

/// Writes another group into a record; its entries are the caller's affair.
pub(super) fn set_group(w: &mut Writing<'_>, one: &Record, to: GroupKey) -> Result<(), Ending> {
    let now = w.now();
    let changed = diesel::update(training_record::table.filter(training_record::id.eq(one.key())))
        .filter(training_record::version.eq(one.version()))
        .set((
            training_record::group_id.eq(to),
            training_record::modified_at.eq(now),
            training_record::version.eq(training_record::version + 1),
        ))
        .execute(w.db())?;
    unless_stale(changed)
}

/// Tells both sides, with the first lesson at which the learner is expected; answers it.
pub(super) fn told_of(w: &mut Writing<'_>, of: RecordKey, what: &str) -> Result<Option<Upcoming>, Ending> {
    let first = first_lesson(w, of)?;
    tell(w, of, what, first.as_ref())?;
    Ok(first)
}

/// Tells the home school's attendance people and the provider's staff, without the learner's name.
/// The link leads to the first register on which the learner stands, where there is one.
fn tell(w: &mut Writing<'_>, of: RecordKey, what: &str, first: Option<&Upcoming>) -> Result<(), Ending> {
    let (school, provider, title, group): (OrganisationKey, OrganisationKey, String, String) =
        training_record::table
            .inner_join(cohort::table)
            .inner_join(tutor_group::table)
            .filter(training_record::id.eq(of))
            .select((
                training_record::school_id,
                training_record::provider_id,
                cohort::title,
                tutor_group::name,
            ))
            .first(w.db())?;
    let mut to = notification::people_of(w, school, &[Role::SchoolAttendance, Role::SchoolCoordinator])?;
    to.extend(notification::people_of(w, provider, &[Role::Tutor, Role::ProviderManager])?);
    let body = match first {
        Some(first) => format!("{what} {title}, group {group}: on the register from {}", first.when),
        None => format!("{what} {title}, group {group}"),
    };
    let link = first
        .map_or_else(|| "/clm/registers".to_owned(), |first| format!("/clm/registers/{}", first.public_id));
    notification::tell(w, &to, Kind::Training, &body, &link)
}
