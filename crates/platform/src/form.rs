//! Forms: what was typed, what is wrong with it, and nothing lost in between.
//!
//! A handler pulls its values out one by one; each wrong one leaves a sentence beside its field.
//! Pages take the same [`Form`] back, so that what was typed still stands there.

use chrono::{NaiveDate, NaiveTime};
use std::sync::Arc;

/// The fields of a form or of an address, with what is wrong with them. A copy shares the fields.
#[derive(Clone, Debug, Default)]
pub struct Form {
    fields: Arc<Fields>,
    problems: Vec<Problem>,
}

/// Fields as they came, and where each name stands among them: a register of fifteen has two
/// hundred, which are asked for one by one.
#[derive(Clone, Debug, Default)]
struct Fields {
    list: Vec<(String, String)>,
    /// Positions in the list by name; those of one name as they came.
    by_name: Vec<usize>,
}

impl Fields {
    fn of(list: Vec<(String, String)>) -> Fields {
        let mut by_name: Vec<usize> = (0..list.len()).collect();
        by_name.sort_by(|a, b| list[*a].0.cmp(&list[*b].0));
        Fields { list, by_name }
    }

    /// The fields in the order of their names, from this name on.
    fn from<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a (String, String)> + use<'a> {
        let first = self.by_name.partition_point(|at| self.list[*at].0.as_str() < name);
        self.by_name[first..].iter().map(|at| &self.list[*at])
    }

    fn first<'a>(&'a self, name: &str) -> Option<&'a str> {
        let (field, value) = self.from(name).next()?;
        (field == name).then_some(value)
    }

    /// Every value of this name, as they came.
    fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.from(name).map_while(move |(field, value)| (field == name).then_some(value.as_str()))
    }
}

/// One sentence beside one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub field: String,
    pub message: String,
}

/// Longest value of a one-line field, in characters, where the page says nothing else.
pub const LINE: usize = 200;
/// Longest value of a text area, in characters.
pub const TEXT: usize = 4_000;

impl Form {
    /// An empty one, for a page that is opened first.
    pub fn empty() -> Self {
        Form::default()
    }

    /// From decoded fields.
    pub fn of(fields: Vec<(String, String)>) -> Self {
        Form {
            fields: Arc::new(Fields::of(fields)),
            problems: Vec::new(),
        }
    }

    /// Decodes `application/x-www-form-urlencoded`.
    pub fn decode(body: &[u8]) -> Self {
        Form::of(form_pairs(body))
    }

    /// Puts a value, for a page that starts filled in.
    pub fn with(self, name: &str, value: impl ToString) -> Self {
        self.changed(|list| {
            list.retain(|(field, _)| field != name);
            list.push((name.to_owned(), value.to_string()));
        })
    }

    /// Adds one more value to a field of several.
    pub fn and(self, name: &str, value: impl ToString) -> Self {
        self.changed(|list| list.push((name.to_owned(), value.to_string())))
    }

    fn changed(self, change: impl FnOnce(&mut Vec<(String, String)>)) -> Self {
        let mut list = Arc::unwrap_or_clone(self.fields).list;
        change(&mut list);
        Form {
            fields: Arc::new(Fields::of(list)),
            problems: self.problems,
        }
    }

    /// What was typed, untouched; empty when the field is absent.
    pub fn value<'a>(&'a self, name: &str) -> &'a str {
        self.fields.first(name).unwrap_or_default()
    }

    /// Every value of a field that may come several times (tick boxes).
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.named(name)
    }

    /// Whether the field has this value (a ticked box, a chosen option).
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.values(name).any(|v| v == value)
    }

    /// Whether the field came at all.
    pub fn contains(&self, name: &str) -> bool {
        self.fields.first(name).is_some()
    }

    /// All fields as they came.
    pub fn fields(&self) -> &[(String, String)] {
        &self.fields.list
    }

    /// The fields whose names start so: the rest of the name, and the value.
    pub fn starting<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.fields()
            .iter()
            .filter_map(move |(name, value)| name.strip_prefix(prefix).map(|rest| (rest, value.as_str())))
    }

    /// The sentence beside a field.
    pub fn problem(&self, name: &str) -> Option<&str> {
        self.problems.iter().find(|p| p.field == name).map(|p| p.message.as_str())
    }

    /// All sentences, in the order of the fields.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Whether nothing is wrong.
    pub fn is_good(&self) -> bool {
        self.problems.is_empty()
    }

    /// Puts a sentence beside a field; the first one stays.
    pub fn refuse(&mut self, field: &str, message: impl Into<String>) {
        if self.problem(field).is_none() {
            self.problems.push(Problem { field: field.to_owned(), message: message.into() });
        }
    }

    /// The one value of a field, trimmed. A doubled, overlong or unprintable one is refused.
    pub fn text(&mut self, name: &str, most: usize) -> String {
        if self.values(name).count() > 1 {
            self.refuse(name, "This came more than once; enter it once");
            return String::new();
        }
        let text = self.value(name).trim().replace("\r\n", "\n");
        if text.chars().count() > most {
            self.refuse(name, format!("This is too long: use {most} characters or fewer"));
            return String::new();
        }
        if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            self.refuse(name, "This has characters that can't be shown; type it again");
            return String::new();
        }
        text
    }

    /// As [`Form::text`], and it must not be empty.
    pub fn required(&mut self, name: &str, most: usize, missing: &str) -> String {
        let text = self.text(name, most);
        if text.is_empty() {
            self.refuse(name, missing);
        }
        text
    }

    /// `None` when empty.
    pub fn optional(&mut self, name: &str, most: usize) -> Option<String> {
        Some(self.text(name, most)).filter(|text| !text.is_empty())
    }

    /// A value that `parse` understands; its error is the sentence. `None` when empty or wrong.
    pub fn parsed<T, E: ToString>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.text(name, LINE);
        if text.is_empty() {
            return None;
        }
        parse(&text).map_err(|error| self.refuse(name, error.to_string())).ok()
    }

    /// As [`Form::parsed`], and it must be there.
    pub fn required_parsed<T, E: ToString>(
        &mut self,
        name: &str,
        missing: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let value = self.parsed(name, parse);
        if value.is_none() {
            self.refuse(name, missing);
        }
        value
    }

    /// A date, as `2026-11-24` or `24/11/2026`.
    pub fn date(&mut self, name: &str) -> Option<NaiveDate> {
        self.parsed(name, |text| parse_date(text).ok_or("Enter a real date, like 24/11/2026"))
    }

    /// A time of day, as `09:15`.
    pub fn time(&mut self, name: &str) -> Option<NaiveTime> {
        self.parsed(name, |text| parse_time(text).ok_or("Enter a time of day, like 09:15"))
    }

    /// A whole number within bounds.
    pub fn number(&mut self, name: &str, least: i64, most: i64) -> Option<i64> {
        self.parsed(name, |text| {
            text.parse()
                .ok()
                .filter(|n| (least..=most).contains(n))
                .ok_or_else(|| format!("Enter a whole number from {least} to {most}"))
        })
    }

    /// Whether a box was ticked.
    pub fn ticked(&self, name: &str) -> bool {
        !self.value(name).is_empty()
    }
}

/// A date as people or browsers write it.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .or_else(|_| NaiveDate::parse_from_str(text, "%d/%m/%Y"))
        .ok()?;
    use chrono::Datelike;
    (1900..=2100).contains(&date.year()).then_some(date)
}

/// A time of day as people or browsers write it.
pub fn parse_time(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M")
        .or_else(|_| NaiveTime::parse_from_str(text, "%H:%M:%S"))
        .ok()
}

/// Most fields that one form may have: a register of sixty learners has about six hundred.
const MOST_FIELDS: usize = 4_000;

fn form_pairs(body: &[u8]) -> Vec<(String, String)> {
    body.split(|b| *b == b'&')
        .filter(|part| !part.is_empty())
        .take(MOST_FIELDS)
        .map(|part| {
            let at = part.iter().position(|b| *b == b'=').unwrap_or(part.len());
            (unescape(&part[..at]), unescape(part.get(at + 1..).unwrap_or_default()))
        })
        .collect()
}

fn unescape(text: &[u8]) -> String {
    if !text.iter().any(|b| matches!(b, b'%' | b'+')) {
        return String::from_utf8_lossy(text).into_owned();
    }
    let digit = |b: Option<&u8>| b.and_then(|b| (*b as char).to_digit(16)).map(|d| d as u8);
    let mut bytes = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(b) = text.get(at) {
        match (b, digit(text.get(at + 1)), digit(text.get(at + 2))) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(high << 4 | low);
                at += 3;
                continue;
            }
            (b'+', _, _) => bytes.push(b' '),
            (other, _, _) => bytes.push(*other),
        }
        at += 1;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Escapes a value for the query of an address.
pub fn escape(value: &str) -> String {
    value.bytes().fold(String::with_capacity(value.len()), |mut out, b| {
        match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(b as char),
            other => out.push_str(&format!("%{other:02X}")),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_what_browsers_send_and_survives_what_they_do_not() {
        let form = Form::decode("a=1&b=x+y%20z&c=%C3%A9&d&e=%zz%4&=v&b=2".as_bytes());
        assert_eq!(form.value("a"), "1");
        assert_eq!(form.value("b"), "x y z");
        assert_eq!(form.values("b").collect::<Vec<_>>(), ["x y z", "2"]);
        assert_eq!(form.value("c"), "é");
        assert_eq!(form.value("d"), "");
        assert_eq!(form.value("e"), "%zz%4");
        assert_eq!(Form::decode(b"a=%ff").value("a"), "\u{fffd}");
    }

    #[test]
    fn fields_are_found_by_name_wherever_they_stand() {
        let form = Form::decode(b"b=1&a=2&b=3&ab=4&b=&=5").with("c", 6).and("a", 7);
        let values = |name| form.values(name).collect::<Vec<_>>();
        assert_eq!(values("b"), ["1", "3", ""]);
        assert_eq!(values("a"), ["2", "7"]);
        assert_eq!(values(""), ["5"]);
        assert_eq!(values("zz"), Vec::<&str>::new());
        assert_eq!((form.value("b"), form.value("ab"), form.value("aa")), ("1", "4", ""));
        assert!(form.has("b", "3") && !form.has("ab", "3") && !form.contains("aa"));
        let names: Vec<_> = form.fields().iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["b", "a", "b", "ab", "b", "", "c", "a"]);
        assert_eq!(form.clone().with("b", 8).values("b").collect::<Vec<_>>(), ["8"]);
        assert_eq!(values("b").len(), 3);
    }

    #[test]
    fn a_wrong_value_leaves_a_sentence_and_what_was_typed() {
        let mut form = Form::decode(b"born=31%2F02%2F2010&name=&n=7&long=xxxxxx&twice=1&twice=2&ctl=a%00b");
        assert_eq!(form.date("born"), None);
        assert_eq!(form.value("born"), "31/02/2010");
        assert!(form.problem("born").is_some());
        form.required("name", 10, "Enter the name");
        assert_eq!(form.problem("name"), Some("Enter the name"));
        assert_eq!(form.number("n", 1, 5), None);
        form.text("long", 5);
        form.text("twice", 5);
        form.text("ctl", 5);
        let wrong: Vec<_> = form.problems().iter().map(|p| p.field.as_str()).collect();
        assert_eq!(wrong, ["born", "name", "n", "long", "twice", "ctl"]);
    }

    #[test]
    fn escaping_is_undone_by_decoding() {
        let odd = "a&b=c d+é%";
        assert_eq!(Form::decode(format!("q={}", escape(odd)).as_bytes()).value("q"), odd);
    }
}
