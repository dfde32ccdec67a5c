//! The register's pages: to read, to mark, and where two people changed the same mark.

use super::{
    mark,
    marking::{self, Wanted},
    note,
    register::{Register, State},
    register_form::{self as reg_form, Clash, Posted},
    register_view::{self as view, EditRow, Head, Row},
    status::{Marker, Status},
};
use crate::{
    accounts::deeds::{Deed, MarkRegister, ViewRegisters, may},
    shell::{self, Frame},
};
use askama::Template;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing,
    ids::PublicId,
    problem::OrMissing,
    web::{Flash, ForScript, Ids, refused, with_status},
};

#[derive(Template)]
#[template(path = "attendance/views/register.html")]
struct RegisterPage {
    frame: Frame,
    head: Head,
    rows: Vec<Row>,
    contributions: bool,
    edit: Option<String>,
    wait: &'static str,
    /// The provider's own: cover, an unexpected learner.
    marks: bool,
}

#[derive(Template)]
#[template(path = "attendance/views/register_edit.html")]
struct EditPage {
    frame: Frame,
    head: Head,
    rows: Vec<EditRow>,
    contributions: bool,
    form: Form,
    warning: &'static str,
}

#[derive(Template)]
#[template(path = "attendance/views/register_clash.html")]
struct ClashPage {
    frame: Frame,
    head: Head,
    clashes: Vec<ClashView>,
    /// Changes of mine that clash with nothing, carried along.
    carried: Vec<(String, String)>,
}

struct ClashView {
    clash: Clash,
    question: String,
    mine: String,
    theirs: String,
}

/// `GET /clm/registers/{lesson}`
pub fn register_page(
    permit: Permit<ViewRegisters>,
    r: &mut Reading<'_>,
    Ids([id]): Ids<1>,
) -> Result<Answer, Ending> {
    let register = Register::open(r, &id)?.or_missing()?;
    let role = permit.actor().role;
    let marks = may(role, Deed::MarkRegister);
    let (edit, wait) = edit_link(&register, r, marks, may(role, Deed::DecideAbsence));
    let page = RegisterPage {
        head: view::head(r, &register)?,
        rows: view::rows(r, &register)?,
        contributions: register.lesson.contributions,
        frame: register_frame(r, "Register"),
        edit,
        wait,
        marks: marks && register.is_open_to_marks(r.now()),
    };
    Answer::page(&page)
}

/// Where Edit leads for this reader, or why there is none.
fn edit_link(
    register: &Register,
    s: &Session<'_>,
    marks: bool,
    decides: bool,
) -> (Option<String>, &'static str) {
    let id = &register.lesson.public_id;
    if register.state(s.now()) == State::Cancelled {
        return (None, "This lesson is cancelled.");
    }
    if marks {
        return if register.is_open_to_marks(s.now()) {
            (Some(format!("/clm/registers/{id}/edit")), "")
        } else {
            (None, "The register opens a quarter of an hour before the lesson.")
        };
    }
    if decides && super::decide_pages::has_something_to_do(register) {
        return (Some(format!("/clm/registers/{id}/decisions")), "");
    }
    (
        None,
        "The provider has not completed this register yet. You can edit it when they have; an unexplained absence can be decided as soon as you are told of it.",
    )
}

fn register_frame(s: &Session<'_>, title: &str) -> Frame {
    let mut frame = shell::frame(s, title);
    frame.crumbs = vec![
        shell::crumb("Home", "/clm"),
        shell::crumb("Registers", "/clm/registers"),
    ];
    frame
}

/// `GET /clm/registers/{lesson}/edit`
pub fn edit_page(
    _permit: Permit<MarkRegister>,
    r: &mut Reading<'_>,
    Ids([id]): Ids<1>,
) -> Result<Answer, Ending> {
    let register = Register::open(r, &id)?.or_missing()?;
    if !register.is_open_to_marks(r.now()) {
        return Ok(Answer::see_other(format!("/clm/registers/{id}")));
    }
    Answer::page(&edit(r, &register, Form::empty())?)
}

fn edit(s: &mut Session<'_>, register: &Register, form: Form) -> Result<EditPage, Ending> {
    let reader = s.actor()?.person;
    Ok(EditPage {
        head: view::head(s, register)?,
        rows: view::edit_rows(s, register, &form, Marker::Provider, reader)?,
        contributions: register.lesson.contributions,
        frame: register_frame(s, "Edit the register"),
        form,
        warning: note::WARNING,
    })
}

/// `POST /clm/registers/{lesson}`: everything at once by the Save button, or the rows that a script sends.
pub fn save(
    _permit: Permit<MarkRegister>,
    w: &mut Writing<'_>,
    Ids([id]): Ids<1>,
    mut form: Form,
    script: ForScript,
) -> Result<Recorded<Answer>, Ending> {
    let mut register = Register::open(w, &id)?.or_missing()?;
    if !register.is_open_to_marks(w.now()) {
        return Err(Ending::Conflict(
            "This lesson is cancelled, or its register is not open yet. Nothing was saved.",
        ));
    }
    let rest = form.has("rest", "present");
    let posted = reg_form::read(&register, &mut form, rest);
    refuse_by_rule(&posted.wanted, Marker::Provider, &mut form);
    if !form.is_good() {
        return Err(refused(&edit(w, &register, form)?));
    }
    if !posted.clashes.is_empty() {
        return Err(clash(w, &register, &posted, &form, script)?);
    }
    let batch = PublicId::random();
    let mut outcome = marking::apply(w, &register, &posted.wanted, &batch)?;
    let notes = reg_form::write_notes(w, &register, &posted.notes)?;
    let event = w
        .event("register.saved")
        .about("lesson", register.lesson.key.0)
        .learners(outcome.changed.iter().copied().chain(notes.iter().copied()))
        .with("marks", outcome.changed.len())
        .with("notes", notes.len());
    register.put(std::mem::take(&mut outcome.marks));
    if script.0 {
        let notes = note::of_register(w, &register)?;
        let author = w.actor()?.person;
        let answer = serde_json::json!({
            "saved": true,
            "state": reg_form::progress_said(&register, &outcome),
            "base": reg_form::base_of(&register, &notes, author, &form),
        });
        return Ok(event.then(Answer::json(&answer)?));
    }
    let (heading, text) = reg_form::told(&register, &outcome, notes.len());
    Ok(event.then(Answer::see_other(format!("/clm/registers/{id}")).telling(Flash::success(heading, text))))
}

/// Puts each refusal of the rule beside its learner.
pub(super) fn refuse_by_rule(wanted: &[Wanted<'_>], by: Marker, form: &mut Form) {
    if let Err(refusals) = marking::check(wanted, by) {
        for one in refusals {
            form.refuse(&format!("status-{}", one.reference), one.why.to_string());
        }
    }
}

/// The page that shows both sides of each clash; everything else of mine is carried along.
fn clash(
    s: &mut Session<'_>,
    register: &Register,
    posted: &Posted<'_>,
    form: &Form,
    script: ForScript,
) -> Result<Ending, Ending> {
    if script.0 {
        return Ok(Ending::Json(axum::http::StatusCode::CONFLICT, r#"{"conflict":true}"#.to_owned()));
    }
    let clashing = |name: &str| posted.clashes.iter().any(|c| name == format!("{}-{}", c.field, c.reference));
    let mut carried = Vec::new();
    for entry in &register.entries {
        let reference = entry.reference.as_str();
        if !form.contains(&format!("was-status-{reference}")) {
            continue;
        }
        let theirs = reg_form::shown_texts(entry, &register.lesson);
        for (field, theirs) in mark::FIELDS.iter().zip(theirs) {
            let name = format!("{field}-{reference}");
            let (mine, base) = (form.value(&name).trim(), form.value(&format!("was-{name}")).trim());
            let text = if mine == base { theirs.clone() } else { mine.to_owned() };
            carried.push((format!("was-{name}"), theirs));
            if !clashing(&name) {
                carried.push((name, text));
            }
        }
    }
    for (name, value) in form
        .fields()
        .iter()
        .filter(|(name, _)| name.starts_with("note-") || name.starts_with("was-note-"))
    {
        carried.push((name.clone(), value.clone()));
    }
    let clashes = posted.clashes.iter().map(|clash| ClashView {
        question: question(clash),
        mine: shown(clash.field, &clash.mine),
        theirs: shown(clash.field, &clash.theirs),
        clash: clash.clone(),
    });
    let page = ClashPage {
        head: view::head(s, register)?,
        clashes: clashes.collect(),
        carried,
        frame: register_frame(s, "Both of you changed this register"),
    };
    Ok(with_status(axum::http::StatusCode::CONFLICT, &page))
}

fn question(clash: &Clash) -> String {
    let what = match clash.field {
        "status" => "Mark",
        "late" => "Minutes late",
        "contribution" => "Contribution",
        "left" => "Time of leaving",
        "leftwhy" => "Reason for leaving",
        _ => "Collected by",
    };
    format!("{what} of {}", clash.name)
}

fn shown(field: &str, text: &str) -> String {
    match (field, text) {
        (_, "") => "empty".to_owned(),
        ("status", word) => {
            Status::parse(word).map_or_else(|_| word.to_owned(), |status| status.label().to_owned())
        }
        (_, text) => text.to_owned(),
    }
}
