//! One-time links by mail: an invitation to a new account, or a forgotten password. The token is
//! made when the mail is sent, stands only in the mail, and only its hash is kept.

use super::{person, sessions};
use crate::schema::{self, one_time_link};
use chrono::TimeDelta;
use diesel::prelude::*;
use platform::{
    App, Ending, Instant, Session, Writing,
    access::Task,
    audit::Recorded,
    ids::PersonKey,
    jobs::{Kind, Running},
    mail::Message,
    web::Token,
};
use serde::{Deserialize, Serialize};

/// The job that mails an invitation.
pub const INVITATION: Kind = Kind { name: "mail.invitation", run: run_invitation };
/// The job that mails a link for a forgotten password.
pub const RESET: Kind = Kind { name: "mail.password-link", run: run_reset };

#[derive(Clone, Copy)]
struct Purpose {
    word: &'static str,
    lasts: TimeDelta,
    subject: &'static str,
    text: &'static str,
}

const INVITING: Purpose = Purpose {
    word: "invitation",
    lasts: TimeDelta::days(14),
    subject: "Your account",
    text: "an account has been made for you. Open this link within 14 days to choose a password; it works once:",
};

const RESETTING: Purpose = Purpose {
    word: "reset",
    lasts: TimeDelta::hours(2),
    subject: "A new password",
    text: "somebody, probably you, asked for a new password. Open this link within two hours to choose one; it works once. If it was not you, do nothing:",
};

#[derive(Serialize, Deserialize)]
struct Payload {
    person: i64,
}

/// Queues the mail that invites a person.
///
/// # Errors
/// A database error.
pub fn invite(w: &mut Writing<'_>, who: PersonKey) -> Result<(), Ending> {
    w.later(INVITATION.name, &Payload { person: who.0 }, TimeDelta::zero())
}

/// Links for a forgotten password that one account gets within an hour: nobody fills another's mailbox.
const MOST_RESETS: i64 = 3;

/// Queues the mail for a forgotten password, unless enough of them were sent within the hour.
pub fn reset(w: &mut Writing<'_>, who: PersonKey) -> Result<(), Ending> {
    if has_enough(w, who)? {
        return Ok(());
    }
    w.later(RESET.name, &Payload { person: who.0 }, TimeDelta::zero())
}

/// Sends an invitation.
pub fn run_invitation(app: App, payload: String) -> Running {
    Box::pin(mail(app, payload, INVITING))
}

/// Sends a link for a forgotten password.
pub fn run_reset(app: App, payload: String) -> Running {
    Box::pin(mail(app, payload, RESETTING))
}

fn has_enough(s: &mut Session<'_>, who: PersonKey) -> Result<bool, Ending> {
    let since = s.now() - TimeDelta::hours(1);
    let recent: i64 = one_time_link::table
        .filter(one_time_link::person_id.eq(who))
        .filter(one_time_link::purpose.eq(RESETTING.word))
        .filter(one_time_link::used_at.is_null())
        .filter(one_time_link::made_at.gt(since))
        .count()
        .get_result(s.db())?;
    Ok(recent >= MOST_RESETS)
}

async fn mail(app: App, payload: String, purpose: Purpose) -> Result<(), String> {
    let Payload { person } = serde_json::from_str(&payload).map_err(|error| error.to_string())?;
    let who = PersonKey(person);
    let made = app
        .write(Task::Jobs, move |w| {
            // Asked again here: several may have been queued before the first was sent.
            let enough = purpose.word == RESETTING.word && has_enough(w, who)?;
            let Some((name, address)) = sessions::address_of(w, who)?.filter(|_| !enough) else {
                return Ok(w.event("link.not-needed").about("person", who.0).then(None));
            };
            let token = make(w, who, purpose)?;
            Ok(w.event("link.made")
                .about("person", who.0)
                .with("purpose", purpose.word)
                .then(Some((name, address, token))))
        })
        .await
        .map_err(|ending| format!("{ending:?}"))?;
    let Some((name, to, token)) = made else {
        return Ok(());
    };
    let text =
        format!("Dear {name},\n\n{}\n\n{}/links/{}\n", purpose.text, app.config().public_url, token.text());
    app.send(Message { to, subject: purpose.subject.to_owned(), text }).await
}

fn make(w: &mut Writing<'_>, who: PersonKey, purpose: Purpose) -> Result<Token, Ending> {
    let (token, now) = (Token::random(), w.now());
    diesel::insert_into(one_time_link::table)
        .values((
            one_time_link::token_hash.eq(token.hash().to_vec()),
            one_time_link::person_id.eq(who),
            one_time_link::purpose.eq(purpose.word),
            one_time_link::made_at.eq(now),
            one_time_link::ends_at.eq(now + purpose.lasts),
        ))
        .execute(w.db())?;
    Ok(token)
}

/// A link that still works, and for whom. Built only by [`open`].
pub(super) struct Link {
    hash: Vec<u8>,
    pub(super) person: PersonKey,
    pub(super) username: String,
}

/// The link of this token, if it was not used, has not expired, and the account is in force.
pub(super) fn open(s: &mut Session<'_>, token: &Token) -> Result<Option<Link>, Ending> {
    let (hash, now) = (token.hash().to_vec(), s.now());
    let found: Option<(PersonKey, String)> = one_time_link::table
        .inner_join(schema::person::table)
        .filter(one_time_link::token_hash.eq(&hash))
        .filter(one_time_link::used_at.is_null())
        .filter(one_time_link::ends_at.gt(now))
        .filter(schema::person::ended_at.is_null())
        .select((schema::person::id, schema::person::username))
        .first(s.db())
        .optional()?;
    Ok(found.map(|(person, username)| Link { hash, person, username }))
}

/// Sets the password, uses the link up with all others of the person, and ends their sessions.
pub(super) fn use_up(w: &mut Writing<'_>, link: &Link, password_hash: &str) -> Result<Recorded<()>, Ending> {
    let now: Instant = w.now();
    let fresh = one_time_link::table
        .filter(one_time_link::token_hash.eq(&link.hash))
        .filter(one_time_link::used_at.is_null());
    if diesel::update(fresh).set(one_time_link::used_at.eq(now)).execute(w.db())? != 1 {
        return Err(Ending::Missing);
    }
    let others = one_time_link::table
        .filter(one_time_link::person_id.eq(link.person))
        .filter(one_time_link::used_at.is_null());
    diesel::update(others).set(one_time_link::used_at.eq(now)).execute(w.db())?;
    person::set_password_hash(w, link.person, password_hash)?;
    sessions::end_all(w, link.person, None)?;
    Ok(w.event("password.set").about("person", link.person.0).then(()))
}
