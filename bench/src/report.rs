//! The table of docs/benchmarks.md.

use std::fmt::Write;

use crate::rounds::Series;

/// One job as Markdown: the subject first, then its floors, with the subject's ratio to each.
/// Every figure is the median of the rounds.
pub fn table(job: &str, subject: &Series, floors: &[Series]) -> String {
    let mut text = format!(
        "### {job}\n\n\
         | | requests/s | p50 ms | p99 ms | CPU ms a request | resident MiB | subject's rate to it |\n\
         |---|---:|---:|---:|---:|---:|---:|\n"
    );
    row(&mut text, subject, None);
    for floor in floors {
        row(&mut text, floor, Some(subject.ratio_to(floor)));
    }
    text
}

fn row(text: &mut String, series: &Series, ratio: Option<f64>) {
    let ratio = ratio.map_or(String::new(), |ratio| format!("{ratio:.2}"));
    writeln!(
        text,
        "| {} | {:.0} | {:.2} | {:.2} | {:.3} | {:.1} | {ratio} |",
        series.name,
        series.median(|turn| turn.requests_per_second),
        series.median(|turn| turn.p50.as_secs_f64() * 1000.0),
        series.median(|turn| turn.p99.as_secs_f64() * 1000.0),
        series.median(|turn| turn.cpu_ms),
        series.median(|turn| turn.resident_bytes as f64) / (1024.0 * 1024.0),
    )
    .expect("a string takes any text");
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::rounds::Turn;

    fn series(name: &str, rates: [f64; 3]) -> Series {
        let turns = rates.map(|requests_per_second| Turn {
            requests_per_second,
            p50: Duration::from_millis(2),
            p99: Duration::from_millis(9),
            cpu_ms: 0.25,
            resident_bytes: 10 * 1024 * 1024,
        });
        Series { name: name.to_owned(), turns: turns.to_vec() }
    }

    #[test]
    fn ratios_are_taken_round_by_round() {
        // A slow second round for both does not count against the subject.
        let text = table("Save", &series("cap", [50.0, 5.0, 52.0]), &[series("floor", [100.0, 10.0, 110.0])]);
        assert!(text.contains("| cap | 50 | 2.00 | 9.00 | 0.250 | 10.0 |  |\n"), "{text}");
        assert!(text.contains("| floor | 100 | 2.00 | 9.00 | 0.250 | 10.0 | 0.50 |\n"), "{text}");
    }
}
