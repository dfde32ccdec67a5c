//! Timetables, lessons, registers, marks, absences and their figures.

pub mod announce;
pub mod calendar;
pub mod codes;
pub mod contribution;
pub mod decide_pages;
pub mod expected;
pub mod figures;
pub mod history;
pub mod lesson;
pub mod lesson_changes;
pub mod lessons;
pub mod mark;
pub mod marking;
pub mod merge;
pub mod note;
pub mod placing;
pub mod register;
pub mod register_form;
pub mod register_pages;
pub mod register_view;
pub mod status;
pub mod tally;
pub mod tally_check;
pub mod terms;
pub mod timetable;
pub mod today_differs;
mod today_differs_pages;

platform::keys!(
    /// A lesson; it has one register.
    LessonKey,
    /// A line of a cohort's weekly timetable.
    SlotKey,
    /// A note about a learner at a lesson.
    NoteKey,
);

/// The pages of this area, for the sitemap.
pub mod pages {
    pub use super::{decide_pages::*, register_pages::*, today_differs_pages::*};
}
