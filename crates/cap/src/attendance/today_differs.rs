//! When the day is not as planned: a learner who turned up unexpected, a colleague who covers.

use super::{LessonKey, announce, expected, register::Register};
use crate::{
    accounts::person::{self, Colleague},
    learners::{RecordKey, visible_to},
    notices::notification::{self, Kind},
    schema::{cohort, entry, learner, lesson, training_record},
};
use diesel::prelude::*;
use platform::{
    Ending, Role, Session, Writing,
    ids::{OrganisationKey, PersonKey, PublicId},
};

/// A learner of the provider who is not in a register.
#[derive(Queryable, Clone, Debug)]
pub struct Absentee {
    pub record: RecordKey,
    pub reference: PublicId,
    pub learner: i64,
    pub school: OrganisationKey,
    pub surname: String,
    pub first_name: String,
    pub cohort: String,
}

/// The provider's learners with a live record who are not expected at this lesson.
///
/// # Errors
/// A database error.
pub fn not_in(s: &mut Session<'_>, register: &Register) -> Result<Vec<Absentee>, Ending> {
    let known: Vec<RecordKey> = entry::table
        .filter(entry::lesson_id.eq(register.lesson.key))
        .select(entry::record_id)
        .load(s.db())?;
    let all: Vec<Absentee> = visible_to(s)?
        .inner_join(learner::table)
        .inner_join(cohort::table)
        .filter(training_record::provider_id.eq(register.lesson.provider))
        .filter(training_record::status.eq("active"))
        .order((training_record::surname_key, training_record::first_key, training_record::id))
        .select((
            training_record::id,
            training_record::public_id,
            training_record::learner_id,
            training_record::school_id,
            learner::surname,
            learner::first_name,
            cohort::title,
        ))
        .load(s.db())?;
    for one in &all {
        s.shows(one.learner);
    }
    Ok(all.into_iter().filter(|one| !known.contains(&one.record)).collect())
}

/// Adds a learner who turned up unexpected, and tells their home school and the service.
///
/// # Errors
/// A database error.
pub fn add(w: &mut Writing<'_>, register: &Register, who: &Absentee) -> Result<(), Ending> {
    let on = &register.lesson;
    expected::unexpected(w, on.key, who.record)?;
    let none: Option<platform::Instant> = None;
    diesel::update(lesson::table.filter(lesson::id.eq(on.key)))
        .set((lesson::completed_at.eq(none), lesson::version.eq(lesson::version + 1)))
        .execute(w.db())?;
    let when = announce::described(&on.cohort_title, on.held_on, on.starts, on.ends);
    let body = format!("A learner turned up unexpected at {when} and was added to the register.");
    let mut to = notification::people_of(w, who.school, &[Role::SchoolAttendance])?;
    if let Some(service) = person::service_of(w, on.partnership)? {
        to.extend(notification::people_of(w, service, &[Role::CapStaff])?);
    }
    notification::tell(w, &to, Kind::Student, &body, &format!("/clm/registers/{}", on.public_id))
}

/// Who can cover a lesson: the provider's tutors and managers.
///
/// # Errors
/// A database error.
pub fn colleagues(s: &mut Session<'_>, register: &Register) -> Result<Vec<Colleague>, Ending> {
    person::colleagues(s, register.lesson.provider, &[Role::Tutor, Role::ProviderManager])
}

/// Notes who covers the lesson, or that nobody does.
///
/// # Errors
/// A database error.
pub fn cover(w: &mut Writing<'_>, key: LessonKey, who: Option<PersonKey>) -> Result<(), Ending> {
    diesel::update(lesson::table.filter(lesson::id.eq(key)))
        .set((lesson::cover_id.eq(who), lesson::version.eq(lesson::version + 1)))
        .execute(w.db())?;
    Ok(())
}
