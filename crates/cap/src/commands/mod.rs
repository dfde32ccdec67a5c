//! The commands of `cap`.

pub mod check;
mod demo;
pub mod export;
pub mod import;
pub mod import_marks;
pub mod import_ofqual;
mod serve;
pub mod settings;
mod start;
pub mod user;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// CAP: one web platform for a local authority's alternative provision service.
///
/// Every flag can also be given in the environment under the name that stands beside it; what holds
/// a secret can be given as a file (…_FILE).
#[derive(Parser, Debug)]
#[command(name = "cap", version, max_term_width = 110)]
pub struct Line {
    #[command(flatten)]
    setup: start::Setup,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Serve the product.
    Serve(serve::Serve),
    /// Fill an empty database with the demo service.
    Demo(demo::Demo),
    /// Bring in what was kept elsewhere, from CSV.
    #[command(subcommand)]
    Import(import::Subject),
    /// Write out what the product knows, as CSV to standard output.
    #[command(subcommand)]
    Export(export::Subject),
    /// Bring the database's tables up to date, and say how far they are.
    Migrate,
    /// Verify the installation: tables, durability, the audit's chain, counts against marks. Each
    /// finding is a sentence; the command fails if there is any.
    Check,
    /// Make a partnership with its service: the first step of an installation without the demo.
    #[command(subcommand)]
    Service(user::Service),
    /// Give accounts, help their owners in again, and end them.
    #[command(subcommand)]
    User(user::User),
    /// Show and set what visitors see.
    #[command(subcommand)]
    Settings(settings::Settings),
    /// Verify that the audit is whole.
    #[command(subcommand)]
    Audit(Audit),
}

#[derive(Subcommand, Debug)]
enum Audit {
    /// Recompute the chain of hashes and name the first row that does not fit.
    Verify,
}

impl Line {
    /// Does it. Problems go to standard error as one sentence.
    pub fn run(self) -> ExitCode {
        let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return told(&format!("The program can't start: {error}.")),
        };
        match runtime.block_on(self.act()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(sentence) => told(&sentence),
        }
    }

    async fn act(self) -> Result<(), String> {
        self.setup.start_logging()?;
        match self.command {
            Command::Serve(serve) => serve.run(&self.setup).await,
            Command::Demo(demo) => demo.run(&self.setup).await,
            Command::Import(subject) => subject.run(&self.setup).await,
            Command::Export(subject) => subject.run(&self.setup).await,
            Command::Migrate => migrate(&self.setup),
            Command::Check => check::run(&self.setup).await,
            Command::Service(service) => service.run(&self.setup).await,
            Command::User(user) => user.run(&self.setup).await,
            Command::Settings(settings) => settings.run(&self.setup).await,
            Command::Audit(Audit::Verify) => verify_audit(&self.setup).await,
        }
    }
}

fn told(sentence: &str) -> ExitCode {
    eprintln!("cap: {sentence}");
    ExitCode::FAILURE
}

fn migrate(setup: &start::Setup) -> Result<(), String> {
    use platform::{clock::Clock, web::Product};
    let schema = setup
        .target()?
        .migrate(crate::product::Cap.migrations(), Clock::system().now())
        .map_err(|error| error.to_string())?;
    match schema.run.as_slice() {
        [] => println!("The tables are up to date, at step {}.", schema.version),
        run => println!("Ran {}; the tables are at step {}.", run.join(", "), schema.version),
    }
    Ok(())
}

async fn verify_audit(setup: &start::Setup) -> Result<(), String> {
    use platform::audit::Verdict;
    let app = setup.open()?;
    match app
        .verify_audit()
        .await
        .map_err(|ending| format!("The audit can't be read: {ending:?}."))?
    {
        Verdict::Whole { sealed, unsealed, head } => {
            println!(
                "The audit is whole: {sealed} rows sealed, {unsealed} waiting for their seal. Head: {head}"
            );
            Ok(())
        }
        Verdict::Broken { seq, why } => Err(format!("The audit is broken at row {seq}: {why}.")),
    }
}
