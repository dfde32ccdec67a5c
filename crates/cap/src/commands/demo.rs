//! `cap demo`, and what `cap serve --demo` does first.

use super::start::Setup;
use crate::demo::{self, MOST_SCALE, Plan, SEED, cast::PASSWORD};
use chrono::NaiveDate;
use clap::Args;
use platform::{App, clock};
use std::net::SocketAddr;

/// Fill an empty database with the demo service.
#[derive(Args, Debug)]
pub struct Demo {
    /// How many times as large as the demo; 400 makes about 5 million marks.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_SCALE)))]
    scale: u32,
    /// Another seed makes another demo; the same seed makes the same.
    #[arg(long, default_value_t = SEED)]
    seed: u64,
    /// The day up to which registers are taken, like 2026-11-24; today when absent.
    #[arg(long)]
    today: Option<NaiveDate>,
}

impl Demo {
    pub(super) async fn run(self, setup: &Setup) -> Result<(), String> {
        let app = setup.open()?;
        let today = self.today.unwrap_or_else(|| clock::today(app.clock().now()));
        fill(&app, Plan { scale: self.scale, seed: self.seed, today }).await
    }
}

/// Fills the database of a demo server unless it is filled already, and refuses one that others
/// could reach: everybody knows the password.
pub(super) async fn prepare(app: &App, listen: SocketAddr) -> Result<(), String> {
    if !listen.ip().is_loopback() {
        return Err(format!(
            "The demo is served to this machine only, because everybody knows its password; {listen} can be reached from others."
        ));
    }
    if !demo::is_empty(app)
        .await
        .map_err(|ending| format!("The database can't be read: {ending:?}."))?
    {
        return Ok(());
    }
    let today = clock::today(app.clock().now());
    fill(app, Plan { scale: 1, seed: SEED, today }).await
}

async fn fill(app: &App, plan: Plan) -> Result<(), String> {
    let made = demo::fill(app, plan).await.map_err(|ending| match ending {
        platform::Ending::Conflict(sentence) => sentence.trim_end_matches('.').to_owned() + ".",
        other => format!("The demo could not be made: {other:?}."),
    })?;
    println!(
        "Made {} learners, {} lessons and {} marks. Everybody's password is {PASSWORD}.",
        made.learners, made.lessons, made.marks
    );
    Ok(())
}
