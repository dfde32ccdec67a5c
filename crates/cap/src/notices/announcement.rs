//! Announcements: what the service tells all, its schools or its providers on their home page.

use super::AnnouncementKey;
use crate::schema::{announcement, person};
use chrono::{NaiveDate, NaiveTime};
use diesel::prelude::*;
use platform::{
    Ending, Instant, Multi, Session, Writing,
    access::{Actor, Side},
    clock,
    ids::PublicId,
};
use ui::pagination::Pages;

/// Longest heading, in characters.
pub const HEADING: usize = 120;
/// Longest text, in characters.
pub const BODY: usize = 4_000;

/// Who reads an announcement. The service reads all of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Audience {
    All,
    Schools,
    Providers,
}

impl Audience {
    /// In the order of the form.
    pub const ALL: [Audience; 3] = [Audience::All, Audience::Schools, Audience::Providers];

    /// The word in the database and in forms.
    pub fn word(self) -> &'static str {
        match self {
            Audience::All => "all",
            Audience::Schools => Side::School.word(),
            Audience::Providers => Side::Provider.word(),
        }
    }

    /// As people say it.
    pub fn label(self) -> &'static str {
        match self {
            Audience::All => "All schools and providers",
            Audience::Schools => "Schools",
            Audience::Providers => "Providers",
        }
    }

    /// The audience that has this word.
    pub fn parse(word: &str) -> Option<Audience> {
        Audience::ALL.into_iter().find(|audience| audience.word() == word)
    }
}

/// What an announcement is made of.
#[derive(Clone, Debug)]
pub struct Draft {
    pub audience: Audience,
    pub heading: String,
    pub body: String,
}

/// One announcement.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = announcement)]
pub struct Announcement {
    id: AnnouncementKey,
    pub public_id: PublicId,
    audience: String,
    pub heading: String,
    pub body: String,
    pub published_at: Instant,
    pub modified_at: Instant,
    pub withdrawn_at: Option<Instant>,
    /// Counts its changes.
    pub version: i32,
}

impl Announcement {
    /// The announcement's key.
    pub fn key(&self) -> AnnouncementKey {
        self.id
    }

    /// Who reads it.
    pub fn audience(&self) -> Audience {
        Audience::parse(&self.audience).unwrap_or(Audience::All)
    }
}

type Query = announcement::BoxedQuery<'static, Multi>;

/// What the reader is to see, published or changed on this day or later.
fn for_reader(actor: &Actor, since: Option<NaiveDate>) -> Query {
    let live = of_partnership(actor).filter(announcement::withdrawn_at.is_null());
    let mine = match actor.role.side() {
        Side::Service => live,
        side @ (Side::School | Side::Provider) => live.filter(
            announcement::audience.eq(Audience::All.word()).or(announcement::audience.eq(side.word())),
        ),
    };
    match since {
        Some(day) => mine.filter(announcement::modified_at.ge(clock::instant(day, NaiveTime::MIN))),
        None => mine,
    }
}

fn of_partnership(actor: &Actor) -> Query {
    announcement::table
        .into_boxed()
        .filter(announcement::partnership_id.eq(actor.partnership))
}

/// How many announcements the reader has, published or changed since a day.
///
/// # Errors
/// [`Ending::SignIn`] when nobody is signed in; a database error.
pub fn count_for_reader(s: &mut Session<'_>, since: Option<NaiveDate>) -> Result<u64, Ending> {
    let count: i64 = for_reader(&s.actor()?.clone(), since).count().get_result(s.db())?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// One page of the reader's announcements, what was published or changed last first.
///
/// # Errors
/// [`Ending::SignIn`] when nobody is signed in; a database error.
pub fn list_for_reader(
    s: &mut Session<'_>,
    since: Option<NaiveDate>,
    page: &Pages,
) -> Result<Vec<Announcement>, Ending> {
    Ok(on_page(for_reader(&s.actor()?.clone(), since), page)
        .select(Announcement::as_select())
        .load(s.db())?)
}

/// How many announcements the partnership has, withdrawn ones too.
///
/// # Errors
/// [`Ending::SignIn`] when nobody is signed in; a database error.
pub fn count(s: &mut Session<'_>) -> Result<u64, Ending> {
    let count: i64 = of_partnership(&s.actor()?.clone()).count().get_result(s.db())?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// One page of the partnership's announcements, withdrawn ones too, each with its author's name.
///
/// # Errors
/// [`Ending::SignIn`] when nobody is signed in; a database error.
pub fn list(s: &mut Session<'_>, page: &Pages) -> Result<Vec<(Announcement, String)>, Ending> {
    let partnership = s.actor()?.partnership;
    Ok(announcement::table
        .inner_join(person::table)
        .filter(announcement::partnership_id.eq(partnership))
        .order((announcement::modified_at.desc(), announcement::id.desc()))
        .limit(i64::try_from(page.per_page).unwrap_or(i64::MAX))
        .offset(i64::try_from(page.offset()).unwrap_or(i64::MAX))
        .select((Announcement::as_select(), person::name))
        .load(s.db())?)
}

fn on_page(query: Query, page: &Pages) -> Query {
    query
        .order((announcement::modified_at.desc(), announcement::id.desc()))
        .limit(i64::try_from(page.per_page).unwrap_or(i64::MAX))
        .offset(i64::try_from(page.offset()).unwrap_or(i64::MAX))
}

/// One announcement of the actor's partnership, withdrawn or not.
///
/// # Errors
/// [`Ending::SignIn`] when nobody is signed in; a database error.
pub fn open(s: &mut Session<'_>, id: &PublicId) -> Result<Option<Announcement>, Ending> {
    Ok(of_partnership(&s.actor()?.clone())
        .filter(announcement::public_id.eq(id.clone()))
        .select(Announcement::as_select())
        .first(s.db())
        .optional()?)
}

/// Publishes: it stands on its readers' home pages from now on.
///
/// # Errors
/// [`Ending::SignIn`] when nobody is signed in; a database error.
pub fn publish(w: &mut Writing<'_>, draft: &Draft) -> Result<AnnouncementKey, Ending> {
    let (actor, key, now) = (w.actor()?.clone(), AnnouncementKey::next(), w.now());
    diesel::insert_into(announcement::table)
        .values((
            announcement::id.eq(key),
            announcement::public_id.eq(PublicId::random()),
            announcement::partnership_id.eq(actor.partnership),
            announcement::audience.eq(draft.audience.word()),
            announcement::heading.eq(&draft.heading),
            announcement::body.eq(&draft.body),
            announcement::author_id.eq(actor.person),
            announcement::published_at.eq(now),
            announcement::modified_at.eq(now),
        ))
        .execute(w.db())?;
    Ok(key)
}

/// Changes it, if it is still as it was at `version` and not withdrawn. Answers whether it was.
///
/// # Errors
/// A database error.
pub fn change(w: &mut Writing<'_>, one: &Announcement, version: i32, draft: &Draft) -> Result<bool, Ending> {
    let now = w.now();
    let changed = diesel::update(announcement::table.filter(announcement::id.eq(one.id)))
        .filter(announcement::version.eq(version))
        .filter(announcement::withdrawn_at.is_null())
        .set((
            announcement::audience.eq(draft.audience.word()),
            announcement::heading.eq(&draft.heading),
            announcement::body.eq(&draft.body),
            announcement::modified_at.eq(now),
            announcement::version.eq(version + 1),
        ))
        .execute(w.db())?;
    Ok(changed == 1)
}

/// Takes it off all home pages. Answers whether it stood there until now.
///
/// # Errors
/// A database error.
pub fn withdraw(w: &mut Writing<'_>, one: &Announcement) -> Result<bool, Ending> {
    let now = w.now();
    let withdrawn = diesel::update(announcement::table.filter(announcement::id.eq(one.id)))
        .filter(announcement::withdrawn_at.is_null())
        .set((announcement::withdrawn_at.eq(now), announcement::version.eq(announcement::version + 1)))
        .execute(w.db())?;
    Ok(withdrawn == 1)
}
