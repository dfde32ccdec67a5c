//! Learners, courses, course cohorts, training records: who is where, and who may know.

pub mod care;
pub mod codes;
pub mod cohort;
pub mod identifiers;
pub mod learner;
pub mod record;
pub mod record_list;
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
