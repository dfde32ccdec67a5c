//! How files that the service sent and received are delivered, by organisation: counts, no contents.

use super::way::Recipient;
use crate::schema::{organisation, transfer};
use diesel::{
    dsl::{count_star, min},
    prelude::*,
};
use platform::{Ending, Instant, Session, access::Side, ids::OrganisationKey};
use std::collections::HashMap;

/// The files of one organisation and role.
#[derive(Clone, Default, Debug)]
pub struct Delivery {
    /// Sent to them and not recalled.
    pub sent: u64,
    /// Of those, downloaded.
    pub taken: u64,
    /// Of those, not downloaded yet though they could be.
    pub waiting: u64,
    /// Since when the oldest of those waits.
    pub waits_since: Option<Instant>,
    /// Held up: the scanner has not looked at them, or has found something.
    pub held: u64,
    /// About safeguarding and not accepted by anybody.
    pub unaccepted: u64,
}

/// A line of the board: whose files.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Whose {
    /// The kind of the organisation, for the order: providers, schools, the service.
    kind: String,
    name_key: String,
    pub name: String,
    recipient: String,
}

impl Whose {
    /// The organisation's kind, as people say it.
    pub fn kind(&self) -> &'static str {
        Side::parse(&self.kind).map_or("", Side::word)
    }

    /// For whom of it.
    pub fn recipient(&self) -> &'static str {
        Recipient::parse(&self.recipient).map_or("", Recipient::label)
    }
}

/// What the reader's partnership sent to each organisation and role; the service's own inbox among them.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn board(s: &mut Session<'_>) -> Result<Vec<(Whose, Delivery)>, Ending> {
    type Group = (OrganisationKey, String, i64, Option<Instant>);
    let partnership = s.actor()?.partnership;
    let groups = || {
        transfer::table
            .inner_join(organisation::table.on(organisation::id.eq(transfer::to_id)))
            .filter(organisation::partnership_id.eq(partnership))
            .filter(transfer::recalled_at.is_null())
            .filter(transfer::expired_at.is_null())
            .group_by((transfer::to_id, transfer::recipient))
            .select((transfer::to_id, transfer::recipient, count_star(), min(transfer::released_at)))
    };
    let (taken, released) = (transfer::taken_at.is_not_null(), transfer::released_at.is_not_null());
    let new = transfer::taken_at.is_null();
    let unaccepted = transfer::accepted_at.is_null().and(transfer::answered.eq(true));
    let sent: Vec<Group> = groups().load(s.db())?;
    let downloaded: Vec<Group> = groups().filter(taken).load(s.db())?;
    let waiting: Vec<Group> = groups().filter(new).filter(released).load(s.db())?;
    let held: Vec<Group> = groups().filter(transfer::released_at.is_null()).load(s.db())?;
    let unaccepted: Vec<Group> = groups().filter(unaccepted).load(s.db())?;

    let mut lines: HashMap<(OrganisationKey, String), Delivery> = HashMap::new();
    let mut note = |groups: Vec<Group>, into: fn(&mut Delivery, u64, Option<Instant>)| {
        for (organisation, recipient, count, oldest) in groups {
            into(lines.entry((organisation, recipient)).or_default(), count.unsigned_abs(), oldest);
        }
    };
    note(sent, |line, count, _| line.sent = count);
    note(downloaded, |line, count, _| line.taken = count);
    note(waiting, |line, count, oldest| (line.waiting, line.waits_since) = (count, oldest));
    note(held, |line, count, _| line.held = count);
    note(unaccepted, |line, count, _| line.unaccepted = count);
    let names: Vec<(OrganisationKey, String, String, String)> = organisation::table
        .filter(organisation::partnership_id.eq(partnership))
        .select((organisation::id, organisation::kind, organisation::name_key, organisation::name))
        .load(s.db())?;
    let mut board: Vec<(Whose, Delivery)> = Vec::with_capacity(lines.len());
    for ((key, recipient), line) in lines {
        if let Some((_, kind, name_key, name)) = names.iter().find(|(id, ..)| *id == key).cloned() {
            board.push((Whose { kind, name_key, name, recipient }, line));
        }
    }
    board.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(board)
}
