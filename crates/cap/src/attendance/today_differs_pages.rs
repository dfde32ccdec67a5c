//! A register's history, a learner who turned up unexpected, a colleague who covers.

use super::{
    history::{self, Step},
    register::Register,
    register_view::{self as view, Head},
    today_differs,
};
use crate::{
    accounts::deeds::{MarkRegister, ViewRegisters},
    shell::{self, Frame},
};
use askama::Template;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing, clock,
    form::LINE,
    ids::PublicId,
    problem::OrMissing,
    web::{Flash, Ids, refused},
};

#[derive(Template)]
#[template(path = "attendance/views/register_history.html")]
struct HistoryPage {
    frame: Frame,
    head: Head,
    steps: Vec<(String, Step)>,
}

#[derive(Template)]
#[template(path = "attendance/views/register_choose.html")]
struct ChoosePage {
    frame: Frame,
    head: Head,
    form: Form,
    field: &'static str,
    label: &'static str,
    hint: String,
    action: String,
    button: &'static str,
    options: Vec<(String, String)>,
}

fn frame(s: &Session<'_>, title: &str, id: &PublicId) -> Frame {
    let mut frame = shell::frame(s, title);
    let register = format!("/clm/registers/{id}");
    frame.crumbs = vec![
        shell::crumb("Home", "/clm"),
        shell::crumb("Registers", "/clm/registers"),
        shell::crumb("Register", &register),
    ];
    frame
}

/// `GET /clm/registers/{lesson}/history`
pub fn history_page(
    _permit: Permit<ViewRegisters>,
    r: &mut Reading<'_>,
    Ids([id]): Ids<1>,
) -> Result<Answer, Ending> {
    let register = Register::open(r, &id)?.or_missing()?;
    let steps = history::of_register(r, &register)?;
    let steps = steps.into_iter().map(|step| (clock::moment(step.at), step)).collect();
    let head = view::head(r, &register)?;
    Answer::page(&HistoryPage {
        head,
        steps,
        frame: frame(r, "Every change of this register", &id),
    })
}

fn open_for_marks(s: &mut Session<'_>, id: &PublicId) -> Result<Register, Ending> {
    let register = Register::open(s, id)?.or_missing()?;
    if register.is_open_to_marks(s.now()) {
        Ok(register)
    } else {
        Err(Ending::Conflict(
            "This lesson is cancelled, or its register is not open yet. Nothing was changed.",
        ))
    }
}

fn unexpected(s: &mut Session<'_>, register: &Register, form: Form) -> Result<ChoosePage, Ending> {
    let id = &register.lesson.public_id;
    let learners = today_differs::not_in(s, register)?;
    let options = learners.into_iter().map(|one| {
        (one.reference.to_string(), format!("{}, {} ({})", one.surname, one.first_name, one.cohort))
    });
    let phone = crate::accounts::settings::text(s.settings(), "contact_phone");
    let ring = if phone.is_empty() { String::new() } else { format!(" on {phone}") };
    Ok(ChoosePage {
        head: view::head(s, register)?,
        options: std::iter::once((String::new(), "Choose a learner".to_owned())).chain(options).collect(),
        field: "learner",
        label: "Learner",
        hint: format!(
            "Your learners of other groups and courses. Somebody who is not in this list has no placement with you: ring the service{ring} before they join in"
        ),
        action: format!("/clm/registers/{id}/unexpected"),
        button: "Add to the register",
        frame: frame(s, "Add a learner who turned up unexpected", id),
        form,
    })
}

/// `GET /clm/registers/{lesson}/unexpected`
pub fn unexpected_page(
    _permit: Permit<MarkRegister>,
    r: &mut Reading<'_>,
    Ids([id]): Ids<1>,
) -> Result<Answer, Ending> {
    let register = open_for_marks(r, &id)?;
    Answer::page(&unexpected(r, &register, Form::empty())?)
}

/// `POST /clm/registers/{lesson}/unexpected`
pub fn add_unexpected(
    _permit: Permit<MarkRegister>,
    w: &mut Writing<'_>,
    Ids([id]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let register = open_for_marks(w, &id)?;
    let chosen = form.required("learner", LINE, "Choose the learner who turned up");
    let who = today_differs::not_in(w, &register)?
        .into_iter()
        .find(|one| one.reference.as_str() == chosen);
    let Some(who) = who else {
        form.refuse("learner", "Choose a learner from the list");
        return Err(refused(&unexpected(w, &register, form)?));
    };
    today_differs::add(w, &register, &who)?;
    let told = Flash::success(
        "The learner is on the register",
        "The home school and the service have been told. Mark the learner now.",
    );
    let event = w
        .event("register.unexpected")
        .about("lesson", register.lesson.key.0)
        .learners([who.learner]);
    Ok(event.then(Answer::see_other(format!("/clm/registers/{id}/edit")).telling(told)))
}

fn cover(s: &mut Session<'_>, register: &Register, form: Form) -> Result<ChoosePage, Ending> {
    let id = &register.lesson.public_id;
    let staff = today_differs::colleagues(s, register)?;
    let now = staff.iter().find(|one| Some(one.key) == register.lesson.cover);
    let form = match now {
        Some(one) if !form.contains("cover") => form.with("cover", &one.public_id),
        _ => form,
    };
    let options = staff.iter().map(|one| (one.public_id.to_string(), one.name.clone()));
    Ok(ChoosePage {
        head: view::head(s, register)?,
        options: std::iter::once((String::new(), "Nobody: the tutor is here".to_owned()))
            .chain(options)
            .collect(),
        field: "cover",
        label: "Who covers this lesson",
        hint: "Stands on the register for everybody who sees it".to_owned(),
        action: format!("/clm/registers/{id}/cover"),
        button: "Save",
        frame: frame(s, "A colleague covers this lesson", id),
        form,
    })
}

/// `GET /clm/registers/{lesson}/cover`
pub fn cover_page(
    _permit: Permit<MarkRegister>,
    r: &mut Reading<'_>,
    Ids([id]): Ids<1>,
) -> Result<Answer, Ending> {
    let register = open_for_marks(r, &id)?;
    Answer::page(&cover(r, &register, Form::empty())?)
}

/// `POST /clm/registers/{lesson}/cover`
pub fn set_cover(
    _permit: Permit<MarkRegister>,
    w: &mut Writing<'_>,
    Ids([id]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let register = open_for_marks(w, &id)?;
    let chosen = form.text("cover", LINE);
    let who = today_differs::colleagues(w, &register)?
        .into_iter()
        .find(|one| one.public_id.as_str() == chosen);
    if who.is_none() && !chosen.is_empty() {
        form.refuse("cover", "Choose one of your colleagues from the list");
    }
    if !form.is_good() {
        return Err(refused(&cover(w, &register, form)?));
    }
    let name = who.as_ref().map(|one| one.name.clone());
    today_differs::cover(w, register.lesson.key, who.map(|one| one.key))?;
    let text = match name {
        Some(name) => format!("{name} stands on the register now."),
        None => "The tutor of the timetable stands on the register again.".to_owned(),
    };
    let event = w.event("register.cover").about("lesson", register.lesson.key.0);
    Ok(event.then(Answer::see_other(format!("/clm/registers/{id}")).telling(Flash::success("Saved", text))))
}
