//! Signing in and out.

use super::{
    sessions,
    sign_in::{self, Outcome},
};
use crate::shell::{self, Frame};
use askama::Template;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Writing,
    access::{Anyone, HalfwayIn, SignedIn, Who},
    form::LINE,
    ids::PublicId,
    password::Password,
    web::{Flash, Origination, Query, Steps, refused},
};

/// Where everybody begins after signing in: it leads on, by role.
const HOME: &str = "/";

#[derive(Template)]
#[template(path = "accounts/views/sign_in.html")]
struct SignInPage {
    frame: Frame,
    form: Form,
}

#[derive(Template)]
#[template(path = "accounts/views/accept_terms.html")]
struct AcceptTermsPage {
    frame: Frame,
    form: Form,
    terms: String,
}

#[derive(Template)]
#[template(path = "accounts/views/terms.html")]
struct TermsPage {
    frame: Frame,
    terms: String,
}

/// `GET /sign-in`
pub fn sign_in_page(
    permit: Permit<Anyone>,
    r: &mut Reading<'_>,
    Query(query): Query,
) -> Result<Answer, Ending> {
    if matches!(permit.who(), Who::Actor(_)) {
        return Ok(Answer::see_other(next(&query)));
    }
    let form = Form::empty().with("next", query.value("next")).with("kept", query.value("kept"));
    Answer::page(&SignInPage { frame: shell::plain(r.context(), "Sign in"), form })
}

/// `POST /sign-in`
pub async fn sign_in(
    _permit: Permit<Anyone>,
    steps: Steps,
    mut form: Form,
    from: Origination,
) -> Result<Answer, Ending> {
    let login = form.required("username", LINE, "Enter your username or work e-mail");
    let password = form.value("password").to_owned();
    if password.is_empty() {
        form.refuse("password", "Enter your password");
    }
    if !form.is_good() {
        return Err(refused(&SignInPage {
            frame: shell::plain(steps.context(), "Sign in"),
            form,
        }));
    }
    let address = from.address;
    let attempt = steps.read(move |r| sign_in::prepare(r, &login, address)).await?;
    let right = steps.app().gate().verify(&Password::typed(&password), attempt.hash().as_deref()).await?;
    let accepts = form.ticked("terms");
    let outcome = steps.write(move |w| sign_in::conclude(w, &attempt, right, accepts, &from)).await?;
    match outcome {
        Outcome::Begun { token, half: true } => {
            Ok(Answer::see_other("/sign-in/terms").starting_session(token))
        }
        Outcome::Begun { token, half: false } => Ok(Answer::see_other(next(&form)).starting_session(token)),
        Outcome::Refused => {
            form.refuse(
                "username",
                "The username or the password is not right, or there were too many attempts. Check both, or wait five minutes and try again",
            );
            Ok(Answer::page(&SignInPage {
                frame: shell::plain(steps.context(), "Sign in"),
                form,
            })?
            .as_refusal())
        }
    }
}

/// Where to go after signing in: a kept form first, else a page of ours.
fn next(form: &Form) -> String {
    if let Some(kept) = PublicId::parse(form.value("kept")) {
        return format!("/kept/{kept}");
    }
    let wanted = form.value("next");
    let ours = wanted.starts_with('/') && !wanted.starts_with("//") && !wanted.contains(['\\', '\r', '\n']);
    if ours { wanted.to_owned() } else { HOME.to_owned() }
}

/// `GET /sign-in/terms`
pub fn accept_terms_page(_permit: Permit<HalfwayIn>, r: &mut Reading<'_>) -> Result<Answer, Ending> {
    let terms = sessions::terms_in_force(r)?.map(|(_, text)| text).unwrap_or_default();
    Answer::page(&AcceptTermsPage {
        frame: shell::plain(r.context(), "Terms & Conditions"),
        form: Form::empty(),
        terms,
    })
}

/// `POST /sign-in/terms`
pub fn accept_terms(
    permit: Permit<HalfwayIn>,
    w: &mut Writing<'_>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    if !form.ticked("terms") {
        form.refuse("terms", "Tick the box to accept the Terms & Conditions, or leave without signing in");
        let terms = sessions::terms_in_force(w)?.map(|(_, text)| text).unwrap_or_default();
        return Err(refused(&AcceptTermsPage {
            frame: shell::plain(w.context(), "Terms & Conditions"),
            form,
            terms,
        }));
    }
    let halfway = permit.halfway();
    sessions::accept_terms(w, halfway.person)?;
    if !sessions::go_in(w, halfway.session, halfway.person)? {
        return Err(Ending::SignIn);
    }
    Ok(w.event("terms.accepted").about("person", halfway.person.0).then(Answer::see_other(HOME)))
}

/// `GET /terms`
pub fn terms_page(_permit: Permit<Anyone>, r: &mut Reading<'_>) -> Result<Answer, Ending> {
    let terms = sessions::terms_in_force(r)?.map(|(_, text)| text).unwrap_or_default();
    Answer::page(&TermsPage {
        frame: shell::public(r.context(), "Terms & Conditions"),
        terms,
    })
}

/// `POST /sign-out`
pub fn sign_out(permit: Permit<SignedIn>, w: &mut Writing<'_>) -> Result<Recorded<Answer>, Ending> {
    let actor = permit.actor();
    sessions::end_own(w, actor.session)?;
    let answer = Answer::see_other("/sign-in")
        .ending_session()
        .telling(Flash::success("You are signed out", "Nobody at this browser can see your work now."));
    Ok(w.event("sign-in.ended").about("person", actor.person.0).then(answer))
}
