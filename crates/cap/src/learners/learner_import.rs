//! `cap import learners`: who they are, the care that is owed to them, whom to ring.

use super::{
    LearnerKey, care,
    codes::Sex,
    contacts, details,
    identifiers::Upn,
    learner::{self, NewLearner},
    learner_file::{self, Learner},
    same_person,
};
use crate::accounts::import::{Column, Import, Place, Planned, Planning, may, must, named, overlay, places};
use chrono::NaiveDate;
use platform::{
    Ending, Form, Session, Writing,
    access::Side,
    form::parse_date,
    ids::{OrganisationKey, PartnershipKey},
    problem::OrMissing,
    table::{Row, Table},
    text::fold,
};
use std::collections::HashMap;

/// A file of learners.
#[derive(Debug)]
pub struct Learners;

/// What a row does.
#[derive(Debug)]
pub struct Change {
    /// The learner, where they are here already.
    known: Option<LearnerKey>,
    school: OrganisationKey,
    new: NewLearner,
}

impl Import for Learners {
    type Change = Change;
    const WORD: &'static str = "learners";
    const KNOWN: &'static str = "A learner of the same UPN is the same one; so is one of the same surname, first name and date of birth where the file or the service has no UPN, or the service a temporary one. Filled cells replace what is known, empty cells leave it; a contact of which any cell is filled is replaced as a whole.";
    const COLUMNS: &'static [Column] = &[
        may("upn", "Unique pupil number"),
        may("uln", "Unique learner number"),
        may("uci", "Unique candidate identifier"),
        must("surname", ""),
        must("first_name", ""),
        may("middle_names", ""),
        must("date_of_birth", "Like 2011-01-10 or 10/01/2011"),
        may("sex", "F, M or U; required for a new learner, here or as gender"),
        may("gender", "Another name for sex"),
        may("ethnicity", "A code of the national list, like WBRI"),
        may(
            "ks4_year",
            "Academic year in which year 10 begins, like 2026–2027; from the date of birth when empty",
        ),
        may("home_school_urn", "URN of a school that is here already"),
        may("home_school", "Its name; one of the two is required for a new learner"),
        may("free_school_meals", "yes or no"),
        may("pupil_premium", "yes or no"),
        may("medical_flag", "yes or no"),
        may("medical_notes", ""),
        may("allergies", ""),
        may("risks", ""),
        may("risk_assessed_on", "A date"),
        may("gifted_talented", "yes or no"),
        may("sen_provision", "N for none, K for SEN support, E for an EHC plan"),
        may("sen_need", "A type of the national list, like SEMH"),
        may("sen_notes", ""),
        may("previous_attendance", "Of the year before, like 87%"),
        may("in_care", "yes or no"),
        may("contact1_name", "Whom to ring first; then contact2_… to contact4_…"),
        may("contact1_relationship", ""),
        may("contact1_daytime", "A contact has at least one telephone number"),
        may("contact1_evening", ""),
        may("contact1_mobile", ""),
        may("contact2_name", ""),
        may("contact2_relationship", ""),
        may("contact2_daytime", ""),
        may("contact2_evening", ""),
        may("contact2_mobile", ""),
        may("contact3_name", ""),
        may("contact3_relationship", ""),
        may("contact3_daytime", ""),
        may("contact3_evening", ""),
        may("contact3_mobile", ""),
        may("contact4_name", ""),
        may("contact4_relationship", ""),
        may("contact4_daytime", ""),
        may("contact4_evening", ""),
        may("contact4_mobile", ""),
    ];

    fn plan(s: &mut Session<'_>, at: PartnershipKey, table: &Table) -> Result<Planned<Change>, Ending> {
        let places = places(s, at)?;
        let (mut planning, mut lines) = (Planning::default(), Lines::default());
        let today = s.today();
        for row in table.rows() {
            let known = match known(s, at, &row)? {
                Found::Nobody => None,
                Found::One(key) => Some(learner_file::open_for_import(s, key)?.or_missing()?),
                Found::Several => {
                    planning.fault(
                        &row,
                        "upn",
                        "several learners of this name and date of birth are here; enter the UPN of one",
                    );
                    continue;
                }
            };
            let mut form = form_of(&row, known.as_ref());
            let school = school(&mut form, &row, &places, known.as_ref());
            let new = read(&mut form, today);
            if let Some(line) = lines.note(&row, known.as_ref()) {
                form.refuse("surname", format!("this learner stands on line {line} too"));
            }
            let (true, Some(new), Some(school)) = (planning.takes(&row, &form), new, school) else {
                continue;
            };
            match known {
                None => {
                    planning.makes(&row, "a learner".to_owned(), Change { known: None, school, new });
                }
                Some(known) if is_so(&known, school, &new) => planning.leaves(),
                Some(known) => {
                    let what = format!("learner {}", known.number());
                    planning.changes(&row, what, Change { known: Some(known.key()), school, new });
                }
            }
        }
        Ok(planning.done())
    }

    fn apply(w: &mut Writing<'_>, at: PartnershipKey, change: &Change) -> Result<Option<i64>, Ending> {
        let key = match change.known {
            None => learner::make(w, at, change.school, &change.new)?,
            Some(key) => {
                let known = learner_file::open_for_import(w, key)?.or_missing()?;
                learner::change_all(w, &known, change.school, &change.new)?;
                key
            }
        };
        Ok(Some(key.0))
    }
}

enum Found {
    Nobody,
    One(LearnerKey),
    Several,
}

/// Who in the partnership a row speaks of.
fn known(s: &mut Session<'_>, at: PartnershipKey, row: &Row<'_>) -> Result<Found, Ending> {
    let upn = Upn::parse(row.get("upn")).ok();
    if let Some(upn) = &upn
        && let Some(known) = same_person::with_upn(s, at, upn)?
    {
        return Ok(Found::One(known.key));
    }
    let Some(born_on) = parse_date(row.get("date_of_birth")) else {
        return Ok(Found::Nobody);
    };
    let same = same_person::of_name_and_birthday(s, at, row.get("surname"), row.get("first_name"), born_on)?;
    let mut same = same
        .iter()
        .filter(|known| upn.is_none() || known.upn.as_ref().is_none_or(Upn::is_temporary));
    Ok(match (same.next(), same.next()) {
        (None, _) => Found::Nobody,
        (Some(one), None) => Found::One(one.key),
        (Some(_), Some(_)) => Found::Several,
    })
}

/// What is known of the learner, with the row's cells laid over it.
fn form_of(row: &Row<'_>, known: Option<&Learner>) -> Form {
    let mut form = Form::empty();
    if let Some(known) = known {
        form = details::fill(form, known.details());
        form = care::fill(form, known.care());
        form = contacts::fill(form, known.contacts());
    }
    for fields in contacts::FIELDS {
        if fields.all().iter().any(|field| row.find(field).is_some()) {
            form = fields.all().iter().fold(form, |form, field| form.with(field, ""));
        }
    }
    if let Some(gender) = row.find("gender") {
        form = form.with("sex", gender);
    }
    overlay(form, row, Learners::COLUMNS)
}

fn read(form: &mut Form, today: NaiveDate) -> Option<NewLearner> {
    if Sex::find(form.value("gender")).is_some_and(|gender| Sex::find(form.value("sex")) != Some(gender)) {
        form.refuse("gender", "Enter the same as under sex, or leave one of the two empty");
    }
    let details = details::read(form, today);
    let care = care::read(form);
    let contacts = contacts::read(form);
    Some(details?.with(care?, contacts?))
}

/// The row's home school; without one, the learner's own.
fn school(
    form: &mut Form,
    row: &Row<'_>,
    places: &[Place],
    known: Option<&Learner>,
) -> Option<OrganisationKey> {
    let (urn, name) = (row.find("home_school_urn"), row.find("home_school"));
    let by_urn = urn.and_then(|urn| {
        places
            .iter()
            .find(|place| place.side == Side::School && place.urn.as_deref() == Some(urn))
    });
    let by_name = name.and_then(|name| named(places, Side::School, name));
    if urn.is_some() && by_urn.is_none() {
        form.refuse("home_school_urn", "no school of this URN is here; import it first");
    }
    if name.is_some() && by_name.is_none() {
        form.refuse("home_school", "no school of this name is here; import it first");
    }
    match (by_urn, by_name, known) {
        (Some(one), Some(other), _) if one.key != other.key => {
            form.refuse("home_school", "this is another school than that of home_school_urn");
            None
        }
        (Some(place), _, _) | (None, Some(place), _) => Some(place.key),
        (None, None, Some(known)) => Some(known.school()),
        // A school that is named and not here has its sentence already.
        (None, None, None) if urn.is_some() || name.is_some() => None,
        (None, None, None) => {
            if urn.is_none() {
                form.refuse("home_school", "Enter the home school of a new learner, here or by its URN");
            }
            None
        }
    }
}

fn is_so(known: &Learner, school: OrganisationKey, new: &NewLearner) -> bool {
    known.school() == school
        && *known.details() == details::Details::of(new)
        && *known.care() == new.care
        && known.contacts() == new.contacts
}

/// On which line each learner of the file stands.
#[derive(Default)]
struct Lines {
    by_key: HashMap<LearnerKey, u64>,
    by_upn: HashMap<String, u64>,
    by_name: HashMap<(String, String, String), (u64, bool)>,
}

impl Lines {
    /// Notes a row; answers the earlier line of the same learner. Two rows of the same name and
    /// birthday are two learners only when both have a UPN.
    fn note(&mut self, row: &Row<'_>, known: Option<&Learner>) -> Option<u64> {
        let line = row.line();
        let upn = Upn::parse(row.get("upn")).ok();
        let name = (
            fold(row.get("surname")),
            fold(row.get("first_name")),
            parse_date(row.get("date_of_birth")).map_or_else(String::new, |day| day.to_string()),
        );
        let by_key = known.and_then(|known| self.by_key.insert(known.key(), line));
        let by_upn = upn.as_ref().and_then(|upn| self.by_upn.insert(upn.as_str().to_owned(), line));
        let by_name = self.by_name.insert(name, (line, upn.is_some()));
        let by_name = by_name.filter(|(_, had_upn)| !had_upn || upn.is_none()).map(|(line, _)| line);
        by_key.or(by_upn).or(by_name)
    }
}
