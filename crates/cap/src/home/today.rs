//! What is to be done today, in numbers.

use crate::{
    attendance::lesson,
    schema::{entry, lesson as lessons, organisation},
};
use diesel::prelude::*;
use platform::{Ending, Instant, Session, access::Side};

/// Today's registers within the reader's scope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Registers {
    pub total: u64,
    pub completed: u64,
    /// Of lessons that are over, and not completed.
    pub overdue: u64,
}

/// Counts today's registers.
///
/// # Errors
/// [`Ending::SignIn`] when nobody is signed in; a database error.
pub fn registers(s: &mut Session<'_>) -> Result<Registers, Ending> {
    let (partnership, today, now) = (s.actor()?.partnership, s.today(), s.now());
    let all: Vec<(Option<Instant>, Instant)> = lesson::visible_to(s)?
        // Says nothing new about the scope; it lets a school's count use the index.
        .filter(lessons::partnership_id.eq(partnership))
        .filter(lessons::held_on.eq(today))
        .filter(lessons::cancelled_at.is_null())
        .select((lessons::completed_at, lessons::ends_at))
        .load(s.db())?;
    let mut registers = Registers::default();
    for (completed_at, ends_at) in all {
        registers.total += 1;
        match completed_at {
            Some(_) => registers.completed += 1,
            None if ends_at <= now => registers.overdue += 1,
            None => {}
        }
    }
    Ok(registers)
}

/// How many absences wait for a decision: a school's own, or those of the service's whole
/// partnership. Nobody else decides any.
///
/// # Errors
/// [`Ending::SignIn`] when nobody is signed in; a database error.
pub fn unprocessed_absences(s: &mut Session<'_>) -> Result<u64, Ending> {
    let actor = s.actor()?.clone();
    let waiting: i64 = match actor.role.side() {
        Side::School => entry::table
            .filter(entry::pending_school_id.eq(actor.organisation))
            .count()
            .get_result(s.db())?,
        Side::Service => entry::table
            .inner_join(organisation::table.on(entry::pending_school_id.eq(organisation::id.nullable())))
            .filter(organisation::partnership_id.eq(actor.partnership))
            .count()
            .get_result(s.db())?,
        Side::Provider => 0,
    };
    Ok(u64::try_from(waiting).unwrap_or(0))
}
