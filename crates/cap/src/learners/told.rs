//! What areas after this one are told: by jobs that they run, since this area does not know them.

use super::CohortKey;
use chrono::TimeDelta;
use platform::{Ending, Writing};
use serde::{Deserialize, Serialize};

/// The job that follows when a cohort's first or last day changed.
pub const DATES_CHANGED: &str = "cohort.dates-changed";

/// Which cohort it was.
#[derive(Serialize, Deserialize, Debug)]
pub struct OfCohort {
    pub cohort: i64,
}

/// Says that a cohort's first or last day changed: its lessons follow.
///
/// # Errors
/// A database error.
pub fn dates_changed(w: &mut Writing<'_>, of: CohortKey) -> Result<(), Ending> {
    w.later(DATES_CHANGED, &OfCohort { cohort: of.0 }, TimeDelta::zero())
}
