//! The list of qualifications, a qualification's page, and making and changing one.

use super::{
    course_choice,
    number::Number,
    qualification::{self, Filter, GRADES, Particulars, Qualification, TITLE, grades_of},
    tree::{self, Node},
};
use crate::{
    accounts::deeds::ManageQualifications,
    learners::clash,
    shell::{self, Frame, crumb},
};
use askama::Template;
use axum::http::StatusCode;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing,
    form::{LINE, escape},
    problem::OrMissing,
    web::{Flash, Ids, Query, refused, with_status},
};
use ui::{filters::ActiveFilter, pagination::Pages};

/// The list's address.
pub(super) const LIST: &str = "/clm/qualifications";

/// Qualifications on a page of the list.
const PER_PAGE: u64 = 20;

/// The fields of a qualification, with their labels.
const FIELDS: &[(&str, &str)] = &[
    ("number", "Number"),
    ("awarding_body", "Awarding body"),
    ("title", "Title"),
    ("level", "Level"),
    ("kind", "Type"),
    ("grades", "Grades"),
];

/// The list's filters, with their labels.
const FILTERS: &[(&str, &str)] = &[
    ("title", "Title"),
    ("number", "Number"),
    ("awarding_body", "Awarding body"),
];

/// The address of a qualification's page.
pub(super) fn address_of(qualification: &Qualification) -> String {
    format!("{LIST}/{}", qualification.public_id())
}

/// Where the pages of one qualification stand under.
pub(super) fn crumbs(qualification: &Qualification) -> Vec<ui::frame::Crumb> {
    vec![
        crumb("Qualifications", LIST),
        crumb(&qualification.particulars().title, &address_of(qualification)),
    ]
}

#[derive(Template)]
#[template(path = "progress/views/qualifications.html")]
struct ListPage {
    frame: Frame,
    form: Form,
    active: Vec<ActiveFilter>,
    lines: Vec<Qualification>,
    pages: Pages,
}

/// The list with these filters, but for one.
fn list_address(form: &Form, without: &str) -> String {
    let terms: Vec<String> = FILTERS
        .iter()
        .filter(|(name, _)| *name != without && !form.value(name).is_empty())
        .map(|(name, _)| format!("{name}={}", escape(form.value(name))))
        .collect();
    if terms.is_empty() {
        LIST.to_owned()
    } else {
        format!("{LIST}?{}", terms.join("&"))
    }
}

/// The beginning of a number, typed with or without its slashes, as the whole one begins.
fn number_begins(text: &str) -> Result<String, &'static str> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace() && *c != '/').collect();
    if plain.len() > 8 || !plain.chars().all(|c| c.is_ascii_digit() || c.eq_ignore_ascii_case(&'x')) {
        return Err("Enter a qualification number like 100/5073/5, or its beginning");
    }
    let mut written = String::new();
    for (at, c) in plain.chars().enumerate() {
        if at == 3 || at == 7 {
            written.push('/');
        }
        written.push(c.to_ascii_uppercase());
    }
    Ok(written)
}

/// `GET /clm/qualifications`
pub fn qualifications_page(
    _permit: Permit<ManageQualifications>,
    r: &mut Reading<'_>,
    Query(mut query): Query,
) -> Result<Answer, Ending> {
    let filter = Filter {
        title: query.text("title", LINE),
        number: query.parsed("number", number_begins).unwrap_or_default(),
        awarding_body: query.text("awarding_body", LINE),
    };
    let active = FILTERS
        .iter()
        .filter(|(name, _)| query.problem(name).is_none() && !query.value(name).is_empty())
        .map(|(name, label)| ActiveFilter {
            label: format!("{label}: {}", query.value(name).trim()),
            remove_href: list_address(&query, name),
        })
        .collect();
    let wanted = query.value("page").parse().unwrap_or(1);
    let number = if query.is_good() { qualification::count(r, &filter)? } else { 0 };
    let pages = Pages::new(wanted, PER_PAGE, number, list_address(&query, ""));
    let is_good = query.is_good();
    let page = ListPage {
        frame: shell::frame(r, "Qualifications"),
        active,
        lines: if is_good {
            qualification::list(r, &filter, pages.offset(), PER_PAGE)?
        } else {
            Vec::new()
        },
        pages,
        form: query,
    };
    if is_good { Answer::page(&page) } else { Err(refused(&page)) }
}

#[derive(Template)]
#[template(path = "progress/views/qualification_form.html")]
struct FormPage {
    frame: Frame,
    form: Form,
    heading: &'static str,
    action: String,
    back: String,
    button: &'static str,
    differences: Vec<clash::Difference>,
}

fn new_page(s: &Session<'_>, form: Form) -> FormPage {
    let mut frame = shell::frame(s, "Add a qualification");
    frame.crumbs = vec![crumb("Qualifications", LIST)];
    FormPage {
        frame,
        form,
        heading: "Add a qualification",
        action: format!("{LIST}/new"),
        back: LIST.to_owned(),
        button: "Add the qualification",
        differences: Vec::new(),
    }
}

/// `GET /clm/qualifications/new`
pub fn new_qualification_page(
    _permit: Permit<ManageQualifications>,
    r: &mut Reading<'_>,
) -> Result<Answer, Ending> {
    Answer::page(&new_page(r, Form::empty()))
}

/// What was typed; `None` when a field is refused, also because another qualification has the number.
fn read(
    s: &mut Session<'_>,
    form: &mut Form,
    changing: Option<&Qualification>,
) -> Result<Option<Particulars>, Ending> {
    let number = form.required_parsed("number", "Enter the number", Number::parse);
    let awarding_body = form.required("awarding_body", LINE, "Enter the awarding body");
    let title = form.required("title", TITLE, "Enter the title");
    let level = form.text("level", LINE);
    let kind = form.text("kind", LINE);
    let grades = grades_of(&form.text("grades", GRADES));
    let Some(number) = number else {
        return Ok(None);
    };
    let at = s.actor()?.partnership;
    if let Some(other) = qualification::of_number(s, at, &number)?
        && changing.is_none_or(|one| one.key() != other.key())
    {
        let title = &other.particulars().title;
        form.refuse("number", format!("The qualification {title} has this number already"));
    }
    let new = Particulars { number, awarding_body, title, level, kind, grades };
    Ok(form.is_good().then_some(new))
}

/// `POST /clm/qualifications/new`
pub fn make_qualification(
    permit: Permit<ManageQualifications>,
    w: &mut Writing<'_>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let Some(new) = read(w, &mut form, None)? else {
        return Err(refused(&new_page(w, form)));
    };
    let key = qualification::make(w, permit.actor().partnership, &new)?;
    let id = qualification::id_of(w, key)?;
    let told = Flash::success(
        "The qualification is added",
        "Add its groups and units next, then choose it for the courses that lead to it.",
    );
    Ok(w.event("qualification.made")
        .about("qualification", key.0)
        .then(Answer::see_other(format!("{LIST}/{id}")).telling(told)))
}

#[derive(Template)]
#[template(path = "progress/views/qualification.html")]
struct OnePage {
    frame: Frame,
    address: String,
    title: String,
    doubt: Option<String>,
    rows: Vec<(&'static str, String)>,
    nodes: Vec<Placed>,
    courses: Vec<course_choice::Leading>,
}

/// A component with what can be done to it.
struct Placed {
    node: Node,
    is_first: bool,
    is_last: bool,
}

fn placed(nodes: Vec<Node>) -> Vec<Placed> {
    let is_sibling = |node: &Node, other: &Node| other.parent == node.parent;
    let end = |node: &Node, last: bool| {
        let mut siblings = nodes.iter().filter(|other| is_sibling(node, other));
        let end = if last { siblings.next_back() } else { siblings.next() };
        end.is_some_and(|end| end.key == node.key)
    };
    nodes
        .iter()
        .map(|node| Placed {
            is_first: end(node, false),
            is_last: end(node, true),
            node: node.clone(),
        })
        .collect()
}

/// `GET /clm/qualifications/{qualification}`
pub fn qualification_page(
    _permit: Permit<ManageQualifications>,
    r: &mut Reading<'_>,
    Ids([id]): Ids<1>,
) -> Result<Answer, Ending> {
    let one = qualification::open(r, &id)?.or_missing()?;
    let nodes = placed(tree::of_qualification(r, one.key())?);
    let courses = course_choice::leading_to(r, &one)?;
    let of = one.particulars();
    let mut frame = shell::frame(r, "Qualification");
    frame.crumbs = vec![crumb("Qualifications", LIST)];
    Answer::page(&OnePage {
        frame,
        address: address_of(&one),
        title: of.title.clone(),
        doubt: of.number.doubt(),
        rows: vec![
            ("Number", of.number.to_string()),
            ("Awarding body", of.awarding_body.clone()),
            ("Level", or_none(&of.level)),
            ("Type", or_none(&of.kind)),
            ("Grades", or_none(&of.grades.join(", "))),
            ("Units", one.units().to_string()),
        ],
        nodes,
        courses,
    })
}

fn or_none(text: &str) -> String {
    if text.is_empty() { "Not entered" } else { text }.to_owned()
}

fn filled(one: &Qualification) -> Form {
    let of = one.particulars();
    Form::empty()
        .with("number", &of.number)
        .with("awarding_body", &of.awarding_body)
        .with("title", &of.title)
        .with("level", &of.level)
        .with("kind", &of.kind)
        .with("grades", of.grades.join(", "))
        .with("version", one.version())
}

fn details_page(
    s: &Session<'_>,
    one: &Qualification,
    form: Form,
    differences: Vec<clash::Difference>,
) -> FormPage {
    let (mut frame, back) = (shell::frame(s, "Change a qualification"), address_of(one));
    frame.crumbs = crumbs(one);
    FormPage {
        frame,
        form,
        heading: "Change a qualification",
        action: format!("{back}/details"),
        back,
        button: "Save",
        differences,
    }
}

/// `GET /clm/qualifications/{qualification}/details`
pub fn qualification_details_page(
    _permit: Permit<ManageQualifications>,
    r: &mut Reading<'_>,
    Ids([id]): Ids<1>,
) -> Result<Answer, Ending> {
    let one = qualification::open(r, &id)?.or_missing()?;
    Answer::page(&details_page(r, &one, filled(&one), Vec::new()))
}

/// `POST /clm/qualifications/{qualification}/details`
pub fn change_qualification(
    _permit: Permit<ManageQualifications>,
    w: &mut Writing<'_>,
    Ids([id]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let one = qualification::open(w, &id)?.or_missing()?;
    let Some(new) = read(w, &mut form, Some(&one))? else {
        return Err(refused(&details_page(w, &one, form, Vec::new())));
    };
    if form.value("version") != one.version().to_string() {
        let differences = clash::between(FIELDS, &filled(&one), &form);
        let form = form.with("version", one.version());
        return Err(with_status(StatusCode::CONFLICT, &details_page(w, &one, form, differences)));
    }
    qualification::change(w, &one, &new)?;
    let told = Flash::success(
        "The qualification is changed",
        "The courses that lead to it, and their training records, show it so now.",
    );
    Ok(w.event("qualification.changed")
        .about("qualification", one.key().0)
        .then(Answer::see_other(address_of(&one)).telling(told)))
}

#[cfg(test)]
mod tests {
    use super::number_begins;

    #[test]
    fn a_number_is_searched_by_its_beginning() {
        for (typed, written) in [
            ("100", "100"),
            ("1005", "100/5"),
            ("100/50", "100/50"),
            ("10050735", "100/5073/5"),
            ("100/5073/x", "100/5073/X"),
            ("/", ""),
        ] {
            assert_eq!(number_begins(typed).as_deref(), Ok(written), "{typed}");
        }
        for wrong in ["100507355", "1%", "Level"] {
            assert!(number_begins(wrong).is_err(), "{wrong}");
        }
    }
}
