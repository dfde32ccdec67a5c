//! Saved views: a list's filters and columns, kept by a person under a name of their own, for the part
//! in which they made it. Nobody else finds them.

use super::SavedViewKey;
use crate::schema::saved_view;
use diesel::prelude::*;
use platform::{Ending, Form, Multi, Session, Writing, ids::PublicId};

/// Longest name, in characters.
pub const NAME: usize = 60;
/// Most views of one list that one person keeps.
const MOST: usize = 50;

/// A view in its owner's list.
#[derive(Clone, Debug)]
pub struct View {
    pub key: SavedViewKey,
    pub id: PublicId,
    pub name: String,
}

/// The reader's own views, in the part in which they are at work.
fn own(s: &Session<'_>) -> Result<saved_view::BoxedQuery<'static, Multi>, Ending> {
    let actor = s.actor()?;
    // By saved_view_owner.
    Ok(saved_view::table
        .filter(saved_view::person_id.eq(actor.person))
        .filter(saved_view::organisation_id.eq(actor.organisation))
        .filter(saved_view::role.eq(actor.role.word()))
        .into_boxed())
}

/// The reader's views of a list, by name.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn list(s: &mut Session<'_>, place: &str) -> Result<Vec<View>, Ending> {
    let rows: Vec<(SavedViewKey, PublicId, String)> = own(s)?
        .filter(saved_view::place.eq(place.to_owned()))
        .order((saved_view::name, saved_view::id))
        .select((saved_view::id, saved_view::public_id, saved_view::name))
        .load(s.db())?;
    Ok(rows.into_iter().map(|(key, id, name)| View { key, id, name }).collect())
}

/// One of the reader's views; `None` when it is nobody's or another person's.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn open(s: &mut Session<'_>, id: &PublicId) -> Result<Option<View>, Ending> {
    let found: Option<(SavedViewKey, PublicId, String)> = own(s)?
        .filter(saved_view::public_id.eq(id.clone()))
        .select((saved_view::id, saved_view::public_id, saved_view::name))
        .first(s.db())
        .optional()?;
    Ok(found.map(|(key, id, name)| View { key, id, name }))
}

/// The fields that one of the reader's views of a list keeps.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn fields(s: &mut Session<'_>, place: &str, id: &PublicId) -> Result<Option<Form>, Ending> {
    let found: Option<String> = own(s)?
        .filter(saved_view::public_id.eq(id.clone()))
        .filter(saved_view::place.eq(place.to_owned()))
        .select(saved_view::fields)
        .first(s.db())
        .optional()?;
    let read = |fields: String| serde_json::from_str(&fields).map(Form::of).map_err(Ending::fault);
    found.map(read).transpose()
}

/// Reads a view's name; what can't be one is refused beside its field.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn read_name(
    s: &mut Session<'_>,
    place: &str,
    form: &mut Form,
    but: Option<&View>,
) -> Result<Option<String>, Ending> {
    let name = form.required("view_name", NAME, "Give the view a name");
    let others = list(s, place)?;
    let mut others = others.iter().filter(|one| but.is_none_or(|view| view.key != one.key));
    if others.any(|one| one.name.to_lowercase() == name.to_lowercase()) && !name.is_empty() {
        form.refuse(
            "view_name",
            "You have a view of this name already: give another name, or remove that one",
        );
    }
    Ok(form.is_good().then_some(name))
}

/// Keeps a view for the signed-in person.
///
/// # Errors
/// [`Ending::Conflict`] when they have too many already; a database error.
pub fn keep(
    w: &mut Writing<'_>,
    place: &str,
    name: &str,
    fields: &[(String, String)],
) -> Result<(SavedViewKey, PublicId), Ending> {
    if list(w, place)?.len() >= MOST {
        return Err(Ending::Conflict("You have fifty saved views already: remove one of them first."));
    }
    let actor = w.actor()?;
    let (person, organisation, role) = (actor.person, actor.organisation, actor.role.word());
    let (key, id, now) = (SavedViewKey::next(), PublicId::random(), w.now());
    diesel::insert_into(saved_view::table)
        .values((
            saved_view::id.eq(key),
            saved_view::public_id.eq(&id),
            saved_view::person_id.eq(person),
            saved_view::organisation_id.eq(organisation),
            saved_view::role.eq(role),
            saved_view::place.eq(place),
            saved_view::name.eq(name),
            saved_view::fields.eq(serde_json::to_string(fields).map_err(Ending::fault)?),
            saved_view::made_at.eq(now),
        ))
        .execute(w.db())?;
    Ok((key, id))
}

/// Gives a view another name.
///
/// # Errors
/// A database error.
pub fn rename(w: &mut Writing<'_>, view: &View, name: &str) -> Result<(), Ending> {
    diesel::update(saved_view::table.filter(saved_view::id.eq(view.key)))
        .set(saved_view::name.eq(name))
        .execute(w.db())?;
    Ok(())
}

/// Removes a view.
///
/// # Errors
/// A database error.
pub fn remove(w: &mut Writing<'_>, view: &View) -> Result<(), Ending> {
    diesel::delete(saved_view::table.filter(saved_view::id.eq(view.key))).execute(w.db())?;
    Ok(())
}
