//! The page on which a course's qualification is chosen.

use super::{
    course_choice::{self, Choice},
    qualification::{self, Qualification},
};
use crate::{
    accounts::deeds::ManageCohorts,
    learners::cohort::{self, Cohort},
    shell::{self, Frame, crumb},
};
use askama::Template;
use axum::http::StatusCode;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing,
    form::LINE,
    problem::OrMissing,
    web::{Flash, Ids, refused, with_status},
};

#[derive(Template)]
#[template(path = "progress/views/course_choice.html")]
struct ChoicePage {
    frame: Frame,
    form: Form,
    course: String,
    action: String,
    back: String,
    choices: Vec<(String, String)>,
}

fn page(s: &Session<'_>, cohort: &Cohort, choice: &Choice, all: &[Qualification], form: Form) -> ChoicePage {
    let mut frame = shell::frame(s, "Qualification of the course");
    let back = format!("/clm/cohorts/{}", cohort.public_id());
    frame.crumbs = vec![
        crumb("Course Cohorts", "/clm/cohorts"),
        crumb(cohort.title(), &back),
    ];
    let none = (String::new(), "None of these: in words below".to_owned());
    let option = |one: &Qualification| {
        let of = one.particulars();
        (one.public_id().to_string(), format!("{} ({})", of.title, of.number))
    };
    ChoicePage {
        frame,
        form,
        course: choice.title.clone(),
        action: format!("{back}/qualification"),
        back,
        choices: std::iter::once(none).chain(all.iter().map(option)).collect(),
    }
}

/// `GET /clm/cohorts/{cohort}/qualification`
pub fn cohort_qualification_page(
    permit: Permit<ManageCohorts>,
    r: &mut Reading<'_>,
    Ids([id]): Ids<1>,
) -> Result<Answer, Ending> {
    let cohort = cohort::open(r, &id)?.or_missing()?;
    let choice = course_choice::of_cohort(r, &cohort)?;
    let all = qualification::of_partnership(r, permit.actor().partnership)?;
    let chosen = all.iter().find(|one| Some(one.key()) == choice.chosen);
    let form = Form::empty()
        .with("qualification", chosen.map_or("", |one| one.public_id().as_str()))
        .with("words", &choice.words)
        .with("version", choice.version);
    Answer::page(&page(r, &cohort, &choice, &all, form))
}

/// `POST /clm/cohorts/{cohort}/qualification`
pub fn choose_qualification(
    permit: Permit<ManageCohorts>,
    w: &mut Writing<'_>,
    Ids([id]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let cohort = cohort::open(w, &id)?.or_missing()?;
    let choice = course_choice::of_cohort(w, &cohort)?;
    let all = qualification::of_partnership(w, permit.actor().partnership)?;
    let words = form.text("words", LINE);
    let chosen = form.parsed("qualification", |id| {
        let found = all.iter().find(|one| one.public_id().as_str() == id);
        found.ok_or("Choose a qualification from the list")
    });
    if !form.is_good() {
        return Err(refused(&page(w, &cohort, &choice, &all, form)));
    }
    if form.value("version") != choice.version.to_string() {
        let now = all.iter().find(|one| Some(one.key()) == choice.chosen);
        let now = now.map_or("none of the list", |one| &one.particulars().title);
        let message = format!(
            "Somebody else has changed this meanwhile: now {now} is chosen. Save again if yours is right"
        );
        form.refuse("qualification", message);
        let form = form.with("version", choice.version);
        return Err(with_status(StatusCode::CONFLICT, &page(w, &cohort, &choice, &all, form)));
    }
    course_choice::choose(w, &choice, chosen, &words)?;
    let told = match chosen {
        Some(one) => Flash::success(
            "The qualification is chosen",
            format!("Tutors report progress in its units ({}) from now on.", one.units()),
        ),
        None => {
            Flash::success("No qualification is chosen", "The course has no units to report progress in now.")
        }
    };
    Ok(w.event("course.qualification-chosen")
        .about("course", choice.course().0)
        .then(Answer::see_other(format!("/clm/cohorts/{}", cohort.public_id())).telling(told)))
}
