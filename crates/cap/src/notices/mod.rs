//! What people are told: the home page, announcements, notifications.

pub mod home;

/// The pages of this area, for the sitemap.
pub mod pages {
    pub use super::home::*;
}
