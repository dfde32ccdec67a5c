//! Taking files in: each one that arrives becomes a row of its sender's own list.

use super::{
    draft, retention,
    scanning::{self, Scan},
    send_pages::SEND,
    stored, told,
    way::Recipient,
};
use crate::accounts::{deeds::UseDatalocker, settings};
use platform::{
    Answer, Ending, Form, Permit, Recorded, Writing,
    access::Side,
    settings::Settings,
    vault::{Stored, Trouble, Vault},
    web::{Flash, ForScript, Posted, Steps, Upload},
};

/// Bytes that are encrypted in one go: a hop to a thread that may block costs more than a small piece.
const PIECE: usize = 1024 * 1024;

/// Why a file did not become a row, though it arrived as it should.
enum Refusal {
    /// Another row has it already.
    Twice(String),
    /// The sender's list is as long as it may be.
    TooMany,
    /// The disk is full, or nearly.
    NoRoom,
    /// The scanner found something in it.
    Infected(String),
}

impl Refusal {
    fn said(self) -> Flash {
        match self {
            Refusal::Twice(name) => Flash::notice(
                "A file was there already",
                format!("{name} is in your list already and was not added again."),
            ),
            Refusal::TooMany => Flash::problem(
                "Your list is full",
                format!("{} files wait in it. Send or remove some, then add more.", draft::MOST),
            ),
            Refusal::Infected(name) => Flash::problem(
                "The virus scanner found something",
                format!(
                    "{name} was not added and can’t be sent. The service is told. Have the computer checked that it comes from."
                ),
            ),
            Refusal::NoRoom => Flash::problem(
                "No file can be taken in at the moment",
                "The server’s disk is almost full. Registers go on as ever. Tell the service, and try again later.",
            ),
        }
    }
}

/// `POST /datalocker/files`: takes files as they arrive. A script, which sends one at a time, is told
/// in JSON what became of it: `{"problem": "…"}`, or null where the file is in the list.
pub async fn add_files(
    permit: Permit<UseDatalocker>,
    steps: Steps,
    form: Form,
    script: ForScript,
    upload: Upload,
) -> Result<Answer, Ending> {
    steps.write(move |w| keep_chosen(w, &form)).await?;
    let only = match permit.actor().role.side() {
        Side::Service => "",
        Side::School | Side::Provider => Recipient::Cap.word(),
    };
    let told = take_all(&steps, upload, only).await?;
    if script.0 {
        let problem = told.map(|told| told.text);
        return Answer::json(&serde_json::json!({ "problem": problem }));
    }
    let answer = Answer::see_other(SEND);
    Ok(match told {
        Some(told) => answer.telling(told),
        None => answer,
    })
}

/// Keeps what was chosen in the rows above the files that are added now.
fn keep_chosen(w: &mut Writing<'_>, form: &Form) -> Result<Recorded<()>, Ending> {
    let mut rows = draft::own(w)?;
    rows.retain(|row| form.contains(&row.field("to")));
    for row in &mut rows {
        row.read(form);
        draft::keep(w, row)?;
    }
    Ok(w.event("draft.kept").with("rows", rows.len()).then(()))
}

/// Takes file after file, and says what is to be said of them; nothing when all are in the list.
async fn take_all(steps: &Steps, mut upload: Upload, only: &'static str) -> Result<Option<Flash>, Ending> {
    let (mut told, mut is_empty) = (None, true);
    while let Some(file) = upload.next().await? {
        is_empty = false;
        match take(steps, file, only).await? {
            None => {}
            Some(refusal @ (Refusal::Twice(_) | Refusal::Infected(_))) => told = Some(refusal.said()),
            Some(refusal) => {
                told = Some(refusal.said());
                // The rest is read and thrown away: a browser that is cut off shows no answer.
                while upload.next().await?.is_some() {}
            }
        }
    }
    if is_empty {
        return Ok(Some(Flash::problem("No file was chosen", "Choose one or more files, then add them.")));
    }
    Ok(told)
}

/// The largest file that is taken, in bytes.
pub(super) fn largest(settings: &Settings) -> u64 {
    settings::whole(settings, "largest_file_mb").unsigned_abs() * 1_000_000
}

async fn take(steps: &Steps, file: Posted, only: &'static str) -> Result<Option<Refusal>, Ending> {
    let vault = steps.app().vault();
    if !vault.has_room(steps.app().config().keep_free_percent) {
        return Ok(Some(Refusal::NoRoom));
    }
    let name = file.name().to_owned();
    let largest = largest(&steps.context().settings);
    match receive(vault.clone(), file, largest).await? {
        Ok(stored) => {
            let scan = scanning::look(steps.app(), &stored.id, &stored.wrapped_key).await?;
            steps.write(move |w| add_row(w, &name, &stored, scan, only)).await
        }
        Err(Trouble::Full) => Ok(Some(Refusal::NoRoom)),
        Err(trouble) => Err(Ending::fault(trouble)),
    }
}

/// Encrypts a file as it arrives, and answers once it is safe on the disk. `largest` in bytes.
async fn receive(vault: Vault, mut file: Posted, largest: u64) -> Result<Result<Stored, Trouble>, Ending> {
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
        if length > largest {
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

/// Makes a row of a file that is safe, unless there is a reason not to. A file without a row belongs
/// to nobody, and the next sweep removes it.
fn add_row(
    w: &mut Writing<'_>,
    name: &str,
    stored: &Stored,
    scan: Scan,
    recipient: &str,
) -> Result<Recorded<Option<Refusal>>, Ending> {
    let rows = draft::own(w)?;
    let label = stored::label_of(name);
    let refusal = if scan.found().is_some() {
        let file = stored::keep(w, name, stored, &scan)?;
        told::held_back(w, file)?;
        retention::forget_later(w, file)?;
        Some(Refusal::Infected(label))
    } else if rows.iter().any(|row| row.is_same(&label, &stored.sha256)) {
        Some(Refusal::Twice(label))
    } else if rows.len() >= draft::MOST {
        Some(Refusal::TooMany)
    } else {
        let file = stored::keep(w, name, stored, &scan)?;
        draft::add(w, file, recipient)?;
        retention::forget_later(w, file)?;
        if scan == Scan::Waiting {
            scanning::ask_later(w, file)?;
        }
        None
    };
    Ok(w.event("file.uploaded").with("kept", refusal.is_none()).then(refusal))
}
