//! Mails about files: that one waits, that one was held back, and nothing else of it.

use super::{FileKey, way::Recipient};
use crate::{
    accounts,
    notices::notification,
    schema::{organisation, stored_file},
};
use chrono::TimeDelta;
use diesel::prelude::*;
use platform::{
    App, Ending, Role, Writing,
    access::{Side, Task},
    ids::{OrganisationKey, PersonKey},
    jobs::{self, Running},
    mail::Message,
};
use serde::{Deserialize, Serialize};

/// Tells one person that a file waits.
pub const MAIL: jobs::Kind = jobs::Kind { name: "mail.file", run };

#[derive(Serialize, Deserialize)]
struct ToPerson {
    person: i64,
}

/// Those for whom a file waits: a role of an organisation.
#[derive(Clone, Copy, Debug)]
pub struct Waiting {
    pub organisation: OrganisationKey,
    pub side: Side,
    pub recipient: Recipient,
}

/// Queues a mail to everybody for whom a file waits, once each.
///
/// # Errors
/// A database error.
pub fn tell(w: &mut Writing<'_>, waiting: impl IntoIterator<Item = Waiting>) -> Result<(), Ending> {
    let mut told: Vec<PersonKey> = Vec::new();
    for to in waiting {
        for (who, _) in notification::people_of(w, to.organisation, to.recipient.roles(to.side))? {
            if !told.contains(&who) {
                told.push(who);
                w.later(MAIL.name, &ToPerson { person: who.0 }, TimeDelta::zero())?;
            }
        }
    }
    Ok(())
}

/// Tells one person that a file waits for somebody else.
pub const NEXT_IN_LINE: jobs::Kind = jobs::Kind { name: "mail.file-unread", run: run_next_in_line };

/// Queues a mail to those of an organisation who are next in line for a file that nobody takes.
///
/// # Errors
/// A database error.
pub fn next_in_line(
    w: &mut Writing<'_>,
    organisation: OrganisationKey,
    roles: &[Role],
) -> Result<(), Ending> {
    notification::people_of(w, organisation, roles)?
        .into_iter()
        .try_for_each(|(who, _)| w.later(NEXT_IN_LINE.name, &ToPerson { person: who.0 }, TimeDelta::zero()))
}

fn run_next_in_line(app: App, payload: String) -> Running {
    mail(app, payload, "A file has not been looked at", |_| {
        "a file was sent to colleagues of yours and nobody has downloaded it, though it should not wait. You can't see it yourself: please ask them to sign in, or tell the service who stands in for them.\n".to_owned()
    })
}

/// Tells one person that a file will be destroyed.
pub const ENDS_SOON: jobs::Kind = jobs::Kind { name: "mail.file-ends", run: run_ends_soon };

/// Queues a mail to everybody for whom a file waits, that it will be destroyed.
///
/// # Errors
/// A database error.
pub fn ends_soon(w: &mut Writing<'_>, to: Waiting) -> Result<(), Ending> {
    notification::people_of(w, to.organisation, to.recipient.roles(to.side))?
        .into_iter()
        .try_for_each(|(who, _)| w.later(ENDS_SOON.name, &ToPerson { person: who.0 }, TimeDelta::zero()))
}

fn run_ends_soon(app: App, payload: String) -> Running {
    mail(app, payload, "A file will be destroyed in a week", |app| {
        format!(
            "a file waits for you that nobody has downloaded. It will be destroyed in a week. Sign in to download it:\n\n{}/datalocker/downloads\n",
            app.config().public_url
        )
    })
}

/// Tells one person that a file was held back.
pub const HELD_BACK: jobs::Kind = jobs::Kind { name: "mail.file-held-back", run: run_held_back };

/// Queues a mail to who put a file in, and to CAP staff, that it is held back.
///
/// # Errors
/// A database error.
pub fn held_back(w: &mut Writing<'_>, file: FileKey) -> Result<(), Ending> {
    let (sender, partnership): (PersonKey, i64) = stored_file::table
        .inner_join(organisation::table)
        .filter(stored_file::id.eq(file))
        .select((stored_file::uploaded_by, organisation::partnership_id))
        .first(w.db())?;
    let services: Vec<OrganisationKey> = organisation::table
        .filter(organisation::partnership_id.eq(partnership))
        .filter(organisation::kind.eq(Side::Service.word()))
        .order(organisation::id)
        .select(organisation::id)
        .load(w.db())?;
    let mut told = vec![sender];
    for service in services {
        for (who, _) in notification::people_of(w, service, &[Role::CapStaff])? {
            if !told.contains(&who) {
                told.push(who);
            }
        }
    }
    told.into_iter()
        .try_for_each(|who| w.later(HELD_BACK.name, &ToPerson { person: who.0 }, TimeDelta::zero()))
}

fn run_held_back(app: App, payload: String) -> Running {
    mail(app, payload, "A file was held back", |app| {
        format!(
            "the virus scanner found something in a file. It was not delivered, and nobody can download it. Sign in to see which:\n\n{}/datalocker/sent\n",
            app.config().public_url
        )
    })
}

fn run(app: App, payload: String) -> Running {
    mail(app, payload, "A file waits for you", |app| {
        format!(
            "a file waits for you. Sign in to download it:\n\n{}/datalocker/downloads\n",
            app.config().public_url
        )
    })
}

/// Writes to the one person that a job names; to nobody when they have no account any more.
fn mail(app: App, payload: String, subject: &'static str, text: fn(&App) -> String) -> Running {
    Box::pin(async move {
        let ToPerson { person } = serde_json::from_str(&payload).map_err(|error| error.to_string())?;
        let found = app.read(Task::Jobs, move |r| accounts::address_of(r, PersonKey(person))).await;
        let Some((name, to)) = found.map_err(|ending| format!("{ending:?}"))? else {
            return Ok(());
        };
        let text = format!("Dear {name},\n\n{}", text(&app));
        app.send(Message { to, subject: subject.to_owned(), text }).await
    })
}
