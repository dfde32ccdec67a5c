//! Many rows at once: registers are by far the most of a demo, and a statement for each row would
//! make a large one take hours on a server that is a network away.

use crate::{
    attendance::{LessonKey, NoteKey, SlotKey},
    learners::{CohortKey, GroupKey, LearnerKey, RecordKey},
    notices::NotificationKey,
    schema::{entry, lesson, note, notification, register_change},
};
use chrono::{NaiveDate, NaiveTime};
use diesel::prelude::*;
use platform::{
    Db, Ending, Instant, Writing,
    ids::{OrganisationKey, PartnershipKey, PersonKey, PublicId},
};

/// Rows of one statement: 21 columns each stay well below both engines' limits of parameters.
pub(super) const ROWS: usize = 250;

/// `insert_rows!(w, rows, table)`: writes the rows, and empties the list.
macro_rules! insert_rows {
    ($w:ident, $rows:expr, $table:ident) => {
        for rows in $rows.chunks($crate::demo::bulk::ROWS) {
            // Diesel's joint backend has no statement of many rows; each engine's own has.
            match $w.db() {
                Db::Sqlite(own) => diesel::insert_into($table::table).values(rows).execute(own)?,
                Db::Pg(own) => diesel::insert_into($table::table).values(rows).execute(own)?,
            };
        }
        $rows.clear();
    };
}
pub(super) use insert_rows;

/// A lesson, as the timetable makes it.
#[derive(Insertable)]
#[diesel(table_name = lesson, treat_none_as_default_value = false)]
pub(super) struct LessonRow {
    pub id: LessonKey,
    pub public_id: PublicId,
    pub number: i64,
    pub partnership_id: PartnershipKey,
    pub provider_id: OrganisationKey,
    pub cohort_id: CohortKey,
    pub group_id: GroupKey,
    pub slot_id: Option<SlotKey>,
    pub held_on: NaiveDate,
    pub starts: NaiveTime,
    pub ends: NaiveTime,
    pub starts_at: Instant,
    pub ends_at: Instant,
    pub location: String,
    pub tutor_id: Option<PersonKey>,
    pub cover_id: Option<PersonKey>,
    pub first_mark_at: Option<Instant>,
    pub completed_at: Option<Instant>,
    pub version: i32,
}

/// A learner in a register.
#[derive(Insertable)]
#[diesel(table_name = entry, treat_none_as_default_value = false)]
pub(super) struct EntryRow {
    pub lesson_id: LessonKey,
    pub record_id: RecordKey,
    pub learner_id: LearnerKey,
    pub school_id: OrganisationKey,
    pub held_on: NaiveDate,
    pub starts_at: Instant,
    pub status: Option<i16>,
    pub late_minutes: Option<i16>,
    pub contribution: Option<i16>,
    pub dfe_code: Option<&'static str>,
    pub reason: Option<&'static str>,
    pub pending_school_id: Option<OrganisationKey>,
    pub announced_at: Option<Instant>,
    pub marked_at: Option<Instant>,
    pub marked_by: Option<PersonKey>,
    pub decided_at: Option<Instant>,
    pub decided_by: Option<PersonKey>,
    pub left_at: Option<NaiveTime>,
    pub left_reason: Option<String>,
    pub collected_by: Option<String>,
}

/// One save of a register, as `attendance::marking` keeps it.
#[derive(Insertable)]
#[diesel(table_name = register_change, treat_none_as_default_value = false)]
pub(super) struct ChangeRow {
    pub id: i64,
    pub batch: PublicId,
    pub lesson_id: LessonKey,
    pub made_at: Instant,
    pub person_id: Option<PersonKey>,
    pub organisation_id: Option<OrganisationKey>,
    pub changes: String,
}

/// An attendance note.
#[derive(Insertable)]
#[diesel(table_name = note, treat_none_as_default_value = false)]
pub(super) struct NoteRow {
    pub id: NoteKey,
    pub public_id: PublicId,
    pub lesson_id: LessonKey,
    pub record_id: RecordKey,
    pub learner_id: LearnerKey,
    pub body: &'static str,
    pub author_id: PersonKey,
    pub author_organisation_id: OrganisationKey,
    pub created_at: Instant,
}

/// What somebody was told.
#[derive(Insertable)]
#[diesel(table_name = notification, treat_none_as_default_value = false)]
pub(super) struct NotificationRow {
    pub id: NotificationKey,
    pub public_id: PublicId,
    pub person_id: PersonKey,
    pub organisation_id: OrganisationKey,
    pub kind: &'static str,
    pub body: String,
    pub link: String,
    pub created_at: Instant,
    pub read_at: Option<Instant>,
}

/// Rows that wait to be written.
#[derive(Default)]
pub(super) struct Batch {
    pub lessons: Vec<LessonRow>,
    pub entries: Vec<EntryRow>,
    pub changes: Vec<ChangeRow>,
    pub notes: Vec<NoteRow>,
    pub notifications: Vec<NotificationRow>,
}

impl Batch {
    /// Writes what waits if it is much, so that memory does not grow with the demo.
    pub(super) fn write_if_full(&mut self, w: &mut Writing<'_>) -> Result<(), Ending> {
        if self.entries.len() < 4 * ROWS { Ok(()) } else { self.write(w) }
    }

    /// Writes what waits: lessons first, since everything else refers to them.
    pub(super) fn write(&mut self, w: &mut Writing<'_>) -> Result<(), Ending> {
        insert_rows!(w, self.lessons, lesson);
        insert_rows!(w, self.entries, entry);
        insert_rows!(w, self.changes, register_change);
        insert_rows!(w, self.notes, note);
        insert_rows!(w, self.notifications, notification);
        Ok(())
    }
}
