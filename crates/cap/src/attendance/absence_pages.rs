//! Unprocessed Absences: the list, deciding in it, and undoing.

use super::{
    absence::{self, Absence},
    codes::Codes,
    deciding,
    decision::{self, CHOICES},
    status::Status,
};
use crate::{
    accounts::deeds::DecideAbsence,
    learners::{glance::Glance, year::AcademicYear},
    shell::{self, Frame},
};
use askama::Template;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing, clock,
    form::LINE,
    ids::OrganisationKey,
    problem::OrMissing,
    web::{Flash, Ids, Query, refused},
};
use ui::{filters::ActiveFilter, pagination::Pages};

const PER_PAGE: u64 = 50;

#[derive(Template)]
#[template(path = "attendance/views/absences.html")]
struct AbsencesPage {
    frame: Frame,
    form: Form,
    rows: Vec<Row>,
    pages: Pages,
    /// For CAP staff: the schools to choose from.
    schools: Vec<(String, String)>,
    filters: Vec<ActiveFilter>,
    /// The choices of the decision, and of its code: the authorised ones, the unauthorised ones.
    choices: Vec<(&'static str, &'static str)>,
    authorised: Vec<(String, String)>,
    unauthorised: Vec<(String, String)>,
}

struct Row {
    value: String,
    ticked: bool,
    href: String,
    /// For those who can't see the row.
    name: String,
    contribution: String,
    ks4: String,
    day: String,
    date: String,
    period: String,
    start: String,
    due: String,
    colour: &'static str,
    known: Option<String>,
    decided_before: Option<String>,
    glance: Option<Glance>,
    absence: Absence,
}

/// `GET /clm/absences`
pub fn absences_page(
    _permit: Permit<DecideAbsence>,
    r: &mut Reading<'_>,
    Query(query): Query,
) -> Result<Answer, Ending> {
    Answer::page(&page(r, query)?)
}

/// The page for these fields: its filters, and of a form that comes back also what was ticked.
fn page(s: &mut Session<'_>, form: Form) -> Result<AbsencesPage, Ending> {
    let schools = absence::schools(s)?;
    let chosen = schools.iter().find(|(_, id, _)| id.as_str() == form.value("school"));
    let school: Option<OrganisationKey> = chosen.map(|(key, _, _)| *key);
    let filter = |(_, _, name): &(_, _, String)| ActiveFilter {
        label: format!("School: {name}"),
        remove_href: "/clm/absences".to_owned(),
    };
    let filters: Vec<ActiveFilter> = chosen.iter().map(|chosen| filter(chosen)).collect();
    let address =
        chosen.map_or("/clm/absences".to_owned(), |(_, id, _)| format!("/clm/absences?school={id}"));
    let wanted = form.value("page").parse().unwrap_or(1);
    let pages = Pages::new(wanted, PER_PAGE, absence::count(s, school)?, address);
    let absences = absence::list(s, school, &pages)?;
    let latest = absences.iter().map(|absence| absence.held_on).max().unwrap_or(s.today());
    let codes = Codes::load(s)?;
    let mut options = vec![(String::new(), "All schools".to_owned())];
    options.extend(schools.iter().map(|(_, id, name)| (id.to_string(), name.clone())));
    let mut frame = shell::frame(s, "Unprocessed Absences");
    frame.crumbs = vec![shell::crumb("Home", "/clm")];
    Ok(AbsencesPage {
        frame,
        rows: absences.into_iter().map(|absence| row(absence, &form)).collect(),
        pages,
        schools: if schools.is_empty() { Vec::new() } else { options },
        filters,
        choices: CHOICES.map(|status| (status.word(), status.label())).to_vec(),
        authorised: decision::options(&codes, Status::Authorised, latest),
        unauthorised: decision::options(&codes, Status::Unauthorised, latest),
        form,
    })
}

fn row(absence: Absence, form: &Form) -> Row {
    let value = deciding::reference(&absence.lesson, &absence.reference);
    Row {
        ticked: form.has("entry", &value),
        value,
        href: format!("/clm/registers/{}", absence.lesson),
        name: format!("{}, {}", absence.surname, absence.first_name),
        contribution: absence.contribution.map_or("x".to_owned(), |level| level.to_string()),
        ks4: AcademicYear::starting(i32::from(absence.ks4_year))
            .map_or_else(String::new, |year| year.to_string()),
        day: absence.held_on.format("%a").to_string(),
        date: clock::short_date(absence.held_on),
        period: format!("{}–{}", clock::hour(absence.starts), clock::hour(absence.ends)),
        start: clock::short_date(absence.entry_on),
        due: absence.due.label(),
        colour: absence.due.colour(),
        known: absence.known.as_ref().map(ToString::to_string),
        decided_before: absence.decided_before.map(clock::moment),
        glance: absence.glance.clone(),
        absence,
    }
}

/// The list as it was, for the redirect: only values of ours come back.
fn address(form: &Form) -> String {
    let school = platform::ids::PublicId::parse(form.value("school"));
    let page = form.value("page").parse::<u64>().ok().filter(|page| *page > 1);
    let parts: Vec<String> = [
        school.map(|id| format!("school={id}")),
        page.map(|page| format!("page={page}")),
    ]
    .into_iter()
    .flatten()
    .collect();
    if parts.is_empty() {
        "/clm/absences".to_owned()
    } else {
        format!("/clm/absences?{}", parts.join("&"))
    }
}

/// `POST /clm/absences/decisions`
pub fn decide_many(
    _permit: Permit<DecideAbsence>,
    w: &mut Writing<'_>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let ticked = deciding::open_ticked(w, &form)?;
    if ticked.is_empty() {
        form.refuse("entry", "Tick the absences that you decide on");
    }
    let chosen = form.text("decision", LINE);
    let status = CHOICES.into_iter().find(|status| status.word() == chosen);
    if status.is_none() {
        form.refuse("decision", "Choose whether the absences are authorised");
    }
    let decided = match status {
        Some(status) => deciding::decide(w, &ticked, status, &mut form)?,
        None => None,
    };
    let Some(decided) = decided.filter(|_| form.is_good()) else {
        return Err(refused(&page(w, form)?));
    };
    let skipped: Vec<String> = decided
        .skipped
        .iter()
        .map(|(lesson, record)| format!("training record {record} in lesson {lesson}"))
        .collect();
    let not_decided = if skipped.is_empty() {
        String::new()
    } else {
        format!(" Not decided, because they did not wait any more: {}.", skipped.join(", "))
    };
    let told = match decided.count {
        0 => Flash::notice("Nothing was decided", not_decided.trim_start()),
        count => Flash::success(
            if count == 1 { "1 absence decided".to_owned() } else { format!("{count} absences decided") },
            format!("The provider sees it in the register, and its tutors are told. You can undo this for 30 minutes.{not_decided}"),
        )
        .with_action("Undo", format!("/clm/absences/undoing/{}", decided.batch)),
    };
    let event = w
        .event("absences.decided")
        .learners(decided.learners)
        .with("batch", decided.batch.to_string())
        .with("marks", decided.count)
        .with("skipped", decided.skipped.len());
    Ok(event.then(Answer::see_other(address(&form)).telling(told)))
}

/// `POST /clm/absences/undoing/{batch}`
pub fn undo_decisions(
    _permit: Permit<DecideAbsence>,
    w: &mut Writing<'_>,
    Ids([id]): Ids<1>,
) -> Result<Recorded<Answer>, Ending> {
    let batch = deciding::open_batch(w, &id)?.or_missing()?;
    let list = Answer::see_other("/clm/absences");
    if batch.is_too_old(w.now()) {
        let told = Flash::problem(
            "It is too late to undo this",
            "Decisions can be undone for 30 minutes. You can still change each one in its register.",
        );
        return Ok(w.event("absences.undo-refused").with("batch", id.to_string()).then(list.telling(told)));
    }
    let undone = deciding::undo(w, &batch)?;
    let could_not = match undone.could_not {
        0 => String::new(),
        1 => " 1 could not be put back, because it was changed since.".to_owned(),
        n => format!(" {n} could not be put back, because they were changed since."),
    };
    let told = match undone.count {
        0 => Flash::notice("Nothing was undone", could_not.trim_start()),
        1 => {
            Flash::success("1 decision undone", format!("The absence waits for a decision again.{could_not}"))
        }
        n => Flash::success(
            format!("{n} decisions undone"),
            format!("The absences wait for a decision again.{could_not}"),
        ),
    };
    let event = w
        .event("absences.undone")
        .learners(undone.learners)
        .with("batch", id.to_string())
        .with("marks", undone.count)
        .with("could_not", undone.could_not);
    Ok(event.then(list.telling(told)))
}
