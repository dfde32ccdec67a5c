//! The directory: the organisations and people that somebody works with. Nobody finds here whom
//! they do not need: a school finds the providers of its own learners, a provider their schools.

use super::organisation::{self, Organisation};
use crate::schema::{membership, person, training_record};
use diesel::prelude::*;
use platform::{
    Ending, Role, Session,
    access::Side,
    ids::{OrganisationKey, PublicId},
};
use std::collections::HashSet;

/// An organisation with the people who work there.
#[derive(Debug)]
pub struct Listing {
    pub organisation: Organisation,
    /// Name and role, by role.
    pub people: Vec<(String, &'static str)>,
}

/// Everything in the reader's directory, by kind and name.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn list(s: &mut Session<'_>, kind: Option<Side>) -> Result<Vec<Listing>, Ending> {
    let (partners, today) = (partners(s)?, s.today());
    let within = |one: &Organisation| {
        one.is_live(today)
            && partners.as_ref().is_none_or(|some| {
                some.contains(&one.key) || one.side().is_ok_and(|side| side == Side::Service)
            })
    };
    let organisations: Vec<Organisation> =
        organisation::list(s, kind, "")?.into_iter().filter(within).collect();
    let mut everybody = people(s)?;
    Ok(organisations
        .into_iter()
        .map(|organisation| {
            let (here, elsewhere) = std::mem::take(&mut everybody)
                .into_iter()
                .partition(|one: &Colleague| one.at == organisation.key);
            everybody = elsewhere;
            let mut here: Vec<(Role, String)> =
                here.into_iter().filter_map(|one| Some((Role::parse(&one.role)?, one.name))).collect();
            here.sort_by_key(|(role, _)| *role);
            let people = here.into_iter().map(|(role, name)| (name, role.label())).collect();
            Listing { organisation, people }
        })
        .collect())
}

/// The organisations besides the service that the reader works with, with their own; `None` means
/// all of the partnership.
fn partners(s: &mut Session<'_>) -> Result<Option<HashSet<OrganisationKey>>, Ending> {
    let actor = s.actor()?.clone();
    let live = training_record::table
        .filter(training_record::partnership_id.eq(actor.partnership))
        .filter(training_record::closed_on.is_null());
    let mut some: HashSet<OrganisationKey> = match actor.role.side() {
        Side::Service => return Ok(None),
        Side::School => live
            .filter(training_record::school_id.eq(actor.organisation))
            .select(training_record::provider_id)
            .distinct()
            .load(s.db())?
            .into_iter()
            .collect(),
        Side::Provider => live
            .filter(training_record::provider_id.eq(actor.organisation))
            .select(training_record::school_id)
            .distinct()
            .load(s.db())?
            .into_iter()
            .collect(),
    };
    some.insert(actor.organisation);
    Ok(Some(some))
}

#[derive(Queryable)]
struct Colleague {
    at: OrganisationKey,
    role: String,
    name: String,
}

/// Everybody of the partnership who can sign in, by name.
fn people(s: &mut Session<'_>) -> Result<Vec<Colleague>, Ending> {
    let partnership = s.actor()?.partnership;
    Ok(membership::table
        .inner_join(person::table)
        .filter(membership::partnership_id.eq(partnership))
        .filter(membership::ended_at.is_null())
        .filter(person::ended_at.is_null())
        .order((person::name_key, person::id))
        .select((membership::organisation_id, membership::role, person::name))
        .load(s.db())?)
}

/// Public ids and names of the partnership's organisations, for filters.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn names(s: &mut Session<'_>) -> Result<Vec<(OrganisationKey, PublicId, String)>, Ending> {
    let all = organisation::list(s, None, "")?;
    Ok(all.into_iter().map(|one| (one.key, one.public_id, one.name)).collect())
}
