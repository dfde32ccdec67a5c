//! The progress of a cohort: learners down, units across.

use super::{
    completion_tables::{status_cells, status_headings},
    table::{Cell, Heading, Kind, Line, Table},
};
use crate::{
    attendance::filter::Filter,
    progress::{
        UnitStatus,
        completion::{self, Matrix},
    },
};
use platform::{Ending, Session};

/// The matrix of the cohort that the filter names; without one there is nothing to show.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn table(s: &mut Session<'_>, filter: &Filter) -> Result<Table, Ending> {
    let Some(cohort) = filter.cohort else {
        return Ok(Table {
            empty: "Choose a course cohort in the filter",
            ..Table::default()
        });
    };
    let matrix = completion::matrix(s, cohort, filter)?;
    let empty = if matrix.units.is_empty() {
        "The course of this cohort leads to no qualification with units"
    } else {
        "Nobody is on this course cohort"
    };
    if matrix.units.is_empty() || matrix.learners.is_empty() {
        return Ok(Table { empty, ..Table::default() });
    }
    Ok(Table {
        headings: headings(&matrix),
        lines: lines(&matrix),
        foot: sums(&matrix),
        explained:
            "Active and completed training records, as the latest published progress reports say. The sums leave out what is left out."
                .to_owned(),
        empty,
    })
}

fn headings(of: &Matrix) -> Vec<Heading> {
    let names = ["Surname", "First name"].map(|text| Heading::new(text, Kind::Name));
    let units = of.units.iter().map(|(_, name)| Heading::new(name, Kind::Status));
    names.into_iter().chain(units).chain(status_headings()).collect()
}

fn lines(of: &Matrix) -> Vec<Line> {
    let line = |learner: &completion::OfRecord| {
        let names = [&learner.surname, &learner.first_name].map(|name| Cell::Name(name.clone()));
        let units = of.units.iter().map(|(unit, _)| Cell::Status(of.status(learner.record, *unit)));
        Line {
            cells: names.into_iter().chain(units).chain(status_cells(&learner.units)).collect(),
            learner: Some(learner.learner),
        }
    };
    of.learners.iter().map(line).collect()
}

/// Below each unit how many learners are in which status: a line a status.
fn sums(of: &Matrix) -> Vec<Line> {
    let by_unit: Vec<_> = of.units.iter().map(|(unit, _)| of.of_unit(*unit)).collect();
    let line = |status: UnitStatus| {
        let name = Cell::Text(status.heading().to_owned());
        let counts = by_unit
            .iter()
            .map(|units| Cell::Shared(units.of(status), completion::share(units, status)));
        let edge = UnitStatus::ALL.map(|_| Cell::Empty);
        Line::of([name, Cell::Empty].into_iter().chain(counts).chain(edge).collect())
    };
    UnitStatus::ALL.into_iter().map(line).collect()
}
