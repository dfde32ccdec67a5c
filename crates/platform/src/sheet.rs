//! Tables that leave the program for a spreadsheet or a mail merge: typed cells, written row by row.
//!
//! **Formulas.** Text that somebody typed may begin like a formula, and a spreadsheet would run it on
//! the reader's machine (SECURITY.md T11, G-18). In a workbook every text is a text cell, which is
//! never run, so nothing is changed. A CSV file has no types: there a no-break space is put before such
//! text, which a letter prints as a blank (docs/decisions/data.md). An exact column (an identifier, a
//! telephone number) keeps `-2`, `+44 24 7683 0000` and `0012` as they are, and is guarded only where
//! a value looks like a formula and not like a number.
//!
//! **Encoding.** CSV for people is UTF-8 with a byte order mark: without it Excel reads the file in
//! the machine's old code page and garbles every accent, and Word asks the person for the encoding.
//! Programs that read [`Format::Exchange`] expect none, so it has none.

use std::borrow::Cow;
use std::io::{Seek, SeekFrom, Write};

use anyhow::{Context, Result, ensure};
use chrono::{Datelike, NaiveDate, NaiveTime};
use rust_xlsxwriter::{Format as CellFormat, Workbook};

/// The most characters (UTF-16 units) that Excel allows in a cell.
const LONGEST_XLSX_TEXT: usize = 32_767;

/// The rows of an Excel sheet, the heading among them.
const XLSX_ROWS: u32 = 1_048_576;

/// What stands before text that a spreadsheet would take for a formula: a no-break space. Spreadsheets
/// strip it not even from numbers, so that the cell is text; a letter prints a blank; our own imports
/// trim it away.
const NOT_A_FORMULA: char = '\u{a0}';

/// Whole numbers up to this size survive Excel, which keeps fifteen digits.
const LARGEST_XLSX_INT: u64 = 999_999_999_999_999;

/// One value of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Words, an identifier or a telephone number: the column says which.
    Text(String),
    /// A count.
    Int(i64),
    /// A percentage in tenths: 953 is 95.3%.
    Tenths(i64),
    /// A number in tenths: -4 is -0.4.
    Decimal(i64),
    /// A local date.
    Date(NaiveDate),
    /// A local time of day, to the minute.
    Time(NaiveTime),
    /// Nothing, which is not the same as zero.
    Empty,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Cell {
    fn from(count: i64) -> Self {
        Self::Int(count)
    }
}

impl From<NaiveDate> for Cell {
    fn from(date: NaiveDate) -> Self {
        Self::Date(date)
    }
}

impl From<NaiveTime> for Cell {
    fn from(time: NaiveTime) -> Self {
        Self::Time(time)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

/// What the texts of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    FreeText,
    Exact,
}

/// A column of a table. Its heading is also the name of the field in a mail merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    heading: String,
    width: u16,
    kind: Kind,
}

impl Column {
    /// A column whose texts people typed freely: names, notes, titles. `width` is in characters, for
    /// workbooks.
    pub fn free_text(heading: impl Into<String>, width: u16) -> Self {
        Self {
            heading: heading.into(),
            width,
            kind: Kind::FreeText,
        }
    }

    /// A column of identifiers, telephone numbers, codes, counts, dates or times, which must come
    /// out as they went in. `width` is in characters, for workbooks.
    pub fn exact(heading: impl Into<String>, width: u16) -> Self {
        Self { heading: heading.into(), width, kind: Kind::Exact }
    }
}

/// The file that a table becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// CSV for people, Excel and Word: dates as 03/09/2026 and percentages as 95.3%, since a merged
    /// letter prints them as they stand.
    Csv,
    /// CSV for programs and for our own import: dates as 2026-09-03, percentages as 95.3.
    Exchange,
    /// An Excel workbook of one sheet.
    Xlsx,
}

impl Format {
    /// How the names of such files end.
    pub fn ending(self) -> &'static str {
        match self {
            Format::Csv | Format::Exchange => "csv",
            Format::Xlsx => "xlsx",
        }
    }

    /// What browsers are told that it is.
    pub fn content_type(self) -> &'static str {
        match self {
            Format::Csv | Format::Exchange => "text/csv; charset=utf-8",
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// A whole table as an unnamed file, ready to be read from its start. `name` as in [`Writer::new`].
///
/// # Errors
/// When the file cannot be made or written, or a row does not match the columns.
pub fn file(
    format: Format,
    name: &str,
    columns: Vec<Column>,
    mut rows: impl Iterator<Item = Vec<Cell>>,
) -> Result<std::fs::File> {
    streamed(format, name, columns, |writer| rows.try_for_each(|row| writer.row(&row)))?
}

/// As [`file()`], of rows that are written as they come. What `write` refuses stands inside.
///
/// # Errors
/// When the file cannot be made or written.
pub fn streamed<E>(
    format: Format,
    name: &str,
    columns: Vec<Column>,
    write: impl FnOnce(&mut Writer<std::io::BufWriter<std::fs::File>>) -> Result<(), E>,
) -> Result<Result<std::fs::File, E>> {
    let out = std::io::BufWriter::new(tempfile::tempfile()?);
    let mut writer = Writer::new(out, format, name, columns)?;
    if let Err(refused) = write(&mut writer) {
        return Ok(Err(refused));
    }
    let mut file = writer.finish()?.into_inner()?;
    file.seek(SeekFrom::Start(0))?;
    Ok(Ok(file))
}

/// Writes one table, a row at a time, in little memory however long it grows.
pub struct Writer<W: Write + Send> {
    columns: Vec<Column>,
    target: Target<W>,
}

enum Target<W: Write + Send> {
    Csv { rows: Box<csv::Writer<W>>, style: Style },
    Xlsx { book: Box<Book>, out: W },
}

impl<W: Write + Send> Writer<W> {
    /// Begins a table with its headings. `name` becomes the name of a workbook's sheet: at most 31
    /// characters, none of `[ ] : * ? / \`.
    ///
    /// # Errors
    /// When `out` cannot be written or the name is not one that Excel accepts.
    pub fn new(mut out: W, format: Format, name: &str, columns: Vec<Column>) -> Result<Self> {
        let style = match format {
            Format::Csv => Style::People,
            Format::Exchange => Style::Programs,
            Format::Xlsx => {
                let book = Box::new(Book::new(name, &columns)?);
                return Ok(Self { columns, target: Target::Xlsx { book, out } });
            }
        };
        if style == Style::People {
            out.write_all("\u{feff}".as_bytes())?;
        }
        let mut rows = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
        rows.write_record(
            columns.iter().map(|column| csv_text(&column.heading, Kind::FreeText).into_owned()),
        )?;
        Ok(Self {
            columns,
            target: Target::Csv { rows: Box::new(rows), style },
        })
    }

    /// Adds a row: one cell for each column.
    ///
    /// # Errors
    /// When the cells do not match the columns, the file cannot be written, or a workbook is full.
    pub fn row(&mut self, cells: &[Cell]) -> Result<()> {
        ensure!(
            cells.len() == self.columns.len(),
            "a row of {} cells in a table of {} columns",
            cells.len(),
            self.columns.len()
        );
        match &mut self.target {
            Target::Csv { rows, style } => {
                for (cell, column) in cells.iter().zip(&self.columns) {
                    rows.write_field(csv_field(cell, column.kind, *style).as_bytes())?;
                }
                // An empty record ends the row whose fields were just written.
                rows.write_record(None::<&[u8]>)?;
                Ok(())
            }
            Target::Xlsx { book, .. } => book.row(cells),
        }
    }

    /// Writes what is left and gives the file back.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn finish(self) -> Result<W> {
        match self.target {
            Target::Csv { rows, .. } => {
                rows.into_inner().map_err(|unfinished| anyhow::Error::from(unfinished.into_error()))
            }
            Target::Xlsx { mut book, mut out } => {
                book.workbook.save_to_writer(&mut out)?;
                Ok(out)
            }
        }
    }
}

/// For whom a CSV file spells its dates and percentages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    People,
    Programs,
}

/// A cell as a letter prints it, without a spreadsheet's precautions.
pub fn text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => printable(text).into_owned(),
        other => csv_field(other, Kind::Exact, Style::People).into_owned(),
    }
}

fn csv_field(cell: &Cell, kind: Kind, style: Style) -> Cow<'_, str> {
    let spelt = match (cell, style) {
        (Cell::Text(text), _) => return csv_text(text, kind),
        (Cell::Empty, _) => return Cow::Borrowed(""),
        (Cell::Int(count), _) => count.to_string(),
        (Cell::Tenths(tenths), Style::People) => format!("{}%", decimal(*tenths)),
        (Cell::Tenths(tenths), Style::Programs) | (Cell::Decimal(tenths), _) => decimal(*tenths),
        (Cell::Date(date), Style::People) => date.format("%d/%m/%Y").to_string(),
        (Cell::Date(date), Style::Programs) => date.format("%Y-%m-%d").to_string(),
        (Cell::Time(time), _) => time.format("%H:%M").to_string(),
    };
    Cow::Owned(spelt)
}

fn decimal(tenths: i64) -> String {
    let sign = if tenths < 0 { "-" } else { "" };
    let size = tenths.unsigned_abs();
    format!("{sign}{}.{}", size / 10, size % 10)
}

fn csv_text(text: &str, kind: Kind) -> Cow<'_, str> {
    let text = printable(text);
    let is_honest = match kind {
        Kind::FreeText => false,
        Kind::Exact => is_number_or_telephone(&text),
    };
    if is_honest || !begins_like_formula(&text) {
        return text;
    }
    Cow::Owned(format!("{NOT_A_FORMULA}{text}"))
}

/// Whether a spreadsheet could take the text for a formula: by its first character, or by the first
/// that is seen after spaces and invisible marks, which some programs strip first. East Asian
/// keyboards give the full-width forms, which Excel accepts too.
fn begins_like_formula(text: &str) -> bool {
    let is_unseen =
        |c: char| c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    let is_trigger = |c: char| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠');
    text.starts_with(['\t', '\r', '\n']) || text.trim_start_matches(is_unseen).starts_with(is_trigger)
}

/// Whether the text is a signed number or a telephone number, perhaps with an extension. Without
/// letters it can call no function and name no cell, so it is harmless even when it is calculated.
fn is_number_or_telephone(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let number = ["ext.", "ext", "x"]
        .iter()
        .find_map(|word| lower.split_once(word))
        .map_or_else(|| lower.clone(), |(number, extension)| format!("{number}{extension}"));
    number.starts_with(['+', '-'])
        && number.contains(|c: char| c.is_ascii_digit())
        && number.chars().all(|c| c.is_ascii_digit() || " +-.,()/".contains(c))
}

/// The text without characters that no cell can show: control characters other than tab and line
/// feed, and the two non-characters that XML forbids. Line ends become the line feed that Excel uses.
fn printable(text: &str) -> Cow<'_, str> {
    let is_unprintable =
        |c: char| (c.is_control() && c != '\t' && c != '\n') || matches!(c, '\u{fffe}' | '\u{ffff}');
    if !text.contains(is_unprintable) {
        return Cow::Borrowed(text);
    }
    let mut text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.retain(|c| !is_unprintable(c));
    Cow::Owned(text)
}

/// A workbook of one sheet whose finished rows wait in an unnamed temporary file, not in memory.
struct Book {
    workbook: Workbook,
    next_row: u32,
    percent: CellFormat,
    decimal: CellFormat,
    date: CellFormat,
    time: CellFormat,
}

impl Book {
    fn new(name: &str, columns: &[Column]) -> Result<Self> {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?;
        sheet.set_freeze_panes(1, 0)?;
        let bold = CellFormat::new().set_bold();
        for (at, column) in (0..).zip(columns) {
            sheet.set_column_width(at, column.width)?;
            sheet.write_string_with_format(0, at, xlsx_text(&column.heading), &bold)?;
        }
        Ok(Self {
            workbook,
            next_row: 1,
            percent: CellFormat::new().set_num_format("0.0%"),
            decimal: CellFormat::new().set_num_format("0.0"),
            date: CellFormat::new().set_num_format("dd/mm/yyyy"),
            time: CellFormat::new().set_num_format("hh:mm"),
        })
    }

    fn row(&mut self, cells: &[Cell]) -> Result<()> {
        ensure!(
            self.next_row < XLSX_ROWS,
            "An Excel sheet holds {} rows and there are more. Choose the CSV file, or narrow the filter",
            XLSX_ROWS - 1
        );
        let row = self.next_row;
        let sheet = self.workbook.worksheet_from_index(0)?;
        for (at, cell) in (0..).zip(cells) {
            match cell {
                Cell::Empty => continue,
                Cell::Text(text) if text.is_empty() => continue,
                Cell::Text(text) => sheet.write_string(row, at, xlsx_text(text)),
                Cell::Int(count) if count.unsigned_abs() > LARGEST_XLSX_INT => {
                    sheet.write_string(row, at, count.to_string())
                }
                Cell::Int(count) => sheet.write_number(row, at, *count as f64),
                Cell::Tenths(tenths) => {
                    sheet.write_number_with_format(row, at, *tenths as f64 / 1000.0, &self.percent)
                }
                Cell::Decimal(tenths) => {
                    sheet.write_number_with_format(row, at, *tenths as f64 / 10.0, &self.decimal)
                }
                // Excel's calendar runs from 1900 to 9999.
                Cell::Date(date) if !(1900..=9999).contains(&date.year()) => {
                    sheet.write_string(row, at, date.to_string())
                }
                Cell::Date(date) => sheet.write_datetime_with_format(row, at, date, &self.date),
                Cell::Time(time) => sheet.write_datetime_with_format(row, at, time, &self.time),
            }
            .context("a cell could not be written")?;
        }
        self.next_row += 1;
        Ok(())
    }
}

/// The text as a cell can hold it; one that is too long ends with an ellipsis.
fn xlsx_text(text: &str) -> String {
    let text = printable(text);
    if text.encode_utf16().count() <= LONGEST_XLSX_TEXT {
        return text.into_owned();
    }
    let mut units = 0;
    let kept = text.chars().take_while(|c| {
        units += c.len_utf16();
        units < LONGEST_XLSX_TEXT
    });
    kept.chain(['…']).collect()
}

#[cfg(test)]
mod tests;
