//! The vault against the database, when the server starts and in `cap check`: that the keys open the
//! files, that none is missing, and what was never finished, was destroyed or belongs to nobody any
//! more, which goes.

use crate::schema::stored_file;
use diesel::prelude::*;
use platform::{App, Ending, access::Task, ids::PublicId};
use std::{collections::HashSet, time::Duration};

/// Younger files may belong to an upload whose row is being written.
const LEFT_ALONE: Duration = Duration::from_secs(60 * 60);

/// The vault's names of all files that a row knows.
async fn known(app: &App) -> Result<HashSet<PublicId>, Ending> {
    let all = stored_file::table.filter(stored_file::shredded_at.is_null()).select(stored_file::blob);
    let blobs: Vec<PublicId> = app.read(Task::Command, move |r| Ok(all.load(r.db())?)).await?;
    Ok(blobs.into_iter().collect())
}

/// How many files a row knows that the vault has not.
///
/// # Errors
/// A database error.
pub async fn missing(app: &App) -> Result<usize, Ending> {
    let (known, vault) = (known(app).await?, app.vault().clone());
    let hop = tokio::task::spawn_blocking(move || known.iter().filter(|id| !vault.holds(id)).count());
    hop.await.map_err(Ending::fault)
}

/// Refuses to go on with another key file than the one that the files were sealed by: everything
/// would look well, and no file could be read.
///
/// # Errors
/// A sentence for whoever runs the server.
pub async fn check_keys(app: &App) -> Result<(), String> {
    let newest: Option<Vec<u8>> = app
        .read(Task::Command, |r| {
            let newest = stored_file::table
                .filter(stored_file::shredded_at.is_null())
                .order(stored_file::id.desc())
                .select(stored_file::wrapped_key);
            Ok(newest.first(r.db()).optional()?)
        })
        .await
        .map_err(|ending| format!("The files can't be compared with the database: {ending:?}."))?;
    match newest.map(|key| app.vault().keys().unwrap(&key)) {
        None | Some(Ok(_)) => Ok(()),
        Some(Err(_)) => Err(format!(
            "The key file {} does not open the files of this database: put the right one back, or name it with CAP_MASTER_KEY_FILE.",
            app.config().key_file.display()
        )),
    }
}

/// Removes part files and files that no row knows.
///
/// # Errors
/// A sentence for whoever runs the server.
pub async fn sweep(app: &App) -> Result<(), String> {
    let known = known(app)
        .await
        .map_err(|ending| format!("The files can't be compared with the database: {ending:?}."))?;
    let vault = app.vault().clone();
    let swept = tokio::task::spawn_blocking(move || vault.sweep(|id| known.contains(id), LEFT_ALONE))
        .await
        .map_err(|error| error.to_string())?
        .map_err(|trouble| format!("The files can't be swept: {trouble}."))?;
    if swept.files > 0 {
        tracing::info!(files = swept.files, bytes = swept.bytes, "files that belong to nobody were removed");
    }
    Ok(())
}
