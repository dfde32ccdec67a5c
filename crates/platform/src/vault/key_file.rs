//! The file that holds the master keys: text, one key a line, the one in use first.
//!
//! It lies outside the data folder and its backups, so that a copy of the data is not a copy of the
//! means to read it, and only its owner may read it.

use super::key::{Key, KeyId, Ring, Secret};
use crate::ids::{PublicId, random};
use std::{
    fs::{DirBuilder, File, Metadata},
    io::{Error, ErrorKind, Read, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

const EXPLANATION: &str = "\
# Master keys of CAP. Whoever has this file and the data can read every file that was handed in;
# without it nobody can. Keep a copy in a safe place that is not the backup of the data.
# One key a line: its name and 32 bytes. The first seals what is new, the others still open.
";
/// Far more than anyone's keys: what is larger is some other file.
const MOST_BYTES: u64 = 64 * 1024;

/// What tells one writing of the file from another: its number, length and time of change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Stamp(u64, u64, i64, i64);

impl Stamp {
    fn of(file: &Metadata) -> Self {
        Self(file.ino(), file.len(), file.mtime(), file.mtime_nsec())
    }

    /// Of the file as it is now; `None` where it can't be looked at.
    pub(super) fn read(path: &Path) -> Option<Self> {
        std::fs::metadata(path).ok().map(|file| Self::of(&file))
    }
}

/// Where the key file lies unless somebody says otherwise: `cap/master.key` in the user's
/// configuration folder (`XDG_CONFIG_HOME`, or `~/.config`).
///
/// # Errors
/// A sentence, when this user has no such folder.
pub fn default_path() -> Result<PathBuf, String> {
    place(
        std::env::var_os("XDG_CONFIG_HOME").map(Into::into),
        std::env::var_os("HOME").map(Into::into),
    )
}

/// A relative `XDG_CONFIG_HOME` counts as none, as its specification asks.
fn place(configuration: Option<PathBuf>, home: Option<PathBuf>) -> Result<PathBuf, String> {
    configuration
        .filter(|folder| folder.is_absolute())
        .or_else(|| home.filter(|folder| folder.is_absolute()).map(|home| home.join(".config")))
        .map(|folder| folder.join("cap/master.key"))
        .ok_or_else(|| {
            "This user has no configuration folder for the key file (neither XDG_CONFIG_HOME nor HOME is set); say where it lies with CAP_MASTER_KEY_FILE.".to_owned()
        })
}

/// Makes a file with one new key, unless somebody else made it at the same moment.
pub(super) fn make(path: &Path) -> Result<(), String> {
    let folder = folder_of(path);
    let told = |error: Error| format!("The key file {} can't be made: {error}.", path.display());
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(told)?;
    match written(folder, &[new_line()]).map_err(told)?.persist_noclobber(path) {
        Err(failed) if failed.error.kind() != ErrorKind::AlreadyExists => Err(told(failed.error)),
        _ => sync(folder).map_err(told),
    }
}

/// Reads the keys, and refuses a file that anybody but its owner can read.
pub(super) fn read(path: &Path) -> Result<Ring, String> {
    let told = |error: Error| format!("The key file {} can't be read: {error}.", path.display());
    let (stamp, text) = text_of(path, told)?;
    let keys: Option<Vec<Key>> = lines(&text).map(parse).collect();
    let keys = keys.filter(|keys| !keys.is_empty() && distinct(keys)).ok_or_else(|| {
        format!(
            "The key file {} makes no sense: it needs a line for each key, with the key's name and 64 hexadecimal digits.",
            path.display()
        )
    })?;
    Ok(Ring { keys, stamp: Some(stamp) })
}

/// Puts a new key in front; what the older ones sealed can still be opened. A server that runs takes
/// the new key up by itself.
///
/// # Errors
/// A sentence, when the file can't be read or replaced; it is then as it was.
pub fn rotate(path: &Path) -> Result<(), String> {
    rewrite(path, |older| [new_line()].into_iter().chain(older).collect())
}

/// Leaves only the key in use: what was sealed by older ones and not wrapped anew is lost for good,
/// and an upload that began under them and was not finished has to begin again.
/// Whoever calls this has first made sure that every row [`is current`](super::MasterKeys::is_current).
///
/// # Errors
/// A sentence, when the file can't be read or replaced; it is then as it was.
pub fn forget_older(path: &Path) -> Result<(), String> {
    rewrite(path, |keys| keys.into_iter().take(1).collect())
}

type Line = Zeroizing<String>;

fn rewrite(path: &Path, change: impl Fn(Vec<Line>) -> Vec<Line>) -> Result<(), String> {
    let told = |error: Error| format!("The key file {} can't be changed: {error}.", path.display());
    read(path)?;
    // A link is followed, so that the file is replaced where it really lies.
    let path = path.canonicalize().map_err(told)?;
    let (_, text) = text_of(&path, told)?;
    let keys = change(lines(&text).map(|line| Zeroizing::new(line.to_owned())).collect());
    let folder = folder_of(&path);
    written(folder, &keys)
        .map_err(told)?
        .persist(&path)
        .map_err(|failed| told(failed.error))?;
    sync(folder).map_err(told)
}

fn text_of(path: &Path, told: impl Fn(Error) -> String) -> Result<(Stamp, Line), String> {
    let file = File::open(path).map_err(&told)?;
    let known = file.metadata().map_err(&told)?;
    if known.mode() & 0o077 != 0 {
        return Err(format!(
            "The key file {} can be read by other people of this machine (its mode is {:o}); run `chmod 600 {}`, then start CAP again.",
            path.display(),
            known.mode() & 0o777,
            path.display()
        ));
    }
    let mut text = Zeroizing::new(String::new());
    file.take(MOST_BYTES).read_to_string(&mut text).map_err(&told)?;
    Ok((Stamp::of(&known), text))
}

/// The lines that hold keys.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn parse(line: &str) -> Option<Key> {
    let (name, digits) = line.split_once(char::is_whitespace)?;
    let id: KeyId = name.as_bytes().try_into().ok().filter(|_| name.is_ascii())?;
    let digits = digits.trim_start().as_bytes();
    let mut secret = Secret::default();
    if digits.len() != 2 * secret.len() {
        return None;
    }
    for (byte, pair) in secret.iter_mut().zip(digits.chunks_exact(2)) {
        let half = |digit: u8| char::from(digit).to_digit(16);
        *byte = (half(pair[0])? << 4 | half(pair[1])?) as u8;
    }
    Some(Key { id, secret })
}

fn distinct(keys: &[Key]) -> bool {
    keys.iter().enumerate().all(|(at, key)| keys[..at].iter().all(|other| other.id != key.id))
}

fn new_line() -> Line {
    use std::fmt::Write;
    let secret = Zeroizing::new(random::<32>());
    // Made whole at once, so that growing leaves no copy behind in memory.
    let mut line = Zeroizing::new(String::with_capacity(80));
    line.push_str(&PublicId::random().as_str()[..8]);
    line.push(' ');
    for byte in secret.iter() {
        write!(line, "{byte:02x}").expect("a String takes every text");
    }
    line
}

/// A file with these keys that only its owner can read, on disk but not yet under its name.
fn written(folder: &Path, keys: &[Line]) -> Result<tempfile::NamedTempFile, Error> {
    let mut file = tempfile::Builder::new().prefix(".master-key-").tempfile_in(folder)?;
    file.write_all(EXPLANATION.as_bytes())?;
    for key in keys {
        file.write_all(key.as_bytes())?;
        file.write_all(b"\n")?;
    }
    file.as_file().sync_all()?;
    Ok(file)
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn sync(folder: &Path) -> Result<(), Error> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, fs::Permissions, os::unix::fs::PermissionsExt};

    #[test]
    fn a_key_file_is_made_for_its_owner_alone() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("cap/master.key");
        make(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(path.parent().unwrap()).unwrap().mode() & 0o777, 0o700);
        assert_eq!(read(&path).unwrap().keys.len(), 1);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
        let before = fs::read(&path).unwrap();
        make(&path).unwrap();
        assert_eq!(fs::read(&path).unwrap(), before);
    }

    #[test]
    fn a_key_file_that_others_can_read_is_refused() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("master.key");
        make(&path).unwrap();
        for mode in [0o640, 0o604, 0o620, 0o602, 0o644] {
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            let refusal = read(&path).map(|_| ()).unwrap_err();
            assert!(refusal.contains(&format!("{mode:o}")) && refusal.contains("chmod 600"), "{refusal}");
            assert!(rotate(&path).is_err());
        }
        fs::set_permissions(&path, Permissions::from_mode(0o400)).unwrap();
        assert!(read(&path).is_ok());
    }

    #[test]
    fn rotating_puts_a_key_in_front_and_forgetting_leaves_it_alone() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("master.key");
        make(&path).unwrap();
        let ids = |path: &Path| read(path).unwrap().keys.iter().map(|key| key.id).collect::<Vec<_>>();
        let first = ids(&path);
        rotate(&path).unwrap();
        let two = ids(&path);
        assert_eq!((two.len(), two[1]), (2, first[0]));
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        forget_older(&path).unwrap();
        assert_eq!(ids(&path), two[..1]);
    }

    #[test]
    fn a_linked_key_file_is_replaced_where_it_lies() {
        let home = tempfile::tempdir().unwrap();
        let (real, link) = (home.path().join("real.key"), home.path().join("link.key"));
        make(&real).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        rotate(&link).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(read(&real).unwrap().keys.len(), 2);
    }

    #[test]
    fn a_file_that_makes_no_sense_is_refused_in_a_sentence_without_its_content() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("master.key");
        make(&path).unwrap();
        let good = fs::read_to_string(&path).unwrap();
        let line = lines(&good).next().unwrap().to_owned();
        let refused = [
            String::new(),
            "# nothing\n".to_owned(),
            line[..line.len() - 1].to_owned(),
            format!("{line}0"),
            format!("{line}\n{line}"),
            line.replace(' ', ""),
            format!("{}g", &line[..line.len() - 1]),
            format!("{good}second line of something else"),
        ];
        for text in refused {
            fs::write(&path, &text).unwrap();
            let refusal = read(&path).map(|_| ()).unwrap_err();
            assert!(refusal.contains("makes no sense") && !refusal.contains(&line[9..40]), "{text}");
        }
    }

    #[test]
    fn the_place_of_the_file_follows_the_users_folders() {
        let at = |configuration: Option<&str>, home: Option<&str>| {
            place(configuration.map(Into::into), home.map(Into::into)).ok()
        };
        assert_eq!(at(Some("/c"), Some("/h")), Some("/c/cap/master.key".into()));
        assert_eq!(at(None, Some("/h")), Some("/h/.config/cap/master.key".into()));
        assert_eq!(at(Some("c"), Some("/h")), Some("/h/.config/cap/master.key".into()));
        assert_eq!(at(None, None), None);
    }
}
