//! Asking ClamAV's daemon about a file: its INSTREAM command, over a socket of the machine or TCP.
//!
//! The daemon gets the content as it is opened, so nothing is unsealed on disk. A scan blocks, at
//! most for as long as the scanner's patience.

use std::{
    io::{self, Read, Write},
    net::{TcpStream, ToSocketAddrs},
    os::unix::net::UnixStream,
    path::PathBuf,
    time::{Duration, Instant},
};

/// What the scanner says of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Nothing was found.
    Clean,
    /// Something was found, with the scanner's name for it.
    Infected(String),
    /// There is no answer, and why: a sentence for the administrator. The file goes on waiting.
    Unavailable(String),
}

/// Where ClamAV's daemon listens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scanner {
    place: Place,
    patience: Duration,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Place {
    Unix(PathBuf),
    Tcp(String),
}

/// Content is sent in pieces of this many bytes.
const PIECE: usize = 64 * 1024;
/// More than any answer of the daemon.
const MOST_ANSWER_BYTES: u64 = 4096;
/// How long one file may take, unless [`Scanner::with_patience`] says otherwise.
const PATIENCE: Duration = Duration::from_secs(5 * 60);
const CONNECTING: Duration = Duration::from_secs(5);

impl Scanner {
    /// Reads `unix:/path/of/socket` or `tcp:host:port`.
    ///
    /// # Errors
    /// A sentence, when it is neither.
    pub fn parse(text: &str) -> Result<Scanner, String> {
        let place = match text.split_once(':') {
            Some(("unix", path)) if path.starts_with('/') => Some(Place::Unix(path.into())),
            Some(("tcp", address)) if is_address(address) => Some(Place::Tcp(address.to_owned())),
            _ => None,
        };
        let place = place.ok_or_else(|| {
            format!("\"{text}\" is no place of a scanner; write unix:/path/of/its/socket or tcp:host:port.")
        })?;
        Ok(Scanner { place, patience: PATIENCE })
    }

    /// The same scanner, waited for no longer than this for one file.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Scanner {
        Scanner { patience, ..self }
    }

    /// Whether the daemon answers at all.
    ///
    /// # Errors
    /// A sentence for the administrator.
    pub fn ping(&self) -> Result<(), String> {
        let answer = self.ask(|socket| socket.write_all(b"zPING\0")).map_err(|error| self.told(&error))?;
        if answer == "PONG" {
            Ok(())
        } else {
            Err(self.told(&format!("it answered \"{answer}\"")))
        }
    }

    /// Lets the daemon look at all of a file.
    pub fn scan(&self, content: &mut impl Read) -> Verdict {
        // Kept apart from the daemon's failures: a file that can't be read is not its fault.
        let mut unreadable = None;
        let asked = self.ask(|socket| {
            socket.write_all(b"zINSTREAM\0")?;
            let mut piece = vec![0; PIECE];
            loop {
                let count = match content.read(&mut piece) {
                    Ok(count) => count,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    Err(error) => {
                        unreadable = Some(error);
                        return Err(io::ErrorKind::InvalidData.into());
                    }
                };
                socket.write_all(&(count as u32).to_be_bytes())?;
                if count == 0 {
                    return Ok(());
                }
                socket.write_all(&piece[..count])?;
            }
        });
        match (unreadable, asked) {
            (Some(error), _) => {
                Verdict::Unavailable(format!("The file can't be read for scanning: {error}."))
            }
            (None, Err(error)) => Verdict::Unavailable(self.told(&error)),
            (None, Ok(answer)) => self.verdict(&answer),
        }
    }

    fn verdict(&self, answer: &str) -> Verdict {
        match answer.strip_prefix("stream: ") {
            Some("OK") => Verdict::Clean,
            Some(found) if found.ends_with(" FOUND") => {
                Verdict::Infected(found.trim_end_matches(" FOUND").to_owned())
            }
            _ if answer.contains("size limit exceeded") => Verdict::Unavailable(
                "The file is larger than the scanner takes; raise its StreamMaxLength.".to_owned(),
            ),
            _ => Verdict::Unavailable(self.told(&format!("it answered \"{answer}\""))),
        }
    }

    /// Connects, sends, and reads the answer up to its zero byte.
    fn ask(&self, send: impl FnOnce(&mut Socket) -> io::Result<()>) -> io::Result<String> {
        let mut socket = Socket {
            stream: self.connect()?,
            deadline: Instant::now() + self.patience,
        };
        let sent = send(&mut socket);
        // A daemon that has enough answers and hangs up while we still send: its answer says more
        // than our broken pipe.
        let answer = match &sent {
            Err(error) if !is_hung_up(error) => Err(io::Error::from(error.kind())),
            _ => read_answer(&mut socket),
        };
        match (sent, answer) {
            (Ok(()), answer) => answer,
            // "OK" before the end was sent is about something else than this file.
            (Err(_), Ok(answer)) if !answer.ends_with("OK") => Ok(answer),
            (Err(error), _) => Err(error),
        }
    }

    fn connect(&self) -> io::Result<Stream> {
        let limit = CONNECTING.min(self.patience);
        match &self.place {
            Place::Unix(path) => UnixStream::connect(path).map(Stream::Unix),
            Place::Tcp(address) => {
                let mut failed = io::Error::from(io::ErrorKind::NotFound);
                for address in address.to_socket_addrs()? {
                    match TcpStream::connect_timeout(&address, limit) {
                        Ok(stream) => return Ok(Stream::Tcp(stream)),
                        Err(error) => failed = error,
                    }
                }
                Err(failed)
            }
        }
    }

    fn told(&self, why: &impl std::fmt::Display) -> String {
        format!("The scanner at {self} gives no verdict: {why}.")
    }
}

impl std::fmt::Display for Scanner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.place {
            Place::Unix(path) => write!(f, "unix:{}", path.display()),
            Place::Tcp(address) => write!(f, "tcp:{address}"),
        }
    }
}

fn is_address(text: &str) -> bool {
    text.rsplit_once(':')
        .is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok())
}

fn is_hung_up(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
    matches!(error.kind(), BrokenPipe | ConnectionReset | ConnectionAborted)
}

fn read_answer(socket: &mut Socket) -> io::Result<String> {
    let mut answer = Vec::new();
    let mut byte = [0];
    while answer.len() as u64 <= MOST_ANSWER_BYTES {
        match socket.read(&mut byte) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(_) if byte == [0] => return Ok(String::from_utf8_lossy(&answer).trim().to_owned()),
            Ok(_) => answer.push(byte[0]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other("its answer does not end"))
}

enum Stream {
    Unix(UnixStream),
    Tcp(TcpStream),
}

/// A connection whose every read and write ends by the deadline of the whole question, so that
/// a daemon that gives a byte now and then holds nobody up.
struct Socket {
    stream: Stream,
    deadline: Instant,
}

impl Socket {
    fn limit(&self) -> io::Result<()> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(timed_out());
        }
        match &self.stream {
            Stream::Unix(stream) => {
                stream.set_read_timeout(Some(left)).and_then(|()| stream.set_write_timeout(Some(left)))
            }
            Stream::Tcp(stream) => {
                stream.set_read_timeout(Some(left)).and_then(|()| stream.set_write_timeout(Some(left)))
            }
        }
    }
}

fn timed_out() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "it took too long")
}

/// A socket's time-out is "would block", which would mean nothing to an administrator.
fn in_words(error: io::Error) -> io::Error {
    if error.kind() == io::ErrorKind::WouldBlock {
        timed_out()
    } else {
        error
    }
}

impl Read for Socket {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        self.limit()?;
        match &mut self.stream {
            Stream::Unix(stream) => stream.read(room),
            Stream::Tcp(stream) => stream.read(room),
        }
        .map_err(in_words)
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.limit()?;
        match &mut self.stream {
            Stream::Unix(stream) => stream.write(bytes),
            Stream::Tcp(stream) => stream.write(bytes),
        }
        .map_err(in_words)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{net::TcpListener, os::unix::net::UnixListener, thread};

    const PATTERN: &[u8] = b"TEST-PATTERN-OF-A-VIRUS";
    const LIMIT: usize = 300_000;

    /// What the false daemon does with the content it gets.
    #[derive(Clone, Copy, PartialEq)]
    enum Manner {
        Honest,
        DiesInTheMiddle,
        DiesAtTheEnd,
        BreaksOffItsAnswer,
        AnswersTooEarly,
        NeverAnswers,
        AnswersByteByByte,
        Fails,
    }

    /// Serves one question as ClamAV's daemon would: command, sized pieces, answer with a zero byte.
    fn serve(mut socket: impl Read + Write, manner: Manner) -> io::Result<()> {
        let mut command = Vec::new();
        while command.last() != Some(&0) {
            let mut byte = [0];
            socket.read_exact(&mut byte)?;
            command.push(byte[0]);
        }
        if command == b"zPING\0" {
            return socket.write_all(b"PONG\0");
        }
        assert_eq!(command, b"zINSTREAM\0");
        let mut content = Vec::new();
        loop {
            let mut length = [0; 4];
            socket.read_exact(&mut length)?;
            let length = u32::from_be_bytes(length) as usize;
            if length == 0 {
                break;
            }
            if content.len() + length > LIMIT {
                return socket.write_all(b"INSTREAM size limit exceeded. ERROR\0");
            }
            let from = content.len();
            content.resize(from + length, 0);
            socket.read_exact(&mut content[from..])?;
            match manner {
                Manner::DiesInTheMiddle => return Ok(()),
                Manner::AnswersTooEarly => return socket.write_all(b"stream: OK\0"),
                _ => {}
            }
        }
        match manner {
            Manner::DiesAtTheEnd => {}
            Manner::BreaksOffItsAnswer => socket.write_all(b"stream: OK")?,
            Manner::NeverAnswers => thread::sleep(Duration::from_secs(2)),
            Manner::AnswersByteByByte => {
                for byte in b"stream: OK and so on and so on\0" {
                    socket.write_all(&[*byte])?;
                    thread::sleep(Duration::from_millis(60));
                }
            }
            Manner::Fails => socket.write_all(b"stream: Can't allocate memory ERROR\0")?,
            _ if content.windows(PATTERN.len()).any(|part| part == PATTERN) => {
                socket.write_all(b"stream: Test.Pattern-1 FOUND\0")?;
            }
            _ => socket.write_all(b"stream: OK\0")?,
        }
        Ok(())
    }

    /// A daemon at a socket of the machine, for as many questions as are asked.
    fn daemon(manner: Manner) -> (tempfile::TempDir, Scanner) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clamd");
        let listener = UnixListener::bind(&path).unwrap();
        thread::spawn(move || {
            // A client that hangs up in the middle is no failure of the daemon.
            listener.incoming().for_each(|socket| drop(serve(socket.unwrap(), manner)));
        });
        let scanner = Scanner::parse(&format!("unix:{}", path.display())).unwrap();
        (folder, scanner.with_patience(Duration::from_millis(700)))
    }

    fn verdict(scanner: &Scanner, content: &[u8]) -> Verdict {
        scanner.scan(&mut &content[..])
    }

    fn reason(scanner: &Scanner, content: &[u8]) -> String {
        match verdict(scanner, content) {
            Verdict::Unavailable(reason) => reason,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_clean_file_is_clean_and_a_pattern_is_found_wherever_it_lies() {
        let (_folder, scanner) = daemon(Manner::Honest);
        assert_eq!(scanner.ping(), Ok(()));
        for length in [0, 1, PIECE, PIECE + 1, 200_000] {
            assert_eq!(verdict(&scanner, &vec![b'a'; length]), Verdict::Clean, "{length}");
        }
        for at in [0, PIECE - 5, 2 * PIECE, 199_000] {
            let mut content = vec![b'a'; 200_000];
            content[at..at + PATTERN.len()].copy_from_slice(PATTERN);
            assert_eq!(verdict(&scanner, &content), Verdict::Infected("Test.Pattern-1".to_owned()), "{at}");
        }
    }

    #[test]
    fn the_daemon_may_be_reached_by_tcp() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let served = thread::spawn(move || serve(listener.accept().unwrap().0, Manner::Honest));
        let scanner = Scanner::parse(&format!("tcp:{address}")).unwrap();
        assert_eq!(verdict(&scanner, PATTERN), Verdict::Infected("Test.Pattern-1".to_owned()));
        served.join().unwrap().unwrap();
    }

    #[test]
    fn a_daemon_that_fails_in_any_way_never_says_clean() {
        // More than a socket holds, so that sending fails once nobody reads.
        let content = vec![b'a'; 290_000];
        for (manner, words) in [
            (Manner::DiesInTheMiddle, "gives no verdict"),
            (Manner::DiesAtTheEnd, "gives no verdict"),
            (Manner::BreaksOffItsAnswer, "gives no verdict"),
            (Manner::AnswersTooEarly, "gives no verdict"),
            (Manner::NeverAnswers, "took too long"),
            (Manner::AnswersByteByByte, "took too long"),
            (Manner::Fails, "Can't allocate memory"),
        ] {
            let (_folder, scanner) = daemon(manner);
            let started = Instant::now();
            let reason = reason(&scanner, &content);
            assert!(reason.contains(words), "{reason}");
            assert!(started.elapsed() < Duration::from_millis(1500), "{reason}");
        }
        let (folder, scanner) = daemon(Manner::Honest);
        drop(folder);
        assert!(reason(&scanner, &content).contains("gives no verdict"));
        assert!(scanner.ping().is_err());
    }

    #[test]
    fn a_file_larger_than_the_daemon_takes_is_told_so() {
        let (_folder, scanner) = daemon(Manner::Honest);
        for length in [LIMIT + PIECE, 40 * LIMIT] {
            let reason = reason(&scanner, &vec![b'a'; length]);
            assert!(reason.contains("StreamMaxLength"), "{length}: {reason}");
        }
    }

    #[test]
    fn a_file_that_breaks_while_it_is_read_is_not_the_scanners_fault() {
        struct Breaks(usize);
        impl Read for Breaks {
            fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
                self.0 += 1;
                if self.0 > 2 {
                    Err(io::ErrorKind::InvalidData.into())
                } else {
                    Ok(room.len())
                }
            }
        }
        let (_folder, scanner) = daemon(Manner::Honest);
        let verdict = scanner.scan(&mut Breaks(0));
        assert!(
            matches!(&verdict, Verdict::Unavailable(why) if why.contains("can't be read")),
            "{verdict:?}"
        );
    }

    #[test]
    fn only_two_kinds_of_places_make_sense() {
        for good in [
            "unix:/run/clamav/clamd.ctl",
            "tcp:127.0.0.1:3310",
            "tcp:[::1]:3310",
            "tcp:scanner:3310",
        ] {
            assert_eq!(Scanner::parse(good).unwrap().to_string(), good);
        }
        for wrong in [
            "",
            "unix:",
            "unix:clamd.ctl",
            "tcp:host",
            "tcp::3310",
            "tcp:host:x",
            "/run/clamd",
            "http:a:1",
        ] {
            assert!(Scanner::parse(wrong).is_err(), "{wrong}");
        }
    }
}
