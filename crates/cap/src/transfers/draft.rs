//! Rows of *Upload to Organisation* that have not been sent yet. They are their owner's alone, in
//! one organisation and role, and outlive the browser.

use super::{DraftKey, FileKey, scanning, stored::size_said};
use crate::schema::{stored_file, transfer_draft};
use diesel::prelude::*;
use platform::{Ending, Form, Session, Writing, ids::PublicId};

/// Most rows of one person, so that nobody fills the disk by never sending.
pub const MOST: usize = 200;
/// Longest field that is kept, in characters: hundreds of ticked organisations.
const LONGEST: usize = 20_000;

/// One row.
#[derive(Queryable, Clone, Debug)]
pub struct Draft {
    key: DraftKey,
    pub public_id: PublicId,
    pub file: FileKey,
    pub name: String,
    /// In bytes.
    pub length: i64,
    sha256: Vec<u8>,
    scan: String,
    /// As chosen so far; empty for not chosen.
    pub organisation: String,
    pub recipient: String,
    pub category: String,
    pub description: String,
    /// The CLM ID of the learner whom the file is about, as it was typed.
    pub learner: String,
}

/// The rows of the person who asks, in the order in which their files came.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn own(s: &mut Session<'_>) -> Result<Vec<Draft>, Ending> {
    let actor = s.actor()?.clone();
    Ok(transfer_draft::table
        .inner_join(stored_file::table)
        .filter(transfer_draft::person_id.eq(actor.person))
        .filter(transfer_draft::organisation_id.eq(actor.organisation))
        .filter(transfer_draft::role.eq(actor.role.word()))
        .order(transfer_draft::id)
        .select((
            transfer_draft::id,
            transfer_draft::public_id,
            transfer_draft::file_id,
            stored_file::name,
            stored_file::length,
            stored_file::sha256,
            stored_file::scan,
            transfer_draft::to_organisation,
            transfer_draft::recipient,
            transfer_draft::category,
            transfer_draft::description,
            transfer_draft::learner,
        ))
        .load(s.db())?)
}

impl Draft {
    /// The file's length as people read it.
    pub fn size(&self) -> String {
        size_said(self.length)
    }

    /// Whether the scanner of viruses could not look at it yet.
    pub fn waits_for_scanner(&self) -> bool {
        !scanning::is_releasable(&self.scan)
    }

    /// Whether this is the file that another row has already.
    pub fn is_same(&self, name: &str, sha256: &[u8]) -> bool {
        self.name == name && self.sha256 == sha256
    }

    /// The row's own field of this kind: `to`, `recipient`, `category`, `description` or
    /// `learner`.
    pub fn field(&self, kind: &str) -> String {
        format!("{kind}-{}", self.public_id)
    }

    /// Takes over what was chosen in the form, as it was typed: it is checked when all is to be sent.
    pub fn read(&mut self, form: &Form) {
        let typed = |kind: &str| {
            let kept = form.value(&self.field(kind)).trim().chars().filter(|c| !c.is_control());
            kept.take(LONGEST).collect()
        };
        let (to, recipient, category, description, learner) =
            (typed("to"), typed("recipient"), typed("category"), typed("description"), typed("learner"));
        self.organisation = to;
        self.recipient = recipient;
        self.category = category;
        self.description = description;
        self.learner = learner;
    }

    /// Gives it what every row of the list gets; whom a file is about belongs to no such list.
    pub fn address(&mut self, organisation: &str, recipient: &str, category: &str, description: &str) {
        self.organisation = organisation.to_owned();
        self.recipient = recipient.to_owned();
        self.category = category.to_owned();
        self.description = description.to_owned();
        self.learner.clear();
    }
}

/// Makes a row of a file that has arrived.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn add(w: &mut Writing<'_>, file: FileKey, recipient: &str) -> Result<(), Ending> {
    let actor = w.actor()?.clone();
    diesel::insert_into(transfer_draft::table)
        .values((
            transfer_draft::id.eq(DraftKey::next()),
            transfer_draft::public_id.eq(PublicId::random()),
            transfer_draft::person_id.eq(actor.person),
            transfer_draft::organisation_id.eq(actor.organisation),
            transfer_draft::role.eq(actor.role.word()),
            transfer_draft::file_id.eq(file),
            transfer_draft::recipient.eq(recipient),
        ))
        .execute(w.db())?;
    Ok(())
}

/// Keeps what was chosen so far.
///
/// # Errors
/// A database error.
pub fn keep(w: &mut Writing<'_>, row: &Draft) -> Result<(), Ending> {
    diesel::update(transfer_draft::table.filter(transfer_draft::id.eq(row.key)))
        .set((
            transfer_draft::to_organisation.eq(&row.organisation),
            transfer_draft::recipient.eq(&row.recipient),
            transfer_draft::category.eq(&row.category),
            transfer_draft::description.eq(&row.description),
            transfer_draft::learner.eq(&row.learner),
        ))
        .execute(w.db())?;
    Ok(())
}

/// Takes a row away. Its file has no owner then, and the vault's sweep shreds it.
///
/// # Errors
/// A database error.
pub fn remove(w: &mut Writing<'_>, row: &Draft) -> Result<(), Ending> {
    end(w, row)?;
    diesel::delete(stored_file::table.filter(stored_file::id.eq(row.file))).execute(w.db())?;
    Ok(())
}

/// Ends a row whose file has been sent.
///
/// # Errors
/// A database error.
pub fn end(w: &mut Writing<'_>, row: &Draft) -> Result<(), Ending> {
    diesel::delete(transfer_draft::table.filter(transfer_draft::id.eq(row.key))).execute(w.db())?;
    Ok(())
}
