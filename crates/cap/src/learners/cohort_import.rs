//! `cap import cohorts`: courses, their cohorts and tutor groups, one group a row.

use super::{
    CohortKey,
    cohort::{self, NewCohort},
    course,
};
use crate::{
    accounts::import::{Column, Import, Planned, Planning, may, must, named, overlay, places},
    schema::{self, tutor_group},
};
use diesel::prelude::*;
use platform::{
    Ending, Form, Session, Writing,
    access::Side,
    form::{LINE, parse_date},
    ids::{OrganisationKey, PartnershipKey},
    table::{Row, Table},
    text::fold,
};
use std::collections::HashMap;

/// A file of course cohorts.
#[derive(Debug)]
pub struct Cohorts;

/// What a cohort's rows do together.
#[derive(Debug)]
pub struct Change {
    provider: OrganisationKey,
    qualification: String,
    new: NewCohort,
    /// The cohort, where it is here already.
    known: Option<CohortKey>,
    /// The tutor groups to be made.
    groups: Vec<String>,
}

impl Import for Cohorts {
    type Change = Change;
    const WORD: &'static str = "cohorts";
    const KNOWN: &'static str = "A cohort of the same provider, title and start is the same one: its end and age group are changed to what the file says, and tutor groups that it lacks are added. A cohort with several tutor groups has a row for each.";
    const COLUMNS: &'static [Column] = &[
        must("title", "Of the cohort; a course of the same title is made where the provider has none"),
        must("provider", "The name of a provider that is here already"),
        may("entry", "Another name for start; where both are filled they must agree"),
        may("start", "First day, like 2026-09-01 or 01/09/2026; required unless entry is filled"),
        must("end", "Last day"),
        may("group", "Name of a tutor group; A when empty"),
        may(
            "qualification",
            "Of the course, where it is made: the number or title of a known qualification is linked, other words are kept",
        ),
        may("age_group", "Such as KS4"),
    ];

    fn plan(s: &mut Session<'_>, at: PartnershipKey, table: &Table) -> Result<Planned<Change>, Ending> {
        let places = places(s, at)?;
        let (mut planning, mut lines) = (Planning::<Change>::default(), HashMap::new());
        for row in table.rows() {
            let mut form = overlay(Form::empty(), &row, Self::COLUMNS);
            let provider = named(&places, Side::Provider, row.get("provider"));
            if provider.is_none() {
                form.refuse("provider", "no provider of this name is here; import it first");
            }
            let read = read(&mut form, &row);
            let (true, Some(provider), Some((new, group))) = (planning.takes(&row, &form), provider, read)
            else {
                continue;
            };
            let identity = (provider.key, fold(&new.title), new.starts_on);
            match lines.get(&identity) {
                Some(&(line, place)) => add_row(&mut planning, &row, line, place, new, group),
                None => {
                    let what = format!("{} of {} from {}", new.title, provider.name, new.starts_on);
                    let known = course::find_cohort(s, provider.key, &new.title, new.starts_on)?;
                    let change = Change {
                        provider: provider.key,
                        qualification: row.get("qualification").to_owned(),
                        new,
                        known,
                        groups: vec![group],
                    };
                    lines.insert(identity, (row.line(), planning.steps_mut().len()));
                    match known {
                        None => planning.makes(&row, what, change),
                        Some(_) => planning.changes(&row, what, change),
                    }
                }
            }
        }
        drop_what_is_so(s, &mut planning)?;
        Ok(planning.done())
    }

    fn apply(w: &mut Writing<'_>, _at: PartnershipKey, change: &Change) -> Result<Option<i64>, Ending> {
        let key = match change.known {
            None => course::start(w, change.provider, &change.qualification, &change.new)?,
            Some(key) => {
                update(w, key, &change.new)?;
                key
            }
        };
        for group in &change.groups {
            cohort::make_group(w, key, group)?;
        }
        Ok(None)
    }
}

/// The cohort and the tutor group of a row; `None` when a field is refused.
fn read(form: &mut Form, row: &Row<'_>) -> Option<(NewCohort, String)> {
    let (entry, start, end) = (form.date("entry"), form.date("start"), form.date("end"));
    let starts = start.or(entry);
    if starts.is_none() {
        form.refuse("start", "Enter the first day, here or as entry");
    }
    if entry.is_some_and(|entry| starts != Some(entry)) {
        form.refuse("entry", "Enter the same day as under start, or leave one of the two empty");
    }
    if end.is_some_and(|end| starts.is_some_and(|start| end < start)) {
        form.refuse("end", "Enter an end that is not before the start");
    }
    let title = form.required("title", LINE, "Enter the title");
    let age_group = form.text("age_group", LINE);
    form.text("qualification", LINE);
    let group = form.text("group", LINE);
    let (starts_on, ends_on) = (starts?, end.or_else(|| parse_date(row.get("end")))?);
    let group = if group.is_empty() { "A".to_owned() } else { group };
    form.is_good().then_some((NewCohort { title, age_group, starts_on, ends_on }, group))
}

/// A further row of a cohort: one more tutor group, and nothing that contradicts the first row.
fn add_row(
    planning: &mut Planning<Change>,
    row: &Row<'_>,
    line: u64,
    place: usize,
    new: NewCohort,
    group: String,
) {
    let change = &mut planning.steps_mut()[place].change;
    let wrong = if change.new.ends_on != new.ends_on {
        Some(("end", format!("line {line} says another end of the same cohort")))
    } else if change.new.age_group != new.age_group {
        Some(("age_group", format!("line {line} says another age group of the same cohort")))
    } else if change.groups.iter().any(|one| fold(one) == fold(&group)) {
        Some(("group", "this tutor group stands on an earlier line too".to_owned()))
    } else {
        None
    };
    match wrong {
        Some((column, message)) => planning.fault(row, column, message),
        None => change.groups.push(group),
    }
}

/// Takes tutor groups that are here already out of the plan, and cohorts with nothing left to do.
fn drop_what_is_so(s: &mut Session<'_>, planning: &mut Planning<Change>) -> Result<(), Ending> {
    use schema::cohort;
    let steps = std::mem::take(planning.steps_mut());
    for mut step in steps {
        if let Some(key) = step.change.known {
            let names: Vec<String> = tutor_group::table
                .filter(tutor_group::cohort_id.eq(key))
                .select(tutor_group::name)
                .load(s.db())?;
            step.change.groups.retain(|group| !names.iter().any(|name| fold(name) == fold(group)));
            let now = cohort::table
                .filter(cohort::id.eq(key))
                .select((cohort::ends_on, cohort::age_group))
                .first::<(chrono::NaiveDate, String)>(s.db())?;
            if step.change.new.age_group.is_empty() {
                step.change.new.age_group.clone_from(&now.1);
            }
            let same = now == (step.change.new.ends_on, step.change.new.age_group.clone());
            if same && step.change.groups.is_empty() {
                planning.leaves();
                continue;
            }
        }
        planning.steps_mut().push(step);
    }
    Ok(())
}

fn update(w: &mut Writing<'_>, key: CohortKey, new: &NewCohort) -> Result<(), Ending> {
    use schema::cohort;
    diesel::update(cohort::table.filter(cohort::id.eq(key)))
        .set((
            cohort::age_group.eq(&new.age_group),
            cohort::ends_on.eq(new.ends_on),
            cohort::version.eq(cohort::version + 1),
        ))
        .execute(w.db())?;
    Ok(())
}
