//! `cap import ofqual`.

use super::{
    import::{refusal, run_table, specs},
    start::Setup,
};
use crate::{
    accounts::import::partnership,
    progress::{number::Number, ofqual_import::Ofqual, qualification},
};
use clap::Args;
use platform::{App, Ending, access::Task, files, table::Table};
use std::{collections::BTreeSet, path::PathBuf};

/// Import qualifications from Ofqual's register: all wanted rows, or none.
///
/// The register holds tens of thousands. Without --only and --all, the qualifications that are here
/// already are brought up to date and no other is added.
#[derive(Args, Debug)]
pub struct ImportOfqual {
    /// The file Qualifications.csv as Ofqual publishes it.
    file: PathBuf,
    /// The numbers of qualifications to add, with commas between them; those here are brought up to
    /// date as well.
    #[arg(long, value_name = "NUMBER,…", value_delimiter = ',', conflicts_with = "all")]
    only: Vec<String>,
    /// Add every qualification of the file.
    #[arg(long)]
    all: bool,
    /// Only say what would be made and changed.
    #[arg(long)]
    dry_run: bool,
    /// The partnership; may be left out where there is only one.
    #[arg(long, value_name = "NAME")]
    partnership: Option<String>,
}

/// Which rows of the register are wanted beside those of qualifications that are here.
#[derive(Clone, Debug)]
pub enum Wanted {
    Only(Vec<String>),
    All,
}

impl ImportOfqual {
    pub(super) async fn run(self, setup: &Setup) -> Result<String, String> {
        let bytes = files::read_import(&self.file)?;
        let wanted = if self.all { Wanted::All } else { Wanted::Only(self.only) };
        run(&setup.open()?, &bytes, wanted, self.partnership, self.dry_run).await
    }
}

/// Imports the content of Ofqual's file into a partnership, or with `dry_run` only says what would come
/// of it.
///
/// # Errors
/// What is wrong, for whoever runs the command.
pub async fn run(
    app: &App,
    bytes: &[u8],
    wanted: Wanted,
    at: Option<String>,
    dry_run: bool,
) -> Result<String, String> {
    let mut table = Table::read_foreign(bytes, &specs::<Ofqual>()).map_err(|faults| refusal(&faults))?;
    if let Wanted::Only(numbers) = wanted {
        let named = numbers
            .iter()
            .map(|text| Number::parse(text).map_err(|sentence| format!("{text}: {sentence}.")))
            .collect::<Result<Vec<Number>, String>>()?;
        let known = known(app, at.clone()).await?;
        let of_row = |text: &str| Number::parse(text).ok().map(|number| number.to_string());
        let in_file: BTreeSet<String> =
            table.rows().filter_map(|row| of_row(row.get("qualification_number"))).collect();
        if let Some(missing) = named.iter().find(|number| !in_file.contains(&number.to_string())) {
            return Err(format!("Nothing was imported: the file has no qualification {missing}."));
        }
        let wanted: BTreeSet<String> = known.into_iter().chain(named.iter().map(Number::to_string)).collect();
        table = table.keeping(|row| {
            of_row(row.get("qualification_number")).is_some_and(|number| wanted.contains(&number))
        });
    }
    run_table::<Ofqual>(app, table, at, dry_run).await
}

/// The numbers of the qualifications that are here; none where the partnership is not known, which
/// the import itself says.
async fn known(app: &App, at: Option<String>) -> Result<BTreeSet<String>, String> {
    let found = app.read(Task::Command, move |r| {
        let Some(at) = partnership(r, at.as_deref())? else {
            return Ok(BTreeSet::new());
        };
        let all = qualification::of_partnership(r, at)?;
        Ok(all.iter().map(|one| one.particulars().number.to_string()).collect())
    });
    found.await.map_err(|ending: Ending| format!("The database can't be read: {ending:?}."))
}
