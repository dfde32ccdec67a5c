//! The demo service: *Brightwater Alternative Provision*, made up from end to end.

pub mod cast;
