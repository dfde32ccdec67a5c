//! Attendance notes: one of each author about a learner at a lesson. Part of the training record,
//! so every earlier text is kept.

use super::{
    LessonKey, NoteKey,
    register::{Entry, Register},
};
use crate::{
    learners::RecordKey,
    schema::{note, note_history, organisation, person},
};
use diesel::prelude::*;
use platform::{
    Ending, Instant, Session, Writing,
    db::one_of,
    ids::{self, PersonKey, PublicId},
};

/// The warning under which notes are typed.
pub const WARNING: &str = "This note becomes part of the learner's training record. The learner and their parents can ask to read it under data protection law, so write only what you would say to them.";

/// A note, as it is read.
#[derive(Queryable, Clone, Debug)]
pub struct Note {
    pub key: NoteKey,
    pub public_id: PublicId,
    pub record: RecordKey,
    pub body: String,
    pub author: PersonKey,
    pub author_name: String,
    pub organisation_name: String,
    pub created_at: Instant,
    pub edited_at: Option<Instant>,
}

/// The notes of a register that its reader has opened, oldest first: only about learners that it shows.
///
/// # Errors
/// A database error.
pub fn of_register(s: &mut Session<'_>, register: &Register) -> Result<Vec<Note>, Ending> {
    let records = one_of(s.db(), note::record_id, register.entries.iter().map(|entry| entry.record));
    Ok(note::table
        .inner_join(person::table)
        .inner_join(organisation::table)
        .filter(note::lesson_id.eq(register.lesson.key))
        .filter(records)
        .filter(note::deleted_at.is_null())
        .order(note::created_at)
        .select((
            note::id,
            note::public_id,
            note::record_id,
            note::body,
            person::id,
            person::name,
            organisation::name,
            note::created_at,
            note::edited_at,
        ))
        .load(s.db())?)
}

/// Makes one's note about a learner say this: written anew, edited, or (when empty) deleted.
/// Answers whether anything changed.
///
/// # Errors
/// A database error.
pub fn say(w: &mut Writing<'_>, lesson: LessonKey, entry: &Entry, text: &str) -> Result<bool, Ending> {
    let (actor, now) = (w.actor()?.clone(), w.now());
    let own: Option<(NoteKey, String)> = note::table
        .filter(note::lesson_id.eq(lesson))
        .filter(note::record_id.eq(entry.record))
        .filter(note::author_id.eq(actor.person))
        .filter(note::deleted_at.is_null())
        .select((note::id, note::body))
        .first(w.db())
        .optional()?;
    match own {
        None if text.is_empty() => Ok(false),
        None => {
            diesel::insert_into(note::table)
                .values((
                    note::id.eq(NoteKey::next()),
                    note::public_id.eq(PublicId::random()),
                    note::lesson_id.eq(lesson),
                    note::record_id.eq(entry.record),
                    note::learner_id.eq(entry.learner),
                    note::body.eq(text),
                    note::author_id.eq(actor.person),
                    note::author_organisation_id.eq(actor.organisation),
                    note::created_at.eq(now),
                ))
                .execute(w.db())?;
            Ok(true)
        }
        Some((_, body)) if body == text => Ok(false),
        Some((key, body)) => {
            keep(w, key, &body)?;
            let one = note::table.filter(note::id.eq(key));
            if text.is_empty() {
                diesel::update(one)
                    .set((note::deleted_at.eq(now), note::version.eq(note::version + 1)))
                    .execute(w.db())?;
            } else {
                diesel::update(one)
                    .set((note::body.eq(text), note::edited_at.eq(now), note::version.eq(note::version + 1)))
                    .execute(w.db())?;
            }
            Ok(true)
        }
    }
}

/// Keeps what a note said before.
pub(super) fn keep(w: &mut Writing<'_>, key: NoteKey, body: &str) -> Result<(), Ending> {
    let (who, now) = (w.actor()?.person, w.now());
    diesel::insert_into(note_history::table)
        .values((
            note_history::id.eq(ids::next_key()),
            note_history::note_id.eq(key),
            note_history::body.eq(body),
            note_history::at.eq(now),
            note_history::by_id.eq(who),
        ))
        .execute(w.db())?;
    Ok(())
}
