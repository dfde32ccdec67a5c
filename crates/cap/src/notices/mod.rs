//! What people are told: announcements to many, notifications to one.

pub mod announcement;
mod announcement_pages;
pub mod notification;
mod notification_pages;
pub mod plain_text;

/// The pages of this area, for the sitemap.
pub mod pages {
    pub use super::{announcement_pages::*, notification_pages::*};
}

platform::keys!(
    /// What everybody of an audience is told.
    AnnouncementKey,
    /// What one person is told.
    NotificationKey,
);
