//! Files of this area in the vault: templates, what was read of records, and what came of them.

use crate::{
    schema::stored_file,
    transfers::{FileKey, scanning::Scan, stored},
};
use diesel::prelude::*;
use platform::{
    Ending, Session, Writing,
    ids::{OrganisationKey, PersonKey, PublicId},
    problem::OrMissing,
    vault::{Stored, Trouble, Vault},
};
use std::io::Read;

/// A file as its row knows it.
#[derive(Queryable, Clone, Debug)]
pub(super) struct Sealed {
    blob: PublicId,
    wrapped_key: Vec<u8>,
    sha256: Vec<u8>,
    pub(super) name: String,
}

/// A file's row, which the caller has come to from a row of its own.
pub(super) fn find(s: &mut Session<'_>, file: FileKey) -> Result<Sealed, Ending> {
    let row = stored_file::table.filter(stored_file::id.eq(file));
    let columns = (stored_file::blob, stored_file::wrapped_key, stored_file::sha256, stored_file::name);
    row.select(columns).first(s.db()).optional()?.or_missing()
}

/// Encrypts bytes into the vault; a row must know them soon.
pub(super) async fn seal(vault: &Vault, bytes: Vec<u8>) -> Result<Stored, Ending> {
    let vault = vault.clone();
    let hop = move || -> Result<Stored, Trouble> {
        let mut incoming = vault.begin()?;
        incoming.write(&bytes)?;
        incoming.finish()
    };
    tokio::task::spawn_blocking(hop).await.map_err(Ending::fault)?.map_err(Ending::fault)
}

/// The whole content of a file, every byte of it as it was stored.
pub(super) async fn open(vault: &Vault, sealed: Sealed) -> Result<Vec<u8>, Ending> {
    let vault = vault.clone();
    let hop = move || -> Result<Vec<u8>, Trouble> {
        vault.verify(&sealed.blob, &sealed.wrapped_key, &sealed.sha256)?;
        let mut bytes = Vec::new();
        vault.read(&sealed.blob, &sealed.wrapped_key)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    tokio::task::spawn_blocking(hop).await.map_err(Ending::fault)?.map_err(Ending::fault)
}

/// Makes a file's row.
pub(super) fn keep(
    w: &mut Writing<'_>,
    name: &str,
    stored: &Stored,
    organisation: OrganisationKey,
    person: PersonKey,
) -> Result<FileKey, Ending> {
    // It never goes to anybody else, and what was uploaded holds nothing that runs.
    stored::keep_for(w, name, stored, &Scan::Unscanned, (organisation, person))
}

/// Removes files' rows, and with them the keys to the files: nobody can read them from then on. The
/// bytes are shredded after the commit.
pub(super) fn forget(w: &mut Writing<'_>, files: Vec<FileKey>) -> Result<Vec<PublicId>, Ending> {
    let rows = stored_file::table.filter(stored_file::id.eq_any(files.clone()));
    let blobs = rows.select(stored_file::blob).load(w.db())?;
    diesel::delete(stored_file::table.filter(stored_file::id.eq_any(files))).execute(w.db())?;
    Ok(blobs)
}

/// Removes what is left of forgotten files. One that can't be removed now goes at the next start.
pub(super) async fn shred(vault: &Vault, blobs: Vec<PublicId>) {
    let vault = vault.clone();
    let hop = move || {
        for blob in blobs {
            if let Err(trouble) = vault.shred(&blob) {
                tracing::warn!(file.trouble = %trouble, "a file could not be removed");
            }
        }
    };
    // A lost thread leaves them to the next start as well.
    let _ = tokio::task::spawn_blocking(hop).await;
}
