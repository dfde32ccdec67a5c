//! Removes what no row knows: uploads that were given up, and files whose row was never committed.

use super::{Trouble, Vault, incoming::lock, remove};
use crate::ids::PublicId;
use std::{
    fs::File,
    path::Path,
    time::{Duration, SystemTime},
};

/// What a sweep did.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Swept {
    /// Files removed, whether finished or not; a part file's state is not counted by itself.
    pub files: u64,
    /// Their bytes on disk.
    pub bytes: u64,
    /// Files that should have gone but could not be removed; each is in the log.
    pub failed: u64,
}

impl Vault {
    /// Removes part files, their states and finished files that no row knows and that nobody has
    /// written to for `older_than`: long enough for a finished file's row to be committed. An upload
    /// that is being written stays in any case.
    ///
    /// # Errors
    /// The folder can't be walked.
    pub fn sweep(&self, known: impl Fn(&PublicId) -> bool, older_than: Duration) -> Result<Swept, Trouble> {
        let mut swept = Swept::default();
        for folder in std::fs::read_dir(&self.files)? {
            let folder = folder?.path();
            if !folder.is_dir() {
                continue;
            }
            let is_part = folder == self.part_folder();
            for entry in std::fs::read_dir(folder)? {
                let path = entry?.path();
                let Some(id) = (if is_part { part_id(&path) } else { id_of(&path) }) else {
                    continue;
                };
                let gone = match is_part {
                    true => self.sweep_part(&path, &id, &known, older_than),
                    false if known(&id) => Ok(None),
                    false => sweep_file(&path, older_than),
                };
                match gone {
                    // It stays, or went by itself in this moment.
                    Ok(None) | Err(Trouble::Missing) => {}
                    Ok(Some(bytes)) => {
                        swept.files += 1;
                        swept.bytes += bytes;
                    }
                    Err(why) => {
                        tracing::warn!(file.id = %id, "A file that no row knows can't be removed: {why}");
                        swept.failed += 1;
                    }
                }
            }
        }
        Ok(swept)
    }

    /// A part file, or a state beside it. Bytes freed; `None` when it stays.
    fn sweep_part(
        &self,
        path: &Path,
        id: &PublicId,
        known: &impl Fn(&PublicId) -> bool,
        older_than: Duration,
    ) -> Result<Option<u64>, Trouble> {
        let part = self.part_path(id);
        if path != part {
            // A state goes with its part file. One without was left by a crash: while the upload
            // began, or between the file's being put in place and the state's removal.
            let is_left = !part.exists() && (self.holds(id) || !known(id));
            return if is_left { sweep_file(path, older_than) } else { Ok(None) };
        }
        if known(id) {
            return Ok(None);
        }
        let file = File::open(path)?;
        match lock(&file, path) {
            Err(Trouble::Busy) => return Ok(None),
            locked => locked?,
        }
        let freed = sweep_file(path, older_than)?;
        if freed.is_some() {
            remove(&self.state_path(id))?;
            remove(&self.fresh_state_path(id))?;
        }
        Ok(freed)
    }
}

/// The file's id; `None` for what the vault did not put there.
fn id_of(path: &Path) -> Option<PublicId> {
    PublicId::parse(path.file_name()?.to_str()?)
}

/// The same of a part file or a state beside it.
fn part_id(path: &Path) -> Option<PublicId> {
    let name = path.file_name()?.to_str()?;
    let bare = name.strip_suffix(".state").or_else(|| name.strip_suffix(".new"));
    PublicId::parse(bare.unwrap_or(name))
}

/// Removes a file that is old enough. Bytes freed; `None` when it is too young or not a file.
fn sweep_file(path: &Path, older_than: Duration) -> Result<Option<u64>, Trouble> {
    let known = std::fs::symlink_metadata(path)?;
    // A time in the future counts as young: the machine's clock may have been put back.
    let age = SystemTime::now().duration_since(known.modified()?).unwrap_or_default();
    if age < older_than || !known.is_file() {
        return Ok(None);
    }
    Ok(remove(path)?.then_some(known.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::{Incoming, MasterKeys, Stored};
    use std::fs;

    fn vault() -> (tempfile::TempDir, Vault) {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::open(folder.path(), MasterKeys::random()).unwrap();
        (folder, vault)
    }

    fn begun(vault: &Vault) -> Incoming {
        let mut incoming = vault.begin().unwrap();
        incoming.write(b"content").unwrap();
        incoming.keep().unwrap();
        incoming
    }

    fn stored(vault: &Vault) -> Stored {
        begun(vault).finish().unwrap()
    }

    #[test]
    fn what_no_row_knows_goes_and_the_rest_stays() {
        let (_folder, vault) = vault();
        let (kept, stray) = (stored(&vault), stored(&vault));
        let (paused, given_up) = (begun(&vault).id().clone(), begun(&vault).id().clone());
        let foreign = vault.part_folder().join("notes.txt");
        fs::write(&foreign, "not ours").unwrap();
        let swept = vault.sweep(|id| *id == kept.id || *id == paused, Duration::ZERO).unwrap();
        assert_eq!((swept.files, swept.failed), (2, 0), "the stray and the part file");
        let left: Vec<_> =
            fs::read_dir(vault.part_folder()).unwrap().map(|file| file.unwrap().path()).collect();
        assert_eq!(left.len(), 3, "{left:?}");
        assert!(swept.bytes > 0);
        assert!(vault.holds(&kept.id) && !vault.holds(&stray.id));
        assert_eq!(vault.resume(&paused).unwrap().received(), 7);
        assert!(matches!(vault.resume(&given_up), Err(Trouble::Missing)));
        assert!(foreign.exists());
    }

    #[test]
    fn what_is_young_or_being_written_stays() {
        let (_folder, vault) = vault();
        let young = stored(&vault);
        assert_eq!(vault.sweep(|_| false, Duration::from_secs(60)).unwrap(), Swept::default());
        let incoming = begun(&vault);
        vault.sweep(|_| false, Duration::ZERO).unwrap();
        assert!(!vault.holds(&young.id));
        assert!(vault.part_path(incoming.id()).exists() && vault.state_path(incoming.id()).exists());
        let finished = incoming.finish().unwrap();
        assert!(vault.holds(&finished.id));
    }

    #[test]
    fn a_state_that_outlived_its_upload_goes_though_a_row_knows_the_file() {
        let (_folder, vault) = vault();
        let incoming = begun(&vault);
        let state = fs::read(vault.state_path(incoming.id())).unwrap();
        let stored = incoming.finish().unwrap();
        fs::write(vault.state_path(&stored.id), state).unwrap();
        assert_eq!(vault.sweep(|_| true, Duration::ZERO).unwrap().files, 1);
        assert!(vault.holds(&stored.id) && !vault.state_path(&stored.id).exists());
    }
}
