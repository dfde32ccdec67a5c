//! Sends e-mail: by SMTP, into a folder of files where no mail server is set, or into memory for
//! tests. A mail holds a link, never a child's name (SECURITY.md T19).
//!
//! Sending blocks for as long as the mail server takes, so it is called from a job on a blocking
//! thread, never from a page.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::net::IpAddr;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder, SinglePart};
use lettre::{Address, SmtpTransport, Transport};

use crate::ids::{self, PublicId};

/// The longest wait for a connection, and for each answer on it.
const PATIENCE: Duration = Duration::from_secs(20);

/// The longest subject in characters; a longer one is a mistake.
const LONGEST_SUBJECT: usize = 200;

/// One plain-text mail to one person. It never prints: it holds an address and often a one-time link.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// The e-mail address of the recipient, without a name.
    pub to: String,
    /// One line.
    pub subject: String,
    /// The body, lines ended by a line feed.
    pub text: String,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Message([redacted])")
    }
}

/// Who a mail comes from: the service's name and address, from the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender(Mailbox);

impl Sender {
    /// Reads the settings' name and address. An empty name leaves the address alone.
    ///
    /// # Errors
    /// When the address is none, or the name has more than one line.
    pub fn parse(name: &str, address: &str) -> Result<Self> {
        ensure!(is_one_line(name), "the sender's name must be one line");
        let address = address
            .parse::<Address>()
            .with_context(|| format!("the sender's address {address:?} is not an e-mail address"))?;
        let name = Some(name.trim()).filter(|name| !name.is_empty()).map(str::to_owned);
        Ok(Self(Mailbox::new(name, address)))
    }
}

/// Why a mail was not sent. Neither names the recipient, so both may be logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendError {
    /// Trying again would not help: the mail is malformed, or the server refuses it for good.
    Refused(String),
    /// The way is blocked for now: no connection, a time-out, a full disk, a busy server.
    Later(String),
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(why) => write!(f, "the mail was refused: {why}"),
            Self::Later(why) => write!(f, "the mail could not be sent now: {why}"),
        }
    }
}

impl std::error::Error for SendError {}

/// The way that mail takes. Clones share it.
#[derive(Clone)]
pub struct Mailer(Way);

#[derive(Clone)]
enum Way {
    Smtp {
        server: String,
        transport: SmtpTransport,
    },
    Outbox(PathBuf),
    Memory(Arc<Mutex<Vec<Message>>>),
}

impl Mailer {
    /// Mail by a server: `smtps://user:password@host:port`, `smtp://…?tls=required` (STARTTLS), or
    /// `smtp://host` in clear for a relay on one's own network. Reserved characters in the user or
    /// password are percent-encoded.
    ///
    /// # Errors
    /// When the address cannot be read, or would send a password in clear to another machine. The
    /// text never repeats the address.
    pub fn smtp(url: &str) -> Result<Self> {
        Self::patient_smtp(url, PATIENCE)
    }

    fn patient_smtp(url: &str, patience: Duration) -> Result<Self> {
        let server = Server::read(url)?;
        if server.has_password && !server.is_encrypted && !server.is_this_machine() {
            bail!(
                "the mail server's address would send its password unencrypted; \
                 write smtps://… or add ?tls=required"
            );
        }
        let transport = SmtpTransport::from_url(url)
            .context(
                "the mail server's address cannot be read; it looks like smtps://user:password@host:465",
            )?
            .timeout(Some(patience))
            .build();
        Ok(Self(Way::Smtp { server: server.name, transport }))
    }

    /// Mail into a folder, one `.eml` file each, named so that they list in the order of sending. The folder
    /// is made with access for its owner only.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn outbox(folder: impl Into<PathBuf>) -> Result<Self> {
        let folder = folder.into();
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)
            .with_context(|| format!("the mail folder {} cannot be made", folder.display()))?;
        Ok(Self(Way::Outbox(folder)))
    }

    /// Mail that goes nowhere and can be read back with [`Mailer::sent`], for tests.
    pub fn memory() -> Self {
        Self(Way::Memory(Arc::default()))
    }

    /// What a [`Mailer::memory`] was given so far, oldest first; nothing for the other ways.
    pub fn sent(&self) -> Vec<Message> {
        match &self.0 {
            Way::Memory(kept) => kept.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            Way::Smtp { .. } | Way::Outbox(_) => Vec::new(),
        }
    }

    /// Sends one mail and returns when the server, or the disk, has taken it. Blocks, for at most
    /// 20 seconds a step of the conversation.
    ///
    /// # Errors
    /// [`SendError::Refused`] when trying again is of no use, otherwise [`SendError::Later`].
    pub fn send(&self, from: &Sender, message: &Message) -> Result<(), SendError> {
        let letter = compose(from, message)?;
        match &self.0 {
            Way::Smtp { transport, .. } => transport.send(&letter).map(drop).map_err(|e| smtp_error(&e)),
            Way::Outbox(folder) => put_down(folder, &letter.formatted())
                .map_err(|e| SendError::Later(format!("the mail folder cannot be written: {}", e.kind()))),
            Way::Memory(kept) => {
                kept.lock().unwrap_or_else(PoisonError::into_inner).push(message.clone());
                Ok(())
            }
        }
    }
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Way::Smtp { server, .. } => write!(f, "Mailer(server {server})"),
            Way::Outbox(folder) => write!(f, "Mailer(folder {})", folder.display()),
            Way::Memory(_) => f.write_str("Mailer(memory)"),
        }
    }
}

/// What must be known of a mail server's address before a password goes there.
struct Server {
    /// Host and port without credentials, for people to read.
    name: String,
    has_password: bool,
    is_encrypted: bool,
}

impl Server {
    fn read(url: &str) -> Result<Self> {
        let (scheme, rest) = url
            .split_once("://")
            .context("the mail server's address starts with smtp:// or smtps://")?;
        ensure!(
            matches!(scheme, "smtp" | "smtps"),
            "the mail server's address starts with smtp:// or smtps://"
        );
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (credentials, name) = authority.rsplit_once('@').unwrap_or(("", authority));
        let query = rest.split_once('?').map_or("", |(_, query)| query);
        Ok(Self {
            name: name.to_owned(),
            has_password: !credentials.is_empty(),
            is_encrypted: scheme == "smtps" || query.split('&').any(|pair| pair == "tls=required"),
        })
    }

    fn is_this_machine(&self) -> bool {
        let host = match self.name.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
            _ => self.name.as_str(),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

/// A line break in a header would let whoever chose the text add headers and recipients of their own.
fn is_one_line(text: &str) -> bool {
    !text.chars().any(char::is_control)
}

fn compose(from: &Sender, message: &Message) -> Result<lettre::Message, SendError> {
    let refused = |why: &str| SendError::Refused(why.to_owned());
    if !is_one_line(&message.subject) || !is_one_line(&message.to) {
        return Err(refused("its subject and its address must each be one line"));
    }
    if message.subject.chars().count() > LONGEST_SUBJECT {
        return Err(refused("its subject is too long"));
    }
    let to = message
        .to
        .parse::<Address>()
        .map_err(|_| refused("its address is not an e-mail address"))?;
    MessageBuilder::new()
        .from(from.0.clone())
        .to(Mailbox::new(None, to))
        .subject(message.subject.clone())
        .message_id(Some(format!("<{}@{}>", PublicId::random(), from.0.email.domain())))
        // Holiday replies and list servers leave such mail alone (RFC 3834).
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ))
        .singlepart(SinglePart::plain(message.text.clone()))
        .map_err(|_| refused("it could not be put together"))
}

/// The server's own words often repeat the recipient's address, so only its code is kept.
fn smtp_error(error: &lettre::transport::smtp::Error) -> SendError {
    if let Some(code) = error.status() {
        return match u16::from(code) {
            // Our own credentials are wrong, which the mail cannot help: it waits until they are mended.
            530..=538 => {
                SendError::Later(format!("the mail server answered {code}, about its user or password"))
            }
            500..=599 => SendError::Refused(format!("the mail server answered {code}")),
            _ => SendError::Later(format!("the mail server answered {code}")),
        };
    }
    SendError::Later(if took_too_long(error) {
        "the mail server took too long".to_owned()
    } else if error.is_tls() {
        "the mail server's certificate or encryption was not accepted".to_owned()
    } else if error.is_client() {
        "the mail server does not offer what its address asks for".to_owned()
    } else {
        "the mail server could not be reached".to_owned()
    })
}

/// The library knows only one of the two names that a time-out has: a socket that is waited on in
/// vain says that it would block.
fn took_too_long(error: &lettre::transport::smtp::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        if let Some(io) = inner.downcast_ref::<io::Error>() {
            return matches!(io.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock);
        }
        cause = inner.source();
    }
    false
}

/// Writes beside, then renames: whoever collects `.eml` files never meets half a mail, and after a
/// power cut the mail is there whole or not at all.
fn put_down(folder: &Path, letter: &[u8]) -> io::Result<()> {
    // Keys grow with time and are never given twice, so the files list in the order of sending.
    let name = format!("{:019}", ids::next_key());
    let unfinished = folder.join(format!(".{name}.part"));
    let written = write_private(&unfinished, letter)
        .and_then(|()| fs::rename(&unfinished, folder.join(format!("{name}.eml"))));
    if written.is_err() {
        // What is left of a failed attempt is of no use; the first error is the one to tell.
        let _ = fs::remove_file(&unfinished);
    }
    written?;
    File::open(folder)?.sync_all()
}

fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests;
