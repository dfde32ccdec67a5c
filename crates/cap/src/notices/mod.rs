//! What people are told: announcements, notifications.

pub mod home;
pub mod notification;

/// The pages of this area, for the sitemap.
pub mod pages {
    pub use super::home::*;
}

platform::keys!(
    /// What one person is told.
    NotificationKey,
);
