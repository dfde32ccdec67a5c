//! Contribution: a tutor's judgement of how a learner took part in one lesson.

use std::fmt;

use super::status::Status;

/// One of five levels, −2 to +2, where 0 is the standard expected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Contribution(i8);

impl Contribution {
    /// The five levels, lowest first.
    pub const LEVELS: [Self; 5] = [Self(-2), Self(-1), Self(0), Self(1), Self(2)];

    /// The level of a stored number. `None` outside −2 to +2.
    pub fn new(value: i16) -> Option<Self> {
        Self::LEVELS.into_iter().find(|level| level.value() == value)
    }

    /// Reads a level from −2 to +2, with or without its plus; a hyphen is as good as a minus.
    pub fn parse(typed: &str) -> Result<Self, &'static str> {
        match typed.trim() {
            "-2" | "−2" => Ok(Self(-2)),
            "-1" | "−1" => Ok(Self(-1)),
            "0" | "+0" | "-0" | "−0" => Ok(Self(0)),
            "1" | "+1" => Ok(Self(1)),
            "2" | "+2" => Ok(Self(2)),
            _ => Err("Enter a contribution from -2 to +2"),
        }
    }

    /// The level as a number, for storing and for files.
    pub fn value(self) -> i16 {
        i16::from(self.0)
    }

    /// What the level says.
    pub fn label(self) -> &'static str {
        match self.0 {
            ..=-2 => "Exceptionally negative",
            -1 => "Below standard",
            0 => "Expected standard",
            1 => "Above standard",
            2.. => "Exceptionally positive",
        }
    }

    /// The next level up; the highest stays.
    #[must_use]
    pub fn up(self) -> Self {
        Self((self.0 + 1).min(2))
    }

    /// The next level down; the lowest stays.
    #[must_use]
    pub fn down(self) -> Self {
        Self((self.0 - 1).max(-2))
    }

    /// Only a learner who attended can have contributed.
    pub fn applies_to(mark: Option<Status>) -> bool {
        mark.is_some_and(Status::counts_as_attended)
    }
}

/// With its sign, as tutors read it: −2, −1, +0, +1, +2.
impl fmt::Display for Contribution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { '−' } else { '+' };
        write!(f, "{sign}{}", self.0.unsigned_abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_five_levels() {
        let shown = [
            (-2, "−2", "Exceptionally negative"),
            (-1, "−1", "Below standard"),
            (0, "+0", "Expected standard"),
            (1, "+1", "Above standard"),
            (2, "+2", "Exceptionally positive"),
        ];
        for (level, (value, written, label)) in Contribution::LEVELS.into_iter().zip(shown) {
            assert_eq!((level.value(), level.to_string().as_str(), level.label()), (value, written, label));
            assert_eq!(Contribution::new(value), Some(level));
            assert_eq!(Contribution::parse(written), Ok(level));
            assert_eq!(Contribution::parse(&format!(" {value} ")), Ok(level));
        }
        assert_eq!(Contribution::default().value(), 0);
    }

    #[test]
    fn what_is_no_level() {
        for value in [-129, -3, 3, 256, 258, i16::MIN, i16::MAX] {
            assert_eq!(Contribution::new(value), None);
        }
        for wrong in ["", "3", "-3", "++1", "1.0", "01", "x"] {
            assert!(Contribution::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn up_and_down_stop_at_the_ends() {
        assert_eq!(Contribution::LEVELS.map(|level| level.up().value()), [-1, 0, 1, 2, 2]);
        assert_eq!(Contribution::LEVELS.map(|level| level.down().value()), [-2, -2, -1, 0, 1]);
    }

    #[test]
    fn only_attended_marks_have_one() {
        for status in Status::ALL {
            assert_eq!(
                Contribution::applies_to(Some(status)),
                matches!(status, Status::Present | Status::Late)
            );
        }
        assert!(!Contribution::applies_to(None));
    }
}
