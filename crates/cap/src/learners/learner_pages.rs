//! The list of learners, a learner's page, and adding one.

use super::{
    care, choices, clash,
    codes::{Ethnicity, Sex},
    details::{self, Details},
    learner, learner_file,
    learner_file::Learner,
    record_list::{self, OfLearner},
    roll::{self, SEARCH_FIELDS, Search},
    same_person::{self, Known},
    year::AcademicYear,
};
use crate::{
    accounts::deeds::ManageLearners,
    shell::{self, Frame, crumb},
};
use askama::Template;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing,
    access::Side,
    clock,
    problem::OrMissing,
    web::{Flash, Ids, Query, refused, search},
};
use ui::pagination::Pages;

/// Learners on a page of the list.
const PER_PAGE: u64 = 20;
/// Where searches of this list are kept.
const PLACE: &str = "learners";

#[derive(Template)]
#[template(path = "learners/views/learners.html")]
struct ListPage {
    frame: Frame,
    form: Form,
    searched: bool,
    lines: Vec<roll::Line>,
    pages: Pages,
}

impl ListPage {
    fn year(&self, first: &i16) -> String {
        AcademicYear::starting(i32::from(*first)).map_or_else(String::new, |year| year.to_string())
    }
}

fn list_page(s: &mut Session<'_>, form: Form, wanted: u64, address: String) -> Result<ListPage, Ending> {
    let mut read = form.clone();
    let search = Search::read(&mut read);
    let searched = SEARCH_FIELDS.iter().any(|field| !form.value(field).is_empty());
    let pages = Pages::new(wanted, PER_PAGE, roll::count(s, &search)?, address);
    Ok(ListPage {
        frame: shell::frame(s, "Learners"),
        lines: roll::list(s, &search, pages.offset(), PER_PAGE)?,
        form,
        searched,
        pages,
    })
}

/// `GET /clm/learners`
pub fn learners_page(
    _permit: Permit<ManageLearners>,
    r: &mut Reading<'_>,
    Query(query): Query,
) -> Result<Answer, Ending> {
    let kept = query.value("search");
    let address = if kept.is_empty() {
        "/clm/learners".to_owned()
    } else {
        format!("/clm/learners?search={}", platform::form::escape(kept))
    };
    let form = search::find(r, PLACE, kept)?;
    let wanted = query.value("page").parse().unwrap_or(1);
    Answer::page(&list_page(r, form, wanted, address)?)
}

/// `POST /clm/learners/searches`: no name stands in an address.
pub fn search_learners(
    _permit: Permit<ManageLearners>,
    w: &mut Writing<'_>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    Search::read(&mut form);
    if !form.is_good() {
        return Err(refused(&list_page(w, form, 1, "/clm/learners".to_owned())?));
    }
    let id = search::keep(w, PLACE, &form, SEARCH_FIELDS)?;
    Ok(w.event("learners.searched").then(Answer::see_other(format!("/clm/learners?search={id}"))))
}

/// Somebody who may be the same learner, with the way to their page.
pub(super) struct Twin {
    href: String,
    name: String,
    number: i64,
    school: String,
}

impl Twin {
    fn of(known: &Known) -> Twin {
        Twin {
            href: format!("/clm/learners/{}", known.public_id),
            name: known.name.clone(),
            number: known.number,
            school: known.school.clone(),
        }
    }
}

#[derive(Template)]
#[template(path = "learners/views/learner_new.html")]
struct NewPage {
    frame: Frame,
    form: Form,
    schools: Vec<(String, String)>,
    sexes: Vec<(&'static str, &'static str)>,
    ethnicities: Vec<(&'static str, &'static str)>,
    twins: Vec<Twin>,
    /// Whether the same name and birthday can be confirmed as another learner.
    confirmable: bool,
}

/// The choices of sex.
pub(super) fn sexes() -> Vec<(&'static str, &'static str)> {
    Sex::ALL.iter().map(|sex| (sex.code(), sex.label())).collect()
}

/// The choices of ethnicity, after none.
pub(super) fn ethnicities() -> Vec<(&'static str, &'static str)> {
    let all = Ethnicity::ALL.iter().map(|one| (one.code(), one.label()));
    std::iter::once(("", "Not entered")).chain(all).collect()
}

fn new_page(s: &mut Session<'_>, form: Form, same: &[Known], confirmable: bool) -> Result<NewPage, Ending> {
    let mut frame = shell::frame(s, "Add a learner");
    frame.crumbs = vec![crumb("Learners", "/clm/learners")];
    same.iter().for_each(|known| s.shows(known.key.0));
    Ok(NewPage {
        frame,
        form,
        schools: choices::organisations(s, Side::School)?.options("Choose a school"),
        sexes: sexes(),
        ethnicities: ethnicities(),
        twins: same.iter().map(Twin::of).collect(),
        confirmable,
    })
}

/// `GET /clm/learners/new`
pub fn new_learner_page(_permit: Permit<ManageLearners>, r: &mut Reading<'_>) -> Result<Answer, Ending> {
    Answer::page(&new_page(r, Form::empty(), &[], false)?)
}

/// `POST /clm/learners/new`
pub fn make_learner(
    permit: Permit<ManageLearners>,
    w: &mut Writing<'_>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let partnership = permit.actor().partnership;
    let today = w.today();
    let schools = choices::organisations(w, Side::School)?;
    let school = schools.chosen(&mut form, "school", "Choose the home school");
    let (Some(details), Some(school)) = (details::read(&mut form, today), school) else {
        return Err(refused(&new_page(w, form, &[], false)?));
    };
    if let Some(known) = taken_upn(w, &details, None)? {
        form.refuse("upn", "Another learner has this UPN already");
        return Err(refused(&new_page(w, form, &[known], false)?));
    }
    let same = same_person::of_name_and_birthday(w, partnership, &details)?;
    if !same.is_empty() && !form.ticked("another") {
        form.refuse(
            "another",
            "A learner of this name and date of birth is here already: open their page, or tick the box if this is somebody else",
        );
        return Err(refused(&new_page(w, form, &same, true)?));
    }
    let told = told("The learner is added", &details, "Enter duty of care and emergency contacts next.");
    let key = learner::make(w, partnership, school, &details.with(learner::Care::default(), Vec::new()))?;
    let id = learner_file::id_of(w, key)?;
    Ok(w.event("learner.made")
        .about("learner", key.0)
        .learners([key.0])
        .then(Answer::see_other(format!("/clm/learners/{id}")).telling(told)))
}

/// Another learner who has this UPN.
pub(super) fn taken_upn(
    s: &mut Session<'_>,
    details: &Details,
    but: Option<&Learner>,
) -> Result<Option<Known>, Ending> {
    let partnership = s.actor()?.partnership;
    let Some(upn) = &details.upn else {
        return Ok(None);
    };
    let known = same_person::with_upn(s, partnership, upn)?;
    Ok(known.filter(|known| but.is_none_or(|learner| learner.key() != known.key)))
}

/// It worked; and what is doubtful all the same.
pub(super) fn told(heading: &str, details: &Details, next: &str) -> Flash {
    match details.warnings().as_slice() {
        [] => Flash::success(heading, next),
        doubts => Flash::notice(heading, format!("{}. {next}", doubts.join(". "))),
    }
}

#[derive(Template)]
#[template(path = "learners/views/learner.html")]
struct LearnerPage {
    frame: Frame,
    id: String,
    name: String,
    number: i64,
    school: String,
    modified: String,
    details: Vec<(&'static str, String)>,
    warnings: Vec<&'static str>,
    care: Vec<(&'static str, String)>,
    contacts: Vec<learner::Contact>,
    records: Vec<OfLearner>,
}

/// `GET /clm/learners/{learner}`
pub fn learner_page(
    _permit: Permit<ManageLearners>,
    r: &mut Reading<'_>,
    Ids([id]): Ids<1>,
) -> Result<Answer, Ending> {
    let learner = learner_file::open(r, &id)?.or_missing()?;
    let records = record_list::of_learner(r, learner.key())?;
    let mut frame = shell::frame(r, "Learner");
    frame.crumbs = vec![crumb("Learners", "/clm/learners")];
    Answer::page(&LearnerPage {
        frame,
        id: id.to_string(),
        name: learner.name(),
        number: learner.number(),
        school: learner.school_name().to_owned(),
        modified: clock::moment(learner.modified_at()),
        details: details::rows(learner.details(), r.today()),
        warnings: learner.details().warnings(),
        care: care::rows(learner.care()),
        contacts: learner.contacts().to_vec(),
        records,
    })
}

/// A form that was opened before somebody else's change: both sides, for a page of its own.
pub(super) fn clash_of(
    fields: &[(&'static str, &'static str)],
    form: &Form,
    now: &Form,
    version: i32,
) -> Option<Vec<clash::Difference>> {
    (form.value("version") != version.to_string()).then(|| clash::between(fields, now, form))
}
