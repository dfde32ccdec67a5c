//! Timetables, lessons, registers, marks, absences and their figures.

pub mod announce;
pub mod calendar;
pub mod choices;
pub mod codes;
pub mod contribution;
pub mod day_list;
pub mod decide_pages;
pub mod expected;
pub mod figures;
pub mod filter;
pub mod history;
pub mod lesson;
pub mod list_pages;
pub mod mark;
pub mod marking;
pub mod merge;
pub mod month;
pub mod month_pages;
pub mod note;
pub mod register;
pub mod register_form;
pub mod register_list;
pub mod register_pages;
pub mod register_view;
pub mod status;
pub mod summary;
pub mod summary_pages;
pub mod summary_view;
pub mod tally;
pub mod today_differs;
mod today_differs_pages;
pub mod within;

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
    pub use super::{
        decide_pages::*, list_pages::*, month_pages::*, register_pages::*, summary_pages::*,
        today_differs_pages::*,
    };
}
