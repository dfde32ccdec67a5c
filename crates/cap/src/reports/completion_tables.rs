//! Completion of units: by course cohort, by learner, by unit.

use super::table::{Cell, Heading, Kind, Line, Table};
use crate::{
    attendance::filter::Filter,
    progress::{
        UnitStatus,
        completion::{self, share},
        sums::Units,
    },
};
use platform::{Ending, Session};

/// The headings of the statuses' counts.
pub(super) fn status_headings() -> impl Iterator<Item = Heading> {
    UnitStatus::ALL.into_iter().map(|status| Heading::new(status.heading(), Kind::Shared))
}

/// The counts of the statuses.
pub(super) fn status_cells(units: &Units) -> impl Iterator<Item = Cell> {
    UnitStatus::ALL
        .into_iter()
        .map(|status| Cell::Shared(units.of(status), share(units, status)))
}

fn headings(names: &[(&str, Kind)]) -> Vec<Heading> {
    let named = names.iter().map(|(text, kind)| Heading::new(*text, *kind));
    named.chain(status_headings()).collect()
}

fn line(names: impl IntoIterator<Item = Cell>, units: &Units) -> Line {
    Line::of(names.into_iter().chain(status_cells(units)).collect())
}

fn total<'u>(units: impl Iterator<Item = &'u Units>) -> Units {
    let mut sum = Units::default();
    units.for_each(|one| sum += *one);
    sum
}

const SHARES: &str =
    "Active and completed training records. Every percentage is a share of the units that are not left out.";
const EMPTY: &str = "No training record here leads to a qualification with units";

/// The units of each cohort's learners together.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn by_cohort(s: &mut Session<'_>, filter: &Filter) -> Result<Table, Ending> {
    let all = completion::by_cohort(s, filter)?;
    let lines = all.iter().map(|one| {
        let href = format!("/clm/course-reports/cohort-progress?cohort={}", one.id);
        let names = [
            Cell::Link(one.title.clone(), href),
            Cell::Text(one.provider.clone()),
            Cell::Text(one.qualification.clone().unwrap_or_default()),
            Cell::Count(one.learners),
            Cell::Count(one.units.total()),
        ];
        line(names, &one.units)
    });
    let sum = total(all.iter().map(|one| &one.units));
    let names = [
        Cell::Text("Total".to_owned()),
        Cell::Empty,
        Cell::Empty,
        Cell::Count(all.iter().map(|one| one.learners).sum()),
        Cell::Count(sum.total()),
    ];
    Ok(Table {
        headings: headings(&[
            ("Course cohort", Kind::Text),
            ("Provider", Kind::Text),
            ("Qualification", Kind::Text),
            ("Training records", Kind::Count),
            ("Units", Kind::Count),
        ]),
        lines: lines.collect(),
        foot: vec![line(names, &sum)],
        explained: SHARES.to_owned(),
        empty: EMPTY,
    })
}

/// The units of each learner.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn by_learner(s: &mut Session<'_>, filter: &Filter) -> Result<Table, Ending> {
    let all = completion::by_record(s, filter)?;
    let lines = all.iter().map(|one| {
        let names = [
            Cell::Name(one.surname.clone()),
            Cell::Name(one.first_name.clone()),
            Cell::Text(one.school.clone()),
            Cell::Text(one.cohort.clone()),
            Cell::Count(one.units.total()),
        ];
        Line {
            learner: Some(one.learner),
            ..line(names, &one.units)
        }
    });
    let sum = total(all.iter().map(|one| &one.units));
    let names = [
        Cell::Text("Total".to_owned()),
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::Count(sum.total()),
    ];
    Ok(Table {
        headings: headings(&[
            ("Surname", Kind::Name),
            ("First name", Kind::Name),
            ("Home school", Kind::Text),
            ("Course cohort", Kind::Text),
            ("Units", Kind::Count),
        ]),
        lines: lines.collect(),
        foot: vec![line(names, &sum)],
        explained: SHARES.to_owned(),
        empty: EMPTY,
    })
}

/// The learners in each unit.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn by_unit(s: &mut Session<'_>, filter: &Filter) -> Result<Table, Ending> {
    let all = completion::by_unit(s, filter)?;
    let lines = all.iter().map(|one| {
        let needed = if one.mandatory { "Mandatory" } else { "Optional" };
        let names = [
            Cell::Text(one.unit.clone()),
            Cell::Text(one.qualification.clone()),
            Cell::Text(needed.to_owned()),
            Cell::Count(one.learners.total()),
            Cell::Count(one.left_out),
        ];
        line(names, &one.learners)
    });
    let sum = total(all.iter().map(|one| &one.learners));
    let names = [
        Cell::Text("Total".to_owned()),
        Cell::Empty,
        Cell::Empty,
        Cell::Count(sum.total()),
        Cell::Count(all.iter().map(|one| one.left_out).sum()),
    ];
    Ok(Table {
        headings: headings(&[
            ("Unit", Kind::Text),
            ("Qualification", Kind::Text),
            ("Needed", Kind::Text),
            ("Learners", Kind::Count),
            ("Left out", Kind::Count),
        ]),
        lines: lines.collect(),
        foot: vec![line(names, &sum)],
        explained:
            "Learners of active and completed training records, for each unit. Every percentage is a share of the learners for whom the unit is not left out."
                .to_owned(),
        empty: EMPTY,
    })
}
