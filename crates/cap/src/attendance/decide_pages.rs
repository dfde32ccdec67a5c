//! The home school's side of a register: its own learners, the decision on an absence, the code for
//! its own register, and notes.

use super::{
    announce,
    codes::{Code, Codes},
    decision,
    mark::Mark,
    marking::{self, Decision, Wanted},
    note,
    register::{Entry, Register, marker},
    register_form as reg_form,
    register_pages::refuse_by_rule,
    register_view::{self as view, Head, NoteView},
    status::Status,
};
use crate::{
    accounts::deeds::DecideAbsence,
    learners::glance::Glance,
    shell::{self, Frame},
};
use askama::Template;
use chrono::NaiveDate;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing, clock,
    form::LINE,
    ids::PublicId,
    problem::OrMissing,
    web::{Flash, Ids, refused},
};

#[derive(Template)]
#[template(path = "attendance/views/register_decide.html")]
struct DecidePage {
    frame: Frame,
    head: Head,
    rows: Vec<DecideRow>,
    /// The register is complete, so that notes and codes can be given too.
    complete: bool,
    form: Form,
    warning: &'static str,
}

struct DecideRow {
    reference: String,
    name: String,
    school: String,
    status: &'static str,
    label: &'static str,
    /// Empty where there is nothing to decide.
    choices: Vec<view::Choice>,
    base: &'static str,
    code: String,
    codes: Vec<(String, String)>,
    reason: String,
    note: String,
    note_base: String,
    others: Vec<NoteView>,
    glance: Option<Glance>,
    decided_before: Option<String>,
    /// The names of its fields: note, status, code, reason.
    fields: [String; 4],
}

impl DecideRow {
    fn note_field(&self) -> &str {
        &self.fields[0]
    }

    fn status_field(&self) -> &str {
        &self.fields[1]
    }

    fn code_field(&self) -> &str {
        &self.fields[2]
    }

    fn reason_field(&self) -> &str {
        &self.fields[3]
    }
}

/// Whether a school can do anything in this register: it is complete, or it was told of an absence.
pub(super) fn has_something_to_do(register: &Register) -> bool {
    register.lesson.completed_at.is_some() || register.entries.iter().any(can_be_decided)
}

/// An absence that the school was told of, or has decided before.
fn can_be_decided(entry: &Entry) -> bool {
    match entry.mark.status {
        Some(Status::Unexplained) => entry.announced_at.is_some(),
        Some(Status::Authorised | Status::Unauthorised) => true,
        Some(
            Status::Present
            | Status::Late
            | Status::DismissedBehaviour
            | Status::DismissedOther
            | Status::NotRequired,
        )
        | None => false,
    }
}

/// `GET /clm/registers/{lesson}/decisions`
pub fn decide_page(
    _permit: Permit<DecideAbsence>,
    r: &mut Reading<'_>,
    Ids([id]): Ids<1>,
) -> Result<Answer, Ending> {
    let register = Register::open(r, &id)?.or_missing()?;
    if !has_something_to_do(&register) {
        return Ok(Answer::see_other(format!("/clm/registers/{id}")));
    }
    Answer::page(&page(r, &register, Form::empty())?)
}

fn page(s: &mut Session<'_>, register: &Register, form: Form) -> Result<DecidePage, Ending> {
    let reader = s.actor()?.person;
    let notes = note::of_register(s, register)?;
    let mut glances = view::glances(s, register)?;
    let codes = Codes::load(s)?;
    let complete = register.lesson.completed_at.is_some();
    let mut frame = shell::frame(s, "Decide absences");
    frame.crumbs = vec![
        shell::crumb("Home", "/clm"),
        shell::crumb("Registers", "/clm/registers"),
    ];
    let rows = register.entries.iter().filter(|entry| complete || can_be_decided(entry)).map(|entry| {
        let reference = entry.reference.to_string();
        let typed = |field: &str, stands: String| {
            let name = format!("{field}-{reference}");
            if form.contains(&name) {
                form.value(&name).to_owned()
            } else {
                stands
            }
        };
        let stands = entry.mark.status.map_or("", Status::word);
        let own = reg_form::own_note(&notes, entry, reader);
        DecideRow {
            name: entry.name(),
            school: entry.school_name.clone(),
            status: stands,
            label: entry.mark.status.map_or("Not marked", Status::label),
            choices: choices(entry, &typed("status", stands.to_owned())),
            base: stands,
            code: typed("code", entry.dfe_code.clone().unwrap_or_default()),
            codes: code_options(
                &codes,
                entry,
                register.lesson.held_on,
                entry.proposed_code(&register.lesson),
            ),
            reason: typed("reason", entry.reason.clone().unwrap_or_default()),
            note: typed("note", own.clone()),
            note_base: own,
            others: notes
                .iter()
                .filter(|n| n.record == entry.record && n.author != reader)
                .map(view::note_view)
                .collect(),
            glance: glances.remove(&entry.learner),
            decided_before: entry.decided_before().map(clock::moment),
            fields: ["note", "status", "code", "reason"].map(|field| format!("{field}-{reference}")),
            reference,
        }
    });
    Ok(DecidePage {
        rows: rows.collect(),
        head: view::head(s, register)?,
        complete,
        frame,
        form,
        warning: note::WARNING,
    })
}

fn choices(entry: &Entry, chosen: &str) -> Vec<view::Choice> {
    if !can_be_decided(entry) {
        return Vec::new();
    }
    let mut offered = vec![Status::Authorised, Status::Unauthorised];
    if entry.mark.status == Some(Status::Unexplained) {
        offered.insert(1, Status::Unexplained);
    }
    let choice = |status: Status| view::Choice {
        word: status.word(),
        label: status.label(),
        checked: status.word() == chosen,
        disabled: false,
    };
    offered.into_iter().map(choice).collect()
}

/// The national codes to choose from, the proposal first.
fn code_options(
    codes: &Codes,
    entry: &Entry,
    held_on: NaiveDate,
    proposed: Option<&'static str>,
) -> Vec<(String, String)> {
    let first = match proposed {
        Some(code) => format!("{code} (proposed)"),
        None => "None yet".to_owned(),
    };
    let fitting: Vec<&Code> = match entry.mark.status {
        Some(Status::Authorised | Status::Unauthorised | Status::Unexplained) => decision::CHOICES
            .into_iter()
            .flat_map(|status| codes.for_decision(status, held_on))
            .collect(),
        Some(
            Status::Present
            | Status::Late
            | Status::DismissedBehaviour
            | Status::DismissedOther
            | Status::NotRequired,
        )
        | None => codes.current(held_on).collect(),
    };
    let option = |code: &Code| (code.code.clone(), format!("{} – {}", code.code, code.meaning.name));
    std::iter::once((String::new(), first)).chain(fitting.into_iter().map(option)).collect()
}

/// `POST /clm/registers/{lesson}/decisions`
pub fn decide(
    _permit: Permit<DecideAbsence>,
    w: &mut Writing<'_>,
    Ids([id]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let register = Register::open(w, &id)?.or_missing()?;
    let by = marker(w.actor()?.role)?;
    let (wanted, moved) = read(&register, &mut form, &Codes::load(w)?);
    refuse_by_rule(&wanted, by, &mut form);
    let notes = if register.lesson.completed_at.is_some() {
        notes(&register, &mut form)
    } else {
        Vec::new()
    };
    if !form.is_good() {
        return Err(refused(&page(w, &register, form)?));
    }
    if moved {
        return Err(Ending::Conflict(
            "Somebody changed one of these marks while you were deciding. Nothing was saved; open the register again.",
        ));
    }
    let decided = wanted.len();
    let outcome = marking::apply(w, &register, &wanted, &PublicId::random())?;
    if wanted.iter().any(|one| one.mark.status.is_some_and(Status::is_decision)) {
        announce::tell_provider(w, &register, announce::Outcome::Decided)?;
    }
    let noted = reg_form::write_notes(w, &register, &notes)?;
    let event = w
        .event("absences.decided")
        .about("lesson", register.lesson.key.0)
        .learners(outcome.changed.iter().copied().chain(noted.iter().copied()))
        .with("marks", outcome.changed.len())
        .with("notes", noted.len());
    let text = match (decided, noted.len()) {
        (0, 0) => "Nothing was different.".to_owned(),
        (0, _) => "Your notes stand on the training records.".to_owned(),
        (1, _) => "The provider sees your decision in this register.".to_owned(),
        (n, _) => format!("{n} entries changed. The provider sees your decisions in this register."),
    };
    let told = Flash::success("Saved", text);
    Ok(event.then(Answer::see_other(format!("/clm/registers/{id}")).telling(told)))
}

/// The decisions that differ from what stands there, and whether a mark has moved since the page.
fn read<'r>(register: &'r Register, form: &mut Form, codes: &Codes) -> (Vec<Wanted<'r>>, bool) {
    let (mut wanted, mut moved) = (Vec::new(), false);
    let complete = register.lesson.completed_at.is_some();
    for entry in &register.entries {
        let reference = entry.reference.as_str();
        if !form.contains(&format!("was-status-{reference}")) || !(complete || can_be_decided(entry)) {
            continue;
        }
        let stands = entry.mark.status.map_or("", Status::word);
        let chosen = match form.value(&format!("status-{reference}")) {
            "" => stands.to_owned(),
            word => word.to_owned(),
        };
        let status = match Status::parse(&chosen) {
            Ok(status) => Some(status),
            Err(_) if chosen.is_empty() => None,
            Err(sentence) => {
                form.refuse(&format!("status-{reference}"), sentence);
                continue;
            }
        };
        let code = form.optional(&format!("code-{reference}"), LINE);
        let reason = form.optional(&format!("reason-{reference}"), LINE);
        let differs = status != entry.mark.status || code != entry.dfe_code || reason != entry.reason;
        if differs {
            moved |= form.value(&format!("was-status-{reference}")) != stands;
            let mark = Mark { status, ..entry.mark.clone() };
            let held_on = register.lesson.held_on;
            let decision = match status {
                // The old guide's way is one click and Save: the code may follow, and none is assumed.
                Some(Status::Authorised) if code.is_none() => {
                    reason_is_good(form, reference).then_some(Decision { dfe_code: None, reason })
                }
                Some(status @ (Status::Authorised | Status::Unauthorised)) => {
                    decision::parse(form, &format!("-{reference}"), status, held_on, codes)
                }
                _ => valid_code(form, reference, code, held_on, codes)
                    .map(|dfe_code| Decision { dfe_code, reason }),
            };
            if let Some(decision) = decision {
                wanted.push(Wanted { entry, mark, decision: Some(decision) });
            }
        }
    }
    (wanted, moved)
}

/// Whether the reason can be kept as it was typed.
fn reason_is_good(form: &Form, reference: &str) -> bool {
    form.problem(&format!("reason-{reference}")).is_none()
}

/// The code of a mark that is no decision: any that was in use on the day, or none.
fn valid_code(
    form: &mut Form,
    reference: &str,
    code: Option<String>,
    held_on: NaiveDate,
    codes: &Codes,
) -> Option<Option<String>> {
    match code {
        Some(code) if codes.find(&code, held_on).is_none() => {
            let field = format!("code-{reference}");
            form.refuse(&field, "Choose a code that was valid on the day of the lesson");
            None
        }
        other => Some(other),
    }
}

fn notes<'r>(register: &'r Register, form: &mut Form) -> Vec<(&'r Entry, String)> {
    let mut notes = Vec::new();
    for entry in &register.entries {
        let field = format!("note-{}", entry.reference);
        if form.contains(&field) {
            let text = form.text(&field, platform::form::TEXT);
            if text != form.value(&format!("was-{field}")).trim() {
                notes.push((entry, text));
            }
        }
    }
    notes
}
