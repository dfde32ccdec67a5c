//! People, organisations, partnerships, memberships, sign-in.

mod account_pages;
pub mod audit_names;
mod audit_pages;
pub mod deeds;
pub mod directory;
mod directory_pages;
mod forms;
pub mod identifiers;
mod identity;
pub mod import;
mod job_pages;
pub mod keeping;
mod link_pages;
mod links;
pub mod numbers;
pub mod organisation;
pub mod organisation_import;
mod organisation_pages;
mod people;
mod people_form;
mod people_pages;
pub mod person;
pub mod person_import;
mod sessions;
pub mod settings;
mod settings_pages;
mod sign_in;
mod sign_in_pages;
mod terms;

pub use identity::{identify, owner_of_lapsed, touch};
pub use links::{INVITATION, RESET, invite, reset, run_invitation, run_reset};
pub use sessions::address_of;

/// The pages of this area, for the sitemap.
pub mod pages {
    pub use super::account_pages::*;
    pub use super::audit_pages::*;
    pub use super::directory_pages::*;
    pub use super::job_pages::*;
    pub use super::link_pages::*;
    pub use super::organisation_pages::*;
    pub use super::people_pages::*;
    pub use super::settings_pages::*;
    pub use super::sign_in_pages::*;
}
