//! What stands on the cast's training records beside registers and progress: miscellaneous notes, and
//! a correction that waits for CAP.

use super::cast::{Cast, Placed};
use crate::schema::{correction, person, record_note};
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use diesel::prelude::*;
use platform::{
    Ending, Writing, clock,
    ids::{self, OrganisationKey, PersonKey, PublicId},
};

/// How many days ago, by whom, subject and text.
const NOTES: [(i64, &str, &str, &str); 3] = [
    (
        24,
        "tutor.riverside",
        "Overalls and boots",
        "Has been given overalls and boots. They are to be brought back at the end of the course.",
    ),
    (
        13,
        "attendance.northgate",
        "Meeting with the parents",
        "Spoke about travel in the mornings. The 8:10 bus is in time; the school gives a pass from next week.",
    ),
    (
        4,
        "tutor.riverside",
        "College visit",
        "Wants to see the motor vehicle workshop at the college. A visit is arranged for the last week of term.",
    ),
];

/// Writes notes on Ana's record, and asks for a correction of it.
pub(super) fn write(w: &mut Writing<'_>, cast: &Cast, today: NaiveDate) -> Result<(), Ending> {
    let at = |days_ago: i64| {
        let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
        clock::instant(today - TimeDelta::days(days_ago), noon)
    };
    let Placed { learner, record } = cast.ana;
    for (days_ago, author, subject, body) in NOTES {
        let (who, of) = author_of(w, cast, author)?;
        diesel::insert_into(record_note::table)
            .values((
                record_note::id.eq(ids::next_key()),
                record_note::public_id.eq(PublicId::random()),
                record_note::record_id.eq(record),
                record_note::learner_id.eq(learner),
                record_note::subject.eq(subject),
                record_note::body.eq(body),
                record_note::author_id.eq(who),
                record_note::author_organisation_id.eq(of),
                record_note::created_at.eq(at(days_ago)),
            ))
            .execute(w.db())?;
    }
    let (who, of) = author_of(w, cast, "attendance.northgate")?;
    diesel::insert_into(correction::table)
        .values((
            correction::id.eq(ids::next_key()),
            correction::public_id.eq(PublicId::random()),
            correction::partnership_id.eq(cast.brightwater),
            correction::record_id.eq(record),
            correction::learner_id.eq(learner),
            correction::field.eq("learner.middle_names"),
            correction::stood.eq(""),
            correction::wanted.eq("Grace"),
            correction::reason.eq("As on the birth certificate that the school has seen"),
            correction::asked_by.eq(who),
            correction::asked_organisation_id.eq(of),
            correction::asked_role.eq("school-attendance"),
            correction::asked_at.eq(at(2)),
        ))
        .execute(w.db())?;
    Ok(())
}

fn author_of(
    w: &mut Writing<'_>,
    cast: &Cast,
    username: &str,
) -> Result<(PersonKey, OrganisationKey), Ending> {
    let who = person::table.filter(person::username.eq(username)).select(person::id).first(w.db())?;
    let at = if username.ends_with("riverside") {
        cast.riverside.provider
    } else {
        cast.northgate
    };
    Ok((who, at))
}
