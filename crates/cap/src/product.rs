//! What CAP tells the platform about itself.

use crate::{
    accounts,
    attendance::{announce, follow},
    reports::work,
    schema_files,
    shell::{self, Frame},
    transfers::{chasing, retention, scanning, told},
};
use askama::Template;
use diesel::QueryResult;
use platform::{
    Db, Ending, Instant,
    db::{Caller, Context, Migrations},
    ids::{PersonKey, SessionKey},
    jobs::Kind,
    settings::Settings,
    web::{EndingPage, Product, TokenHash},
};

/// CAP.
pub struct Cap;

#[derive(Template)]
#[template(path = "ending.html")]
struct Page {
    frame: Frame,
    ending: EndingPage,
}

impl Product for Cap {
    fn identify(
        &self,
        db: &mut Db,
        token: &TokenHash,
        now: Instant,
        settings: &Settings,
    ) -> Result<Caller, Ending> {
        accounts::identify(db, token, now, settings)
    }

    fn touch(&self, db: &mut Db, session: SessionKey, now: Instant) -> QueryResult<()> {
        accounts::touch(db, session, now)
    }

    fn owner_of_lapsed(&self, db: &mut Db, token: &TokenHash) -> QueryResult<Option<PersonKey>> {
        accounts::owner_of_lapsed(db, token)
    }

    fn ending_page(&self, context: &Context, ending: &EndingPage) -> String {
        let page = Page {
            frame: shell::public(context, ending.heading),
            ending: ending.clone(),
        };
        page.render().unwrap_or_else(|_| ending.heading.to_owned())
    }

    fn jobs(&self) -> Vec<Kind> {
        vec![
            accounts::INVITATION,
            accounts::RESET,
            announce::ANNOUNCE,
            announce::MAIL,
            follow::FOLLOW,
            told::MAIL,
            work::MAKE,
            work::REMOVE,
            told::HELD_BACK,
            told::NEXT_IN_LINE,
            chasing::CHASE,
            told::ENDS_SOON,
            retention::WARN,
            retention::EXPIRE,
            retention::FORGET,
            scanning::SCAN,
        ]
    }

    fn slow_jobs(&self) -> &'static [&'static str] {
        &[scanning::SCAN.name, work::MAKE.name]
    }

    fn migrations(&self) -> Migrations {
        schema_files::MIGRATIONS
    }
}
