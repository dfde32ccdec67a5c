//! The grade that a learner achieved in the end.

use super::{report_form, units, writable};
use crate::{
    accounts::deeds::EnterGrades,
    attendance::placing::{self, Placement},
    learners::record::{self, Record},
    schema::progress_sum,
    shell::Frame,
};
use askama::Template;
use diesel::prelude::*;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing,
    db::update,
    problem::OrMissing,
    web::{Flash, Ids, refused},
};

#[derive(Template)]
#[template(path = "progress/views/achieved_grade.html")]
struct GradePage {
    frame: Frame,
    form: Form,
    one: Placement,
    action: String,
    /// None where the qualification has no grades, and any words will do.
    grades: Vec<(String, String)>,
}

/// The grade that stands on a record; empty where none was achieved yet.
///
/// # Errors
/// A database error.
pub fn achieved(s: &mut Session<'_>, of: &Record) -> Result<String, Ending> {
    let one = progress_sum::table.filter(progress_sum::record_id.eq(of.key()));
    Ok(one.select(progress_sum::achieved_grade).first(s.db()).optional()?.unwrap_or_default())
}

fn grades_of(s: &mut Session<'_>, of: &Record) -> Result<Vec<String>, Ending> {
    Ok(units::goal(s, of)?.map(|goal| goal.grades).unwrap_or_default())
}

fn page(s: &mut Session<'_>, one: Placement, form: Form, stands: &str) -> Result<GradePage, Ending> {
    let grades = grades_of(s, one.record())?;
    Ok(GradePage {
        frame: writable::frame(s, &one, "Achieved grade", Some(("Progress reports", "progress-reports"))),
        action: format!("{}/achieved-grade", writable::address(&one)),
        form: form.with("was", stands),
        grades: if grades.is_empty() {
            Vec::new()
        } else {
            report_form::grade_options(&grades, stands)
        },
        one,
    })
}

/// `GET /clm/training-records/{record}/achieved-grade`: also of a record that is closed, since results
/// come after the course.
pub fn achieved_grade_page(
    _permit: Permit<EnterGrades>,
    r: &mut Reading<'_>,
    Ids([record]): Ids<1>,
) -> Result<Answer, Ending> {
    let one = placing::open_record(r, &record)?.or_missing()?;
    let stands = achieved(r, one.record())?;
    let form = Form::empty().with("achieved_grade", &stands);
    Answer::page(&page(r, one, form, &stands)?)
}

/// `POST /clm/training-records/{record}/achieved-grade`
pub fn enter_achieved_grade(
    _permit: Permit<EnterGrades>,
    w: &mut Writing<'_>,
    Ids([record]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let one = placing::open_record(w, &record)?.or_missing()?;
    let stands = achieved(w, one.record())?;
    let grades = grades_of(w, one.record())?;
    let grade = report_form::grade(&mut form, "achieved_grade", &grades, &stands);
    if form.value("was") != stands && grade != stands {
        let said = if stands.is_empty() { "none" } else { &stands };
        let message =
            format!("Somebody else changed it meanwhile: now it is {said}. Save again if yours is right");
        form.refuse("achieved_grade", message);
    }
    if !form.is_good() {
        return Err(refused(&page(w, one, form, &stands)?));
    }
    let sum = progress_sum::table.filter(progress_sum::record_id.eq(one.record().key()));
    update(sum, progress_sum::achieved_grade.eq(&grade)).execute(w.db())?;
    record::touch(w, one.record())?;
    let told = Flash::success(
        "The achieved grade is saved",
        "The home school, the provider and CAP staff see it on the training record from now on.",
    );
    Ok(w.event("grade.entered")
        .about("training-record", one.record().key().0)
        .learners([one.record().learner().0])
        .then(Answer::see_other(format!("{}/progress-reports", writable::address(&one))).telling(told)))
}
