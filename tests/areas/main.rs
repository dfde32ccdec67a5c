//! Tests of the areas, through the real router, on either engine.

#[path = "../world/mod.rs"]
mod world;

mod home;
mod lists;
mod registers;
mod signing_in;
mod summaries;
