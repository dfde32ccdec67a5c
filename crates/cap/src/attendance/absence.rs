//! Unprocessed absences: those that a home school was told of and has not decided, with what it
//! needs to decide them. The list starts from the few entries that wait, not from all marks.

use super::{
    LessonKey,
    calendar::Calendar,
    codes::{Codes, Session as DaySession},
    contribution::Contribution,
    due::Due,
    planned::{Known, Plans},
    register::names_of,
    terms,
};
use crate::{
    accounts::settings,
    learners::{
        Among, LearnerKey,
        glance::{self, Glance},
        visible_keys,
    },
    schema::{cohort, entry, learner, lesson, organisation, training_record},
};
use chrono::{NaiveDate, NaiveTime};
use diesel::prelude::*;
use platform::{
    Ending, Instant, Multi, Role, Session,
    access::Side,
    ids::{OrganisationKey, PublicId},
};
use std::collections::HashMap;
use ui::pagination::Pages;

type Waiting = entry::BoxedQuery<'static, Multi>;

/// The entries that wait for a decision within the reader's scope: a school's own, and for the
/// service those of its partnership or of one school of it.
fn waiting(s: &Session<'_>, school: Option<OrganisationKey>) -> Result<Waiting, Ending> {
    let actor = s.actor()?;
    let all = entry::table.into_boxed().filter(Among(entry::record_id, visible_keys(s)?));
    Ok(match actor.role {
        Role::CapStaff => match school {
            Some(school) => all.filter(entry::pending_school_id.eq(school)),
            None => all.filter(entry::pending_school_id.is_not_null()),
        },
        Role::SchoolAttendance | Role::SchoolCoordinator | Role::SchoolDsl => {
            all.filter(entry::pending_school_id.eq(actor.organisation))
        }
        Role::CapAdministrator
        | Role::ProviderManager
        | Role::Tutor
        | Role::ProviderCoordinator
        | Role::ProviderDsl => all.filter(entry::lesson_id.lt(0)),
    })
}

/// How many wait for the reader's decision; of one school, or of all.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn count(s: &mut Session<'_>, school: Option<OrganisationKey>) -> Result<u64, Ending> {
    let count: i64 = waiting(s, school)?.count().get_result(s.db())?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// The schools among which CAP staff choose, by name; for a school there is nothing to choose.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn schools(s: &mut Session<'_>) -> Result<Vec<(OrganisationKey, PublicId, String)>, Ending> {
    let actor = s.actor()?.clone();
    if actor.role != Role::CapStaff {
        return Ok(Vec::new());
    }
    Ok(organisation::table
        .filter(organisation::partnership_id.eq(actor.partnership))
        .filter(organisation::kind.eq(Side::School.word()))
        .order((organisation::name_key, organisation::id))
        .select((organisation::id, organisation::public_id, organisation::name))
        .load(s.db())?)
}

/// One absence that waits.
#[derive(Clone, Debug)]
pub struct Absence {
    /// The lesson's id in addresses.
    pub lesson: PublicId,
    /// The training record's public id: what forms call this learner.
    pub reference: PublicId,
    pub surname: String,
    pub first_name: String,
    pub middle_names: String,
    /// The calendar year in which the learner's year 10 begins.
    pub ks4_year: i16,
    pub school: String,
    pub held_on: NaiveDate,
    pub starts: NaiveTime,
    pub ends: NaiveTime,
    pub contribution: Option<Contribution>,
    pub location: String,
    pub cohort: String,
    /// The cohort's first day.
    pub entry_on: NaiveDate,
    pub provider: String,
    pub due: Due,
    /// When the school had decided on it, before the provider changed the mark.
    pub decided_before: Option<Instant>,
    /// Where the absence was planned.
    pub known: Option<Known>,
    /// Whom to ring; `None` where the reader may not see it.
    pub glance: Option<Glance>,
}

#[derive(Queryable)]
struct OfLearner {
    reference: PublicId,
    learner: LearnerKey,
    surname: String,
    first_name: String,
    middle_names: String,
    ks4_year: i16,
    closed_on: Option<NaiveDate>,
    school: OrganisationKey,
    contribution: Option<i16>,
    decided_at: Option<Instant>,
}

#[derive(Queryable)]
struct OfLesson {
    key: LessonKey,
    public_id: PublicId,
    held_on: NaiveDate,
    starts: NaiveTime,
    ends: NaiveTime,
    location: String,
    cohort: String,
    entry_on: NaiveDate,
    provider: String,
}

/// One page of them, oldest first.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn list(
    s: &mut Session<'_>,
    school: Option<OrganisationKey>,
    pages: &Pages,
) -> Result<Vec<Absence>, Ending> {
    let rows: Vec<(OfLearner, OfLesson)> = waiting(s, school)?
        .inner_join(training_record::table.inner_join(learner::table))
        .inner_join(lesson::table.inner_join(cohort::table).inner_join(organisation::table))
        .order((
            entry::starts_at,
            training_record::surname_key,
            training_record::first_key,
            training_record::id,
        ))
        .limit(i64::try_from(pages.per_page).unwrap_or(i64::MAX))
        .offset(i64::try_from(pages.offset()).unwrap_or(i64::MAX))
        .select((
            (
                training_record::public_id,
                learner::id,
                learner::surname,
                learner::first_name,
                learner::middle_names,
                learner::ks4_year,
                training_record::closed_on,
                entry::school_id,
                entry::contribution,
                entry::decided_at,
            ),
            (
                lesson::id,
                lesson::public_id,
                lesson::held_on,
                lesson::starts,
                lesson::ends,
                lesson::location,
                cohort::title,
                cohort::starts_on,
                organisation::name,
            ),
        ))
        .load(s.db())?;
    for (of_learner, _) in &rows {
        s.shows(of_learner.learner.0);
    }
    if let [(_, of_lesson)] = rows.as_slice() {
        s.about("lesson", of_lesson.key.0);
    }
    complete(s, rows)
}

/// Adds the schools' names, their clocks, what was planned, and whom to ring.
fn complete(s: &mut Session<'_>, rows: Vec<(OfLearner, OfLesson)>) -> Result<Vec<Absence>, Ending> {
    let names = names_of(s, rows.iter().map(|(of_learner, _)| of_learner.school))?;
    let mut calendars: HashMap<OrganisationKey, Calendar> = HashMap::new();
    for school in names.keys() {
        calendars.insert(*school, terms::calendar_of(s, *school)?);
    }
    let within = usize::try_from(settings::whole(s.settings(), "absence_clock_school_days")).unwrap_or(5);
    let learners: Vec<LearnerKey> = rows.iter().map(|(of_learner, _)| of_learner.learner).collect();
    let days = rows.iter().map(|(_, of_lesson)| of_lesson.held_on);
    let plans = match (days.clone().min(), days.max()) {
        (Some(first), Some(last)) => Some((Plans::load(s, &learners, first, last)?, Codes::load(s)?)),
        (_, None) | (None, _) => None,
    };
    let closed: Vec<_> =
        rows.iter().map(|(of_learner, _)| (of_learner.learner, of_learner.closed_on)).collect();
    let glances = glance::glances(s, &closed)?;
    let today = s.today();
    let absence = |(of_learner, of_lesson): (OfLearner, OfLesson)| Absence {
        due: calendars
            .get(&of_learner.school)
            .map_or(Due::Unknown, |calendar| Due::of(calendar, of_lesson.held_on, within, today)),
        known: plans.as_ref().and_then(|(plans, codes)| {
            let begins = DaySession::at(of_lesson.starts);
            plans.known(of_learner.learner, of_lesson.held_on, &[begins], codes)
        }),
        decided_before: of_learner.decided_at,
        glance: glances.get(&of_learner.learner).cloned(),
        school: names.get(&of_learner.school).cloned().unwrap_or_default(),
        lesson: of_lesson.public_id,
        reference: of_learner.reference,
        surname: of_learner.surname,
        first_name: of_learner.first_name,
        middle_names: of_learner.middle_names,
        ks4_year: of_learner.ks4_year,
        held_on: of_lesson.held_on,
        starts: of_lesson.starts,
        ends: of_lesson.ends,
        contribution: of_learner.contribution.and_then(Contribution::new),
        location: of_lesson.location,
        cohort: of_lesson.cohort,
        entry_on: of_lesson.entry_on,
        provider: of_lesson.provider,
    };
    Ok(rows.into_iter().map(absence).collect())
}
