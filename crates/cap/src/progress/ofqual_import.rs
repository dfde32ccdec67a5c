//! `cap import ofqual`: qualifications as Ofqual's register of them says, one a row.

use super::{
    number::Number,
    qualification::{self, GRADES, Particulars, Qualification, TITLE},
};
use crate::accounts::import::{Column, Import, Planned, Planning, may, must, overlay};
use platform::{
    Ending, Form, Session, Writing,
    form::LINE,
    ids::PartnershipKey,
    table::{Row, Table},
};
use std::collections::HashMap;

/// Ofqual's file of qualifications.
#[derive(Debug)]
pub struct Ofqual;

/// A qualification that is made, or changed from what is here.
#[derive(Debug)]
pub struct Change {
    known: Option<Qualification>,
    new: Particulars,
}

impl Import for Ofqual {
    type Change = Change;
    const WORD: &'static str = "ofqual";
    const KNOWN: &'static str = "Ofqual's own file `Qualifications.csv`, as it is published; of its columns these are read, the others passed over. A qualification of the same number is the same one: what the file says replaces what is here, but grades that are entered already stay. The register holds tens of thousands of qualifications, so only those that are here already are brought up to date, and those named by `--only NUMBER,NUMBER` are added; `--all` adds every row. A number whose check character looks wrong is imported and said. The units are not in the file: see qualifications.";
    const COLUMNS: &'static [Column] = &[
        must("qualification_number", "Like 100/5073/5, with or without slashes"),
        must("qualification_title", ""),
        must("owner_organisation_name", "The awarding body"),
        may("qualification_level", "Like Level 1 or Entry Level"),
        may("qualification_type", "Like Vocationally-Related Qualification"),
        may(
            "grading_scale",
            "The grades, with slashes, commas or semicolons between them; where the first is Pass, the order is turned round, since ours has the best first",
        ),
    ];

    fn plan(s: &mut Session<'_>, at: PartnershipKey, table: &Table) -> Result<Planned<Change>, Ending> {
        let mut known: HashMap<Number, Qualification> = HashMap::new();
        for one in qualification::of_partnership(s, at)? {
            known.insert(one.particulars().number.clone(), one);
        }
        let (mut planning, mut lines) = (Planning::<Change>::default(), HashMap::new());
        for row in table.rows() {
            let Some(new) = read(&mut planning, &row) else {
                continue;
            };
            if let Some(line) = lines.insert(new.number.clone(), row.line()) {
                let message = format!("this qualification stands on line {line} too");
                planning.fault(&row, "qualification_number", message);
                continue;
            }
            plan_one(&mut planning, &row, known.remove(&new.number), new);
        }
        Ok(planning.done())
    }

    fn apply(w: &mut Writing<'_>, at: PartnershipKey, change: &Change) -> Result<Option<i64>, Ending> {
        match &change.known {
            None => {
                qualification::make(w, at, &change.new)?;
            }
            Some(known) => qualification::change(w, known, &change.new)?,
        }
        Ok(None)
    }
}

/// The qualification of a row; `None` when something is wrong with it.
fn read(planning: &mut Planning<Change>, row: &Row<'_>) -> Option<Particulars> {
    let mut form = overlay(Form::empty(), row, Ofqual::COLUMNS);
    let number = form.required_parsed("qualification_number", "Enter the number", Number::parse);
    let awarding_body = form.text("owner_organisation_name", LINE);
    let title = form.text("qualification_title", TITLE);
    let level = form.text("qualification_level", LINE);
    let kind = form.text("qualification_type", LINE);
    let grades = grades(&form.text("grading_scale", GRADES));
    if !planning.takes(row, &form) {
        return None;
    }
    Some(Particulars {
        number: number?,
        awarding_body,
        title,
        level,
        kind,
        grades,
    })
}

fn plan_one(
    planning: &mut Planning<Change>,
    row: &Row<'_>,
    known: Option<Qualification>,
    mut new: Particulars,
) {
    let doubt = if new.number.has_right_check() {
        ""
    } else {
        " (look at its number again: the last character does not go with the others)"
    };
    let what = format!("qualification {} {}{doubt}", new.number, new.title);
    match known {
        None => planning.makes(row, what, Change { known: None, new }),
        Some(known) => {
            let now = known.particulars();
            if !now.grades.is_empty() {
                new.grades.clone_from(&now.grades);
            }
            let keep = |cell: &mut String, now: &String| {
                if cell.is_empty() {
                    cell.clone_from(now);
                }
            };
            keep(&mut new.level, &now.level);
            keep(&mut new.kind, &now.kind);
            if *now == new {
                planning.leaves();
            } else {
                planning.changes(row, what, Change { known: Some(known), new });
            }
        }
    }
}

/// A grading scale as the register writes it, the best grade first.
fn grades(scale: &str) -> Vec<String> {
    let mut grades = qualification::grades_of(&scale.replace('/', ","));
    if grades.first().is_some_and(|first| first.eq_ignore_ascii_case("pass")) {
        grades.reverse();
    }
    grades
}

#[cfg(test)]
mod tests {
    use super::grades;

    #[test]
    fn grading_scales_are_turned_best_first() {
        for (scale, wanted) in [
            ("Pass/Merit/Distinction", "Distinction,Merit,Pass"),
            ("A*/A/B/C", "A*,A,B,C"),
            ("Distinction, Merit, Pass", "Distinction,Merit,Pass"),
            ("Pass", "Pass"),
            ("", ""),
        ] {
            assert_eq!(grades(scale).join(","), wanted, "{scale}");
        }
    }
}
