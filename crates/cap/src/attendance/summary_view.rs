//! A summary as its chart and as a table for spreadsheets.

use super::{
    contribution::Contribution,
    figures::{Counts, Percent},
    status::Status,
    summary::{By, Line},
};
use chrono::Datelike;
use platform::{
    clock,
    sheet::{Cell, Column},
};
use std::collections::BTreeMap;
use ui::chart::{Columns, Series};

/// One figure of a summary: its heading, its count, and whether its share of the taken is shown.
pub struct Figure {
    pub heading: &'static str,
    pub count: u32,
    pub share: Option<String>,
}

/// The headings of the figures; true where a share goes with the count.
pub const FIGURES: [(&str, bool); 14] = [
    ("Scheduled", false),
    ("Taken", false),
    ("Missing", false),
    ("Total attendance", true),
    ("Present", true),
    ("Late", true),
    ("Absent", true),
    ("Other", true),
    ("Authorised", true),
    ("Unexplained", true),
    ("Unauthorised", true),
    ("Dismissed (behaviour)", true),
    ("Dismissed (other)", true),
    ("Not required", false),
];

fn values(counts: &Counts) -> [u32; FIGURES.len()] {
    [
        counts.scheduled,
        counts.taken(),
        counts.missing(),
        counts.total_attendance(),
        counts.present,
        counts.late,
        counts.absent(),
        counts.other(),
        counts.authorised,
        counts.unexplained,
        counts.unauthorised,
        counts.dismissed_behaviour,
        counts.dismissed_other,
        counts.not_required,
    ]
}

/// The figures of a line, for a page.
pub fn figures(counts: &Counts) -> Vec<Figure> {
    FIGURES
        .into_iter()
        .zip(values(counts))
        .map(|((heading, shared), count)| Figure {
            heading,
            count,
            share: counts.share(count).filter(|_| shared).map(|share| share.to_string()),
        })
        .collect()
}

/// Persistent or severe absence in a word; empty for neither.
pub fn flag(counts: &Counts) -> &'static str {
    match (counts.is_severe_absence(), counts.is_persistent_absence()) {
        (true, _) => "Severe absence",
        (false, true) => "Persistent absence",
        (false, false) => "",
    }
}

/// The columns of a summary as a table.
pub fn columns(by: By) -> Vec<Column> {
    let mut columns: Vec<Column> =
        by.headings().iter().map(|heading| Column::free_text(*heading, 24)).collect();
    for (heading, shared) in FIGURES {
        columns.push(Column::exact(heading, 12));
        if shared {
            columns.push(Column::exact(format!("{heading} %"), 10));
        }
    }
    columns.push(Column::exact("Contribution balance", 12));
    for level in Contribution::LEVELS {
        columns.push(Column::exact(format!("Contribution {level}"), 10));
        columns.push(Column::exact(format!("Contribution {level} %"), 10));
    }
    if by.has_flags() {
        columns.push(Column::exact("Absence flag", 20));
    }
    columns
}

/// A line of a summary as a row of a table.
pub fn cells(by: By, line: &Line) -> Vec<Cell> {
    let mut cells: Vec<Cell> = match line.day {
        Some(day) => vec![Cell::Date(day)],
        None => line.names.iter().map(|name| Cell::Text(name.clone())).collect(),
    };
    for ((_, shared), count) in FIGURES.into_iter().zip(values(&line.counts)) {
        cells.push(Cell::Int(i64::from(count)));
        if shared {
            cells.push(line.counts.share(count).map_or(Cell::Empty, tenths));
        }
    }
    cells.push(Cell::Int(line.contributions.balance()));
    for level in Contribution::LEVELS {
        cells.push(Cell::Int(i64::from(line.contributions.of(level))));
        cells.push(line.contributions.share(level).map_or(Cell::Empty, tenths));
    }
    if by.has_flags() {
        cells.push(Cell::Text(flag(&line.counts).to_owned()));
    }
    cells
}

fn tenths(share: Percent) -> Cell {
    Cell::Tenths(i64::try_from(share.tenths()).unwrap_or(0))
}

/// Most columns of a chart that are still told apart.
const MOST_COLUMNS: usize = 12;

/// The chart of a summary: marks by week, by cohort, or by how much of the taken was attended.
pub fn chart(by: By, lines: &[Line]) -> Columns {
    match by {
        By::Date => marks(
            "Marks by week",
            "Week from",
            "For each week, how many marks of each kind were made.",
            weeks(lines),
        ),
        By::Cohort => {
            let largest = lines.iter().take(MOST_COLUMNS);
            marks(
                "Marks by course cohort",
                "Course cohort",
                "For each course cohort, the first twelve by name, how many marks of each kind were made.",
                largest.map(|line| (line.names[0].clone(), line.counts)).collect(),
            )
        }
        By::Learner => bands(lines),
    }
}

fn weeks(lines: &[Line]) -> Vec<(String, Counts)> {
    let mut weeks: BTreeMap<chrono::NaiveDate, Counts> = BTreeMap::new();
    for line in lines {
        if let Some(day) = line.day {
            *weeks.entry(clock::monday(day)).or_default() += line.counts;
        }
    }
    let label = |day: chrono::NaiveDate| format!("{} {}", day.day(), day.format("%b"));
    weeks.into_iter().map(|(day, counts)| (label(day), counts)).collect()
}

/// How many marks of each kind each part has, as stacked columns.
pub fn marks(title: &str, heading: &str, description: &str, parts: Vec<(String, Counts)>) -> Columns {
    let counted = Status::ALL.into_iter().filter(|status| status.counts_as_taken());
    let series = |status: Status| Series {
        label: status.label().to_owned(),
        letter: status.sign().to_owned(),
        class: status.word().to_owned(),
    };
    Columns {
        id: "summary-chart".to_owned(),
        title: title.to_owned(),
        description: description.to_owned(),
        column_heading: heading.to_owned(),
        series: counted.clone().map(series).collect(),
        columns: parts
            .into_iter()
            .map(|(label, counts)| ui::chart::Column {
                label,
                values: counted.clone().map(|status| counts.of(status)).collect(),
            })
            .collect(),
    }
}

/// How many learners attended how much: a chart of a column a learner would be read by nobody.
fn bands(lines: &[Line]) -> Columns {
    const BANDS: [(&str, u64); 5] = [
        ("95–100 %", 950),
        ("90–94.9 %", 900),
        ("80–89.9 %", 800),
        ("50–79.9 %", 500),
        ("Below 50 %", 0),
    ];
    let mut numbers = [0_u32; BANDS.len()];
    for line in lines {
        let Some(share) = line.counts.share(line.counts.total_attendance()) else {
            continue;
        };
        if let Some(at) = BANDS.iter().position(|band| share.tenths() >= band.1) {
            numbers[at] += 1;
        }
    }
    Columns {
        id: "summary-chart".to_owned(),
        title: "Learners by total attendance".to_owned(),
        description: "How many learners have a total attendance within each band.".to_owned(),
        column_heading: "Total attendance".to_owned(),
        series: vec![Series {
            label: "Learners".to_owned(),
            letter: "✓".to_owned(),
            class: "present".to_owned(),
        }],
        columns: BANDS
            .iter()
            .zip(numbers)
            .map(|(band, number)| ui::chart::Column { label: band.0.to_owned(), values: vec![number] })
            .collect(),
    }
}
