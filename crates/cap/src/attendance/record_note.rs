//! Attendance notes as a training record collects them. Editing or deleting one there is editing or
//! deleting it in its register: it is one note.

use super::{NoteKey, contribution::Contribution, note, status::Status};
use crate::{
    learners::record::Record,
    schema::{entry, lesson, note as notes, note_history, organisation, person},
};
use chrono::{NaiveDate, NaiveTime};
use diesel::prelude::*;
use platform::{
    Ending, Instant, Multi, Session, Writing, clock,
    ids::{OrganisationKey, PublicId},
};

/// A note of a training record, with the lesson that it is about.
#[derive(Clone, Debug)]
pub struct OfRecord {
    key: NoteKey,
    pub public_id: PublicId,
    pub body: String,
    pub version: i32,
    pub author: String,
    pub organisation_name: String,
    organisation: OrganisationKey,
    pub created_at: Instant,
    pub edited_at: Option<Instant>,
    pub lesson: PublicId,
    pub held_on: NaiveDate,
    pub starts: NaiveTime,
    pub ends: NaiveTime,
    pub location: String,
    /// Whether the learner still stands in that register.
    pub is_in_register: bool,
    pub mark: Option<Status>,
    pub contribution: Option<Contribution>,
    /// What it said before, latest first.
    pub earlier: Vec<Earlier>,
}

/// What a note said until somebody changed it.
#[derive(Clone, Debug)]
pub struct Earlier {
    pub body: String,
    pub until: Instant,
    pub by: String,
}

type Row = (
    (NoteKey, PublicId, String, i32, String, String, OrganisationKey, Instant, Option<Instant>),
    (PublicId, NaiveDate, NaiveTime, NaiveTime, String),
    Option<(i64, Option<i16>, Option<i16>)>,
);

/// The notes of a record that its reader has opened, by the lessons' dates.
///
/// # Errors
/// A database error.
pub fn of_record(s: &mut Session<'_>, record: &Record, newest_first: bool) -> Result<Vec<OfRecord>, Ending> {
    let mut found = load(s, record, None)?;
    if newest_first {
        found.reverse();
    }
    let history: Vec<(NoteKey, String, Instant, String)> = note_history::table
        .inner_join(notes::table)
        .inner_join(person::table.on(person::id.eq(note_history::by_id)))
        .filter(notes::record_id.eq(record.key()))
        .order(note_history::at.desc())
        .select((note_history::note_id, note_history::body, note_history::at, person::name))
        .load(s.db())?;
    for (of, body, until, by) in history {
        if let Some(one) = found.iter_mut().find(|one| one.key == of) {
            one.earlier.push(Earlier { body, until, by });
        }
    }
    Ok(found)
}

/// One note of a record; `None` when it is not one of that record, or is deleted.
///
/// # Errors
/// A database error.
pub fn open(s: &mut Session<'_>, record: &Record, id: &PublicId) -> Result<Option<OfRecord>, Ending> {
    Ok(load(s, record, Some(id))?.pop())
}

fn load(s: &mut Session<'_>, record: &Record, only: Option<&PublicId>) -> Result<Vec<OfRecord>, Ending> {
    let mut query = notes::table
        .inner_join(lesson::table)
        .inner_join(person::table)
        .inner_join(organisation::table.on(organisation::id.eq(notes::author_organisation_id)))
        .left_join(
            entry::table.on(entry::lesson_id.eq(notes::lesson_id).and(entry::record_id.eq(notes::record_id))),
        )
        .filter(notes::record_id.eq(record.key()))
        .filter(notes::deleted_at.is_null())
        .order((lesson::starts_at, notes::created_at))
        .select((
            (
                notes::id,
                notes::public_id,
                notes::body,
                notes::version,
                person::name,
                organisation::name,
                organisation::id,
                notes::created_at,
                notes::edited_at,
            ),
            (lesson::public_id, lesson::held_on, lesson::starts, lesson::ends, lesson::location),
            (entry::lesson_id, entry::status, entry::contribution).nullable(),
        ))
        .into_boxed::<Multi>();
    if let Some(id) = only {
        query = query.filter(notes::public_id.eq(id.clone()));
    }
    let rows: Vec<Row> = query.load(s.db())?;
    Ok(rows.into_iter().map(OfRecord::read).collect())
}

impl OfRecord {
    fn read((head, of_lesson, of_entry): Row) -> OfRecord {
        let (key, public_id, body, version, author, organisation_name, organisation, created_at, edited_at) =
            head;
        let (lesson, held_on, starts, ends, location) = of_lesson;
        OfRecord {
            key,
            public_id,
            body,
            version,
            author,
            organisation_name,
            organisation,
            created_at,
            edited_at,
            lesson,
            held_on,
            starts,
            ends,
            location,
            is_in_register: of_entry.is_some(),
            mark: of_entry.and_then(|(_, status, _)| status).and_then(Status::from_code),
            contribution: of_entry.and_then(|(.., level)| level).and_then(Contribution::new),
            earlier: Vec::new(),
        }
    }

    /// Its key.
    pub fn key(&self) -> NoteKey {
        self.key
    }

    /// The lesson's day and period: "24 Nov 2026, 09:15–12:00".
    pub fn when(&self) -> String {
        format!(
            "{}, {}–{}",
            clock::short_date(self.held_on),
            clock::hour(self.starts),
            clock::hour(self.ends)
        )
    }

    /// Whether it was written in this organisation, whose people may change it.
    pub fn is_of(&self, organisation: OrganisationKey) -> bool {
        self.organisation == organisation
    }
}

/// Makes a note say this, or, where the text is empty, deletes it. What it said before is kept.
///
/// # Errors
/// [`Ending::Conflict`] when somebody was faster; a database error.
pub fn change(w: &mut Writing<'_>, one: &OfRecord, text: &str) -> Result<(), Ending> {
    let now = w.now();
    let row = notes::table.filter(notes::id.eq(one.key)).filter(notes::version.eq(one.version));
    let changed = if text.is_empty() {
        diesel::update(row)
            .set((notes::deleted_at.eq(now), notes::version.eq(one.version + 1)))
            .execute(w.db())?
    } else {
        diesel::update(row)
            .set((notes::body.eq(text), notes::edited_at.eq(now), notes::version.eq(one.version + 1)))
            .execute(w.db())?
    };
    if changed == 0 {
        return Err(Ending::Conflict("Somebody else has changed this note since you opened it."));
    }
    note::keep(w, one.key, &one.body)
}
