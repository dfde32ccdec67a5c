//! Files that are about a learner, for the learner's record: those that the reader may see of both.

use super::{category::Categories, inbox, outbox, stored::kind_of};
use crate::{
    learners::LearnerKey,
    schema::{organisation, stored_file, transfer},
};
use diesel::prelude::*;
use platform::{Ending, Instant, Session, ids::PublicId};

/// A file on a learner's record.
#[derive(Clone, Debug)]
pub struct Document {
    pub name: String,
    pub category: String,
    pub description: String,
    /// The other end: whom it came from, or whom it went to.
    pub with: String,
    pub at: Instant,
    /// For one that was sent to the reader: where it is downloaded.
    pub received: Option<PublicId>,
}

impl Document {
    /// The file's kind in a word.
    pub fn kind(&self) -> String {
        kind_of(&self.name)
    }
}

type Row = (PublicId, String, String, String, String, Instant);

/// The files linked to a learner that were sent to the reader's organisation and role, or by them;
/// newest first. The caller has opened the learner's record.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn of_learner(s: &mut Session<'_>, learner: LearnerKey) -> Result<Vec<Document>, Ending> {
    let columns = (
        transfer::public_id,
        stored_file::name,
        transfer::category,
        transfer::description,
        organisation::name,
        transfer::sent_at,
    );
    let received: Vec<Row> = inbox::inbox(s)?
        .filter(transfer::learner_id.eq(learner))
        .inner_join(stored_file::table)
        .inner_join(organisation::table.on(organisation::id.eq(transfer::from_id)))
        .select(columns)
        .load(s.db())?;
    let sent: Vec<Row> = outbox::outbox(s)?
        .filter(transfer::learner_id.eq(learner))
        .filter(transfer::recalled_at.is_null())
        .filter(transfer::expired_at.is_null())
        .inner_join(stored_file::table)
        .inner_join(organisation::table.on(organisation::id.eq(transfer::to_id)))
        .select(columns)
        .load(s.db())?;
    let categories = Categories::of(s)?;
    let document = |(id, name, word, description, with, at): Row, is_received: bool| Document {
        name,
        category: categories.label(&word).to_owned(),
        description,
        with,
        at,
        received: is_received.then_some(id),
    };
    let mut all: Vec<Document> = received
        .into_iter()
        .map(|row| document(row, true))
        .chain(sent.into_iter().map(|row| document(row, false)))
        .collect();
    all.sort_by_key(|one| std::cmp::Reverse(one.at));
    Ok(all)
}
