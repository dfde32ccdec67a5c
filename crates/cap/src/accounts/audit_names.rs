//! What a reader of the audit needs besides its rows: people by name, learners by number.

use crate::schema::{learner, person};
use diesel::prelude::*;
use platform::{Ending, Session, audit::Row};
use std::collections::{BTreeSet, HashMap};

/// The names of the people who stand in these rows, by key.
///
/// # Errors
/// A database error.
pub fn people<'a>(
    s: &mut Session<'_>,
    rows: impl Iterator<Item = &'a Row>,
) -> Result<HashMap<i64, String>, Ending> {
    let keys: BTreeSet<i64> = rows.filter_map(|row| row.person_id).collect();
    let found: Vec<(i64, String)> = person::table
        .filter(person::id.eq_any(keys.into_iter().collect::<Vec<_>>()))
        .select((person::id, person::name))
        .load(s.db())?;
    Ok(found.into_iter().collect())
}

/// At most this many learners are named in one row; a row of an export may list thousands.
const SHOWN: usize = 20;

/// The CLM IDs of the learners who stand in these rows, by key.
///
/// # Errors
/// A database error.
pub fn learner_numbers(s: &mut Session<'_>, rows: &[(Row, bool)]) -> Result<HashMap<i64, i64>, Ending> {
    let keys: BTreeSet<i64> = rows.iter().flat_map(|(row, _)| keys(&row.learners).take(SHOWN)).collect();
    let found: Vec<(i64, i64)> = learner::table
        .filter(learner::id.eq_any(keys.into_iter().collect::<Vec<_>>()))
        .select((learner::id, learner::number))
        .load(s.db())?;
    Ok(found.into_iter().collect())
}

fn keys(learners: &str) -> impl Iterator<Item = i64> {
    learners.split(' ').filter_map(|key| key.parse().ok())
}

/// A row's learners by number, the first ones of many.
pub fn listed(learners: &str, numbers: &HashMap<i64, i64>) -> String {
    let count = keys(learners).count();
    let first: Vec<String> = keys(learners)
        .take(SHOWN)
        .filter_map(|key| numbers.get(&key))
        .map(i64::to_string)
        .collect();
    if count > SHOWN {
        format!("{} and {} more", first.join(", "), count - SHOWN)
    } else {
        first.join(", ")
    }
}

/// A row's facts as "name: value" pairs.
pub fn detail(json: &str) -> String {
    let facts: serde_json::Map<String, serde_json::Value> = serde_json::from_str(json).unwrap_or_default();
    let fact = |(name, value): (&String, &serde_json::Value)| match value {
        serde_json::Value::String(text) => format!("{name}: {text}"),
        other => format!("{name}: {other}"),
    };
    facts.iter().map(fact).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_of_learners_is_cut_and_says_so() {
        let keys: Vec<String> = (1..=25).map(|key: i64| key.to_string()).collect();
        let numbers: HashMap<i64, i64> = (1..=25).map(|key| (key, key + 10_000)).collect();
        assert!(listed(&keys.join(" "), &numbers).ends_with("10020 and 5 more"));
        assert_eq!(listed("3 4", &numbers), "10003, 10004");
        assert_eq!(listed("", &numbers), "");
    }

    #[test]
    fn facts_read_as_words() {
        assert_eq!(detail(r#"{"count":2,"role":"tutor"}"#), "count: 2, role: tutor");
        assert_eq!(detail(""), "");
    }
}
