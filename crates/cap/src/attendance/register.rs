//! A register: a lesson and the learners expected at it, as far as the reader may know of them.

use super::{
    LessonKey,
    codes::{self, PlacementBase, Session as DaySession},
    contribution::Contribution,
    lesson,
    mark::Mark,
    status::{Marker, Status},
};
use crate::{
    learners::{Among, LearnerKey, RecordKey, visible_keys},
    schema::{cohort, entry, learner, organisation, person, training_record, tutor_group},
};
use chrono::{NaiveDate, NaiveTime};
use diesel::prelude::*;
use platform::{
    Ending, Instant, Multi, Role, Session,
    db::one_of,
    ids::{OrganisationKey, PartnershipKey, PersonKey, PublicId},
};
use std::collections::HashMap;

/// A lesson as its register's head shows it. Built only by [`Register::open`].
#[derive(Queryable, Clone, Debug)]
pub struct Lesson {
    pub key: LessonKey,
    pub public_id: PublicId,
    pub number: i64,
    pub partnership: PartnershipKey,
    pub provider: OrganisationKey,
    pub held_on: NaiveDate,
    pub starts: NaiveTime,
    pub ends: NaiveTime,
    pub starts_at: Instant,
    pub ends_at: Instant,
    pub location: String,
    pub tutor: Option<PersonKey>,
    pub cover: Option<PersonKey>,
    pub cancelled_at: Option<Instant>,
    pub first_mark_at: Option<Instant>,
    pub completed_at: Option<Instant>,
    pub version: i32,
    pub cohort_title: String,
    pub group_name: String,
    pub provider_name: String,
    /// Whether the provider gives contributions at all, and whether +0 is where they start.
    pub contributions: bool,
    pub contribution_start: bool,
}

/// How far a register is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    Future,
    InProgress,
    Overdue,
    Completed,
    Cancelled,
}

impl State {
    /// How far a register is at this moment: overdue from the lesson's end, unless it is complete.
    pub fn of(starts_at: Instant, ends_at: Instant, completed: bool, cancelled: bool, now: Instant) -> State {
        match (cancelled, completed) {
            (true, _) => State::Cancelled,
            (_, true) => State::Completed,
            _ if now < starts_at => State::Future,
            _ if now < ends_at => State::InProgress,
            _ => State::Overdue,
        }
    }

    /// The word for stylesheets and addresses.
    pub fn word(self) -> &'static str {
        match self {
            State::Future => "future",
            State::InProgress => "in-progress",
            State::Overdue => "overdue",
            State::Completed => "completed",
            State::Cancelled => "cancelled",
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            State::Future => "Future",
            State::InProgress => "In progress",
            State::Overdue => "Overdue",
            State::Completed => "Completed",
            State::Cancelled => "Cancelled",
        }
    }
}

/// A learner in a register.
#[derive(Clone, Debug)]
pub struct Entry {
    pub record: RecordKey,
    /// The training record's public id: what forms and addresses call this learner.
    pub reference: PublicId,
    pub learner: LearnerKey,
    pub school: OrganisationKey,
    pub school_name: String,
    pub surname: String,
    pub first_name: String,
    pub record_number: i64,
    pub closed_on: Option<NaiveDate>,
    pub base: PlacementBase,
    pub mark: Mark,
    /// The code that the school has entered, if it has.
    pub dfe_code: Option<String>,
    pub reason: Option<String>,
    pub announced_at: Option<Instant>,
    /// When the school last decided, even if the provider has changed the mark since.
    pub decided_at: Option<Instant>,
    /// Turned up without being expected.
    pub unexpected: bool,
}

impl Entry {
    /// The name in lists.
    pub fn name(&self) -> String {
        format!("{}, {}", self.surname, self.first_name)
    }

    /// The DfE code: the school's own, else the one that follows from the mark.
    pub fn shown_code(&self, lesson: &Lesson) -> Option<String> {
        self.dfe_code.clone().or_else(|| self.proposed_code(lesson).map(str::to_owned))
    }

    /// Whether it is an absence that the school was told of and has not decided.
    pub fn waits_for_decision(&self) -> bool {
        self.mark.status == Some(Status::Unexplained) && self.announced_at.is_some()
    }

    /// When the school had decided on an absence that waits again, because the provider has changed its
    /// mark since and marked it absent once more.
    pub fn decided_before(&self) -> Option<Instant> {
        self.decided_at.filter(|_| self.waits_for_decision())
    }

    /// The code to propose for the session in which the lesson begins.
    pub fn proposed_code(&self, lesson: &Lesson) -> Option<&'static str> {
        let filled = codes::sessions(lesson.starts, lesson.ends);
        codes::propose(self.mark.status?, self.base, DaySession::at(lesson.starts), filled)
    }
}

/// A register that its reader may see. Holding one is the proof.
#[derive(Clone, Debug)]
pub struct Register {
    pub lesson: Lesson,
    /// By surname, then first name; only learners within the reader's scope.
    pub entries: Vec<Entry>,
}

#[derive(Queryable)]
struct EntryRow {
    record: RecordKey,
    reference: PublicId,
    learner: LearnerKey,
    school: OrganisationKey,
    school_name: String,
    surname: String,
    first_name: String,
    record_number: i64,
    closed_on: Option<NaiveDate>,
    base: String,
    status: Option<i16>,
    late_minutes: Option<i16>,
    contribution: Option<i16>,
    left_at: Option<NaiveTime>,
    left_reason: Option<String>,
    collected_by: Option<String>,
    dfe_code: Option<String>,
    reason: Option<String>,
    announced_at: Option<Instant>,
    decided_at: Option<Instant>,
    unexpected: bool,
}

impl Register {
    /// The register of the lesson with this id, if it is within the reader's scope.
    ///
    /// # Errors
    /// A database error.
    pub fn open(s: &mut Session<'_>, id: &PublicId) -> Result<Option<Register>, Ending> {
        use crate::schema::lesson as lessons;
        let one = lesson::visible_to(s)?.filter(lessons::public_id.eq(id.clone()));
        Register::load(s, one)
    }

    /// The register of a lesson that the reader has met by its key, if it is within their scope.
    ///
    /// # Errors
    /// A database error.
    pub fn of(s: &mut Session<'_>, key: LessonKey) -> Result<Option<Register>, Ending> {
        use crate::schema::lesson as lessons;
        let one = lesson::visible_to(s)?.filter(lessons::id.eq(key));
        Register::load(s, one)
    }

    fn load(s: &mut Session<'_>, one: lesson::Visible) -> Result<Option<Register>, Ending> {
        use crate::schema::lesson as lessons;
        let found: Option<Lesson> = one
            .inner_join(cohort::table)
            .inner_join(tutor_group::table)
            .inner_join(organisation::table)
            .select((
                (
                    lessons::id,
                    lessons::public_id,
                    lessons::number,
                    lessons::partnership_id,
                    lessons::provider_id,
                    lessons::held_on,
                    lessons::starts,
                    lessons::ends,
                    lessons::starts_at,
                    lessons::ends_at,
                    lessons::location,
                    lessons::tutor_id,
                    lessons::cover_id,
                    lessons::cancelled_at,
                    lessons::first_mark_at,
                    lessons::completed_at,
                    lessons::version,
                ),
                (
                    cohort::title,
                    tutor_group::name,
                    organisation::name,
                    organisation::contributions,
                    organisation::contribution_start,
                ),
            ))
            .first::<(LessonColumns, (String, String, String, bool, bool))>(s.db())
            .optional()?
            .map(Lesson::from);
        let Some(lesson) = found else { return Ok(None) };
        let entries = entries(s, lesson.key)?;
        s.about("lesson", lesson.key.0);
        Ok(Some(Register { lesson, entries }))
    }

    /// The learner whom a form calls so.
    pub fn entry(&self, reference: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.reference.as_str() == reference)
    }

    /// How far the register is.
    pub fn state(&self, now: Instant) -> State {
        let lesson = &self.lesson;
        State::of(
            lesson.starts_at,
            lesson.ends_at,
            lesson.completed_at.is_some(),
            lesson.cancelled_at.is_some(),
            now,
        )
    }

    /// Whether a provider may mark it: from a quarter of an hour before the lesson, unless cancelled.
    pub fn is_open_to_marks(&self, now: Instant) -> bool {
        self.lesson.cancelled_at.is_none()
            && now >= self.lesson.starts_at - chrono::TimeDelta::minutes(super::of_records::EARLY_MINUTES)
    }

    /// Puts in the marks that [`super::marking::apply`] has just written, instead of reading all again.
    /// What else a mark changes (its code, who was told) stays as it was read.
    pub fn put(&mut self, marks: Vec<(RecordKey, Mark)>) {
        let mut marks: HashMap<RecordKey, Mark> = marks.into_iter().collect();
        for entry in &mut self.entries {
            if let Some(mark) = marks.remove(&entry.record) {
                entry.mark = mark;
            }
        }
    }

    /// How many of the learners shown have a mark.
    pub fn marked(&self) -> usize {
        self.entries.iter().filter(|entry| entry.mark.status.is_some()).count()
    }
}

/// On which side somebody changes marks.
///
/// # Errors
/// [`Ending::Forbidden`] for a role that never does.
pub fn marker(role: Role) -> Result<Marker, Ending> {
    match role {
        Role::Tutor | Role::ProviderManager => Ok(Marker::Provider),
        Role::SchoolAttendance | Role::SchoolCoordinator | Role::SchoolDsl => Ok(Marker::School),
        Role::CapStaff => Ok(Marker::CapStaff),
        Role::CapAdministrator | Role::ProviderCoordinator | Role::ProviderDsl => Err(Ending::Forbidden),
    }
}

type LessonColumns = (
    LessonKey,
    PublicId,
    i64,
    PartnershipKey,
    OrganisationKey,
    NaiveDate,
    NaiveTime,
    NaiveTime,
    Instant,
    Instant,
    String,
    Option<PersonKey>,
    Option<PersonKey>,
    Option<Instant>,
    Option<Instant>,
    Option<Instant>,
    i32,
);

impl From<(LessonColumns, (String, String, String, bool, bool))> for Lesson {
    fn from((own, joined): (LessonColumns, (String, String, String, bool, bool))) -> Lesson {
        let (
            key,
            public_id,
            number,
            partnership,
            provider,
            held_on,
            starts,
            ends,
            starts_at,
            ends_at,
            location,
            tutor,
            cover,
            cancelled_at,
            first_mark_at,
            completed_at,
            version,
        ) = own;
        let (cohort_title, group_name, provider_name, contributions, contribution_start) = joined;
        Lesson {
            key,
            public_id,
            number,
            partnership,
            provider,
            held_on,
            starts,
            ends,
            starts_at,
            ends_at,
            location,
            tutor,
            cover,
            cancelled_at,
            first_mark_at,
            completed_at,
            version,
            cohort_title,
            group_name,
            provider_name,
            contributions,
            contribution_start,
        }
    }
}

fn entries(s: &mut Session<'_>, key: LessonKey) -> Result<Vec<Entry>, Ending> {
    let visible = visible_keys(s)?;
    let rows: Vec<EntryRow> = entry::table
        .inner_join(training_record::table.inner_join(learner::table))
        .inner_join(organisation::table.on(organisation::id.eq(entry::school_id)))
        .into_boxed::<Multi>()
        .filter(entry::lesson_id.eq(key))
        .filter(Among(entry::record_id, visible))
        .order((training_record::surname_key, training_record::first_key, training_record::id))
        .select((
            training_record::id,
            training_record::public_id,
            learner::id,
            entry::school_id,
            organisation::name,
            learner::surname,
            learner::first_name,
            training_record::number,
            training_record::closed_on,
            training_record::base_code,
            entry::status,
            entry::late_minutes,
            entry::contribution,
            entry::left_at,
            entry::left_reason,
            entry::collected_by,
            entry::dfe_code,
            entry::reason,
            entry::announced_at,
            entry::decided_at,
            entry::unexpected,
        ))
        .load(s.db())?;
    for row in &rows {
        s.shows(row.learner.0);
    }
    Ok(rows.into_iter().map(Entry::from).collect())
}

/// The names of a few organisations.
pub(super) fn names_of(
    s: &mut Session<'_>,
    keys: impl Iterator<Item = OrganisationKey>,
) -> Result<HashMap<OrganisationKey, String>, Ending> {
    let mut keys: Vec<OrganisationKey> = keys.collect();
    keys.sort_unstable();
    keys.dedup();
    let rows: Vec<(OrganisationKey, String)> = organisation::table
        .filter(one_of(s.db(), organisation::id, keys))
        .select((organisation::id, organisation::name))
        .load(s.db())?;
    Ok(rows.into_iter().collect())
}

impl From<EntryRow> for Entry {
    fn from(row: EntryRow) -> Entry {
        Entry {
            record: row.record,
            reference: row.reference,
            learner: row.learner,
            school: row.school,
            school_name: row.school_name,
            surname: row.surname,
            first_name: row.first_name,
            record_number: row.record_number,
            closed_on: row.closed_on,
            base: PlacementBase::parse(&row.base).unwrap_or(PlacementBase::SchoolArranged),
            mark: Mark {
                status: row.status.and_then(Status::from_code),
                late_minutes: row.late_minutes,
                contribution: row.contribution.and_then(Contribution::new),
                left_at: row.left_at,
                left_reason: row.left_reason,
                collected_by: row.collected_by,
            },
            dfe_code: row.dfe_code,
            reason: row.reason,
            announced_at: row.announced_at,
            decided_at: row.decided_at,
            unexpected: row.unexpected,
        }
    }
}

/// The name of somebody who gives lessons.
///
/// # Errors
/// A database error.
pub fn name_of(s: &mut Session<'_>, who: Option<PersonKey>) -> Result<Option<String>, Ending> {
    let Some(who) = who else { return Ok(None) };
    Ok(person::table.filter(person::id.eq(who)).select(person::name).first(s.db()).optional()?)
}
