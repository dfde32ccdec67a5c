//! Upload to Organisation: each row of the sender's own list gets its recipient, all is confirmed,
//! and sent. The rows come from `upload_pages`.

use super::{
    category::{Categories, Category},
    draft::{self, Draft},
    outbox, told,
    upload_pages::largest,
    way::{self, Addressed, recipients},
};
use crate::{
    accounts::deeds::UseDatalocker,
    learners::known::{self, Named},
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
pub(super) const CONFIRM: &str = "/datalocker/confirmation";

#[derive(Template)]
#[template(path = "transfers/views/send.html")]
struct SendPage {
    frame: Frame,
    form: Form,
    rows: Vec<Draft>,
    organisations: Vec<(String, String)>,
    recipients: Vec<(&'static str, &'static str)>,
    categories: Vec<(String, String)>,
    /// The largest file that is taken, in bytes.
    largest: u64,
    /// Whether the sender is the service, which may send to many and link learners.
    is_service: bool,
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
    let mut organisations = vec![(String::new(), "Choose an organisation".to_owned())];
    if from == Side::Service {
        organisations.extend(sets(&rows));
    }
    organisations.extend(choices.iter().map(|one| (one.public_id.to_string(), way::named(one))));
    let categories = Categories::of(s)?.options();
    let frame = shell::frame(s, "Upload to Organisation");
    Ok(SendPage {
        frame,
        form,
        rows,
        organisations,
        recipients: roles,
        categories,
        largest: largest(s.settings()),
        is_service: from == Side::Service,
    })
}

/// The choices that stand for many organisations: whole kinds, and the sets that rows have already.
fn sets(rows: &[Draft]) -> Vec<(String, String)> {
    let mut sets = vec![
        (way::ALL_SCHOOLS.to_owned(), "All schools".to_owned()),
        (way::ALL_PROVIDERS.to_owned(), "All providers".to_owned()),
    ];
    for row in rows {
        if let Some(number) = way::ticked(&row.organisation)
            && !sets.iter().any(|(value, _)| *value == row.organisation)
        {
            sets.push((row.organisation.clone(), format!("{number} ticked organisations")));
        }
    }
    sets
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

pub(super) fn keep(w: &mut Writing<'_>, rows: &[Draft]) -> Result<(), Ending> {
    rows.iter().try_for_each(|row| draft::keep(w, row))
}

/// Where a row goes, and whom its file is about.
pub(super) struct Where {
    to: Vec<Addressed>,
    category: Category,
    learner: Option<Named>,
    /// The organisations among them that have nothing to do with that learner.
    strangers: Vec<String>,
}

/// Where each row goes; what is missing or can't be is said beside its field.
pub(super) fn check(
    s: &mut Session<'_>,
    from: Side,
    rows: &[Draft],
    form: &mut Form,
) -> Result<Vec<Where>, Ending> {
    let (choices, categories) = (way::choices(s)?, Categories::of(s)?);
    let mut addressed = Vec::with_capacity(rows.len());
    for row in rows {
        if row.organisation.is_empty() {
            form.refuse(&row.field("to"), "Choose an organisation");
        }
        if row.recipient.is_empty() {
            form.refuse(&row.field("recipient"), "Choose a role");
        }
        let category = categories.chosen(&row.category);
        if category.is_none() {
            form.refuse(&row.field("category"), "Choose a category");
        }
        match row.description.chars().count() {
            0 => form.refuse(&row.field("description"), "Enter a description"),
            1..=LINE => {}
            _ => form.refuse(&row.field("description"), format!("Enter {LINE} characters or fewer")),
        }
        match way::address(&choices, from, &row.organisation, &row.recipient) {
            Some(to) => {
                let Some(category) = category.cloned() else {
                    continue;
                };
                let learner = learner_of(s, from, row, form)?;
                let strangers = strangers(s, &to, learner.as_ref())?;
                addressed.push(Where { to, category, learner, strangers });
            }
            None => form.refuse(&row.field("to"), "Choose an organisation from the list"),
        }
    }
    Ok(addressed)
}

/// The learner whose CLM ID was typed in a row of the service's.
fn learner_of(
    s: &mut Session<'_>,
    from: Side,
    row: &Draft,
    form: &mut Form,
) -> Result<Option<Named>, Ending> {
    if from != Side::Service || row.learner.is_empty() {
        return Ok(None);
    }
    let found = match row.learner.parse() {
        Ok(number) => known::numbered(s, number)?,
        Err(_) => None,
    };
    if found.is_none() {
        form.refuse(&row.field("learner"), "No learner has this CLM ID: enter the number of their page");
    }
    Ok(found)
}

/// Those of the recipients that have nothing to do with a learner.
fn strangers(s: &mut Session<'_>, to: &[Addressed], learner: Option<&Named>) -> Result<Vec<String>, Ending> {
    let mut strangers = Vec::new();
    if let Some(learner) = learner {
        for one in to {
            if !known::is_known_to(s, learner, one.organisation())? {
                strangers.push(one.name.clone());
            }
        }
    }
    Ok(strangers)
}

#[derive(Template)]
#[template(path = "transfers/views/confirm.html")]
struct ConfirmPage {
    frame: Frame,
    rows: Vec<(Draft, Where)>,
}

/// The rows with their addresses; none when there is nothing that can be sent as it stands.
fn ready(s: &mut Session<'_>, from: Side) -> Result<Option<Vec<(Draft, Where)>>, Ending> {
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
    for (row, place) in &rows {
        for to in &place.to {
            outbox::send(w, row, to, &place.category, place.learner.as_ref().map(|learner| learner.key))?;
        }
        draft::end(w, row)?;
    }
    let waits = rows.iter().any(|(row, _)| row.waits_for_scanner());
    let released = rows.iter().filter(|(row, _)| !row.waits_for_scanner());
    told::tell(w, released.flat_map(|(_, place)| place.to.iter().map(Addressed::waiting)))?;
    let learners: Vec<i64> =
        rows.iter().filter_map(|(_, place)| Some(place.learner.as_ref()?.key.0)).collect();
    let files = rows.len();
    let to: Vec<Addressed> = rows.into_iter().flat_map(|(_, place)| place.to).collect();
    let event = w.event("files.sent").with("files", files).with("transfers", to.len()).learners(learners);
    Ok(event.then(Answer::see_other("/datalocker/sent").telling(receipt(files, &to, waits))))
}

/// Most recipients that a message names one by one; Sent Files names them all.
const MOST_NAMED: usize = 5;

/// What the sender is told: how many files, who has them now, and what can still be done.
fn receipt(files: usize, to: &[Addressed], waits: bool) -> Flash {
    let mut who: Vec<String> = Vec::new();
    for one in to {
        let said = format!("{} ({})", one.name, one.recipient.label());
        if !who.contains(&said) {
            who.push(said);
        }
    }
    let heading = match files {
        1 => "The file was sent".to_owned(),
        n => format!("{n} files were sent"),
    };
    let next = if waits {
        "Not every file could be checked for viruses yet: those are delivered as soon as that is done. You can recall a file until it is first downloaded."
    } else {
        "They are told by e-mail that a file waits. You can recall a file until it is first downloaded."
    };
    let whom = match who.len() {
        0..=MOST_NAMED => who.join(", "),
        n => format!("{} and {} others", who[..MOST_NAMED].join(", "), n - MOST_NAMED),
    };
    Flash::success(heading, format!("To {whom}. {next}"))
}
