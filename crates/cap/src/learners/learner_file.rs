//! A learner's file: everything that the service keeps of them, opened within one's scope.

use super::{
    LearnerKey,
    codes::{Ethnicity, SenNeed, SenProvision, Sex},
    details::{Details, usual_ks4_year},
    identifiers::{Uci, Uln, Upn},
    learner::{Care, Contact},
    roll::{Visible, visible_to},
};
use crate::schema::{duty_of_care, emergency_contact, learner, organisation};
use chrono::NaiveDate;
use diesel::prelude::*;
use platform::{
    Ending, Instant, Session,
    ids::{OrganisationKey, PublicId},
};

/// A learner with everything that the service keeps of them. Only [`open`] makes one.
#[derive(Clone, Debug)]
pub struct Learner {
    key: LearnerKey,
    public_id: PublicId,
    number: i64,
    school: OrganisationKey,
    school_name: String,
    details: Details,
    care: Care,
    contacts: Vec<Contact>,
    modified_at: Instant,
    version: i32,
}

#[derive(Queryable)]
struct DetailsRow {
    surname: String,
    first_name: String,
    middle_names: String,
    born_on: NaiveDate,
    sex: String,
    ethnicity: Option<String>,
    upn: Option<String>,
    uln: Option<String>,
    uci: Option<String>,
    ks4_year: i16,
}

/// The columns of [`DetailsRow`].
const DETAILS: (
    learner::surname,
    learner::first_name,
    learner::middle_names,
    learner::born_on,
    learner::sex,
    learner::ethnicity,
    learner::upn,
    learner::uln,
    learner::uci,
    learner::ks4_year,
) = (
    learner::surname,
    learner::first_name,
    learner::middle_names,
    learner::born_on,
    learner::sex,
    learner::ethnicity,
    learner::upn,
    learner::uln,
    learner::uci,
    learner::ks4_year,
);

#[derive(Queryable)]
struct CareRow {
    free_school_meals: bool,
    pupil_premium: bool,
    medical_flag: bool,
    medical_notes: String,
    allergies: String,
    risks: String,
    risk_assessed_on: Option<NaiveDate>,
    gifted_talented: bool,
    sen_provision: String,
    sen_need: Option<String>,
    sen_notes: String,
    previous_attendance: String,
    in_care: bool,
}

/// The learner with this id; `None` outside the reader's scope. They are noted as shown.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn open(s: &mut Session<'_>, id: &PublicId) -> Result<Option<Learner>, Ending> {
    let one = visible_to(s)?.filter(learner::public_id.eq(id.clone()));
    let found = load(s, one)?;
    if let Some(learner) = &found {
        s.about("learner", learner.key.0);
        s.shows(learner.key.0);
    }
    Ok(found)
}

/// The id in addresses of a learner who was just made.
pub(super) fn id_of(s: &mut Session<'_>, key: LearnerKey) -> Result<PublicId, Ending> {
    Ok(learner::table.filter(learner::id.eq(key)).select(learner::public_id).first(s.db())?)
}

/// A learner of a partnership by key, for the import, which has no reader.
pub(super) fn open_for_import(s: &mut Session<'_>, key: LearnerKey) -> Result<Option<Learner>, Ending> {
    load(s, learner::table.into_boxed().filter(learner::id.eq(key)))
}

fn load(s: &mut Session<'_>, one: Visible) -> Result<Option<Learner>, Ending> {
    type Head = (LearnerKey, PublicId, i64, OrganisationKey, String, Instant, i32);
    let found: Option<(Head, DetailsRow)> = one
        .inner_join(organisation::table.on(organisation::id.eq(learner::school_id)))
        .select((
            (
                learner::id,
                learner::public_id,
                learner::number,
                learner::school_id,
                organisation::name,
                learner::modified_at,
                learner::version,
            ),
            DETAILS,
        ))
        .first(s.db())
        .optional()?;
    let Some((head, row)) = found else {
        return Ok(None);
    };
    let (key, public_id, number, school, school_name, modified_at, version) = head;
    Ok(Some(Learner {
        key,
        public_id,
        number,
        school,
        school_name,
        details: row.read(),
        care: care_of(s, key)?,
        contacts: contacts_of(s, key)?,
        modified_at,
        version,
    }))
}

/// A learner's CLM ID and details by key, for one whose record the reader has opened.
pub(super) fn details_of(s: &mut Session<'_>, key: LearnerKey) -> Result<(i64, Details), Ending> {
    let (number, row): (i64, DetailsRow) = learner::table
        .filter(learner::id.eq(key))
        .select((learner::number, DETAILS))
        .first(s.db())?;
    Ok((number, row.read()))
}

impl DetailsRow {
    fn read(self) -> Details {
        Details {
            ks4_year: Some(self.ks4_year).filter(|year| *year != usual_ks4_year(self.born_on)),
            surname: self.surname,
            first_name: self.first_name,
            middle_names: self.middle_names,
            born_on: self.born_on,
            sex: Sex::find(&self.sex).unwrap_or(Sex::Unknown),
            ethnicity: self.ethnicity.as_deref().and_then(Ethnicity::find),
            upn: self.upn.and_then(|upn| Upn::parse(&upn).ok()),
            uln: self.uln.and_then(|uln| Uln::parse(&uln).ok()),
            uci: self.uci.and_then(|uci| Uci::parse(&uci).ok()),
        }
    }
}

pub(super) fn care_of(s: &mut Session<'_>, key: LearnerKey) -> Result<Care, Ending> {
    let row: CareRow = duty_of_care::table
        .filter(duty_of_care::learner_id.eq(key))
        .select((
            duty_of_care::free_school_meals,
            duty_of_care::pupil_premium,
            duty_of_care::medical_flag,
            duty_of_care::medical_notes,
            duty_of_care::allergies,
            duty_of_care::risks,
            duty_of_care::risk_assessed_on,
            duty_of_care::gifted_talented,
            duty_of_care::sen_provision,
            duty_of_care::sen_need,
            duty_of_care::sen_notes,
            duty_of_care::previous_attendance,
            duty_of_care::in_care,
        ))
        .first(s.db())?;
    Ok(Care {
        free_school_meals: row.free_school_meals,
        pupil_premium: row.pupil_premium,
        medical_flag: row.medical_flag,
        medical_notes: row.medical_notes,
        allergies: row.allergies,
        risks: row.risks,
        risk_assessed_on: row.risk_assessed_on,
        gifted_talented: row.gifted_talented,
        sen_provision: SenProvision::find(&row.sen_provision),
        sen_need: row.sen_need.as_deref().and_then(SenNeed::find),
        sen_notes: row.sen_notes,
        previous_attendance: row.previous_attendance,
        in_care: row.in_care,
    })
}

pub(super) fn contacts_of(s: &mut Session<'_>, key: LearnerKey) -> Result<Vec<Contact>, Ending> {
    let rows: Vec<(String, String, String, String, String)> = emergency_contact::table
        .filter(emergency_contact::learner_id.eq(key))
        .order(emergency_contact::position)
        .select((
            emergency_contact::name,
            emergency_contact::relationship,
            emergency_contact::daytime,
            emergency_contact::evening,
            emergency_contact::mobile,
        ))
        .load(s.db())?;
    let contact = |(name, relationship, daytime, evening, mobile)| Contact {
        name,
        relationship,
        daytime,
        evening,
        mobile,
    };
    Ok(rows.into_iter().map(contact).collect())
}

impl Learner {
    /// Their key.
    pub fn key(&self) -> LearnerKey {
        self.key
    }

    /// Their id in addresses.
    pub fn public_id(&self) -> &PublicId {
        &self.public_id
    }

    /// The CLM ID that people read out.
    pub fn number(&self) -> i64 {
        self.number
    }

    /// The home school.
    pub fn school(&self) -> OrganisationKey {
        self.school
    }

    /// The home school's name.
    pub fn school_name(&self) -> &str {
        &self.school_name
    }

    /// Names, birthday and numbers.
    pub fn details(&self) -> &Details {
        &self.details
    }

    /// First name and surname.
    pub fn name(&self) -> String {
        format!("{} {}", self.details.first_name, self.details.surname)
    }

    /// Duty of care.
    pub fn care(&self) -> &Care {
        &self.care
    }

    /// Whom to ring, in order.
    pub fn contacts(&self) -> &[Contact] {
        &self.contacts
    }

    /// When anything of this was changed last.
    pub fn modified_at(&self) -> Instant {
        self.modified_at
    }

    /// How often it was changed: a form that was opened before the last change is refused.
    pub fn version(&self) -> i32 {
        self.version
    }
}
