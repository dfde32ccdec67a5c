//! Publishing a progress report: it is never changed again, the learner's units and sums follow it,
//! and the home school is told.

use super::{
    ReportKey, appraisal,
    draft::{CHANGED, Content, Draft},
    sums,
    units::{self, Progress},
};
use crate::{
    attendance::placing::Placement,
    learners::record::{self, Record},
    notices::notification::{self, Kind},
    schema::{progress_report, progress_sum, unit_progress},
};
use diesel::prelude::*;
use platform::{Ending, Role, Writing, db::update, ids::PublicId};

/// Who of a school is told.
const CONTACTS: [Role; 2] = [Role::SchoolAttendance, Role::SchoolCoordinator];

/// Publishes a draft that was just saved. Answers the report's key and its id in addresses.
///
/// # Errors
/// [`Ending::Conflict`] when it is published already; a database error.
pub(super) fn publish(
    w: &mut Writing<'_>,
    one: &Placement,
    draft: &Draft,
) -> Result<(ReportKey, PublicId), Ending> {
    let key = draft.key().ok_or(Ending::Conflict(CHANGED))?;
    let (now, today) = (w.now(), w.today());
    let (who, at) = (w.actor()?.person, w.actor()?.organisation);
    let open = progress_report::table
        .filter(progress_report::id.eq(key))
        .filter(progress_report::published_at.is_null());
    let changes = (
        progress_report::author_id.eq(who),
        progress_report::organisation_id.eq(at),
        progress_report::published_at.eq(now),
        progress_report::published_on.eq(today),
    );
    if update(open, changes).execute(w.db())? == 0 {
        return Err(Ending::Conflict(CHANGED));
    }
    take_over(w, one.record(), draft.content())?;
    record::touch(w, one.record())?;
    let id: PublicId = progress_report::table
        .filter(progress_report::id.eq(key))
        .select(progress_report::public_id)
        .first(w.db())?;
    tell(w, one, &id)?;
    Ok((key, id))
}

/// The learner stands where the report says: units, appraisal and sums.
fn take_over(w: &mut Writing<'_>, of: &Record, content: &Content) -> Result<(), Ending> {
    let (now, today) = (w.now(), w.today());
    let known = units::known(w, of)?;
    for (key, progress) in &content.units {
        let one = unit_progress::table
            .filter(unit_progress::record_id.eq(of.key()))
            .filter(unit_progress::component_id.eq(key));
        match known.get(key) {
            Some(same) if same == progress => {}
            // A unit without a row is not started.
            None if *progress == Progress::default() => {}
            Some(_) => {
                let changes = (
                    unit_progress::left_out.eq(progress.left_out),
                    unit_progress::status.eq(progress.status.code()),
                    unit_progress::predicted_grade.eq(&progress.predicted_grade),
                    unit_progress::comment.eq(&progress.comment),
                    unit_progress::changed_at.eq(now),
                );
                update(one, changes).execute(w.db())?;
            }
            None => {
                diesel::insert_into(unit_progress::table)
                    .values((
                        unit_progress::record_id.eq(of.key()),
                        unit_progress::component_id.eq(key),
                        unit_progress::left_out.eq(progress.left_out),
                        unit_progress::status.eq(progress.status.code()),
                        unit_progress::predicted_grade.eq(&progress.predicted_grade),
                        unit_progress::comment.eq(&progress.comment),
                        unit_progress::changed_at.eq(now),
                    ))
                    .execute(w.db())?;
            }
        }
    }
    let says = &content.appraisal;
    let sum = progress_sum::table.filter(progress_sum::record_id.eq(of.key()));
    let changes = (
        progress_sum::appraised_on.eq(today),
        progress_sum::aptitude.eq(says.aptitude.map(appraisal::Aptitude::letter)),
        progress_sum::effort.eq(says.effort.map(appraisal::Effort::number)),
        progress_sum::target_grade.eq(&says.target_grade),
        progress_sum::predicted_grade.eq(&says.predicted_grade),
    );
    update(sum, changes).execute(w.db())?;
    sums::recount(w, of.key())
}

/// Tells the home school, without the learner's name.
fn tell(w: &mut Writing<'_>, one: &Placement, id: &PublicId) -> Result<(), Ending> {
    let to = notification::people_of(w, one.record().school(), &CONTACTS)?;
    let body = format!(
        "A progress report was published on {}, group {}, at {}.",
        one.cohort_title, one.group_name, one.provider_name
    );
    let link = format!("/clm/training-records/{}/progress-reports/{id}", one.record().public_id());
    notification::tell(w, &to, Kind::Training, &body, &link)
}
