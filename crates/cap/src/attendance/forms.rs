//! What several forms of this area ask for.

use super::timetable;
use crate::learners::cohort::Cohort;
use chrono::NaiveTime;
use platform::{
    Ending, Form, Session,
    ids::{PersonKey, PublicId},
};

/// The version that a form was opened with.
///
/// # Errors
/// [`Ending::Unreadable`] when the form has none.
pub(super) fn version(form: &Form) -> Result<i32, Ending> {
    form.value("version")
        .parse()
        .map_err(|_| Ending::Unreadable("The form does not say which version it was made from."))
}

/// The fields `starts` and `ends`: when a lesson begins and when it ends, on one day.
pub(super) fn times(form: &mut Form) -> (Option<NaiveTime>, Option<NaiveTime>) {
    let (starts, ends) = (form.time("starts"), form.time("ends"));
    if starts.is_none() {
        form.refuse("starts", "Enter when it starts, like 09:15");
    }
    if ends.is_none() {
        form.refuse("ends", "Enter when it ends, like 12:00");
    }
    if starts.is_some() && ends.is_some() && ends <= starts {
        form.refuse("ends", "Enter an end that is later than the start");
    }
    (starts, ends)
}

/// The field `tutor`: one of those who can take a lesson of the cohort's provider, or nobody yet.
///
/// # Errors
/// A database error.
pub(super) fn tutor(
    s: &mut Session<'_>,
    form: &mut Form,
    cohort: &Cohort,
) -> Result<Option<PersonKey>, Ending> {
    let tutors = timetable::tutors(s, cohort)?;
    Ok(form.parsed("tutor", |id| {
        let id = PublicId::parse(id);
        let found = tutors.iter().find(|(_, public_id, _)| Some(public_id) == id.as_ref());
        found.map(|(key, ..)| *key).ok_or("Choose one of the provider's tutors")
    }))
}

/// The choices of a tutor: nobody yet, then the provider's by name.
///
/// # Errors
/// A database error.
pub(super) fn tutor_options(s: &mut Session<'_>, cohort: &Cohort) -> Result<Vec<(String, String)>, Ending> {
    let nobody = (String::new(), "Nobody yet".to_owned());
    let tutors = timetable::tutors(s, cohort)?.into_iter();
    Ok(std::iter::once(nobody)
        .chain(tutors.map(|(_, id, name)| (id.to_string(), name)))
        .collect())
}

/// The choices of a tutor group of a cohort.
pub(super) fn group_options(cohort: &Cohort) -> Vec<(String, String)> {
    let option =
        |group: &crate::learners::cohort::Group| (group.public_id().to_string(), group.name().to_owned());
    cohort.groups().iter().map(option).collect()
}
