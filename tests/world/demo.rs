//! The demo service in a database of its own, as `cap demo` makes it.

use super::{HOST, day, start};
use cap::{
    demo::{self, Made, Plan},
    product::Cap,
};
use platform::{App, clock::Clock, config::Config, db::Target, mail::Mailer};

/// A demo service on SQLite; it goes with this value.
pub struct Demo {
    pub app: App,
    pub made: Made,
    _folder: tempfile::TempDir,
}

impl Demo {
    /// On the day of the tests' world, [`start`].
    pub async fn new(scale: u32, seed: u64) -> Demo {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let config = Config {
            data: folder.path().join("data"),
            key_file: folder.path().join("keys/master.key"),
            keep_free_percent: 0,
            scanner: None,
            public_url: format!("http://{HOST}"),
            smtp_url: None,
            behind_proxy: false,
            mail_from: "cap@demo.example".into(),
        };
        let target = Target::Sqlite(folder.path().join("cap.db"));
        let app = App::open(Cap, config, Clock::fixed(start()), Mailer::memory(), &target).expect("it opens");
        let plan = Plan { scale, seed, today: day(2026, 11, 24) };
        let made = demo::fill(&app, plan).await.expect("the demo is made");
        Demo { app, made, _folder: folder }
    }
}
