//! Learners, courses, course cohorts, training records: who is where, and who may know.

pub mod care;
pub mod choices;
pub mod clash;
pub mod codes;
pub mod cohort;
pub mod cohort_import;
pub mod cohort_list;
mod cohort_pages;
pub mod contacts;
pub mod course;
pub mod details;
pub mod glance;
pub mod identifiers;
pub mod known;
pub mod learner;
mod learner_edit_pages;
pub mod learner_file;
pub mod learner_import;
mod learner_pages;
pub mod of_record;
pub mod record;
pub mod record_list;
pub mod roll;
pub mod same_person;
pub mod scope;
pub mod told;
pub mod year;

pub use scope::{Among, visible_keys, visible_learners, visible_to};

platform::keys!(
    /// A learner.
    LearnerKey,
    /// A course of a provider.
    CourseKey,
    /// A run of a course: provider, entry, end.
    CohortKey,
    /// A tutor group of a cohort.
    GroupKey,
    /// One learner on one course cohort.
    RecordKey,
);

/// The pages of this area, for the sitemap.
pub mod pages {
    pub use super::cohort_pages::*;
    pub use super::learner_edit_pages::*;
    pub use super::learner_pages::*;
}
