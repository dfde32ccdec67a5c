//! The list of registers: a row a lesson, with the figures of the learners within the reader's scope.

use super::{
    LessonKey,
    figures::Counts,
    filter::{Filter, Show},
    lesson,
    register::State,
    status::Status,
    within::{self, Start},
};
use crate::{
    learners::{Among, visible_keys},
    schema::{cohort, entry, lesson as lessons, organisation, tutor_group},
};
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use diesel::{dsl::exists, prelude::*};
use platform::{Ending, Instant, Multi, Session, db::one_of, ids::PublicId};
use std::collections::HashMap;

/// For so many days back an overdue register is listed with today's.
const OVERDUE_DAYS: i64 = 14;

/// A lesson with its register's figures.
#[derive(Clone, Debug)]
pub struct Line {
    pub id: PublicId,
    pub held_on: NaiveDate,
    pub starts: NaiveTime,
    pub ends: NaiveTime,
    pub provider: String,
    pub cohort: String,
    /// The cohort's first day.
    pub entry: NaiveDate,
    pub group: String,
    pub state: State,
    pub counts: Counts,
    /// From the lesson's start to the moment its register became complete; never below zero.
    pub time_to_complete: Option<TimeDelta>,
}

#[derive(Queryable)]
struct Row {
    key: LessonKey,
    id: PublicId,
    held_on: NaiveDate,
    starts: NaiveTime,
    ends: NaiveTime,
    starts_at: Instant,
    ends_at: Instant,
    cancelled_at: Option<Instant>,
    completed_at: Option<Instant>,
    cohort: String,
    entry: NaiveDate,
    group: String,
    provider: String,
}

/// How many registers the filter finds.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn count(s: &mut Session<'_>, filter: &Filter) -> Result<u64, Ending> {
    let found: i64 = narrowed(s, filter)?.count().get_result(s.db())?;
    Ok(u64::try_from(found).unwrap_or(0))
}

/// One page of the registers that the filter finds. By date: the latest day first and each day in
/// its order, so that today stands above what is overdue.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn list(s: &mut Session<'_>, filter: &Filter, offset: u64) -> Result<Vec<Line>, Ending> {
    let joined = narrowed(s, filter)?
        .inner_join(cohort::table)
        .inner_join(tutor_group::table)
        .inner_join(organisation::table);
    let by_date = (lessons::held_on.desc(), lessons::starts_at, lessons::id);
    let ordered = match filter.sort {
        "provider" => joined.order(organisation::name).then_order_by(by_date),
        "cohort" => joined.order(cohort::title_key).then_order_by(by_date),
        _ => joined.order(by_date),
    };
    let rows: Vec<Row> = ordered
        .limit(i64::try_from(filter.per_page).unwrap_or(i64::MAX))
        .offset(i64::try_from(offset).unwrap_or(i64::MAX))
        .select((
            lessons::id,
            lessons::public_id,
            lessons::held_on,
            lessons::starts,
            lessons::ends,
            lessons::starts_at,
            lessons::ends_at,
            lessons::cancelled_at,
            lessons::completed_at,
            cohort::title,
            cohort::starts_on,
            tutor_group::name,
            organisation::name,
        ))
        .load(s.db())?;
    let mut counts = counts(s, rows.iter().map(|row| row.key))?;
    let now = s.now();
    Ok(rows
        .into_iter()
        .map(|row| Line {
            counts: counts.remove(&row.key).unwrap_or_default(),
            state: State::of(
                row.starts_at,
                row.ends_at,
                row.completed_at.is_some(),
                row.cancelled_at.is_some(),
                now,
            ),
            time_to_complete: row.completed_at.map(|at| (at - row.starts_at).max(TimeDelta::zero())),
            id: row.id,
            held_on: row.held_on,
            starts: row.starts,
            ends: row.ends,
            provider: row.provider,
            cohort: row.cohort,
            entry: row.entry,
            group: row.group,
        })
        .collect())
}

/// The figures of some lessons, of the learners that the reader may know of only.
fn counts(
    s: &mut Session<'_>,
    keys: impl Iterator<Item = LessonKey>,
) -> Result<HashMap<LessonKey, Counts>, Ending> {
    let marks: Vec<(LessonKey, Option<i16>)> = entry::table
        .into_boxed::<Multi>()
        .filter(one_of(s.db(), entry::lesson_id, keys))
        .filter(Among(entry::record_id, visible_keys(s)?))
        .select((entry::lesson_id, entry::status))
        .load(s.db())?;
    let mut counts: HashMap<LessonKey, Counts> = HashMap::new();
    for (key, status) in marks {
        counts.entry(key).or_default().add(status.and_then(Status::from_code));
    }
    Ok(counts)
}

fn narrowed(s: &Session<'_>, filter: &Filter) -> Result<lesson::Visible, Ending> {
    let now = s.now();
    let mut query = lesson::visible_to(s)?;
    let overdue = || {
        lessons::completed_at
            .is_null()
            .and(lessons::cancelled_at.is_null())
            .and(lessons::ends_at.le(now))
    };
    let last = filter.days.last();
    let recent = last - TimeDelta::days(OVERDUE_DAYS);
    // Lesson IDs are looked for in all days, and overdue registers in the last two weeks, unless
    // somebody asks for days.
    let first = match (filter.days_given, filter.show, filter.lessons.is_empty()) {
        (false, _, false) => None,
        (false, Show::All | Show::Overdue, true) => Some(recent),
        (true, _, _) | (false, Show::Completed, true) => Some(filter.days.first()),
    };
    if let Some(first) = first {
        query = query.filter(lessons::held_on.between(first, last));
        if let Start::School(school) = within::start(s)? {
            let expected = entry::table
                .filter(entry::school_id.eq(school))
                .filter(entry::held_on.between(first, last))
                .select(entry::lesson_id);
            query = query.filter(lessons::id.eq_any(expected));
        }
    }
    query = match filter.show {
        Show::All if first == Some(recent) && !filter.days_given => {
            query.filter(lessons::held_on.eq(last).or(overdue()))
        }
        Show::All => query,
        Show::Overdue => query.filter(overdue()),
        Show::Completed => query.filter(lessons::completed_at.is_not_null()),
    };
    if !filter.lessons.is_empty() {
        query = query.filter(lessons::number.eq_any(filter.lessons.clone()));
    }
    if let Some(cohorts) = within::cohorts(filter) {
        query = query.filter(lessons::cohort_id.eq_any(cohorts));
    }
    if let Some(group) = filter.group {
        query = query.filter(lessons::group_id.eq(group));
    }
    if let Some(provider) = filter.provider {
        query = query.filter(lessons::provider_id.eq(provider));
    }
    if let Some(school) = filter.school {
        let expected =
            entry::table.filter(entry::lesson_id.eq(lessons::id)).filter(entry::school_id.eq(school));
        query = query.filter(exists(expected));
    }
    Ok(query)
}
