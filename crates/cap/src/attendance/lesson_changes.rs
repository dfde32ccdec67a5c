//! Single changes: a lesson of a cohort is moved, given to somebody else, cancelled, restored, or
//! added beside the timetable. Those who are concerned are told.

use super::{
    LessonKey, expected,
    lesson::{self as one, NewLesson},
};
use crate::{
    learners::{CohortKey, GroupKey},
    notices::notification::{self, Kind},
    schema::{cohort, entry, lesson, person, tutor_group},
};
use chrono::{NaiveDate, NaiveTime};
use diesel::prelude::*;
use platform::{
    Ending, Instant, Role, Session, Writing, clock,
    ids::{OrganisationKey, PersonKey, PublicId},
};
use ui::pagination::Pages;

/// A lesson that the reader may know of. Only [`open`] and [`list`] make one.
#[derive(Clone, Debug)]
pub struct Lesson {
    key: LessonKey,
    group: GroupKey,
    provider: OrganisationKey,
    pub public_id: PublicId,
    pub number: i64,
    pub cohort_id: PublicId,
    pub cohort_title: String,
    pub group_name: String,
    pub held_on: NaiveDate,
    pub starts: NaiveTime,
    pub ends: NaiveTime,
    pub starts_at: Instant,
    pub location: String,
    pub tutor: Option<PersonKey>,
    pub tutor_name: Option<String>,
    /// The day on which the timetable had it, when somebody changed it by hand.
    pub moved_from: Option<NaiveDate>,
    pub cancelled_at: Option<Instant>,
    pub cancel_reason: Option<String>,
    pub first_mark_at: Option<Instant>,
    pub version: i32,
}

impl Lesson {
    /// The lesson's key.
    pub fn key(&self) -> LessonKey {
        self.key
    }

    /// Its tutor group.
    pub fn group(&self) -> GroupKey {
        self.group
    }

    /// "24 Nov 2026, 09:15–12:00"
    pub fn when(&self) -> String {
        period(self.held_on, self.starts, self.ends)
    }

    /// The day on which the timetable had it, where that is another: "24 Nov 2026".
    pub fn planned_for(&self) -> Option<String> {
        self.moved_from.filter(|day| *day != self.held_on).map(clock::short_date)
    }

    /// Whether it lies ahead and nobody marked at it, so that its day and time can change.
    pub fn can_move(&self, now: Instant) -> bool {
        self.starts_at > now && self.first_mark_at.is_none() && self.cancelled_at.is_none()
    }

    /// Whether its register has no mark, so that it can be cancelled.
    pub fn can_be_cancelled(&self) -> bool {
        self.first_mark_at.is_none() && self.cancelled_at.is_none()
    }
}

/// "24 Nov 2026, 09:15–12:00"
pub fn period(held_on: NaiveDate, starts: NaiveTime, ends: NaiveTime) -> String {
    format!("{}, {}–{}", clock::short_date(held_on), clock::hour(starts), clock::hour(ends))
}

/// The lesson with this id; `None` outside the reader's scope.
///
/// # Errors
/// [`Ending::SignIn`] when nobody is signed in; a database error.
pub fn open(s: &mut Session<'_>, id: &PublicId) -> Result<Option<Lesson>, Ending> {
    let found = load(s, one::visible_to(s)?.filter(lesson::public_id.eq(id.clone())))?;
    let found = found.into_iter().next();
    if let Some(lesson) = &found {
        s.about("lesson", lesson.key.0);
    }
    Ok(found)
}

/// How many lessons a cohort has: all, or those that have not ended.
///
/// # Errors
/// [`Ending::SignIn`] when nobody is signed in; a database error.
pub fn count(s: &mut Session<'_>, of: CohortKey, ahead: bool) -> Result<u64, Ending> {
    let count: i64 = of_cohort(s, of, ahead)?.count().get_result(s.db())?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// One page of a cohort's lessons, by time; those that have not ended, or all.
///
/// # Errors
/// [`Ending::SignIn`] when nobody is signed in; a database error.
pub fn list(s: &mut Session<'_>, of: CohortKey, ahead: bool, page: &Pages) -> Result<Vec<Lesson>, Ending> {
    let lessons = of_cohort(s, of, ahead)?
        .order((lesson::starts_at, lesson::id))
        .limit(i64::try_from(page.per_page).unwrap_or(i64::MAX))
        .offset(i64::try_from(page.offset()).unwrap_or(i64::MAX));
    load(s, lessons)
}

fn of_cohort(s: &Session<'_>, of: CohortKey, ahead: bool) -> Result<one::Visible, Ending> {
    let lessons = one::visible_to(s)?.filter(lesson::cohort_id.eq(of));
    Ok(if ahead {
        lessons.filter(lesson::ends_at.gt(s.now()))
    } else {
        lessons
    })
}

fn load(s: &mut Session<'_>, lessons: one::Visible) -> Result<Vec<Lesson>, Ending> {
    type Found = (
        (LessonKey, GroupKey, OrganisationKey, PublicId, i64, PublicId, String, String),
        (NaiveDate, NaiveTime, NaiveTime, Instant, String, Option<PersonKey>, Option<String>),
        (Option<NaiveDate>, Option<Instant>, Option<String>, Option<Instant>, i32),
    );
    let rows: Vec<Found> = lessons
        .inner_join(cohort::table)
        .inner_join(tutor_group::table)
        .left_join(person::table.on(lesson::tutor_id.eq(person::id.nullable())))
        .select((
            (
                lesson::id,
                lesson::group_id,
                lesson::provider_id,
                lesson::public_id,
                lesson::number,
                cohort::public_id,
                cohort::title,
                tutor_group::name,
            ),
            (
                lesson::held_on,
                lesson::starts,
                lesson::ends,
                lesson::starts_at,
                lesson::location,
                lesson::tutor_id,
                person::name.nullable(),
            ),
            (
                lesson::moved_from,
                lesson::cancelled_at,
                lesson::cancel_reason,
                lesson::first_mark_at,
                lesson::version,
            ),
        ))
        .load(s.db())?;
    let lesson = |(who, what, state): Found| {
        let (key, group, provider, public_id, number, cohort_id, cohort_title, group_name) = who;
        let (held_on, starts, ends, starts_at, location, tutor, tutor_name) = what;
        let (moved_from, cancelled_at, cancel_reason, first_mark_at, version) = state;
        Lesson {
            key,
            group,
            provider,
            public_id,
            number,
            cohort_id,
            cohort_title,
            group_name,
            held_on,
            starts,
            ends,
            starts_at,
            location,
            tutor,
            tutor_name,
            moved_from,
            cancelled_at,
            cancel_reason,
            first_mark_at,
            version,
        }
    };
    Ok(rows.into_iter().map(lesson).collect())
}

/// When and where a lesson is to be, and with whom.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub held_on: NaiveDate,
    pub starts: NaiveTime,
    pub ends: NaiveTime,
    pub location: String,
    pub tutor: Option<PersonKey>,
}

/// The period of another lesson of the group at the same time, so that it is not in two places.
///
/// # Errors
/// A database error.
pub fn clash(
    s: &mut Session<'_>,
    group: GroupKey,
    wanted: &Wanted,
    changing: Option<LessonKey>,
) -> Result<Option<String>, Ending> {
    let same_day: Vec<(LessonKey, NaiveTime, NaiveTime)> = lesson::table
        .filter(lesson::group_id.eq(group))
        .filter(lesson::held_on.eq(wanted.held_on))
        .filter(lesson::cancelled_at.is_null())
        .select((lesson::id, lesson::starts, lesson::ends))
        .load(s.db())?;
    Ok(same_day
        .into_iter()
        .filter(|(key, ..)| Some(*key) != changing)
        .find(|(_, starts, ends)| *starts < wanted.ends && wanted.starts < *ends)
        .map(|(_, starts, ends)| format!("{}–{}", clock::hour(starts), clock::hour(ends))))
}

/// Changes a lesson that lies ahead, and its register with it.
///
/// # Errors
/// [`Ending::Conflict`]; a database error.
pub fn change(w: &mut Writing<'_>, lesson: &Lesson, version: i32, wanted: &Wanted) -> Result<(), Ending> {
    let planned_on = lesson.moved_from.unwrap_or(lesson.held_on);
    let changed = diesel::update(lesson::table.filter(lesson::id.eq(lesson.key)))
        .filter(lesson::version.eq(version))
        .set((
            lesson::held_on.eq(wanted.held_on),
            lesson::starts.eq(wanted.starts),
            lesson::ends.eq(wanted.ends),
            lesson::starts_at.eq(clock::instant(wanted.held_on, wanted.starts)),
            lesson::ends_at.eq(clock::instant(wanted.held_on, wanted.ends)),
            lesson::location.eq(&wanted.location),
            lesson::tutor_id.eq(wanted.tutor),
            lesson::moved_from.eq(planned_on),
            lesson::version.eq(lesson::version + 1),
        ))
        .execute(w.db())?;
    unless_stale(changed)?;
    let before = schools(w, lesson.key)?;
    expected::again(w, lesson.key)?;
    let now_at = period(wanted.held_on, wanted.starts, wanted.ends);
    let place = if wanted.location.is_empty() {
        String::new()
    } else {
        format!(", at {}", wanted.location)
    };
    let body = format!("{} is changed: now {now_at}{place}", described(lesson));
    tell(w, lesson, &before, &body)
}

/// Cancels a lesson whose register has no mark: nobody is expected at it any more.
///
/// # Errors
/// [`Ending::Conflict`]; a database error.
pub fn cancel(w: &mut Writing<'_>, lesson: &Lesson, version: i32, reason: &str) -> Result<(), Ending> {
    let now = w.now();
    let changed = diesel::update(lesson::table.filter(lesson::id.eq(lesson.key)))
        .filter(lesson::version.eq(version))
        .filter(lesson::first_mark_at.is_null())
        .set((
            lesson::cancelled_at.eq(now),
            lesson::cancel_reason.eq(reason),
            lesson::version.eq(lesson::version + 1),
        ))
        .execute(w.db())?;
    unless_stale(changed)?;
    let before = schools(w, lesson.key)?;
    expected::nobody(w, lesson.key)?;
    tell(w, lesson, &before, &format!("{} is cancelled: {reason}", described(lesson)))
}

/// Restores a cancelled lesson, with the learners who are expected at it now.
///
/// # Errors
/// [`Ending::Conflict`]; a database error.
pub fn restore(w: &mut Writing<'_>, lesson: &Lesson, version: i32) -> Result<(), Ending> {
    let changed = diesel::update(lesson::table.filter(lesson::id.eq(lesson.key)))
        .filter(lesson::version.eq(version))
        .set((
            lesson::cancelled_at.eq(None::<Instant>),
            lesson::cancel_reason.eq(None::<String>),
            lesson::version.eq(lesson::version + 1),
        ))
        .execute(w.db())?;
    unless_stale(changed)?;
    expected::at_lesson(w, lesson.key)?;
    tell(w, lesson, &[], &format!("{} takes place after all", described(lesson)))
}

/// Adds a lesson beside the timetable.
///
/// # Errors
/// A database error.
pub fn add(w: &mut Writing<'_>, group: GroupKey, wanted: &Wanted) -> Result<LessonKey, Ending> {
    let new = NewLesson {
        group,
        slot: None,
        held_on: wanted.held_on,
        starts: wanted.starts,
        ends: wanted.ends,
        location: wanted.location.clone(),
        tutor: wanted.tutor,
    };
    let key = one::make(w, &new)?;
    expected::at_lesson(w, key)?;
    let this = load(w, lesson::table.into_boxed().filter(lesson::id.eq(key)))?;
    if let Some(lesson) = this.first() {
        tell(w, lesson, &[], &format!("{} is added", described(lesson)))?;
    }
    Ok(key)
}

fn unless_stale(changed: usize) -> Result<(), Ending> {
    if changed == 0 {
        return Err(Ending::Conflict("Somebody changed this lesson while you had it open. Open it again."));
    }
    Ok(())
}

fn described(lesson: &Lesson) -> String {
    format!("{}, group {}, {}", lesson.cohort_title, lesson.group_name, lesson.when())
}

fn schools(s: &mut Session<'_>, of: LessonKey) -> Result<Vec<OrganisationKey>, Ending> {
    Ok(entry::table
        .filter(entry::lesson_id.eq(of))
        .select(entry::school_id)
        .distinct()
        .load(s.db())?)
}

/// Tells the provider's staff and the home schools of the learners, of those before the change too.
/// The link of a school that has nobody at the lesson leads to its registers.
fn tell(w: &mut Writing<'_>, about: &Lesson, before: &[OrganisationKey], body: &str) -> Result<(), Ending> {
    let link = format!("/clm/registers/{}", about.public_id);
    let provider = notification::people_of(w, about.provider, &[Role::Tutor, Role::ProviderManager])?;
    notification::tell(w, &provider, Kind::Lesson, body, &link)?;
    let after = schools(w, about.key)?;
    let gone = before.iter().filter(|school| !after.contains(school));
    for school in after.iter().chain(gone) {
        let people = notification::people_of(w, *school, &[Role::SchoolAttendance, Role::SchoolCoordinator])?;
        let link = if after.contains(school) { &link } else { "/clm/registers" };
        notification::tell(w, &people, Kind::Lesson, body, link)?;
    }
    Ok(())
}
