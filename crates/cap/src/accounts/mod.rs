//! People, organisations, partnerships, memberships, sign-in.

mod account_pages;
pub mod deeds;
pub mod identifiers;
mod identity;
pub mod import;
mod link_pages;
mod links;
pub mod numbers;
pub mod organisation;
pub mod organisation_import;
pub mod person;
pub mod person_import;
mod sessions;
pub mod settings;
mod sign_in;
mod sign_in_pages;

pub use identity::{identify, owner_of_lapsed, touch};
pub use links::{INVITATION, RESET, invite, run_invitation, run_reset};

/// The pages of this area, for the sitemap.
pub mod pages {
    pub use super::account_pages::*;
    pub use super::link_pages::*;
    pub use super::sign_in_pages::*;
}
