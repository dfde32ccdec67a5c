//! Somebody who saves one register over and over, and remembers what was acknowledged. Each save has
//! a number, and every mark of it follows from that number: so the database tells whose marks it holds.

use crate::client::{Answer, Connection, Request};
use anyhow::{Context, Result, ensure};
use std::net::SocketAddr;

/// A register that nobody else saves.
pub struct Register {
    /// Its lesson's key.
    pub lesson: i64,
    /// Its lesson's id in addresses.
    pub id: String,
    /// What forms call its learners.
    pub references: Vec<String>,
    /// Changes of its marks, and saves in the audit, before this test.
    pub changes_before: i64,
    pub saves_before: i64,
    /// The lesson's version before this test.
    pub version_before: i64,
}

/// One learner's mark as a form says it: status, minutes late, contribution.
pub type Said = [String; 3];

/// The marks of the save of this number, in the order of the register's learners. The first carries
/// the number itself (so does the note), the others change from save to save.
pub fn marks(number: u64, learners: usize) -> Vec<Said> {
    let mark = |at: usize| {
        let turn = number + at as u64;
        let contribution = (turn % 5) as i64 - 2;
        let (status, late) = if at == 0 || turn.is_multiple_of(2) {
            ("late", (number % 300).to_string())
        } else {
            ("present", String::new())
        };
        [status.to_owned(), late, contribution.to_string()]
    };
    (0..learners).map(mark).collect()
}

/// The note of the first learner after the save of this number.
pub fn note(number: u64) -> String {
    format!("Save {number}")
}

/// Signs somebody in through the pages; answers the value of their `Cookie` header.
pub async fn sign_in(server: SocketAddr, username: &str) -> Result<String> {
    let mut connection = Connection::open(server).await?;
    let page = connection.send(&Request::get("/sign-in", "", "")).await?;
    let visit = cookies(&page);
    let text = String::from_utf8(page.body)?;
    let (csrf, form_key) = (value_of(&text, "csrf")?, value_of(&text, "form_key")?);
    let password = cap::demo::cast::PASSWORD;
    let body = format!(
        "csrf={csrf}&form_key={form_key}&next=&kept=&username={username}&password={password}&terms=yes"
    );
    let answer = connection.send(&Request::post("/sign-in", visit, body, 303)).await?;
    let session = cookies(&answer);
    ensure!(answer.status == 303 && !session.is_empty(), "{username} can't sign in: {}", answer.status);
    Ok(session)
}

/// One person with one register.
pub struct Writer {
    pub register: Register,
    cookie: String,
    csrf: String,
    /// The base of the one-time keys.
    form_key: String,
    /// What the page said before the first save, for each learner, and the note of the first.
    first: (Vec<Said>, String),
    /// Saves that were answered with success; they are numbered from 1.
    pub acknowledged: u64,
    /// Saves that were sent; at most one more than were acknowledged.
    pub sent: u64,
}

impl Writer {
    /// Opens the register's form.
    pub async fn open(server: SocketAddr, cookie: String, register: Register) -> Result<Writer> {
        let mut connection = Connection::open(server).await?;
        let path = format!("/clm/registers/{}/edit", register.id);
        let page = connection.send(&Request::get(&path, &cookie, "")).await?;
        ensure!(page.status == 200, "{path} was answered by {}", page.status);
        let text = String::from_utf8(page.body)?;
        let mut first = Vec::new();
        for reference in &register.references {
            let was = |field: &str| value_of(&text, &format!("was-{field}-{reference}")).map(str::to_owned);
            first.push([was("status")?, was("late")?, was("contribution")?]);
        }
        let note = value_of(&text, &format!("was-note-{}", register.references[0]))?.to_owned();
        Ok(Writer {
            csrf: value_of(&text, "csrf")?.to_owned(),
            form_key: value_of(&text, "form_key")?.to_owned(),
            first: (first, note),
            register,
            cookie,
            acknowledged: 0,
            sent: 0,
        })
    }

    /// Saves until the server is gone.
    pub async fn save_on(mut self, server: SocketAddr) -> Result<Writer> {
        // It may be gone before the first connection.
        let Ok(mut connection) = Connection::open(server).await else {
            return Ok(self);
        };
        loop {
            self.sent = self.acknowledged + 1;
            // Whatever came of it: without an answer it is not acknowledged.
            let Ok(answer) = connection.send(&self.form(self.sent)).await else {
                return Ok(self);
            };
            self.is_saved(&answer)?;
            self.acknowledged = self.sent;
        }
    }

    /// How many saves were sent and not answered: none or one.
    pub fn in_flight(&self) -> u64 {
        self.sent - self.acknowledged
    }

    /// Sends the last acknowledged form again, which must change nothing, and then the one whose
    /// answer never came, which must be there once.
    pub async fn send_again(&mut self, server: SocketAddr) -> Result<()> {
        let mut connection = Connection::open(server).await?;
        for number in self.acknowledged.max(1)..=self.sent {
            let answer = connection.send(&self.form(number)).await?;
            self.is_saved(&answer)?;
        }
        self.acknowledged = self.sent;
        Ok(())
    }

    fn is_saved(&self, answer: &Answer) -> Result<()> {
        let body = String::from_utf8_lossy(&answer.body);
        let title = body
            .split_once("<title>")
            .and_then(|(_, rest)| rest.split('<').next())
            .unwrap_or_default();
        ensure!(answer.status == 303, "a save of {} answers {}: {title}", self.register.id, answer.status);
        Ok(())
    }

    /// The form of the save of this number, as a browser sends it; the same number is the same form.
    fn form(&self, number: u64) -> Request {
        let learners = self.register.references.len();
        let (was, was_note) = if number == 1 {
            self.first.clone()
        } else {
            (marks(number - 1, learners), note(number - 1))
        };
        let mut body = format!("csrf={}&form_key={}-s{number}", self.csrf, self.form_key);
        for ((reference, was), mark) in self.register.references.iter().zip(was).zip(marks(number, learners))
        {
            for (field, (was, said)) in ["status", "late", "contribution"].iter().zip(was.iter().zip(&mark)) {
                body += &format!("&{field}-{reference}={said}&was-{field}-{reference}={was}");
            }
            for field in ["left", "leftwhy", "collected"] {
                body += &format!("&{field}-{reference}=&was-{field}-{reference}=");
            }
        }
        let reference = &self.register.references[0];
        let [said, was] = [note(number), was_note].map(|text| platform::form::escape(&text));
        body += &format!("&note-{reference}={said}&was-note-{reference}={was}");
        Request::post(format!("/clm/registers/{}", self.register.id), &self.cookie, body, 303)
    }
}

/// `name=value` of every cookie that an answer sets.
fn cookies(answer: &Answer) -> String {
    let set = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
    set.filter_map(|(_, value)| value.split(';').next()).collect::<Vec<_>>().join("; ")
}

/// The value of a hidden field.
fn value_of<'t>(page: &'t str, name: &str) -> Result<&'t str> {
    let mark = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.split_once(&mark).with_context(|| format!("the page has no field {name}"))?;
    Ok(rest.split('"').next().unwrap_or_default())
}
