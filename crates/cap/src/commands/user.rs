//! `cap service`, `cap user`: the first people of an installation, and what is done for people when
//! no browser is at hand.

use super::start::Setup;
use crate::{
    accounts::{
        self,
        identifiers::Email,
        keeping,
        organisation::{self, NewOrganisation},
        person::{self, NewPerson},
    },
    schema,
};
use clap::{Args, Subcommand};
use diesel::prelude::*;
use platform::{
    App, Ending, Role, Session, Task,
    access::Side,
    ids::{OrganisationKey, PersonKey},
    password::Password,
    text::{fold, fold_login},
};

/// Make the first organisation of a partnership.
#[derive(Subcommand, Debug)]
pub enum Service {
    /// Make a partnership with its service; then add an administrator with `cap user add`.
    Add {
        /// The partnership's name, which only administrators see.
        #[arg(long)]
        partnership: String,
        /// The service's name.
        #[arg(long)]
        service: String,
    },
}

/// Give accounts, help their owners in again, and end them.
#[derive(Subcommand, Debug)]
pub enum User {
    /// Add a person, who is invited by e-mail to choose a password.
    Add(Add),
    /// Send a link for a new password.
    Reset {
        /// Username or work e-mail.
        username: String,
    },
    /// End an account and sign every browser out.
    End {
        /// Username or work e-mail.
        username: String,
    },
}

/// Add a person.
#[derive(Args, Debug)]
pub struct Add {
    /// 3 to 60 letters, digits, dots, hyphens and underscores.
    #[arg(long)]
    pub username: String,
    /// Work e-mail address.
    #[arg(long)]
    pub email: String,
    /// First names and surname.
    #[arg(long)]
    pub name: String,
    /// Name of the organisation, as it stands in the directory.
    #[arg(long)]
    pub organisation: String,
    /// cap-administrator, cap-staff, school-attendance, school-coordinator, school-dsl,
    /// provider-manager, tutor, provider-coordinator or provider-dsl.
    #[arg(long)]
    pub role: String,
    /// Read a password from standard input instead of sending an invitation.
    #[arg(long)]
    pub password_stdin: bool,
}

impl Service {
    pub(super) async fn run(self, setup: &Setup) -> Result<(), String> {
        let Service::Add { partnership, service } = self;
        println!("{}", add_service(&setup.open()?, partnership, service).await?);
        Ok(())
    }
}

impl User {
    pub(super) async fn run(self, setup: &Setup) -> Result<(), String> {
        let app = setup.open()?;
        let done = match self {
            User::Add(add) => {
                let password = if add.password_stdin { Some(typed()?) } else { None };
                add_person(&app, add, password).await?
            }
            User::Reset { username } => reset(&app, username).await?,
            User::End { username } => end(&app, username).await?,
        };
        println!("{done}");
        Ok(())
    }
}

fn typed() -> Result<String, String> {
    let mut line = String::new();
    std::io::stdin()
        .read_line(&mut line)
        .map_err(|error| format!("The password can't be read from standard input: {error}."))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Makes a partnership with its service.
///
/// # Errors
/// A sentence: a name is empty or taken.
pub async fn add_service(app: &App, partnership: String, service: String) -> Result<String, String> {
    let (partnership, service) = (partnership.trim().to_owned(), service.trim().to_owned());
    if partnership.is_empty() || service.is_empty() {
        return Err("Give the partnership and the service a name each.".to_owned());
    }
    let made = app.write(Task::Command, move |w| {
        let same: i64 = schema::partnership::table
            .filter(schema::partnership::name.eq(&partnership))
            .count()
            .get_result(w.db())?;
        if same > 0 {
            return Err(Ending::Conflict("There is a partnership of this name already."));
        }
        let key = organisation::make_partnership(w, &partnership)?;
        let hub = organisation::make(w, key, &NewOrganisation::named(Side::Service, &service))?;
        Ok(w.event("service.added").about("organisation", hub.0).then(format!(
            "The service is made. Next: cap user add --organisation \"{service}\" --role cap-administrator …"
        )))
    });
    made.await.map_err(sentence)
}

/// Adds a person; with a password at once, else by invitation.
///
/// # Errors
/// A sentence that says what to give instead.
pub async fn add_person(app: &App, add: Add, password: Option<String>) -> Result<String, String> {
    let username = keeping::username(&add.username).map_err(|why| format!("{why}."))?;
    let email = Email::parse(&add.email).map_err(|why| format!("{why}."))?;
    let role = Role::parse(&add.role).ok_or_else(|| {
        let words: Vec<_> = Role::ALL.iter().map(|role| role.word()).collect();
        format!("There is no role {}; the roles are {}.", add.role, words.join(", "))
    })?;
    let name = add.name.trim().to_owned();
    if name.is_empty() {
        return Err("Give the person a name.".to_owned());
    }
    let hash = match password {
        Some(typed) => {
            let password = Password::parse(&typed, &username).map_err(|refusal| format!("{refusal}."))?;
            Some(app.gate().hash(&password).await.map_err(|busy| busy.to_string())?)
        }
        None => None,
    };
    let new = NewPerson { username, email: email.as_str().to_owned(), name };
    let place = add.organisation;
    let added = app.write(Task::Command, move |w| {
        if keeping::is_taken(w, &new.username, None)? {
            return Err(Ending::Conflict("An account signs in with this username already."));
        }
        if keeping::is_taken(w, &new.email, None)? {
            return Err(Ending::Conflict("An account has this e-mail address already."));
        }
        let at = the_organisation(w, &place, role.side())?;
        let who = person::make(w, &new)?;
        person::join(w, who, at, role)?;
        let done = match &hash {
            Some(hash) => {
                person::set_password_hash(w, who, hash)?;
                format!("{} can sign in as {}.", new.name, new.username)
            }
            None => {
                accounts::invite(w, who)?;
                format!("{} is added, and the invitation waits for the server to send it.", new.name)
            }
        };
        Ok(w.event("person.added").about("person", who.0).with("role", role.word()).then(done))
    });
    added.await.map_err(sentence)
}

/// Queues a link for a new password.
///
/// # Errors
/// A sentence: there is no such account.
pub async fn reset(app: &App, username: String) -> Result<String, String> {
    let sent = app.write(Task::Command, move |w| {
        let who = the_person(w, &username)?;
        accounts::reset(w, who)?;
        Ok(w.event("password.link-asked")
            .about("person", who.0)
            .then("A link for a new password waits for the server to send it.".to_owned()))
    });
    sent.await.map_err(sentence)
}

/// Ends an account.
///
/// # Errors
/// A sentence: there is no such account.
pub async fn end(app: &App, username: String) -> Result<String, String> {
    let ended = app.write(Task::Command, move |w| {
        let who = the_person(w, &username)?;
        let browsers = keeping::end_everywhere(w, who)?;
        Ok(w.event("person.ended")
            .about("person", who.0)
            .with("browsers", browsers)
            .then(format!("The account has ended; browsers signed out: {browsers}.")))
    });
    ended.await.map_err(sentence)
}

fn the_person(s: &mut Session<'_>, login: &str) -> Result<PersonKey, Ending> {
    use schema::person;
    let login = fold_login(login);
    person::table
        .filter(person::username.eq(&login).or(person::email.eq(&login)))
        .filter(person::ended_at.is_null())
        .select(person::id)
        .first(s.db())
        .optional()?
        .ok_or(Ending::Conflict("No account in force has this username or e-mail address."))
}

fn the_organisation(s: &mut Session<'_>, name: &str, side: Side) -> Result<OrganisationKey, Ending> {
    use schema::organisation;
    let found: Vec<(OrganisationKey, String)> = organisation::table
        .filter(organisation::name_key.eq(fold(name)))
        .select((organisation::id, organisation::kind))
        .load(s.db())?;
    match found.as_slice() {
        [(key, kind)] if kind == side.word() => Ok(*key),
        [_] => Err(Ending::Conflict("An organisation of this kind has no such role.")),
        [] => Err(Ending::Conflict("There is no organisation of this name.")),
        _ => Err(Ending::Conflict("Several organisations have this name; add the person by the pages.")),
    }
}

/// What went wrong, for whoever typed the command.
fn sentence(ending: Ending) -> String {
    match ending {
        Ending::Conflict(text) => text.to_owned(),
        other => format!("That did not work, and nothing was changed: {other:?}."),
    }
}
