//! Files are kept for the days of their category, then destroyed: first the key, in the transaction
//! that says so, then the sealed bytes. Recipients who have not downloaded a file are warned before.

use super::{
    FileKey, TransferKey,
    told::{self, Waiting},
    way::Recipient,
};
use crate::schema::{stored_file, transfer, transfer_draft};
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use diesel::{dsl::exists, prelude::*, select};
use platform::{
    App, Ending, Recorded, Writing,
    access::{Side, Task},
    clock,
    ids::{OrganisationKey, PublicId},
    jobs::{self, Running},
};
use serde::{Deserialize, Serialize};

/// Warns of the end of a file that nobody has downloaded.
pub const WARN: jobs::Kind = jobs::Kind { name: "file.warn", run: run_warn };
/// Destroys what was sent when its days are over.
pub const EXPIRE: jobs::Kind = jobs::Kind { name: "file.expire", run: run_expire };
/// Destroys a file that was never sent, or is held back.
pub const FORGET: jobs::Kind = jobs::Kind { name: "file.forget", run: run_forget };

/// Days before the end at which those are warned who have not downloaded a file.
const WARNING: i64 = 7;
/// Days for which a file is kept that is never sent, or held back.
const UNSENT: i64 = 30;

#[derive(Serialize, Deserialize)]
struct OfTransfer {
    transfer: i64,
}

#[derive(Serialize, Deserialize)]
struct OfFile {
    file: i64,
}

/// The last day of a file that is sent today.
pub fn last_day(today: NaiveDate, days: i32) -> NaiveDate {
    today.checked_add_signed(TimeDelta::days(i64::from(days))).unwrap_or(NaiveDate::MAX)
}

/// Has a file that was just sent destroyed after its last day, and its end announced.
///
/// # Errors
/// A database error.
pub fn plan(w: &mut Writing<'_>, sent: TransferKey, last: NaiveDate) -> Result<(), Ending> {
    let payload = OfTransfer { transfer: sent.0 };
    let (now, today) = (w.now(), w.today());
    // In the small hours of the day: nobody is kept waiting by it.
    let early = |day: NaiveDate| clock::instant(day, NaiveTime::MIN) + TimeDelta::hours(2);
    if (last - today).num_days() > WARNING {
        w.later(WARN.name, &payload, early(last - TimeDelta::days(WARNING)) - now)?;
    }
    w.later(EXPIRE.name, &payload, early(last + TimeDelta::days(1)) - now)
}

/// Has a file destroyed that is not sent, or that is held back, after a month.
///
/// # Errors
/// A database error.
pub fn forget_later(w: &mut Writing<'_>, file: FileKey) -> Result<(), Ending> {
    w.later(FORGET.name, &OfFile { file: file.0 }, TimeDelta::days(UNSENT))
}

fn run_warn(app: App, payload: String) -> Running {
    Box::pin(async move {
        let OfTransfer { transfer } = serde_json::from_str(&payload).map_err(|error| error.to_string())?;
        app.write(Task::Jobs, move |w| warn(w, TransferKey(transfer))).await.map_err(said)
    })
}

fn run_expire(app: App, payload: String) -> Running {
    Box::pin(async move {
        let OfTransfer { transfer } = serde_json::from_str(&payload).map_err(|error| error.to_string())?;
        let gone = app.write(Task::Jobs, move |w| expire(w, TransferKey(transfer))).await.map_err(said)?;
        shred(&app, gone).await
    })
}

fn run_forget(app: App, payload: String) -> Running {
    Box::pin(async move {
        let OfFile { file } = serde_json::from_str(&payload).map_err(|error| error.to_string())?;
        let gone = app.write(Task::Jobs, move |w| forget(w, FileKey(file))).await.map_err(said)?;
        shred(&app, gone).await
    })
}

/// An error that stays with the job names no file.
fn said(ending: Ending) -> String {
    format!("{ending:?}")
}

/// Removes the sealed bytes of a file whose key is gone. A job that stops before this leaves bytes
/// that nobody can read; its next run removes them.
async fn shred(app: &App, gone: Option<PublicId>) -> Result<(), String> {
    let Some(blob) = gone else {
        return Ok(());
    };
    let vault = app.vault().clone();
    tokio::task::spawn_blocking(move || vault.shred(&blob))
        .await
        .map_err(|error| error.to_string())?
        .map_err(|trouble| trouble.to_string())
}

fn warn(w: &mut Writing<'_>, key: TransferKey) -> Result<Recorded<()>, Ending> {
    let found: Option<(OrganisationKey, String, String)> = transfer::table
        .filter(transfer::id.eq(key))
        .filter(transfer::taken_at.is_null())
        .filter(transfer::recalled_at.is_null())
        .filter(transfer::released_at.is_not_null())
        .filter(transfer::expired_at.is_null())
        .select((transfer::to_id, transfer::to_kind, transfer::recipient))
        .first(w.db())
        .optional()?;
    let event = w.event("file.end-announced").about("transfer", key.0);
    if let Some((organisation, kind, recipient)) = found
        && let (Some(side), Some(recipient)) = (Side::parse(&kind), Recipient::parse(&recipient))
    {
        told::ends_soon(w, Waiting { organisation, side, recipient })?;
    }
    Ok(event.then(()))
}

/// Ends a transfer, and destroys the key of its file when no other transfer or draft holds it: the
/// vault's name of a file whose bytes are to go.
fn expire(w: &mut Writing<'_>, key: TransferKey) -> Result<Recorded<Option<PublicId>>, Ending> {
    let (now, today) = (w.now(), w.today());
    let event = w.event("file.expired").about("transfer", key.0);
    let due = transfer::table.filter(transfer::id.eq(key)).filter(transfer::expires_on.lt(today));
    let Some(file): Option<FileKey> = due.select(transfer::file_id).first(w.db()).optional()? else {
        return Ok(event.then(None));
    };
    diesel::update(transfer::table.filter(transfer::id.eq(key)).filter(transfer::expired_at.is_null()))
        .set(transfer::expired_at.eq(now))
        .execute(w.db())?;
    let held = transfer::table.filter(transfer::file_id.eq(file)).filter(transfer::expired_at.is_null());
    if select(exists(held)).get_result(w.db())? {
        return Ok(event.then(None));
    }
    let gone = destroy_key(w, file)?;
    Ok(event.then(Some(gone)))
}

/// Destroys a file that nobody sent, with its draft.
fn forget(w: &mut Writing<'_>, file: FileKey) -> Result<Recorded<Option<PublicId>>, Ending> {
    let event = w.event("file.forgotten").about("file", file.0);
    let sent = transfer::table.filter(transfer::file_id.eq(file));
    let known = stored_file::table.filter(stored_file::id.eq(file));
    if select(exists(sent)).get_result(w.db())? || !select(exists(known)).get_result(w.db())? {
        return Ok(event.then(None));
    }
    diesel::delete(transfer_draft::table.filter(transfer_draft::file_id.eq(file))).execute(w.db())?;
    let gone = destroy_key(w, file)?;
    Ok(event.then(Some(gone)))
}

/// Without its key nobody can read a file again, whatever becomes of its bytes.
fn destroy_key(w: &mut Writing<'_>, file: FileKey) -> Result<PublicId, Ending> {
    let now = w.now();
    let row = stored_file::table.filter(stored_file::id.eq(file));
    diesel::update(row)
        .set((stored_file::wrapped_key.eq(Vec::new()), stored_file::shredded_at.eq(now)))
        .execute(w.db())?;
    Ok(row.select(stored_file::blob).first(w.db())?)
}
