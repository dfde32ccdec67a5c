//! One folder of SQL for both engines. Upper-case words and `--sqlite:` / `--pg:` lines are ours;
//! everything else is plain SQL. Files are never edited once released, and only go forward.

use super::{Db, Target, TargetError};
use crate::schema::schema_version;
use diesel::{connection::SimpleConnection, prelude::*};

/// Our word, SQLite's, PostgreSQL's.
const WORDS: &[(&str, &str, &str)] = &[
    ("BIGINT", "INTEGER", "bigint"),
    ("SMALLINT", "INTEGER", "smallint"),
    ("INT", "INTEGER", "integer"),
    ("BOOL", "INTEGER", "boolean"),
    ("TEXT", "TEXT", "text"),
    ("NAMEKEY", "TEXT", "text collate \"C\""),
    ("DATE", "TEXT", "date"),
    ("TIME", "TEXT", "time"),
    ("INSTANT", "TEXT", "timestamp"),
    ("BYTES", "BLOB", "bytea"),
    ("STRICT", "STRICT", ""),
    ("COMPACT", "STRICT, WITHOUT ROWID", ""),
];

/// A migration as the engine wants it.
pub fn expand(sql: &str, pg: bool) -> String {
    let mine = if pg { "--pg:" } else { "--sqlite:" };
    let not_a_word = |c: char| !c.is_ascii_alphanumeric() && c != '_';
    let mut out = String::with_capacity(sql.len() * 2);
    for line in sql.lines() {
        if let Some(rest) = line.strip_prefix(mine) {
            out.push_str(rest);
        } else if !line.starts_with("--") {
            for part in line.split_inclusive(not_a_word) {
                let word = part.trim_end_matches(not_a_word);
                let known = WORDS.iter().find(|(ours, _, _)| *ours == word);
                out.push_str(known.map_or(word, |(_, sqlite, postgres)| if pg { postgres } else { sqlite }));
                out.push_str(&part[word.len()..]);
            }
        }
        out.push('\n');
    }
    out
}

/// The program's migrations, in order: file name without ending, text.
pub type Migrations = &'static [(&'static str, &'static str)];

/// How far a database is.
#[derive(Debug, PartialEq, Eq)]
pub struct Schema {
    /// Migrations that were run now.
    pub run: Vec<String>,
    /// The version that it has now.
    pub version: i32,
}

impl Target {
    /// Brings the schema up to date, each migration in one transaction with its row.
    ///
    /// # Errors
    /// A sentence: the database is newer than the program, or a migration failed (and left nothing).
    pub fn migrate(&self, migrations: Migrations, now: crate::Instant) -> Result<Schema, TargetError> {
        let mut db = self.writer()?;
        let failed = |error: diesel::result::Error| {
            TargetError(format!("The database's tables could not be brought up to date: {error}."))
        };
        let first = "create table if not exists schema_version (version INT not null primary key, name TEXT not null, run_at INSTANT not null) STRICT;";
        db.batch_execute(&expand(first, db.is_pg())).map_err(failed)?;
        let has: i32 = schema_version::table
            .select(diesel::dsl::max(schema_version::version))
            .first::<Option<i32>>(&mut db)
            .map_err(failed)?
            .unwrap_or(0);
        let knows = migrations.len() as i32;
        if has > knows {
            return Err(TargetError(format!(
                "This database belongs to a newer CAP (its tables are at step {has}, this program knows {knows}); start the newer program, or restore a backup."
            )));
        }
        let mut run = Vec::new();
        for (number, (name, sql)) in (1..).zip(migrations).skip(has as usize) {
            db.begin().map_err(failed)?;
            let done = one(&mut db, number, name, sql, now);
            db.end(done.is_ok()).map_err(failed)?;
            done.map_err(|error| {
                TargetError(format!(
                    "Step {name} of the database's tables failed and left nothing behind: {error}."
                ))
            })?;
            run.push((*name).to_owned());
        }
        Ok(Schema { run, version: knows })
    }
}

impl Target {
    /// The migrations that the database lacks, without running them.
    ///
    /// # Errors
    /// A sentence: the database can't be opened.
    pub fn lacks(&self, migrations: Migrations) -> Result<Vec<&'static str>, TargetError> {
        let mut db = self.reader()?;
        // A database without the table of versions is an empty one.
        let has: i32 = schema_version::table
            .select(diesel::dsl::max(schema_version::version))
            .first::<Option<i32>>(&mut db)
            .ok()
            .flatten()
            .unwrap_or(0);
        Ok(migrations.iter().skip(usize::try_from(has).unwrap_or(0)).map(|(name, _)| *name).collect())
    }
}

fn one(db: &mut Db, number: i32, name: &str, sql: &str, now: crate::Instant) -> QueryResult<()> {
    db.batch_execute(&expand(sql, db.is_pg()))?;
    diesel::insert_into(schema_version::table)
        .values((
            schema_version::version.eq(number),
            schema_version::name.eq(name),
            schema_version::run_at.eq(now),
        ))
        .execute(db)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::expand;

    #[test]
    fn our_words_are_spelt_for_each_engine_and_names_are_left_alone() {
        let sql = "create table t (id BIGINT, INTERNAL TEXT, at INSTANT) COMPACT;\n-- a comment\n--sqlite: only here;\n--pg: only there;";
        assert_eq!(
            expand(sql, false),
            "create table t (id INTEGER, INTERNAL TEXT, at TEXT) STRICT, WITHOUT ROWID;\n\n only here;\n\n"
        );
        assert_eq!(
            expand(sql, true),
            "create table t (id bigint, INTERNAL text, at timestamp) ;\n\n\n only there;\n"
        );
    }
}
