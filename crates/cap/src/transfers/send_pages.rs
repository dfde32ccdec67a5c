//! Upload to Organisation: each row of the sender's own list gets its recipient, all is confirmed,
//! and sent. The rows come from `upload_pages`.

use super::{
    category::{self, CATEGORIES},
    draft::{self, Draft},
    outbox, told,
    upload_pages::largest,
    way::{self, Addressed, Choice, recipients},
};
use crate::{
    accounts::deeds::UseDatalocker,
    shell::{self, Frame},
};
use askama::Template;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing,
    access::Side,
    form::LINE,
    web::{Flash, refused},
};

pub(super) const SEND: &str = "/datalocker";
const CONFIRM: &str = "/datalocker/confirmation";

#[derive(Template)]
#[template(path = "transfers/views/send.html")]
struct SendPage {
    frame: Frame,
    form: Form,
    rows: Vec<Draft>,
    organisations: Vec<(String, String)>,
    recipients: Vec<(&'static str, &'static str)>,
    categories: Vec<(&'static str, &'static str)>,
    /// The largest file that is taken, in bytes.
    largest: u64,
}

/// `GET /datalocker`
pub fn send_page(permit: Permit<UseDatalocker>, r: &mut Reading<'_>) -> Result<Answer, Ending> {
    let rows = draft::own(r)?;
    Answer::page(&page(r, permit.actor().role.side(), rows, Form::empty())?)
}

fn page(s: &mut Session<'_>, from: Side, rows: Vec<Draft>, form: Form) -> Result<SendPage, Ending> {
    let choices = way::choices(s)?;
    let none = |label: &'static str| ("", label);
    let mut roles: Vec<(&str, &str)> = Vec::new();
    for recipient in choices.iter().flat_map(|choice| recipients(from, choice.side)) {
        if !roles.contains(&(recipient.word(), recipient.label())) {
            roles.push((recipient.word(), recipient.label()));
        }
    }
    if roles.len() > 1 {
        roles.insert(0, none("Choose a role"));
    }
    let organisations = std::iter::once((String::new(), "Choose an organisation".to_owned()))
        .chain(choices.iter().map(|one| (one.public_id.to_string(), named(one))))
        .collect();
    let categories = std::iter::once(none("Choose a category")).chain(CATEGORIES).collect();
    let frame = shell::frame(s, "Upload to Organisation");
    Ok(SendPage {
        frame,
        form,
        rows,
        organisations,
        recipients: roles,
        categories,
        largest: largest(s.settings()),
    })
}

/// An organisation with its kind, so that nobody takes a school for a provider.
fn named(one: &Choice) -> String {
    match one.side {
        Side::Service => one.name.clone(),
        Side::School => format!("{} (school)", one.name),
        Side::Provider => format!("{} (provider)", one.name),
    }
}

/// What a button of the rows' form does.
enum Press<'a> {
    CopyOrganisation,
    CopyRole,
    CopyDescription,
    Remove(&'a str),
    Confirm,
}

fn pressed(form: &Form) -> Press<'_> {
    match form.value("press") {
        "copy-organisation" => Press::CopyOrganisation,
        "copy-role" => Press::CopyRole,
        "copy-description" => Press::CopyDescription,
        other => other.strip_prefix("remove-").map_or(Press::Confirm, Press::Remove),
    }
}

/// `POST /datalocker/rows`: keeps what was chosen, then does what the button says.
pub fn change_rows(
    permit: Permit<UseDatalocker>,
    w: &mut Writing<'_>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let from = permit.actor().role.side();
    let mut rows = draft::own(w)?;
    for row in &mut rows {
        row.read(&form);
    }
    let top = rows.first().cloned();
    match pressed(&form) {
        Press::CopyOrganisation => copy(&mut rows, |row, top| row.organisation.clone_from(&top.organisation)),
        Press::CopyRole => copy(&mut rows, |row, top| row.recipient.clone_from(&top.recipient)),
        Press::CopyDescription => copy(&mut rows, |row, top| row.description.clone_from(&top.description)),
        Press::Remove(id) => {
            if let Some(at) = rows.iter().position(|row| row.public_id.as_str() == id) {
                draft::remove(w, &rows.remove(at))?;
            }
        }
        Press::Confirm => {
            check(w, from, &rows, &mut form)?;
            if top.is_none() {
                form.refuse("files", "Choose a file first");
            }
            if !form.is_good() {
                return Err(refused(&page(w, from, rows, form)?));
            }
            keep(w, &rows)?;
            return Ok(w.event("draft.kept").with("rows", rows.len()).then(Answer::see_other(CONFIRM)));
        }
    }
    keep(w, &rows)?;
    Ok(w.event("draft.kept").with("rows", rows.len()).then(Answer::see_other(SEND)))
}

fn copy(rows: &mut [Draft], take: impl Fn(&mut Draft, &Draft)) {
    if let Some((top, others)) = rows.split_first_mut() {
        for row in others {
            take(row, top);
        }
    }
}

fn keep(w: &mut Writing<'_>, rows: &[Draft]) -> Result<(), Ending> {
    rows.iter().try_for_each(|row| draft::keep(w, row))
}

/// Where each row goes; what is missing or can't be is said beside its field.
fn check(s: &mut Session<'_>, from: Side, rows: &[Draft], form: &mut Form) -> Result<Vec<Addressed>, Ending> {
    let choices = way::choices(s)?;
    let mut addressed = Vec::with_capacity(rows.len());
    for row in rows {
        if row.organisation.is_empty() {
            form.refuse(&row.field("to"), "Choose an organisation");
        }
        if row.recipient.is_empty() {
            form.refuse(&row.field("recipient"), "Choose a role");
        }
        if category::label(&row.category).is_empty() {
            form.refuse(&row.field("category"), "Choose a category");
        }
        match row.description.chars().count() {
            0 => form.refuse(&row.field("description"), "Enter a description"),
            1..=LINE => {}
            _ => form.refuse(&row.field("description"), format!("Enter {LINE} characters or fewer")),
        }
        match way::address(&choices, from, &row.organisation, &row.recipient) {
            Some(to) => addressed.push(to),
            None => form.refuse(&row.field("to"), "Choose an organisation from the list"),
        }
    }
    Ok(addressed)
}

#[derive(Template)]
#[template(path = "transfers/views/confirm.html")]
struct ConfirmPage {
    frame: Frame,
    rows: Vec<(Draft, Addressed)>,
}

/// The rows with their addresses; none when there is nothing that can be sent as it stands.
fn ready(s: &mut Session<'_>, from: Side) -> Result<Option<Vec<(Draft, Addressed)>>, Ending> {
    let (rows, mut form) = (draft::own(s)?, Form::empty());
    let addressed = check(s, from, &rows, &mut form)?;
    let is_ready = form.is_good() && !rows.is_empty();
    Ok(is_ready.then(|| rows.into_iter().zip(addressed).collect()))
}

/// `GET /datalocker/confirmation`: every file with its recipient, before anything is sent.
pub fn confirm_page(permit: Permit<UseDatalocker>, r: &mut Reading<'_>) -> Result<Answer, Ending> {
    let Some(rows) = ready(r, permit.actor().role.side())? else {
        return Ok(Answer::see_other(SEND));
    };
    Answer::page(&ConfirmPage {
        frame: shell::frame(r, "Check what you send"),
        rows,
    })
}

/// `POST /datalocker/sending`
pub fn send(
    permit: Permit<UseDatalocker>,
    w: &mut Writing<'_>,
    _form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let Some(rows) = ready(w, permit.actor().role.side())? else {
        return Err(Ending::Conflict("Your list has changed since this page was made. Nothing was sent."));
    };
    for (row, to) in &rows {
        outbox::send(w, row, to)?;
        draft::end(w, row)?;
    }
    let waits = rows.iter().any(|(row, _)| row.waits_for_scanner());
    told::tell(w, rows.iter().filter(|(row, _)| !row.waits_for_scanner()).map(|(_, to)| to.waiting()))?;
    let to: Vec<Addressed> = rows.into_iter().map(|(_, to)| to).collect();
    let event = w.event("files.sent").with("files", to.len());
    Ok(event.then(Answer::see_other("/datalocker/sent").telling(receipt(&to, waits))))
}

/// What the sender is told: how many files, who has them now, and what can still be done.
fn receipt(to: &[Addressed], waits: bool) -> Flash {
    let mut who: Vec<String> = Vec::new();
    for one in to {
        let said = format!("{} ({})", one.name, one.recipient.label());
        if !who.contains(&said) {
            who.push(said);
        }
    }
    let heading = match to.len() {
        1 => "The file was sent".to_owned(),
        n => format!("{n} files were sent"),
    };
    let next = if waits {
        "Not every file could be checked for viruses yet: those are delivered as soon as that is done. You can recall a file until it is first downloaded."
    } else {
        "They are told by e-mail that a file waits. You can recall a file until it is first downloaded."
    };
    Flash::success(heading, format!("To {}. {next}", who.join(", ")))
}
