//! The mail that says that a file waits, and nothing else.

use super::way::{Addressed, Recipient};
use crate::{accounts, notices::notification};
use chrono::TimeDelta;
use platform::{
    App, Ending, Writing,
    access::Task,
    ids::PersonKey,
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

/// Queues a mail to everybody who receives what is addressed so, once each.
///
/// # Errors
/// A database error.
pub fn tell(w: &mut Writing<'_>, sent: &[Addressed]) -> Result<(), Ending> {
    let mut told: Vec<PersonKey> = Vec::new();
    for to in sent {
        for (who, _) in notification::people_of(w, to.to, Recipient::roles(to.recipient, to.side))? {
            if !told.contains(&who) {
                told.push(who);
                w.later(MAIL.name, &ToPerson { person: who.0 }, TimeDelta::zero())?;
            }
        }
    }
    Ok(())
}

fn run(app: App, payload: String) -> Running {
    Box::pin(async move {
        let ToPerson { person } = serde_json::from_str(&payload).map_err(|error| error.to_string())?;
        let found = app.read(Task::Jobs, move |r| accounts::address_of(r, PersonKey(person))).await;
        let Some((name, to)) = found.map_err(|ending| format!("{ending:?}"))? else {
            return Ok(());
        };
        let text = format!(
            "Dear {name},\n\na file waits for you. Sign in to download it:\n\n{}/datalocker/downloads\n",
            app.config().public_url
        );
        app.send(Message {
            to,
            subject: "A file waits for you".to_owned(),
            text,
        })
        .await
    })
}
