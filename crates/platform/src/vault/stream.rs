//! A file as it is sealed on its way to disk, and opened on its way out: only bytes that were
//! authenticated leave [`Opening`].

use super::{
    chunk::{ADDED, CHUNK, Chunk, Chunks, HEADER, STORED, read_full, start_of},
    key::{Broken, FileKey},
};
use crate::ids::PublicId;
use sha2::{
    Digest, Sha256,
    digest::common::hazmat::{SerializableState, SerializedState},
};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};

/// What a whole file came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Total {
    /// Bytes of content.
    pub length: u64,
    /// SHA-256 of the content.
    pub sha256: [u8; 32],
}

/// Seals whatever is written to it. The end is marked by [`Sealing::finish`] alone: what lacks it
/// is refused when it is opened.
pub struct Sealing<W: Write> {
    out: W,
    chunks: Chunks,
    progress: Progress,
    /// A chunk was perhaps written in part, so nothing more may follow it.
    torn: bool,
}

/// How far a file is sealed: what is needed to go on with it.
#[derive(Clone, Default)]
pub(super) struct Progress {
    /// Full chunks that are sealed and written.
    pub(super) position: u32,
    /// The hash of their content.
    pub(super) hash: Sha256,
    /// Content after them: a full chunk is held back until more content shows that it is not the last.
    pub(super) held: Vec<u8>,
}

impl Progress {
    /// Bytes of content taken in.
    pub(super) fn length(&self) -> u64 {
        u64::from(self.position) * CHUNK as u64 + self.held.len() as u64
    }

    /// One more full chunk, already sealed and written.
    pub(super) fn advance(&mut self, content: &[u8]) -> io::Result<()> {
        self.position = self.position.checked_add(1).ok_or(ErrorKind::FileTooLarge)?;
        self.hash.update(content);
        Ok(())
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        [
            &self.position.to_le_bytes()[..],
            &self.hash.serialize(),
            &self.held,
        ]
        .concat()
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (position, rest) = bytes.split_first_chunk()?;
        let (state, held) = rest.split_at_checked(size_of::<SerializedState<Sha256>>())?;
        let hash = Sha256::deserialize(state.try_into().ok()?).ok()?;
        (held.len() <= CHUNK).then(|| Self {
            position: u32::from_le_bytes(*position),
            hash,
            held: held.to_vec(),
        })
    }
}

impl<W: Write> Sealing<W> {
    /// Begins a file: its header is written at once.
    ///
    /// # Errors
    /// The header can't be written.
    pub fn new(mut out: W, key: &FileKey, id: &PublicId) -> io::Result<Self> {
        out.write_all(HEADER)?;
        Ok(Self::resume(out, key, id, Progress::default()))
    }

    /// Goes on with a file whose output ends behind the full chunks of `progress`.
    pub(super) fn resume(out: W, key: &FileKey, id: &PublicId, progress: Progress) -> Self {
        Self {
            out,
            chunks: Chunks::new(key, id),
            progress,
            torn: false,
        }
    }

    /// Bytes of content taken in.
    pub fn length(&self) -> u64 {
        self.progress.length()
    }

    pub(super) fn progress(&self) -> &Progress {
        &self.progress
    }

    pub(super) fn out(&self) -> &W {
        &self.out
    }

    /// Seals what is left as the last chunk.
    ///
    /// # Errors
    /// It can't be written, or a write failed before.
    pub fn finish(mut self) -> io::Result<(W, Total)> {
        let length = self.length();
        self.write_chunk(true)?;
        self.out.flush()?;
        Ok((
            self.out,
            Total {
                length,
                sha256: self.progress.hash.finalize().into(),
            },
        ))
    }

    fn write_chunk(&mut self, last: bool) -> io::Result<()> {
        if self.torn {
            return Err(io::Error::other("an earlier chunk was not written"));
        }
        self.torn = true;
        let mut body = std::mem::take(&mut self.progress.held);
        let position = self.progress.position;
        if last {
            self.progress.hash.update(&body);
        } else {
            self.progress.advance(&body)?;
        }
        let prefix = self.chunks.seal(position, last, &mut body)?;
        self.out.write_all(&prefix)?;
        self.out.write_all(&body)?;
        body.clear();
        self.progress.held = body;
        self.torn = false;
        Ok(())
    }
}

impl<W: Write> Write for Sealing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.progress.held.len() == CHUNK && !bytes.is_empty() {
            self.write_chunk(false)?;
        }
        if self.progress.held.capacity() < STORED {
            self.progress.held.reserve_exact(STORED - self.progress.held.len());
        }
        let taken = bytes.len().min(CHUNK - self.progress.held.len());
        self.progress.held.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    /// Whole chunks only: what is held back stays in memory.
    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Reads the content of a sealed file. Every error but those of the source itself is
/// [`Broken`] inside [`ErrorKind::InvalidData`]; after it nothing more can be read.
pub struct Opening<R: Read> {
    source: R,
    chunks: Chunks,
    position: u32,
    /// The chunk after the one that is being read: only the last has none.
    ahead: Chunk,
    /// Authenticated content, and how much of it was handed out.
    open: Chunk,
    taken: usize,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    More,
    Ended,
    Refused,
}

/// [`Broken`] as an error of reading.
pub(super) fn broken() -> io::Error {
    io::Error::new(ErrorKind::InvalidData, Broken)
}

impl<R: Read> Opening<R> {
    /// Begins to read at the start of the content.
    ///
    /// # Errors
    /// The source can't be read, or doesn't begin as a sealed file does.
    pub fn new(mut source: R, key: &FileKey, id: &PublicId) -> io::Result<Self> {
        check_header(&mut source)?;
        Self::from_chunk(source, key, id, 0)
    }

    fn from_chunk(mut source: R, key: &FileKey, id: &PublicId, position: u32) -> io::Result<Self> {
        let mut ahead = Chunk::default();
        ahead.fill(&mut source)?;
        let chunks = Chunks::new(key, id);
        Ok(Self {
            source,
            chunks,
            position,
            ahead,
            open: Chunk::default(),
            taken: 0,
            state: State::More,
        })
    }

    /// Opens the next chunk; says whether there was one.
    fn advance(&mut self) -> io::Result<bool> {
        match self.state {
            State::Ended => return Ok(false),
            State::Refused => return Err(broken()),
            State::More => {}
        }
        // Whatever fails from here on, no byte of this chunk is handed out.
        self.state = State::Refused;
        self.taken = 0;
        std::mem::swap(&mut self.open, &mut self.ahead);
        let cut = self.open.stored < ADDED;
        let ahead = if cut { Ok(()) } else { self.ahead.fill(&mut self.source) };
        if cut || ahead.is_err() {
            self.open.body.clear();
            return Err(ahead.err().unwrap_or_else(broken));
        }
        let last = self.ahead.stored == 0;
        self.chunks.open(self.position, last, &mut self.open).map_err(|_| broken())?;
        self.position = self.position.wrapping_add(1);
        self.state = if last { State::Ended } else { State::More };
        Ok(true)
    }
}

impl<R: Read + Seek> Opening<R> {
    /// Begins to read at an offset of the content. The chunks before it are neither read nor checked.
    ///
    /// # Errors
    /// As [`Opening::new`]; also [`ErrorKind::InvalidInput`] when the content is shorter.
    pub fn at(mut source: R, key: &FileKey, id: &PublicId, offset: u64) -> io::Result<Self> {
        check_header(&mut source)?;
        let stored = source.seek(SeekFrom::End(0))?;
        let count = (stored - HEADER.len() as u64).div_ceil(STORED as u64);
        // An offset at the very end lies behind the last chunk, which is where the end is proven.
        let position = (offset / CHUNK as u64).min(count.saturating_sub(1));
        let skipped = offset - position * CHUNK as u64;
        let position = u32::try_from(position).map_err(|_| broken())?;
        source.seek(SeekFrom::Start(start_of(position)))?;
        let mut opening = Self::from_chunk(source, key, id, position)?;
        opening.advance()?;
        match usize::try_from(skipped) {
            Ok(skipped) if skipped <= opening.open.body.len() => opening.taken = skipped,
            _ => return Err(ErrorKind::InvalidInput.into()),
        }
        Ok(opening)
    }
}

impl<R: Read> Read for Opening<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        if room.is_empty() {
            return Ok(0);
        }
        while self.taken == self.open.body.len() {
            if !self.advance()? {
                return Ok(0);
            }
        }
        let ready = &self.open.body[self.taken..];
        let count = ready.len().min(room.len());
        room[..count].copy_from_slice(&ready[..count]);
        self.taken += count;
        Ok(count)
    }
}

pub(super) fn check_header(source: &mut impl Read) -> io::Result<()> {
    let mut header = [0; HEADER.len()];
    let whole = read_full(source, &mut header)? == header.len();
    if whole && header == *HEADER { Ok(()) } else { Err(broken()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::chance::Chance;
    use std::io::Cursor;

    fn sealed(content: &[u8], key: &FileKey, id: &PublicId) -> Vec<u8> {
        let mut sealing = Sealing::new(Vec::new(), key, id).unwrap();
        sealing.write_all(content).unwrap();
        sealing.finish().unwrap().0
    }

    /// What can be read before the end or the first error, and whether that was an error.
    fn opened(blob: &[u8], key: &FileKey, id: &PublicId) -> (Vec<u8>, bool) {
        let mut content = Vec::new();
        let read = Opening::new(blob, key, id).and_then(|mut opening| opening.read_to_end(&mut content));
        (content, read.is_err())
    }

    #[test]
    fn content_of_every_length_around_a_chunk_comes_back() {
        let mut chance = Chance::new(1);
        for chunks in 0..4 {
            for length in [0, 1, 17, CHUNK - 1].map(|more| chunks * CHUNK + more) {
                let (key, id) = (FileKey::random(), PublicId::random());
                let content = chance.bytes(length);
                let mut sealing = Sealing::new(Vec::new(), &key, &id).unwrap();
                let mut rest = &content[..];
                while !rest.is_empty() {
                    let (part, more) = rest.split_at(chance.below(2 * CHUNK).min(rest.len()));
                    sealing.write_all(part).unwrap();
                    rest = more;
                }
                assert_eq!(sealing.length(), length as u64);
                let (blob, total) = sealing.finish().unwrap();
                assert_eq!(
                    total,
                    Total {
                        length: length as u64,
                        sha256: Sha256::digest(&content).into()
                    }
                );
                let full = length.div_ceil(CHUNK).max(1);
                assert_eq!(blob.len(), HEADER.len() + length + full * ADDED, "no empty chunk at the end");
                assert_eq!(opened(&blob, &key, &id), (content, false), "{length}");
            }
        }
    }

    #[test]
    fn nothing_of_the_content_can_be_seen() {
        let (key, id) = (FileKey::random(), PublicId::random());
        let content = b"canary-4711 ".repeat(20_000);
        let blob = sealed(&content, &key, &id);
        assert!(!blob.windows(7).any(|part| part == b"canary-"));
        let again = sealed(&content, &key, &id);
        assert_ne!(blob, again);
    }

    #[test]
    fn two_thousand_tampered_files_are_refused_without_one_unauthenticated_byte() {
        let mut chance = Chance::new(2);
        let id = PublicId::random();
        let (key, other_key) = (FileKey::random(), FileKey::random());
        let lengths = [0, 1, 300, CHUNK, 2 * CHUNK, 2 * CHUNK + 99, 3 * CHUNK - 1];
        let contents = lengths.map(|length| chance.bytes(length));
        let blobs: Vec<_> = contents.iter().map(|content| sealed(content, &key, &id)).collect();
        let others: Vec<_> = contents.iter().map(|content| sealed(content, &other_key, &id)).collect();
        let (mut counts, mut round) = ([0; 8], 0);
        while counts.iter().sum::<usize>() < 2_000 {
            round += 1;
            // Most rounds on small files: a large one takes its time in a build for tests.
            let which = if round % 5 == 0 {
                chance.below(blobs.len())
            } else {
                chance.below(3)
            };
            let (content, blob) = (&contents[which], &blobs[which]);
            let kind = round % counts.len();
            let (tampered, whole) = tamper(kind, blob, &others, &mut chance);
            if tampered == *blob {
                continue;
            }
            let (got, refused) = opened(&tampered, &key, &id);
            assert!(refused, "kind {kind} of {} bytes was not refused", blob.len());
            assert!(content.starts_with(&got), "kind {kind} gave foreign bytes");
            assert!(got.len() <= whole * CHUNK, "kind {kind} gave bytes of a damaged chunk");
            counts[kind] += 1;
        }
        assert!(counts.iter().all(|count| *count > 100), "{counts:?}");
        // A row that was given another file's key or another file's id.
        for blob in &blobs {
            assert_eq!(opened(blob, &other_key, &id), (Vec::new(), true));
            assert_eq!(opened(blob, &key, &PublicId::random()), (Vec::new(), true));
        }
    }

    /// A changed file, and how many of its first chunks are still what they were.
    fn tamper(kind: usize, blob: &[u8], others: &[Vec<u8>], chance: &mut Chance) -> (Vec<u8>, usize) {
        let mut changed = blob.to_vec();
        let chunk_at = |byte: usize| byte.saturating_sub(HEADER.len()) / STORED;
        let count = (blob.len() - HEADER.len()).div_ceil(STORED);
        let edge = |chunk: usize| HEADER.len() + chunk * STORED;
        match kind {
            // A bit of anything.
            0 | 1 => {
                let at = chance.below(blob.len());
                changed[at] ^= 1 << chance.below(8);
                (changed, if at < HEADER.len() { 0 } else { chunk_at(at) })
            }
            // Cut anywhere: the chunk before the cut was not sealed as a last one.
            2 => {
                let at = chance.below(blob.len());
                changed.truncate(at);
                (changed, chunk_at(at))
            }
            // Cut at the edge of a chunk, down to no chunk at all.
            3 => {
                let chunk = chance.below(count);
                changed.truncate(edge(chunk));
                (changed, chunk.saturating_sub(1))
            }
            // Two chunks change places, or one comes twice.
            4 => {
                let (a, b) = (chance.below(count), chance.below(count));
                let (a, b) = (a.min(b), a.max(b));
                let chunk = |at: usize| &blob[edge(at)..edge(at + 1).min(blob.len())];
                if chance.below(2) == 0 && a < b {
                    let between = &blob[edge(a + 1)..edge(b)];
                    let after = &blob[edge(b + 1).min(blob.len())..];
                    return ([&blob[..edge(a)], chunk(b), between, chunk(a), after].concat(), a);
                }
                changed.splice(edge(a)..edge(a), chunk(b).to_vec());
                (changed, a + usize::from(a == b))
            }
            // Spliced with another file: its chunks from the same place on.
            5 => {
                let other = &others[chance.below(others.len())];
                let chunk = chance.below(count);
                changed.truncate(edge(chunk));
                changed.extend(other.get(edge(chunk)..).unwrap_or(&[]));
                (changed, chunk)
            }
            // Another version's header.
            6 => {
                let at = chance.below(HEADER.len());
                changed[at] = changed[at].wrapping_add(1 + chance.below(200) as u8);
                (changed, 0)
            }
            // Bytes behind the end.
            _ => {
                let more = 1 + chance.below(2 * ADDED);
                changed.extend(chance.bytes(more));
                (changed, count - 1)
            }
        }
    }

    #[test]
    fn what_was_never_finished_is_refused() {
        let (key, id) = (FileKey::random(), PublicId::random());
        for length in [0, 5, CHUNK, 2 * CHUNK] {
            let mut blob = Vec::new();
            let mut sealing = Sealing::new(&mut blob, &key, &id).unwrap();
            sealing.write_all(&vec![1; length]).unwrap();
            sealing.flush().unwrap();
            drop(sealing);
            assert!(opened(&blob, &key, &id).1, "{length}");
        }
    }

    #[test]
    fn reading_from_an_offset_gives_the_rest_and_no_more() {
        let mut chance = Chance::new(3);
        for length in [0, 1, CHUNK, CHUNK + 1, 3 * CHUNK] {
            let (key, id) = (FileKey::random(), PublicId::random());
            let content = chance.bytes(length);
            let blob = sealed(&content, &key, &id);
            let edges = [
                0,
                1,
                CHUNK - 1,
                CHUNK,
                CHUNK + 1,
                2 * CHUNK,
                length.saturating_sub(1),
                length,
            ];
            for offset in edges.into_iter().filter(|offset| *offset <= length) {
                let mut rest = Vec::new();
                let mut opening = Opening::at(Cursor::new(&blob), &key, &id, offset as u64).unwrap();
                opening.read_to_end(&mut rest).unwrap();
                assert_eq!(rest, content[offset..], "{offset} of {length}");
            }
            for beyond in [length as u64 + 1, (length + 2 * CHUNK) as u64, u64::MAX] {
                let refused = Opening::at(Cursor::new(&blob), &key, &id, beyond).err().unwrap();
                assert_eq!(refused.kind(), ErrorKind::InvalidInput, "{beyond} of {length}");
            }
        }
    }

    #[test]
    fn a_range_of_a_file_cut_behind_it_is_never_taken_for_the_end() {
        let (key, id) = (FileKey::random(), PublicId::random());
        let blob = sealed(&vec![9; 3 * CHUNK], &key, &id);
        let cut = &blob[..HEADER.len() + 2 * STORED];
        for offset in [0, CHUNK as u64, 2 * CHUNK as u64] {
            let read = Opening::at(Cursor::new(cut), &key, &id, offset)
                .and_then(|mut opening| opening.read_to_end(&mut Vec::new()));
            assert!(read.is_err(), "{offset}");
        }
    }

    #[test]
    fn after_a_failed_write_nothing_more_is_written() {
        /// Takes this many bytes, then is full.
        struct Small(usize);
        impl Write for Small {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                let taken = bytes.len().min(self.0);
                self.0 -= taken;
                if taken == 0 {
                    Err(ErrorKind::StorageFull.into())
                } else {
                    Ok(taken)
                }
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut sealing = Sealing::new(Small(1000), &FileKey::random(), &PublicId::random()).unwrap();
        let failed = sealing.write_all(&vec![0; 2 * CHUNK]).unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::StorageFull);
        sealing.out.0 = usize::MAX;
        assert!(sealing.finish().is_err());
    }

    #[test]
    fn progress_comes_back_from_its_bytes() {
        let mut progress = Progress { held: vec![3; 77], ..Progress::default() };
        progress.advance(&[5; CHUNK]).unwrap();
        let back = Progress::from_bytes(&progress.to_bytes()).unwrap();
        assert_eq!((back.position, &back.held), (1, &progress.held));
        assert_eq!(back.hash.finalize(), Sha256::digest([5; CHUNK]));
        assert!(Progress::from_bytes(&[0; 40]).is_none());
    }
}
