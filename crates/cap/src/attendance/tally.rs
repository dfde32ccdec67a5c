//! The running counts of each training record's marks: changed by the transaction that changes a
//! mark, so that lists of thousands need not count them. `cap check` compares both.

use super::{
    contribution::Contribution,
    figures::{Contributions, Counts},
    mark::Mark,
    status::Status,
};
use crate::{learners::RecordKey, schema::tally};
use diesel::{prelude::*, query_builder::QueryFragment};
use platform::{Ending, Multi, Writing, db::update};

/// The columns of a tally: one count for each status, then one for each contribution from −2 to +2.
pub type Row = [i32; 13];

/// What one mark counts for.
pub fn row_of(mark: &Mark) -> Row {
    let mut row = [0; 13];
    if let Some(status) = mark.status {
        row[position(status)] = 1;
    }
    if let Some(level) = mark.contribution {
        row[8 + (level.value() + 2) as usize] = 1;
    }
    row
}

fn position(status: Status) -> usize {
    match status {
        Status::Present => 0,
        Status::Late => 1,
        Status::Authorised => 2,
        Status::Unexplained => 3,
        Status::Unauthorised => 4,
        Status::DismissedBehaviour => 5,
        Status::DismissedOther => 6,
        Status::NotRequired => 7,
    }
}

/// Takes a mark's place in the counts from the old one to the new one: most often in two of the
/// thirteen columns, so that only those that change are set. Marks can change some hundred sets of them.
///
/// # Errors
/// A database error.
pub fn change(w: &mut Writing<'_>, record: RecordKey, from: &Mark, to: &Mark) -> Result<(), Ending> {
    let (old, new) = (row_of(from), row_of(to));
    let difference: Row = std::array::from_fn(|at| new[at] - old[at]);
    if difference.iter().any(|n| *n != 0) {
        update(tally::table.filter(tally::record_id.eq(record)), changes(&difference)).execute(w.db())?;
    }
    Ok(())
}

/// Adds the counts of many marks to those of a record. These are too many sets of columns to keep a
/// statement for each.
///
/// # Errors
/// A database error.
pub fn add(w: &mut Writing<'_>, record: RecordKey, counts: &Row) -> Result<(), Ending> {
    if counts.iter().any(|n| *n != 0) {
        diesel::update(tally::table.filter(tally::record_id.eq(record)))
            .set(changes(counts))
            .execute(w.db())?;
    }
    Ok(())
}

/// Sets the columns that change.
fn changes(d: &Row) -> impl AsChangeset<Target = tally::table, Changeset: QueryFragment<Multi>> + use<> {
    let d = *d;
    (
        (d[0] != 0).then(|| tally::present.eq(tally::present + d[0])),
        (d[1] != 0).then(|| tally::late.eq(tally::late + d[1])),
        (d[2] != 0).then(|| tally::authorised.eq(tally::authorised + d[2])),
        (d[3] != 0).then(|| tally::unexplained.eq(tally::unexplained + d[3])),
        (d[4] != 0).then(|| tally::unauthorised.eq(tally::unauthorised + d[4])),
        (d[5] != 0).then(|| tally::dismissed_behaviour.eq(tally::dismissed_behaviour + d[5])),
        (d[6] != 0).then(|| tally::dismissed_other.eq(tally::dismissed_other + d[6])),
        (d[7] != 0).then(|| tally::not_required.eq(tally::not_required + d[7])),
        (d[8] != 0).then(|| tally::contribution_m2.eq(tally::contribution_m2 + d[8])),
        (d[9] != 0).then(|| tally::contribution_m1.eq(tally::contribution_m1 + d[9])),
        (d[10] != 0).then(|| tally::contribution_0.eq(tally::contribution_0 + d[10])),
        (d[11] != 0).then(|| tally::contribution_p1.eq(tally::contribution_p1 + d[11])),
        (d[12] != 0).then(|| tally::contribution_p2.eq(tally::contribution_p2 + d[12])),
    )
}

/// The figures of a tally; `expected` is the number of lessons up to now that the record had an
/// entry for, of which those marked not required are left out.
pub fn figures(row: &Row, expected: u32) -> (Counts, Contributions) {
    let n = |at: usize| u32::try_from(row[at]).unwrap_or(0);
    let counts = Counts {
        scheduled: expected.saturating_sub(n(7)),
        present: n(0),
        late: n(1),
        authorised: n(2),
        unexplained: n(3),
        unauthorised: n(4),
        dismissed_behaviour: n(5),
        dismissed_other: n(6),
        not_required: n(7),
    };
    (counts, Contributions::new([n(8), n(9), n(10), n(11), n(12)]))
}

/// Every contribution level has its column.
const _: () = assert!(Contribution::LEVELS.len() == 5 && Status::ALL.len() == 8);
