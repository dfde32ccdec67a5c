//! Writing, changing and deleting the notes of a training record: miscellaneous ones, and attendance
//! notes, which are the same there as in the register.

use super::{
    note::{self, Note},
    record_pages::{address_of, frame_of},
};
use crate::{
    accounts::deeds::WriteNotes,
    attendance::{note as attendance_note, record_note},
    learners::record::{self, Record},
    shell::Frame,
};
use askama::Template;
use axum::http::StatusCode;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing, clock,
    form::TEXT,
    ids::{OrganisationKey, PublicId},
    problem::OrMissing,
    web::{Flash, Ids, refused, with_status},
};

#[derive(Template)]
#[template(path = "records/views/note.html")]
struct NotePage {
    frame: Frame,
    form: Form,
    warning: &'static str,
    /// Where the form goes.
    action: String,
    /// Where the note is deleted; none while it is new.
    removal: Option<String>,
    /// Back to the record.
    record: String,
    /// A miscellaneous note has a subject; an attendance note says which lesson instead.
    lesson: Option<String>,
    /// What stands there now, where somebody else was faster.
    theirs: Option<String>,
}

fn new_page(s: &Session<'_>, record: &Record, form: Form) -> NotePage {
    let back = address_of(record);
    NotePage {
        frame: frame_of(s, record, "Add a note"),
        form,
        warning: attendance_note::WARNING,
        action: format!("{back}/notes/new"),
        removal: None,
        record: back,
        lesson: None,
        theirs: None,
    }
}

fn page_of(s: &Session<'_>, record: &Record, one: &Note, form: Form) -> NotePage {
    let back = address_of(record);
    let here = format!("{back}/notes/{}", one.public_id);
    NotePage {
        frame: frame_of(s, record, "Change a note"),
        form,
        warning: attendance_note::WARNING,
        removal: Some(format!("{here}/removal")),
        action: here,
        record: back,
        lesson: None,
        theirs: None,
    }
}

fn page_of_lesson(s: &Session<'_>, record: &Record, one: &record_note::OfRecord, form: Form) -> NotePage {
    let back = address_of(record);
    let here = format!("{back}/attendance-notes/{}", one.public_id);
    let lesson = format!(
        "{}, {}–{}, {}",
        clock::long_date(one.held_on),
        clock::hour(one.starts),
        clock::hour(one.ends),
        one.location
    );
    NotePage {
        frame: frame_of(s, record, "Change an attendance note"),
        form,
        warning: attendance_note::WARNING,
        removal: Some(format!("{here}/removal")),
        action: here,
        record: back,
        lesson: Some(lesson),
        theirs: None,
    }
}

/// `GET /clm/training-records/{record}/notes/new`
pub fn new_note_page(
    _permit: Permit<WriteNotes>,
    r: &mut Reading<'_>,
    Ids([id]): Ids<1>,
) -> Result<Answer, Ending> {
    let record = record::open(r, &id)?.or_missing()?;
    Answer::page(&new_page(r, &record, Form::empty()))
}

/// `POST /clm/training-records/{record}/notes/new`
pub fn add_note(
    _permit: Permit<WriteNotes>,
    w: &mut Writing<'_>,
    Ids([id]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let record = record::open(w, &id)?.or_missing()?;
    let Some(text) = note::read(&mut form) else {
        return Err(refused(&new_page(w, &record, form)));
    };
    let key = note::add(w, &record, &text)?;
    Ok(done(w, &record, "record-note.written", ("record-note", key.0), "The note is added"))
}

/// `GET /clm/training-records/{record}/notes/{note}`
pub fn note_page(
    permit: Permit<WriteNotes>,
    r: &mut Reading<'_>,
    Ids([record, id]): Ids<2>,
) -> Result<Answer, Ending> {
    let (record, one) = own(r, permit.actor().organisation, &record, &id)?;
    let form = Form::empty()
        .with("subject", &one.subject)
        .with("text", &one.body)
        .with("version", one.version);
    Answer::page(&page_of(r, &record, &one, form))
}

/// `POST /clm/training-records/{record}/notes/{note}`
pub fn change_note(
    permit: Permit<WriteNotes>,
    w: &mut Writing<'_>,
    Ids([record, id]): Ids<2>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let (record, one) = own(w, permit.actor().organisation, &record, &id)?;
    let Some(text) = note::read(&mut form) else {
        return Err(refused(&page_of(w, &record, &one, form)));
    };
    if is_stale(&form, one.version) {
        let page = page_of(w, &record, &one, form.with("version", one.version));
        let theirs = Some(format!("{}: {}", one.subject, one.body));
        return Err(with_status(StatusCode::CONFLICT, &NotePage { theirs, ..page }));
    }
    note::change(w, &one, &text)?;
    Ok(done(
        w,
        &record,
        "record-note.changed",
        ("record-note", one.key().0),
        "The note is changed",
    ))
}

/// `POST /clm/training-records/{record}/notes/{note}/removal`
pub fn remove_note(
    permit: Permit<WriteNotes>,
    w: &mut Writing<'_>,
    Ids([record, id]): Ids<2>,
    form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let (record, one) = own(w, permit.actor().organisation, &record, &id)?;
    if is_stale(&form, one.version) {
        return Err(Ending::Conflict(
            "Somebody else has changed this note since you opened it. Nothing was deleted.",
        ));
    }
    note::remove(w, &one)?;
    Ok(done(
        w,
        &record,
        "record-note.removed",
        ("record-note", one.key().0),
        "The note is deleted",
    ))
}

/// `GET /clm/training-records/{record}/attendance-notes/{note}`
pub fn attendance_note_page(
    permit: Permit<WriteNotes>,
    r: &mut Reading<'_>,
    Ids([record, id]): Ids<2>,
) -> Result<Answer, Ending> {
    let (record, one) = own_of_lesson(r, permit.actor().organisation, &record, &id)?;
    let form = Form::empty().with("text", &one.body).with("version", one.version);
    Answer::page(&page_of_lesson(r, &record, &one, form))
}

/// `POST /clm/training-records/{record}/attendance-notes/{note}`
pub fn change_attendance_note(
    permit: Permit<WriteNotes>,
    w: &mut Writing<'_>,
    Ids([record, id]): Ids<2>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let (record, one) = own_of_lesson(w, permit.actor().organisation, &record, &id)?;
    let text = form.required("text", TEXT, "Enter the note, or delete it");
    if !form.is_good() {
        return Err(refused(&page_of_lesson(w, &record, &one, form)));
    }
    if is_stale(&form, one.version) {
        let page = page_of_lesson(w, &record, &one, form.with("version", one.version));
        return Err(with_status(StatusCode::CONFLICT, &NotePage { theirs: Some(one.body), ..page }));
    }
    record_note::change(w, &one, &text)?;
    Ok(done(
        w,
        &record,
        "note.changed",
        ("note", one.key().0),
        "The note is changed, here and in the register",
    ))
}

/// `POST /clm/training-records/{record}/attendance-notes/{note}/removal`
pub fn remove_attendance_note(
    permit: Permit<WriteNotes>,
    w: &mut Writing<'_>,
    Ids([record, id]): Ids<2>,
    form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let (record, one) = own_of_lesson(w, permit.actor().organisation, &record, &id)?;
    if is_stale(&form, one.version) {
        return Err(Ending::Conflict(
            "Somebody else has changed this note since you opened it. Nothing was deleted.",
        ));
    }
    record_note::change(w, &one, "")?;
    Ok(done(
        w,
        &record,
        "note.removed",
        ("note", one.key().0),
        "The note is deleted, here and in the register",
    ))
}

/// A record with one of its notes that this organisation wrote.
fn own(
    s: &mut Session<'_>,
    organisation: OrganisationKey,
    record: &PublicId,
    id: &PublicId,
) -> Result<(Record, Note), Ending> {
    let record = record::open(s, record)?.or_missing()?;
    let one = note::open(s, &record, id)?.or_missing()?;
    if one.is_of(organisation) {
        Ok((record, one))
    } else {
        Err(Ending::Forbidden)
    }
}

fn own_of_lesson(
    s: &mut Session<'_>,
    organisation: OrganisationKey,
    record: &PublicId,
    id: &PublicId,
) -> Result<(Record, record_note::OfRecord), Ending> {
    let record = record::open(s, record)?.or_missing()?;
    let one = record_note::open(s, &record, id)?.or_missing()?;
    if one.is_of(organisation) {
        Ok((record, one))
    } else {
        Err(Ending::Forbidden)
    }
}

fn is_stale(form: &Form, version: i32) -> bool {
    form.value("version") != version.to_string()
}

fn done(
    w: &Writing<'_>,
    record: &Record,
    deed: &'static str,
    (kind, key): (&'static str, i64),
    heading: &str,
) -> Recorded<Answer> {
    let told = Flash::success(heading, "Everybody who may open this training record sees it so from now on.");
    w.event(deed)
        .about(kind, key)
        .learners([record.learner().0])
        .then(Answer::see_other(address_of(record)).telling(told))
}
