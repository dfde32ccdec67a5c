//! The chromedriver process, which ends with the test, however the test ends.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use tempfile::TempDir;

/// Starts chromedriver as a process group and waits for the end of its own input, which comes when
/// this test drops the pipe or dies. Then it ends the group, with every Chromium process, and
/// removes the profile, more than once where a dying process still writes to it.
const KEEPER: &str = r#"
profile=$1
shift
setsid "$@" &
read -r _
kill -KILL "-$!"
wait
for _ in 1 2 3 4 5 6 7 8 9 10; do
    rm -rf "$profile" && break
    sleep 0.1
done
"#;

/// A running chromedriver with an empty browser profile of its own.
pub struct Process {
    keeper: Child,
    lifeline: Option<ChildStdin>,
    // Kept open, because chromedriver must be able to write to it.
    _output: BufReader<std::process::ChildStdout>,
    port: u16,
    profile: PathBuf,
}

impl Process {
    /// Starts chromedriver on a free port and waits until it listens.
    pub fn start() -> Process {
        let profile = TempDir::with_prefix("cap-browser-").expect("a temporary folder").keep();
        let mut keeper = Command::new("sh")
            .args(["-c", KEEPER, "keeper"])
            .arg(&profile)
            .args(["chromedriver", "--port=0"])
            // An interrupt from the keyboard must not reach it, or nothing would be cleaned up.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("sh starts");
        let lifeline = keeper.stdin.take();
        let mut output = BufReader::new(keeper.stdout.take().expect("standard output is a pipe"));
        let port = port_in(&mut output).expect(
            "chromedriver starts: install the packages chromium and chromium-driver (scripts/needs.sh test)",
        );
        Process { keeper, lifeline, _output: output, port, profile }
    }

    /// Where it takes commands.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The folder for the browser's profile; goes with the process.
    pub fn profile(&self) -> &Path {
        &self.profile
    }

    /// The folder into which the browser downloads; goes with the process.
    pub fn downloads(&self) -> PathBuf {
        self.profile.join("downloads")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        // Until all is gone; a failure to wait leaves nothing to do better.
        let _ = self.keeper.wait();
    }
}

/// Reads chromedriver's greeting: "ChromeDriver was started successfully on port 41234."
fn port_in(output: &mut impl BufRead) -> Option<u16> {
    output
        .lines()
        .map_while(Result::ok)
        .find_map(|line| line.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok())
}
