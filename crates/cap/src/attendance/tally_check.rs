//! Whether the kept counts agree with the marks that they count. A difference means a fault of the
//! program: `cap check` looks for it.

use super::{contribution::Contribution, mark::Mark, status::Status, tally};
use crate::{
    learners::RecordKey,
    schema::{entry, training_record},
};
use diesel::{dsl::count_star, prelude::*};
use platform::{Ending, Session};
use std::collections::HashMap;

/// The training records whose counts are wrong, by their short number.
///
/// # Errors
/// A database error.
pub fn wrong(s: &mut Session<'_>) -> Result<Vec<i64>, Ending> {
    let mut counted = counted(s)?;
    let mut wrong = Vec::new();
    for (key, number, kept) in kept(s)? {
        if counted.remove(&key).unwrap_or([0; 13]) != kept {
            wrong.push(number);
        }
    }
    // Marks of a record that has no counts at all.
    for key in counted.into_keys() {
        wrong.push(
            training_record::table
                .filter(training_record::id.eq(key))
                .select(training_record::number)
                .first(s.db())?,
        );
    }
    wrong.sort_unstable();
    Ok(wrong)
}

/// The counts as the marks themselves give them.
fn counted(s: &mut Session<'_>) -> Result<HashMap<RecordKey, tally::Row>, Ending> {
    type Group = (RecordKey, Option<i16>, Option<i16>, i64);
    let groups: Vec<Group> = entry::table
        .filter(entry::status.is_not_null())
        .group_by((entry::record_id, entry::status, entry::contribution))
        .select((entry::record_id, entry::status, entry::contribution, count_star()))
        .load(s.db())?;
    let mut rows: HashMap<RecordKey, tally::Row> = HashMap::new();
    for (record, status, contribution, count) in groups {
        let mark = Mark {
            status: status.and_then(Status::from_code),
            contribution: contribution.and_then(Contribution::new),
            ..Mark::default()
        };
        let count = i32::try_from(count).unwrap_or(i32::MAX);
        let row = rows.entry(record).or_insert([0; 13]);
        row.iter_mut().zip(tally::row_of(&mark)).for_each(|(sum, one)| *sum += one * count);
    }
    Ok(rows)
}

/// Every record's kept counts, with its short number.
fn kept(s: &mut Session<'_>) -> Result<Vec<(RecordKey, i64, tally::Row)>, Ending> {
    use crate::schema::tally as t;
    type Statuses = (i32, i32, i32, i32, i32, i32, i32, i32);
    type Levels = (i32, i32, i32, i32, i32);
    let rows: Vec<(RecordKey, i64, Statuses, Levels)> = t::table
        .inner_join(training_record::table)
        .select((
            t::record_id,
            training_record::number,
            (
                t::present,
                t::late,
                t::authorised,
                t::unexplained,
                t::unauthorised,
                t::dismissed_behaviour,
                t::dismissed_other,
                t::not_required,
            ),
            (
                t::contribution_m2,
                t::contribution_m1,
                t::contribution_0,
                t::contribution_p1,
                t::contribution_p2,
            ),
        ))
        .load(s.db())?;
    Ok(rows
        .into_iter()
        .map(|(key, number, (a, b, c, d, e, f, g, h), (i, j, k, l, m))| {
            (key, number, [a, b, c, d, e, f, g, h, i, j, k, l, m])
        })
        .collect())
}
