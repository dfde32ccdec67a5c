//! What every import of a file has: columns with their meaning, a plan that changes nothing, and
//! deeds that follow the plan. A dry run stops after the plan.

use crate::schema::{organisation, partnership};
use diesel::prelude::*;
use platform::{
    Ending, Form, Session, Writing,
    access::Side,
    ids::{OrganisationKey, PartnershipKey},
    table::{BadLine, ColumnSpec, Row, Table},
    text::fold,
};

/// A column of an import's file, as docs/import.md describes it.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    pub spec: ColumnSpec,
    pub about: &'static str,
}

/// A column that must be there and filled in every row.
pub const fn must(name: &'static str, about: &'static str) -> Column {
    Column { spec: ColumnSpec::required(name), about }
}

/// A column that may be left out or empty.
pub const fn may(name: &'static str, about: &'static str) -> Column {
    Column { spec: ColumnSpec::optional(name), about }
}

/// One thing that an import makes or changes.
#[derive(Debug)]
pub struct Step<C> {
    /// The line of the file that it comes from.
    pub line: u64,
    /// What it is, without a learner's name: "school Elm Academy".
    pub what: String,
    /// Whether it is new.
    pub is_new: bool,
    pub change: C,
}

/// All that an import makes and changes.
#[derive(Debug)]
pub struct Plan<C> {
    pub steps: Vec<Step<C>>,
    /// How many are already as the file says.
    pub unchanged: usize,
}

/// A plan, or every bad line of the file.
pub type Planned<C> = Result<Plan<C>, Vec<BadLine>>;

/// A kind of file that can be imported.
pub trait Import: 'static {
    /// What a step does.
    type Change: Send + 'static;
    /// The command's word, and what many of them are called.
    const WORD: &'static str;
    /// What identifies a row's subject and what becomes of one that is known: for docs/import.md.
    const KNOWN: &'static str;
    /// The columns, in the order of the guide.
    const COLUMNS: &'static [Column];
    /// Whether a partnership that is named and not there is made.
    const MAKES_PARTNERSHIP: bool = false;

    /// What is to be done. Changes nothing.
    ///
    /// # Errors
    /// A database error.
    fn plan(s: &mut Session<'_>, at: PartnershipKey, table: &Table) -> Result<Planned<Self::Change>, Ending>;

    /// Does one step; answers the learner whom it touched.
    ///
    /// # Errors
    /// A database error.
    fn apply(w: &mut Writing<'_>, at: PartnershipKey, change: &Self::Change) -> Result<Option<i64>, Ending>;
}

/// Gathers steps and faults, row by row.
#[derive(Debug)]
pub struct Planning<C> {
    plan: Plan<C>,
    faults: Vec<BadLine>,
}

impl<C> Default for Planning<C> {
    fn default() -> Self {
        Planning {
            plan: Plan { steps: Vec::new(), unchanged: 0 },
            faults: Vec::new(),
        }
    }
}

impl<C> Planning<C> {
    /// Something that is made.
    pub fn makes(&mut self, row: &Row<'_>, what: String, change: C) {
        let (line, is_new) = (row.line(), true);
        self.plan.steps.push(Step { line, what, is_new, change });
    }

    /// Something that is changed.
    pub fn changes(&mut self, row: &Row<'_>, what: String, change: C) {
        let (line, is_new) = (row.line(), false);
        self.plan.steps.push(Step { line, what, is_new, change });
    }

    /// Something that is already so.
    pub fn leaves(&mut self) {
        self.plan.unchanged += 1;
    }

    /// A fault of a row.
    pub fn fault(&mut self, row: &Row<'_>, column: &str, message: impl Into<String>) {
        self.faults.push(row.fault(column, message));
    }

    /// What was refused in a form that was filled from a row; `false` when there was something.
    pub fn takes(&mut self, row: &Row<'_>, form: &Form) -> bool {
        for problem in form.problems() {
            self.fault(row, &problem.field, &problem.message);
        }
        form.is_good()
    }

    /// The steps so far, for rows that add to an earlier one.
    pub fn steps_mut(&mut self) -> &mut Vec<Step<C>> {
        &mut self.plan.steps
    }

    /// The plan, if no row was at fault.
    pub fn done(self) -> Planned<C> {
        if self.faults.is_empty() { Ok(self.plan) } else { Err(self.faults) }
    }
}

/// A form with the row's filled cells laid over it: what a row leaves empty stays as it is known.
pub fn overlay(form: Form, row: &Row<'_>, columns: &[Column]) -> Form {
    columns.iter().fold(form, |form, column| match row.find(column.spec.name) {
        Some(cell) => form.with(column.spec.name, cell),
        None => form,
    })
}

/// The partnership of this name, however it is written; without a name the only one there is.
///
/// # Errors
/// A database error.
pub fn partnership(s: &mut Session<'_>, name: Option<&str>) -> Result<Option<PartnershipKey>, Ending> {
    let all: Vec<(PartnershipKey, String)> = partnership::table
        .order(partnership::id)
        .select((partnership::id, partnership::name))
        .load(s.db())?;
    Ok(match (name, all.as_slice()) {
        (Some(name), all) => all.iter().find(|(_, one)| fold(one) == fold(name)).map(|(key, _)| *key),
        (None, [(only, _)]) => Some(*only),
        (None, _) => None,
    })
}

/// An organisation that a file can name.
#[derive(Clone, Debug)]
pub struct Place {
    pub key: OrganisationKey,
    pub side: Side,
    pub name: String,
    pub urn: Option<String>,
}

/// The partnership's organisations that have not ended.
///
/// # Errors
/// A database error.
pub fn places(s: &mut Session<'_>, at: PartnershipKey) -> Result<Vec<Place>, Ending> {
    let today = s.today();
    let rows: Vec<(OrganisationKey, String, String, Option<String>)> = organisation::table
        .filter(organisation::partnership_id.eq(at))
        .filter(organisation::ended_on.is_null().or(organisation::ended_on.gt(today)))
        .order(organisation::id)
        .select((organisation::id, organisation::kind, organisation::name, organisation::urn))
        .load(s.db())?;
    let place =
        |(key, kind, name, urn): (_, String, _, _)| Some(Place { key, side: Side::parse(&kind)?, name, urn });
    Ok(rows.into_iter().filter_map(place).collect())
}

/// The place of this kind and name, however the name is written.
pub fn named<'p>(places: &'p [Place], side: Side, name: &str) -> Option<&'p Place> {
    places.iter().find(|place| place.side == side && fold(&place.name) == fold(name))
}
