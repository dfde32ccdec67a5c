//! Training records as people read them: the list, the record page, notes, corrections.

platform::keys!(
    /// A note on a training record that belongs to no lesson.
    RecordNoteKey,
    /// A request to correct a field.
    CorrectionKey,
    /// A list's filters under a name.
    SavedViewKey,
);
