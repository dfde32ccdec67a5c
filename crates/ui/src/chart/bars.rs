//! Horizontal bars, each a whole divided into shares.

use askama::{Template, filters::HtmlSafe};

use super::{Area, Series, share};

/// Bars of equal length, one a row, divided by what their values add up to.
#[derive(Template)]
#[template(path = "chart_bars.html")]
pub struct StackedBars {
    /// Unlike any other id on the page.
    pub id: String,
    /// What the chart shows.
    pub title: String,
    /// What can be seen in it, in a sentence.
    pub description: String,
    /// What the heading of the table's first column says, such as "Course cohort".
    pub row_heading: String,
    /// The kinds of things counted.
    pub series: Vec<Series>,
    /// The bars, from above.
    pub rows: Vec<BarRow>,
}

/// One bar.
pub struct BarRow {
    /// What the bar is about.
    pub label: String,
    /// A count for each series, in the series' order.
    pub values: Vec<u32>,
}

impl HtmlSafe for StackedBars {}

/// The drawing's width.
const WIDTH: f64 = 640.0;
/// A row's height: its label's line and its bar.
const ROW_HEIGHT: f64 = 52.0;
const LABEL_HEIGHT: f64 = 22.0;
const BAR_HEIGHT: f64 = 22.0;

impl StackedBars {
    fn height(&self) -> f64 {
        ROW_HEIGHT * self.rows.len() as f64
    }

    fn label_y(&self, row: usize) -> f64 {
        ROW_HEIGHT * row as f64 + LABEL_HEIGHT - 6.0
    }

    fn bar_y(&self, row: usize) -> f64 {
        ROW_HEIGHT * row as f64 + LABEL_HEIGHT
    }

    fn areas(&self, row: usize) -> Vec<Area<'_>> {
        let bar = &self.rows[row];
        let total = f64::from(bar.total());
        let mut before = 0;
        let mut areas = Vec::new();
        for (series, &value) in self.series.iter().zip(&bar.values) {
            if value > 0 {
                areas.push(Area {
                    series,
                    x: WIDTH * f64::from(before) / total,
                    y: self.bar_y(row),
                    width: WIDTH * f64::from(value) / total,
                    height: BAR_HEIGHT,
                });
            }
            before += value;
        }
        areas
    }
}

impl BarRow {
    fn total(&self) -> u32 {
        self.values.iter().sum()
    }

    fn share(&self, value: u32) -> String {
        share(value, self.total())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::tests::series;

    fn chart() -> StackedBars {
        StackedBars {
            id: "shares".into(),
            title: "Attendance by cohort".into(),
            description: "Construction A is present most often.".into(),
            row_heading: "Course cohort".into(),
            series: series(),
            rows: vec![
                BarRow {
                    label: "Construction <A>".into(),
                    values: vec![30, 8, 2],
                },
                BarRow { label: "Not begun".into(), values: vec![0, 0, 0] },
            ],
        }
    }

    #[test]
    fn a_bar_is_filled_from_end_to_end_in_proportion() {
        let chart = chart();
        let areas = chart.areas(0);
        let widths: Vec<_> = areas.iter().map(|area| area.width).collect();
        assert_eq!(widths, [480.0, 128.0, 32.0]);
        assert_eq!(areas[2].x + areas[2].width, WIDTH);
        assert!(chart.areas(1).is_empty());
    }

    #[test]
    fn it_is_named_described_and_carries_its_table() {
        let html = chart().to_string();
        for part in [
            r#"aria-labelledby="shares-title shares-description""#,
            r#"<title id="shares-title">Attendance by cohort</title>"#,
            r#"<desc id="shares-description">Construction A is present most often.</desc>"#,
            r#"class="cap-series--late""#,
            "Construction &#60;A&#62;",
            "<td class=\"govuk-table__cell govuk-table__cell--numeric\">30 (75.0 %)</td>",
            "<td class=\"govuk-table__cell govuk-table__cell--numeric\">0 (–)</td>",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert!(!html.contains("style="));
    }
}
