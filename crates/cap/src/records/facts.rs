//! What is known of training records beside their dates: attendance, progress, care flags,
//! assessments, targets. Only what is asked for is read, for many records at once.

use super::{line::Line, part::Part};
use crate::{
    attendance::{
        figures::{Contributions, Counts},
        of_records::{self, Trend},
    },
    learners::{RecordKey, codes::SenProvision, scope::may_see_care},
    progress::sums::Units,
    schema::{assessment, assessment_row, duty_of_care, progress_report, progress_sum, target},
};
use chrono::NaiveDate;
use diesel::prelude::*;
use platform::{Ending, Session, db::one_of};
use std::collections::HashMap;

/// What is known of one record; parts that were not asked for are as if nothing were known.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub attendance: Counts,
    pub contributions: Contributions,
    pub trend: Option<Trend>,
    pub units: Units,
    pub appraisal: Appraisal,
    pub grades: Grades,
    pub care: CareFlags,
    /// The latest outcome of each assessment, in the order in which they were made.
    pub assessments: Vec<Outcome>,
    pub targets: Targets,
}

/// The latest published appraisal.
#[derive(Clone, Debug, Default)]
pub struct Appraisal {
    pub on: Option<NaiveDate>,
    /// A to E, A the highest.
    pub aptitude: Option<String>,
    /// 1 to 5, 1 the highest.
    pub effort: Option<i16>,
    /// Only where the comments were asked for ([`Part::Comment`]).
    pub comment: String,
}

/// Grades of the whole course.
#[derive(Clone, Debug, Default)]
pub struct Grades {
    pub target: String,
    pub predicted: String,
    pub achieved: String,
}

/// Which safeguarding and support information is held: flags, never the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CareFlags {
    /// Nobody asked, or nothing is held.
    #[default]
    None,
    /// The reader may no longer see duty of care of this record.
    Hidden,
    Held {
        medical: bool,
        sen: bool,
        in_care: bool,
        /// A risk assessment, with its date if it has one.
        risk: Option<Option<NaiveDate>>,
    },
}

/// An assessment with its latest row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub description: String,
    /// Day and level; a level may be empty. `None` before the first row.
    pub latest: Option<(NaiveDate, String)>,
}

/// Targets outside the qualification.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Targets {
    /// Those not achieved, the earliest target date first: date and description.
    pub open: Vec<(NaiveDate, String)>,
    /// Of the open ones, those whose date has come.
    pub due: u32,
    pub achieved: u32,
}

/// The facts of these records, which the caller has loaded within its scope: one for each line, in
/// its order.
///
/// # Errors
/// A database error.
pub fn of(s: &mut Session<'_>, lines: &[Line], parts: &[Part]) -> Result<Vec<Facts>, Ending> {
    let keys: Vec<RecordKey> = lines.iter().map(|line| line.key).collect();
    let asked = |any: &[Part]| parts.iter().any(|part| any.contains(part));
    let mut of: HashMap<RecordKey, Facts> = keys.iter().map(|key| (*key, Facts::default())).collect();
    if asked(&[Part::Attendance, Part::Contribution]) {
        for (key, (counts, contributions)) in of_records::figures(s, &keys)? {
            let facts = of.entry(key).or_default();
            (facts.attendance, facts.contributions) = (counts, contributions);
        }
    }
    if asked(&[Part::Contribution]) {
        for (key, trend) in of_records::trends(s, &keys)? {
            of.entry(key).or_default().trend = Some(trend);
        }
    }
    if asked(&[Part::Progress, Part::Appraisal, Part::Grade]) {
        sums(s, &keys, &mut of)?;
    }
    if asked(&[Part::Comment]) {
        comments(s, &keys, &mut of)?;
    }
    if asked(&[Part::Sif]) {
        care(s, lines, &mut of)?;
    }
    if asked(&[Part::Assessment]) {
        assessments(s, &keys, &mut of)?;
    }
    if asked(&[Part::Target]) {
        targets(s, &keys, &mut of)?;
    }
    Ok(keys.iter().map(|key| of.remove(key).unwrap_or_default()).collect())
}

/// By the key of `progress_sum`, which has a row for every record.
fn sums(s: &mut Session<'_>, keys: &[RecordKey], of: &mut HashMap<RecordKey, Facts>) -> Result<(), Ending> {
    type Row = (
        RecordKey,
        (i32, i32, i32, i32, i32),
        (Option<NaiveDate>, Option<String>, Option<i16>),
        (String, String, String),
    );
    let rows: Vec<Row> = progress_sum::table
        .filter(one_of(s.db(), progress_sum::record_id, keys.iter().copied()))
        .select((
            progress_sum::record_id,
            (
                progress_sum::not_started,
                progress_sum::behind,
                progress_sum::on_track,
                progress_sum::in_assessment,
                progress_sum::completed,
            ),
            (progress_sum::appraised_on, progress_sum::aptitude, progress_sum::effort),
            (progress_sum::target_grade, progress_sum::predicted_grade, progress_sum::achieved_grade),
        ))
        .load(s.db())?;
    for (key, (a, b, c, d, e), (on, aptitude, effort), (target, predicted, achieved)) in rows {
        let facts = of.entry(key).or_default();
        facts.units = Units::new([a, b, c, d, e].map(|n| u32::try_from(n).unwrap_or(0)));
        facts.appraisal = Appraisal { on, aptitude, effort, comment: String::new() };
        facts.grades = Grades { target, predicted, achieved };
    }
    Ok(())
}

/// The comment of each record's latest published report. By `progress_report_record`.
fn comments(
    s: &mut Session<'_>,
    keys: &[RecordKey],
    of: &mut HashMap<RecordKey, Facts>,
) -> Result<(), Ending> {
    let rows: Vec<(RecordKey, String)> = progress_report::table
        .filter(one_of(s.db(), progress_report::record_id, keys.iter().copied()))
        .filter(progress_report::published_at.is_not_null())
        .order((progress_report::published_at, progress_report::id))
        .select((progress_report::record_id, progress_report::comment))
        .load(s.db())?;
    for (key, comment) in rows {
        // The later report takes the earlier one's place.
        of.entry(key).or_default().appraisal.comment = comment;
    }
    Ok(())
}

/// By the key of `duty_of_care`; of records whose care the reader may no longer see nothing is read.
fn care(s: &mut Session<'_>, lines: &[Line], of: &mut HashMap<RecordKey, Facts>) -> Result<(), Ending> {
    let mut seen = Vec::new();
    for line in lines {
        if may_see_care(s, line.stand.closed_on)? {
            seen.push(line);
        } else {
            of.entry(line.key).or_default().care = CareFlags::Hidden;
        }
    }
    type Texts = (String, String, String);
    type Row = (i64, bool, Texts, Option<NaiveDate>, String, bool);
    let rows: Vec<Row> = duty_of_care::table
        .filter(one_of(s.db(), duty_of_care::learner_id, seen.iter().map(|line| line.learner.key)))
        .select((
            duty_of_care::learner_id,
            duty_of_care::medical_flag,
            (duty_of_care::medical_notes, duty_of_care::allergies, duty_of_care::risks),
            duty_of_care::risk_assessed_on,
            duty_of_care::sen_provision,
            duty_of_care::in_care,
        ))
        .load(s.db())?;
    let flags = |(learner, flag, (notes, allergies, risks), assessed_on, sen, in_care): Row| {
        let held = CareFlags::Held {
            medical: flag || !notes.is_empty() || !allergies.is_empty(),
            sen: SenProvision::find(&sen).is_some_and(|provision| provision != SenProvision::NoNeed),
            in_care,
            risk: (assessed_on.is_some() || !risks.is_empty()).then_some(assessed_on),
        };
        (learner, held)
    };
    let held: HashMap<i64, CareFlags> = rows.into_iter().map(flags).collect();
    for line in seen {
        of.entry(line.key).or_default().care = held.get(&line.learner.key.0).copied().unwrap_or_default();
    }
    Ok(())
}

/// By `assessment_record` and `assessment_row_assessment`.
fn assessments(
    s: &mut Session<'_>,
    keys: &[RecordKey],
    of: &mut HashMap<RecordKey, Facts>,
) -> Result<(), Ending> {
    let all: Vec<(i64, RecordKey, String)> = assessment::table
        .filter(one_of(s.db(), assessment::record_id, keys.iter().copied()))
        .filter(assessment::ended_at.is_null())
        .order((assessment::made_at, assessment::id))
        .select((assessment::id, assessment::record_id, assessment::description))
        .load(s.db())?;
    let rows: Vec<(i64, NaiveDate, String)> = assessment_row::table
        .filter(one_of(s.db(), assessment_row::assessment_id, all.iter().map(|one| one.0)))
        .filter(assessment_row::ended_at.is_null())
        .order((assessment_row::taken_on, assessment_row::id))
        .select((assessment_row::assessment_id, assessment_row::taken_on, assessment_row::level))
        .load(s.db())?;
    // The later row takes the earlier one's place.
    let mut latest: HashMap<i64, (NaiveDate, String)> =
        rows.into_iter().map(|(id, on, level)| (id, (on, level))).collect();
    for (id, record, description) in all {
        let outcome = Outcome { description, latest: latest.remove(&id) };
        of.entry(record).or_default().assessments.push(outcome);
    }
    Ok(())
}

/// By `target_record`.
fn targets(
    s: &mut Session<'_>,
    keys: &[RecordKey],
    of: &mut HashMap<RecordKey, Facts>,
) -> Result<(), Ending> {
    let today = s.today();
    let rows: Vec<(RecordKey, NaiveDate, String, bool)> = target::table
        .filter(one_of(s.db(), target::record_id, keys.iter().copied()))
        .filter(target::ended_at.is_null())
        .order((target::target_on, target::id))
        .select((target::record_id, target::target_on, target::description, target::achieved))
        .load(s.db())?;
    for (record, on, description, achieved) in rows {
        let targets = &mut of.entry(record).or_default().targets;
        if achieved {
            targets.achieved += 1;
        } else {
            targets.due += u32::from(on <= today);
            targets.open.push((on, description));
        }
    }
    Ok(())
}
