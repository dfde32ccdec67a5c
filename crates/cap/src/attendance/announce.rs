//! Telling the home school of an unexplained absence: when the register is complete, or when the
//! mark has stood for sixty seconds, whichever comes first. A correction sends a retraction. In the
//! app, and by a mail that names no child (PRODUCT.md §4.2).

use super::{LessonKey, register::Register, status::Status};
use crate::{
    accounts,
    learners::RecordKey,
    notices::notification::{self, Kind},
    schema::{cohort, entry, lesson},
};
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use diesel::prelude::*;
use platform::{
    App, Ending, Instant, Role, Writing,
    access::Task,
    clock,
    db::update,
    ids::{OrganisationKey, PersonKey, PublicId},
    jobs::{self, Running},
    mail::Message,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How long a mark stands before the school is told, where the register is not complete.
pub const STANDS: TimeDelta = TimeDelta::seconds(60);

/// The job that announces a lesson's absences.
pub const ANNOUNCE: jobs::Kind = jobs::Kind { name: "absences.announce", run };
/// The job that mails one person that something waits for them.
pub const MAIL: jobs::Kind = jobs::Kind { name: "mail.absence", run: run_mail };

/// Who of a school is told.
const CONTACTS: [Role; 1] = [Role::SchoolAttendance];

#[derive(Serialize, Deserialize)]
struct OfLesson {
    lesson: i64,
}

#[derive(Serialize, Deserialize)]
struct ToPerson {
    person: i64,
    what: What,
}

#[derive(Serialize, Deserialize, Clone, Copy)]
enum What {
    Absence,
    Retraction,
    Overruling,
}

/// Announces now when the register is complete, else when the marks have stood.
///
/// # Errors
/// A database error.
pub(super) fn later(w: &mut Writing<'_>, lesson: LessonKey, complete: bool) -> Result<(), Ending> {
    if complete {
        return announce(w, lesson, true).map(drop);
    }
    w.later(ANNOUNCE.name, &OfLesson { lesson: lesson.0 }, STANDS)
}

/// An absence that a school was told of, and that the provider has made none.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Retracted {
    pub(super) school: OrganisationKey,
    /// The school had decided on it, so its decision has gone with it.
    pub(super) was_decided: bool,
}

/// Tells the schools that absences they were told of are none.
///
/// # Errors
/// A database error.
pub(super) fn retract(
    w: &mut Writing<'_>,
    register: &Register,
    absences: &[Retracted],
) -> Result<(), Ending> {
    let once: BTreeSet<&Retracted> = absences.iter().collect();
    let lesson = &register.lesson;
    let when = described(&lesson.cohort_title, lesson.held_on, lesson.starts, lesson.ends);
    for Retracted { school, was_decided } in once {
        let (body, what) = if *was_decided {
            (
                format!(
                    "The provider has changed a mark that you had decided: an absence in {when} was none after all."
                ),
                What::Overruling,
            )
        } else {
            (
                format!("The provider has corrected a mark: an absence in {when} was none after all."),
                What::Retraction,
            )
        };
        tell(w, *school, &body, &format!("/clm/registers/{}", lesson.public_id), what)?;
    }
    Ok(())
}

/// What a home school did with absences of a lesson.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    Decided,
    TakenBack,
}

/// Tells those who give a lesson (its tutor and whoever covers it, else the provider's managers) what
/// the home school has done with its absences: once for a lesson, however many there were.
///
/// # Errors
/// A database error.
pub fn tell_provider(w: &mut Writing<'_>, register: &Register, outcome: Outcome) -> Result<(), Ending> {
    let lesson = &register.lesson;
    let mut to = notification::people_of(w, lesson.provider, &[Role::Tutor, Role::ProviderManager])?;
    to.retain(|(who, _)| [lesson.tutor, lesson.cover].contains(&Some(*who)));
    if to.is_empty() {
        to = notification::people_of(w, lesson.provider, &[Role::ProviderManager])?;
    }
    let when = described(&lesson.cohort_title, lesson.held_on, lesson.starts, lesson.ends);
    let body = match outcome {
        Outcome::Decided => format!("The home school has decided on absences in {when}."),
        Outcome::TakenBack => format!("The home school has taken back its decision on absences in {when}."),
    };
    notification::tell(w, &to, Kind::Student, &body, &format!("/clm/registers/{}", lesson.public_id))
}

/// Announces the lesson's unexplained absences that nobody was told of: all of them when the
/// register is complete, else those that have stood. Answers how many.
fn announce(w: &mut Writing<'_>, key: LessonKey, complete: bool) -> Result<usize, Ending> {
    let now = w.now();
    let since = if complete { now } else { now - STANDS };
    let fresh: Vec<(RecordKey, OrganisationKey, Option<Instant>)> = entry::table
        .filter(entry::lesson_id.eq(key))
        .filter(entry::status.eq(Status::Unexplained.code()))
        .filter(entry::announced_at.is_null())
        .filter(entry::marked_at.le(since))
        .select((entry::record_id, entry::school_id, entry::decided_at))
        .load(w.db())?;
    // How many of each school, and how many of them it had decided on before.
    let mut schools: BTreeMap<OrganisationKey, (usize, usize)> = BTreeMap::new();
    for (record, school, decided_at) in &fresh {
        let one = entry::table.filter(entry::lesson_id.eq(key)).filter(entry::record_id.eq(record));
        let changes = (entry::announced_at.eq(now), entry::pending_school_id.eq(school));
        update(one, changes).execute(w.db())?;
        let (count, again) = schools.entry(*school).or_default();
        *count += 1;
        *again += usize::from(decided_at.is_some());
    }
    if schools.is_empty() {
        return Ok(0);
    }
    let (id, title, held_on, starts, ends): (PublicId, String, NaiveDate, NaiveTime, NaiveTime) =
        lesson::table
            .inner_join(cohort::table)
            .filter(lesson::id.eq(key))
            .select((lesson::public_id, cohort::title, lesson::held_on, lesson::starts, lesson::ends))
            .first(w.db())?;
    for (school, (count, again)) in schools {
        let absences = if count == 1 {
            "An unexplained absence".to_owned()
        } else {
            format!("{count} unexplained absences")
        };
        let when = described(&title, held_on, starts, ends);
        let body = match again {
            0 => format!("{absences} in {when}: your decision is needed."),
            1 => format!(
                "{absences} in {when}: your decision is needed. You had decided on one before the provider changed its mark."
            ),
            _ => format!(
                "{absences} in {when}: your decision is needed. You had decided on {again} before the provider changed their marks."
            ),
        };
        tell(w, school, &body, &format!("/clm/registers/{id}"), What::Absence)?;
    }
    Ok(fresh.len())
}

/// A lesson in the words of notifications: no learner's name is among them.
pub(super) fn described(title: &str, held_on: NaiveDate, starts: NaiveTime, ends: NaiveTime) -> String {
    format!("{title}, {}, {}–{}", clock::short_date(held_on), clock::hour(starts), clock::hour(ends))
}

fn tell(
    w: &mut Writing<'_>,
    school: OrganisationKey,
    body: &str,
    link: &str,
    what: What,
) -> Result<(), Ending> {
    let contacts = notification::people_of(w, school, &CONTACTS)?;
    notification::tell(w, &contacts, Kind::Student, body, link)?;
    for (who, _) in contacts {
        w.later(MAIL.name, &ToPerson { person: who.0, what }, TimeDelta::zero())?;
    }
    Ok(())
}

fn run(app: App, payload: String) -> Running {
    Box::pin(async move {
        let OfLesson { lesson } = serde_json::from_str(&payload).map_err(|error| error.to_string())?;
        app.write(Task::Jobs, move |w| {
            let count = announce(w, LessonKey(lesson), false)?;
            Ok(w.event("absences.announced").about("lesson", lesson).with("count", count).then(()))
        })
        .await
        .map_err(|ending| format!("{ending:?}"))
    })
}

fn run_mail(app: App, payload: String) -> Running {
    Box::pin(async move {
        let ToPerson { person, what } = serde_json::from_str(&payload).map_err(|error| error.to_string())?;
        let address = app
            .read(Task::Jobs, move |r| accounts::address_of(r, PersonKey(person)))
            .await
            .map_err(|ending| format!("{ending:?}"))?;
        let Some((name, to)) = address else { return Ok(()) };
        let (subject, text) = match what {
            What::Absence => (
                "An absence needs your decision",
                "an unexplained absence was marked today. Sign in to see it and to decide:",
            ),
            What::Retraction => (
                "An absence was corrected",
                "the provider has corrected a mark: an absence that you were told of was none. Sign in to see it:",
            ),
            What::Overruling => (
                "A mark that you had decided was changed",
                "the provider has changed a mark that you had decided: the absence was none after all. Sign in to see it:",
            ),
        };
        let text = format!("Dear {name},\n\n{text}\n\n{}/clm/absences\n", app.config().public_url);
        app.send(Message { to, subject: subject.to_owned(), text }).await
    })
}
