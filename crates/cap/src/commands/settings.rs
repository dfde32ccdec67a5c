//! `cap settings`: what visitors see, before there is an administrator to set it by the pages.

use super::start::Setup;
use crate::accounts::settings::{self, INSTALLATION};
use clap::Subcommand;
use platform::{App, Ending, Task, audit::hex};
use std::path::{Path, PathBuf};

/// Show and set what is said of the service to visitors, and to every partnership that has not set
/// it itself.
#[derive(Subcommand, Debug)]
pub enum Settings {
    /// Every setting with the value in force and what it means.
    List,
    /// Set one. A running server follows within a minute.
    Set {
        /// As `cap settings list` writes it.
        name: String,
        /// The new value.
        value: String,
    },
    /// Show this picture beside the service's name.
    Logo {
        /// A PNG of at most 64 KiB.
        file: PathBuf,
    },
}

/// Largest logo, in bytes: it stands on every page.
const LARGEST_LOGO: usize = 64 * 1024;
/// How every PNG begins.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

impl Settings {
    pub(super) async fn run(self, setup: &Setup) -> Result<(), String> {
        let app = setup.open()?;
        match self {
            Settings::List => println!("{}", list(&app).await?),
            Settings::Set { name, value } => {
                set(&app, &name, &value).await?;
                println!("{name} is set. A running server follows within a minute.");
            }
            Settings::Logo { file } => {
                logo(&app, &read(&file)?).await?;
                println!("The logo is set. A running server follows within a minute.");
            }
        }
        Ok(())
    }
}

/// The settings as lines of "name = value", each under what it means.
///
/// # Errors
/// A sentence: the database does not answer.
pub async fn list(app: &App) -> Result<String, String> {
    let lines = app.read(Task::Command, |r| {
        let line = |one: &settings::Setting| {
            format!("# {}\n{} = {}\n", one.label, one.name, settings::text(r.settings(), one.name))
        };
        Ok(settings::ALL.iter().map(line).collect::<Vec<_>>().join("\n"))
    });
    lines.await.map_err(sentence)
}

/// Sets a value for the installation.
///
/// # Errors
/// A sentence: there is no such setting, or the value is not one of its kind.
pub async fn set(app: &App, name: &str, value: &str) -> Result<(), String> {
    let setting = settings::find(name)
        .ok_or_else(|| format!("There is no setting {name}; `cap settings list` names them all."))?;
    let value = settings::parse(setting, value).map_err(|why| format!("{why}."))?;
    put(app, setting.name, value).await
}

/// Sets the logo.
///
/// # Errors
/// A sentence: it is no PNG, or too large.
pub async fn logo(app: &App, bytes: &[u8]) -> Result<(), String> {
    if !bytes.starts_with(PNG) {
        return Err("The logo must be a PNG.".to_owned());
    }
    if bytes.len() > LARGEST_LOGO {
        return Err(format!("The logo has {} bytes; it may have {LARGEST_LOGO}.", bytes.len()));
    }
    put(app, "logo", format!("image/png,{}", hex(bytes))).await
}

async fn put(app: &App, name: &'static str, value: String) -> Result<(), String> {
    let done = app.write(Task::Command, move |w| {
        settings::set(w, &[INSTALLATION], &[(name, value)])?;
        Ok(w.event("settings.changed").with("names", name).then(()))
    });
    done.await.map_err(sentence)
}

fn read(file: &Path) -> Result<Vec<u8>, String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "a file that was named on the command line"
    )]
    std::fs::read(file).map_err(|error| format!("{} can't be read: {error}.", file.display()))
}

fn sentence(ending: Ending) -> String {
    format!("That did not work, and nothing was changed: {ending:?}.")
}
