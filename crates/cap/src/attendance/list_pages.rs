//! The lists of registers and of their entries: Registers, Today's Attendance, Register Entries.

use super::{
    day_list,
    filter::{self, Place, Show, Span, Wanted},
    register_list,
    status::Status,
};
use crate::{
    accounts::deeds::ViewRegisters,
    shell::{self, Frame},
};
use askama::Template;
use chrono::TimeDelta;
use platform::{
    Answer, Ending, Permit, Reading, Session, clock,
    web::{Query, refused},
};
use ui::pagination::Pages;

static REGISTERS: Place = Place {
    address: "/clm/registers",
    fields: &[
        "from",
        "to",
        "show",
        "lessons",
        "age_group",
        "cohort",
        "group",
        "per_page",
        "sort",
    ],
    span: Span::Today,
    per_page: 20,
    sorts: &[
        ("date", "Date"),
        ("provider", "Provider"),
        ("cohort", "Course cohort"),
    ],
};

static TODAY: Place = Place {
    address: "/clm/today",
    fields: &["from"],
    span: Span::Today,
    per_page: 50,
    sorts: &[("name", "Name")],
};

static ENTRIES: Place = Place {
    address: "/clm/entries",
    fields: &[
        "from",
        "to",
        "status",
        "age_group",
        "cohort",
        "provider",
        "school",
        "per_page",
        "sort",
    ],
    span: Span::Today,
    per_page: 50,
    sorts: &[("name", "Name"), ("date", "Date")],
};

#[derive(Template)]
#[template(path = "attendance/views/registers.html")]
struct RegistersPage {
    frame: Frame,
    wanted: Wanted,
    pages: Pages,
    lines: Vec<register_list::Line>,
    said: String,
}

#[derive(Template)]
#[template(path = "attendance/views/today.html")]
struct TodayPage {
    frame: Frame,
    wanted: Wanted,
    pages: Pages,
    lines: Vec<day_list::Line>,
    day: String,
    caption: &'static str,
    dates: bool,
}

#[derive(Template)]
#[template(path = "attendance/views/entries.html")]
struct EntriesPage {
    frame: Frame,
    wanted: Wanted,
    pages: Pages,
    lines: Vec<day_list::Line>,
    caption: &'static str,
    dates: bool,
}

/// `GET /clm/registers`
pub fn registers_page(
    _permit: Permit<ViewRegisters>,
    r: &mut Reading<'_>,
    Query(form): Query,
) -> Result<Answer, Ending> {
    let wanted = filter::read(r, &REGISTERS, form)?;
    let total = if wanted.is_good() {
        register_list::count(r, &wanted.filter)?
    } else {
        0
    };
    let pages = pages(&wanted, total);
    let lines = if total == 0 {
        Vec::new()
    } else {
        register_list::list(r, &wanted.filter, pages.offset())?
    };
    let said = registers_said(&wanted);
    let good = wanted.is_good();
    answer(
        &RegistersPage {
            frame: list_frame(r, "Registers"),
            wanted,
            pages,
            lines,
            said,
        },
        good,
    )
}

/// Which registers the list holds, in a sentence.
fn registers_said(wanted: &Wanted) -> String {
    let filter = &wanted.filter;
    let which = match filter.show {
        Show::All => "Registers",
        Show::Overdue => "Overdue registers",
        Show::Completed => "Completed registers",
    };
    match (filter.days_given, filter.show, filter.lessons.is_empty()) {
        (false, _, false) => format!("{which} of the lessons with these IDs"),
        (false, Show::All, true) => {
            "Today’s registers, and those of the last two weeks that are overdue".to_owned()
        }
        (false, Show::Overdue, true) => format!("{which} of the last two weeks"),
        (false, Show::Completed, true) | (true, _, _) if filter.days.first() == filter.days.last() => {
            format!("{which} of {}", clock::long_date(filter.days.first()))
        }
        (false, Show::Completed, true) | (true, _, _) => format!("{which} of {}", filter.days),
    }
}

/// `GET /clm/today`
pub fn today_page(
    _permit: Permit<ViewRegisters>,
    r: &mut Reading<'_>,
    Query(form): Query,
) -> Result<Answer, Ending> {
    let wanted = filter::read(r, &TODAY, form)?;
    let (pages, lines) = entries(r, &wanted)?;
    let day = clock::long_date(wanted.filter.days.first());
    let good = wanted.is_good();
    answer(
        &TodayPage {
            frame: list_frame(r, "Today’s Attendance"),
            wanted,
            pages,
            lines,
            day,
            caption: "Learners and their entries",
            dates: false,
        },
        good,
    )
}

/// `GET /clm/entries`
pub fn entries_page(
    _permit: Permit<ViewRegisters>,
    r: &mut Reading<'_>,
    Query(form): Query,
) -> Result<Answer, Ending> {
    let wanted = filter::read(r, &ENTRIES, form)?;
    let (pages, lines) = entries(r, &wanted)?;
    let good = wanted.is_good();
    let page = EntriesPage {
        frame: list_frame(r, "Register Entries"),
        wanted,
        pages,
        lines,
        caption: "Register entries",
        dates: true,
    };
    answer(&page, good)
}

/// One page of entries, none where the filter makes no sense.
fn entries(s: &mut Session<'_>, wanted: &Wanted) -> Result<(Pages, Vec<day_list::Line>), Ending> {
    let total = if wanted.is_good() { day_list::count(s, &wanted.filter)? } else { 0 };
    let pages = pages(wanted, total);
    let lines = if total == 0 {
        Vec::new()
    } else {
        day_list::list(s, &wanted.filter, pages.offset())?
    };
    Ok((pages, lines))
}

fn pages(wanted: &Wanted, total: u64) -> Pages {
    Pages::new(wanted.filter.page, wanted.filter.per_page, total, wanted.href())
}

/// The page, or the page with what is wrong (422).
pub(super) fn answer(page: &impl Template, good: bool) -> Result<Answer, Ending> {
    if good { Answer::page(page) } else { Err(refused(page)) }
}

pub(super) fn list_frame(s: &Session<'_>, title: &str) -> Frame {
    let mut frame = shell::frame(s, title);
    frame.crumbs = vec![shell::crumb("Home", "/clm")];
    frame
}

/// "1 h 5 min", "2 days 3 h": a span of time as people read it.
pub fn span_said(span: &TimeDelta) -> String {
    let (days, hours, minutes) = (span.num_days(), span.num_hours() % 24, span.num_minutes() % 60);
    match (days, hours) {
        (0, 0) => format!("{minutes} min"),
        (0, hours) => format!("{hours} h {minutes} min"),
        (1, hours) => format!("1 day {hours} h"),
        (days, hours) => format!("{days} days {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_time_are_read_in_two_units() {
        for (minutes, said) in [
            (0, "0 min"),
            (35, "35 min"),
            (80, "1 h 20 min"),
            (1_500, "1 day 1 h"),
            (3_060, "2 days 3 h"),
        ] {
            assert_eq!(span_said(&TimeDelta::minutes(minutes)), said);
        }
    }
}
