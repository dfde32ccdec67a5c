//! Reads the CSV file of an import: finds its columns by name and tells every fault at once, each
//! with its line and column, so that a person mends the file in one round.
//!
//! The file is UTF-8, with or without a byte order mark; what is not UTF-8 is read as Windows-1252,
//! which older versions of Excel write in Britain.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use csv::StringRecord;

/// The most rows in one file, the heading not counted.
pub const MOST_ROWS: usize = 200_000;

/// The most bytes of one field.
pub const LONGEST_FIELD_BYTES: usize = 64 * 1024;

/// A column that an import knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnSpec {
    /// Its heading in lower case with underscores, as the guides write it.
    pub name: &'static str,
    /// Whether the column must be there and filled in every row. Others may be left out or empty.
    pub required: bool,
}

impl ColumnSpec {
    /// A column that must be there and filled in every row.
    pub const fn required(name: &'static str) -> Self {
        Self { name, required: true }
    }

    /// A column that may be left out, or be empty in any row.
    pub const fn optional(name: &'static str) -> Self {
        Self { name, required: false }
    }
}

/// One fault of a file, for the person who prepared it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// The line of the file, counted from 1 as a text editor does.
    pub line: u64,
    /// The heading of the column; empty when the fault is the whole line's.
    pub column: String,
    /// What is wrong, without a full stop.
    pub message: String,
}

impl BadLine {
    fn whole(line: u64, message: impl Into<String>) -> Self {
        Self {
            line,
            column: String::new(),
            message: message.into(),
        }
    }
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.column.is_empty() {
            return write!(f, "line {}: {}", self.line, self.message);
        }
        write!(f, "line {}, column {}: {}", self.line, self.column, self.message)
    }
}

/// A file whose shape is right: every row has the columns of the heading, and those that are required
/// are filled.
#[derive(Debug)]
pub struct Table {
    columns: Columns,
    rows: Vec<(u64, StringRecord)>,
}

/// What becomes of columns that an import does not know.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Others {
    Refused,
    PassedOver,
}

/// Where each known column stands in the file; `None` for one that was left out.
type Columns = HashMap<&'static str, Option<usize>>;

impl Table {
    /// Reads a whole file. Headings match whatever their case, with spaces for underscores if the
    /// person likes; rows in which every field is empty are passed over.
    ///
    /// # Errors
    /// Every fault of the file's shape, in the order of its lines.
    pub fn read(bytes: &[u8], wanted: &[ColumnSpec]) -> Result<Self, Vec<BadLine>> {
        Self::read_with(bytes, wanted, Others::Refused)
    }

    /// As [`Table::read`], of a file that somebody else makes: columns that the import does not know
    /// are passed over.
    ///
    /// # Errors
    /// As [`Table::read`].
    pub fn read_foreign(bytes: &[u8], wanted: &[ColumnSpec]) -> Result<Self, Vec<BadLine>> {
        Self::read_with(bytes, wanted, Others::PassedOver)
    }

    fn read_with(bytes: &[u8], wanted: &[ColumnSpec], others: Others) -> Result<Self, Vec<BadLine>> {
        let text = decode(bytes)?;
        let mut records = records(&text)?.into_iter();
        let Some((line, headings)) = records.next() else {
            return Err(vec![BadLine::whole(1, "the file is empty")]);
        };
        // With a wrong heading, every row would be wrong too and hide the one thing to mend.
        let columns = find_columns(line, &headings, wanted, others)?;

        let rows: Vec<_> = records
            .filter(|(_, record)| record.iter().any(|field| !field.trim().is_empty()))
            .collect();
        let mut faults = Vec::new();
        for (line, record) in &rows {
            check_row(*line, record, &headings, &columns, wanted, &mut faults);
        }
        if faults.is_empty() {
            Ok(Self { columns, rows })
        } else {
            Err(faults)
        }
    }

    /// The rows in the order of the file.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Row<'_>> {
        self.rows.iter().map(|(line, fields)| Row { line: *line, fields, columns: &self.columns })
    }

    /// The same table with only the rows that are wanted.
    pub fn keeping(mut self, is_wanted: impl Fn(&Row<'_>) -> bool) -> Self {
        let rows = std::mem::take(&mut self.rows);
        let kept = rows
            .into_iter()
            .filter(|(line, fields)| is_wanted(&Row { line: *line, fields, columns: &self.columns }));
        self.rows = kept.collect();
        self
    }
}

/// One row of a [`Table`].
#[derive(Debug, Clone, Copy)]
pub struct Row<'t> {
    line: u64,
    fields: &'t StringRecord,
    columns: &'t Columns,
}

impl<'t> Row<'t> {
    /// The line on which the row begins, counted from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The field without the spaces around it; empty when the column was left out.
    ///
    /// # Panics
    /// When the name is not one of those that the table was read with.
    pub fn get(&self, name: &str) -> &'t str {
        let Some(place) = self.columns.get(name) else {
            panic!("the import asks for a column {name} that it did not declare");
        };
        place.and_then(|at| self.fields.get(at)).unwrap_or_default().trim()
    }

    /// The field, or `None` when it is empty or its column was left out.
    ///
    /// # Panics
    /// As [`Row::get`].
    pub fn find(&self, name: &str) -> Option<&'t str> {
        Some(self.get(name)).filter(|field| !field.is_empty())
    }

    /// A fault in this row, for rules that the import checks itself.
    pub fn fault(&self, column: &str, message: impl Into<String>) -> BadLine {
        BadLine {
            line: self.line,
            column: column.to_owned(),
            message: message.into(),
        }
    }
}

fn find_columns(
    line: u64,
    headings: &StringRecord,
    wanted: &[ColumnSpec],
    others: Others,
) -> Result<Columns, Vec<BadLine>> {
    let mut columns: Columns = wanted.iter().map(|column| (column.name, None)).collect();
    let mut faults = Vec::new();
    for (at, heading) in headings.iter().enumerate() {
        let fault = |message: &str| BadLine {
            line,
            column: heading.trim().to_owned(),
            message: message.to_owned(),
        };
        let name = heading.trim().to_ascii_lowercase().replace(' ', "_");
        if name.is_empty() && others == Others::Refused {
            faults.push(BadLine::whole(line, format!("heading {} is empty", at + 1)));
            continue;
        }
        let known = wanted
            .iter()
            .find(|column| column.name == name)
            .and_then(|column| columns.get_mut(column.name));
        match known {
            None if others == Others::PassedOver => {}
            None => faults.push(fault("this column is not one that the import knows")),
            Some(Some(_)) => faults.push(fault("this column is there twice")),
            Some(place) => *place = Some(at),
        }
    }
    for column in wanted.iter().filter(|column| column.required && columns[column.name].is_none()) {
        faults.push(BadLine {
            line,
            column: column.name.to_owned(),
            message: "this column is missing".to_owned(),
        });
    }
    if faults.is_empty() { Ok(columns) } else { Err(faults) }
}

fn check_row(
    line: u64,
    record: &StringRecord,
    headings: &StringRecord,
    columns: &Columns,
    wanted: &[ColumnSpec],
    faults: &mut Vec<BadLine>,
) {
    if record.len() != headings.len() {
        faults.push(BadLine::whole(
            line,
            format!(
                "{} fields where the heading has {}; a comma or a quotation mark may be missing",
                record.len(),
                headings.len()
            ),
        ));
        return;
    }
    let mut fault = |column: &str, message: String| {
        faults.push(BadLine { line, column: column.trim().to_owned(), message });
    };
    for (field, heading) in record.iter().zip(headings) {
        if field.len() > LONGEST_FIELD_BYTES {
            fault(heading, format!("longer than {} KiB", LONGEST_FIELD_BYTES / 1024));
        }
        if field.contains(|c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r')) {
            fault(heading, "a control character stands in it".to_owned());
        }
    }
    for column in wanted.iter().filter(|column| column.required) {
        let field = columns[column.name].and_then(|at| record.get(at)).unwrap_or_default();
        if field.trim().is_empty() {
            fault(column.name, "this must be filled".to_owned());
        }
    }
}

/// The file's records, each with the line on which it begins. Faults that end the reading stand alone.
fn records(text: &str) -> Result<Vec<(u64, StringRecord)>, Vec<BadLine>> {
    let reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut records = Vec::new();
    let mut last_begins = 0;
    for record in reader.into_records() {
        let record =
            record.map_err(|error| vec![BadLine::whole(1, format!("the file cannot be read: {error}"))])?;
        let (line, begins) = beginning(text, &record);
        if records.len() > MOST_ROWS {
            return Err(vec![BadLine::whole(
                line,
                format!("the file has more than {MOST_ROWS} rows; split it"),
            )]);
        }
        records.push((line, record));
        last_begins = begins;
    }
    match records.last() {
        Some((line, _)) if swallows_lines(&text[last_begins..]) => Err(vec![BadLine::whole(
            *line,
            "a quotation mark is opened here and never closed",
        )]),
        _ => Ok(records),
    }
}

/// The line and the byte at which a record begins. The reader notes where it stood before it passed
/// over empty lines, so those are added.
fn beginning(text: &str, record: &StringRecord) -> (u64, usize) {
    let (line, from) = record.position().map_or((1, 0), |at| (at.line(), at.byte() as usize));
    let ahead = text.get(from..).unwrap_or_default();
    let blank = &ahead[..ahead.len() - ahead.trim_start_matches(['\r', '\n']).len()];
    (line + blank.matches('\n').count() as u64, from + blank.len())
}

/// Whether the last record of a file took the lines after it for a part of a quoted field. The reader
/// lets an open quotation mark run to the end of the file, which would lose every row in between.
fn swallows_lines(last_record: &str) -> bool {
    let is_unbalanced = last_record.matches('"').count() % 2 == 1;
    is_unbalanced && last_record.trim_end().contains('\n')
}

fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Vec<BadLine>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    // Excel's "Unicode Text" is UTF-16, which half of the time has a zero for every other byte.
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(vec![BadLine::whole(1, "the file is UTF-16; save it as CSV UTF-8")]);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(_) => windows_1252(bytes).map(Cow::Owned),
    }
}

fn windows_1252(bytes: &[u8]) -> Result<String, Vec<BadLine>> {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    let mut line = 1;
    let mut faults = Vec::new();
    for &byte in bytes {
        line += u64::from(byte == b'\n');
        match windows_1252_character(byte) {
            Some(character) => text.push(character),
            None => faults.push(BadLine::whole(
                line,
                format!("the byte {byte:#04x} is no character; save the file as CSV UTF-8"),
            )),
        }
    }
    if faults.is_empty() { Ok(text) } else { Err(faults) }
}

/// Windows-1252 is Latin-1 but for these 32 places, five of which are empty (shown here as a space).
fn windows_1252_character(byte: u8) -> Option<char> {
    const FROM_0X80: [char; 32] = [
        '€', ' ', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', ' ', 'Ž', ' ', //
        ' ', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', ' ', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => Some(FROM_0X80[usize::from(byte - 0x80)]).filter(|character| *character != ' '),
        _ => Some(char::from(byte)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WANTED: &[ColumnSpec] = &[
        ColumnSpec::required("upn"),
        ColumnSpec::required("surname"),
        ColumnSpec::optional("first_name"),
    ];

    fn fields(bytes: &[u8]) -> Vec<(u64, String, String, String)> {
        let table = Table::read(bytes, WANTED).unwrap();
        let field = |row: &Row<'_>, name| row.get(name).to_owned();
        table
            .rows()
            .map(|row| (row.line(), field(&row, "upn"), field(&row, "surname"), field(&row, "first_name")))
            .collect()
    }

    fn faults(bytes: &[u8]) -> Vec<String> {
        Table::read(bytes, WANTED).unwrap_err().iter().map(BadLine::to_string).collect()
    }

    #[test]
    fn a_foreign_file_may_have_other_columns_and_rows_that_are_not_wanted() {
        let file = b"upn,Size,surname,\nA1,9,Nye,\nB2,8,Orr,\n";
        assert_eq!(faults(file).len(), 2);
        let table = Table::read_foreign(file, WANTED).unwrap().keeping(|row| row.get("upn") == "B2");
        let rows: Vec<_> = table.rows().map(|row| (row.line(), row.get("surname"))).collect();
        assert_eq!(rows, [(3, "Orr")]);
    }

    #[test]
    fn files_that_are_right() {
        // File, then for each row its line, upn, surname and first name.
        type Wanted<'t> = &'t [(u64, &'t str, &'t str, &'t str)];
        let cases: &[(&[u8], Wanted)] = &[
            (b"upn,surname,first_name\nA1,Nye,Ana\n", &[(2, "A1", "Nye", "Ana")]),
            (
                b"upn,surname,first_name\r\nA1,Nye,Ana\r\nB2,Orr,Ben",
                &[(2, "A1", "Nye", "Ana"), (3, "B2", "Orr", "Ben")],
            ),
            (b"\xef\xbb\xbfupn,surname\nA1,Nye\n", &[(2, "A1", "Nye", "")]),
            (b" First Name ,UPN,Surname\n Ana , A1 , Nye \n", &[(2, "A1", "Nye", "Ana")]),
            ("upn,surname\nA1,Zoë\n".as_bytes(), &[(2, "A1", "Zoë", "")]),
            (b"upn,surname\nA1,Zo\xeb\n", &[(2, "A1", "Zoë", "")]),
            (b"upn,surname\nA1,O\x92Neill \x96 \x80\n", &[(2, "A1", "O’Neill – €", "")]),
            (b"upn,surname\nA1,\"Nye, the \"\"late\"\"\"\n", &[(2, "A1", "Nye, the \"late\"", "")]),
            (b"upn,surname\n\n\nA1,Nye\n,\n\r\nB2,Orr\n", &[(4, "A1", "Nye", ""), (7, "B2", "Orr", "")]),
            (
                b"upn,surname\nA1,\"Nye\nOrr\"\nB2,Orr\n",
                &[(2, "A1", "Nye\nOrr", ""), (4, "B2", "Orr", "")],
            ),
            (b"\nupn,surname\nA1,=1+1\n", &[(3, "A1", "=1+1", "")]),
            (
                b"upn,surname\nA1,6\" nail\nB2,7\" nail\nC3,8\" nail",
                &[
                    (2, "A1", "6\" nail", ""),
                    (3, "B2", "7\" nail", ""),
                    (4, "C3", "8\" nail", ""),
                ],
            ),
            (b"upn,surname\n", &[]),
        ];
        for (file, wanted) in cases {
            let wanted: Vec<_> = wanted
                .iter()
                .map(|(line, upn, surname, first)| {
                    (*line, (*upn).to_owned(), (*surname).to_owned(), (*first).to_owned())
                })
                .collect();
            assert_eq!(fields(file), wanted, "{}", String::from_utf8_lossy(file));
        }
    }

    #[test]
    fn every_fault_is_named_with_its_line_and_column() {
        let cases: &[(&[u8], &[&str])] = &[
            (b"", &["line 1: the file is empty"]),
            (b"\n\n", &["line 1: the file is empty"]),
            (b"\xff\xfeu\0", &["line 1: the file is UTF-16; save it as CSV UTF-8"]),
            (
                b"upn,school,UPN,\nA1,b,c,d\n",
                &[
                    "line 1, column school: this column is not one that the import knows",
                    "line 1, column UPN: this column is there twice",
                    "line 1: heading 4 is empty",
                    "line 1, column surname: this column is missing",
                ],
            ),
            (
                b"upn,surname\nA1,Nye\nB2\n,Orr\nC3,Pye,x\nD4, \n",
                &[
                    "line 3: 1 fields where the heading has 2; a comma or a quotation mark may be missing",
                    "line 4, column upn: this must be filled",
                    "line 5: 3 fields where the heading has 2; a comma or a quotation mark may be missing",
                    "line 6, column surname: this must be filled",
                ],
            ),
            (
                b"upn,surname\nA1,Nye\n\nB2,\"Orr\nC3,Pye\n",
                &["line 4: a quotation mark is opened here and never closed"],
            ),
            (b"upn,surname\nA1,N\0ye\n", &["line 2, column surname: a control character stands in it"]),
            (
                b"upn,surname\nA1,N\x81ye\nB2,\x9d\n",
                &[
                    "line 2: the byte 0x81 is no character; save the file as CSV UTF-8",
                    "line 3: the byte 0x9d is no character; save the file as CSV UTF-8",
                ],
            ),
        ];
        for (file, wanted) in cases {
            assert_eq!(faults(file), *wanted, "{}", String::from_utf8_lossy(file));
        }
    }

    #[test]
    fn limits() {
        let field = |bytes: usize| format!("upn,surname\nA1,{}\n", "x".repeat(bytes));
        assert!(Table::read(field(LONGEST_FIELD_BYTES).as_bytes(), WANTED).is_ok());
        assert_eq!(
            faults(field(LONGEST_FIELD_BYTES + 1).as_bytes()),
            ["line 2, column surname: longer than 64 KiB"]
        );
        let rows = |count: usize| format!("upn,surname\n{}", "A,B\n".repeat(count));
        assert_eq!(Table::read(rows(MOST_ROWS).as_bytes(), WANTED).unwrap().rows().len(), MOST_ROWS);
        assert_eq!(
            faults(rows(MOST_ROWS + 1).as_bytes()),
            ["line 200002: the file has more than 200000 rows; split it"]
        );
    }

    #[test]
    fn rows_find_filled_fields_and_tell_their_own_faults() {
        let table = Table::read(b"upn,surname,first_name\nA1,Nye,\n", WANTED).unwrap();
        let row = table.rows().next().unwrap();
        assert_eq!(row.find("upn"), Some("A1"));
        assert_eq!(row.find("first_name"), None);
        assert_eq!(
            row.fault("upn", "the check letter is wrong").to_string(),
            "line 2, column upn: the check letter is wrong"
        );
    }

    #[test]
    #[should_panic(expected = "did not declare")]
    fn asking_for_an_undeclared_column_is_a_mistake_of_the_program() {
        let table = Table::read(b"upn,surname\nA1,Nye\n", WANTED).unwrap();
        table.rows().next().unwrap().get("unp");
    }
}
