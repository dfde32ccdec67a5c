//! The load client: keep-alive HTTP/1.1 connections, each in a closed loop, every answer checked.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// One request, and what its answer must be.
#[derive(Clone, Debug)]
pub struct Request {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Path and query.
    pub path: String,
    /// The value of the `Cookie` header; empty for none.
    pub cookie: String,
    /// A form's body (`application/x-www-form-urlencoded`); empty for none.
    pub body: String,
    /// The status that the answer must have.
    pub status: u16,
    /// A text that the answer's body must hold; empty where any will do.
    pub needle: String,
}

impl Request {
    /// A GET that must be answered by 200 and the needle.
    pub fn get(path: impl Into<String>, cookie: impl Into<String>, needle: impl Into<String>) -> Request {
        Request {
            method: "GET",
            path: path.into(),
            cookie: cookie.into(),
            body: String::new(),
            status: 200,
            needle: needle.into(),
        }
    }

    /// A POST of a form that must be answered by this status.
    pub fn post(
        path: impl Into<String>,
        cookie: impl Into<String>,
        body: impl Into<String>,
        status: u16,
    ) -> Request {
        Request {
            method: "POST",
            path: path.into(),
            cookie: cookie.into(),
            body: body.into(),
            status,
            needle: String::new(),
        }
    }

    /// Whether the answer is the expected one.
    fn check(&self, answer: &Answer) -> Result<()> {
        let found = self.needle.is_empty()
            || answer.body.windows(self.needle.len()).any(|part| part == self.needle.as_bytes());
        ensure!(
            answer.status == self.status && found,
            "{} {} was answered by {} instead of {} with “{}”:\n{:.500}",
            self.method,
            self.path,
            answer.status,
            self.status,
            self.needle,
            String::from_utf8_lossy(&answer.body)
        );
        Ok(())
    }
}

/// An answer in full.
#[derive(Debug, Default)]
pub struct Answer {
    pub status: u16,
    /// Names in lower case, in the order of the answer.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    /// The first header of this lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// One keep-alive connection.
pub struct Connection {
    stream: BufReader<TcpStream>,
    line: String,
}

impl Connection {
    /// Connects; fails when nobody listens.
    pub async fn open(server: SocketAddr) -> Result<Connection> {
        let stream = TcpStream::connect(server).await.with_context(|| format!("connecting to {server}"))?;
        stream.set_nodelay(true)?;
        Ok(Connection {
            stream: BufReader::with_capacity(64 * 1024, stream),
            line: String::new(),
        })
    }

    /// Sends the request and reads its answer in full, whatever its status.
    pub async fn send(&mut self, request: &Request) -> Result<Answer> {
        self.stream.get_mut().write_all(head_and_body(request).as_bytes()).await?;
        let mut answer = Answer { status: self.status().await?, ..Answer::default() };
        loop {
            let line = self.line().await?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').context("a header has a colon")?;
            answer.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        if answer.header("transfer-encoding") == Some("chunked") {
            while let size @ 1.. = usize::from_str_radix(self.line().await?, 16)? {
                self.take(size, &mut answer.body).await?;
                self.line().await?;
            }
            self.line().await?;
        } else if let Some(length) = answer.header("content-length") {
            let length = length.parse()?;
            self.take(length, &mut answer.body).await?;
        }
        Ok(answer)
    }

    async fn status(&mut self) -> Result<u16> {
        let line = self.line().await?;
        Ok(line.split(' ').nth(1).with_context(|| format!("no status in “{line}”"))?.parse()?)
    }

    /// The next line without its end.
    async fn line(&mut self) -> Result<&str> {
        self.line.clear();
        if self.stream.read_line(&mut self.line).await? == 0 {
            bail!("the server closed the connection");
        }
        Ok(self.line.trim_end())
    }

    async fn take(&mut self, size: usize, body: &mut Vec<u8>) -> Result<()> {
        let start = body.len();
        body.resize(start + size, 0);
        self.stream.read_exact(&mut body[start..]).await?;
        Ok(())
    }
}

fn head_and_body(request: &Request) -> String {
    let Request { method, path, cookie, body, .. } = request;
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n");
    if !cookie.is_empty() {
        text += &format!("Cookie: {cookie}\r\n");
    }
    if *method == "POST" {
        let length = body.len();
        text += "Origin: http://localhost\r\nSec-Fetch-Site: same-origin\r\n";
        text += &format!("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n");
    }
    text + "\r\n" + body
}

/// What one connection asks for: its requests, by their number from 0.
pub type Script = Box<dyn FnMut(u64) -> Request + Send>;

/// Opens as many connections as there are scripts and lets each ask, one request after the other,
/// for the given time. Returns the duration of each request; fails at the first wrong answer.
pub async fn load(server: SocketAddr, scripts: Vec<Script>, time: Duration) -> Result<Vec<Duration>> {
    let mut connections = Vec::new();
    for script in scripts {
        connections.push((Connection::open(server).await?, script));
    }
    let end = Instant::now() + time;
    let mut loops = JoinSet::new();
    for (mut connection, mut script) in connections {
        loops.spawn(async move {
            let mut latencies = Vec::new();
            while Instant::now() < end {
                let request = script(latencies.len() as u64);
                let start = Instant::now();
                let answer = connection.send(&request).await?;
                latencies.push(start.elapsed());
                request.check(&answer)?;
            }
            anyhow::Ok(latencies)
        });
    }
    let mut all = Vec::new();
    while let Some(latencies) = loops.join_next().await {
        all.append(&mut latencies??);
    }
    Ok(all)
}
