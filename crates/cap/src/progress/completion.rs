//! How far learners are: the units of many training records, counted by cohort, by learner and by unit.
//! Records that are active or completed count; every share is of the units that are not left out, by
//! the integer arithmetic of `attendance::figures`.

use super::{ComponentKey, QualificationKey, UnitStatus, sums::Units, tree};
use crate::{
    attendance::{
        figures::{Percent, percent},
        filter::Filter,
        within,
    },
    learners::{Among, CohortKey, LearnerKey, RecordKey, record::RecordStatus, scope::Visible, visible_to},
    schema::{
        cohort, component, course, learner, organisation, progress_sum, qualification, training_record,
        unit_progress,
    },
};
use diesel::{dsl::count_star, prelude::*};
use platform::{Ending, Multi, Session, db::one_of, ids::PublicId};
use std::collections::{BTreeMap, HashMap};

/// The share of one status in the units that count; `None` where there are none.
pub fn share(units: &Units, status: UnitStatus) -> Option<Percent> {
    percent(units.of(status), units.total())
}

/// The active and completed training records within the reader's scope that a filter finds.
fn narrowed(s: &Session<'_>, filter: &Filter) -> Result<Visible, Ending> {
    let counted = [RecordStatus::Active.word(), RecordStatus::Completed.word()];
    let mut records = visible_to(s)?.filter(training_record::status.eq_any(counted));
    if let Some(cohorts) = within::cohorts(filter) {
        records = records.filter(training_record::cohort_id.eq_any(cohorts));
    }
    if let Some(provider) = filter.provider {
        records = records.filter(training_record::provider_id.eq(provider));
    }
    if let Some(school) = filter.school {
        records = records.filter(training_record::school_id.eq(school));
    }
    Ok(records)
}

/// The five counts as they are kept, in the order of [`UnitStatus::ALL`].
type Kept = (i32, i32, i32, i32, i32);

const KEPT: (
    progress_sum::not_started,
    progress_sum::behind,
    progress_sum::on_track,
    progress_sum::in_assessment,
    progress_sum::completed,
) = (
    progress_sum::not_started,
    progress_sum::behind,
    progress_sum::on_track,
    progress_sum::in_assessment,
    progress_sum::completed,
);

fn units_of((a, b, c, d, e): Kept) -> Units {
    Units::new([a, b, c, d, e].map(|number| u32::try_from(number).unwrap_or(0)))
}

/// One learner's units on one cohort.
#[derive(Clone, Debug)]
pub struct OfRecord {
    pub record: RecordKey,
    pub learner: LearnerKey,
    pub surname: String,
    pub first_name: String,
    pub school: String,
    pub cohort: String,
    pub units: Units,
}

/// The units of each training record, by the learner's name and the cohort's title. The caller says
/// whom of them it shows.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn by_record(s: &mut Session<'_>, filter: &Filter) -> Result<Vec<OfRecord>, Ending> {
    type Row = (RecordKey, LearnerKey, (String, String), String, String, Kept);
    let rows: Vec<Row> = narrowed(s, filter)?
        .inner_join(learner::table)
        .inner_join(cohort::table)
        .inner_join(organisation::table.on(organisation::id.eq(training_record::school_id)))
        .inner_join(progress_sum::table)
        .order((
            training_record::surname_key,
            training_record::first_key,
            cohort::title_key,
            training_record::id,
        ))
        .select((
            training_record::id,
            learner::id,
            (learner::surname, learner::first_name),
            organisation::name,
            cohort::title,
            KEPT,
        ))
        .load(s.db())?;
    let one = |(record, learner, (surname, first_name), school, cohort, kept)| OfRecord {
        record,
        learner,
        surname,
        first_name,
        school,
        cohort,
        units: units_of(kept),
    };
    Ok(rows.into_iter().map(one).collect())
}

/// The units of a cohort's learners together.
#[derive(Clone, Debug)]
pub struct OfCohort {
    pub id: PublicId,
    pub title: String,
    pub provider: String,
    /// The title of the qualification that its course leads to.
    pub qualification: Option<String>,
    pub learners: u32,
    pub units: Units,
}

/// The units of each cohort that has learners within the reader's scope, by title.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn by_cohort(s: &mut Session<'_>, filter: &Filter) -> Result<Vec<OfCohort>, Ending> {
    let rows: Vec<(CohortKey, Kept)> = narrowed(s, filter)?
        .inner_join(progress_sum::table)
        .select((training_record::cohort_id, KEPT))
        .load(s.db())?;
    let mut sums: BTreeMap<CohortKey, (u32, Units)> = BTreeMap::new();
    for (cohort, kept) in rows {
        let (learners, units) = sums.entry(cohort).or_default();
        *learners += 1;
        *units += units_of(kept);
    }
    let named: Vec<(CohortKey, PublicId, String, String, Option<String>)> = cohort::table
        .inner_join(organisation::table)
        .inner_join(course::table.left_join(qualification::table))
        .filter(one_of(s.db(), cohort::id, sums.keys().copied()))
        .order((cohort::title_key, cohort::starts_on.desc(), cohort::id))
        .select((
            cohort::id,
            cohort::public_id,
            cohort::title,
            organisation::name,
            qualification::title.nullable(),
        ))
        .load(s.db())?;
    let one = |(key, id, title, provider, qualification)| {
        let (learners, units) = sums.get(&key).copied().unwrap_or_default();
        OfCohort {
            id,
            title,
            provider,
            qualification,
            learners,
            units,
        }
    };
    Ok(named.into_iter().map(one).collect())
}

/// One unit of a qualification, counted over the learners who work towards it.
#[derive(Clone, Debug)]
pub struct OfUnit {
    pub qualification: String,
    pub unit: String,
    pub mandatory: bool,
    /// How many learners are in which status.
    pub learners: Units,
    /// For how many it is left out.
    pub left_out: u32,
}

/// The units of each qualification that learners within the reader's scope work towards, in the
/// order of its tree.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn by_unit(s: &mut Session<'_>, filter: &Filter) -> Result<Vec<OfUnit>, Ending> {
    let with_learners = training_record::table
        .inner_join(cohort::table.inner_join(course::table))
        .group_by(course::qualification_id)
        .select((course::qualification_id, count_star()))
        .into_boxed::<Multi>()
        .filter(Among(training_record::id, narrowed(s, filter)?.select(training_record::id)));
    let with_learners: Vec<(Option<i64>, i64)> = with_learners.load(s.db())?;
    let learners: HashMap<i64, i64> =
        with_learners.into_iter().filter_map(|(key, number)| Some((key?, number))).collect();
    let known = unit_progress::table
        .inner_join(component::table)
        .inner_join(training_record::table.inner_join(cohort::table.inner_join(course::table)))
        .group_by((unit_progress::component_id, unit_progress::left_out, unit_progress::status))
        .select((unit_progress::component_id, unit_progress::left_out, unit_progress::status, count_star()))
        .into_boxed::<Multi>()
        // What was reported of a qualification that the course no longer leads to does not count.
        .filter(course::qualification_id.eq(component::qualification_id.nullable()))
        .filter(Among(unit_progress::record_id, narrowed(s, filter)?.select(training_record::id)));
    let mut counted: HashMap<ComponentKey, Vec<(bool, i16, i64)>> = HashMap::new();
    for (unit, left_out, status, number) in known.load::<(ComponentKey, bool, i16, i64)>(s.db())? {
        counted.entry(unit).or_default().push((left_out, status, number));
    }
    let qualifications: Vec<(i64, String)> = qualification::table
        .filter(one_of(s.db(), qualification::id, learners.keys().copied()))
        .order((qualification::title_key, qualification::number))
        .select((qualification::id, qualification::title))
        .load(s.db())?;
    let mut lines = Vec::new();
    for (key, title) in qualifications {
        let all = learners.get(&key).copied().unwrap_or(0);
        for node in tree::of_qualification(s, QualificationKey(key))?.iter().filter(|node| node.is_unit()) {
            let rows = counted.remove(&node.key).unwrap_or_default();
            let (learners, left_out) = of_all(all, &rows)?;
            lines.push(OfUnit {
                qualification: title.clone(),
                unit: node.name(),
                mandatory: node.mandatory,
                learners,
                left_out,
            });
        }
    }
    Ok(lines)
}

/// The statuses of so many learners in a unit, and for how many it is left out. Those of whom nothing
/// is reported have not started.
fn of_all(all: i64, rows: &[(bool, i16, i64)]) -> Result<(Units, u32), Ending> {
    let mut counts = [0; UnitStatus::ALL.len()];
    let (mut left_out, mut unknown) = (0, u32::try_from(all).map_err(Ending::fault)?);
    for (is_left_out, status, number) in rows {
        let number = u32::try_from(*number).map_err(Ending::fault)?;
        unknown = unknown.saturating_sub(number);
        if *is_left_out {
            left_out += number;
            continue;
        }
        let status =
            UnitStatus::from_code(*status).ok_or_else(|| Ending::fault("a unit of no known status"))?;
        counts[status as usize] += number;
    }
    counts[UnitStatus::NotStarted as usize] += unknown;
    Ok((Units::new(counts), left_out))
}

/// A cohort's learners against the units of its qualification.
#[derive(Clone, Debug)]
pub struct Matrix {
    /// References and titles of the units, in the order of the tree.
    pub units: Vec<(ComponentKey, String)>,
    pub learners: Vec<OfRecord>,
    /// What is reported; a unit that is left out has no status. Anything else has not started.
    known: HashMap<(RecordKey, ComponentKey), Option<UnitStatus>>,
}

impl Matrix {
    /// Where a learner stands in a unit; `None` where it is left out.
    pub fn status(&self, of: RecordKey, unit: ComponentKey) -> Option<UnitStatus> {
        self.known.get(&(of, unit)).copied().unwrap_or(Some(UnitStatus::NotStarted))
    }

    /// A unit's statuses over all learners.
    pub fn of_unit(&self, unit: ComponentKey) -> Units {
        let mut units = Units::default();
        for learner in &self.learners {
            if let Some(status) = self.status(learner.record, unit) {
                units.add(status);
            }
        }
        units
    }
}

/// The matrix of one cohort, of the learners within the reader's scope.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn matrix(s: &mut Session<'_>, of: CohortKey, filter: &Filter) -> Result<Matrix, Ending> {
    let filter = Filter { cohort: Some(of), ..filter.clone() };
    let learners = by_record(s, &filter)?;
    let qualification: Option<i64> = cohort::table
        .inner_join(course::table)
        .filter(cohort::id.eq(of))
        .select(course::qualification_id)
        .first(s.db())?;
    let nodes = match qualification {
        Some(key) => tree::of_qualification(s, QualificationKey(key))?,
        None => Vec::new(),
    };
    let rows: Vec<(RecordKey, ComponentKey, bool, i16)> = unit_progress::table
        .filter(one_of(s.db(), unit_progress::record_id, learners.iter().map(|one| one.record)))
        .select((
            unit_progress::record_id,
            unit_progress::component_id,
            unit_progress::left_out,
            unit_progress::status,
        ))
        .load(s.db())?;
    let mut known = HashMap::new();
    for (record, unit, left_out, status) in rows {
        let status =
            UnitStatus::from_code(status).ok_or_else(|| Ending::fault("a unit of no known status"))?;
        known.insert((record, unit), (!left_out).then_some(status));
    }
    Ok(Matrix {
        units: nodes.iter().filter(|node| node.is_unit()).map(|node| (node.key, node.name())).collect(),
        learners,
        known,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_of_whom_nothing_is_reported_have_not_started() {
        let rows = [(false, 5, 2), (true, 2, 1), (false, 1, 1), (false, 4, 3)];
        let (units, left_out) = of_all(10, &rows).unwrap();
        assert_eq!(units, Units::new([4, 0, 0, 3, 2]));
        assert_eq!((units.total(), left_out), (9, 1));
        let said = |status| share(&units, status).map(|share| share.to_string());
        assert_eq!(said(UnitStatus::NotStarted).as_deref(), Some("44.4 %"));
        assert_eq!(said(UnitStatus::Completed).as_deref(), Some("22.2 %"));
        assert_eq!(share(&Units::default(), UnitStatus::Completed), None);
        assert!(of_all(1, &[(false, 9, 1)]).is_err());
    }
}
