//! What a training record says of itself: the course, its dates, who is at either end.

use crate::{
    accounts::organisation::{self, Organisation},
    learners::record::Record,
    schema::{cohort, course, partnership, qualification, training_record, tutor_group},
};
use diesel::prelude::*;
use platform::{
    Ending, Session, clock,
    ids::{OrganisationKey, PublicId},
    problem::OrMissing,
};

/// The training of one record, in words.
#[derive(Clone, Debug)]
pub struct Training {
    pub partnership: String,
    pub course: String,
    pub cohort: String,
    pub cohort_id: PublicId,
    pub group: String,
    /// The qualification that the course leads to, or the words that stand in its place; may be empty.
    pub qualification: String,
    pub school: Organisation,
    pub provider: Organisation,
}

/// The training of a record that its reader has opened.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn of(s: &mut Session<'_>, record: &Record) -> Result<Training, Ending> {
    type Found = (String, String, PublicId, String, String, Option<(String, String)>);
    let (partnership, title, cohort_id, group, words, regulated): Found = training_record::table
        .inner_join(partnership::table)
        .inner_join(tutor_group::table)
        .inner_join(cohort::table.inner_join(course::table.left_join(qualification::table)))
        .filter(training_record::id.eq(record.key()))
        .select((
            partnership::name,
            cohort::title,
            cohort::public_id,
            tutor_group::name,
            course::qualification,
            (qualification::number, qualification::title).nullable(),
        ))
        .first(s.db())?;
    let course_title = cohort::table
        .inner_join(course::table)
        .filter(cohort::id.eq(record.cohort()))
        .select(course::title)
        .first(s.db())?;
    Ok(Training {
        partnership,
        course: course_title,
        cohort: title,
        cohort_id,
        group,
        qualification: regulated.map_or(words, |(number, title)| format!("{title} ({number})")),
        school: end(s, record.school())?,
        provider: end(s, record.provider())?,
    })
}

fn end(s: &mut Session<'_>, key: OrganisationKey) -> Result<Organisation, Ending> {
    organisation::of_key(s, key)?.or_missing()
}

/// The training as a page shows it: label and value.
pub fn rows(record: &Record, training: &Training) -> Vec<(&'static str, String)> {
    let stand = record.stand();
    let mut rows = vec![
        ("Status", stand.status.label().to_owned()),
        ("Course title", training.course.clone()),
        ("Course cohort", format!("{}, group {}", training.cohort, training.group)),
        ("Qualification", or_none(&training.qualification)),
        ("Provider", training.provider.name.clone()),
        ("Partnership", training.partnership.clone()),
        ("Training start", clock::short_date(stand.starts_on)),
        ("Training end", clock::short_date(stand.ends_on)),
    ];
    if let Some(day) = stand.closed_on {
        rows.push(("Date closed", clock::short_date(day)));
    }
    rows.push(("Record ID", record.number().to_string()));
    rows
}

/// An organisation as a page shows it: label and value.
pub fn organisation_rows(one: &Organisation) -> Vec<(&'static str, String)> {
    let text = |value: &Option<String>| or_none(value.as_deref().unwrap_or_default());
    let (la, estab) = one.la_estab.as_deref().and_then(|both| both.split_at_checked(3)).unwrap_or_default();
    let address = match &one.postcode {
        Some(postcode) if one.address.is_empty() => postcode.clone(),
        Some(postcode) => format!("{}\n{postcode}", one.address),
        None => one.address.clone(),
    };
    vec![
        ("Name", one.name.clone()),
        ("Address", or_none(&address)),
        ("Telephone", text(&one.telephone)),
        ("LA", or_none(la)),
        ("Estab", or_none(estab)),
        ("URN", text(&one.urn)),
        ("UKPRN", text(&one.ukprn)),
    ]
}

fn or_none(text: &str) -> String {
    if text.is_empty() { "Not entered" } else { text }.to_owned()
}
