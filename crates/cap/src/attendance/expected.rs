//! Who is expected at a lesson. An entry exists from the moment a learner is expected, with its
//! mark empty, so that saving a register is updates and `scheduled` is a count.
//!
//! An entry that has a mark is never taken away here: what was said of a learner stays said.

use super::LessonKey;
use crate::{
    learners::{GroupKey, LearnerKey, RecordKey},
    schema::{entry, lesson, record_pause, training_record},
};
use chrono::NaiveDate;
use diesel::prelude::*;
use platform::{Ending, Instant, Multi, Session, Writing, ids::OrganisationKey};

/// A lesson, as far as it decides who is expected.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub lesson: LessonKey,
    pub held_on: NaiveDate,
    pub starts_at: Instant,
}

type PlaceRow = (LessonKey, NaiveDate, Instant);

impl Place {
    fn of((lesson, held_on, starts_at): PlaceRow) -> Self {
        Place { lesson, held_on, starts_at }
    }
}

/// A training record, as far as it decides where its learner is expected.
struct Member {
    record: RecordKey,
    learner: LearnerKey,
    school: OrganisationKey,
    group: GroupKey,
    starts_on: NaiveDate,
    /// The last day: the planned one, or the earlier one on which the record was closed.
    last_on: NaiveDate,
    /// First and last day of each time in which the record was suspended.
    pauses: Vec<Pause>,
}

type Pause = (NaiveDate, NaiveDate);

type MemberRow = (RecordKey, LearnerKey, OrganisationKey, GroupKey, NaiveDate, NaiveDate, Option<NaiveDate>);

impl Member {
    fn of((record, learner, school, group, starts_on, ends_on, closed_on): MemberRow) -> Self {
        let last_on = closed_on.map_or(ends_on, |closed| closed.min(ends_on));
        Member {
            record,
            learner,
            school,
            group,
            starts_on,
            last_on,
            pauses: Vec::new(),
        }
    }

    fn is_expected_on(&self, date: NaiveDate) -> bool {
        let is_away = self.pauses.iter().any(|(from, until)| (*from..=*until).contains(&date));
        (self.starts_on..=self.last_on).contains(&date) && !is_away
    }
}

const MEMBER: (
    training_record::id,
    training_record::learner_id,
    training_record::school_id,
    training_record::group_id,
    training_record::starts_on,
    training_record::ends_on,
    training_record::closed_on,
) = (
    training_record::id,
    training_record::learner_id,
    training_record::school_id,
    training_record::group_id,
    training_record::starts_on,
    training_record::ends_on,
    training_record::closed_on,
);

fn members(s: &mut Session<'_>, group: GroupKey) -> Result<Vec<Member>, Ending> {
    let rows: Vec<MemberRow> = training_record::table
        .filter(training_record::group_id.eq(group))
        .filter(training_record::status.eq("active").or(training_record::closed_on.is_not_null()))
        .select(MEMBER)
        .load(s.db())?;
    let mut members: Vec<Member> = rows.into_iter().map(Member::of).collect();
    let pauses: Vec<(RecordKey, NaiveDate, NaiveDate)> = record_pause::table
        .inner_join(training_record::table)
        .filter(training_record::group_id.eq(group))
        .select((record_pause::record_id, record_pause::from_on, record_pause::until_on))
        .load(s.db())?;
    for (record, from, until) in pauses {
        if let Some(member) = members.iter_mut().find(|member| member.record == record) {
            member.pauses.push((from, until));
        }
    }
    Ok(members)
}

fn member(s: &mut Session<'_>, record: RecordKey) -> Result<Member, Ending> {
    let one = training_record::table.filter(training_record::id.eq(record));
    let member = Member::of(one.select(MEMBER).first(s.db())?);
    let pauses = record_pause::table
        .filter(record_pause::record_id.eq(record))
        .select((record_pause::from_on, record_pause::until_on))
        .load(s.db())?;
    Ok(Member { pauses, ..member })
}

/// Makes the entries of a lesson: one for each record of its group whose dates hold its day.
/// Records that have an entry already are left alone. Answers how many were made.
///
/// # Errors
/// A database error.
pub fn at_lesson(w: &mut Writing<'_>, key: LessonKey) -> Result<usize, Ending> {
    let (group, place) = place_of(w, key)?;
    let known: Vec<RecordKey> =
        entry::table.filter(entry::lesson_id.eq(key)).select(entry::record_id).load(w.db())?;
    let mut made = 0;
    for one in members(w, group)? {
        if one.is_expected_on(place.held_on) && !known.contains(&one.record) {
            insert(w, place, &one)?;
            made += 1;
        }
    }
    Ok(made)
}

/// Makes the entries of lessons of one group that have none yet.
///
/// # Errors
/// A database error.
pub fn at_new_lessons(w: &mut Writing<'_>, group: GroupKey, places: &[Place]) -> Result<(), Ending> {
    let members = members(w, group)?;
    for place in places {
        for one in members.iter().filter(|one| one.is_expected_on(place.held_on)) {
            insert(w, *place, one)?;
        }
    }
    Ok(())
}

/// Brings the entries of a lesson up to date after its day, time or group changed: who is no longer
/// expected leaves, unless marked or added by hand; who is expected now comes in.
///
/// # Errors
/// A database error.
pub fn again(w: &mut Writing<'_>, key: LessonKey) -> Result<(), Ending> {
    let (group, place) = place_of(w, key)?;
    let members = members(w, group)?;
    let expected =
        |record: RecordKey| members.iter().any(|m| m.record == record && m.is_expected_on(place.held_on));
    let there: Vec<RecordKey> = unmarked()
        .filter(entry::lesson_id.eq(key))
        .filter(entry::unexpected.eq(false))
        .select(entry::record_id)
        .load(w.db())?;
    for record in there.into_iter().filter(|record| !expected(*record)) {
        diesel::delete(entry::table.find((key.0, record.0))).execute(w.db())?;
    }
    diesel::update(entry::table.filter(entry::lesson_id.eq(key)))
        .set((entry::held_on.eq(place.held_on), entry::starts_at.eq(place.starts_at)))
        .execute(w.db())?;
    at_lesson(w, key)?;
    Ok(())
}

/// Removes the entries of a lesson that have no mark.
///
/// # Errors
/// A database error.
pub fn nobody(w: &mut Writing<'_>, key: LessonKey) -> Result<(), Ending> {
    diesel::delete(entry::table.filter(entry::lesson_id.eq(key)).filter(entry::status.is_null()))
        .execute(w.db())?;
    Ok(())
}

/// Makes the entries of a record at every lesson of its group that has not ended, is not cancelled
/// and lies within its dates. Answers how many were made.
///
/// # Errors
/// A database error.
pub fn of_record(w: &mut Writing<'_>, key: RecordKey) -> Result<usize, Ending> {
    let now = w.now();
    fill(w, key, lesson::table.into_boxed().filter(lesson::ends_at.gt(now)))
}

/// The same at every lesson from this day on, be it past.
///
/// # Errors
/// A database error.
pub fn of_record_from(w: &mut Writing<'_>, key: RecordKey, from: NaiveDate) -> Result<usize, Ending> {
    fill(w, key, lesson::table.into_boxed().filter(lesson::held_on.ge(from)))
}

/// The same at every lesson that has not begun.
///
/// # Errors
/// A database error.
pub fn of_record_in_future(w: &mut Writing<'_>, key: RecordKey) -> Result<usize, Ending> {
    let now = w.now();
    fill(w, key, lesson::table.into_boxed().filter(lesson::starts_at.gt(now)))
}

fn fill(
    w: &mut Writing<'_>,
    key: RecordKey,
    lessons: lesson::BoxedQuery<'static, Multi>,
) -> Result<usize, Ending> {
    let member = member(w, key)?;
    let known: Vec<LessonKey> =
        entry::table.filter(entry::record_id.eq(key)).select(entry::lesson_id).load(w.db())?;
    let lessons: Vec<PlaceRow> = lessons
        .filter(lesson::group_id.eq(member.group))
        .filter(lesson::cancelled_at.is_null())
        .filter(lesson::held_on.ge(member.starts_on))
        .filter(lesson::held_on.le(member.last_on))
        .select((lesson::id, lesson::held_on, lesson::starts_at))
        .load(w.db())?;
    let mut made = 0;
    let is_new = |place: &Place| !known.contains(&place.lesson) && member.is_expected_on(place.held_on);
    for place in lessons.into_iter().map(Place::of).filter(is_new) {
        insert(w, place, &member)?;
        settle(w, place.lesson)?;
        made += 1;
    }
    Ok(made)
}

/// Makes the entry of a learner who turned up without being expected.
///
/// # Errors
/// A database error.
pub fn unexpected(w: &mut Writing<'_>, key: LessonKey, record: RecordKey) -> Result<(), Ending> {
    let (_, place) = place_of(w, key)?;
    let who = member(w, record)?;
    insert(w, place, &who)?;
    diesel::update(entry::table.find((key.0, record.0)))
        .set(entry::unexpected.eq(true))
        .execute(w.db())?;
    Ok(())
}

/// Removes a record's entries of lessons after a day, except those that have a mark: their days.
///
/// # Errors
/// A database error.
pub fn leave_after(
    w: &mut Writing<'_>,
    key: RecordKey,
    last_day: NaiveDate,
) -> Result<Vec<NaiveDate>, Ending> {
    let later = entry::table.filter(entry::record_id.eq(key)).filter(entry::held_on.gt(last_day));
    let kept = later
        .filter(entry::status.is_not_null())
        .order(entry::starts_at)
        .select(entry::held_on)
        .load(w.db())?;
    let left: Vec<LessonKey> = later.filter(entry::status.is_null()).select(entry::lesson_id).load(w.db())?;
    leave(w, key, &left)?;
    Ok(kept)
}

/// Leaves a record out of the lessons between its last day and the day of coming back, those that are
/// made or moved there later as well.
///
/// # Errors
/// A database error.
pub fn leave_out_between(
    w: &mut Writing<'_>,
    key: RecordKey,
    last_day: NaiveDate,
    back_on: NaiveDate,
) -> Result<(), Ending> {
    let (Some(from), Some(until)) = (last_day.succ_opt(), back_on.pred_opt()) else {
        return Ok(());
    };
    if from > until {
        return Ok(());
    }
    diesel::insert_into(record_pause::table)
        .values((
            record_pause::id.eq(platform::ids::next_key()),
            record_pause::record_id.eq(key),
            record_pause::from_on.eq(from),
            record_pause::until_on.eq(until),
        ))
        .execute(w.db())?;
    Ok(())
}

/// Removes a record's entries of lessons that have not begun, except those that have a mark.
///
/// # Errors
/// A database error.
pub fn leave_future(w: &mut Writing<'_>, key: RecordKey) -> Result<(), Ending> {
    let now = w.now();
    let left: Vec<LessonKey> = unmarked()
        .filter(entry::record_id.eq(key))
        .filter(entry::starts_at.gt(now))
        .select(entry::lesson_id)
        .load(w.db())?;
    leave(w, key, &left)
}

fn leave(w: &mut Writing<'_>, key: RecordKey, lessons: &[LessonKey]) -> Result<(), Ending> {
    for lesson in lessons {
        diesel::delete(entry::table.find((lesson.0, key.0))).execute(w.db())?;
        settle(w, *lesson)?;
    }
    Ok(())
}

/// The first lesson, from now on, at which a record's learner is expected.
///
/// # Errors
/// A database error.
pub fn first_of(s: &mut Session<'_>, key: RecordKey) -> Result<Option<LessonKey>, Ending> {
    let now = s.now();
    Ok(entry::table
        .inner_join(lesson::table)
        .filter(entry::record_id.eq(key))
        .filter(lesson::ends_at.gt(now))
        .order(entry::starts_at)
        .select(entry::lesson_id)
        .first(s.db())
        .optional()?)
}

/// Decides again whether a register that has marks is complete, after somebody came or left.
fn settle(w: &mut Writing<'_>, key: LessonKey) -> Result<(), Ending> {
    let now = w.now();
    let (first_mark, completed): (Option<Instant>, Option<Instant>) = lesson::table
        .filter(lesson::id.eq(key))
        .select((lesson::first_mark_at, lesson::completed_at))
        .first(w.db())?;
    if first_mark.is_none() {
        return Ok(());
    }
    let of_lesson = entry::table.filter(entry::lesson_id.eq(key));
    let blanks: i64 = of_lesson.filter(entry::status.is_null()).count().get_result(w.db())?;
    let marks: i64 = of_lesson.filter(entry::status.is_not_null()).count().get_result(w.db())?;
    let complete = blanks == 0 && marks > 0;
    if complete != completed.is_some() {
        diesel::update(lesson::table.filter(lesson::id.eq(key)))
            .set((lesson::completed_at.eq(complete.then_some(now)), lesson::version.eq(lesson::version + 1)))
            .execute(w.db())?;
    }
    Ok(())
}

fn place_of(s: &mut Session<'_>, key: LessonKey) -> Result<(GroupKey, Place), Ending> {
    let (group, row): (GroupKey, PlaceRow) = lesson::table
        .filter(lesson::id.eq(key))
        .select((lesson::group_id, (lesson::id, lesson::held_on, lesson::starts_at)))
        .first(s.db())?;
    Ok((group, Place::of(row)))
}

fn unmarked() -> entry::BoxedQuery<'static, Multi> {
    entry::table.into_boxed().filter(entry::status.is_null())
}

fn insert(w: &mut Writing<'_>, at: Place, who: &Member) -> Result<(), Ending> {
    diesel::insert_into(entry::table)
        .values((
            entry::lesson_id.eq(at.lesson),
            entry::record_id.eq(who.record),
            entry::learner_id.eq(who.learner),
            entry::school_id.eq(who.school),
            entry::held_on.eq(at.held_on),
            entry::starts_at.eq(at.starts_at),
        ))
        .execute(w.db())?;
    Ok(())
}
