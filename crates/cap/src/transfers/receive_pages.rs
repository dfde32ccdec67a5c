//! Download File(s): what was sent to the reader's organisation and role.

use super::{
    TransferKey,
    answering::{self, Answered},
    category::Categories,
    inbox::{self, Received, Sort, Wanted},
    zipped,
};
use crate::{
    accounts::deeds::UseDatalocker,
    shell::{self, Frame},
};
use askama::Template;
use platform::{
    Answer, Ending, Form, Instant, Permit, Reading, Recorded, Session, Writing, clock,
    form::{LINE, escape},
    ids::PublicId,
    problem::OrMissing,
    web::{Flash, Ids, Query, Steps, refused, search},
};
use std::collections::HashMap;
use ui::pagination::Pages;

const LIST: &str = "/datalocker/downloads";
/// Where searches of this page are kept.
const SEARCH: &str = "downloads";
/// How many files a page may have; the second holds where nobody says otherwise.
const PER_PAGE: [(&str, &str); 3] = [("20", "20"), ("50", "50"), ("100", "100")];

#[derive(Template)]
#[template(path = "transfers/views/downloads.html")]
struct DownloadsPage {
    frame: Frame,
    form: Form,
    /// Whether these are the files that were downloaded before.
    previous: bool,
    /// How many files are new.
    new: u64,
    rows: Vec<Received>,
    categories: Categories,
    answers: HashMap<TransferKey, Answered>,
    pages: Pages,
    sorts: [(&'static str, &'static str); 4],
}

impl DownloadsPage {
    /// Who accepted a file, and when.
    fn accepted(&self, one: &Received) -> Option<&(String, Instant)> {
        self.answers.get(&one.key())?.accepted.as_ref()
    }

    /// "There is 1 new file available for you to download."
    fn said(&self) -> String {
        match self.new {
            0 => "There are no new files available for you to download.".to_owned(),
            1 => "There is 1 new file available for you to download.".to_owned(),
            n => format!("There are {n} new files available for you to download."),
        }
    }
}

/// `GET /datalocker/downloads`
pub fn downloads(
    _permit: Permit<UseDatalocker>,
    r: &mut Reading<'_>,
    Query(query): Query,
) -> Result<Answer, Ending> {
    Answer::page(&page(r, &query)?)
}

/// The word in addresses for the one or the other of the two lists.
fn show(form: &Form) -> &'static str {
    if form.value("show") == "previous" { "previous" } else { "new" }
}

fn page(s: &mut Session<'_>, query: &Form) -> Result<DownloadsPage, Ending> {
    let kept = query.value("search");
    let searched = search::find(s, SEARCH, kept)?;
    let (sort, _, order) = Sort::ALL
        .into_iter()
        .find(|(word, ..)| *word == query.value("sort"))
        .unwrap_or(Sort::ALL[0]);
    let (per_page, _) = PER_PAGE
        .into_iter()
        .find(|(rows, _)| *rows == query.value("per_page"))
        .unwrap_or(PER_PAGE[1]);
    let show = show(query);
    let wanted = Wanted {
        taken: show == "previous",
        words: searched.value("words").to_owned(),
        sort: order,
    };
    let address = format!("{LIST}?show={show}&sort={sort}&per_page={per_page}&search={}", escape(kept));
    let number = inbox::count(s, &wanted)?;
    let pages =
        Pages::new(query.value("page").parse().unwrap_or(1), per_page.parse().unwrap_or(50), number, address);
    let form = Form::empty()
        .with("words", &wanted.words)
        .with("show", show)
        .with("sort", sort)
        .with("per_page", per_page);
    let rows = inbox::page(s, &wanted, &pages)?;
    let answers = answering::of(s, rows.iter().map(|one| (one.key(), one.answered)))?;
    Ok(DownloadsPage {
        frame: shell::frame(s, "Download File(s)"),
        form,
        previous: wanted.taken,
        new: inbox::count(s, &Wanted::default())?,
        rows,
        categories: Categories::of(s)?,
        answers,
        pages,
        sorts: Sort::ALL.map(|(word, label, _)| (word, label)),
    })
}

/// `POST /datalocker/downloads/searching`: by words of name, sender or description.
pub fn search_files(
    _permit: Permit<UseDatalocker>,
    w: &mut Writing<'_>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    form.text("words", LINE);
    if !form.is_good() {
        let page = page(w, &form)?;
        return Err(refused(&DownloadsPage { form, ..page }));
    }
    let id = search::keep(w, SEARCH, &form, &["words"])?;
    let address = format!(
        "{LIST}?show={}&sort={}&per_page={}&search={id}",
        show(&form),
        escape(form.value("sort")),
        escape(form.value("per_page"))
    );
    Ok(w.event("files.searched").then(Answer::see_other(address)))
}

/// `POST /datalocker/downloads/{received}/taking`: one file, and a note of who took it.
pub async fn take(
    _permit: Permit<UseDatalocker>,
    steps: Steps,
    Ids([id]): Ids<1>,
    _form: Form,
) -> Result<Answer, Ending> {
    let taken = note_taking(&steps, Ticked::These(vec![id])).await?;
    let one = taken.into_iter().next().or_missing()?;
    let content = zipped::open(steps.app().vault(), &one).await?;
    Ok(Answer::file(one.name, one.length.unsigned_abs(), content))
}

/// `POST /datalocker/downloads/taking`: the ticked files, or all new ones, as one zip.
pub async fn take_many(_permit: Permit<UseDatalocker>, steps: Steps, form: Form) -> Result<Answer, Ending> {
    let ticked = match form.value("press") {
        "all" => Ticked::AllNew,
        _ => Ticked::These(form.values("transfer").filter_map(PublicId::parse).collect()),
    };
    let taken = note_taking(&steps, ticked).await?;
    if taken.is_empty() {
        let told = Flash::problem("No file was chosen", "Tick the files that you want to download.");
        return Ok(Answer::see_other(format!("{LIST}?show={}", show(&form))).telling(told));
    }
    let name = format!("files-{}.zip", clock::today(steps.app().clock().now()).format("%Y-%m-%d"));
    let vault = steps.app().vault().clone();
    Ok(Answer::zip(name, move |to| zipped::write(&vault, &taken, to)))
}

/// Which files are to be taken.
enum Ticked {
    These(Vec<PublicId>),
    AllNew,
}

/// Notes, before the first byte is sent, that the reader takes these files: from then on they can't
/// be recalled, and one that was recalled is not among them.
async fn note_taking(steps: &Steps, ticked: Ticked) -> Result<Vec<Received>, Ending> {
    steps
        .write(move |w| {
            let files = match ticked {
                Ticked::These(ids) => inbox::named(w, ids)?,
                Ticked::AllNew => inbox::all_new(w)?,
            };
            for one in &files {
                inbox::take(w, one)?;
            }
            Ok(w.event("files.taken").with("files", files.len()).then(files))
        })
        .await
}
