//! A session with the database: one person's request, or one piece of the machine's work.

use super::Db;
use crate::web::Token;
use crate::{
    access::{Actor, Who},
    audit::{Event, Recorded},
    clock::{self, Instant},
    ids::{MembershipKey, PublicId},
    jobs,
    problem::Ending,
    settings::Settings,
};
use chrono::{NaiveDate, TimeDelta};
use std::{
    collections::HashSet,
    ops::{Deref, DerefMut},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

/// What is known of the caller once they are identified.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who they are and in which part.
    pub who: Who,
    /// For the top of the page; present when somebody is signed in.
    pub standing: Option<Standing>,
    /// The session's last use is old enough to be noted again.
    pub touch: bool,
}

impl Caller {
    /// Nobody known.
    pub fn visitor() -> Self {
        Caller { who: Who::Visitor, standing: None, touch: false }
    }
}

/// A signed-in person's own names and choices, for the page's frame.
#[derive(Clone, Debug)]
pub struct Standing {
    pub person_name: String,
    pub organisation_name: String,
    /// All the person's memberships, for Active School.
    pub choices: Vec<Choice>,
}

/// A membership that the person can switch to.
#[derive(Clone, Debug)]
pub struct Choice {
    pub key: MembershipKey,
    pub public_id: PublicId,
    pub label: String,
    pub current: bool,
}

/// What a page needs to know of the request it answers.
#[derive(Debug)]
pub struct Context {
    pub caller: Caller,
    /// The path, without the query.
    pub path: String,
    /// The sign of this page's forms.
    pub(crate) csrf: String,
    pub(crate) token: Token,
    /// Whether the page has a form, so that a visitor needs a cookie for it.
    pub(crate) signed: AtomicBool,
    /// The base of this page's one-time form keys.
    pub form_key: String,
    /// What the previous request told, if any.
    pub told: Option<crate::web::Flash>,
    pub settings: Arc<Settings>,
    /// A setting was written, so that the program must read them again once that is kept.
    pub(crate) settings_changed: AtomicBool,
}

impl Context {
    /// The sign that each form of this page carries. A visitor who gets one gets a cookie with it;
    /// one who only reads gets none.
    pub fn sign(&self) -> String {
        self.signed.store(true, Relaxed);
        self.csrf.clone()
    }

    pub(crate) fn signed_for_visitor(&self) -> bool {
        self.signed.load(Relaxed) && matches!(self.caller.who, Who::Visitor)
    }

    /// For the machine's own work, where there is no page.
    pub(crate) fn of_task(who: Who, settings: Arc<Settings>) -> Self {
        let caller = Caller { who, standing: None, touch: false };
        Context {
            caller,
            path: String::new(),
            csrf: String::new(),
            token: Token::random(),
            signed: AtomicBool::new(false),
            form_key: String::new(),
            told: None,
            settings,
            settings_changed: AtomicBool::new(false),
        }
    }
}

/// The common part of [`Reading`] and [`Writing`]: loaders take this.
pub struct Session<'c> {
    db: &'c mut Db,
    context: Arc<Context>,
    now: Instant,
    shown: Vec<i64>,
    /// The same, to be asked: an export shows tens of thousands.
    shown_already: HashSet<i64>,
    about: Option<(&'static str, i64)>,
    noted: bool,
}

impl<'c> Session<'c> {
    pub(crate) fn new(db: &'c mut Db, context: Arc<Context>, now: Instant) -> Self {
        Session {
            db,
            context,
            now,
            shown: Vec::new(),
            shown_already: HashSet::new(),
            about: None,
            noted: false,
        }
    }

    /// The connection, for a query that starts from the actor.
    pub fn db(&mut self) -> &mut Db {
        self.db
    }

    /// Whoever this is for.
    pub fn who(&self) -> &Who {
        &self.context.caller.who
    }

    /// The signed-in person.
    ///
    /// # Errors
    /// [`Ending::SignIn`] for a visitor or a task.
    pub fn actor(&self) -> Result<&Actor, Ending> {
        match self.who() {
            Who::Actor(actor) => Ok(actor),
            Who::Visitor | Who::Halfway(_) | Who::Task(_) => Err(Ending::SignIn),
        }
    }

    /// The request's present moment: the same all through it.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// The date in London.
    pub fn today(&self) -> NaiveDate {
        clock::today(self.now)
    }

    /// What the page's frame needs.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// The settings of the actor's partnership, or of the installation for a visitor.
    pub fn settings(&self) -> &Settings {
        &self.context.settings
    }

    /// A loader calls this for each learner that its answer shows: the page's audit row lists them.
    pub fn shows(&mut self, learner: i64) {
        if self.shown_already.insert(learner) {
            self.shown.push(learner);
        }
    }

    /// Which record the page is about, for its audit row.
    pub fn about(&mut self, kind: &'static str, key: i64) {
        self.about = Some((kind, key));
    }

    /// The page leaves an audit row even if it shows no learner: reading the audit is itself audited.
    pub fn is_noted(&mut self) {
        self.noted = true;
    }

    /// The audit event of what was shown, if anything was.
    pub(crate) fn seen(&mut self, deed: &'static str) -> Option<Event> {
        if self.shown.is_empty() && !self.noted {
            return None;
        }
        let event = Event::new(deed).learners(std::mem::take(&mut self.shown));
        Some(match self.about {
            Some((kind, key)) => event.about(kind, key),
            None => event,
        })
    }
}

/// A session that can't change anything: the engine refuses.
pub struct Reading<'c>(Session<'c>);

/// A session inside a transaction, which is kept only when the handler ends in [`Recorded`].
pub struct Writing<'c>(Session<'c>);

impl<'c> Reading<'c> {
    pub(crate) fn new(session: Session<'c>) -> Self {
        Reading(session)
    }
}

impl<'c> Writing<'c> {
    pub(crate) fn new(session: Session<'c>) -> Self {
        Writing(session)
    }

    /// Starts the audit event of what is being done. `deed` is a short constant like `register.saved`.
    pub fn event(&self, deed: &'static str) -> Event {
        Event::new(deed)
    }

    /// Once this is kept, the program reads its settings again.
    pub(crate) fn settings_changed(&self) {
        self.context.settings_changed.store(true, Relaxed);
    }

    /// Puts a job into the queue, in this transaction: it runs only if this is kept.
    ///
    /// # Errors
    /// A database error.
    pub fn later(
        &mut self,
        kind: &'static str,
        payload: &impl serde::Serialize,
        after: TimeDelta,
    ) -> Result<(), Ending> {
        let run_at = self.now + after;
        let payload = serde_json::to_string(payload).map_err(Ending::fault)?;
        jobs::enqueue(self.0.db, kind, &payload, run_at, self.0.now)?;
        Ok(())
    }
}

impl<'c> Deref for Reading<'c> {
    type Target = Session<'c>;
    fn deref(&self) -> &Session<'c> {
        &self.0
    }
}

impl DerefMut for Reading<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl<'c> Deref for Writing<'c> {
    type Target = Session<'c>;
    fn deref(&self) -> &Session<'c> {
        &self.0
    }
}

impl DerefMut for Writing<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

/// A deed inside a transaction that somebody else opened: runs it and writes its audit row.
pub(crate) fn perform<T>(
    db: &mut Db,
    context: Arc<Context>,
    now: Instant,
    deed_name: &'static str,
    deed: impl FnOnce(&mut Writing<'_>) -> Result<Recorded<T>, Ending>,
) -> (Result<T, Ending>, Option<Event>) {
    let who = context.caller.who.clone();
    let mut writing = Writing::new(Session::new(db, context, now));
    match deed(&mut writing) {
        Ok(Recorded { answer, event }) => {
            let row = event.map(|event| crate::audit::Row::of(&who, now, &event));
            let written = row.map_or(Ok(()), |row| crate::audit::write(db, &[row]));
            (written.map(|()| answer).map_err(Ending::from), None)
        }
        Err(ending) => {
            let seen = writing.seen(deed_name);
            (Err(ending), seen)
        }
    }
}
