//! Where a learner stands in a unit.

/// The five states of a unit (PRODUCT.md §4.4).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum UnitStatus {
    NotStarted,
    Behind,
    OnTrack,
    InAssessment,
    Completed,
}

impl UnitStatus {
    /// From the first to the last.
    pub const ALL: [UnitStatus; 5] = [
        UnitStatus::NotStarted,
        UnitStatus::Behind,
        UnitStatus::OnTrack,
        UnitStatus::InAssessment,
        UnitStatus::Completed,
    ];

    /// The number in the database, 1 to 5.
    pub fn code(self) -> i16 {
        self as i16 + 1
    }

    /// The status of this number.
    pub fn from_code(code: i16) -> Option<UnitStatus> {
        UnitStatus::ALL.into_iter().find(|status| status.code() == code)
    }

    /// The word in forms and addresses.
    pub fn word(self) -> &'static str {
        match self {
            UnitStatus::NotStarted => "not-started",
            UnitStatus::Behind => "behind",
            UnitStatus::OnTrack => "on-track",
            UnitStatus::InAssessment => "in-assessment",
            UnitStatus::Completed => "completed",
        }
    }

    /// The status that has this word.
    pub fn parse(word: &str) -> Option<UnitStatus> {
        UnitStatus::ALL.into_iter().find(|status| status.word() == word)
    }

    /// As forms offer it.
    pub fn label(self) -> &'static str {
        match self {
            UnitStatus::NotStarted => "Not started",
            UnitStatus::Behind => "Behind schedule",
            UnitStatus::OnTrack => "On schedule",
            UnitStatus::InAssessment => "Under assessment/verification",
            UnitStatus::Completed => "Completed",
        }
    }

    /// As headings of lists say it.
    pub fn heading(self) -> &'static str {
        match self {
            UnitStatus::NotStarted => "Not started",
            UnitStatus::Behind => "Behind",
            UnitStatus::OnTrack => "On track",
            UnitStatus::InAssessment => "In assessment",
            UnitStatus::Completed => "Completed",
        }
    }

    /// The sign that stands beside its colour.
    pub fn sign(self) -> &'static str {
        match self {
            UnitStatus::NotStarted => "○",
            UnitStatus::Behind => "!",
            UnitStatus::OnTrack => "→",
            UnitStatus::InAssessment => "?",
            UnitStatus::Completed => "✓",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_words_are_read_back() {
        for (at, status) in UnitStatus::ALL.into_iter().enumerate() {
            assert_eq!(usize::try_from(status.code()), Ok(at + 1));
            assert_eq!(UnitStatus::from_code(status.code()), Some(status));
            assert_eq!(UnitStatus::parse(status.word()), Some(status));
        }
        assert_eq!(UnitStatus::from_code(0), None);
        assert_eq!(UnitStatus::parse("done"), None);
    }
}
