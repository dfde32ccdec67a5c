//! Background jobs: queued in the transaction that wants them, retried with growing pauses, and
//! visible to the administrator.

use crate::{
    access::Task,
    audit::{LookBack, Recorded, SEAL_BATCH},
    clock::Instant,
    db::{Db, Session},
    ids::{JobKey, PublicId},
    problem::Ending,
    schema::{form_receipt, job, kept_form, stored_search},
    web::App,
};
use chrono::TimeDelta;
use diesel::prelude::*;
use std::{future::Future, pin::Pin, time::Duration};

/// A kind of job: its name, and what runs it. A job may run twice (a server can stop between the
/// work and its note), so it must not mind.
#[derive(Clone, Copy)]
pub struct Kind {
    pub name: &'static str,
    pub run: fn(App, String) -> Running,
}

/// A job at work. An error is kept with the job, so it must hold no personal data.
pub type Running = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// After this many failures a job waits for a person.
const MOST_ATTEMPTS: i32 = 8;
/// A job that was claimed and never finished is free again after this long.
const CLAIM: TimeDelta = TimeDelta::minutes(10);
/// The first pause after a failure; each further one is four times as long.
const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(15);
/// Finished jobs, receipts and searches are cleared after this long.
const KEEP_FINISHED: TimeDelta = TimeDelta::days(14);

/// A job as the administrator sees it.
#[derive(Queryable, Selectable, Debug)]
#[diesel(table_name = job)]
pub struct Job {
    pub id: JobKey,
    pub public_id: PublicId,
    pub kind: String,
    pub state: String,
    pub run_at: Instant,
    pub attempts: i32,
    pub last_error: Option<String>,
    pub created_at: Instant,
    pub finished_at: Option<Instant>,
}

pub(crate) fn enqueue(
    db: &mut Db,
    kind: &str,
    payload: &str,
    run_at: Instant,
    now: Instant,
) -> QueryResult<()> {
    diesel::insert_into(job::table)
        .values((
            job::id.eq(JobKey::next()),
            job::public_id.eq(PublicId::random()),
            job::kind.eq(kind),
            job::payload.eq(payload),
            job::state.eq("queued"),
            job::run_at.eq(run_at),
            job::attempts.eq(0),
            job::created_at.eq(now),
        ))
        .execute(db)
        .map(drop)
}

/// Jobs that are due later than this from now are planned, and not waiting.
const PLANNED: TimeDelta = TimeDelta::hours(1);

/// The latest jobs: those that failed first, then those that wait, then those that are done. What is
/// planned for later (the end of a file, months ahead) is left out.
///
/// # Errors
/// A database error.
pub fn list(session: &mut Session<'_>, most: i64) -> Result<Vec<Job>, Ending> {
    let soon = session.now() + PLANNED;
    Ok(job::table
        .filter(job::run_at.le(soon).or(job::attempts.gt(0)))
        .order((job::state.ne("failed"), job::finished_at.is_not_null(), job::run_at.desc()))
        .limit(most)
        .select(Job::as_select())
        .load(session.db())?)
}

/// How many jobs are planned for later.
///
/// # Errors
/// A database error.
pub fn planned(session: &mut Session<'_>) -> Result<u64, Ending> {
    let soon = session.now() + PLANNED;
    let planned = job::table
        .filter(job::finished_at.is_null())
        .filter(job::run_at.gt(soon))
        .filter(job::attempts.eq(0));
    let number: i64 = planned.count().get_result(session.db())?;
    Ok(number.unsigned_abs())
}

/// Lets a failed job run again now; `false` when there is none of this id that failed.
///
/// # Errors
/// A database error.
pub fn retry(session: &mut crate::db::Writing<'_>, id: &PublicId) -> Result<bool, Ending> {
    let now = session.now();
    let changed = diesel::update(job::table.filter(job::public_id.eq(id)).filter(job::state.eq("failed")))
        .set((job::state.eq("queued"), job::attempts.eq(0), job::run_at.eq(now)))
        .execute(session.db())?;
    Ok(changed == 1)
}

/// Notes how far a long job is: no deed of anybody's, so it leaves no audit row.
///
/// # Errors
/// As the closure, or that the commit failed.
pub async fn note_progress<T: Send + 'static>(
    app: &App,
    note: impl FnOnce(&mut crate::db::Writing<'_>) -> Result<T, Ending> + Send + 'static,
) -> Result<T, Ending> {
    app.write(Task::Jobs, |w| Ok(Recorded::bookkeeping(note(w)?))).await
}

/// Jobs wait for those of their own lane only: a report of a thousand records, or a scanner that
/// takes its time, must not hold up the news of an absence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Lane {
    Quick,
    Slow,
}

/// Takes the next due job of a lane, if there is one that nobody else has taken. `slow` are the kinds
/// of the slow lane.
fn claim(
    db: &mut Db,
    now: Instant,
    lane: Lane,
    slow: &'static [&'static str],
) -> QueryResult<Option<(JobKey, String, String, i32)>> {
    let free = job::state.eq("queued").or(job::state.eq("running").and(job::claimed_until.lt(now)));
    let next: Option<(JobKey, String, String, i32)> = job::table
        .filter(job::finished_at.is_null())
        .filter(job::run_at.le(now))
        .filter(free)
        .filter(job::kind.eq_any(slow).eq(lane == Lane::Slow))
        .order((job::run_at, job::id))
        .select((job::id, job::kind, job::payload, job::attempts))
        .first(db)
        .optional()?;
    let Some(next) = next else { return Ok(None) };
    let taken = diesel::update(job::table.filter(job::id.eq(next.0)).filter(free))
        .set((
            job::state.eq("running"),
            job::claimed_until.eq(now + CLAIM),
            job::attempts.eq(job::attempts + 1),
        ))
        .execute(db)?;
    Ok((taken == 1).then_some(next))
}

/// Runs every job that is due, the quick ones first.
pub(crate) async fn run_due(app: &App) -> Result<usize, Ending> {
    Ok(run_lane(app, Lane::Quick).await? + run_lane(app, Lane::Slow).await?)
}

async fn run_lane(app: &App, lane: Lane) -> Result<usize, Ending> {
    let (kinds, slow) = (app.job_kinds(), app.slow_job_kinds());
    let mut done = 0;
    loop {
        let claimed = app
            .write(Task::Jobs, move |w| {
                let now = w.now();
                Ok(Recorded::bookkeeping(claim(w.db(), now, lane, slow)?))
            })
            .await?;
        let Some((key, kind, payload, attempts)) = claimed else {
            return Ok(done);
        };
        let outcome = match kinds.iter().find(|k| k.name == kind) {
            Some(kind) => (kind.run)(app.clone(), payload).await,
            None => Err("this program has no such kind of job".to_owned()),
        };
        done += 1;
        app.write(Task::Jobs, move |w| {
            let now = w.now();
            note(w.db(), key, attempts + 1, &outcome, now)?;
            Ok(Recorded::bookkeeping(()))
        })
        .await?;
    }
}

fn note(
    db: &mut Db,
    key: JobKey,
    attempts: i32,
    outcome: &Result<(), String>,
    now: Instant,
) -> QueryResult<()> {
    let row = job::table.filter(job::id.eq(key));
    match outcome {
        Ok(()) => diesel::update(row)
            .set((job::state.eq("done"), job::finished_at.eq(now), job::last_error.eq(None::<String>)))
            .execute(db)?,
        Err(error) if attempts >= MOST_ATTEMPTS => {
            tracing::error!(
                job.key = key.0,
                job.attempts = attempts,
                job.error = error,
                "a job has failed for good"
            );
            diesel::update(row)
                .set((job::state.eq("failed"), job::last_error.eq(error)))
                .execute(db)?
        }
        Err(error) => {
            let pause = FIRST_PAUSE * 4_i32.pow(attempts.clamp(1, 6) as u32 - 1);
            diesel::update(row)
                .set((job::state.eq("queued"), job::run_at.eq(now + pause), job::last_error.eq(error)))
                .execute(db)?
        }
    };
    Ok(())
}

/// Clears what nobody will ask for again.
fn clear(db: &mut Db, now: Instant) -> QueryResult<()> {
    let old = now - KEEP_FINISHED;
    diesel::delete(job::table.filter(job::state.eq("done")).filter(job::finished_at.lt(old))).execute(db)?;
    diesel::delete(form_receipt::table.filter(form_receipt::made_at.lt(old))).execute(db)?;
    diesel::delete(stored_search::table.filter(stored_search::ends_at.lt(now))).execute(db)?;
    diesel::delete(kept_form::table.filter(kept_form::ends_at.lt(now))).execute(db)?;
    Ok(())
}

/// How long nothing is done when nothing is due.
const PAUSE: Duration = Duration::from_secs(1);

pub(crate) async fn keep_house(app: App) {
    tokio::join!(keep_up(app.clone()), work_slowly(app));
}

/// Runs the slow jobs.
async fn work_slowly(app: App) {
    loop {
        if let Err(ending) = run_lane(&app, Lane::Slow).await {
            tracing::error!(fault.cause = ?ending, "the runner of slow jobs could not work");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Runs the quick jobs, seals the audit and clears away.
async fn keep_up(app: App) {
    const CLEAR_EVERY: u32 = 3_600;
    // Another process (a command, a second server) may have changed a setting.
    const RELOAD_EVERY: u32 = 60;
    const LOOK_BACK_EVERY: u32 = 600;
    let mut round: u32 = 0;
    loop {
        if let Err(ending) = run_lane(&app, Lane::Quick).await {
            tracing::error!(fault.cause = ?ending, "the job runner could not work");
        }
        let back = if round.is_multiple_of(LOOK_BACK_EVERY) {
            LookBack::Hour
        } else {
            LookBack::Moment
        };
        // Fewer than a batch means that all is sealed; what comes meanwhile waits for the next round.
        while matches!(app.seal_after(back).await, Ok(sealed) if sealed >= SEAL_BATCH) {}
        if round.is_multiple_of(RELOAD_EVERY)
            && let Err(ending) = app.reload_settings().await
        {
            tracing::error!(fault.cause = ?ending, "the settings could not be read again");
        }
        if round.is_multiple_of(CLEAR_EVERY) {
            let _ = app
                .write(Task::Jobs, |w| {
                    let now = w.now();
                    clear(w.db(), now)?;
                    Ok(Recorded::bookkeeping(()))
                })
                .await;
        }
        round = round.wrapping_add(1);
        tokio::time::sleep(PAUSE).await;
    }
}
