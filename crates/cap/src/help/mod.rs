//! How To Guides: what each role does, step by step, and whom to ask.

mod guides;
mod report_guides;

use crate::{
    accounts::deeds::{UseClm, ViewRecords, may},
    reports::ready,
    shell::{self, Frame, crumb},
};
use askama::Template;
use guides::{GUIDES, Guide};
use platform::{Answer, Ending, Permit, Reading, problem::OrMissing, web::Word};
use std::io::Cursor;

#[derive(Template)]
#[template(path = "help/views/index.html")]
struct IndexPage {
    frame: Frame,
    guides: Vec<&'static Guide>,
}

#[derive(Template)]
#[template(path = "help/views/guide.html")]
struct GuidePage {
    frame: Frame,
    guide: &'static Guide,
}

/// `GET /clm/help`: the guides for what one may do.
pub fn index(permit: Permit<UseClm>, r: &mut Reading<'_>) -> Result<Answer, Ending> {
    let role = permit.actor().role;
    let mut frame = shell::frame(r, "Help");
    frame.crumbs = vec![crumb("Home", "/clm")];
    Answer::page(&IndexPage {
        frame,
        guides: GUIDES.iter().filter(|guide| may(role, guide.needs)).collect(),
    })
}

/// `GET /clm/help/{guide}`: one of them. A guide to what one may not do is not there.
pub fn guide(permit: Permit<UseClm>, r: &mut Reading<'_>, Word(name): Word) -> Result<Answer, Ending> {
    let role = permit.actor().role;
    let guide = GUIDES.iter().find(|guide| guide.name == name && may(role, guide.needs)).or_missing()?;
    let mut frame = shell::frame(r, guide.title);
    frame.crumbs = vec![crumb("Home", "/clm"), crumb("Help", "/clm/help")];
    Answer::page(&GuidePage { frame, guide })
}

/// `GET /clm/help/learner-report.docx`: the ready template, with the fields of `training-records.csv`.
pub fn ready_template(_permit: Permit<ViewRecords>, _r: &mut Reading<'_>) -> Result<Answer, Ending> {
    let file = ready::file();
    Ok(Answer::file(ready::NAME, file.len() as u64, Cursor::new(file)))
}
