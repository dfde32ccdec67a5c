//! Upload by organisation type: the files of the sender's list to all schools, all providers, or a
//! ticked set at once. The service's alone.

use super::{
    category::Categories,
    draft::{self, Draft},
    send_pages::{CONFIRM, SEND, check, keep},
    way::{self, ALL_PROVIDERS, ALL_SCHOOLS, Choice, Recipient},
};
use crate::{
    accounts::deeds::SendToMany,
    shell::{self, Frame, crumb},
};
use askama::Template;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing,
    access::Side,
    form::LINE,
    ids::PublicId,
    web::{Flash, refused},
};

#[derive(Template)]
#[template(path = "transfers/views/many.html")]
struct ManyPage {
    frame: Frame,
    form: Form,
    rows: Vec<Draft>,
    groups: Vec<(&'static str, String)>,
    organisations: Vec<(String, String)>,
    recipients: [(&'static str, &'static str); 3],
    categories: Vec<(String, String)>,
}

/// The choice of a set that is ticked one by one.
const THESE: &str = "these";

fn page(s: &mut Session<'_>, rows: Vec<Draft>, form: Form) -> Result<ManyPage, Ending> {
    let choices = way::choices(s)?;
    let number = |side| choices.iter().filter(|choice| choice.side == side).count();
    let groups = vec![
        (ALL_SCHOOLS, format!("All schools ({})", number(Side::School))),
        (ALL_PROVIDERS, format!("All providers ({})", number(Side::Provider))),
        (THESE, "Those that I tick below".to_owned()),
    ];
    let mut frame = shell::frame(s, "Upload by organisation type");
    frame.crumbs = vec![crumb("Upload to Organisation", SEND)];
    Ok(ManyPage {
        frame,
        form,
        rows,
        groups,
        organisations: choices.iter().map(|one| (one.public_id.to_string(), way::named(one))).collect(),
        recipients: [
            ("", "Choose a role"),
            (Recipient::Coordinator.word(), Recipient::Coordinator.label()),
            (Recipient::Dsl.word(), Recipient::Dsl.label()),
        ],
        categories: Categories::of(s)?.options(),
    })
}

/// `GET /datalocker/by-type`
pub fn many_page(_permit: Permit<SendToMany>, r: &mut Reading<'_>) -> Result<Answer, Ending> {
    let rows = draft::own(r)?;
    Answer::page(&page(r, rows, Form::empty())?)
}

/// `POST /datalocker/by-type`: gives every row of the list these recipients, and goes on to the
/// confirmation.
pub fn address_many(
    permit: Permit<SendToMany>,
    w: &mut Writing<'_>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let mut rows = draft::own(w)?;
    if rows.is_empty() {
        let told = Flash::problem("No file was chosen", "Choose your files first, then whom they go to.");
        return Ok(w.event("draft.kept").with("rows", 0).then(Answer::see_other(SEND).telling(told)));
    }
    let to = chosen(&mut form, &way::choices(w)?);
    let recipient = form.parsed("recipient", |word| {
        let known = Recipient::parse(word).filter(|one| *one != Recipient::Cap);
        known.map(Recipient::word).ok_or("Choose a role")
    });
    if recipient.is_none() && form.problem("recipient").is_none() {
        form.refuse("recipient", "Choose a role");
    }
    let category = form.required("category", LINE, "Choose a category");
    let description = form.required("description", LINE, "Enter a description");
    if let (Some(to), Some(recipient), true) = (to, recipient, form.is_good()) {
        for row in &mut rows {
            row.address(&to, recipient, &category, &description);
        }
        let mut checked = Form::empty();
        check(w, permit.actor().role.side(), &rows, &mut checked)?;
        if checked.is_good() {
            keep(w, &rows)?;
            return Ok(w.event("draft.kept").with("rows", rows.len()).then(Answer::see_other(CONFIRM)));
        }
        for problem in checked.problems() {
            let field = problem.field.split('-').next().unwrap_or_default();
            let field = if field == "to" { "group" } else { field };
            if form.problem(field).is_none() {
                form.refuse(field, problem.message.clone());
            }
        }
    }
    Err(refused(&page(w, rows, form)?))
}

/// The word for whom the files go to: a whole kind, or the ticked organisations.
fn chosen(form: &mut Form, choices: &[Choice]) -> Option<String> {
    match form.value("group").to_owned().as_str() {
        all @ (ALL_SCHOOLS | ALL_PROVIDERS) => Some(all.to_owned()),
        THESE => {
            let ticked: Vec<PublicId> = form.values("organisation").filter_map(PublicId::parse).collect();
            if ticked.is_empty() {
                form.refuse("organisation", "Tick at least one organisation");
                return None;
            }
            if !ticked.iter().all(|id| choices.iter().any(|one| one.public_id == *id)) {
                form.refuse("organisation", "Tick organisations of the list");
                return None;
            }
            Some(way::these(&ticked))
        }
        _ => {
            form.refuse("group", "Choose to whom the files go");
            None
        }
    }
}
