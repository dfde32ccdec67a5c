//! What makes the demo a service: its settings, its terms of use, announcements, and absences that
//! schools know of beforehand.

use super::{cast::Cast, dice::Dice, people::Member};
use crate::{
    notices::notification::{self, Kind},
    schema::{announcement, organisation, person, planned_absence, terms},
};
use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use platform::{
    Ending, Role, Writing, clock,
    ids::{self, PartnershipKey, PersonKey, PublicId},
    schema::setting,
};

const SETTINGS: [(&str, &str); 4] = [
    ("service_name", "Brightwater Alternative Provision"),
    ("authority_name", "Brightwater Council"),
    ("contact_email", "help@demo.example"),
    ("contact_phone", "01632 960100"),
];

const TERMS: &str = "This is a demonstration. Every person, school and provider in it is made up.\n\n\
    Use the service only for the work that you were given your account for. Keep your password to yourself. \
    What you see about a learner is confidential: do not copy it elsewhere and do not pass it on. \
    Write about learners only what you would say to them and their parents. \
    What you open and change is recorded.";

const ANNOUNCEMENTS: [(&str, &str, &str, i64); 4] = [
    (
        "all",
        "Registers by ten o'clock",
        "Please complete morning registers by ten, so that schools can ring home while it still helps.",
        2,
    ),
    (
        "school",
        "Deciding absences",
        "An absence is to be decided within five school days. The list is under Attendance, Unprocessed Absences.",
        5,
    ),
    (
        "provider",
        "Contact numbers",
        "The home school's numbers stand on each learner's page. Ring at once when a learner is sent home.",
        9,
    ),
    (
        "all",
        "Winter opening",
        "In snow, look here first: closures are announced by half past seven.",
        16,
    ),
];

/// Writes settings, terms of use and announcements.
pub(super) fn write(w: &mut Writing<'_>, cast: &Cast, today: NaiveDate) -> Result<(), Ending> {
    // The installation's own settings (0) are also what visitors see.
    for (name, value) in SETTINGS {
        set(w, PartnershipKey(0), name, value)?;
    }
    set(w, cast.otherside, "service_name", "Otherside Alternative Provision")?;
    let now = w.now();
    diesel::insert_into(terms::table)
        .values((terms::version.eq(1), terms::body.eq(TERMS), terms::published_at.eq(now)))
        .execute(w.db())?;
    let author: PersonKey =
        person::table.filter(person::username.eq("cap.staff")).select(person::id).first(w.db())?;
    for (audience, heading, body, days_ago) in ANNOUNCEMENTS {
        let morning = chrono::NaiveTime::from_hms_opt(8, 0, 0).unwrap_or_default();
        let at = clock::instant(today - TimeDelta::days(days_ago), morning);
        diesel::insert_into(announcement::table)
            .values((
                announcement::id.eq(ids::next_key()),
                announcement::public_id.eq(PublicId::random()),
                announcement::partnership_id.eq(cast.brightwater),
                announcement::audience.eq(audience),
                announcement::heading.eq(heading),
                announcement::body.eq(body),
                announcement::author_id.eq(author),
                announcement::published_at.eq(at),
                announcement::modified_at.eq(at),
            ))
            .execute(w.db())?;
    }
    let provider =
        notification::people_of(w, cast.riverside.provider, &[Role::Tutor, Role::ProviderManager])?;
    notification::tell(
        w,
        &provider,
        Kind::Training,
        "The timetable of Motor mechanics now runs to the end of next month.",
        "/clm/registers",
    )
}

fn set(w: &mut Writing<'_>, of: PartnershipKey, name: &str, value: &str) -> Result<(), Ending> {
    diesel::insert_into(setting::table)
        .values((setting::partnership_id.eq(of.0), setting::name.eq(name), setting::value.eq(value)))
        .execute(w.db())?;
    Ok(())
}

const PLANNED: [(&str, &str, &str); 4] = [
    ("all", "Hospital appointment", "M"),
    ("am", "Dentist", "M"),
    ("pm", "Optician", "M"),
    ("all", "Interview at a college", "J1"),
];

/// Enters a few absences known beforehand, from today on.
pub(super) fn plan_absences(
    w: &mut Writing<'_>,
    dice: &mut Dice,
    members: &[Member],
    today: NaiveDate,
) -> Result<(), Ending> {
    let now = w.now();
    for member in members.iter().filter(|member| member.until >= today) {
        if !dice.happens(60) {
            continue;
        }
        let (session, reason, code) = dice.pick(&PLANNED);
        let day = today + TimeDelta::days(i64::from(dice.below(6)));
        diesel::insert_into(planned_absence::table)
            .values((
                planned_absence::id.eq(ids::next_key()),
                planned_absence::public_id.eq(PublicId::random()),
                planned_absence::learner_id.eq(member.placed.learner),
                planned_absence::school_id.eq(member.school),
                planned_absence::from_on.eq(day),
                planned_absence::to_on.eq(day),
                planned_absence::session.eq(session),
                planned_absence::reason.eq(reason),
                planned_absence::dfe_code.eq(code),
                planned_absence::made_by.eq(member.contact),
                planned_absence::made_at.eq(now),
            ))
            .execute(w.db())?;
    }
    Ok(())
}

/// Whether nobody has put anything into this database.
pub(super) fn is_empty(s: &mut platform::Session<'_>) -> Result<bool, Ending> {
    let organisations: i64 = organisation::table.count().get_result(s.db())?;
    let people: i64 = person::table.count().get_result(s.db())?;
    Ok(organisations == 0 && people == 0)
}
