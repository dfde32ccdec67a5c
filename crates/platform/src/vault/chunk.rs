//! One chunk of a sealed file, and how a sealed file is laid out:
//!
//! ```text
//! header  8 bytes: "CAPFILE" and the version
//! chunk   19 bytes of nonce, up to 64 KiB of sealed content, 16 bytes of tag
//! chunk   … every one but the last is full
//! ```
//!
//! This is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015) over XChaCha20-Poly1305: a chunk's
//! position and whether it is the last stand in its nonce, so that none can be moved, left out or added.
//! The header and the file's id are associated data of every chunk, so that a file can't stand in for
//! another. Other than in the paper each chunk has a random nonce prefix of its own: after a crash
//! a chunk may be sealed a second time with other content, and the same nonce must never serve twice.

use super::key::{Broken, FileKey};
use crate::ids::{PublicId, random};
use aead_stream::{NewStream, StreamBE32, StreamPrimitive};
use chacha20poly1305::XChaCha20Poly1305;
use std::io::{self, ErrorKind, Read};

/// Bytes of content in every chunk but the last.
pub const CHUNK: usize = 64 * 1024;
/// The random part of a chunk's nonce; position and last-flag make up the other five bytes of 24.
pub(super) const PREFIX: usize = 19;
const TAG: usize = 16;
/// Bytes that a chunk adds to its content.
pub(super) const ADDED: usize = PREFIX + TAG;
/// Bytes on disk of every chunk but the last.
pub(super) const STORED: usize = CHUNK + ADDED;
/// How every sealed file begins.
pub(super) const HEADER: &[u8; 8] = b"CAPFILE1";

/// Where a chunk begins in the sealed file.
pub(super) fn start_of(position: u32) -> u64 {
    HEADER.len() as u64 + u64::from(position) * STORED as u64
}

/// Seals and opens the chunks of one file.
pub(super) struct Chunks {
    cipher: XChaCha20Poly1305,
    bound: Vec<u8>,
}

impl Chunks {
    pub(super) fn new(key: &FileKey, id: &PublicId) -> Self {
        Self {
            cipher: key.cipher(),
            bound: [HEADER, id.as_str().as_bytes()].concat(),
        }
    }

    /// Seals content in place and gives the nonce prefix that is to stand before it.
    pub(super) fn seal(&self, position: u32, last: bool, content: &mut Vec<u8>) -> io::Result<[u8; PREFIX]> {
        let prefix = random();
        self.stream(&prefix)
            .encrypt_in_place(position, last, &self.bound, content)
            .map_err(|_| io::Error::from(ErrorKind::FileTooLarge))?;
        Ok(prefix)
    }

    /// Opens a chunk in place: afterwards its body is its content. A refused body is emptied.
    pub(super) fn open(&self, position: u32, last: bool, chunk: &mut Chunk) -> Result<(), Broken> {
        let opened =
            self.stream(&chunk.prefix).decrypt_in_place(position, last, &self.bound, &mut chunk.body);
        opened.map_err(|_| {
            chunk.body.clear();
            Broken
        })
    }

    fn stream(&self, prefix: &[u8; PREFIX]) -> StreamBE32<XChaCha20Poly1305> {
        StreamBE32::from_aead(self.cipher.clone(), prefix.into())
    }
}

/// A chunk as it was read.
#[derive(Default)]
pub(super) struct Chunk {
    prefix: [u8; PREFIX],
    pub(super) body: Vec<u8>,
    /// Bytes read, at most [`STORED`]; fewer only at the end of the file.
    pub(super) stored: usize,
}

impl Chunk {
    /// Reads the next chunk into this one's room.
    pub(super) fn fill(&mut self, source: &mut impl Read) -> io::Result<()> {
        self.body.clear();
        self.stored = 0;
        let first = read_full(source, &mut self.prefix)?;
        self.body.resize(CHUNK + TAG, 0);
        let more = if first == PREFIX { read_full(source, &mut self.body)? } else { 0 };
        self.body.truncate(more);
        self.stored = first + more;
        Ok(())
    }
}

/// Reads until the room is full or the source ends; gives the bytes read.
pub(super) fn read_full(source: &mut impl Read, room: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < room.len() {
        match source.read(&mut room[filled..]) {
            Ok(0) => break,
            Ok(more) => filled += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunk_opens_only_at_its_place_in_its_file() {
        let (key, id) = (FileKey::random(), PublicId::random());
        let chunks = Chunks::new(&key, &id);
        let mut body = b"content".to_vec();
        let prefix = chunks.seal(3, false, &mut body).unwrap();
        let opened = |chunks: &Chunks, position, last| {
            let mut chunk = Chunk { prefix, body: body.clone(), stored: 0 };
            let answer = chunks.open(position, last, &mut chunk);
            (answer, chunk.body)
        };
        assert_eq!(opened(&chunks, 3, false), (Ok(()), b"content".to_vec()));
        let refused = (Err(Broken), Vec::new());
        assert_eq!(opened(&chunks, 2, false), refused);
        assert_eq!(opened(&chunks, 3, true), refused);
        assert_eq!(opened(&Chunks::new(&key, &PublicId::random()), 3, false), refused);
        assert_eq!(opened(&Chunks::new(&FileKey::random(), &id), 3, false), refused);
    }

    #[test]
    fn the_same_content_at_the_same_place_never_has_the_same_nonce() {
        let chunks = Chunks::new(&FileKey::random(), &PublicId::random());
        let sealed = |chunks: &Chunks| {
            let mut body = vec![7; 100];
            (chunks.seal(0, false, &mut body).unwrap(), body)
        };
        let (first, second) = (sealed(&chunks), sealed(&chunks));
        assert!(first.0 != second.0 && first.1 != second.1);
    }
}
