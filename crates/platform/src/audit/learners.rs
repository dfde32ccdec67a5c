//! Which learners the audit's rows list, in a table of its own, so that who looked at one of them is
//! found at once. One statement for all rows that are written together: it is on the way of every page.

use super::Row;
use crate::db::{Db, Multi};
use diesel::{
    prelude::*,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::Text,
};
use std::collections::BTreeSet;

/// Lists the learners of rows that were just written.
pub(super) fn list(db: &mut Db, rows: &[Row]) -> QueryResult<()> {
    let pairs = pairs(rows);
    if pairs.is_empty() {
        return Ok(());
    }
    let is_pg = db.is_pg();
    Insert { pairs: format!("[{pairs}]"), is_pg }.execute(db).map(|_| ())
}

/// The pairs of learner and row, each once, as JSON arrays with commas between.
fn pairs(rows: &[Row]) -> String {
    let of = |row: &Row| {
        let learners: BTreeSet<i64> = row.learners.split(' ').filter_map(|key| key.parse().ok()).collect();
        let id = row.id.0;
        learners.into_iter().map(move |learner| format!("[{learner},{id}]"))
    };
    rows.iter().flat_map(of).collect::<Vec<_>>().join(",")
}

/// One text for any number of pairs, so that the statement stays prepared.
struct Insert {
    pairs: String,
    is_pg: bool,
}

impl QueryFragment<Multi> for Insert {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Multi>) -> QueryResult<()> {
        let (before, after) = if self.is_pg {
            (
                "INSERT INTO audit_learner (learner_id, audit_id) SELECT (pair->>0)::bigint, (pair->>1)::bigint FROM json_array_elements(",
                "::json) AS pair",
            )
        } else {
            (
                "INSERT INTO audit_learner (learner_id, audit_id) SELECT value->>0, value->>1 FROM json_each(",
                ")",
            )
        };
        out.push_sql(before);
        out.push_bind_param::<Text, _>(&self.pairs)?;
        out.push_sql(after);
        Ok(())
    }
}

impl QueryId for Insert {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<Db> for Insert {}
