//! The schools, providers and course cohorts of the demo. The first unit is built around the named
//! cast; each further one adds as many again to the first partnership.

use super::{
    cast::{Cast, Running, year_of},
    dice::Dice,
    names, qualifications, terms,
};
use crate::{
    accounts::{
        identifiers::{Email, LaEstab, Phone},
        organisation::{self, NewOrganisation},
        person::{self, NewPerson},
    },
    learners::cohort::{self, NewCohort},
    notices::notification,
    schema::organisation as organisations,
};
use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use platform::{
    Ending, Role, Writing,
    access::Side,
    ids::{OrganisationKey, PartnershipKey, PersonKey},
};

/// A home school.
#[derive(Clone, Debug)]
pub(super) struct School {
    pub key: OrganisationKey,
    pub partnership: PartnershipKey,
    /// Its four digits behind the local authority's 999, of which its learners' UPNs are made.
    pub estab: u32,
    /// Who decides its absences.
    pub contact: PersonKey,
}

/// A course cohort that waits for its learners.
#[derive(Clone, Debug)]
pub(super) struct Course {
    pub at: Running,
    pub partnership: PartnershipKey,
    pub title: &'static str,
    pub location: &'static str,
    pub contributions: bool,
    /// Days on which its provider is closed within term.
    pub closed: Vec<NaiveDate>,
    /// How many learners to make for it.
    pub learners: u32,
}

/// A part of the demo that is written in one transaction.
pub(super) struct Unit {
    pub schools: Vec<School>,
    pub courses: Vec<Course>,
}

const SUBJECTS: [(&str, &str); 14] = [
    ("Motor mechanics", "Workshop 1"),
    ("Animal care", "Small animals barn"),
    ("Construction skills", "Bay 2"),
    ("Horticulture", "Glasshouse"),
    ("Hair and beauty", "Salon"),
    ("Catering", "Training kitchen"),
    ("Digital media", "Studio A"),
    ("Sport and leisure", "Sports hall"),
    ("Childcare", "Room 4"),
    ("English and maths", "Room 2"),
    ("Personal development", "Room 1"),
    ("Outdoor learning", "Yard"),
    ("Music production", "Studio B"),
    ("Art and design", "Art room"),
];

/// What every organisation of the demo is made with.
pub(super) struct Maker<'a> {
    pub today: NaiveDate,
    pub password_hash: &'a str,
}

/// The unit of the named cast: 6 schools, 8 providers, 14 cohorts, 120 learners with the cast's four.
pub(super) fn first(
    w: &mut Writing<'_>,
    dice: &mut Dice,
    maker: &Maker<'_>,
    cast: &Cast,
) -> Result<Unit, Ending> {
    let mut schools = vec![
        known_school(w, maker, cast.northgate, cast.brightwater, 0, "northgate")?,
        known_school(w, maker, cast.elm, cast.brightwater, 1, "elm")?,
    ];
    let more = [
        ("Hollybank School", "hollybank"),
        ("Castle Park Academy", "castlepark"),
        ("Meadow High School", "meadow"),
    ];
    for (index, (name, slug)) in (2..).zip(more) {
        schools.push(make_school(w, dice, maker, cast.brightwater, name, index, slug)?);
    }
    schools.push(known_school(w, maker, cast.quay, cast.otherside, 5, "quay")?);

    let closed = training_day(maker.today);
    terms::close(w, cast.harbour.provider, closed, "Training day for staff")?;
    let of_cast = |at, subject: usize, partnership, closed: Vec<NaiveDate>, learners| Course {
        at,
        partnership,
        title: SUBJECTS[subject].0,
        location: SUBJECTS[subject].1,
        contributions: true,
        closed,
        learners,
    };
    let mut courses = vec![
        of_cast(cast.riverside, 0, cast.brightwater, vec![], 13),
        of_cast(cast.harbour, 1, cast.brightwater, vec![closed], 8),
    ];
    for (taught, subject) in [(0, 2), (1, 3)] {
        let (beside, closed): (Running, _) = (courses[taught].at, courses[taught].closed.clone());
        let second = make_course(w, maker, cast.brightwater, (beside.provider, beside.tutor), subject, 8)?;
        courses.push(Course { closed, ..second });
    }
    let providers = [
        ("Fenbrook Salon and Kitchens", "fenbrook", [4, 5]),
        ("Meridian Media", "meridian", [6, 7]),
        ("Stepping Stones", "steppingstones", [8, 9]),
        ("Greenway Outdoors", "greenway", [10, 11]),
    ];
    for (name, slug, subjects) in providers {
        let at = make_provider(w, dice, maker, cast.brightwater, name, slug)?;
        // One provider does without contributions, as a setting of its own allows.
        let contributions = slug != "steppingstones";
        diesel::update(organisations::table.filter(organisations::id.eq(at.0)))
            .set(organisations::contributions.eq(contributions))
            .execute(w.db())?;
        for subject in subjects {
            let course = make_course(w, maker, cast.brightwater, at, subject, 8)?;
            courses.push(Course { contributions, ..course });
        }
    }
    courses.push(of_cast(cast.summit, 12, cast.otherside, vec![], 7));
    let lantern = make_provider(w, dice, maker, cast.otherside, "Lantern Arts", "lantern")?;
    courses.push(make_course(w, maker, cast.otherside, lantern, 13, 8)?);
    Ok(Unit { schools, courses })
}

/// A further unit: as many schools, providers, cohorts and learners again, with made-up names.
pub(super) fn further(
    w: &mut Writing<'_>,
    dice: &mut Dice,
    maker: &Maker<'_>,
    partnership: PartnershipKey,
    number: u32,
) -> Result<Unit, Ending> {
    let mut schools = Vec::new();
    for index in 0..6 {
        let name = names::school(dice);
        let slug = format!("{number}.{index}");
        schools.push(make_school(w, dice, maker, partnership, &name, number * 6 + index, &slug)?);
    }
    let mut courses = Vec::new();
    for index in 0..8 {
        let name = names::provider(dice);
        let at = make_provider(w, dice, maker, partnership, &name, &format!("{number}.{index}"))?;
        // Six providers of eight run two cohorts; the first cohort of all is the largest.
        for _ in 0..if index < 6 { 2 } else { 1 } {
            let learners = match courses.len() {
                0 => 15,
                1 => 9,
                _ => 8,
            };
            courses.push(make_course(w, maker, partnership, at, courses.len(), learners)?);
        }
    }
    Ok(Unit { schools, courses })
}

/// A Friday in the middle of the second half of autumn.
fn training_day(today: NaiveDate) -> NaiveDate {
    let (_, days) = terms::terms(today)[1];
    days.first() + TimeDelta::days(18)
}

fn staff(
    w: &mut Writing<'_>,
    maker: &Maker<'_>,
    username: &str,
    name: String,
    at: OrganisationKey,
    role: Role,
) -> Result<PersonKey, Ending> {
    let new = NewPerson {
        username: username.to_owned(),
        email: format!("{username}@demo.example"),
        name,
    };
    let who = person::make(w, &new)?;
    person::set_password_hash(w, who, maker.password_hash)?;
    person::join(w, who, at, role)?;
    Ok(who)
}

fn made_up(dice: &mut Dice) -> String {
    format!("{} {}", names::first_name(dice), names::surname(dice))
}

fn estab(index: u32) -> u32 {
    4010 + index
}

/// A school of the cast, which has its attendance officer already or gets one.
fn known_school(
    w: &mut Writing<'_>,
    maker: &Maker<'_>,
    key: OrganisationKey,
    partnership: PartnershipKey,
    index: u32,
    slug: &str,
) -> Result<School, Ending> {
    let known = notification::people_of(w, key, &[Role::SchoolAttendance])?;
    let contact = match known.first() {
        Some((who, _)) => *who,
        None => {
            let username = format!("attendance.{slug}");
            staff(w, maker, &username, "Quinn Harrow".to_owned(), key, Role::SchoolAttendance)?
        }
    };
    Ok(School { key, partnership, estab: estab(index), contact })
}

fn make_school(
    w: &mut Writing<'_>,
    dice: &mut Dice,
    maker: &Maker<'_>,
    partnership: PartnershipKey,
    name: &str,
    index: u32,
    slug: &str,
) -> Result<School, Ending> {
    let estab = estab(index);
    let new = NewOrganisation {
        la_estab: LaEstab::parse(&format!("999/{estab:04}")).ok(),
        telephone: Phone::parse(&names::landline(dice)).ok(),
        email: Email::parse(&format!("office.{slug}@demo.example")).ok(),
        ..NewOrganisation::named(Side::School, name)
    };
    let key = organisation::make(w, partnership, &new)?;
    let contact = staff(w, maker, &format!("attendance.{slug}"), made_up(dice), key, Role::SchoolAttendance)?;
    Ok(School { key, partnership, estab, contact })
}

/// A provider, and its tutor.
fn make_provider(
    w: &mut Writing<'_>,
    dice: &mut Dice,
    maker: &Maker<'_>,
    partnership: PartnershipKey,
    name: &str,
    slug: &str,
) -> Result<(OrganisationKey, PersonKey), Ending> {
    let new = NewOrganisation {
        telephone: Phone::parse(&names::landline(dice)).ok(),
        email: Email::parse(&format!("office.{slug}@demo.example")).ok(),
        ..NewOrganisation::named(Side::Provider, name)
    };
    let key = organisation::make(w, partnership, &new)?;
    staff(w, maker, &format!("manager.{slug}"), made_up(dice), key, Role::ProviderManager)?;
    let tutor = staff(w, maker, &format!("tutor.{slug}"), made_up(dice), key, Role::Tutor)?;
    Ok((key, tutor))
}

fn make_course(
    w: &mut Writing<'_>,
    maker: &Maker<'_>,
    partnership: PartnershipKey,
    (provider, tutor): (OrganisationKey, PersonKey),
    subject: usize,
    learners: u32,
) -> Result<Course, Ending> {
    let (title, location) = SUBJECTS[subject % SUBJECTS.len()];
    let qualification = qualifications::of_course(title);
    let (starts_on, ends_on) = year_of(maker.today);
    let course = cohort::make_course(w, provider, title, qualification)?;
    let new = NewCohort {
        title: title.to_owned(),
        age_group: "KS4".to_owned(),
        starts_on,
        ends_on,
    };
    let cohort = cohort::make(w, course, &new)?;
    let group = cohort::make_group(w, cohort, "A")?;
    Ok(Course {
        at: Running { provider, cohort, group, tutor },
        partnership,
        title,
        location,
        contributions: true,
        closed: Vec::new(),
        learners,
    })
}
