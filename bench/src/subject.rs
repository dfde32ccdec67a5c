//! `cap` itself: its data, its server, and people who have signed in through the real pages.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::client::{Connection, Request};
use crate::process::{self, Server};
use crate::registers::Register;

/// The password of everybody in the demo.
const PASSWORD: &str = "Provision-demo-1";

/// The program beside this one: both are built into one folder.
fn program() -> Result<PathBuf> {
    let cap = std::env::current_exe()?.with_file_name("cap");
    ensure!(cap.exists(), "{} is not built; scripts/bench.sh builds it", cap.display());
    Ok(cap)
}

/// The data folder of this scale beside the build, filled unless an earlier run has filled it.
pub fn data(scale: u32) -> Result<PathBuf> {
    let builds = std::env::current_exe()?;
    let target = builds.ancestors().nth(2).context("the program lies in target/release")?;
    let (whole, part) = (format!("bench/scale-{scale}"), format!("bench/scale-{scale}.part"));
    let (whole, part) = (target.join(whole), target.join(part));
    if !whole.exists() {
        eprintln!("Making the demo of scale {scale} …");
        if part.exists() {
            std::fs::remove_dir_all(&part)?;
        }
        std::fs::create_dir_all(target.join("bench"))?;
        let scale = scale.to_string();
        let mut command = Command::new(program()?);
        command.env(KEY_FILE, key_file(&part));
        let status = command.args(["demo", "--scale", &scale, "--data"]).arg(&part).status()?;
        ensure!(status.success(), "cap demo --scale {scale} failed: {status}");
        std::fs::rename(&part, &whole)?;
    }
    Ok(whole)
}

const KEY_FILE: &str = "CAP_MASTER_KEY_FILE";

/// The benchmarks' own master keys, beside the data folders: nobody's own are touched.
fn key_file(data: &Path) -> PathBuf {
    data.with_file_name("master.key")
}

/// The running server.
pub struct Subject {
    pub server: Server,
    /// From the start of the process to its first page.
    pub first_answer: Duration,
}

impl Subject {
    /// Starts `cap serve` on this data and asks it for its first page.
    pub async fn start(data: &Path) -> Result<Subject> {
        let address = process::free_address()?;
        let mut command = Command::new(program()?);
        command.env(KEY_FILE, key_file(data));
        command.args(["serve", "--listen", &address.to_string(), "--data"]).arg(data);
        let start = Instant::now();
        let server = Server::start(&mut command, address)?;
        let mut connection = Connection::open(address).await?;
        let answer = connection.send(&Request::get("/sign-in", "", "")).await?;
        ensure!(answer.status == 200, "the first page was answered by {}", answer.status);
        Ok(Subject { server, first_answer: start.elapsed() })
    }

    /// Signs somebody in; answers the value of their `Cookie` header.
    pub async fn sign_in(&self, username: &str) -> Result<String> {
        let mut connection = Connection::open(self.server.address).await?;
        let page = connection.send(&Request::get("/sign-in", "", "")).await?;
        let visit = cookies(&page.headers);
        let text = String::from_utf8(page.body)?;
        let (csrf, form_key) = (value_of(&text, "csrf")?, value_of(&text, "form_key")?);
        let body = format!(
            "csrf={csrf}&form_key={form_key}&next=&kept=&username={username}&password={PASSWORD}&terms=yes"
        );
        let answer = connection.send(&Request::post("/sign-in", visit, body, 303)).await?;
        let session = cookies(&answer.headers);
        ensure!(answer.status == 303 && !session.is_empty(), "{username} can't sign in: {}", answer.status);
        Ok(session)
    }

    /// Status and length in bytes of what is at this address.
    pub async fn look(&self, path: &str, cookie: &str) -> Result<(u16, usize)> {
        let mut connection = Connection::open(self.server.address).await?;
        let answer = connection.send(&Request::get(path, cookie, "")).await?;
        Ok((answer.status, answer.body.len()))
    }

    /// Opens a register to mark it, and saves it once, so that all in it are present.
    pub async fn marking(&self, register: &Register, cookie: &str) -> Result<Marking> {
        let mut connection = Connection::open(self.server.address).await?;
        let path = format!("/clm/registers/{}", register.id);
        let page = connection.send(&Request::get(format!("{path}/edit"), cookie, "")).await?;
        ensure!(page.status == 200, "{path}/edit was answered by {}", page.status);
        let text = String::from_utf8(page.body)?;
        let mut was = Vec::new();
        for reference in &register.references {
            was.push(value_of(&text, &format!("was-status-{reference}"))?.to_owned());
        }
        let marking = Marking {
            path,
            cookie: cookie.to_owned(),
            csrf: value_of(&text, "csrf")?.to_owned(),
            form_key: value_of(&text, "form_key")?.to_owned(),
            references: register.references.clone(),
            saved: Arc::new(AtomicU64::new(0)),
        };
        let was: Vec<&str> = was.iter().map(String::as_str).collect();
        let first = marking.request("a0", &was, "present");
        let answer = connection.send(&first).await?;
        ensure!(
            answer.status == 303,
            "the first save of {} was answered by {}",
            marking.path,
            answer.status
        );
        Ok(marking)
    }
}

/// A register being marked, over and over: each save changes every mark.
#[derive(Clone)]
pub struct Marking {
    path: String,
    cookie: String,
    csrf: String,
    /// The base of the one-time keys.
    form_key: String,
    references: Vec<String>,
    /// Saves so far, in all rounds: even when all are present, odd when all are late.
    saved: Arc<AtomicU64>,
}

impl Marking {
    /// The next save. It counts as done: a load ends only after its last answer.
    pub fn next(&self) -> Request {
        let number = self.saved.fetch_add(1, Relaxed);
        let (was, mark) = sides(number);
        self.request(&format!("b{number}"), &vec![was; self.references.len()], mark)
    }

    /// The body of one save, for the floor to take in.
    pub fn sample(&self) -> String {
        self.request("sample", &vec!["present"; self.references.len()], "late").body
    }

    /// The form as a browser sends it, with every field of every learner.
    fn request(&self, key: &str, was: &[&str], mark: &str) -> Request {
        let mut body = format!("csrf={}&form_key={}-{key}", self.csrf, self.form_key);
        for (reference, was) in self.references.iter().zip(was) {
            body += &format!(
                "&note-{reference}=&was-note-{reference}=&status-{reference}={mark}&was-status-{reference}={was}"
            );
            for field in ["late", "left", "leftwhy", "collected", "contribution"] {
                body += &format!("&{field}-{reference}=&was-{field}-{reference}=");
            }
        }
        Request::post(self.path.clone(), self.cookie.clone(), body, 303)
    }
}

/// What the marks are before a save of this number, and after it.
fn sides(number: u64) -> (&'static str, &'static str) {
    if number.is_multiple_of(2) {
        ("present", "late")
    } else {
        ("late", "present")
    }
}

/// `name=value` of every cookie that an answer sets.
fn cookies(headers: &[(String, String)]) -> String {
    let set = headers.iter().filter(|(name, _)| name == "set-cookie");
    set.filter_map(|(_, value)| value.split(';').next()).collect::<Vec<_>>().join("; ")
}

/// The value of a hidden field.
fn value_of<'t>(page: &'t str, name: &str) -> Result<&'t str> {
    let mark = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.split_once(&mark).with_context(|| format!("the page has no field {name}"))?;
    Ok(rest.split('"').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_fields_and_cookies_are_found() {
        let page = r#"<input type="hidden" name="csrf" value="ab12"><input name="form_key" value="k">"#;
        assert_eq!(value_of(page, "csrf").expect("it is there"), "ab12");
        assert!(value_of(page, "kept").is_err());
        let headers = [
            ("set-cookie".to_owned(), "cap=1; Path=/".to_owned()),
            ("location".to_owned(), "/clm".to_owned()),
            ("set-cookie".to_owned(), "cap-told=; Max-Age=0".to_owned()),
        ];
        assert_eq!(cookies(&headers), "cap=1; cap-told=");
    }

    #[test]
    fn every_save_changes_what_the_one_before_left() {
        for number in 0..4 {
            assert_eq!(sides(number).1, sides(number + 1).0);
            assert_ne!(sides(number).0, sides(number).1);
        }
    }
}
