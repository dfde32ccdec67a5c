//! One group's year: its timetable, its lessons so far and to the end of next month, their marks.

use super::{
    bulk::{Batch, ChangeRow, EntryRow, LessonRow, NoteRow},
    dice::Dice,
    marks::{self, Decided, Habit},
    people::{Group, Member},
};
use crate::{
    accounts::numbers::{self, Numbered},
    attendance::{
        LessonKey, NoteKey, SlotKey,
        calendar::{Calendar, Days},
        contribution::Contribution,
        mark::Mark,
        status::Status,
        tally,
    },
    schema::slot,
};
use chrono::{Datelike, Months, NaiveDate, NaiveTime, TimeDelta, Weekday};
use diesel::prelude::*;
use platform::{
    Ending, Instant, Writing, clock, ids,
    ids::{PersonKey, PublicId},
};
use serde_json::json;

const WEEKDAYS: [Weekday; 5] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
];

fn periods() -> [(NaiveTime, NaiveTime); 2] {
    let at = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default();
    [(at(9, 15), at(12, 0)), (at(13, 30), at(15, 30))]
}

/// What the lessons of a group are made with.
pub(super) struct Setting<'a> {
    pub calendar: &'a Calendar,
    pub today: NaiveDate,
    /// First day of the year.
    pub first: NaiveDate,
    /// Who decides absences.
    pub decider: PersonKey,
}

struct Pupil {
    member: Member,
    habit: Habit,
    away: bool,
    row: tally::Row,
}

/// Makes the timetable, the lessons and the marks of one group.
pub(super) fn make(
    w: &mut Writing<'_>,
    group: &Group,
    setting: &Setting<'_>,
    dice: &mut Dice,
) -> Result<(), Ending> {
    let last = (setting.today + Months::new(2)).with_day(1).unwrap_or(setting.today) - TimeDelta::days(1);
    let span = Days::new(setting.first, last.max(setting.today)).map_err(Ending::fault)?;
    let slots = slots(w, group, setting.first)?;
    let mut dated: Vec<(NaiveDate, usize)> = Vec::new();
    for (at, slot) in slots.iter().enumerate() {
        dated.extend(setting.calendar.lesson_dates(slot.weekday, span).map(|date| (date, at)));
    }
    dated.sort_by_key(|(date, at)| (*date, slots[*at].starts));
    let number = numbers::take(w, Numbered::Lesson, dated.len() as i64)?;
    let mut pupils: Vec<Pupil> = group
        .learners
        .iter()
        .map(|member| Pupil {
            member: *member,
            habit: Habit::draw(dice),
            away: false,
            row: [0; 13],
        })
        .collect();
    let mut batch = Batch::default();
    for (number, (date, at)) in (number..).zip(dated) {
        lesson(&mut batch, group, &slots[at], number, date, &mut pupils, setting, dice);
        batch.write_if_full(w)?;
    }
    batch.write(w)?;
    for pupil in &pupils {
        tally::add(w, pupil.member.record, &pupil.row)?;
    }
    Ok(())
}

struct Slot {
    key: SlotKey,
    weekday: Weekday,
    starts: NaiveTime,
    ends: NaiveTime,
}

fn slots(w: &mut Writing<'_>, group: &Group, first: NaiveDate) -> Result<Vec<Slot>, Ending> {
    let mut slots = Vec::new();
    for weekday in WEEKDAYS.into_iter().take(group.days as usize) {
        for (starts, ends) in periods() {
            let key = SlotKey::next();
            diesel::insert_into(slot::table)
                .values((
                    slot::id.eq(key),
                    slot::public_id.eq(PublicId::random()),
                    slot::cohort_id.eq(group.at.cohort),
                    slot::group_id.eq(group.at.group),
                    slot::weekday.eq(weekday.number_from_monday() as i16),
                    slot::starts.eq(starts),
                    slot::ends.eq(ends),
                    slot::location.eq(group.place),
                    slot::tutor_id.eq(group.at.tutor),
                    slot::from_on.eq(first),
                ))
                .execute(w.db())?;
            slots.push(Slot { key, weekday, starts, ends });
        }
    }
    Ok(slots)
}

/// How far a lesson's register has come.
#[derive(Clone, Copy, PartialEq)]
enum Taken {
    Whole,
    /// Somebody stopped in the middle, and it is overdue.
    Half,
    Not,
}

#[expect(
    clippy::too_many_arguments,
    reason = "one lesson of one group, with everything that decides its marks"
)]
fn lesson(
    batch: &mut Batch,
    group: &Group,
    slot: &Slot,
    number: i64,
    date: NaiveDate,
    pupils: &mut [Pupil],
    setting: &Setting<'_>,
    dice: &mut Dice,
) {
    let key = LessonKey::next();
    let starts_at = clock::instant(date, slot.starts);
    let ends_at = clock::instant(date, slot.ends);
    let days_ago = (setting.today - date).num_days();
    let taken = match days_ago {
        ..=0 => Taken::Not,
        1..=4 if dice.happens(40) => Taken::Half,
        _ => Taken::Whole,
    };
    let marked_at = starts_at + TimeDelta::minutes(6 + i64::from(dice.below(25)));
    let morning = slot.starts < NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
    let (mut history, mut notes, mut entries) = (Vec::new(), Vec::new(), Vec::with_capacity(pupils.len()));
    let half = pupils.len() / 2;
    for (at, pupil) in pupils.iter_mut().enumerate() {
        let blank = match taken {
            Taken::Whole => false,
            Taken::Half => at >= half,
            Taken::Not => true,
        };
        let mut entry = empty_entry(key, pupil.member, date, starts_at);
        if !blank {
            let given =
                marks::draw(dice, pupil.habit, pupil.away && !morning, true, (slot.starts, slot.ends));
            pupil.away = given.status == Some(Status::Unexplained);
            history.push(json!({ "record": pupil.member.record.0, "from": {}, "to": given.to_json() }));
            let stands = settle(
                &mut entry,
                given,
                marked_at,
                days_ago,
                group.at.tutor,
                setting.decider,
                pupil.member,
                dice,
            );
            for (sum, one) in pupil.row.iter_mut().zip(tally::row_of(&stands)) {
                *sum += one;
            }
            if let Some(body) = marks::note(dice, &stands) {
                notes.push(note(key, pupil.member, body, group, marked_at));
            }
        }
        entries.push(entry);
    }
    batch.lessons.push(LessonRow {
        id: key,
        public_id: PublicId::random(),
        number,
        partnership_id: group.partnership,
        provider_id: group.at.provider,
        cohort_id: group.at.cohort,
        group_id: group.at.group,
        slot_id: Some(slot.key),
        held_on: date,
        starts: slot.starts,
        ends: slot.ends,
        starts_at,
        ends_at,
        location: group.place.to_owned(),
        tutor_id: Some(group.at.tutor),
        cover_id: None,
        first_mark_at: (taken != Taken::Not).then_some(marked_at),
        completed_at: (taken == Taken::Whole).then_some(marked_at),
        version: i32::from(taken != Taken::Not),
    });
    if !history.is_empty() {
        batch.changes.push(ChangeRow {
            id: ids::next_key(),
            batch: PublicId::random(),
            lesson_id: key,
            made_at: marked_at,
            person_id: Some(group.at.tutor),
            organisation_id: Some(group.at.provider),
            changes: serde_json::Value::Array(history).to_string(),
        });
    }
    batch.entries.extend(entries);
    batch.notes.extend(notes);
}

fn empty_entry(lesson: LessonKey, member: Member, date: NaiveDate, starts_at: Instant) -> EntryRow {
    EntryRow {
        lesson_id: lesson,
        record_id: member.record,
        learner_id: member.learner,
        school_id: member.school,
        held_on: date,
        starts_at,
        status: None,
        late_minutes: None,
        contribution: None,
        dfe_code: None,
        reason: None,
        pending_school_id: None,
        announced_at: None,
        marked_at: None,
        marked_by: None,
        decided_at: None,
        decided_by: None,
        left_at: None,
        left_reason: None,
        collected_by: None,
    }
}

/// Puts a mark into an entry; an absence older than a week is decided, a later one may still wait.
#[expect(
    clippy::too_many_arguments,
    reason = "an entry is made of who marked, who decided, when and how"
)]
fn settle(
    entry: &mut EntryRow,
    given: Mark,
    marked_at: Instant,
    days_ago: i64,
    tutor: PersonKey,
    decider: PersonKey,
    member: Member,
    dice: &mut Dice,
) -> Mark {
    let mut stands = given;
    if stands.status == Some(Status::Unexplained) {
        entry.announced_at = Some(marked_at);
        if days_ago > 9 || (days_ago > 2 && dice.happens(600)) {
            let decided = Decided::draw(dice);
            stands.status = Some(decided.status);
            entry.dfe_code = Some(decided.code);
            entry.reason = Some(decided.reason);
            entry.decided_at = Some(marked_at + TimeDelta::hours(2));
            entry.decided_by = Some(decider);
        } else {
            entry.pending_school_id = Some(member.school);
        }
    }
    entry.status = stands.status.map(Status::code);
    entry.late_minutes = stands.late_minutes;
    entry.contribution = stands.contribution.map(Contribution::value);
    entry.left_at = stands.left_at;
    entry.left_reason = stands.left_reason.clone();
    entry.collected_by = stands.collected_by.clone();
    entry.marked_at = Some(marked_at);
    entry.marked_by = Some(tutor);
    stands
}

fn note(lesson: LessonKey, member: Member, body: &'static str, group: &Group, at: Instant) -> NoteRow {
    NoteRow {
        id: NoteKey::next(),
        public_id: PublicId::random(),
        lesson_id: lesson,
        record_id: member.record,
        learner_id: member.learner,
        body,
        author_id: group.at.tutor,
        author_organisation_id: group.at.provider,
        created_at: at,
    }
}
