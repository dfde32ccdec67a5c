//! Reports: training records merged into documents, and figures over cohorts.

pub mod cohort_progress;
pub mod completion_tables;
mod course_report_pages;
pub mod late_registers;
pub mod league;
pub mod table;

/// The pages of this area, for the sitemap.
pub mod pages {
    pub use super::course_report_pages::*;
}
