//! Progress reports, assessments and targets of the demo: of every learner of its first unit and of
//! the first cohort of each further one; a single appraisal of everybody else.

use super::{bulk::insert_rows, dice::Dice, people::Member, places::Course};
use crate::{
    learners::RecordKey,
    progress::{
        AssessmentKey, AssessmentRowKey, ComponentKey, QualificationKey, ReportKey, TargetKey,
        UnitStatus::{self, Behind, Completed, InAssessment, NotStarted, OnTrack},
        qualification::grades_of,
        sums,
        tree::{self, Node},
    },
    schema::{
        assessment, assessment_row, cohort, course, progress_report, progress_sum, qualification,
        report_unit, target, unit_progress,
    },
};
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use diesel::prelude::*;
use platform::{
    Db, Ending, Instant, Writing, clock,
    ids::{OrganisationKey, PersonKey, PublicId},
};

#[derive(Insertable)]
#[diesel(table_name = progress_report, treat_none_as_default_value = false)]
struct ReportRow {
    id: ReportKey,
    public_id: PublicId,
    record_id: RecordKey,
    author_id: PersonKey,
    organisation_id: OrganisationKey,
    aptitude: Option<&'static str>,
    effort: Option<i16>,
    comment: &'static str,
    target_grade: String,
    predicted_grade: String,
    created_at: Instant,
    modified_at: Instant,
    published_at: Option<Instant>,
    published_on: Option<NaiveDate>,
    version: i32,
}

#[derive(Insertable)]
#[diesel(table_name = report_unit, treat_none_as_default_value = false)]
struct ReportUnitRow {
    report_id: ReportKey,
    component_id: ComponentKey,
    left_out: bool,
    status: i16,
    predicted_grade: &'static str,
    comment: &'static str,
}

#[derive(Insertable)]
#[diesel(table_name = unit_progress, treat_none_as_default_value = false)]
struct UnitRow {
    record_id: RecordKey,
    component_id: ComponentKey,
    left_out: bool,
    status: i16,
    predicted_grade: &'static str,
    comment: &'static str,
    changed_at: Instant,
}

#[derive(Insertable)]
#[diesel(table_name = assessment, treat_none_as_default_value = false)]
struct AssessmentLine {
    id: AssessmentKey,
    public_id: PublicId,
    record_id: RecordKey,
    description: &'static str,
    details: &'static str,
    made_by: PersonKey,
    made_at: Instant,
    modified_at: Instant,
}

#[derive(Insertable)]
#[diesel(table_name = assessment_row, treat_none_as_default_value = false)]
struct OutcomeRow {
    id: AssessmentRowKey,
    public_id: PublicId,
    assessment_id: AssessmentKey,
    taken_on: NaiveDate,
    level: &'static str,
    comments: &'static str,
}

#[derive(Insertable)]
#[diesel(table_name = target, treat_none_as_default_value = false)]
struct TargetRow {
    id: TargetKey,
    public_id: PublicId,
    record_id: RecordKey,
    description: &'static str,
    set_on: NaiveDate,
    target_on: NaiveDate,
    reviewed_on: Option<NaiveDate>,
    achieved: bool,
    made_by: PersonKey,
    made_at: Instant,
    modified_at: Instant,
}

const COMMENTS: [&str; 6] = [
    "Settling in well and always ready to help others.",
    "Good practical work. Written work needs more time and a quiet corner.",
    "A strong fortnight: on time every day and proud of the finished piece.",
    "Finds mornings hard, works well once started.",
    "Listens, asks, and tries again. Ready for more responsibility.",
    "Has missed some sessions; we have agreed a plan to catch up.",
];
const UNIT_COMMENTS: [&str; 3] = [
    "Evidence collected",
    "One more observation needed",
    "Worksheet to be finished",
];
const SUBJECTS: [(&str, &str); 2] = [
    ("Mathematics", "Initial assessment on arrival"),
    ("English", "Initial assessment on arrival"),
];
const LEVELS: [&str; 5] = ["Entry 1", "Entry 2", "Entry 3", "Level 1", ""];
const OUTCOMES: [&str; 4] = [
    "Sound with whole numbers and everyday words",
    "Confident when it is read aloud",
    "Needs support with longer tasks",
    "A clear step forward since the last time",
];
const AIMS: [&str; 5] = [
    "Arrive by 9:15 on four days of five",
    "Wear safety boots without being reminded",
    "Ask for a break instead of leaving the room",
    "Finish the portfolio’s first section",
    "Visit the college open evening",
];

/// Rows that wait to be written.
#[derive(Default)]
struct Waiting {
    reports: Vec<ReportRow>,
    report_units: Vec<ReportUnitRow>,
    units: Vec<UnitRow>,
    assessments: Vec<AssessmentLine>,
    outcomes: Vec<OutcomeRow>,
    targets: Vec<TargetRow>,
}

/// What a course leads to: its units and grades.
struct Goal {
    units: Vec<Node>,
    grades: Vec<String>,
}

fn goal(w: &mut Writing<'_>, of: &Course) -> Result<Goal, Ending> {
    let found: Option<(QualificationKey, String)> = cohort::table
        .inner_join(course::table.inner_join(qualification::table))
        .filter(cohort::id.eq(of.at.cohort))
        .select((qualification::id, qualification::grades))
        .first(w.db())
        .optional()?;
    let Some((key, grades)) = found else {
        return Ok(Goal { units: Vec::new(), grades: Vec::new() });
    };
    let nodes = tree::of_qualification(w, key)?;
    Ok(Goal {
        units: nodes.into_iter().filter(Node::is_unit).collect(),
        grades: grades_of(&grades),
    })
}

/// Writes what was reported of a course's learners; in full or only an appraisal each.
pub(super) fn write(
    w: &mut Writing<'_>,
    dice: &mut Dice,
    of: &Course,
    members: &[Member],
    in_full: bool,
    today: NaiveDate,
) -> Result<(), Ending> {
    let goal = goal(w, of)?;
    let mut waiting = Waiting::default();
    for (at, member) in members.iter().enumerate() {
        let last = today.min(member.until) - TimeDelta::days(i64::from(4 + dice.below(14)));
        let days = [last - TimeDelta::weeks(5), last].map(school_day);
        let days: Vec<NaiveDate> = days.into_iter().filter(|day| *day > member.from).collect();
        let shown = if in_full {
            &days[..]
        } else {
            &days[days.len().saturating_sub(1)..]
        };
        waiting.report(w, dice, (of, &goal), member, shown, in_full)?;
        if in_full {
            waiting.assess(dice, of, member);
            waiting.aim(dice, of, member, today);
        }
        // One learner of each cohort has a report that is being written.
        if in_full && at == 1 {
            waiting.draft(of, member, today);
        }
    }
    waiting.write(w)?;
    for member in members.iter().filter(|_| in_full) {
        sums::recount(w, member.placed.record)?;
    }
    Ok(())
}

/// The day itself, or the Friday before a weekend.
fn school_day(mut day: NaiveDate) -> NaiveDate {
    while clock::is_weekend(day) {
        day -= TimeDelta::days(1);
    }
    day
}

/// Half past three on a day.
fn afternoon(day: NaiveDate) -> Instant {
    clock::instant(day, NaiveTime::from_hms_opt(15, 30, 0).unwrap_or_default())
}

/// Where a learner stands in a unit at the last report.
fn stand(dice: &mut Dice, unit: &Node) -> (bool, UnitStatus) {
    let left_out = !unit.mandatory && dice.happens(200);
    let all = [
        NotStarted,
        NotStarted,
        Behind,
        OnTrack,
        OnTrack,
        OnTrack,
        InAssessment,
        Completed,
        Completed,
    ];
    (left_out, dice.pick(&all))
}

/// Where they stood at the report before.
fn earlier(dice: &mut Dice, now: UnitStatus) -> UnitStatus {
    match now {
        NotStarted => NotStarted,
        Behind | OnTrack => dice.pick(&[NotStarted, OnTrack]),
        InAssessment => dice.pick(&[OnTrack, Behind]),
        Completed => dice.pick(&[OnTrack, InAssessment, Completed]),
    }
}

impl Waiting {
    /// Published reports on these days; the units stand where the last one says.
    fn report(
        &mut self,
        w: &mut Writing<'_>,
        dice: &mut Dice,
        (of, goal): (&Course, &Goal),
        member: &Member,
        days: &[NaiveDate],
        in_full: bool,
    ) -> Result<(), Ending> {
        let record = member.placed.record;
        let stands: Vec<(bool, UnitStatus)> = goal.units.iter().map(|unit| stand(dice, unit)).collect();
        let grade = |dice: &mut Dice| match goal.grades.len() {
            0 => String::new(),
            many => goal.grades[dice.below(many as u32) as usize].clone(),
        };
        let target_grade = grade(dice);
        for (at, day) in days.iter().enumerate() {
            let (is_last, moment) = (at + 1 == days.len(), afternoon(*day));
            let row = ReportRow {
                id: ReportKey::next(),
                public_id: PublicId::random(),
                record_id: record,
                author_id: of.at.tutor,
                organisation_id: of.at.provider,
                aptitude: Some(dice.pick(&["A", "B", "B", "C", "C", "D", "E"])),
                effort: Some(dice.pick(&[1, 2, 2, 3, 3, 4, 5])),
                comment: dice.pick(&COMMENTS),
                target_grade: target_grade.clone(),
                predicted_grade: grade(dice),
                created_at: moment,
                modified_at: moment,
                published_at: Some(moment),
                published_on: Some(*day),
                version: 1,
            };
            if is_last {
                diesel::update(progress_sum::table.filter(progress_sum::record_id.eq(record)))
                    .set((
                        progress_sum::appraised_on.eq(day),
                        progress_sum::aptitude.eq(row.aptitude),
                        progress_sum::effort.eq(row.effort),
                        progress_sum::target_grade.eq(&row.target_grade),
                        progress_sum::predicted_grade.eq(&row.predicted_grade),
                    ))
                    .execute(w.db())?;
            }
            if in_full {
                for (unit, (left_out, now)) in goal.units.iter().zip(&stands) {
                    let status = if is_last { *now } else { earlier(dice, *now) };
                    let comment = if dice.happens(150) { dice.pick(&UNIT_COMMENTS) } else { "" };
                    self.unit(
                        row.id,
                        record,
                        unit.key,
                        (*left_out, status, comment),
                        is_last.then_some(moment),
                    );
                }
            }
            self.reports.push(row);
        }
        Ok(())
    }

    fn unit(
        &mut self,
        report_id: ReportKey,
        record_id: RecordKey,
        component_id: ComponentKey,
        (left_out, status, comment): (bool, UnitStatus, &'static str),
        stands_since: Option<Instant>,
    ) {
        let predicted_grade = if status == Completed { "Pass" } else { "" };
        self.report_units.push(ReportUnitRow {
            report_id,
            component_id,
            left_out,
            status: status.code(),
            predicted_grade,
            comment,
        });
        self.units.extend(stands_since.map(|changed_at| UnitRow {
            record_id,
            component_id,
            left_out,
            status: status.code(),
            predicted_grade,
            comment,
            changed_at,
        }));
    }

    fn draft(&mut self, of: &Course, member: &Member, today: NaiveDate) {
        let moment = afternoon(school_day(today - TimeDelta::days(1)));
        self.reports.push(ReportRow {
            id: ReportKey::next(),
            public_id: PublicId::random(),
            record_id: member.placed.record,
            author_id: of.at.tutor,
            organisation_id: of.at.provider,
            aptitude: None,
            effort: Some(2),
            comment: "To be finished after the next review:",
            target_grade: String::new(),
            predicted_grade: String::new(),
            created_at: moment,
            modified_at: moment,
            published_at: None,
            published_on: None,
            version: 1,
        });
    }

    /// Initial assessments, most with a second row some weeks later.
    fn assess(&mut self, dice: &mut Dice, of: &Course, member: &Member) {
        let first = school_day(member.from + TimeDelta::days(3));
        for (description, details) in SUBJECTS {
            if !dice.happens(800) {
                continue;
            }
            let id = AssessmentKey::next();
            let again = school_day(first + TimeDelta::weeks(i64::from(6 + dice.below(3))));
            let days = if dice.happens(600) && again < member.until {
                vec![first, again]
            } else {
                vec![first]
            };
            let moment = afternoon(*days.last().unwrap_or(&first));
            self.assessments.push(AssessmentLine {
                id,
                public_id: PublicId::random(),
                record_id: member.placed.record,
                description,
                details,
                made_by: of.at.tutor,
                made_at: afternoon(first),
                modified_at: moment,
            });
            for taken_on in days {
                self.outcomes.push(OutcomeRow {
                    id: AssessmentRowKey::next(),
                    public_id: PublicId::random(),
                    assessment_id: id,
                    taken_on,
                    level: dice.pick(&LEVELS),
                    comments: dice.pick(&OUTCOMES),
                });
            }
        }
    }

    /// A target or two: some reached, some due, some with time left.
    fn aim(&mut self, dice: &mut Dice, of: &Course, member: &Member, today: NaiveDate) {
        for _ in 0..1 + dice.below(2) {
            let set_on = school_day(member.from + TimeDelta::weeks(i64::from(1 + dice.below(4))));
            let target_on = set_on + TimeDelta::weeks(i64::from(4 + dice.below(12)));
            let achieved = dice.happens(400);
            let reviewed = school_day(set_on + TimeDelta::weeks(3)).min(today);
            self.targets.push(TargetRow {
                id: TargetKey::next(),
                public_id: PublicId::random(),
                record_id: member.placed.record,
                description: dice.pick(&AIMS),
                set_on,
                target_on,
                reviewed_on: (achieved || dice.happens(300)).then_some(reviewed),
                achieved,
                made_by: of.at.tutor,
                made_at: afternoon(set_on),
                modified_at: afternoon(set_on),
            });
        }
    }

    fn write(&mut self, w: &mut Writing<'_>) -> Result<(), Ending> {
        insert_rows!(w, self.reports, progress_report);
        insert_rows!(w, self.report_units, report_unit);
        insert_rows!(w, self.units, unit_progress);
        insert_rows!(w, self.assessments, assessment);
        insert_rows!(w, self.outcomes, assessment_row);
        insert_rows!(w, self.targets, target);
        Ok(())
    }
}
