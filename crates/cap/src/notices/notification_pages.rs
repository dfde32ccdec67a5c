//! One's own notifications: the list, opening one, and having read them all.

use super::notification::{self, Kind, Notification};
use crate::{
    accounts::deeds::UseClm,
    shell::{self, Frame, crumb},
};
use askama::Template;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Writing, clock,
    problem::OrMissing,
    web::{Flash, Ids, Query},
};
use ui::pagination::Pages;

const LIST: &str = "/clm/notifications";
const PER_PAGE: u64 = 20;

#[derive(Template)]
#[template(path = "notices/views/notifications.html")]
struct ListPage {
    frame: Frame,
    kinds: Vec<KindLink>,
    /// The word of the kind that is shown; empty for all.
    kind: &'static str,
    unread: u64,
    rows: Vec<Row>,
    pages: Pages,
}

/// One way to narrow the list.
struct KindLink {
    label: &'static str,
    href: String,
    unread: u64,
    current: bool,
}

struct Row {
    public_id: String,
    kind: &'static str,
    body: String,
    at: String,
    unread: bool,
}

fn address(kind: Option<Kind>) -> String {
    kind.map_or_else(|| LIST.to_owned(), |kind| format!("{LIST}?kind={}", kind.word()))
}

/// `GET /clm/notifications`
pub fn notifications(
    _permit: Permit<UseClm>,
    r: &mut Reading<'_>,
    Query(query): Query,
) -> Result<Answer, Ending> {
    let kind = Kind::parse(query.value("kind"));
    let wanted = query.value("page").parse().unwrap_or(1);
    let pages = Pages::new(wanted, PER_PAGE, notification::count(r, kind)?, address(kind));
    let counts = notification::unread_counts(r)?;
    let all = counts.iter().map(|(_, count)| count).sum();
    let link = |of: Option<Kind>, unread| KindLink {
        label: of.map_or("All", Kind::label),
        href: address(of),
        unread,
        current: of == kind,
    };
    let kinds: Vec<KindLink> = std::iter::once(link(None, all))
        .chain(counts.iter().map(|(of, count)| link(Some(*of), *count)))
        .collect();
    let row = |one: Notification| Row {
        kind: one.label(),
        unread: one.read_at.is_none(),
        at: clock::moment(one.created_at),
        public_id: one.public_id.to_string(),
        body: one.body,
    };
    let rows = notification::list(r, kind, &pages)?.into_iter().map(row).collect();
    let mut frame = shell::frame(r, "Notifications");
    frame.crumbs = vec![crumb("Home", "/clm")];
    Answer::page(&ListPage {
        frame,
        unread: kinds.iter().find(|link| link.current).map_or(0, |link| link.unread),
        kinds,
        kind: kind.map_or("", Kind::word),
        rows,
        pages,
    })
}

/// `POST /clm/notifications/{notification}/reading`: opens what it leads to, and notes that it was
/// read. A deed and not a link, because it changes something.
pub fn read_notification(
    _permit: Permit<UseClm>,
    w: &mut Writing<'_>,
    Ids([id]): Ids<1>,
) -> Result<Recorded<Answer>, Ending> {
    let one = notification::open(w, &id)?.or_missing()?;
    notification::mark_read(w, &one)?;
    let event = w.event("notification.read").about("notification", one.key().0);
    Ok(event.then(Answer::see_other(one.link)))
}

/// `POST /clm/notifications/reading`: all of a kind, or all there are.
pub fn read_notifications(
    permit: Permit<UseClm>,
    w: &mut Writing<'_>,
    form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let kind = Kind::parse(form.value("kind"));
    let marked = notification::mark_all_read(w, kind)?;
    let text = match marked {
        0 => "None was unread.".to_owned(),
        1 => "One notification was marked as read. It stays in the list.".to_owned(),
        n => format!("{n} notifications were marked as read. They stay in the list."),
    };
    let event = w.event("notifications.read").about("person", permit.actor().person.0);
    let answer = Answer::see_other(address(kind)).telling(Flash::success("All read", text));
    Ok(event.with("count", marked).then(answer))
}
