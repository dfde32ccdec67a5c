use std::io::Cursor;

use calamine::{Data, DataType, Reader, Xlsx};

use super::*;

fn date(y: i32, m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, d).unwrap()
}

fn time(h: u32, m: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(h, m, 0).unwrap()
}

fn columns() -> Vec<Column> {
    vec![
        Column::free_text("Note", 40),
        Column::exact("Telephone", 16),
        Column::exact("Lessons", 10),
        Column::exact("Attendance", 10),
        Column::exact("Date", 12),
        Column::exact("Starts", 8),
    ]
}

fn written(format: Format, rows: &[Vec<Cell>]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), format, "Register", columns()).unwrap();
    for row in rows {
        writer.row(row).unwrap();
    }
    writer.finish().unwrap()
}

fn csv_rows(bytes: &[u8]) -> Vec<Vec<String>> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(bytes)
        .records()
        .map(|record| record.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

fn book(bytes: &[u8]) -> Xlsx<Cursor<&[u8]>> {
    Xlsx::new(Cursor::new(bytes)).unwrap()
}

fn example() -> Vec<Cell> {
    vec![
        "Zoë, \"late\"\nagain".into(),
        "+44 24 7683 0000".into(),
        12.into(),
        Cell::Tenths(953),
        date(2026, 9, 3).into(),
        time(9, 5).into(),
    ]
}

#[test]
fn csv_for_people_is_marked_utf8_with_british_dates() {
    let text = String::from_utf8(written(Format::Csv, &[example(), vec![Cell::Empty; 6]])).unwrap();
    assert_eq!(
        text,
        "\u{feff}Note,Telephone,Lessons,Attendance,Date,Starts\r\n\
         \"Zoë, \"\"late\"\"\nagain\",+44 24 7683 0000,12,95.3%,03/09/2026,09:05\r\n\
         ,,,,,\r\n"
    );
}

#[test]
fn csv_for_programs_is_bare_utf8_with_iso_dates() {
    let text = String::from_utf8(written(Format::Exchange, &[example()])).unwrap();
    assert!(text.starts_with("Note,"), "{text}");
    assert!(text.ends_with(",+44 24 7683 0000,12,95.3,2026-09-03,09:05\r\n"), "{text}");
}

#[test]
fn a_workbook_has_typed_cells() {
    let bytes = written(Format::Xlsx, &[example(), vec![Cell::Empty; 6]]);
    let range = book(&bytes).worksheet_range("Register").unwrap();
    let row: Vec<Data> = range.rows().nth(1).unwrap().to_vec();
    assert_eq!(row[0], Data::String("Zoë, \"late\"\nagain".to_owned()));
    assert_eq!(row[1], Data::String("+44 24 7683 0000".to_owned()));
    assert_eq!(row[2], Data::Float(12.0));
    assert_eq!(row[3], Data::Float(0.953));
    assert_eq!(row[4].as_date(), Some(date(2026, 9, 3)));
    assert_eq!(row[5].as_time(), Some(time(9, 5)));
    assert_eq!(range.get((0, 3)), Some(&Data::String("Attendance".to_owned())));
}

#[test]
fn formulas_are_guarded_and_honest_values_are_not() {
    // Value, in a column of free text, in an exact column.
    let cases = [
        ("=1+1", "\u{a0}=1+1", "\u{a0}=1+1"),
        ("+1+1", "\u{a0}+1+1", "+1+1"),
        ("-2", "\u{a0}-2", "-2"),
        ("-2.5", "\u{a0}-2.5", "-2.5"),
        ("+44 24 7683 0000", "\u{a0}+44 24 7683 0000", "+44 24 7683 0000"),
        (
            "+44 (0)24 7683 0000 ext. 12",
            "\u{a0}+44 (0)24 7683 0000 ext. 12",
            "+44 (0)24 7683 0000 ext. 12",
        ),
        ("+44 24 7683 0000 x12", "\u{a0}+44 24 7683 0000 x12", "+44 24 7683 0000 x12"),
        ("0012", "0012", "0012"),
        ("100/5073/5", "100/5073/5", "100/5073/5"),
        ("A123456789012", "A123456789012", "A123456789012"),
        ("@SUM(A1)", "\u{a0}@SUM(A1)", "\u{a0}@SUM(A1)"),
        ("+cmd|' /C calc'!A0", "\u{a0}+cmd|' /C calc'!A0", "\u{a0}+cmd|' /C calc'!A0"),
        ("-HYPERLINK(1)", "\u{a0}-HYPERLINK(1)", "\u{a0}-HYPERLINK(1)"),
        ("+xx", "\u{a0}+xx", "\u{a0}+xx"),
        ("-", "\u{a0}-", "\u{a0}-"),
        ("\t=1", "\u{a0}\t=1", "\u{a0}\t=1"),
        ("\r=1", "\u{a0}\n=1", "\u{a0}\n=1"),
        ("\tlate", "\u{a0}\tlate", "\u{a0}\tlate"),
        ("  =1", "\u{a0}  =1", "\u{a0}  =1"),
        ("\u{200b}=1", "\u{a0}\u{200b}=1", "\u{a0}\u{200b}=1"),
        ("\u{0}=1", "\u{a0}=1", "\u{a0}=1"),
        ("＝1", "\u{a0}＝1", "\u{a0}＝1"),
        ("＋1", "\u{a0}＋1", "\u{a0}＋1"),
        ("－1", "\u{a0}－1", "\u{a0}－1"),
        ("＠x", "\u{a0}＠x", "\u{a0}＠x"),
        ("late = told", "late = told", "late = told"),
        ("'quoted'", "'quoted'", "'quoted'"),
        ("", "", ""),
        ("line\r\nline", "line\nline", "line\nline"),
    ];
    for (value, free, exact) in cases {
        assert_eq!(csv_text(value, Kind::FreeText), free, "free text {value:?}");
        assert_eq!(csv_text(value, Kind::Exact), exact, "exact {value:?}");
    }
}

#[test]
fn percentages_in_tenths() {
    for (tenths, wanted) in [
        (0, "0.0"),
        (7, "0.7"),
        (1000, "100.0"),
        (-5, "-0.5"),
        (-123, "-12.3"),
    ] {
        assert_eq!(decimal(tenths), wanted);
    }
}

#[test]
fn what_excel_cannot_hold_becomes_text() {
    let long = "é".repeat(40_000);
    let mut row = vec![Cell::Empty; 6];
    row[0] = long.as_str().into();
    row[2] = Cell::Int(i64::MIN);
    row[4] = date(1899, 12, 31).into();
    let bytes = written(Format::Xlsx, &[row]);
    let range = book(&bytes).worksheet_range("Register").unwrap();
    let note = range.get((1, 0)).unwrap().to_string();
    assert_eq!(note.encode_utf16().count(), LONGEST_XLSX_TEXT);
    assert!(note.ends_with("é…"));
    assert_eq!(range.get((1, 2)), Some(&Data::String(i64::MIN.to_string())));
    assert_eq!(range.get((1, 4)), Some(&Data::String("1899-12-31".to_owned())));
}

#[test]
fn tables_that_do_not_fit_are_refused() {
    for format in [Format::Csv, Format::Xlsx] {
        let mut writer = Writer::new(Vec::new(), format, "Register", columns()).unwrap();
        assert!(writer.row(&[Cell::Empty]).is_err());
    }
    assert!(Writer::new(Vec::new(), Format::Xlsx, "a/b", columns()).is_err());
    let mut full = Book::new("Register", &columns()).unwrap();
    full.next_row = XLSX_ROWS;
    let refusal = full.row(&vec![Cell::Empty; 6]).unwrap_err();
    assert!(refusal.to_string().contains("1048575 rows"), "{refusal}");
}

/// A small generator with a fixed seed, so that a failure can be repeated.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    fn text(&mut self) -> String {
        const PARTS: &[&str] = &[
            "=",
            "+",
            "-",
            "@",
            "\t",
            "\n",
            "＝",
            "＋",
            "－",
            "＠",
            "'",
            "\"",
            ",",
            ";",
            " ",
            "0",
            "12",
            "Ana",
            "O'Neill",
            "é",
            "世界",
            "&",
            "<b>",
            "_x000D_",
            "SUM(A1)",
            "|",
            "!",
            "1E5",
            "TRUE",
            "{=1}",
            "🙂",
            "HYPERLINK(\"http://x\")",
            "\u{a0}",
            "#REF!",
        ];
        (0..1 + self.below(5)).map(|_| PARTS[self.below(PARTS.len())]).collect()
    }

    fn telephone(&mut self) -> String {
        let forms = ["+44 24 7683 ", "0012", "024 7683 ", "-", "(024) 76", "07700 900"];
        format!("{}{:03}", forms[self.below(forms.len())], self.below(1000))
    }

    fn row(&mut self) -> Vec<Cell> {
        vec![
            self.text().into(),
            self.telephone().into(),
            Cell::Int(self.below(2_000_000) as i64 - 1_000_000),
            match self.below(2) {
                0 => Cell::Tenths(self.below(1001) as i64),
                _ => Cell::Decimal(self.below(41) as i64 - 20),
            },
            (date(1990, 1, 1) + chrono::Days::new(self.below(20_000) as u64)).into(),
            time(self.below(24) as u32, self.below(60) as u32).into(),
        ]
    }
}

fn random_rows() -> Vec<Vec<Cell>> {
    let mut chance = Chance(0x0c0f_fee5_eed5);
    (0..4000).map(|_| chance.row()).collect()
}

#[test]
fn random_cells_come_back_from_csv() {
    let rows = random_rows();
    for (format, style) in [(Format::Csv, Style::People), (Format::Exchange, Style::Programs)] {
        let read = csv_rows(&written(format, &rows));
        assert_eq!(read.len(), rows.len() + 1);
        for (cells, fields) in rows.iter().zip(&read[1..]) {
            let Cell::Text(note) = &cells[0] else {
                unreachable!("the first cell is text")
            };
            // What no spreadsheet strips stands before every formula.
            let seen = fields[0].trim_start_matches(|c: char| c.is_whitespace() && c != '\u{a0}');
            assert!(!seen.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']), "{fields:?}");
            assert!(!fields[0].starts_with(['\t', '\n']), "{fields:?}");
            assert_eq!(
                fields[0].strip_prefix('\u{a0}').filter(|rest| rest == note).unwrap_or(&fields[0]),
                note
            );
            let Cell::Text(telephone) = &cells[1] else {
                unreachable!("the second cell is text")
            };
            assert_eq!(&fields[1], telephone);
            for (cell, field) in cells.iter().zip(fields).skip(2) {
                assert_eq!(*field, csv_field(cell, Kind::Exact, style));
            }
        }
    }
}

#[test]
fn random_cells_come_back_from_a_workbook_without_a_formula() {
    let rows = random_rows();
    let bytes = written(Format::Xlsx, &rows);
    let mut book = book(&bytes);
    let formulas = book.worksheet_formula("Register").unwrap();
    assert_eq!(formulas.used_cells().count(), 0);
    let range = book.worksheet_range("Register").unwrap();
    assert_eq!(range.height(), rows.len() + 1);
    for (cells, read) in rows.iter().zip(range.rows().skip(1)) {
        for (cell, read) in cells.iter().zip(read) {
            let is_same = match cell {
                Cell::Text(text) => *read == Data::String(text.clone()),
                Cell::Int(count) => *read == Data::Float(*count as f64),
                Cell::Tenths(tenths) => *read == Data::Float(*tenths as f64 / 1000.0),
                Cell::Decimal(tenths) => *read == Data::Float(*tenths as f64 / 10.0),
                Cell::Date(date) => read.as_date() == Some(*date),
                Cell::Time(time) => read.as_time() == Some(*time),
                Cell::Empty => *read == Data::Empty,
            };
            assert!(is_same, "{cell:?} came back as {read:?}");
        }
    }
}

#[test]
fn a_letter_prints_what_was_typed() {
    for (cell, printed) in [
        (Cell::from("- helps others\r\n- is on time"), "- helps others\n- is on time"),
        (Cell::from("=1"), "=1"),
        (Cell::from("Núñez, “Ana”"), "Núñez, “Ana”"),
        (Cell::Int(-2), "-2"),
        (Cell::Tenths(974), "97.4%"),
        (Cell::Decimal(-4), "-0.4"),
        (Cell::from(date(2026, 9, 3)), "03/09/2026"),
        (Cell::from(time(9, 15)), "09:15"),
        (Cell::Empty, ""),
    ] {
        assert_eq!(text(&cell), printed, "{cell:?}");
    }
}
