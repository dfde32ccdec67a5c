//! What the national attendance codes mean for a mark: the categories in which they count, the code of
//! a placement, the half days that a lesson fills, and the code to propose to the home school. Which
//! codes there are, and when, stands in the table of `code_table`.

use std::fmt;

use chrono::NaiveTime;

pub use super::code_table::{Certainty, Code, Codes, is_empty, seed};
use super::status::Status;

/// What a code counts as in attendance statistics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Category {
    /// Present.
    P,
    /// Approved educational activity: counts as attendance.
    Aea,
    /// Authorised absence.
    Aa,
    /// Unauthorised absence.
    Ua,
    /// Not a possible attendance: left out of the session count as well as of the attendance.
    Np,
}

impl Category {
    /// What a page calls it.
    pub fn label(self) -> &'static str {
        match self {
            Self::P => "Present",
            Self::Aea => "Approved educational activity",
            Self::Aa => "Authorised absence",
            Self::Ua => "Unauthorised absence",
            Self::Np => "Not a possible attendance",
        }
    }

    /// All five, in the order in which a list offers them.
    pub const ALL: [Self; 5] = [Self::P, Self::Aea, Self::Aa, Self::Ua, Self::Np];

    /// The word in the database and in forms.
    pub fn word(self) -> &'static str {
        match self {
            Self::P => "present",
            Self::Aea => "educational",
            Self::Aa => "authorised",
            Self::Ua => "unauthorised",
            Self::Np => "uncounted",
        }
    }

    /// The category that has this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.word() == word)
    }
}

/// Under which code a learner attends a placement; it follows from who arranged the placement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlacementBase {
    /// Arranged by the school, on whose roll alone the learner stays: B.
    SchoolArranged,
    /// Arranged by the local authority, under section 19 or an EHC plan: K.
    AuthorityArranged,
    /// The provider is a school where the learner is on roll too: D.
    DualRegistered,
    /// Work experience: W.
    WorkExperience,
}

impl PlacementBase {
    /// All four, in the order in which a list offers them.
    pub const ALL: [Self; 4] = [
        Self::SchoolArranged,
        Self::AuthorityArranged,
        Self::DualRegistered,
        Self::WorkExperience,
    ];

    /// The national code, which is also what is stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::SchoolArranged => "B",
            Self::AuthorityArranged => "K",
            Self::DualRegistered => "D",
            Self::WorkExperience => "W",
        }
    }

    /// What a page calls it.
    pub fn label(self) -> &'static str {
        match self {
            Self::SchoolArranged => "Arranged by the school",
            Self::AuthorityArranged => "Arranged by the local authority",
            Self::DualRegistered => "On roll at the provider too",
            Self::WorkExperience => "Work experience",
        }
    }

    /// Reads the code as typed or imported.
    pub fn parse(code: &str) -> Result<Self, &'static str> {
        let code = code.trim();
        Self::ALL.into_iter().find(|base| base.code().eq_ignore_ascii_case(code)).ok_or(
            "Enter B (arranged by the school), K (by the local authority), D (dual registered) or W (work experience)",
        )
    }
}

/// Half a school day, for which a school's register has one code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Session {
    /// Morning.
    Am,
    /// Afternoon.
    Pm,
}

impl Session {
    /// The session in which something begins: before noon is morning.
    pub fn at(starts_at: NaiveTime) -> Self {
        if starts_at < NOON { Self::Am } else { Self::Pm }
    }
}

impl fmt::Display for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Am => "AM",
            Self::Pm => "PM",
        })
    }
}

const NOON: NaiveTime = wall(12, 0);

/// A lesson that began in the morning and goes on after this fills the afternoon as well. Mornings
/// commonly run over noon, to 12:30 or 13:00, and have not filled a second session then.
const AFTERNOON_UNDER_WAY: NaiveTime = wall(13, 0);

/// The sessions that a lesson fills, by its local times.
pub fn sessions(starts_at: NaiveTime, ends_at: NaiveTime) -> &'static [Session] {
    match Session::at(starts_at) {
        Session::Am if ends_at > AFTERNOON_UNDER_WAY => &[Session::Am, Session::Pm],
        Session::Am => &[Session::Am],
        Session::Pm => &[Session::Pm],
    }
}

/// The code to propose to the home school for one session, from the mark of a lesson that fills
/// `filled`. `None` where the school has to choose: for an authorised absence no reason may be
/// assumed, and where a learner was not required the school knows what it did instead.
pub fn propose(
    status: Status,
    base: PlacementBase,
    session: Session,
    filled: &[Session],
) -> Option<&'static str> {
    match status {
        Status::Present | Status::Late => Some(base.code()),
        // Who was sent home had been there when the lesson's first session was registered. Of a later
        // one the mark says nothing.
        Status::DismissedBehaviour | Status::DismissedOther => {
            (filled.first() == Some(&session)).then(|| base.code())
        }
        Status::Unexplained => Some("N"),
        Status::Unauthorised => Some("O"),
        Status::Authorised | Status::NotRequired => None,
    }
}

/// The longest that a school may keep its register open, in minutes after the session's start.
pub const REGISTER_OPEN_MINUTES: u16 = 30;

/// Whether to offer U (arrived after the register closed) for a late learner. Only offer it: when the
/// register closed, the school alone can say.
pub fn offers_after_closing(late_minutes: u16, open_minutes: u16) -> bool {
    late_minutes > open_minutes
}

const fn wall(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).expect("a time of day")
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn placement_bases() {
        assert_eq!(PlacementBase::ALL.map(PlacementBase::code), ["B", "K", "D", "W"]);
        for base in PlacementBase::ALL {
            assert_eq!(PlacementBase::parse(&base.code().to_lowercase()), Ok(base));
            assert!(Codes::of_seed().find(base.code(), day("2026-09-01")).is_some());
        }
        assert!(PlacementBase::parse("P").is_err());
    }

    #[test]
    fn sessions_of_a_lesson() {
        let time = |text: &str| text.parse::<NaiveTime>().expect("a time");
        for (starts, ends, expected) in [
            ("09:15", "12:00", "AM"),
            ("13:30", "15:30", "PM"),
            ("09:30", "12:30", "AM"),
            ("09:30", "13:00", "AM"),
            ("09:30", "13:01", "AM PM"),
            ("09:15", "15:30", "AM PM"),
            ("11:59", "12:30", "AM"),
            ("12:00", "13:30", "PM"),
            ("00:00", "00:30", "AM"),
            ("18:00", "20:00", "PM"),
        ] {
            let filled: Vec<_> = sessions(time(starts), time(ends)).iter().map(Session::to_string).collect();
            assert_eq!(filled.join(" "), expected, "{starts}–{ends}");
        }
    }

    #[test]
    fn proposed_codes() {
        use Session::{Am, Pm};
        let (codes, on) = (Codes::of_seed(), day("2026-09-01"));
        for base in PlacementBase::ALL {
            let placed = Some(base.code());
            for (status, session, filled, expected) in [
                (Status::Present, Am, &[Am][..], placed),
                (Status::Present, Pm, &[Am, Pm], placed),
                (Status::Late, Am, &[Am], placed),
                (Status::Authorised, Am, &[Am], None),
                (Status::Unexplained, Am, &[Am], Some("N")),
                (Status::Unauthorised, Pm, &[Pm], Some("O")),
                (Status::DismissedBehaviour, Pm, &[Pm], placed),
                (Status::DismissedBehaviour, Am, &[Am, Pm], placed),
                (Status::DismissedBehaviour, Pm, &[Am, Pm], None),
                (Status::DismissedOther, Am, &[Am, Pm], placed),
                (Status::DismissedOther, Pm, &[Am, Pm], None),
                (Status::NotRequired, Am, &[Am], None),
            ] {
                let proposed = propose(status, base, session, filled);
                assert_eq!(proposed, expected, "{status:?} {session} of {filled:?}");
                assert!(
                    proposed.is_none_or(|code| codes.find(code, on).is_some()),
                    "a proposed code is in use"
                );
            }
        }
    }

    #[test]
    fn lateness_beyond_the_closing_of_the_register() {
        assert!(!offers_after_closing(30, REGISTER_OPEN_MINUTES));
        assert!(offers_after_closing(31, REGISTER_OPEN_MINUTES));
        assert!(offers_after_closing(16, 15));
    }
}
