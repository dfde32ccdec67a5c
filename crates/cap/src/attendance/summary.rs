//! Attendance summed up: by course cohort, by training record, by date. The figures are those of
//! [`super::figures`], of the lessons up to now that are not cancelled.

use super::{
    contribution::Contribution,
    figures::{Contributions, Counts},
    filter::Filter,
    status::Status,
    within::within,
};
use crate::{
    learners::{CohortKey, LearnerKey, RecordKey},
    schema::{cohort, entry, learner, lesson, organisation, training_record},
};
use chrono::NaiveDate;
use diesel::{dsl::count_star, prelude::*};
use platform::{Ending, Multi, Session, ids::OrganisationKey};
use std::collections::{BTreeMap, HashMap};

/// By what attendance is summed up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    Cohort,
    Learner,
    Date,
}

impl By {
    /// The page's heading.
    pub fn title(self) -> &'static str {
        match self {
            By::Cohort => "Summary by Cohort",
            By::Learner => "Summary by Learner",
            By::Date => "Summary by Date",
        }
    }

    /// Whether its lines are flagged for persistent and severe absence, which is said of learners only.
    pub fn has_flags(self) -> bool {
        match self {
            By::Learner => true,
            By::Cohort | By::Date => false,
        }
    }

    /// What stands before the figures: the headings of a line's names.
    pub fn headings(self) -> &'static [&'static str] {
        match self {
            By::Cohort => &["Course Cohort", "Provider"],
            By::Learner => &[
                "Surname",
                "First names",
                "Home school",
                "Course Cohort",
                "Provider",
            ],
            By::Date => &["Date"],
        }
    }
}

/// A line of a summary.
#[derive(Clone, Debug)]
pub struct Line {
    /// What the figures are of, a text for each heading; the date as people write it.
    pub names: Vec<String>,
    /// The day, where it is a summary by date.
    pub day: Option<NaiveDate>,
    /// Whose figures they are, where it is a summary by learner.
    pub learner: Option<LearnerKey>,
    pub counts: Counts,
    pub contributions: Contributions,
}

/// The figures of a line: marks, and the contributions of those who attended.
type Figures = (Counts, Contributions);

/// The whole summary, in the order of its names; learners by surname, first name and cohort.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn of(s: &mut Session<'_>, by: By, filter: &Filter) -> Result<Vec<Line>, Ending> {
    match by {
        By::Cohort => by_cohort(s, filter),
        By::Learner => by_learner(s, filter),
        By::Date => by_date(s, filter),
    }
}

/// Counts the marks and contributions of what the filter finds, for each value of a column. A macro, since the type of
/// a query grouped by one column is not that of one grouped by another.
macro_rules! counts_by {
    ($column:expr, $key:ty, $s:expr, $filter:expr) => {{
        let grouped = entry::table
            .inner_join(lesson::table)
            .group_by(($column, entry::status, entry::contribution))
            .select(($column, entry::status, entry::contribution, count_star()))
            .into_boxed::<Multi>();
        let now = $s.now();
        let due = within!(grouped, $s, $filter)
            .filter(entry::starts_at.le(now))
            .filter(lesson::cancelled_at.is_null());
        let found: Vec<($key, Option<i16>, Option<i16>, i64)> = due.load($s.db())?;
        let mut figures: HashMap<$key, Figures> = HashMap::new();
        for (key, status, level, number) in found {
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            let (counts, contributions) = figures.entry(key).or_default();
            counts.add_many(status.and_then(Status::from_code), number);
            if let Some(level) = level.and_then(Contribution::new) {
                contributions.add_many(level, number);
            }
        }
        figures
    }};
}

fn by_cohort(s: &mut Session<'_>, filter: &Filter) -> Result<Vec<Line>, Ending> {
    let mut figures = counts_by!(lesson::cohort_id, CohortKey, s, filter);
    let names: Vec<(CohortKey, String, String)> = cohort::table
        .inner_join(organisation::table)
        .filter(cohort::id.eq_any(figures.keys().copied().collect::<Vec<_>>()))
        .order((cohort::title_key, cohort::id))
        .select((cohort::id, cohort::title, organisation::name))
        .load(s.db())?;
    let line = |(key, title, provider)| {
        let (counts, contributions) = figures.remove(&key).unwrap_or_default();
        Line {
            names: vec![title, provider],
            day: None,
            learner: None,
            counts,
            contributions,
        }
    };
    Ok(names.into_iter().map(line).collect())
}

fn by_learner(s: &mut Session<'_>, filter: &Filter) -> Result<Vec<Line>, Ending> {
    let mut figures = counts_by!(entry::record_id, RecordKey, s, filter);
    let keys: Vec<RecordKey> = figures.keys().copied().collect();
    let schools = schools_of(s, &keys)?;
    let mut lines = Vec::with_capacity(keys.len());
    type Found = (RecordKey, LearnerKey, String, String, OrganisationKey, String, String, (String, String));
    for part in keys.chunks(AT_ONCE) {
        let found: Vec<Found> = training_record::table
            .inner_join(learner::table)
            .inner_join(cohort::table.inner_join(organisation::table))
            .filter(training_record::id.eq_any(part.to_vec()))
            .select((
                training_record::id,
                learner::id,
                learner::surname,
                learner::first_name,
                training_record::school_id,
                cohort::title,
                organisation::name,
                (training_record::surname_key, training_record::first_key),
            ))
            .load(s.db())?;
        for (record, learner, surname, first_name, school, cohort, provider, sorted) in found {
            let school = schools.get(&school).cloned().unwrap_or_default();
            let (counts, contributions) = figures.remove(&record).unwrap_or_default();
            let line = Line {
                names: vec![surname, first_name, school, cohort, provider],
                day: None,
                learner: Some(learner),
                counts,
                contributions,
            };
            lines.push((sorted, record, line));
        }
    }
    lines.sort_by(|a, b| (&a.0, &a.2.names[3], a.1).cmp(&(&b.0, &b.2.names[3], b.1)));
    Ok(lines.into_iter().map(|(_, _, line)| line).collect())
}

/// SQLite takes some thirty thousand values in one statement.
const AT_ONCE: usize = 10_000;

/// The names of the home schools of some records.
fn schools_of(s: &mut Session<'_>, keys: &[RecordKey]) -> Result<HashMap<OrganisationKey, String>, Ending> {
    let mut schools = HashMap::new();
    for part in keys.chunks(AT_ONCE) {
        let found: Vec<(OrganisationKey, String)> = training_record::table
            .inner_join(organisation::table.on(organisation::id.eq(training_record::school_id)))
            .filter(training_record::id.eq_any(part.to_vec()))
            .select((organisation::id, organisation::name))
            .distinct()
            .load(s.db())?;
        schools.extend(found);
    }
    Ok(schools)
}

fn by_date(s: &mut Session<'_>, filter: &Filter) -> Result<Vec<Line>, Ending> {
    let figures = counts_by!(entry::held_on, NaiveDate, s, filter);
    let in_order: BTreeMap<NaiveDate, Figures> = figures.into_iter().collect();
    let line = |(day, (counts, contributions)): (NaiveDate, Figures)| Line {
        names: vec![platform::clock::short_date(day)],
        day: Some(day),
        learner: None,
        counts,
        contributions,
    };
    Ok(in_order.into_iter().map(line).collect())
}
