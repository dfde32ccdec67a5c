//! Tests of the areas, through the real router, on either engine.

#[path = "../world/mod.rs"]
mod world;

mod demo;
mod home;
mod lists;
mod placing;
mod registers;
mod signing_in;
mod summaries;
mod timetable;
