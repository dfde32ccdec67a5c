//! The list of training records: page, search by name, files.

use super::{
    export, facts,
    filter::{self, KEPT, PLACE, Wanted},
    line::{self, Whose},
    list_view::{self, Row},
    narrow,
    part::Part,
    saved_view::{self, View},
};
use crate::{
    accounts::deeds::ViewRecords,
    shell::{self, Frame, crumb},
};
use askama::Template;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing,
    sheet::Format,
    web::{Query, refused, search},
};
use ui::pagination::Pages;

#[derive(Template)]
#[template(path = "records/views/list.html")]
pub(super) struct ListPage {
    frame: Frame,
    wanted: Wanted,
    pages: Pages,
    rows: Vec<Row>,
    views: Vec<View>,
    /// The form that saves a view, with what is wrong with it.
    saving: Form,
}

impl ListPage {
    /// Value and label of each tick box.
    fn boxes(&self) -> [Part; 9] {
        Part::SHOWN
    }

    /// "1 training record", "24 training records".
    fn said(&self) -> String {
        match self.pages.total {
            1 => "1 training record".to_owned(),
            number => format!("{number} training records"),
        }
    }
}

/// The page of a filter; without rows where a field makes no sense.
pub(super) fn list_page(s: &mut Session<'_>, wanted: Wanted, saving: Form) -> Result<ListPage, Ending> {
    let total = if wanted.is_good() { narrow::count(s, &wanted.filter)? } else { 0 };
    let pages = Pages::new(wanted.filter.page, wanted.filter.per_page, total, wanted.href());
    let mut rows = Vec::new();
    if total > 0 {
        let keys = narrow::page(s, &wanted.filter, pages.offset())?;
        let lines = line::load(s, Whose::Readers, &keys)?;
        let facts = facts::of(s, &lines, &wanted.show)?;
        lines.iter().for_each(|line| s.shows(line.learner.key.0));
        let lines = lines.iter().zip(&facts);
        rows = lines.map(|(line, facts)| list_view::row(line, facts, &wanted.show)).collect();
    }
    let mut frame = shell::frame(s, "Training Records");
    frame.crumbs = vec![crumb("Home", "/clm")];
    Ok(ListPage {
        frame,
        views: saved_view::list(s, PLACE)?,
        wanted,
        pages,
        rows,
        saving,
    })
}

/// `GET /clm/training-records`
pub fn records_page(
    _permit: Permit<ViewRecords>,
    r: &mut Reading<'_>,
    Query(query): Query,
) -> Result<Answer, Ending> {
    let wanted = filter::of_address(r, &query)?;
    let good = wanted.is_good();
    let page = list_page(r, wanted, Form::empty())?;
    if good { Answer::page(&page) } else { Err(refused(&page)) }
}

/// `POST /clm/training-records/searches`: the panel's form. What stands in no address is kept.
pub fn search_records(
    _permit: Permit<ViewRecords>,
    w: &mut Writing<'_>,
    form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let wanted = filter::read(w, form, None, &[])?;
    if !wanted.is_good() {
        return Err(refused(&list_page(w, wanted, Form::empty())?));
    }
    let to = if wanted.has_kept() {
        let id = search::keep(w, PLACE, &wanted.form, KEPT)?;
        wanted.href_kept_as(&id)
    } else {
        wanted.href()
    };
    Ok(w.event("records.searched").then(Answer::see_other(to)))
}

/// `GET /clm/training-records.csv`
pub fn records_csv(permit: Permit<ViewRecords>, r: &mut Reading<'_>, query: Query) -> Result<Answer, Ending> {
    file(permit, r, Format::Csv, query)
}

/// `GET /clm/training-records.xlsx`
pub fn records_xlsx(
    permit: Permit<ViewRecords>,
    r: &mut Reading<'_>,
    query: Query,
) -> Result<Answer, Ending> {
    file(permit, r, Format::Xlsx, query)
}

/// Everything that the filter finds, in the columns that report templates name.
fn file(
    _permit: Permit<ViewRecords>,
    s: &mut Session<'_>,
    format: Format,
    Query(query): Query,
) -> Result<Answer, Ending> {
    let wanted = filter::of_address(s, &query)?;
    if !wanted.is_good() {
        return Err(refused(&list_page(s, wanted, Form::empty())?));
    }
    let records = narrow::all(s, &wanted.filter)?;
    let file = export::file(s, Whose::Readers, &records, format)?;
    let name = format!("training-records.{}", format.ending());
    Ok(Answer::download(name, format.content_type(), file))
}
