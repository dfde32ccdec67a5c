//! Tests of the areas, through the real router, on either engine.

#[path = "../world/mod.rs"]
mod world;

mod imports;
mod learners;
mod signing_in;
