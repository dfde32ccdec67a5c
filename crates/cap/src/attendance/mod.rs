//! Timetables, lessons, registers, marks, absences and their figures.

pub mod absence;
mod absence_pages;
pub mod announce;
pub mod calendar;
pub mod choices;
mod code_pages;
mod code_seed;
pub mod code_table;
pub mod codes;
pub mod contribution;
pub mod day_list;
pub mod decide_pages;
pub mod deciding;
pub mod decision;
pub mod due;
pub mod expected;
pub mod figures;
pub mod filter;
pub mod follow;
mod forms;
pub mod history;
pub mod import;
mod import_write;
pub mod lesson;
pub mod lesson_changes;
mod lesson_pages;
pub mod lessons;
pub mod list_pages;
pub mod mark;
pub mod marking;
pub mod merge;
pub mod month;
pub mod month_pages;
pub mod moving;
mod moving_pages;
pub mod note;
pub mod of_record;
pub mod of_records;
pub mod placing;
mod placing_pages;
pub mod plannable;
pub mod planned;
mod planned_pages;
pub mod record_note;
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
pub mod tally_check;
pub mod terms;
mod terms_pages;
pub mod timetable;
mod timetable_pages;
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
    /// An absence known beforehand.
    PlannedKey,
);

/// The pages of this area, for the sitemap.
pub mod pages {
    pub use super::{
        absence_pages::*, code_pages::*, decide_pages::*, lesson_pages::*, list_pages::*, month_pages::*,
        moving_pages::*, placing_pages::*, planned_pages::*, register_pages::*, summary_pages::*,
        terms_pages::*, timetable_pages::*, today_differs_pages::*,
    };
}
