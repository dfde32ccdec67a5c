//! Saved views of the demo's people: lists of training records as a school and a tutor want them.

use super::cast::Cast;
use crate::{
    records::{SavedViewKey, filter},
    schema::{person, saved_view},
};
use diesel::prelude::*;
use platform::{
    Ending, Role, Writing,
    ids::{OrganisationKey, PersonKey, PublicId},
};

/// Saves two views for the school's attendance officer and one for a tutor.
pub(super) fn write(w: &mut Writing<'_>, cast: &Cast) -> Result<(), Ending> {
    for (username, at, role, name, fields) in [
        (
            "attendance.northgate",
            cast.northgate,
            Role::SchoolAttendance,
            "Attendance and contribution",
            &[("show", "attendance"), ("show", "contribution")][..],
        ),
        (
            "attendance.northgate",
            cast.northgate,
            Role::SchoolAttendance,
            "Left this year",
            &[
                ("status", "withdrawn"),
                ("show", "attendance"),
                ("show", "appraisal"),
            ][..],
        ),
        (
            "tutor.riverside",
            cast.riverside.provider,
            Role::Tutor,
            "Appraisals due",
            &[
                ("appraised_older", "42"),
                ("show", "progress"),
                ("show", "appraisal"),
            ][..],
        ),
    ] {
        save(w, (username, at, role), name, fields)?;
    }
    Ok(())
}

fn save(
    w: &mut Writing<'_>,
    (username, at, role): (&str, OrganisationKey, Role),
    name: &str,
    fields: &[(&str, &str)],
) -> Result<(), Ending> {
    let who: PersonKey =
        person::table.filter(person::username.eq(username)).select(person::id).first(w.db())?;
    let now = w.now();
    diesel::insert_into(saved_view::table)
        .values((
            saved_view::id.eq(SavedViewKey::next()),
            saved_view::public_id.eq(PublicId::random()),
            saved_view::person_id.eq(who),
            saved_view::organisation_id.eq(at),
            saved_view::role.eq(role.word()),
            saved_view::place.eq(filter::PLACE),
            saved_view::name.eq(name),
            saved_view::fields.eq(serde_json::to_string(fields).map_err(Ending::fault)?),
            saved_view::made_at.eq(now),
        ))
        .execute(w.db())?;
    Ok(())
}
