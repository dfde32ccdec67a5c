//! A mark: all that a register says of one learner at one lesson.

use super::{contribution::Contribution, status::Status};
use chrono::NaiveTime;
use platform::{
    clock,
    form::{self, Form},
};
use serde_json::{Value, json};

/// What stands in a register for one learner. Empty until somebody marks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    pub status: Option<Status>,
    /// Minutes late; only with [`Status::Late`].
    pub late_minutes: Option<i16>,
    /// Only with a status that counts as attended.
    pub contribution: Option<Contribution>,
    /// For a learner sent home: when, why, and who collected.
    pub left_at: Option<NaiveTime>,
    pub left_reason: Option<String>,
    pub collected_by: Option<String>,
}

/// The fields of a mark, as forms name them (each followed by `-` and the learner's reference).
pub const FIELDS: [&str; 6] = ["status", "late", "contribution", "left", "leftwhy", "collected"];

/// Most minutes late that make sense: a lesson is shorter.
const MOST_MINUTES_LATE: i64 = 300;

impl Mark {
    /// As it stands in a form: the text of each of [`FIELDS`].
    pub fn texts(&self) -> [String; 6] {
        [
            self.status.map_or_else(String::new, |status| status.word().to_owned()),
            self.late_minutes.map_or_else(String::new, |minutes| minutes.to_string()),
            self.contribution.map_or_else(String::new, |level| level.value().to_string()),
            self.left_at.map_or_else(String::new, clock::hour),
            self.left_reason.clone().unwrap_or_default(),
            self.collected_by.clone().unwrap_or_default(),
        ]
    }

    /// From a form's texts. A wrong one leaves its sentence beside its field, and `None`.
    pub fn parse(texts: &[String; 6], reference: &str, form: &mut Form) -> Option<Mark> {
        let before = form.problems().len();
        let [status, late, contribution, left, left_reason, collected] = texts;
        let mut wrong = |field: &str, sentence: &str| form.refuse(&format!("{field}-{reference}"), sentence);
        let mut mark = Mark::default();
        if !status.is_empty() {
            mark.status = Status::parse(status).map_err(|sentence| wrong("status", sentence)).ok();
        }
        if !late.is_empty() {
            match late.parse::<i64>().ok().filter(|minutes| (0..=MOST_MINUTES_LATE).contains(minutes)) {
                Some(minutes) => mark.late_minutes = i16::try_from(minutes).ok(),
                None => {
                    wrong("late", "Enter the minutes late as a whole number from 0 to 300, or leave it empty")
                }
            }
        }
        if !contribution.is_empty() {
            mark.contribution =
                Contribution::parse(contribution).map_err(|sentence| wrong("contribution", sentence)).ok();
        }
        if !left.is_empty() {
            mark.left_at = form::parse_time(left);
            if mark.left_at.is_none() {
                wrong("left", "Enter the time as in 10:45");
            }
        }
        for (field, text, place) in [
            ("leftwhy", left_reason, &mut mark.left_reason),
            ("collected", collected, &mut mark.collected_by),
        ] {
            match text.trim() {
                "" => {}
                long if long.chars().count() > form::LINE => {
                    wrong(field, "This is too long: use 200 characters or fewer")
                }
                good => *place = Some(good.to_owned()),
            }
        }
        (form.problems().len() == before).then(|| mark.tidied())
    }

    /// Without what makes no sense beside its status.
    #[must_use]
    pub fn tidied(mut self) -> Mark {
        if self.status != Some(Status::Late) {
            self.late_minutes = None;
        }
        if !Contribution::applies_to(self.status) {
            self.contribution = None;
        }
        if !is_sent_home(self.status) {
            (self.left_at, self.left_reason, self.collected_by) = (None, None, None);
        }
        self
    }

    /// As the history keeps it: only what is there.
    pub fn to_json(&self) -> Value {
        let names = FIELDS.iter().zip(self.texts()).filter(|(_, text)| !text.is_empty());
        json!(
            names
                .map(|(name, text)| ((*name).to_owned(), text))
                .collect::<std::collections::BTreeMap<_, _>>()
        )
    }

    /// From what the history kept. What later versions can't read is left empty.
    pub fn from_json(value: &Value) -> Mark {
        let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let texts = FIELDS.map(text);
        Mark::parse(&texts, "", &mut Form::empty()).unwrap_or_default()
    }
}

/// Whether the learner was sent home, so that time, reason and who collected are asked for.
pub fn is_sent_home(status: Option<Status>) -> bool {
    match status {
        Some(Status::DismissedBehaviour | Status::DismissedOther) => true,
        Some(
            Status::Present
            | Status::Late
            | Status::Authorised
            | Status::Unexplained
            | Status::Unauthorised
            | Status::NotRequired,
        )
        | None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(texts: [&str; 6]) -> (Option<Mark>, Vec<String>) {
        let mut form = Form::empty();
        let mark = Mark::parse(&texts.map(str::to_owned), "r", &mut form);
        (mark, form.problems().iter().map(|p| p.field.clone()).collect())
    }

    #[test]
    fn what_a_form_says_comes_back_as_it_was() {
        for texts in [
            ["present", "", "2", "", "", ""],
            ["late", "12", "-1", "", "", ""],
            ["dismissed-behaviour", "", "", "10:45", "Fight", "Grandmother"],
            ["", "", "", "", "", ""],
        ] {
            let (mark, problems) = parse(texts);
            assert_eq!(problems, Vec::<String>::new());
            let mark = mark.unwrap();
            assert_eq!(mark.texts(), texts.map(str::to_owned));
            assert_eq!(Mark::from_json(&mark.to_json()), mark);
        }
    }

    #[test]
    fn what_makes_no_sense_beside_the_status_is_dropped() {
        let (mark, _) = parse(["unexplained", "12", "2", "10:45", "x", "y"]);
        assert_eq!(
            mark.unwrap(),
            Mark {
                status: Some(Status::Unexplained),
                ..Mark::default()
            }
        );
    }

    #[test]
    fn each_wrong_field_is_named() {
        let (mark, problems) = parse(["asleep", "soon", "3", "25:00", &"x".repeat(201), ""]);
        assert_eq!(mark, None);
        assert_eq!(problems, ["status-r", "late-r", "contribution-r", "left-r", "leftwhy-r"]);
    }
}
