//! Training records as people read them: the list, the record page, notes, corrections.

pub mod columns;
pub mod export;
pub mod facts;
pub mod line;
pub mod part;

platform::keys!(
    /// A note on a training record that belongs to no lesson.
    RecordNoteKey,
    /// A request to correct a field.
    CorrectionKey,
    /// A list's filters under a name.
    SavedViewKey,
);
