//! The national attendance codes, which the home school enters in its own register, as dated data.
//!
//! The table says of each code when it was in use and how sure we are of what it counts as, so that a
//! register of any day is read by that day's codes and a change of the law is a new row here.
//! Law: School Attendance (Pupil Registration) (England) Regulations 2024 (SI 2024/208), regulation
//! 10, in force since 19 August 2024. Guidance: the Department for Education's "Working together to
//! improve school attendance".

use std::fmt;

use chrono::{NaiveDate, NaiveTime};

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
}

/// How well a row of the table is founded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// Code, name and category were read in a source.
    Read,
    /// The code was read, its category or dates come from general knowledge: confirm before relying on it.
    Unconfirmed,
}

/// One code with one meaning for one span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DfeCode {
    /// What stands in the register, such as `B` or `Y1`.
    pub code: &'static str,
    /// What it says, in few words.
    pub name: &'static str,
    /// What it counts as.
    pub category: Category,
    /// First day of use; `None` when it is older than this table.
    pub valid_from: Option<NaiveDate>,
    /// Last day of use; `None` while it is in use.
    pub valid_to: Option<NaiveDate>,
    /// Where the row comes from.
    pub source: &'static str,
    /// How well it is founded.
    pub certainty: Certainty,
}

impl DfeCode {
    /// Whether the code had this meaning on a day.
    pub fn is_valid(&self, on: NaiveDate) -> bool {
        self.valid_from.is_none_or(|from| from <= on) && self.valid_to.is_none_or(|to| on <= to)
    }
}

impl fmt::Display for DfeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.name)
    }
}

/// The codes in use on a day, in the order of the table.
pub fn current(on: NaiveDate) -> impl Iterator<Item = &'static DfeCode> {
    CODES.iter().filter(move |code| code.is_valid(on))
}

/// The meaning of a code on a day, in whatever letter case.
pub fn find(code: &str, on: NaiveDate) -> Option<&'static DfeCode> {
    let code = code.trim();
    current(on).find(|row| row.code.eq_ignore_ascii_case(code))
}

/// The codes among which a school chooses when it authorises an absence, commonest first.
pub fn for_authorised(on: NaiveDate) -> impl Iterator<Item = &'static DfeCode> {
    ["I", "M", "C", "C1", "C2", "E", "J1", "R", "S", "T"]
        .into_iter()
        .filter_map(move |code| find(code, on))
}

/// The codes among which a school chooses when it does not authorise an absence, the default first.
pub fn for_unauthorised(on: NaiveDate) -> impl Iterator<Item = &'static DfeCode> {
    ["O", "G", "U"].into_iter().filter_map(move |code| find(code, on))
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

const REGULATIONS: &str = "SI 2024/208, regulation 10";
const DAILY_DATA: &str = "DfE daily attendance data files, up to 2023/24";
const BEFORE: &str = "Codes before SI 2024/208, kept for importing older registers";

const IN_FORCE: NaiveDate = NaiveDate::from_ymd_opt(2024, 8, 19).expect("a date");
const LAST_DAY_BEFORE: NaiveDate = NaiveDate::from_ymd_opt(2024, 8, 18).expect("a date");

/// In use before the regulations of 2024 and since.
const fn kept(code: &'static str, category: Category, name: &'static str) -> DfeCode {
    DfeCode {
        code,
        name,
        category,
        valid_from: None,
        valid_to: None,
        source: REGULATIONS,
        certainty: Certainty::Read,
    }
}

/// New with the regulations of 2024.
const fn new(code: &'static str, category: Category, name: &'static str) -> DfeCode {
    DfeCode {
        valid_from: Some(IN_FORCE),
        ..kept(code, category, name)
    }
}

/// Ended by the regulations of 2024.
const fn old(code: &'static str, category: Category, name: &'static str) -> DfeCode {
    let row = kept(code, category, name);
    DfeCode {
        valid_to: Some(LAST_DAY_BEFORE),
        source: BEFORE,
        certainty: Certainty::Unconfirmed,
        ..row
    }
}

const fn unconfirmed(row: DfeCode) -> DfeCode {
    DfeCode { certainty: Certainty::Unconfirmed, ..row }
}

/// Every code that a register of ours may hold, in the order of the regulations.
pub static CODES: &[DfeCode] = &[
    kept("/", Category::P, "Present, morning"),
    kept("\\", Category::P, "Present, afternoon"),
    kept("L", Category::P, "Late: arrived before the register closed"),
    new("K", Category::Aea, "Education provision arranged by the local authority"),
    kept("V", Category::Aea, "Educational visit or trip"),
    kept("P", Category::Aea, "Approved, supervised sporting activity"),
    kept("W", Category::Aea, "Work experience"),
    kept("B", Category::Aea, "Other approved educational activity off site"),
    // The school that enters D leaves the session out, because the other school counts it.
    unconfirmed(new("D", Category::Np, "Dual registered: at the other school")),
    DfeCode {
        source: DAILY_DATA,
        certainty: Certainty::Read,
        ..old("D", Category::Aea, "Dual registered: at the other school")
    },
    new("C1", Category::Aa, "Leave: regulated performance or employment abroad"),
    kept("M", Category::Aa, "Leave: medical or dental appointment"),
    new("J1", Category::Aa, "Leave: interview for a job or another educational institution"),
    kept("S", Category::Aa, "Leave: study leave for public examinations"),
    unconfirmed(kept("X", Category::Np, "Not of compulsory school age and not required to attend")),
    new("C2", Category::Aa, "Leave: temporary part-time timetable"),
    kept("C", Category::Aa, "Leave: exceptional circumstances"),
    kept("T", Category::Aa, "Parent travelling for work"),
    kept("R", Category::Aa, "Religious observance"),
    kept("I", Category::Aa, "Illness (not an appointment)"),
    kept("E", Category::Aa, "Suspended or permanently excluded, without alternative provision"),
    unconfirmed(new("Q", Category::Np, "Unable to attend: no travel arrangements by the local authority")),
    unconfirmed(new("Y1", Category::Np, "Unable to attend: usual transport not available")),
    unconfirmed(new("Y2", Category::Np, "Unable to attend: widespread disruption to travel")),
    unconfirmed(new("Y3", Category::Np, "Unable to attend: part of the premises closed")),
    unconfirmed(new("Y4", Category::Np, "Unable to attend: whole site unexpectedly closed")),
    unconfirmed(new("Y5", Category::Np, "Unable to attend: in criminal justice detention")),
    unconfirmed(new("Y6", Category::Np, "Unable to attend: public health guidance or law")),
    new("Y7", Category::Np, "Unable to attend: other unavoidable cause"),
    kept("G", Category::Ua, "Holiday not granted by the school"),
    kept("N", Category::Ua, "Reason not yet established"),
    kept("O", Category::Ua, "Absent in other or unknown circumstances"),
    kept("U", Category::Ua, "Arrived after the register closed"),
    kept("Z", Category::Np, "Prospective pupil not on the admission register"),
    kept("#", Category::Np, "Planned closure of the whole school"),
    old("H", Category::Aa, "Holiday granted by the school"),
    old("J", Category::Aea, "Interview"),
    old("Y", Category::Np, "Unable to attend: exceptional circumstances"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn listed(codes: impl Iterator<Item = &'static DfeCode>) -> String {
        codes.map(|row| row.code).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_codes_of_today_and_of_before() {
        let today = "/ \\ L K V P W B D C1 M J1 S X C2 C T R I E Q Y1 Y2 Y3 Y4 Y5 Y6 Y7 G N O U Z #";
        assert_eq!(listed(current(day("2026-09-01"))), today);
        assert_eq!(listed(current(day("2024-08-19"))), today);
        assert_eq!(listed(current(day("2024-08-18"))), "/ \\ L V P W B D M S X C T R I E G N O U Z # H J Y");
    }

    #[test]
    fn a_code_has_one_meaning_at_a_time() {
        for on in ["2010-01-01", "2024-08-18", "2024-08-19", "2030-01-01"].map(day) {
            let codes: Vec<_> = current(on).map(|row| row.code).collect();
            assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len(), "{on}");
        }
        let category = |code, on| find(code, day(on)).map(|row| row.category);
        assert_eq!(category("D", "2024-08-18"), Some(Category::Aea));
        assert_eq!(category("D", "2024-08-19"), Some(Category::Np));
        assert_eq!(category(" c2 ", "2026-09-01"), Some(Category::Aa));
        for (code, on) in [
            ("K", "2024-08-18"),
            ("Y", "2024-08-19"),
            ("H", "2024-08-19"),
            ("F", "2026-09-01"),
            ("", "2026-09-01"),
        ] {
            assert_eq!(find(code, day(on)), None, "{code} on {on}");
        }
    }

    #[test]
    fn categories_of_today() {
        let on = day("2026-09-01");
        for (category, codes) in [
            (Category::P, "/ \\ L"),
            (Category::Aea, "K V P W B"),
            (Category::Aa, "C1 M J1 S C2 C T R I E"),
            (Category::Ua, "G N O U"),
            (Category::Np, "D X Q Y1 Y2 Y3 Y4 Y5 Y6 Y7 Z #"),
        ] {
            assert_eq!(
                listed(current(on).filter(|row| row.category == category)),
                codes,
                "{}",
                category.label()
            );
        }
    }

    #[test]
    fn what_a_school_chooses_from() {
        let on = day("2026-09-01");
        assert_eq!(listed(for_authorised(on)), "I M C C1 C2 E J1 R S T");
        assert!(for_authorised(on).all(|row| row.category == Category::Aa));
        assert_eq!(listed(for_unauthorised(on)), "O G U");
        assert!(for_unauthorised(on).all(|row| row.category == Category::Ua));
        assert_eq!(listed(for_authorised(day("2024-01-08"))), "I M C E R S T");
    }

    #[test]
    fn placement_bases() {
        assert_eq!(PlacementBase::ALL.map(PlacementBase::code), ["B", "K", "D", "W"]);
        for base in PlacementBase::ALL {
            assert_eq!(PlacementBase::parse(&base.code().to_lowercase()), Ok(base));
            assert!(find(base.code(), day("2026-09-01")).is_some());
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
        let on = day("2026-09-01");
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
                assert!(proposed.is_none_or(|code| find(code, on).is_some()), "a proposed code is in use");
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
