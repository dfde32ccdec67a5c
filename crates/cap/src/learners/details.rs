//! A learner's details as they are typed or imported: names, birthday, numbers.

use super::{
    codes::{Ethnicity, Sex},
    identifiers::{Uci, Uln, Upn},
    learner::{Care, Contact, NewLearner},
    year::{AcademicYear, YearGroup, ks4_start},
};
use chrono::NaiveDate;
use platform::{Form, form::LINE};

/// The fields of the form, which are also columns of the import, with their labels.
pub const FIELDS: &[(&str, &str)] = &[
    ("surname", "Surname"),
    ("first_name", "First name"),
    ("middle_names", "Middle names"),
    ("date_of_birth", "Date of birth"),
    ("sex", "Sex"),
    ("ethnicity", "Ethnicity"),
    ("upn", "UPN"),
    ("uln", "ULN"),
    ("uci", "UCI"),
    ("ks4_year", "KS4 year"),
];

/// Years from the birthday within which somebody is taken for a learner: beyond them the year of
/// birth is mistyped.
const AGES: std::ops::RangeInclusive<u32> = 3..=25;

/// Names, birthday and numbers, each already right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
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
}

/// The calendar year in which somebody of this birthday usually begins year 10.
pub fn usual_ks4_year(born_on: NaiveDate) -> i16 {
    i16::try_from(ks4_start(born_on).first_year()).unwrap_or(0)
}

impl Details {
    /// The year in which year 10 begins: as entered, else as follows from the birthday.
    pub fn ks4_year(&self) -> i16 {
        self.ks4_year.unwrap_or_else(|| usual_ks4_year(self.born_on))
    }

    /// The same as words: "2026–2027".
    pub fn ks4_label(&self) -> String {
        AcademicYear::starting(i32::from(self.ks4_year())).map_or_else(String::new, |year| year.to_string())
    }

    /// What is doubtful about the numbers, though it is accepted.
    pub fn warnings(&self) -> Vec<&'static str> {
        let upn = self.upn.as_ref().and_then(Upn::warning);
        let uci = self.uci.as_ref().and_then(Uci::warning);
        upn.into_iter().chain(uci).collect()
    }

    /// Those of a learner to be made.
    pub fn of(new: &NewLearner) -> Details {
        Details {
            surname: new.surname.clone(),
            first_name: new.first_name.clone(),
            middle_names: new.middle_names.clone(),
            born_on: new.born_on,
            sex: new.sex,
            ethnicity: new.ethnicity,
            upn: new.upn.clone(),
            uln: new.uln.clone(),
            uci: new.uci.clone(),
            ks4_year: new.ks4_year,
        }
    }

    /// With care and contacts, a learner to be made.
    pub fn with(self, care: Care, contacts: Vec<Contact>) -> NewLearner {
        NewLearner {
            surname: self.surname,
            first_name: self.first_name,
            middle_names: self.middle_names,
            born_on: self.born_on,
            sex: self.sex,
            ethnicity: self.ethnicity,
            upn: self.upn,
            uln: self.uln,
            uci: self.uci,
            ks4_year: self.ks4_year,
            care,
            contacts,
        }
    }
}

/// Reads the details; `None` when a field is refused.
pub fn read(form: &mut Form, today: NaiveDate) -> Option<Details> {
    let surname = form.required("surname", LINE, "Enter the surname");
    let first_name = form.required("first_name", LINE, "Enter the first name");
    let middle_names = form.text("middle_names", LINE);
    let born_on = form.date("date_of_birth");
    if born_on.is_none() {
        form.refuse("date_of_birth", "Enter the date of birth");
    }
    if born_on.is_some_and(|born| !today.years_since(born).is_some_and(|age| AGES.contains(&age))) {
        form.refuse(
            "date_of_birth",
            format!("Check the date of birth: a learner is {} to {} years old", AGES.start(), AGES.end()),
        );
    }
    let sex = form.required_parsed("sex", "Choose the sex", Sex::parse);
    let ethnicity = form.parsed("ethnicity", Ethnicity::parse);
    let upn = form.parsed("upn", Upn::parse);
    let uln = form.parsed("uln", Uln::parse);
    let uci = form.parsed("uci", Uci::parse);
    let ks4 = form.parsed("ks4_year", AcademicYear::parse);
    let (Some(born_on), Some(sex), true) = (born_on, sex, form.is_good()) else {
        return None;
    };
    let ks4_year = ks4
        .and_then(|year| i16::try_from(year.first_year()).ok())
        .filter(|year| *year != usual_ks4_year(born_on));
    Some(Details {
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
    })
}

/// The form with these details in it.
pub fn fill(form: Form, details: &Details) -> Form {
    let year = |year: i16| AcademicYear::starting(i32::from(year)).map(|year| year.to_string());
    form.with("surname", &details.surname)
        .with("first_name", &details.first_name)
        .with("middle_names", &details.middle_names)
        .with("date_of_birth", details.born_on)
        .with("sex", details.sex.code())
        .with("ethnicity", details.ethnicity.map_or("", Ethnicity::code))
        .with("upn", details.upn.as_ref().map_or("", Upn::as_str))
        .with("uln", details.uln.as_ref().map_or("", Uln::as_str))
        .with("uci", details.uci.as_ref().map_or("", Uci::as_str))
        .with("ks4_year", details.ks4_year.and_then(year).unwrap_or_default())
}

/// The details as a page shows them: label and value.
pub fn rows(details: &Details, today: NaiveDate) -> Vec<(&'static str, String)> {
    let or_none = |text: Option<&str>| text.unwrap_or("Not entered").to_owned();
    let group = YearGroup::of(details.born_on, AcademicYear::of(today));
    let how = match details.ks4_year {
        None => "from the date of birth",
        Some(_) => "entered; not the usual year for the date of birth",
    };
    vec![
        ("Surname", details.surname.clone()),
        ("First name", details.first_name.clone()),
        (
            "Middle names",
            or_none(Some(details.middle_names.as_str()).filter(|names| !names.is_empty())),
        ),
        ("Date of birth", platform::clock::short_date(details.born_on)),
        ("Usual year group now", group.to_string()),
        ("Sex", details.sex.label().to_owned()),
        ("Ethnicity", or_none(details.ethnicity.map(Ethnicity::label))),
        ("UPN", or_none(details.upn.as_ref().map(Upn::as_str))),
        ("ULN", or_none(details.uln.as_ref().map(Uln::as_str))),
        ("UCI", or_none(details.uci.as_ref().map(Uci::as_str))),
        ("KS4 year", format!("{} ({how})", details.ks4_label())),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
    }

    fn typed(fields: &[(&str, &str)]) -> Form {
        let form = Form::empty()
            .with("surname", "Adeyo")
            .with("first_name", "Ana")
            .with("date_of_birth", "10/01/2011")
            .with("sex", "f");
        fields.iter().fold(form, |form, (name, value)| form.with(name, value))
    }

    #[test]
    fn what_is_filled_in_is_read_back() {
        let mut form = typed(&[
            ("ethnicity", "wbri"),
            ("ks4_year", "2026/27"),
            ("middle_names", "Maria"),
        ]);
        let details = read(&mut form, today()).unwrap();
        assert_eq!(details.ks4_year, Some(2026), "the usual year would be 2025");
        assert_eq!(read(&mut fill(Form::empty(), &details), today()), Some(details));
    }

    #[test]
    fn the_usual_ks4_year_is_not_pinned() {
        let details = read(&mut typed(&[("ks4_year", "2025–2026")]), today()).unwrap();
        assert_eq!((details.ks4_year, details.ks4_year()), (None, 2025));
    }

    #[test]
    fn each_wrong_field_is_named() {
        for (name, value) in [
            ("surname", " "),
            ("first_name", ""),
            ("date_of_birth", ""),
            ("date_of_birth", "31/02/2011"),
            ("date_of_birth", "10/01/1911"),
            ("date_of_birth", "10/01/2031"),
            ("sex", ""),
            ("sex", "X"),
            ("ethnicity", "ZZZZ"),
            ("upn", "A999400122001"),
            ("uln", "123"),
            ("uci", "123"),
            ("ks4_year", "26"),
        ] {
            let mut form = typed(&[(name, value)]);
            assert_eq!(read(&mut form, today()), None, "{name} {value:?}");
            assert!(form.problem(name).is_some() && form.problems().len() == 1, "{name} {value:?}");
        }
    }

    #[test]
    fn a_doubtful_number_is_taken_with_a_warning() {
        let upn = Upn::from_body("999400122001").unwrap();
        let details = read(&mut typed(&[("upn", upn.as_str())]), today()).unwrap();
        assert_eq!(details.warnings().len(), 1);
    }
}
