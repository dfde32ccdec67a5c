//! Posting, changing and withdrawing announcements. Their readers find them on the home page.

use super::announcement::{self, Announcement, Audience, BODY, Draft, HEADING};
use crate::{
    accounts::deeds::PostAnnouncements,
    shell::{self, Frame, crumb},
};
use askama::Template;
use axum::http::StatusCode;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing, clock,
    problem::OrMissing,
    web::{Flash, Ids, Query, refused, with_status},
};
use ui::pagination::Pages;

const LIST: &str = "/clm/announcements";
const PER_PAGE: u64 = 20;

#[derive(Template)]
#[template(path = "notices/views/announcements.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<Row>,
    pages: Pages,
}

struct Row {
    /// Where it is changed; nowhere once it is withdrawn.
    href: Option<String>,
    heading: String,
    audience: &'static str,
    author: String,
    published: String,
    changed: String,
}

#[derive(Template)]
#[template(path = "notices/views/announcement.html")]
struct EditPage {
    frame: Frame,
    form: Form,
    /// Where the form posts to.
    action: String,
    /// The announcement that is being changed; none while it is new.
    withdrawal: Option<String>,
    /// What somebody else made of it in the meantime.
    stands: Option<Draft>,
    audiences: [(&'static str, &'static str); 3],
}

fn page_for(s: &Session<'_>, form: Form, one: Option<&Announcement>) -> EditPage {
    let title = if one.is_some() {
        "Change an announcement"
    } else {
        "New announcement"
    };
    let mut frame = shell::frame(s, title);
    frame.crumbs = vec![crumb("Home", "/clm"), crumb("Announcements", LIST)];
    let action = one.map_or_else(|| LIST.to_owned(), |one| format!("{LIST}/{}", one.public_id));
    EditPage {
        frame,
        form,
        withdrawal: one.map(|_| format!("{action}/withdrawal")),
        action,
        stands: None,
        audiences: Audience::ALL.map(|audience| (audience.word(), audience.label())),
    }
}

fn draft(form: &mut Form) -> Option<Draft> {
    let audience = form.required_parsed("audience", "Choose who is to read it", |word| {
        Audience::parse(word).ok_or("Choose who is to read it")
    });
    let heading = form.required("heading", HEADING, "Enter a heading");
    let body = form.required("body", BODY, "Enter what you want to announce");
    audience.filter(|_| form.is_good()).map(|audience| Draft { audience, heading, body })
}

/// `GET /clm/announcements`
pub fn announcements(
    _permit: Permit<PostAnnouncements>,
    r: &mut Reading<'_>,
    Query(query): Query,
) -> Result<Answer, Ending> {
    let wanted = query.value("page").parse().unwrap_or(1);
    let pages = Pages::new(wanted, PER_PAGE, announcement::count(r)?, LIST);
    let row = |(one, author): (Announcement, String)| Row {
        href: one.withdrawn_at.is_none().then(|| format!("{LIST}/{}", one.public_id)),
        audience: one.audience().label(),
        author,
        published: clock::moment(one.published_at),
        changed: match one.withdrawn_at {
            Some(at) => format!("Withdrawn {}", clock::moment(at)),
            None if one.version > 0 => format!("Changed {}", clock::moment(one.modified_at)),
            None => "As published".to_owned(),
        },
        heading: one.heading,
    };
    let rows = announcement::list(r, &pages)?.into_iter().map(row).collect();
    let mut frame = shell::frame(r, "Announcements");
    frame.crumbs = vec![crumb("Home", "/clm")];
    Answer::page(&ListPage { frame, rows, pages })
}

/// `GET /clm/announcements/new`
pub fn new_announcement(_permit: Permit<PostAnnouncements>, r: &mut Reading<'_>) -> Result<Answer, Ending> {
    let form = Form::empty().with("audience", Audience::All.word());
    Answer::page(&page_for(r, form, None))
}

/// `POST /clm/announcements`
pub fn publish_announcement(
    _permit: Permit<PostAnnouncements>,
    w: &mut Writing<'_>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let Some(draft) = draft(&mut form) else {
        return Err(refused(&page_for(w, form, None)));
    };
    let key = announcement::publish(w, &draft)?;
    let told = Flash::success(
        "The announcement is published",
        format!("It is on the home page now. Readers: {}.", draft.audience.label().to_lowercase()),
    );
    let event = w.event("announcement.published").about("announcement", key.0);
    Ok(event.with("audience", draft.audience.word()).then(Answer::see_other(LIST).telling(told)))
}

/// `GET /clm/announcements/{announcement}`
pub fn announcement_page(
    _permit: Permit<PostAnnouncements>,
    r: &mut Reading<'_>,
    Ids([id]): Ids<1>,
) -> Result<Answer, Ending> {
    let one = announcement::open(r, &id)?.filter(|one| one.withdrawn_at.is_none()).or_missing()?;
    let form = Form::empty()
        .with("audience", one.audience().word())
        .with("heading", &one.heading)
        .with("body", &one.body)
        .with("version", one.version);
    Answer::page(&page_for(r, form, Some(&one)))
}

/// `POST /clm/announcements/{announcement}`
pub fn change_announcement(
    _permit: Permit<PostAnnouncements>,
    w: &mut Writing<'_>,
    Ids([id]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let one = announcement::open(w, &id)?.or_missing()?;
    if one.withdrawn_at.is_some() {
        return Err(Ending::Conflict("This announcement was withdrawn in the meantime."));
    }
    let Some(draft) = draft(&mut form) else {
        return Err(refused(&page_for(w, form, Some(&one))));
    };
    let seen = form.value("version").parse().unwrap_or(-1);
    if !announcement::change(w, &one, seen, &draft)? {
        let mut page = page_for(w, form.with("version", one.version), Some(&one));
        page.stands = Some(Draft {
            audience: one.audience(),
            heading: one.heading,
            body: one.body,
        });
        return Err(with_status(StatusCode::CONFLICT, &page));
    }
    let told = Flash::success(
        "The announcement is changed",
        format!("The home page shows the new text. Readers: {}.", draft.audience.label().to_lowercase()),
    );
    let event = w.event("announcement.changed").about("announcement", one.key().0);
    Ok(event.with("audience", draft.audience.word()).then(Answer::see_other(LIST).telling(told)))
}

/// `POST /clm/announcements/{announcement}/withdrawal`
pub fn withdraw_announcement(
    _permit: Permit<PostAnnouncements>,
    w: &mut Writing<'_>,
    Ids([id]): Ids<1>,
) -> Result<Recorded<Answer>, Ending> {
    let one = announcement::open(w, &id)?.or_missing()?;
    if !announcement::withdraw(w, &one)? {
        return Err(Ending::Conflict("This announcement was withdrawn already."));
    }
    let told =
        Flash::success("The announcement is withdrawn", "It is off every home page. It stays in this list.");
    Ok(w.event("announcement.withdrawn")
        .about("announcement", one.key().0)
        .then(Answer::see_other(LIST).telling(told)))
}
