//! Journeys in a real browser, one scenario a file, steps in English, axe on the pages that they open.

mod browser;
mod harness;
mod served;
#[path = "../world/mod.rs"]
mod world;

mod d1_sign_in;
mod marking_with_scripts;
