//! A year's days as small squares: a week a column, a weekday a row.

use askama::{Template, filters::HtmlSafe};

use super::Series;

/// Days of a year by what happened on them.
#[derive(Template)]
#[template(path = "chart_heat.html")]
pub struct HeatMap {
    /// Unlike any other id on the page.
    pub id: String,
    /// What the chart shows.
    pub title: String,
    /// What can be seen in it, in a sentence.
    pub description: String,
    /// What a day can be.
    pub series: Vec<Series>,
    /// How many weeks it is long.
    pub weeks: usize,
    /// Where months begin: the week's place and the month's short name.
    pub months: Vec<(usize, String)>,
    /// The days that anything is said of, in order.
    pub days: Vec<HeatDay>,
}

/// One day.
pub struct HeatDay {
    /// Its week's place, from 0.
    pub week: usize,
    /// Its place in the week: 0 for Monday.
    pub weekday: usize,
    /// What it is: its place in the series.
    pub series: usize,
    /// The date, as the table has it.
    pub label: String,
    /// All that there is to say, as the table has it.
    pub said: String,
}

impl HtmlSafe for HeatMap {}

/// Room for the weekdays' names, and for the months' above.
const LEFT: usize = 40;
const TOP: usize = 20;
/// From one square to the next, and the square itself.
const STEP: usize = 18;
const SQUARE: usize = 16;

impl HeatMap {
    /// Rows that are drawn: weekends only where something happened on one.
    fn rows(&self) -> impl Iterator<Item = (usize, &'static str)> {
        const NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        let last = self.days.iter().map(|day| day.weekday).max().unwrap_or(0).max(4);
        NAMES.into_iter().enumerate().take(last + 1)
    }

    fn width(&self) -> usize {
        LEFT + STEP * self.weeks
    }

    fn height(&self) -> usize {
        TOP + STEP * self.rows().count()
    }

    fn x(week: usize) -> usize {
        LEFT + STEP * week
    }

    fn y(weekday: usize) -> usize {
        TOP + STEP * weekday
    }

    fn of(&self, day: &HeatDay) -> &Series {
        &self.series[day.series]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::tests::series;

    fn map(days: Vec<HeatDay>) -> HeatMap {
        HeatMap {
            id: "year".into(),
            title: "The year".into(),
            description: "One late day.".into(),
            series: series(),
            weeks: 47,
            months: vec![(0, "Sep".into())],
            days,
        }
    }

    fn day(week: usize, weekday: usize) -> HeatDay {
        HeatDay {
            week,
            weekday,
            series: 1,
            label: "Tue 8 Sep 2026".into(),
            said: "Late".into(),
        }
    }

    #[test]
    fn weekends_are_drawn_only_where_something_happened() {
        assert_eq!(map(vec![day(0, 1)]).rows().count(), 5);
        assert_eq!(map(vec![day(0, 5)]).rows().count(), 6);
        assert_eq!(map(vec![]).rows().count(), 5);
    }

    #[test]
    fn a_day_is_a_square_with_a_letter_and_a_row_of_the_table() {
        let html = map(vec![day(1, 1)]).to_string();
        for part in [
            r#"aria-labelledby="year-title year-description""#,
            r#"<rect x="58" y="38" width="16" height="16" class="cap-series--late"/>"#,
            ">L</text>",
            "<th scope=\"row\" class=\"govuk-table__header\">Tue 8 Sep 2026</th>",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert!(!html.contains("style="));
    }
}
