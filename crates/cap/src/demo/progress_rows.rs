//! What was reported of learners, as it is written many rows at once.

use crate::{
    learners::RecordKey,
    progress::{AssessmentKey, AssessmentRowKey, ComponentKey, ReportKey, TargetKey},
    schema::{assessment, assessment_row, progress_report, report_unit, target, unit_progress},
};
use chrono::NaiveDate;
use diesel::prelude::*;
use platform::{
    Instant,
    ids::{OrganisationKey, PersonKey, PublicId},
};

/// A progress report; without a day of publishing it is a draft.
#[derive(Insertable)]
#[diesel(table_name = progress_report, treat_none_as_default_value = false)]
pub(super) struct ReportRow {
    pub(super) id: ReportKey,
    pub(super) public_id: PublicId,
    pub(super) record_id: RecordKey,
    pub(super) author_id: PersonKey,
    pub(super) organisation_id: OrganisationKey,
    pub(super) aptitude: Option<&'static str>,
    pub(super) effort: Option<i16>,
    pub(super) comment: &'static str,
    pub(super) target_grade: String,
    pub(super) predicted_grade: String,
    pub(super) created_at: Instant,
    pub(super) modified_at: Instant,
    pub(super) published_at: Option<Instant>,
    pub(super) published_on: Option<NaiveDate>,
    pub(super) version: i32,
}

/// What a report says of a unit.
#[derive(Insertable)]
#[diesel(table_name = report_unit, treat_none_as_default_value = false)]
pub(super) struct ReportUnitRow {
    pub(super) report_id: ReportKey,
    pub(super) component_id: ComponentKey,
    pub(super) left_out: bool,
    pub(super) status: i16,
    pub(super) predicted_grade: &'static str,
    pub(super) comment: &'static str,
}

/// Where a learner stands in a unit.
#[derive(Insertable)]
#[diesel(table_name = unit_progress, treat_none_as_default_value = false)]
pub(super) struct UnitRow {
    pub(super) record_id: RecordKey,
    pub(super) component_id: ComponentKey,
    pub(super) left_out: bool,
    pub(super) status: i16,
    pub(super) predicted_grade: &'static str,
    pub(super) comment: &'static str,
    pub(super) changed_at: Instant,
}

/// An assessment.
#[derive(Insertable)]
#[diesel(table_name = assessment, treat_none_as_default_value = false)]
pub(super) struct AssessmentLine {
    pub(super) id: AssessmentKey,
    pub(super) public_id: PublicId,
    pub(super) record_id: RecordKey,
    pub(super) description: &'static str,
    pub(super) details: &'static str,
    pub(super) made_by: PersonKey,
    pub(super) made_at: Instant,
    pub(super) modified_at: Instant,
}

/// A dated row of an assessment.
#[derive(Insertable)]
#[diesel(table_name = assessment_row, treat_none_as_default_value = false)]
pub(super) struct OutcomeRow {
    pub(super) id: AssessmentRowKey,
    pub(super) public_id: PublicId,
    pub(super) assessment_id: AssessmentKey,
    pub(super) taken_on: NaiveDate,
    pub(super) level: &'static str,
    pub(super) comments: &'static str,
}

/// A target.
#[derive(Insertable)]
#[diesel(table_name = target, treat_none_as_default_value = false)]
pub(super) struct TargetRow {
    pub(super) id: TargetKey,
    pub(super) public_id: PublicId,
    pub(super) record_id: RecordKey,
    pub(super) description: &'static str,
    pub(super) set_on: NaiveDate,
    pub(super) target_on: NaiveDate,
    pub(super) reviewed_on: Option<NaiveDate>,
    pub(super) achieved: bool,
    pub(super) made_by: PersonKey,
    pub(super) made_at: Instant,
    pub(super) modified_at: Instant,
}
