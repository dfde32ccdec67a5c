//! Signed-in browsers: begun at sign-in, ended by their owner, by time, or with the account.

use super::{identity, settings};
use crate::schema::{person, session, terms, terms_acceptance};
use chrono::TimeDelta;
use diesel::prelude::*;
use platform::{
    Ending, Instant, Session, Writing,
    ids::{MembershipKey, PersonKey, PublicId, SessionKey},
    web::{Origination, Token},
};

/// A signed-in browser, as its owner sees it.
#[derive(Queryable, Debug)]
pub struct SignedInBrowser {
    pub key: SessionKey,
    pub public_id: PublicId,
    pub created_at: Instant,
    pub used_at: Instant,
    pub agent: String,
}

/// Begins a session that lasts this many hours at the most; `None` for the membership means that
/// something is left to do first.
pub(super) fn begin(
    w: &mut Writing<'_>,
    person: PersonKey,
    membership: Option<MembershipKey>,
    hours: i64,
    from: &Origination,
) -> Result<Token, Ending> {
    let (token, now) = (Token::random(), w.now());
    let ends_at = now + TimeDelta::hours(hours);
    diesel::insert_into(session::table)
        .values((
            session::id.eq(SessionKey::next()),
            session::public_id.eq(PublicId::random()),
            session::token_hash.eq(token.hash().to_vec()),
            session::person_id.eq(person),
            session::membership_id.eq(membership),
            session::created_at.eq(now),
            session::used_at.eq(now),
            session::ends_at.eq(ends_at),
            session::agent.eq(&from.agent),
            session::address.eq(from.address.to_string()),
        ))
        .execute(w.db())?;
    Ok(token)
}

/// The person's live sessions, the latest used first.
///
/// # Errors
/// A database error.
pub fn list(s: &mut Session<'_>, owner: PersonKey) -> Result<Vec<SignedInBrowser>, Ending> {
    let now = s.now();
    let idle = TimeDelta::minutes(settings::whole(s.settings(), "idle_minutes"));
    Ok(session::table
        .filter(session::person_id.eq(owner))
        .filter(session::ended_at.is_null())
        .filter(session::ends_at.gt(now))
        .filter(session::used_at.gt(now - idle))
        .order(session::used_at.desc())
        .select((session::id, session::public_id, session::created_at, session::used_at, session::agent))
        .load(s.db())?)
}

/// Ends one of the owner's own sessions; `false` when there is none of this id.
pub(super) fn end(w: &mut Writing<'_>, owner: PersonKey, id: &PublicId) -> Result<bool, Ending> {
    let now = w.now();
    let one = session::table
        .filter(session::person_id.eq(owner))
        .filter(session::public_id.eq(id))
        .filter(session::ended_at.is_null());
    Ok(diesel::update(one).set(session::ended_at.eq(now)).execute(w.db())? == 1)
}

/// Ends all of a person's sessions, but for one if they keep the browser they are at.
pub(crate) fn end_all(
    w: &mut Writing<'_>,
    owner: PersonKey,
    but: Option<SessionKey>,
) -> Result<usize, Ending> {
    let now = w.now();
    let but = but.unwrap_or(SessionKey(0));
    let all = session::table
        .filter(session::person_id.eq(owner))
        .filter(session::ended_at.is_null())
        .filter(session::id.ne(but));
    Ok(diesel::update(all).set(session::ended_at.eq(now)).execute(w.db())?)
}

/// Ends the session that the person is at.
pub(super) fn end_own(w: &mut Writing<'_>, key: SessionKey) -> Result<(), Ending> {
    let now = w.now();
    diesel::update(session::table.filter(session::id.eq(key)))
        .set(session::ended_at.eq(now))
        .execute(w.db())?;
    Ok(())
}

/// Switches the session to another of the person's memberships; `false` when it is not theirs.
pub(super) fn switch(w: &mut Writing<'_>, key: SessionKey, wanted: &PublicId) -> Result<bool, Ending> {
    let choices = w.context().caller.standing.as_ref().map(|s| s.choices.clone()).unwrap_or_default();
    let Some(choice) = choices.iter().find(|choice| choice.public_id == *wanted) else {
        return Ok(false);
    };
    diesel::update(session::table.filter(session::id.eq(key)))
        .set(session::membership_id.eq(choice.key))
        .execute(w.db())?;
    Ok(true)
}

/// The terms in force: their version and text; `None` until the service has published some.
pub(super) fn terms_in_force(s: &mut Session<'_>) -> Result<Option<(i32, String)>, Ending> {
    Ok(terms::table
        .order(terms::version.desc())
        .select((terms::version, terms::body))
        .first(s.db())
        .optional()?)
}

/// Whether the person has accepted the terms in force, or there are none.
pub(super) fn has_accepted(s: &mut Session<'_>, who: PersonKey) -> Result<bool, Ending> {
    let Some((version, _)) = terms_in_force(s)? else {
        return Ok(true);
    };
    let accepted: i64 = terms_acceptance::table
        .filter(terms_acceptance::person_id.eq(who))
        .filter(terms_acceptance::version.eq(version))
        .count()
        .get_result(s.db())?;
    Ok(accepted > 0)
}

/// Notes that the person accepted the terms in force.
pub(super) fn accept_terms(w: &mut Writing<'_>, who: PersonKey) -> Result<(), Ending> {
    let Some((version, _)) = terms_in_force(w)? else {
        return Ok(());
    };
    if !has_accepted(w, who)? {
        let now = w.now();
        diesel::insert_into(terms_acceptance::table)
            .values((
                terms_acceptance::person_id.eq(who),
                terms_acceptance::version.eq(version),
                terms_acceptance::accepted_at.eq(now),
            ))
            .execute(w.db())?;
    }
    Ok(())
}

/// Lets a session that was half-way go in; `false` when the person has no membership left.
pub(super) fn go_in(w: &mut Writing<'_>, key: SessionKey, who: PersonKey) -> Result<bool, Ending> {
    let today = w.today();
    let Some((membership, _)) = identity::first_membership(w.db(), who, today)? else {
        return Ok(false);
    };
    diesel::update(session::table.filter(session::id.eq(key)))
        .set(session::membership_id.eq(membership))
        .execute(w.db())?;
    Ok(true)
}

/// The person's name and address, for mails; none for an account that has ended.
///
/// # Errors
/// A database error.
pub fn address_of(s: &mut Session<'_>, who: PersonKey) -> Result<Option<(String, String)>, Ending> {
    Ok(person::table
        .filter(person::id.eq(who))
        .filter(person::ended_at.is_null())
        .select((person::name, person::email))
        .first(s.db())
        .optional()?)
}
