//! Files sent: sending, what became of each, recalling.

use super::{
    TransferKey,
    category::Category,
    chasing,
    draft::Draft,
    retention, scanning,
    stored::size_said,
    way::{Addressed, Recipient},
};
use crate::{
    learners::LearnerKey,
    schema::{organisation, person, stored_file, transfer, transfer_taking},
};
use chrono::NaiveDate;
use diesel::prelude::*;
use platform::{Ending, Instant, Multi, Session, Writing, db::one_of, ids::PublicId, text::fold};
use std::collections::HashMap;
use ui::pagination::Pages;

/// Sends the file of a row.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn send(
    w: &mut Writing<'_>,
    row: &Draft,
    to: &Addressed,
    category: &Category,
    learner: Option<LearnerKey>,
) -> Result<(), Ending> {
    let key = TransferKey::next();
    let (actor, now) = (w.actor()?.clone(), w.now());
    let from = organisation::table.filter(organisation::id.eq(actor.organisation));
    let from: String = from.select(organisation::name).first(w.db())?;
    let last_day = retention::last_day(w.today(), category.days);
    let released_at = releasable(w, row)?.then_some(now);
    diesel::insert_into(transfer::table)
        .values((
            transfer::id.eq(key),
            transfer::public_id.eq(PublicId::random()),
            transfer::file_id.eq(row.file),
            transfer::from_id.eq(actor.organisation),
            transfer::from_kind.eq(actor.role.side().word()),
            transfer::from_role.eq(actor.role.word()),
            transfer::to_id.eq(to.to),
            transfer::to_kind.eq(to.side.word()),
            transfer::recipient.eq(to.recipient.word()),
            transfer::category.eq(&row.category),
            transfer::description.eq(&row.description),
            transfer::found_by.eq(fold(&format!("{} {from} {}", row.name, row.description))),
            transfer::sent_by.eq(actor.person),
            transfer::sent_at.eq(now),
            transfer::released_at.eq(released_at),
            transfer::learner_id.eq(learner),
            transfer::answered.eq(category.answered),
            transfer::expires_on.eq(last_day),
        ))
        .execute(w.db())?;
    if category.answered {
        chasing::watch(w, key)?;
    }
    retention::plan(w, key, last_day)
}

/// Whether the file of a row may be seen by its recipients from now on. Its row is written, so that
/// the scanner's verdict, which releases what was sent before it, comes before this or after.
fn releasable(w: &mut Writing<'_>, row: &Draft) -> Result<bool, Ending> {
    let file = stored_file::table.filter(stored_file::id.eq(row.file));
    diesel::update(file).set(stored_file::scan.eq(stored_file::scan)).execute(w.db())?;
    let scan: String = file.select(stored_file::scan).first(w.db())?;
    Ok(scanning::is_releasable(&scan))
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
    pub answered: bool,
    /// The last day on which it is kept.
    pub expires_on: Option<NaiveDate>,
    pub expired_at: Option<Instant>,
    pub description: String,
    /// Who sent it.
    pub by: String,
    pub sent_at: Instant,
    pub recalled_at: Option<Instant>,
    pub taken_at: Option<Instant>,
    /// When its recipients could first see it.
    pub released_at: Option<Instant>,
    scan: String,
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

    /// Whether the scanner found something in it.
    pub fn is_infected(&self) -> bool {
        self.scan == "infected"
    }

    /// Whether it can be called back: nobody has begun to take it.
    pub fn can_be_recalled(&self) -> bool {
        self.recalled_at.is_none()
            && self.taken_at.is_none()
            && self.expired_at.is_none()
            && !self.is_infected()
    }
}

type Outbox = transfer::BoxedQuery<'static, Multi>;

/// What the reader's organisation sent in the reader's role.
pub(super) fn outbox(s: &Session<'_>) -> Result<Outbox, Ending> {
    let actor = s.actor()?;
    let all = transfer::table.into_boxed();
    Ok(all
        .filter(transfer::from_id.eq(actor.organisation))
        .filter(transfer::from_role.eq(actor.role.word())))
}

/// How many files were sent.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn count(s: &mut Session<'_>) -> Result<u64, Ending> {
    let number: i64 = outbox(s)?.count().get_result(s.db())?;
    Ok(number.unsigned_abs())
}

/// A page of the files sent, newest first.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn page(s: &mut Session<'_>, pages: &Pages) -> Result<Vec<Sent>, Ending> {
    let (offset, most) = (i64::try_from(pages.offset()), i64::try_from(pages.per_page));
    let page = outbox(s)?.offset(offset.unwrap_or(i64::MAX)).limit(most.unwrap_or(i64::MAX));
    load(s, page)
}

/// One of the files sent.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn open(s: &mut Session<'_>, id: &PublicId) -> Result<Option<Sent>, Ending> {
    let one = outbox(s)?.filter(transfer::public_id.eq(id.clone()));
    Ok(load(s, one)?.pop())
}

fn load(s: &mut Session<'_>, outbox: Outbox) -> Result<Vec<Sent>, Ending> {
    Ok(outbox
        .inner_join(stored_file::table)
        .inner_join(organisation::table.on(organisation::id.eq(transfer::to_id)))
        .inner_join(person::table)
        .order((transfer::sent_at.desc(), transfer::id.desc()))
        .select((
            transfer::id,
            transfer::public_id,
            stored_file::name,
            stored_file::length,
            organisation::name,
            transfer::recipient,
            transfer::answered,
            transfer::expires_on,
            transfer::expired_at,
            transfer::description,
            person::name,
            transfer::sent_at,
            transfer::recalled_at,
            transfer::taken_at,
            transfer::released_at,
            stored_file::scan,
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
    let keys = one_of(s.db(), transfer_taking::transfer_id, of.iter().map(|one| one.key));
    let found: Vec<(TransferKey, String, Instant)> = transfer_taking::table
        .inner_join(person::table)
        .filter(keys)
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
