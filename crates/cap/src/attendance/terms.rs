//! Term dates and closures of the service, its schools and its providers, and the one definition of
//! whose dates hold where.

use super::calendar::{Calendar, Closures, Days, Terms};
use crate::schema::{closure, organisation, term};
use chrono::NaiveDate;
use diesel::prelude::*;
use platform::{
    Ending, Session, Writing,
    access::Side,
    db::one_of,
    ids::{OrganisationKey, PublicId},
};

platform::keys!(
    /// A term or a closure.
    StretchKey,
);

/// The days on which lessons and school days can fall at an organisation: its own terms if it has
/// any, else the service's; less its own closures and the service's.
///
/// # Errors
/// A database error.
pub fn calendar_of(s: &mut Session<'_>, of: OrganisationKey) -> Result<Calendar, Ending> {
    let partnership: i64 = organisation::table
        .filter(organisation::id.eq(of))
        .select(organisation::partnership_id)
        .first(s.db())?;
    let services: Vec<OrganisationKey> = organisation::table
        .filter(organisation::partnership_id.eq(partnership))
        .filter(organisation::kind.eq(Side::Service.word()))
        .select(organisation::id)
        .load(s.db())?;
    let mut spans = spans(s, Kind::Term, &[of])?;
    if spans.is_empty() {
        spans = self::spans(s, Kind::Term, &services)?;
    }
    let closed = self::spans(s, Kind::Closure, &[&services[..], &[of]].concat())?;
    Ok(Calendar::new(Terms::new(spans).map_err(Ending::fault)?, Closures::new(closed)))
}

fn spans(s: &mut Session<'_>, kind: Kind, of: &[OrganisationKey]) -> Result<Vec<Days>, Ending> {
    let of = of.iter().copied();
    let dates: Vec<(NaiveDate, NaiveDate)> = match kind {
        Kind::Term => term::table
            .filter(one_of(s.db(), term::organisation_id, of))
            .select((term::starts_on, term::ends_on))
            .load(s.db())?,
        Kind::Closure => closure::table
            .filter(one_of(s.db(), closure::organisation_id, of))
            .select((closure::starts_on, closure::ends_on))
            .load(s.db())?,
    };
    Ok(dates.into_iter().filter_map(|(first, last)| Days::new(first, last).ok()).collect())
}

/// A stretch of days in which there is school, or in which there is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Term,
    Closure,
}

impl Kind {
    /// As people say it.
    pub fn label(self) -> &'static str {
        match self {
            Kind::Term => "term",
            Kind::Closure => "closure",
        }
    }

    /// Its place in addresses.
    pub fn plural(self) -> &'static str {
        match self {
            Kind::Term => "terms",
            Kind::Closure => "closures",
        }
    }
}

/// An organisation whose dates the reader may set. Only [`open`] and [`owners`] make one.
#[derive(Clone, Debug)]
pub struct Owner {
    key: OrganisationKey,
    pub public_id: PublicId,
    pub name: String,
    pub side: Side,
    /// Whether it has terms of its own, so that the service's do not hold for it.
    pub has_own_terms: bool,
}

impl Owner {
    /// The organisation's key.
    pub fn key(&self) -> OrganisationKey {
        self.key
    }
}

/// Every organisation of the reader's partnership: the service first, then by name.
///
/// # Errors
/// [`Ending::SignIn`] when nobody is signed in; a database error.
pub fn owners(s: &mut Session<'_>) -> Result<Vec<Owner>, Ending> {
    let partnership = s.actor()?.partnership;
    let own: Vec<OrganisationKey> = term::table.select(term::organisation_id).distinct().load(s.db())?;
    let rows: Vec<(OrganisationKey, PublicId, String, String)> = organisation::table
        .filter(organisation::partnership_id.eq(partnership))
        .order((organisation::name_key, organisation::id))
        .select((organisation::id, organisation::public_id, organisation::name, organisation::kind))
        .load(s.db())?;
    let mut owners: Vec<Owner> = rows
        .into_iter()
        .filter_map(|(key, public_id, name, kind)| {
            Some(Owner {
                key,
                public_id,
                name,
                side: Side::parse(&kind)?,
                has_own_terms: own.contains(&key),
            })
        })
        .collect();
    owners.sort_by_key(|owner| owner.side != Side::Service);
    Ok(owners)
}

/// The organisation with this id; `None` outside the reader's partnership.
///
/// # Errors
/// As [`owners`].
pub fn open(s: &mut Session<'_>, id: &PublicId) -> Result<Option<Owner>, Ending> {
    let found = owners(s)?.into_iter().find(|owner| owner.public_id == *id);
    if let Some(owner) = &found {
        s.about("organisation", owner.key.0);
    }
    Ok(found)
}

/// A term or closure that stands in the database.
#[derive(Clone, Debug)]
pub struct Stretch {
    key: StretchKey,
    kind: Kind,
    pub public_id: PublicId,
    /// The term's name, or the reason of the closure.
    pub name: String,
    pub days: Days,
    pub version: i32,
}

/// What is to stand there.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The term's name, or the reason of the closure.
    pub name: String,
    pub days: Days,
}

/// The terms or closures of an organisation, in order.
///
/// # Errors
/// A database error.
pub fn list(s: &mut Session<'_>, of: &Owner, kind: Kind) -> Result<Vec<Stretch>, Ending> {
    type Found = (StretchKey, PublicId, String, NaiveDate, NaiveDate, i32);
    let rows: Vec<Found> = match kind {
        Kind::Term => term::table
            .filter(term::organisation_id.eq(of.key))
            .order(term::starts_on)
            .select((term::id, term::public_id, term::name, term::starts_on, term::ends_on, term::version))
            .load(s.db())?,
        Kind::Closure => closure::table
            .filter(closure::organisation_id.eq(of.key))
            .order(closure::starts_on)
            .select((
                closure::id,
                closure::public_id,
                closure::reason,
                closure::starts_on,
                closure::ends_on,
                closure::version,
            ))
            .load(s.db())?,
    };
    let stretch = |(key, public_id, name, first, last, version)| {
        let days = Days::new(first, last).ok()?;
        Some(Stretch { key, kind, public_id, name, days, version })
    };
    Ok(rows.into_iter().filter_map(stretch).collect())
}

/// The one of an organisation that would share a day with these dates, other than the one that is
/// being changed.
pub fn clash<'a>(all: &'a [Stretch], wanted: Days, changing: Option<&PublicId>) -> Option<&'a Stretch> {
    all.iter()
        .filter(|one| Some(&one.public_id) != changing)
        .find(|one| one.days.first() <= wanted.last() && wanted.first() <= one.days.last())
}

/// Adds a term or closure. That it clashes with none is the caller's to see ([`clash`]).
///
/// # Errors
/// A database error.
pub fn add(w: &mut Writing<'_>, to: &Owner, kind: Kind, new: &Wanted) -> Result<(), Ending> {
    let key = StretchKey::next();
    match kind {
        Kind::Term => diesel::insert_into(term::table)
            .values((
                term::id.eq(key),
                term::public_id.eq(PublicId::random()),
                term::organisation_id.eq(to.key),
                term::name.eq(&new.name),
                term::starts_on.eq(new.days.first()),
                term::ends_on.eq(new.days.last()),
            ))
            .execute(w.db())?,
        Kind::Closure => diesel::insert_into(closure::table)
            .values((
                closure::id.eq(key),
                closure::public_id.eq(PublicId::random()),
                closure::organisation_id.eq(to.key),
                closure::reason.eq(&new.name),
                closure::starts_on.eq(new.days.first()),
                closure::ends_on.eq(new.days.last()),
            ))
            .execute(w.db())?,
    };
    Ok(())
}

/// Changes a term or closure, unless somebody changed it since this version.
///
/// # Errors
/// [`Ending::Conflict`]; a database error.
pub fn change(w: &mut Writing<'_>, one: &Stretch, version: i32, new: &Wanted) -> Result<(), Ending> {
    let changed = match one.kind {
        Kind::Term => diesel::update(term::table.filter(term::id.eq(one.key)))
            .filter(term::version.eq(version))
            .set((
                term::name.eq(&new.name),
                term::starts_on.eq(new.days.first()),
                term::ends_on.eq(new.days.last()),
                term::version.eq(term::version + 1),
            ))
            .execute(w.db())?,
        Kind::Closure => diesel::update(closure::table.filter(closure::id.eq(one.key)))
            .filter(closure::version.eq(version))
            .set((
                closure::reason.eq(&new.name),
                closure::starts_on.eq(new.days.first()),
                closure::ends_on.eq(new.days.last()),
                closure::version.eq(closure::version + 1),
            ))
            .execute(w.db())?,
    };
    if changed == 0 {
        return Err(Ending::Conflict(
            "Somebody changed these dates while you had them open. Open them again.",
        ));
    }
    Ok(())
}

/// Removes a term or closure.
///
/// # Errors
/// A database error.
pub fn remove(w: &mut Writing<'_>, one: &Stretch) -> Result<(), Ending> {
    match one.kind {
        Kind::Term => diesel::delete(term::table.filter(term::id.eq(one.key))).execute(w.db())?,
        Kind::Closure => diesel::delete(closure::table.filter(closure::id.eq(one.key))).execute(w.db())?,
    };
    Ok(())
}

impl Stretch {
    /// Its key.
    pub fn key(&self) -> StretchKey {
        self.key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretch(first: &str, last: &str) -> Stretch {
        let day = |text: &str| text.parse().expect("a date");
        Stretch {
            key: StretchKey(1),
            kind: Kind::Term,
            public_id: PublicId::random(),
            name: "Autumn".to_owned(),
            days: Days::new(day(first), day(last)).expect("a span"),
            version: 0,
        }
    }

    #[test]
    fn dates_clash_when_they_share_a_day_and_never_with_the_one_being_changed() {
        let autumn = stretch("2026-09-01", "2026-10-23");
        for (first, last, clashes) in [
            ("2026-08-01", "2026-08-31", false),
            ("2026-08-01", "2026-09-01", true),
            ("2026-09-10", "2026-09-11", true),
            ("2026-10-23", "2026-12-01", true),
            ("2026-10-24", "2026-12-01", false),
            ("2026-08-01", "2026-12-01", true),
        ] {
            let wanted = stretch(first, last).days;
            let all = std::slice::from_ref(&autumn);
            assert_eq!(clash(all, wanted, None).is_some(), clashes, "{first} to {last}");
            assert!(clash(all, wanted, Some(&autumn.public_id)).is_none());
        }
    }
}
