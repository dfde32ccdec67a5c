//! Administration of people, and a provider's own staff: one set of pages, two desks.

use super::{
    deeds::{ManageOwnStaff, ManagePeople},
    forms::{self, Clash},
    keeping, links,
    people::{self, Account, Charge, Listed},
    people_form::{basics, choices, filled, part},
    person,
};
use crate::shell::{self, Frame, crumb};
use askama::Template;
use axum::http::StatusCode;
use platform::{
    Access, Actor, Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing, clock,
    ids::PublicId,
    problem::OrMissing,
    web::{Flash, Ids, Query, refused, search, with_status},
};
use ui::pagination::Pages;

/// A desk at which accounts are looked after: its address, its name, and whose accounts they are.
pub trait Desk: Access<Proof = Actor> {
    const LIST: &'static str;
    const TITLE: &'static str;
    fn charge(actor: &Actor) -> Charge;
}

impl Desk for ManagePeople {
    const LIST: &'static str = "/admin/people";
    const TITLE: &'static str = "People";
    fn charge(actor: &Actor) -> Charge {
        Charge::of_partnership(actor)
    }
}

impl Desk for ManageOwnStaff {
    const LIST: &'static str = "/clm/staff";
    const TITLE: &'static str = "Our staff";
    fn charge(actor: &Actor) -> Charge {
        Charge::of_own_tutors(actor)
    }
}

const PER_PAGE: usize = 50;
const FIELDS: [(&str, &str); 3] = [
    ("name", "Name"),
    ("username", "Username"),
    ("email", "Work e-mail"),
];

#[derive(Template)]
#[template(path = "accounts/views/people.html")]
struct ListPage {
    frame: Frame,
    form: Form,
    list: &'static str,
    add_href: String,
    title: &'static str,
    ended: bool,
    rows: Vec<people::Line>,
    pages: Pages,
}

#[derive(Template)]
#[template(path = "accounts/views/new_person.html")]
struct NewPage {
    frame: Frame,
    form: Form,
    list: &'static str,
    places: Vec<(String, String)>,
    roles: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "accounts/views/person.html")]
struct OnePage {
    frame: Frame,
    form: Form,
    href: String,
    account: Account,
    places: Vec<(String, String)>,
    roles: Vec<(String, String)>,
    may_give: bool,
    ended: Option<String>,
    clashes: Vec<Clash>,
}

/// `GET /admin/people`, `GET /clm/staff`
pub fn people_page<D: Desk>(
    permit: Permit<D>,
    r: &mut Reading<'_>,
    Query(query): Query,
) -> Result<Answer, Ending> {
    let kept = query.value("search").to_owned();
    let form = search::find(r, D::LIST, &kept)?;
    let ended = query.value("show") == "ended";
    let listed = if ended { Listed::Ended } else { Listed::Current };
    let all = people::list(r, D::charge(permit.actor()), listed, form.value("name"))?;
    let mut address = format!("{}?show={}", D::LIST, if ended { "ended" } else { "current" });
    if let Some(id) = PublicId::parse(&kept) {
        address.push_str(&format!("&search={id}"));
    }
    let page = query.value("page").parse().unwrap_or(1);
    let pages = Pages::new(page, PER_PAGE as u64, all.len() as u64, address);
    let offset = usize::try_from(pages.offset()).unwrap_or(0);
    Answer::page(&ListPage {
        frame: shell::frame(r, D::TITLE),
        form,
        list: D::LIST,
        add_href: format!("{}/new", D::LIST),
        title: D::TITLE,
        ended,
        rows: all.into_iter().skip(offset).take(PER_PAGE).collect(),
        pages,
    })
}

/// `POST /admin/people/search`, `POST /clm/staff/search`: a name stands in no address.
pub fn search_people<D: Desk>(
    _permit: Permit<D>,
    w: &mut Writing<'_>,
    form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let show = if form.value("show") == "ended" { "ended" } else { "current" };
    let id = search::keep(w, D::LIST, &form, &["name"])?;
    let answer = Answer::see_other(format!("{}?show={show}&search={id}", D::LIST));
    Ok(w.event("people.searched").then(answer))
}

fn new_page<D: Desk>(s: &mut Session<'_>, form: Form) -> Result<NewPage, Ending> {
    let mut frame = shell::frame(s, "Add a person");
    frame.crumbs = vec![crumb(D::TITLE, D::LIST)];
    let (places, roles) = choices::<D>(s)?;
    Ok(NewPage { frame, form, list: D::LIST, places, roles })
}

/// `GET /admin/people/new`, `GET /clm/staff/new`
pub fn new_person_page<D: Desk>(_permit: Permit<D>, r: &mut Reading<'_>) -> Result<Answer, Ending> {
    Answer::page(&new_page::<D>(r, Form::empty())?)
}

/// `POST /admin/people/new`, `POST /clm/staff/new`
pub fn add_person<D: Desk>(
    _permit: Permit<D>,
    w: &mut Writing<'_>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let new = basics(w, &mut form, None)?;
    let part = part::<D>(w, &mut form)?;
    let (Some(new), Some((at, role)), true) = (new, part, form.is_good()) else {
        return Err(refused(&new_page::<D>(w, form)?));
    };
    let who = person::make(w, &new)?;
    person::join(w, who, at.key, role)?;
    links::invite(w, who)?;
    let told = Flash::success(
        format!("{} is added", new.name),
        format!("An invitation is on its way to {}. Its link works for 14 days.", new.email),
    );
    Ok(w.event("person.added")
        .about("person", who.0)
        .with("role", role.word())
        .with("organisation", at.key.0)
        .then(Answer::see_other(D::LIST).telling(told)))
}

fn one_page<D: Desk>(
    s: &mut Session<'_>,
    account: Account,
    form: Form,
    clashes: Vec<Clash>,
) -> Result<OnePage, Ending> {
    let mut frame = shell::frame(s, &account.name);
    frame.crumbs = vec![crumb(D::TITLE, D::LIST)];
    let (places, roles) = choices::<D>(s)?;
    // Where there is only one part to give, it is offered only to those who do not have it.
    let has_room = places.len() > 1 || account.parts.iter().all(|part| part.ended_at.is_some());
    Ok(OnePage {
        frame,
        form,
        href: format!("{}/{}", D::LIST, account.public_id),
        may_give: !account.is_own && !places.is_empty() && has_room,
        ended: account.ended_at.as_ref().map(moment),
        account,
        places,
        roles,
        clashes,
    })
}

/// `GET /admin/people/{person}`, `GET /clm/staff/{person}`
pub fn person_page<D: Desk>(
    permit: Permit<D>,
    r: &mut Reading<'_>,
    Ids([id]): Ids<1>,
) -> Result<Answer, Ending> {
    let account = people::open(r, D::charge(permit.actor()), &id)?.or_missing()?;
    let form = filled(&account);
    Answer::page(&one_page::<D>(r, account, form, Vec::new())?)
}

/// `POST /admin/people/{person}`, `POST /clm/staff/{person}`
pub fn change_person<D: Desk>(
    permit: Permit<D>,
    w: &mut Writing<'_>,
    Ids([id]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let account = people::open(w, D::charge(permit.actor()), &id)?.or_missing()?;
    let version = forms::version(&form)?;
    let new = basics(w, &mut form, Some(&account))?;
    let (Some(new), true) = (new, form.is_good()) else {
        return Err(refused(&one_page::<D>(w, account, form, Vec::new())?));
    };
    if !keeping::change(w, &account, version, &new)? {
        let (form, clashes) = forms::compare(form, &filled(&account), &FIELDS);
        return Err(with_status(StatusCode::CONFLICT, &one_page::<D>(w, account, form, clashes)?));
    }
    let told = Flash::success("The account is changed", "The person signs in with what stands here now.");
    Ok(w.event("person.changed")
        .about("person", account.key.0)
        .then(Answer::see_other(format!("{}/{id}", D::LIST)).telling(told)))
}

/// `POST /admin/people/{person}/memberships`
pub fn give_membership<D: Desk>(
    permit: Permit<D>,
    w: &mut Writing<'_>,
    Ids([id]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let account = people::open(w, D::charge(permit.actor()), &id)?.or_missing()?;
    let part = part::<D>(w, &mut form)?;
    if let Some((at, role)) = part.filter(|_| form.is_good()) {
        if keeping::give(w, &account, &at, role)? {
            let told = Flash::success(
                format!("{} now works for {}", account.name, at.name),
                if account.is_live() {
                    "They switch to it at the top of their pages."
                } else {
                    "The account had ended, so a new invitation is on its way."
                },
            );
            return Ok(w
                .event("membership.given")
                .about("person", account.key.0)
                .with("role", role.word())
                .with("organisation", at.key.0)
                .then(Answer::see_other(format!("{}/{id}", D::LIST)).telling(told)));
        }
        form.refuse("role", "The person has this role there already");
    }
    let form = forms::beside(filled(&account), &form, &["at", "role"]);
    Err(refused(&one_page::<D>(w, account, form, Vec::new())?))
}

/// `POST /admin/people/{person}/memberships/{membership}/ending`
pub fn end_membership<D: Desk>(
    permit: Permit<D>,
    w: &mut Writing<'_>,
    Ids([id, membership]): Ids<2>,
) -> Result<Recorded<Answer>, Ending> {
    let account = people::open(w, D::charge(permit.actor()), &id)?.or_missing()?;
    let part = account.parts.iter().find(|part| part.public_id == membership).or_missing()?;
    keeping::end_part(w, part)?;
    let told = Flash::success(
        format!("{} no longer works for {}", account.name, part.organisation_name),
        "Browsers that were at work there are signed out.",
    );
    Ok(w.event("membership.ended")
        .about("person", account.key.0)
        .with("role", part.role.word())
        .with("organisation", part.organisation.0)
        .then(Answer::see_other(format!("{}/{id}", D::LIST)).telling(told)))
}

/// `POST /admin/people/{person}/ending`, `POST /clm/staff/{person}/ending`
pub fn end_person<D: Desk>(
    permit: Permit<D>,
    w: &mut Writing<'_>,
    Ids([id]): Ids<1>,
) -> Result<Recorded<Answer>, Ending> {
    let account = people::open(w, D::charge(permit.actor()), &id)?.or_missing()?;
    let browsers = keeping::end(w, &account)?;
    let told = Flash::success(
        format!("{}'s account has ended", account.name),
        match browsers {
            0 => "They were signed in nowhere, and can't sign in any more.".to_owned(),
            1 => "One browser was signed out, and they can't sign in any more.".to_owned(),
            n => format!("{n} browsers were signed out, and they can't sign in any more."),
        },
    );
    Ok(w.event("person.ended")
        .about("person", account.key.0)
        .with("browsers", browsers)
        .then(Answer::see_other(D::LIST).telling(told)))
}

/// `POST /admin/people/{person}/invitation`, `POST /clm/staff/{person}/invitation`
pub fn invite_person<D: Desk>(
    permit: Permit<D>,
    w: &mut Writing<'_>,
    Ids([id]): Ids<1>,
) -> Result<Recorded<Answer>, Ending> {
    let account = people::open(w, D::charge(permit.actor()), &id)?.or_missing()?;
    keeping::invite_again(w, &account)?;
    let told = Flash::success(
        "The invitation is on its way again",
        format!(
            "It goes to {}. Its link works for 14 days and lets {} choose a password.",
            account.email, account.name
        ),
    );
    Ok(w.event("person.invited-again")
        .about("person", account.key.0)
        .then(Answer::see_other(format!("{}/{id}", D::LIST)).telling(told)))
}

/// When something was, for the page.
fn moment(at: &platform::Instant) -> String {
    clock::moment(*at)
}
