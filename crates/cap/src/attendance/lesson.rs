//! Lessons: which ones somebody may know of, and how they are made.

use super::{LessonKey, SlotKey, expected::Place};
use crate::{
    accounts::numbers::{self, Numbered},
    learners::{CohortKey, GroupKey},
    schema::{cohort, entry, lesson, tutor_group},
};
use chrono::{NaiveDate, NaiveTime};
use diesel::{dsl::exists, prelude::*};
use platform::{
    Ending, Multi, Role, Session, Writing, clock,
    ids::{PersonKey, PublicId},
    problem::OrMissing,
};

/// Lessons within one person's scope, to be narrowed further.
pub type Visible = lesson::BoxedQuery<'static, Multi>;

/// A provider sees its own lessons, a school those at which one of its learners is expected, the
/// service all of its partnership. Which learners of them stands in `learners::visible_to`.
///
/// # Errors
/// [`Ending::SignIn`] when nobody is signed in.
pub fn visible_to(s: &Session<'_>) -> Result<Visible, Ending> {
    let actor = s.actor()?;
    let all = lesson::table.into_boxed();
    Ok(match actor.role {
        Role::CapStaff => all.filter(lesson::partnership_id.eq(actor.partnership)),
        Role::Tutor | Role::ProviderManager => all.filter(lesson::provider_id.eq(actor.organisation)),
        Role::SchoolAttendance | Role::SchoolCoordinator | Role::SchoolDsl => all.filter(exists(
            entry::table
                .filter(entry::lesson_id.eq(lesson::id))
                .filter(entry::school_id.eq(actor.organisation))
                // Lets the index of the school's days find the lesson, instead of walking through all
                // that the school ever had: 14 s against 1 ms at five million marks.
                .filter(entry::held_on.eq(lesson::held_on)),
        )),
        Role::CapAdministrator | Role::ProviderCoordinator | Role::ProviderDsl => {
            all.filter(lesson::id.lt(0))
        }
    })
}

/// What a lesson is made of.
#[derive(Clone, Debug)]
pub struct NewLesson {
    pub group: GroupKey,
    pub slot: Option<SlotKey>,
    pub held_on: NaiveDate,
    pub starts: NaiveTime,
    pub ends: NaiveTime,
    pub location: String,
    pub tutor: Option<PersonKey>,
}

/// Makes a lesson with an empty register. Who is expected at it: `expected::at_lesson`.
///
/// # Errors
/// A database error.
pub fn make(w: &mut Writing<'_>, new: &NewLesson) -> Result<LessonKey, Ending> {
    let made = make_all(w, new, &[new.held_on])?;
    made.first().map(|place| place.lesson).or_missing()
}

/// Makes the same lesson on several dates, whatever its own date is.
///
/// # Errors
/// A database error.
pub fn make_all(w: &mut Writing<'_>, new: &NewLesson, dates: &[NaiveDate]) -> Result<Vec<Place>, Ending> {
    if dates.is_empty() {
        return Ok(Vec::new());
    }
    let count = i64::try_from(dates.len()).map_err(Ending::fault)?;
    let first_number = numbers::take(w, Numbered::Lesson, count)?;
    let (cohort, partnership, provider): (CohortKey, i64, i64) = tutor_group::table
        .inner_join(cohort::table)
        .filter(tutor_group::id.eq(new.group))
        .select((cohort::id, cohort::partnership_id, cohort::provider_id))
        .first(w.db())?;
    let mut made = Vec::with_capacity(dates.len());
    for (number, held_on) in (first_number..).zip(dates.iter().copied()) {
        let (lesson, starts_at) = (LessonKey::next(), clock::instant(held_on, new.starts));
        diesel::insert_into(lesson::table)
            .values((
                lesson::id.eq(lesson),
                lesson::public_id.eq(PublicId::random()),
                lesson::number.eq(number),
                lesson::partnership_id.eq(partnership),
                lesson::provider_id.eq(provider),
                lesson::cohort_id.eq(cohort),
                lesson::group_id.eq(new.group),
                lesson::slot_id.eq(new.slot),
                lesson::held_on.eq(held_on),
                lesson::starts.eq(new.starts),
                lesson::ends.eq(new.ends),
                lesson::starts_at.eq(starts_at),
                lesson::ends_at.eq(clock::instant(held_on, new.ends)),
                lesson::location.eq(&new.location),
                lesson::tutor_id.eq(new.tutor),
            ))
            .execute(w.db())?;
        made.push(Place { lesson, held_on, starts_at });
    }
    Ok(made)
}
