//! `cap import`: files of organisations, people, learners, cohorts; all of a file or nothing of it.

use super::start::Setup;
use crate::{
    accounts::{
        import::{self, Column, Import, Plan},
        organisation,
        organisation_import::Organisations,
        person_import::People,
    },
    attendance::import as marks,
    learners::{cohort_import::Cohorts, learner_import::Learners},
    progress::{ofqual_import::Ofqual, unit_import::Units},
};
use clap::{Args, Subcommand};
use platform::{
    App, Ending,
    access::Task,
    files,
    ids::PartnershipKey,
    table::{BadLine, ColumnSpec, Table},
};
use std::{path::PathBuf, sync::Arc};

/// What is imported, and from which file.
#[derive(Subcommand, Debug)]
pub enum Subject {
    /// Schools, providers and the service; makes the partnership when it is not there yet.
    Organisations(File),
    /// Accounts and their parts in organisations; new people are invited by mail.
    People(File),
    /// Learners with duty of care and emergency contacts.
    Learners(File),
    /// Courses, their cohorts and tutor groups.
    Cohorts(File),
    /// Qualifications from Ofqual's register (its file Qualifications.csv).
    Ofqual(super::import_ofqual::ImportOfqual),
    /// Groups and units of qualifications.
    Qualifications(File),
    /// Marks of registers taken elsewhere.
    Marks(super::import_marks::ImportMarks),
    /// Print the columns that each file has (docs/import.md).
    Columns,
}

/// A file of one partnership.
#[derive(Args, Debug)]
pub struct File {
    /// The CSV file.
    file: PathBuf,
    /// Only say what would be made and changed.
    #[arg(long)]
    dry_run: bool,
    /// The partnership; may be left out where there is only one.
    #[arg(long, value_name = "NAME")]
    partnership: Option<String>,
}

impl Subject {
    pub(super) async fn run(self, setup: &Setup) -> Result<(), String> {
        let told = match self {
            Subject::Organisations(file) => file.import::<Organisations>(setup).await?,
            Subject::People(file) => file.import::<People>(setup).await?,
            Subject::Learners(file) => file.import::<Learners>(setup).await?,
            Subject::Cohorts(file) => file.import::<Cohorts>(setup).await?,
            Subject::Ofqual(ofqual) => ofqual.run(setup).await?,
            Subject::Qualifications(file) => file.import::<Units>(setup).await?,
            Subject::Marks(marks) => return marks.run(setup).await,
            Subject::Columns => guide(),
        };
        println!("{}", told.trim_end());
        Ok(())
    }
}

impl File {
    async fn import<I: Import>(self, setup: &Setup) -> Result<String, String> {
        let bytes = files::read_import(&self.file)?;
        run::<I>(&setup.open()?, &bytes, self.partnership, self.dry_run).await
    }
}

/// Imports the content of a file into a partnership, or with `dry_run` only says what would come of it.
///
/// # Errors
/// What is wrong, for whoever runs the command: every bad line of the file, one a line.
pub async fn run<I: Import>(
    app: &App,
    bytes: &[u8],
    partnership: Option<String>,
    dry_run: bool,
) -> Result<String, String> {
    let table = Table::read(bytes, &specs::<I>()).map_err(|faults| refusal(&faults))?;
    run_table::<I>(app, table, partnership, dry_run).await
}

/// The columns of an import's file.
pub(super) fn specs<I: Import>() -> Vec<ColumnSpec> {
    I::COLUMNS.iter().map(|column| column.spec).collect()
}

/// As [`run`], of a file that is read already.
pub(super) async fn run_table<I: Import>(
    app: &App,
    table: Table,
    partnership: Option<String>,
    dry_run: bool,
) -> Result<String, String> {
    let table = Arc::new(table);
    let failed = |ending: Ending| format!("Nothing was imported, because of the database: {ending:?}.");

    let (read, name) = (table.clone(), partnership.clone());
    let (known, planned) = app
        .read(Task::Command, move |r| {
            let known = import::partnership(r, name.as_deref())?;
            // A partnership that is yet to be made has a key that no row has.
            let at = known.unwrap_or_else(PartnershipKey::next);
            Ok((known, I::plan(r, at, &read)?))
        })
        .await
        .map_err(failed)?;
    if known.is_none() {
        let named = partnership
            .as_deref()
            .map_or("Say which partnership it is for: --partnership NAME.".to_owned(), |name| {
                format!("There is no partnership {name}.")
            });
        if !I::MAKES_PARTNERSHIP || partnership.is_none() {
            return Err(named);
        }
    }
    let plan = planned.map_err(|faults| refusal(&faults))?;
    if dry_run {
        return Ok(preview::<I>(&plan));
    }
    app.write(Task::Command, move |w| {
        let at = match (known, partnership) {
            (Some(known), _) => known,
            (None, name) => organisation::make_partnership(w, &name.unwrap_or_default())?,
        };
        // Planned again inside the transaction: somebody may have changed something since.
        let Ok(plan) = I::plan(w, at, &table)? else {
            return Err(Ending::Conflict("Something was changed meanwhile; try again."));
        };
        let mut learners = Vec::new();
        for step in &plan.steps {
            learners.extend(I::apply(w, at, &step.change)?);
        }
        let event = w.event("file.imported").about("partnership", at.0).with("kind", I::WORD);
        let made = plan.steps.iter().filter(|step| step.is_new).count();
        let event = event.with("made", made).with("changed", plan.steps.len() - made);
        Ok(event.learners(learners).then(summary::<I>(&plan, ["Made", "changed", "were"])))
    })
    .await
    .map_err(failed)
}

fn summary<I: Import>(plan: &Plan<I::Change>, [made, changed, were]: [&str; 3]) -> String {
    let new = plan.steps.iter().filter(|step| step.is_new).count();
    format!(
        "{} ({}): {made} {new}, {changed} {}; {} {were} as the file says already.",
        I::WORD[..1].to_uppercase() + &I::WORD[1..],
        plan.steps.len() + plan.unchanged,
        plan.steps.len() - new,
        plan.unchanged
    )
}

fn preview<I: Import>(plan: &Plan<I::Change>) -> String {
    let mut text = String::new();
    for step in &plan.steps {
        let verb = if step.is_new { "make" } else { "change" };
        text.push_str(&format!("line {}: would {verb} {}\n", step.line, step.what));
    }
    text + &summary::<I>(plan, ["would make", "would change", "are"]) + " Nothing was changed."
}

pub(super) fn refusal(faults: &[BadLine]) -> String {
    let mut text = match faults.len() {
        1 => "Nothing was imported; one fault:".to_owned(),
        many => format!("Nothing was imported; {many} faults:"),
    };
    for fault in faults {
        text.push_str(&format!("\n{fault}"));
    }
    text
}

/// docs/import.md: every import with its columns.
pub fn guide() -> String {
    let mut text = "# Importing files\n\n\
        `cap import organisations|people|learners|ofqual|qualifications|cohorts|marks FILE [--dry-run] [--partnership NAME]` reads a CSV file \
        (UTF-8, or what Excel writes) whose first line names the columns, in any order. Either all of the file is \
        imported or nothing: every bad line is named with its column. With `--dry-run` it is only said what would be \
        made and changed. Import organisations first, then people and learners, qualifications (`ofqual`, then their \
        units by `qualifications`), cohorts, and marks once the learners are placed. The partnership may be left out where there is only one.\n\n\
        This page is printed by `cap import columns`.\n"
        .to_owned();
    section::<Organisations>(&mut text);
    section::<People>(&mut text);
    section::<Learners>(&mut text);
    section::<Ofqual>(&mut text);
    section::<Units>(&mut text);
    section::<Cohorts>(&mut text);
    describe(&mut text, "marks", marks::KNOWN, &marks::COLUMNS);
    text
}

fn section<I: Import>(text: &mut String) {
    describe(text, I::WORD, I::KNOWN, I::COLUMNS);
}

fn describe(text: &mut String, word: &str, known: &str, columns: &[Column]) {
    text.push_str(&format!("\n## {word}\n\n{known}\n\n| column | required | |\n|---|---|---|\n"));
    for Column { spec, about } in columns {
        let required = if spec.required { "yes" } else { "" };
        text.push_str(&format!("| {} | {required} | {about} |\n", spec.name));
    }
}
