//! What accepting a correction changes: the field of the learner, by the code of their own page.

use super::correction::Correction;
use crate::{
    learners::{details, learner as learners, learner_file, same_person},
    schema::learner,
};
use diesel::prelude::*;
use platform::{Ending, Form, Writing, ids::PublicId, problem::OrMissing};

/// Why an accepted correction can't be applied.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The field has been changed since it was asked, to this.
    Changed(String),
    /// The value is not, or is no longer, a right one: the sentence.
    Wrong(String),
}

/// Puts what is wanted into the learner's field.
///
/// # Errors
/// [`Ending::Conflict`] when the learner is changed at the same time; a database error.
pub fn apply(w: &mut Writing<'_>, one: &Correction) -> Result<Result<(), Refusal>, Ending> {
    let id: PublicId = learner::table
        .filter(learner::id.eq(one.learner()))
        .select(learner::public_id)
        .first(w.db())?;
    let whole = learner_file::open(w, &id)?.or_missing()?;
    let now = details::fill(Form::empty(), whole.details());
    let stands = now.value(one.field.name).to_owned();
    if stands != one.stood {
        return Ok(Err(Refusal::Changed(stands)));
    }
    let mut form = now.with(one.field.name, &one.wanted);
    let today = w.today();
    let Some(new) = details::read(&mut form, today) else {
        let sentence = form.problems().first().map_or("This can't be right", |problem| &problem.message);
        return Ok(Err(Refusal::Wrong(sentence.to_owned())));
    };
    if let Some(upn) = new.upn.as_ref().filter(|_| one.field.name == "upn") {
        let partnership = w.actor()?.partnership;
        let taken = same_person::with_upn(w, partnership, upn)?;
        if taken.is_some_and(|known| known.key != whole.key()) {
            return Ok(Err(Refusal::Wrong("Another learner has this UPN already".to_owned())));
        }
    }
    learners::change_details(w, &whole, &new, whole.school())?;
    Ok(Ok(()))
}
