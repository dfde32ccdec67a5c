//! Tests of the areas, through the real router, on either engine.

#[path = "../world/mod.rs"]
mod world;

mod absences;
mod announcing;
mod attendance_codes;
mod demo;
mod home;
mod placing;
mod planned_absences;
mod registers;
mod signing_in;
mod taking;
mod timetable;
