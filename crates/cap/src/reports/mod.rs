//! Reports: training records merged into documents, and figures over cohorts.

mod file;
mod input;
mod merge_pages;
pub mod ready;
pub mod run;
mod run_pages;
mod setting;
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
        merge_pages::{ask_for_reports, mail_merge_page, new_reports_page},
        run_pages::{cancel_reports, reports_page, take_reports},
        template_pages::{add_template, remove_template},
    };
}
