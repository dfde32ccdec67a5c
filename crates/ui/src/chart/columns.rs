//! Columns along dates or categories.

use askama::{Template, filters::HtmlSafe};

use super::{Area, Series};

/// Columns of stacked counts on one scale, from left to right.
#[derive(Template)]
#[template(path = "chart_columns.html")]
pub struct Columns {
    /// Unlike any other id on the page.
    pub id: String,
    /// What the chart shows.
    pub title: String,
    /// What can be seen in it, in a sentence.
    pub description: String,
    /// What the heading of the table's first column says, such as "Date".
    pub column_heading: String,
    /// The kinds of things counted.
    pub series: Vec<Series>,
    /// The columns, from the left.
    pub columns: Vec<Column>,
}

/// One column.
pub struct Column {
    /// What stands below it; short, such as "3 Sep".
    pub label: String,
    /// A count for each series, in the series' order.
    pub values: Vec<u32>,
}

impl HtmlSafe for Columns {}

/// The drawing's size.
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 280.0;
/// Where the columns stand: right of the scale's numbers, above the labels.
const LEFT: f64 = 40.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 246.0;
/// The least room for a label below a column.
const LABEL_ROOM: f64 = 52.0;
/// About the width of a letter of a label.
const LETTER: f64 = 8.0;
/// Slanted labels: the room that they need below, the least room beside each, and their letters at most.
const SLANTED_HEIGHT: f64 = 100.0;
const SLANTED_ROOM: f64 = 20.0;
const SLANTED_LETTERS: usize = 15;

/// A line of the scale: its place and its number.
struct Tick {
    y: f64,
    value: u32,
}

impl Columns {
    /// The scale's end: the first of 2, 4, 6, 10, 20, 40 … that the highest column does not
    /// pass; half of each is a whole number, for the line between.
    fn ceiling(&self) -> u32 {
        let highest = self.columns.iter().map(|column| column.values.iter().sum::<u32>()).max().unwrap_or(0);
        let mut size = 1_u32;
        loop {
            for step in [2, 4, 6, 10] {
                let ceiling = size.saturating_mul(step);
                if ceiling >= highest {
                    return ceiling;
                }
            }
            size = size.saturating_mul(10);
        }
    }

    fn ticks(&self) -> [Tick; 3] {
        let ceiling = self.ceiling();
        [0, ceiling / 2, ceiling].map(|value| Tick { y: self.y(value), value })
    }

    fn y(&self, value: u32) -> f64 {
        BOTTOM - (BOTTOM - TOP) * f64::from(value) / f64::from(self.ceiling())
    }

    fn step(&self) -> f64 {
        (WIDTH - LEFT) / self.columns.len().max(1) as f64
    }

    fn middle(&self, column: usize) -> f64 {
        LEFT + self.step() * (column as f64 + 0.5)
    }

    /// Whether there is room for this column's label: with many columns only every nth has it.
    fn is_labelled(&self, column: usize) -> bool {
        let room = if self.is_slanted() { SLANTED_ROOM } else { LABEL_ROOM };
        let every = (room / self.step()).ceil().max(1.0) as usize;
        column.is_multiple_of(every)
    }

    /// Whether labels are too long to stand beside each other, as the names of courses are.
    fn is_slanted(&self) -> bool {
        let longest = self.columns.iter().map(|column| column.label.chars().count()).max().unwrap_or(0);
        longest as f64 * LETTER > self.step().max(LABEL_ROOM)
    }

    /// The drawing's height, which follows from its labels.
    fn height(&self) -> f64 {
        HEIGHT + if self.is_slanted() { SLANTED_HEIGHT } else { 0.0 }
    }

    /// A label as far as it fits; the table has the whole.
    fn shortened(label: &str) -> String {
        if label.chars().count() <= SLANTED_LETTERS {
            return label.to_owned();
        }
        label.chars().take(SLANTED_LETTERS - 1).chain(['…']).collect()
    }

    fn areas(&self, column: usize) -> Vec<Area<'_>> {
        let width = (self.step() * 0.72).min(64.0);
        let mut before = 0;
        let mut areas = Vec::new();
        for (series, &value) in self.series.iter().zip(&self.columns[column].values) {
            if value > 0 {
                let y = self.y(before + value);
                areas.push(Area {
                    series,
                    x: self.middle(column) - width / 2.0,
                    y,
                    width,
                    height: self.y(before) - y,
                });
            }
            before += value;
        }
        areas
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::tests::series;

    fn chart(columns: Vec<Column>) -> Columns {
        Columns {
            id: "days".into(),
            title: "Marks by date".into(),
            description: "Fewer learners were late each day.".into(),
            column_heading: "Date".into(),
            series: series(),
            columns,
        }
    }

    fn column(label: &str, values: [u32; 3]) -> Column {
        Column { label: label.into(), values: values.into() }
    }

    #[test]
    fn the_scale_ends_at_an_even_number_above_the_highest_column() {
        for (highest, ceiling) in [
            (0, 2),
            (1, 2),
            (3, 4),
            (11, 20),
            (35, 40),
            (55, 60),
            (61, 100),
            (101, 200),
        ] {
            assert_eq!(chart(vec![column("Mon", [highest, 0, 0])]).ceiling(), ceiling, "{highest}");
        }
    }

    #[test]
    fn areas_stand_on_each_other_and_empty_ones_are_left_out() {
        let chart = chart(vec![column("Mon", [10, 0, 10])]);
        let areas = chart.areas(0);
        assert_eq!(areas.len(), 2);
        assert_eq!(areas[0].y + areas[0].height, BOTTOM);
        assert_eq!(areas[1].y + areas[1].height, areas[0].y);
        assert_eq!(areas[1].y, TOP);
    }

    #[test]
    fn labels_thin_out_when_columns_are_many() {
        let few = chart((0..10).map(|_| column("Mon", [1, 0, 0])).collect());
        assert!((0..10).all(|index| few.is_labelled(index)));
        let many = chart((0..60).map(|_| column("Mon", [1, 0, 0])).collect());
        assert_eq!((0..60).filter(|index| many.is_labelled(*index)).count(), 10);
    }

    #[test]
    fn long_labels_slant_and_are_shortened_in_the_drawing_only() {
        let courses = (0..12).map(|_| column("Personal development", [1, 0, 0])).collect();
        let chart = chart(courses);
        assert!(chart.is_slanted() && (0..12).all(|index| chart.is_labelled(index)));
        let html = chart.to_string();
        assert!(html.contains("rotate(") && html.contains(">Personal devel…</text>"), "{html}");
        assert!(html.contains(">Personal development</th>"), "{html}");
    }

    #[test]
    fn it_is_named_described_and_carries_its_table() {
        let html = chart(vec![column("3 Sep", [12, 2, 1])]).to_string();
        for part in [
            r#"aria-labelledby="days-title days-description""#,
            "<th scope=\"row\" class=\"govuk-table__header\">3 Sep</th>",
            "<td class=\"govuk-table__cell govuk-table__cell--numeric\">12</td>",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert!(!html.contains("style="));
    }
}
