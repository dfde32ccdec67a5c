//! Quarantine: the files in which the scanner of viruses found something.

use super::scanning::{self, HeldBack};
use crate::{
    accounts::deeds::OverseeDatalocker,
    shell::{self, Frame},
};
use askama::Template;
use platform::{Answer, Ending, Permit, Reading, clock};

#[derive(Template)]
#[template(path = "transfers/views/quarantine.html")]
struct QuarantinePage {
    frame: Frame,
    /// Whether the latest file was delivered without being looked at.
    is_unlooked: bool,
    /// How many files wait for the scanner.
    waiting: u64,
    rows: Vec<HeldBack>,
}

/// `GET /datalocker/quarantine`
pub fn quarantine(_permit: Permit<OverseeDatalocker>, r: &mut Reading<'_>) -> Result<Answer, Ending> {
    Answer::page(&QuarantinePage {
        frame: shell::frame(r, "Quarantine"),
        is_unlooked: scanning::is_unlooked(r)?,
        waiting: scanning::waiting(r)?,
        rows: scanning::held_back(r)?,
    })
}
