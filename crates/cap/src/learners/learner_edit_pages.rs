//! Changing a learner: details, duty of care, emergency contacts, each on a page of its own.

use super::{
    care, choices, clash,
    codes::{SenNeed, SenProvision},
    contacts, details, learner,
    learner_file::{self, Learner},
    learner_pages::{clash_of, ethnicities, sexes, taken_upn, told},
};
use crate::{
    accounts::deeds::ManageLearners,
    shell::{self, Frame, crumb},
};
use askama::Template;
use axum::http::StatusCode;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing,
    access::Side,
    problem::OrMissing,
    web::{Flash, Ids, refused, with_status},
};

type Choice = (&'static str, &'static str);

#[derive(Template)]
#[template(path = "learners/views/learner_details.html")]
struct DetailsPage {
    frame: Frame,
    form: Form,
    address: String,
    differences: Vec<clash::Difference>,
    schools: Vec<(String, String)>,
    sexes: Vec<Choice>,
    ethnicities: Vec<Choice>,
    usual_ks4_year: String,
}

#[derive(Template)]
#[template(path = "learners/views/learner_care.html")]
struct CarePage {
    frame: Frame,
    form: Form,
    address: String,
    differences: Vec<clash::Difference>,
    provisions: Vec<Choice>,
    needs: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "learners/views/learner_contacts.html")]
struct ContactsPage {
    frame: Frame,
    form: Form,
    address: String,
    differences: Vec<clash::Difference>,
    contacts: &'static [contacts::Fields],
}

fn address_of(learner: &Learner) -> String {
    format!("/clm/learners/{}", learner.public_id())
}

fn frame_of(s: &Session<'_>, learner: &Learner, title: &str) -> Frame {
    let mut frame = shell::frame(s, title);
    frame.crumbs = vec![
        crumb("Learners", "/clm/learners"),
        crumb("Learner", &address_of(learner)),
    ];
    frame
}

/// With the version that it was opened at.
fn versioned(form: Form, learner: &Learner) -> Form {
    form.with("version", learner.version())
}

fn details_filled(s: &mut Session<'_>, learner: &Learner) -> Result<Form, Ending> {
    let schools = choices::organisations(s, Side::School)?;
    let form =
        details::fill(Form::empty(), learner.details()).with("school", schools.id_of(learner.school()));
    Ok(versioned(form, learner))
}

fn details_page(
    s: &mut Session<'_>,
    learner: &Learner,
    form: Form,
    differences: Vec<clash::Difference>,
) -> Result<DetailsPage, Ending> {
    let usual = details::Details { ks4_year: None, ..learner.details().clone() };
    Ok(DetailsPage {
        frame: frame_of(s, learner, "Change details"),
        form,
        address: address_of(learner),
        differences,
        schools: choices::organisations(s, Side::School)?.options("Choose a school"),
        sexes: sexes(),
        ethnicities: ethnicities(),
        usual_ks4_year: usual.ks4_label(),
    })
}

/// `GET /clm/learners/{learner}/details`
pub fn learner_details_page(
    _permit: Permit<ManageLearners>,
    r: &mut Reading<'_>,
    Ids([id]): Ids<1>,
) -> Result<Answer, Ending> {
    let learner = learner_file::open(r, &id)?.or_missing()?;
    let form = details_filled(r, &learner)?;
    Answer::page(&details_page(r, &learner, form, Vec::new())?)
}

/// `POST /clm/learners/{learner}/details`
pub fn change_learner_details(
    _permit: Permit<ManageLearners>,
    w: &mut Writing<'_>,
    Ids([id]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let learner = learner_file::open(w, &id)?.or_missing()?;
    let today = w.today();
    let school =
        choices::organisations(w, Side::School)?.chosen(&mut form, "school", "Choose the home school");
    let (Some(new), Some(school)) = (details::read(&mut form, today), school) else {
        return Err(refused(&details_page(w, &learner, form, Vec::new())?));
    };
    if taken_upn(w, &new, Some(&learner))?.is_some() {
        form.refuse("upn", "Another learner has this UPN already");
        return Err(refused(&details_page(w, &learner, form, Vec::new())?));
    }
    let now = details_filled(w, &learner)?;
    if let Some(differences) = clash_of(details::FIELDS, &form, &now, learner.version()) {
        let page = details_page(w, &learner, versioned(form, &learner), differences)?;
        return Err(with_status(StatusCode::CONFLICT, &page));
    }
    learner::change_details(w, &learner, &new, school)?;
    let moved = school != learner.school();
    let next = if moved {
        "The new home school sees their registers and absences from now on, the former one no more."
    } else {
        "The home school and the providers see them so from now on."
    };
    let mut event = w.event("learner.details-changed").about("learner", learner.key().0);
    if moved {
        event = event.with("from_school", learner.school().0).with("to_school", school.0);
    }
    let answer = Answer::see_other(address_of(&learner)).telling(told("The details are changed", &new, next));
    Ok(event.learners([learner.key().0]).then(answer))
}

fn care_page(
    s: &Session<'_>,
    learner: &Learner,
    form: Form,
    differences: Vec<clash::Difference>,
) -> CarePage {
    let needs = SenNeed::ALL.iter().map(|need| (need.code(), need.label()));
    CarePage {
        frame: frame_of(s, learner, "Change duty of care"),
        form,
        address: address_of(learner),
        differences,
        provisions: SenProvision::ALL.iter().map(|one| (one.code(), one.label())).collect(),
        needs: std::iter::once(("", "None")).chain(needs).collect(),
    }
}

/// `GET /clm/learners/{learner}/care`
pub fn learner_care_page(
    _permit: Permit<ManageLearners>,
    r: &mut Reading<'_>,
    Ids([id]): Ids<1>,
) -> Result<Answer, Ending> {
    let learner = learner_file::open(r, &id)?.or_missing()?;
    let form = versioned(care::fill(Form::empty(), learner.care()), &learner);
    Answer::page(&care_page(r, &learner, form, Vec::new()))
}

/// `POST /clm/learners/{learner}/care`
pub fn change_learner_care(
    _permit: Permit<ManageLearners>,
    w: &mut Writing<'_>,
    Ids([id]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let learner = learner_file::open(w, &id)?.or_missing()?;
    let Some(new) = care::read(&mut form) else {
        return Err(refused(&care_page(w, &learner, form, Vec::new())));
    };
    let now = care::fill(Form::empty(), learner.care());
    if let Some(differences) = clash_of(care::FIELDS, &form, &now, learner.version()) {
        let page = care_page(w, &learner, versioned(form, &learner), differences);
        return Err(with_status(StatusCode::CONFLICT, &page));
    }
    learner::change_care(w, &learner, &new)?;
    let told = Flash::success(
        "Duty of care is changed",
        "The home school and the providers who have the learner now see it from now on.",
    );
    Ok(w.event("learner.care-changed")
        .about("learner", learner.key().0)
        .learners([learner.key().0])
        .then(Answer::see_other(address_of(&learner)).telling(told)))
}

fn contacts_page(
    s: &Session<'_>,
    learner: &Learner,
    form: Form,
    differences: Vec<clash::Difference>,
) -> ContactsPage {
    ContactsPage {
        frame: frame_of(s, learner, "Change emergency contacts"),
        form,
        address: address_of(learner),
        differences,
        contacts: contacts::FIELDS,
    }
}

/// `GET /clm/learners/{learner}/contacts`
pub fn learner_contacts_page(
    _permit: Permit<ManageLearners>,
    r: &mut Reading<'_>,
    Ids([id]): Ids<1>,
) -> Result<Answer, Ending> {
    let learner = learner_file::open(r, &id)?.or_missing()?;
    let form = versioned(contacts::fill(Form::empty(), learner.contacts()), &learner);
    Answer::page(&contacts_page(r, &learner, form, Vec::new()))
}

/// `POST /clm/learners/{learner}/contacts`
pub fn change_learner_contacts(
    _permit: Permit<ManageLearners>,
    w: &mut Writing<'_>,
    Ids([id]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let learner = learner_file::open(w, &id)?.or_missing()?;
    let Some(new) = contacts::read(&mut form) else {
        return Err(refused(&contacts_page(w, &learner, form, Vec::new())));
    };
    let now = contacts::fill(Form::empty(), learner.contacts());
    if let Some(differences) = clash_of(contacts::LABELS, &form, &now, learner.version()) {
        let page = contacts_page(w, &learner, versioned(form, &learner), differences);
        return Err(with_status(StatusCode::CONFLICT, &page));
    }
    learner::change_contacts(w, &learner, &new)?;
    let told = Flash::success(
        "Emergency contacts are changed",
        "The home school and the providers who have the learner now see them from now on.",
    );
    Ok(w.event("learner.contacts-changed")
        .about("learner", learner.key().0)
        .learners([learner.key().0])
        .with("count", new.len())
        .then(Answer::see_other(address_of(&learner)).telling(told)))
}
