//! What the list of training records can be narrowed to, as its panel offers it: nothing beyond the
//! reader's scope.

use crate::{
    attendance::{
        choices::{self, Options},
        filter::PER_PAGE,
    },
    learners::{
        CohortKey,
        codes::{Ethnicity, SenProvision, Sex},
        record::RecordStatus,
        year::AcademicYear,
    },
    progress::unit_status::UnitStatus,
    schema::qualification,
};
use diesel::prelude::*;
use platform::{Ending, Session, ids::OrganisationKey};

/// In which order the list stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sort {
    /// By learner, then start date.
    Learner,
    /// The latest start first.
    Start,
    /// The earliest end first.
    End,
    School,
    Provider,
    Cohort,
    /// The latest change first.
    Modified,
}

impl Sort {
    /// The usual one first.
    pub const ALL: [Sort; 7] = [
        Sort::Learner,
        Sort::Start,
        Sort::End,
        Sort::School,
        Sort::Provider,
        Sort::Cohort,
        Sort::Modified,
    ];

    /// The word in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Sort::Learner => "learner",
            Sort::Start => "start",
            Sort::End => "end",
            Sort::School => "school",
            Sort::Provider => "provider",
            Sort::Cohort => "cohort",
            Sort::Modified => "modified",
        }
    }

    /// As the panel offers it.
    pub fn label(self) -> &'static str {
        match self {
            Sort::Learner => "Learner, then start date",
            Sort::Start => "Training start, latest first",
            Sort::End => "Training end, earliest first",
            Sort::School => "Home school",
            Sort::Provider => "Provider",
            Sort::Cohort => "Course cohort",
            Sort::Modified => "Last modified, latest first",
        }
    }
}

/// What a record's sections must be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Progress {
    /// At least one section of this status.
    Some(UnitStatus),
    /// Every section is completed.
    Finished,
    /// It has no sections at all.
    NoSections,
}

impl Progress {
    /// In the order of the panel.
    pub const ALL: [Progress; 6] = [
        Progress::Some(UnitStatus::NotStarted),
        Progress::Some(UnitStatus::Behind),
        Progress::Some(UnitStatus::OnTrack),
        Progress::Some(UnitStatus::InAssessment),
        Progress::Finished,
        Progress::NoSections,
    ];

    /// The word in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Progress::Some(status) => status.word(),
            Progress::Finished => "finished",
            Progress::NoSections => "none",
        }
    }

    /// As the panel offers it.
    pub fn label(self) -> String {
        match self {
            Progress::Some(status) => format!("Some sections {}", status.heading().to_lowercase()),
            Progress::Finished => "All sections completed".to_owned(),
            Progress::NoSections => "No sections".to_owned(),
        }
    }
}

/// All that this reader can choose.
#[derive(Clone, Debug)]
pub struct Choices {
    places: choices::Choices,
    kinds: Vec<String>,
    levels: Vec<String>,
    /// The academic year that holds today.
    year: AcademicYear,
}

impl Choices {
    /// What stands in the reader's scope.
    ///
    /// # Errors
    /// A database error, or that nobody is signed in.
    pub fn of(s: &mut Session<'_>) -> Result<Choices, Ending> {
        let partnership = s.actor()?.partnership;
        // By qualification_title: some hundred rows.
        let known: Vec<(String, String)> = qualification::table
            .filter(qualification::partnership_id.eq(partnership))
            .select((qualification::kind, qualification::level))
            .distinct()
            .load(s.db())?;
        let (kinds, levels) = known.into_iter().unzip();
        Ok(Choices {
            places: choices::Choices::of(s)?,
            kinds: in_order(kinds),
            levels: in_order(levels),
            year: AcademicYear::of(s.today()),
        })
    }

    /// The values and labels of a field to choose from, the one that narrows nothing first; empty for
    /// a field that is typed.
    pub fn options(&self, field: &str) -> Options {
        let pair = |value: &str, label: &str| (value.to_owned(), label.to_owned());
        let offered: Options = match field {
            "status" => {
                let rest = RecordStatus::ALL.into_iter().map(|status| pair(status.word(), status.label()));
                return rest.chain([pair("all", "All")]).collect();
            }
            "sort" => return Sort::ALL.into_iter().map(|sort| pair(sort.word(), sort.label())).collect(),
            "per_page" => return PER_PAGE.map(|rows| pair(&rows.to_string(), &rows.to_string())).into(),
            "school" => return self.places.school_options(),
            "provider" => return self.places.provider_options(),
            "cohort" => return self.places.cohort_options(),
            "age_group" => return self.places.age_group_options(),
            "gender" => Sex::ALL.iter().map(|sex| pair(sex.code(), sex.label())).collect(),
            "ethnicity" => Ethnicity::ALL.iter().map(|one| pair(one.code(), one.label())).collect(),
            "sen" => SenProvision::ALL.iter().map(|one| pair(one.code(), one.label())).collect(),
            "medical" | "meals" | "in_care" => vec![pair("yes", "Yes"), pair("no", "No")],
            "progress" => Progress::ALL.into_iter().map(|one| pair(one.word(), &one.label())).collect(),
            "kind" => self.kinds.iter().map(|kind| pair(kind, kind)).collect(),
            "level" => self.levels.iter().map(|level| pair(level, level)).collect(),
            "ks4" => self.years().map(|year| (year.first_year().to_string(), year.to_string())).collect(),
            _ => return Vec::new(),
        };
        std::iter::once(pair("", "All")).chain(offered).collect()
    }

    /// The years in which the learners of today may have begun key stage 4.
    fn years(&self) -> impl Iterator<Item = AcademicYear> + use<> {
        let this = self.year.first_year();
        (this - 6..=this + 5).rev().filter_map(AcademicYear::starting)
    }

    /// The school of this id.
    pub fn school(&self, id: &str) -> Option<OrganisationKey> {
        self.places.schools.iter().find(|one| one.id.as_str() == id).map(|one| one.key)
    }

    /// The provider of this id.
    pub fn provider(&self, id: &str) -> Option<OrganisationKey> {
        self.places.providers.iter().find(|one| one.id.as_str() == id).map(|one| one.key)
    }

    /// The course cohort of this id.
    pub fn cohort(&self, id: &str) -> Option<CohortKey> {
        let cohorts = self.places.cohorts.iter().map(|cohort| &cohort.choice);
        cohorts.into_iter().find(|one| one.id.as_str() == id).map(|one| one.key)
    }
}

fn in_order(mut words: Vec<String>) -> Vec<String> {
    words.retain(|word| !word.is_empty());
    words.sort();
    words.dedup();
    words
}
