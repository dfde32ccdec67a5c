//! Who a session token stands for.

use super::settings;
use crate::schema::{membership, organisation, person, session};
use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use platform::{
    Actor, Db, Ending, Instant, Role, Who,
    access::{Halfway, Stage},
    clock,
    db::{Caller, Choice, Standing, update},
    ids::{MembershipKey, OrganisationKey, PartnershipKey, PersonKey, PublicId, SessionKey},
    settings::Settings,
    web::TokenHash,
};

/// The last use is noted again after this long.
const TOUCH: TimeDelta = TimeDelta::seconds(60);

/// A membership with what the page's frame says of it.
#[derive(Queryable)]
struct Part {
    key: MembershipKey,
    public_id: PublicId,
    organisation: OrganisationKey,
    partnership: PartnershipKey,
    role: String,
    organisation_name: String,
    organisation_ended_on: Option<NaiveDate>,
}

/// The caller who has this token, if their session, account and a membership are all in force.
///
/// # Errors
/// A database error, as a fault.
pub fn identify(db: &mut Db, token: &TokenHash, now: Instant, all: &Settings) -> Result<Caller, Ending> {
    type Found = (SessionKey, PersonKey, Option<MembershipKey>, Instant, String);
    let is_idle = |since: Instant, settings: &Settings| {
        since <= now - TimeDelta::minutes(settings::whole(settings, "idle_minutes"))
    };
    let found: Option<Found> = session::table
        .inner_join(person::table)
        .filter(session::token_hash.eq(token.as_slice()))
        .filter(session::ended_at.is_null())
        .filter(session::ends_at.gt(now))
        .filter(person::ended_at.is_null())
        .select((session::id, session::person_id, session::membership_id, session::used_at, person::name))
        .first(db)
        .optional()?;
    let Some((key, person, chosen, used_at, person_name)) = found else {
        return Ok(Caller::visitor());
    };
    let Some(chosen) = chosen else {
        if is_idle(used_at, all) {
            return Ok(Caller::visitor());
        }
        return Ok(Caller {
            who: Who::Halfway(Halfway { session: key, person, stage: Stage::Terms }),
            standing: None,
            touch: false,
        });
    };
    let parts = parts_of(db, person, clock::today(now))?;
    let Some(current) = parts.iter().find(|part| part.key == chosen).or(parts.first()) else {
        return Ok(Caller::visitor());
    };
    if is_idle(used_at, &all.of_partnership(current.partnership.0)) {
        return Ok(Caller::visitor());
    }
    let Some(role) = Role::parse(&current.role) else {
        return Err(Ending::fault("a membership with an unknown role"));
    };
    let actor = Actor {
        session: key,
        person,
        membership: current.key,
        organisation: current.organisation,
        partnership: current.partnership,
        role,
    };
    let choice = |part: &Part| Choice {
        key: part.key,
        public_id: part.public_id.clone(),
        label: format!("{} – {}", part.organisation_name, Role::parse(&part.role).map_or("", Role::label)),
        current: part.key == current.key,
    };
    let standing = Standing {
        person_name,
        organisation_name: current.organisation_name.clone(),
        choices: parts.iter().map(choice).collect(),
    };
    Ok(Caller {
        who: Who::Actor(actor),
        standing: Some(standing),
        touch: now - used_at > TOUCH,
    })
}

/// The memberships in force, by organisation and role.
fn parts_of(db: &mut Db, person: PersonKey, today: NaiveDate) -> QueryResult<Vec<Part>> {
    let parts: Vec<Part> = membership::table
        .inner_join(organisation::table)
        .filter(membership::person_id.eq(person))
        .filter(membership::ended_at.is_null())
        .order((organisation::name_key, membership::role))
        .select((
            membership::id,
            membership::public_id,
            membership::organisation_id,
            membership::partnership_id,
            membership::role,
            organisation::name,
            organisation::ended_on,
        ))
        .load(db)?;
    Ok(parts
        .into_iter()
        .filter(|part| part.organisation_ended_on.is_none_or(|ended| ended > today))
        .collect())
}

/// The first membership in force, with which a session begins, and whose settings it follows.
pub(super) fn first_membership(
    db: &mut Db,
    person: PersonKey,
    today: NaiveDate,
) -> QueryResult<Option<(MembershipKey, PartnershipKey)>> {
    Ok(parts_of(db, person, today)?.first().map(|part| (part.key, part.partnership)))
}

/// Notes the session's last use.
///
/// # Errors
/// A database error.
pub fn touch(db: &mut Db, key: SessionKey, now: Instant) -> QueryResult<()> {
    update(session::table.filter(session::id.eq(key)), session::used_at.eq(now))
        .execute(db)
        .map(drop)
}

/// Whose session this was, if it lapsed by itself: one that was ended on purpose keeps nothing.
///
/// # Errors
/// A database error.
pub fn owner_of_lapsed(db: &mut Db, token: &TokenHash) -> QueryResult<Option<PersonKey>> {
    session::table
        .inner_join(person::table)
        .filter(session::token_hash.eq(token.as_slice()))
        .filter(session::ended_at.is_null())
        .filter(session::membership_id.is_not_null())
        .filter(person::ended_at.is_null())
        .select(session::person_id)
        .first(db)
        .optional()
}
