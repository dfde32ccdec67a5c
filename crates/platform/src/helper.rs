//! Programs of our own that the server starts as children: work that needs much memory, or that
//! reads what others made, in a process of its own that can be stopped.
//!
//! A helper reads one request a line from its standard input, and answers with a line `ok LENGTH`
//! and so many bytes, or with `failed REASON`. It has no environment and ends with its input.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    path::PathBuf,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{Arc, Mutex, PoisonError, mpsc},
    time::Duration,
};

/// Longest answer, in bytes.
const LONGEST: usize = 512 * 1024 * 1024;

/// A running helper. It is stopped when this is dropped.
#[derive(Debug)]
pub struct Helper {
    child: Arc<Mutex<Child>>,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

/// Where the helper of this name lies: beside the running program, or one folder above it.
pub fn find(name: &str) -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    program
        .ancestors()
        .skip(1)
        .take(2)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}

impl Helper {
    /// Starts the helper of this name.
    ///
    /// # Errors
    /// It is not there, or can't be started.
    pub fn start(name: &str) -> io::Result<Helper> {
        let path = find(name).ok_or(io::ErrorKind::NotFound)?;
        let mut child = Command::new(path)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        Ok(Helper {
            child: Arc::new(Mutex::new(child)),
            input,
            output: BufReader::new(output),
        })
    }

    /// Asks it, and waits for the answer. A helper that takes longer is stopped. Blocks.
    ///
    /// # Errors
    /// A sentence: what the helper says, or that it gave up.
    pub fn ask(&mut self, request: &str, within: Duration) -> Result<Vec<u8>, String> {
        let (answered, waiting) = mpsc::channel::<()>();
        let child = self.child.clone();
        let watch = std::thread::spawn(move || {
            if waiting.recv_timeout(within) == Err(mpsc::RecvTimeoutError::Timeout) {
                stop(&child);
            }
        });
        let answer = self.exchange(request);
        // The watch may have ended by itself.
        let _ = answered.send(());
        let _ = watch.join();
        answer.unwrap_or_else(|error| Err(format!("the helper gave up ({error})")))
    }

    fn exchange(&mut self, request: &str) -> io::Result<Result<Vec<u8>, String>> {
        self.input.write_all(request.replace('\n', " ").as_bytes())?;
        self.input.write_all(b"\n")?;
        self.input.flush()?;
        let mut line = String::new();
        self.output.by_ref().take(4_096).read_line(&mut line)?;
        if let Some(reason) = line.strip_prefix("failed ") {
            return Ok(Err(reason.trim().to_owned()));
        }
        let length = line.strip_prefix("ok ").and_then(|length| length.trim().parse::<usize>().ok());
        let length = length.filter(|length| *length <= LONGEST).ok_or(io::ErrorKind::InvalidData)?;
        let mut bytes = vec![0; length];
        self.output.read_exact(&mut bytes)?;
        Ok(Ok(bytes))
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        stop(&self.child);
    }
}

fn stop(child: &Mutex<Child>) {
    let mut child = child.lock().unwrap_or_else(PoisonError::into_inner);
    // It may have ended already.
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_helper_that_is_not_there_is_said_to_be_missing() {
        assert_eq!(find("cap-no-such-helper"), None);
        let error = Helper::start("cap-no-such-helper").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }

    fn of(program: &str, arguments: &[&str]) -> Helper {
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Helper {
            child: Arc::new(Mutex::new(child)),
            input,
            output: BufReader::new(output),
        }
    }

    #[test]
    fn answers_are_read_and_a_silent_helper_is_stopped() {
        let second = Duration::from_secs(5);
        let mut echo = of("cat", &[]);
        assert_eq!(echo.ask("failed for a\nreason", second), Err("for a reason".to_owned()));
        let mut short = of(
            "sh",
            &[
                "-c",
                "read line; printf 'ok 3\\nabc'; read line; printf 'ok 9\\nab'",
            ],
        );
        assert_eq!(short.ask("x", second), Ok(b"abc".to_vec()));
        assert!(short.ask("x", second).is_err_and(|why| why.contains("gave up")));
        assert!(of("cat", &[]).ask("ok 999999999999", second).is_err());
        let mut silent = of("sleep", &["60"]);
        assert!(silent.ask("x", Duration::from_millis(50)).is_err_and(|why| why.contains("gave up")));
    }
}
