//! What became of a register: who changed which mark, when, from what and to what.

use super::{mark::Mark, register::Register, status::Status};
use crate::schema::{organisation, person, register_change};
use diesel::prelude::*;
use platform::{Ending, Instant, Session, ids::PublicId};
use serde_json::Value;

/// One mark changed by one act.
#[derive(Clone, Debug)]
pub struct Step {
    pub at: Instant,
    pub by: String,
    pub learner: String,
    pub from: String,
    pub to: String,
}

/// One side of a change, as the history keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    pub mark: Mark,
    pub code: Option<String>,
    pub reason: Option<String>,
}

/// A change as the history keeps it.
#[derive(Clone, Debug)]
pub struct Change {
    pub record: i64,
    pub from: Side,
    pub to: Side,
}

impl Side {
    fn read(value: &Value) -> Side {
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        Side {
            mark: Mark::from_json(value),
            code: text("code"),
            reason: text("reason"),
        }
    }

    fn words(&self) -> String {
        let mark = &self.mark;
        let mut words = match (mark.status, mark.late_minutes) {
            (None, _) => "no mark".to_owned(),
            (Some(Status::Late), Some(minutes)) => format!("Late, {minutes} minutes"),
            (Some(status), _) => status.label().to_owned(),
        };
        if let Some(level) = mark.contribution {
            words.push_str(&format!(", contribution {level}"));
        }
        if let Some(code) = &self.code {
            words.push_str(&format!(", code {code}"));
        }
        for text in [&self.reason, &mark.left_reason].into_iter().flatten() {
            words.push_str(&format!(", “{text}”"));
        }
        words
    }
}

/// Reads the changes of one act.
pub fn read(changes: &str) -> Vec<Change> {
    let Ok(Value::Array(list)) = serde_json::from_str(changes) else {
        return Vec::new();
    };
    let change = |value: &Value| {
        Some(Change {
            record: value.get("record")?.as_i64()?,
            from: Side::read(value.get("from")?),
            to: Side::read(value.get("to")?),
        })
    };
    list.iter().filter_map(change).collect()
}

/// The changes of a batch (one act, over one or more lessons): each lesson with its changes.
///
/// # Errors
/// A database error.
pub fn of_batch(
    s: &mut Session<'_>,
    batch: &PublicId,
) -> Result<Vec<(super::LessonKey, Vec<Change>)>, Ending> {
    let rows: Vec<(super::LessonKey, String)> = register_change::table
        .filter(register_change::batch.eq(batch))
        .select((register_change::lesson_id, register_change::changes))
        .load(s.db())?;
    Ok(rows.into_iter().map(|(lesson, changes)| (lesson, read(&changes))).collect())
}

/// The history of a register that its reader has opened, latest first; only of learners that it shows.
///
/// # Errors
/// A database error.
pub fn of_register(s: &mut Session<'_>, register: &Register) -> Result<Vec<Step>, Ending> {
    let rows: Vec<(Instant, Option<String>, Option<String>, String)> = register_change::table
        .left_join(person::table)
        .left_join(organisation::table)
        .filter(register_change::lesson_id.eq(register.lesson.key))
        .order(register_change::id.desc())
        .select((
            register_change::made_at,
            person::name.nullable(),
            organisation::name.nullable(),
            register_change::changes,
        ))
        .load(s.db())?;
    let mut steps = Vec::new();
    for (at, who, of, changes) in rows {
        let by = [who, of].into_iter().flatten().collect::<Vec<_>>().join(", ");
        for change in read(&changes) {
            let Some(entry) = register.entries.iter().find(|entry| entry.record.0 == change.record) else {
                continue;
            };
            let (from, to) = (change.from.words(), change.to.words());
            steps.push(Step {
                at,
                by: by.clone(),
                learner: entry.name(),
                from,
                to,
            });
        }
    }
    Ok(steps)
}
