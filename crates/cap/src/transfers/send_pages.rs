//! Upload to Organisation: files come first, into rows that are the sender's alone; then each row
//! gets its recipient, all is confirmed, and sent.

use super::{
    category::{self, CATEGORIES},
    draft::{self, Draft},
    stored, told, transfer,
    way::{self, Addressed, Choice, Recipient, recipients},
};
use crate::{
    accounts::deeds::UseDatalocker,
    shell::{self, Frame},
};
use askama::Template;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing,
    access::Side,
    vault::{Stored, Trouble, Vault},
    web::{Flash, Posted, Steps, Upload, refused},
};

const SEND: &str = "/datalocker";
const CONFIRM: &str = "/datalocker/confirmation";

/// Largest file that is taken, in bytes (PRODUCT.md §3).
pub const LARGEST_FILE: u64 = 2 * 1024 * 1024 * 1024;

#[derive(Template)]
#[template(path = "transfers/views/send.html")]
struct SendPage {
    frame: Frame,
    form: Form,
    rows: Vec<Draft>,
    organisations: Vec<(String, String)>,
    recipients: Vec<(&'static str, &'static str)>,
    categories: Vec<(&'static str, &'static str)>,
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

/// Keeps what was chosen in the rows above the files that are added now.
fn keep_chosen(w: &mut Writing<'_>, mut form: Form) -> Result<Recorded<()>, Ending> {
    let mut rows = draft::own(w)?;
    rows.retain(|row| form.contains(&row.field("to")));
    for row in &mut rows {
        row.read(&mut form);
        draft::keep(w, row)?;
    }
    Ok(w.event("draft.kept").with("rows", rows.len()).then(()))
}

/// `POST /datalocker/files`: takes files as they arrive; each becomes a row.
pub async fn add_files(
    permit: Permit<UseDatalocker>,
    steps: Steps,
    form: Form,
    mut upload: Upload,
) -> Result<Answer, Ending> {
    steps.write(move |w| keep_chosen(w, form)).await?;
    let only = match permit.actor().role.side() {
        Side::Service => "",
        Side::School | Side::Provider => Recipient::Cap.word(),
    };
    let vault = steps.app().vault().clone();
    let (mut kept, mut twice) = (0, Vec::new());
    while let Some(file) = upload.next().await? {
        let name = file.name().to_owned();
        if !vault.has_room(steps.app().config().keep_free_percent) {
            return Ok(Answer::see_other(SEND).telling(no_room()));
        }
        let stored = match receive(vault.clone(), file).await? {
            Ok(stored) => stored,
            Err(Trouble::Full) => return Ok(Answer::see_other(SEND).telling(no_room())),
            Err(trouble) => return Err(Ending::fault(trouble)),
        };
        let label = stored::label_of(&name);
        let is_new = steps.write(move |w| add_row(w, &name, &stored, only)).await?;
        if is_new {
            kept += 1;
        } else {
            twice.push(label);
        }
    }
    let told = match (kept, twice.as_slice()) {
        (0, []) => Flash::problem("No file was chosen", "Choose one or more files, then add them."),
        (_, []) => return Ok(Answer::see_other(SEND)),
        (_, names) => Flash::notice(
            "A file was there already",
            format!("{} stands in the list below and was not added again.", names.join(", ")),
        ),
    };
    Ok(Answer::see_other(SEND).telling(told))
}

fn no_room() -> Flash {
    Flash::problem(
        "No file can be taken in at the moment",
        "The server’s disk is almost full. Registers go on as ever. Tell the service, and try again later.",
    )
}

/// Bytes that are encrypted in one go: a hop to a thread that may block costs more than a small piece.
const PIECE: usize = 1024 * 1024;

/// Encrypts a file as it arrives, and answers once it is safe on the disk.
async fn receive(vault: Vault, mut file: Posted) -> Result<Result<Stored, Trouble>, Ending> {
    let mut incoming = match vault.begin() {
        Ok(incoming) => incoming,
        Err(trouble) => return Ok(Err(trouble)),
    };
    let (mut length, mut piece, mut is_whole) = (0, Vec::new(), false);
    while !is_whole {
        match file.chunk().await? {
            Some(bytes) => piece.extend_from_slice(&bytes),
            None => is_whole = true,
        }
        if piece.len() < PIECE && !is_whole {
            continue;
        }
        length += piece.len() as u64;
        if length > LARGEST_FILE {
            return Err(Ending::TooLarge);
        }
        let full = std::mem::take(&mut piece);
        let hop = move || incoming.write(&full).map(|()| incoming);
        incoming = match tokio::task::spawn_blocking(hop).await.map_err(Ending::fault)? {
            Ok(incoming) => incoming,
            Err(trouble) => return Ok(Err(trouble)),
        };
    }
    tokio::task::spawn_blocking(move || incoming.finish()).await.map_err(Ending::fault)
}

/// Whether a row was made; none is for a file that another row has already.
fn add_row(
    w: &mut Writing<'_>,
    name: &str,
    stored: &Stored,
    recipient: &str,
) -> Result<Recorded<bool>, Ending> {
    let rows = draft::own(w)?;
    if rows.len() >= draft::MOST {
        return Err(Ending::Conflict(
            "Two hundred files wait in your list already. Send or remove some first.",
        ));
    }
    let label = stored::label_of(name);
    let is_new = !rows.iter().any(|row| row.is_same(&label, &stored.sha256));
    if is_new {
        let file = stored::keep(w, name, stored)?;
        draft::add(w, file, recipient)?;
    }
    Ok(w.event("file.uploaded").with("new", is_new).then(is_new))
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
        row.read(&mut form);
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
        if row.description.is_empty() {
            form.refuse(&row.field("description"), "Enter a description");
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
        transfer::send(w, row.file, to, &row.category, &row.description)?;
        draft::end(w, row)?;
    }
    let to: Vec<Addressed> = rows.into_iter().map(|(_, to)| to).collect();
    told::tell(w, &to)?;
    let event = w.event("files.sent").with("files", to.len());
    Ok(event.then(Answer::see_other("/datalocker/sent").telling(receipt(&to))))
}

/// What the sender is told: how many files, who has them now, and what can still be done.
fn receipt(to: &[Addressed]) -> Flash {
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
    Flash::success(
        heading,
        format!(
            "To {}. They are told by e-mail that a file waits. You can recall a file until it is first downloaded.",
            who.join(", ")
        ),
    )
}
