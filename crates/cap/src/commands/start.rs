//! How the program is set up: flags and environment, read once.

use crate::{attendance::codes, product::Cap};
use clap::Args;
use platform::{
    App, Writing,
    access::Task,
    clock::Clock,
    config::{self, Config},
    db::Target,
    logging::{self, LogFormat},
    mail::Mailer,
    scan::Scanner,
    vault,
};
use std::path::PathBuf;

/// What every command takes.
#[derive(Args, Debug)]
pub struct Setup {
    /// Folder of the embedded database, the outbox and files; made with mode 0700 when absent.
    #[arg(long, env = "CAP_DATA", default_value = "data", global = true)]
    data: PathBuf,
    /// PostgreSQL server to use instead of the embedded database: postgres://user:password@host/name.
    #[arg(long, env = "CAP_DATABASE_URL", global = true, hide_env_values = true)]
    database_url: Option<String>,
    /// File that holds the database's URL.
    #[arg(long, env = "CAP_DATABASE_URL_FILE", global = true)]
    database_url_file: Option<PathBuf>,
    /// Mail server: smtp://user:password@host:port or smtps://…; without one, mail is kept in the data folder's outbox.
    #[arg(long, env = "CAP_SMTP_URL", global = true, hide_env_values = true)]
    smtp_url: Option<String>,
    /// File that holds the mail server's URL.
    #[arg(long, env = "CAP_SMTP_URL_FILE", global = true)]
    smtp_url_file: Option<PathBuf>,
    /// Sender's address of every mail.
    #[arg(long, env = "CAP_MAIL_FROM", default_value = "cap@localhost", global = true)]
    mail_from: String,
    /// How people reach the server; https makes the cookies secure.
    #[arg(
        long,
        env = "CAP_PUBLIC_URL",
        default_value = "http://127.0.0.1:8080",
        global = true
    )]
    public_url: String,
    /// A proxy on this machine says in X-Forwarded-For where requests come from.
    #[arg(long, env = "CAP_BEHIND_PROXY", global = true)]
    behind_proxy: bool,
    /// What is logged: error, warn, info, debug, or a filter for each module.
    #[arg(long, env = "CAP_LOG", default_value = "info", global = true)]
    log: String,
    /// File of the keys that files are encrypted by, outside the data folder; made at the first start [default: in the user's configuration folder].
    #[arg(long, env = "CAP_MASTER_KEY_FILE", global = true)]
    master_key_file: Option<PathBuf>,
    /// Uploads stop while less of the disk than this is free, in percent; registers go on.
    #[arg(long, env = "CAP_KEEP_FREE", default_value_t = 10, value_parser = clap::value_parser!(u8).range(0..=100), global = true)]
    keep_free: u8,
    /// Where ClamAV's daemon listens, to look at files before they are delivered: unix:/path/of/its/socket or tcp:host:port.
    #[arg(long, env = "CAP_CLAMD", value_parser = Scanner::parse, global = true)]
    clamd: Option<Scanner>,
    /// How it is logged: text or json.
    #[arg(long, env = "CAP_LOG_FORMAT", default_value = "text", global = true)]
    log_format: LogFormat,
}

impl Setup {
    /// Starts logging.
    pub(super) fn start_logging(&self) -> Result<(), String> {
        logging::start(self.log_format, &self.log)
            .map_err(|error| format!("Logging can't be started: {error}."))
    }

    /// Which database.
    pub(super) fn target(&self) -> Result<Target, String> {
        let url = config::from_file_or(self.database_url.clone(), self.database_url_file.as_deref())?;
        config::prepare_data_folder(&self.data)?;
        Ok(match url {
            Some(url) => Target::from_url(&url),
            None => Target::Sqlite(self.data.join("cap.db")),
        })
    }

    /// Opens the database and everything that the product needs.
    pub(super) fn open(&self) -> Result<App, String> {
        let target = self.target()?;
        let smtp_url = config::from_file_or(self.smtp_url.clone(), self.smtp_url_file.as_deref())?;
        let mailer = match &smtp_url {
            Some(url) => Mailer::smtp(url),
            None => Mailer::outbox(self.data.join("outbox")),
        };
        let mailer = mailer.map_err(|error| format!("Mail can't be set up: {error:#}."))?;
        let config = Config {
            data: self.data.clone(),
            keep_free_percent: self.keep_free,
            scanner: self.clamd.clone(),
            key_file: self.master_key_file.clone().map_or_else(vault::default_path, Ok)?,
            public_url: self.public_url.trim_end_matches('/').to_owned(),
            smtp_url,
            behind_proxy: self.behind_proxy,
            mail_from: self.mail_from.clone(),
        };
        App::open(Cap, config, clock()?, mailer, &target).map_err(|error| error.to_string())
    }

    /// As [`Setup::open`], and puts in what a new database starts with: the attendance codes.
    pub(super) async fn open_to_serve(&self) -> Result<App, String> {
        let app = self.open()?;
        let failed = |ending| format!("The attendance codes can't be put in: {ending:?}.");
        if app.read(Task::Command, |r| codes::is_empty(r)).await.map_err(failed)? {
            let seed = |w: &mut Writing<'_>| {
                let count = codes::seed(w)?;
                Ok(w.event("attendance-codes.seeded").with("count", count).then(()))
            };
            app.write(Task::Command, seed).await.map_err(failed)?;
        }
        Ok(app)
    }
}

/// The machine's clock; in test builds `CAP_NOW` (such as 2026-11-24T09:00) sets another start.
fn clock() -> Result<Clock, String> {
    #[cfg(debug_assertions)]
    {
        #[expect(clippy::disallowed_methods, reason = "only in test builds, and nowhere else")]
        if let Ok(text) = std::env::var("CAP_NOW") {
            let wall = chrono::NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M")
                .map_err(|_| "CAP_NOW is a moment like 2026-11-24T09:00.".to_owned())?;
            return Ok(Clock::starting_at(platform::clock::instant(wall.date(), wall.time())));
        }
    }
    Ok(Clock::system())
}
