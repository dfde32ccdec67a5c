//! The pages of term dates and closures.

use super::{
    calendar::{self, Days},
    forms, lessons,
    terms::{self, Kind, Owner, Stretch, Wanted},
};
use crate::{
    accounts::deeds::ManageTerms,
    shell::{self, Frame},
};
use askama::Template;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing,
    access::Side,
    clock, form,
    problem::OrMissing,
    web::{Flash, Ids, refused},
};

/// Which of the two kinds an address is about.
pub trait Dated: 'static {
    const KIND: Kind;
}

/// Addresses of terms.
pub struct OfTerms;

/// Addresses of closures.
pub struct OfClosures;

impl Dated for OfTerms {
    const KIND: Kind = Kind::Term;
}

impl Dated for OfClosures {
    const KIND: Kind = Kind::Closure;
}

#[derive(Template)]
#[template(path = "attendance/views/terms.html")]
struct TermsPage {
    frame: Frame,
    owner: Owner,
    lists: [(Kind, Vec<Stretch>); 2],
    bank_holidays: Vec<(String, &'static str)>,
    owners: Vec<Owner>,
}

impl TermsPage {
    fn add_label(&self, kind: &Kind) -> String {
        format!("Add a {}", kind.label())
    }

    fn add_href(&self, kind: &Kind) -> String {
        format!("{}/{}/new", address(&self.owner), kind.plural())
    }
}

#[derive(Template)]
#[template(path = "attendance/views/stretch.html")]
struct StretchPage {
    frame: Frame,
    form: Form,
    owner: Owner,
    kind: Kind,
    /// The one that is changed; a new one is added without.
    one: Option<Stretch>,
}

impl StretchPage {
    fn of(s: &Session<'_>, form: Form, owner: Owner, kind: Kind, one: Option<Stretch>) -> Self {
        let title = match one {
            Some(_) => format!("Change a {}", kind.label()),
            None => format!("Add a {}", kind.label()),
        };
        let mut frame = shell::frame(s, &title);
        frame.crumbs = vec![shell::crumb("Term dates and closures", &address(&owner))];
        StretchPage { frame, form, owner, kind, one }
    }

    fn action(&self) -> String {
        match &self.one {
            Some(one) => format!("{}/{}/{}", address(&self.owner), self.kind.plural(), one.public_id),
            None => format!("{}/{}/new", address(&self.owner), self.kind.plural()),
        }
    }

    fn name_label(&self) -> &'static str {
        match self.kind {
            Kind::Term => "Name",
            Kind::Closure => "Reason",
        }
    }

    fn name_hint(&self) -> &'static str {
        match self.kind {
            Kind::Term => "For example, autumn term, first half. A half-term holiday is the gap between two",
            Kind::Closure => "For example, training day. Everybody who sees the timetable can read it",
        }
    }
}

fn address(owner: &Owner) -> String {
    format!("/admin/terms/{}", owner.public_id)
}

/// `GET /admin/terms`: the service's own dates, and the way to everybody else's.
pub fn terms_page_of_service(_permit: Permit<ManageTerms>, r: &mut Reading<'_>) -> Result<Answer, Ending> {
    let owners = terms::owners(r)?;
    let service = owners.iter().find(|owner| owner.side == Side::Service).cloned().or_missing()?;
    show(r, service, owners)
}

/// `GET /admin/terms/{organisation}`
pub fn terms_page_of(
    _permit: Permit<ManageTerms>,
    r: &mut Reading<'_>,
    Ids([organisation]): Ids<1>,
) -> Result<Answer, Ending> {
    let owner = terms::open(r, &organisation)?.or_missing()?;
    let owners = terms::owners(r)?;
    show(r, owner, owners)
}

fn show(r: &mut Reading<'_>, owner: Owner, owners: Vec<Owner>) -> Result<Answer, Ending> {
    let lists = [
        (Kind::Term, terms::list(r, &owner, Kind::Term)?),
        (Kind::Closure, terms::list(r, &owner, Kind::Closure)?),
    ];
    let today = r.today();
    let ahead = calendar::BANK_HOLIDAYS.iter().filter(|(date, _)| *date >= today);
    let bank_holidays = ahead.map(|(date, name)| (clock::long_date(*date), *name)).collect();
    let mut frame = shell::frame(r, "Term dates and closures");
    if owner.side != Side::Service {
        frame.crumbs = vec![shell::crumb("Term dates and closures", "/admin/terms")];
    }
    Answer::page(&TermsPage { frame, owner, lists, bank_holidays, owners })
}

/// `GET /admin/terms/{organisation}/terms/new`, and `…/closures/new`
pub fn new_stretch_page<D: Dated>(
    _permit: Permit<ManageTerms>,
    r: &mut Reading<'_>,
    Ids([organisation]): Ids<1>,
) -> Result<Answer, Ending> {
    let owner = terms::open(r, &organisation)?.or_missing()?;
    Answer::page(&StretchPage::of(r, Form::empty(), owner, D::KIND, None))
}

/// `POST /admin/terms/{organisation}/terms/new`, and `…/closures/new`
pub fn add_stretch<D: Dated>(
    _permit: Permit<ManageTerms>,
    w: &mut Writing<'_>,
    Ids([organisation]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let owner = terms::open(w, &organisation)?.or_missing()?;
    let Some(wanted) = read(w, &mut form, &owner, D::KIND, None)? else {
        return Err(refused(&StretchPage::of(w, form, owner, D::KIND, None)));
    };
    terms::add(w, &owner, D::KIND, &wanted)?;
    done(w, &owner, D::KIND, "added", &wanted.name)
}

/// `GET /admin/terms/{organisation}/terms/{term}`, and `…/closures/{closure}`
pub fn stretch_page<D: Dated>(
    _permit: Permit<ManageTerms>,
    r: &mut Reading<'_>,
    Ids([organisation, one]): Ids<2>,
) -> Result<Answer, Ending> {
    let owner = terms::open(r, &organisation)?.or_missing()?;
    let one = find(r, &owner, D::KIND, &one)?;
    let form = Form::empty()
        .with("name", &one.name)
        .with("starts_on", one.days.first())
        .with("ends_on", one.days.last())
        .with("version", one.version);
    Answer::page(&StretchPage::of(r, form, owner, D::KIND, Some(one)))
}

/// `POST /admin/terms/{organisation}/terms/{term}`, and `…/closures/{closure}`
pub fn change_stretch<D: Dated>(
    _permit: Permit<ManageTerms>,
    w: &mut Writing<'_>,
    Ids([organisation, one]): Ids<2>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let owner = terms::open(w, &organisation)?.or_missing()?;
    let one = find(w, &owner, D::KIND, &one)?;
    let version = forms::version(&form)?;
    let Some(wanted) = read(w, &mut form, &owner, D::KIND, Some(&one))? else {
        return Err(refused(&StretchPage::of(w, form, owner, D::KIND, Some(one))));
    };
    terms::change(w, &one, version, &wanted)?;
    done(w, &owner, D::KIND, "changed", &wanted.name)
}

/// `POST /admin/terms/{organisation}/terms/{term}/removal`, and `…/closures/{closure}/removal`
pub fn remove_stretch<D: Dated>(
    _permit: Permit<ManageTerms>,
    w: &mut Writing<'_>,
    Ids([organisation, one]): Ids<2>,
) -> Result<Recorded<Answer>, Ending> {
    let owner = terms::open(w, &organisation)?.or_missing()?;
    let one = find(w, &owner, D::KIND, &one)?;
    terms::remove(w, &one)?;
    done(w, &owner, D::KIND, "removed", &one.name)
}

fn find(
    s: &mut Session<'_>,
    owner: &Owner,
    kind: Kind,
    id: &platform::ids::PublicId,
) -> Result<Stretch, Ending> {
    terms::list(s, owner, kind)?.into_iter().find(|one| one.public_id == *id).or_missing()
}

/// What was typed; `None` when something is wrong with it.
fn read(
    s: &mut Session<'_>,
    form: &mut Form,
    owner: &Owner,
    kind: Kind,
    changing: Option<&Stretch>,
) -> Result<Option<Wanted>, Ending> {
    const LONGEST_DAYS: i64 = 366;
    let missing = match kind {
        Kind::Term => "Enter the term's name",
        Kind::Closure => "Enter the reason of the closure",
    };
    let name = form.required("name", form::LINE, missing);
    let first = form.date("starts_on");
    let last = form.date("ends_on");
    for (field, date, label) in [("starts_on", first, "first"), ("ends_on", last, "last")] {
        if date.is_none() {
            form.refuse(field, format!("Enter the {label} day"));
        }
    }
    let (Some(first), Some(last)) = (first, last) else {
        return Ok(None);
    };
    let days = match Days::new(first, last) {
        Ok(days) => days,
        Err(sentence) => {
            form.refuse("ends_on", sentence);
            return Ok(None);
        }
    };
    if (last - first).num_days() > LONGEST_DAYS {
        form.refuse("ends_on", "Enter a last day within a year of the first");
    }
    let others = terms::list(s, owner, kind)?;
    if let Some(other) = terms::clash(&others, days, changing.map(|one| &one.public_id)) {
        form.refuse("starts_on", format!("These dates overlap {} ({})", other.name, other.days));
    }
    Ok(form.is_good().then_some(Wanted { name, days }))
}

/// Brings the lessons concerned up to date, and tells what became of them.
fn done(
    w: &mut Writing<'_>,
    owner: &Owner,
    kind: Kind,
    deed: &'static str,
    name: &str,
) -> Result<Recorded<Answer>, Ending> {
    let outcome = match owner.side {
        Side::Service => {
            let partnership = w.actor()?.partnership;
            lessons::bring_partnership_up_to_date(w, partnership)?
        }
        Side::Provider => lessons::bring_provider_up_to_date(w, owner.key())?,
        // A school's dates decide by when an absence is to be explained; they hold no lesson.
        Side::School => lessons::Outcome::default(),
    };
    let heading = format!("The {} is {deed}", kind.label());
    let to = match owner.side {
        Side::Service => "/admin/terms".to_owned(),
        Side::School | Side::Provider => address(owner),
    };
    let event = match kind {
        Kind::Term => w.event("terms.changed"),
        Kind::Closure => w.event("closures.changed"),
    };
    let told = Flash::success(heading, format!("{name}. {}", outcome.sentence()));
    Ok(event
        .about("organisation", owner.key().0)
        .with("deed", deed)
        .with("lessons", outcome.counts())
        .then(Answer::see_other(to).telling(told)))
}
