//! *Manage Assessment*: the list of a training record's assessments, a new one, changing one with its
//! rows, removing one.

use super::{
    AssessmentKey,
    assessment::{self, Assessment},
    assessment_form::{self as typed, Names},
    writable,
};
use crate::{
    accounts::{
        deeds::{Deed, ViewRecords, WriteProgress, may},
        settings,
    },
    attendance::placing::{self, Placement},
    learners::clash::{self, Difference},
    shell::Frame,
};
use askama::Template;
use axum::http::StatusCode;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing,
    problem::OrMissing,
    web::{Flash, Ids, refused, with_status},
};

const ABOVE: Option<(&str, &str)> = Some(("Manage Assessment", "assessments"));

#[derive(Template)]
#[template(path = "progress/views/assessments.html")]
struct ListPage {
    frame: Frame,
    one: Placement,
    address: String,
    writes: bool,
    all: Vec<Assessment>,
}

/// A row's fields, on the page that changes an assessment.
struct RowFields {
    names: Names,
    /// The date that stands there, as a heading.
    heading: String,
    levels: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "progress/views/assessment.html")]
struct AssessmentPage {
    frame: Frame,
    form: Form,
    one: Placement,
    heading: &'static str,
    list: String,
    action: String,
    /// The levels of a row to be added.
    levels: Vec<(String, String)>,
    rows: Vec<RowFields>,
    differences: Vec<Difference>,
    /// Where an assessment that is there is removed.
    removal: Option<String>,
}

/// `GET /clm/training-records/{record}/assessments`
pub fn assessments_page(
    permit: Permit<ViewRecords>,
    r: &mut Reading<'_>,
    Ids([record]): Ids<1>,
) -> Result<Answer, Ending> {
    let one = placing::open_record(r, &record)?.or_missing()?;
    Answer::page(&ListPage {
        frame: writable::frame(r, &one, "Manage Assessment", None),
        address: writable::address(&one),
        writes: one.is_active() && may(permit.actor().role, Deed::WriteProgress),
        all: assessment::of_record(r, one.record())?,
        one,
    })
}

fn levels(s: &Session<'_>) -> Vec<String> {
    settings::list(s.settings(), "assessment_levels")
}

/// The choices of a level, with the one that is there already.
fn options(levels: &[String], known: &str) -> Vec<(String, String)> {
    let none = (String::new(), "None".to_owned());
    let gone = Some(known.to_owned()).filter(|known| !known.is_empty() && !levels.contains(known));
    let all = levels.iter().cloned().chain(gone);
    std::iter::once(none).chain(all.map(|level| (level.clone(), level))).collect()
}

fn new_page(s: &Session<'_>, one: Placement, form: Form) -> AssessmentPage {
    let list = format!("{}/assessments", writable::address(&one));
    AssessmentPage {
        frame: writable::frame(s, &one, "New assessment", ABOVE),
        form,
        heading: "New assessment",
        action: format!("{list}/new"),
        list,
        one,
        levels: options(&levels(s), ""),
        rows: Vec::new(),
        differences: Vec::new(),
        removal: None,
    }
}

/// `GET /clm/training-records/{record}/assessments/new`
pub fn new_assessment_page(
    _permit: Permit<WriteProgress>,
    r: &mut Reading<'_>,
    Ids([record]): Ids<1>,
) -> Result<Answer, Ending> {
    let one = writable::open(r, &record)?;
    let form = Form::empty().with("taken_on", r.today());
    Answer::page(&new_page(r, one, form))
}

/// `POST /clm/training-records/{record}/assessments/new`
pub fn make_assessment(
    _permit: Permit<WriteProgress>,
    w: &mut Writing<'_>,
    Ids([record]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let one = writable::open(w, &record)?;
    let Some((head, first)) = typed::read_new(&mut form, &levels(w), w.today()) else {
        return Err(refused(&new_page(w, one, form)));
    };
    let key = assessment::make(w, one.record(), &head.description, &head.details, &first)?;
    done(w, &one, "assessment.made", key, writable::saved("The assessment is saved"))
}

fn change_page(
    s: &Session<'_>,
    one: Placement,
    assessment: &Assessment,
    form: Form,
    differences: Vec<Difference>,
) -> AssessmentPage {
    let list = format!("{}/assessments", writable::address(&one));
    let action = format!("{list}/{}", assessment.public_id());
    let levels = levels(s);
    let fields = |row: &assessment::Row| RowFields {
        names: Names::of(&row.public_id),
        heading: platform::clock::short_date(row.outcome.taken_on),
        levels: options(&levels, &row.outcome.level),
    };
    AssessmentPage {
        frame: writable::frame(s, &one, "Change an assessment", ABOVE),
        form: form.with("version", assessment.version()),
        heading: "Change an assessment",
        removal: Some(format!("{action}/removal")),
        action,
        list,
        one,
        rows: assessment.rows().iter().map(fields).collect(),
        levels: options(&levels, ""),
        differences,
    }
}

/// `GET /clm/training-records/{record}/assessments/{assessment}`
pub fn assessment_page(
    _permit: Permit<WriteProgress>,
    r: &mut Reading<'_>,
    Ids([record, id]): Ids<2>,
) -> Result<Answer, Ending> {
    let one = writable::open(r, &record)?;
    let assessment = assessment::open(r, one.record(), &id)?.or_missing()?;
    let form = typed::fill(&assessment);
    Answer::page(&change_page(r, one, &assessment, form, Vec::new()))
}

/// `POST /clm/training-records/{record}/assessments/{assessment}`
pub fn change_assessment(
    _permit: Permit<WriteProgress>,
    w: &mut Writing<'_>,
    Ids([record, id]): Ids<2>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let one = writable::open(w, &record)?;
    let assessment = assessment::open(w, one.record(), &id)?.or_missing()?;
    let Some(change) = typed::read_change(&mut form, &assessment, &levels(w), w.today()) else {
        return Err(refused(&change_page(w, one, &assessment, form, Vec::new())));
    };
    if !writable::is_of(&form, assessment.version()) {
        let mut differences = clash::between(&typed::fields(&assessment), &typed::fill(&assessment), &form);
        differences.extend(typed::of_removed_rows(&form, &assessment));
        if !differences.is_empty() {
            // What somebody added meanwhile comes into the form, so that nothing of it is taken away.
            let page = change_page(w, one, &assessment, with_new_rows(form, &assessment), differences);
            return Err(with_status(StatusCode::CONFLICT, &page));
        }
    }
    assessment::change(w, &assessment, &change)?;
    done(
        w,
        &one,
        "assessment.changed",
        assessment.key(),
        writable::saved("The assessment is changed"),
    )
}

/// The form as typed, with the rows that it does not know.
fn with_new_rows(form: Form, assessment: &Assessment) -> Form {
    let now = typed::fill(assessment);
    let unknown: Vec<(String, String)> =
        now.fields().iter().filter(|(name, _)| !form.contains(name)).cloned().collect();
    unknown.into_iter().fold(form, |form, (name, value)| form.with(&name, value))
}

/// `POST /clm/training-records/{record}/assessments/{assessment}/removal`
pub fn remove_assessment(
    _permit: Permit<WriteProgress>,
    w: &mut Writing<'_>,
    Ids([record, id]): Ids<2>,
    form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let one = writable::open(w, &record)?;
    let assessment = assessment::open(w, one.record(), &id)?.or_missing()?;
    if !writable::is_of(&form, assessment.version()) {
        return Err(Ending::Conflict(assessment::CHANGED));
    }
    assessment::end(w, &assessment)?;
    done(
        w,
        &one,
        "assessment.removed",
        assessment.key(),
        writable::removed("The assessment is removed"),
    )
}

/// Ends what was done to an assessment of a training record.
fn done(
    w: &mut Writing<'_>,
    on: &Placement,
    name: &'static str,
    key: AssessmentKey,
    told: Flash,
) -> Result<Recorded<Answer>, Ending> {
    let deed = writable::Deed { name, kind: "assessment", key: key.0 };
    writable::done(w, on, deed, "assessments", told)
}
