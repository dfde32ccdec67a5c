//! The training records on which a provider's people write: those that are active.

use crate::{
    attendance::placing::{self, Placement},
    learners::record,
    shell::{self, Frame, crumb},
};
use platform::{
    Answer, Ending, Form, Recorded, Session, Writing, ids::PublicId, problem::OrMissing, web::Flash,
};

/// What somebody reads who would write on a record that is closed.
const CLOSED: &str = "This training record is not active any more, so nothing can be written on it.";

/// The training record with this id, to be written on.
///
/// # Errors
/// [`Ending::Missing`] outside the reader's scope; [`Ending::Conflict`] when it is closed; a database
/// error.
pub(super) fn open(s: &mut Session<'_>, id: &PublicId) -> Result<Placement, Ending> {
    let one = placing::open_record(s, id)?.or_missing()?;
    if one.is_active() { Ok(one) } else { Err(Ending::Conflict(CLOSED)) }
}

/// The address of a training record, where its other pages begin.
pub(super) fn address(of: &Placement) -> String {
    format!("/clm/training-records/{}", of.record().public_id())
}

/// The frame of a page of a training record; `above` are the label and last part of the address of the
/// list that the page belongs to, if any.
pub(super) fn frame(s: &Session<'_>, of: &Placement, title: &str, above: Option<(&str, &str)>) -> Frame {
    let mut frame = shell::frame(s, title);
    frame.crumbs = vec![crumb("Training record", &address(of))];
    frame
        .crumbs
        .extend(above.map(|(label, end)| crumb(label, &format!("{}/{end}", address(of)))));
    frame
}

/// Whether a form was made from this version.
pub(super) fn is_of(form: &Form, version: i32) -> bool {
    form.value("version") == version.to_string()
}

/// What was done on a training record, for the audit.
pub(super) struct Deed {
    /// Such as `target.made`.
    pub(super) name: &'static str,
    pub(super) kind: &'static str,
    pub(super) key: i64,
}

/// Ends something written on a training record: notes that the record has changed, and goes on to the
/// page at this end of its address.
///
/// # Errors
/// A database error.
pub(super) fn done(
    w: &mut Writing<'_>,
    on: &Placement,
    deed: Deed,
    list: &str,
    told: Flash,
) -> Result<Recorded<Answer>, Ending> {
    record::touch(w, on.record())?;
    let to = format!("{}/{list}", address(on));
    Ok(w.event(deed.name)
        .about(deed.kind, deed.key)
        .learners([on.record().learner().0])
        .then(Answer::see_other(to).telling(told)))
}

/// What whoever saved something is told.
pub(super) fn saved(heading: &str) -> Flash {
    Flash::success(
        heading,
        "The home school, your colleagues and CAP staff see it on the training record from now on.",
    )
}

/// What whoever removed something is told.
pub(super) fn removed(heading: &str) -> Flash {
    Flash::success(heading, "It stands on the training record no longer.")
}
