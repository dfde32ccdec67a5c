//! Miscellaneous notes: what is written about a learner that belongs to no lesson. Part of the
//! training record, so every earlier text is kept.

use super::RecordNoteKey;
use crate::{
    learners::record::Record,
    schema::{organisation, person, record_note, record_note_history},
};
use diesel::prelude::*;
use platform::{
    Ending, Form, Instant, Multi, Session, Writing,
    form::{LINE, TEXT},
    ids::{self, OrganisationKey, PublicId},
};

/// A note, as it is read.
#[derive(Clone, Debug)]
pub struct Note {
    key: RecordNoteKey,
    pub public_id: PublicId,
    pub subject: String,
    pub body: String,
    pub version: i32,
    pub author: String,
    pub organisation_name: String,
    organisation: OrganisationKey,
    pub created_at: Instant,
    pub edited_at: Option<Instant>,
    /// What it said before, latest first.
    pub earlier: Vec<Earlier>,
}

/// What a note said until somebody changed it.
#[derive(Clone, Debug)]
pub struct Earlier {
    pub subject: String,
    pub body: String,
    pub until: Instant,
    pub by: String,
}

/// What somebody typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    pub subject: String,
    pub body: String,
}

/// Reads a note; `None` when a field is refused.
pub fn read(form: &mut Form) -> Option<Text> {
    let subject = form.required("subject", LINE, "Enter a subject, such as “Meeting with the parents”");
    let body = form.required("text", TEXT, "Enter the note");
    form.is_good().then_some(Text { subject, body })
}

type Row = (
    RecordNoteKey,
    PublicId,
    String,
    String,
    i32,
    String,
    String,
    OrganisationKey,
    Instant,
    Option<Instant>,
);

/// The notes of a record that its reader has opened.
///
/// # Errors
/// A database error.
pub fn of_record(s: &mut Session<'_>, record: &Record, newest_first: bool) -> Result<Vec<Note>, Ending> {
    let mut found = load(s, record, None)?;
    if newest_first {
        found.reverse();
    }
    let history: Vec<(RecordNoteKey, String, String, Instant, String)> = record_note_history::table
        .inner_join(record_note::table)
        .inner_join(person::table.on(person::id.eq(record_note_history::by_id)))
        .filter(record_note::record_id.eq(record.key()))
        .order(record_note_history::at.desc())
        .select((
            record_note_history::note_id,
            record_note_history::subject,
            record_note_history::body,
            record_note_history::at,
            person::name,
        ))
        .load(s.db())?;
    for (of, subject, body, until, by) in history {
        if let Some(one) = found.iter_mut().find(|one| one.key == of) {
            one.earlier.push(Earlier { subject, body, until, by });
        }
    }
    Ok(found)
}

/// One note of a record; `None` when it is not one of that record, or is deleted.
///
/// # Errors
/// A database error.
pub fn open(s: &mut Session<'_>, record: &Record, id: &PublicId) -> Result<Option<Note>, Ending> {
    Ok(load(s, record, Some(id))?.pop())
}

fn load(s: &mut Session<'_>, record: &Record, only: Option<&PublicId>) -> Result<Vec<Note>, Ending> {
    let mut query = record_note::table
        .inner_join(person::table)
        .inner_join(organisation::table)
        .filter(record_note::record_id.eq(record.key()))
        .filter(record_note::deleted_at.is_null())
        .order((record_note::created_at, record_note::id))
        .select((
            record_note::id,
            record_note::public_id,
            record_note::subject,
            record_note::body,
            record_note::version,
            person::name,
            organisation::name,
            organisation::id,
            record_note::created_at,
            record_note::edited_at,
        ))
        .into_boxed::<Multi>();
    if let Some(id) = only {
        query = query.filter(record_note::public_id.eq(id.clone()));
    }
    let rows: Vec<Row> = query.load(s.db())?;
    let note = |(
        key,
        public_id,
        subject,
        body,
        version,
        author,
        organisation_name,
        organisation,
        created_at,
        edited_at,
    ): Row| {
        Note {
            key,
            public_id,
            subject,
            body,
            version,
            author,
            organisation_name,
            organisation,
            created_at,
            edited_at,
            earlier: Vec::new(),
        }
    };
    Ok(rows.into_iter().map(note).collect())
}

impl Note {
    /// Its key.
    pub fn key(&self) -> RecordNoteKey {
        self.key
    }

    /// Whether it was written in this organisation, whose people may change it.
    pub fn is_of(&self, organisation: OrganisationKey) -> bool {
        self.organisation == organisation
    }
}

/// Writes a note on a record.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn add(w: &mut Writing<'_>, record: &Record, text: &Text) -> Result<RecordNoteKey, Ending> {
    let (key, actor, now) = (RecordNoteKey::next(), w.actor()?.clone(), w.now());
    diesel::insert_into(record_note::table)
        .values((
            record_note::id.eq(key),
            record_note::public_id.eq(PublicId::random()),
            record_note::record_id.eq(record.key()),
            record_note::learner_id.eq(record.learner()),
            record_note::subject.eq(&text.subject),
            record_note::body.eq(&text.body),
            record_note::author_id.eq(actor.person),
            record_note::author_organisation_id.eq(actor.organisation),
            record_note::created_at.eq(now),
        ))
        .execute(w.db())?;
    Ok(key)
}

/// Makes a note say something else. What it said before is kept.
///
/// # Errors
/// [`Ending::Conflict`] when somebody was faster; a database error.
pub fn change(w: &mut Writing<'_>, one: &Note, text: &Text) -> Result<(), Ending> {
    let now = w.now();
    let changed = diesel::update(
        record_note::table
            .filter(record_note::id.eq(one.key))
            .filter(record_note::version.eq(one.version)),
    )
    .set((
        record_note::subject.eq(&text.subject),
        record_note::body.eq(&text.body),
        record_note::edited_at.eq(now),
        record_note::version.eq(one.version + 1),
    ))
    .execute(w.db())?;
    keep(w, one, changed)
}

/// Takes a note off its record. What it said is kept.
///
/// # Errors
/// As [`change`].
pub fn remove(w: &mut Writing<'_>, one: &Note) -> Result<(), Ending> {
    let now = w.now();
    let changed = diesel::update(
        record_note::table
            .filter(record_note::id.eq(one.key))
            .filter(record_note::version.eq(one.version)),
    )
    .set((record_note::deleted_at.eq(now), record_note::version.eq(one.version + 1)))
    .execute(w.db())?;
    keep(w, one, changed)
}

fn keep(w: &mut Writing<'_>, one: &Note, changed: usize) -> Result<(), Ending> {
    if changed == 0 {
        return Err(Ending::Conflict("Somebody else has changed this note since you opened it."));
    }
    let (who, now) = (w.actor()?.person, w.now());
    diesel::insert_into(record_note_history::table)
        .values((
            record_note_history::id.eq(ids::next_key()),
            record_note_history::note_id.eq(one.key),
            record_note_history::subject.eq(&one.subject),
            record_note_history::body.eq(&one.body),
            record_note_history::at.eq(now),
            record_note_history::by_id.eq(who),
        ))
        .execute(w.db())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subject_and_text_are_both_asked_for() {
        for (subject, text, wrong) in [
            ("", "x", "subject"),
            ("x", " ", "text"),
            ("x", &*"y".repeat(TEXT + 1), "text"),
        ] {
            let mut form = Form::empty().with("subject", subject).with("text", text);
            assert_eq!(read(&mut form), None);
            assert!(form.problem(wrong).is_some() && form.problems().len() == 1, "{wrong}");
        }
    }
}
