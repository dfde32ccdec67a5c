//! Searches by name: posted, kept under a random id, and answered by a redirect to it, so that no
//! name stands in an address, a history or a proxy's log.

use crate::{
    db::{Session, Writing},
    form::Form,
    ids::PublicId,
    problem::Ending,
    schema::stored_search,
};
use chrono::TimeDelta;
use diesel::prelude::*;

/// How long a search can be gone back to.
const KEPT_HOURS: i64 = 12;

/// Keeps the named fields of a form for this person and place; the id goes into the address.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn keep(session: &mut Writing<'_>, place: &str, form: &Form, names: &[&str]) -> Result<PublicId, Ending> {
    let person = session.actor()?.person;
    let (id, ends_at) = (PublicId::random(), session.now() + TimeDelta::hours(KEPT_HOURS));
    let wanted: Vec<(String, String)> = form
        .fields()
        .iter()
        .filter(|(name, value)| names.contains(&name.as_str()) && !value.is_empty())
        .cloned()
        .collect();
    let fields = serde_json::to_string(&wanted).map_err(Ending::fault)?;
    diesel::insert_into(stored_search::table)
        .values((
            stored_search::id.eq(&id),
            stored_search::person_id.eq(person),
            stored_search::place.eq(place),
            stored_search::fields.eq(fields),
            stored_search::ends_at.eq(ends_at),
        ))
        .execute(session.db())?;
    Ok(id)
}

/// The kept fields; empty when the id is nobody's, another person's, of another place or expired.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn find(session: &mut Session<'_>, place: &str, id: &str) -> Result<Form, Ending> {
    let Some(id) = PublicId::parse(id) else {
        return Ok(Form::empty());
    };
    let (person, now) = (session.actor()?.person, session.now());
    let found: Option<String> = stored_search::table
        .filter(stored_search::id.eq(id))
        .filter(stored_search::person_id.eq(person))
        .filter(stored_search::place.eq(place))
        .filter(stored_search::ends_at.gt(now))
        .select(stored_search::fields)
        .first(session.db())
        .optional()?;
    found.map_or(Ok(Form::empty()), |fields| {
        serde_json::from_str(&fields).map(Form::of).map_err(Ending::fault)
    })
}
