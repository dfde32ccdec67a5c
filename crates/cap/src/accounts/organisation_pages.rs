//! Administration of organisations: the list, a new one, its details, its end.

use super::{
    deeds::ManageOrganisations,
    forms::{self, Clash},
    identifiers::{Email, LaEstab, Phone, Postcode, Ukprn, Urn},
    organisation::{self, Details, NewOrganisation, Organisation},
};
use crate::shell::{self, Frame, crumb};
use askama::Template;
use axum::http::StatusCode;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing,
    access::Side,
    clock,
    form::{LINE, TEXT},
    problem::OrMissing,
    web::{Flash, Ids, Query, refused, with_status},
};

const LIST: &str = "/admin/organisations";

/// The kinds that can be added: a partnership has one service, made with it.
const KINDS: [(&str, &str); 2] = [("school", "School"), ("provider", "Provider")];

const FIELDS: [(&str, &str); 10] = [
    ("name", "Name"),
    ("urn", "URN"),
    ("ukprn", "UKPRN"),
    ("la_estab", "LA and establishment number"),
    ("address", "Address"),
    ("postcode", "Postcode"),
    ("telephone", "Telephone"),
    ("email", "E-mail"),
    ("contributions", "Gives contributions"),
    ("contribution_start", "Starts at the expected standard"),
];

#[derive(Template)]
#[template(path = "accounts/views/organisations.html")]
struct ListPage {
    frame: Frame,
    form: Form,
    kinds: [(&'static str, &'static str); 4],
    rows: Vec<Row>,
}

struct Row {
    href: String,
    name: String,
    kind: &'static str,
    urn: String,
    postcode: String,
    ended: Option<String>,
}

#[derive(Template)]
#[template(path = "accounts/views/new_organisation.html")]
struct NewPage {
    frame: Frame,
    form: Form,
    kinds: [(&'static str, &'static str); 2],
}

#[derive(Template)]
#[template(path = "accounts/views/organisation.html")]
struct OnePage {
    frame: Frame,
    form: Form,
    href: String,
    name: String,
    kind: &'static str,
    is_provider: bool,
    is_own: bool,
    ended: Option<String>,
    has_ended: bool,
    version: i32,
    warnings: Vec<String>,
    clashes: Vec<Clash>,
}

/// `GET /admin/organisations`
pub fn organisations_page(
    _permit: Permit<ManageOrganisations>,
    r: &mut Reading<'_>,
    Query(mut query): Query,
) -> Result<Answer, Ending> {
    let (kind, name) = (Side::parse(query.value("kind")), query.text("name", LINE));
    let row = |one: Organisation| Row {
        href: format!("{LIST}/{}", one.public_id),
        kind: one.kind_label(),
        urn: one.urn.unwrap_or_default(),
        postcode: one.postcode.unwrap_or_default(),
        ended: one.ended_on.map(clock::short_date),
        name: one.name,
    };
    let rows = organisation::list(r, kind, &name)?.into_iter().map(row).collect();
    Answer::page(&ListPage {
        frame: shell::frame(r, "Organisations"),
        form: query,
        kinds: [
            ("", "All"),
            ("service", "Service"),
            ("school", "Schools"),
            ("provider", "Providers"),
        ],
        rows,
    })
}

fn new_page(s: &Session<'_>, form: Form) -> NewPage {
    let mut frame = shell::frame(s, "Add an organisation");
    frame.crumbs = vec![crumb("Organisations", LIST)];
    NewPage { frame, form, kinds: KINDS }
}

/// `GET /admin/organisations/new`
pub fn new_organisation_page(
    _permit: Permit<ManageOrganisations>,
    r: &mut Reading<'_>,
) -> Result<Answer, Ending> {
    Answer::page(&new_page(r, Form::empty()))
}

/// `POST /admin/organisations/new`
pub fn add_organisation(
    permit: Permit<ManageOrganisations>,
    w: &mut Writing<'_>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let kind = KINDS.iter().find(|(word, _)| *word == form.value("kind"));
    let side = kind.and_then(|(word, _)| Side::parse(word));
    if side.is_none() {
        form.refuse("kind", "Choose whether it is a school or a provider");
    }
    let details = details(w, &mut form, None)?;
    let (Some(side), true) = (side, form.is_good()) else {
        return Err(refused(&new_page(w, form)));
    };
    let Details {
        name,
        urn,
        ukprn,
        la_estab,
        address,
        postcode,
        telephone,
        email,
        ..
    } = details;
    let told = Flash::success(
        format!("{name} is added"),
        "Nobody works there yet: add its people next, and they are invited by e-mail.",
    );
    let new = NewOrganisation {
        side,
        name,
        urn,
        ukprn,
        la_estab,
        address,
        postcode,
        telephone,
        email,
    };
    let key = organisation::make(w, permit.actor().partnership, &new)?;
    Ok(w.event("organisation.added")
        .about("organisation", key.0)
        .with("kind", side.word())
        .then(Answer::see_other(LIST).telling(told)))
}

fn one_page(
    s: &mut Session<'_>,
    one: &Organisation,
    form: Form,
    clashes: Vec<Clash>,
) -> Result<OnePage, Ending> {
    let mut frame = shell::frame(s, &one.name);
    frame.crumbs = vec![crumb("Organisations", LIST)];
    Ok(OnePage {
        frame,
        form,
        href: format!("{LIST}/{}", one.public_id),
        name: one.name.clone(),
        kind: one.kind_label(),
        is_provider: one.side()? == Side::Provider,
        is_own: one.key == s.actor()?.organisation,
        ended: one.ended_on.map(clock::long_date),
        has_ended: !one.is_live(s.today()),
        version: one.version,
        warnings: organisation::warnings(s, one)?,
        clashes,
    })
}

/// `GET /admin/organisations/{organisation}`
pub fn organisation_page(
    _permit: Permit<ManageOrganisations>,
    r: &mut Reading<'_>,
    Ids([id]): Ids<1>,
) -> Result<Answer, Ending> {
    let one = organisation::open(r, &id)?.or_missing()?;
    Answer::page(&one_page(r, &one, filled(&one), Vec::new())?)
}

/// `POST /admin/organisations/{organisation}`
pub fn change_organisation(
    _permit: Permit<ManageOrganisations>,
    w: &mut Writing<'_>,
    Ids([id]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let one = organisation::open(w, &id)?.or_missing()?;
    let version = forms::version(&form)?;
    let details = details(w, &mut form, Some(&one))?;
    if !form.is_good() {
        return Err(refused(&one_page(w, &one, form, Vec::new())?));
    }
    if !organisation::change(w, &one, version, &details)? {
        let (form, clashes) = forms::compare(form, &filled(&one), &FIELDS);
        return Err(with_status(StatusCode::CONFLICT, &one_page(w, &one, form, clashes)?));
    }
    let told =
        Flash::success("The details are saved", "Everybody who works with this organisation sees them now.");
    Ok(w.event("organisation.changed")
        .about("organisation", one.key.0)
        .then(Answer::see_other(format!("{LIST}/{id}")).telling(told)))
}

/// `POST /admin/organisations/{organisation}/ending`: an empty day takes the end back.
pub fn end_organisation(
    permit: Permit<ManageOrganisations>,
    w: &mut Writing<'_>,
    Ids([id]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let one = organisation::open(w, &id)?.or_missing()?;
    let (version, on) = (forms::version(&form)?, form.date("ended_on"));
    if one.key == permit.actor().organisation {
        form.refuse("ended_on", "Your own organisation can't be ended: nobody could undo it");
    }
    if !form.is_good() {
        let again = forms::beside(filled(&one), &form, &["ended_on"]);
        return Err(refused(&one_page(w, &one, again, Vec::new())?));
    }
    if !organisation::end(w, &one, version, on)? {
        return Err(Ending::Conflict(
            "Somebody else has changed this organisation since you opened it. Open it again, look, and then decide. Nothing was changed.",
        ));
    }
    let told = match on {
        Some(day) => Flash::success(
            format!("{} ends on {}", one.name, clock::long_date(day)),
            "From that day its people can no longer sign in for it. What was recorded stays.",
        ),
        None => Flash::success(format!("{} does not end", one.name), "Its people can sign in."),
    };
    Ok(w.event("organisation.ended")
        .about("organisation", one.key.0)
        .with("ended_on", on.map_or_else(String::new, |day| day.to_string()))
        .then(Answer::see_other(format!("{LIST}/{id}")).telling(told)))
}

/// What the page starts filled in with.
fn filled(one: &Organisation) -> Form {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let tick = |value: bool| if value { "yes" } else { "" };
    Form::empty()
        .with("name", &one.name)
        .with("urn", text(&one.urn))
        .with("ukprn", text(&one.ukprn))
        .with("la_estab", text(&one.la_estab))
        .with("address", &one.address)
        .with("postcode", text(&one.postcode))
        .with("telephone", text(&one.telephone))
        .with("email", text(&one.email))
        .with("contributions", tick(one.contributions))
        .with("contribution_start", tick(one.contribution_start))
        .with("ended_on", one.ended_on.map_or_else(String::new, |day| day.to_string()))
        .with("version", one.version)
}

/// The details as typed; what is wrong stands beside its field.
fn details(s: &mut Session<'_>, form: &mut Form, one: Option<&Organisation>) -> Result<Details, Ending> {
    let name = form.required("name", LINE, "Enter the organisation's name");
    if !name.is_empty() && organisation::name_is_taken(s, &name, one.map(|one| one.key))? {
        form.refuse("name", "Another organisation has this name; add what tells them apart");
    }
    Ok(Details {
        name,
        urn: form.parsed("urn", Urn::parse),
        ukprn: form.parsed("ukprn", Ukprn::parse),
        la_estab: form.parsed("la_estab", LaEstab::parse),
        address: form.text("address", TEXT),
        postcode: form.parsed("postcode", Postcode::parse),
        telephone: form.parsed("telephone", Phone::parse),
        email: form.parsed("email", Email::parse),
        contributions: form.ticked("contributions"),
        contribution_start: form.ticked("contribution_start"),
    })
}
