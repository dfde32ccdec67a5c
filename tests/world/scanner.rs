//! Scanners of viruses for tests: one of the test's own that does as it is told, and ClamAV's real
//! daemon with a signature of the tests.

use platform::scan::Scanner;
use std::{
    io::{Read, Write},
    os::unix::net::{UnixListener, UnixStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    thread,
    time::Duration,
};

/// What the scanners find.
pub const PATTERN: &[u8] = b"TEST-PATTERN-OF-A-VIRUS-7f3a";

/// A scanner that is down until it is let work.
pub struct Switched {
    folder: tempfile::TempDir,
    works: Arc<AtomicBool>,
    stalls: Arc<AtomicBool>,
    /// Those who wait for an answer that does not come.
    held: Arc<Mutex<Vec<UnixStream>>>,
}

impl Switched {
    /// One that is down.
    pub fn down() -> Switched {
        let folder = tempfile::tempdir().expect("a folder");
        let works = Arc::new(AtomicBool::new(false));
        let listener = UnixListener::bind(folder.path().join("clamd")).expect("a socket");
        let (stalls, held) = (Arc::new(AtomicBool::new(false)), Arc::default());
        let (working, stalling, holding): (_, _, Arc<Mutex<Vec<UnixStream>>>) =
            (works.clone(), stalls.clone(), Arc::clone(&held));
        thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                if stalling.load(SeqCst) {
                    holding.lock().expect("nobody panics with it").push(socket);
                } else if working.load(SeqCst) {
                    // A client that hangs up is no failure of the scanner.
                    let _ = serve(socket);
                }
            }
        });
        Switched { folder, works, stalls, held }
    }

    /// From now on it works.
    pub fn up(&self) {
        self.works.store(true, SeqCst);
    }

    /// From now on it takes files and never answers, until [`Switched::let_go`].
    pub fn stall(&self) {
        self.stalls.store(true, SeqCst);
    }

    /// How many wait for an answer.
    pub fn holds(&self) -> usize {
        self.held.lock().expect("nobody panics with it").len()
    }

    /// Hangs up on those who wait.
    pub fn let_go(&self) {
        self.stalls.store(false, SeqCst);
        self.held.lock().expect("nobody panics with it").clear();
    }

    /// Where it listens.
    pub fn scanner(&self) -> Scanner {
        at(self.folder.path().join("clamd"))
    }
}

fn at(path: PathBuf) -> Scanner {
    Scanner::parse(&format!("unix:{}", path.display())).expect("a place")
}

/// Answers one question as ClamAV's daemon does.
fn serve(mut socket: UnixStream) -> std::io::Result<()> {
    let mut command = Vec::new();
    while command.last() != Some(&0) {
        let mut byte = [0];
        socket.read_exact(&mut byte)?;
        command.push(byte[0]);
    }
    if command == b"zPING\0" {
        return socket.write_all(b"PONG\0");
    }
    let mut content = Vec::new();
    loop {
        let mut length = [0; 4];
        socket.read_exact(&mut length)?;
        let length = u32::from_be_bytes(length) as usize;
        if length == 0 {
            break;
        }
        let from = content.len();
        content.resize(from + length, 0);
        socket.read_exact(&mut content[from..])?;
    }
    let found = content.windows(PATTERN.len()).any(|part| part == PATTERN);
    socket.write_all(if found { b"stream: Test.Pattern FOUND\0" } else { b"stream: OK\0" })
}

/// ClamAV's daemon with one signature: [`PATTERN`]. It ends with the test.
pub struct Clamd {
    folder: tempfile::TempDir,
    child: Child,
}

impl Clamd {
    /// Starts it and waits until it answers.
    pub fn start() -> Clamd {
        let folder = tempfile::tempdir().expect("a folder");
        let within = |name: &str| folder.path().join(name);
        let hex: String = PATTERN.iter().map(|byte| format!("{byte:02x}")).collect();
        std::fs::create_dir(within("db")).expect("a folder");
        std::fs::write(within("db").join("test.ndb"), format!("Test.Pattern:0:*:{hex}\n"))
            .expect("a signature");
        let told = format!(
            "LocalSocket {}\nDatabaseDirectory {}\nForeground yes\nStreamMaxLength 2000M\nMaxScanSize 2000M\nMaxFileSize 2000M\nTemporaryDirectory {}\n",
            within("clamd").display(),
            within("db").display(),
            folder.path().display(),
        );
        std::fs::write(within("clamd.conf"), told).expect("a configuration");
        let child = Command::new(
            ["/usr/sbin/clamd", "/usr/bin/clamd"]
                .into_iter()
                .find(|path| std::path::Path::new(path).exists())
                .unwrap_or("clamd"),
        )
        .arg(format!("--config-file={}", within("clamd.conf").display()))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("clamd is installed (scripts/needs.sh test)");
        let clamd = Clamd { folder, child };
        for _ in 0..600 {
            if clamd.scanner().ping().is_ok() {
                return clamd;
            }
            thread::sleep(Duration::from_millis(100));
        }
        panic!("clamd does not answer")
    }

    /// Where it listens.
    pub fn scanner(&self) -> Scanner {
        at(self.folder.path().join("clamd"))
    }
}

impl Drop for Clamd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
