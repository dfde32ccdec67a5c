//! A small bar beside its numbers, for a row of a table.

use askama::{Template, filters::HtmlSafe};

/// How much of something is done. The numbers stand beside the bar, so it needs no table.
#[derive(Template)]
#[template(path = "chart_progress.html")]
pub struct Progress {
    /// What is counted, such as "marked"; follows the numbers.
    pub label: String,
    /// How many are done.
    pub value: u32,
    /// Of how many.
    pub total: u32,
    /// The bar's colour, as in [`super::Series::class`].
    pub class: String,
}

impl HtmlSafe for Progress {}

/// The bar's full length.
const WIDTH: u32 = 96;

impl Progress {
    fn width(&self) -> u32 {
        match u64::from(self.value.min(self.total)) * u64::from(WIDTH) {
            0 => 0,
            // Something done is never drawn as nothing.
            filled => (filled / u64::from(self.total)).max(2) as u32,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress(value: u32, total: u32) -> Progress {
        Progress {
            label: "marked".into(),
            value,
            total,
            class: "present".into(),
        }
    }

    #[test]
    fn the_bar_s_length_follows_the_numbers_and_stays_within_bounds() {
        for (value, total, width) in [
            (0, 15, 0),
            (5, 15, 32),
            (15, 15, 96),
            (20, 15, 96),
            (1, 1000, 2),
            (0, 0, 0),
        ] {
            assert_eq!(progress(value, total).width(), width, "{value} of {total}");
        }
    }

    #[test]
    fn the_numbers_are_text() {
        assert!(progress(5, 15).to_string().contains("5 of 15 marked"));
    }
}
