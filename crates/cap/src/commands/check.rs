//! `cap check`: is the installation whole?

use super::start::Setup;
use crate::{
    attendance::tally_check,
    product::Cap,
    progress::sums,
    transfers::{scanning, vault_check},
};
use platform::{App, Ending, Task, audit::Verdict, web::Product};

/// Looks at everything, prints each finding as a sentence, and fails if there is any. The schema is
/// looked at first and not changed: on tables of another step the other questions make no sense.
pub(super) async fn run(setup: &Setup) -> Result<(), String> {
    let target = setup.target()?;
    let mut findings = Vec::new();
    if let Err(error) = target.check_durability() {
        findings.push(error.to_string());
    }
    let lacks = target.lacks(Cap.migrations()).map_err(|error| error.to_string())?;
    if lacks.is_empty() {
        findings.extend(
            of_data(&setup.open()?)
                .await
                .map_err(|ending| format!("The check could not be finished: {ending:?}."))?,
        );
    } else {
        findings.push(format!(
            "The database's tables are behind the program and lack {}; run `cap migrate`.",
            lacks.join(", ")
        ));
    }
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => {
            println!("Nothing is wrong.");
            Ok(())
        }
        1 => Err("There is one finding.".to_owned()),
        n => Err(format!("There are {n} findings.")),
    }
}

/// What is wrong with the data of an installation whose tables are up to date, as sentences.
///
/// # Errors
/// A database error.
pub async fn of_data(app: &App) -> Result<Vec<String>, Ending> {
    let mut findings = Vec::new();
    if let Verdict::Broken { seq, why } = app.verify_audit().await? {
        findings.push(format!("The audit is broken at row {seq}: {why}."));
    }
    let marks = app.read(Task::Command, |r| tally_check::wrong(r)).await?;
    let units = app.read(Task::Command, |r| sums::wrong(r)).await?;
    for (wrong, what) in [(marks, "marks"), (units, "units")] {
        if !wrong.is_empty() {
            let first: Vec<String> = wrong.iter().take(10).map(i64::to_string).collect();
            findings.push(format!(
                "The counts of {} training records do not agree with their {what}; the first are {}.",
                wrong.len(),
                first.join(", ")
            ));
        }
    }
    match vault_check::missing(app).await? {
        0 => {}
        1 => findings.push("One file that was sent or uploaded is not in the vault.".to_owned()),
        n => findings.push(format!("{n} files that were sent or uploaded are not in the vault.")),
    }
    findings.extend(vault_check::check_keys(app).await.err());
    findings.extend(scanning::check(app).await?);
    Ok(findings)
}
