//! A received file about safeguarding: accepting it, and saying what was done.

use super::{
    answering::{self, Answered},
    category::Categories,
    inbox::{self, Received},
};
use crate::{
    accounts::deeds::UseDatalocker,
    shell::{self, Frame, crumb},
};
use askama::Template;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing, clock,
    form::TEXT,
    ids::PublicId,
    problem::OrMissing,
    web::{Flash, Ids, refused},
};

#[derive(Template)]
#[template(path = "transfers/views/answer.html")]
struct AnswerPage {
    frame: Frame,
    form: Form,
    file: Received,
    category: String,
    answered: Answered,
}

impl AnswerPage {
    /// When it was sent.
    fn sent(&self) -> String {
        clock::moment(self.file.sent_at)
    }

    /// Who accepted it, and when.
    fn accepted(&self) -> Option<String> {
        let (name, at) = self.answered.accepted.as_ref()?;
        Some(format!("{name}, {}", clock::moment(*at)))
    }
}

/// A file of the reader's that is to be answered.
fn open(s: &mut Session<'_>, id: PublicId) -> Result<Option<Received>, Ending> {
    let found = inbox::named(s, vec![id])?.into_iter().next();
    Ok(found.filter(|one| one.answered))
}

fn page(s: &mut Session<'_>, file: Received, form: Form) -> Result<AnswerPage, Ending> {
    let mut frame = shell::frame(s, "Action taken on a file");
    frame.crumbs = vec![crumb("Download File(s)", "/datalocker/downloads?show=previous")];
    let mut answers = answering::of(s, [(file.key(), file.answered)])?;
    Ok(AnswerPage {
        frame,
        form,
        category: Categories::of(s)?.label(&file.category).to_owned(),
        answered: answers.remove(&file.key()).unwrap_or_default(),
        file,
    })
}

/// `GET /datalocker/downloads/{received}/answer`
pub fn answer_page(
    _permit: Permit<UseDatalocker>,
    r: &mut Reading<'_>,
    Ids([id]): Ids<1>,
) -> Result<Answer, Ending> {
    let file = open(r, id)?.or_missing()?;
    Answer::page(&page(r, file, Form::empty())?)
}

/// `POST /datalocker/downloads/{received}/accepting`
pub fn accept(
    _permit: Permit<UseDatalocker>,
    w: &mut Writing<'_>,
    Ids([id]): Ids<1>,
    _form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let file = open(w, id)?.or_missing()?;
    if !file.is_taken() {
        return Err(Ending::Conflict("Download the file first, then accept it."));
    }
    if !answering::can_be_accepted(w, &file)? {
        return Err(Ending::Conflict("Somebody else has accepted this file already."));
    }
    answering::accept(w, &file)?;
    let told = Flash::success(
        "You have accepted the file",
        format!("{} sees that it is with you. Say what you did when it is done.", file.from),
    );
    Ok(w.event("file.accepted")
        .about("transfer", file.key().0)
        .then(Answer::see_other(address(&file)).telling(told)))
}

/// `POST /datalocker/downloads/{received}/actions`
pub fn act(
    _permit: Permit<UseDatalocker>,
    w: &mut Writing<'_>,
    Ids([id]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let file = open(w, id)?.or_missing()?;
    let body = form.required("action", TEXT, "Say what was done");
    if !form.is_good() {
        return Err(refused(&page(w, file, form)?));
    }
    answering::act(w, &file, &body)?;
    let told = Flash::success("The action is noted", format!("{} can read it from now on.", file.from));
    Ok(w.event("file.acted-on")
        .about("transfer", file.key().0)
        .then(Answer::see_other(address(&file)).telling(told)))
}

fn address(file: &Received) -> String {
    format!("/datalocker/downloads/{}/answer", file.public_id)
}
