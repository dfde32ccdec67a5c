//! Training records as people read them: the list, the record page, notes, corrections.

mod ask_pages;
mod charts;
pub mod choices;
pub mod columns;
pub mod correction;
mod correction_apply;
mod correction_field;
mod decide_pages;
pub mod export;
pub mod facts;
pub mod filter;
mod found_note;
mod found_note_pages;
pub mod line;
mod list_pages;
mod list_view;
mod looked_pages;
pub mod narrow;
pub mod note;
mod note_pages;
pub mod part;
pub mod reader;
mod record_pages;
pub mod saved_view;
mod saved_view_pages;
pub mod training;

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
    pub use super::{
        ask_pages::*, decide_pages::*, found_note_pages::*, list_pages::*, looked_pages::*, note_pages::*,
        record_pages::*, saved_view_pages::*,
    };
}
