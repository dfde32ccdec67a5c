//! Which qualification a course leads to.

use super::{QualificationKey, qualification::Qualification, sums};
use crate::{
    learners::{
        CourseKey,
        cohort::{Cohort, visible_to},
    },
    schema::{self, course, organisation},
};
use chrono::NaiveDate;
use diesel::prelude::*;
use platform::{Ending, Session, Writing, ids::PublicId};

/// What a course says of its qualification. Only [`of_cohort`] makes one.
#[derive(Clone, Debug)]
pub struct Choice {
    course: CourseKey,
    /// The course's title.
    pub title: String,
    /// What was written before a qualification was chosen, or where none is.
    pub words: String,
    pub chosen: Option<QualificationKey>,
    pub version: i32,
}

impl Choice {
    /// The course that it is the choice of.
    pub fn course(&self) -> CourseKey {
        self.course
    }
}

/// The choice of a cohort's course.
///
/// # Errors
/// A database error.
pub fn of_cohort(s: &mut Session<'_>, of: &Cohort) -> Result<Choice, Ending> {
    use schema::cohort;
    let (course, title, words, chosen, version) = cohort::table
        .inner_join(course::table)
        .filter(cohort::id.eq(of.key()))
        .select((
            course::id,
            course::title,
            course::qualification,
            course::qualification_id,
            course::version,
        ))
        .first::<(CourseKey, String, String, Option<i64>, i32)>(s.db())?;
    Ok(Choice {
        course,
        title,
        words,
        chosen: chosen.map(QualificationKey),
        version,
    })
}

/// Chooses a course's qualification, or none, and counts the units of its training records anew.
///
/// # Errors
/// [`Ending::Conflict`] when the course was changed since; a database error.
pub fn choose(
    w: &mut Writing<'_>,
    of: &Choice,
    chosen: Option<&Qualification>,
    words: &str,
) -> Result<(), Ending> {
    let changed =
        diesel::update(course::table.filter(course::id.eq(of.course)).filter(course::version.eq(of.version)))
            .set((
                course::qualification_id.eq(chosen.map(|one| one.key().0)),
                course::qualification.eq(words),
                course::version.eq(of.version + 1),
            ))
            .execute(w.db())?;
    if changed == 0 {
        return Err(Ending::Conflict("Somebody else has changed this course since you opened it."));
    }
    sums::recount_course(w, of.course)
}

/// A cohort whose course leads to a qualification.
#[derive(Clone, Debug)]
pub struct Leading {
    pub cohort: PublicId,
    pub title: String,
    pub starts_on: NaiveDate,
    pub provider: String,
}

/// The cohorts within the reader's scope that lead to a qualification, by title, the latest entry first.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn leading_to(s: &mut Session<'_>, to: &Qualification) -> Result<Vec<Leading>, Ending> {
    use schema::cohort;
    let rows: Vec<(PublicId, String, NaiveDate, String)> = visible_to(s)?
        .inner_join(course::table)
        .inner_join(organisation::table)
        .filter(course::qualification_id.eq(to.key().0))
        .order((cohort::title_key, cohort::starts_on.desc(), cohort::id))
        .select((cohort::public_id, cohort::title, cohort::starts_on, organisation::name))
        .load(s.db())?;
    let one = |(cohort, title, starts_on, provider)| Leading { cohort, title, starts_on, provider };
    Ok(rows.into_iter().map(one).collect())
}
