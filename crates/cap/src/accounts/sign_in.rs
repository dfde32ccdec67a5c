//! Signing in: one identical answer for every failure, and a bound on guesses for each account and
//! each address (SECURITY.md T7, T23, G-21).

use super::{identity, sessions, settings};
use crate::schema::{person, sign_in_failure};
use chrono::TimeDelta;
use diesel::prelude::*;
use platform::{
    Ending, Session, Writing,
    audit::Recorded,
    ids::{self, PersonKey},
    text::fold_login,
    web::{Origination, Token},
};
use sha2::{Digest, Sha256};
use std::net::IpAddr;

/// Wrong passwords for one account in [`WINDOW`] before it is closed for the rest of it.
const ACCOUNT_FAILURES: i64 = 10;
/// Wrong passwords from one address in [`WINDOW`]: a school's whole staff may share one.
const ADDRESS_FAILURES: i64 = 60;
/// How long failures count.
const WINDOW: TimeDelta = TimeDelta::minutes(5);

/// What is known before the password is tried.
pub(super) struct Attempt {
    login: String,
    person: Option<PersonKey>,
    hash: Option<String>,
    closed: bool,
}

impl Attempt {
    /// The hash to verify against: none for an unknown, ended or closed account, which costs as much.
    pub(super) fn hash(&self) -> Option<String> {
        self.hash.clone().filter(|_| !self.closed)
    }
}

/// Looks the account up, and whether it may be tried at all.
pub(super) fn prepare(s: &mut Session<'_>, login: &str, from: IpAddr) -> Result<Attempt, Ending> {
    let login = fold_login(login);
    let found: Option<(PersonKey, Option<String>)> = person::table
        .filter(person::username.eq(&login).or(person::email.eq(&login)))
        .filter(person::ended_at.is_null())
        .select((person::id, person::password_hash))
        .first(s.db())
        .optional()?;
    let closed = failures(s, &account_key(&login))? >= ACCOUNT_FAILURES
        || failures(s, &address_key(from))? >= ADDRESS_FAILURES;
    let (person, hash) = found.map_or((None, None), |(person, hash)| (Some(person), hash));
    Ok(Attempt { login, person, hash, closed })
}

/// What came of an attempt.
pub(super) enum Outcome {
    /// In, or one step before it.
    Begun { token: Token, half: bool },
    /// No, whatever the reason.
    Refused,
}

/// Notes the failure, or begins the session.
pub(super) fn conclude(
    w: &mut Writing<'_>,
    attempt: &Attempt,
    right: bool,
    accepts_terms: bool,
    from: &Origination,
) -> Result<Recorded<Outcome>, Ending> {
    let now = w.now();
    let today = w.today();
    let person = attempt.person.filter(|_| right && !attempt.closed);
    let membership = match person {
        Some(person) => identity::first_membership(w.db(), person, today)?
            .map(|(membership, partnership)| (person, membership, partnership)),
        None => None,
    };
    let Some((person, membership, partnership)) = membership else {
        for key in [account_key(&attempt.login), address_key(from.address)] {
            diesel::insert_into(sign_in_failure::table)
                .values((
                    sign_in_failure::id.eq(ids::next_key()),
                    sign_in_failure::key.eq(key),
                    sign_in_failure::at.eq(now),
                ))
                .execute(w.db())?;
        }
        diesel::delete(sign_in_failure::table.filter(sign_in_failure::at.lt(now - WINDOW)))
            .execute(w.db())?;
        let event = w.event("sign-in.refused").with("closed", attempt.closed);
        let event = attempt.person.map_or(event.clone(), |person| event.about("person", person.0));
        return Ok(event.then(Outcome::Refused));
    };
    if accepts_terms {
        sessions::accept_terms(w, person)?;
    }
    let half = !sessions::has_accepted(w, person)?;
    let hours = settings::whole(&w.settings().of_partnership(partnership.0), "session_hours");
    let token = sessions::begin(w, person, Some(membership).filter(|_| !half), hours, from)?;
    diesel::delete(sign_in_failure::table.filter(sign_in_failure::key.eq(account_key(&attempt.login))))
        .execute(w.db())?;
    Ok(w.event("sign-in.begun").about("person", person.0).then(Outcome::Begun { token, half }))
}

fn failures(s: &mut Session<'_>, key: &[u8]) -> Result<i64, Ending> {
    let since = s.now() - WINDOW;
    Ok(sign_in_failure::table
        .filter(sign_in_failure::key.eq(key))
        .filter(sign_in_failure::at.gt(since))
        .count()
        .get_result(s.db())?)
}

/// The account as a hash, so that a mistyped password in the username field is kept nowhere.
fn account_key(login: &str) -> Vec<u8> {
    Sha256::digest(format!("account {login}")).to_vec()
}

/// The address as a hash; of IPv6 the first 64 bits, which one subscriber has.
fn address_key(address: IpAddr) -> Vec<u8> {
    let network = match address {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => format!("{:?}", &v6.segments()[..4]),
    };
    Sha256::digest(format!("address {network}")).to_vec()
}
