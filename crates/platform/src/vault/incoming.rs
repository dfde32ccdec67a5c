//! A file that is arriving, and how an upload that broke off goes on.
//!
//! Beside the part file lies its state: the file's key, wrapped, and how far the file was when it was
//! last kept, sealed by that key. What was written after that is found in the part file itself,
//! as far as its chunks are whole: a torn one fails to open and is cut off.

use super::{
    Stored, Trouble, Vault,
    chunk::{Chunk, Chunks, STORED, start_of},
    key::{Broken, FileKey},
    make_folder, remove,
    stream::{Progress, Sealing, check_header},
    sync_parent,
};
use crate::ids::{PublicId, random};
use chacha20poly1305::{XNonce, aead::AeadInOut};
use rustix::fs::{Advice, fadvise};
use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Seek, SeekFrom, Write},
    num::NonZeroU64,
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::Path,
};

/// A file that is arriving. Dropped, it stays as an unfinished upload for [`Vault::resume`], until it
/// is shredded or swept.
pub struct Incoming {
    vault: Vault,
    id: PublicId,
    key: FileKey,
    wrapped_key: Vec<u8>,
    /// Its part file is locked as long as this is open.
    sealing: Sealing<File>,
    kept: u64,
    /// Bytes of the part file that the disk was told to begin with.
    pushed: u64,
}

/// The disk is told of this many sealed bytes at once.
const PUSH: u64 = 2 * 1024 * 1024;

impl Incoming {
    pub(super) fn begin(vault: Vault) -> Result<Self, Trouble> {
        let (id, key) = (PublicId::random(), FileKey::random());
        let file = new_file(&vault.part_path(&id))?;
        lock(&file, &vault.part_path(&id))?;
        let wrapped_key = vault.keys.wrap(&key);
        let sealing = Sealing::new(file, &key, &id)?;
        let incoming = Self {
            vault,
            id,
            key,
            wrapped_key,
            sealing,
            kept: 0,
            pushed: 0,
        };
        new_file(&incoming.vault.state_path(&incoming.id))?.write_all(&incoming.state())?;
        Ok(incoming)
    }

    pub(super) fn resume(vault: Vault, id: &PublicId) -> Result<Self, Trouble> {
        let path = vault.part_path(id);
        let mut file = OpenOptions::new().read(true).write(true).open(&path)?;
        lock(&file, &path)?;
        let state = std::fs::read(vault.state_path(id))?;
        let (wrapped_key, sealed) = split_state(&state).ok_or(Trouble::Broken)?;
        let key = vault.keys.unwrap(wrapped_key)?;
        let progress = open_progress(&key, id, sealed)?;
        let progress = recover(&mut file, &key, id, progress)?;
        let pushed = start_of(progress.position);
        let sealing = Sealing::resume(file, &key, id, progress);
        let wrapped_key = wrapped_key.to_vec();
        let mut incoming = Self {
            vault,
            id: id.clone(),
            key,
            wrapped_key,
            sealing,
            kept: 0,
            pushed,
        };
        incoming.keep()?;
        Ok(incoming)
    }

    /// Names the upload, and later the file.
    pub fn id(&self) -> &PublicId {
        &self.id
    }

    /// Takes in more content.
    ///
    /// # Errors
    /// The disk, above all [`Trouble::Full`]. After an error drop this and [resume](Vault::resume).
    pub fn write(&mut self, content: &[u8]) -> Result<(), Trouble> {
        self.sealing.write_all(content)?;
        self.push();
        Ok(())
    }

    /// Has the disk begin with what is sealed already, so that the end does not wait for all of it
    /// and uploads do not crowd the database out of memory. Only a hint: fsync is what counts.
    fn push(&mut self) {
        let sealed = start_of(self.sealing.progress().position);
        let more = sealed.saturating_sub(self.pushed);
        if more >= PUSH {
            let written = fadvise(self.sealing.out(), self.pushed, NonZeroU64::new(more), Advice::DontNeed);
            if written.is_ok() {
                self.pushed = sealed;
            }
        }
    }

    /// Bytes of content taken in so far, whether kept or not.
    pub fn length(&self) -> u64 {
        self.sealing.length()
    }

    /// Bytes of content that outlast a power cut: a resumed upload goes on there, or further.
    pub fn received(&self) -> u64 {
        self.kept
    }

    /// Makes everything so far outlast a power cut; gives [`Incoming::received`], which is then
    /// [`Incoming::length`]. To be called when a request ends or breaks off.
    ///
    /// # Errors
    /// The disk.
    pub fn keep(&mut self) -> Result<u64, Trouble> {
        self.sealing.out().sync_data()?;
        // The new state is whole and on disk before it takes the old one's place.
        let path = self.vault.state_path(&self.id);
        let fresh = self.vault.fresh_state_path(&self.id);
        remove(&fresh)?;
        let mut file = new_file(&fresh)?;
        file.write_all(&self.state())?;
        file.sync_data()?;
        std::fs::rename(&fresh, &path)?;
        sync_parent(&path)?;
        self.kept = self.length();
        Ok(self.kept)
    }

    /// Seals the end and puts the file in its place for good. The caller then commits a row with what
    /// this gives; until then, [`Vault::sweep`] takes the file for a stray.
    ///
    /// # Errors
    /// The disk. The upload may be resumed, unless it is [`Trouble::Missing`].
    pub fn finish(self) -> Result<Stored, Trouble> {
        let (part, whole) = (self.vault.part_path(&self.id), self.vault.path(&self.id));
        let (file, total) = self.sealing.finish()?;
        file.sync_all()?;
        let shelf = whole.parent().unwrap_or(&self.vault.files);
        if !shelf.is_dir() {
            make_folder(shelf)?;
            sync_parent(shelf)?;
        }
        std::fs::rename(&part, &whole)?;
        sync_parent(&whole)?;
        remove(&self.vault.state_path(&self.id))?;
        sync_parent(&part)?;
        // The master key may have been rotated since the upload began.
        let wrapped_key = self.vault.keys.wrap(&self.key);
        Ok(Stored {
            id: self.id,
            length: total.length,
            sha256: total.sha256,
            wrapped_key,
        })
    }

    /// What lies beside the part file: the wrapped key behind its length, and the sealed progress.
    fn state(&self) -> Vec<u8> {
        let length = self.wrapped_key.len() as u16;
        let progress = seal_progress(&self.key, &self.id, self.sealing.progress());
        [&length.to_le_bytes()[..], &self.wrapped_key, &progress].concat()
    }
}

impl std::fmt::Debug for Incoming {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Incoming({}, {} bytes)", self.id, self.length())
    }
}

/// Finds the full chunks that were written after the state was, cuts the file behind the last good
/// one, and leaves it there for writing.
fn recover(file: &mut File, key: &FileKey, id: &PublicId, mut progress: Progress) -> io::Result<Progress> {
    check_header(file)?;
    let length = file.metadata()?.len();
    if length < start_of(progress.position) {
        // What was kept was on disk before the state said so: somebody has cut the file.
        return Err(super::stream::broken());
    }
    file.seek(SeekFrom::Start(start_of(progress.position)))?;
    let (chunks, mut chunk) = (Chunks::new(key, id), Chunk::default());
    loop {
        chunk.fill(file)?;
        if chunk.stored < STORED || chunks.open(progress.position, false, &mut chunk).is_err() {
            break;
        }
        progress.advance(&chunk.body)?;
        // What was held back is the beginning of the chunk that was just found.
        progress.held.clear();
    }
    let end = start_of(progress.position);
    file.set_len(end)?;
    file.seek(SeekFrom::Start(end))?;
    Ok(progress)
}

const NONCE: usize = 24;

/// What the state is bound to: a state of another upload or of another kind does not open.
fn bound(id: &PublicId) -> Vec<u8> {
    format!("CAPSTATE1{id}").into_bytes()
}

fn seal_progress(key: &FileKey, id: &PublicId, progress: &Progress) -> Vec<u8> {
    let nonce = random::<NONCE>();
    let mut body = progress.to_bytes();
    key.cipher()
        .encrypt_in_place(&XNonce::from(nonce), &bound(id), &mut body)
        .expect("the cipher takes every message under 256 GiB");
    [&nonce[..], &body].concat()
}

fn open_progress(key: &FileKey, id: &PublicId, sealed: &[u8]) -> Result<Progress, Broken> {
    let (nonce, body) = sealed.split_first_chunk::<NONCE>().ok_or(Broken)?;
    let mut body = body.to_vec();
    key.cipher()
        .decrypt_in_place(&XNonce::from(*nonce), &bound(id), &mut body)
        .map_err(|_| Broken)?;
    Progress::from_bytes(&body).ok_or(Broken)
}

fn split_state(state: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = state.split_first_chunk()?;
    rest.split_at_checked(u16::from_le_bytes(*length).into())
}

fn new_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path)
}

/// Makes this process's handle the only one that may change a part file.
pub(super) fn lock(file: &File, path: &Path) -> Result<(), Trouble> {
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(Trouble::Busy),
        Err(TryLockError::Error(error)) => return Err(error.into()),
    }
    // Between opening and locking the one before may have finished it: then the handle is of a file
    // that somebody relies on.
    if std::fs::metadata(path)?.ino() == file.metadata()?.ino() {
        Ok(())
    } else {
        Err(Trouble::Missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::{CHUNK, MasterKeys, chance::Chance, chunk::HEADER};
    use sha2::{Digest, Sha256};
    use std::{fs, io::Read};

    fn vault() -> (tempfile::TempDir, Vault) {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::open(folder.path(), MasterKeys::random()).unwrap();
        (folder, vault)
    }

    /// Sends the rest of the content, finishes, and compares what is then stored.
    fn complete(vault: &Vault, mut incoming: Incoming, content: &[u8]) {
        assert_eq!(incoming.length(), incoming.received());
        incoming.write(&content[incoming.received() as usize..]).unwrap();
        let stored = incoming.finish().unwrap();
        assert_eq!(stored.sha256[..], Sha256::digest(content)[..]);
        let mut got = Vec::new();
        vault.read(&stored.id, &stored.wrapped_key).unwrap().read_to_end(&mut got).unwrap();
        assert!(got == content, "{} bytes of {}", got.len(), content.len());
        assert_eq!(fs::read_dir(vault.part_folder()).unwrap().count(), 0);
    }

    #[test]
    fn an_upload_that_was_kept_goes_on_at_the_very_byte() {
        let (_folder, vault) = vault();
        let content = Chance::new(1).bytes(3 * CHUNK);
        for cut in [
            0,
            1,
            CHUNK - 1,
            CHUNK,
            CHUNK + 1,
            2 * CHUNK,
            3 * CHUNK - 1,
            3 * CHUNK,
        ] {
            let mut incoming = vault.begin().unwrap();
            incoming.write(&content[..cut]).unwrap();
            assert_eq!(incoming.keep().unwrap(), cut as u64);
            let id = incoming.id().clone();
            drop(incoming);
            let incoming = vault.resume(&id).unwrap();
            assert_eq!(incoming.received(), cut as u64);
            complete(&vault, incoming, &content);
        }
    }

    #[test]
    fn an_upload_of_a_killed_server_goes_on_wherever_it_was_torn() {
        let (_folder, vault) = vault();
        let mut chance = Chance::new(2);
        let content = chance.bytes(2 * CHUNK + 1000);
        for round in 0..60 {
            let mut incoming = vault.begin().unwrap();
            let kept = chance.below(2 * CHUNK);
            incoming.write(&content[..kept]).unwrap();
            if round % 2 == 0 {
                incoming.keep().unwrap();
            }
            let safe = incoming.received();
            let written = kept + chance.below(content.len() - kept);
            incoming.write(&content[kept..written]).unwrap();
            let id = incoming.id().clone();
            drop(incoming);
            tear(
                &vault.part_path(&id),
                start_of((safe.saturating_sub(1) / CHUNK as u64) as u32),
                round,
                &mut chance,
            );
            let incoming = vault.resume(&id).unwrap();
            assert!((safe..=written as u64).contains(&incoming.received()), "round {round}");
            complete(&vault, incoming, &content);
        }
    }

    /// Does to the end of a part file what a crash can do, but not to what was kept.
    fn tear(part: &Path, kept: u64, round: usize, chance: &mut Chance) {
        let mut file = OpenOptions::new().read(true).write(true).open(part).unwrap();
        let length = file.metadata().unwrap().len();
        let at = kept.min(length) + chance.below((length.saturating_sub(kept) + 1) as usize) as u64;
        match round % 5 {
            // Whole as it was written.
            0 => {}
            // Cut at any byte, or where a chunk ends.
            1 => file.set_len(at).unwrap(),
            2 => file.set_len(start_of((at / STORED as u64) as u32).clamp(kept, length)).unwrap(),
            // The file system gave it its length but not its bytes.
            3 => {
                file.set_len(at).unwrap();
                file.set_len(length).unwrap();
            }
            // Garbage behind it, enough for a chunk.
            _ => {
                file.seek(SeekFrom::End(0)).unwrap();
                file.write_all(&chance.bytes(STORED + 5)).unwrap();
            }
        }
    }

    #[test]
    fn an_upload_whose_end_was_sealed_but_not_put_in_place_goes_on() {
        let (_folder, vault) = vault();
        for length in [0, 10, CHUNK, CHUNK + 10] {
            let content = Chance::new(3).bytes(length);
            let mut incoming = vault.begin().unwrap();
            incoming.write(&content).unwrap();
            let id = incoming.id().clone();
            let state = fs::read(vault.state_path(&id)).unwrap();
            incoming.finish().unwrap();
            fs::rename(vault.path(&id), vault.part_path(&id)).unwrap();
            fs::write(vault.state_path(&id), state).unwrap();
            complete(&vault, vault.resume(&id).unwrap(), &content);
        }
    }

    #[test]
    fn an_upload_may_break_off_many_times() {
        let (_folder, vault) = vault();
        let mut chance = Chance::new(4);
        let content = chance.bytes(2 * CHUNK + 7);
        let id = vault.begin().unwrap().id().clone();
        loop {
            let mut incoming = vault.resume(&id).unwrap();
            let at = incoming.received() as usize;
            if at == content.len() {
                break complete(&vault, incoming, &content);
            }
            let end = (at + 1 + chance.below(20_000)).min(content.len());
            incoming.write(&content[at..end]).unwrap();
            incoming.keep().unwrap();
        }
    }

    #[test]
    fn what_the_disk_was_told_to_begin_with_is_whole() {
        let (_folder, vault) = vault();
        let content = Chance::new(6).bytes(PUSH as usize + 3 * CHUNK);
        let mut incoming = vault.begin().unwrap();
        incoming.write(&content[..CHUNK]).unwrap();
        assert_eq!(incoming.pushed, 0);
        incoming.write(&content[CHUNK..]).unwrap();
        assert_eq!(incoming.pushed, start_of(incoming.sealing.progress().position));
        let id = incoming.id().clone();
        drop(incoming);
        complete(&vault, vault.resume(&id).unwrap(), &content);
    }

    #[test]
    fn an_upload_can_be_written_by_one_at_a_time() {
        let (_folder, vault) = vault();
        let incoming = vault.begin().unwrap();
        let id = incoming.id().clone();
        assert!(matches!(vault.resume(&id), Err(Trouble::Busy)));
        drop(incoming);
        let stored = vault.resume(&id).unwrap().finish().unwrap();
        assert!(matches!(vault.resume(&stored.id), Err(Trouble::Missing)));
    }

    #[test]
    fn a_file_finished_between_opening_and_locking_is_no_part_file() {
        let (_folder, vault) = vault();
        let incoming = vault.begin().unwrap();
        let path = vault.part_path(incoming.id());
        let opened = File::open(&path).unwrap();
        incoming.finish().unwrap();
        assert!(matches!(lock(&opened, &path), Err(Trouble::Missing)));
        File::create(&path).unwrap();
        assert!(matches!(lock(&opened, &path), Err(Trouble::Missing)));
    }

    #[test]
    fn what_was_kept_and_then_changed_is_never_stored() {
        let (_folder, vault) = vault();
        let content = Chance::new(5).bytes(2 * CHUNK + 9);
        let begun = || {
            let mut incoming = vault.begin().unwrap();
            incoming.write(&content).unwrap();
            incoming.keep().unwrap();
            incoming.id().clone()
        };
        let (cut, flipped, swapped, other) = (begun(), begun(), begun(), begun());
        OpenOptions::new()
            .write(true)
            .open(vault.part_path(&cut))
            .unwrap()
            .set_len(STORED as u64)
            .unwrap();
        assert!(matches!(vault.resume(&cut), Err(Trouble::Broken)));
        fs::copy(vault.state_path(&other), vault.state_path(&swapped)).unwrap();
        assert!(matches!(vault.resume(&swapped), Err(Trouble::Broken)));
        // A changed chunk among those that were kept is found when the file is read.
        let mut bytes = fs::read(vault.part_path(&flipped)).unwrap();
        bytes[HEADER.len() + 100] ^= 1;
        fs::write(vault.part_path(&flipped), bytes).unwrap();
        let stored = vault.resume(&flipped).unwrap().finish().unwrap();
        let verified = vault.verify(&stored.id, &stored.wrapped_key, &stored.sha256);
        assert!(matches!(verified, Err(Trouble::Broken)));
    }

    #[test]
    fn neither_content_nor_key_is_seen_in_what_lies_on_disk_meanwhile() {
        let (_folder, vault) = vault();
        let mut incoming = vault.begin().unwrap();
        incoming.write(&b"canary-4711 ".repeat(9_000)).unwrap();
        incoming.keep().unwrap();
        for path in [vault.part_path(incoming.id()), vault.state_path(incoming.id())] {
            let bytes = fs::read(&path).unwrap();
            assert!(!bytes.windows(7).any(|part| part == b"canary-"), "{}", path.display());
        }
    }
}
