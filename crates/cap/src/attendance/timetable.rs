//! The weekly timetable of a course cohort: a slot is one weekday, one period, one tutor group.

use super::{SlotKey, calendar::Days};
use crate::{
    accounts::deeds::{Deed, may},
    learners::{CohortKey, GroupKey, cohort::Cohort},
    schema::{membership, person, slot, tutor_group},
};
use chrono::{NaiveDate, NaiveTime, Weekday};
use diesel::prelude::*;
use platform::{
    Ending, Role, Session, Writing, clock,
    ids::{PersonKey, PublicId},
};

/// Monday to Sunday, in order: the value in forms and in the database, and the word.
pub const WEEKDAYS: [(Weekday, &str); 7] = [
    (Weekday::Mon, "Monday"),
    (Weekday::Tue, "Tuesday"),
    (Weekday::Wed, "Wednesday"),
    (Weekday::Thu, "Thursday"),
    (Weekday::Fri, "Friday"),
    (Weekday::Sat, "Saturday"),
    (Weekday::Sun, "Sunday"),
];

/// The weekday of a stored number: 1 is Monday.
pub fn weekday(number: i16) -> Option<Weekday> {
    usize::try_from(number - 1).ok().and_then(|at| WEEKDAYS.get(at)).map(|(day, _)| *day)
}

/// The number under which a weekday is stored.
pub fn number_of(day: Weekday) -> i16 {
    i16::try_from(day.number_from_monday()).unwrap_or(1)
}

/// What a slot is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSlot {
    pub group: GroupKey,
    pub weekday: Weekday,
    pub starts: NaiveTime,
    pub ends: NaiveTime,
    pub location: String,
    pub tutor: Option<PersonKey>,
    pub from_on: NaiveDate,
    /// The last day on which it may fall; the cohort's last day when absent.
    pub until_on: Option<NaiveDate>,
}

/// A line of a cohort's timetable. Only [`list`] makes one.
#[derive(Clone, Debug)]
pub struct Slot {
    key: SlotKey,
    pub public_id: PublicId,
    pub of: NewSlot,
    pub group_name: String,
    pub tutor_name: Option<String>,
    pub version: i32,
}

impl Slot {
    /// Its key.
    pub fn key(&self) -> SlotKey {
        self.key
    }

    /// The days in which it runs while its cohort does; `None` when the two never meet.
    pub fn days(&self, cohort: Days) -> Option<Days> {
        self.of.days(cohort)
    }

    /// "Tuesday 09:15–12:00"
    pub fn period(&self) -> String {
        format!("{} {}–{}", self.day_name(), clock::hour(self.of.starts), clock::hour(self.of.ends))
    }

    /// "1 Sep 2026"
    pub fn from(&self) -> String {
        clock::short_date(self.of.from_on)
    }

    /// "21 Jul 2027", or that it runs as long as the cohort.
    pub fn until(&self) -> String {
        self.of.until_on.map_or_else(|| "End of the cohort".to_owned(), clock::short_date)
    }

    /// "Tuesday"
    pub fn day_name(&self) -> &'static str {
        WEEKDAYS.iter().find(|(day, _)| *day == self.of.weekday).map_or("", |(_, name)| name)
    }
}

impl NewSlot {
    /// The days in which it runs while its cohort does; `None` when the two never meet.
    pub fn days(&self, cohort: Days) -> Option<Days> {
        let last = self.until_on.map_or(cohort.last(), |until| until.min(cohort.last()));
        Days::new(self.from_on.max(cohort.first()), last).ok()
    }

    /// Whether both would have their group in two places at once.
    pub fn clashes(&self, other: &NewSlot) -> bool {
        let until = |slot: &NewSlot| slot.until_on.unwrap_or(NaiveDate::MAX);
        self.group == other.group
            && self.weekday == other.weekday
            && self.starts < other.ends
            && other.starts < self.ends
            && self.from_on <= until(other)
            && other.from_on <= until(self)
    }
}

/// The timetable of a cohort, by weekday and time.
///
/// # Errors
/// A database error.
pub fn list(s: &mut Session<'_>, of: CohortKey) -> Result<Vec<Slot>, Ending> {
    type Found = (
        (SlotKey, PublicId, GroupKey, String, i16, NaiveTime, NaiveTime),
        (String, Option<PersonKey>, Option<String>, NaiveDate, Option<NaiveDate>, i32),
    );
    let rows: Vec<Found> = slot::table
        .inner_join(tutor_group::table)
        .left_join(person::table)
        .filter(slot::cohort_id.eq(of))
        .order((slot::weekday, slot::starts, tutor_group::name, slot::id))
        .select((
            (
                slot::id,
                slot::public_id,
                slot::group_id,
                tutor_group::name,
                slot::weekday,
                slot::starts,
                slot::ends,
            ),
            (
                slot::location,
                slot::tutor_id,
                person::name.nullable(),
                slot::from_on,
                slot::until_on,
                slot::version,
            ),
        ))
        .load(s.db())?;
    let slot = |found: Found| {
        let ((key, public_id, group, group_name, day, starts, ends), rest) = found;
        let (location, tutor, tutor_name, from_on, until_on, version) = rest;
        let of = NewSlot {
            group,
            weekday: weekday(day)?,
            starts,
            ends,
            location,
            tutor,
            from_on,
            until_on,
        };
        Some(Slot {
            key,
            public_id,
            of,
            group_name,
            tutor_name,
            version,
        })
    };
    Ok(rows.into_iter().filter_map(slot).collect())
}

/// The slot of this cohort that has this id.
///
/// # Errors
/// A database error.
pub fn open(s: &mut Session<'_>, of: &Cohort, id: &PublicId) -> Result<Option<Slot>, Ending> {
    Ok(list(s, of.key())?.into_iter().find(|slot| slot.public_id == *id))
}

/// Those who can take a lesson of the cohort's provider: its live members who may mark registers.
///
/// # Errors
/// A database error.
pub fn tutors(s: &mut Session<'_>, of: &Cohort) -> Result<Vec<(PersonKey, PublicId, String)>, Ending> {
    let members: Vec<((PersonKey, PublicId, String), String)> = membership::table
        .inner_join(person::table)
        .filter(membership::organisation_id.eq(of.provider()))
        .filter(membership::ended_at.is_null())
        .filter(person::ended_at.is_null())
        .order((person::name_key, person::id))
        .select(((person::id, person::public_id, person::name), membership::role))
        .load(s.db())?;
    let marks = |role: &str| Role::parse(role).is_some_and(|role| may(role, Deed::MarkRegister));
    let mut tutors: Vec<_> =
        members.into_iter().filter(|(_, role)| marks(role)).map(|(who, _)| who).collect();
    tutors.dedup_by_key(|(key, _, _)| *key);
    Ok(tutors)
}

/// Adds a slot. Its lessons: `lessons::bring_up_to_date`.
///
/// # Errors
/// A database error.
pub fn add(w: &mut Writing<'_>, to: CohortKey, new: &NewSlot) -> Result<SlotKey, Ending> {
    let key = SlotKey::next();
    diesel::insert_into(slot::table)
        .values((
            slot::id.eq(key),
            slot::public_id.eq(PublicId::random()),
            slot::cohort_id.eq(to),
            slot::group_id.eq(new.group),
            slot::weekday.eq(number_of(new.weekday)),
            slot::starts.eq(new.starts),
            slot::ends.eq(new.ends),
            slot::location.eq(&new.location),
            slot::tutor_id.eq(new.tutor),
            slot::from_on.eq(new.from_on),
            slot::until_on.eq(new.until_on),
        ))
        .execute(w.db())?;
    Ok(key)
}

/// Changes a slot, unless somebody changed it since this version.
///
/// # Errors
/// [`Ending::Conflict`]; a database error.
pub fn change(w: &mut Writing<'_>, one: &Slot, version: i32, new: &NewSlot) -> Result<(), Ending> {
    let changed = diesel::update(slot::table.filter(slot::id.eq(one.key)))
        .filter(slot::version.eq(version))
        .set((
            slot::group_id.eq(new.group),
            slot::weekday.eq(number_of(new.weekday)),
            slot::starts.eq(new.starts),
            slot::ends.eq(new.ends),
            slot::location.eq(&new.location),
            slot::tutor_id.eq(new.tutor),
            slot::from_on.eq(new.from_on),
            slot::until_on.eq(new.until_on),
            slot::version.eq(slot::version + 1),
        ))
        .execute(w.db())?;
    if changed == 0 {
        return Err(Ending::Conflict(
            "Somebody changed this line of the timetable while you had it open. Open it again.",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn slot(starts: &str, ends: &str, from: &str, until: Option<&str>) -> NewSlot {
        NewSlot {
            group: GroupKey(1),
            weekday: Weekday::Tue,
            starts: starts.parse().expect("a time"),
            ends: ends.parse().expect("a time"),
            location: String::new(),
            tutor: None,
            from_on: on(from),
            until_on: until.map(on),
        }
    }

    #[test]
    fn a_slot_runs_within_its_own_dates_and_its_cohorts() {
        let cohort = Days::new(on("2026-09-01"), on("2027-07-21")).expect("a span");
        let days = |from, until| {
            slot("09:15:00", "12:00:00", from, until)
                .days(cohort)
                .map(|days| (days.first().to_string(), days.last().to_string()))
        };
        let span = |first: &str, last: &str| Some((first.to_owned(), last.to_owned()));
        assert_eq!(days("2026-08-01", None), span("2026-09-01", "2027-07-21"));
        assert_eq!(days("2026-10-01", Some("2026-12-01")), span("2026-10-01", "2026-12-01"));
        assert_eq!(days("2026-10-01", Some("2028-12-01")), span("2026-10-01", "2027-07-21"));
        assert_eq!(days("2027-08-01", None), None);
        assert_eq!(days("2026-10-02", Some("2026-10-01")), None);
    }

    #[test]
    fn two_slots_clash_when_their_group_would_be_in_two_places() {
        let morning = slot("09:15:00", "12:00:00", "2026-09-01", Some("2026-12-01"));
        assert!(morning.clashes(&slot("11:45:00", "13:00:00", "2026-11-01", None)));
        assert!(!morning.clashes(&slot("12:00:00", "13:00:00", "2026-11-01", None)));
        assert!(!morning.clashes(&slot("09:15:00", "12:00:00", "2026-12-02", None)));
        assert!(!morning.clashes(&NewSlot { group: GroupKey(2), ..morning.clone() }));
        assert!(!morning.clashes(&NewSlot { weekday: Weekday::Wed, ..morning.clone() }));
    }

    #[test]
    fn weekdays_are_stored_from_one_for_monday() {
        for (at, (day, _)) in (1_i16..).zip(WEEKDAYS) {
            assert_eq!((number_of(day), weekday(at)), (at, Some(day)));
        }
        assert_eq!((weekday(0), weekday(8)), (None, None));
    }
}
