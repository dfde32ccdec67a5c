-- Terms, timetable, lessons, registers, marks, absences.

create table term (
    id              BIGINT not null primary key,
    public_id       TEXT   not null unique,
    organisation_id BIGINT not null references organisation (id),
    name            TEXT   not null,
    starts_on       DATE   not null,
    ends_on         DATE   not null,
    version         INT    not null default 0
) STRICT;
create index term_organisation on term (organisation_id, starts_on);

create table closure (
    id              BIGINT not null primary key,
    public_id       TEXT   not null unique,
    organisation_id BIGINT not null references organisation (id),
    starts_on       DATE   not null,
    ends_on         DATE   not null,
    reason          TEXT   not null,
    version         INT    not null default 0
) STRICT;
create index closure_organisation on closure (organisation_id, starts_on);

-- One line of a cohort's weekly timetable. Weekday 1 is Monday.
create table slot (
    id         BIGINT   not null primary key,
    public_id  TEXT     not null unique,
    cohort_id  BIGINT   not null references cohort (id),
    group_id   BIGINT   not null references tutor_group (id),
    weekday    SMALLINT not null check (weekday between 1 and 7),
    starts     TIME     not null,
    ends       TIME     not null,
    location   TEXT     not null,
    tutor_id   BIGINT   references person (id),
    from_on    DATE     not null,
    until_on   DATE,
    version    INT      not null default 0
) STRICT;
create index slot_cohort on slot (cohort_id);

-- A lesson has one register; its times are kept as instants and as London showed them.
create table lesson (
    id             BIGINT  not null primary key,
    public_id      TEXT    not null unique,
    number         BIGINT  not null unique,
    partnership_id BIGINT  not null references partnership (id),
    provider_id    BIGINT  not null references organisation (id),
    cohort_id      BIGINT  not null references cohort (id),
    group_id       BIGINT  not null references tutor_group (id),
    slot_id        BIGINT  references slot (id),
    held_on        DATE    not null,
    starts         TIME    not null,
    ends           TIME    not null,
    starts_at      INSTANT not null,
    ends_at        INSTANT not null,
    location       TEXT    not null,
    tutor_id       BIGINT  references person (id),
    cover_id       BIGINT  references person (id),
    moved_from     DATE,
    cancelled_at   INSTANT,
    cancel_reason  TEXT,
    first_mark_at  INSTANT,
    completed_at   INSTANT,
    version        INT     not null default 0
) STRICT;
create index lesson_provider on lesson (provider_id, held_on, starts_at);
create index lesson_partnership on lesson (partnership_id, held_on, starts_at);
create index lesson_cohort on lesson (cohort_id, held_on);
create index lesson_open_provider on lesson (provider_id, ends_at) where completed_at is null;
create index lesson_open_partnership on lesson (partnership_id, ends_at) where completed_at is null;

-- A learner expected at a lesson: the mark is empty until somebody gives one.
create table entry (
    lesson_id         BIGINT   not null references lesson (id),
    record_id         BIGINT   not null references training_record (id),
    learner_id        BIGINT   not null references learner (id),
    school_id         BIGINT   not null references organisation (id),
    held_on           DATE     not null,
    starts_at         INSTANT  not null,
    status            SMALLINT check (status between 1 and 8),
    late_minutes      SMALLINT,
    contribution      SMALLINT check (contribution between -2 and 2),
    dfe_code          TEXT,
    reason            TEXT,
    pending_school_id BIGINT   references organisation (id),
    announced_at      INSTANT,
    marked_at         INSTANT,
    marked_by         BIGINT   references person (id),
    decided_at        INSTANT,
    decided_by        BIGINT   references person (id),
    unexpected        BOOL     not null default false,
    left_at           TIME,
    left_reason       TEXT,
    collected_by      TEXT,
    primary key (lesson_id, record_id)
) COMPACT;
create index entry_record on entry (record_id, starts_at);
create index entry_school on entry (school_id, held_on);
create index entry_pending on entry (pending_school_id, starts_at) where pending_school_id is not null;

-- One row for each save of a register: every mark's from and to, as JSON. Bulk acts share a batch.
create table register_change (
    id              BIGINT  not null primary key,
    batch           TEXT    not null,
    lesson_id       BIGINT  not null references lesson (id),
    made_at         INSTANT not null,
    person_id       BIGINT  references person (id),
    organisation_id BIGINT  references organisation (id),
    changes         TEXT    not null
) STRICT;
create index register_change_lesson on register_change (lesson_id, id);
create index register_change_batch on register_change (batch);

-- A note about a learner at a lesson. Part of the training record.
create table note (
    id         BIGINT  not null primary key,
    public_id  TEXT    not null unique,
    lesson_id  BIGINT  not null references lesson (id),
    record_id  BIGINT  not null references training_record (id),
    learner_id BIGINT  not null references learner (id),
    body       TEXT    not null,
    author_id  BIGINT  not null references person (id),
    author_organisation_id BIGINT not null references organisation (id),
    created_at INSTANT not null,
    edited_at  INSTANT,
    deleted_at INSTANT,
    version    INT     not null default 0
) STRICT;
create index note_lesson on note (lesson_id, record_id);
create index note_record on note (record_id, created_at);

-- What a note said before it was edited or deleted.
create table note_history (
    id      BIGINT  not null primary key,
    note_id BIGINT  not null references note (id),
    body    TEXT    not null,
    at      INSTANT not null,
    by_id   BIGINT  not null references person (id)
) STRICT;
create index note_history_note on note_history (note_id);

-- An absence known beforehand, entered once by the home school.
create table planned_absence (
    id           BIGINT  not null primary key,
    public_id    TEXT    not null unique,
    learner_id   BIGINT  not null references learner (id),
    school_id    BIGINT  not null references organisation (id),
    from_on      DATE    not null,
    to_on        DATE    not null,
    session      TEXT    not null check (session in ('all', 'am', 'pm')),
    reason       TEXT    not null,
    dfe_code     TEXT    not null,
    made_by      BIGINT  not null references person (id),
    made_at      INSTANT not null,
    withdrawn_at INSTANT
) STRICT;
create index planned_absence_learner on planned_absence (learner_id, from_on);
create index planned_absence_school on planned_absence (school_id, to_on);

-- National attendance codes with the days between which they may be entered. One code has one
-- meaning at a time; without a first day it is older than the table.
create table attendance_code (
    id         BIGINT not null primary key,
    public_id  TEXT   not null unique,
    code       TEXT   not null,
    name       TEXT   not null,
    category   TEXT   not null check (category in ('present', 'educational', 'authorised', 'unauthorised', 'uncounted')),
    valid_from DATE,
    valid_to   DATE,
    source     TEXT   not null,
    certainty  TEXT   not null check (certainty in ('read', 'unconfirmed')),
    position   INT    not null,
    version    INT    not null default 0
) STRICT;
