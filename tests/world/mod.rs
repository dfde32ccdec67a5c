//! The tests' world: a fresh database with the named cast in it, a clock that stands still, mail
//! that can be looked at, and people who speak through the real router.
//!
//! `TEST_DB` chooses the engine: absent for SQLite, else the URL of a PostgreSQL cluster in which
//! each world makes a database of its own.
#![allow(
    clippy::disallowed_methods,
    reason = "tests set up what the program is handed"
)]
#![allow(
    dead_code,
    unused_imports,
    reason = "each test binary uses its own part of the world"
)]

mod client;
mod demo;
pub mod files;
mod page;
pub mod scanner;

pub use client::Client;
pub use demo::Demo;
pub use page::{Fields, Page};

use cap::{
    accounts::person,
    attendance::{
        LessonKey, expected,
        lesson::{self, NewLesson},
    },
    demo::cast::{self, Cast, PASSWORD, Running},
    product::Cap,
    sitemap::sitemap,
};
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use platform::{
    App, Ending, Reading, Recorded, Writing,
    access::Task,
    clock::Clock,
    config::Config,
    db::Target,
    mail::{Mailer, Message},
    password::{Gate, Password},
    scan::Scanner,
};
use std::sync::OnceLock;

/// Where the world's requests are sent.
pub const HOST: &str = "cap.test";

/// The world's first moment: Tuesday 24 November 2026, 09:30 in London.
pub fn start() -> platform::Instant {
    day(2026, 11, 24).and_time(time(9, 30))
}

/// A date.
pub fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a real date")
}

/// A time of day.
pub fn time(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).expect("a real time")
}

/// Everything.
pub struct World {
    pub app: App,
    pub cast: Cast,
    pub router: axum::Router,
    /// Today's lessons, 09:15 to 12:00: at Riverside (Ana, Cara), at Harbour (Ben, Cara), and in the
    /// other partnership (Dana).
    pub at_riverside: LessonKey,
    pub at_harbour: LessonKey,
    pub at_summit: LessonKey,
    _database: Database,
}

enum Database {
    Folder(tempfile::TempDir),
    Pg {
        cluster: String,
        name: String,
        folder: tempfile::TempDir,
    },
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Database::Pg { cluster, name, .. } = self {
            let _ =
                platform::db::testing::run(cluster, &format!("drop database if exists {name} with (force)"));
        }
    }
}

/// One hash for everybody: hashing is slow on purpose.
async fn demo_hash() -> String {
    static HASH: OnceLock<String> = OnceLock::new();
    if let Some(hash) = HASH.get() {
        return hash.clone();
    }
    let made = Gate::new().hash(&Password::typed(PASSWORD)).await.expect("nobody else hashes");
    HASH.get_or_init(|| made).clone()
}

impl World {
    /// A new one.
    pub async fn new() -> World {
        World::with(None).await
    }

    /// A new one, whose files are looked at by this scanner.
    pub async fn scanned_by(scanner: Scanner) -> World {
        World::with(Some(scanner)).await
    }

    async fn with(scanner: Option<Scanner>) -> World {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let kept_in = folder.path().to_owned();
        let (target, database) = match std::env::var("TEST_DB").ok().filter(|url| url.starts_with("postgres"))
        {
            None => (Target::Sqlite(folder.path().join("cap.db")), Database::Folder(folder)),
            Some(cluster) => {
                let name = format!("cap_{}", &platform::ids::PublicId::random().as_str()[..16]);
                platform::db::testing::run(&cluster, &format!("create database {name}"))
                    .expect("a database of one's own");
                let at = cluster.rfind('/').expect("a URL that ends in a database");
                (Target::Pg(format!("{}/{name}", &cluster[..at])), Database::Pg { cluster, name, folder })
            }
        };
        let config = Config {
            data: kept_in.join("data"),
            key_file: kept_in.join("keys/master.key"),
            keep_free_percent: 0,
            scanner,
            public_url: format!("http://{HOST}"),
            smtp_url: None,
            behind_proxy: false,
            mail_from: "cap@demo.example".into(),
        };
        let app = App::open(Cap, config, Clock::fixed(start()), Mailer::memory(), &target)
            .expect("the database opens");
        let hash = demo_hash().await;
        let (cast, lessons) = app
            .write(Task::Demo, move |w| {
                let today = w.today();
                let cast = cast::make(w, today, &hash)?;
                let lessons = [cast.riverside, cast.harbour, cast.summit]
                    .map(|at| lesson_at(w, at, today, time(9, 15), time(12, 0)));
                let [riverside, harbour, summit] = lessons;
                Ok(w.event("world.made").then((cast, [riverside?, harbour?, summit?])))
            })
            .await
            .expect("the cast is made");
        let router = sitemap().router(app.clone());
        let [at_riverside, at_harbour, at_summit] = lessons;
        World {
            app,
            cast,
            router,
            at_riverside,
            at_harbour,
            at_summit,
            _database: database,
        }
    }

    /// Somebody who has not signed in.
    pub fn visitor(&self) -> Client {
        Client::new(self.router.clone())
    }

    /// Somebody of the cast, signed in by the real page.
    pub async fn sign_in(&self, username: &str) -> Client {
        let mut client = self.visitor();
        let page = client.get("/sign-in").await;
        let fields = page
            .form("/sign-in")
            .with("username", username)
            .with("password", PASSWORD)
            .with("terms", "yes");
        let answer = client.submit(fields).await;
        assert_eq!(answer.status, 303, "{username} signs in: {}", answer.text());
        client
    }

    /// Time goes on.
    pub fn wait(&self, by: TimeDelta) {
        self.app.clock().advance(by);
    }

    /// Runs the background jobs that are due.
    pub async fn run_jobs(&self) -> usize {
        self.app.run_due_jobs().await.expect("the job runner works")
    }

    /// The mail sent so far.
    pub fn mail(&self) -> Vec<Message> {
        self.app.mailer().sent()
    }

    /// Looks into the database.
    pub async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&mut Reading<'_>) -> Result<T, Ending> + Send + 'static,
    ) -> T {
        self.app.read(Task::Command, look).await.expect("the database answers")
    }

    /// Changes something behind the product's back.
    pub async fn arrange<T: Send + 'static>(
        &self,
        deed: impl FnOnce(&mut Writing<'_>) -> Result<T, Ending> + Send + 'static,
    ) -> T {
        self.app
            .write(Task::Demo, move |w| {
                let done = deed(w)?;
                Ok(w.event("test.arranged").then(done))
            })
            .await
            .expect("it is arranged")
    }

    /// A lesson of a group of the cast, with its entries.
    pub async fn lesson(
        &self,
        at: Running,
        held_on: NaiveDate,
        starts: NaiveTime,
        ends: NaiveTime,
    ) -> LessonKey {
        self.arrange(move |w| lesson_at(w, at, held_on, starts, ends)).await
    }

    /// How many audit rows there are of a deed.
    pub async fn audited(&self, deed: &'static str) -> i64 {
        use diesel::prelude::*;
        use platform::schema::audit;
        self.look(move |r| Ok(audit::table.filter(audit::deed.eq(deed)).count().get_result(r.db())?))
            .await
    }

    /// The learners in the latest audit row of a deed.
    pub async fn shown_last(&self, deed: &'static str) -> Vec<i64> {
        use diesel::prelude::*;
        use platform::schema::audit;
        let learners: String = self
            .look(move |r| {
                Ok(audit::table
                    .filter(audit::deed.eq(deed))
                    .order(audit::id.desc())
                    .select(audit::learners)
                    .first(r.db())?)
            })
            .await;
        learners.split_whitespace().filter_map(|key| key.parse().ok()).collect()
    }

    /// The organisation's id in addresses and forms.
    pub async fn organisation_id(&self, key: platform::ids::OrganisationKey) -> String {
        use cap::schema::organisation;
        use diesel::prelude::*;
        self.look(move |r| {
            let one = organisation::table.filter(organisation::id.eq(key));
            Ok(one.select(organisation::public_id).first(r.db())?)
        })
        .await
    }

    /// A learner's CLM ID.
    pub async fn learner_number(&self, key: cap::learners::LearnerKey) -> i64 {
        use cap::schema::learner;
        use diesel::prelude::*;
        self.look(move |r| {
            let one = learner::table.filter(learner::id.eq(key));
            Ok(one.select(learner::number).first(r.db())?)
        })
        .await
    }

    /// A person's id in addresses.
    pub async fn person_id(&self, username: &'static str) -> String {
        use cap::schema::person;
        use diesel::prelude::*;
        let one = person::table.filter(person::username.eq(username)).select(person::public_id);
        self.look(move |r| Ok(one.first(r.db())?)).await
    }

    /// The id of the course cohort with this title in addresses.
    pub async fn cohort_id(&self, title: &'static str) -> String {
        use cap::schema::cohort;
        use diesel::prelude::*;
        let one = cohort::table.filter(cohort::title.eq(title)).select(cohort::public_id);
        self.look(move |r| Ok(one.first(r.db())?)).await
    }

    /// The lesson's id in addresses.
    pub async fn lesson_id(&self, key: LessonKey) -> String {
        use cap::schema::lesson;
        use diesel::prelude::*;
        self.look(move |r| {
            Ok(lesson::table.filter(lesson::id.eq(key)).select(lesson::public_id).first(r.db())?)
        })
        .await
    }
}

fn lesson_at(
    w: &mut Writing<'_>,
    at: Running,
    held_on: NaiveDate,
    starts: NaiveTime,
    ends: NaiveTime,
) -> Result<LessonKey, Ending> {
    let new = NewLesson {
        group: at.group,
        slot: None,
        held_on,
        starts,
        ends,
        location: "Main site".to_owned(),
        tutor: Some(at.tutor),
    };
    let key = lesson::make(w, &new)?;
    expected::at_lesson(w, key)?;
    Ok(key)
}

/// Another person with an account, for tests that need one more.
pub fn make_person(
    w: &mut Writing<'_>,
    username: &str,
    at: platform::ids::OrganisationKey,
    role: platform::Role,
) -> Result<platform::ids::PersonKey, Ending> {
    let new = person::NewPerson {
        username: username.into(),
        email: format!("{username}@demo.example"),
        name: username.into(),
    };
    let who = person::make(w, &new)?;
    person::join(w, who, at, role)?;
    Ok(who)
}

/// What the machine does as a task needs its event too.
pub fn recorded<T>(w: &Writing<'_>, answer: T) -> Recorded<T> {
    w.event("test.arranged").then(answer)
}
