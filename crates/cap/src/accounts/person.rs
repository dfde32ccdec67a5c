//! People with accounts, and their parts in organisations.

use crate::schema::{membership, organisation, person};
use diesel::prelude::*;
use platform::{
    Ending, Role, Session, Writing,
    ids::{MembershipKey, OrganisationKey, PartnershipKey, PersonKey, PublicId},
    text::{fold, fold_login},
};

/// What an account is made of. The password comes later, by the invitation's link.
#[derive(Clone, Debug)]
pub struct NewPerson {
    pub username: String,
    pub email: String,
    pub name: String,
}

/// Makes an account without a password.
///
/// # Errors
/// A database error: also when the username or the address is taken, which the caller checks first.
pub fn make(w: &mut Writing<'_>, new: &NewPerson) -> Result<PersonKey, Ending> {
    let (key, now) = (PersonKey::next(), w.now());
    diesel::insert_into(person::table)
        .values((
            person::id.eq(key),
            person::public_id.eq(PublicId::random()),
            person::username.eq(fold_login(&new.username)),
            person::email.eq(fold_login(&new.email)),
            person::name.eq(&new.name),
            person::name_key.eq(fold(&new.name)),
            person::created_at.eq(now),
        ))
        .execute(w.db())?;
    Ok(key)
}

/// Gives a person a part in an organisation.
///
/// # Errors
/// A fault when the role is not one of the organisation's kind; a database error.
pub fn join(
    w: &mut Writing<'_>,
    who: PersonKey,
    at: OrganisationKey,
    role: Role,
) -> Result<MembershipKey, Ending> {
    let (partnership, kind): (i64, String) = organisation::table
        .filter(organisation::id.eq(at))
        .select((organisation::partnership_id, organisation::kind))
        .first(w.db())?;
    if kind != role.side().word() {
        return Err(Ending::fault(format!("a {kind} has no {}", role.word())));
    }
    let (key, now) = (MembershipKey::next(), w.now());
    diesel::insert_into(membership::table)
        .values((
            membership::id.eq(key),
            membership::public_id.eq(PublicId::random()),
            membership::person_id.eq(who),
            membership::organisation_id.eq(at),
            membership::partnership_id.eq(partnership),
            membership::role.eq(role.word()),
            membership::started_at.eq(now),
        ))
        .execute(w.db())?;
    Ok(key)
}

/// Sets a password's hash without a link: for commands at the server, the demo and tests.
///
/// # Errors
/// A database error.
pub fn set_password_hash(w: &mut Writing<'_>, who: PersonKey, hash: &str) -> Result<(), Ending> {
    diesel::update(person::table.filter(person::id.eq(who)))
        .set(person::password_hash.eq(hash))
        .execute(w.db())?;
    Ok(())
}

/// Somebody who works at the same organisation.
#[derive(Queryable, Clone, Debug)]
pub struct Colleague {
    pub key: PersonKey,
    pub public_id: PublicId,
    pub name: String,
}

/// The live staff of an organisation in these roles, by name.
///
/// # Errors
/// A database error.
pub fn colleagues(
    s: &mut Session<'_>,
    at: OrganisationKey,
    roles: &[Role],
) -> Result<Vec<Colleague>, Ending> {
    let words: Vec<&str> = roles.iter().map(|role| role.word()).collect();
    let mut all: Vec<Colleague> = membership::table
        .inner_join(person::table)
        .filter(membership::organisation_id.eq(at))
        .filter(membership::role.eq_any(words))
        .filter(membership::ended_at.is_null())
        .filter(person::ended_at.is_null())
        .order((person::name_key, person::id))
        .select((person::id, person::public_id, person::name))
        .load(s.db())?;
    all.dedup_by_key(|one| one.key);
    Ok(all)
}

/// The service of a partnership.
///
/// # Errors
/// A database error.
pub fn service_of(
    s: &mut Session<'_>,
    partnership: PartnershipKey,
) -> Result<Option<OrganisationKey>, Ending> {
    Ok(organisation::table
        .filter(organisation::partnership_id.eq(partnership))
        .filter(organisation::kind.eq("service"))
        .select(organisation::id)
        .first(s.db())
        .optional()?)
}
