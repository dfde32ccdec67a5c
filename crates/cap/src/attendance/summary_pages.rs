//! Summary by Cohort, by Learner and by Date: page, CSV, Excel.

use super::{
    filter::{self, Place, Span, Wanted},
    list_pages::{answer, list_frame},
    summary::{self, By, Line},
    summary_view as view,
};
use crate::{accounts::deeds::ViewSummaries, shell::Frame};
use askama::Template;
use platform::{
    Answer, Ending, Form, Permit, Reading, Session,
    sheet::{self, Format},
    web::{Query, refused},
};
use ui::{chart::Columns, pagination::Pages};

const FIELDS: &[&str] = &[
    "from",
    "to",
    "age_group",
    "cohort",
    "provider",
    "school",
    "per_page",
];

static BY_COHORT: Place = place("/clm/attendance/by-cohort");
static BY_LEARNER: Place = place("/clm/attendance/by-learner");
static BY_DATE: Place = place("/clm/attendance/by-date");

const fn place(address: &'static str) -> Place {
    Place {
        address,
        fields: FIELDS,
        span: Span::YearToDate,
        per_page: 50,
        sorts: &[],
    }
}

fn place_of(by: By) -> &'static Place {
    match by {
        By::Cohort => &BY_COHORT,
        By::Learner => &BY_LEARNER,
        By::Date => &BY_DATE,
    }
}

#[derive(Template)]
#[template(path = "attendance/views/summary.html")]
struct SummaryPage {
    frame: Frame,
    by: By,
    wanted: Wanted,
    pages: Pages,
    /// The lines of this page.
    lines: Vec<Line>,
    /// Of all lines.
    total: Line,
    chart: Columns,
}

/// `GET /clm/attendance/by-cohort`
pub fn by_cohort_page(
    permit: Permit<ViewSummaries>,
    r: &mut Reading<'_>,
    q: Query,
) -> Result<Answer, Ending> {
    page(permit, r, By::Cohort, q.0)
}

/// `GET /clm/attendance/by-learner`
pub fn by_learner_page(
    permit: Permit<ViewSummaries>,
    r: &mut Reading<'_>,
    q: Query,
) -> Result<Answer, Ending> {
    page(permit, r, By::Learner, q.0)
}

/// `GET /clm/attendance/by-date`
pub fn by_date_page(permit: Permit<ViewSummaries>, r: &mut Reading<'_>, q: Query) -> Result<Answer, Ending> {
    page(permit, r, By::Date, q.0)
}

/// `GET /clm/attendance/by-cohort.csv`
pub fn by_cohort_csv(permit: Permit<ViewSummaries>, r: &mut Reading<'_>, q: Query) -> Result<Answer, Ending> {
    export(permit, r, By::Cohort, Format::Csv, q.0)
}

/// `GET /clm/attendance/by-learner.csv`
pub fn by_learner_csv(
    permit: Permit<ViewSummaries>,
    r: &mut Reading<'_>,
    q: Query,
) -> Result<Answer, Ending> {
    export(permit, r, By::Learner, Format::Csv, q.0)
}

/// `GET /clm/attendance/by-date.csv`
pub fn by_date_csv(permit: Permit<ViewSummaries>, r: &mut Reading<'_>, q: Query) -> Result<Answer, Ending> {
    export(permit, r, By::Date, Format::Csv, q.0)
}

/// `GET /clm/attendance/by-cohort.xlsx`
pub fn by_cohort_xlsx(
    permit: Permit<ViewSummaries>,
    r: &mut Reading<'_>,
    q: Query,
) -> Result<Answer, Ending> {
    export(permit, r, By::Cohort, Format::Xlsx, q.0)
}

/// `GET /clm/attendance/by-learner.xlsx`
pub fn by_learner_xlsx(
    permit: Permit<ViewSummaries>,
    r: &mut Reading<'_>,
    q: Query,
) -> Result<Answer, Ending> {
    export(permit, r, By::Learner, Format::Xlsx, q.0)
}

/// `GET /clm/attendance/by-date.xlsx`
pub fn by_date_xlsx(permit: Permit<ViewSummaries>, r: &mut Reading<'_>, q: Query) -> Result<Answer, Ending> {
    export(permit, r, By::Date, Format::Xlsx, q.0)
}

fn page(_permit: Permit<ViewSummaries>, s: &mut Session<'_>, by: By, query: Form) -> Result<Answer, Ending> {
    let wanted = filter::read(s, place_of(by), query)?;
    let good = wanted.is_good();
    let all = if good { summary::of(s, by, &wanted.filter)? } else { Vec::new() };
    answer(&summary_page(s, by, wanted, all), good)
}

fn summary_page(s: &mut Session<'_>, by: By, wanted: Wanted, all: Vec<Line>) -> SummaryPage {
    let number = u64::try_from(all.len()).unwrap_or(0);
    let pages = Pages::new(wanted.filter.page, wanted.filter.per_page, number, wanted.href());
    let chart = view::chart(by, &all);
    let mut names = vec!["Total".to_owned()];
    names.resize(by.headings().len(), String::new());
    let counts = all.iter().map(|line| line.counts).sum();
    let contributions = all.iter().map(|line| line.contributions).sum();
    let skipped = usize::try_from(pages.offset()).unwrap_or(usize::MAX);
    let on_page = usize::try_from(pages.per_page).unwrap_or(usize::MAX);
    let lines: Vec<Line> = all.into_iter().skip(skipped).take(on_page).collect();
    shows(s, &lines);
    SummaryPage {
        frame: list_frame(s, by.title()),
        by,
        wanted,
        pages,
        lines,
        total: Line {
            names,
            day: None,
            learner: None,
            counts,
            contributions,
        },
        chart,
    }
}

fn shows(s: &mut Session<'_>, lines: &[Line]) {
    for learner in lines.iter().filter_map(|line| line.learner) {
        s.shows(learner.0);
    }
}

/// Everything that the filter finds, as a file.
fn export(
    _permit: Permit<ViewSummaries>,
    s: &mut Session<'_>,
    by: By,
    format: Format,
    query: Form,
) -> Result<Answer, Ending> {
    let wanted = filter::read(s, place_of(by), query)?;
    if !wanted.is_good() {
        return Err(refused(&summary_page(s, by, wanted, Vec::new())));
    }
    let lines = summary::of(s, by, &wanted.filter)?;
    shows(s, &lines);
    let rows = lines.iter().map(|line| view::cells(by, line));
    let file = sheet::file(format, by.title(), view::columns(by), rows).map_err(Ending::fault)?;
    let name = wanted.place.address.rsplit('/').next().unwrap_or_default();
    let name = format!("attendance-{name}.{}", format.ending());
    Ok(Answer::download(name, format.content_type(), file))
}
