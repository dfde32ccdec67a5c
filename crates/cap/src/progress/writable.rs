//! The training records on which a provider's people write: those that are active.

use crate::{
    attendance::placing::{self, Placement},
    shell::{self, Frame, crumb},
};
use platform::{Ending, Form, Session, ids::PublicId, problem::OrMissing};

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
