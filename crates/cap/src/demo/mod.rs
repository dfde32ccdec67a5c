//! The demo service: *Brightwater Alternative Provision*, made up from end to end, the same for the
//! same seed and day.

mod bulk;
pub mod cast;
mod dice;
mod fill;
mod marks;
mod names;
mod people;
mod terms;
mod words;
mod year;

pub use fill::{Plan, fill, is_empty};
