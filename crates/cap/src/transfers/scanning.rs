//! Files are looked at for viruses before anybody but their sender can see them. A file that the
//! scanner could not look at waits, and so does what was sent of it; one in which something is found
//! is held back for good.

use super::{
    FileKey,
    told::{self, Waiting},
    way::Recipient,
};
use crate::schema::{stored_file, transfer, transfer_draft};
use chrono::TimeDelta;
use diesel::prelude::*;
use platform::{
    App, Ending, Instant, Recorded, Session, Writing,
    access::{Side, Task},
    ids::{OrganisationKey, PublicId},
    jobs::{self, Running},
    scan::Verdict,
    vault::Vault,
};
use serde::{Deserialize, Serialize};

/// What is known of a file's viruses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Scan {
    /// No scanner was configured when it came: it is released all the same.
    Unscanned,
    /// The scanner gave no verdict yet.
    Waiting,
    Clean,
    /// What the scanner calls what it found.
    Infected(String),
}

impl Scan {
    /// The word in the database.
    pub fn word(&self) -> &'static str {
        match self {
            Scan::Unscanned => "unscanned",
            Scan::Waiting => "waiting",
            Scan::Clean => "clean",
            Scan::Infected(_) => "infected",
        }
    }

    /// What was found.
    pub fn found(&self) -> Option<&str> {
        match self {
            Scan::Infected(found) => Some(found),
            _ => None,
        }
    }
}

/// Whether a file with this word may be seen by whom it is sent to.
pub fn is_releasable(word: &str) -> bool {
    word == Scan::Unscanned.word() || word == Scan::Clean.word()
}

/// Asks the scanner about a file of the vault, if there is a scanner.
///
/// # Errors
/// The file can't be read: the vault's copy is not what was put there.
pub async fn look(app: &App, blob: &PublicId, wrapped_key: &[u8]) -> Result<Scan, Ending> {
    Ok(match verdict(app, blob, wrapped_key).await? {
        None => Scan::Unscanned,
        Some(Verdict::Clean) => Scan::Clean,
        Some(Verdict::Infected(found)) => Scan::Infected(found),
        Some(Verdict::Unavailable(why)) => {
            tracing::warn!(scanner.trouble = why, "a file waits for the scanner");
            Scan::Waiting
        }
    })
}

async fn verdict(app: &App, blob: &PublicId, wrapped_key: &[u8]) -> Result<Option<Verdict>, Ending> {
    let Some(scanner) = app.config().scanner.clone() else {
        return Ok(None);
    };
    let (vault, blob, key): (Vault, _, _) = (app.vault().clone(), blob.clone(), wrapped_key.to_vec());
    tokio::task::spawn_blocking(move || Ok(Some(scanner.scan(&mut vault.read(&blob, &key)?))))
        .await
        .map_err(Ending::fault)?
        .map_err(|trouble: platform::vault::Trouble| Ending::fault(trouble))
}

/// Asks again about a file that waits.
pub const SCAN: jobs::Kind = jobs::Kind { name: "file.scan", run };

#[derive(Serialize, Deserialize)]
struct OfFile {
    file: i64,
}

/// Has the scanner asked again about a file that waits.
///
/// # Errors
/// A database error.
pub fn ask_later(w: &mut Writing<'_>, file: FileKey) -> Result<(), Ending> {
    w.later(SCAN.name, &OfFile { file: file.0 }, TimeDelta::seconds(15))
}

/// Has the scanner asked about every file that waits: when the server starts.
///
/// # Errors
/// A database error.
pub async fn ask_about_all(app: &App) -> Result<(), Ending> {
    let files: Vec<FileKey> = app
        .read(Task::Command, |r| {
            let waiting = stored_file::table.filter(stored_file::scan.eq(Scan::Waiting.word()));
            Ok(waiting.order(stored_file::id).select(stored_file::id).load(r.db())?)
        })
        .await?;
    if files.is_empty() {
        return Ok(());
    }
    app.write(Task::Command, move |w| {
        files.iter().try_for_each(|file| ask_later(w, *file))?;
        Ok(w.event("files.asked-about").with("files", files.len()).then(()))
    })
    .await
}

fn run(app: App, payload: String) -> Running {
    Box::pin(async move {
        let OfFile { file } = serde_json::from_str(&payload).map_err(|error| error.to_string())?;
        ask_again(&app, FileKey(file)).await
    })
}

/// The sentence of an error stays with the job, for the administrator: it names no file.
async fn ask_again(app: &App, file: FileKey) -> Result<(), String> {
    let said = |ending: Ending| format!("{ending:?}");
    let found: Option<(PublicId, Vec<u8>)> = app
        .read(Task::Jobs, move |r| {
            Ok(stored_file::table
                .filter(stored_file::id.eq(file))
                .filter(stored_file::scan.eq(Scan::Waiting.word()))
                .select((stored_file::blob, stored_file::wrapped_key))
                .first(r.db())
                .optional()?)
        })
        .await
        .map_err(said)?;
    let Some((blob, key)) = found else {
        return Ok(());
    };
    let scan = match verdict(app, &blob, &key).await.map_err(said)? {
        Some(Verdict::Unavailable(why)) => return Err(why),
        Some(Verdict::Clean) => Scan::Clean,
        Some(Verdict::Infected(found)) => Scan::Infected(found),
        None => Scan::Unscanned,
    };
    app.write(Task::Jobs, move |w| settle(w, file, &scan)).await.map_err(said)
}

/// Notes the verdict on a file that waited: what was sent of it is released, or held back and its
/// sender and the service are told.
fn settle(w: &mut Writing<'_>, file: FileKey, scan: &Scan) -> Result<Recorded<()>, Ending> {
    let now = w.now();
    let waiting = stored_file::table
        .filter(stored_file::id.eq(file))
        .filter(stored_file::scan.eq(Scan::Waiting.word()));
    let changed = diesel::update(waiting)
        .set((
            stored_file::scan.eq(scan.word()),
            stored_file::scan_found.eq(scan.found()),
            stored_file::scanned_at.eq(now),
        ))
        .execute(w.db())?;
    if changed == 1 && scan.found().is_some() {
        diesel::delete(transfer_draft::table.filter(transfer_draft::file_id.eq(file))).execute(w.db())?;
        told::held_back(w, file)?;
    } else if changed == 1 {
        release(w, file, now)?;
    }
    Ok(w.event("file.scanned").about("file", file.0).with("verdict", scan.word()).then(()))
}

/// Lets the recipients of a file see it from now on, and tells them.
fn release(w: &mut Writing<'_>, file: FileKey, now: Instant) -> Result<(), Ending> {
    let unreleased = transfer::file_id
        .eq(file)
        .and(transfer::released_at.is_null())
        .and(transfer::recalled_at.is_null());
    let to: Vec<(OrganisationKey, String, String)> = transfer::table
        .filter(unreleased)
        .order(transfer::id)
        .select((transfer::to_id, transfer::to_kind, transfer::recipient))
        .load(w.db())?;
    diesel::update(transfer::table.filter(unreleased))
        .set(transfer::released_at.eq(now))
        .execute(w.db())?;
    let waiting = |(organisation, kind, recipient): (_, String, String)| {
        Some(Waiting {
            organisation,
            side: Side::parse(&kind)?,
            recipient: Recipient::parse(&recipient)?,
        })
    };
    told::tell(w, to.into_iter().filter_map(waiting))
}

/// What is wrong with the scanner, and how many files wait for it, as sentences.
///
/// # Errors
/// A database error.
pub async fn check(app: &App) -> Result<Vec<String>, Ending> {
    let mut findings = Vec::new();
    if let Some(scanner) = app.config().scanner.clone() {
        let answered = tokio::task::spawn_blocking(move || scanner.ping()).await.map_err(Ending::fault)?;
        findings.extend(answered.err());
    }
    let waiting: i64 = app
        .read(Task::Command, |r| {
            let waiting = stored_file::table.filter(stored_file::scan.eq(Scan::Waiting.word()));
            Ok(waiting.count().get_result(r.db())?)
        })
        .await?;
    match waiting {
        0 => {}
        1 => findings.push("One file waits for the scanner of viruses.".to_owned()),
        n => findings.push(format!("{n} files wait for the scanner of viruses.")),
    }
    Ok(findings)
}

/// A file that is held back, as CAP staff see it.
#[derive(Queryable, Clone, Debug)]
pub struct HeldBack {
    pub name: String,
    /// What the scanner calls what it found.
    pub found: Option<String>,
    /// The organisation that it came from.
    pub from: String,
    /// Who put it in.
    pub by: String,
    pub uploaded_at: Instant,
}

/// The files of the reader's partnership that are held back, newest first.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn held_back(s: &mut Session<'_>) -> Result<Vec<HeldBack>, Ending> {
    use crate::schema::{organisation, person};
    let partnership = s.actor()?.partnership;
    Ok(stored_file::table
        .inner_join(organisation::table)
        .inner_join(person::table)
        .filter(stored_file::scan.eq("infected"))
        .filter(stored_file::shredded_at.is_null())
        .filter(organisation::partnership_id.eq(partnership))
        .order((stored_file::uploaded_at.desc(), stored_file::id.desc()))
        .select((
            stored_file::name,
            stored_file::scan_found,
            organisation::name,
            person::name,
            stored_file::uploaded_at,
        ))
        .load(s.db())?)
}

/// Whether the latest file that was sent in the reader's partnership was not looked at, since no
/// scanner is set up.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn is_unlooked(s: &mut Session<'_>) -> Result<bool, Ending> {
    use crate::schema::organisation;
    let partnership = s.actor()?.partnership;
    let latest: Option<String> = transfer::table
        .inner_join(stored_file::table)
        .inner_join(organisation::table.on(organisation::id.eq(transfer::from_id)))
        .filter(organisation::partnership_id.eq(partnership))
        .order(transfer::id.desc())
        .select(stored_file::scan)
        .first(s.db())
        .optional()?;
    Ok(latest.is_some_and(|scan| scan == Scan::Unscanned.word()))
}

/// How many files of the reader's partnership wait for the scanner.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn waiting(s: &mut Session<'_>) -> Result<u64, Ending> {
    use crate::schema::organisation;
    let partnership = s.actor()?.partnership;
    let number: i64 = stored_file::table
        .inner_join(organisation::table)
        .filter(stored_file::scan.eq(Scan::Waiting.word()))
        .filter(organisation::partnership_id.eq(partnership))
        .count()
        .get_result(s.db())?;
    Ok(number.unsigned_abs())
}
