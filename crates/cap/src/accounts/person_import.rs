//! `cap import people`: accounts and their parts in organisations, one part a row.

use super::{
    identifiers::Email,
    import::{Column, Import, Planned, Planning, must, named, overlay, places},
    keeping, links,
    person::{self, NewPerson},
};
use crate::schema;
use diesel::prelude::*;
use platform::{
    Ending, Form, Instant, Role, Session, Writing,
    form::LINE,
    ids::{OrganisationKey, PartnershipKey, PersonKey},
    table::Table,
    text::fold_login,
};
use std::collections::{HashMap, HashSet};

/// A file of people.
#[derive(Debug)]
pub struct People;

/// What a row does: a part in an organisation, for somebody who may have to be made first.
#[derive(Debug)]
pub struct Change {
    who: NewPerson,
    at: OrganisationKey,
    role: Role,
}

impl Import for People {
    type Change = Change;
    const WORD: &'static str = "people";
    const KNOWN: &'static str = "A person of the same username is the same one: their name and e-mail are left as they are, and they get the row's part in addition. A new person gets an invitation by mail. Somebody with several parts has several rows.";
    const COLUMNS: &'static [Column] = &[
        must(
            "username",
            "What they sign in with: 3 to 60 letters, digits, dots, hyphens and underscores",
        ),
        must("email", "Work e-mail, their own"),
        must("name", "First name and surname"),
        must("organisation", "The name of an organisation that is here already"),
        must(
            "role",
            "cap-administrator, cap-staff, school-attendance, school-coordinator, school-dsl, provider-manager, tutor, provider-coordinator or provider-dsl",
        ),
    ];

    fn plan(s: &mut Session<'_>, at: PartnershipKey, table: &Table) -> Result<Planned<Change>, Ending> {
        let places = places(s, at)?;
        let (mut logins, parts) = (logins(s)?, parts(s, at)?);
        let (mut planning, mut seen) = (Planning::default(), HashSet::new());
        for row in table.rows() {
            let mut form = overlay(Form::empty(), &row, Self::COLUMNS);
            let (who, role) = read(&mut form);
            let place = role.and_then(|role| named(&places, role.side(), row.get("organisation")));
            if role.is_some() && place.is_none() {
                form.refuse(
                    "organisation",
                    "no organisation of this name has such a role; import it first, or check the role",
                );
            }
            let username = who.username.clone();
            let known = logins.get(&username).cloned();
            match (&known, logins.get(&who.email)) {
                (Some(owner), _) if owner.has_ended => form.refuse("username", "this account has ended"),
                (Some(owner), _) if owner.email != who.email => {
                    form.refuse("email", "this username has another e-mail");
                }
                (None, Some(_)) => form.refuse("email", "this e-mail is somebody else's"),
                _ => {}
            }
            let (true, Some(role), Some(place)) = (planning.takes(&row, &form), role, place) else {
                continue;
            };
            if !seen.insert((username.clone(), place.key, role)) {
                planning.fault(&row, "username", "this part stands on an earlier line too");
                continue;
            }
            if parts.contains(&(username.clone(), place.key, role.word().to_owned())) {
                planning.leaves();
                continue;
            }
            let what = format!("{username} as {} at {}", role.word(), place.name);
            let change = Change { who: who.clone(), at: place.key, role };
            if known.is_none() {
                let owner = Owner {
                    username: username.clone(),
                    email: who.email.clone(),
                    has_ended: false,
                };
                logins.insert(username, owner.clone());
                logins.insert(who.email, owner);
                planning.makes(&row, what, change);
            } else {
                planning.changes(&row, what, change);
            }
        }
        Ok(planning.done())
    }

    fn apply(w: &mut Writing<'_>, _at: PartnershipKey, change: &Change) -> Result<Option<i64>, Ending> {
        use schema::person as table;
        let known: Option<PersonKey> = table::table
            .filter(table::username.eq(&change.who.username))
            .select(table::id)
            .first(w.db())
            .optional()?;
        let who = match known {
            Some(who) => who,
            None => {
                let who = person::make(w, &change.who)?;
                links::invite(w, who)?;
                who
            }
        };
        person::join(w, who, change.at, change.role)?;
        Ok(None)
    }
}

/// Reads a person and their role; what is wrong stands beside its field.
fn read(form: &mut Form) -> (NewPerson, Option<Role>) {
    let username = form.required_parsed("username", "Enter the username", keeping::username);
    let username = username.unwrap_or_default();
    let email = form.required_parsed("email", "Enter the work e-mail", Email::parse);
    let name = form.required("name", LINE, "Enter the name");
    let role = form.required_parsed("role", "Enter the role", |word| {
        Role::parse(&word.to_lowercase()).ok_or("Enter one of the roles of docs/import.md, like tutor")
    });
    let email = email.map_or_else(String::new, |email| fold_login(email.as_str()));
    (NewPerson { username, email, name }, role)
}

/// Whose a username or e-mail is.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Owner {
    username: String,
    email: String,
    has_ended: bool,
}

/// Everybody by username and by e-mail.
fn logins(s: &mut Session<'_>) -> Result<HashMap<String, Owner>, Ending> {
    use schema::person;
    let all: Vec<(String, String, Option<Instant>)> =
        person::table.select((person::username, person::email, person::ended_at)).load(s.db())?;
    let both = |(username, email, ended_at): (String, String, Option<Instant>)| {
        let owner = Owner {
            username: username.clone(),
            email: email.clone(),
            has_ended: ended_at.is_some(),
        };
        [(username, owner.clone()), (email, owner)]
    };
    Ok(all.into_iter().flat_map(both).collect())
}

/// The parts that people have now in the partnership: username, organisation, role.
fn parts(
    s: &mut Session<'_>,
    at: PartnershipKey,
) -> Result<HashSet<(String, OrganisationKey, String)>, Ending> {
    use schema::{membership, person};
    let all: Vec<(String, OrganisationKey, String)> = membership::table
        .inner_join(person::table)
        .filter(membership::partnership_id.eq(at))
        .filter(membership::ended_at.is_null())
        .select((person::username, membership::organisation_id, membership::role))
        .load(s.db())?;
    Ok(all.into_iter().collect())
}
