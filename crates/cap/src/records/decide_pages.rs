//! CAP staff's list of corrections, and deciding one.

use super::{
    ask_pages::said,
    correction::{self, Correction},
    correction_apply::{self, Refusal},
    correction_field::About,
};
use crate::{
    accounts::deeds::DecideCorrection,
    schema::{cohort, learner, organisation, training_record},
    shell::{self, Frame, crumb},
};
use askama::Template;
use axum::http::StatusCode;
use diesel::prelude::*;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing,
    form::TEXT,
    ids::PublicId,
    problem::OrMissing,
    web::{Flash, Ids, refused, with_status},
};

#[derive(Template)]
#[template(path = "records/views/corrections.html")]
struct ListPage {
    frame: Frame,
    open: Vec<Correction>,
    decided: Vec<Correction>,
}

/// `GET /clm/corrections`
pub fn corrections_page(_permit: Permit<DecideCorrection>, r: &mut Reading<'_>) -> Result<Answer, Ending> {
    let (open, decided) = correction::list(r)?;
    Answer::page(&ListPage {
        frame: shell::frame(r, "Corrections"),
        open,
        decided,
    })
}

#[derive(Template)]
#[template(path = "records/views/correction.html")]
struct DecidePage {
    frame: Frame,
    form: Form,
    one: Correction,
    stood: String,
    wanted: String,
    /// The page on which the field is changed: its name and address.
    place: (&'static str, String),
    /// Why nothing was changed, though it was accepted.
    clash: Option<String>,
}

fn page(s: &mut Session<'_>, one: Correction, form: Form) -> Result<DecidePage, Ending> {
    let mut frame = shell::frame(s, "Decide a correction");
    frame.crumbs = vec![crumb("Home", "/clm"), crumb("Corrections", "/clm/corrections")];
    Ok(DecidePage {
        frame,
        form,
        stood: said(one.field, &one.stood),
        wanted: said(one.field, &one.wanted),
        place: place(s, &one)?,
        one,
        clash: None,
    })
}

/// Where CAP staff change the field by hand.
fn place(s: &mut Session<'_>, one: &Correction) -> Result<(&'static str, String), Ending> {
    let record = training_record::table.filter(training_record::id.eq(one.record()));
    Ok(match one.field.about {
        About::Learner => {
            let who = learner::table.filter(learner::id.eq(one.learner()));
            let id: PublicId = who.select(learner::public_id).first(s.db())?;
            ("the learner's page", format!("/clm/learners/{id}/details"))
        }
        About::Training => {
            let id: PublicId = record.inner_join(cohort::table).select(cohort::public_id).first(s.db())?;
            ("the course cohort's page", format!("/clm/cohorts/{id}"))
        }
        About::School => {
            let school = organisation::table.on(organisation::id.eq(training_record::school_id));
            let id: PublicId = record.inner_join(school).select(organisation::public_id).first(s.db())?;
            ("the school's page", format!("/admin/organisations/{id}"))
        }
        About::Provider => {
            let provider = organisation::table.on(organisation::id.eq(training_record::provider_id));
            let id: PublicId = record.inner_join(provider).select(organisation::public_id).first(s.db())?;
            ("the provider's page", format!("/admin/organisations/{id}"))
        }
    })
}

/// `GET /clm/corrections/{correction}`
pub fn correction_page(
    _permit: Permit<DecideCorrection>,
    r: &mut Reading<'_>,
    Ids([id]): Ids<1>,
) -> Result<Answer, Ending> {
    let one = correction::open(r, &id)?.or_missing()?;
    Answer::page(&page(r, one, Form::empty())?)
}

/// `POST /clm/corrections/{correction}`
pub fn decide_correction(
    _permit: Permit<DecideCorrection>,
    w: &mut Writing<'_>,
    Ids([id]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let one = correction::open(w, &id)?.or_missing()?;
    if one.decided.is_some() {
        return Err(Ending::Conflict(correction::DECIDED));
    }
    let accepted =
        form.required_parsed("decision", "Choose whether you accept or refuse it", |word| match word {
            "accept" => Ok(true),
            "refuse" => Ok(false),
            _ => Err("Choose whether you accept or refuse it"),
        });
    let answer = form.text("answer", TEXT);
    if accepted == Some(false) && answer.is_empty() && form.problem("answer").is_none() {
        form.refuse("answer", "Say why, so that they need not ask again");
    }
    let (Some(accepted), true) = (accepted, form.is_good()) else {
        return Err(refused(&page(w, one, form)?));
    };
    if accepted && one.field.is_ours_to_change() {
        match correction_apply::apply(w, &one)? {
            Ok(()) => {}
            Err(Refusal::Changed(now)) => {
                let clash = format!(
                    "Since it was asked the field has changed: it says {} now.",
                    said(one.field, &now)
                );
                let page = page(w, one, form)?;
                return Err(with_status(StatusCode::CONFLICT, &DecidePage { clash: Some(clash), ..page }));
            }
            Err(Refusal::Wrong(sentence)) => {
                form.refuse("decision", sentence);
                return Err(refused(&page(w, one, form)?));
            }
        }
    }
    correction::decide(w, &one, accepted, &answer)?;
    let (place, href) = place(w, &one)?;
    let (heading, text) = match (accepted, one.field.is_ours_to_change()) {
        (false, _) => ("The correction is refused", "Those who asked are told, with your answer.".to_owned()),
        (true, true) => (
            "The correction is accepted",
            "The field is changed, and those who asked are told.".to_owned(),
        ),
        (true, false) => (
            "The correction is accepted",
            format!("Those who asked are told. Change the field itself now, on {place}."),
        ),
    };
    let to = if accepted && !one.field.is_ours_to_change() {
        href
    } else {
        "/clm/corrections".to_owned()
    };
    Ok(w.event("correction.decided")
        .about("correction", one.key().0)
        .learners([one.learner().0])
        .with("accepted", accepted)
        .with("field", one.field.word())
        .then(Answer::see_other(to).telling(Flash::success(heading, text))))
}
