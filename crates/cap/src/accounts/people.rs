//! Accounts as those who look after them see them: CAP staff the people of their partnership, a
//! provider's manager the provider's own tutors.

use super::organisation::Organisation;
use crate::schema::{membership, organisation, person};
use diesel::prelude::*;
use platform::{
    Actor, Ending, Instant, Multi, Role, Session,
    access::Side,
    ids::{MembershipKey, OrganisationKey, PartnershipKey, PersonKey, PublicId},
    text::fold,
};

/// Whose accounts somebody looks after.
#[derive(Clone, Copy, Debug)]
pub struct Charge {
    partnership: PartnershipKey,
    /// Only the tutors of this one provider.
    tutors_of: Option<OrganisationKey>,
    keeper: PersonKey,
    keeper_role: Role,
}

impl Charge {
    /// Everybody of the actor's partnership.
    pub fn of_partnership(actor: &Actor) -> Self {
        Charge {
            partnership: actor.partnership,
            tutors_of: None,
            keeper: actor.person,
            keeper_role: actor.role,
        }
    }

    /// The tutors of the actor's own provider.
    pub fn of_own_tutors(actor: &Actor) -> Self {
        Charge {
            tutors_of: Some(actor.organisation),
            ..Charge::of_partnership(actor)
        }
    }

    /// Whether this role is theirs to give and to end: those of the service only an administrator's.
    pub fn may_give(&self, role: Role) -> bool {
        match (self.tutors_of, role.side()) {
            (Some(_), _) => role == Role::Tutor,
            (None, Side::Service) => self.keeper_role == Role::CapAdministrator,
            (None, Side::School | Side::Provider) => true,
        }
    }

    /// The roles that are theirs to give, in the order of lists.
    pub fn roles(&self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(|role| self.may_give(*role))
    }

    /// Whether they may give a role at this organisation at all.
    pub fn covers(&self, at: &Organisation) -> bool {
        self.tutors_of.is_none_or(|own| own == at.key)
            && at.side().is_ok_and(|side| self.roles().any(|role| role.side() == side))
    }

    fn holds(&self, part: &Found) -> bool {
        part.partnership == self.partnership
            && self
                .tutors_of
                .is_none_or(|own| own == part.organisation && part.role == Role::Tutor.word())
    }
}

/// One of a person's memberships.
#[derive(Clone, Debug)]
pub struct Part {
    pub key: MembershipKey,
    pub public_id: PublicId,
    pub organisation: OrganisationKey,
    pub organisation_name: String,
    pub role: Role,
    pub started_at: Instant,
    pub ended_at: Option<Instant>,
    /// Whether it is the keeper's to end.
    pub may_end: bool,
}

/// An account within somebody's charge. Built only by [`open`].
#[derive(Clone, Debug)]
pub struct Account {
    pub key: PersonKey,
    pub public_id: PublicId,
    pub username: String,
    pub email: String,
    pub name: String,
    pub version: i32,
    pub ended_at: Option<Instant>,
    /// The memberships within the charge, those in force first.
    pub parts: Vec<Part>,
    /// Whether the account as a whole is the keeper's to change and to end: nobody keeps their own,
    /// and whoever could change an address could make themselves a password for all that it opens.
    pub is_kept: bool,
    /// Whether it is the keeper's own.
    pub is_own: bool,
}

impl Account {
    /// Whether the person can sign in.
    pub fn is_live(&self) -> bool {
        self.ended_at.is_none()
    }
}

/// A membership as the table has it.
#[derive(Queryable, Clone, Debug)]
struct Found {
    key: MembershipKey,
    public_id: PublicId,
    organisation: OrganisationKey,
    partnership: PartnershipKey,
    role: String,
    started_at: Instant,
    ended_at: Option<Instant>,
    organisation_name: String,
}

/// The account of this id, if one of its memberships, in force or ended, is within the charge.
///
/// # Errors
/// A database error.
pub fn open(s: &mut Session<'_>, charge: Charge, id: &PublicId) -> Result<Option<Account>, Ending> {
    type Basics = (PersonKey, PublicId, String, String, String, i32, Option<Instant>);
    let basics: Option<Basics> = person::table
        .filter(person::public_id.eq(id))
        .select((
            person::id,
            person::public_id,
            person::username,
            person::email,
            person::name,
            person::version,
            person::ended_at,
        ))
        .first(s.db())
        .optional()?;
    let Some((key, public_id, username, email, name, version, ended_at)) = basics else {
        return Ok(None);
    };
    let all: Vec<Found> = membership::table
        .inner_join(organisation::table)
        .filter(membership::person_id.eq(key))
        .order((membership::ended_at.is_not_null(), organisation::name_key, membership::id))
        .select((
            membership::id,
            membership::public_id,
            membership::organisation_id,
            membership::partnership_id,
            membership::role,
            membership::started_at,
            membership::ended_at,
            organisation::name,
        ))
        .load(s.db())?;
    let is_own = key == charge.keeper;
    let may_end = |part: &Found| {
        !is_own
            && part.ended_at.is_none()
            && charge.holds(part)
            && Role::parse(&part.role).is_some_and(|role| charge.may_give(role))
    };
    let is_kept = !is_own && all.iter().filter(|part| part.ended_at.is_none()).all(may_end);
    let parts: Vec<Part> = all
        .iter()
        .filter(|part| charge.holds(part))
        .filter_map(|part| {
            Some(Part {
                key: part.key,
                public_id: part.public_id.clone(),
                organisation: part.organisation,
                organisation_name: part.organisation_name.clone(),
                role: Role::parse(&part.role)?,
                started_at: part.started_at,
                ended_at: part.ended_at,
                may_end: may_end(part),
            })
        })
        .collect();
    if parts.is_empty() {
        return Ok(None);
    }
    s.about("person", key.0);
    Ok(Some(Account {
        key,
        public_id,
        username,
        email,
        name,
        version,
        ended_at,
        parts,
        is_kept,
        is_own,
    }))
}

/// A line of the list.
#[derive(Clone, Debug)]
pub struct Line {
    pub public_id: PublicId,
    pub name: String,
    pub username: String,
    /// The memberships in force, as "Tutor, Riverside Motors"; of one whose account has ended, the last.
    pub parts: Vec<String>,
}

/// Who is listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Listed {
    /// Those who can sign in.
    Current,
    /// Those whose account or last membership has ended.
    Ended,
}

/// The people within the charge by name, narrowed to a part of their name or username.
///
/// # Errors
/// A database error.
pub fn list(s: &mut Session<'_>, charge: Charge, listed: Listed, name: &str) -> Result<Vec<Line>, Ending> {
    type Row = (PersonKey, PublicId, String, String, Option<Instant>, String, Option<Instant>, String);
    let mut rows = membership::table
        .inner_join(person::table)
        .inner_join(organisation::table)
        .filter(membership::partnership_id.eq(charge.partnership))
        .order((person::name_key, person::id, organisation::name_key, membership::id))
        .select((
            person::id,
            person::public_id,
            person::name,
            person::username,
            person::ended_at,
            membership::role,
            membership::ended_at,
            organisation::name,
        ))
        .into_boxed::<Multi>();
    if let Some(own) = charge.tutors_of {
        rows = rows
            .filter(membership::organisation_id.eq(own))
            .filter(membership::role.eq(Role::Tutor.word()));
    }
    let name = fold(name);
    if !name.is_empty() {
        let part = format!("%{name}%");
        rows = rows.filter(person::name_key.like(part.clone()).or(person::username.like(part)));
    }
    let rows: Vec<Row> = rows.load(s.db())?;
    let mut lines = Vec::new();
    for of_one in rows.chunk_by(|a, b| a.0 == b.0) {
        let (_, public_id, name, username, ended_at, ..) = &of_one[0];
        let label = |row: &Row| format!("{}, {}", Role::parse(&row.5).map_or("", Role::label), row.7);
        let live: Vec<String> =
            of_one.iter().filter(|row| ended_at.is_none() && row.6.is_none()).map(label).collect();
        let has = if live.is_empty() { Listed::Ended } else { Listed::Current };
        if has == listed {
            let parts = if live.is_empty() {
                of_one.iter().max_by_key(|row| row.6).map(label).into_iter().collect()
            } else {
                live
            };
            lines.push(Line {
                public_id: public_id.clone(),
                name: name.clone(),
                username: username.clone(),
                parts,
            });
        }
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use platform::ids::SessionKey;

    fn actor(role: Role) -> Actor {
        Actor {
            session: SessionKey(1),
            person: PersonKey(2),
            membership: MembershipKey(3),
            organisation: OrganisationKey(4),
            partnership: PartnershipKey(5),
            role,
        }
    }

    #[test]
    fn only_an_administrator_gives_the_services_roles_and_a_manager_only_makes_tutors() {
        let words = |charge: Charge| charge.roles().map(Role::word).collect::<Vec<_>>();
        let all: Vec<_> = Role::ALL.iter().map(|role| role.word()).collect();
        assert_eq!(words(Charge::of_partnership(&actor(Role::CapAdministrator))), all);
        assert_eq!(words(Charge::of_partnership(&actor(Role::CapStaff))), all[2..]);
        assert_eq!(words(Charge::of_own_tutors(&actor(Role::ProviderManager))), ["tutor"]);
    }
}
