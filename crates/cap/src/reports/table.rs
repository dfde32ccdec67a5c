//! A report as a table: the same cells for the page and for spreadsheets.

use crate::{attendance::figures::Percent, learners::LearnerKey, progress::UnitStatus};
use chrono::TimeDelta;
use platform::sheet::{self, Column};

/// What a column holds, which says how it is headed and set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Words.
    Text,
    /// A learner's own name, which can be hidden on the screen.
    Name,
    /// A whole number.
    Count,
    /// A whole number with its share; in spreadsheets a column each.
    Shared,
    /// Where a learner stands in a unit.
    Status,
    /// A span of time; in spreadsheets its minutes.
    Span,
}

/// The heading of a column.
#[derive(Clone, Debug)]
pub struct Heading {
    pub text: String,
    pub kind: Kind,
}

impl Heading {
    /// A column of this kind.
    pub fn new(text: impl Into<String>, kind: Kind) -> Heading {
        Heading { text: text.into(), kind }
    }

    /// Whether it is set like numbers.
    pub fn is_numeric(&self) -> bool {
        match self.kind {
            Kind::Text | Kind::Name | Kind::Status => false,
            Kind::Count | Kind::Shared | Kind::Span => true,
        }
    }

    fn columns(&self) -> Vec<Column> {
        match self.kind {
            Kind::Text | Kind::Name | Kind::Status => vec![Column::free_text(&self.text, 24)],
            Kind::Count => vec![Column::exact(&self.text, 12)],
            Kind::Shared => vec![
                Column::exact(&self.text, 12),
                Column::exact(format!("{} %", self.text), 10),
            ],
            Kind::Span => vec![Column::exact(format!("{} (minutes)", self.text), 12)],
        }
    }
}

/// A cell, of its column's kind or empty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cell {
    Empty,
    Text(String),
    Name(String),
    /// Words that lead to a page.
    Link(String, String),
    Count(u32),
    Shared(u32, Option<Percent>),
    /// `None` where the unit is left out.
    Status(Option<UnitStatus>),
    Span(TimeDelta),
}

/// The word of a unit that is left out of a learner's figures.
pub const LEFT_OUT: &str = "Left out";

impl Cell {
    /// The sign and word of a status, as one text.
    pub fn status_said(status: Option<UnitStatus>) -> String {
        match status {
            Some(status) => format!("{} {}", status.sign(), status.heading()),
            None => format!("– {LEFT_OUT}"),
        }
    }

    /// The colour of a status; its sign and word say the same.
    pub fn status_colour(status: Option<UnitStatus>) -> &'static str {
        match status {
            Some(UnitStatus::NotStarted) | None => "grey",
            Some(UnitStatus::Behind) => "red",
            Some(UnitStatus::OnTrack) => "blue",
            Some(UnitStatus::InAssessment) => "purple",
            Some(UnitStatus::Completed) => "green",
        }
    }

    fn cells(&self, kind: Kind) -> Vec<sheet::Cell> {
        let share = |share: &Option<Percent>| {
            share.map_or(sheet::Cell::Empty, |share| {
                sheet::Cell::Tenths(i64::try_from(share.tenths()).unwrap_or(0))
            })
        };
        match self {
            Cell::Empty if kind == Kind::Shared => vec![sheet::Cell::Empty, sheet::Cell::Empty],
            Cell::Empty => vec![sheet::Cell::Empty],
            Cell::Text(text) | Cell::Name(text) | Cell::Link(text, _) => vec![text.as_str().into()],
            Cell::Count(number) => vec![sheet::Cell::Int(i64::from(*number))],
            // A sum below statuses has no column for its share.
            Cell::Shared(number, _) if kind == Kind::Status => vec![sheet::Cell::Int(i64::from(*number))],
            Cell::Shared(number, of) => vec![sheet::Cell::Int(i64::from(*number)), share(of)],
            // A sign before a word may look like a formula to a spreadsheet.
            Cell::Status(status) => vec![status.map_or(LEFT_OUT, UnitStatus::heading).into()],
            Cell::Span(span) => vec![sheet::Cell::Int(span.num_minutes())],
        }
    }
}

/// A row.
#[derive(Clone, Debug)]
pub struct Line {
    pub cells: Vec<Cell>,
    /// Whom it shows.
    pub learner: Option<LearnerKey>,
}

impl Line {
    /// A row that shows no learner.
    pub fn of(cells: Vec<Cell>) -> Line {
        Line { cells, learner: None }
    }
}

/// A whole report.
#[derive(Clone, Default, Debug)]
pub struct Table {
    pub headings: Vec<Heading>,
    pub lines: Vec<Line>,
    /// The sums below.
    pub foot: Vec<Line>,
    /// What the figures mean, in a sentence.
    pub explained: String,
    /// What stands in its place where it has no rows.
    pub empty: &'static str,
}

impl Table {
    /// The columns of a spreadsheet.
    pub fn columns(&self) -> Vec<Column> {
        self.headings.iter().flat_map(Heading::columns).collect()
    }

    /// The rows of a spreadsheet, the sums last.
    pub fn rows(&self) -> impl Iterator<Item = Vec<sheet::Cell>> {
        self.lines.iter().chain(&self.foot).map(|line| {
            let pairs = line.cells.iter().zip(&self.headings);
            pairs.flat_map(|(cell, heading)| cell.cells(heading.kind)).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attendance::figures::percent;

    #[test]
    fn every_row_of_a_spreadsheet_has_as_many_cells_as_there_are_columns() {
        let headings = [
            ("Learner", Kind::Name),
            ("Course", Kind::Text),
            ("Taken", Kind::Count),
            ("Present", Kind::Shared),
            ("Unit", Kind::Status),
            ("Time", Kind::Span),
        ];
        let full = vec![
            Cell::Name("A".to_owned()),
            Cell::Link("B".to_owned(), "/b".to_owned()),
            Cell::Count(8),
            Cell::Shared(2, percent(2, 8)),
            Cell::Status(None),
            Cell::Span(TimeDelta::minutes(65)),
        ];
        let table = Table {
            headings: headings.map(|(text, kind)| Heading::new(text, kind)).into(),
            lines: vec![Line::of(full)],
            foot: vec![Line::of(vec![Cell::Empty; 6])],
            ..Table::default()
        };
        assert_eq!(table.columns().len(), 7);
        let rows: Vec<_> = table.rows().collect();
        assert!(rows.iter().all(|row| row.len() == 7), "{rows:?}");
        assert_eq!(
            rows[0][3..],
            [
                sheet::Cell::Int(2),
                sheet::Cell::Tenths(250),
                "Left out".into(),
                sheet::Cell::Int(65)
            ]
        );
    }
}
