//! Mail merge: one's templates and reports, the form that asks for reports, and asking.

use super::{
    file,
    input::Input,
    ready,
    run::{self, New, Output, Run},
    setting,
    template::{self, Own},
    work::{self, Payload},
};
use crate::{
    accounts::deeds::ViewRecords,
    learners::{RecordKey, visible_to},
    records::{export, filter, line::Whose, narrow},
    schema::training_record,
    shell::{self, Frame, crumb},
    transfers::FileKey,
};
use askama::Template;
use chrono::TimeDelta;
use diesel::prelude::*;
use platform::{
    Answer, Ending, Form, Permit, Reading, Session,
    ids::PublicId,
    problem::OrMissing,
    vault::Stored,
    web::{Flash, Query, Steps, refused},
};

/// Where mail merge stands.
pub(super) const ADDRESS: &str = "/clm/mail-merge";
/// Most records of one run.
pub(super) const MOST: usize = 1_000;

#[derive(Template)]
#[template(path = "reports/views/mail_merge.html")]
pub(super) struct MailMergePage {
    frame: Frame,
    pub(super) form: Form,
    runs: Vec<Run>,
    templates: Vec<Own>,
}

/// The page with one's templates and reports.
pub(super) fn mail_merge(s: &mut Session<'_>) -> Result<MailMergePage, Ending> {
    let mut frame = shell::frame(s, "Mail merge");
    frame.crumbs = vec![crumb("Home", "/clm")];
    Ok(MailMergePage {
        frame,
        form: Form::empty(),
        runs: run::list(s)?,
        templates: template::list(s)?,
    })
}

/// `GET /clm/mail-merge`
pub fn mail_merge_page(_permit: Permit<ViewRecords>, r: &mut Reading<'_>) -> Result<Answer, Ending> {
    Answer::page(&mail_merge(r)?)
}

/// The records that are to be merged, and how the address names them.
struct Picked {
    records: Vec<RecordKey>,
    terms: Vec<(&'static str, String)>,
}

impl Picked {
    /// "1 training record", "24 training records".
    fn said(&self) -> String {
        match self.records.len() {
            1 => "1 training record".to_owned(),
            number => format!("{number} training records"),
        }
    }
}

/// One record, or what a filter of the list finds.
fn picked(s: &mut Session<'_>, form: &Form) -> Result<Picked, Ending> {
    let record = form.value("record");
    if !record.is_empty() {
        let id = PublicId::parse(record).or_missing()?;
        let one = visible_to(s)?.filter(training_record::public_id.eq(id));
        let key: Option<RecordKey> = one.select(training_record::id).first(s.db()).optional()?;
        return Ok(Picked {
            records: vec![key.or_missing()?],
            terms: vec![("record", record.to_owned())],
        });
    }
    let wanted = filter::of_address(s, form)?;
    let records = if wanted.is_good() {
        narrow::all(s, &wanted.filter)?
    } else {
        Vec::new()
    };
    Ok(Picked { records, terms: wanted.terms })
}

#[derive(Template)]
#[template(path = "reports/views/new.html")]
struct NewPage {
    frame: Frame,
    form: Form,
    picked: Picked,
    templates: Vec<(String, String)>,
    outputs: [(&'static str, &'static str); 4],
    not_ready: Option<&'static str>,
}

/// The ready template's value in the form.
const READY: &str = "ready";

fn new_page(s: &mut Session<'_>, form: Form, picked: Picked) -> Result<NewPage, Ending> {
    let own = template::list(s)?.into_iter().map(|own| (own.public_id.to_string(), own.name));
    let ready = (READY.to_owned(), "The ready learner report".to_owned());
    let mut frame = shell::frame(s, "New reports");
    frame.crumbs = vec![crumb("Home", "/clm"), crumb("Mail merge", ADDRESS)];
    Ok(NewPage {
        frame,
        form,
        picked,
        templates: std::iter::once(ready).chain(own).collect(),
        outputs: Output::ALL.map(|output| (output.word(), output.label())),
        not_ready: (!setting::is_ready()).then_some(setting::NOT_READY),
    })
}

/// `GET /clm/mail-merge/new`: of one record, or of everything that a filter of the list finds.
pub fn new_reports_page(
    _permit: Permit<ViewRecords>,
    r: &mut Reading<'_>,
    Query(query): Query,
) -> Result<Answer, Ending> {
    let picked = picked(r, &query)?;
    let form = Form::empty().with("template", READY).with("output", Output::Word.word());
    Answer::page(&new_page(r, form, picked)?)
}

/// What was read when reports were asked for.
struct Chosen {
    output: Output,
    records: Vec<RecordKey>,
    learners: Vec<i64>,
    template_name: String,
    template: Option<FileKey>,
    input: Input,
}

/// `POST /clm/mail-merge/runs`: reads the fields that the template names, and queues the merge.
pub async fn ask_for_reports(
    _permit: Permit<ViewRecords>,
    steps: Steps,
    form: Form,
) -> Result<Answer, Ending> {
    let chosen = steps.read(move |r| choose(r, form)).await?;
    let input = serde_json::to_vec(&chosen.input).map_err(Ending::fault)?;
    let stored = file::seal(steps.app().vault(), input).await?;
    steps.write(move |w| queue(w, &chosen, &stored)).await
}

fn choose(r: &mut Reading<'_>, mut form: Form) -> Result<Chosen, Ending> {
    let picked = picked(r, &form)?;
    let output = Output::parse(form.value("output"));
    let own = match form.value("template") {
        READY => Some(None),
        id => match PublicId::parse(id) {
            Some(id) => template::open(r, &id)?.map(Some),
            None => None,
        },
    };
    if own.is_none() {
        form.refuse("template", "Choose a template");
    }
    match output {
        None => form.refuse("output", "Choose what is to be made"),
        Some(output) if output.is_pdf() && !setting::is_ready() => form.refuse("output", setting::NOT_READY),
        Some(_) => {}
    }
    match picked.records.len() {
        0 => form.refuse("records", "No training record was found: go back to the list and choose others"),
        number if number > MOST => {
            form.refuse(
                "records",
                format!("{number} records are too many at once: filter the list to {MOST} or fewer"),
            );
        }
        _ => {}
    }
    let (Some(output), Some(own), true) = (output, own, form.is_good()) else {
        return Err(refused(&new_page(r, form, picked)?));
    };
    let fields = match &own {
        Some(own) => own.fields(),
        None => word::Template::read(ready::file()).map_err(Ending::fault)?.fields().to_vec(),
    };
    let mut input = Input::of_fields(&fields, r.settings().get("logo"));
    let mut learners = Vec::new();
    export::each(r, Whose::Readers, &picked.records, |row| {
        input.add(row);
        learners.push(row.line.learner.key.0);
        Ok(())
    })?;
    Ok(Chosen {
        output,
        records: picked.records,
        learners,
        template_name: own.as_ref().map_or(ready::NAME.to_owned(), |own| own.name.clone()),
        template: own.map(|own| own.file),
        input,
    })
}

fn queue(
    w: &mut platform::Writing<'_>,
    chosen: &Chosen,
    stored: &Stored,
) -> Result<platform::Recorded<Answer>, Ending> {
    let actor = w.actor()?.clone();
    let input = file::keep(w, "records", stored, actor.organisation, actor.person)?;
    let new = New {
        output: chosen.output,
        records: &chosen.records,
        template_name: &chosen.template_name,
        template: chosen.template,
        input,
    };
    let (key, id) = run::make(w, &new)?;
    let payload = Payload { run: key.0 };
    w.later(work::MAKE.name, &payload, TimeDelta::zero())?;
    w.later(work::REMOVE.name, &payload, work::removed_after())?;
    let told = Flash::success(
        "Your reports are being made",
        "This page says how far they are. You can go on working; they wait for you under Mail merge for a day.",
    );
    Ok(w.event("reports.asked")
        .about("report_run", key.0)
        .learners(chosen.learners.iter().copied())
        .with("records", chosen.records.len())
        .then(Answer::see_other(format!("{ADDRESS}/runs/{id}")).telling(told)))
}
