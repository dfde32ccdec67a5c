//! Setting reports as PDF, by the helper `cap-pdf` (docs/decisions/reports.md).

use super::input::digits;
use platform::helper::{self, Helper};
use std::time::Duration;
use word::Content;

/// The program that sets PDFs.
const PROGRAM: &str = "cap-pdf";
/// Longest work on one document.
const LONGEST: Duration = Duration::from_secs(300);

/// What is said while the program is not there.
pub(super) const NOT_READY: &str = "PDFs are not ready on this server: the program that sets them is still being built, or was not installed. Word files can be made";

/// Whether PDFs can be made.
pub(super) fn is_ready() -> bool {
    helper::find(PROGRAM).is_some()
}

/// Starts the program.
pub(super) fn start() -> Result<Helper, String> {
    Helper::start(PROGRAM).map_err(|_| format!("{NOT_READY}."))
}

/// One PDF of these records. The pictures of all are counted on from one to the next.
pub(super) fn pdf(helper: &mut Helper, title: &str, records: Vec<Content>) -> Result<Vec<u8>, String> {
    let mut pictures: Vec<Vec<u8>> = Vec::new();
    let mut blocks = Vec::new();
    for record in records {
        let numbers: Vec<usize> =
            record.pictures.iter().map(|picture| number(&mut pictures, picture)).collect();
        let mut value = serde_json::to_value(&record.blocks).map_err(|error| error.to_string())?;
        renumber(&mut value, &numbers);
        blocks.push(serde_json::json!({ "blocks": value }));
    }
    let pictures: Vec<String> = pictures.iter().map(|picture| digits(picture)).collect();
    let request = serde_json::json!({ "title": title, "records": blocks, "pictures": pictures });
    helper.ask(&request.to_string(), LONGEST)
}

/// Which picture of the document this is; the logo of a thousand records is one.
fn number(pictures: &mut Vec<Vec<u8>>, picture: &[u8]) -> usize {
    pictures.iter().position(|known| known == picture).unwrap_or_else(|| {
        pictures.push(picture.to_vec());
        pictures.len() - 1
    })
}

/// Gives the pictures of a record their numbers within the document.
fn renumber(value: &mut serde_json::Value, numbers: &[usize]) {
    match value {
        serde_json::Value::Array(list) => list.iter_mut().for_each(|value| renumber(value, numbers)),
        serde_json::Value::Object(fields) => {
            let is_picture = fields.get("kind").is_some_and(|kind| kind == "picture");
            if is_picture && let Some(number) = fields.get_mut("number") {
                let own = number.as_u64().and_then(|own| usize::try_from(own).ok());
                *number = own.and_then(|own| numbers.get(own).copied()).unwrap_or_default().into();
            }
            fields.values_mut().for_each(|value| renumber(value, numbers));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_of_several_records_are_told_apart() {
        let mut pictures = Vec::new();
        assert_eq!(
            [
                number(&mut pictures, b"a"),
                number(&mut pictures, b"b"),
                number(&mut pictures, b"a")
            ],
            [0, 1, 0]
        );
        let mut value = serde_json::json!([
            {"kind": "picture", "number": 1},
            {"kind": "table", "rows": [{"cells": [{"blocks": [{"kind": "picture", "number": 0}]}]}]},
        ]);
        renumber(&mut value, &[7, 9]);
        let text = value.to_string();
        assert!(text.contains("\"number\":9") && text.contains("\"number\":7"), "{text}");
    }
}
