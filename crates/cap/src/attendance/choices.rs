//! What the lists of attendance can be narrowed to: the course cohorts, groups, providers and
//! schools within the reader's scope, and nothing beyond.

use super::within::{self, Start};
use crate::{
    learners::{CohortKey, GroupKey, visible_to},
    schema::{cohort, organisation, training_record, tutor_group},
};
use diesel::prelude::*;
use platform::{
    Ending, Session,
    access::Side,
    db::one_of,
    ids::{OrganisationKey, PartnershipKey, PublicId},
};
use std::collections::BTreeSet;

/// One thing to choose.
#[derive(Clone, Debug)]
pub struct Choice<K> {
    pub key: K,
    pub id: PublicId,
    pub label: String,
}

/// A course cohort to choose.
#[derive(Clone, Debug)]
pub struct CohortChoice {
    pub choice: Choice<CohortKey>,
    pub age_group: String,
}

/// All that this reader can choose, by name.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    pub cohorts: Vec<CohortChoice>,
    pub groups: Vec<Choice<GroupKey>>,
    pub providers: Vec<Choice<OrganisationKey>>,
    pub schools: Vec<Choice<OrganisationKey>>,
}

/// Values and labels of a select, the empty one first.
pub type Options = Vec<(String, String)>;

impl Choices {
    /// What stands in the reader's scope.
    ///
    /// # Errors
    /// A database error, or that nobody is signed in.
    pub fn of(s: &mut Session<'_>) -> Result<Choices, Ending> {
        let Keys { cohorts, providers, schools } = match within::start(s)? {
            Start::Partnership(partnership) => Keys::of_partnership(s, partnership)?,
            Start::School(_) | Start::Provider(_) => Keys::of_records(s)?,
        };
        let found: Vec<(CohortKey, PublicId, String, String)> = cohort::table
            .filter(one_of(s.db(), cohort::id, cohorts.iter().copied()))
            .order((cohort::title_key, cohort::id))
            .select((cohort::id, cohort::public_id, cohort::title, cohort::age_group))
            .load(s.db())?;
        let groups: Vec<(GroupKey, PublicId, String, String)> = tutor_group::table
            .inner_join(cohort::table)
            .filter(one_of(s.db(), tutor_group::cohort_id, cohorts))
            .order((cohort::title_key, tutor_group::name, tutor_group::id))
            .select((tutor_group::id, tutor_group::public_id, cohort::title, tutor_group::name))
            .load(s.db())?;
        Ok(Choices {
            cohorts: found
                .into_iter()
                .map(|(key, id, label, age_group)| CohortChoice {
                    choice: Choice { key, id, label },
                    age_group,
                })
                .collect(),
            groups: groups
                .into_iter()
                .map(|(key, id, cohort, group)| Choice { key, id, label: format!("{cohort}, group {group}") })
                .collect(),
            providers: organisations(s, providers)?,
            schools: organisations(s, schools)?,
        })
    }

    /// The age groups of the cohorts, each once.
    pub fn age_groups(&self) -> BTreeSet<&str> {
        self.cohorts
            .iter()
            .map(|cohort| cohort.age_group.as_str())
            .filter(|a| !a.is_empty())
            .collect()
    }

    /// The cohorts, for a select.
    pub fn cohort_options(&self) -> Options {
        options(self.cohorts.iter().map(|cohort| &cohort.choice))
    }

    /// The groups, for a select.
    pub fn group_options(&self) -> Options {
        options(&self.groups)
    }

    /// The providers, for a select.
    pub fn provider_options(&self) -> Options {
        options(&self.providers)
    }

    /// The schools, for a select.
    pub fn school_options(&self) -> Options {
        options(&self.schools)
    }

    /// The age groups, for a select.
    pub fn age_group_options(&self) -> Options {
        all()
            .into_iter()
            .chain(self.age_groups().into_iter().map(|a| (a.to_owned(), a.to_owned())))
            .collect()
    }
}

/// What can be chosen, before its names are known.
struct Keys {
    cohorts: BTreeSet<CohortKey>,
    providers: BTreeSet<OrganisationKey>,
    schools: BTreeSet<OrganisationKey>,
}

impl Keys {
    /// The service sees all of its partnership. Its tens of thousands of training records would say
    /// the same, many times slower.
    fn of_partnership(s: &mut Session<'_>, partnership: PartnershipKey) -> Result<Keys, Ending> {
        let cohorts: Vec<CohortKey> = cohort::table
            .filter(cohort::partnership_id.eq(partnership))
            .select(cohort::id)
            .load(s.db())?;
        let mut of_kind = |side: Side| -> Result<Vec<OrganisationKey>, Ending> {
            Ok(organisation::table
                .filter(organisation::partnership_id.eq(partnership))
                .filter(organisation::kind.eq(side.word()))
                .select(organisation::id)
                .load(s.db())?)
        };
        Ok(Keys {
            cohorts: cohorts.into_iter().collect(),
            providers: of_kind(Side::Provider)?.into_iter().collect(),
            schools: of_kind(Side::School)?.into_iter().collect(),
        })
    }

    /// A school or a provider knows of what its training records say.
    fn of_records(s: &mut Session<'_>) -> Result<Keys, Ending> {
        let places: Vec<(CohortKey, OrganisationKey, OrganisationKey)> = visible_to(s)?
            .select((training_record::cohort_id, training_record::provider_id, training_record::school_id))
            .distinct()
            .load(s.db())?;
        Ok(Keys {
            cohorts: places.iter().map(|place| place.0).collect(),
            providers: places.iter().map(|place| place.1).collect(),
            schools: places.iter().map(|place| place.2).collect(),
        })
    }
}

fn all() -> Options {
    vec![(String::new(), "All".to_owned())]
}

fn options<'a, K: 'a>(choices: impl IntoIterator<Item = &'a Choice<K>>) -> Options {
    let pairs = choices.into_iter().map(|choice| (choice.id.to_string(), choice.label.clone()));
    all().into_iter().chain(pairs).collect()
}

fn organisations(
    s: &mut Session<'_>,
    keys: BTreeSet<OrganisationKey>,
) -> Result<Vec<Choice<OrganisationKey>>, Ending> {
    let rows: Vec<(OrganisationKey, PublicId, String)> = organisation::table
        .filter(one_of(s.db(), organisation::id, keys))
        .order((organisation::name, organisation::id))
        .select((organisation::id, organisation::public_id, organisation::name))
        .load(s.db())?;
    Ok(rows.into_iter().map(|(key, id, label)| Choice { key, id, label }).collect())
}
