//! `cap export`: what the product knows, as CSV to standard output.

use super::start::Setup;
use crate::{
    accounts::import,
    records::{export, line::Whose, narrow},
};
use clap::{Args, Subcommand};
use platform::{
    App, Ending, Session,
    access::{Side, Task},
    ids::OrganisationKey,
    sheet::Format,
    text::fold,
};
use std::fs::File;

/// What is exported.
#[derive(Subcommand, Debug)]
pub enum Subject {
    /// Every training record, active or not, in the columns of `training-records.csv`.
    TrainingRecords(Whole),
}

/// All of a partnership, or of one school.
#[derive(Args, Debug)]
pub struct Whole {
    /// Only the learners of this school: its name or URN.
    #[arg(long, value_name = "NAME")]
    school: Option<String>,
    /// The partnership; may be left out where there is only one.
    #[arg(long, value_name = "NAME")]
    partnership: Option<String>,
}

impl Subject {
    pub(super) async fn run(self, setup: &Setup) -> Result<(), String> {
        let Subject::TrainingRecords(Whole { school, partnership }) = self;
        let mut file = training_records(&setup.open()?, partnership, school).await?;
        std::io::copy(&mut file, &mut std::io::stdout().lock())
            .map(drop)
            .map_err(|error| format!("The export was cut off: {error}."))
    }
}

/// The training records of a partnership, or of one of its schools, as a CSV file ready to be read.
/// The audit lists whose they are.
///
/// # Errors
/// What is wrong, for whoever runs the command.
pub async fn training_records(
    app: &App,
    partnership: Option<String>,
    school: Option<String>,
) -> Result<File, String> {
    let made = app.read(Task::Command, move |r| {
        let Some(at) = import::partnership(r, partnership.as_deref())? else {
            return Ok(Err("Say which partnership it is of: --partnership NAME.".to_owned()));
        };
        let school = match school {
            None => None,
            Some(name) => match school_of(r, at, &name)? {
                None => return Ok(Err(format!("There is no school {name}."))),
                found => found,
            },
        };
        let whose = Whose::All(at, school);
        let records = narrow::every(r, whose)?;
        export::file(r, whose, &records, Format::Csv).map(Ok)
    });
    made.await
        .map_err(|ending| format!("Nothing was exported, because of the database: {ending:?}."))?
}

fn school_of(
    s: &mut Session<'_>,
    at: platform::ids::PartnershipKey,
    name: &str,
) -> Result<Option<OrganisationKey>, Ending> {
    let mut places = import::places(s, at)?.into_iter();
    let is_it = |urn: Option<&str>, called: &str| urn == Some(name) || fold(called) == fold(name);
    let found = places.find(|place| place.side == Side::School && is_it(place.urn.as_deref(), &place.name));
    Ok(found.map(|place| place.key))
}
