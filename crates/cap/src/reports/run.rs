//! Reports that somebody asked for: who may have them, how far they are, and their end after a day.

use super::{RunKey, file};
use crate::{
    learners::{RecordKey, visible_to},
    schema::{report_run, report_run_record, report_template, training_record},
    transfers::FileKey,
};
use chrono::TimeDelta;
use diesel::prelude::*;
use platform::{
    Ending, Instant, Multi, Session, Writing, clock,
    ids::{OrganisationKey, PersonKey, PublicId},
};

/// How long what was made is kept.
pub const KEPT: TimeDelta = TimeDelta::hours(24);

/// What is made of the records.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Output {
    Word,
    Pdf,
    Words,
    Pdfs,
}

impl Output {
    /// In the order of the form.
    pub const ALL: [Output; 4] = [Output::Word, Output::Pdf, Output::Words, Output::Pdfs];

    /// The word in the database and in forms.
    pub fn word(self) -> &'static str {
        match self {
            Output::Word => "word",
            Output::Pdf => "pdf",
            Output::Words => "words",
            Output::Pdfs => "pdfs",
        }
    }

    /// As people say it.
    pub fn label(self) -> &'static str {
        match self {
            Output::Word => "One Word file",
            Output::Pdf => "One PDF",
            Output::Words => "A zip with one Word file each",
            Output::Pdfs => "A zip with one PDF each",
        }
    }

    /// The output that has this word.
    pub fn parse(word: &str) -> Option<Output> {
        Output::ALL.into_iter().find(|output| output.word() == word)
    }

    /// Whether the program for PDFs is needed.
    pub fn is_pdf(self) -> bool {
        matches!(self, Output::Pdf | Output::Pdfs)
    }

    /// Ending of the file that is made.
    pub fn ending(self) -> &'static str {
        match self {
            Output::Word => "docx",
            Output::Pdf => "pdf",
            Output::Words | Output::Pdfs => "zip",
        }
    }
}

/// A run, as its owner sees it.
#[derive(Queryable, Clone, Debug)]
pub struct Run {
    pub key: RunKey,
    pub public_id: PublicId,
    pub output: String,
    pub state: String,
    pub problem: String,
    pub done: i32,
    pub total: i32,
    pub template: String,
    pub result: Option<FileKey>,
    pub asked_at: Instant,
    pub ends_at: Instant,
}

impl Run {
    /// What is made, in words.
    pub fn output_said(&self) -> &'static str {
        Output::parse(&self.output).map_or("", Output::label)
    }

    /// How it stands, in words.
    pub fn state_said(&self) -> &'static str {
        match self.state.as_str() {
            "waiting" => "Waiting",
            "working" => "Being made",
            "done" => "Ready",
            "cancelled" => "Cancelled",
            _ => "Not made",
        }
    }

    /// Whether it is not ended yet.
    pub fn is_under_way(&self) -> bool {
        matches!(self.state.as_str(), "waiting" | "working")
    }

    /// Whether its file can be downloaded.
    pub fn is_ready(&self) -> bool {
        self.state == "done"
    }

    /// When it was asked for, as people read it.
    pub fn asked(&self) -> String {
        clock::moment(self.asked_at)
    }

    /// When its file is removed, as people read it.
    pub fn ends(&self) -> String {
        clock::moment(self.ends_at)
    }
}

type Rows = report_run::BoxedQuery<'static, Multi>;

/// Runs of the person who asks, in one organisation and role, whose day has not passed.
fn own(s: &Session<'_>) -> Result<Rows, Ending> {
    let actor = s.actor()?;
    Ok(report_run::table
        .filter(report_run::person_id.eq(actor.person))
        .filter(report_run::organisation_id.eq(actor.organisation))
        .filter(report_run::role.eq(actor.role.word()))
        .filter(report_run::ends_at.gt(s.now()))
        .into_boxed())
}

fn load(s: &mut Session<'_>, rows: Rows) -> Result<Vec<Run>, Ending> {
    Ok(rows
        .order(report_run::id.desc())
        .select((
            report_run::id,
            report_run::public_id,
            report_run::output,
            report_run::state,
            report_run::problem,
            report_run::done,
            report_run::total,
            report_run::template_name,
            report_run::result_file_id,
            report_run::asked_at,
            report_run::ends_at,
        ))
        .load(s.db())?)
}

/// The reader's runs, the latest first.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn list(s: &mut Session<'_>) -> Result<Vec<Run>, Ending> {
    let rows = own(s)?;
    load(s, rows)
}

/// One of them, as long as its owner may still know of every record in it.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn open(s: &mut Session<'_>, id: &PublicId) -> Result<Option<Run>, Ending> {
    let rows = own(s)?.filter(report_run::public_id.eq(id.clone()));
    let Some(run) = load(s, rows)?.into_iter().next() else {
        return Ok(None);
    };
    let total = i64::from(run.total);
    let visible = records_seen(s, run.key)?.len() as i64;
    s.about("report_run", run.key.0);
    Ok((visible == total).then_some(run))
}

/// The learners of those of its records that the reader may know of.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn records_seen(s: &mut Session<'_>, run: RunKey) -> Result<Vec<i64>, Ending> {
    let of_run = report_run_record::table
        .filter(report_run_record::run_id.eq(run))
        .select(report_run_record::record_id);
    let records: Vec<RecordKey> = of_run.load(s.db())?;
    let visible = visible_to(s)?.filter(training_record::id.eq_any(records));
    Ok(visible.select(training_record::learner_id).load(s.db())?)
}

/// What is asked for.
pub struct New<'a> {
    pub output: Output,
    pub records: &'a [RecordKey],
    pub template_name: &'a str,
    /// None for the ready template.
    pub template: Option<FileKey>,
    /// What was read of the records.
    pub input: FileKey,
}

/// Makes a run that waits for its job.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn make(w: &mut Writing<'_>, new: &New<'_>) -> Result<(RunKey, PublicId), Ending> {
    let (actor, now) = (w.actor()?.clone(), w.now());
    let (key, id) = (RunKey::next(), PublicId::random());
    diesel::insert_into(report_run::table)
        .values((
            report_run::id.eq(key),
            report_run::public_id.eq(&id),
            report_run::person_id.eq(actor.person),
            report_run::organisation_id.eq(actor.organisation),
            report_run::role.eq(actor.role.word()),
            report_run::output.eq(new.output.word()),
            report_run::state.eq("waiting"),
            report_run::total.eq(i32::try_from(new.records.len()).map_err(Ending::fault)?),
            report_run::template_name.eq(new.template_name),
            report_run::template_file_id.eq(new.template),
            report_run::input_file_id.eq(new.input),
            report_run::asked_at.eq(now),
            report_run::ends_at.eq(now + KEPT),
        ))
        .execute(w.db())?;
    for record in new.records {
        let row = (report_run_record::run_id.eq(key), report_run_record::record_id.eq(*record));
        diesel::insert_into(report_run_record::table).values(row).execute(w.db())?;
    }
    Ok((key, id))
}

/// Cancels a run that has not ended; the answer is what is to be shredded.
///
/// # Errors
/// A database error.
pub fn cancel(w: &mut Writing<'_>, run: &Run) -> Result<Vec<PublicId>, Ending> {
    end(w, run.key, "cancelled", "")
}

/// How a job finds its run.
#[derive(Queryable, Clone, Debug)]
pub struct Asked {
    pub person: PersonKey,
    pub organisation: OrganisationKey,
    pub output: String,
    pub state: String,
    pub template: Option<FileKey>,
    pub input: Option<FileKey>,
}

/// The run of a job, if it waits or was broken off.
///
/// # Errors
/// A database error.
pub fn asked(s: &mut Session<'_>, run: RunKey) -> Result<Option<Asked>, Ending> {
    let row = report_run::table
        .filter(report_run::id.eq(run))
        .filter(report_run::state.eq_any(["waiting", "working"]));
    Ok(row
        .select((
            report_run::person_id,
            report_run::organisation_id,
            report_run::output,
            report_run::state,
            report_run::template_file_id,
            report_run::input_file_id,
        ))
        .first(s.db())
        .optional()?)
}

/// Notes how far a run is; `false` when it has been cancelled meanwhile.
///
/// # Errors
/// A database error.
pub fn is_at(w: &mut Writing<'_>, run: RunKey, done: usize) -> Result<bool, Ending> {
    let row = report_run::table
        .filter(report_run::id.eq(run))
        .filter(report_run::state.eq_any(["waiting", "working"]));
    let changed = diesel::update(row)
        .set((
            report_run::state.eq("working"),
            report_run::done.eq(i32::try_from(done).unwrap_or(i32::MAX)),
        ))
        .execute(w.db())?;
    Ok(changed == 1)
}

/// Ends a run with its file; `false` when it has been cancelled meanwhile.
///
/// # Errors
/// A database error.
pub fn finish(w: &mut Writing<'_>, run: RunKey, result: FileKey) -> Result<(bool, Vec<PublicId>), Ending> {
    let row = report_run::table.filter(report_run::id.eq(run)).filter(report_run::state.eq("working"));
    let changed = diesel::update(row)
        .set((report_run::result_file_id.eq(result), report_run::done.eq(report_run::total)))
        .execute(w.db())?;
    if changed == 0 {
        return Ok((false, file::forget(w, vec![result])?));
    }
    Ok((true, end(w, run, "done", "")?))
}

/// Ends a run in this state, and lets go of what was read for it; the answer is what is to be shredded.
///
/// # Errors
/// A database error.
pub fn end(w: &mut Writing<'_>, run: RunKey, state: &str, problem: &str) -> Result<Vec<PublicId>, Ending> {
    let row = report_run::table.filter(report_run::id.eq(run));
    let files: Option<(Option<FileKey>, Option<FileKey>)> = row
        .select((report_run::input_file_id, report_run::template_file_id))
        .first(w.db())
        .optional()?;
    let (input, template) = files.unwrap_or_default();
    diesel::update(report_run::table.filter(report_run::id.eq(run)))
        .set((
            report_run::state.eq(state),
            report_run::problem.eq(problem),
            report_run::input_file_id.eq(None::<FileKey>),
            report_run::template_file_id.eq(None::<FileKey>),
        ))
        .execute(w.db())?;
    let mut unused: Vec<FileKey> = input.into_iter().collect();
    if let Some(template) = template {
        let kept = report_template::table.filter(report_template::file_id.eq(template));
        let others = report_run::table.filter(report_run::template_file_id.eq(template));
        let kept: i64 = kept.count().get_result(w.db())?;
        let others: i64 = others.count().get_result(w.db())?;
        if kept + others == 0 {
            unused.push(template);
        }
    }
    file::forget(w, unused)
}

/// Removes a run whose day has passed, with its file; the answer is what is to be shredded.
///
/// # Errors
/// A database error.
pub fn remove(w: &mut Writing<'_>, run: RunKey) -> Result<Vec<PublicId>, Ending> {
    let mut blobs = end(w, run, "cancelled", "")?;
    let row = report_run::table.filter(report_run::id.eq(run)).select(report_run::result_file_id);
    let result: Option<Option<FileKey>> = row.first(w.db()).optional()?;
    diesel::delete(report_run_record::table.filter(report_run_record::run_id.eq(run))).execute(w.db())?;
    diesel::delete(report_run::table.filter(report_run::id.eq(run))).execute(w.db())?;
    blobs.extend(file::forget(w, result.flatten().into_iter().collect())?);
    Ok(blobs)
}
