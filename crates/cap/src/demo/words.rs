//! What the demo service says: its settings, its terms, its announcements.

use crate::schema::{announcement, person, terms};
use chrono::TimeDelta;
use diesel::prelude::*;
use platform::{
    Ending, Writing, ids,
    ids::{PartnershipKey, PersonKey, PublicId},
    schema::setting,
};

const SETTINGS: [(&str, &str); 5] = [
    ("service_name", "Brightwater Alternative Provision"),
    ("authority_name", "Brightwater Council"),
    ("contact_email", "ap@brightwater.example"),
    ("contact_phone", "01632 960100"),
    ("brand_colour", "#12436d"),
];

const TERMS: &str = "This service holds data about children. Use it only for the work that your organisation has been given, and only for learners whom you need to know about.\n\nKeep your password to yourself. Sign out when you leave your desk. Everything that you open is kept in a log that your organisation and the service can read.\n\nTell the service at once if you think that somebody has seen what they should not.";

/// Audience, heading, body, days ago.
const ANNOUNCEMENTS: [(&str, &str, &str, i64); 4] = [
    (
        "all",
        "Registers by 09:45",
        "Please complete morning registers by 09:45, so that home schools can ring parents before break.",
        1,
    ),
    (
        "provider",
        "Fire safety checks are due",
        "Every provider's yearly fire safety check is due by the end of term. Send the record to the service.",
        4,
    ),
    (
        "school",
        "Absences wait no longer than five school days",
        "An unexplained absence must have its reason within five school days. The list of unprocessed absences shows how many are left.",
        8,
    ),
    (
        "all",
        "Half-termly reviews",
        "Reviews of all placements begin on Monday. We will ring to agree a time.",
        20,
    ),
];

/// Writes the settings and the Terms & Conditions.
pub(super) fn write(w: &mut Writing<'_>) -> Result<(), Ending> {
    for (name, value) in SETTINGS {
        diesel::insert_into(setting::table)
            .values((setting::partnership_id.eq(0), setting::name.eq(name), setting::value.eq(value)))
            .execute(w.db())?;
    }
    let now = w.now();
    diesel::insert_into(terms::table)
        .values((terms::version.eq(1), terms::body.eq(TERMS), terms::published_at.eq(now)))
        .execute(w.db())?;
    Ok(())
}

/// Posts the announcements in the name of the demo's CAP staff.
pub(super) fn announce(w: &mut Writing<'_>, partnership: PartnershipKey) -> Result<(), Ending> {
    let author: PersonKey =
        person::table.filter(person::username.eq("cap.staff")).select(person::id).first(w.db())?;
    let now = w.now();
    for (audience, heading, body, days) in ANNOUNCEMENTS {
        let at = now - TimeDelta::days(days);
        diesel::insert_into(announcement::table)
            .values((
                announcement::id.eq(ids::next_key()),
                announcement::public_id.eq(PublicId::random()),
                announcement::partnership_id.eq(partnership),
                announcement::audience.eq(audience),
                announcement::heading.eq(heading),
                announcement::body.eq(body),
                announcement::author_id.eq(author),
                announcement::published_at.eq(at),
                announcement::modified_at.eq(at),
            ))
            .execute(w.db())?;
    }
    Ok(())
}
