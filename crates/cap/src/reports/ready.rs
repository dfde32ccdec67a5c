//! The ready template: a report on one learner, its fields the columns of `training-records.csv`.

use std::sync::OnceLock;
use word::{
    Piece::{self, Facts, Heading, Logo, Table, Text, Title},
    ready_template,
};

/// What the file is called.
pub const NAME: &str = "learner-report.docx";

const PIECES: &[Piece<'static>] = &[
    Logo("Logo"),
    Title("Learner report"),
    Facts(&[
        ["Learner", "{Learner_FirstNames} {Learner_Surname}"],
        ["Date of birth", "{Learner_DateOfBirth}"],
        ["CLM ID", "{Learner_CLM_ID}"],
        ["Home school", "{Home_School}"],
        ["Course provider", "{Provider}"],
        ["Course cohort", "{Cohort_Title}"],
        ["Qualification", "{Qualification_Title}"],
        [
            "On the course",
            "{Training_Start} to {Training_End}, {Training_Status}",
        ],
    ]),
    Heading("Attendance"),
    Text(
        "Registers taken up to {Report_Date}: {Attendance_Taken} of {Attendance_Scheduled}. Shares are of the registers taken.",
    ),
    Table(&[
        &["Mark", "Lessons", "Share"],
        &["Present", "{Attendance_Present}", "{Attendance_Present_Percent}"],
        &["Late", "{Attendance_Late}", "{Attendance_Late_Percent}"],
        &[
            "Authorised absence",
            "{Attendance_Authorised}",
            "{Attendance_Authorised_Percent}",
        ],
        &[
            "Unexplained absence",
            "{Attendance_Unexplained}",
            "{Attendance_Unexplained_Percent}",
        ],
        &[
            "Unauthorised absence",
            "{Attendance_Unauthorised}",
            "{Attendance_Unauthorised_Percent}",
        ],
        &[
            "Dismissed",
            "{Attendance_Dismissed}",
            "{Attendance_Dismissed_Percent}",
        ],
        &[
            "Total attendance",
            "{Attendance_Total}",
            "{Attendance_Total_Percent}",
        ],
    ]),
    Heading("Contribution"),
    Facts(&[
        ["Balance", "{Contribution_Balance}"],
        ["Average", "{Contribution_Average}"],
        ["Trend", "{Contribution_Trend}"],
    ]),
    Heading("Progress"),
    Table(&[
        &["Sections", "Number", "Share"],
        &[
            "Not started",
            "{Progress_NotStarted}",
            "{Progress_NotStarted_Percent}",
        ],
        &[
            "Behind schedule",
            "{Progress_Behind}",
            "{Progress_Behind_Percent}",
        ],
        &["On schedule", "{Progress_OnTrack}", "{Progress_OnTrack_Percent}"],
        &[
            "Under assessment",
            "{Progress_InAssessment}",
            "{Progress_InAssessment_Percent}",
        ],
        &[
            "Completed",
            "{Progress_Completed}",
            "{Progress_Completed_Percent}",
        ],
    ]),
    Heading("Appraisal"),
    Facts(&[
        ["Date", "{Appraisal_Date}"],
        ["Aptitude (A is the highest)", "{Appraisal_Aptitude}"],
        ["Effort (1 is the highest)", "{Appraisal_Effort}"],
        ["Target grade", "{Grade_Target}"],
        ["Predicted grade", "{Grade_Predicted}"],
        ["Achieved grade", "{Grade_Achieved}"],
        ["Comment", "{Appraisal_Comment}"],
    ]),
    Heading("Assessments and targets"),
    Facts(&[["Assessments", "{Assessments}"], ["Targets", "{Targets}"]]),
];

/// The template as a file.
pub fn file() -> &'static [u8] {
    static FILE: OnceLock<Vec<u8>> = OnceLock::new();
    FILE.get_or_init(|| {
        ready_template("Learner report", PIECES, "{Home_School}, {Report_Date}, page ").unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::columns;
    use word::Template;

    #[test]
    fn every_field_is_a_column_and_it_has_a_place_for_a_logo() {
        let template = Template::read(file()).unwrap();
        for name in template.fields() {
            let column = columns::find(name).unwrap_or_else(|| panic!("{name} is no column"));
            assert_eq!(column.name, name);
        }
        assert!(template.fields().len() > 40);
        assert!(template.has_logo_place());
        assert_eq!(template.unsupported().count(), 0);
    }
}
