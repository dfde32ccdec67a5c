//! Charts as SVG that everybody can read: each has a title and a description, tells its
//! series apart by a letter besides the colour, and carries its numbers as a table.
//!
//! A chart is shown by writing it into a template: `{{ chart }}`.

mod bars;
mod columns;
mod heat;
mod progress;

pub use bars::{BarRow, StackedBars};
pub use columns::{Column, Columns};
pub use heat::{HeatDay, HeatMap};
pub use progress::Progress;

/// One kind of thing counted in a chart.
#[derive(Clone, Debug)]
pub struct Series {
    /// Its name, as in the legend and the table's heading.
    pub label: String,
    /// What stands in its coloured areas: one or two characters.
    pub letter: String,
    /// Its colour: a status word such as `present`, which app.css knows as
    /// `cap-series--present`.
    pub class: String,
}

/// A coloured area of a chart, in the units of its drawing.
struct Area<'a> {
    series: &'a Series,
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

impl Area<'_> {
    /// Whether the series' letter fits inside.
    fn holds_letter(&self) -> bool {
        self.width >= 18.0 && self.height >= 16.0
    }

    /// Where the letter's middle stands.
    fn middle(&self) -> (f64, f64) {
        (self.x + self.width / 2.0, self.y + self.height / 2.0)
    }
}

/// `part` as a percentage of `whole`, rounded half up to one decimal by integers, as every
/// percentage of the product is; a dash when there is nothing to divide by.
pub fn share(part: u32, whole: u32) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    let tenths = (u64::from(part) * 2000 + u64::from(whole)) / (2 * u64::from(whole));
    format!("{}.{} %", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The series that the charts' own tests use.
    pub(super) fn series() -> Vec<Series> {
        [
            ("Present", "✓", "present"),
            ("Late", "L", "late"),
            ("Unexplained", "U", "unexplained"),
        ]
        .map(|(label, letter, class)| Series {
            label: label.into(),
            letter: letter.into(),
            class: class.into(),
        })
        .into()
    }

    #[test]
    fn shares_are_rounded_half_up_to_one_decimal() {
        for (part, whole, expected) in [
            (189, 194, "97.4 %"),
            (173, 194, "89.2 %"),
            (16, 194, "8.2 %"),
            (2, 194, "1.0 %"),
            (3, 194, "1.5 %"),
            (1, 2000, "0.1 %"),
            (1, 2001, "0.0 %"),
            (7, 7, "100.0 %"),
            (0, 0, "–"),
        ] {
            assert_eq!(share(part, whole), expected, "{part} of {whole}");
        }
    }
}
