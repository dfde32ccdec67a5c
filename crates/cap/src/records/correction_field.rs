//! The fields of a training record that can be said to be wrong, and what stands in each.

use super::training::{self, Training};
use crate::learners::{details, of_record::LearnerOfRecord, record::Record};
use platform::Form;

/// What a form of corrections is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum About {
    Learner,
    Training,
    School,
    Provider,
}

impl About {
    /// In the order of the record page.
    pub const ALL: [About; 4] = [About::Learner, About::Training, About::School, About::Provider];

    /// The word in addresses.
    pub fn word(self) -> &'static str {
        match self {
            About::Learner => "learner",
            About::Training => "training",
            About::School => "school",
            About::Provider => "provider",
        }
    }

    /// As headings say it.
    pub fn label(self) -> &'static str {
        match self {
            About::Learner => "the learner's details",
            About::Training => "the training",
            About::School => "the home school's details",
            About::Provider => "the course provider's details",
        }
    }

    /// What has this word.
    pub fn parse(word: &str) -> Option<About> {
        About::ALL.into_iter().find(|about| about.word() == word)
    }

    /// The fields, in order.
    pub fn fields(self) -> Vec<Field> {
        let names: Vec<(&'static str, &'static str)> = match self {
            About::Learner => details::FIELDS.to_vec(),
            About::Training => TRAINING.to_vec(),
            About::School | About::Provider => ORGANISATION.to_vec(),
        };
        names.into_iter().map(|(name, label)| Field { about: self, name, label }).collect()
    }
}

const TRAINING: &[(&str, &str)] = &[
    ("course", "Course title"),
    ("cohort", "Course cohort"),
    ("group", "Tutor group"),
    ("qualification", "Qualification"),
    ("provider", "Provider"),
    ("start", "Training start"),
    ("end", "Training end"),
    ("status", "Status"),
];

const ORGANISATION: &[(&str, &str)] = &[
    ("name", "Name"),
    ("address", "Address"),
    ("telephone", "Telephone"),
    ("la", "LA"),
    ("estab", "Estab"),
    ("urn", "URN"),
    ("ukprn", "UKPRN"),
];

/// One field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Field {
    pub about: About,
    /// Its name in the form of its own page.
    pub name: &'static str,
    label: &'static str,
}

impl Field {
    /// As the database has it: `learner.surname`.
    pub fn word(self) -> String {
        format!("{}.{}", self.about.word(), self.name)
    }

    /// The field that has this word.
    pub fn parse(word: &str) -> Option<Field> {
        let (about, name) = word.split_once('.')?;
        About::parse(about)?.fields().into_iter().find(|field| field.name == name)
    }

    /// As people say it.
    pub fn label(self) -> String {
        match self.about {
            About::Learner | About::Training => self.label.to_owned(),
            About::School => format!("Home school: {}", self.label),
            About::Provider => format!("Course provider: {}", self.label),
        }
    }

    /// Whether accepting changes it by itself.
    pub fn is_ours_to_change(self) -> bool {
        match self.about {
            About::Learner => true,
            About::Training | About::School | About::Provider => false,
        }
    }
}

/// What stands in the fields now, each under its name: for the learner as the form of their page has it.
pub fn standing(about: About, record: &Record, learner: &LearnerOfRecord, training: &Training) -> Form {
    let stand = record.stand();
    let rows = match about {
        About::Learner => return details::fill(Form::empty(), &learner.details),
        About::Training => {
            return Form::empty()
                .with("course", &training.course)
                .with("cohort", &training.cohort)
                .with("group", &training.group)
                .with("qualification", &training.qualification)
                .with("provider", &training.provider.name)
                .with("start", platform::clock::short_date(stand.starts_on))
                .with("end", platform::clock::short_date(stand.ends_on))
                .with("status", stand.status.label());
        }
        About::School => training::organisation_rows(&training.school),
        About::Provider => training::organisation_rows(&training.provider),
    };
    ORGANISATION
        .iter()
        .zip(rows)
        .fold(Form::empty(), |form, ((name, _), (_, value))| form.with(name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_found_by_its_word() {
        for field in About::ALL.into_iter().flat_map(About::fields) {
            assert_eq!(Field::parse(&field.word()), Some(field));
        }
        for wrong in [
            "",
            "learner",
            "learner.",
            "learner.care",
            "school.surname",
            "pupil.surname",
        ] {
            assert_eq!(Field::parse(wrong), None, "{wrong}");
        }
    }
}
