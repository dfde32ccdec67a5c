//! Reads the fields of a filter panel one by one, and notes each in force: for the address and for
//! people.

use super::choices::Choices;
use chrono::NaiveDate;
use platform::{Form, clock::short_date};

/// A span of days, open where there is no day.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Span {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

/// How long ago something was, in days.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Ago {
    /// Longer ago than so many days.
    pub older: Option<i64>,
    /// So many days ago, or later.
    pub within: Option<i64>,
}

/// A filter in force, as a button says it.
#[derive(Clone, Debug)]
pub(super) struct Label {
    pub text: String,
    /// The fields that go when it is taken away.
    pub fields: Vec<&'static str>,
    /// What the address says in their place.
    pub instead: Option<(&'static str, &'static str)>,
}

/// The form as far as it has been read.
pub(super) struct Reader<'c> {
    pub form: Form,
    pub choices: &'c Choices,
    /// The fields in force with their values.
    pub terms: Vec<(&'static str, String)>,
    pub labels: Vec<Label>,
}

/// More days ago than anybody asks for: ten years.
const MOST_DAYS: i64 = 3_660;

impl Reader<'_> {
    fn label(&mut self, text: String, fields: &[&'static str]) {
        self.labels.push(Label { text, fields: fields.to_vec(), instead: None });
    }

    /// A field to choose from; the one that narrows nothing is `None`.
    pub fn chosen(&mut self, field: &'static str, name: &str) -> Option<String> {
        let options = self.choices.options(field);
        let chosen = self.form.parsed(field, |text| {
            let found = options.iter().find(|option| option.0 == text);
            found.cloned().ok_or_else(|| format!("{name}: choose one from the list"))
        });
        let (value, said) = chosen.filter(|option| !option.0.is_empty())?;
        self.terms.push((field, value.clone()));
        self.label(format!("{name}: {said}"), &[field]);
        Some(value)
    }

    /// As [`Reader::chosen`], of yes and no.
    pub fn yes_or_no(&mut self, field: &'static str, name: &str) -> Option<bool> {
        self.chosen(field, name).map(|word| word == "yes")
    }

    /// Two dates.
    pub fn span(&mut self, from: &'static str, to: &'static str, name: &str) -> Span {
        let span = Span { from: self.form.date(from), to: self.form.date(to) };
        if span.from.is_some_and(|first| span.to.is_some_and(|last| last < first)) {
            self.form.refuse(to, format!("{name}: the second date must not be before the first"));
            return Span::default();
        }
        for (field, day) in [(from, span.from), (to, span.to)] {
            if let Some(day) = day {
                self.terms.push((field, day.to_string()));
            }
        }
        match (span.from.map(short_date), span.to.map(short_date)) {
            (None, None) => {}
            (Some(first), None) => self.label(format!("{name}: from {first}"), &[from, to]),
            (None, Some(last)) => self.label(format!("{name}: up to {last}"), &[from, to]),
            (Some(first), Some(last)) => self.label(format!("{name}: {first} to {last}"), &[from, to]),
        }
        span
    }

    /// Two numbers of days.
    pub fn ago(&mut self, older: &'static str, within: &'static str, name: &str) -> Ago {
        let ago = Ago {
            older: self.form.number(older, 1, MOST_DAYS),
            within: self.form.number(within, 1, MOST_DAYS),
        };
        if let Some(days) = ago.older {
            self.terms.push((older, days.to_string()));
            self.label(format!("{name}: more than {days} days ago"), &[older]);
        }
        if let Some(days) = ago.within {
            self.terms.push((within, days.to_string()));
            self.label(format!("{name}: within {days} days"), &[within]);
        }
        ago
    }

    /// A number whose choices are read by [`Reader::chosen`], with a tick for "and later".
    pub fn year(&mut self, field: &'static str, later: &'static str, name: &str) -> Option<(i16, bool)> {
        let year = self.chosen(field, name)?.parse().ok()?;
        let and_later = self.form.ticked(later);
        if and_later {
            self.terms.push((later, "yes".to_owned()));
            if let Some(label) = self.labels.last_mut() {
                label.text.push_str(" and later");
                label.fields.push(later);
            }
        }
        Some((year, and_later))
    }

    /// A field that never stands in an address: only its button is made.
    pub fn kept(&mut self, field: &'static str, text: String) {
        self.label(text, &[field]);
    }
}
