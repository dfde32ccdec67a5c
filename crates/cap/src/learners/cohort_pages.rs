//! The list of course cohorts, a cohort's page, and making and changing them.

use super::{
    GroupKey, choices, clash,
    cohort::{self, Cohort, NewCohort},
    cohort_list::{self, Filter, When},
    course,
    learner_pages::clash_of,
    record_list::{self, OfCohort},
};
use crate::{
    accounts::deeds::{Deed, ManageCohorts, ViewCohorts, may},
    shell::{self, Frame, crumb},
};
use askama::Template;
use axum::http::StatusCode;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing,
    access::Side,
    clock,
    form::LINE,
    ids::PublicId,
    problem::OrMissing,
    web::{Flash, Ids, Query, refused, with_status},
};
use ui::pagination::Pages;

/// Cohorts on a page of the list.
const PER_PAGE: u64 = 20;
/// The fields of a cohort that can be changed, with their labels.
const FIELDS: &[(&str, &str)] = &[
    ("title", "Title"),
    ("age_group", "Age group"),
    ("starts_on", "Entry"),
    ("ends_on", "End"),
];

fn may_manage(s: &Session<'_>) -> Result<bool, Ending> {
    Ok(may(s.actor()?.role, Deed::ManageCohorts))
}

fn address_of(cohort: &Cohort) -> String {
    format!("/clm/cohorts/{}", cohort.public_id())
}

#[derive(Template)]
#[template(path = "learners/views/cohorts.html")]
struct ListPage {
    frame: Frame,
    form: Form,
    whens: Vec<(&'static str, &'static str)>,
    /// The providers to choose from; empty for a provider's own people.
    providers: Vec<(String, String)>,
    active: Vec<ui::filters::ActiveFilter>,
    lines: Vec<cohort_list::Line>,
    pages: Pages,
    may_manage: bool,
}

/// `GET /clm/cohorts`
pub fn cohorts_page(
    _permit: Permit<ViewCohorts>,
    r: &mut Reading<'_>,
    Query(query): Query,
) -> Result<Answer, Ending> {
    let may_manage = may_manage(r)?;
    let when = When::parse(query.value("show")).unwrap_or(When::Open);
    let providers = choices::organisations(r, Side::Provider)?;
    let provider = providers.find(query.value("provider")).filter(|_| may_manage);
    let filter = Filter { when, provider };
    let id = provider.map_or("", |key| providers.id_of(key));
    let address = format!("/clm/cohorts?show={}&provider={id}", when.word());
    let mut active = Vec::new();
    if when != When::Open {
        active.push(ui::filters::ActiveFilter {
            label: when.label().to_owned(),
            remove_href: format!("/clm/cohorts?provider={id}"),
        });
    }
    if let Some(provider) = provider {
        active.push(ui::filters::ActiveFilter {
            label: format!("Provider: {}", providers.name_of(provider)),
            remove_href: format!("/clm/cohorts?show={}", when.word()),
        });
    }
    let wanted = query.value("page").parse().unwrap_or(1);
    let pages = Pages::new(wanted, PER_PAGE, cohort_list::count(r, filter)?, address);
    Answer::page(&ListPage {
        frame: shell::frame(r, "Course cohorts"),
        form: Form::empty().with("show", when.word()).with("provider", id),
        whens: When::ALL.iter().map(|when| (when.word(), when.label())).collect(),
        providers: if may_manage {
            providers.options("All providers")
        } else {
            Vec::new()
        },
        active,
        lines: cohort_list::list(r, filter, pages.offset(), PER_PAGE)?,
        pages,
        may_manage,
    })
}

#[derive(Template)]
#[template(path = "learners/views/cohort_new.html")]
struct NewPage {
    frame: Frame,
    form: Form,
    providers: Vec<(String, String)>,
}

fn new_page(s: &mut Session<'_>, form: Form) -> Result<NewPage, Ending> {
    let mut frame = shell::frame(s, "Add a course cohort");
    frame.crumbs = vec![crumb("Course Cohorts", "/clm/cohorts")];
    let providers = choices::organisations(s, Side::Provider)?.options("Choose a provider");
    Ok(NewPage { frame, form, providers })
}

/// `GET /clm/cohorts/new`
pub fn new_cohort_page(_permit: Permit<ManageCohorts>, r: &mut Reading<'_>) -> Result<Answer, Ending> {
    Answer::page(&new_page(r, Form::empty().with("group", "A"))?)
}

/// What every cohort form has; `None` when a field is refused.
fn read(form: &mut Form) -> Option<NewCohort> {
    let title = form.required("title", LINE, "Enter the title");
    let age_group = form.text("age_group", LINE);
    let (starts, ends) = (form.date("starts_on"), form.date("ends_on"));
    if starts.is_none() {
        form.refuse("starts_on", "Enter the entry: the date on which it starts");
    }
    if ends.is_none() {
        form.refuse("ends_on", "Enter the date on which it ends");
    }
    let (starts_on, ends_on) = (starts?, ends?);
    if ends_on < starts_on {
        form.refuse("ends_on", "Enter an end that is not before the entry");
    }
    form.is_good().then_some(NewCohort { title, age_group, starts_on, ends_on })
}

/// `POST /clm/cohorts/new`
pub fn make_cohort(
    _permit: Permit<ManageCohorts>,
    w: &mut Writing<'_>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let providers = choices::organisations(w, Side::Provider)?;
    let provider = providers.chosen(&mut form, "provider", "Choose the provider");
    let qualification = form.text("qualification", LINE);
    let group = form.required("group", LINE, "Enter the name of the first tutor group");
    let (Some(new), Some(provider)) = (read(&mut form), provider) else {
        return Err(refused(&new_page(w, form)?));
    };
    if course::find_cohort(w, provider, &new.title, new.starts_on)?.is_some() {
        form.refuse("title", "This provider has a cohort of this title and entry already");
        return Err(refused(&new_page(w, form)?));
    }
    let key = course::start(w, provider, &qualification, &new)?;
    cohort::make_group(w, key, &group)?;
    let id = cohort::id_of(w, key)?;
    let told = Flash::success(
        "The course cohort is added",
        format!("{} sees it now. Enter its timetable next.", providers.name_of(provider)),
    );
    Ok(w.event("cohort.made")
        .about("cohort", key.0)
        .then(Answer::see_other(format!("/clm/cohorts/{id}")).telling(told)))
}

/// A tutor group with its learners, as the page shows it.
struct GroupOnPage {
    id: PublicId,
    name: String,
    records: Vec<OfCohort>,
}

#[derive(Template)]
#[template(path = "learners/views/cohort.html")]
struct CohortPage {
    frame: Frame,
    form: Form,
    address: String,
    title: String,
    rows: Vec<(&'static str, String)>,
    qualification: String,
    /// Its page, for those who may open it.
    qualification_href: Option<String>,
    groups: Vec<GroupOnPage>,
    may_manage: bool,
}

fn cohort_page_of(s: &mut Session<'_>, cohort: &Cohort, form: Form) -> Result<CohortPage, Ending> {
    let course = cohort_list::course_of(s, cohort)?;
    let records = record_list::of_cohort(s, cohort)?;
    let of_group =
        |key: GroupKey| records.iter().filter(move |record| record.group == key).cloned().collect();
    let groups = cohort.groups().iter().map(|group| GroupOnPage {
        id: group.public_id().clone(),
        name: group.name().to_owned(),
        records: of_group(group.key()),
    });
    let groups = groups.collect();
    let mut frame = shell::frame(s, "Course cohort");
    frame.crumbs = vec![crumb("Course Cohorts", "/clm/cohorts")];
    let may_open_it = may(s.actor()?.role, Deed::ManageQualifications);
    Ok(CohortPage {
        frame,
        form,
        address: address_of(cohort),
        title: cohort.title().to_owned(),
        rows: vec![
            ("Provider", course.provider),
            ("Course", course.title),
            ("Age group", or_none(cohort.age_group())),
            ("Entry", clock::short_date(cohort.starts_on())),
            ("End", clock::short_date(cohort.ends_on())),
        ],
        qualification: or_none(&course.qualification),
        qualification_href: course
            .qualification_id
            .filter(|_| may_open_it)
            .map(|id| format!("/clm/qualifications/{id}")),
        groups,
        may_manage: may_manage(s)?,
    })
}

fn or_none(text: &str) -> String {
    if text.is_empty() { "Not entered" } else { text }.to_owned()
}

/// `GET /clm/cohorts/{cohort}`
pub fn cohort_page(
    _permit: Permit<ViewCohorts>,
    r: &mut Reading<'_>,
    Ids([id]): Ids<1>,
) -> Result<Answer, Ending> {
    let cohort = cohort::open(r, &id)?.or_missing()?;
    Answer::page(&cohort_page_of(r, &cohort, Form::empty())?)
}

#[derive(Template)]
#[template(path = "learners/views/cohort_details.html")]
struct DetailsPage {
    frame: Frame,
    form: Form,
    address: String,
    differences: Vec<clash::Difference>,
}

fn details_page(
    s: &Session<'_>,
    cohort: &Cohort,
    form: Form,
    differences: Vec<clash::Difference>,
) -> DetailsPage {
    let (mut frame, address) = (shell::frame(s, "Change a course cohort"), address_of(cohort));
    frame.crumbs = vec![
        crumb("Course Cohorts", "/clm/cohorts"),
        crumb(cohort.title(), &address),
    ];
    DetailsPage { frame, form, address, differences }
}

fn filled(cohort: &Cohort) -> Form {
    Form::empty()
        .with("title", cohort.title())
        .with("age_group", cohort.age_group())
        .with("starts_on", cohort.starts_on())
        .with("ends_on", cohort.ends_on())
        .with("version", cohort.version())
}

/// `GET /clm/cohorts/{cohort}/details`
pub fn cohort_details_page(
    _permit: Permit<ManageCohorts>,
    r: &mut Reading<'_>,
    Ids([id]): Ids<1>,
) -> Result<Answer, Ending> {
    let cohort = cohort::open(r, &id)?.or_missing()?;
    Answer::page(&details_page(r, &cohort, filled(&cohort), Vec::new()))
}

/// `POST /clm/cohorts/{cohort}/details`
pub fn change_cohort(
    _permit: Permit<ManageCohorts>,
    w: &mut Writing<'_>,
    Ids([id]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let cohort = cohort::open(w, &id)?.or_missing()?;
    let Some(new) = read(&mut form) else {
        return Err(refused(&details_page(w, &cohort, form, Vec::new())));
    };
    if let Some(differences) = clash_of(FIELDS, &form, &filled(&cohort), cohort.version()) {
        let form = form.with("version", cohort.version());
        return Err(with_status(StatusCode::CONFLICT, &details_page(w, &cohort, form, differences)));
    }
    cohort::change(w, &cohort, &new)?;
    let told = Flash::success(
        "The course cohort is changed",
        "The provider sees it so now. Lessons that have not begun follow its dates within a minute; training records keep theirs.",
    );
    Ok(w.event("cohort.changed")
        .about("cohort", cohort.key().0)
        .then(Answer::see_other(address_of(&cohort)).telling(told)))
}

/// `POST /clm/cohorts/{cohort}/groups`
pub fn add_group(
    _permit: Permit<ManageCohorts>,
    w: &mut Writing<'_>,
    Ids([id]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let cohort = cohort::open(w, &id)?.or_missing()?;
    let name = form.required("name", LINE, "Enter the name of the tutor group");
    if cohort.has_group_named(&name, None) {
        form.refuse("name", "This cohort has a tutor group of this name already");
    }
    if !form.is_good() {
        return Err(refused(&cohort_page_of(w, &cohort, form)?));
    }
    let key = cohort::make_group(w, cohort.key(), &name)?;
    let told = Flash::success(
        format!("Tutor group {name} is added"),
        "Enter its timetable, then place learners in it.",
    );
    Ok(w.event("group.made")
        .about("group", key.0)
        .then(Answer::see_other(address_of(&cohort)).telling(told)))
}

#[derive(Template)]
#[template(path = "learners/views/group.html")]
struct GroupPage {
    frame: Frame,
    form: Form,
    action: String,
    back: String,
}

fn group_page_of(s: &Session<'_>, cohort: &Cohort, group: &cohort::Group, form: Form) -> GroupPage {
    let (mut frame, back) = (shell::frame(s, "Rename a tutor group"), address_of(cohort));
    frame.crumbs = vec![
        crumb("Course Cohorts", "/clm/cohorts"),
        crumb(cohort.title(), &back),
    ];
    GroupPage {
        frame,
        form,
        action: format!("{back}/groups/{}", group.public_id()),
        back,
    }
}

/// `GET /clm/cohorts/{cohort}/groups/{group}`
pub fn group_page(
    _permit: Permit<ManageCohorts>,
    r: &mut Reading<'_>,
    Ids([id, group]): Ids<2>,
) -> Result<Answer, Ending> {
    let cohort = cohort::open(r, &id)?.or_missing()?;
    let group = cohort.group(&group).or_missing()?;
    Answer::page(&group_page_of(r, &cohort, group, Form::empty().with("name", group.name())))
}

/// `POST /clm/cohorts/{cohort}/groups/{group}`
pub fn rename_group(
    _permit: Permit<ManageCohorts>,
    w: &mut Writing<'_>,
    Ids([id, group]): Ids<2>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let cohort = cohort::open(w, &id)?.or_missing()?;
    let group = cohort.group(&group).or_missing()?;
    let name = form.required("name", LINE, "Enter the name of the tutor group");
    if cohort.has_group_named(&name, Some(group)) {
        form.refuse("name", "This cohort has a tutor group of this name already");
    }
    if !form.is_good() {
        return Err(refused(&group_page_of(w, &cohort, group, form)));
    }
    cohort::rename_group(w, group, &name)?;
    let told =
        Flash::success("The tutor group is renamed", "Its registers and learners show the new name now.");
    Ok(w.event("group.renamed")
        .about("group", group.key().0)
        .then(Answer::see_other(address_of(&cohort)).telling(told)))
}
