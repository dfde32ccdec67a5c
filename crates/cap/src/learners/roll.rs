//! The learners of a service: who is on its roll, and finding them.

use super::{LearnerKey, identifiers::Upn};
use crate::schema::{learner, organisation};
use diesel::prelude::*;
use platform::{
    Ending, Form, Multi, Role, Session,
    form::LINE,
    ids::PublicId,
    text::{after_prefix, fold},
};

/// Learners whose details one may see and change, to be narrowed further.
pub type Visible = learner::BoxedQuery<'static, Multi>;

/// The service sees all learners of its partnership. Everybody else knows learners only by their
/// training records (`learners::visible_to`).
///
/// # Errors
/// [`Ending::SignIn`] when nobody is signed in.
pub fn visible_to(s: &Session<'_>) -> Result<Visible, Ending> {
    let actor = s.actor()?;
    let all = learner::table.into_boxed();
    Ok(match actor.role {
        Role::CapStaff => all.filter(learner::partnership_id.eq(actor.partnership)),
        Role::CapAdministrator
        | Role::SchoolAttendance
        | Role::SchoolCoordinator
        | Role::SchoolDsl
        | Role::ProviderManager
        | Role::Tutor
        | Role::ProviderCoordinator
        | Role::ProviderDsl => all.filter(learner::id.lt(0)),
    })
}

/// What a search asks for; empty parts ask for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// How the surname begins, folded.
    surname: String,
    /// How the first name begins, folded.
    first: String,
    number: Option<i64>,
    upn: Option<Upn>,
}

/// The fields of a search.
pub const SEARCH_FIELDS: &[&str] = &["surname", "first_name", "clm_id", "upn"];

impl Search {
    /// Reads a search; what can't be right is refused beside its field.
    pub fn read(form: &mut Form) -> Search {
        Search {
            surname: fold(&form.text("surname", LINE)),
            first: fold(&form.text("first_name", LINE)),
            number: form.number("clm_id", 1, i64::from(u32::MAX)),
            upn: form.parsed("upn", Upn::parse),
        }
    }

    fn narrow(&self, mut query: Visible) -> Visible {
        if !self.surname.is_empty() {
            query = query.filter(
                learner::surname_key
                    .ge(self.surname.clone())
                    .and(learner::surname_key.lt(after_prefix(&self.surname))),
            );
        }
        if !self.first.is_empty() {
            query = query.filter(
                learner::first_key
                    .ge(self.first.clone())
                    .and(learner::first_key.lt(after_prefix(&self.first))),
            );
        }
        if let Some(number) = self.number {
            query = query.filter(learner::number.eq(number));
        }
        if let Some(upn) = &self.upn {
            query = query.filter(learner::upn.eq(upn.as_str().to_owned()));
        }
        query
    }
}

/// A line of the list of learners.
#[derive(Clone, Debug)]
pub struct Line {
    pub public_id: PublicId,
    pub number: i64,
    pub surname: String,
    pub first_name: String,
    pub school: String,
    pub ks4_year: i16,
}

/// How many learners a search finds.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn count(s: &mut Session<'_>, search: &Search) -> Result<u64, Ending> {
    let found: i64 = search.narrow(visible_to(s)?).count().get_result(s.db())?;
    Ok(u64::try_from(found).unwrap_or(0))
}

/// A page of the learners that a search finds, by surname and first name.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn list(s: &mut Session<'_>, search: &Search, offset: u64, limit: u64) -> Result<Vec<Line>, Ending> {
    type Row = (LearnerKey, PublicId, i64, String, String, String, i16);
    let rows: Vec<Row> = search
        .narrow(visible_to(s)?)
        .inner_join(organisation::table.on(organisation::id.eq(learner::school_id)))
        .order((learner::surname_key, learner::first_key, learner::id))
        .offset(i64::try_from(offset).unwrap_or(i64::MAX))
        .limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .select((
            learner::id,
            learner::public_id,
            learner::number,
            learner::surname,
            learner::first_name,
            organisation::name,
            learner::ks4_year,
        ))
        .load(s.db())?;
    let mut lines = Vec::with_capacity(rows.len());
    for (key, public_id, number, surname, first_name, school, ks4_year) in rows {
        s.shows(key.0);
        lines.push(Line {
            public_id,
            number,
            surname,
            first_name,
            school,
            ks4_year,
        });
    }
    Ok(lines)
}
