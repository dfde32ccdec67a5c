//! The database: two engines, one query text. Nobody has a connection without a [`Session`], and
//! a session is had only from somebody: a person's request or a task of the machine.

mod kept;
mod migrate;
mod open;
mod pool;
mod session;
pub mod testing;
mod writer;

pub use kept::{OneOf, Update, one_of, update};
pub use migrate::{Migrations, Schema, expand};
pub use open::{Target, TargetError};
pub(crate) use pool::Pool;
pub use session::{Caller, Choice, Context, Reading, Session, Standing, Writing};
pub(crate) use writer::Writer;

use diesel::prelude::*;

/// A connection to either engine.
#[derive(diesel::MultiConnection)]
pub enum Db {
    Sqlite(SqliteConnection),
    Pg(PgConnection),
}

/// The backend of every query: start boxed queries with `table.into_boxed::<Multi>()`.
pub type Multi = MultiBackend;

impl Db {
    /// Whether this is PostgreSQL.
    pub fn is_pg(&self) -> bool {
        matches!(self, Db::Pg(_))
    }

    /// Takes the write lock first: Diesel's own transaction is deferred on SQLite, and would fail
    /// in the middle instead of waiting at the start.
    pub(crate) fn begin(&mut self) -> QueryResult<()> {
        use diesel::connection::SimpleConnection;
        let begin = if self.is_pg() { "BEGIN" } else { "BEGIN IMMEDIATE" };
        self.batch_execute(begin)
    }

    pub(crate) fn end(&mut self, keep: bool) -> QueryResult<()> {
        use diesel::connection::SimpleConnection;
        self.batch_execute(if keep { "COMMIT" } else { "ROLLBACK" })
    }
}
