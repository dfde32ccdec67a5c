//! The keys of files. Each file has a random key of its own; the row that knows the file keeps that
//! key wrapped by a master key, which lies outside the data folder. Destroying the wrapped key
//! therefore destroys the file, wherever copies of it may lie.

use super::key_file::{self, Stamp};
use crate::ids::random;
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{AeadInOut, KeyInit},
};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};
use zeroize::Zeroizing;

/// 32 random bytes, wiped from memory when they are dropped.
pub(super) type Secret = Zeroizing<[u8; 32]>;
/// The name of a master key, as it stands before whatever it sealed.
pub(super) type KeyId = [u8; 8];

pub(super) struct Key {
    pub(super) id: KeyId,
    pub(super) secret: Secret,
}

/// All master keys, the one in use first, and which writing of the key file they came from.
pub(super) struct Ring {
    pub(super) keys: Vec<Key>,
    pub(super) stamp: Option<Stamp>,
}

/// What was sealed can't be opened: it was changed, cut or swapped, or its key is gone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Broken;

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("what was sealed has been changed, or its key is gone")
    }
}

impl std::error::Error for Broken {}

/// The key of one file. It never leaves the process but wrapped.
#[derive(Clone, PartialEq, Eq)]
pub struct FileKey(Secret);

impl FileKey {
    /// A new one.
    pub fn random() -> Self {
        Self(Zeroizing::new(random()))
    }

    /// The cipher of this key.
    pub(super) fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.0).into())
    }
}

impl std::fmt::Debug for FileKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FileKey")
    }
}

/// What is sealed under a master key is a file's key or a short text, never mistaken for each other.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Kind {
    FileKey = b'K',
    Text = b'T',
}

/// Version, kind and the master key's name, all authenticated with what follows.
const HEAD: usize = 2 + size_of::<KeyId>();
const VERSION: u8 = 1;
const NONCE: usize = 24;

/// The master keys. A clone is the same keys; when the key file is rotated, every clone takes it up.
#[derive(Clone)]
pub struct MasterKeys(Arc<Shared>);

struct Shared {
    path: Option<PathBuf>,
    ring: RwLock<Ring>,
}

impl MasterKeys {
    /// Reads the key file; makes it (mode 0600, its folder 0700) with a first key where there is none.
    ///
    /// # Errors
    /// A sentence for whoever runs the server: the file can't be read or made, makes no sense, or can
    /// be read by other people of the machine.
    pub fn load_or_make(path: &Path) -> Result<MasterKeys, String> {
        if !path.exists() {
            key_file::make(path)?;
        }
        let ring = key_file::read(path)?;
        Ok(Self(Arc::new(Shared {
            path: Some(path.to_owned()),
            ring: RwLock::new(ring),
        })))
    }

    /// One new key that is kept nowhere: for tests.
    pub fn random() -> MasterKeys {
        let key = Key { id: random(), secret: Zeroizing::new(random()) };
        let ring = RwLock::new(Ring { keys: vec![key], stamp: None });
        Self(Arc::new(Shared { path: None, ring }))
    }

    /// Refuses keys that lie inside a folder of data: a copy of the folder would open itself.
    ///
    /// # Errors
    /// That, as a sentence.
    pub fn refuse_inside(&self, folder: &Path) -> Result<(), String> {
        let Some(path) = &self.0.path else { return Ok(()) };
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if real(path).starts_with(real(folder)) {
            return Err(format!(
                "The key file {} lies inside the data folder {}, so that whoever copies the data could read every file; move it elsewhere and name its place in CAP_MASTER_KEY_FILE.",
                path.display(),
                folder.display()
            ));
        }
        Ok(())
    }

    /// The file's key as a row may keep it.
    pub fn wrap(&self, key: &FileKey) -> Vec<u8> {
        self.seal(Kind::FileKey, &*key.0)
    }

    /// A file's key again.
    ///
    /// # Errors
    /// It was changed, or its master key is gone.
    pub fn unwrap(&self, wrapped: &[u8]) -> Result<FileKey, Broken> {
        let opened = self.open(Kind::FileKey, wrapped)?;
        opened
            .as_slice()
            .try_into()
            .map(|secret| FileKey(Zeroizing::new(secret)))
            .map_err(|_| Broken)
    }

    /// A short text (a file's name, a description) as a row may keep it. It is never the same twice,
    /// so it can't be searched for.
    pub fn seal_text(&self, text: &str) -> Vec<u8> {
        self.seal(Kind::Text, text.as_bytes())
    }

    /// A short text again.
    ///
    /// # Errors
    /// It was changed, or its master key is gone.
    pub fn open_text(&self, sealed: &[u8]) -> Result<String, Broken> {
        let opened = self.open(Kind::Text, sealed)?;
        std::str::from_utf8(&opened).map(str::to_owned).map_err(|_| Broken)
    }

    /// The same wrapped key or sealed text under the master key in use.
    ///
    /// # Errors
    /// It was changed, or its master key is gone.
    pub fn rewrap(&self, sealed: &[u8]) -> Result<Vec<u8>, Broken> {
        let kind = match sealed.get(1) {
            Some(kind) if *kind == Kind::FileKey as u8 => Kind::FileKey,
            Some(kind) if *kind == Kind::Text as u8 => Kind::Text,
            _ => return Err(Broken),
        };
        Ok(self.seal(kind, &self.open(kind, sealed)?))
    }

    /// Whether this was sealed by the master key in use, so that older ones are not needed for it.
    pub fn is_current(&self, sealed: &[u8]) -> bool {
        self.refresh();
        self.with(|ring| sealed.get(2..HEAD) == Some(ring.keys[0].id.as_slice()))
    }

    fn seal(&self, kind: Kind, plain: &[u8]) -> Vec<u8> {
        self.refresh();
        self.with(|ring| {
            let key = &ring.keys[0];
            let nonce = random::<NONCE>();
            let mut sealed = vec![VERSION, kind as u8];
            sealed.extend(key.id);
            let mut body = Vec::with_capacity(plain.len() + 16);
            body.extend_from_slice(plain);
            XChaCha20Poly1305::new((&*key.secret).into())
                .encrypt_in_place(&XNonce::from(nonce), &sealed, &mut body)
                .expect("the cipher takes every message under 256 GiB");
            sealed.extend(nonce);
            sealed.append(&mut body);
            sealed
        })
    }

    fn open(&self, kind: Kind, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Broken> {
        let (head, rest) = sealed.split_at_checked(HEAD).ok_or(Broken)?;
        let (nonce, body) = rest.split_first_chunk::<NONCE>().ok_or(Broken)?;
        if head[..2] != [VERSION, kind as u8] {
            return Err(Broken);
        }
        let cipher = self.cipher(&head[2..]).or_else(|| {
            self.refresh();
            self.cipher(&head[2..])
        });
        let mut plain = Zeroizing::new(body.to_vec());
        cipher
            .ok_or(Broken)?
            .decrypt_in_place(&XNonce::from(*nonce), head, &mut *plain)
            .map_err(|_| Broken)?;
        Ok(plain)
    }

    fn cipher(&self, id: &[u8]) -> Option<XChaCha20Poly1305> {
        self.with(|ring| {
            let key = ring.keys.iter().find(|key| key.id == id)?;
            Some(XChaCha20Poly1305::new((&*key.secret).into()))
        })
    }

    fn with<T>(&self, see: impl FnOnce(&Ring) -> T) -> T {
        see(&self.0.ring.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes up a key file that was changed since it was read: keys are rotated by a command in
    /// another process, and from then on nothing may be sealed by the key that is to go.
    fn refresh(&self) {
        let Some(path) = &self.0.path else { return };
        let stamp = Stamp::read(path);
        if stamp.is_none() || self.with(|ring| ring.stamp == stamp) {
            return;
        }
        match key_file::read(path) {
            Ok(ring) => *self.0.ring.write().unwrap_or_else(PoisonError::into_inner) = ring,
            Err(why) => tracing::warn!("The key file was changed and is not taken up: {why}"),
        }
    }
}

impl std::fmt::Debug for MasterKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKeys")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::key_file::{forget_older, rotate};

    #[test]
    fn what_is_sealed_opens_and_is_never_the_same_twice() {
        let keys = MasterKeys::random();
        let key = FileKey::random();
        assert_eq!(keys.unwrap(&keys.wrap(&key)), Ok(key.clone()));
        assert_ne!(keys.wrap(&key), keys.wrap(&key));
        for text in ["", "Report for Ana.docx", "naïve 世界 \u{202e}exe.doc"] {
            let sealed = keys.seal_text(text);
            assert_eq!(keys.open_text(&sealed).as_deref(), Ok(text));
            assert!(text.is_empty() || !sealed.windows(text.len()).any(|part| part == text.as_bytes()));
        }
    }

    #[test]
    fn every_changed_bit_and_every_cut_is_refused() {
        let keys = MasterKeys::random();
        let wrapped = keys.wrap(&FileKey::random());
        for at in 0..wrapped.len() * 8 {
            let mut changed = wrapped.clone();
            changed[at / 8] ^= 1 << (at % 8);
            assert_eq!(keys.unwrap(&changed), Err(Broken), "bit {at}");
        }
        for length in 0..wrapped.len() {
            assert_eq!(keys.unwrap(&wrapped[..length]), Err(Broken), "{length} bytes");
        }
        assert_eq!(MasterKeys::random().unwrap(&wrapped), Err(Broken));
    }

    #[test]
    fn a_text_is_no_key_and_a_key_no_text() {
        let keys = MasterKeys::random();
        let text = keys.seal_text(&"k".repeat(32));
        assert_eq!(keys.unwrap(&text), Err(Broken));
        let mut disguised = text.clone();
        disguised[1] = Kind::FileKey as u8;
        assert_eq!(keys.unwrap(&disguised), Err(Broken));
        assert_eq!(keys.open_text(&keys.wrap(&FileKey::random())), Err(Broken));
    }

    #[test]
    fn an_old_key_opens_until_all_is_wrapped_anew_and_is_then_not_needed() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("master.key");
        let server = MasterKeys::load_or_make(&path).unwrap();
        let key = FileKey::random();
        let (old_key, old_text) = (server.wrap(&key), server.seal_text("note"));
        assert!(server.is_current(&old_key));

        rotate(&path).unwrap();
        let command = MasterKeys::load_or_make(&path).unwrap();
        assert!(!command.is_current(&old_key));
        assert_eq!(command.unwrap(&old_key), Ok(key.clone()));
        let (new_key, new_text) = (command.rewrap(&old_key).unwrap(), command.rewrap(&old_text).unwrap());
        assert!(command.is_current(&new_key) && command.is_current(&new_text));
        // The server that ran all the while opens what the command wrapped, and seals by the new key.
        assert_eq!(server.unwrap(&new_key), Ok(key.clone()));
        assert!(command.is_current(&server.wrap(&key)));

        forget_older(&path).unwrap();
        let later = MasterKeys::load_or_make(&path).unwrap();
        assert_eq!(later.unwrap(&new_key), Ok(key));
        assert_eq!(later.open_text(&new_text).as_deref(), Ok("note"));
        assert_eq!(later.unwrap(&old_key), Err(Broken));
        assert_eq!(later.open_text(&old_text), Err(Broken));
    }

    #[test]
    fn a_server_seals_by_the_new_key_even_when_it_has_opened_nothing_since() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("master.key");
        let server = MasterKeys::load_or_make(&path).unwrap();
        rotate(&path).unwrap();
        assert!(MasterKeys::load_or_make(&path).unwrap().is_current(&server.seal_text("note")));
    }

    #[test]
    fn keys_inside_the_data_folder_are_refused_by_whatever_path() {
        let home = tempfile::tempdir().unwrap();
        let data = home.path().join("data");
        std::fs::create_dir(&data).unwrap();
        std::os::unix::fs::symlink(&data, home.path().join("other")).unwrap();
        for inside in [
            "data/master.key",
            "data/deep/master.key",
            "other/master.key",
            "data/../data/m.key",
        ] {
            let keys = MasterKeys::load_or_make(&home.path().join(inside)).unwrap();
            let refusal = keys.refuse_inside(&data).unwrap_err();
            assert!(refusal.contains("lies inside the data folder"), "{refusal}");
        }
        let keys = MasterKeys::load_or_make(&home.path().join("data.key")).unwrap();
        assert_eq!(keys.refuse_inside(&data), Ok(()));
    }

    #[test]
    fn nothing_secret_is_printed() {
        assert_eq!(format!("{:?} {:?}", FileKey::random(), MasterKeys::random()), "FileKey MasterKeys");
    }
}
