//! What the forms about a person hold, and what is wrong with what was typed into them.

use super::{
    identifiers::Email,
    keeping,
    organisation::{self, Organisation},
    people::Account,
    people_pages::Desk,
    person::NewPerson,
};
use platform::{Ending, Form, Role, Session, form::LINE, ids::PublicId};

/// The organisations and roles that the keeper may give. A desk with one of each asks for neither.
pub(super) type Choices = (Vec<(String, String)>, Vec<(String, String)>);

pub(super) fn choices<D: Desk>(s: &mut Session<'_>) -> Result<Choices, Ending> {
    let (charge, today) = (D::charge(&s.actor()?.clone()), s.today());
    let places: Vec<(String, String)> = organisation::list(s, None, "")?
        .into_iter()
        .filter(|one| one.is_live(today) && charge.covers(one))
        .map(|one| (one.public_id.to_string(), format!("{} ({})", one.name, one.kind_label().to_lowercase())))
        .collect();
    let label = |role: Role| format!("{} ({})", role.label(), role.side().word());
    let roles: Vec<_> = charge.roles().map(|role| (role.word().to_owned(), label(role))).collect();
    Ok((places, roles))
}

/// What the page starts filled in with.
pub(super) fn filled(account: &Account) -> Form {
    Form::empty()
        .with("name", &account.name)
        .with("username", &account.username)
        .with("email", &account.email)
        .with("version", account.version)
}

/// Name, username and e-mail as typed. A taken one is refused without saying whose it is.
pub(super) fn basics(
    s: &mut Session<'_>,
    form: &mut Form,
    account: Option<&Account>,
) -> Result<Option<NewPerson>, Ending> {
    let name = form.required("name", LINE, "Enter the person's name");
    let username = form.required_parsed("username", "Enter a username", keeping::username);
    let email = form.required_parsed("email", "Enter a work e-mail address", Email::parse);
    let but = account.map(|account| account.key);
    if let Some(username) = &username
        && keeping::is_taken(s, username, but)?
    {
        form.refuse("username", "This username can't be used. Choose another");
    }
    if let Some(email) = &email
        && keeping::is_taken(s, email.as_str(), but)?
    {
        form.refuse("email", "This address can't be used: an account has it. Use another");
    }
    let (Some(username), Some(email)) = (username, email) else {
        return Ok(None);
    };
    Ok(Some(NewPerson { username, email: email.as_str().to_owned(), name }))
}

/// Where and as what somebody is to work; a desk with one place and one role has not asked.
pub(super) fn part<D: Desk>(
    s: &mut Session<'_>,
    form: &mut Form,
) -> Result<Option<(Organisation, Role)>, Ending> {
    let (places, roles) = choices::<D>(s)?;
    let only = |all: &[(String, String)], name: &str| match all {
        [(only, _)] => only.clone(),
        _ => form.value(name).to_owned(),
    };
    let (place, word) = (only(&places, "at"), only(&roles, "role"));
    let at = match PublicId::parse(&place).filter(|_| places.iter().any(|(id, _)| *id == place)) {
        Some(id) => organisation::open(s, &id)?,
        None => None,
    };
    let role = Role::parse(&word).filter(|_| roles.iter().any(|(one, _)| *one == word));
    if at.is_none() {
        form.refuse("at", "Choose the organisation that the person works for");
    }
    if role.is_none() {
        form.refuse("role", "Choose what the person does there");
    }
    let (Some(at), Some(role)) = (at, role) else {
        return Ok(None);
    };
    if at.side()? != role.side() {
        form.refuse("role", format!("A {} has no such role. Choose one of a {0}'s", at.side()?.word()));
        return Ok(None);
    }
    Ok(Some((at, role)))
}
