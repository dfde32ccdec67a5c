//! Deliveries: which organisations take their files, and which let them lie.

use super::deliveries::{self, Delivery, Whose};
use crate::{
    accounts::deeds::OverseeDatalocker,
    shell::{self, Frame},
};
use askama::Template;
use platform::{Answer, Ending, Instant, Permit, Reading, clock};

#[derive(Template)]
#[template(path = "transfers/views/deliveries.html")]
struct DeliveriesPage {
    frame: Frame,
    now: Instant,
    board: Vec<(Whose, Delivery)>,
}

impl DeliveriesPage {
    /// How long the oldest new file has waited.
    fn waits(&self, line: &Delivery) -> String {
        let Some(since) = line.waits_since else {
            return String::new();
        };
        match (self.now - since).num_days() {
            0 => "since today".to_owned(),
            1 => "for a day".to_owned(),
            days => format!("for {days} days, since {}", clock::moment(since)),
        }
    }
}

/// `GET /datalocker/deliveries`
pub fn deliveries(_permit: Permit<OverseeDatalocker>, r: &mut Reading<'_>) -> Result<Answer, Ending> {
    Answer::page(&DeliveriesPage {
        frame: shell::frame(r, "Deliveries"),
        now: r.now(),
        board: deliveries::board(r)?,
    })
}
