//! Files about safeguarding are answered: somebody of the recipients accepts the file, and says what
//! was done. The sender sees both.

use super::{TransferKey, inbox::Received};
use crate::schema::{person, transfer, transfer_action};
use diesel::prelude::*;
use platform::{Ending, Instant, Session, Writing, db::one_of, ids};
use std::collections::HashMap;

/// How a file was answered.
#[derive(Clone, Default, Debug)]
pub struct Answered {
    /// Who accepted it, and when.
    pub accepted: Option<(String, Instant)>,
    /// What was done: by whom, when, and in their words; oldest first.
    pub actions: Vec<(String, Instant, String)>,
}

/// How each of these files was answered; those that need no answer, of which it is false, are left out.
///
/// # Errors
/// A database error.
pub fn of(
    s: &mut Session<'_>,
    files: impl IntoIterator<Item = (TransferKey, bool)>,
) -> Result<HashMap<TransferKey, Answered>, Ending> {
    let wanted: Vec<TransferKey> =
        files.into_iter().filter(|(_, answered)| *answered).map(|(key, _)| key).collect();
    let mut answers: HashMap<TransferKey, Answered> =
        wanted.iter().map(|key| (*key, Answered::default())).collect();
    if wanted.is_empty() {
        return Ok(answers);
    }
    let keys = one_of(s.db(), transfer::id, wanted.iter().copied());
    let accepted: Vec<(TransferKey, String, Option<Instant>)> = transfer::table
        .inner_join(person::table.on(transfer::accepted_by.eq(person::id.nullable())))
        .filter(keys)
        .select((transfer::id, person::name, transfer::accepted_at))
        .load(s.db())?;
    for (key, name, at) in accepted {
        if let (Some(answered), Some(at)) = (answers.get_mut(&key), at) {
            answered.accepted = Some((name, at));
        }
    }
    let keys = one_of(s.db(), transfer_action::transfer_id, wanted.iter().copied());
    let actions: Vec<(TransferKey, String, Instant, String)> = transfer_action::table
        .inner_join(person::table)
        .filter(keys)
        .order((transfer_action::at, transfer_action::id))
        .select((transfer_action::transfer_id, person::name, transfer_action::at, transfer_action::body))
        .load(s.db())?;
    for (key, name, at, body) in actions {
        if let Some(answered) = answers.get_mut(&key) {
            answered.actions.push((name, at, body));
        }
    }
    Ok(answers)
}

/// Whether a file waits to be accepted by its recipients: they have taken it, and nobody has yet.
///
/// # Errors
/// A database error.
pub fn can_be_accepted(s: &mut Session<'_>, one: &Received) -> Result<bool, Ending> {
    let accepted: Option<Instant> = transfer::table
        .filter(transfer::id.eq(one.key()))
        .select(transfer::accepted_at)
        .first(s.db())?;
    Ok(one.answered && one.is_taken() && accepted.is_none())
}

/// The reader takes a file upon them.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn accept(w: &mut Writing<'_>, one: &Received) -> Result<(), Ending> {
    let (person, now) = (w.actor()?.person, w.now());
    diesel::update(
        transfer::table.filter(transfer::id.eq(one.key())).filter(transfer::accepted_at.is_null()),
    )
    .set((transfer::accepted_at.eq(now), transfer::accepted_by.eq(person)))
    .execute(w.db())?;
    Ok(())
}

/// The reader says what was done.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn act(w: &mut Writing<'_>, one: &Received, body: &str) -> Result<(), Ending> {
    let (person, now) = (w.actor()?.person, w.now());
    diesel::insert_into(transfer_action::table)
        .values((
            transfer_action::id.eq(ids::next_key()),
            transfer_action::transfer_id.eq(one.key()),
            transfer_action::person_id.eq(person),
            transfer_action::at.eq(now),
            transfer_action::body.eq(body),
        ))
        .execute(w.db())?;
    Ok(())
}
