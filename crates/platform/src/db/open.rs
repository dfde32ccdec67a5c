//! Opening a database, and refusing one that could lose a mark.

use super::Db;
use diesel::{connection::SimpleConnection, prelude::*, sql_types::Text};
use std::path::{Path, PathBuf};

/// Which database.
#[derive(Clone)]
pub enum Target {
    /// The embedded engine, one file.
    Sqlite(PathBuf),
    /// A PostgreSQL server's URL.
    Pg(String),
}

/// Why a database is not used: a sentence for whoever runs the server.
#[derive(Debug)]
pub struct TargetError(pub String);

impl std::fmt::Display for TargetError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for TargetError {}

/// Every connection of the embedded engine: a commit is on disk before it is answered
/// (docs/decisions: NORMAL lost acknowledged saves in power cuts, FULL none). The file is not mapped
/// into memory: each commit would make every reader map it anew, and what is mapped is resident.
const SQLITE: &str = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=10000; \
    PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY; \
    PRAGMA cache_size=-8192;";

/// PostgreSQL settings that must not be off, or an acknowledged commit may be lost.
const DURABLE: [&str; 3] = ["fsync", "full_page_writes", "synchronous_commit"];

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    value: String,
}

impl Target {
    /// From a URL: `postgres://…`, or the path of a file.
    pub fn from_url(url: &str) -> Self {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Target::Pg(url.to_owned())
        } else {
            Target::Sqlite(Path::new(url.strip_prefix("sqlite://").unwrap_or(url)).to_owned())
        }
    }

    /// A connection that writes.
    pub(crate) fn writer(&self) -> Result<Db, TargetError> {
        self.open()
    }

    /// A connection that the engine itself refuses to write through.
    pub(crate) fn reader(&self) -> Result<Db, TargetError> {
        let mut db = self.open()?;
        let read_only = match db {
            Db::Sqlite(_) => "PRAGMA query_only=ON",
            Db::Pg(_) => "SET default_transaction_read_only = on",
        };
        db.batch_execute(read_only).map_err(explain)?;
        Ok(db)
    }

    fn open(&self) -> Result<Db, TargetError> {
        match self {
            Target::Sqlite(file) => {
                let mut db = SqliteConnection::establish(&file.to_string_lossy()).map_err(|error| {
                    TargetError(format!("The database {} can't be opened: {error}.", file.display()))
                })?;
                db.batch_execute(SQLITE).map_err(explain)?;
                Ok(Db::Sqlite(db))
            }
            Target::Pg(url) => {
                let mut db = PgConnection::establish(url).map_err(|error| {
                    TargetError(format!("The PostgreSQL server does not answer: {error}."))
                })?;
                db.batch_execute("SET timezone = 'UTC'; SET client_min_messages = warning")
                    .map_err(explain)?;
                Ok(Db::Pg(db))
            }
        }
    }

    /// Refuses a database that does not keep what it has acknowledged.
    pub fn check_durability(&self) -> Result<(), TargetError> {
        match self.open()? {
            Db::Sqlite(mut db) => {
                let level: i32 = diesel::sql_query("PRAGMA synchronous")
                    .get_result::<Level>(&mut db)
                    .map_err(explain)?
                    .synchronous;
                if level < 2 {
                    return Err(TargetError("SQLite would not wait for the disk (synchronous is below FULL), so a saved register could be lost; CAP does not start.".into()));
                }
            }
            Db::Pg(mut db) => {
                for name in DURABLE {
                    let setting: Setting = diesel::sql_query("select current_setting($1) as value")
                        .bind::<Text, _>(name)
                        .get_result(&mut db)
                        .map_err(explain)?;
                    if setting.value == "off" {
                        return Err(TargetError(format!(
                            "The PostgreSQL server has {name} = {}, so a saved register could be lost; turn it on, then start CAP again.",
                            setting.value
                        )));
                    }
                }
            }
        }
        Ok(())
    }
}

#[derive(QueryableByName)]
struct Level {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    synchronous: i32,
}

fn explain(error: diesel::result::Error) -> TargetError {
    TargetError(format!("The database does not answer as it should: {error}."))
}

#[cfg(test)]
mod tests {
    use diesel::{prelude::*, sql_types::Bool};

    #[derive(QueryableByName)]
    struct Built {
        #[diesel(sql_type = Bool)]
        used: bool,
    }

    #[test]
    fn the_embedded_engine_prepares_a_query_with_a_limit_once() {
        let mut db = SqliteConnection::establish(":memory:").expect("memory is always there");
        let option: Built = diesel::sql_query("select sqlite_compileoption_used('ENABLE_QPSG') as used")
            .get_result(&mut db)
            .expect("SQLite knows how it was built");
        assert!(option.used, "built without the flags of .cargo/config.toml");
    }
}
