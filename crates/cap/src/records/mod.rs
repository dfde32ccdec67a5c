//! Training records as people read them: the list, the record page, notes, corrections.

pub mod choices;
pub mod columns;
pub mod export;
pub mod facts;
pub mod filter;
pub mod line;
mod list_pages;
mod list_view;
pub mod narrow;
pub mod part;
pub mod reader;
pub mod saved_view;
mod saved_view_pages;

platform::keys!(
    /// A note on a training record that belongs to no lesson.
    RecordNoteKey,
    /// A request to correct a field.
    CorrectionKey,
    /// A list's filters under a name.
    SavedViewKey,
);

/// The pages of this area, for the sitemap.
pub mod pages {
    pub use super::{list_pages::*, saved_view_pages::*};
}
