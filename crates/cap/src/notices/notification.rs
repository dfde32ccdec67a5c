//! Notifications: short texts for one person in one organisation, each with a link to what they are
//! about. They hold no child's name, so that they can stand on any screen.

use super::NotificationKey;
use crate::schema::{membership, notification, person};
use diesel::prelude::*;
use platform::{
    Ending, Instant, Multi, Role, Session, Writing,
    ids::{OrganisationKey, PersonKey, PublicId},
};
use ui::pagination::Pages;

/// What a notification is about: the home page counts each.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// Training records, cohorts and timetables.
    Training,
    /// Lessons and their registers.
    Lesson,
    /// Learners; the screen keeps the word that users know.
    Student,
}

impl Kind {
    /// In the order of the home page.
    pub const ALL: [Kind; 3] = [Kind::Training, Kind::Lesson, Kind::Student];

    /// The word in the database and in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Training => "training",
            Kind::Lesson => "lesson",
            Kind::Student => "student",
        }
    }

    /// As people say it.
    pub fn label(self) -> &'static str {
        match self {
            Kind::Training => "Training",
            Kind::Lesson => "Lesson",
            Kind::Student => "Student",
        }
    }

    /// The kind that has this word.
    pub fn parse(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// One notification of the reader.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = notification)]
pub struct Notification {
    id: NotificationKey,
    pub public_id: PublicId,
    kind: String,
    pub body: String,
    /// A path of ours.
    pub link: String,
    pub created_at: Instant,
    pub read_at: Option<Instant>,
}

impl Notification {
    /// The notification's key.
    pub fn key(&self) -> NotificationKey {
        self.id
    }

    /// What it is about, as people say it.
    pub fn label(&self) -> &'static str {
        Kind::parse(&self.kind).map_or("", Kind::label)
    }
}

/// Tells each of these people, in the organisation for which they will read it. `body` must hold no
/// child's name; `link` is a path of ours that those people may open.
///
/// # Errors
/// A fault when the link is no path of ours; a database error.
pub fn tell(
    w: &mut Writing<'_>,
    to: &[(PersonKey, OrganisationKey)],
    kind: Kind,
    body: &str,
    link: &str,
) -> Result<(), Ending> {
    if !link.starts_with('/') || link.starts_with("//") {
        return Err(Ending::fault(format!("a notification can't lead to {link}")));
    }
    let now = w.now();
    for (who, at) in to {
        diesel::insert_into(notification::table)
            .values((
                notification::id.eq(NotificationKey::next()),
                notification::public_id.eq(PublicId::random()),
                notification::person_id.eq(who),
                notification::organisation_id.eq(at),
                notification::kind.eq(kind.word()),
                notification::body.eq(body),
                notification::link.eq(link),
                notification::created_at.eq(now),
            ))
            .execute(w.db())?;
    }
    Ok(())
}

/// Everybody who works in an organisation in one of these roles, each once: to be told of something.
///
/// # Errors
/// A database error.
pub fn people_of(
    s: &mut Session<'_>,
    organisation: OrganisationKey,
    roles: &[Role],
) -> Result<Vec<(PersonKey, OrganisationKey)>, Ending> {
    let members: Vec<(PersonKey, String)> = membership::table
        .inner_join(person::table)
        .filter(membership::organisation_id.eq(organisation))
        .filter(membership::ended_at.is_null())
        .filter(person::ended_at.is_null())
        .order(person::id)
        .select((person::id, membership::role))
        .load(s.db())?;
    let mut people: Vec<PersonKey> = members
        .into_iter()
        .filter(|(_, role)| Role::parse(role).is_some_and(|role| roles.contains(&role)))
        .map(|(who, _)| who)
        .collect();
    people.dedup();
    Ok(people.into_iter().map(|who| (who, organisation)).collect())
}

/// How many of each kind the reader has not read, in the order of [`Kind::ALL`].
///
/// # Errors
/// [`Ending::SignIn`] when nobody is signed in; a database error.
pub fn unread_counts(s: &mut Session<'_>) -> Result<[(Kind, u64); 3], Ending> {
    let mut counts = Kind::ALL.map(|kind| (kind, 0));
    for (kind, count) in &mut counts {
        let unread = own(s)?
            .filter(notification::kind.eq(kind.word()))
            .filter(notification::read_at.is_null())
            .count()
            .get_result::<i64>(s.db())?;
        *count = u64::try_from(unread).unwrap_or(0);
    }
    Ok(counts)
}

/// How many the reader has, read or not; of one kind, or of all.
///
/// # Errors
/// [`Ending::SignIn`] when nobody is signed in; a database error.
pub fn count(s: &mut Session<'_>, kind: Option<Kind>) -> Result<u64, Ending> {
    let count: i64 = of_kind(own(s)?, kind).count().get_result(s.db())?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// One page of the reader's notifications, the newest first.
///
/// # Errors
/// [`Ending::SignIn`] when nobody is signed in; a database error.
pub fn list(s: &mut Session<'_>, kind: Option<Kind>, page: &Pages) -> Result<Vec<Notification>, Ending> {
    Ok(of_kind(own(s)?, kind)
        .order((notification::created_at.desc(), notification::id.desc()))
        .limit(i64::try_from(page.per_page).unwrap_or(i64::MAX))
        .offset(i64::try_from(page.offset()).unwrap_or(i64::MAX))
        .select(Notification::as_select())
        .load(s.db())?)
}

/// One of the reader's own notifications.
///
/// # Errors
/// [`Ending::SignIn`] when nobody is signed in; a database error.
pub fn open(s: &mut Session<'_>, id: &PublicId) -> Result<Option<Notification>, Ending> {
    Ok(own(s)?
        .filter(notification::public_id.eq(id.clone()))
        .select(Notification::as_select())
        .first(s.db())
        .optional()?)
}

/// Notes that the reader has opened it. The first reading stays.
///
/// # Errors
/// A database error.
pub fn mark_read(w: &mut Writing<'_>, one: &Notification) -> Result<(), Ending> {
    let now = w.now();
    diesel::update(notification::table.filter(notification::id.eq(one.id)))
        .filter(notification::read_at.is_null())
        .set(notification::read_at.eq(now))
        .execute(w.db())?;
    Ok(())
}

/// Notes that the reader has read all of a kind, or all there are. Answers how many were unread.
///
/// # Errors
/// [`Ending::SignIn`] when nobody is signed in; a database error.
pub fn mark_all_read(w: &mut Writing<'_>, kind: Option<Kind>) -> Result<usize, Ending> {
    let (actor, now) = (w.actor()?.clone(), w.now());
    let kinds = kind.map_or(Kind::ALL.to_vec(), |kind| vec![kind]);
    let mut marked = 0;
    for kind in kinds {
        marked += diesel::update(notification::table.filter(notification::person_id.eq(actor.person)))
            .filter(notification::organisation_id.eq(actor.organisation))
            .filter(notification::kind.eq(kind.word()))
            .filter(notification::read_at.is_null())
            .set(notification::read_at.eq(now))
            .execute(w.db())?;
    }
    Ok(marked)
}

type Own = notification::BoxedQuery<'static, Multi>;

/// The reader's own, for the organisation that they act for now: a link opens only there.
fn own(s: &Session<'_>) -> Result<Own, Ending> {
    let actor = s.actor()?;
    Ok(notification::table
        .into_boxed()
        .filter(notification::person_id.eq(actor.person))
        .filter(notification::organisation_id.eq(actor.organisation)))
}

fn of_kind(all: Own, kind: Option<Kind>) -> Own {
    match kind {
        Some(kind) => all.filter(notification::kind.eq(kind.word())),
        None => all,
    }
}
