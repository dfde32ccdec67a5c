//! Planned Absences: the list, entering one, withdrawing it.

use super::{
    codes::Codes,
    decision, plannable,
    planned::{self, NewPlan, PartOfDay, Planned, Show},
    status::Status,
};
use crate::{
    accounts::deeds::PlanAbsence,
    shell::{self, Frame},
};
use askama::Template;
use chrono::TimeDelta;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing, clock,
    form::LINE,
    ids::PublicId,
    problem::OrMissing,
    web::{Flash, Ids, Query, refused, search},
};
use ui::pagination::Pages;

const PER_PAGE: u64 = 50;
/// Where searches for a learner are kept.
const SEARCH: &str = "planned-absences";
/// How long back an absence may begin that is entered now.
const MOST_DAYS_BACK: TimeDelta = TimeDelta::days(31);
/// How long one entry may last.
const MOST_DAYS: TimeDelta = TimeDelta::days(366);

#[derive(Template)]
#[template(path = "attendance/views/planned_absences.html")]
struct ListPage {
    frame: Frame,
    shows: Vec<(&'static str, &'static str, bool)>,
    may_withdraw: bool,
    rows: Vec<Row>,
    pages: Pages,
}

struct Row {
    id: String,
    name: String,
    school: String,
    days: String,
    part: &'static str,
    code: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "attendance/views/planned_absence_new.html")]
struct NewPage {
    frame: Frame,
    form: Form,
    search: Form,
    too_many: bool,
    learners: Vec<(String, String)>,
    parts: Vec<(&'static str, &'static str)>,
    codes: Vec<(String, String)>,
}

/// `GET /clm/planned-absences`
pub fn planned_page(
    _permit: Permit<PlanAbsence>,
    r: &mut Reading<'_>,
    Query(query): Query,
) -> Result<Answer, Ending> {
    let show = Show::parse(query.value("show"));
    let wanted = query.value("page").parse().unwrap_or(1);
    let address = format!("/clm/planned-absences?show={}", show.word());
    let pages = Pages::new(wanted, PER_PAGE, planned::count(r, show)?, address);
    let rows = planned::list(r, show, &pages)?.into_iter().map(row).collect();
    let mut frame = shell::frame(r, "Planned absences");
    frame.crumbs = vec![shell::crumb("Home", "/clm")];
    Answer::page(&ListPage {
        frame,
        shows: Show::ALL.map(|one| (one.word(), one.label(), one == show)).to_vec(),
        may_withdraw: show != Show::Withdrawn,
        rows,
        pages,
    })
}

fn row(one: Planned) -> Row {
    let (from, to) = (clock::short_date(one.from_on), clock::short_date(one.to_on));
    Row {
        id: one.public_id.to_string(),
        name: format!("{}, {}", one.surname, one.first_name),
        days: if from == to { from } else { format!("{from} to {to}") },
        part: one.part().label(),
        school: one.school_name,
        code: one.dfe_code,
        reason: one.reason,
    }
}

/// `GET /clm/planned-absences/new`
pub fn new_plan_page(
    _permit: Permit<PlanAbsence>,
    r: &mut Reading<'_>,
    Query(query): Query,
) -> Result<Answer, Ending> {
    let form = Form::empty().with("search", query.value("search")).with("part", PartOfDay::All.word());
    Answer::page(&new_page(r, form)?)
}

fn new_page(s: &mut Session<'_>, form: Form) -> Result<NewPage, Ending> {
    let search = search::find(s, SEARCH, form.value("search"))?;
    let mut found = plannable::list(s, search.value("surname"))?;
    let too_many = found.len() > plannable::MOST;
    found.truncate(plannable::MOST);
    let learners = std::iter::once((String::new(), "Choose a learner".to_owned()))
        .chain(found.into_iter().map(|one| (one.public_id.to_string(), one.label)))
        .collect();
    let codes = Codes::load(s)?;
    let mut options = vec![(String::new(), "Choose a code".to_owned())];
    options.extend(decision::options(&codes, Status::Authorised, s.today()));
    let mut frame = shell::frame(s, "New planned absence");
    frame.crumbs = vec![
        shell::crumb("Home", "/clm"),
        shell::crumb("Planned absences", "/clm/planned-absences"),
    ];
    Ok(NewPage {
        frame,
        form,
        search,
        too_many,
        learners,
        parts: PartOfDay::ALL.map(|part| (part.word(), part.label())).to_vec(),
        codes: options,
    })
}

/// `POST /clm/planned-absences/searching`
pub fn search_plannable(
    _permit: Permit<PlanAbsence>,
    w: &mut Writing<'_>,
    form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let id = search::keep(w, SEARCH, &form, &["surname"])?;
    let to = format!("/clm/planned-absences/new?search={id}");
    Ok(w.event("learners.searched").then(Answer::see_other(to)))
}

/// `POST /clm/planned-absences`
pub fn add_plan(
    _permit: Permit<PlanAbsence>,
    w: &mut Writing<'_>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let learner = form.required("learner", LINE, "Choose the learner");
    let plan = read(w, &mut form)?;
    let learner = match PublicId::parse(&learner) {
        Some(id) => Some(plannable::open(w, &id)?.or_missing()?),
        None => {
            form.refuse("learner", "Choose the learner");
            None
        }
    };
    let (Some(learner), Some(plan)) = (learner, plan) else {
        return Err(refused(&new_page(w, form)?));
    };
    if planned::clashes(w, learner.key(), &plan)? {
        form.refuse("from", "This learner has a planned absence on one of these days already");
        return Err(refused(&new_page(w, form)?));
    }
    let key = planned::add(w, learner.key(), learner.school(), &plan)?;
    let told = Flash::success(
        "The absence is entered",
        "Tutors read its code in the registers of these days, and it is proposed when you decide.",
    );
    let event = w
        .event("planned-absence.added")
        .about("planned_absence", key.0)
        .learners([learner.key().0]);
    Ok(event.then(Answer::see_other("/clm/planned-absences").telling(told)))
}

/// Dates, part of day, code and reason of the form; `None` when one of them is wrong.
fn read(s: &mut Session<'_>, form: &mut Form) -> Result<Option<NewPlan>, Ending> {
    let (from, to) = (form.date("from"), form.date("to"));
    if from.is_none() {
        form.refuse("from", "Enter the first day");
    }
    let to = to.or(from.filter(|_| form.value("to").is_empty()));
    if let (Some(from), Some(to)) = (from, to) {
        if from < s.today() - MOST_DAYS_BACK {
            form.refuse("from", "Enter a first day that is not more than 31 days ago");
        }
        if to < from {
            form.refuse("to", "Enter a last day that is not before the first day");
        } else if to - from > MOST_DAYS {
            form.refuse("to", "Enter a last day within a year of the first day");
        }
    }
    let part = form.text("part", LINE);
    let part = PartOfDay::parse(&part);
    if part.is_none() {
        form.refuse("part", "Choose the part of the day");
    }
    let code = form.required("code", LINE, "Choose the DfE code");
    let reason = form.text("reason", LINE);
    if let (Some(from), Some(to)) = (from, to)
        && !code.is_empty()
        && !planned::takes_code(&Codes::load(s)?, &code, from, to)
    {
        form.refuse("code", "Choose a code for an authorised absence that is in use on all of these days");
    }
    Ok(match (from, to, part) {
        (Some(from_on), Some(to_on), Some(part)) if form.is_good() => Some(NewPlan {
            from_on,
            to_on,
            part,
            dfe_code: code.to_uppercase(),
            reason,
        }),
        _ => None,
    })
}

/// `POST /clm/planned-absences/{planned}/withdrawing`
pub fn withdraw_plan(
    _permit: Permit<PlanAbsence>,
    w: &mut Writing<'_>,
    Ids([id]): Ids<1>,
) -> Result<Recorded<Answer>, Ending> {
    let one = planned::open(w, &id)?.or_missing()?;
    let withdrawn = planned::withdraw(w, &one)?;
    let told = if withdrawn {
        Flash::success(
            "The planned absence is withdrawn",
            "Tutors do not see it any more. What was decided by it stays.",
        )
    } else {
        Flash::notice("It was withdrawn already", "")
    };
    let event = w
        .event("planned-absence.withdrawn")
        .about("planned_absence", one.key().0)
        .learners([one.learner.0]);
    Ok(event.then(Answer::see_other("/clm/planned-absences").telling(told)))
}
