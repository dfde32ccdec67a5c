//! The columns that the list's tick boxes add (PRODUCT.md §4.3), as people read them.

use super::{
    columns::assessed,
    facts::{CareFlags, Facts},
    line::Line,
    part::Part,
};
use crate::{
    attendance::figures::{Counts, percent},
    learners::year::AcademicYear,
    progress::{sums::Units, unit_status::UnitStatus},
};
use platform::{clock::short_date, ids::PublicId};

/// A column of a group.
pub struct Heading {
    pub label: &'static str,
    /// Whether it is a number, which stands at the right.
    pub numeric: bool,
    /// What stands in it; empty for nothing.
    cell: fn(&Line, &Facts) -> String,
}

const fn number(label: &'static str, cell: fn(&Line, &Facts) -> String) -> Heading {
    Heading { label, numeric: true, cell }
}

const fn words(label: &'static str, cell: fn(&Line, &Facts) -> String) -> Heading {
    Heading { label, numeric: false, cell }
}

static ATTENDANCE: [Heading; 10] = [
    number("Taken / scheduled", |_, f| format!("{}/{}", f.attendance.taken(), f.attendance.scheduled)),
    number("Total attendance", |_, f| of_taken(&f.attendance, f.attendance.total_attendance())),
    number("Present", |_, f| of_taken(&f.attendance, f.attendance.present)),
    number("Late", |_, f| of_taken(&f.attendance, f.attendance.late)),
    number("Authorised", |_, f| of_taken(&f.attendance, f.attendance.authorised)),
    number("Unexplained", |_, f| of_taken(&f.attendance, f.attendance.unexplained)),
    number("Unauthorised", |_, f| of_taken(&f.attendance, f.attendance.unauthorised)),
    number("Behaviour", |_, f| of_taken(&f.attendance, f.attendance.dismissed_behaviour)),
    number("Other", |_, f| of_taken(&f.attendance, f.attendance.dismissed_other)),
    number("Missing", |_, f| f.attendance.missing().to_string()),
];

static PROGRESS: [Heading; 6] = [
    number("Total sections", |_, f| f.units.total().to_string()),
    number("Not started", |_, f| of_units(&f.units, UnitStatus::NotStarted)),
    number("Behind", |_, f| of_units(&f.units, UnitStatus::Behind)),
    number("On track", |_, f| of_units(&f.units, UnitStatus::OnTrack)),
    number("In assessment", |_, f| of_units(&f.units, UnitStatus::InAssessment)),
    number("Completed", |_, f| of_units(&f.units, UnitStatus::Completed)),
];

static APPRAISAL: [Heading; 3] = [
    words("Latest appraisal", |_, f| f.appraisal.on.map_or_else(String::new, short_date)),
    words("Aptitude", |_, f| f.appraisal.aptitude.clone().unwrap_or_default()),
    words("Effort", |_, f| f.appraisal.effort.map_or_else(String::new, |effort| effort.to_string())),
];

static CONTRIBUTION: [Heading; 3] = [
    number("Balance", |_, f| match f.contributions.total() {
        0 => String::new(),
        _ => f.contributions.balance_said(),
    }),
    number("Average", |_, f| f.contributions.average_said().unwrap_or_default()),
    words("Last four weeks", |_, f| {
        f.trend.map_or_else(String::new, |trend| format!("{} {}", trend.sign(), trend.label()))
    }),
];

static ULN: [Heading; 1] = [words("ULN", |line, _| {
    line.learner.uln.clone().unwrap_or_default()
})];

static GRADE: [Heading; 3] = [
    words("Target", |_, f| f.grades.target.clone()),
    words("Predicted", |_, f| f.grades.predicted.clone()),
    words("Achieved", |_, f| f.grades.achieved.clone()),
];

static SIF: [Heading; 1] = [words("Safeguarding and support held", |_, f| care(&f.care))];

static ASSESSMENT: [Heading; 1] = [words("Latest of each", |_, f| {
    f.assessments.iter().map(assessed).collect::<Vec<_>>().join("\n")
})];

static TARGET: [Heading; 3] = [
    number("Open", |_, f| f.targets.open.len().to_string()),
    number("Due", |_, f| f.targets.due.to_string()),
    number("Achieved", |_, f| f.targets.achieved.to_string()),
];

impl Part {
    /// Its columns in the list; a part that is for files only has none.
    pub fn headings(self) -> &'static [Heading] {
        match self {
            Part::Attendance => &ATTENDANCE,
            Part::Progress => &PROGRESS,
            Part::Appraisal => &APPRAISAL,
            Part::Contribution => &CONTRIBUTION,
            Part::Uln => &ULN,
            Part::Grade => &GRADE,
            Part::Sif => &SIF,
            Part::Assessment => &ASSESSMENT,
            Part::Target => &TARGET,
            Part::Comment => &[],
        }
    }
}

/// "189 (97.4 %)": a count with its share of the registers taken.
fn of_taken(counts: &Counts, count: u32) -> String {
    counts
        .share(count)
        .map_or_else(|| count.to_string(), |share| format!("{count} ({share})"))
}

/// A count with its share of all sections.
fn of_units(units: &Units, status: UnitStatus) -> String {
    let count = units.of(status);
    percent(count, units.total()).map_or_else(|| count.to_string(), |share| format!("{count} ({share})"))
}

/// Which information is held, a line each.
fn care(flags: &CareFlags) -> String {
    match flags {
        CareFlags::None => String::new(),
        CareFlags::Hidden => "Not shown: the placement has ended".to_owned(),
        CareFlags::Held { medical, sen, in_care, risk } => {
            let risk = risk.map(|on| match on {
                Some(day) => format!("Risk assessment ({})", short_date(day)),
                None => "Risk assessment (no date)".to_owned(),
            });
            let flag = |held: bool, word: &str| held.then(|| word.to_owned());
            let held = [
                flag(*medical, "Medical"),
                flag(*sen, "SEN"),
                flag(*in_care, "In care"),
                risk,
            ];
            held.into_iter().flatten().collect::<Vec<_>>().join("\n")
        }
    }
}

/// One row of the list.
pub struct Row {
    pub id: PublicId,
    pub surname: String,
    pub first_name: String,
    pub ks4_year: String,
    pub school: String,
    pub starts: String,
    pub ends: String,
    /// What a record that is not active says under its dates.
    pub closed: String,
    pub provider: String,
    pub cohort_starts: String,
    pub cohort: String,
    /// Of the groups that are shown, in their order.
    pub cells: Vec<Shown>,
}

/// A cell of a group.
pub struct Shown {
    /// Group and column, where the table is read as cards.
    pub label: String,
    pub numeric: bool,
    /// Empty for nothing.
    pub lines: Vec<String>,
}

/// A record as its row.
pub fn row(line: &Line, facts: &Facts, show: &[Part]) -> Row {
    let columns = show.iter().flat_map(|part| part.headings().iter().map(move |heading| (part, heading)));
    let cell = |(part, heading): (&Part, &Heading)| Shown {
        label: if part.label() == heading.label {
            heading.label.to_owned()
        } else {
            format!("{}, {}", part.label(), heading.label.to_lowercase())
        },
        numeric: heading.numeric,
        lines: (heading.cell)(line, facts).lines().map(str::to_owned).collect(),
    };
    Row {
        id: line.id.clone(),
        surname: line.learner.surname.clone(),
        first_name: line.learner.first_name.clone(),
        ks4_year: AcademicYear::starting(i32::from(line.learner.ks4_year))
            .map_or_else(String::new, |year| year.to_string()),
        school: line.school.name.clone(),
        starts: short_date(line.stand.starts_on),
        ends: short_date(line.stand.ends_on),
        closed: line
            .stand
            .closed_on
            .map_or_else(String::new, |day| format!("{} {}", line.stand.status.label(), short_date(day))),
        provider: line.provider.name.clone(),
        cohort_starts: short_date(line.cohort.starts_on),
        cohort: line.cohort.title.clone(),
        cells: columns.map(cell).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example by which the product defines the figures (PRODUCT.md §4.2).
    #[test]
    fn the_worked_example() {
        let facts = Facts {
            attendance: Counts {
                scheduled: 208,
                present: 173,
                late: 16,
                authorised: 1,
                unexplained: 1,
                dismissed_behaviour: 2,
                dismissed_other: 1,
                ..Counts::default()
            },
            ..Facts::default()
        };
        let counts = &facts.attendance;
        assert_eq!(format!("{}/{}", counts.taken(), counts.scheduled), "194/208");
        let said = [counts.total_attendance(), counts.present, counts.late].map(|n| of_taken(counts, n));
        assert_eq!(said, ["189 (97.4 %)", "173 (89.2 %)", "16 (8.2 %)"]);
    }

    #[test]
    fn care_is_flags_and_a_date() {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 9, 3);
        let held = |medical, sen, in_care, risk| care(&CareFlags::Held { medical, sen, in_care, risk });
        assert_eq!(held(true, true, true, Some(day)), "Medical\nSEN\nIn care\nRisk assessment (3 Sep 2026)");
        assert_eq!(held(false, false, true, Some(None)), "In care\nRisk assessment (no date)");
        assert_eq!(held(false, false, false, None), "");
        assert_eq!(care(&CareFlags::Hidden), "Not shown: the placement has ended");
    }
}
