//! Qualifications and their units, progress reports, assessments, targets.

pub mod appraisal;
pub mod assessment;
mod assessment_form;
mod assessment_pages;
pub mod completion;
pub mod component;
mod component_pages;
pub mod course_choice;
mod course_choice_pages;
mod draft;
mod grade_pages;
pub mod number;
pub mod ofqual_import;
mod publishing;
pub mod qualification;
mod qualification_pages;
mod report_form;
mod report_pages;
pub mod sums;
pub mod target;
mod target_pages;
pub mod tree;
pub mod unit_import;
pub mod unit_status;
pub mod units;
mod writable;

pub use unit_status::UnitStatus;

platform::keys!(
    /// A qualification.
    QualificationKey,
    /// A group or a unit of a qualification.
    ComponentKey,
    /// A progress report on a training record.
    ReportKey,
    /// An assessment of a learner.
    AssessmentKey,
    /// A dated outcome of an assessment.
    AssessmentRowKey,
    /// A target outside the qualification.
    TargetKey,
);

/// The pages of this area, for the sitemap.
pub mod pages {
    pub use super::assessment_pages::*;
    pub use super::component_pages::*;
    pub use super::course_choice_pages::*;
    pub use super::grade_pages::*;
    pub use super::qualification_pages::*;
    pub use super::report_pages::*;
    pub use super::target_pages::*;
}
