//! What the database holds, read beside the running program.

use crate::server::Data;
use crate::writer::{Register, Said, Writer, marks, note};
use anyhow::{Context, Result, ensure};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Nullable, SmallInt, Text},
};
use std::collections::BTreeSet;

/// A reader's connection to the embedded database.
pub struct Database {
    db: SqliteConnection,
    /// Lessons that a writer has already.
    taken: BTreeSet<i64>,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    t: String,
}

#[derive(QueryableByName)]
struct Mark {
    #[diesel(sql_type = Text)]
    reference: String,
    #[diesel(sql_type = Nullable<SmallInt>)]
    status: Option<i16>,
    #[diesel(sql_type = Nullable<SmallInt>)]
    late: Option<i16>,
    #[diesel(sql_type = Nullable<SmallInt>)]
    contribution: Option<i16>,
}

impl Mark {
    /// As a form says it.
    fn said(&self) -> Said {
        let status = match self.status {
            Some(1) => "present",
            Some(2) => "late",
            _ => "another",
        };
        let number = |number: Option<i16>| number.map_or_else(String::new, |number| number.to_string());
        [status.to_owned(), number(self.late), number(self.contribution)]
    }
}

impl Database {
    /// Opens it to read.
    pub fn open(data: &Data) -> Result<Database> {
        let mut db = SqliteConnection::establish(&data.database().to_string_lossy())?;
        diesel::sql_query("PRAGMA query_only=ON").execute(&mut db)?;
        diesel::sql_query("PRAGMA busy_timeout=10000").execute(&mut db)?;
        Ok(Database { db, taken: BTreeSet::new() })
    }

    fn numbers(&mut self, query: &str) -> Result<Vec<i64>> {
        let rows: Vec<Number> = diesel::sql_query(query).load(&mut self.db).context(query.to_owned())?;
        Ok(rows.into_iter().map(|row| row.n).collect())
    }

    fn number(&mut self, query: &str) -> Result<i64> {
        self.numbers(query)?.first().copied().with_context(|| format!("no row: {query}"))
    }

    fn words(&mut self, query: &str) -> Result<Vec<String>> {
        let rows: Vec<Word> = diesel::sql_query(query).load(&mut self.db).context(query.to_owned())?;
        Ok(rows.into_iter().map(|row| row.t).collect())
    }

    fn changes(&mut self, lesson: i64) -> Result<i64> {
        self.number(&format!("SELECT count(*) AS n FROM register_change WHERE lesson_id = {lesson}"))
    }

    fn saves(&mut self, lesson: i64) -> Result<i64> {
        self.number(&format!(
            "SELECT count(*) AS n FROM audit \
             WHERE deed = 'register.saved' AND subject_kind = 'lesson' AND subject_id = {lesson}"
        ))
    }

    fn version(&mut self, lesson: i64) -> Result<i64> {
        self.number(&format!("SELECT version AS n FROM lesson WHERE id = {lesson}"))
    }

    fn marks(&mut self, lesson: i64) -> Result<Vec<Mark>> {
        let query = format!(
            "SELECT r.public_id AS reference, e.status, e.late_minutes AS late, e.contribution \
             FROM entry e JOIN training_record r ON r.id = e.record_id \
             WHERE e.lesson_id = {lesson} ORDER BY r.id"
        );
        Ok(diesel::sql_query(query).load(&mut self.db)?)
    }

    /// One of the largest taken registers of this person's provider that no other writer has, with
    /// nobody in it whose mark a provider may not change.
    pub fn register_of(&mut self, username: &str) -> Result<Register> {
        let fitting = self.numbers(&format!(
            "SELECT l.id AS n FROM lesson l JOIN entry e ON e.lesson_id = l.id \
             WHERE l.completed_at IS NOT NULL AND l.cancelled_at IS NULL AND l.provider_id IN \
             (SELECT m.organisation_id FROM membership m JOIN person p ON p.id = m.person_id \
              WHERE p.username = '{username}') \
             GROUP BY l.id HAVING sum(e.status IN (1, 2)) = count(*) ORDER BY count(*) DESC, l.id"
        ))?;
        let free = fitting.into_iter().find(|lesson| !self.taken.contains(lesson));
        let lesson = free.with_context(|| format!("{username} has no register left to save"))?;
        self.taken.insert(lesson);
        let id = self.words(&format!("SELECT public_id AS t FROM lesson WHERE id = {lesson}"))?;
        Ok(Register {
            lesson,
            id: id.concat(),
            references: self.marks(lesson)?.into_iter().map(|mark| mark.reference).collect(),
            changes_before: self.changes(lesson)?,
            saves_before: self.saves(lesson)?,
            version_before: self.version(lesson)?,
        })
    }

    /// The register is the writer's last acknowledged save or the one that was being answered, and
    /// everything that a save leaves behind tells of the same one. Answers its number.
    pub fn holds_one_save(&mut self, writer: &Writer) -> Result<u64> {
        let register = &writer.register;
        let lesson = register.lesson;
        let stands: Vec<Said> = self.marks(lesson)?.iter().map(Mark::said).collect();
        let changes = self.changes(lesson)? - register.changes_before;
        let saves = u64::try_from(changes)?;
        ensure!(
            saves >= writer.acknowledged,
            "an acknowledged save is lost: {saves} of {} are there",
            writer.acknowledged
        );
        ensure!(saves <= writer.sent, "a save was done twice: {saves} of {} are there", writer.sent);
        let audited = self.saves(lesson)? - register.saves_before;
        ensure!(audited == changes, "{audited} saves in the audit, {changes} in the history");
        let version = self.version(lesson)? - register.version_before;
        ensure!(version == changes, "the version counts {version} saves, the history {changes}");
        if saves == 0 {
            return Ok(0);
        }
        ensure!(
            stands == marks(saves, stands.len()),
            "the register is half saved: save {saves} is in the history, and there stands {stands:?}"
        );
        let notes = self.words(&format!(
            "SELECT body AS t FROM note \
             WHERE lesson_id = {lesson} AND deleted_at IS NULL AND body LIKE 'Save %'"
        ))?;
        ensure!(notes == [note(saves)], "save {saves} is in the history, and the notes say {notes:?}");
        Ok(saves)
    }

    /// SQLite's own checks find nothing.
    pub fn is_whole(&mut self) -> Result<()> {
        let said = self.words("SELECT integrity_check AS t FROM pragma_integrity_check")?;
        ensure!(said == ["ok"], "SQLite finds: {said:?}");
        let orphans = self.words("SELECT \"table\" AS t FROM pragma_foreign_key_check")?;
        ensure!(orphans.is_empty(), "rows without what they point to, in: {orphans:?}");
        Ok(())
    }

    /// Each change starts where the one before it ended, for every learner.
    pub fn history_is_unbroken(&mut self, writer: &Writer) -> Result<()> {
        let lesson = writer.register.lesson;
        let broken = self.number(&format!(
            "WITH step AS (SELECT c.id AS change, j.value ->> '$.record' AS record, \
                 j.value -> '$.from' AS was, j.value -> '$.to' AS became \
                 FROM register_change c, json_each(c.changes) j WHERE c.lesson_id = {lesson}), \
             pair AS (SELECT was, lag(became) OVER (PARTITION BY record ORDER BY change) AS before FROM step) \
             SELECT count(*) AS n FROM pair WHERE before IS NOT NULL AND before <> was"
        ))?;
        ensure!(broken == 0, "{broken} changes of lesson {lesson} do not follow the one before");
        Ok(())
    }
}
