//! The columns of `training-records.csv` and of the workbook beside it. Their headings are also the
//! merge fields of report templates, in Word's own mail merge and in ours: a name that has once been
//! released never changes its meaning. Names have letters, digits and underscores, at most forty of
//! them, as Word allows.
//!
//! Duty of care and emergency contacts are in no column: a letter that is merged leaves the service.

use super::{
    facts::{Facts, Outcome},
    line::{Line, Place},
};
use crate::{
    attendance::{contribution::Contribution, figures::Percent},
    learners::{
        codes::{Ethnicity, Sex},
        year::AcademicYear,
    },
    progress::unit_status::UnitStatus,
};
use chrono::NaiveDate;
use platform::{clock, sheet, sheet::Cell};

/// What a column takes its cell from: one training record.
#[derive(Clone, Debug)]
pub struct Row {
    pub line: Line,
    pub facts: Facts,
    /// The day on which the file or letter is made.
    pub today: NaiveDate,
}

/// What the texts of a column are, for spreadsheets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// What somebody typed.
    Text,
    /// Identifiers, telephone numbers, counts, dates: as they are.
    Exact,
}

/// One column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its heading, which is the merge field.
    pub name: &'static str,
    /// What it holds, for people who write templates.
    pub about: &'static str,
    pub kind: Kind,
    /// In characters, for workbooks.
    pub width: u16,
    cell: fn(&Row) -> Cell,
}

impl Column {
    /// The cell of a record.
    pub fn cell(&self, row: &Row) -> Cell {
        (self.cell)(row)
    }

    /// The same as a mail merge prints it.
    pub fn text(&self, row: &Row) -> String {
        sheet::text(&self.cell(row))
    }
}

/// All columns, in the order of the file.
pub fn columns() -> &'static [Column] {
    COLUMNS
}

/// The column of this name, however its letters are cased: Word does not mind either.
pub fn find(name: &str) -> Option<&'static Column> {
    COLUMNS.iter().find(|column| column.name.eq_ignore_ascii_case(name))
}

const fn text(name: &'static str, about: &'static str, width: u16, cell: fn(&Row) -> Cell) -> Column {
    Column { name, about, kind: Kind::Text, width, cell }
}

const fn exact(name: &'static str, about: &'static str, width: u16, cell: fn(&Row) -> Cell) -> Column {
    Column { name, about, kind: Kind::Exact, width, cell }
}

/// A count and beside it its share of the registers taken.
macro_rules! attendance {
    ($name:literal, $what:literal, $count:expr) => {
        [
            exact(concat!("Attendance_", $name), $what, 12, |r| {
                let count: fn(&crate::attendance::figures::Counts) -> u32 = $count;
                whole(count(&r.facts.attendance))
            }),
            exact(
                concat!("Attendance_", $name, "_Percent"),
                concat!($what, ", share of the registers taken"),
                10,
                |r| {
                    let count: fn(&crate::attendance::figures::Counts) -> u32 = $count;
                    share(r.facts.attendance.share(count(&r.facts.attendance)))
                },
            ),
        ]
    };
}

/// A count of marks with one contribution and its share of those that have any.
macro_rules! contribution {
    ($name:literal, $at:literal, $what:literal) => {
        [
            exact(concat!("Contribution_", $name), $what, 10, |r| {
                whole(r.facts.contributions.of(Contribution::LEVELS[$at]))
            }),
            exact(
                concat!("Contribution_", $name, "_Percent"),
                concat!($what, ", share of those with a contribution"),
                10,
                |r| share(r.facts.contributions.share(Contribution::LEVELS[$at])),
            ),
        ]
    };
}

/// A count of units with one status and its share of all that count.
macro_rules! progress {
    ($name:literal, $status:ident, $what:literal) => {
        [
            exact(concat!("Progress_", $name), $what, 10, |r| whole(r.facts.units.of(UnitStatus::$status))),
            exact(
                concat!("Progress_", $name, "_Percent"),
                concat!($what, ", share of all sections"),
                10,
                |r| {
                    let units = &r.facts.units;
                    share(crate::attendance::figures::percent(units.of(UnitStatus::$status), units.total()))
                },
            ),
        ]
    };
}

const TOTAL: [Column; 2] = attendance!("Total", "Present and late", |c| c.total_attendance());
const PRESENT: [Column; 2] = attendance!("Present", "Present", |c| c.present);
const LATE: [Column; 2] = attendance!("Late", "Late", |c| c.late);
const ABSENT: [Column; 2] = attendance!("Absent", "Absences of every kind", |c| c.absent());
const AUTHORISED: [Column; 2] = attendance!("Authorised", "Authorised absences", |c| c.authorised);
const UNEXPLAINED: [Column; 2] = attendance!("Unexplained", "Unexplained absences", |c| c.unexplained);
const UNAUTHORISED: [Column; 2] = attendance!("Unauthorised", "Unauthorised absences", |c| c.unauthorised);
const DISMISSED: [Column; 2] = attendance!("Dismissed", "Dismissed for whatever reason", |c| c.other());
const BEHAVIOUR: [Column; 2] = attendance!("Behaviour", "Dismissed for behaviour", |c| c.dismissed_behaviour);
const OTHER: [Column; 2] = attendance!("Other", "Dismissed for another reason", |c| c.dismissed_other);
const LOWEST: [Column; 2] = contribution!("Minus2", 0, "Exceptionally negative");
const LOW: [Column; 2] = contribution!("Minus1", 1, "Below standard");
const EXPECTED: [Column; 2] = contribution!("Zero", 2, "Expected standard");
const HIGH: [Column; 2] = contribution!("Plus1", 3, "Above standard");
const HIGHEST: [Column; 2] = contribution!("Plus2", 4, "Exceptionally positive");
const NOT_STARTED: [Column; 2] = progress!("NotStarted", NotStarted, "Sections not started");
const BEHIND: [Column; 2] = progress!("Behind", Behind, "Sections behind schedule");
const ON_TRACK: [Column; 2] = progress!("OnTrack", OnTrack, "Sections on schedule");
const IN_ASSESSMENT: [Column; 2] =
    progress!("InAssessment", InAssessment, "Sections under assessment or verification");
const COMPLETED: [Column; 2] = progress!("Completed", Completed, "Sections completed");

static COLUMNS: &[Column] = &[
    // Learner
    text("Learner_Surname", "Surname", 20, |r| r.line.learner.surname.as_str().into()),
    text("Learner_FirstNames", "First name", 20, |r| r.line.learner.first_name.as_str().into()),
    text("Learner_MiddleNames", "Middle names", 20, |r| r.line.learner.middle_names.as_str().into()),
    text("Learner_FullName", "First name and surname", 28, |r| full_name(&r.line).into()),
    exact("Learner_CLM_ID", "CLM ID", 10, |r| r.line.learner.number.into()),
    exact("Learner_DateOfBirth", "Date of birth", 12, |r| r.line.learner.born_on.into()),
    exact("Learner_Gender", "Gender", 10, |r| Sex::find(&r.line.learner.sex).map(Sex::label).into()),
    exact("Learner_Ethnicity", "Ethnicity", 24, |r| {
        r.line.learner.ethnicity.as_deref().and_then(Ethnicity::find).map(Ethnicity::label).into()
    }),
    exact("Learner_UPN", "UPN", 16, |r| r.line.learner.upn.as_deref().into()),
    exact("Learner_ULN", "ULN", 14, |r| r.line.learner.uln.as_deref().into()),
    exact("Learner_UCI", "UCI", 16, |r| r.line.learner.uci.as_deref().into()),
    exact("Learner_KS4_Year", "The academic year in which key stage 4 begins", 12, |r| {
        AcademicYear::starting(i32::from(r.line.learner.ks4_year))
            .map(|year| year.to_string())
            .into()
    }),
    // Home school
    text("Home_School", "Home school", 28, |r| r.line.school.name.as_str().into()),
    text("Home_School_Address", "Its address with postcode", 36, |r| address(&r.line.school).into()),
    exact("Home_School_Telephone", "Its telephone number", 16, |r| filled(&r.line.school.telephone)),
    exact("Home_School_URN", "Its URN", 10, |r| filled(&r.line.school.urn)),
    exact("Home_School_LAEstab", "Its LA and establishment number", 10, |r| {
        filled(&r.line.school.la_estab)
    }),
    // Provider
    text("Provider", "Course provider", 28, |r| r.line.provider.name.as_str().into()),
    text("Provider_Address", "Its address with postcode", 36, |r| address(&r.line.provider).into()),
    exact("Provider_Telephone", "Its telephone number", 16, |r| filled(&r.line.provider.telephone)),
    exact("Provider_UKPRN", "Its UKPRN", 10, |r| filled(&r.line.provider.ukprn)),
    // Training
    exact("Record_ID", "The training record's number", 10, |r| r.line.number.into()),
    exact("Training_Status", "Active, completed, withdrawn or suspended", 12, |r| {
        r.line.stand.status.label().into()
    }),
    exact("Training_Start", "The training's first day", 12, |r| r.line.stand.starts_on.into()),
    exact("Training_End", "The day on which it is to end", 12, |r| r.line.stand.ends_on.into()),
    exact("Training_Closed", "The day on which it was completed, withdrawn or suspended", 12, |r| {
        r.line.stand.closed_on.into()
    }),
    text("Course_Title", "Course", 28, |r| r.line.course.as_str().into()),
    text("Cohort_Title", "Course cohort", 28, |r| r.line.cohort.title.as_str().into()),
    exact("Cohort_Start", "The course cohort's first day", 12, |r| r.line.cohort.starts_on.into()),
    exact("Cohort_End", "The course cohort's last day", 12, |r| r.line.cohort.ends_on.into()),
    text("Cohort_AgeGroup", "The course cohort's age group", 12, |r| {
        r.line.cohort.age_group.as_str().into()
    }),
    text("Tutor_Group", "Tutor group", 10, |r| r.line.cohort.group.as_str().into()),
    text("Qualification_Title", "Qualification", 36, |r| r.line.qualification.title.as_str().into()),
    exact("Qualification_Number", "Its number, like 100/5073/5", 14, |r| {
        filled(&r.line.qualification.number)
    }),
    text("Qualification_Level", "Its level", 12, |r| r.line.qualification.level.as_str().into()),
    text("Qualification_Type", "Its type", 18, |r| r.line.qualification.kind.as_str().into()),
    text("Awarding_Body", "Who awards it", 20, |r| {
        r.line.qualification.awarding_body.as_str().into()
    }),
    // Attendance
    exact("Attendance_Scheduled", "Lessons up to now", 12, |r| whole(r.facts.attendance.scheduled)),
    exact("Attendance_Taken", "Registers taken", 12, |r| whole(r.facts.attendance.taken())),
    exact("Attendance_Missing", "Registers not taken", 12, |r| whole(r.facts.attendance.missing())),
    TOTAL[0],
    TOTAL[1],
    PRESENT[0],
    PRESENT[1],
    LATE[0],
    LATE[1],
    ABSENT[0],
    ABSENT[1],
    AUTHORISED[0],
    AUTHORISED[1],
    UNEXPLAINED[0],
    UNEXPLAINED[1],
    UNAUTHORISED[0],
    UNAUTHORISED[1],
    DISMISSED[0],
    DISMISSED[1],
    BEHAVIOUR[0],
    BEHAVIOUR[1],
    OTHER[0],
    OTHER[1],
    exact("Attendance_NotRequired", "Lessons where the learner was not required", 12, |r| {
        whole(r.facts.attendance.not_required)
    }),
    // Contribution
    exact("Contribution_Balance", "The sum of all contributions", 10, |r| {
        balance(r).map(|_| r.facts.contributions.balance()).into()
    }),
    exact("Contribution_Average", "The average contribution", 10, |r| {
        r.facts.contributions.average_tenths().map_or(Cell::Empty, Cell::Decimal)
    }),
    exact(
        "Contribution_Trend",
        "The last four weeks against the four before: up, level or down",
        10,
        |r| r.facts.trend.map(|trend| trend.label()).into(),
    ),
    LOWEST[0],
    LOWEST[1],
    LOW[0],
    LOW[1],
    EXPECTED[0],
    EXPECTED[1],
    HIGH[0],
    HIGH[1],
    HIGHEST[0],
    HIGHEST[1],
    // Progress
    exact("Progress_Total", "All sections of the qualification that count", 10, |r| {
        whole(r.facts.units.total())
    }),
    NOT_STARTED[0],
    NOT_STARTED[1],
    BEHIND[0],
    BEHIND[1],
    ON_TRACK[0],
    ON_TRACK[1],
    IN_ASSESSMENT[0],
    IN_ASSESSMENT[1],
    COMPLETED[0],
    COMPLETED[1],
    // Latest appraisal, grades
    exact("Appraisal_Date", "The day of the latest published appraisal", 12, |r| {
        r.facts.appraisal.on.into()
    }),
    exact("Appraisal_Aptitude", "Aptitude, A (highest) to E", 10, |r| {
        r.facts.appraisal.aptitude.as_deref().into()
    }),
    exact("Appraisal_Effort", "Effort, 1 (highest) to 5", 10, |r| {
        r.facts.appraisal.effort.map(i64::from).into()
    }),
    text("Appraisal_Comment", "The tutor's comment", 60, |r| {
        r.facts.appraisal.comment.as_str().into()
    }),
    text("Grade_Target", "Target grade", 12, |r| r.facts.grades.target.as_str().into()),
    text("Grade_Predicted", "Predicted grade", 12, |r| r.facts.grades.predicted.as_str().into()),
    text("Grade_Achieved", "Achieved grade", 12, |r| r.facts.grades.achieved.as_str().into()),
    // Assessments, targets
    text("Assessment_Latest", "The assessment with the latest result", 24, |r| {
        latest(r).map(|(one, ..)| one.description.as_str()).into()
    }),
    text("Assessment_Latest_Level", "Its level", 16, |r| {
        latest(r).map(|(_, _, level)| level).into()
    }),
    exact("Assessment_Latest_Date", "Its day", 12, |r| latest(r).map(|(_, on, _)| on).into()),
    text("Assessments", "Every assessment with its latest result, one a line", 40, |r| {
        lines(r.facts.assessments.iter().map(assessed)).into()
    }),
    exact("Target_Open", "Targets not yet achieved", 10, |r| {
        (r.facts.targets.open.len() as i64).into()
    }),
    exact("Target_Due", "Those of them whose date has come", 10, |r| whole(r.facts.targets.due)),
    exact("Target_Achieved", "Targets achieved", 10, |r| whole(r.facts.targets.achieved)),
    text("Targets", "Every open target with its date, one a line", 40, |r| {
        lines(
            r.facts
                .targets
                .open
                .iter()
                .map(|(on, what)| format!("{what} (by {})", clock::short_date(*on))),
        )
        .into()
    }),
    // The record itself, and the day of the letter
    exact("Date_Created", "When the record was made", 12, |r| clock::today(r.line.created_at).into()),
    exact("Date_Modified", "When it was last changed", 12, |r| {
        clock::today(r.line.modified_at).into()
    }),
    exact("Report_Date", "The day on which the file or letter is made", 12, |r| r.today.into()),
];

fn whole(count: u32) -> Cell {
    Cell::Int(i64::from(count))
}

fn share(percent: Option<Percent>) -> Cell {
    percent.map_or(Cell::Empty, |share| Cell::Tenths(i64::try_from(share.tenths()).unwrap_or(i64::MAX)))
}

/// An identifier that may be missing.
fn filled(text: &str) -> Cell {
    if text.is_empty() { Cell::Empty } else { text.into() }
}

/// Nothing where no mark has a contribution: zero would be a judgement.
fn balance(row: &Row) -> Option<u32> {
    Some(row.facts.contributions.total()).filter(|total| *total > 0)
}

fn full_name(line: &Line) -> String {
    format!("{} {}", line.learner.first_name, line.learner.surname)
}

fn address(place: &Place) -> String {
    let parts = [place.address.as_str(), place.postcode.as_str()];
    lines(parts.into_iter().filter(|part| !part.is_empty()).map(str::to_owned))
}

fn lines(texts: impl Iterator<Item = String>) -> String {
    texts.collect::<Vec<_>>().join("\n")
}

/// The assessment whose result is the latest.
fn latest(row: &Row) -> Option<(&Outcome, NaiveDate, &str)> {
    let known = row.facts.assessments.iter();
    known
        .filter_map(|one| one.latest.as_ref().map(|(on, level)| (one, *on, level.as_str())))
        .max_by_key(|(_, on, _)| *on)
}

/// An assessment in one line: "Mathematics: Level 1 (3 Nov 2026)".
pub fn assessed(one: &Outcome) -> String {
    match &one.latest {
        None => format!("{}: no result yet", one.description),
        Some((on, level)) if level.is_empty() => format!("{}: {}", one.description, clock::short_date(*on)),
        Some((on, level)) => format!("{}: {level} ({})", one.description, clock::short_date(*on)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_merge_fields_and_stand_once() {
        let names: BTreeSet<String> = COLUMNS.iter().map(|column| column.name.to_lowercase()).collect();
        assert_eq!(names.len(), COLUMNS.len());
        for Column { name, about, .. } in COLUMNS {
            assert!(name.len() <= 40, "{name}");
            assert!(name.starts_with(|c: char| c.is_ascii_alphabetic()), "{name}");
            assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'), "{name}");
            assert!(!about.is_empty(), "{name}");
        }
        assert_eq!(find("learner_surname").map(|column| column.name), Some("Learner_Surname"));
        assert!(find("Learner_Allergies").is_none());
    }
}
