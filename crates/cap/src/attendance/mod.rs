//! Timetables, lessons, registers, marks, absences and their figures.

pub mod calendar;
pub mod codes;
pub mod contribution;
pub mod expected;
pub mod figures;
pub mod lesson;
pub mod lesson_changes;
pub mod lessons;
pub mod placing;
pub mod status;
pub mod terms;
pub mod timetable;

platform::keys!(
    /// A lesson; it has one register.
    LessonKey,
    /// A line of a cohort's weekly timetable.
    SlotKey,
    /// A note about a learner at a lesson.
    NoteKey,
);
