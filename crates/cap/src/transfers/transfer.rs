//! Files sent: who may know of which, sending, recalling, taking.

use super::{
    FileKey, TransferKey,
    stored::{kind_of, size_said},
    way::{Addressed, Recipient},
};
use crate::schema::{organisation, person, stored_file, transfer, transfer_taking};
use diesel::prelude::*;
use platform::{Ending, Instant, Multi, Session, Writing, ids, ids::PublicId};
use std::collections::HashMap;

/// A file that was sent to the reader.
#[derive(Queryable, Clone, Debug)]
pub struct Received {
    key: TransferKey,
    pub public_id: PublicId,
    pub name: String,
    /// In bytes.
    pub length: i64,
    pub category: String,
    pub description: String,
    /// The organisation that sent it.
    pub from: String,
    pub sent_at: Instant,
    pub taken_at: Option<Instant>,
    blob: PublicId,
    wrapped_key: Vec<u8>,
    sha256: Vec<u8>,
}

impl Received {
    /// The file's kind in a word.
    pub fn kind(&self) -> String {
        kind_of(&self.name)
    }

    /// The file's length as people read it.
    pub fn size(&self) -> String {
        size_said(self.length)
    }

    /// How the vault finds it: its name there, its wrapped key, its digest.
    pub fn sealed(&self) -> (&PublicId, &[u8], &[u8]) {
        (&self.blob, &self.wrapped_key, &self.sha256)
    }
}

type Inbox = transfer::BoxedQuery<'static, Multi>;

/// What was sent to the reader's organisation and role, and not recalled. A role that has no part
/// in Datalocker finds nothing.
///
/// # Errors
/// [`Ending::SignIn`] when nobody is signed in.
pub fn inbox(s: &Session<'_>) -> Result<Inbox, Ending> {
    let actor = s.actor()?;
    let all = transfer::table.into_boxed();
    Ok(match Recipient::of(actor.role) {
        None => all.filter(transfer::id.lt(0)),
        Some(recipient) => all
            .filter(transfer::to_id.eq(actor.organisation))
            .filter(transfer::recipient.eq(recipient.word()))
            .filter(transfer::recalled_at.is_null()),
    })
}

/// The inbox's files that have been taken, or those that have not, newest first.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn received(s: &mut Session<'_>, taken: bool) -> Result<Vec<Received>, Ending> {
    let inbox = inbox(s)?;
    let inbox = match taken {
        true => inbox.filter(transfer::taken_at.is_not_null()),
        false => inbox.filter(transfer::taken_at.is_null()),
    };
    load(s, inbox)
}

/// Those of the inbox's files that are named.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn named(s: &mut Session<'_>, ids: Vec<PublicId>) -> Result<Vec<Received>, Ending> {
    let inbox = inbox(s)?;
    load(s, inbox.filter(transfer::public_id.eq_any(ids)))
}

fn load(s: &mut Session<'_>, inbox: Inbox) -> Result<Vec<Received>, Ending> {
    Ok(inbox
        .inner_join(stored_file::table)
        .inner_join(organisation::table.on(organisation::id.eq(transfer::from_id)))
        .order((transfer::sent_at.desc(), transfer::id.desc()))
        .select((
            transfer::id,
            transfer::public_id,
            stored_file::name,
            stored_file::length,
            transfer::category,
            transfer::description,
            organisation::name,
            transfer::sent_at,
            transfer::taken_at,
            stored_file::blob,
            stored_file::wrapped_key,
            stored_file::sha256,
        ))
        .load(s.db())?)
}

/// How many files wait for the reader.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn waiting(s: &mut Session<'_>) -> Result<i64, Ending> {
    let inbox = inbox(s)?;
    Ok(inbox.filter(transfer::taken_at.is_null()).count().get_result(s.db())?)
}

/// Notes that the reader takes a file now. From here on it can't be recalled.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn take(w: &mut Writing<'_>, one: &Received) -> Result<(), Ending> {
    let (person, now) = (w.actor()?.person, w.now());
    if one.taken_at.is_none() {
        diesel::update(transfer::table.filter(transfer::id.eq(one.key)))
            .set(transfer::taken_at.eq(now))
            .execute(w.db())?;
    }
    diesel::insert_into(transfer_taking::table)
        .values((
            transfer_taking::id.eq(ids::next_key()),
            transfer_taking::transfer_id.eq(one.key),
            transfer_taking::person_id.eq(person),
            transfer_taking::taken_at.eq(now),
        ))
        .execute(w.db())?;
    Ok(())
}

/// Sends a file.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn send(
    w: &mut Writing<'_>,
    file: FileKey,
    to: &Addressed,
    category: &str,
    description: &str,
) -> Result<TransferKey, Ending> {
    let (actor, now) = (w.actor()?.clone(), w.now());
    let key = TransferKey::next();
    diesel::insert_into(transfer::table)
        .values((
            transfer::id.eq(key),
            transfer::public_id.eq(PublicId::random()),
            transfer::file_id.eq(file),
            transfer::from_id.eq(actor.organisation),
            transfer::from_kind.eq(actor.role.side().word()),
            transfer::from_role.eq(actor.role.word()),
            transfer::to_id.eq(to.to),
            transfer::to_kind.eq(to.side.word()),
            transfer::recipient.eq(to.recipient.word()),
            transfer::category.eq(category),
            transfer::description.eq(description),
            transfer::sent_by.eq(actor.person),
            transfer::sent_at.eq(now),
        ))
        .execute(w.db())?;
    Ok(key)
}

/// A file that the reader's organisation and role sent.
#[derive(Queryable, Clone, Debug)]
pub struct Sent {
    key: TransferKey,
    pub public_id: PublicId,
    pub name: String,
    /// In bytes.
    pub length: i64,
    /// The organisation that it went to.
    pub to: String,
    recipient: String,
    pub description: String,
    /// Who sent it.
    pub by: String,
    pub sent_at: Instant,
    pub recalled_at: Option<Instant>,
    pub taken_at: Option<Instant>,
}

impl Sent {
    /// The file's length as people read it.
    pub fn size(&self) -> String {
        size_said(self.length)
    }

    /// Its key, for the audit.
    pub fn key(&self) -> TransferKey {
        self.key
    }

    /// For whom of that organisation.
    pub fn recipient(&self) -> &'static str {
        Recipient::parse(&self.recipient).map_or("", Recipient::label)
    }

    /// Whether it can be called back: nobody has begun to take it.
    pub fn can_be_recalled(&self) -> bool {
        self.recalled_at.is_none() && self.taken_at.is_none()
    }
}

/// What the reader's organisation sent in the reader's role, newest first.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn sent(s: &mut Session<'_>) -> Result<Vec<Sent>, Ending> {
    let actor = s.actor()?.clone();
    Ok(transfer::table
        .inner_join(stored_file::table)
        .inner_join(organisation::table.on(organisation::id.eq(transfer::to_id)))
        .inner_join(person::table)
        .filter(transfer::from_id.eq(actor.organisation))
        .filter(transfer::from_role.eq(actor.role.word()))
        .order((transfer::sent_at.desc(), transfer::id.desc()))
        .select((
            transfer::id,
            transfer::public_id,
            stored_file::name,
            stored_file::length,
            organisation::name,
            transfer::recipient,
            transfer::description,
            person::name,
            transfer::sent_at,
            transfer::recalled_at,
            transfer::taken_at,
        ))
        .load(s.db())?)
}

/// Who took each of these files, and when: the name and the time of every taking, oldest first.
///
/// # Errors
/// A database error.
pub fn takings(
    s: &mut Session<'_>,
    of: &[Sent],
) -> Result<HashMap<TransferKey, Vec<(String, Instant)>>, Ending> {
    let keys: Vec<TransferKey> = of.iter().map(|one| one.key).collect();
    let found: Vec<(TransferKey, String, Instant)> = transfer_taking::table
        .inner_join(person::table)
        .filter(transfer_taking::transfer_id.eq_any(keys))
        .order((transfer_taking::taken_at, transfer_taking::id))
        .select((transfer_taking::transfer_id, person::name, transfer_taking::taken_at))
        .load(s.db())?;
    let mut takings: HashMap<TransferKey, Vec<(String, Instant)>> = HashMap::new();
    for (key, name, at) in found {
        takings.entry(key).or_default().push((name, at));
    }
    Ok(takings)
}

/// Calls a file back that nobody has begun to take.
///
/// # Errors
/// A database error.
pub fn recall(w: &mut Writing<'_>, one: &Sent) -> Result<(), Ending> {
    let now = w.now();
    diesel::update(transfer::table.filter(transfer::id.eq(one.key)))
        .set(transfer::recalled_at.eq(now))
        .execute(w.db())?;
    Ok(())
}
