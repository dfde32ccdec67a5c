//! The versions of the Terms & Conditions. One text holds for the whole installation, because people
//! accept it before it is known for whom they will work.

use crate::schema::terms;
use diesel::prelude::*;
use platform::{Ending, Instant, Session, Writing};

/// Most characters of a text.
pub const LONGEST: usize = 60_000;

/// Every version with when it was published, the latest first.
///
/// # Errors
/// A database error.
pub fn history(s: &mut Session<'_>) -> Result<Vec<(i32, Instant)>, Ending> {
    Ok(terms::table
        .order(terms::version.desc())
        .select((terms::version, terms::published_at))
        .load(s.db())?)
}

/// Publishes a text, which everybody is asked to accept at their next sign-in; answers its version.
///
/// # Errors
/// A database error.
pub fn publish(w: &mut Writing<'_>, body: &str) -> Result<i32, Ending> {
    let last: Option<i32> = terms::table.select(diesel::dsl::max(terms::version)).first(w.db())?;
    let (version, now) = (last.unwrap_or(0) + 1, w.now());
    diesel::insert_into(terms::table)
        .values((terms::version.eq(version), terms::body.eq(body), terms::published_at.eq(now)))
        .execute(w.db())?;
    Ok(version)
}
