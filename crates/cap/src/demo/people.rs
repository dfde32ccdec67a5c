//! Made-up learners with what those who look after them must know.

use super::{
    cast::{Placed, year_of},
    dice::Dice,
    marks::Habit,
    names,
    places::{Course, School},
};
use crate::{
    learners::{
        codes::{Ethnicity, SenNeed, SenProvision, Sex},
        identifiers::{Uln, Upn},
        learner::{self, Care, Contact, NewLearner},
        record::{self, NewRecord, RecordStatus},
        year::AcademicYear,
    },
    schema::{learner as learners, training_record},
};
use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use platform::{
    Ending, Writing,
    ids::{OrganisationKey, PersonKey},
};

/// A learner on a course cohort, for as long as they are expected there.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub placed: Placed,
    pub school: OrganisationKey,
    pub contact: PersonKey,
    pub habit: Habit,
    pub from: NaiveDate,
    pub until: NaiveDate,
}

/// Numbers the learners of the demo, so that no two have the same UPN or ULN.
pub(super) struct Serials {
    unit: u32,
    next: u32,
}

impl Serials {
    /// Those of a unit.
    pub(super) fn of_unit(unit: u32) -> Self {
        Serials { unit, next: 0 }
    }

    /// How many have been numbered.
    pub(super) fn count(&self) -> u32 {
        self.next
    }

    fn next(&mut self) -> u32 {
        self.next += 1;
        self.next
    }
}

/// The members that the cast has already.
pub(super) fn known(
    w: &mut Writing<'_>,
    placed: Placed,
    schools: &[School],
    today: NaiveDate,
) -> Result<Member, Ending> {
    let school: OrganisationKey = learners::table
        .filter(learners::id.eq(placed.learner))
        .select(learners::school_id)
        .first(w.db())?;
    let home = schools.iter().find(|known| known.key == school);
    let contact = home.map(|known| known.contact).ok_or_else(|| Ending::fault("a school is missing"))?;
    let (from, until) = year_of(today);
    Ok(Member {
        placed,
        school,
        contact,
        habit: Habit::Ordinary,
        from,
        until,
    })
}

/// Makes the learners that a course still needs, each from one of the schools of its partnership.
pub(super) fn make(
    w: &mut Writing<'_>,
    dice: &mut Dice,
    course: &Course,
    schools: &[School],
    serials: &mut Serials,
    today: NaiveDate,
) -> Result<Vec<Member>, Ending> {
    let homes: Vec<&School> = schools.iter().filter(|s| s.partnership == course.partnership).collect();
    let mut members = Vec::new();
    for _ in 0..course.learners {
        let serial = serials.next();
        let home = homes[(serial as usize + dice.below(2) as usize) % homes.len()];
        let new = draw(dice, home, serials.unit * 1000 + serial, serial, today);
        let learner = learner::make(w, course.partnership, home.key, &new)?;
        let (from, until) = dates(dice, today);
        let record = record::make(
            w,
            &NewRecord {
                learner,
                group: course.at.group,
                starts_on: from,
                ends_on: year_of(today).1,
                base_code: dice.pick(&["B", "B", "K", "K", "D"]),
            },
        )?;
        if let Some(left) = until {
            diesel::update(training_record::table.filter(training_record::id.eq(record)))
                .set((
                    training_record::status.eq(RecordStatus::Withdrawn.word()),
                    training_record::closed_on.eq(left),
                ))
                .execute(w.db())?;
        }
        members.push(Member {
            placed: Placed { learner, record },
            school: home.key,
            contact: home.contact,
            habit: Habit::draw(dice),
            from,
            until: until.unwrap_or(year_of(today).1),
        });
    }
    Ok(members)
}

/// Most start with the year, some some weeks later; a few have left again.
fn dates(dice: &mut Dice, today: NaiveDate) -> (NaiveDate, Option<NaiveDate>) {
    let first = year_of(today).0;
    let from = first + TimeDelta::weeks(if dice.happens(850) { 0 } else { i64::from(1 + dice.below(6)) });
    let left = from + TimeDelta::weeks(i64::from(3 + dice.below(8)));
    (from, (dice.happens(30) && left < today).then_some(left))
}

fn draw(dice: &mut Dice, home: &School, number: u32, serial: u32, today: NaiveDate) -> NewLearner {
    let year = AcademicYear::of(today).first_year();
    let group = i32::from(dice.pick(&[9_u8, 10, 10, 10, 11, 11, 11]));
    let born_in = AcademicYear::starting(year - 5 - group).map_or(today, AcademicYear::starts_on);
    let born_on = born_in + TimeDelta::days(i64::from(dice.below(365)));
    let first_name = names::first_name(dice).to_owned();
    let surname = names::surname(dice);
    let upn = format!("999{:04}{:02}{serial:03}", home.estab, (year - group - 1) % 100);
    NewLearner {
        care: care(dice, today),
        contacts: contacts(dice, &surname),
        surname,
        first_name,
        middle_names: String::new(),
        born_on,
        sex: dice.pick(Sex::ALL),
        ethnicity: Some(dice.pick(Ethnicity::ALL)),
        upn: Upn::from_body(&upn).ok(),
        uln: Uln::from_body(&format!("99{:07}", number * 3)),
        uci: None,
        ks4_year: None,
    }
}

const MEDICAL: [&str; 4] = [
    "Asthma: carries a blue inhaler",
    "Type 1 diabetes: checks before lunch",
    "Epilepsy: last seizure over a year ago, plan with the school",
    "Wears a hearing aid on the left",
];
const ALLERGIES: [&str; 4] = [
    "Nuts: carries an auto-injector",
    "Penicillin",
    "Latex gloves",
    "Wasp stings",
];
const RISKS: [&str; 4] = [
    "Works best away from the door",
    "Not to be in one group with a named learner; ask the school",
    "Leaves the room when shouted at: give time",
    "Needs an adult beside machines",
];

fn care(dice: &mut Dice, today: NaiveDate) -> Care {
    let one_of = |dice: &mut Dice, often, texts: &[&str]| {
        if dice.happens(often) {
            dice.pick(texts).to_owned()
        } else {
            String::new()
        }
    };
    let medical_notes = one_of(dice, 150, &MEDICAL);
    let risks = one_of(dice, 250, &RISKS);
    let provision = dice.pick(&[SenProvision::NoNeed, SenProvision::Support, SenProvision::EhcPlan]);
    let need = match provision {
        SenProvision::NoNeed => None,
        SenProvision::Support | SenProvision::EhcPlan => Some(dice.pick(&[
            SenNeed::SocialEmotionalMentalHealth,
            SenNeed::SocialEmotionalMentalHealth,
            SenNeed::Autism,
            SenNeed::ModerateLearning,
        ])),
    };
    Care {
        free_school_meals: dice.happens(430),
        pupil_premium: dice.happens(500),
        medical_flag: !medical_notes.is_empty(),
        medical_notes,
        allergies: one_of(dice, 100, &ALLERGIES),
        risk_assessed_on: (!risks.is_empty())
            .then(|| today - TimeDelta::days(i64::from(10 + dice.below(60)))),
        risks,
        gifted_talented: dice.happens(30),
        sen_provision: Some(provision),
        sen_need: need,
        sen_notes: String::new(),
        previous_attendance: format!("{} %", 35 + dice.below(60)),
        in_care: dice.happens(60),
    }
}

fn contacts(dice: &mut Dice, surname: &str) -> Vec<Contact> {
    let relationships = ["Mother", "Father", "Grandmother", "Foster carer"];
    let count = 1 + dice.below(2) as usize;
    (0..count)
        .map(|_| Contact {
            name: format!("{} {surname}", names::first_name(dice)),
            relationship: dice.pick(&relationships).to_owned(),
            daytime: names::landline(dice),
            evening: String::new(),
            mobile: names::mobile(dice),
        })
        .collect()
}
