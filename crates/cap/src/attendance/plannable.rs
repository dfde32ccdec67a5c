//! For whom an absence can be planned: learners with a live training record within scope.

use crate::{
    learners::{LearnerKey, record::RecordStatus, scope::Visible, visible_to, year::AcademicYear},
    schema::{learner, organisation, training_record},
};
use diesel::{dsl::exists, prelude::*};
use platform::{
    Ending, Session,
    ids::{OrganisationKey, PublicId},
    text::{after_prefix, fold},
};

/// Most learners that a list to choose from holds; beyond, one searches.
pub const MOST: usize = 200;

/// A learner of the reader's. Only this file makes one.
#[derive(Clone, Debug)]
pub struct Plannable {
    key: LearnerKey,
    school: OrganisationKey,
    pub public_id: PublicId,
    /// Name, year and school.
    pub label: String,
}

impl Plannable {
    /// The learner's key.
    pub fn key(&self) -> LearnerKey {
        self.key
    }

    /// The home school.
    pub fn school(&self) -> OrganisationKey {
        self.school
    }
}

type Row = (LearnerKey, PublicId, String, String, i16, OrganisationKey, String);

/// Those whose surname begins so, by name; at most one more than [`MOST`].
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn list(s: &mut Session<'_>, surname: &str) -> Result<Vec<Plannable>, Ending> {
    let start = fold(surname);
    let end = after_prefix(&start);
    load(s, |live| {
        live.filter(training_record::surname_key.ge(start))
            .filter(training_record::surname_key.lt(end))
    })
}

/// The one with this id; `None` outside the reader's scope, or without a live record.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn open(s: &mut Session<'_>, id: &PublicId) -> Result<Option<Plannable>, Ending> {
    let id = id.clone();
    let found = load(s, |live| {
        live.filter(exists(
            learner::table
                .filter(learner::id.eq(training_record::learner_id))
                .filter(learner::public_id.eq(id)),
        ))
    })?;
    Ok(found.into_iter().next())
}

fn load(s: &mut Session<'_>, narrow: impl FnOnce(Visible) -> Visible) -> Result<Vec<Plannable>, Ending> {
    // A learner has seldom more than two live records, which are one line here.
    let most_records = i64::try_from(2 * (MOST + 1)).unwrap_or(i64::MAX);
    let live = visible_to(s)?.filter(training_record::status.eq(RecordStatus::Active.word()));
    let mut rows: Vec<Row> = narrow(live)
        .inner_join(learner::table.inner_join(organisation::table))
        .order((training_record::surname_key, training_record::first_key, training_record::learner_id))
        .limit(most_records)
        .select((
            learner::id,
            learner::public_id,
            learner::surname,
            learner::first_name,
            learner::ks4_year,
            organisation::id,
            organisation::name,
        ))
        .load(s.db())?;
    rows.dedup_by_key(|row| row.0);
    rows.truncate(MOST + 1);
    for row in &rows {
        s.shows(row.0.0);
    }
    Ok(rows.into_iter().map(of_row).collect())
}

fn of_row((key, public_id, surname, first_name, ks4, school, school_name): Row) -> Plannable {
    let year =
        AcademicYear::starting(i32::from(ks4)).map_or_else(String::new, |year| format!(", KS4 {year}"));
    Plannable {
        key,
        school,
        public_id,
        label: format!("{surname}, {first_name}{year}, {school_name}"),
    }
}
