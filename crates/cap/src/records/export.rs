//! Training records as rows of [`super::columns`], read five hundred at a time: memory does not grow
//! with the file.

use super::{
    columns::{self, Kind, Row},
    facts,
    line::{self, Whose},
    part::Part,
};
use crate::learners::RecordKey;
use platform::{
    Ending, Session,
    sheet::{self, Cell, Format},
};

/// Records that are read at once.
const AT_ONCE: usize = 500;

/// Gives the row of each of these records to `take`, in the order of the keys; what is not among
/// `whose` is left out. Learners are noted as shown.
///
/// # Errors
/// A database error, as [`Whose::start`], or what `take` says.
pub fn each(
    s: &mut Session<'_>,
    whose: Whose,
    records: &[RecordKey],
    mut take: impl FnMut(&Row) -> Result<(), Ending>,
) -> Result<(), Ending> {
    let today = s.today();
    for some in records.chunks(AT_ONCE) {
        let lines = line::load(s, whose, some)?;
        let facts = facts::of(s, &lines, &Part::FILED)?;
        for (line, facts) in lines.into_iter().zip(facts) {
            s.shows(line.learner.key.0);
            take(&Row { line, facts, today })?;
        }
    }
    Ok(())
}

/// These records as a file, ready to be read from its start.
///
/// # Errors
/// As [`each`]; or when the file can't be written.
pub fn file(
    s: &mut Session<'_>,
    whose: Whose,
    records: &[RecordKey],
    format: Format,
) -> Result<std::fs::File, Ending> {
    sheet::streamed(format, "Training records", headings(), |writer| {
        each(s, whose, records, |row| writer.row(&cells(row)).map_err(Ending::fault))
    })
    .map_err(Ending::fault)?
}

/// The columns as a table's headings.
fn headings() -> Vec<sheet::Column> {
    let heading = |column: &columns::Column| match column.kind {
        Kind::Text => sheet::Column::free_text(column.name, column.width),
        Kind::Exact => sheet::Column::exact(column.name, column.width),
    };
    columns::columns().iter().map(heading).collect()
}

fn cells(row: &Row) -> Vec<Cell> {
    columns::columns().iter().map(|column| column.cell(row)).collect()
}
