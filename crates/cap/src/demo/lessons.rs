//! The timetable of a course cohort, its lessons of this year, and their registers up to yesterday:
//! row for row what the timetable and `attendance::marking` would have made.

use super::{
    bulk::{Batch, ChangeRow, EntryRow, LessonRow, NoteRow, NotificationRow},
    cast::year_of,
    dice::Dice,
    marks::{self, Decided},
    people::Member,
    places::Course,
    terms,
};
use crate::{
    accounts::numbers::{self, Numbered},
    attendance::{
        LessonKey, NoteKey, SlotKey, calendar::Days, contribution::Contribution, mark::Mark, status::Status,
        tally,
    },
    notices::{NotificationKey, notification::Kind},
    schema::slot,
};
use chrono::{Datelike, Months, NaiveDate, NaiveTime, TimeDelta};
use diesel::prelude::*;
use platform::{
    Ending, Instant, Writing, clock,
    ids::{self, OrganisationKey, PersonKey, PublicId},
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const fn wall(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).expect("a time of day")
}

/// Every weekday has a morning and an afternoon.
const PERIODS: [(NaiveTime, NaiveTime); 2] = [(wall(9, 15), wall(12, 0)), (wall(13, 30), wall(15, 30))];
/// Within so many days absences may still be undecided, and registers not yet taken.
const LATELY: i64 = 8;

/// What was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Made {
    pub learners: u64,
    pub lessons: u64,
    pub entries: u64,
    pub marks: u64,
}

impl std::ops::AddAssign for Made {
    fn add_assign(&mut self, other: Made) {
        self.learners += other.learners;
        self.lessons += other.lessons;
        self.entries += other.entries;
        self.marks += other.marks;
    }
}

/// Makes the cohort's timetable, and its lessons with their registers up to the end of next month.
pub(super) fn make(
    w: &mut Writing<'_>,
    dice: &mut Dice,
    course: &Course,
    members: &[Member],
    today: NaiveDate,
) -> Result<Made, Ending> {
    let slots = timetable(w, course, today)?;
    let calendar = terms::calendar(today, &course.closed);
    let last = (today.with_day(1).unwrap_or(today) + Months::new(2)) - TimeDelta::days(1);
    let span = Days::new(year_of(today).0, last.min(year_of(today).1)).map_err(Ending::fault)?;
    let dates: Vec<NaiveDate> = calendar.school_days(span).collect();
    let count = dates.len() as i64 * PERIODS.len() as i64;
    let mut number = numbers::take(w, Numbered::Lesson, count)?;
    let last_taught = dates.iter().rfind(|date| **date < today).copied();
    let mut registers = Registers {
        course,
        today,
        last_taught,
        batch: Batch::default(),
        tallies: vec![[0; 13]; members.len()],
        made: Made::default(),
    };
    for date in dates {
        let mut days = vec![Day::default(); members.len()];
        for (period, (starts, ends)) in PERIODS.into_iter().enumerate() {
            let slot = slots[date.weekday().num_days_from_monday() as usize * PERIODS.len() + period];
            let lesson = LessonRow {
                id: LessonKey::next(),
                public_id: PublicId::random(),
                number,
                partnership_id: course.partnership,
                provider_id: course.at.provider,
                cohort_id: course.at.cohort,
                group_id: course.at.group,
                slot_id: Some(slot),
                held_on: date,
                starts,
                ends,
                starts_at: clock::instant(date, starts),
                ends_at: clock::instant(date, ends),
                location: course.location.to_owned(),
                tutor_id: Some(course.at.tutor),
                cover_id: None,
                first_mark_at: None,
                completed_at: None,
                version: 0,
            };
            number += 1;
            registers.add(dice, lesson, members, &mut days);
            registers.batch.write_if_full(w)?;
        }
    }
    registers.batch.write(w)?;
    for (member, counts) in members.iter().zip(&registers.tallies) {
        tally::add(w, member.placed.record, counts)?;
    }
    Ok(registers.made)
}

/// The slots of Monday to Friday, each with its periods, in order.
fn timetable(w: &mut Writing<'_>, course: &Course, today: NaiveDate) -> Result<Vec<SlotKey>, Ending> {
    let mut slots = Vec::new();
    for weekday in 1_i16..=5 {
        for (starts, ends) in PERIODS {
            let key = SlotKey::next();
            diesel::insert_into(slot::table)
                .values((
                    slot::id.eq(key),
                    slot::public_id.eq(PublicId::random()),
                    slot::cohort_id.eq(course.at.cohort),
                    slot::group_id.eq(course.at.group),
                    slot::weekday.eq(weekday),
                    slot::starts.eq(starts),
                    slot::ends.eq(ends),
                    slot::location.eq(course.location),
                    slot::tutor_id.eq(course.at.tutor),
                    slot::from_on.eq(year_of(today).0),
                ))
                .execute(w.db())?;
            slots.push(key);
        }
    }
    Ok(slots)
}

/// What a learner's day has been so far.
#[derive(Clone, Copy, Default)]
struct Day {
    away: bool,
    decided: Option<Option<Decided>>,
}

/// How much of a register was taken.
#[derive(Clone, Copy, PartialEq)]
enum Taken {
    Not,
    Half,
    Whole,
}

struct Registers<'a> {
    course: &'a Course,
    today: NaiveDate,
    last_taught: Option<NaiveDate>,
    batch: Batch,
    tallies: Vec<tally::Row>,
    made: Made,
}

impl Registers<'_> {
    /// A few registers of the last days are overdue; the others of the past are complete.
    fn taken(&self, dice: &mut Dice, lesson: &LessonRow) -> Taken {
        if lesson.held_on >= self.today {
            return Taken::Not;
        }
        let lately = self.last_taught.is_some_and(|last| lesson.held_on >= last - TimeDelta::days(2));
        match dice.below(100) {
            0..3 if lately => Taken::Not,
            3..6 if lately => Taken::Half,
            _ => Taken::Whole,
        }
    }

    fn add(&mut self, dice: &mut Dice, mut lesson: LessonRow, members: &[Member], days: &mut [Day]) {
        let taken = self.taken(dice, &lesson);
        let at = lesson.starts_at + TimeDelta::minutes(4 + i64::from(dice.below(12)));
        let here = |member: &Member| (member.from..=member.until).contains(&lesson.held_on);
        let mut saved = Vec::new();
        let mut decided: BTreeMap<(OrganisationKey, PersonKey), (Instant, Vec<Value>)> = BTreeMap::new();
        let mut waiting: BTreeMap<(OrganisationKey, PersonKey), u32> = BTreeMap::new();
        let (mut blank, mut expected) = (0, 0);
        for (place, member) in members.iter().enumerate().filter(|(_, member)| here(member)) {
            expected += 1;
            let mut entry = empty(&lesson, member);
            if taken == Taken::Not || (taken == Taken::Half && place * 2 >= members.len()) {
                blank += 1;
                self.batch.entries.push(entry);
                continue;
            }
            let times = (lesson.starts, lesson.ends);
            let given = marks::draw(dice, member.habit, days[place].away, self.course.contributions, times);
            days[place].away = given.status == Some(Status::Unexplained);
            saved.push(change(member, (&Mark::default(), None), (&given, None)));
            set(&mut entry, &given);
            (entry.marked_at, entry.marked_by) = (Some(at), Some(self.course.at.tutor));
            let mut stands = given.clone();
            if days[place].away {
                entry.announced_at = Some(at);
                let judged = *days[place].decided.get_or_insert_with(|| self.judge(dice, lesson.held_on));
                let whose = (member.school, member.contact);
                if let Some(decision) = judged {
                    let when = self.decided_at(dice, lesson.held_on);
                    stands = Mark { status: Some(decision.status), ..Mark::default() };
                    set(&mut entry, &stands);
                    (entry.dfe_code, entry.reason) = (Some(decision.code), Some(decision.reason));
                    let rows = decided.entry(whose).or_insert((when, Vec::new()));
                    (entry.decided_at, entry.decided_by) = (Some(rows.0), Some(member.contact));
                    rows.1.push(change(member, (&given, None), (&stands, Some(decision))));
                } else {
                    entry.pending_school_id = Some(member.school);
                    *waiting.entry(whose).or_default() += 1;
                }
            } else if let Some(body) = marks::note(dice, &given) {
                self.note(&lesson, member, body, at);
            }
            for (sum, one) in self.tallies[place].iter_mut().zip(tally::row_of(&stands)) {
                *sum += one;
            }
            self.batch.entries.push(entry);
        }
        self.made.lessons += 1;
        self.made.entries += expected;
        self.made.marks += expected - blank;
        if !saved.is_empty() {
            lesson.first_mark_at = Some(at);
            lesson.completed_at = (blank == 0).then_some(at);
            self.save(&mut lesson, at, (self.course.at.provider, self.course.at.tutor), saved);
        }
        for (school, (when, rows)) in decided {
            self.save(&mut lesson, when, school, rows);
        }
        for ((school, contact), count) in waiting {
            self.tell(&lesson, school, contact, count, at);
        }
        self.batch.lessons.push(lesson);
    }

    /// What the school has decided by now, if it has: the older the absence, the surer.
    fn judge(&self, dice: &mut Dice, held_on: NaiveDate) -> Option<Decided> {
        let share = match (self.today - held_on).num_days() {
            ..=1 => 150,
            2..=3 => 450,
            4..LATELY => 800,
            _ => 995,
        };
        dice.happens(share).then(|| Decided::draw(dice))
    }

    /// On one of the next days, and before today.
    fn decided_at(&self, dice: &mut Dice, held_on: NaiveDate) -> Instant {
        let day = held_on + TimeDelta::days(i64::from(dice.below(4)));
        let day = day.min(self.today - TimeDelta::days(1));
        clock::instant(day, wall(16, 0)) + TimeDelta::minutes(i64::from(dice.below(50)))
    }

    fn save(
        &mut self,
        lesson: &mut LessonRow,
        made_at: Instant,
        (organisation, person): (OrganisationKey, PersonKey),
        rows: Vec<Value>,
    ) {
        lesson.version += 1;
        self.batch.changes.push(ChangeRow {
            id: ids::next_key(),
            batch: PublicId::random(),
            lesson_id: lesson.id,
            made_at,
            person_id: Some(person),
            organisation_id: Some(organisation),
            changes: Value::Array(rows).to_string(),
        });
    }

    fn note(&mut self, lesson: &LessonRow, member: &Member, body: &'static str, at: Instant) {
        self.batch.notes.push(NoteRow {
            id: NoteKey::next(),
            public_id: PublicId::random(),
            lesson_id: lesson.id,
            record_id: member.placed.record,
            learner_id: member.placed.learner,
            body,
            author_id: self.course.at.tutor,
            author_organisation_id: self.course.at.provider,
            created_at: at + TimeDelta::minutes(2),
        });
    }

    fn tell(
        &mut self,
        lesson: &LessonRow,
        school: OrganisationKey,
        contact: PersonKey,
        count: u32,
        at: Instant,
    ) {
        let absences = if count == 1 {
            "An unexplained absence".to_owned()
        } else {
            format!("{count} unexplained absences")
        };
        let when = format!(
            "{}, {}, {}–{}",
            self.course.title,
            clock::short_date(lesson.held_on),
            clock::hour(lesson.starts),
            clock::hour(lesson.ends)
        );
        // What is older than three days has been read, though not acted upon.
        let old = (self.today - lesson.held_on).num_days() > 3;
        self.batch.notifications.push(NotificationRow {
            id: NotificationKey::next(),
            public_id: PublicId::random(),
            person_id: contact,
            organisation_id: school,
            kind: Kind::Student.word(),
            body: format!("{absences} in {when}: your decision is needed."),
            link: format!("/clm/registers/{}", lesson.public_id),
            created_at: at,
            read_at: old.then_some(at + TimeDelta::hours(6)),
        });
    }
}

fn empty(lesson: &LessonRow, member: &Member) -> EntryRow {
    EntryRow {
        lesson_id: lesson.id,
        record_id: member.placed.record,
        learner_id: member.placed.learner,
        school_id: member.school,
        held_on: lesson.held_on,
        starts_at: lesson.starts_at,
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

fn set(entry: &mut EntryRow, mark: &Mark) {
    entry.status = mark.status.map(Status::code);
    entry.late_minutes = mark.late_minutes;
    entry.contribution = mark.contribution.map(Contribution::value);
    entry.left_at = mark.left_at;
    entry.left_reason.clone_from(&mark.left_reason);
    entry.collected_by.clone_from(&mark.collected_by);
}

/// A change as `attendance::marking` writes it into the history.
fn change(member: &Member, from: (&Mark, Option<Decided>), to: (&Mark, Option<Decided>)) -> Value {
    let side = |(mark, decided): (&Mark, Option<Decided>)| {
        let mut side = mark.to_json();
        if let Some(decided) = decided {
            side["code"] = json!(decided.code);
            side["reason"] = json!(decided.reason);
        }
        side
    };
    json!({ "record": member.placed.record.0, "from": side(from), "to": side(to) })
}
