//! One run: how far it is, cancelling it, downloading what came of it.

use super::{
    file,
    merge_pages::ADDRESS,
    run::{self, Run},
};
use crate::{
    accounts::deeds::ViewRecords,
    shell::{self, Frame, crumb},
};
use askama::Template;
use platform::{
    Answer, Ending, Form, Permit, Reading, clock,
    problem::OrMissing,
    web::{Flash, Ids, Steps},
};
use std::io::Cursor;

#[derive(Template)]
#[template(path = "reports/views/run.html")]
struct RunPage {
    frame: Frame,
    run: Run,
}

impl RunPage {
    fn address(&self) -> String {
        format!("{ADDRESS}/runs/{}", self.run.public_id)
    }
}

/// `GET /clm/mail-merge/runs/{run}`: how far it is.
pub fn reports_page(
    _permit: Permit<ViewRecords>,
    r: &mut Reading<'_>,
    Ids([id]): Ids<1>,
) -> Result<Answer, Ending> {
    let run = run::open(r, &id)?.or_missing()?;
    let mut frame = shell::frame(r, "Reports");
    frame.crumbs = vec![crumb("Home", "/clm"), crumb("Mail merge", ADDRESS)];
    Answer::page(&RunPage { frame, run })
}

/// `POST /clm/mail-merge/runs/{run}/cancelling`
pub async fn cancel_reports(
    _permit: Permit<ViewRecords>,
    steps: Steps,
    Ids([id]): Ids<1>,
    _form: Form,
) -> Result<Answer, Ending> {
    let (blobs, answer) = steps
        .write(move |w| {
            let run = run::open(w, &id)?.or_missing()?;
            if !run.is_under_way() {
                return Err(Ending::Conflict("These reports were finished before they could be cancelled."));
            }
            let blobs = run::cancel(w, &run)?;
            let told = Flash::success("The reports were cancelled", "Nothing of them is kept.");
            let answer = Answer::see_other(ADDRESS).telling(told);
            Ok(w.event("reports.cancelled").about("report_run", run.key.0).then((blobs, answer)))
        })
        .await?;
    file::shred(steps.app().vault(), blobs).await;
    Ok(answer)
}

/// `POST /clm/mail-merge/runs/{run}/taking`: the file, and a note of who took it.
pub async fn take_reports(
    _permit: Permit<ViewRecords>,
    steps: Steps,
    Ids([id]): Ids<1>,
    _form: Form,
) -> Result<Answer, Ending> {
    let sealed = steps
        .write(move |w| {
            let run = run::open(w, &id)?.or_missing()?;
            let result =
                run.result.ok_or(Ending::Conflict("There is no file: these reports are not ready."))?;
            let sealed = file::find(w, result)?;
            let learners = run::records_seen(w, run.key)?;
            let event = w.event("reports.taken").about("report_run", run.key.0).learners(learners);
            Ok(event.then(sealed))
        })
        .await?;
    let ending = sealed.name.rsplit('.').next().unwrap_or("docx").to_owned();
    let bytes = file::open(steps.app().vault(), sealed).await?;
    let name = format!("reports-{}.{ending}", clock::today(steps.app().clock().now()).format("%Y-%m-%d"));
    Ok(Answer::file(name, bytes.len() as u64, Cursor::new(bytes)))
}
