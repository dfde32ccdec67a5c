//! Short numbers that people read out and type: CLM ID, record ID, lesson ID. They are looked up
//! within one's own scope and never stand in an address.

use crate::schema::counter;
use diesel::prelude::*;
use platform::{Ending, Writing};

/// What is numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbered {
    Learner,
    Record,
    Lesson,
}

impl Numbered {
    fn name(self) -> &'static str {
        match self {
            Numbered::Learner => "learner",
            Numbered::Record => "record",
            Numbered::Lesson => "lesson",
        }
    }

    /// The first number of each kind, so that the three are not mistaken for each other.
    fn first(self) -> i64 {
        match self {
            Numbered::Learner => 10_001,
            Numbered::Record => 200_001,
            Numbered::Lesson => 3_000_001,
        }
    }
}

/// Takes this many numbers, and answers the first of them.
///
/// # Errors
/// A database error.
pub fn take(w: &mut Writing<'_>, kind: Numbered, count: i64) -> Result<i64, Ending> {
    let one = counter::table.filter(counter::name.eq(kind.name()));
    if diesel::update(one).set(counter::next.eq(counter::next + count)).execute(w.db())? == 0 {
        diesel::insert_into(counter::table)
            .values((counter::name.eq(kind.name()), counter::next.eq(kind.first() + count)))
            .execute(w.db())?;
        return Ok(kind.first());
    }
    let next: i64 =
        counter::table.filter(counter::name.eq(kind.name())).select(counter::next).first(w.db())?;
    Ok(next - count)
}
