//! Documents that are made from the program, and must be as it is. `UPDATE_DOCS=1` writes them.

use cap::{
    accounts::deeds::{Deed, may},
    sitemap::sitemap,
};
use platform::Role;
use std::{fmt::Write, path::PathBuf};

fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Compares a document with what the program says, or writes it.
fn is_true(file: &str, text: &str) {
    let path = project().join("docs").join(file);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, text).expect("the document is written");
    }
    let stands = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        stands == text,
        "docs/{file} is not what the program says: run UPDATE_DOCS=1 cargo test -p cap --test sweeps documents"
    );
}

#[test]
fn permissions_stand_as_the_program_has_them() {
    let mut text = String::from(
        "# Who may do what\n\nMade from `accounts::deeds` and the sitemap by the sweep `documents`; rows are narrowed further by scope (docs/decisions/access.md).\n\n| deed |",
    );
    for role in Role::ALL {
        let _ = write!(text, " {} |", role.word());
    }
    text.push_str("\n|---|");
    text.push_str(&"---|".repeat(Role::ALL.len()));
    for deed in Deed::ALL {
        let _ = write!(text, "\n| {deed:?} |");
        for role in Role::ALL {
            text.push_str(if may(role, *deed) { " yes |" } else { " |" });
        }
    }
    text.push_str("\n\n## Addresses\n\n| method | address | needs |\n|---|---|---|\n");
    for line in sitemap().lines() {
        let _ = writeln!(text, "| {} | `{}` | {} |", line.method, line.path, line.needs);
    }
    is_true("permissions.md", &text);
}

#[test]
fn settings_stand_in_the_guide_for_operators() {
    use clap::CommandFactory;
    let mut text = String::from(
        "# Settings of the server\n\nMade from `cap --help` by the sweep `documents`. What a service sets for itself (names, colour, limits) stands on the page System → Settings.\n\n| flag | environment | default | what it is |\n|---|---|---|---|\n",
    );
    let command = cap::commands::Line::command();
    let serve = command.find_subcommand("serve").expect("there is `cap serve`").clone();
    for argument in command.get_arguments().chain(serve.get_arguments()) {
        let (Some(long), Some(help)) = (argument.get_long(), argument.get_help()) else {
            continue;
        };
        let env = argument.get_env().map(|e| format!("`{}`", e.to_string_lossy())).unwrap_or_default();
        let default: Vec<_> = argument
            .get_default_values()
            .iter()
            .map(|v| format!("`{}`", v.to_string_lossy()))
            .collect();
        let _ = writeln!(text, "| `--{long}` | {env} | {} | {help} |", default.join(", "));
    }
    is_true("settings.md", &text);
}

#[test]
fn merge_fields_stand_as_the_program_has_them() {
    let mut text = String::from(
        "# Merge fields\n\nMade from `records::columns` by the sweep `documents`. These are the columns of `training-records.csv` and of the workbook beside it, and so the fields of report templates, in Word's own mail merge and in the program's. A letter prints a percentage as 97.4%, a date as 24/11/2026, and nothing where nothing is known.\n\n| field | what it holds |\n|---|---|\n",
    );
    for column in cap::records::columns::columns() {
        let _ = writeln!(text, "| `{}` | {} |", column.name, column.about);
    }
    is_true("merge-fields.md", &text);
}
