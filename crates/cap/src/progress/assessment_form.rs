//! An assessment as it is typed: what it is, and its dated rows.

use super::assessment::{Assessment, Change, Outcome};
use crate::learners::clash::Difference;
use chrono::NaiveDate;
use platform::{
    Form,
    form::{LINE, TEXT},
    ids::PublicId,
};

/// The names of one row's fields.
#[derive(Clone, Debug)]
pub(super) struct Names {
    pub(super) taken_on: String,
    pub(super) level: String,
    pub(super) comments: String,
    /// A tick takes the row away.
    pub(super) removed: String,
}

impl Names {
    /// Of a row that is there.
    pub(super) fn of(id: &PublicId) -> Names {
        let name = |field: &str| format!("{field}-{id}");
        Names {
            taken_on: name("taken_on"),
            level: name("level"),
            comments: name("comments"),
            removed: name("removed"),
        }
    }

    /// Of a row to be added.
    pub(super) fn of_new() -> Names {
        Names {
            taken_on: "taken_on".to_owned(),
            level: "level".to_owned(),
            comments: "comments".to_owned(),
            removed: String::new(),
        }
    }

    fn is_empty_in(&self, form: &Form) -> bool {
        [&self.taken_on, &self.level, &self.comments]
            .iter()
            .all(|name| form.value(name).trim().is_empty())
    }
}

/// What an assessment is, without its rows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Head {
    pub(super) description: String,
    pub(super) details: String,
}

fn head(form: &mut Form) -> Head {
    Head {
        description: form.required("description", LINE, "Enter what was assessed, for example Mathematics"),
        details: form.text("details", TEXT),
    }
}

/// Reads one row. `known` is the level that it has already, which may be none of the service's any more.
fn outcome(
    form: &mut Form,
    names: &Names,
    levels: &[String],
    known: &str,
    today: NaiveDate,
) -> Option<Outcome> {
    let taken_on = form.date(&names.taken_on);
    match taken_on {
        None => form.refuse(&names.taken_on, "Enter the date of the assessment"),
        Some(day) if day > today => {
            form.refuse(&names.taken_on, "This date lies in the future: enter today or an earlier day");
        }
        Some(_) => {}
    }
    let level = form.text(&names.level, LINE);
    if !level.is_empty() && level != known && !levels.contains(&level) {
        form.refuse(&names.level, "Choose one of the levels, or none");
    }
    let comments = form.text(&names.comments, TEXT);
    taken_on.map(|taken_on| Outcome { taken_on, level, comments })
}

/// Reads a new assessment with its first row; `None` when a field is refused.
pub(super) fn read_new(form: &mut Form, levels: &[String], today: NaiveDate) -> Option<(Head, Outcome)> {
    let head = head(form);
    let first = outcome(form, &Names::of_new(), levels, "", today);
    first.filter(|_| form.is_good()).map(|first| (head, first))
}

/// Reads what an assessment is to become; `None` when a field is refused.
pub(super) fn read_change(
    form: &mut Form,
    one: &Assessment,
    levels: &[String],
    today: NaiveDate,
) -> Option<Change> {
    let Head { description, details } = head(form);
    let mut rows = Vec::new();
    for row in one.rows() {
        let names = Names::of(&row.public_id);
        if form.ticked(&names.removed) {
            rows.push((row.key, None));
        } else if form.contains(&names.taken_on) {
            // A row that somebody added since this form was opened is not in it, and stays.
            let outcome = outcome(form, &names, levels, &row.outcome.level, today);
            rows.extend(outcome.map(|outcome| (row.key, Some(outcome))));
        }
    }
    let new = Names::of_new();
    let more = if new.is_empty_in(form) {
        None
    } else {
        outcome(form, &new, levels, "", today)
    };
    form.is_good().then_some(Change { description, details, rows, more })
}

/// The form with this assessment in it.
pub(super) fn fill(one: &Assessment) -> Form {
    let form = Form::empty().with("description", one.description()).with("details", one.details());
    one.rows().iter().fold(form, |form, row| {
        let names = Names::of(&row.public_id);
        form.with(&names.taken_on, row.outcome.taken_on)
            .with(&names.level, &row.outcome.level)
            .with(&names.comments, &row.outcome.comments)
    })
}

/// The fields of an assessment with their labels, for a comparison.
pub(super) fn fields(one: &Assessment) -> Vec<(String, String)> {
    let mut fields = vec![
        ("description".to_owned(), "Description".to_owned()),
        ("details".to_owned(), "Details".to_owned()),
    ];
    for row in one.rows() {
        let names = Names::of(&row.public_id);
        let of = platform::clock::short_date(row.outcome.taken_on);
        fields.push((names.taken_on, format!("Date of the row of {of}")));
        fields.push((names.level, format!("Level of the row of {of}")));
        fields.push((names.comments, format!("Comments of the row of {of}")));
    }
    fields
}

/// What was typed into rows that somebody has removed since the form was opened.
pub(super) fn of_removed_rows(form: &Form, one: &Assessment) -> Vec<Difference> {
    let is_there = |id: &str| one.rows().iter().any(|row| row.public_id.as_str() == id);
    form.starting("taken_on-")
        .filter(|(id, _)| !is_there(id))
        .map(|(id, taken_on)| Difference {
            label: "A row that somebody removed".to_owned(),
            now: "nothing".to_owned(),
            typed: [
                taken_on,
                form.value(&format!("level-{id}")),
                form.value(&format!("comments-{id}")),
            ]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join(", "),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
    }

    fn levels() -> Vec<String> {
        vec!["Entry 3".to_owned(), "Level 1".to_owned()]
    }

    fn good() -> Form {
        Form::empty()
            .with("description", "Mathematics")
            .with("taken_on", "24/11/2026")
            .with("level", "Level 1")
            .with("comments", "Ready for fractions")
    }

    #[test]
    fn a_new_one_has_a_date_and_perhaps_a_level() {
        let (head, first) = read_new(&mut good(), &levels(), today()).unwrap();
        assert_eq!((head.description.as_str(), first.level.as_str()), ("Mathematics", "Level 1"));
        assert_eq!(first.taken_on, today());
        let (_, first) = read_new(&mut good().with("level", ""), &levels(), today()).unwrap();
        assert_eq!(first.level, "");
    }

    #[test]
    fn each_wrong_field_is_named() {
        for (field, typed) in [
            ("description", ""),
            ("taken_on", ""),
            ("taken_on", "2026-11-25"),
            ("taken_on", "31/02/2026"),
            ("level", "Level 9"),
        ] {
            let mut form = good().with(field, typed);
            assert_eq!(read_new(&mut form, &levels(), today()), None, "{field} {typed}");
            assert!(form.problem(field).is_some() && form.problems().len() == 1, "{field} {typed}");
        }
    }

    #[test]
    fn a_level_that_the_service_took_off_its_list_stays_with_its_row() {
        let mut form = good().with("level", "Old level");
        assert!(outcome(&mut form, &Names::of_new(), &levels(), "Old level", today()).is_some());
        assert!(form.is_good());
    }
}
