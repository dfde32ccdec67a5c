//! Tests of the areas, through the real router, on either engine.

#[path = "../world/mod.rs"]
mod world;

mod accounts_admin;
mod demo;
mod home;
mod import_marks;
mod lists;
mod placing;
mod registers;
mod signing_in;
mod summaries;
mod timetable;
