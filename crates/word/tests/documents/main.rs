//! Whole documents: merged, refused, mutated.

mod hostile;
mod merged;
mod package;
mod ready;
