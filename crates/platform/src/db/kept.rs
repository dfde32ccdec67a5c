//! Statements that stay prepared, for what is written or asked many times a second.
//!
//! Diesel parses each UPDATE anew, as a changeset may leave columns out, and each `eq_any`, as every
//! number of values makes another text. That took longer than the work itself: 45 statements for a
//! register of 15 (docs/benchmarks.md).

use super::{Db, Multi};
use diesel::{
    expression::{AppearsOnTable, ValidGrouping, is_aggregate},
    prelude::*,
    query_builder::{AstPass, IntoUpdateTarget, QueryFragment, QueryId},
    query_source::QuerySource,
    sql_types::{Bool, Text},
};

/// An UPDATE that is prepared once for each text that it takes. Made by [`update`].
#[must_use = "an update is done only when it is executed"]
pub struct Update<From, Where, Changes> {
    from: From,
    only: Where,
    changes: Changes,
}

/// As [`diesel::update`] with its changes: `update(table.filter(…), (column.eq(…), …))`. For places
/// that set the same columns each time: every set of columns is a statement that stays in memory.
/// The changes must not be empty.
pub fn update<Target, Changes>(
    target: Target,
    changes: Changes,
) -> Update<<Target::Table as QuerySource>::FromClause, Target::WhereClause, Changes::Changeset>
where
    Target: IntoUpdateTarget,
    Changes: AsChangeset<Target = Target::Table>,
{
    let target = target.into_update_target();
    Update {
        from: target.table.from_clause(),
        only: target.where_clause,
        changes: changes.as_changeset(),
    }
}

impl<From, Where, Changes> QueryFragment<Multi> for Update<From, Where, Changes>
where
    From: QueryFragment<Multi>,
    Where: QueryFragment<Multi>,
    Changes: QueryFragment<Multi>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Multi>) -> QueryResult<()> {
        out.push_sql("UPDATE ");
        self.from.walk_ast(out.reborrow())?;
        out.push_sql(" SET ");
        self.changes.walk_ast(out.reborrow())?;
        self.only.walk_ast(out)
    }
}

/// Known by its text, not by its type: a change that leaves a column out is another statement.
impl<From, Where, Changes> QueryId for Update<From, Where, Changes> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<From, Where, Changes> RunQueryDsl<Db> for Update<From, Where, Changes> {}

/// `column = one of these keys`, as one text for any number of them. Made by [`one_of`].
pub struct OneOf<Column> {
    column: Column,
    /// As decimal numbers, with commas between.
    keys: String,
    is_pg: bool,
}

/// As `column.eq_any(keys)`: the keys go to the database as one value.
pub fn one_of<Column>(
    db: &Db,
    column: Column,
    keys: impl IntoIterator<Item = impl Into<i64>>,
) -> OneOf<Column> {
    let keys: Vec<String> = keys.into_iter().map(|key| key.into().to_string()).collect();
    OneOf { column, keys: keys.join(","), is_pg: db.is_pg() }
}

impl<Column: QueryFragment<Multi>> QueryFragment<Multi> for OneOf<Column> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Multi>) -> QueryResult<()> {
        let (before, after) = if self.is_pg {
            (" = ANY (string_to_array(", ", ',')::bigint[])")
        } else {
            (" IN (SELECT value FROM json_each('[' || ", " || ']'))")
        };
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(before);
        out.push_bind_param::<Text, _>(&self.keys)?;
        out.push_sql(after);
        Ok(())
    }
}

impl<Column> Expression for OneOf<Column> {
    type SqlType = Bool;
}

impl<Column: AppearsOnTable<From>, From> AppearsOnTable<From> for OneOf<Column> {}

impl<Column> ValidGrouping<()> for OneOf<Column> {
    type IsAggregate = is_aggregate::No;
}

impl<Column> QueryId for OneOf<Column> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
