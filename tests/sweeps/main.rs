//! Sweeps over everything that there is.

#[path = "../world/mod.rs"]
mod world;
