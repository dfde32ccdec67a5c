//! Assessments: what a learner was assessed in, with a dated row for each time.

use super::{AssessmentKey, AssessmentRowKey};
use crate::{
    learners::record::Record,
    schema::{assessment, assessment_row, person},
};
use chrono::NaiveDate;
use diesel::prelude::*;
use platform::{
    Ending, Instant, Multi, Session, Writing,
    db::{one_of, update},
    ids::PublicId,
};

/// What is said of one time that a learner was assessed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    pub taken_on: NaiveDate,
    /// One of the service's levels; may be empty.
    pub level: String,
    pub comments: String,
}

/// A dated row of an assessment.
#[derive(Clone, Debug)]
pub struct Row {
    pub key: AssessmentRowKey,
    pub public_id: PublicId,
    pub outcome: Outcome,
}

/// An assessment on a training record. Only [`open`] and [`of_record`] make one.
#[derive(Clone, Debug)]
pub struct Assessment {
    key: AssessmentKey,
    public_id: PublicId,
    description: String,
    details: String,
    author: String,
    modified_at: Instant,
    version: i32,
    rows: Vec<Row>,
}

impl Assessment {
    /// Its key.
    pub fn key(&self) -> AssessmentKey {
        self.key
    }

    /// Its id in addresses.
    pub fn public_id(&self) -> &PublicId {
        &self.public_id
    }

    /// The subject, such as Mathematics.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// More about it; may be empty.
    pub fn details(&self) -> &str {
        &self.details
    }

    /// Who entered it.
    pub fn author(&self) -> &str {
        &self.author
    }

    /// When it was last changed.
    pub fn modified_at(&self) -> Instant {
        self.modified_at
    }

    /// How often it was changed: a form that was opened before the last change is refused.
    pub fn version(&self) -> i32 {
        self.version
    }

    /// Its rows, the latest date first.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }
}

/// All assessments on a training record that its reader has opened, by description.
///
/// # Errors
/// A database error.
pub fn of_record(s: &mut Session<'_>, of: &Record) -> Result<Vec<Assessment>, Ending> {
    found(s, of, None)
}

/// The assessment with this id on a training record; a removed one is not among them.
///
/// # Errors
/// A database error.
pub fn open(s: &mut Session<'_>, of: &Record, id: &PublicId) -> Result<Option<Assessment>, Ending> {
    Ok(found(s, of, Some(id))?.into_iter().next())
}

fn found(s: &mut Session<'_>, of: &Record, id: Option<&PublicId>) -> Result<Vec<Assessment>, Ending> {
    let mut query = assessment::table
        .inner_join(person::table)
        .filter(assessment::record_id.eq(of.key()))
        .filter(assessment::ended_at.is_null())
        .order((assessment::description, assessment::id))
        .select((
            assessment::id,
            assessment::public_id,
            assessment::description,
            assessment::details,
            person::name,
            assessment::modified_at,
            assessment::version,
        ))
        .into_boxed::<Multi>();
    if let Some(id) = id {
        query = query.filter(assessment::public_id.eq(id.clone()));
    }
    let mut all: Vec<Assessment> = query
        .load::<(AssessmentKey, PublicId, String, String, String, Instant, i32)>(s.db())?
        .into_iter()
        .map(|(key, public_id, description, details, author, modified_at, version)| Assessment {
            key,
            public_id,
            description,
            details,
            author,
            modified_at,
            version,
            rows: Vec::new(),
        })
        .collect();
    type Found = (AssessmentKey, AssessmentRowKey, PublicId, NaiveDate, String, String);
    let among = one_of(s.db(), assessment_row::assessment_id, all.iter().map(|one| one.key));
    let rows: Vec<Found> = assessment_row::table
        .filter(among)
        .filter(assessment_row::ended_at.is_null())
        .order((assessment_row::taken_on.desc(), assessment_row::id.desc()))
        .select((
            assessment_row::assessment_id,
            assessment_row::id,
            assessment_row::public_id,
            assessment_row::taken_on,
            assessment_row::level,
            assessment_row::comments,
        ))
        .load(s.db())?;
    for (of, key, public_id, taken_on, level, comments) in rows {
        if let Some(one) = all.iter_mut().find(|one| one.key == of) {
            one.rows.push(Row {
                key,
                public_id,
                outcome: Outcome { taken_on, level, comments },
            });
        }
    }
    Ok(all)
}

/// Makes an assessment with its first row.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn make(
    w: &mut Writing<'_>,
    of: &Record,
    description: &str,
    details: &str,
    first: &Outcome,
) -> Result<AssessmentKey, Ending> {
    let (key, now, who) = (AssessmentKey::next(), w.now(), w.actor()?.person);
    diesel::insert_into(assessment::table)
        .values((
            assessment::id.eq(key),
            assessment::public_id.eq(PublicId::random()),
            assessment::record_id.eq(of.key()),
            assessment::description.eq(description),
            assessment::details.eq(details),
            assessment::made_by.eq(who),
            assessment::made_at.eq(now),
            assessment::modified_at.eq(now),
        ))
        .execute(w.db())?;
    add_row(w, key, first)?;
    Ok(key)
}

/// What an assessment is to become.
#[derive(Clone, Debug)]
pub struct Change {
    pub description: String,
    pub details: String,
    /// What each row is to say; `None` takes the row away. Rows that are not named stay.
    pub rows: Vec<(AssessmentRowKey, Option<Outcome>)>,
    /// A further row.
    pub more: Option<Outcome>,
}

/// Changes an assessment and its rows.
///
/// # Errors
/// [`Ending::Conflict`] when it was changed since it was opened; a database error.
pub fn change(w: &mut Writing<'_>, one: &Assessment, to: &Change) -> Result<(), Ending> {
    let now = w.now();
    let old = assessment::table
        .filter(assessment::id.eq(one.key))
        .filter(assessment::version.eq(one.version))
        .filter(assessment::ended_at.is_null());
    let changes = (
        assessment::description.eq(&to.description),
        assessment::details.eq(&to.details),
        assessment::modified_at.eq(now),
        assessment::version.eq(one.version + 1),
    );
    unless_stale(update(old, changes).execute(w.db())?)?;
    for (key, outcome) in &to.rows {
        let row = assessment_row::table
            .filter(assessment_row::id.eq(key))
            .filter(assessment_row::assessment_id.eq(one.key));
        match outcome {
            None => update(row, assessment_row::ended_at.eq(now)).execute(w.db())?,
            Some(outcome) => update(
                row,
                (
                    assessment_row::taken_on.eq(outcome.taken_on),
                    assessment_row::level.eq(&outcome.level),
                    assessment_row::comments.eq(&outcome.comments),
                ),
            )
            .execute(w.db())?,
        };
    }
    if let Some(more) = &to.more {
        add_row(w, one.key, more)?;
    }
    Ok(())
}

fn add_row(w: &mut Writing<'_>, of: AssessmentKey, row: &Outcome) -> Result<(), Ending> {
    diesel::insert_into(assessment_row::table)
        .values((
            assessment_row::id.eq(AssessmentRowKey::next()),
            assessment_row::public_id.eq(PublicId::random()),
            assessment_row::assessment_id.eq(of),
            assessment_row::taken_on.eq(row.taken_on),
            assessment_row::level.eq(&row.level),
            assessment_row::comments.eq(&row.comments),
        ))
        .execute(w.db())?;
    Ok(())
}

/// Takes an assessment off the record. Its rows stay in the database.
///
/// # Errors
/// [`Ending::Conflict`] when it was changed since it was opened; a database error.
pub fn end(w: &mut Writing<'_>, one: &Assessment) -> Result<(), Ending> {
    let now = w.now();
    let old = assessment::table
        .filter(assessment::id.eq(one.key))
        .filter(assessment::version.eq(one.version))
        .filter(assessment::ended_at.is_null());
    let changes = (assessment::ended_at.eq(now), assessment::version.eq(one.version + 1));
    unless_stale(update(old, changes).execute(w.db())?)
}

/// What somebody reads whose page is older than the assessment.
pub const CHANGED: &str = "Somebody changed this assessment while you had it open. Open it again.";

fn unless_stale(changed: usize) -> Result<(), Ending> {
    if changed == 0 { Err(Ending::Conflict(CHANGED)) } else { Ok(()) }
}
