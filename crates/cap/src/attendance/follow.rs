//! The job by which lessons follow their cohort's first and last day.

use super::lessons;
use crate::learners::{
    CohortKey,
    told::{DATES_CHANGED, OfCohort},
};
use platform::{
    App,
    access::Task,
    jobs::{self, Running},
};

/// Brings the lessons of a cohort up to date whose dates changed.
pub const FOLLOW: jobs::Kind = jobs::Kind { name: DATES_CHANGED, run };

fn run(app: App, payload: String) -> Running {
    Box::pin(async move {
        let OfCohort { cohort } = serde_json::from_str(&payload).map_err(|error| error.to_string())?;
        app.write(Task::Jobs, move |w| {
            let outcome = lessons::bring_up_to_date(w, CohortKey(cohort))?;
            Ok(w.event("lessons.followed")
                .about("cohort", cohort)
                .with("lessons", outcome.counts())
                .then(()))
        })
        .await
        .map_err(|ending| format!("{ending:?}"))
    })
}
