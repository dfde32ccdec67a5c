//! What a handler answers.

use crate::problem::Ending;
use askama::Template;
use serde::{Deserialize, Serialize};

/// An ordinary answer.
#[derive(Debug)]
#[must_use]
pub struct Answer {
    pub(crate) kind: Kind,
    pub(crate) status: axum::http::StatusCode,
    pub(crate) told: Option<Flash>,
    pub(crate) session: Option<SessionChange>,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Page(String),
    SeeOther(String),
    Json(String),
    /// An export: streamed from an unnamed file, so that a slow client pins nothing.
    Download {
        name: String,
        content_type: &'static str,
        file: std::fs::File,
    },
    /// People's own files, read as they are sent.
    Stream(super::stream::Sent),
    /// Something small and public: a stylesheet, a logo.
    Bytes {
        content_type: &'static str,
        bytes: Vec<u8>,
        cache: &'static str,
    },
}

/// What becomes of the browser's session.
#[derive(Debug)]
pub(crate) enum SessionChange {
    Start(super::Token),
    End,
}

/// What the next page tells at its top.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct Flash {
    pub tone: Tone,
    pub heading: String,
    pub text: String,
    /// A button beside it: its label and the address that it posts to (Undo).
    pub action: Option<(String, String)>,
}

/// How it is meant.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub enum Tone {
    Success,
    Notice,
    Problem,
}

impl Flash {
    /// It worked: who has it now, and what happens next.
    pub fn success(heading: impl Into<String>, text: impl Into<String>) -> Self {
        Flash {
            tone: Tone::Success,
            heading: heading.into(),
            text: text.into(),
            action: None,
        }
    }

    /// Something to know.
    pub fn notice(heading: impl Into<String>, text: impl Into<String>) -> Self {
        Flash {
            tone: Tone::Notice,
            heading: heading.into(),
            text: text.into(),
            action: None,
        }
    }

    /// It did not work, and why.
    pub fn problem(heading: impl Into<String>, text: impl Into<String>) -> Self {
        Flash {
            tone: Tone::Problem,
            heading: heading.into(),
            text: text.into(),
            action: None,
        }
    }

    /// With a button that posts to an address.
    pub fn with_action(mut self, label: impl Into<String>, post_to: impl Into<String>) -> Self {
        self.action = Some((label.into(), post_to.into()));
        self
    }
}

impl Answer {
    pub(crate) fn of(kind: Kind) -> Self {
        Answer {
            kind,
            status: axum::http::StatusCode::OK,
            told: None,
            session: None,
        }
    }

    /// A page.
    ///
    /// # Errors
    /// A fault when the template can't be rendered.
    pub fn page(page: &impl Template) -> Result<Answer, Ending> {
        Ok(Answer::of(Kind::Page(page.render()?)))
    }

    /// Elsewhere, by GET: the answer to every form that worked.
    pub fn see_other(path: impl Into<String>) -> Answer {
        Answer::of(Kind::SeeOther(path.into()))
    }

    /// For scripts.
    ///
    /// # Errors
    /// A fault when the value can't be written as JSON.
    pub fn json(value: &impl Serialize) -> Result<Answer, Ending> {
        Ok(Answer::of(Kind::Json(serde_json::to_string(value).map_err(Ending::fault)?)))
    }

    /// A file to keep.
    pub fn download(name: impl Into<String>, content_type: &'static str, file: std::fs::File) -> Answer {
        Answer::of(Kind::Download { name: name.into(), content_type, file })
    }

    /// A file that somebody else made, as an attachment that no browser opens on our pages.
    pub fn file(
        name: impl Into<String>,
        length: u64,
        content: impl std::io::Read + Send + Sync + 'static,
    ) -> Answer {
        Answer::of(Kind::Stream(super::stream::Sent {
            name: name.into(),
            kind: super::stream::FILE,
            length: Some(length),
            write: Box::new(move |to| super::stream::copy(content, to)),
        }))
    }

    /// A zip that is put together while it is sent; `write` may fail, which breaks the download off.
    pub fn zip(
        name: impl Into<String>,
        write: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()> + Send + Sync + 'static,
    ) -> Answer {
        Answer::of(Kind::Stream(super::stream::Sent {
            name: name.into(),
            kind: super::stream::ZIP,
            length: None,
            write: Box::new(write),
        }))
    }

    /// Something small that browsers may keep; `cache` is the Cache-Control.
    pub fn bytes(content_type: &'static str, bytes: Vec<u8>, cache: &'static str) -> Answer {
        Answer::of(Kind::Bytes { content_type, bytes, cache })
    }

    /// With something to tell at the top of the page that comes next.
    pub fn telling(mut self, told: Flash) -> Answer {
        self.told = Some(told);
        self
    }

    /// A page that says that something is wrong (422), of which something must be kept all the same:
    /// a failed sign-in is counted.
    pub fn as_refusal(mut self) -> Answer {
        self.status = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
        self
    }

    /// Starts a session in the browser with this token, the only copy of it.
    pub fn starting_session(mut self, token: super::Token) -> Answer {
        self.session = Some(SessionChange::Start(token));
        self
    }

    /// Ends the browser's session.
    pub fn ending_session(mut self) -> Answer {
        self.session = Some(SessionChange::End);
        self
    }
}

/// The same page again with its problems (422).
pub fn refused(page: &impl Template) -> Ending {
    with_status(axum::http::StatusCode::UNPROCESSABLE_ENTITY, page)
}

/// A page of its own with this status.
pub fn with_status(status: axum::http::StatusCode, page: &impl Template) -> Ending {
    match page.render() {
        Ok(text) => Ending::Page(status, text),
        Err(error) => error.into(),
    }
}
