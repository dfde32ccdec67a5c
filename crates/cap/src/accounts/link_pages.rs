//! Forgotten passwords, and the pages behind mailed links.

use super::links;
use crate::{
    schema::person,
    shell::{self, Frame},
};
use askama::Template;
use diesel::prelude::*;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Writing,
    access::Anyone,
    form::LINE,
    ids::PersonKey,
    password::Password,
    problem::OrMissing,
    text::fold_login,
    web::{Flash, Steps, Token, Word, refused},
};

#[derive(Template)]
#[template(path = "accounts/views/forgot_password.html")]
struct ForgotPasswordPage {
    frame: Frame,
    form: Form,
}

#[derive(Template)]
#[template(path = "accounts/views/new_password.html")]
struct NewPasswordPage {
    frame: Frame,
    form: Form,
    token: String,
}

/// `GET /forgot-password`
pub fn forgot_password_page(_permit: Permit<Anyone>, r: &mut Reading<'_>) -> Result<Answer, Ending> {
    Answer::page(&ForgotPasswordPage {
        frame: shell::plain(r.context(), "Forgot password?"),
        form: Form::empty(),
    })
}

/// `POST /forgot-password`: the same answer whether there is such an account or not.
pub fn forgot_password(
    _permit: Permit<Anyone>,
    w: &mut Writing<'_>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let login = fold_login(&form.required("username", LINE, "Enter your username or work e-mail"));
    if !form.is_good() {
        return Err(refused(&ForgotPasswordPage {
            frame: shell::plain(w.context(), "Forgot password?"),
            form,
        }));
    }
    let found: Option<PersonKey> = person::table
        .filter(person::username.eq(&login).or(person::email.eq(&login)))
        .filter(person::ended_at.is_null())
        .select(person::id)
        .first(w.db())
        .optional()?;
    let event = w.event("password.link-asked");
    let event = match found {
        Some(who) => {
            links::reset(w, who)?;
            event.about("person", who.0)
        }
        None => event,
    };
    let told = Flash::success(
        "Look into your mailbox",
        "If there is an account of this name, a link to choose a new password is on its way. It works for two hours.",
    );
    Ok(event.then(Answer::see_other("/sign-in").telling(told)))
}

/// `GET /links/{token}`
pub fn new_password_page(
    _permit: Permit<Anyone>,
    r: &mut Reading<'_>,
    Word(text): Word,
) -> Result<Answer, Ending> {
    let token = Token::parse(&text).or_missing()?;
    links::open(r, &token)?.or_missing()?;
    Answer::page(&NewPasswordPage {
        frame: shell::plain(r.context(), "Choose a password"),
        form: Form::empty(),
        token: text,
    })
}

/// `POST /links/{token}`
pub async fn new_password(
    _permit: Permit<Anyone>,
    steps: Steps,
    Word(text): Word,
    mut form: Form,
) -> Result<Answer, Ending> {
    let token = Token::parse(&text).or_missing()?;
    let link = steps.read(move |r| links::open(r, &token)).await?.or_missing()?;
    let Some(password) = chosen(&mut form, &link.username) else {
        return Err(refused(&NewPasswordPage {
            frame: shell::plain(steps.context(), "Choose a password"),
            form,
            token: text,
        }));
    };
    let hash = steps.app().gate().hash(&password).await?;
    steps.write(move |w| links::use_up(w, &link, &hash)).await?;
    let told =
        Flash::success("Your password is set", "Sign in with it now. You were signed out everywhere else.");
    Ok(Answer::see_other("/sign-in").telling(told))
}

/// A new password, typed twice and good enough; `None` leaves the sentence beside its field.
pub(super) fn chosen(form: &mut Form, username: &str) -> Option<Password> {
    let (typed, again) = (form.value("password").to_owned(), form.value("again").to_owned());
    match Password::parse(&typed, username) {
        Err(refusal) => form.refuse("password", refusal.to_string()),
        Ok(_) if typed != again => form.refuse("again", "The two passwords differ; type the same one twice"),
        Ok(password) => return Some(password),
    }
    None
}
