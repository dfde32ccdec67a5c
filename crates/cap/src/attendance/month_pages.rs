//! Attendance by Month: page, CSV, Excel.

use super::{
    filter::{self, Place, Span, Wanted},
    list_pages::{answer, list_frame},
    month::{self, Line},
    status::Status,
    summary_view,
};
use crate::{accounts::deeds::ViewSummaries, shell::Frame};
use askama::Template;
use chrono::NaiveDate;
use platform::{
    Answer, Ending, Form, Permit, Reading, Session,
    sheet::{self, Cell, Column, Format},
    web::{Query, refused},
};
use ui::{chart::Columns, pagination::Pages};

static MONTH: Place = Place {
    address: "/clm/attendance/month",
    fields: &[
        "month",
        "age_group",
        "cohort",
        "group",
        "provider",
        "school",
        "per_page",
    ],
    span: Span::Month,
    per_page: 50,
    sorts: &[],
};

#[derive(Template)]
#[template(path = "attendance/views/month.html")]
struct MonthPage {
    frame: Frame,
    wanted: Wanted,
    pages: Pages,
    name: String,
    days: Vec<NaiveDate>,
    /// The lines of this page.
    lines: Vec<Line>,
    /// Of all lines.
    chart: Columns,
}

/// `GET /clm/attendance/month`
pub fn month_page(
    _permit: Permit<ViewSummaries>,
    r: &mut Reading<'_>,
    Query(form): Query,
) -> Result<Answer, Ending> {
    let wanted = filter::read(r, &MONTH, form)?;
    let good = wanted.is_good();
    let all = if good { month::of(r, &wanted.filter)? } else { Vec::new() };
    answer(&page(r, wanted, all), good)
}

fn page(s: &mut Session<'_>, wanted: Wanted, all: Vec<Line>) -> MonthPage {
    let total = u64::try_from(all.len()).unwrap_or(0);
    let pages = Pages::new(wanted.filter.page, wanted.filter.per_page, total, wanted.href());
    let days = month::days(wanted.filter.days, &all);
    let chart = summary_view::marks(
        "Marks by day",
        "Day",
        "For each day of the month, how many marks of each kind were made.",
        days.iter()
            .map(|day| (day.format("%-d %b").to_string(), month::counts(&all, *day)))
            .collect(),
    );
    let skipped = usize::try_from(pages.offset()).unwrap_or(usize::MAX);
    let on_page = usize::try_from(pages.per_page).unwrap_or(usize::MAX);
    let lines: Vec<Line> = all.into_iter().skip(skipped).take(on_page).collect();
    shows(s, &lines);
    MonthPage {
        frame: list_frame(s, "Attendance by Month"),
        name: wanted.filter.days.first().format("%B %Y").to_string(),
        wanted,
        pages,
        days,
        lines,
        chart,
    }
}

fn shows(s: &mut Session<'_>, lines: &[Line]) {
    for line in lines {
        s.shows(line.learner.0);
    }
}

/// `GET /clm/attendance/month.csv`: all that the filter finds.
pub fn month_csv(
    _permit: Permit<ViewSummaries>,
    r: &mut Reading<'_>,
    Query(form): Query,
) -> Result<Answer, Ending> {
    export(r, Format::Csv, form)
}

/// `GET /clm/attendance/month.xlsx`: the same, typed.
pub fn month_xlsx(
    _permit: Permit<ViewSummaries>,
    r: &mut Reading<'_>,
    Query(form): Query,
) -> Result<Answer, Ending> {
    export(r, Format::Xlsx, form)
}

fn export(s: &mut Session<'_>, format: Format, form: Form) -> Result<Answer, Ending> {
    let wanted = filter::read(s, &MONTH, form)?;
    if !wanted.is_good() {
        return Err(refused(&page(s, wanted, Vec::new())));
    }
    let lines = month::of(s, &wanted.filter)?;
    shows(s, &lines);
    let days = month::days(wanted.filter.days, &lines);
    let mut columns = vec![
        Column::free_text("Surname", 20),
        Column::free_text("First names", 20),
    ];
    for day in &days {
        for session in ["AM", "PM"] {
            columns.push(Column::exact(format!("{} {session}", day.format("%d/%m/%Y")), 14));
        }
    }
    let rows = lines.iter().map(|line| {
        let names = [
            Cell::Text(line.surname.clone()),
            Cell::Text(line.first_name.clone()),
        ];
        let marks = days.iter().flat_map(|day| line.of(*day)).map(|marks| Cell::Text(said(marks)));
        names.into_iter().chain(marks).collect()
    });
    let file = sheet::file(format, "Attendance by Month", columns, rows).map_err(Ending::fault)?;
    let name = format!("attendance-{}.{}", wanted.filter.days.first().format("%Y-%m"), format.ending());
    Ok(Answer::download(name, format.content_type(), file))
}

/// The marks of a session in words.
fn said(marks: &[Option<Status>]) -> String {
    let words: Vec<&str> = marks.iter().map(|mark| mark.map_or("Not marked", Status::label)).collect();
    words.join(", ")
}

/// The marks of a session as signs.
fn signs(marks: &[Option<Status>]) -> String {
    marks.iter().map(|mark| mark.map_or("·", Status::sign)).collect()
}

/// The word of a session's colour: that of its one mark; none where marks differ.
fn colour(marks: &[Option<Status>]) -> &'static str {
    match marks {
        [first, rest @ ..] if rest.iter().all(|mark| mark == first) => first.map_or("none", Status::word),
        _ => "none",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_has_the_colour_of_its_marks_where_they_agree() {
        let (present, late) = (Some(Status::Present), Some(Status::Late));
        assert_eq!(colour(&[present, present]), "present");
        assert_eq!(colour(&[present, late]), "none");
        assert_eq!(colour(&[None]), "none");
        assert_eq!((signs(&[present, None]), said(&[late, None])), ("✓·".into(), "Late, Not marked".into()));
    }
}
