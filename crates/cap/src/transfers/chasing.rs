//! A file about safeguarding that nobody takes for too long is chased: its recipients are reminded,
//! and the next in line are told that something waits. What it is, or of whom, is said to nobody.

use super::{
    TransferKey,
    told::{self, Waiting},
    way::Recipient,
};
use crate::{accounts::settings, schema::transfer};
use chrono::TimeDelta;
use diesel::prelude::*;
use platform::{
    App, Ending, Instant, Recorded, Role, Writing,
    access::{Side, Task},
    ids::OrganisationKey,
    jobs::{self, Running},
};
use serde::{Deserialize, Serialize};

/// Looks whether a file has been taken.
pub const CHASE: jobs::Kind = jobs::Kind { name: "file.chase", run };

#[derive(Serialize, Deserialize)]
struct OfTransfer {
    transfer: i64,
}

/// Has a file that was just sent looked after when its time is over.
///
/// # Errors
/// A database error.
pub fn watch(w: &mut Writing<'_>, sent: TransferKey) -> Result<(), Ending> {
    let hours = settings::whole(w.settings(), "chase_hours");
    w.later(CHASE.name, &OfTransfer { transfer: sent.0 }, TimeDelta::hours(hours))
}

fn run(app: App, payload: String) -> Running {
    Box::pin(async move {
        let OfTransfer { transfer } = serde_json::from_str(&payload).map_err(|error| error.to_string())?;
        app.write(Task::Jobs, move |w| chase(w, TransferKey(transfer)))
            .await
            .map_err(|ending| format!("{ending:?}"))
    })
}

/// Those who are told after the recipients themselves: the organisation's CAP Coordinators after its
/// safeguarding leads, those leads after the coordinators, and the service's administrators after CAP
/// staff. None of them can see the file by this.
pub fn next_in_line(side: Side, recipient: Recipient) -> &'static [Role] {
    match (side, recipient) {
        (Side::Service, _) => &[Role::CapAdministrator],
        (Side::School, Recipient::Dsl) => &[Role::SchoolCoordinator],
        (Side::School, Recipient::Coordinator | Recipient::Cap) => &[Role::SchoolDsl],
        (Side::Provider, Recipient::Dsl) => &[Role::ProviderCoordinator],
        (Side::Provider, Recipient::Coordinator | Recipient::Cap) => &[Role::ProviderDsl],
    }
}

fn chase(w: &mut Writing<'_>, key: TransferKey) -> Result<Recorded<()>, Ending> {
    type Found = (OrganisationKey, String, String, Option<Instant>);
    let unread = transfer::table
        .filter(transfer::id.eq(key))
        .filter(transfer::taken_at.is_null())
        .filter(transfer::recalled_at.is_null())
        .filter(transfer::expired_at.is_null())
        .filter(transfer::chased_at.is_null());
    let found: Option<Found> = unread
        .select((transfer::to_id, transfer::to_kind, transfer::recipient, transfer::released_at))
        .first(w.db())
        .optional()?;
    let event = w.event("file.looked-after").about("transfer", key.0);
    let Some((organisation, kind, recipient, released_at)) = found else {
        return Ok(event.with("unread", false).then(()));
    };
    let (Some(side), Some(recipient)) = (Side::parse(&kind), Recipient::parse(&recipient)) else {
        return Err(Ending::fault("a transfer to nobody"));
    };
    if released_at.is_none() {
        // The scanner has not looked at it yet: its time has not begun.
        let hours = settings::whole(w.settings(), "chase_hours");
        w.later(CHASE.name, &OfTransfer { transfer: key.0 }, TimeDelta::hours(hours))?;
        return Ok(event.with("unread", false).then(()));
    }
    let now = w.now();
    diesel::update(transfer::table.filter(transfer::id.eq(key)))
        .set(transfer::chased_at.eq(now))
        .execute(w.db())?;
    told::tell(w, [Waiting { organisation, side, recipient }])?;
    told::next_in_line(w, organisation, next_in_line(side, recipient))?;
    Ok(event.with("unread", true).then(()))
}
