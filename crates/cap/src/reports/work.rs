//! The job that makes reports. It reads what was sealed when they were asked for, so it needs no
//! one's eyes; whoever asked is told how far it is, and may stop it.

use super::{
    RunKey, file,
    input::Input,
    ready,
    run::{self, Asked, Output},
    setting,
};
use crate::transfers::zipped::unique;
use chrono::{NaiveDate, TimeDelta};
use platform::{
    App, Ending, Task, clock,
    ids::PublicId,
    jobs::{Kind, Running, note_progress},
};
use serde::{Deserialize, Serialize};
use std::{
    collections::HashSet,
    io::{Cursor, Write},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};
use word::{Merge, Template, Values};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// Makes the reports of a run.
pub const MAKE: Kind = Kind {
    name: "reports.make",
    run: |app, payload| Box::pin(make(app, payload)) as Running,
};
/// Removes a run whose day has passed.
pub const REMOVE: Kind = Kind {
    name: "reports.remove",
    run: |app, payload| Box::pin(remove(app, payload)) as Running,
};

/// Most bytes of what is made.
const LARGEST: usize = 200 * 1024 * 1024;
/// How often a run that is being made says how far it is.
const EVERY: Duration = Duration::from_millis(300);

/// What the jobs are given.
#[derive(Serialize, Deserialize, Clone, Copy)]
pub(super) struct Payload {
    pub(super) run: i64,
}

/// When a run's files go.
pub(super) fn removed_after() -> TimeDelta {
    run::KEPT
}

/// What the thread that merges and whoever watches it share.
#[derive(Default)]
struct Progress {
    done: AtomicUsize,
    stop: AtomicBool,
}

/// Why nothing was made, in a sentence; none when somebody cancelled it.
type Stopped = Option<String>;

fn key_of(payload: &str) -> Result<RunKey, String> {
    let payload: Payload = serde_json::from_str(payload).map_err(|error| error.to_string())?;
    Ok(RunKey(payload.run))
}

fn said(ending: Ending) -> String {
    format!("{ending:?}")
}

async fn make(app: App, payload: String) -> Result<(), String> {
    let key = key_of(&payload)?;
    let Some(asked) = app.read(Task::Jobs, move |r| run::asked(r, key)).await.map_err(said)? else {
        return Ok(());
    };
    match made(&app, key, &asked).await? {
        Ok(bytes) => finish(&app, key, &asked, bytes).await,
        Err(None) => Ok(()),
        Err(Some(problem)) => end_as_failed(&app, key, problem).await,
    }
}

/// Merges, while saying how far it is; the outer error is one to try again after.
async fn made(app: &App, key: RunKey, asked: &Asked) -> Result<Result<Vec<u8>, Stopped>, String> {
    let (Some(input), Some(output)) = (asked.input, Output::parse(&asked.output)) else {
        return Ok(Err(Some("What it was to be made of is gone. Ask for it again.".to_owned())));
    };
    let template = asked.template;
    let (input, template) = app
        .read(Task::Jobs, move |r| {
            let template = template.map(|template| file::find(r, template)).transpose()?;
            Ok((file::find(r, input)?, template))
        })
        .await
        .map_err(said)?;
    let input = file::open(app.vault(), input).await.map_err(said)?;
    let input: Input = serde_json::from_slice(&input).map_err(|error| error.to_string())?;
    let template = match template {
        Some(template) => file::open(app.vault(), template).await.map_err(said)?,
        None => ready::file().to_vec(),
    };
    let progress = Arc::new(Progress::default());
    let (theirs, today) = (progress.clone(), clock::today(app.clock().now()));
    let mut thread = tokio::task::spawn_blocking(move || merged(&template, &input, output, today, &theirs));
    loop {
        let ended = tokio::time::timeout(EVERY, &mut thread).await;
        let done = progress.done.load(Relaxed);
        let goes_on = note_progress(app, move |w| run::is_at(w, key, done)).await.map_err(said)?;
        if !goes_on {
            progress.stop.store(true, Relaxed);
        }
        if let Ok(result) = ended {
            return result.map_err(|_| "the thread that merged was lost".to_owned());
        }
    }
}

async fn finish(app: &App, key: RunKey, asked: &Asked, bytes: Vec<u8>) -> Result<(), String> {
    let stored = file::seal(app.vault(), bytes).await.map_err(said)?;
    let (organisation, person) = (asked.organisation, asked.person);
    let ending = Output::parse(&asked.output).map_or("docx", Output::ending);
    let blobs = app
        .write(Task::Jobs, move |w| {
            let name = format!("reports-{}.{ending}", w.today().format("%Y-%m-%d"));
            let result = file::keep(w, &name, &stored, organisation, person)?;
            let (_, blobs) = run::finish(w, key, result)?;
            Ok(w.event("reports.made").about("report_run", key.0).then(blobs))
        })
        .await
        .map_err(said)?;
    file::shred(app.vault(), blobs).await;
    Ok(())
}

async fn end_as_failed(app: &App, key: RunKey, problem: String) -> Result<(), String> {
    end(app, "reports.failed", key, move |w| run::end(w, key, "failed", &problem)).await
}

async fn remove(app: App, payload: String) -> Result<(), String> {
    let key = key_of(&payload)?;
    end(&app, "reports.removed", key, move |w| run::remove(w, key)).await
}

async fn end(
    app: &App,
    deed: &'static str,
    key: RunKey,
    how: impl FnOnce(&mut platform::Writing<'_>) -> Result<Vec<PublicId>, Ending> + Send + 'static,
) -> Result<(), String> {
    let written = app.write(Task::Jobs, move |w| {
        let blobs = how(w)?;
        Ok(w.event(deed).about("report_run", key.0).then(blobs))
    });
    let blobs = written.await.map_err(said)?;
    file::shred(app.vault(), blobs).await;
    Ok(())
}

fn merged(
    template: &[u8],
    input: &Input,
    output: Output,
    today: NaiveDate,
    progress: &Progress,
) -> Result<Vec<u8>, Stopped> {
    let template = Template::read(template).map_err(|refusal| Some(refusal.to_string()))?;
    let desk = Desk {
        template,
        input,
        logo: input.logo(),
        today,
        progress,
    };
    match output {
        Output::Word => desk.word(0..input.records.len()),
        Output::Pdf => desk.pdf(),
        Output::Words => desk.zipped("docx", |at| desk.word(at..at + 1)),
        Output::Pdfs => {
            let mut helper = setting::start().map_err(Some)?;
            desk.zipped("pdf", |at| {
                let content = vec![desk.content(at)?];
                setting::pdf(&mut helper, &desk.title(), content).map_err(Some)
            })
        }
    }
}

/// Everything that a run is made of.
struct Desk<'a> {
    template: Template,
    input: &'a Input,
    logo: Option<Vec<u8>>,
    today: NaiveDate,
    progress: &'a Progress,
}

impl Desk<'_> {
    /// The title names nobody: it stands in lists of open windows.
    fn title(&self) -> String {
        let reports = if self.input.records.len() == 1 {
            "Learner report"
        } else {
            "Learner reports"
        };
        format!("{reports}, {}", clock::short_date(self.today))
    }

    fn check(&self) -> Result<(), Stopped> {
        if self.progress.stop.load(Relaxed) { Err(None) } else { Ok(()) }
    }

    fn with_values<T>(&self, record: usize, number: usize, then: impl FnOnce(&Values<'_>) -> T) -> T {
        let of = |name: &str| self.input.value(record, name);
        then(&Values { of: &of, number, today: self.today })
    }

    fn word(&self, records: std::ops::Range<usize>) -> Result<Vec<u8>, Stopped> {
        let failed =
            |error: std::io::Error| Some(format!("The document could not be put together: {error}."));
        let mut merge = Merge::begin(&self.template, records.len(), self.logo.as_deref()).map_err(failed)?;
        for (number, record) in records.enumerate() {
            self.check()?;
            self.with_values(record, number + 1, |values| merge.add(values)).map_err(failed)?;
            self.progress.done.fetch_add(1, Relaxed);
        }
        fits(merge.finish().map_err(failed)?)
    }

    fn content(&self, record: usize) -> Result<word::Content, Stopped> {
        self.check()?;
        Ok(
            self.with_values(record, record + 1, |values| {
                self.template.content(values, self.logo.as_deref())
            }),
        )
    }

    fn pdf(&self) -> Result<Vec<u8>, Stopped> {
        let mut records = Vec::new();
        for record in 0..self.input.records.len() {
            records.push(self.content(record)?);
            self.progress.done.fetch_add(1, Relaxed);
        }
        let mut helper = setting::start().map_err(Some)?;
        fits(setting::pdf(&mut helper, &self.title(), records).map_err(Some)?)
    }

    /// A file for each record, named after its learner: the names stand inside the zip only.
    fn zipped(
        &self,
        ending: &str,
        mut one: impl FnMut(usize) -> Result<Vec<u8>, Stopped>,
    ) -> Result<Vec<u8>, Stopped> {
        let failed = |error: std::io::Error| Some(format!("The zip could not be put together: {error}."));
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        let (mut taken, mut length) = (HashSet::new(), 0);
        for (at, record) in self.input.records.iter().enumerate() {
            self.check()?;
            let bytes = one(at)?;
            length += bytes.len();
            if length > LARGEST {
                return Err(Some(TOO_LARGE.to_owned()));
            }
            let name = unique(&format!("{}.{ending}", record.name), &mut taken);
            zip.start_file(name, options).map_err(|error| failed(error.into()))?;
            zip.write_all(&bytes).map_err(failed)?;
            self.progress.done.store(at + 1, Relaxed);
        }
        Ok(zip.finish().map_err(|error| failed(error.into()))?.into_inner())
    }
}

/// What is said of more than can be kept.
const TOO_LARGE: &str =
    "The reports are more than 200 MB together. Choose fewer records, or a template with smaller pictures.";

fn fits(bytes: Vec<u8>) -> Result<Vec<u8>, Stopped> {
    if bytes.len() > LARGEST {
        Err(Some(TOO_LARGE.to_owned()))
    } else {
        Ok(bytes)
    }
}
