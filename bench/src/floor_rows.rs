//! The statements of the floor: the rows that a register or a list reads, and that a save writes.

use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

use anyhow::Result;
use rusqlite::{Connection, Row, params};

/// What an audit row says of a page.
pub struct Seen {
    pub lesson: i64,
    /// The keys of the learners shown, with spaces between.
    pub learners: String,
}

/// A connection with the platform's own settings.
pub fn open(database: &Path) -> Result<Connection> {
    let db = Connection::open(database)?;
    db.execute_batch(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=10000; \
         PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY; \
         PRAGMA cache_size=-8192;",
    )?;
    db.set_prepared_statement_cache_capacity(64);
    Ok(db)
}

const HEAD: &str = "SELECT l.number, l.held_on, l.starts, l.ends, l.location, l.version, c.title, g.name, o.name, \
     p.name FROM lesson l JOIN cohort c ON c.id = l.cohort_id JOIN tutor_group g ON g.id = l.group_id \
     JOIN organisation o ON o.id = l.provider_id LEFT JOIN person p ON p.id = l.tutor_id WHERE l.id = ?1";

const ENTRIES: &str = "SELECT e.learner_id, r.public_id, l.surname, l.first_name, r.number, r.closed_on, r.base_code, \
     s.name, e.status, e.late_minutes, e.contribution, e.left_at, e.left_reason, e.collected_by, e.dfe_code, \
     e.reason, e.announced_at, e.decided_at, e.unexpected \
     FROM entry e JOIN training_record r ON r.id = e.record_id JOIN learner l ON l.id = e.learner_id \
     JOIN organisation s ON s.id = e.school_id WHERE e.lesson_id = ?1 \
     ORDER BY r.surname_key, r.first_key, r.id";

const NOTES: &str = "SELECT n.record_id, n.body, p.name, n.created_at FROM note n \
     JOIN person p ON p.id = n.author_id WHERE n.lesson_id = ?1 AND n.deleted_at IS NULL ORDER BY n.created_at";

const CARE: &str = "SELECT d.learner_id, d.allergies, d.risks, d.medical_notes FROM entry e \
     JOIN duty_of_care d ON d.learner_id = e.learner_id WHERE e.lesson_id = ?1";

const CONTACTS: &str = "SELECT c.learner_id, c.name, c.relationship, c.daytime, c.evening, c.mobile FROM entry e \
     JOIN emergency_contact c ON c.learner_id = e.learner_id WHERE e.lesson_id = ?1 \
     ORDER BY c.learner_id, c.position";

/// A list that is measured.
#[derive(Clone, Copy)]
pub enum List {
    /// A provider's registers of a day.
    Registers,
    /// A school's absences that wait.
    Absences,
    /// A school's learners of a day.
    Today,
}

const REGISTERS: &str = "SELECT l.public_id, l.held_on, l.starts, l.ends, l.starts_at, l.ends_at, l.cancelled_at, \
     l.completed_at, c.title, c.starts_on, g.name, o.name \
     FROM lesson l JOIN cohort c ON c.id = l.cohort_id JOIN tutor_group g ON g.id = l.group_id \
     JOIN organisation o ON o.id = l.provider_id WHERE l.provider_id = ?1 AND l.held_on = ?2 \
     ORDER BY l.starts_at, l.id LIMIT 20";

const FIGURES: &str = "SELECT e.lesson_id, e.status FROM lesson l JOIN entry e ON e.lesson_id = l.id \
     WHERE l.provider_id = ?1 AND l.held_on = ?2";

const TODAY: &str = "SELECT e.learner_id, e.status, e.contribution, n.surname, n.first_name, n.ks4_year, l.public_id, \
     l.held_on, l.starts, l.ends, l.location, l.cancelled_at, c.title, k.title, o.name, count(*) OVER () \
     FROM entry e JOIN lesson l ON l.id = e.lesson_id JOIN training_record r ON r.id = e.record_id \
     JOIN learner n ON n.id = e.learner_id JOIN cohort c ON c.id = l.cohort_id JOIN course k ON k.id = c.course_id \
     JOIN organisation o ON o.id = l.provider_id WHERE e.school_id = ?1 AND e.held_on = ?2 \
     ORDER BY r.surname_key, r.first_key, r.learner_id, e.starts_at LIMIT 50";

const ABSENCES: &str = "SELECT e.learner_id, r.public_id, n.surname, n.first_name, n.middle_names, n.ks4_year, \
     e.contribution, l.public_id, l.held_on, l.starts, l.ends, l.location, c.title, c.starts_on, o.name, \
     count(*) OVER () \
     FROM entry e JOIN lesson l ON l.id = e.lesson_id JOIN training_record r ON r.id = e.record_id \
     JOIN learner n ON n.id = e.learner_id JOIN cohort c ON c.id = l.cohort_id \
     JOIN organisation o ON o.id = l.provider_id WHERE e.pending_school_id = ?1 AND e.held_on <= ?2 \
     ORDER BY e.starts_at, r.surname_key, r.first_key, r.id LIMIT 50";

const ABSENT_CARE: &str = "SELECT d.allergies, d.risks, d.medical_notes FROM entry e \
     JOIN duty_of_care d ON d.learner_id = e.learner_id WHERE e.pending_school_id = ?1 AND e.held_on <= ?2 LIMIT 50";

const ABSENT_CONTACTS: &str = "SELECT t.name, t.relationship, t.daytime, t.evening, t.mobile FROM entry e \
     JOIN emergency_contact t ON t.learner_id = e.learner_id \
     WHERE e.pending_school_id = ?1 AND e.held_on <= ?2 LIMIT 100";

/// Reads a register: its text, and whom it shows.
pub fn read(db: &Connection, lesson: i64) -> rusqlite::Result<(String, Seen)> {
    let mut text = String::with_capacity(64 * 1024);
    let mut learners = Vec::with_capacity(16);
    for sql in [HEAD, ENTRIES, NOTES, CARE, CONTACTS] {
        rows(db, sql, [lesson], &mut text, (sql == ENTRIES).then_some(&mut learners))?;
    }
    Ok((text, Seen { lesson, learners: learners.join(" ") }))
}

/// Reads a list of an organisation: its text, and whom it shows. `day` is the list's day, or for
/// absences the last one.
pub fn read_list(
    db: &Connection,
    list: List,
    organisation: i64,
    day: &str,
) -> rusqlite::Result<(String, Seen)> {
    let mut text = String::with_capacity(64 * 1024);
    let mut learners = Vec::with_capacity(64);
    let (shows, statements): (bool, &[&str]) = match list {
        List::Registers => (false, &[REGISTERS, FIGURES]),
        List::Absences => (true, &[ABSENCES, ABSENT_CARE, ABSENT_CONTACTS]),
        List::Today => (true, &[TODAY]),
    };
    for (number, sql) in statements.iter().enumerate() {
        let shown = (shows && number == 0).then_some(&mut learners);
        rows(db, sql, params![organisation, day], &mut text, shown)?;
    }
    Ok((text, Seen { lesson: 0, learners: learners.join(" ") }))
}

/// The rows of a statement as text; the first column of each is a learner where learners are kept.
fn rows(
    db: &Connection,
    sql: &str,
    values: impl rusqlite::Params,
    text: &mut String,
    mut learners: Option<&mut Vec<String>>,
) -> rusqlite::Result<()> {
    let mut statement = db.prepare_cached(sql)?;
    let columns = statement.column_count();
    let mut found = statement.query(values)?;
    while let Some(row) = found.next()? {
        if let Some(learners) = &mut learners {
            learners.push(row.get::<_, i64>(0)?.to_string());
        }
        put(text, row, columns)?;
    }
    Ok(())
}

/// Every column as text: the least that any page does with it.
fn put(text: &mut String, row: &Row<'_>, columns: usize) -> rusqlite::Result<()> {
    use rusqlite::types::ValueRef;
    for column in 0..columns {
        match row.get_ref(column)? {
            ValueRef::Text(bytes) => text.push_str(&String::from_utf8_lossy(bytes)),
            ValueRef::Integer(number) => text.push_str(&number.to_string()),
            ValueRef::Null | ValueRef::Real(_) | ValueRef::Blob(_) => {}
        }
        text.push(' ');
    }
    Ok(())
}

/// The audit row of a page or a save.
pub fn note(db: &Connection, deed: &str, seen: &Seen) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO audit (id, at, partnership_id, organisation_id, person_id, actor, deed, subject_kind, \
         subject_id, learners, detail) \
         VALUES (?1, strftime('%Y-%m-%d %H:%M:%f', 'now'), 1, 1, 1, 'tutor', ?2, 'lesson', ?3, ?4, '')",
    )?
    .execute(params![next_key(db)?, deed, seen.lesson, seen.learners])?;
    Ok(())
}

/// All rows of one save: marks, tallies, lesson, history, audit, receipt.
pub fn save(db: &Connection, lesson: i64, status: i64) -> rusqlite::Result<()> {
    let found: Vec<(i64, i64, i64)> = db
        .prepare_cached("SELECT record_id, learner_id, status FROM entry WHERE lesson_id = ?1")?
        .query_map([lesson], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let (mut changes, mut learners) = (Vec::new(), Vec::new());
    for (record, learner, was) in found {
        db.prepare_cached(
            "UPDATE entry SET status = ?3, late_minutes = NULL, pending_school_id = NULL, announced_at = NULL, \
             marked_at = strftime('%Y-%m-%d %H:%M:%f', 'now') WHERE lesson_id = ?1 AND record_id = ?2",
        )?
        .execute([lesson, record, status])?;
        let late = status - was;
        db.prepare_cached("UPDATE tally SET present = present - ?2, late = late + ?2 WHERE record_id = ?1")?
            .execute([record, late])?;
        changes.push(format!(
            r#"{{"from":{{"status":"{was}"}},"record":{record},"to":{{"status":"{status}"}}}}"#
        ));
        learners.push(learner.to_string());
    }
    db.prepare_cached("UPDATE lesson SET version = version + 1 WHERE id = ?1")?
        .execute([lesson])?;
    db.prepare_cached(
        "INSERT INTO register_change (id, batch, lesson_id, made_at, changes) \
         VALUES (?1, lower(hex(randomblob(13))), ?2, strftime('%Y-%m-%d %H:%M:%f', 'now'), ?3)",
    )?
    .execute(params![next_key(db)?, lesson, format!("[{}]", changes.join(","))])?;
    note(db, "register.saved", &Seen { lesson, learners: learners.join(" ") })?;
    db.prepare_cached(
        "INSERT INTO form_receipt (form_key, session_hash, answer, made_at) VALUES (lower(hex(randomblob(13))), \
         randomblob(32), ?1, strftime('%Y-%m-%d %H:%M:%f', 'now'))",
    )?
    .execute([format!(
        r#"{{"see_other":"/register/{lesson}","json":null,"told":["The register is complete","The home schools can see it now."]}}"#
    )])?;
    Ok(())
}

/// The next key of audit and history: above all that are there, as only this process writes.
fn next_key(db: &Connection) -> rusqlite::Result<i64> {
    static LAST: AtomicI64 = AtomicI64::new(0);
    if LAST.load(Relaxed) == 0 {
        let newest = "SELECT max(coalesce((SELECT max(id) FROM audit), 1), \
             coalesce((SELECT max(id) FROM register_change), 1))";
        LAST.store(db.query_row(newest, [], |row| row.get(0))?, Relaxed);
    }
    Ok(LAST.fetch_add(1, Relaxed) + 1)
}
