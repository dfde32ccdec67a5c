//! Download File(s): what was sent to the reader's organisation and role.

use super::{
    transfer::{self, Received},
    zipped,
};
use crate::{
    accounts::deeds::UseDatalocker,
    shell::{self, Frame},
};
use askama::Template;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing, clock,
    form::LINE,
    ids::PublicId,
    problem::OrMissing,
    web::{Ids, Query, Steps, search},
};
use ui::pagination::Pages;

const LIST: &str = "/datalocker/downloads";
/// Where searches of this page are kept.
const SEARCH: &str = "downloads";
/// Files on a page, where nobody says otherwise.
const PER_PAGE: u64 = 50;

#[derive(Template)]
#[template(path = "transfers/views/downloads.html")]
struct DownloadsPage {
    frame: Frame,
    form: Form,
    /// Whether these are the files that were downloaded before.
    previous: bool,
    new: usize,
    rows: Vec<Received>,
    pages: Pages,
    sorts: [(&'static str, &'static str); 4],
}

impl DownloadsPage {
    /// "There is 1 new file available for you to download."
    fn said(&self) -> String {
        match self.new {
            0 => "There are no new files available for you to download.".to_owned(),
            1 => "There is 1 new file available for you to download.".to_owned(),
            n => format!("There are {n} new files available for you to download."),
        }
    }
}

const SORTS: [(&str, &str); 4] = [
    ("", "Newest first"),
    ("oldest", "Oldest first"),
    ("name", "File name"),
    ("from", "From"),
];

/// `GET /datalocker/downloads`
pub fn downloads(
    _permit: Permit<UseDatalocker>,
    r: &mut Reading<'_>,
    Query(query): Query,
) -> Result<Answer, Ending> {
    Answer::page(&page(r, &query)?)
}

fn page(s: &mut Session<'_>, query: &Form) -> Result<DownloadsPage, Ending> {
    let kept = query.value("search").to_owned();
    let searched = search::find(s, SEARCH, &kept)?;
    let previous = query.value("show") == "previous";
    let mut rows = transfer::received(s, previous)?;
    let new = if previous {
        transfer::waiting(s)?.try_into().unwrap_or(0)
    } else {
        rows.len()
    };
    let wanted = searched.value("words").to_lowercase();
    rows.retain(|row| {
        [&row.name, &row.from, &row.description]
            .iter()
            .any(|text| text.to_lowercase().contains(&wanted))
    });
    match query.value("sort") {
        "oldest" => rows.reverse(),
        "name" => rows.sort_by_key(|row| row.name.to_lowercase()),
        "from" => rows.sort_by_key(|row| row.from.to_lowercase()),
        _ => {}
    }
    let per_page = query
        .value("per_page")
        .parse()
        .ok()
        .filter(|n| [20, 50, 100].contains(n))
        .unwrap_or(PER_PAGE);
    let show = if previous { "previous" } else { "new" };
    let sort = SORTS
        .map(|(word, _)| word)
        .into_iter()
        .find(|word| *word == query.value("sort"))
        .unwrap_or_default();
    let address = format!(
        "{LIST}?show={show}&sort={sort}&per_page={per_page}&search={}",
        platform::form::escape(&kept)
    );
    let pages = Pages::new(query.value("page").parse().unwrap_or(1), per_page, rows.len() as u64, address);
    let skipped = usize::try_from(pages.offset()).unwrap_or(usize::MAX);
    let rows = rows
        .into_iter()
        .skip(skipped)
        .take(usize::try_from(per_page).unwrap_or(usize::MAX))
        .collect();
    let form = Form::empty()
        .with("words", searched.value("words"))
        .with("show", show)
        .with("sort", sort)
        .with("per_page", per_page);
    let frame = shell::frame(s, "Download File(s)");
    Ok(DownloadsPage {
        frame,
        form,
        previous,
        new,
        rows,
        pages,
        sorts: SORTS,
    })
}

/// `POST /datalocker/downloads/searching`: by words of name, sender or description.
pub fn search_files(
    _permit: Permit<UseDatalocker>,
    w: &mut Writing<'_>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let show = if form.value("show") == "previous" { "previous" } else { "new" };
    form.text("words", LINE);
    if !form.is_good() {
        let mut page = page(w, &Form::empty().with("show", show))?;
        page.form = form;
        return Err(platform::web::refused(&page));
    }
    let id = search::keep(w, SEARCH, &form, &["words"])?;
    let address = format!(
        "{LIST}?show={show}&sort={}&per_page={}&search={id}",
        platform::form::escape(form.value("sort")),
        platform::form::escape(form.value("per_page"))
    );
    Ok(w.event("files.searched").then(Answer::see_other(address)))
}

/// `POST /datalocker/downloads/{transfer}/taking`: one file, and a note of who took it.
pub async fn take(
    _permit: Permit<UseDatalocker>,
    steps: Steps,
    Ids([id]): Ids<1>,
    _form: Form,
) -> Result<Answer, Ending> {
    let taken = note_taking(&steps, Wanted::These(vec![id])).await?;
    let one = taken.into_iter().next().or_missing()?;
    let content = zipped::open(steps.app().vault(), &one).await?;
    Ok(Answer::file(one.name, one.length.unsigned_abs(), content))
}

/// `POST /datalocker/downloads/taking`: the ticked files, or all new ones, as one zip.
pub async fn take_many(_permit: Permit<UseDatalocker>, steps: Steps, form: Form) -> Result<Answer, Ending> {
    let wanted = match form.value("press") {
        "all" => Wanted::AllNew,
        _ => Wanted::These(form.values("transfer").filter_map(PublicId::parse).collect()),
    };
    let taken = note_taking(&steps, wanted).await?;
    if taken.is_empty() {
        let show = if form.value("show") == "previous" { "previous" } else { "new" };
        let told =
            platform::web::Flash::problem("No file was chosen", "Tick the files that you want to download.");
        return Ok(Answer::see_other(format!("{LIST}?show={show}")).telling(told));
    }
    let name = format!("files-{}.zip", clock::today(steps.app().clock().now()).format("%Y-%m-%d"));
    let vault = steps.app().vault().clone();
    Ok(Answer::zip(name, move |to| zipped::write(&vault, &taken, to)))
}

enum Wanted {
    These(Vec<PublicId>),
    AllNew,
}

/// Notes, before the first byte is sent, that the reader takes these files: from then on they can't
/// be recalled, and one that was recalled is not among them.
async fn note_taking(steps: &Steps, wanted: Wanted) -> Result<Vec<Received>, Ending> {
    steps
        .write(move |w| {
            let files = match wanted {
                Wanted::These(ids) => transfer::named(w, ids)?,
                Wanted::AllNew => transfer::received(w, false)?,
            };
            for one in &files {
                transfer::take(w, one)?;
            }
            Ok(w.event("files.taken").with("files", files.len()).then(files))
        })
        .await
}
