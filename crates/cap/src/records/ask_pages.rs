//! "Tell CAP this is wrong": the form beside the learner's, the training's and the organisations' details.

use super::{
    correction::{self, Wish},
    correction_field::{self, About, Field},
    record_pages::{address_of, frame_of},
    training,
};
use crate::{
    accounts::deeds::AskCorrection,
    learners::{
        codes::{Ethnicity, Sex},
        details, of_record as learner_of_record,
        record::{self, Record},
    },
    shell::Frame,
};
use askama::Template;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing,
    form::{LINE, TEXT},
    problem::OrMissing,
    web::{Flash, Ids, Query, refused},
};

#[derive(Template)]
#[template(path = "records/views/ask.html")]
struct AskPage {
    frame: Frame,
    form: Form,
    about: About,
    record: String,
    lines: Vec<Line>,
}

/// A field with what stands in it.
struct Line {
    /// Its name in this form.
    name: String,
    label: String,
    stands: String,
    /// What it is chosen from, where it is not typed.
    options: Vec<(&'static str, &'static str)>,
}

/// A value as people read it.
pub(super) fn said(field: Field, value: &str) -> String {
    let label = match (field.about, field.name) {
        (About::Learner, "sex") => Sex::find(value).map(Sex::label),
        (About::Learner, "ethnicity") => Ethnicity::find(value).map(Ethnicity::label),
        (About::Learner, "date_of_birth") => {
            return platform::form::parse_date(value)
                .map_or_else(|| value.to_owned(), platform::clock::short_date);
        }
        _ => None,
    };
    match label {
        Some(label) => label.to_owned(),
        None if value.is_empty() => "Nothing".to_owned(),
        None => value.to_owned(),
    }
}

fn options(field: Field) -> Vec<(&'static str, &'static str)> {
    let first = std::iter::once(("", "As it stands"));
    match (field.about, field.name) {
        (About::Learner, "sex") => {
            first.chain(Sex::ALL.iter().map(|one| (one.code(), one.label()))).collect()
        }
        (About::Learner, "ethnicity") => {
            first.chain(Ethnicity::ALL.iter().map(|one| (one.code(), one.label()))).collect()
        }
        _ => Vec::new(),
    }
}

fn field_name(field: Field) -> String {
    format!("wanted-{}", field.name)
}

fn page(s: &Session<'_>, record: &Record, about: About, standing: &Form, form: Form) -> AskPage {
    let line = |field: Field| Line {
        name: field_name(field),
        label: field.label(),
        stands: said(field, standing.value(field.name)),
        options: options(field),
    };
    AskPage {
        frame: frame_of(s, record, "Tell CAP this is wrong"),
        form,
        about,
        record: address_of(record),
        lines: about.fields().into_iter().map(line).collect(),
    }
}

fn standing(s: &mut Session<'_>, record: &Record, about: About) -> Result<Form, Ending> {
    let learner = learner_of_record::of(s, record)?;
    let training = training::of(s, record)?;
    Ok(correction_field::standing(about, record, &learner, &training))
}

/// `GET /clm/training-records/{record}/corrections/new`
pub fn ask_page(
    _permit: Permit<AskCorrection>,
    r: &mut Reading<'_>,
    Ids([id]): Ids<1>,
    Query(query): Query,
) -> Result<Answer, Ending> {
    let record = record::open(r, &id)?.or_missing()?;
    let about = About::parse(query.value("about")).unwrap_or(About::Learner);
    let standing = standing(r, &record, about)?;
    Answer::page(&page(r, &record, about, &standing, Form::empty()))
}

/// `POST /clm/training-records/{record}/corrections/new`
pub fn ask_corrections(
    permit: Permit<AskCorrection>,
    w: &mut Writing<'_>,
    Ids([id]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let record = record::open(w, &id)?.or_missing()?;
    let about = About::parse(form.value("about"))
        .ok_or(Ending::Unreadable("The form does not say what it is about."))?;
    let standing = standing(w, &record, about)?;
    let wishes = read(w, &mut form, about, &standing);
    let reason = form.required("reason", TEXT, "Say how you know, so that CAP can check it");
    let asking = permit.actor().organisation;
    for earlier in correction::of_record(w, &record)?.iter().filter(|one| one.is_open_of(asking)) {
        if wishes.iter().any(|(field, ..)| *field == earlier.field) {
            form.refuse(
                &field_name(earlier.field),
                "Your organisation has asked for this already, and it waits for CAP",
            );
        }
    }
    if !form.is_good() {
        return Err(refused(&page(w, &record, about, &standing, form)));
    }
    correction::ask(w, &record, &wishes, &reason)?;
    let told = Flash::success(
        "CAP has your correction",
        "Nothing is changed until CAP staff have decided. You will be told, and this record shows it until then.",
    );
    Ok(w.event("correction.asked")
        .about("training-record", record.key().0)
        .learners([record.learner().0])
        .with("fields", wishes.len())
        .then(Answer::see_other(address_of(&record)).telling(told)))
}

/// The fields that were filled in with something else than stands there.
fn read(s: &Session<'_>, form: &mut Form, about: About, standing: &Form) -> Vec<Wish> {
    let mut wishes: Vec<Wish> = Vec::new();
    for field in about.fields() {
        let (name, stood) = (field_name(field), standing.value(field.name));
        let wanted = form.text(&name, LINE);
        if wanted.is_empty() {
            continue;
        }
        if wanted == stood {
            form.refuse(&name, "This is what stands there already");
            continue;
        }
        let stood = stood.to_owned();
        match checked(s, about, standing, field, &wanted) {
            Ok(wanted) => wishes.push((field, stood, wanted)),
            Err(sentence) => form.refuse(&name, sentence),
        }
    }
    if wishes.is_empty() {
        let first = about.fields().first().map(|field| field_name(*field)).unwrap_or_default();
        form.refuse(&first, "Fill in what should stand in at least one of the fields");
    }
    wishes
}

/// The value as its own form would have it, or the sentence with which that form refuses it.
fn checked(
    s: &Session<'_>,
    about: About,
    standing: &Form,
    field: Field,
    wanted: &str,
) -> Result<String, String> {
    match about {
        About::Training | About::School | About::Provider => Ok(wanted.to_owned()),
        About::Learner => {
            let mut all = standing.clone().with(field.name, wanted);
            match details::read(&mut all, s.today()) {
                Some(details) => Ok(details::fill(Form::empty(), &details).value(field.name).to_owned()),
                // Another field may be wrong as it stands: that is not for this one to say.
                None => all.problem(field.name).map_or(Ok(wanted.to_owned()), |wrong| Err(wrong.to_owned())),
            }
        }
    }
}
