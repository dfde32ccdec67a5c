//! Lessons from the timetable: which ones a cohort ought to have, and how those that it has are
//! brought up to it. A lesson that has begun, or whose register says anything, is never altered.

use super::{
    LessonKey, SlotKey,
    calendar::{Calendar, Days},
    expected,
    lesson::{self as one, NewLesson},
    terms,
    timetable::{self, NewSlot, Slot},
};
use crate::{
    learners::{CohortKey, GroupKey},
    schema::{cohort, entry, lesson, note, register_change},
};
use chrono::{NaiveDate, NaiveTime};
use diesel::{dsl::exists, prelude::*};
use platform::{
    Ending, Instant, Session, Writing, clock,
    ids::{OrganisationKey, PartnershipKey, PersonKey},
};
use std::collections::BTreeSet;

/// What became of a cohort's lessons.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    pub made: usize,
    pub changed: usize,
    pub removed: usize,
    /// Lessons that the timetable would have changed or removed, had they not begun or been marked.
    pub kept_because_taken: Vec<Kept>,
}

/// A lesson that was left as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub lesson: LessonKey,
    pub held_on: NaiveDate,
    pub starts: NaiveTime,
    pub ends: NaiveTime,
}

impl Outcome {
    /// In words, for the message after a change.
    pub fn sentence(&self) -> String {
        let lessons = |count: usize| match count {
            1 => "1 lesson".to_owned(),
            n => format!("{n} lessons"),
        };
        let parts: Vec<String> = [
            (self.made, "made"),
            (self.changed, "changed"),
            (self.removed, "removed"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, deed)| format!("{} {deed}", lessons(count)))
        .collect();
        let mut sentence = if parts.is_empty() {
            "No lesson had to be changed.".to_owned()
        } else {
            format!("{}.", parts.join(", "))
        };
        if !self.kept_because_taken.is_empty() {
            let kept: Vec<String> = self
                .kept_because_taken
                .iter()
                .map(|kept| format!("{} {}", clock::short_date(kept.held_on), clock::hour(kept.starts)))
                .collect();
            sentence += &format!(
                " Left as they are, because they have begun or their registers have marks: {}.",
                kept.join("; ")
            );
        }
        sentence
    }

    /// In figures, for the audit.
    pub fn counts(&self) -> String {
        let kept = self.kept_because_taken.len();
        format!("{} made, {} changed, {} removed, {kept} left", self.made, self.changed, self.removed)
    }

    /// Together with what became of another cohort's.
    #[must_use]
    pub fn and(mut self, other: Outcome) -> Outcome {
        self.made += other.made;
        self.changed += other.changed;
        self.removed += other.removed;
        self.kept_because_taken.extend(other.kept_because_taken);
        self
    }
}

/// Makes, changes and removes the lessons of a cohort from now on, so that they are those of its
/// timetable, its dates and its provider's calendar. Lessons that somebody moved or cancelled by hand
/// stay so while their slot runs.
///
/// # Errors
/// A database error.
pub fn bring_up_to_date(w: &mut Writing<'_>, of: CohortKey) -> Result<Outcome, Ending> {
    let (today, now) = (w.today(), w.now());
    let (calendar, cohort) = days_of(w, of)?;
    let there = planned_from(w, of, today)?;
    let mut outcome = Outcome::default();
    for slot in timetable::list(w, of)? {
        let mine: Vec<&Planned> = there.iter().filter(|p| p.slot == slot.key()).collect();
        let days = slot.days(cohort);
        let wanted = wanted(&calendar, &slot.of, days, |date| date >= today);
        for planned in &mine {
            match planned.verdict(&slot.of, &wanted, days) {
                Verdict::Leave => {}
                Verdict::Change | Verdict::Remove if planned.is_taken(now) => {
                    outcome.kept_because_taken.push(planned.kept());
                }
                Verdict::Change => {
                    follow(w, planned, &slot.of)?;
                    outcome.changed += 1;
                }
                Verdict::Remove => {
                    remove(w, planned.key)?;
                    outcome.removed += 1;
                }
            }
        }
        let known: BTreeSet<NaiveDate> = mine.iter().map(|planned| planned.planned_on).collect();
        let missing: Vec<NaiveDate> = wanted
            .into_iter()
            .filter(|date| !known.contains(date) && clock::instant(*date, slot.of.starts) > now)
            .collect();
        outcome.made += make(w, &slot, &missing)?;
    }
    Ok(outcome)
}

/// The same for every cohort of a provider that has not ended.
///
/// # Errors
/// A database error.
pub fn bring_provider_up_to_date(w: &mut Writing<'_>, of: OrganisationKey) -> Result<Outcome, Ending> {
    let today = w.today();
    let cohorts: Vec<CohortKey> = cohort::table
        .filter(cohort::provider_id.eq(of))
        .filter(cohort::ends_on.ge(today))
        .select(cohort::id)
        .load(w.db())?;
    all_of(w, cohorts)
}

/// The same for every cohort of a partnership that has not ended.
///
/// # Errors
/// A database error.
pub fn bring_partnership_up_to_date(w: &mut Writing<'_>, of: PartnershipKey) -> Result<Outcome, Ending> {
    let today = w.today();
    let cohorts: Vec<CohortKey> = cohort::table
        .filter(cohort::partnership_id.eq(of))
        .filter(cohort::ends_on.ge(today))
        .select(cohort::id)
        .load(w.db())?;
    all_of(w, cohorts)
}

fn all_of(w: &mut Writing<'_>, cohorts: Vec<CohortKey>) -> Result<Outcome, Ending> {
    cohorts
        .into_iter()
        .try_fold(Outcome::default(), |outcome, of| Ok(outcome.and(bring_up_to_date(w, of)?)))
}

/// The dates before now on which a slot ought to have had a lesson, in weeks in which it had none.
/// A service that starts in the middle of the year has them; a slot whose weekday changed has none.
///
/// # Errors
/// A database error.
pub fn missing_past(
    s: &mut Session<'_>,
    of: CohortKey,
    slot: Option<SlotKey>,
    wanted_of: &NewSlot,
) -> Result<Vec<NaiveDate>, Ending> {
    let (today, now) = (s.today(), s.now());
    let (calendar, cohort) = days_of(s, of)?;
    let weeks: BTreeSet<NaiveDate> = match slot {
        None => BTreeSet::new(),
        Some(slot) => {
            let planned: Vec<(NaiveDate, Option<NaiveDate>)> = lesson::table
                .filter(lesson::slot_id.eq(slot))
                .select((lesson::held_on, lesson::moved_from))
                .load(s.db())?;
            planned.into_iter().map(|(held, moved)| clock::monday(moved.unwrap_or(held))).collect()
        }
    };
    let past = |date: &NaiveDate| {
        clock::instant(*date, wanted_of.starts) <= now && !weeks.contains(&clock::monday(*date))
    };
    let all = wanted(&calendar, wanted_of, wanted_of.days(cohort), |date| date <= today);
    Ok(all.into_iter().filter(past).collect())
}

/// Makes the lessons of [`missing_past`]. Answers how many.
///
/// # Errors
/// A database error.
pub fn make_past(w: &mut Writing<'_>, of: CohortKey, slot: &Slot) -> Result<usize, Ending> {
    let dates = missing_past(w, of, Some(slot.key()), &slot.of)?;
    make(w, slot, &dates)
}

fn days_of(s: &mut Session<'_>, of: CohortKey) -> Result<(Calendar, Days), Ending> {
    let (provider, starts_on, ends_on): (OrganisationKey, NaiveDate, NaiveDate) = cohort::table
        .filter(cohort::id.eq(of))
        .select((cohort::provider_id, cohort::starts_on, cohort::ends_on))
        .first(s.db())?;
    Ok((terms::calendar_of(s, provider)?, Days::new(starts_on, ends_on).map_err(Ending::fault)?))
}

fn wanted(
    calendar: &Calendar,
    slot: &NewSlot,
    days: Option<Days>,
    when: impl Fn(NaiveDate) -> bool,
) -> BTreeSet<NaiveDate> {
    let dates = days.into_iter().flat_map(|days| calendar.lesson_dates(slot.weekday, days));
    dates.filter(|date| when(*date)).collect()
}

fn make(w: &mut Writing<'_>, slot: &Slot, dates: &[NaiveDate]) -> Result<usize, Ending> {
    let Some(first) = dates.first() else {
        return Ok(0);
    };
    let new = NewLesson {
        group: slot.of.group,
        slot: Some(slot.key()),
        held_on: *first,
        starts: slot.of.starts,
        ends: slot.of.ends,
        location: slot.of.location.clone(),
        tutor: slot.of.tutor,
    };
    let made = one::make_all(w, &new, dates)?;
    expected::at_new_lessons(w, slot.of.group, &made)?;
    Ok(made.len())
}

/// A lesson that came from a slot.
#[derive(Clone, Debug)]
struct Planned {
    key: LessonKey,
    slot: SlotKey,
    group: GroupKey,
    /// The day on which the timetable had it.
    planned_on: NaiveDate,
    held_on: NaiveDate,
    starts: NaiveTime,
    ends: NaiveTime,
    starts_at: Instant,
    location: String,
    tutor: Option<PersonKey>,
    changed_by_hand: bool,
    cancelled: bool,
    /// Its register says something: a mark, one that was taken back, or a note.
    spoken_for: bool,
}

/// What the timetable asks of a lesson.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Verdict {
    Leave,
    Change,
    Remove,
}

impl Planned {
    fn is_taken(&self, now: Instant) -> bool {
        self.spoken_for || self.starts_at <= now
    }

    fn verdict(&self, slot: &NewSlot, wanted: &BTreeSet<NaiveDate>, days: Option<Days>) -> Verdict {
        let runs = days.is_some_and(|days| days.contains(self.planned_on));
        let fits = self.group == slot.group
            && (self.starts, self.ends) == (slot.starts, slot.ends)
            && self.location == slot.location
            && self.tutor == slot.tutor;
        match (self.cancelled, self.changed_by_hand, wanted.contains(&self.planned_on)) {
            (true, _, _) => Verdict::Leave,
            (false, true, _) if runs => Verdict::Leave,
            (false, true, _) => Verdict::Remove,
            (false, false, true) if fits => Verdict::Leave,
            (false, false, true) => Verdict::Change,
            (false, false, false) => Verdict::Remove,
        }
    }

    fn kept(&self) -> Kept {
        Kept {
            lesson: self.key,
            held_on: self.held_on,
            starts: self.starts,
            ends: self.ends,
        }
    }
}

/// The lessons of a cohort's timetable that are, or were to be, held on this day or later.
fn planned_from(s: &mut Session<'_>, of: CohortKey, from: NaiveDate) -> Result<Vec<Planned>, Ending> {
    type Found = (
        (LessonKey, Option<SlotKey>, GroupKey, NaiveDate, NaiveTime, NaiveTime, Instant, String),
        (Option<PersonKey>, Option<NaiveDate>, Option<Instant>, Option<Instant>),
    );
    let ahead = || {
        lesson::table
            .filter(lesson::cohort_id.eq(of))
            .filter(lesson::slot_id.is_not_null())
            .filter(lesson::held_on.ge(from).or(lesson::moved_from.ge(from)))
    };
    let rows: Vec<Found> = ahead()
        .select((
            (
                lesson::id,
                lesson::slot_id,
                lesson::group_id,
                lesson::held_on,
                lesson::starts,
                lesson::ends,
                lesson::starts_at,
                lesson::location,
            ),
            (lesson::tutor_id, lesson::moved_from, lesson::cancelled_at, lesson::first_mark_at),
        ))
        .load(s.db())?;
    let spoken: Vec<LessonKey> = ahead()
        .filter(
            exists(note::table.filter(note::lesson_id.eq(lesson::id)))
                .or(exists(register_change::table.filter(register_change::lesson_id.eq(lesson::id)))),
        )
        .select(lesson::id)
        .load(s.db())?;
    let planned = |found: Found| {
        let ((key, slot, group, held_on, starts, ends, starts_at, location), rest) = found;
        let (tutor, moved_from, cancelled_at, first_mark_at) = rest;
        Some(Planned {
            key,
            slot: slot?,
            group,
            planned_on: moved_from.unwrap_or(held_on),
            held_on,
            starts,
            ends,
            starts_at,
            location,
            tutor,
            changed_by_hand: moved_from.is_some(),
            cancelled: cancelled_at.is_some(),
            spoken_for: first_mark_at.is_some() || spoken.contains(&key),
        })
    };
    Ok(rows.into_iter().filter_map(planned).collect())
}

/// Gives a lesson what its slot says now.
fn follow(w: &mut Writing<'_>, planned: &Planned, slot: &NewSlot) -> Result<(), Ending> {
    diesel::update(lesson::table.filter(lesson::id.eq(planned.key)))
        .set((
            lesson::group_id.eq(slot.group),
            lesson::starts.eq(slot.starts),
            lesson::ends.eq(slot.ends),
            lesson::starts_at.eq(clock::instant(planned.held_on, slot.starts)),
            lesson::ends_at.eq(clock::instant(planned.held_on, slot.ends)),
            lesson::location.eq(&slot.location),
            lesson::tutor_id.eq(slot.tutor),
            lesson::version.eq(lesson::version + 1),
        ))
        .execute(w.db())?;
    expected::again(w, planned.key)
}

fn remove(w: &mut Writing<'_>, key: LessonKey) -> Result<(), Ending> {
    diesel::delete(entry::table.filter(entry::lesson_id.eq(key))).execute(w.db())?;
    diesel::delete(lesson::table.filter(lesson::id.eq(key))).execute(w.db())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Weekday;

    fn on(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn slot() -> NewSlot {
        NewSlot {
            group: GroupKey(1),
            weekday: Weekday::Tue,
            starts: "09:15:00".parse().expect("a time"),
            ends: "12:00:00".parse().expect("a time"),
            location: "Workshop".to_owned(),
            tutor: None,
            from_on: on("2026-09-01"),
            until_on: None,
        }
    }

    fn planned(held_on: &str) -> Planned {
        let (slot, held_on) = (slot(), on(held_on));
        Planned {
            key: LessonKey(1),
            slot: SlotKey(1),
            group: slot.group,
            planned_on: held_on,
            held_on,
            starts: slot.starts,
            ends: slot.ends,
            starts_at: clock::instant(held_on, slot.starts),
            location: slot.location,
            tutor: None,
            changed_by_hand: false,
            cancelled: false,
            spoken_for: false,
        }
    }

    #[test]
    fn what_the_timetable_asks_of_a_lesson() {
        let year = Days::new(on("2026-09-01"), on("2027-07-21")).ok();
        let before = Days::new(on("2026-09-01"), on("2026-11-30")).ok();
        let open = BTreeSet::from([on("2026-12-01")]);
        let lesson = planned("2026-12-01");
        let moved = Planned { changed_by_hand: true, ..lesson.clone() };
        let cancelled = Planned { cancelled: true, ..lesson.clone() };
        let elsewhere = NewSlot { location: "Hall".to_owned(), ..slot() };
        let closed = BTreeSet::new();
        for (what, lesson, slot, wanted, days, verdict) in [
            ("as it is", &lesson, &slot(), &open, year, Verdict::Leave),
            ("another place", &lesson, &elsewhere, &open, year, Verdict::Change),
            ("closed", &lesson, &slot(), &closed, year, Verdict::Remove),
            ("slot ended", &lesson, &slot(), &closed, before, Verdict::Remove),
            ("moved, another place", &moved, &elsewhere, &open, year, Verdict::Leave),
            ("moved off a closed day", &moved, &slot(), &closed, year, Verdict::Leave),
            ("moved, slot ended", &moved, &slot(), &closed, before, Verdict::Remove),
            ("cancelled", &cancelled, &elsewhere, &open, year, Verdict::Leave),
            ("cancelled, closed", &cancelled, &slot(), &closed, year, Verdict::Leave),
            ("cohort and slot never meet", &lesson, &slot(), &closed, None, Verdict::Remove),
        ] {
            assert_eq!(lesson.verdict(slot, wanted, days), verdict, "{what}");
        }
    }

    #[test]
    fn a_lesson_is_taken_from_its_first_minute_or_its_first_mark() {
        let lesson = planned("2026-11-24");
        let at =
            |hour| clock::instant(on("2026-11-24"), NaiveTime::from_hms_opt(hour, 15, 0).expect("a time"));
        assert!(!lesson.is_taken(at(8)));
        assert!(lesson.is_taken(at(9)));
        assert!(Planned { spoken_for: true, ..lesson }.is_taken(at(8)));
    }

    #[test]
    fn the_outcome_in_words() {
        assert_eq!(Outcome::default().sentence(), "No lesson had to be changed.");
        let mut outcome = Outcome { made: 12, changed: 1, ..Outcome::default() };
        assert_eq!(outcome.sentence(), "12 lessons made, 1 lesson changed.");
        outcome.kept_because_taken.push(planned("2026-11-24").kept());
        assert_eq!(
            outcome.sentence(),
            "12 lessons made, 1 lesson changed. Left as they are, because they have begun or their registers \
             have marks: 24 Nov 2026 09:15."
        );
    }
}
