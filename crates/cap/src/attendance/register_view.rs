//! The register as a page shows it.

use super::{
    codes::{self, Session as DaySession},
    mark::FIELDS,
    note::{self, Note},
    planned,
    register::{self, Entry, Register, State},
    register_form::{asks_about_leaving, own_note, shown_texts},
    status::{Marker, Status, may_change},
};
use crate::learners::{
    LearnerKey,
    glance::{self, Glance},
};
use platform::{Ending, Form, Session, clock, ids::PersonKey};
use std::collections::HashMap;

/// The lesson at the head of a register.
pub struct Head {
    pub id: String,
    /// The register's own address.
    pub address: String,
    pub number: i64,
    pub date: String,
    pub period: String,
    pub session: &'static str,
    pub provider: String,
    pub location: String,
    pub cohort: String,
    pub group: String,
    pub tutor: String,
    pub cover: String,
    pub state: State,
    pub progress: String,
}

/// One learner's row, to read.
pub struct Row {
    pub reference: String,
    pub name: String,
    pub school: String,
    pub status: &'static str,
    pub label: String,
    pub contribution: String,
    pub code: String,
    pub reason: String,
    pub leaving: String,
    pub unexpected: bool,
    /// An absence that the home school entered beforehand.
    pub known: Option<String>,
    pub record: String,
    pub glance: Option<Glance>,
    pub notes: Vec<NoteView>,
}

/// A note, to read.
pub struct NoteView {
    pub body: String,
    pub by: String,
    pub at: String,
    pub edited: bool,
}

/// One learner's row, to mark.
pub struct EditRow {
    pub reference: String,
    pub name: String,
    pub school: String,
    pub choices: Vec<Choice>,
    /// What stands in each of the mark's fields, and what stood there when the page was made.
    pub texts: [String; 6],
    pub base: [String; 6],
    pub note: String,
    pub note_base: String,
    pub others: Vec<NoteView>,
    pub leaving: bool,
    pub unexpected: bool,
    pub known: Option<String>,
    pub glance: Option<Glance>,
    field_names: [String; 6],
    note_name: String,
}

impl EditRow {
    /// The names of this learner's fields, as forms spell them.
    pub fn note_field(&self) -> &str {
        &self.note_name
    }

    /// The field of the status.
    pub fn status_field(&self) -> &str {
        &self.field_names[0]
    }

    /// The field of the contribution.
    pub fn contribution_field(&self) -> &str {
        &self.field_names[2]
    }

    /// The fields of the mark.
    pub fn fields(&self) -> &[String] {
        &self.field_names
    }

    /// What stood in each field of the mark when the page was made.
    pub fn base_fields(&self) -> impl Iterator<Item = (&'static str, &String)> {
        FIELDS.into_iter().zip(&self.base)
    }
}

/// One mark button.
pub struct Choice {
    pub word: &'static str,
    pub label: &'static str,
    pub checked: bool,
    pub disabled: bool,
}

/// The lesson's head.
///
/// # Errors
/// A database error.
pub fn head(s: &mut Session<'_>, register: &Register) -> Result<Head, Ending> {
    let lesson = &register.lesson;
    let tutor = register::name_of(s, lesson.tutor)?.unwrap_or_default();
    let cover = register::name_of(s, lesson.cover)?.unwrap_or_default();
    Ok(Head {
        id: lesson.public_id.to_string(),
        address: format!("/clm/registers/{}", lesson.public_id),
        number: lesson.number,
        date: clock::long_date(lesson.held_on),
        period: format!("{}–{}", clock::hour(lesson.starts), clock::hour(lesson.ends)),
        session: match DaySession::at(lesson.starts) {
            DaySession::Am => "AM",
            DaySession::Pm => "PM",
        },
        provider: lesson.provider_name.clone(),
        location: lesson.location.clone(),
        cohort: lesson.cohort_title.clone(),
        group: lesson.group_name.clone(),
        tutor,
        cover,
        state: register.state(s.now()),
        progress: super::register_form::progress(register),
    })
}

/// The rows to read.
///
/// # Errors
/// A database error.
pub fn rows(s: &mut Session<'_>, register: &Register) -> Result<Vec<Row>, Ending> {
    let notes = note::of_register(s, register)?;
    let mut glances = glances(s, register)?;
    let known = known(s, register)?;
    let row = |entry: &Entry| Row {
        known: known.get(&entry.learner).cloned(),
        reference: entry.reference.to_string(),
        name: entry.name(),
        school: entry.school_name.clone(),
        status: entry.mark.status.map_or("", Status::word),
        label: label(entry),
        contribution: entry
            .mark
            .contribution
            .map_or_else(String::new, |level| format!("{level} {}", level.label())),
        code: entry.shown_code(&register.lesson).unwrap_or_default(),
        reason: entry.reason.clone().unwrap_or_default(),
        leaving: leaving(entry),
        unexpected: entry.unexpected,
        record: entry.record_number.to_string(),
        glance: glances.remove(&entry.learner),
        notes: notes.iter().filter(|n| n.record == entry.record).map(note_view).collect(),
    };
    Ok(register.entries.iter().map(row).collect())
}

fn label(entry: &Entry) -> String {
    match (entry.mark.status, entry.mark.late_minutes) {
        (None, _) => "Not marked".to_owned(),
        (Some(Status::Late), Some(minutes)) => format!("Late, {minutes} minutes"),
        (Some(status), _) => status.label().to_owned(),
    }
}

fn leaving(entry: &Entry) -> String {
    let mark = &entry.mark;
    let parts = [
        mark.left_at.map(|at| format!("left at {}", clock::hour(at))),
        mark.left_reason.clone(),
        mark.collected_by.as_ref().map(|who| format!("collected by {who}")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

pub(super) fn note_view(note: &Note) -> NoteView {
    NoteView {
        body: note.body.clone(),
        by: format!("{}, {}", note.author_name, note.organisation_name),
        at: clock::moment(note.edited_at.unwrap_or(note.created_at)),
        edited: note.edited_at.is_some(),
    }
}

/// What must be known of each learner of a register, as far as the reader may.
///
/// # Errors
/// A database error.
pub fn glances(s: &mut Session<'_>, register: &Register) -> Result<HashMap<LearnerKey, Glance>, Ending> {
    let learners: Vec<_> = register.entries.iter().map(|entry| (entry.learner, entry.closed_on)).collect();
    glance::glances(s, &learners)
}

/// The absences that the home schools entered beforehand, in the words of their codes.
fn known(s: &mut Session<'_>, register: &Register) -> Result<HashMap<LearnerKey, String>, Ending> {
    let lesson = &register.lesson;
    let learners: Vec<LearnerKey> = register.entries.iter().map(|entry| entry.learner).collect();
    let known =
        planned::known_for(s, &learners, lesson.held_on, codes::sessions(lesson.starts, lesson.ends))?;
    Ok(known
        .into_iter()
        .map(|(learner, one)| (learner, format!("Known: {} ({})", one.label, one.code)))
        .collect())
}

/// The rows to mark: what was typed where a form comes back, else what stands there.
///
/// # Errors
/// A database error.
pub fn edit_rows(
    s: &mut Session<'_>,
    register: &Register,
    form: &Form,
    by: Marker,
    reader: PersonKey,
) -> Result<Vec<EditRow>, Ending> {
    let notes = note::of_register(s, register)?;
    let mut glances = glances(s, register)?;
    let known = known(s, register)?;
    let mut rows = Vec::with_capacity(register.entries.len());
    for entry in &register.entries {
        let base = shown_texts(entry, &register.lesson);
        let reference = entry.reference.to_string();
        let came_back = form.contains(&format!("was-status-{reference}"));
        let texts = if came_back {
            FIELDS.map(|field| form.value(&format!("{field}-{reference}")).to_owned())
        } else {
            base.clone()
        };
        let was = if came_back {
            FIELDS.map(|field| form.value(&format!("was-{field}-{reference}")).to_owned())
        } else {
            base
        };
        let own = own_note(&notes, entry, reader);
        let note_field = format!("note-{reference}");
        rows.push(EditRow {
            name: entry.name(),
            school: entry.school_name.clone(),
            choices: choices(entry, &texts[0], by),
            leaving: asks_about_leaving(&texts),
            note: if form.contains(&note_field) {
                form.value(&note_field).to_owned()
            } else {
                own.clone()
            },
            note_base: own,
            others: notes
                .iter()
                .filter(|n| n.record == entry.record && n.author != reader)
                .map(note_view)
                .collect(),
            unexpected: entry.unexpected,
            known: known.get(&entry.learner).cloned(),
            glance: glances.remove(&entry.learner),
            texts,
            base: was,
            field_names: FIELDS.map(|field| format!("{field}-{reference}")),
            note_name: note_field,
            reference,
        });
    }
    Ok(rows)
}

/// The eight marks, left to right; those that this side may not choose can't be chosen.
fn choices(entry: &Entry, chosen: &str, by: Marker) -> Vec<Choice> {
    let choice = |status: Status| Choice {
        word: status.word(),
        label: status.label(),
        checked: status.word() == chosen,
        disabled: entry.mark.status != Some(status)
            && may_change(entry.mark.status, Some(status), by).is_err(),
    };
    Status::ALL.into_iter().map(choice).collect()
}
