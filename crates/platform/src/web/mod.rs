//! The web: addresses, sign-in, permits, forms, answers.

mod answer;
mod handler;
mod headers;
pub mod kept;
mod request;
pub mod search;
mod serve;
mod sitemap;
mod steps;
mod stream;
mod token;
mod upload;

pub use answer::{Answer, Flash, Tone, refused, with_status};
pub(crate) use answer::{Kind, SessionChange};
pub use request::{FORM_BYTES, ForScript, Ids, Input, Origination, Query, Request, Word};
pub use sitemap::{Address, Line, Needs, Sitemap, at, needs};
pub use steps::Steps;
pub use token::{Token, TokenHash};
pub use upload::{Posted, Upload};

use crate::{
    access::{Task, Who},
    audit::{self, Recorded},
    clock::Clock,
    config::Config,
    db::{Caller, Context, Db, Migrations, Pool, Reading, Session, Target, TargetError, Writer, Writing},
    ids::{PersonKey, SessionKey},
    jobs::{self, Kind as JobKind},
    mail::Mailer,
    password::Gate,
    problem::Ending,
    settings::Settings,
    vault::{MasterKeys, Vault},
};
use diesel::QueryResult;
use std::sync::{Arc, RwLock, atomic::Ordering::Relaxed};

/// What the product tells the platform about itself.
pub trait Product: Send + Sync + 'static {
    /// Who has this token now.
    ///
    /// # Errors
    /// A database error, as a fault.
    fn identify(
        &self,
        db: &mut Db,
        token: &TokenHash,
        now: crate::Instant,
        settings: &Settings,
    ) -> Result<Caller, Ending>;

    /// Notes the session's last use.
    ///
    /// # Errors
    /// A database error.
    fn touch(&self, db: &mut Db, session: SessionKey, now: crate::Instant) -> QueryResult<()>;

    /// Whose session this token was, if it ended by itself (time-out), so that a half-done form can
    /// be kept for them.
    ///
    /// # Errors
    /// A database error.
    fn owner_of_lapsed(&self, db: &mut Db, token: &TokenHash) -> QueryResult<Option<PersonKey>>;

    /// The page of an ending.
    fn ending_page(&self, context: &Context, ending: &EndingPage) -> String;

    /// The kinds of background jobs.
    fn jobs(&self) -> Vec<JobKind>;

    /// The names of those kinds that may take minutes: they wait for each other, and hold nothing
    /// else up.
    fn slow_jobs(&self) -> &'static [&'static str] {
        &[]
    }

    /// The schema's migrations.
    fn migrations(&self) -> Migrations;
}

/// What an error page says.
#[derive(Clone, Debug)]
pub struct EndingPage {
    pub status: u16,
    pub heading: &'static str,
    pub text: String,
    /// For the person to quote, when it was our fault.
    pub reference: Option<String>,
}

/// The running program.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    product: Box<dyn Product>,
    config: Config,
    clock: Clock,
    readers: Pool,
    writer: Writer,
    settings: RwLock<Settings>,
    mailer: Mailer,
    gate: Gate,
    vault: Vault,
}

pub(crate) struct CookieNames {
    pub(crate) session: &'static str,
    pub(crate) visit: &'static str,
    pub(crate) told: &'static str,
}

/// Readers: pages wait for the processor, not for the disk, so a few are enough.
const READERS: usize = 4;

impl App {
    /// Opens the database, brings its tables up to date and starts the writer.
    ///
    /// # Errors
    /// A sentence for whoever runs the server.
    pub fn open(
        product: impl Product,
        config: Config,
        clock: Clock,
        mailer: Mailer,
        target: &Target,
    ) -> Result<App, TargetError> {
        target.check_durability()?;
        let vault = MasterKeys::load_or_make(&config.key_file)
            .and_then(|keys| Vault::open(&config.data, keys))
            .map_err(TargetError)?;
        target.migrate(product.migrations(), clock.now())?;
        let writer = Writer::start(target)?;
        let readers = Pool::of(target, READERS, Target::reader)?;
        let mut db = target.reader()?;
        let settings = Settings::load(&mut db)
            .map_err(|error| TargetError(format!("The settings can't be read: {error}.")))?;
        Ok(App(Arc::new(Inner {
            product: Box::new(product),
            config,
            clock,
            readers,
            writer,
            settings: RwLock::new(settings),
            mailer,
            gate: Gate::new(),
            vault,
        })))
    }

    /// How the server is set up.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// Where the time comes from.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Where mail goes.
    pub fn mailer(&self) -> &Mailer {
        &self.0.mailer
    }

    /// The gate before password hashing.
    pub fn gate(&self) -> &Gate {
        &self.0.gate
    }

    /// Where files are kept.
    pub fn vault(&self) -> &Vault {
        &self.0.vault
    }

    /// Hands a message in at the mail server (or the outbox), in the name of the service.
    ///
    /// # Errors
    /// Why not, without the recipient's address.
    pub async fn send(&self, message: crate::mail::Message) -> Result<(), String> {
        let app = self.clone();
        let name = self.settings().get("service_name").unwrap_or("CAP").to_owned();
        let hop = tokio::task::spawn_blocking(move || {
            let sender = crate::mail::Sender::parse(&name, &app.config().mail_from)
                .map_err(|error| error.to_string())?;
            app.0.mailer.send(&sender, &message).map_err(|error| error.to_string())
        });
        hop.await.unwrap_or_else(|_| Err("the mail thread was lost".into()))
    }

    /// Reads as a task of the machine.
    ///
    /// # Errors
    /// As the closure.
    pub async fn read<T: Send + 'static>(
        &self,
        task: Task,
        read: impl FnOnce(&mut Reading<'_>) -> Result<T, Ending> + Send + 'static,
    ) -> Result<T, Ending> {
        let context = self.task_context(task);
        self.read_in(context, "machine", read).await
    }

    /// Writes as a task of the machine.
    ///
    /// # Errors
    /// As the closure, or that the commit failed.
    pub async fn write<T: Send + 'static>(
        &self,
        task: Task,
        deed: impl FnOnce(&mut Writing<'_>) -> Result<Recorded<T>, Ending> + Send + 'static,
    ) -> Result<T, Ending> {
        let context = self.task_context(task);
        self.write_in(context, "machine", deed).await
    }

    /// Seals the audit rows that have come since; the number of rows.
    ///
    /// # Errors
    /// A database error.
    pub async fn seal(&self) -> Result<usize, Ending> {
        self.seal_after(audit::LookBack::Hour).await
    }

    pub(crate) async fn seal_after(&self, back: audit::LookBack) -> Result<usize, Ending> {
        self.write(Task::Jobs, move |w| Ok(Recorded::bookkeeping(audit::seal(w.db(), back)?)))
            .await
    }

    /// Recomputes the audit's chain.
    ///
    /// # Errors
    /// A database error.
    pub async fn verify_audit(&self) -> Result<audit::Verdict, Ending> {
        self.read(Task::Command, |r| Ok(audit::verify(r.db())?)).await
    }

    /// Runs every job that is due, and answers how many there were. The server calls it in a loop;
    /// tests call it by name.
    ///
    /// # Errors
    /// A database error; a job's own failure is kept with the job.
    pub async fn run_due_jobs(&self) -> Result<usize, Ending> {
        jobs::run_due(self).await
    }

    /// Runs jobs, seals the audit and clears what has expired, until the program ends.
    pub async fn keep_house(self) {
        jobs::keep_house(self).await;
    }

    pub(crate) fn job_kinds(&self) -> Vec<JobKind> {
        self.0.product.jobs()
    }

    pub(crate) fn slow_job_kinds(&self) -> &'static [&'static str] {
        self.0.product.slow_jobs()
    }

    pub(crate) fn product(&self) -> &dyn Product {
        &*self.0.product
    }

    pub(crate) fn settings(&self) -> Settings {
        self.0.settings.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }

    /// Reads the settings again, after somebody changed one.
    ///
    /// # Errors
    /// A database error.
    pub async fn reload_settings(&self) -> Result<(), Ending> {
        let fresh = self.read(Task::Jobs, |r| Ok(Settings::load(r.db())?)).await?;
        *self.0.settings.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = fresh;
        Ok(())
    }

    pub(crate) fn public_origin(&self) -> &str {
        &self.0.config.public_url
    }

    pub(crate) fn cookie_names(&self) -> CookieNames {
        if self.0.config.is_secure() {
            CookieNames {
                session: "__Host-cap",
                visit: "__Host-cap-visit",
                told: "__Host-cap-told",
            }
        } else {
            CookieNames {
                session: "cap",
                visit: "cap-visit",
                told: "cap-told",
            }
        }
    }

    fn task_context(&self, task: Task) -> Arc<Context> {
        Arc::new(Context::of_task(Who::Task(task), Arc::new(self.settings())))
    }

    /// One blocking hop with a reading connection, then the audit row of what it showed: a page is
    /// answered when its row is on disk.
    pub(crate) async fn read_in<T: Send + 'static>(
        &self,
        context: Arc<Context>,
        deed: &'static str,
        read: impl FnOnce(&mut Reading<'_>) -> Result<T, Ending> + Send + 'static,
    ) -> Result<T, Ending> {
        let mut db = self.0.readers.take().await;
        let now = self.0.clock.now();
        let who = context.caller.who.clone();
        let hop = tokio::task::spawn_blocking(move || {
            let mut reading = Reading::new(Session::new(&mut db, context, now));
            let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| read(&mut reading)));
            (result.unwrap_or_else(|_| Err(Ending::fault("a handler panicked"))), reading.seen(deed))
        });
        let (result, seen) = hop.await.map_err(|_| Ending::fault("a reader was lost"))?;
        self.note(&who, seen, now).await?;
        result
    }

    pub(crate) async fn write_in<T: Send + 'static>(
        &self,
        context: Arc<Context>,
        deed_name: &'static str,
        deed: impl FnOnce(&mut Writing<'_>) -> Result<Recorded<T>, Ending> + Send + 'static,
    ) -> Result<T, Ending> {
        let now = self.0.clock.now();
        let who = context.caller.who.clone();
        let asked = context.clone();
        let (result, seen) = self.0.writer.write(context, now, deed_name, deed).await;
        self.note(&who, seen, now).await?;
        if result.is_ok() && asked.settings_changed.swap(false, Relaxed) {
            self.reload_settings().await?;
        }
        result
    }

    async fn note(&self, who: &Who, seen: Option<audit::Event>, now: crate::Instant) -> Result<(), Ending> {
        let Some(event) = seen else { return Ok(()) };
        let row = audit::Row::of(who, now, &event);
        if self.0.writer.seen(vec![row]).await {
            Ok(())
        } else {
            Err(Ending::fault("the audit row of a page could not be kept"))
        }
    }
}
