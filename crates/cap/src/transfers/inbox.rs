//! Files received: who may know of which, and taking them.

use super::{
    TransferKey,
    stored::{kind_of, size_said},
    way::Recipient,
};
use crate::schema::{organisation, stored_file, transfer, transfer_taking};
use chrono::NaiveDate;
use diesel::prelude::*;
use platform::{Ending, Instant, Multi, Session, Writing, ids, ids::PublicId, text::fold};
use ui::pagination::Pages;

/// A file that was sent to the reader.
#[derive(Queryable, Clone, Debug)]
pub struct Received {
    key: TransferKey,
    pub public_id: PublicId,
    pub name: String,
    /// In bytes.
    pub length: i64,
    pub category: String,
    /// Whether its recipients say who took it upon them, and what was done.
    pub answered: bool,
    /// The last day on which it is kept.
    pub expires_on: Option<NaiveDate>,
    pub description: String,
    /// The organisation that sent it.
    pub from: String,
    pub sent_at: Instant,
    taken_at: Option<Instant>,
    blob: PublicId,
    wrapped_key: Vec<u8>,
    sha256: Vec<u8>,
}

impl Received {
    /// Its key, for the audit.
    pub fn key(&self) -> TransferKey {
        self.key
    }

    /// Whether somebody has downloaded it.
    pub fn is_taken(&self) -> bool {
        self.taken_at.is_some()
    }

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

/// In what order files are listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Sort {
    #[default]
    Newest,
    Oldest,
    Name,
    From,
}

impl Sort {
    /// Every order: its word in addresses, and what people read.
    pub const ALL: [(&str, &str, Sort); 4] = [
        ("newest", "Newest first", Sort::Newest),
        ("oldest", "Oldest first", Sort::Oldest),
        ("name", "File name", Sort::Name),
        ("from", "From", Sort::From),
    ];
}

/// Which files are wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Those that were downloaded before, instead of the new ones.
    pub taken: bool,
    /// Letters of the name, the sender or the description.
    pub words: String,
    pub sort: Sort,
}

type Inbox = transfer::BoxedQuery<'static, Multi>;

/// What was sent to the reader's organisation and role, released, neither recalled nor
/// expired. A role that has no part
/// in Datalocker finds nothing.
pub(super) fn inbox(s: &Session<'_>) -> Result<Inbox, Ending> {
    let actor = s.actor()?;
    let all = transfer::table.into_boxed();
    Ok(match Recipient::of(actor.role) {
        None => all.filter(transfer::id.lt(0)),
        Some(recipient) => all
            .filter(transfer::to_id.eq(actor.organisation))
            .filter(transfer::recipient.eq(recipient.word()))
            .filter(transfer::released_at.is_not_null())
            .filter(transfer::recalled_at.is_null())
            .filter(transfer::expired_at.is_null()),
    })
}

fn found(s: &Session<'_>, wanted: &Wanted) -> Result<Inbox, Ending> {
    let inbox = inbox(s)?;
    let inbox = match wanted.taken {
        true => inbox.filter(transfer::taken_at.is_not_null()),
        false => inbox.filter(transfer::taken_at.is_null()),
    };
    // Folded words hold letters, digits and spaces only, so none is a wildcard.
    Ok(match fold(&wanted.words) {
        words if words.is_empty() => inbox,
        words => inbox.filter(transfer::found_by.like(format!("%{words}%"))),
    })
}

/// How many files are found.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn count(s: &mut Session<'_>, wanted: &Wanted) -> Result<u64, Ending> {
    let number: i64 = found(s, wanted)?.count().get_result(s.db())?;
    Ok(number.unsigned_abs())
}

/// A page of the files that are found.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn page(s: &mut Session<'_>, wanted: &Wanted, pages: &Pages) -> Result<Vec<Received>, Ending> {
    let (offset, most) = (i64::try_from(pages.offset()), i64::try_from(pages.per_page));
    let found = found(s, wanted)?.offset(offset.unwrap_or(i64::MAX)).limit(most.unwrap_or(i64::MAX));
    load(s, found, wanted.sort)
}

/// Every file that is new to the reader.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn all_new(s: &mut Session<'_>) -> Result<Vec<Received>, Ending> {
    let found = found(s, &Wanted::default())?;
    load(s, found, Sort::Newest)
}

/// Those of the reader's files that are named.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn named(s: &mut Session<'_>, ids: Vec<PublicId>) -> Result<Vec<Received>, Ending> {
    let named = inbox(s)?.filter(transfer::public_id.eq_any(ids));
    load(s, named, Sort::Newest)
}

fn load(s: &mut Session<'_>, inbox: Inbox, sort: Sort) -> Result<Vec<Received>, Ending> {
    let files = inbox
        .inner_join(stored_file::table)
        .inner_join(organisation::table.on(organisation::id.eq(transfer::from_id)))
        .select((
            transfer::id,
            transfer::public_id,
            stored_file::name,
            stored_file::length,
            transfer::category,
            transfer::answered,
            transfer::expires_on,
            transfer::description,
            organisation::name,
            transfer::sent_at,
            transfer::taken_at,
            stored_file::blob,
            stored_file::wrapped_key,
            stored_file::sha256,
        ));
    let files = match sort {
        Sort::Newest => files.order((transfer::sent_at.desc(), transfer::id.desc())),
        Sort::Oldest => files.order((transfer::sent_at, transfer::id)),
        Sort::Name => files.order((stored_file::name_key, transfer::id)),
        Sort::From => files.order((organisation::name_key, transfer::id)),
    };
    Ok(files.load(s.db())?)
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
