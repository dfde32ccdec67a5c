//! A day's attendance by learner (JOURNEYS S2).

use super::{contribution::Contribution, filter::Filter, status::Status, within::within};
use crate::{
    learners::LearnerKey,
    schema::{cohort, course, entry, learner, lesson, organisation, training_record},
};
use chrono::{NaiveDate, NaiveTime};
use diesel::prelude::*;
use platform::{Ending, Multi, Session, ids::PublicId};

/// A learner expected at a lesson.
#[derive(Clone, Debug)]
pub struct Line {
    pub mark: Option<Status>,
    pub contribution: Option<Contribution>,
    pub surname: String,
    pub first_name: String,
    /// The year in which key stage 4 begins.
    pub ks4_year: i16,
    pub held_on: NaiveDate,
    pub starts: NaiveTime,
    pub ends: NaiveTime,
    pub cohort: String,
    pub course: String,
    pub provider: String,
    pub location: String,
    /// The lesson, whose register the row leads to.
    pub lesson: PublicId,
    pub is_cancelled: bool,
}

type Found = (
    (Option<i16>, Option<i16>),
    (LearnerKey, String, String, i16),
    (PublicId, NaiveDate, NaiveTime, NaiveTime, String, bool),
    (String, String, String),
);

/// A query over entries with all that a list of them shows, boxed.
macro_rules! entries {
    () => {
        entry::table
            .inner_join(
                lesson::table
                    .inner_join(cohort::table.inner_join(course::table))
                    .inner_join(organisation::table),
            )
            .inner_join(training_record::table.inner_join(learner::table))
            .into_boxed::<Multi>()
    };
}

/// How many entries the filter finds.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn count(s: &mut Session<'_>, filter: &Filter) -> Result<u64, Ending> {
    let mut query = within!(entries!(), s, filter);
    match filter.status {
        None => {}
        Some(None) => query = query.filter(entry::status.is_null()),
        Some(Some(status)) => query = query.filter(entry::status.eq(status.code())),
    }
    let found: i64 = query.count().get_result(s.db())?;
    Ok(u64::try_from(found).unwrap_or(0))
}

/// One page of the entries that the filter finds: by surname, first name and time, or the latest
/// day first.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn list(s: &mut Session<'_>, filter: &Filter, offset: u64) -> Result<Vec<Line>, Ending> {
    let mut query = within!(entries!(), s, filter);
    match filter.status {
        None => {}
        Some(None) => query = query.filter(entry::status.is_null()),
        Some(Some(status)) => query = query.filter(entry::status.eq(status.code())),
    }
    let by_name = (
        training_record::surname_key,
        training_record::first_key,
        training_record::learner_id,
        entry::starts_at,
    );
    query = match filter.sort {
        "date" => query.order(entry::starts_at.desc()).then_order_by(by_name),
        _ => query.order(by_name),
    };
    let rows: Vec<Found> = query
        .then_order_by((entry::lesson_id, entry::record_id))
        .limit(i64::try_from(filter.per_page).unwrap_or(i64::MAX))
        .offset(i64::try_from(offset).unwrap_or(i64::MAX))
        .select((
            (entry::status, entry::contribution),
            (learner::id, learner::surname, learner::first_name, learner::ks4_year),
            (
                lesson::public_id,
                lesson::held_on,
                lesson::starts,
                lesson::ends,
                lesson::location,
                lesson::cancelled_at.is_not_null(),
            ),
            (cohort::title, course::title, organisation::name),
        ))
        .load(s.db())?;
    for row in &rows {
        s.shows(row.1.0.0);
    }
    Ok(rows.into_iter().map(line).collect())
}

fn line((mark, learner, lesson, place): Found) -> Line {
    let (_, surname, first_name, ks4_year) = learner;
    let (id, held_on, starts, ends, location, is_cancelled) = lesson;
    let (cohort, course, provider) = place;
    Line {
        mark: mark.0.and_then(Status::from_code),
        contribution: mark.1.and_then(Contribution::new),
        surname,
        first_name,
        ks4_year,
        held_on,
        starts,
        ends,
        cohort,
        course,
        provider,
        location,
        lesson: id,
        is_cancelled,
    }
}
