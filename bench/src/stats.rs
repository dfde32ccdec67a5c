//! Order statistics of small samples.

use std::time::Duration;

/// The middle value; the lower of the two middle ones when there is an even number.
///
/// # Panics
/// When there is no value, or one that is not a number.
pub fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    assert!(
        !values.is_empty() && values.iter().all(|value| !value.is_nan()),
        "no values to take a median of"
    );
    values[(values.len() - 1) / 2]
}

/// The duration that `share` (0.0 to 1.0) of all do not exceed; zero when there is none.
pub fn percentile(durations: &mut [Duration], share: f64) -> Duration {
    durations.sort_unstable();
    let rank = (durations.len() as f64 * share).ceil() as usize;
    durations.get(rank.max(1) - 1).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(&[9.0, 1.0, 5.0]), 5.0);
        assert_eq!(median(&[4.0, 1.0, 9.0, 2.0]), 2.0);
    }

    #[test]
    fn a_percentile_is_the_nearest_rank() {
        let mut hundred: Vec<Duration> = (1..=100).rev().map(Duration::from_millis).collect();
        assert_eq!(percentile(&mut hundred, 0.5), Duration::from_millis(50));
        assert_eq!(percentile(&mut hundred, 0.99), Duration::from_millis(99));
        assert_eq!(percentile(&mut hundred, 1.0), Duration::from_millis(100));
        assert_eq!(percentile(&mut hundred[..1], 0.5), Duration::from_millis(1));
        assert_eq!(percentile(&mut [], 0.5), Duration::ZERO);
    }
}
