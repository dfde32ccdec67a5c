//! Changing marks: the one way. Whoever marks or decides, in a register, in a list or by undoing,
//! comes through [`apply`], which asks the rule, keeps the history and the tallies, and sees to it
//! that the home school is told.

use super::{
    LessonKey,
    announce::{self, Retracted},
    contribution::Contribution,
    mark::Mark,
    register::{Entry, Register, marker},
    status::{Marker, Refusal, Status, may_change},
    tally,
};
use crate::{
    learners::RecordKey,
    schema::{entry, lesson, register_change},
};
use diesel::prelude::*;
use platform::{
    Ending, Instant, Writing,
    db::update,
    ids::{self, OrganisationKey, PersonKey, PublicId},
};
use serde_json::{Value, json};

/// One learner's mark as somebody wants it.
#[derive(Clone, Debug)]
pub struct Wanted<'r> {
    pub entry: &'r Entry,
    pub mark: Mark,
    /// The school's decision, where this is one: its code and reason.
    pub decision: Option<Decision>,
}

/// What a home school (or CAP staff) says of a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The national code for the school's own register.
    pub dfe_code: Option<String>,
    pub reason: Option<String>,
}

/// A mark that may not be changed so.
#[derive(Clone, Debug)]
pub struct Refused {
    /// What forms call the learner.
    pub reference: PublicId,
    pub why: Refusal,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Learners whose mark, code or reason changed.
    pub changed: Vec<i64>,
    /// Every mark that was written, as it stands now.
    pub marks: Vec<(RecordKey, Mark)>,
    /// Every learner of the register has a mark now.
    pub complete: bool,
    /// The name of this act in the history, by which it can be undone.
    pub batch: Option<PublicId>,
}

/// Asks the rule for every change, so that a page can name each refusal beside its learner.
///
/// # Errors
/// The refusals, in the order of the changes.
pub fn check(wanted: &[Wanted<'_>], by: Marker) -> Result<(), Vec<Refused>> {
    let refused: Vec<Refused> = wanted
        .iter()
        .filter_map(|one| {
            let why = may_change(one.entry.mark.status, one.mark.status, by).err()?;
            Some(Refused { reference: one.entry.reference.clone(), why })
        })
        .collect();
    if refused.is_empty() { Ok(()) } else { Err(refused) }
}

/// Changes marks of one register, in the caller's transaction.
///
/// # Errors
/// [`Ending::Conflict`] when a change is refused by the rule (a page asks [`check`] first), a
/// database error.
pub fn apply(
    w: &mut Writing<'_>,
    register: &Register,
    wanted: &[Wanted<'_>],
    batch: &PublicId,
) -> Result<Outcome, Ending> {
    let by = marker(w.actor()?.role)?;
    if check(wanted, by).is_err() {
        return Err(Ending::Conflict(
            "A mark was changed in a way that your role does not include. Nothing was saved.",
        ));
    }
    write(w, register, wanted, batch, false)
}

/// Puts marks back to what an act replaced, without asking the rule: undoing is its author's own.
///
/// # Errors
/// A database error.
pub fn put_back(
    w: &mut Writing<'_>,
    register: &Register,
    wanted: &[Wanted<'_>],
    batch: &PublicId,
) -> Result<Outcome, Ending> {
    write(w, register, wanted, batch, true)
}

fn write(
    w: &mut Writing<'_>,
    register: &Register,
    wanted: &[Wanted<'_>],
    batch: &PublicId,
    undoing: bool,
) -> Result<Outcome, Ending> {
    let actor = w.actor()?.clone();
    let by = marker(actor.role)?;
    let now = w.now();
    let (mut changed, mut marks, mut history) = (Vec::new(), Vec::new(), Vec::new());
    let (mut retracted, mut unannounced) = (Vec::new(), false);
    for one in wanted {
        let next = Next::of(one, by, undoing, now, actor.person);
        if !next.differs {
            continue;
        }
        next.store(w, register.lesson.key, one.entry)?;
        tally::change(w, one.entry.record, &one.entry.mark, &next.mark)?;
        if next.retracts {
            retracted.push(Retracted {
                school: one.entry.school,
                was_decided: one.entry.mark.status.is_some_and(Status::is_decision),
            });
        }
        unannounced |= next.mark.status == Some(Status::Unexplained) && next.announced_at.is_none();
        changed.push(one.entry.learner.0);
        history.push(next.history(one.entry));
        marks.push((one.entry.record, next.mark));
    }
    if changed.is_empty() {
        return Ok(Outcome {
            complete: register.lesson.completed_at.is_some(),
            ..Outcome::default()
        });
    }
    diesel::insert_into(register_change::table)
        .values((
            register_change::id.eq(ids::next_key()),
            register_change::batch.eq(batch),
            register_change::lesson_id.eq(register.lesson.key),
            register_change::made_at.eq(now),
            register_change::person_id.eq(actor.person),
            register_change::organisation_id.eq(actor.organisation),
            register_change::changes.eq(Value::Array(history).to_string()),
        ))
        .execute(w.db())?;
    let complete = settle(w, register)?;
    // Whoever's mark completes the register, what was marked before it is told now.
    if unannounced || (complete && register.lesson.completed_at.is_none()) {
        announce::later(w, register.lesson.key, complete)?;
    }
    announce::retract(w, register, &retracted)?;
    Ok(Outcome {
        changed,
        marks,
        complete,
        batch: Some(batch.clone()),
    })
}

/// Notes the lesson's new version, its first mark and its completion.
fn settle(w: &mut Writing<'_>, register: &Register) -> Result<bool, Ending> {
    let (key, now) = (register.lesson.key, w.now());
    let blank: i64 = entry::table
        .filter(entry::lesson_id.eq(key))
        .filter(entry::status.is_null())
        .count()
        .get_result(w.db())?;
    let completed_at = (blank == 0).then(|| register.lesson.completed_at.unwrap_or(now));
    let changes = (
        lesson::version.eq(lesson::version + 1),
        lesson::first_mark_at.eq(register.lesson.first_mark_at.unwrap_or(now)),
        lesson::completed_at.eq(completed_at),
    );
    update(lesson::table.filter(lesson::id.eq(key)), changes).execute(w.db())?;
    Ok(blank == 0)
}

/// When somebody did something, and who.
type Stamp = (Instant, PersonKey);

/// What an entry becomes.
struct Next {
    mark: Mark,
    dfe_code: Option<String>,
    reason: Option<String>,
    pending: Option<OrganisationKey>,
    announced_at: Option<Instant>,
    /// Who marked it now, where the provider did.
    marked: Option<Stamp>,
    /// Who decided it now; `Some(None)` where a decision was put back, `None` where all stays as it
    /// is. The provider's next mark does not void it: an absence that comes back so says that the
    /// school had decided on it.
    decided: Option<Option<Stamp>>,
    /// The school was told of an absence that is none any more.
    retracts: bool,
    differs: bool,
}

impl Next {
    fn of(one: &Wanted<'_>, by: Marker, undoing: bool, now: Instant, who: PersonKey) -> Next {
        let was = one.entry;
        let mark = one.mark.clone().tidied();
        let (dfe_code, reason) = match (&one.decision, by) {
            (Some(decision), _) => (decision.dfe_code.clone(), decision.reason.clone()),
            // The provider's new mark makes a code that the school entered for the old one void.
            (None, Marker::Provider) if mark.status != was.mark.status => (None, None),
            (None, _) => (was.dfe_code.clone(), was.reason.clone()),
        };
        let differs = mark != was.mark || dfe_code != was.dfe_code || reason != was.reason;
        let stays_unexplained =
            mark.status == Some(Status::Unexplained) && was.mark.status == Some(Status::Unexplained);
        // Putting a decision back makes the absence wait again, without telling the school anew.
        let waits_again = undoing && mark.status == Some(Status::Unexplained);
        let announced_at = if stays_unexplained || waits_again { was.announced_at } else { None };
        let decides = match by {
            Marker::Provider => false,
            Marker::School | Marker::CapStaff => !undoing && differs,
        };
        let keeps_announcement = decides || undoing;
        let marked = (mark != was.mark && by == Marker::Provider).then_some((now, who));
        let is_decision = decides && mark.status.is_some_and(Status::is_decision);
        let decided = match (waits_again, is_decision) {
            (true, _) => Some(None),
            (false, true) => Some(Some((now, who))),
            (false, false) => None,
        };
        Next {
            pending: announced_at.map(|_| was.school),
            announced_at: if keeps_announcement { was.announced_at } else { announced_at },
            marked,
            decided,
            retracts: was.announced_at.is_some() && !keeps_announcement && announced_at.is_none(),
            mark,
            dfe_code,
            reason,
            differs,
        }
    }

    /// One statement of four texts at the most: with or without a new marker, and a new decision.
    fn store(&self, w: &mut Writing<'_>, lesson: LessonKey, was: &Entry) -> Result<(), Ending> {
        let one = entry::table.filter(entry::lesson_id.eq(lesson)).filter(entry::record_id.eq(was.record));
        let mark = &self.mark;
        let marked = self.marked.map(|(at, who)| (entry::marked_at.eq(at), entry::marked_by.eq(who)));
        let decided = self.decided.map(|by| {
            (entry::decided_at.eq(by.map(|(at, _)| at)), entry::decided_by.eq(by.map(|(_, who)| who)))
        });
        let changes = (
            entry::status.eq(mark.status.map(Status::code)),
            entry::late_minutes.eq(mark.late_minutes),
            entry::contribution.eq(mark.contribution.map(Contribution::value)),
            entry::left_at.eq(mark.left_at),
            entry::left_reason.eq(&mark.left_reason),
            entry::collected_by.eq(&mark.collected_by),
            entry::dfe_code.eq(&self.dfe_code),
            entry::reason.eq(&self.reason),
            entry::pending_school_id.eq(self.pending),
            entry::announced_at.eq(self.announced_at),
            marked,
            decided,
        );
        update(one, changes).execute(w.db())?;
        Ok(())
    }

    fn history(&self, was: &Entry) -> Value {
        let side = |mark: &Mark, code: &Option<String>, reason: &Option<String>| {
            let mut side = mark.to_json();
            for (name, value) in [("code", code), ("reason", reason)] {
                if let Some(value) = value {
                    side[name] = json!(value);
                }
            }
            side
        };
        json!({
            "record": was.record.0,
            "from": side(&was.mark, &was.dfe_code, &was.reason),
            "to": side(&self.mark, &self.dfe_code, &self.reason),
        })
    }
}
