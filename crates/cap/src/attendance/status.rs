//! The eight marks of a register, and who may change one into which.

use std::fmt;

/// What a register says of one learner in one lesson. A learner without a mark yet has `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// In the lesson from its start.
    Present,
    /// In the lesson, but not from its start.
    Late,
    /// Away, and the home school accepts the reason.
    Authorised,
    /// Away, and the home school has not decided yet.
    Unexplained,
    /// Away, and the home school does not accept a reason.
    Unauthorised,
    /// Sent away from the lesson for behaviour.
    DismissedBehaviour,
    /// Sent away from the lesson for another reason, such as illness.
    DismissedOther,
    /// Not expected in this lesson, which then counts nowhere.
    NotRequired,
}

impl Status {
    /// All eight, in the order in which a register offers them.
    pub const ALL: [Self; 8] = [
        Self::Present,
        Self::Late,
        Self::Authorised,
        Self::Unexplained,
        Self::Unauthorised,
        Self::DismissedBehaviour,
        Self::DismissedOther,
        Self::NotRequired,
    ];

    /// The number under which a mark is stored, 1 to 8. Never change one: old marks would change meaning.
    pub fn code(self) -> i16 {
        match self {
            Self::Present => 1,
            Self::Late => 2,
            Self::Authorised => 3,
            Self::Unexplained => 4,
            Self::Unauthorised => 5,
            Self::DismissedBehaviour => 6,
            Self::DismissedOther => 7,
            Self::NotRequired => 8,
        }
    }

    /// The status that is stored under a number.
    pub fn from_code(code: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    /// The word of forms, addresses and import files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Late => "late",
            Self::Authorised => "authorised",
            Self::Unexplained => "unexplained",
            Self::Unauthorised => "unauthorised",
            Self::DismissedBehaviour => "dismissed-behaviour",
            Self::DismissedOther => "dismissed-other",
            Self::NotRequired => "not-required",
        }
    }

    /// Reads a status's word; an underscore or a space is as good as the hyphen.
    pub fn parse(word: &str) -> Result<Self, &'static str> {
        let word = word.trim().to_ascii_lowercase().replace(['_', ' '], "-");
        Self::ALL.into_iter().find(|status| status.word() == word).ok_or(
            "Enter one of present, late, authorised, unexplained, unauthorised, dismissed-behaviour, dismissed-other, not-required",
        )
    }

    /// What a page calls it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Present => "Present",
            Self::Late => "Late",
            Self::Authorised => "Authorised absence",
            Self::Unexplained => "Unexplained absence",
            Self::Unauthorised => "Unauthorised absence",
            Self::DismissedBehaviour => "Dismissed (behaviour)",
            Self::DismissedOther => "Dismissed (other)",
            Self::NotRequired => "Not required",
        }
    }

    /// The key that sets it in a register.
    pub fn key(self) -> char {
        match self {
            Self::Present => 'p',
            Self::Late => 'l',
            Self::Authorised => 'a',
            Self::Unexplained => 'x',
            Self::Unauthorised => 'u',
            Self::DismissedBehaviour => 'b',
            Self::DismissedOther => 'o',
            Self::NotRequired => 'n',
        }
    }

    /// A sign beside the colour, because nobody may have to tell marks apart by colour alone. All eight differ.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Present => "✓",
            Self::Late => "L",
            Self::Authorised => "A",
            Self::Unexplained => "✗",
            Self::Unauthorised => "U",
            Self::DismissedBehaviour => "B",
            Self::DismissedOther => "O",
            Self::NotRequired => "–",
        }
    }

    /// Whether the learner counts as having attended: total attendance is present and late.
    pub fn counts_as_attended(self) -> bool {
        match self {
            Self::Present | Self::Late => true,
            Self::Authorised
            | Self::Unexplained
            | Self::Unauthorised
            | Self::DismissedBehaviour
            | Self::DismissedOther
            | Self::NotRequired => false,
        }
    }

    /// Whether the mark counts among the registers taken, of which every percentage is a share.
    pub fn counts_as_taken(self) -> bool {
        match self {
            Self::Present
            | Self::Late
            | Self::Authorised
            | Self::Unexplained
            | Self::Unauthorised
            | Self::DismissedBehaviour
            | Self::DismissedOther => true,
            Self::NotRequired => false,
        }
    }

    /// Whether it is an absence that the home school has decided on (a processed absence).
    pub fn is_decision(self) -> bool {
        match self {
            Self::Authorised | Self::Unauthorised => true,
            Self::Present
            | Self::Late
            | Self::Unexplained
            | Self::DismissedBehaviour
            | Self::DismissedOther
            | Self::NotRequired => false,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

/// The side on which somebody changes a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    /// Staff of the provider that gives the lesson.
    Provider,
    /// The learner's home school.
    School,
    /// Staff of the alternative provision service, who may decide where the school may, and no more.
    CapStaff,
}

/// Why a mark may not be changed so; shown to the person who tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A provider chose authorised or unauthorised.
    SchoolDecides,
    /// A provider changed an absence that is decided, other than to present or late.
    AlreadyDecided,
    /// A school or CAP staff chose a mark that is the provider's.
    ProviderMarks,
    /// A school or CAP staff decided on a mark that is no absence.
    NoAbsence,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SchoolDecides => "Mark the absence as unexplained: the home school decides whether it is authorised",
            Self::AlreadyDecided => "The home school has decided on this absence; you can change it only to present or late",
            Self::ProviderMarks => "Ask the provider to change this mark: you can only make an absence authorised or unauthorised",
            Self::NoAbsence => "There is no absence to decide on here: the mark must be an absence first",
        })
    }
}

impl std::error::Error for Refusal {}

/// Whether one side may change a mark. `None` is a blank: no mark yet, or one taken back.
///
/// A mark that stays as it is is no change and always allowed, because a register is saved whole.
/// Undoing one's own act is not asked here: it restores the mark that the act replaced.
pub fn may_change(from: Option<Status>, to: Option<Status>, by: Marker) -> Result<(), Refusal> {
    if from == to {
        return Ok(());
    }
    match by {
        Marker::Provider => provider_may_change(from, to),
        Marker::School | Marker::CapStaff => may_decide(from, to),
    }
}

fn provider_may_change(from: Option<Status>, to: Option<Status>) -> Result<(), Refusal> {
    use Status::{
        Authorised, DismissedBehaviour, DismissedOther, Late, NotRequired, Present, Unauthorised, Unexplained,
    };
    match to {
        Some(Authorised | Unauthorised) => Err(Refusal::SchoolDecides),
        Some(Present | Late) => Ok(()),
        Some(Unexplained | DismissedBehaviour | DismissedOther | NotRequired) | None => {
            if from.is_some_and(Status::is_decision) {
                Err(Refusal::AlreadyDecided)
            } else {
                Ok(())
            }
        }
    }
}

fn may_decide(from: Option<Status>, to: Option<Status>) -> Result<(), Refusal> {
    use Status::{
        Authorised, DismissedBehaviour, DismissedOther, Late, NotRequired, Present, Unauthorised, Unexplained,
    };
    match to {
        Some(Authorised | Unauthorised) => match from {
            Some(Unexplained | Authorised | Unauthorised) => Ok(()),
            Some(Present | Late | DismissedBehaviour | DismissedOther | NotRequired) | None => {
                Err(Refusal::NoAbsence)
            }
        },
        Some(Present | Late | Unexplained | DismissedBehaviour | DismissedOther | NotRequired) | None => {
            Err(Refusal::ProviderMarks)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_spelling_of_a_status_is_its_own() {
        let distinct =
            |of: fn(Status) -> String| Status::ALL.into_iter().map(of).collect::<BTreeSet<_>>().len();
        assert_eq!(distinct(|s| s.code().to_string()), 8);
        assert_eq!(distinct(|s| s.word().to_owned()), 8);
        assert_eq!(distinct(|s| s.label().to_owned()), 8);
        assert_eq!(distinct(|s| s.key().to_string()), 8);
        assert_eq!(distinct(|s| s.sign().to_owned()), 8);
    }

    #[test]
    fn stored_numbers_are_one_to_eight_in_order() {
        assert_eq!(Status::ALL.map(Status::code), [1, 2, 3, 4, 5, 6, 7, 8]);
        for code in -1..=10 {
            assert_eq!(Status::from_code(code).map(Status::code), (1..=8).contains(&code).then_some(code));
        }
    }

    #[test]
    fn words() {
        for status in Status::ALL {
            assert_eq!(Status::parse(status.word()), Ok(status));
            assert_eq!(Status::parse(&status.word().replace('-', "_").to_uppercase()), Ok(status));
        }
        assert_eq!(Status::parse(" dismissed behaviour "), Ok(Status::DismissedBehaviour));
        for wrong in ["", "absent", "dismissed", "p", "1"] {
            assert!(Status::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn what_counts() {
        let attended: Vec<_> = Status::ALL.into_iter().filter(|s| s.counts_as_attended()).collect();
        let not_taken: Vec<_> = Status::ALL.into_iter().filter(|s| !s.counts_as_taken()).collect();
        let decided: Vec<_> = Status::ALL.into_iter().filter(|s| s.is_decision()).collect();
        assert_eq!(attended, [Status::Present, Status::Late]);
        assert_eq!(not_taken, [Status::NotRequired]);
        assert_eq!(decided, [Status::Authorised, Status::Unauthorised]);
    }

    /// Every change there is. A row is a mark before, a column the mark after, in the order of
    /// `Status::ALL` with the blank last: `+` allowed, `=` no change, else the first letter that
    /// stands for the refusal (S school decides, D already decided, P provider marks, N no absence).
    #[test]
    fn the_whole_truth_table() {
        //                  P L A X U B O N blank
        let provider = [
            ("present      ", "=+S+S++++"),
            ("late         ", "+=S+S++++"),
            ("authorised   ", "++=DSDDDD"),
            ("unexplained  ", "++S=S++++"),
            ("unauthorised ", "++SD=DDDD"),
            ("dismissed beh", "++S+S=+++"),
            ("dismissed oth", "++S+S+=++"),
            ("not required ", "++S+S++=+"),
            ("blank        ", "++S+S+++="),
        ];
        let decider = [
            ("present      ", "=PNPNPPPP"),
            ("late         ", "P=NPNPPPP"),
            ("authorised   ", "PP=P+PPPP"),
            ("unexplained  ", "PP+=+PPPP"),
            ("unauthorised ", "PP+P=PPPP"),
            ("dismissed beh", "PPNPN=PPP"),
            ("dismissed oth", "PPNPNP=PP"),
            ("not required ", "PPNPNPP=P"),
            ("blank        ", "PPNPNPPP="),
        ];
        let marks: Vec<Option<Status>> = Status::ALL.into_iter().map(Some).chain([None]).collect();
        for (by, table) in [
            (Marker::Provider, provider),
            (Marker::School, decider),
            (Marker::CapStaff, decider),
        ] {
            for (&from, (row, cells)) in marks.iter().zip(table) {
                for (&to, cell) in marks.iter().zip(cells.chars()) {
                    let expected = match cell {
                        '+' | '=' => Ok(()),
                        'S' => Err(Refusal::SchoolDecides),
                        'D' => Err(Refusal::AlreadyDecided),
                        'P' => Err(Refusal::ProviderMarks),
                        _ => Err(Refusal::NoAbsence),
                    };
                    assert_eq!(cell == '=', from == to, "the table's diagonal");
                    assert_eq!(may_change(from, to, by), expected, "{by:?}: {row} to {to:?}");
                }
                assert_eq!(cells.len(), marks.len());
            }
        }
    }
}
