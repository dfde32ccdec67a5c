//! The demo's further schools, providers, cohorts and learners, beyond the cast.

use super::{
    cast::{Cast, Running, year_of},
    dice::Dice,
    names,
};
use crate::{
    accounts::{
        organisation::{self, NewOrganisation},
        person::{self, NewPerson},
    },
    learners::{
        GroupKey, LearnerKey, RecordKey,
        codes::{Ethnicity, SenNeed, SenProvision, Sex},
        cohort::{self, NewCohort},
        identifiers::{Uln, Upn},
        learner::{self, Care, Contact, NewLearner},
        record::{self, NewRecord},
    },
};
use chrono::{Datelike, NaiveDate};
use platform::{
    Ending, Role, Writing,
    access::Side,
    ids::{OrganisationKey, PartnershipKey, PersonKey},
};

/// A group that has lessons: with whom, where, and who is in it.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub partnership: PartnershipKey,
    pub at: Running,
    pub learners: Vec<Member>,
    /// Lessons on this many weekdays.
    pub days: u32,
    pub place: &'static str,
}

/// A learner of a group.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    pub learner: LearnerKey,
    pub record: RecordKey,
    pub school: OrganisationKey,
}

const COURSES: [&str; 14] = [
    "Construction skills",
    "Catering",
    "Hair and beauty",
    "Horticulture",
    "Land and wildlife",
    "Film and media",
    "Sports leadership",
    "Bicycle repair",
    "Painting and decorating",
    "Customer service",
    "Woodwork",
    "Art and design",
    "English and mathematics",
    "Outdoor education",
];
const PLACES: [&str; 4] = ["Main site", "Workshop 2", "The barn", "Room 4"];

/// The groups of the cast, filled up: Riverside's to fifteen.
pub(super) fn cast_groups(
    w: &mut Writing<'_>,
    cast: &Cast,
    dice: &mut Dice,
    today: NaiveDate,
) -> Result<Vec<Group>, Ending> {
    let member = |placed: super::cast::Placed, school| Member {
        learner: placed.learner,
        record: placed.record,
        school,
    };
    let mut groups = vec![
        Group {
            partnership: cast.brightwater,
            at: cast.riverside,
            learners: vec![
                member(cast.ana, cast.northgate),
                member(cast.cara_at_riverside, cast.northgate),
            ],
            days: 5,
            place: "Main site",
        },
        Group {
            partnership: cast.brightwater,
            at: cast.harbour,
            learners: vec![
                member(cast.ben, cast.elm),
                member(cast.cara_at_harbour, cast.northgate),
            ],
            days: 4,
            place: "The barn",
        },
        Group {
            partnership: cast.otherside,
            at: cast.summit,
            learners: vec![member(cast.dana, cast.quay)],
            days: 5,
            place: "Room 4",
        },
    ];
    let schools = [cast.northgate, cast.elm];
    for (group, size, schools) in [
        (0, 15, &schools[..]),
        (1, 9, &schools[..]),
        (2, 7, &[cast.quay][..]),
    ] {
        let group = &mut groups[group];
        while group.learners.len() < size {
            let school = *dice.pick(schools);
            group.learners.push(place(w, group.partnership, school, group.at.group, dice, today)?);
        }
    }
    Ok(groups)
}

/// Three further schools and five further providers with eleven cohorts: one part of the demo, of
/// which a larger one has as many as its scale. The first part's learners are of the cast's schools
/// too, so that these have a believable list.
pub(super) fn part(
    w: &mut Writing<'_>,
    cast: &Cast,
    number: u32,
    dice: &mut Dice,
    password_hash: &str,
    today: NaiveDate,
) -> Result<Vec<Group>, Ending> {
    let (starts_on, ends_on) = year_of(today);
    let mut schools = Vec::new();
    for at in 0..3 {
        let partnership = if at == 2 { cast.otherside } else { cast.brightwater };
        let name = names::school(dice);
        schools.push((
            partnership,
            organisation::make(w, partnership, &NewOrganisation::named(Side::School, &name))?,
        ));
    }
    let mut groups = Vec::new();
    for at in 0..5_usize {
        let partnership = if at == 4 { cast.otherside } else { cast.brightwater };
        let name = names::provider(dice);
        let provider = organisation::make(w, partnership, &NewOrganisation::named(Side::Provider, &name))?;
        let tutor = tutor(w, provider, &format!("tutor{}.{number}", at + 1), dice, password_hash)?;
        for course in 0..if at == 0 { 3 } else { 2 } {
            let title = COURSES[(at * 3 + course) % COURSES.len()];
            let key = cohort::make_course(w, provider, title, "")?;
            let new = NewCohort {
                title: title.to_owned(),
                age_group: if course == 1 { "KS3" } else { "KS4" }.to_owned(),
                starts_on,
                ends_on,
            };
            let cohort = cohort::make(w, key, &new)?;
            let running = Running {
                provider,
                cohort,
                group: cohort::make_group(w, cohort, "A")?,
                tutor,
            };
            let days = if dice.happens(250) { 4 } else { 5 };
            groups.push(Group {
                partnership,
                at: running,
                learners: Vec::new(),
                days,
                place: *dice.pick(&PLACES),
            });
        }
    }
    let mine: Vec<OrganisationKey> =
        schools.iter().filter(|(p, _)| *p == cast.brightwater).map(|(_, s)| *s).collect();
    let theirs: Vec<OrganisationKey> =
        schools.iter().filter(|(p, _)| *p == cast.otherside).map(|(_, s)| *s).collect();
    let known = if number == 0 { vec![cast.northgate, cast.elm] } else { Vec::new() };
    let choices = [mine, known].concat();
    // 31 learners of the cast's groups and 89 here make 120 in the first part.
    for at in 0..LEARNERS {
        let at = at % groups.len();
        let group = &mut groups[at];
        let school = *dice.pick(if group.partnership == cast.brightwater { &choices } else { &theirs });
        let member = place(w, group.partnership, school, group.at.group, dice, today)?;
        group.learners.push(member);
    }
    Ok(groups)
}

/// Learners of one part.
const LEARNERS: usize = 90;

fn tutor(
    w: &mut Writing<'_>,
    provider: OrganisationKey,
    username: &str,
    dice: &mut Dice,
    password_hash: &str,
) -> Result<PersonKey, Ending> {
    let name = format!("{} {}", names::first_name(dice), names::surname(dice));
    let new = NewPerson {
        username: username.to_owned(),
        email: format!("{username}@demo.example"),
        name,
    };
    let who = person::make(w, &new)?;
    person::set_password_hash(w, who, password_hash)?;
    person::join(w, who, provider, Role::Tutor)?;
    Ok(who)
}

fn place(
    w: &mut Writing<'_>,
    partnership: PartnershipKey,
    school: OrganisationKey,
    group: GroupKey,
    dice: &mut Dice,
    today: NaiveDate,
) -> Result<Member, Ending> {
    let (starts_on, ends_on) = year_of(today);
    let learner = learner::make(w, partnership, school, &new_learner(dice, today))?;
    let base_code = if dice.happens(150) { "K" } else { "B" };
    let record = record::make(w, &NewRecord { learner, group, starts_on, ends_on, base_code })?;
    Ok(Member { learner, record, school })
}

const ALLERGIES: [&str; 4] = [
    "Peanuts; carries an auto-injector",
    "Penicillin",
    "Bee stings",
    "Latex gloves",
];
const MEDICAL: [&str; 4] = [
    "Asthma, inhaler in bag",
    "Type 1 diabetes, checks own blood sugar",
    "Epilepsy, last seizure over a year ago",
    "Wears hearing aids",
];
const RISKS: [&str; 4] = [
    "Leaves the site when upset: two staff know the way to the bus stop",
    "Not to be grouped with a learner of the morning cohort",
    "Tools only beside a member of staff",
    "Easily distracted by phones",
];

fn new_learner(dice: &mut Dice, today: NaiveDate) -> NewLearner {
    let first = year_of(today).0.year();
    let born_on =
        NaiveDate::from_ymd_opt(first - 15 - dice.below(2) as i32, 1 + dice.below(12), 1 + dice.below(28))
            .unwrap_or(today);
    let (first_name, surname) = (names::first_name(dice), names::surname(dice));
    let digits = |dice: &mut Dice, count: usize| {
        (0..count).map(|_| char::from(b'0' + dice.below(10) as u8)).collect::<String>()
    };
    let body = format!("999{}{:02}{}", digits(dice, 4), (born_on.year() + 5) % 100, digits(dice, 3));
    let sen = dice.happens(400);
    NewLearner {
        born_on,
        sex: *dice.pick(&[Sex::Female, Sex::Male]),
        ethnicity: Some(*dice.pick(&Ethnicity::ALL)),
        upn: Upn::from_body(&body).ok(),
        uln: Uln::from_body(&format!("{}{}", 1 + dice.below(9), digits(dice, 8))),
        uci: None,
        ks4_year: None,
        care: Care {
            free_school_meals: dice.happens(420),
            pupil_premium: dice.happens(450),
            medical_flag: dice.happens(120),
            medical_notes: sometimes(dice, 120, &MEDICAL),
            allergies: sometimes(dice, 80, &ALLERGIES),
            risks: sometimes(dice, 150, &RISKS),
            risk_assessed_on: dice
                .happens(800)
                .then(|| today - chrono::TimeDelta::days(i64::from(dice.below(80)))),
            gifted_talented: dice.happens(30),
            sen_provision: Some(if sen {
                *dice.pick(&[SenProvision::Support, SenProvision::EhcPlan])
            } else {
                SenProvision::NoNeed
            }),
            sen_need: sen.then(|| *dice.pick(&SenNeed::ALL)),
            sen_notes: String::new(),
            previous_attendance: format!("{}.{} %", 55 + dice.below(42), dice.below(10)),
            in_care: dice.happens(60),
        },
        contacts: contacts(dice, &surname),
        middle_names: String::new(),
        first_name: first_name.to_owned(),
        surname,
    }
}

fn sometimes(dice: &mut Dice, in_a_thousand: u32, from: &[&str]) -> String {
    if dice.happens(in_a_thousand) {
        (*dice.pick(from)).to_owned()
    } else {
        String::new()
    }
}

fn contacts(dice: &mut Dice, surname: &str) -> Vec<Contact> {
    let relationships = ["Mother", "Father", "Grandmother", "Foster carer"];
    (0..1 + dice.below(2))
        .map(|_| Contact {
            name: format!("{} {surname}", names::first_name(dice)),
            relationship: (*dice.pick(&relationships)).to_owned(),
            daytime: names::landline(dice),
            evening: String::new(),
            mobile: names::mobile(dice),
        })
        .collect()
}
