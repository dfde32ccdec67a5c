//! The program itself: its data folder, its process, and the end of it.

use crate::client::{Connection, Request};
use anyhow::{Context, Result, ensure};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long the program may take until it answers.
const START: Duration = Duration::from_secs(30);

/// A data folder with the demo service in it; removed at the end.
pub struct Data(tempfile::TempDir);

impl Data {
    /// A fresh one.
    pub fn demo() -> Result<Data> {
        let data = Data(tempfile::tempdir()?);
        data.run(&["demo", "--today", "2026-11-24"])?;
        Ok(data)
    }

    /// The embedded database.
    pub fn database(&self) -> PathBuf {
        self.0.path().join("data/cap.db")
    }

    /// `cap check` finds nothing.
    pub fn check(&self) -> Result<()> {
        self.run(&["check"])
    }

    fn run(&self, arguments: &[&str]) -> Result<()> {
        let output = self.command().args(arguments).output()?;
        let said = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
        ensure!(output.status.success(), "cap {} failed: {}", arguments.join(" "), said.concat());
        Ok(())
    }

    /// The program on this folder, always on the same day, so that sessions and lessons do not age.
    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cap"));
        command.env("CAP_NOW", "2026-11-24T10:00").env("CAP_LOG", "warn").stdin(Stdio::null());
        command.env("CAP_MASTER_KEY_FILE", self.0.path().join("master.key"));
        command.arg("--data").arg(self.0.path().join("data"));
        command
    }
}

/// The running program.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Server {
    /// Starts `cap serve` and waits for its first answer.
    pub async fn start(data: &Data) -> Result<Server> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let child = data
            .command()
            .args(["serve", "--listen", &address.to_string()])
            .stdout(Stdio::null())
            .spawn()
            .context("starting cap serve")?;
        let mut server = Server { child, address };
        let end = Instant::now() + START;
        loop {
            if let Ok(mut connection) = Connection::open(address).await {
                let answer = connection.send(&Request::get("/readyz", "", "")).await?;
                ensure!(answer.status == 200, "/readyz was answered by {}", answer.status);
                return Ok(server);
            }
            if let Some(status) = server.child.try_wait()? {
                anyhow::bail!("cap serve ended at once: {status}");
            }
            ensure!(Instant::now() < end, "cap serve does not listen on {address}");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// SIGKILL: no handler runs, nothing is finished.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // After a kill there is nothing left to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
