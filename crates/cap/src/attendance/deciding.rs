//! Deciding many absences at once, and undoing it: each register by the one way of [`marking`], all
//! under one batch by which its author finds them again.

use super::{
    LessonKey,
    announce::{self, Outcome},
    codes::{Codes, Session as DaySession},
    decision,
    mark::Mark,
    marking::{self, Decision, Wanted},
    planned,
    register::{Entry, Register, marker},
    status::Status,
};
use crate::{learners::LearnerKey, schema::register_change};
use chrono::TimeDelta;
use diesel::prelude::*;
use platform::{Ending, Form, Instant, Session, Writing, ids::PublicId, problem::OrMissing};
use serde_json::Value;
use std::collections::BTreeMap;

/// How long an act can be undone.
pub const UNDO_WITHIN: TimeDelta = TimeDelta::minutes(30);

/// Most absences that one form decides; a page of the list has fifty.
const MOST_AT_ONCE: usize = 100;

/// What forms call one learner at one lesson.
pub fn reference(lesson: &PublicId, record: &PublicId) -> String {
    format!("{lesson}-{record}")
}

/// A register of which absences were ticked.
pub struct Ticked {
    register: Register,
    /// What forms call its ticked learners.
    references: Vec<String>,
}

/// The registers of the ticked absences, each opened within the reader's scope.
///
/// # Errors
/// [`Ending::Missing`] for one outside it, [`Ending::Unreadable`] for what is no reference of ours.
pub fn open_ticked(s: &mut Session<'_>, form: &Form) -> Result<Vec<Ticked>, Ending> {
    let mut of_lessons: BTreeMap<PublicId, Vec<String>> = BTreeMap::new();
    let mut count = 0;
    for value in form.values("entry") {
        let (lesson, record) = value
            .split_once('-')
            .and_then(|(lesson, record)| Some((PublicId::parse(lesson)?, PublicId::parse(record)?)))
            .ok_or(Ending::Unreadable("One of the ticked rows is not from our list."))?;
        let references = of_lessons.entry(lesson).or_default();
        if !references.iter().any(|known| known == record.as_str()) {
            references.push(record.to_string());
        }
        count += 1;
    }
    if count > MOST_AT_ONCE {
        return Err(Ending::Unreadable("More rows are ticked than our list has on one page."));
    }
    let mut ticked = Vec::new();
    for (lesson, references) in of_lessons {
        let register = Register::open(s, &lesson)?.or_missing()?;
        for reference in &references {
            register.entry(reference).or_missing()?;
        }
        ticked.push(Ticked { register, references });
    }
    Ok(ticked)
}

/// A register's part of what was asked for.
struct Part<'t> {
    register: &'t Register,
    wanted: Vec<Wanted<'t>>,
}

/// What came of deciding many.
pub struct Decided {
    pub batch: PublicId,
    /// The learners concerned.
    pub learners: Vec<i64>,
    /// How many absences were decided.
    pub count: usize,
    /// Those that waited no more, by the numbers of lesson and training record.
    pub skipped: Vec<(i64, i64)>,
}

/// Decides the ticked absences so. A wrong code or reason stands in the form afterwards, and nothing
/// is decided (`None`). What somebody else has decided or corrected meanwhile is skipped.
///
/// # Errors
/// A database error.
pub fn decide(
    w: &mut Writing<'_>,
    ticked: &[Ticked],
    status: Status,
    form: &mut Form,
) -> Result<Option<Decided>, Ending> {
    let codes = Codes::load(w)?;
    let (mut parts, mut skipped) = (Vec::new(), Vec::new());
    for one in ticked {
        let entries = one.references.iter().filter_map(|reference| one.register.entry(reference));
        let (waiting, others): (Vec<&Entry>, Vec<&Entry>) =
            entries.partition(|entry| entry.waits_for_decision());
        skipped.extend(others.iter().map(|entry| (one.register.lesson.number, entry.record_number)));
        let wanted = wanted(w, &one.register, &waiting, status, form, &codes)?;
        parts.push(Part { register: &one.register, wanted });
    }
    if !form.is_good() {
        return Ok(None);
    }
    let (batch, mut learners, mut count) = (PublicId::random(), Vec::new(), 0);
    let by = marker(w.actor()?.role)?;
    for part in parts.iter().filter(|part| !part.wanted.is_empty()) {
        marking::check(&part.wanted, by).map_err(|_| Ending::Forbidden)?;
        let outcome = marking::apply(w, part.register, &part.wanted, &batch)?;
        count += outcome.changed.len();
        learners.extend(outcome.changed);
        announce::tell_provider(w, part.register, Outcome::Decided)?;
    }
    Ok(Some(Decided { batch, learners, count, skipped }))
}

/// The marks of one register as decided. Where no code was chosen, that of a planned absence is taken.
fn wanted<'r>(
    s: &mut Session<'_>,
    register: &'r Register,
    waiting: &[&'r Entry],
    status: Status,
    form: &mut Form,
    codes: &Codes,
) -> Result<Vec<Wanted<'r>>, Ending> {
    let lesson = &register.lesson;
    let learners: Vec<LearnerKey> = waiting.iter().map(|entry| entry.learner).collect();
    let begins = DaySession::at(lesson.starts);
    let known = planned::known_for(s, &learners, lesson.held_on, &[begins])?;
    let mut wanted = Vec::new();
    for entry in waiting {
        let mut own = form.clone();
        if let Some(plan) = known.get(&entry.learner)
            && status == Status::Authorised
            && form.value("code").is_empty()
        {
            own = own.with("code", &plan.code);
        }
        let decision = decision::parse(&mut own, "", status, lesson.held_on, codes);
        for problem in own.problems() {
            form.refuse(&problem.field, problem.message.clone());
        }
        if let Some(decision) = decision {
            let mark = Mark { status: Some(status), ..entry.mark.clone() };
            wanted.push(Wanted { entry, mark, decision: Some(decision) });
        }
    }
    Ok(wanted)
}

/// What came of undoing.
pub struct Undone {
    /// The learners concerned.
    pub learners: Vec<i64>,
    /// Marks put back.
    pub count: usize,
    /// Marks that are not any more as the act left them.
    pub could_not: usize,
}

/// An act that its author may undo. Only [`open_batch`] makes one.
pub struct Batch {
    rows: Vec<(LessonKey, String)>,
    made_at: Instant,
}

impl Batch {
    /// Whether it is too long ago.
    pub fn is_too_old(&self, now: Instant) -> bool {
        now - self.made_at > UNDO_WITHIN
    }
}

/// The reader's own act of this name, done for the organisation that they act for now.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn open_batch(s: &mut Session<'_>, batch: &PublicId) -> Result<Option<Batch>, Ending> {
    let actor = s.actor()?.clone();
    let rows: Vec<(LessonKey, String, Instant)> = register_change::table
        .filter(register_change::batch.eq(batch))
        .filter(register_change::person_id.eq(actor.person))
        .filter(register_change::organisation_id.eq(actor.organisation))
        .order(register_change::id)
        .select((register_change::lesson_id, register_change::changes, register_change::made_at))
        .load(s.db())?;
    let Some(made_at) = rows.iter().map(|(_, _, made_at)| *made_at).min() else {
        return Ok(None);
    };
    let rows = rows.into_iter().map(|(lesson, changes, _)| (lesson, changes)).collect();
    Ok(Some(Batch { rows, made_at }))
}

/// Puts back each mark that still is as the act left it.
///
/// # Errors
/// A database error.
pub fn undo(w: &mut Writing<'_>, batch: &Batch) -> Result<Undone, Ending> {
    let act = PublicId::random();
    let mut undone = Undone { learners: Vec::new(), count: 0, could_not: 0 };
    for (lesson, changes) in &batch.rows {
        let changes: Vec<Value> = serde_json::from_str(changes).map_err(Ending::fault)?;
        let Some(register) = Register::of(w, *lesson)? else {
            undone.could_not += changes.len();
            continue;
        };
        let wanted: Vec<Wanted<'_>> = changes.iter().filter_map(|change| back(&register, change)).collect();
        undone.could_not += changes.len() - wanted.len();
        if wanted.is_empty() {
            continue;
        }
        let outcome = marking::put_back(w, &register, &wanted, &act)?;
        undone.count += outcome.changed.len();
        undone.learners.extend(outcome.changed);
        announce::tell_provider(w, &register, Outcome::TakenBack)?;
    }
    Ok(undone)
}

/// The mark of before, where the one of now is what the change made of it.
fn back<'r>(register: &'r Register, change: &Value) -> Option<Wanted<'r>> {
    let record = change.get("record")?.as_i64()?;
    let entry = register.entries.iter().find(|entry| entry.record.0 == record)?;
    let (to, left) = side(change.get("to")?);
    let is_as_left = to == entry.mark && left.dfe_code == entry.dfe_code && left.reason == entry.reason;
    let (mark, decision) = side(change.get("from")?);
    is_as_left.then_some(Wanted { entry, mark, decision: Some(decision) })
}

fn side(value: &Value) -> (Mark, Decision) {
    let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    (Mark::from_json(value), Decision { dfe_code: text("code"), reason: text("reason") })
}
