//! The draft of a training record's next progress report. There is one at most, which all of the
//! provider's people write; nobody else sees it.

use super::{
    ComponentKey, ReportKey,
    appraisal::{self, APPRAISAL, Appraisal, AppraisalRow},
    tree::{self, Node},
    units::{self, Goal, Progress},
};
use crate::{
    learners::record::Record,
    schema::{person, progress_report, progress_sum, report_unit},
};
use diesel::prelude::*;
use platform::{Ending, Instant, Session, Writing, db::update, ids::PublicId};
use std::collections::HashMap;

/// What a report says, published or not.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(super) struct Content {
    pub(super) appraisal: Appraisal,
    /// Every unit of the tree.
    pub(super) units: HashMap<ComponentKey, Progress>,
}

/// A draft that is kept.
#[derive(Clone, Debug)]
struct Kept {
    key: ReportKey,
    public_id: PublicId,
    version: i32,
    saved_at: Instant,
    saved_by: String,
}

/// The next report of a training record: as its draft says, or as it would start.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    kept: Option<Kept>,
    content: Content,
    goal: Option<Goal>,
    nodes: Vec<Node>,
}

impl Draft {
    /// What it says now.
    pub(super) fn content(&self) -> &Content {
        &self.content
    }

    /// The qualification's components, in display order.
    pub(super) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The units among them.
    pub(super) fn units(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(|node| node.is_unit())
    }

    /// The qualification's grades; there may be none.
    pub(super) fn grades(&self) -> &[String] {
        self.goal.as_ref().map_or(&[], |goal| &goal.grades)
    }

    /// What a form says to be sure that it was made from this: it changes with each save.
    pub(super) fn stamp(&self) -> String {
        self.kept
            .as_ref()
            .map_or_else(|| "new".to_owned(), |kept| format!("{}.{}", kept.public_id, kept.version))
    }

    /// When it was last saved and by whom; `None` where nobody has written anything yet.
    pub(super) fn saved(&self) -> Option<(Instant, &str)> {
        self.kept.as_ref().map(|kept| (kept.saved_at, kept.saved_by.as_str()))
    }

    /// Its key in the audit; `None` where nobody has written anything yet.
    pub(super) fn key(&self) -> Option<ReportKey> {
        self.kept.as_ref().map(|kept| kept.key)
    }
}

/// The next report of a training record. Without a draft it starts from where the learner stands.
///
/// # Errors
/// A database error.
pub(super) fn open(s: &mut Session<'_>, of: &Record) -> Result<Draft, Ending> {
    type Row = (ReportKey, PublicId, i32, Instant, String, AppraisalRow);
    let goal = units::goal(s, of)?;
    let nodes = match &goal {
        Some(goal) => tree::of_qualification(s, goal.key)?,
        None => Vec::new(),
    };
    let row: Option<Row> = progress_report::table
        .inner_join(person::table)
        .filter(progress_report::record_id.eq(of.key()))
        .filter(progress_report::published_at.is_null())
        .select((
            progress_report::id,
            progress_report::public_id,
            progress_report::version,
            progress_report::modified_at,
            person::name,
            APPRAISAL,
        ))
        .first(s.db())
        .optional()?;
    let mut known = units::known(s, of)?;
    let (kept, appraisal) = match row {
        Some((key, public_id, version, saved_at, saved_by, row)) => {
            known.extend(units::reported(s, key)?);
            (Some(Kept { key, public_id, version, saved_at, saved_by }), appraisal::read(row))
        }
        None => (None, starting(s, of)?),
    };
    let of_unit = |node: &Node| (node.key, known.get(&node.key).cloned().unwrap_or_default());
    let units = nodes.iter().filter(|node| node.is_unit()).map(of_unit).collect();
    Ok(Draft {
        kept,
        content: Content { appraisal, units },
        goal,
        nodes,
    })
}

/// The grades of the last report are proposed again; the rest of an appraisal is written anew.
fn starting(s: &mut Session<'_>, of: &Record) -> Result<Appraisal, Ending> {
    let (target_grade, predicted_grade): (String, String) = progress_sum::table
        .filter(progress_sum::record_id.eq(of.key()))
        .select((progress_sum::target_grade, progress_sum::predicted_grade))
        .first(s.db())
        .optional()?
        .unwrap_or_default();
    Ok(Appraisal {
        target_grade,
        predicted_grade,
        ..Appraisal::default()
    })
}

/// Keeps what somebody typed. Answers the draft as it stands then.
///
/// # Errors
/// [`Ending::Conflict`] when somebody else saved it since it was opened; a database error.
pub(super) fn save(
    w: &mut Writing<'_>,
    of: &Record,
    draft: &Draft,
    content: Content,
) -> Result<Draft, Ending> {
    let kept = match &draft.kept {
        None => begin(w, of, &content.appraisal)?,
        Some(kept) => go_on(w, kept, &content.appraisal)?,
    };
    write_units(w, kept.key, &content)?;
    Ok(Draft { kept: Some(kept), content, ..draft.clone() })
}

fn begin(w: &mut Writing<'_>, of: &Record, says: &Appraisal) -> Result<Kept, Ending> {
    let (now, who, at) = (w.now(), w.actor()?.person, w.actor()?.organisation);
    let kept = Kept {
        key: ReportKey::next(),
        public_id: PublicId::random(),
        version: 1,
        saved_at: now,
        saved_by: String::new(),
    };
    diesel::insert_into(progress_report::table)
        .values((
            progress_report::id.eq(kept.key),
            progress_report::public_id.eq(&kept.public_id),
            progress_report::record_id.eq(of.key()),
            progress_report::author_id.eq(who),
            progress_report::organisation_id.eq(at),
            progress_report::aptitude.eq(says.aptitude.map(appraisal::Aptitude::letter)),
            progress_report::effort.eq(says.effort.map(appraisal::Effort::number)),
            progress_report::comment.eq(&says.comment),
            progress_report::target_grade.eq(&says.target_grade),
            progress_report::predicted_grade.eq(&says.predicted_grade),
            progress_report::created_at.eq(now),
            progress_report::modified_at.eq(now),
            progress_report::version.eq(kept.version),
        ))
        .execute(w.db())?;
    Ok(kept)
}

fn go_on(w: &mut Writing<'_>, old: &Kept, says: &Appraisal) -> Result<Kept, Ending> {
    let (now, who) = (w.now(), w.actor()?.person);
    let version = old.version + 1;
    let one = progress_report::table
        .filter(progress_report::id.eq(old.key))
        .filter(progress_report::version.eq(old.version))
        .filter(progress_report::published_at.is_null());
    let changes = (
        progress_report::author_id.eq(who),
        progress_report::aptitude.eq(says.aptitude.map(appraisal::Aptitude::letter)),
        progress_report::effort.eq(says.effort.map(appraisal::Effort::number)),
        progress_report::comment.eq(&says.comment),
        progress_report::target_grade.eq(&says.target_grade),
        progress_report::predicted_grade.eq(&says.predicted_grade),
        progress_report::modified_at.eq(now),
        progress_report::version.eq(version),
    );
    if update(one, changes).execute(w.db())? == 0 {
        return Err(Ending::Conflict(CHANGED));
    }
    Ok(Kept { version, saved_at: now, ..old.clone() })
}

/// Makes the rows say what the content says. Only what differs is written: a draft is saved often.
fn write_units(w: &mut Writing<'_>, of: ReportKey, content: &Content) -> Result<(), Ending> {
    let mut old = units::reported(w, of)?;
    for (key, progress) in &content.units {
        let one = report_unit::table
            .filter(report_unit::report_id.eq(of))
            .filter(report_unit::component_id.eq(key));
        match old.remove(key) {
            Some(same) if same == *progress => {}
            Some(_) => {
                let changes = (
                    report_unit::left_out.eq(progress.left_out),
                    report_unit::status.eq(progress.status.code()),
                    report_unit::predicted_grade.eq(&progress.predicted_grade),
                    report_unit::comment.eq(&progress.comment),
                );
                update(one, changes).execute(w.db())?;
            }
            None => {
                diesel::insert_into(report_unit::table)
                    .values((
                        report_unit::report_id.eq(of),
                        report_unit::component_id.eq(key),
                        report_unit::left_out.eq(progress.left_out),
                        report_unit::status.eq(progress.status.code()),
                        report_unit::predicted_grade.eq(&progress.predicted_grade),
                        report_unit::comment.eq(&progress.comment),
                    ))
                    .execute(w.db())?;
            }
        }
    }
    // Units that have left the tree since are no part of the report.
    for key in old.into_keys() {
        diesel::delete(
            report_unit::table
                .filter(report_unit::report_id.eq(of))
                .filter(report_unit::component_id.eq(key)),
        )
        .execute(w.db())?;
    }
    Ok(())
}

/// Throws a draft away: nothing of it was ever published.
///
/// # Errors
/// A database error.
pub(super) fn discard(w: &mut Writing<'_>, draft: &Draft) -> Result<(), Ending> {
    let Some(key) = draft.key() else {
        return Ok(());
    };
    diesel::delete(report_unit::table.filter(report_unit::report_id.eq(key))).execute(w.db())?;
    diesel::delete(
        progress_report::table
            .filter(progress_report::id.eq(key))
            .filter(progress_report::published_at.is_null()),
    )
    .execute(w.db())?;
    Ok(())
}

/// What somebody reads whose page is older than the draft.
pub(super) const CHANGED: &str =
    "Somebody saved, published or discarded this progress report while you had it open. Open it again.";
