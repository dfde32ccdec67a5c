//! What was done and what was shown, kept for ever and chained by hash.
//!
//! A write commits only as [`Recorded`], which only an [`Event`] can make. A page that shows
//! personal data leaves one row that lists whom it showed. Rows are never changed (a trigger
//! refuses); the chain stands in `audit_seal`, filled in order by one sealer, so that two writers
//! never wait for each other's hash.

mod learners;

use crate::{
    access::Who,
    clock::Instant,
    db::{Db, Multi, Session},
    ids::{self, AuditKey},
    problem::Ending,
    schema::{audit, audit_learner, audit_seal},
};
use diesel::prelude::*;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// Something that was done, to be kept with who did it.
#[derive(Clone, Debug)]
#[must_use = "an event is kept only when it becomes the answer's `Recorded`"]
pub struct Event {
    deed: &'static str,
    subject: Option<(&'static str, i64)>,
    learners: Vec<i64>,
    detail: Map<String, Value>,
}

impl Event {
    pub(crate) fn new(deed: &'static str) -> Self {
        Event {
            deed,
            subject: None,
            learners: Vec::new(),
            detail: Map::new(),
        }
    }

    /// What it was done to: the kind of record and its key.
    pub fn about(mut self, kind: &'static str, key: i64) -> Self {
        self.subject = Some((kind, key));
        self
    }

    /// The learners whose data it touched or showed.
    pub fn learners(mut self, learners: impl IntoIterator<Item = i64>) -> Self {
        self.learners.extend(learners);
        self
    }

    /// A fact worth keeping. Never a password, a token or the text of a note.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.detail.insert(name.to_owned(), value.into());
        self
    }

    /// The answer, which may now be committed together with this event.
    pub fn then<T>(self, answer: T) -> Recorded<T> {
        Recorded { answer, event: Some(self) }
    }
}

/// An answer with its audit event: the only thing that a write can end in.
#[derive(Debug)]
pub struct Recorded<T> {
    pub(crate) answer: T,
    pub(crate) event: Option<Event>,
}

impl<T> Recorded<T> {
    /// The platform's own bookkeeping (a session's last use, a job's turn), which is no deed of anybody.
    pub(crate) fn bookkeeping(answer: T) -> Self {
        Recorded { answer, event: None }
    }

    /// Another answer for the same event.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Recorded<U> {
        Recorded { answer: f(self.answer), event: self.event }
    }
}

/// A row ready to be written.
#[derive(Insertable, Queryable, Selectable, Clone, Debug)]
// Every column is always written: a statement that leaves empty ones out is parsed anew each time.
#[diesel(table_name = audit, treat_none_as_default_value = false)]
pub struct Row {
    pub id: AuditKey,
    pub at: Instant,
    pub partnership_id: Option<i64>,
    pub organisation_id: Option<i64>,
    pub person_id: Option<i64>,
    pub actor: String,
    pub deed: String,
    pub subject_kind: Option<String>,
    pub subject_id: Option<i64>,
    pub learners: String,
    pub detail: String,
}

impl Row {
    pub(crate) fn of(who: &Who, at: Instant, event: &Event) -> Row {
        let (partnership, organisation, person, actor) = match who {
            Who::Visitor => (None, None, None, "visitor".to_owned()),
            Who::Halfway(halfway) => (None, None, Some(halfway.person.0), "half signed in".to_owned()),
            Who::Actor(a) => {
                (Some(a.partnership.0), Some(a.organisation.0), Some(a.person.0), a.role.word().to_owned())
            }
            Who::Task(task) => (None, None, None, task.word().to_owned()),
        };
        let learners: Vec<String> = event.learners.iter().map(i64::to_string).collect();
        Row {
            id: AuditKey::next(),
            at,
            partnership_id: partnership,
            organisation_id: organisation,
            person_id: person,
            actor,
            deed: event.deed.to_owned(),
            subject_kind: event.subject.map(|s| s.0.to_owned()),
            subject_id: event.subject.map(|s| s.1),
            learners: learners.join(" "),
            detail: if event.detail.is_empty() {
                String::new()
            } else {
                Value::Object(event.detail.clone()).to_string()
            },
        }
    }

    /// The row's hash, given that of the row before it. Each field is preceded by its length, so
    /// that no two rows read the same.
    fn seal(&self, before: &[u8]) -> [u8; 32] {
        let optional = |value: Option<i64>| value.map_or_else(String::new, |key| key.to_string());
        let mut hash = Sha256::new();
        for part in [
            self.id.0.to_string().as_str(),
            &self.at.and_utc().timestamp_millis().to_string(),
            &optional(self.partnership_id),
            &optional(self.organisation_id),
            &optional(self.person_id),
            &self.actor,
            &self.deed,
            self.subject_kind.as_deref().unwrap_or_default(),
            &optional(self.subject_id),
            &self.learners,
            &self.detail,
        ] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        hash.update(before);
        hash.finalize().into()
    }
}

/// Writes rows, in the caller's transaction, and which learners they list.
pub(crate) fn write(db: &mut Db, rows: &[Row]) -> QueryResult<()> {
    for row in rows {
        diesel::insert_into(audit::table).values(row).execute(db)?;
    }
    learners::list(db, rows)
}

/// Seals at most this many rows at a time, so that the writer is never held for long.
pub(crate) const SEAL_BATCH: usize = 2_000;

/// How far before the last sealed row unsealed ones are looked for. A row gets its key shortly
/// before its turn to be written, so that one with an older key than the last sealed may follow it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum LookBack {
    /// Two seconds: what a busy server writes meanwhile is read again in milliseconds.
    Moment,
    /// For what a slow transaction of PostgreSQL, or another process, has left behind.
    Hour,
}

impl LookBack {
    fn ms(self) -> i64 {
        match self {
            LookBack::Moment => 2_000,
            LookBack::Hour => 3_600_000,
        }
    }
}

/// Seals what has come since: the number of rows. In the caller's transaction; one sealer at a time.
pub(crate) fn seal(db: &mut Db, back: LookBack) -> QueryResult<usize> {
    let last: Option<(i64, Vec<u8>)> = audit_seal::table
        .select((audit_seal::seq, audit_seal::hash))
        .order(audit_seal::seq.desc())
        .first(db)
        .optional()?;
    let (mut seq, mut head) = last.unwrap_or((0, vec![0; 32]));
    let fresh: Vec<Row> = audit::table
        .left_join(audit_seal::table)
        .filter(audit_seal::seq.is_null())
        .filter(audit::id.ge(unsealed_since(db, back)?))
        .order(audit::id)
        .limit(SEAL_BATCH as i64)
        .select(Row::as_select())
        .load(db)?;
    for row in &fresh {
        seq += 1;
        head = row.seal(&head).to_vec();
        diesel::insert_into(audit_seal::table)
            .values((audit_seal::seq.eq(seq), audit_seal::audit_id.eq(row.id), audit_seal::hash.eq(&head)))
            .execute(db)?;
    }
    Ok(fresh.len())
}

/// The key from which unsealed rows are looked for.
fn unsealed_since(db: &mut Db, back: LookBack) -> QueryResult<AuditKey> {
    let last: Option<i64> = audit_seal::table.select(diesel::dsl::max(audit_seal::audit_id)).first(db)?;
    Ok(AuditKey(last.map_or(0, |key| key - ids::key_span(back.ms()))))
}

/// What a check of the chain found.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every sealed row is as it was, up to this many, with this head (for the off-site note).
    Whole {
        sealed: i64,
        unsealed: i64,
        head: String,
    },
    /// The chain breaks at this row.
    Broken { seq: i64, why: &'static str },
}

/// Recomputes the whole chain.
pub(crate) fn verify(db: &mut Db) -> QueryResult<Verdict> {
    let (mut head, mut seq) = (vec![0; 32], 0);
    loop {
        let part: Vec<(i64, Vec<u8>, Option<Row>)> = audit_seal::table
            .left_join(audit::table)
            .filter(audit_seal::seq.gt(seq))
            .order(audit_seal::seq)
            .limit(SEAL_BATCH as i64)
            .select((audit_seal::seq, audit_seal::hash, Option::<Row>::as_select()))
            .load(db)?;
        if part.is_empty() {
            break;
        }
        for (at, hash, row) in part {
            if at != seq + 1 {
                return Ok(Verdict::Broken { seq: seq + 1, why: "a seal is missing" });
            }
            let Some(row) = row else {
                return Ok(Verdict::Broken { seq: at, why: "its row is missing" });
            };
            head = row.seal(&head).to_vec();
            if head != hash {
                return Ok(Verdict::Broken { seq: at, why: "the row was changed" });
            }
            seq = at;
        }
    }
    let all: i64 = audit::table.count().get_result(db)?;
    Ok(Verdict::Whole { sealed: seq, unsealed: all - seq, head: hex(&head) })
}

/// Which events somebody asks for.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub partnership: i64,
    /// From this moment, and before that one.
    pub from: Option<Instant>,
    pub until: Option<Instant>,
    /// The deed's name, or the start of it.
    pub deed: Option<String>,
    pub organisation: Option<i64>,
    /// Only events older than this one: the last of the page before.
    pub before: Option<AuditKey>,
}

/// The partnership's events, the latest first, each with whether it is sealed. Keys grow with time,
/// so that a span of dates is a span of keys and no more is read than that.
///
/// # Errors
/// A database error.
pub fn list(s: &mut Session<'_>, wanted: &Wanted, most: i64) -> Result<Vec<(Row, bool)>, Ending> {
    let mut rows = audit::table
        .left_join(audit_seal::table)
        .filter(audit::partnership_id.eq(wanted.partnership))
        .order(audit::id.desc())
        .limit(most)
        .select((Row::as_select(), audit_seal::seq.nullable()))
        .into_boxed::<Multi>();
    if let Some(from) = wanted.from {
        rows = rows.filter(audit::id.ge(since(from)));
    }
    for key in wanted.until.map(since).into_iter().chain(wanted.before) {
        rows = rows.filter(audit::id.lt(key));
    }
    if let Some(deed) = &wanted.deed {
        // What people type holds no sign of LIKE's own: anything else than a deed's letters is left out.
        let plain: String = deed.chars().filter(|c| c.is_ascii_alphabetic() || ".-".contains(*c)).collect();
        rows = rows.filter(audit::deed.like(format!("{plain}%")));
    }
    if let Some(organisation) = wanted.organisation {
        rows = rows.filter(audit::organisation_id.eq(organisation));
    }
    let rows: Vec<(Row, Option<i64>)> = rows.load(s.db())?;
    Ok(rows.into_iter().map(|(row, seal)| (row, seal.is_some())).collect())
}

/// The events that list this learner, the latest first: only older ones than `before`, where it is given.
///
/// # Errors
/// A database error.
pub fn of_learner(
    s: &mut Session<'_>,
    learner: i64,
    before: Option<AuditKey>,
    most: i64,
) -> Result<Vec<Row>, Ending> {
    let mut rows = audit_learner::table
        .inner_join(audit::table)
        .filter(audit_learner::learner_id.eq(learner))
        .order(audit_learner::audit_id.desc())
        .limit(most)
        .select(Row::as_select())
        .into_boxed::<Multi>();
    if let Some(key) = before {
        rows = rows.filter(audit_learner::audit_id.lt(key));
    }
    Ok(rows.load(s.db())?)
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A bound for "since then" queries over audit keys.
pub fn since(at: Instant) -> AuditKey {
    AuditKey(ids::first_key_at(at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock, db::Target};

    const TABLES: crate::db::Migrations = &[
        ("0001_platform", include_str!("../../../migrations/0001_platform.sql")),
        ("0009_audit_learners", include_str!("../../../migrations/0009_audit_learners.sql")),
    ];

    /// A row whose key is so many milliseconds older than a fixed one.
    fn row(older_ms: i64) -> Row {
        let at = clock::instant(
            chrono::NaiveDate::from_ymd_opt(2026, 11, 24).unwrap(),
            chrono::NaiveTime::from_hms_opt(9, 0, 0).unwrap(),
        );
        let row = Row::of(&Who::Visitor, at, &Event::new("test.done"));
        Row {
            id: AuditKey(ids::first_key_at(at) - ids::key_span(older_ms)),
            ..row
        }
    }

    #[test]
    fn rows_are_found_by_the_learners_that_they_list_also_those_of_before() {
        let folder = tempfile::tempdir().unwrap();
        let target = Target::Sqlite(folder.path().join("audit.db"));
        let listing = |older_ms: i64, learners: &str| Row { learners: learners.to_owned(), ..row(older_ms) };
        target.migrate(&TABLES[..1], row(0).at).unwrap();
        let mut db = target.writer().unwrap();
        diesel::insert_into(audit::table)
            .values(listing(9_000, "7 8 7"))
            .execute(&mut db)
            .unwrap();
        diesel::insert_into(audit::table).values(listing(8_000, "")).execute(&mut db).unwrap();
        drop(db);
        target.migrate(TABLES, row(0).at).unwrap();
        let mut db = target.writer().unwrap();
        write(&mut db, &[listing(2_000, "8"), listing(1_000, "9 8 9"), listing(500, "")]).unwrap();
        let mut of = |learner: i64| -> i64 {
            audit_learner::table
                .filter(audit_learner::learner_id.eq(learner))
                .count()
                .get_result(&mut db)
                .unwrap()
        };
        assert_eq!([of(7), of(8), of(9), of(6)], [1, 3, 1, 0]);
    }

    #[test]
    fn a_row_that_comes_late_is_sealed_within_the_look_back() {
        let folder = tempfile::tempdir().unwrap();
        let target = Target::Sqlite(folder.path().join("audit.db"));
        target.migrate(TABLES, row(0).at).unwrap();
        let mut db = target.writer().unwrap();
        let mut late = |older_ms: i64, back: LookBack| {
            write(&mut db, &[row(older_ms)]).unwrap();
            seal(&mut db, back).unwrap()
        };
        assert_eq!(late(0, LookBack::Moment), 1);
        assert_eq!(late(1_500, LookBack::Moment), 1, "it got its key before the last one was sealed");
        assert_eq!(late(60_000, LookBack::Moment), 0, "that would be read again and again under load");
        assert_eq!(late(120_000, LookBack::Hour), 2, "both, once in ten minutes");
        let whole = verify(&mut db).unwrap();
        assert!(matches!(whole, Verdict::Whole { sealed: 4, unsealed: 0, .. }), "{whole:?}");
    }
}
