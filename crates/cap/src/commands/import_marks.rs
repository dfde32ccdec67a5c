//! `cap import marks`.

use super::start::Setup;
use crate::{
    accounts::import::partnership,
    attendance::import::{self, Author},
    schema::{membership, person},
};
use clap::Args;
use diesel::prelude::*;
use platform::{
    Ending, Role, Session,
    access::Task,
    files,
    ids::PartnershipKey,
    table::{BadLine, Table},
    text::fold_login,
};
use std::path::PathBuf;

/// Import registers that were taken elsewhere: all lines, or none.
///
/// Columns: date, period_start, period_end, cohort, upn, status, and where there is one late_minutes,
/// contribution, dfe_code, note. Lessons that are not there are made. The same file twice changes
/// nothing.
#[derive(Args, Debug)]
pub struct ImportMarks {
    /// The file: CSV, with a heading.
    file: PathBuf,
    /// The partnership whose learners it names; may be left out where there is only one.
    #[arg(long, value_name = "NAME")]
    partnership: Option<String>,
    /// Username of the member of the service who stands as the author of its notes.
    #[arg(long)]
    author: Option<String>,
    /// Only check the file, and say what it would do.
    #[arg(long)]
    dry_run: bool,
}

impl ImportMarks {
    pub(super) async fn run(self, setup: &Setup) -> Result<(), String> {
        let bytes = files::read_import(&self.file)?;
        let table = Table::read(&bytes, &import::specs()).map_err(|faults| listed(&faults))?;
        let app = setup.open()?;
        let checked = app
            .read(Task::Command, move |r| {
                let found = against(r, self.partnership.as_deref(), self.author.as_deref())?;
                Ok(match found {
                    Err(sentence) => Err(sentence),
                    Ok((of, author)) => import::check(r, of, &table, author)?
                        .map(|lines| (lines, author))
                        .map_err(|faults| listed(&faults)),
                })
            })
            .await
            .map_err(|ending| format!("The database can't be read: {ending:?}."))?;
        let (lines, author) = checked?;
        if self.dry_run {
            println!("The file is good: {} lines. Nothing was changed.", lines.len());
            return Ok(());
        }
        let done = app
            .write(Task::Command, move |w| {
                let done = import::write(w, &lines, author)?;
                Ok(w.event("marks.imported").with("marks", done.marks_changed).then(done))
            })
            .await
            .map_err(|ending| format!("Nothing was imported: {ending:?}."))?;
        println!(
            "Imported {} lines: {} lessons made, {} marks changed, {} notes made.",
            done.lines, done.lessons_made, done.marks_changed, done.notes_made
        );
        Ok(())
    }
}

/// The partnership of this name, or the only one, and the author among its service's members; or what
/// is wrong with these two, as a sentence.
///
/// # Errors
/// A database error.
pub fn against(
    s: &mut Session<'_>,
    name: Option<&str>,
    author: Option<&str>,
) -> Result<Result<(PartnershipKey, Option<Author>), String>, Ending> {
    let Some(of) = partnership(s, name)? else {
        return Ok(Err(match name {
            Some(name) => format!("There is no partnership {name}."),
            None => "Say which partnership it is for: --partnership NAME.".to_owned(),
        }));
    };
    let Some(username) = author else {
        return Ok(Ok((of, None)));
    };
    let found: Option<Author> = membership::table
        .inner_join(person::table)
        .filter(membership::partnership_id.eq(of))
        .filter(membership::role.eq(Role::CapStaff.word()))
        .filter(membership::ended_at.is_null())
        .filter(person::username.eq(fold_login(username)))
        .select((membership::person_id, membership::organisation_id))
        .first(s.db())
        .optional()?;
    Ok(match found {
        Some(author) => Ok((of, Some(author))),
        None => Err(format!("{username} is no CAP staff of that partnership.")),
    })
}

/// Every fault of the file, a line each.
fn listed(faults: &[BadLine]) -> String {
    let lines: Vec<String> = faults.iter().map(BadLine::to_string).collect();
    format!("Nothing was imported, because of this:\n{}", lines.join("\n"))
}
