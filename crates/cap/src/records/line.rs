//! Training records as lists and files show them: learner, school, dates, cohort, course.

use crate::{
    learners::{
        LearnerKey, RecordKey,
        record::{Stand, StandRow, stand},
        scope::Visible,
        visible_to,
    },
    schema::{cohort, course, learner, organisation, qualification, training_record, tutor_group},
};
use chrono::NaiveDate;
use diesel::prelude::*;
use platform::{
    Ending, Instant, Session, Who,
    db::one_of,
    ids::{OrganisationKey, PartnershipKey, PublicId},
};
use std::collections::HashMap;

/// Whose training records a question is about.
#[derive(Clone, Copy, Debug)]
pub enum Whose {
    /// Those that the signed-in person may know of.
    Readers,
    /// All of a partnership, perhaps of one school only: for commands given at the server.
    All(PartnershipKey, Option<OrganisationKey>),
}

impl Whose {
    /// The records, to be narrowed further.
    ///
    /// # Errors
    /// [`Ending::SignIn`] when nobody is signed in; [`Ending::Forbidden`] when somebody who is not a
    /// task of the machine asks for all.
    pub fn start(self, s: &Session<'_>) -> Result<Visible, Ending> {
        match (self, s.who()) {
            (Whose::Readers, _) => visible_to(s),
            (Whose::All(partnership, school), Who::Task(_)) => {
                let all = training_record::table
                    .filter(training_record::partnership_id.eq(partnership))
                    .into_boxed();
                Ok(match school {
                    Some(school) => all.filter(training_record::school_id.eq(school)),
                    None => all,
                })
            }
            (Whose::All(..), Who::Visitor | Who::Halfway(_) | Who::Actor(_)) => Err(Ending::Forbidden),
        }
    }
}

/// One training record.
#[derive(Clone, Debug)]
pub struct Line {
    pub key: RecordKey,
    /// Its id in addresses.
    pub id: PublicId,
    /// The record ID that people read out.
    pub number: i64,
    pub stand: Stand,
    pub created_at: Instant,
    pub modified_at: Instant,
    pub learner: Learner,
    pub school: Place,
    pub provider: Place,
    pub cohort: Cohort,
    pub course: String,
    /// What it leads to; where no qualification is chosen, the course's own words as the title.
    pub qualification: Qualification,
}

/// Whose record it is.
#[derive(Clone, Debug)]
pub struct Learner {
    pub key: LearnerKey,
    /// The CLM ID.
    pub number: i64,
    pub surname: String,
    pub first_name: String,
    pub middle_names: String,
    pub born_on: NaiveDate,
    /// National codes (`learners::codes`).
    pub sex: String,
    pub ethnicity: Option<String>,
    pub upn: Option<String>,
    pub uln: Option<String>,
    pub uci: Option<String>,
    /// The year in which key stage 4 begins.
    pub ks4_year: i16,
}

/// A school or provider.
#[derive(Clone, Debug, Default)]
pub struct Place {
    pub name: String,
    pub address: String,
    pub postcode: String,
    pub telephone: String,
    pub urn: String,
    pub ukprn: String,
    pub la_estab: String,
}

/// The run of the course.
#[derive(Clone, Debug)]
pub struct Cohort {
    pub title: String,
    pub age_group: String,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    /// The tutor group's name.
    pub group: String,
}

/// What a course leads to.
#[derive(Clone, Debug, Default)]
pub struct Qualification {
    pub number: String,
    pub title: String,
    pub level: String,
    pub kind: String,
    pub awarding_body: String,
}

type RecordRow = (RecordKey, PublicId, i64, StandRow, Instant, Instant, OrganisationKey, OrganisationKey);
type Names = (String, String, String);
type Identifiers = (Option<String>, Option<String>, Option<String>);
type LearnerRow = (LearnerKey, i64, Names, NaiveDate, String, Option<String>, Identifiers, i16);
type CohortRow = (String, String, NaiveDate, NaiveDate, String);
type QualificationRow = Option<(String, String, String, String, String)>;

/// These records, in the order of the keys; what is not among `whose` is left out. The caller notes
/// whom it shows.
///
/// # Errors
/// A database error, or as [`Whose::start`].
pub fn load(s: &mut Session<'_>, whose: Whose, records: &[RecordKey]) -> Result<Vec<Line>, Ending> {
    type Row = (RecordRow, LearnerRow, CohortRow, (String, String), QualificationRow);
    let rows: Vec<Row> = whose
        .start(s)?
        .filter(one_of(s.db(), training_record::id, records.iter().copied()))
        .inner_join(learner::table)
        .inner_join(tutor_group::table)
        .inner_join(cohort::table.inner_join(course::table.left_join(qualification::table)))
        .select((
            (
                training_record::id,
                training_record::public_id,
                training_record::number,
                (
                    training_record::status,
                    training_record::starts_on,
                    training_record::ends_on,
                    training_record::closed_on,
                ),
                training_record::created_at,
                training_record::modified_at,
                training_record::school_id,
                training_record::provider_id,
            ),
            (
                learner::id,
                learner::number,
                (learner::surname, learner::first_name, learner::middle_names),
                learner::born_on,
                learner::sex,
                learner::ethnicity,
                (learner::upn, learner::uln, learner::uci),
                learner::ks4_year,
            ),
            (cohort::title, cohort::age_group, cohort::starts_on, cohort::ends_on, tutor_group::name),
            (course::title, course::qualification),
            (
                qualification::number,
                qualification::title,
                qualification::level,
                qualification::kind,
                qualification::awarding_body,
            )
                .nullable(),
        ))
        .load(s.db())?;
    let keys = rows.iter().flat_map(|row| [row.0.6, row.0.7]).collect();
    let places = places(s, keys)?;
    let mut of: HashMap<RecordKey, Line> = HashMap::with_capacity(rows.len());
    for (record, learner, cohort, course, qualification) in rows {
        let line = line(record, learner, cohort, course, qualification, &places)?;
        of.insert(line.key, line);
    }
    Ok(records.iter().filter_map(|key| of.remove(key)).collect())
}

fn line(
    (key, id, number, row, created_at, modified_at, school, provider): RecordRow,
    (learner, clm_id, names, born_on, sex, ethnicity, identifiers, ks4_year): LearnerRow,
    (title, age_group, starts_on, ends_on, group): CohortRow,
    (course, words): (String, String),
    qualification: QualificationRow,
    places: &HashMap<OrganisationKey, Place>,
) -> Result<Line, Ending> {
    let (surname, first_name, middle_names) = names;
    let (upn, uln, uci) = identifiers;
    let place = |key| places.get(&key).cloned().unwrap_or_default();
    let qualification = match qualification {
        Some((number, title, level, kind, awarding_body)) => {
            Qualification { number, title, level, kind, awarding_body }
        }
        None => Qualification { title: words, ..Qualification::default() },
    };
    Ok(Line {
        key,
        id,
        number,
        stand: stand(row)?,
        created_at,
        modified_at,
        learner: Learner {
            key: learner,
            number: clm_id,
            surname,
            first_name,
            middle_names,
            born_on,
            sex,
            ethnicity,
            upn,
            uln,
            uci,
            ks4_year,
        },
        school: place(school),
        provider: place(provider),
        cohort: Cohort { title, age_group, starts_on, ends_on, group },
        course,
        qualification,
    })
}

/// The organisations of these keys.
fn places(
    s: &mut Session<'_>,
    keys: std::collections::BTreeSet<OrganisationKey>,
) -> Result<HashMap<OrganisationKey, Place>, Ending> {
    type Numbers = (Option<String>, Option<String>, Option<String>);
    type Row = (OrganisationKey, String, String, Option<String>, Option<String>, Numbers);
    let rows: Vec<Row> = organisation::table
        .filter(one_of(s.db(), organisation::id, keys))
        .select((
            organisation::id,
            organisation::name,
            organisation::address,
            organisation::postcode,
            organisation::telephone,
            (organisation::urn, organisation::ukprn, organisation::la_estab),
        ))
        .load(s.db())?;
    let place = |(key, name, address, postcode, telephone, (urn, ukprn, la_estab)): Row| {
        let place = Place {
            name,
            address,
            postcode: postcode.unwrap_or_default(),
            telephone: telephone.unwrap_or_default(),
            urn: urn.unwrap_or_default(),
            ukprn: ukprn.unwrap_or_default(),
            la_estab: la_estab.unwrap_or_default(),
        };
        (key, place)
    };
    Ok(rows.into_iter().map(place).collect())
}
