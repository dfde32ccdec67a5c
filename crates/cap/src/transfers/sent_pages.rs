//! Sent Files: what became of each, and recalling.

use super::{
    TransferKey,
    answering::{self, Answered},
    outbox::{self, Sent},
};
use crate::{
    accounts::deeds::UseDatalocker,
    shell::{self, Frame},
};
use askama::Template;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Writing, clock,
    problem::OrMissing,
    web::{Flash, Ids, Query},
};
use std::collections::HashMap;
use ui::pagination::Pages;

const LIST: &str = "/datalocker/sent";
const PER_PAGE: u64 = 50;

#[derive(Template)]
#[template(path = "transfers/views/sent.html")]
struct SentPage {
    frame: Frame,
    rows: Vec<Sent>,
    takings: HashMap<TransferKey, Vec<(String, platform::Instant)>>,
    answers: HashMap<TransferKey, Answered>,
    pages: Pages,
}

impl SentPage {
    /// What became of a file, a line for each step.
    fn became(&self, one: &Sent) -> Vec<String> {
        if let Some(at) = one.recalled_at {
            return vec![format!("Recalled {}", clock::moment(at))];
        }
        if let Some(at) = one.expired_at {
            return vec![format!("Its days were over: destroyed {}", clock::moment(at))];
        }
        if one.is_infected() {
            return vec![
                "Held back: the virus scanner found something in it. Nobody can download it".to_owned(),
            ];
        }
        if one.released_at.is_none() {
            return vec!["Waits for the virus scanner, then it is delivered".to_owned()];
        }
        match self.takings.get(&one.key()) {
            None => vec!["Delivered, not downloaded yet".to_owned()],
            Some(takings) => {
                let taken =
                    |(name, at): &(String, _)| format!("Downloaded by {name}, {}", clock::moment(*at));
                takings.iter().map(taken).chain(self.answered(one)).collect()
            }
        }
    }

    /// How its recipients answered a file, a line for each step.
    fn answered(&self, one: &Sent) -> Vec<String> {
        let Some(answered) = self.answers.get(&one.key()) else {
            return Vec::new();
        };
        let accepted = match &answered.accepted {
            None => "Not accepted by anybody yet".to_owned(),
            Some((name, at)) => format!("Accepted by {name}, {}", clock::moment(*at)),
        };
        let action = |(name, at, body): &(String, _, String)| {
            format!("Action taken: {body} ({name}, {})", clock::moment(*at))
        };
        std::iter::once(accepted).chain(answered.actions.iter().map(action)).collect()
    }
}

/// `GET /datalocker/sent`
pub fn sent(
    _permit: Permit<UseDatalocker>,
    r: &mut Reading<'_>,
    Query(query): Query,
) -> Result<Answer, Ending> {
    let pages = Pages::new(query.value("page").parse().unwrap_or(1), PER_PAGE, outbox::count(r)?, LIST);
    let rows = outbox::page(r, &pages)?;
    let takings = outbox::takings(r, &rows)?;
    let answers = answering::of(r, rows.iter().map(|one| (one.key(), one.answered)))?;
    Answer::page(&SentPage {
        frame: shell::frame(r, "Sent Files"),
        rows,
        takings,
        answers,
        pages,
    })
}

/// `POST /datalocker/sent/{sent}/recalling`
pub fn recall(
    _permit: Permit<UseDatalocker>,
    w: &mut Writing<'_>,
    Ids([id]): Ids<1>,
    _form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let one = outbox::open(w, &id)?.or_missing()?;
    if !one.can_be_recalled() {
        return Err(Ending::Conflict(
            "The file has been downloaded or recalled already. If it should not have gone, ring the service.",
        ));
    }
    outbox::recall(w, &one)?;
    let told = Flash::success(
        "The file was recalled",
        format!("{} can't see it any more. Nobody had downloaded it.", one.to),
    );
    let event = w.event("file.recalled").about("transfer", one.key().0);
    Ok(event.then(Answer::see_other(LIST).telling(told)))
}
