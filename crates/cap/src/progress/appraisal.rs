//! Tutors' appraisals, as published progress reports say them. A published report is never changed.

use super::ReportKey;
use crate::{
    learners::record::Record,
    schema::{organisation, person, progress_report},
};
use chrono::NaiveDate;
use diesel::prelude::*;
use platform::{
    Ending, Session,
    ids::{OrganisationKey, PersonKey, PublicId},
};

/// How able a learner is, as the tutor sees it: A is the highest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Aptitude {
    A,
    B,
    C,
    D,
    E,
}

impl Aptitude {
    /// From the highest to the lowest.
    pub const ALL: [Aptitude; 5] = [Aptitude::A, Aptitude::B, Aptitude::C, Aptitude::D, Aptitude::E];

    /// The letter, as it is stored and said.
    pub fn letter(self) -> &'static str {
        match self {
            Aptitude::A => "A",
            Aptitude::B => "B",
            Aptitude::C => "C",
            Aptitude::D => "D",
            Aptitude::E => "E",
        }
    }

    /// As forms offer it.
    pub fn label(self) -> &'static str {
        match self {
            Aptitude::A => "A (highest)",
            Aptitude::B => "B",
            Aptitude::C => "C",
            Aptitude::D => "D",
            Aptitude::E => "E (lowest)",
        }
    }

    /// The aptitude of this letter.
    pub fn parse(letter: &str) -> Option<Aptitude> {
        Aptitude::ALL.into_iter().find(|one| one.letter() == letter)
    }
}

/// How hard a learner works, as the tutor sees it: 1 is the highest, 5 the lowest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Effort(i16);

impl Effort {
    /// From the highest to the lowest.
    pub const ALL: [Effort; 5] = [Effort(1), Effort(2), Effort(3), Effort(4), Effort(5)];

    /// The number, as it is stored and said.
    pub fn number(self) -> i16 {
        self.0
    }

    /// As forms offer it.
    pub fn label(self) -> &'static str {
        match self.0 {
            1 => "1 (highest)",
            2 => "2",
            3 => "3",
            4 => "4",
            _ => "5 (lowest)",
        }
    }

    /// The effort of this number.
    pub fn new(number: i16) -> Option<Effort> {
        Effort::ALL.into_iter().find(|one| one.0 == number)
    }
}

/// Section 1 of a progress report. A draft may lack anything; a published one has aptitude and effort.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Appraisal {
    pub aptitude: Option<Aptitude>,
    pub effort: Option<Effort>,
    pub comment: String,
    pub target_grade: String,
    /// The grade that the tutor expects of the whole qualification.
    pub predicted_grade: String,
}

/// A published progress report. Only [`open`] and [`of_record`] make one.
#[derive(Clone, Debug)]
pub struct Report {
    key: ReportKey,
    public_id: PublicId,
    published_on: NaiveDate,
    author: PersonKey,
    author_name: String,
    organisation: OrganisationKey,
    organisation_name: String,
    appraisal: Appraisal,
}

impl Report {
    /// Its key.
    pub fn key(&self) -> ReportKey {
        self.key
    }

    /// Its id in addresses.
    pub fn public_id(&self) -> &PublicId {
        &self.public_id
    }

    /// The day in London on which it was published.
    pub fn published_on(&self) -> NaiveDate {
        self.published_on
    }

    /// Who wrote it.
    pub fn author(&self) -> PersonKey {
        self.author
    }

    /// The writer's name.
    pub fn author_name(&self) -> &str {
        &self.author_name
    }

    /// For whom it was written: the provider.
    pub fn organisation(&self) -> OrganisationKey {
        self.organisation
    }

    /// The provider's name.
    pub fn organisation_name(&self) -> &str {
        &self.organisation_name
    }

    /// What it says of the learner.
    pub fn appraisal(&self) -> &Appraisal {
        &self.appraisal
    }
}

pub(super) type AppraisalRow = (Option<String>, Option<i16>, String, String, String);

pub(super) const APPRAISAL: (
    progress_report::aptitude,
    progress_report::effort,
    progress_report::comment,
    progress_report::target_grade,
    progress_report::predicted_grade,
) = (
    progress_report::aptitude,
    progress_report::effort,
    progress_report::comment,
    progress_report::target_grade,
    progress_report::predicted_grade,
);

/// An appraisal, as it is stored.
pub(super) fn read((aptitude, effort, comment, target_grade, predicted_grade): AppraisalRow) -> Appraisal {
    Appraisal {
        aptitude: aptitude.as_deref().and_then(Aptitude::parse),
        effort: effort.and_then(Effort::new),
        comment,
        target_grade,
        predicted_grade,
    }
}

/// All published reports on a training record that its reader has opened, the latest first.
///
/// # Errors
/// A database error.
pub fn of_record(s: &mut Session<'_>, of: &Record) -> Result<Vec<Report>, Ending> {
    found(s, of, None)
}

/// The latest published report.
///
/// # Errors
/// A database error.
pub fn latest(s: &mut Session<'_>, of: &Record) -> Result<Option<Report>, Ending> {
    Ok(of_record(s, of)?.into_iter().next())
}

/// The published report with this id on a training record; a draft is not among them.
///
/// # Errors
/// A database error.
pub fn open(s: &mut Session<'_>, of: &Record, id: &PublicId) -> Result<Option<Report>, Ending> {
    Ok(found(s, of, Some(id))?.into_iter().next())
}

fn found(s: &mut Session<'_>, of: &Record, id: Option<&PublicId>) -> Result<Vec<Report>, Ending> {
    type Row = (
        ReportKey,
        PublicId,
        Option<NaiveDate>,
        (PersonKey, String),
        (OrganisationKey, String),
        AppraisalRow,
    );
    let mut query = progress_report::table
        .inner_join(person::table)
        .inner_join(organisation::table)
        .filter(progress_report::record_id.eq(of.key()))
        .filter(progress_report::published_at.is_not_null())
        .order((progress_report::published_at.desc(), progress_report::id.desc()))
        .select((
            progress_report::id,
            progress_report::public_id,
            progress_report::published_on,
            (person::id, person::name),
            (organisation::id, organisation::name),
            APPRAISAL,
        ))
        .into_boxed::<platform::Multi>();
    if let Some(id) = id {
        query = query.filter(progress_report::public_id.eq(id.clone()));
    }
    let rows: Vec<Row> = query.load(s.db())?;
    let report = |(key, public_id, published_on, author, organisation, appraisal): Row| {
        Ok(Report {
            key,
            public_id,
            published_on: published_on.ok_or_else(|| Ending::fault("a published report without a day"))?,
            author: author.0,
            author_name: author.1,
            organisation: organisation.0,
            organisation_name: organisation.1,
            appraisal: read(appraisal),
        })
    };
    rows.into_iter().map(report).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_numbers_are_read_back() {
        for one in Aptitude::ALL {
            assert_eq!(Aptitude::parse(one.letter()), Some(one));
            assert!(one.label().starts_with(one.letter()));
        }
        for one in Effort::ALL {
            assert_eq!(Effort::new(one.number()), Some(one));
            assert!(one.label().starts_with(&one.number().to_string()));
        }
        assert_eq!((Aptitude::parse("F"), Aptitude::parse("a")), (None, None));
        assert_eq!((Effort::new(0), Effort::new(6)), (None, None));
        assert!(Aptitude::A < Aptitude::E && Effort(1) < Effort(5), "the highest comes first");
    }
}
