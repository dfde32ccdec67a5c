//! My Account: one's own name, password, sessions and organisations; and forms that outlived a
//! session.

use super::{
    link_pages::chosen,
    sessions::{self, SignedInBrowser},
};
use crate::{
    schema::person,
    shell::{self, Frame},
};
use askama::Template;
use diesel::prelude::*;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing,
    access::SignedIn,
    clock,
    ids::PersonKey,
    password::Password,
    problem::OrMissing,
    web::{Flash, Ids, Steps, kept, refused},
};

#[derive(Template)]
#[template(path = "accounts/views/account.html")]
struct AccountPage {
    frame: Frame,
    form: Form,
    name: String,
    username: String,
    email: String,
    parts: Vec<String>,
    browsers: Vec<Browser>,
}

struct Browser {
    public_id: String,
    agent: String,
    since: String,
    used: String,
    this: bool,
}

#[derive(Template)]
#[template(path = "accounts/views/kept.html")]
struct KeptPage {
    frame: Frame,
    path: String,
    fields: Vec<(String, String)>,
}

fn account(s: &mut Session<'_>, form: Form) -> Result<AccountPage, Ending> {
    let actor = s.actor()?.clone();
    let (name, username, email): (String, String, String) = person::table
        .filter(person::id.eq(actor.person))
        .select((person::name, person::username, person::email))
        .first(s.db())?;
    let browser = |one: SignedInBrowser| Browser {
        this: one.key == actor.session,
        public_id: one.public_id.to_string(),
        agent: describe(&one.agent),
        since: clock::moment(one.created_at),
        used: clock::moment(one.used_at),
    };
    let browsers = sessions::list(s, actor.person)?.into_iter().map(browser).collect();
    let parts = s
        .context()
        .caller
        .standing
        .as_ref()
        .map(|standing| standing.choices.iter().map(|c| c.label.clone()).collect())
        .unwrap_or_default();
    Ok(AccountPage {
        frame: shell::frame(s, "My account"),
        form,
        name,
        username,
        email,
        parts,
        browsers,
    })
}

/// A browser's own name, in words that its owner recognises.
fn describe(agent: &str) -> String {
    let has = |word: &str| agent.contains(word);
    let browser = if has("Edg/") {
        "Edge"
    } else if has("Firefox/") {
        "Firefox"
    } else if has("Chrome/") {
        "Chrome"
    } else if has("Safari/") {
        "Safari"
    } else {
        "A browser"
    };
    let system = if has("iPhone") {
        "on an iPhone"
    } else if has("Android") {
        "on Android"
    } else if has("Windows") {
        "on Windows"
    } else if has("Mac OS") {
        "on a Mac"
    } else if has("Linux") {
        "on Linux"
    } else {
        "on a device"
    };
    format!("{browser} {system}")
}

/// `GET /account`
pub fn account_page(_permit: Permit<SignedIn>, r: &mut Reading<'_>) -> Result<Answer, Ending> {
    Answer::page(&account(r, Form::empty())?)
}

/// `POST /account/organisation`: Active School.
pub fn switch_organisation(
    permit: Permit<SignedIn>,
    w: &mut Writing<'_>,
    form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let wanted = platform::ids::PublicId::parse(form.value("organisation")).or_missing()?;
    let actor = permit.actor();
    if !sessions::switch(w, actor.session, &wanted)? {
        return Err(Ending::Missing);
    }
    Ok(w.event("membership.switched")
        .about("person", actor.person.0)
        .then(Answer::see_other("/clm")))
}

/// `POST /account/sessions/{session}/ending`
pub fn end_session(
    permit: Permit<SignedIn>,
    w: &mut Writing<'_>,
    Ids([session]): Ids<1>,
) -> Result<Recorded<Answer>, Ending> {
    let person = permit.actor().person;
    if !sessions::end(w, person, &session)? {
        return Err(Ending::Missing);
    }
    let told = Flash::success("That browser is signed out", "Whoever is at it must sign in again.");
    Ok(w.event("session.ended")
        .about("person", person.0)
        .then(Answer::see_other("/account").telling(told)))
}

/// `POST /account/sign-out-everywhere`
pub fn sign_out_everywhere(
    permit: Permit<SignedIn>,
    w: &mut Writing<'_>,
) -> Result<Recorded<Answer>, Ending> {
    let actor = permit.actor();
    let ended = sessions::end_all(w, actor.person, Some(actor.session))?;
    let text = match ended {
        0 => "You were signed in nowhere else.".to_owned(),
        1 => "One other browser was signed out. You are still signed in here.".to_owned(),
        n => format!("{n} other browsers were signed out. You are still signed in here."),
    };
    let event = w.event("sessions.ended").about("person", actor.person.0).with("count", ended);
    Ok(event.then(Answer::see_other("/account").telling(Flash::success("Signed out everywhere else", text))))
}

/// `POST /account/password`
pub async fn change_password(
    permit: Permit<SignedIn>,
    steps: Steps,
    mut form: Form,
) -> Result<Answer, Ending> {
    let actor = permit.actor().clone();
    let owner: PersonKey = actor.person;
    let (username, hash): (String, Option<String>) = steps
        .read(move |r| {
            Ok(person::table
                .filter(person::id.eq(owner))
                .select((person::username, person::password_hash))
                .first(r.db())?)
        })
        .await?;
    let password = chosen(&mut form, &username);
    let right = steps
        .app()
        .gate()
        .verify(&Password::typed(form.value("current")), hash.as_deref())
        .await?;
    if !right {
        form.refuse("current", "This is not your password");
    }
    let (Some(password), true) = (password, right) else {
        return Err(steps.read(move |r| Ok(refused(&account(r, form)?))).await?);
    };
    let hash = steps.app().gate().hash(&password).await?;
    steps
        .write(move |w| {
            super::person::set_password_hash(w, owner, &hash)?;
            sessions::end_all(w, owner, Some(actor.session))?;
            Ok(w.event("password.set").about("person", owner.0).then(()))
        })
        .await?;
    Ok(Answer::see_other("/account")
        .telling(Flash::success("Your password is changed", "You were signed out everywhere else.")))
}

/// `GET /kept/{form}`: what was being saved when the session ended.
pub fn kept_page(permit: Permit<SignedIn>, r: &mut Reading<'_>, Ids([id]): Ids<1>) -> Result<Answer, Ending> {
    let form = kept::open(r, permit.actor().person, &id)?.or_missing()?;
    let frame = shell::frame(r, "Your work was kept");
    Answer::page(&KeptPage {
        frame,
        path: form.path,
        fields: form.form.fields().to_vec(),
    })
}
