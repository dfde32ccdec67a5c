//! Where files lie: sealed before they touch the disk, under random names, out of reach of whoever
//! has only the folder.
//!
//! ```text
//! files/part/ID         what is arriving, sealed as it arrives
//! files/part/ID.state   its wrapped key and how far it is, sealed
//! files/ab/ID           what has arrived: ab are the first two characters of ID
//! ```
//!
//! A file arrives in this order: part file, fsync, rename, fsync of both folders; only then does the
//! caller commit a row that knows it. What no row knows is removed by [`Vault::sweep`]. A file goes in
//! this order: the caller destroys the wrapped key in its row, then [`Vault::shred`].
//!
//! Everything here blocks; handlers of byte streams call it by `spawn_blocking`.

#[cfg(test)]
mod chance;
mod chunk;
mod incoming;
mod key;
mod key_file;
mod stream;
mod sweep;

pub use chunk::CHUNK;
pub use incoming::Incoming;
pub use key::{Broken, FileKey, MasterKeys};
pub use key_file::{default_path, forget_older, rotate};
pub use stream::{Opening, Sealing, Total};
pub use sweep::Swept;

use crate::ids::PublicId;
use sha2::{Digest, Sha256};
use std::{
    fs::{DirBuilder, File},
    io::{self, ErrorKind, Read},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Files up to this length are authenticated whole before their first byte is sent.
pub const VERIFIED_FIRST_BYTES: u64 = 32 * 1024 * 1024;

/// The folder of sealed files with the keys to it. A clone is the same vault.
#[derive(Clone, Debug)]
pub struct Vault {
    files: Arc<Path>,
    keys: MasterKeys,
}

/// A file that is on disk for good: what its row keeps.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stored {
    /// Names the file in the vault, and is bound into it.
    pub id: PublicId,
    /// Bytes of content.
    pub length: u64,
    /// SHA-256 of the content.
    pub sha256: [u8; 32],
    /// The file's key, wrapped by a master key. Without it nobody can read the file again.
    pub wrapped_key: Vec<u8>,
}

/// Why the vault can't do what was asked.
#[derive(Debug)]
pub enum Trouble {
    /// No such file, or no such upload any more: it has to begin again.
    Missing,
    /// Somebody else is writing this upload at the moment.
    Busy,
    /// What lies there is not what was stored: it was changed, cut or swapped, or its key is gone.
    Broken,
    /// The disk is full.
    Full,
    /// The disk failed in another way.
    Disk(io::Error),
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Trouble::Missing => f.write_str("the file is not in the vault"),
            Trouble::Busy => f.write_str("the upload is being written by somebody else"),
            Trouble::Broken => Broken.fmt(f),
            Trouble::Full => f.write_str("the disk is full"),
            Trouble::Disk(error) => write!(f, "the disk failed: {error}"),
        }
    }
}

impl std::error::Error for Trouble {}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::NotFound => Trouble::Missing,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Trouble::Full,
            ErrorKind::InvalidData => Trouble::Broken,
            _ => Trouble::Disk(error),
        }
    }
}

impl From<Broken> for Trouble {
    fn from(_: Broken) -> Self {
        Trouble::Broken
    }
}

impl Vault {
    /// The vault in this folder; `files/part` is made where it is absent (mode 0700).
    ///
    /// # Errors
    /// A sentence for whoever runs the server: the folder can't be used, or the keys lie inside it.
    pub fn open(folder: &Path, keys: MasterKeys) -> Result<Vault, String> {
        keys.refuse_inside(folder)?;
        let files = folder.join("files");
        make_folder(&files.join("part"))
            .map_err(|error| format!("The folder of files {} can't be used: {error}.", files.display()))?;
        Ok(Vault { files: files.into(), keys })
    }

    /// The keys that files and their names are sealed by.
    pub fn keys(&self) -> &MasterKeys {
        &self.keys
    }

    /// Begins to take a new file in.
    ///
    /// # Errors
    /// The disk.
    pub fn begin(&self) -> Result<Incoming, Trouble> {
        Incoming::begin(self.clone())
    }

    /// Goes on with a file that was not finished, from [`Incoming::received`] on.
    ///
    /// # Errors
    /// [`Trouble::Missing`] and [`Trouble::Broken`]: it has to begin again; [`Trouble::Busy`]; the disk.
    pub fn resume(&self, id: &PublicId) -> Result<Incoming, Trouble> {
        Incoming::resume(self.clone(), id)
    }

    /// Reads a file from its beginning. Only authenticated bytes come, but whether all of it is good
    /// is known at its end only: [`Vault::verify`] first where that matters.
    ///
    /// # Errors
    /// It is missing, or its key or its beginning are broken.
    pub fn read(&self, id: &PublicId, wrapped_key: &[u8]) -> Result<Opening<File>, Trouble> {
        let key = self.keys.unwrap(wrapped_key)?;
        Ok(Opening::new(File::open(self.path(id))?, &key, id)?)
    }

    /// Reads a file from an offset of its content, without reading what is before the offset's chunk.
    ///
    /// # Errors
    /// As [`Vault::read`]; [`Trouble::Disk`] with [`ErrorKind::InvalidInput`] when the file is shorter.
    pub fn read_from(
        &self,
        id: &PublicId,
        wrapped_key: &[u8],
        offset: u64,
    ) -> Result<Opening<File>, Trouble> {
        let key = self.keys.unwrap(wrapped_key)?;
        Ok(Opening::at(File::open(self.path(id))?, &key, id, offset)?)
    }

    /// Reads the whole file, and gives its length when every byte is what was stored.
    ///
    /// # Errors
    /// [`Trouble::Broken`] when anything differs; it is missing; the disk.
    pub fn verify(&self, id: &PublicId, wrapped_key: &[u8], sha256: &[u8]) -> Result<u64, Trouble> {
        let mut opening = self.read(id, wrapped_key)?;
        let (mut hash, mut length, mut room) = (Sha256::new(), 0, vec![0; CHUNK]);
        loop {
            match opening.read(&mut room)? {
                0 => break,
                count => {
                    hash.update(&room[..count]);
                    length += count as u64;
                }
            }
        }
        if hash.finalize()[..] == *sha256 {
            Ok(length)
        } else {
            Err(Trouble::Broken)
        }
    }

    /// Whether a finished file of this id lies here: for the check of files against rows.
    pub fn holds(&self, id: &PublicId) -> bool {
        self.path(id).is_file()
    }

    /// Removes a file, finished or not. The caller has destroyed the wrapped key in its row before,
    /// since bytes of a removed file may stay on a disk for long. That nothing is there is no error.
    ///
    /// # Errors
    /// The disk.
    pub fn shred(&self, id: &PublicId) -> Result<(), Trouble> {
        let part = [self.state_path(id), self.fresh_state_path(id), self.part_path(id)];
        for path in [self.path(id)].into_iter().chain(part) {
            if remove(&path)? {
                sync_parent(&path)?;
            }
        }
        Ok(())
    }

    /// The share of the disk that is still free for us, from 0 to 1; 0 when the disk won't say.
    pub fn free_share(&self) -> f64 {
        match rustix::fs::statvfs(&*self.files) {
            Ok(disk) if disk.f_blocks > 0 => disk.f_bavail as f64 / disk.f_blocks as f64,
            _ => 0.0,
        }
    }

    /// Whether files may be taken in: at least this much of the disk is free, in percent.
    pub fn has_room(&self, keep_free_percent: u8) -> bool {
        self.free_share() * 100.0 >= f64::from(keep_free_percent)
    }

    fn path(&self, id: &PublicId) -> PathBuf {
        self.files.join(&id.as_str()[..2]).join(id.as_str())
    }

    fn part_folder(&self) -> PathBuf {
        self.files.join("part")
    }

    fn part_path(&self, id: &PublicId) -> PathBuf {
        self.part_folder().join(id.as_str())
    }

    fn state_path(&self, id: &PublicId) -> PathBuf {
        self.part_folder().join(format!("{id}.state"))
    }

    /// The next state until it is whole.
    fn fresh_state_path(&self, id: &PublicId) -> PathBuf {
        self.part_folder().join(format!("{id}.new"))
    }
}

fn make_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Says whether there was anything to remove.
fn remove(path: &Path) -> io::Result<bool> {
    match std::fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Makes a rename or a removal last: the folder that holds `path` is written out.
fn sync_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::chance::Chance;
    use std::{fs, os::unix::fs::PermissionsExt};

    fn vault() -> (tempfile::TempDir, Vault) {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::open(folder.path(), MasterKeys::random()).unwrap();
        (folder, vault)
    }

    fn store(vault: &Vault, content: &[u8]) -> Stored {
        let mut incoming = vault.begin().unwrap();
        incoming.write(content).unwrap();
        incoming.finish().unwrap()
    }

    fn content_of(mut opening: impl Read) -> Vec<u8> {
        let mut content = Vec::new();
        opening.read_to_end(&mut content).unwrap();
        content
    }

    #[test]
    fn a_stored_file_is_read_whole_and_in_ranges() {
        let (_folder, vault) = vault();
        let content = Chance::new(1).bytes(2 * CHUNK + 5);
        let stored = store(&vault, &content);
        assert_eq!(stored.length, content.len() as u64);
        assert_eq!(stored.sha256[..], Sha256::digest(&content)[..]);
        let (id, key) = (&stored.id, &stored.wrapped_key);
        assert_eq!(content_of(vault.read(id, key).unwrap()), content);
        assert_eq!(content_of(vault.read_from(id, key, 70_000).unwrap()), content[70_000..]);
        assert_eq!(vault.verify(id, key, &stored.sha256).unwrap(), stored.length);
        assert!(matches!(vault.verify(id, key, &[0; 32]), Err(Trouble::Broken)));
        assert!(vault.holds(id) && !vault.holds(&PublicId::random()));
    }

    #[test]
    fn only_its_owner_can_look_into_the_vault() {
        let (folder, vault) = vault();
        let stored = store(&vault, b"content");
        let started = vault.begin().unwrap();
        let files = folder.path().join("files");
        let paths = [
            files.clone(),
            files.join("part"),
            files.join(&stored.id.as_str()[..2]),
            vault.path(&stored.id),
        ];
        for path in paths.into_iter().chain([vault.part_path(started.id()), vault.state_path(started.id())]) {
            let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode & 0o077, 0, "{} has mode {mode:o}", path.display());
        }
    }

    #[test]
    fn files_that_change_places_are_refused() {
        let (_folder, vault) = vault();
        let (a, b) = (store(&vault, b"for Northgate"), store(&vault, b"for Elm"));
        assert!(matches!(vault.verify(&a.id, &b.wrapped_key, &a.sha256), Err(Trouble::Broken)));
        // Even when the row's key is swapped as well, the id within the file tells.
        fs::copy(vault.path(&b.id), vault.path(&a.id)).unwrap();
        assert!(matches!(vault.verify(&a.id, &b.wrapped_key, &b.sha256), Err(Trouble::Broken)));
    }

    #[test]
    fn what_is_shredded_is_gone_and_may_be_shredded_again() {
        let (_folder, vault) = vault();
        let stored = store(&vault, b"content");
        let mut started = vault.begin().unwrap();
        started.write(b"half").unwrap();
        started.keep().unwrap();
        let begun = started.id().clone();
        for id in [&stored.id, &begun] {
            vault.shred(id).unwrap();
            vault.shred(id).unwrap();
        }
        assert!(matches!(vault.read(&stored.id, &stored.wrapped_key), Err(Trouble::Missing)));
        assert!(matches!(vault.resume(&begun), Err(Trouble::Missing)));
        assert_eq!(fs::read_dir(vault.part_folder()).unwrap().count(), 0);
        // An upload that was shredded while it arrived does not come back by being finished.
        assert!(matches!(started.finish(), Err(Trouble::Missing)));
        assert!(!vault.holds(&begun));
    }

    #[test]
    fn a_vault_with_its_keys_inside_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let keys = MasterKeys::load_or_make(&folder.path().join("master.key")).unwrap();
        assert!(Vault::open(folder.path(), keys).is_err_and(|why| why.contains("lies inside")));
        assert!(!folder.path().join("files").exists());
    }

    #[test]
    fn a_full_disk_and_a_tampered_file_are_told_apart_from_other_failures() {
        let trouble = |kind: ErrorKind| Trouble::from(io::Error::from(kind));
        assert!(matches!(trouble(ErrorKind::StorageFull), Trouble::Full));
        assert!(matches!(trouble(ErrorKind::QuotaExceeded), Trouble::Full));
        assert!(matches!(trouble(ErrorKind::NotFound), Trouble::Missing));
        assert!(matches!(trouble(ErrorKind::PermissionDenied), Trouble::Disk(_)));
        let (_folder, vault) = vault();
        let stored = store(&vault, b"content");
        fs::write(vault.path(&stored.id), b"CAPFILE2 of a later version").unwrap();
        assert!(matches!(vault.read(&stored.id, &stored.wrapped_key), Err(Trouble::Broken)));
    }

    #[test]
    fn the_disk_says_how_much_is_free() {
        let (folder, vault) = vault();
        assert!((0.0..=1.0).contains(&vault.free_share()));
        fs::remove_dir_all(folder.path()).unwrap();
        assert_eq!(vault.free_share(), 0.0);
        assert!(vault.has_room(0) && !vault.has_room(1));
    }
}
