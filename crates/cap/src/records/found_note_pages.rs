//! Notes & Comments: searching the notes of all one's training records.

use super::found_note::{self, FIELDS, Found, Search};
use crate::{
    accounts::deeds::ViewRecords,
    shell::{self, Frame},
};
use askama::Template;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing,
    form::escape,
    web::{Query, refused, search},
};

/// Notes on a page.
const PER_PAGE: usize = 20;
/// Where searches of this page are kept: words may hold names.
const PLACE: &str = "notes";

#[derive(Template)]
#[template(path = "records/views/found_notes.html")]
struct NotesPage {
    frame: Frame,
    form: Form,
    cohorts: Vec<(String, String)>,
    searched: bool,
    found: Vec<Found>,
    newer: Option<String>,
    older: Option<String>,
}

fn page(s: &mut Session<'_>, form: Form, kept: &str, number: usize) -> Result<NotesPage, Ending> {
    let search = Search::read(&mut form.clone());
    let number = number.clamp(1, 500);
    let mut found = found_note::list(s, &search, (number - 1) * PER_PAGE, PER_PAGE + 1)?;
    let has_older = found.len() > PER_PAGE;
    found.truncate(PER_PAGE);
    let to = |number: usize| {
        let kept = if kept.is_empty() {
            String::new()
        } else {
            format!("search={}&", escape(kept))
        };
        format!("/clm/notes?{kept}page={number}")
    };
    Ok(NotesPage {
        frame: shell::frame(s, "Notes & Comments"),
        cohorts: found_note::cohorts(s)?,
        searched: FIELDS.iter().any(|field| !form.value(field).is_empty()),
        form,
        found,
        newer: (number > 1).then(|| to(number - 1)),
        older: has_older.then(|| to(number + 1)),
    })
}

/// `GET /clm/notes`
pub fn notes_page(
    _permit: Permit<ViewRecords>,
    r: &mut Reading<'_>,
    Query(query): Query,
) -> Result<Answer, Ending> {
    let kept = query.value("search");
    let form = search::find(r, PLACE, kept)?;
    let number = query.value("page").parse().unwrap_or(1);
    Answer::page(&page(r, form, kept, number)?)
}

/// `POST /clm/notes/searching`
pub fn search_notes(
    _permit: Permit<ViewRecords>,
    w: &mut Writing<'_>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    Search::read(&mut form);
    if !form.is_good() {
        return Err(refused(&page(w, form, "", 1)?));
    }
    let id = search::keep(w, PLACE, &form, FIELDS)?;
    Ok(w.event("notes.searched").then(Answer::see_other(format!("/clm/notes?search={id}"))))
}
