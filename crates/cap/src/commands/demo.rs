//! `cap demo`.

use super::start::Setup;
use crate::demo::{self, Plan};
use chrono::NaiveDate;
use clap::Args;
use platform::{App, clock};

/// The demo that guides and tests speak of.
const SEED: u64 = 20_260_901;

/// Fill an empty database with the demo service.
#[derive(Args, Debug)]
pub struct Demo {
    /// How many times the demo is multiplied: 400 gives about five million marks.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=2_000))]
    scale: u32,
    /// Another seed makes other people and marks.
    #[arg(long, default_value_t = SEED)]
    seed: u64,
    /// The demo's own today, such as 2026-11-24; its registers are not yet taken.
    #[arg(long)]
    today: Option<NaiveDate>,
}

impl Demo {
    /// Fills, or says that there is something already.
    pub(super) async fn run(self, setup: &Setup) -> Result<(), String> {
        let app = setup.open()?;
        if !demo::is_empty(&app).await.map_err(told)? {
            return Err("This database is not empty; give another data folder for a demo.".to_owned());
        }
        let today = self.today.unwrap_or_else(|| clock::today(app.clock().now()));
        demo::fill(&app, Plan { scale: self.scale, seed: self.seed, today }).await.map_err(told)?;
        println!("The demo service is there. Everybody's password: {}", demo::cast::PASSWORD);
        Ok(())
    }
}

/// Fills an empty database, and leaves any other alone.
pub(super) async fn fill_if_empty(app: &App) -> Result<(), String> {
    if demo::is_empty(app).await.map_err(told)? {
        tracing::info!("filling the empty database with the demo service");
        let today = clock::today(app.clock().now());
        demo::fill(app, Plan { scale: 1, seed: SEED, today }).await.map_err(told)?;
    }
    Ok(())
}

fn told(ending: platform::Ending) -> String {
    format!("The demo could not be made: {ending:?}.")
}
