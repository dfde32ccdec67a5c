//! The national attendance codes with which a new service starts. From then on the table in the
//! database holds, which an administrator keeps (`code_pages`): a change of the law is a new row there.
//!
//! Law: School Attendance (Pupil Registration) (England) Regulations 2024 (SI 2024/208), regulation
//! 10, in force since 19 August 2024. Guidance: the Department for Education's "Working together to
//! improve school attendance".

use super::{code_table::Certainty, codes::Category};
use chrono::NaiveDate;

/// One code with one meaning for one span of time.
pub(super) struct Seed {
    pub code: &'static str,
    pub name: &'static str,
    pub category: Category,
    /// First day of use; `None` when it is older than this list.
    pub valid_from: Option<NaiveDate>,
    /// Last day of use; `None` while it is in use.
    pub valid_to: Option<NaiveDate>,
    /// Where the row comes from.
    pub source: &'static str,
    pub certainty: Certainty,
}

const REGULATIONS: &str = "SI 2024/208, regulation 10";
const DAILY_DATA: &str = "DfE daily attendance data files, up to 2023/24";
const BEFORE: &str = "Codes before SI 2024/208, kept for importing older registers";

const IN_FORCE: NaiveDate = NaiveDate::from_ymd_opt(2024, 8, 19).expect("a date");
const LAST_DAY_BEFORE: NaiveDate = NaiveDate::from_ymd_opt(2024, 8, 18).expect("a date");

/// In use before the regulations of 2024 and since.
const fn kept(code: &'static str, category: Category, name: &'static str) -> Seed {
    Seed {
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
const fn new(code: &'static str, category: Category, name: &'static str) -> Seed {
    Seed {
        valid_from: Some(IN_FORCE),
        ..kept(code, category, name)
    }
}

/// Ended by the regulations of 2024.
const fn old(code: &'static str, category: Category, name: &'static str) -> Seed {
    let row = kept(code, category, name);
    Seed {
        valid_to: Some(LAST_DAY_BEFORE),
        source: BEFORE,
        certainty: Certainty::Unconfirmed,
        ..row
    }
}

const fn unconfirmed(row: Seed) -> Seed {
    Seed { certainty: Certainty::Unconfirmed, ..row }
}

/// Every code, in the order of the regulations.
pub(super) static CODES: &[Seed] = &[
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
    Seed {
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
