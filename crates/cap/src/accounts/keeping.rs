//! What is done with the accounts in somebody's charge: changed, given a part, ended.

use super::{
    links,
    organisation::Organisation,
    people::{Account, Part},
    person, sessions,
};
use crate::schema;
use diesel::prelude::*;
use platform::{
    Ending, Role, Session, Writing,
    ids::PersonKey,
    text::{fold, fold_login},
};

/// A username as typed, in the form in which it is kept: 3 to 60 letters, digits, dots, hyphens and
/// underscores. An @ would make it look like an e-mail address, which is also taken at sign-in.
pub fn username(typed: &str) -> Result<String, &'static str> {
    let name = fold_login(typed);
    let allowed = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
    if (3..=60).contains(&name.len()) && name.chars().all(allowed) {
        Ok(name)
    } else {
        Err("Enter a username of 3 to 60 letters, digits, dots, hyphens and underscores, like ada.lark")
    }
}

/// Whether another account is signed in to by this name or address. Both are looked at for both,
/// because sign-in takes either.
///
/// # Errors
/// A database error.
pub fn is_taken(s: &mut Session<'_>, login: &str, but: Option<PersonKey>) -> Result<bool, Ending> {
    use schema::person;
    let login = fold_login(login);
    let others: i64 = person::table
        .filter(person::username.eq(&login).or(person::email.eq(&login)))
        .filter(person::id.ne(but.unwrap_or(PersonKey(0))))
        .count()
        .get_result(s.db())?;
    Ok(others > 0)
}

/// Changes a person's name, username and e-mail; `false` when somebody else has since `version`.
///
/// # Errors
/// That the account is not the keeper's; a database error.
pub fn change(
    w: &mut Writing<'_>,
    account: &Account,
    version: i32,
    new: &person::NewPerson,
) -> Result<bool, Ending> {
    use schema::person;
    kept(account)?;
    let row = person::table.filter(person::id.eq(account.key)).filter(person::version.eq(version));
    let changed = diesel::update(row)
        .set((
            person::username.eq(fold_login(&new.username)),
            person::email.eq(fold_login(&new.email)),
            person::name.eq(&new.name),
            person::name_key.eq(fold(&new.name)),
            person::version.eq(person::version + 1),
        ))
        .execute(w.db())?;
    Ok(changed == 1)
}

/// Gives a person another part; an account that had ended comes back and is invited anew. `false`
/// when they have this part already.
///
/// # Errors
/// That it is the keeper's own account; a database error.
pub fn give(w: &mut Writing<'_>, account: &Account, at: &Organisation, role: Role) -> Result<bool, Ending> {
    use schema::person;
    if account.is_own {
        return Err(Ending::Forbidden);
    }
    let has = |part: &Part| part.organisation == at.key && part.role == role && part.ended_at.is_none();
    if account.parts.iter().any(has) {
        return Ok(false);
    }
    if !account.is_live() {
        diesel::update(person::table.filter(person::id.eq(account.key)))
            .set((person::ended_at.eq(None::<platform::Instant>), person::version.eq(person::version + 1)))
            .execute(w.db())?;
        links::invite(w, account.key)?;
    }
    super::person::join(w, account.key, at.key, role)?;
    Ok(true)
}

/// Ends one part, and signs out every browser that is at work in it.
///
/// # Errors
/// That the part is not the keeper's to end; a database error.
pub fn end_part(w: &mut Writing<'_>, part: &Part) -> Result<(), Ending> {
    use schema::{membership, session};
    if !part.may_end {
        return Err(Ending::Forbidden);
    }
    let now = w.now();
    diesel::update(membership::table.filter(membership::id.eq(part.key)))
        .set(membership::ended_at.eq(now))
        .execute(w.db())?;
    let at_work = session::table
        .filter(session::membership_id.eq(part.key))
        .filter(session::ended_at.is_null());
    diesel::update(at_work).set(session::ended_at.eq(now)).execute(w.db())?;
    Ok(())
}

/// Ends the account at once: every part, every signed-in browser, every mailed link and the password.
/// Answers how many browsers were signed out.
///
/// # Errors
/// That the account is not the keeper's; a database error.
pub fn end(w: &mut Writing<'_>, account: &Account) -> Result<usize, Ending> {
    kept(account)?;
    end_everywhere(w, account.key)
}

/// As [`end`], for the command at the server, which asks nobody.
///
/// # Errors
/// A database error.
pub fn end_everywhere(w: &mut Writing<'_>, who: PersonKey) -> Result<usize, Ending> {
    use schema::{membership, one_time_link, person};
    let now = w.now();
    let parts = membership::table
        .filter(membership::person_id.eq(who))
        .filter(membership::ended_at.is_null());
    diesel::update(parts).set(membership::ended_at.eq(now)).execute(w.db())?;
    diesel::update(person::table.filter(person::id.eq(who)))
        .set((
            person::ended_at.eq(now),
            person::password_hash.eq(None::<String>),
            person::version.eq(person::version + 1),
        ))
        .execute(w.db())?;
    let links = one_time_link::table
        .filter(one_time_link::person_id.eq(who))
        .filter(one_time_link::used_at.is_null());
    diesel::update(links).set(one_time_link::used_at.eq(now)).execute(w.db())?;
    sessions::end_all(w, who, None)
}

/// Sends the invitation again.
///
/// # Errors
/// That the account is not the keeper's, or has ended; a database error.
pub fn invite_again(w: &mut Writing<'_>, account: &Account) -> Result<(), Ending> {
    kept(account)?;
    if !account.is_live() {
        return Err(Ending::Conflict(
            "This account has ended in the meantime. Give the person a part first.",
        ));
    }
    links::invite(w, account.key)
}

fn kept(account: &Account) -> Result<(), Ending> {
    if account.is_kept { Ok(()) } else { Err(Ending::Forbidden) }
}

#[cfg(test)]
mod tests {
    use super::username;

    #[test]
    fn usernames() {
        assert_eq!(username(" Ada.Lark "), Ok("ada.lark".to_owned()));
        for wrong in ["", "ab", "ada lark", "ada@lark", "ädä.lark", &"a".repeat(61)] {
            assert!(username(wrong).is_err(), "{wrong:?}");
        }
    }
}
