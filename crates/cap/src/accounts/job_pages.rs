//! Background jobs, for whoever must know why a mail did not come.

use super::deeds::ManageJobs;
use crate::shell::{self, Frame};
use askama::Template;
use platform::{
    Answer, Ending, Permit, Reading, Recorded, Writing, clock,
    jobs::{self, Job},
    web::{Flash, Ids},
};

/// Jobs on the page: enough to see what waits, failed ones first.
const MOST: i64 = 100;

#[derive(Template)]
#[template(path = "accounts/views/jobs.html")]
struct JobsPage {
    frame: Frame,
    rows: Vec<Row>,
    /// How many are planned for later.
    planned: u64,
}

struct Row {
    public_id: String,
    kind: String,
    state: &'static str,
    colour: &'static str,
    has_failed: bool,
    due: String,
    attempts: i32,
    error: String,
}

/// `GET /admin/jobs`
pub fn jobs_page(_permit: Permit<ManageJobs>, r: &mut Reading<'_>) -> Result<Answer, Ending> {
    let rows = jobs::list(r, MOST)?.into_iter().map(row).collect();
    Answer::page(&JobsPage {
        frame: shell::frame(r, "Background jobs"),
        rows,
        planned: jobs::planned(r)?,
    })
}

fn row(job: Job) -> Row {
    let (state, colour) = match job.state.as_str() {
        "failed" => ("Failed", "red"),
        "running" => ("Running", "blue"),
        "done" => ("Done", "green"),
        _ if job.attempts > 0 => ("Will be tried again", "yellow"),
        _ => ("Waiting", "grey"),
    };
    Row {
        public_id: job.public_id.to_string(),
        has_failed: job.state == "failed",
        kind: job.kind,
        state,
        colour,
        due: clock::moment(job.finished_at.unwrap_or(job.run_at)),
        attempts: job.attempts,
        error: job.last_error.unwrap_or_default(),
    }
}

/// `POST /admin/jobs/{job}/retry`
pub fn retry_job(
    _permit: Permit<ManageJobs>,
    w: &mut Writing<'_>,
    Ids([id]): Ids<1>,
) -> Result<Recorded<Answer>, Ending> {
    if !jobs::retry(w, &id)? {
        return Err(Ending::Missing);
    }
    let told = Flash::success(
        "The job runs again",
        "It is tried within seconds. Reload the page to see what came of it.",
    );
    Ok(w.event("job.retried")
        .with("job", id.as_str())
        .then(Answer::see_other("/admin/jobs").telling(told)))
}
