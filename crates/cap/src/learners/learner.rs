//! Learners: who they are, the care that is owed to them, whom to ring.

use super::{
    LearnerKey, RecordKey,
    codes::{Ethnicity, SenNeed, SenProvision, Sex},
    details::{Details, usual_ks4_year},
    identifiers::{Uci, Uln, Upn},
    learner_file::Learner,
};
use crate::{
    accounts::numbers::{self, Numbered},
    schema::{duty_of_care, emergency_contact, entry, learner, training_record},
};
use chrono::NaiveDate;
use diesel::prelude::*;
use platform::{
    Ending, Writing,
    ids::{OrganisationKey, PartnershipKey, PublicId},
    text::fold,
};

/// What a learner is made of.
#[derive(Clone, Debug)]
pub struct NewLearner {
    pub surname: String,
    pub first_name: String,
    pub middle_names: String,
    pub born_on: NaiveDate,
    pub sex: Sex,
    pub ethnicity: Option<Ethnicity>,
    pub upn: Option<Upn>,
    pub uln: Option<Uln>,
    pub uci: Option<Uci>,
    /// The year in which year 10 begins, where it is not the one that follows from the birthday.
    pub ks4_year: Option<i16>,
    pub care: Care,
    pub contacts: Vec<Contact>,
}

/// Duty of care: what those who look after a learner must know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Care {
    pub free_school_meals: bool,
    pub pupil_premium: bool,
    pub medical_flag: bool,
    pub medical_notes: String,
    pub allergies: String,
    pub risks: String,
    pub risk_assessed_on: Option<NaiveDate>,
    pub gifted_talented: bool,
    pub sen_provision: Option<SenProvision>,
    pub sen_need: Option<SenNeed>,
    pub sen_notes: String,
    pub previous_attendance: String,
    pub in_care: bool,
}

/// Somebody to ring.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    pub name: String,
    pub relationship: String,
    pub daytime: String,
    pub evening: String,
    pub mobile: String,
}

/// A number to ring: as it is read, as it is dialled, and when it answers.
#[derive(Clone, Debug)]
pub struct Number {
    pub shown: String,
    pub dialled: String,
    pub when: &'static str,
}

impl Contact {
    /// The numbers, the mobile first.
    pub fn numbers(&self) -> Vec<Number> {
        [
            (&self.mobile, ""),
            (&self.daytime, "day"),
            (&self.evening, "evening"),
        ]
        .into_iter()
        .filter(|(number, _)| !number.is_empty())
        .map(|(number, when)| {
            let dialled = number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
            Number { shown: number.clone(), dialled, when }
        })
        .collect()
    }
}

/// Makes a learner on a school's roll.
///
/// # Errors
/// A database error: also when the UPN is taken in the partnership, which the caller checks first.
pub fn make(
    w: &mut Writing<'_>,
    partnership: PartnershipKey,
    school: OrganisationKey,
    new: &NewLearner,
) -> Result<LearnerKey, Ending> {
    let (key, now, number) = (LearnerKey::next(), w.now(), numbers::take(w, Numbered::Learner, 1)?);
    let ks4_year = new.ks4_year.unwrap_or_else(|| usual_ks4_year(new.born_on));
    diesel::insert_into(learner::table)
        .values((
            learner::id.eq(key),
            learner::public_id.eq(PublicId::random()),
            learner::number.eq(number),
            learner::partnership_id.eq(partnership),
            learner::school_id.eq(school),
            learner::surname.eq(&new.surname),
            learner::first_name.eq(&new.first_name),
            learner::middle_names.eq(&new.middle_names),
            learner::surname_key.eq(fold(&new.surname)),
            learner::first_key.eq(fold(&new.first_name)),
            learner::born_on.eq(new.born_on),
            learner::sex.eq(new.sex.code()),
            learner::ethnicity.eq(new.ethnicity.map(Ethnicity::code)),
            learner::upn.eq(new.upn.as_ref().map(Upn::as_str)),
            learner::uln.eq(new.uln.as_ref().map(Uln::as_str)),
            learner::uci.eq(new.uci.as_ref().map(Uci::as_str)),
            learner::ks4_year.eq(ks4_year),
            learner::created_at.eq(now),
            learner::modified_at.eq(now),
        ))
        .execute(w.db())?;
    write_care(w, key, &new.care)?;
    write_contacts(w, key, &new.contacts)?;
    Ok(key)
}

fn write_care(w: &mut Writing<'_>, key: LearnerKey, care: &Care) -> Result<(), Ending> {
    diesel::insert_into(duty_of_care::table)
        .values((
            duty_of_care::learner_id.eq(key),
            duty_of_care::free_school_meals.eq(care.free_school_meals),
            duty_of_care::pupil_premium.eq(care.pupil_premium),
            duty_of_care::medical_flag.eq(care.medical_flag),
            duty_of_care::medical_notes.eq(&care.medical_notes),
            duty_of_care::allergies.eq(&care.allergies),
            duty_of_care::risks.eq(&care.risks),
            duty_of_care::risk_assessed_on.eq(care.risk_assessed_on),
            duty_of_care::gifted_talented.eq(care.gifted_talented),
            duty_of_care::sen_provision.eq(care.sen_provision.unwrap_or(SenProvision::NoNeed).code()),
            duty_of_care::sen_need.eq(care.sen_need.map(SenNeed::code)),
            duty_of_care::sen_notes.eq(&care.sen_notes),
            duty_of_care::previous_attendance.eq(&care.previous_attendance),
            duty_of_care::in_care.eq(care.in_care),
        ))
        .execute(w.db())?;
    Ok(())
}

/// Replaces the learner's contacts, in order of whom to ring first.
fn write_contacts(w: &mut Writing<'_>, key: LearnerKey, contacts: &[Contact]) -> Result<(), Ending> {
    diesel::delete(emergency_contact::table.filter(emergency_contact::learner_id.eq(key))).execute(w.db())?;
    for (position, contact) in (1_i16..).zip(contacts) {
        diesel::insert_into(emergency_contact::table)
            .values((
                emergency_contact::id.eq(platform::ids::next_key()),
                emergency_contact::learner_id.eq(key),
                emergency_contact::position.eq(position),
                emergency_contact::name.eq(&contact.name),
                emergency_contact::relationship.eq(&contact.relationship),
                emergency_contact::daytime.eq(&contact.daytime),
                emergency_contact::evening.eq(&contact.evening),
                emergency_contact::mobile.eq(&contact.mobile),
            ))
            .execute(w.db())?;
    }
    Ok(())
}

/// A conflict, as the person who lost it reads it.
const STALE: &str = "Somebody else has changed this learner since you opened the page.";

/// Changes a learner's details and home school. Their training records follow, name and school,
/// since lists and scopes read those; so do the register entries, because a school sees exactly the
/// learners of its own roll: an absence that waits for a decision waits for the new school then.
///
/// # Errors
/// [`Ending::Conflict`] when the learner was changed since they were opened; a database error, also
/// when the UPN is another learner's, which the caller checks first.
pub fn change_details(
    w: &mut Writing<'_>,
    learner: &Learner,
    details: &Details,
    school: OrganisationKey,
) -> Result<(), Ending> {
    mark_changed(w, learner)?;
    write_details(w, learner, details, school)
}

/// Changes all of a learner at once, for the import.
///
/// # Errors
/// As [`change_details`].
pub(super) fn change_all(
    w: &mut Writing<'_>,
    learner: &Learner,
    school: OrganisationKey,
    new: &NewLearner,
) -> Result<(), Ending> {
    mark_changed(w, learner)?;
    write_details(w, learner, &Details::of(new), school)?;
    replace_care(w, learner.key(), &new.care)?;
    write_contacts(w, learner.key(), &new.contacts)
}

fn write_details(
    w: &mut Writing<'_>,
    learner: &Learner,
    details: &Details,
    school: OrganisationKey,
) -> Result<(), Ending> {
    let (key, surname_key, first_key) = (learner.key(), fold(&details.surname), fold(&details.first_name));
    diesel::update(learner::table.filter(learner::id.eq(key)))
        .set((
            learner::school_id.eq(school),
            learner::surname.eq(&details.surname),
            learner::first_name.eq(&details.first_name),
            learner::middle_names.eq(&details.middle_names),
            learner::surname_key.eq(&surname_key),
            learner::first_key.eq(&first_key),
            learner::born_on.eq(details.born_on),
            learner::sex.eq(details.sex.code()),
            learner::ethnicity.eq(details.ethnicity.map(Ethnicity::code)),
            learner::upn.eq(details.upn.as_ref().map(Upn::as_str)),
            learner::uln.eq(details.uln.as_ref().map(Uln::as_str)),
            learner::uci.eq(details.uci.as_ref().map(Uci::as_str)),
            learner::ks4_year.eq(details.ks4_year()),
        ))
        .execute(w.db())?;
    diesel::update(training_record::table.filter(training_record::learner_id.eq(key)))
        .set((
            training_record::surname_key.eq(&surname_key),
            training_record::first_key.eq(&first_key),
            training_record::school_id.eq(school),
        ))
        .execute(w.db())?;
    if school != learner.school() {
        move_entries(w, key, school)?;
    }
    Ok(())
}

fn move_entries(w: &mut Writing<'_>, key: LearnerKey, school: OrganisationKey) -> Result<(), Ending> {
    let records: Vec<RecordKey> = training_record::table
        .filter(training_record::learner_id.eq(key))
        .select(training_record::id)
        .load(w.db())?;
    for record in records {
        diesel::update(entry::table.filter(entry::record_id.eq(record)))
            .set(entry::school_id.eq(school))
            .execute(w.db())?;
        diesel::update(
            entry::table
                .filter(entry::record_id.eq(record))
                .filter(entry::pending_school_id.is_not_null()),
        )
        .set(entry::pending_school_id.eq(school))
        .execute(w.db())?;
    }
    Ok(())
}

/// Changes a learner's duty of care.
///
/// # Errors
/// [`Ending::Conflict`] when the learner was changed since they were opened; a database error.
pub fn change_care(w: &mut Writing<'_>, learner: &Learner, care: &Care) -> Result<(), Ending> {
    mark_changed(w, learner)?;
    replace_care(w, learner.key(), care)
}

fn replace_care(w: &mut Writing<'_>, key: LearnerKey, care: &Care) -> Result<(), Ending> {
    diesel::delete(duty_of_care::table.filter(duty_of_care::learner_id.eq(key))).execute(w.db())?;
    write_care(w, key, care)
}

/// Changes a learner's emergency contacts.
///
/// # Errors
/// [`Ending::Conflict`] when the learner was changed since they were opened; a database error.
pub fn change_contacts(w: &mut Writing<'_>, learner: &Learner, contacts: &[Contact]) -> Result<(), Ending> {
    mark_changed(w, learner)?;
    write_contacts(w, learner.key(), contacts)
}

/// Notes the change, if the learner is still as they were opened.
fn mark_changed(w: &mut Writing<'_>, learner: &Learner) -> Result<(), Ending> {
    let now = w.now();
    let changed = diesel::update(
        learner::table
            .filter(learner::id.eq(learner.key()))
            .filter(learner::version.eq(learner.version())),
    )
    .set((learner::version.eq(learner.version() + 1), learner::modified_at.eq(now)))
    .execute(w.db())?;
    if changed == 1 { Ok(()) } else { Err(Ending::Conflict(STALE)) }
}
