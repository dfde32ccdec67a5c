//! The registers that are opened and saved: found in the database itself, so that the benchmark
//! does not depend on what a list page shows.

use std::path::Path;

use anyhow::{Result, ensure};
use rusqlite::{Connection, OpenFlags, params};

/// The learners in each register that is measured.
pub const LEARNERS: i64 = 15;

/// A taken register of Riverside Motors in which everybody was present or late, so that a tutor
/// may change each mark to the other of the two.
#[derive(Clone, Debug)]
pub struct Register {
    /// Its lesson's key, for the floor.
    pub lesson: i64,
    /// Its lesson's public id, as addresses have it.
    pub id: String,
    /// What forms call its learners.
    pub references: Vec<String>,
    /// A surname that its page shows.
    pub surname: String,
}

/// As many different registers as there are connections, so that no two saves meet in one of them.
pub fn find(database: &Path, count: i64) -> Result<Vec<Register>> {
    let db = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut lessons = db.prepare(
        "SELECT l.id, l.public_id FROM lesson l \
         JOIN organisation o ON o.id = l.provider_id JOIN entry e ON e.lesson_id = l.id \
         WHERE o.name = 'Riverside Motors' AND l.completed_at IS NOT NULL AND l.cancelled_at IS NULL \
         GROUP BY l.id HAVING count(*) = ?1 AND sum(e.status IN (1, 2)) = ?1 ORDER BY l.id LIMIT ?2",
    )?;
    let found: Vec<(i64, String)> = lessons
        .query_map(params![LEARNERS, count], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    ensure!(
        i64::try_from(found.len()) == Ok(count),
        "{} has only {} registers of {LEARNERS}",
        database.display(),
        found.len()
    );
    let mut learners = db.prepare(
        "SELECT r.public_id, l.surname FROM entry e JOIN training_record r ON r.id = e.record_id \
         JOIN learner l ON l.id = e.learner_id WHERE e.lesson_id = ?1",
    )?;
    let mut registers = Vec::new();
    for (lesson, id) in found {
        let rows: Vec<(String, String)> = learners
            .query_map([lesson], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        // Without a character that HTML escapes, so that it stands in the page as it is.
        let surname = rows.iter().find(|(_, name)| name.bytes().all(|byte| byte.is_ascii_alphabetic()));
        registers.push(Register {
            lesson,
            id,
            surname: surname.map(|(_, name)| name.clone()).unwrap_or_default(),
            references: rows.into_iter().map(|(reference, _)| reference).collect(),
        });
    }
    Ok(registers)
}

/// How many marks a database holds.
pub fn marks(database: &Path) -> Result<i64> {
    let db = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    Ok(db.query_row("SELECT count(*) FROM entry WHERE status IS NOT NULL", [], |row| row.get(0))?)
}

/// The key of an organisation of the demo.
pub fn organisation(database: &Path, name: &str) -> Result<i64> {
    let db = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    Ok(db.query_row("SELECT id FROM organisation WHERE name = ?1", [name], |row| row.get(0))?)
}

/// The date of the newest taken register, for the addresses of lists.
pub fn last_day(database: &Path) -> Result<String> {
    let db = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    Ok(db.query_row("SELECT max(held_on) FROM lesson WHERE completed_at IS NOT NULL", [], |row| row.get(0))?)
}
