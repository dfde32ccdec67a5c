//! What is read of the records when reports are asked for: the fields that the template names, and
//! no more. It waits in the vault until it is merged.

use crate::records::columns::{self, Column, Row};
use platform::audit::hex;
use serde::{Deserialize, Serialize};

/// The records of one run.
#[derive(Serialize, Deserialize, Default, Debug)]
pub(super) struct Input {
    /// The columns, by their names.
    pub(super) fields: Vec<String>,
    pub(super) records: Vec<Record>,
    /// A PNG in hexadecimal digits.
    pub(super) logo: Option<String>,
}

/// One record.
#[derive(Serialize, Deserialize, Debug)]
pub(super) struct Record {
    /// What its file is called when each has its own: it stands inside the zip only.
    pub(super) name: String,
    pub(super) values: Vec<String>,
}

impl Input {
    /// Without records yet. Names that are no columns are left out.
    pub(super) fn of_fields(names: &[String], logo: Option<&str>) -> Input {
        let known = names.iter().filter_map(|name| columns::find(name));
        let logo = logo.and_then(|logo| logo.strip_prefix("image/png,"));
        Input {
            fields: known.map(|column| column.name.to_owned()).collect(),
            records: Vec::new(),
            logo: logo.map(str::to_owned),
        }
    }

    /// Adds what a record has in the columns.
    pub(super) fn add(&mut self, row: &Row) {
        let columns: Vec<&Column> = self.fields.iter().filter_map(|name| columns::find(name)).collect();
        let learner = &row.line.learner;
        self.records.push(Record {
            name: format!("{}, {}", learner.surname, learner.first_name),
            values: columns.iter().map(|column| column.text(row)).collect(),
        });
    }

    /// A record's value of a field; none where it is no column.
    pub(super) fn value(&self, record: usize, name: &str) -> Option<String> {
        let at = self.fields.iter().position(|field| field.eq_ignore_ascii_case(name))?;
        self.records.get(record)?.values.get(at).cloned()
    }

    /// The logo as a file.
    pub(super) fn logo(&self) -> Option<Vec<u8>> {
        let digits = self.logo.as_deref()?;
        let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
        (0..digits.len()).step_by(2).map(byte).collect()
    }
}

/// Pictures as the helper reads them.
pub(super) fn digits(bytes: &[u8]) -> String {
    hex(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_are_no_columns_have_no_value() {
        let names = [
            "learner_surname".to_owned(),
            "Shoe_Size".to_owned(),
            "Record_ID".to_owned(),
        ];
        let mut input = Input::of_fields(&names, Some("image/png,00ff"));
        let values = vec!["O’Neill".to_owned(), "0012".to_owned()];
        input.records.push(Record { name: "O’Neill, Ana".to_owned(), values });
        assert_eq!(input.value(0, "Learner_Surname").as_deref(), Some("O’Neill"));
        assert_eq!(input.value(0, "RECORD_ID").as_deref(), Some("0012"));
        assert_eq!((input.value(0, "Shoe_Size"), input.value(1, "Record_ID")), (None, None));
        assert_eq!(input.logo(), Some(vec![0, 255]));
        assert_eq!(Input::of_fields(&names, Some("image/svg+xml,<svg/>")).logo(), None);
    }
}
