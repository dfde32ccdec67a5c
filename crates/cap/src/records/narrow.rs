//! Which training records a filter finds.
//!
//! A reader's records are read in the order of `training_record_school`, `_provider` or `_partnership`
//! (organisation, status, name), so that a page of them ends as soon as it is full and their number is
//! counted in the index; a surname narrows the same index, a cohort has `training_record_cohort`. What
//! stands in other tables is looked up by their keys, record by record.

use super::{
    choices::{Progress, Sort},
    filter::Filter,
    line::Whose,
    reader::{Ago, Span},
};
use crate::{
    learners::{
        RecordKey,
        codes::SenProvision,
        scope::{Visible, with_care},
    },
    progress::unit_status::UnitStatus,
    schema::{
        cohort, course, duty_of_care, learner, organisation, progress_sum, qualification, training_record,
    },
};
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use diesel::{dsl::exists, prelude::*};
use platform::{Ending, Instant, Session, clock, text::after_prefix};

/// The reader's records that the filter finds.
///
/// # Errors
/// That nobody is signed in.
fn found(s: &Session<'_>, filter: &Filter) -> Result<Visible, Ending> {
    let query = own(s, Whose::Readers.start(s)?, filter);
    let query = of_learner(query, filter);
    let query = of_course(query, filter);
    let query = of_progress(s, query, filter);
    of_care(s, query, filter)
}

/// What the record itself says.
fn own(s: &Session<'_>, mut query: Visible, filter: &Filter) -> Visible {
    if let Some(status) = filter.status {
        query = query.filter(training_record::status.eq(status.word()));
    }
    if let Some(school) = filter.school {
        query = query.filter(training_record::school_id.eq(school));
    }
    if let Some(provider) = filter.provider {
        query = query.filter(training_record::provider_id.eq(provider));
    }
    if let Some(cohort) = filter.cohort {
        query = query.filter(training_record::cohort_id.eq(cohort));
    }
    if !filter.records.is_empty() {
        // By the unique index of the number.
        query = query.filter(training_record::number.eq_any(filter.records.clone()));
    }
    if !filter.surname.is_empty() {
        query = query.filter(
            training_record::surname_key
                .ge(filter.surname.clone())
                .and(training_record::surname_key.lt(after_prefix(&filter.surname))),
        );
    }
    if let Some(first) = filter.starts.from {
        query = query.filter(training_record::starts_on.ge(first));
    }
    if let Some(last) = filter.starts.to {
        query = query.filter(training_record::starts_on.le(last));
    }
    if let Some(first) = filter.closed.from {
        query = query.filter(training_record::closed_on.ge(first));
    }
    if let Some(last) = filter.closed.to {
        query = query.filter(training_record::closed_on.le(last));
    }
    let (first, end) = instants(filter.created);
    if let Some(first) = first {
        query = query.filter(training_record::created_at.ge(first));
    }
    if let Some(end) = end {
        query = query.filter(training_record::created_at.lt(end));
    }
    for (first, end) in [instants(filter.modified), instants_ago(s, filter.last_modified)] {
        if let Some(first) = first {
            query = query.filter(training_record::modified_at.ge(first));
        }
        if let Some(end) = end {
            query = query.filter(training_record::modified_at.lt(end));
        }
    }
    query
}

/// From midnight in London before the first day to midnight after the last.
fn instants(span: Span) -> (Option<Instant>, Option<Instant>) {
    let midnight = |day: NaiveDate| clock::instant(day, NaiveTime::MIN);
    (span.from.map(midnight), span.to.and_then(|day| day.succ_opt()).map(midnight))
}

fn instants_ago(s: &Session<'_>, ago: Ago) -> (Option<Instant>, Option<Instant>) {
    let since = |days: i64| s.now() - TimeDelta::days(days);
    (ago.within.map(since), ago.older.map(since))
}

/// What the learner's details say, by the learner's key.
fn of_learner(mut query: Visible, filter: &Filter) -> Visible {
    let this = || learner::table.filter(learner::id.eq(training_record::learner_id));
    if let Some(gender) = filter.gender {
        query = query.filter(exists(this().filter(learner::sex.eq(gender.code()))));
    }
    if let Some(ethnicity) = filter.ethnicity {
        query = query.filter(exists(this().filter(learner::ethnicity.eq(ethnicity.code()))));
    }
    match filter.ks4 {
        Some((year, true)) => query.filter(exists(this().filter(learner::ks4_year.ge(year)))),
        Some((year, false)) => query.filter(exists(this().filter(learner::ks4_year.eq(year)))),
        None => query,
    }
}

/// What the cohort and its qualification say, by their keys.
fn of_course(mut query: Visible, filter: &Filter) -> Visible {
    if let Some(age_group) = &filter.age_group {
        let this = cohort::table.filter(cohort::id.eq(training_record::cohort_id));
        query = query.filter(exists(this.filter(cohort::age_group.eq(age_group.clone()))));
    }
    let this = || {
        cohort::table
            .inner_join(course::table.inner_join(qualification::table))
            .filter(cohort::id.eq(training_record::cohort_id))
    };
    if let Some(kind) = &filter.kind {
        query = query.filter(exists(this().filter(qualification::kind.eq(kind.clone()))));
    }
    if let Some(level) = &filter.level {
        query = query.filter(exists(this().filter(qualification::level.eq(level.clone()))));
    }
    query
}

/// What the sums of progress say, by the record's key.
fn of_progress(s: &Session<'_>, mut query: Visible, filter: &Filter) -> Visible {
    let this = || progress_sum::table.filter(progress_sum::record_id.eq(training_record::id));
    query = match filter.progress {
        None => query,
        Some(Progress::NoSections) => query.filter(exists(this().filter(progress_sum::units.eq(0)))),
        Some(Progress::Finished | Progress::Some(UnitStatus::Completed)) => query.filter(exists(
            this()
                .filter(progress_sum::units.gt(0))
                .filter(progress_sum::completed.eq(progress_sum::units)),
        )),
        Some(Progress::Some(UnitStatus::NotStarted)) => {
            query.filter(exists(this().filter(progress_sum::not_started.gt(0))))
        }
        Some(Progress::Some(UnitStatus::Behind)) => {
            query.filter(exists(this().filter(progress_sum::behind.gt(0))))
        }
        Some(Progress::Some(UnitStatus::OnTrack)) => {
            query.filter(exists(this().filter(progress_sum::on_track.gt(0))))
        }
        Some(Progress::Some(UnitStatus::InAssessment)) => {
            query.filter(exists(this().filter(progress_sum::in_assessment.gt(0))))
        }
    };
    let day = |days: i64| s.today() - TimeDelta::days(days);
    if let Some(days) = filter.appraised.within {
        query = query.filter(exists(this().filter(progress_sum::appraised_on.ge(day(days)))));
    }
    if let Some(days) = filter.appraised.older {
        query = query.filter(exists(
            this().filter(progress_sum::appraised_on.is_null().or(progress_sum::appraised_on.lt(day(days)))),
        ));
    }
    query
}

/// What duty of care says, by the learner's key: only of records whose care the reader may see, for
/// either answer.
fn of_care(s: &Session<'_>, mut query: Visible, filter: &Filter) -> Result<Visible, Ending> {
    let asks = [filter.medical, filter.meals, filter.in_care].iter().any(Option::is_some);
    if !asks && filter.sen.is_none() {
        return Ok(query);
    }
    query = with_care(s, query)?;
    let this = || duty_of_care::table.filter(duty_of_care::learner_id.eq(training_record::learner_id));
    if let Some(sen) = filter.sen {
        query = match sen {
            SenProvision::NoNeed => query.filter(exists(
                this().filter(duty_of_care::sen_provision.eq_any(["", SenProvision::NoNeed.code()])),
            )),
            sen => query.filter(exists(this().filter(duty_of_care::sen_provision.eq(sen.code())))),
        };
    }
    if let Some(medical) = filter.medical {
        // As the list flags it: by a tick, or by what is written.
        let held = duty_of_care::medical_flag
            .eq(true)
            .or(duty_of_care::medical_notes.ne(""))
            .or(duty_of_care::allergies.ne(""));
        query = if medical {
            query.filter(exists(this().filter(held)))
        } else {
            query.filter(exists(this().filter(diesel::dsl::not(held))))
        };
    }
    if let Some(meals) = filter.meals {
        query = query.filter(exists(this().filter(duty_of_care::free_school_meals.eq(meals))));
    }
    if let Some(in_care) = filter.in_care {
        query = query.filter(exists(this().filter(duty_of_care::in_care.eq(in_care))));
    }
    Ok(query)
}

/// How many records the filter finds.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn count(s: &mut Session<'_>, filter: &Filter) -> Result<u64, Ending> {
    let number: i64 = found(s, filter)?.count().get_result(s.db())?;
    Ok(u64::try_from(number).unwrap_or(0))
}

/// One page of what the filter finds, in its order.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn page(s: &mut Session<'_>, filter: &Filter, offset: u64) -> Result<Vec<RecordKey>, Ending> {
    let query = in_order(found(s, filter)?, filter.sort)
        .limit(i64::try_from(filter.per_page).unwrap_or(i64::MAX))
        .offset(i64::try_from(offset).unwrap_or(i64::MAX));
    Ok(query.select(training_record::id).load(s.db())?)
}

/// Everything that the filter finds, in its order: eight bytes a record.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn all(s: &mut Session<'_>, filter: &Filter) -> Result<Vec<RecordKey>, Ending> {
    Ok(in_order(found(s, filter)?, filter.sort).select(training_record::id).load(s.db())?)
}

/// All records, by learner and start date: for commands given at the server.
///
/// # Errors
/// A database error, or as [`Whose::start`].
pub fn every(s: &mut Session<'_>, whose: Whose) -> Result<Vec<RecordKey>, Ending> {
    Ok(in_order(whose.start(s)?, Sort::Learner).select(training_record::id).load(s.db())?)
}

fn in_order(query: Visible, sort: Sort) -> Visible {
    macro_rules! name_of {
        ($key:expr) => {
            organisation::table
                .filter(organisation::id.eq($key))
                .select(organisation::name_key)
                .single_value()
        };
    }
    let query = match sort {
        Sort::Learner => query,
        Sort::Start => query.order(training_record::starts_on.desc()),
        Sort::End => query.order(training_record::ends_on),
        Sort::School => query.order(name_of!(training_record::school_id)),
        Sort::Provider => query.order(name_of!(training_record::provider_id)),
        Sort::Cohort => query.order(
            cohort::table
                .filter(cohort::id.eq(training_record::cohort_id))
                .select(cohort::title_key)
                .single_value(),
        ),
        Sort::Modified => query.order(training_record::modified_at.desc()),
    };
    // The order of the indexes; only learners of one name are sorted among themselves.
    query.then_order_by((
        training_record::surname_key,
        training_record::first_key,
        training_record::learner_id,
        training_record::starts_on,
        training_record::id,
    ))
}
