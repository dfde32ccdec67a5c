//! The home page of everybody who is signed in. It stands above all areas, because it shows
//! something of each: what is to be done, what was announced, the month, what is unread.

mod month;
mod today;

use crate::{
    accounts::deeds::{Deed, UseClm, may},
    notices::{
        announcement::{self, Announcement},
        notification::{self, Kind},
        plain_text::{Paragraph, paragraphs},
    },
    records::correction,
    shell::{self, Frame},
};
use askama::Template;
use chrono::NaiveDate;
use month::Month;
use platform::{
    Answer, Ending, Form, Permit, Reading, clock,
    web::{Query, refused},
};
use ui::{filters::ActiveFilter, pagination::Pages};

/// Announcements on a page.
const PER_PAGE: u64 = 5;

#[derive(Template)]
#[template(path = "home/views/home.html")]
struct HomePage {
    frame: Frame,
    tiles: Vec<Tile>,
    unread: Vec<Unread>,
    form: Form,
    active: Vec<ActiveFilter>,
    /// Home without the filter.
    reset_href: String,
    announcements: Vec<Announced>,
    pages: Pages,
    may_post: bool,
    month: Month,
    previous_month: String,
    next_month: String,
}

/// One button of the top row.
struct Tile {
    href: &'static str,
    /// How many there are of it; a plain button has none.
    number: Option<u64>,
    label: &'static str,
    detail: String,
    urgent: bool,
}

/// How much of a kind is unread.
struct Unread {
    label: &'static str,
    href: String,
    count: u64,
}

struct Announced {
    heading: String,
    text: Vec<Paragraph>,
    when: String,
}

/// What stands in the page's address: the month that the calendar shows, and since when
/// announcements are shown.
struct Place {
    /// The first of the month.
    month: NaiveDate,
    since: Option<NaiveDate>,
}

impl Place {
    fn href(&self) -> String {
        let month = format!("/clm?month={}", self.month.format("%Y-%m"));
        self.since.map_or(month.clone(), |day| format!("{month}&since={day}"))
    }
}

/// `GET /clm`
pub fn home(permit: Permit<UseClm>, r: &mut Reading<'_>, Query(mut query): Query) -> Result<Answer, Ending> {
    let month = month::first_day(query.value("month")).unwrap_or_else(|| month::first_of(r.today()));
    let place = Place { month, since: query.date("since") };
    let wanted = query.value("page").parse().unwrap_or(1);
    let pages = Pages::new(wanted, PER_PAGE, announcement::count_for_reader(r, place.since)?, place.href());
    let role = permit.actor().role;
    let page = HomePage {
        frame: shell::frame(r, "Home"),
        tiles: tiles(r, |deed| may(role, deed))?,
        unread: notification::unread_counts(r)?.map(unread).into(),
        active: place.since.map(|day| shown_since(day, month)).into_iter().collect(),
        reset_href: Place { month, since: None }.href(),
        announcements: announcement::list_for_reader(r, place.since, &pages)?
            .into_iter()
            .map(announced)
            .collect(),
        pages,
        may_post: may(role, Deed::PostAnnouncements),
        month: month::of(r, month)?,
        previous_month: Place { month: month::before(month), ..place }.href(),
        next_month: Place { month: month::after(month), ..place }.href(),
        form: query.with("month", month.format("%Y-%m")),
    };
    if page.form.is_good() {
        Answer::page(&page)
    } else {
        Err(refused(&page))
    }
}

fn shown_since(day: NaiveDate, month: NaiveDate) -> ActiveFilter {
    ActiveFilter {
        label: format!("Published or modified since {}", clock::short_date(day)),
        remove_href: Place { month, since: None }.href(),
    }
}

/// The buttons that this person may use.
fn tiles(r: &mut Reading<'_>, may: impl Fn(Deed) -> bool) -> Result<Vec<Tile>, Ending> {
    let mut tiles = Vec::new();
    if may(Deed::ViewRegisters) {
        let registers = today::registers(r)?;
        tiles.push(Tile {
            href: "/clm/registers",
            number: Some(registers.total),
            label: "Today's Registers",
            detail: format!("{} completed, {} overdue", registers.completed, registers.overdue),
            urgent: registers.overdue > 0,
        });
    }
    if may(Deed::DecideAbsence) {
        let waiting = today::unprocessed_absences(r)?;
        tiles.push(Tile {
            href: "/clm/absences",
            number: Some(waiting),
            label: "Unprocessed Absences",
            detail: "waiting for a decision".to_owned(),
            urgent: waiting > 0,
        });
    }
    if may(Deed::DecideCorrection) {
        let waiting = correction::waiting(r)?;
        tiles.push(Tile {
            href: "/clm/corrections",
            number: Some(waiting),
            label: "Corrections",
            detail: "waiting for a decision".to_owned(),
            urgent: waiting > 0,
        });
    }
    if may(Deed::ViewSummaries) {
        tiles.push(Tile {
            href: "/clm/attendance/by-date",
            number: None,
            label: "Summary by Date",
            detail: "attendance, day by day".to_owned(),
            urgent: false,
        });
    }
    Ok(tiles)
}

fn unread((kind, count): (Kind, u64)) -> Unread {
    Unread {
        label: kind.label(),
        href: format!("/clm/notifications?kind={}", kind.word()),
        count,
    }
}

fn announced(one: Announcement) -> Announced {
    let published = format!("Published {}", clock::moment(one.published_at));
    Announced {
        when: match one.version {
            0 => published,
            _ => format!("{published}, modified {}", clock::moment(one.modified_at)),
        },
        text: paragraphs(&one.body),
        heading: one.heading,
    }
}
