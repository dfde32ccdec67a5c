//! The register as a form: what stands in it, what came back, and how the two are merged.

use super::{
    mark::{self, FIELDS, Mark},
    marking::{Outcome, Wanted},
    merge::{self, Merged},
    note::{self, Note},
    register::{Entry, Lesson, Register},
};
use platform::{Ending, Form, Writing, form, ids::PersonKey};
use serde_json::{Map, Value};

/// A field that two people changed differently, for the page that lets a person decide.
#[derive(Clone, Debug)]
pub struct Clash {
    pub field: &'static str,
    pub reference: String,
    pub name: String,
    pub mine: String,
    pub theirs: String,
}

/// A posted register, merged with what stands there now.
pub struct Posted<'r> {
    /// Marks that differ from those that stand there.
    pub wanted: Vec<Wanted<'r>>,
    /// Notes as the author wants them to be.
    pub notes: Vec<(&'r Entry, String)>,
    pub clashes: Vec<Clash>,
}

/// The texts of a mark as the form shows them: a blank mark starts with +0, where the provider
/// starts contributions there.
pub fn shown_texts(entry: &Entry, lesson: &Lesson) -> [String; 6] {
    let mut texts = entry.mark.texts();
    if entry.mark.status.is_none() && lesson.contributions && lesson.contribution_start {
        texts[2] = "0".to_owned();
    }
    texts
}

/// Reads what came. `rest` marks every blank present. Wrong fields leave their sentences in the form.
pub fn read<'r>(register: &'r Register, form: &mut Form, rest: bool) -> Posted<'r> {
    let mut posted = Posted {
        wanted: Vec::new(),
        notes: Vec::new(),
        clashes: Vec::new(),
    };
    for entry in &register.entries {
        let reference = entry.reference.as_str();
        if form.contains(&format!("was-status-{reference}")) {
            read_mark(entry, &register.lesson, form, rest, &mut posted);
        }
        let field = format!("note-{reference}");
        if form.contains(&field) {
            let before = form.problems().len();
            let text = form.text(&field, form::TEXT);
            let base = form.value(&format!("was-{field}")).trim().replace("\r\n", "\n");
            if form.problems().len() == before && text != base {
                posted.notes.push((entry, text));
            }
        }
    }
    posted
}

fn read_mark<'r>(entry: &'r Entry, lesson: &Lesson, form: &mut Form, rest: bool, posted: &mut Posted<'r>) {
    let reference = entry.reference.as_str();
    let theirs = shown_texts(entry, lesson);
    let mut texts: [String; 6] = Default::default();
    let mut clashes = Vec::new();
    for (at, field) in FIELDS.iter().enumerate() {
        let mine = form.value(&format!("{field}-{reference}")).trim().to_owned();
        let base = form.value(&format!("was-{field}-{reference}")).trim().to_owned();
        let merged = merge::field(&base, &mine, &theirs[at]);
        if let Merged::Clash { mine, theirs } = &merged {
            let (reference, name) = (reference.to_owned(), entry.name());
            clashes.push(Clash {
                field,
                reference,
                name,
                mine: mine.clone(),
                theirs: theirs.clone(),
            });
        }
        texts[at] = merged.text().to_owned();
    }
    if rest && texts[0].is_empty() {
        texts[0] = "present".to_owned();
    }
    posted.clashes.extend(clashes);
    if let Some(mark) = Mark::parse(&texts, reference, form)
        && mark != entry.mark
    {
        posted.wanted.push(Wanted { entry, mark, decision: None });
    }
}

/// Writes the notes; answers the learners whose note changed.
///
/// # Errors
/// A database error.
pub fn write_notes(
    w: &mut Writing<'_>,
    register: &Register,
    notes: &[(&Entry, String)],
) -> Result<Vec<i64>, Ending> {
    let mut changed = Vec::new();
    for (entry, text) in notes {
        if note::say(w, register.lesson.key, entry, text)? {
            changed.push(entry.learner.0);
        }
    }
    Ok(changed)
}

/// What a script is told after a save: the values that stand there now, of every field that it sent.
pub fn base_of(register: &Register, notes: &[Note], author: PersonKey, form: &Form) -> Value {
    let mut base = Map::new();
    for entry in &register.entries {
        let reference = entry.reference.as_str();
        for (field, text) in FIELDS.iter().zip(shown_texts(entry, &register.lesson)) {
            if form.contains(&format!("was-{field}-{reference}")) {
                base.insert(format!("{field}-{reference}"), Value::String(text));
            }
        }
        if form.contains(&format!("was-note-{reference}")) {
            base.insert(format!("note-{reference}"), Value::String(own_note(notes, entry, author)));
        }
    }
    Value::Object(base)
}

/// The reader's own note about a learner; empty when there is none.
pub fn own_note(notes: &[Note], entry: &Entry, author: PersonKey) -> String {
    notes
        .iter()
        .find(|n| n.record == entry.record && n.author == author)
        .map_or_else(String::new, |n| n.body.clone())
}

/// How far a register is, in words: "12 of 15 marked".
pub fn progress(register: &Register) -> String {
    format!("{} of {} marked", register.marked(), register.entries.len())
}

/// How far a register is after a save that leaves its page open, and who has it.
pub fn progress_said(register: &Register, outcome: &Outcome) -> String {
    let progress = progress(register);
    if outcome.complete {
        format!("{progress}: complete, and the home schools can see it now")
    } else {
        progress
    }
}

/// What a save tells: that it worked, who has it now, and what happens next.
pub fn told(register: &Register, outcome: &Outcome, notes: usize) -> (String, String) {
    let notes = match notes {
        0 => String::new(),
        1 => " One note was saved.".to_owned(),
        n => format!(" {n} notes were saved."),
    };
    if outcome.complete {
        let absent = register
            .entries
            .iter()
            .filter(|e| e.mark.status == Some(super::status::Status::Unexplained))
            .count();
        let next = match absent {
            0 => "The home schools can see it now.".to_owned(),
            1 => "The home schools can see it now, and the one of the learner with an unexplained absence has been told.".to_owned(),
            n => format!("The home schools can see it now, and those of the {n} learners with unexplained absences have been told."),
        };
        ("The register is complete".to_owned(), format!("{next}{notes}"))
    } else {
        let text = format!(
            "{}. Mark the others when you know. Home schools are told of an unexplained absence after one minute.{notes}",
            progress(register)
        );
        ("The register is saved".to_owned(), text)
    }
}

/// Whether a learner with this mark was sent home, so that the page asks when, why and who collected.
pub fn asks_about_leaving(texts: &[String; 6]) -> bool {
    mark::is_sent_home(super::status::Status::parse(&texts[0]).ok())
        || texts[3..].iter().any(|text| !text.is_empty())
}
