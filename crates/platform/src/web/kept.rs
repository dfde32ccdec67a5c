//! Forms that came when their session had ended: kept for their owner for a day, so that a
//! half-done register outlives a time-out.

use super::{App, Request, Token};
use crate::{
    access::{Task, Who},
    audit::Recorded,
    db::{Context, Session},
    form::Form,
    ids::{PersonKey, PublicId},
    problem::Ending,
    schema::kept_form,
};
use chrono::TimeDelta;
use diesel::prelude::*;
use std::sync::Arc;

/// How long a form is kept.
const KEPT_HOURS: i64 = 24;

/// A kept form, as its owner finds it again.
pub struct Kept {
    /// Where it was going.
    pub path: String,
    /// What was in it, without the signs of the old session.
    pub form: Form,
}

/// Keeps the posted form for whoever had this token; `None` when nobody did.
pub(crate) async fn keep(
    app: &App,
    context: &Arc<Context>,
    token: &Token,
    request: &Request,
) -> Result<Option<PublicId>, Ending> {
    let (hash, known) = (token.hash(), context.caller.who.clone());
    let (path, fields) =
        (request.path.clone(), serde_json::to_string(request.form.fields()).map_err(Ending::fault)?);
    let product = app.clone();
    app.write(Task::Jobs, move |w| {
        let owner = match known {
            Who::Actor(actor) => Some(actor.person),
            Who::Visitor | Who::Halfway(_) | Who::Task(_) => {
                product.product().owner_of_lapsed(w.db(), &hash)?
            }
        };
        let Some(owner) = owner else {
            return Ok(Recorded::bookkeeping(None));
        };
        let (id, ends_at) = (PublicId::random(), w.now() + TimeDelta::hours(KEPT_HOURS));
        diesel::insert_into(kept_form::table)
            .values((
                kept_form::id.eq(&id),
                kept_form::person_id.eq(owner),
                kept_form::path.eq(path),
                kept_form::fields.eq(fields),
                kept_form::ends_at.eq(ends_at),
            ))
            .execute(w.db())?;
        Ok(Recorded::bookkeeping(Some(id)))
    })
    .await
}

/// The kept form, for its owner only.
///
/// # Errors
/// A database error.
pub fn open(session: &mut Session<'_>, owner: PersonKey, id: &PublicId) -> Result<Option<Kept>, Ending> {
    let now = session.now();
    let found: Option<(String, String)> = kept_form::table
        .filter(kept_form::id.eq(id))
        .filter(kept_form::person_id.eq(owner))
        .filter(kept_form::ends_at.gt(now))
        .select((kept_form::path, kept_form::fields))
        .first(session.db())
        .optional()?;
    let Some((path, fields)) = found else {
        return Ok(None);
    };
    let fields: Vec<(String, String)> = serde_json::from_str(&fields).map_err(Ending::fault)?;
    let ours = |name: &str| name != "csrf" && name != "form_key";
    Ok(Some(Kept {
        path,
        form: Form::of(fields.into_iter().filter(|(name, _)| ours(name)).collect()),
    }))
}
