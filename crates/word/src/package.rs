//! The zip of a .docx: taken apart within bounds, and put together again.

use crate::{LARGEST_BYTES, Refusal};
use std::{
    collections::HashSet,
    io::{Cursor, Read},
};
use zip::{CompressionMethod, ZipArchive};

/// Most entries, and the most bytes of one and of all when unpacked.
const MOST_ENTRIES: usize = 2_000;
const LARGEST_ENTRY: u64 = 16 * 1024 * 1024;
const LARGEST_TOTAL: u64 = 48 * 1024 * 1024;
/// Word's own XML shrinks to a thirtieth at most; a larger entry that shrinks more than this is a bomb.
const MOST_RATIO: u64 = 200;
const RATIO_FROM: u64 = 1024 * 1024;

/// How files of Word 97, and encrypted ones of today, begin.
const OLE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// The parts of a package by name, in the order of the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Package(pub(crate) Vec<(String, Vec<u8>)>);

impl Package {
    /// Unpacks a file.
    pub(crate) fn read(bytes: &[u8]) -> Result<Package, Refusal> {
        if bytes.len() > LARGEST_BYTES {
            return Err(Refusal::TooLarge);
        }
        if bytes.starts_with(OLE) {
            return Err(if holds_utf16(bytes, "EncryptedPackage") {
                Refusal::Password
            } else {
                Refusal::OldWord
            });
        }
        if !bytes.starts_with(b"PK\x03\x04") {
            return Err(Refusal::NotWord);
        }
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refusal::BrokenZip)?;
        if zip.len() > MOST_ENTRIES {
            return Err(Refusal::TooLarge);
        }
        if zip.has_overlapping_files().unwrap_or(true) {
            return Err(Refusal::BrokenZip);
        }
        let (mut parts, mut names, mut total) = (Vec::new(), HashSet::new(), 0);
        for index in 0..zip.len() {
            let mut entry = zip.by_index(index).map_err(unreadable)?;
            let name = entry.name().map_err(|_| Refusal::BrokenZip)?.into_owned();
            if !is_plain(&name) || !names.insert(name.to_ascii_lowercase()) {
                return Err(Refusal::BrokenZip);
            }
            if name.ends_with('/') {
                continue;
            }
            if !matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
                return Err(Refusal::BrokenZip);
            }
            let packed = entry.compressed_size().max(1);
            let mut content = Vec::new();
            // What the entry says of its length is not believed.
            let read = entry.by_ref().take(LARGEST_ENTRY + 1).read_to_end(&mut content);
            let length = content.len() as u64;
            total += length;
            if length > LARGEST_ENTRY
                || total > LARGEST_TOTAL
                || (length > RATIO_FROM && length / packed > MOST_RATIO)
            {
                return Err(Refusal::TooLarge);
            }
            read.map_err(|_| Refusal::BrokenZip)?;
            parts.push((name, content));
        }
        Ok(Package(parts))
    }

    /// A part's bytes.
    pub(crate) fn get(&self, name: &str) -> Option<&[u8]> {
        let part = self.0.iter().find(|(part, _)| part.eq_ignore_ascii_case(name))?;
        Some(&part.1)
    }

    /// Puts a part's bytes in the place of what it had, or adds the part.
    pub(crate) fn put(&mut self, name: &str, bytes: Vec<u8>) {
        match self.0.iter_mut().find(|(part, _)| part.eq_ignore_ascii_case(name)) {
            Some(part) => part.1 = bytes,
            None => self.0.push((name.to_owned(), bytes)),
        }
    }
}

fn unreadable(error: zip::result::ZipError) -> Refusal {
    match error {
        zip::result::ZipError::UnsupportedArchive(why) if why == zip::result::ZipError::PASSWORD_REQUIRED => {
            Refusal::Password
        }
        _ => Refusal::BrokenZip,
    }
}

/// Whether this is a name that stays inside a folder on every system.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name.len() < 250
        && !name.starts_with('/')
        && !name.chars().any(|c| c.is_control() || "\\:*?\"<>|".contains(c))
        && name.split('/').all(|step| step != ".." && step != ".")
}

fn holds_utf16(bytes: &[u8], word: &str) -> bool {
    let wanted: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::is_plain;

    #[test]
    fn names_that_leave_the_folder_are_not_plain() {
        for (name, is) in [
            ("word/document.xml", true),
            ("[Content_Types].xml", true),
            ("word/..document.xml", true),
            ("../word/document.xml", false),
            ("word/../../x", false),
            ("./x", false),
            ("/word/document.xml", false),
            ("word\\document.xml", false),
            ("C:x", false),
            ("word/a\0b", false),
            ("", false),
        ] {
            assert_eq!(is_plain(name), is, "{name:?}");
        }
    }
}
