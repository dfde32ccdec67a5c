//! The ways a request can end other than well.

use axum::http::StatusCode;

/// Why there is no ordinary answer. A wrong field is not among them: that is the same page again,
/// as [`Ending::Page`].
#[derive(Debug)]
pub enum Ending {
    /// The form or address makes no sense (400): a hand-made request, or a form from another version.
    Unreadable(&'static str),
    /// Sign in first.
    SignIn,
    /// Nothing here that this person may know of (404).
    Missing,
    /// Known, but not this person's to do (403).
    Forbidden,
    /// Somebody else was faster (409).
    Conflict(&'static str),
    /// More was sent than fits (413).
    TooLarge,
    /// Too much at once; try again after so many seconds (429, or 503 when the machine is the limit).
    TooMany { retry_after_s: u32 },
    /// Our fault (500): the cause goes to the log, a reference to the person.
    Fault(String),
    /// A page of its own with this status: the form again with its problems (422), or both sides of
    /// a clash (409). Nothing is kept of what the handler wrote.
    Page(StatusCode, String),
    /// The same, for scripts.
    Json(StatusCode, String),
}

impl Ending {
    /// A fault with its cause.
    pub fn fault(cause: impl std::fmt::Display) -> Self {
        Ending::Fault(cause.to_string())
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Ending::Unreadable(_) => StatusCode::BAD_REQUEST,
            Ending::SignIn => StatusCode::SEE_OTHER,
            Ending::Missing => StatusCode::NOT_FOUND,
            Ending::Forbidden => StatusCode::FORBIDDEN,
            Ending::Conflict(_) => StatusCode::CONFLICT,
            Ending::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Ending::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Ending::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Ending::Page(status, _) | Ending::Json(status, _) => *status,
        }
    }
}

impl From<diesel::result::Error> for Ending {
    fn from(error: diesel::result::Error) -> Self {
        match error {
            diesel::result::Error::NotFound => Ending::Missing,
            other => Ending::fault(other),
        }
    }
}

impl From<askama::Error> for Ending {
    fn from(error: askama::Error) -> Self {
        Ending::fault(error)
    }
}

impl From<crate::password::Busy> for Ending {
    fn from(_: crate::password::Busy) -> Self {
        Ending::TooMany { retry_after_s: 10 }
    }
}

/// `None` becomes [`Ending::Missing`]: not yours and not there are one answer.
pub trait OrMissing<T> {
    fn or_missing(self) -> Result<T, Ending>;
}

impl<T> OrMissing<T> for Option<T> {
    fn or_missing(self) -> Result<T, Ending> {
        self.ok_or(Ending::Missing)
    }
}
