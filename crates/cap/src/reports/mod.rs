//! Reports: training records merged into documents, and figures over cohorts.

pub mod cohort_progress;
pub mod completion_tables;
mod course_report_pages;
mod file;
mod input;
pub mod late_registers;
pub mod league;
mod merge_pages;
pub mod ready;
pub mod run;
mod run_pages;
mod setting;
pub mod table;
pub mod template;
mod template_pages;
pub mod work;

platform::keys!(
    /// Somebody's own template.
    TemplateKey,
    /// Reports that somebody asked for.
    RunKey,
);

/// The pages of this area, for the sitemap.
pub mod pages {
    pub use super::{
        course_report_pages::*,
        merge_pages::{ask_for_reports, mail_merge_page, new_reports_page},
        run_pages::{cancel_reports, reports_page, take_reports},
        template_pages::{add_template, remove_template},
    };
}
