//! Adding, changing, moving and withdrawing the groups and units of a qualification.

use super::{
    component::{self, Component, NewComponent, Way},
    qualification::{self, Qualification},
    qualification_pages::{address_of, crumbs},
    tree::{self, Kind, Node},
};
use crate::{
    accounts::deeds::ManageQualifications,
    learners::clash,
    shell::{self, Frame},
};
use askama::Template;
use axum::http::StatusCode;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing,
    form::LINE,
    ids::PublicId,
    problem::OrMissing,
    web::{Flash, Ids, Query, refused, with_status},
};

/// The fields of a component that can be changed, with their labels.
const FIELDS: &[(&str, &str)] = &[
    ("parent", "In group"),
    ("reference", "Reference"),
    ("title", "Title"),
    ("credits", "Credits"),
    ("needed", "Needed"),
];

/// The most credits of a component.
const MOST_CREDITS: i64 = 999;

const NEEDED: [(&str, &str); 2] = [("mandatory", "Mandatory"), ("optional", "Optional")];

#[derive(Template)]
#[template(path = "progress/views/component.html")]
struct ComponentPage {
    frame: Frame,
    form: Form,
    heading: String,
    action: String,
    back: String,
    button: &'static str,
    /// The kinds to choose from; a component that is there keeps its kind.
    kinds: Vec<(&'static str, &'static str)>,
    groups: Vec<(String, String)>,
    needed: [(&'static str, &'static str); 2],
    differences: Vec<clash::Difference>,
    /// For a component that is there.
    withdrawal: Option<Withdrawal>,
}

/// What goes with a component that is withdrawn.
struct Withdrawal {
    /// How many units; the form carries it, since somebody may add one meanwhile.
    units: usize,
    button: String,
}

/// The top of the tree and its groups, for a select.
fn group_options<'n>(groups: impl IntoIterator<Item = &'n Node>) -> Vec<(String, String)> {
    let top = (String::new(), "None: at the top".to_owned());
    // A select has no levels, so that each is a dash before the name.
    let option =
        |node: &Node| (node.public_id.to_string(), format!("{}{}", "– ".repeat(node.depth), node.name()));
    std::iter::once(top).chain(groups.into_iter().map(option)).collect()
}

fn new_page(s: &mut Session<'_>, of: &Qualification, form: Form) -> Result<ComponentPage, Ending> {
    let nodes = tree::of_qualification(s, of.key())?;
    let (mut frame, back) = (shell::frame(s, "Add a unit or group"), address_of(of));
    frame.crumbs = crumbs(of);
    Ok(ComponentPage {
        frame,
        form,
        heading: "Add a unit or group".to_owned(),
        action: format!("{back}/components/new"),
        back,
        button: "Add it",
        kinds: Kind::ALL.iter().map(|kind| (kind.word(), kind.label())).collect(),
        groups: group_options(nodes.iter().filter(|node| !node.is_unit())),
        needed: NEEDED,
        differences: Vec::new(),
        withdrawal: None,
    })
}

fn change_page(
    s: &Session<'_>,
    of: &Qualification,
    one: &Component,
    form: Form,
    differences: Vec<clash::Difference>,
) -> ComponentPage {
    let kind = one.node().kind.label().to_lowercase();
    let (mut frame, back) = (shell::frame(s, &format!("Change a {kind}")), address_of(of));
    frame.crumbs = crumbs(of);
    ComponentPage {
        frame,
        form,
        heading: format!("Change a {kind}"),
        action: format!("{back}/components/{}", one.node().public_id),
        back,
        button: "Save",
        kinds: Vec::new(),
        groups: group_options(one.possible_groups()),
        needed: NEEDED,
        differences,
        withdrawal: Some(Withdrawal {
            units: one.units(),
            button: match (one.node().kind, one.units()) {
                (Kind::Unit, _) => "Withdraw the unit".to_owned(),
                (Kind::Group, 1) => "Withdraw the group and its unit".to_owned(),
                (Kind::Group, units) => format!("Withdraw the group and its {units} units"),
            },
        }),
    }
}

/// `GET /clm/qualifications/{qualification}/components/new`
pub fn new_component_page(
    _permit: Permit<ManageQualifications>,
    r: &mut Reading<'_>,
    Ids([id]): Ids<1>,
    Query(query): Query,
) -> Result<Answer, Ending> {
    let of = qualification::open(r, &id)?.or_missing()?;
    let form = Form::empty()
        .with("kind", Kind::Unit.word())
        .with("parent", query.value("in"))
        .with("needed", NEEDED[0].0);
    Answer::page(&new_page(r, &of, form)?)
}

/// What was typed; `None` when a field is refused. `groups` are those that it can stand in.
fn read(form: &mut Form, kind: Option<Kind>, groups: &[&Node]) -> Option<NewComponent> {
    let parent = form.parsed("parent", |id| {
        let found = groups.iter().find(|node| node.public_id.as_str() == id);
        found.map(|node| node.key).ok_or("Choose a group from the list")
    });
    let reference = form.text("reference", LINE);
    let title = form.required("title", LINE, "Enter the title");
    let credits = form.number("credits", 0, MOST_CREDITS).and_then(|number| i16::try_from(number).ok());
    let mandatory = form.required_parsed("needed", "Choose mandatory or optional", |word| match word {
        "mandatory" => Ok(true),
        "optional" => Ok(false),
        _ => Err("Choose mandatory or optional"),
    });
    let new = NewComponent {
        kind: kind?,
        parent,
        reference,
        title,
        credits,
        mandatory: mandatory?,
    };
    form.is_good().then_some(new)
}

/// `POST /clm/qualifications/{qualification}/components/new`
pub fn add_component(
    _permit: Permit<ManageQualifications>,
    w: &mut Writing<'_>,
    Ids([id]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let of = qualification::open(w, &id)?.or_missing()?;
    let nodes = tree::of_qualification(w, of.key())?;
    let groups: Vec<&Node> = nodes.iter().filter(|node| !node.is_unit()).collect();
    let kind = form.required_parsed("kind", "Choose unit or group", |word| {
        Kind::parse(word).ok_or("Choose unit or group")
    });
    let Some(new) = read(&mut form, kind, &groups) else {
        return Err(refused(&new_page(w, &of, form)?));
    };
    let key = component::add(w, of.key(), &new)?;
    let told = Flash::success(
        format!("The {} is added", new.kind.label().to_lowercase()),
        match new.kind {
            Kind::Unit => "Progress reports of the courses that lead to this qualification have it now.",
            Kind::Group => "Add its units next.",
        },
    );
    Ok(w.event("component.made")
        .about("component", key.0)
        .then(Answer::see_other(address_of(&of)).telling(told)))
}

fn find(s: &mut Session<'_>, of: &PublicId, id: &PublicId) -> Result<(Qualification, Component), Ending> {
    let of = qualification::open(s, of)?.or_missing()?;
    let one = component::open(s, &of, id)?.or_missing()?;
    Ok((of, one))
}

fn filled(one: &Component) -> Form {
    let node = one.node();
    let groups = one.possible_groups();
    let parent = groups.iter().find(|group| Some(group.key) == node.parent);
    Form::empty()
        .with("parent", parent.map_or("", |group| group.public_id.as_str()))
        .with("reference", &node.reference)
        .with("title", &node.title)
        .with("credits", node.credits.map_or_else(String::new, |credits| credits.to_string()))
        .with("needed", NEEDED[usize::from(!node.mandatory)].0)
        .with("version", one.version())
}

/// `GET /clm/qualifications/{qualification}/components/{component}`
pub fn component_page(
    _permit: Permit<ManageQualifications>,
    r: &mut Reading<'_>,
    Ids([of, id]): Ids<2>,
) -> Result<Answer, Ending> {
    let (of, one) = find(r, &of, &id)?;
    Answer::page(&change_page(r, &of, &one, filled(&one), Vec::new()))
}

/// `POST /clm/qualifications/{qualification}/components/{component}`
pub fn change_component(
    _permit: Permit<ManageQualifications>,
    w: &mut Writing<'_>,
    Ids([of, id]): Ids<2>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let (of, one) = find(w, &of, &id)?;
    let Some(new) = read(&mut form, Some(one.node().kind), &one.possible_groups()) else {
        return Err(refused(&change_page(w, &of, &one, form, Vec::new())));
    };
    if form.value("version") != one.version().to_string() {
        let named = |form: &Form| {
            let group =
                group_options(one.possible_groups()).into_iter().find(|o| o.0 == form.value("parent"));
            form.clone().with("parent", group.unwrap_or_default().1)
        };
        let differences = clash::between(FIELDS, &named(&filled(&one)), &named(&form));
        let form = form.with("version", one.version());
        return Err(with_status(StatusCode::CONFLICT, &change_page(w, &of, &one, form, differences)));
    }
    component::change(w, of.key(), &one, &new)?;
    let told = Flash::success(
        format!("The {} is changed", new.kind.label().to_lowercase()),
        "Progress reports show it so now; what learners have reached in it stays.",
    );
    Ok(w.event("component.changed")
        .about("component", one.node().key.0)
        .then(Answer::see_other(address_of(&of)).telling(told)))
}

/// `POST /clm/qualifications/{qualification}/components/{component}/moving`
pub fn move_component(
    _permit: Permit<ManageQualifications>,
    w: &mut Writing<'_>,
    Ids([of, id]): Ids<2>,
    form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let (of, one) = find(w, &of, &id)?;
    let way = Way::parse(form.value("way")).ok_or(Ending::Unreadable("A component is moved up or down."))?;
    component::move_by_one(w, &one, way)?;
    Ok(w.event("component.moved")
        .about("component", one.node().key.0)
        .then(Answer::see_other(address_of(&of))))
}

/// `POST /clm/qualifications/{qualification}/components/{component}/ending`
pub fn end_component(
    _permit: Permit<ManageQualifications>,
    w: &mut Writing<'_>,
    Ids([of, id]): Ids<2>,
    form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let (of, one) = find(w, &of, &id)?;
    // With a group go its units, of which somebody else may have added one since the page was opened.
    if form.value("units") != one.units().to_string() || !form.ticked("sure") {
        let mut page = change_page(w, &of, &one, filled(&one), Vec::new());
        page.form.refuse("sure", "Read what is withdrawn, and tick that it is meant");
        return Err(refused(&page));
    }
    component::end(w, of.key(), &one)?;
    let told = Flash::success(
        format!("The {} is withdrawn", one.node().kind.label().to_lowercase()),
        "New progress reports do without it. What was reported of it stays in the older ones.",
    );
    Ok(w.event("component.ended")
        .about("component", one.node().key.0)
        .with("units", one.units())
        .then(Answer::see_other(address_of(&of)).telling(told)))
}
