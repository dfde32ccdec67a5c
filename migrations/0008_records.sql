-- What stands on a training record beside its registers and progress.

-- A note about a learner that belongs to no lesson.
create table record_note (
    id              BIGINT  not null primary key,
    public_id       TEXT    not null unique,
    record_id       BIGINT  not null references training_record (id),
    learner_id      BIGINT  not null references learner (id),
    subject         TEXT    not null,
    body            TEXT    not null,
    author_id       BIGINT  not null references person (id),
    author_organisation_id BIGINT not null references organisation (id),
    created_at      INSTANT not null,
    edited_at       INSTANT,
    deleted_at      INSTANT,
    version         INT     not null default 0
) STRICT;
create index record_note_record on record_note (record_id, created_at);

-- What a note said before it was edited or deleted.
create table record_note_history (
    id      BIGINT  not null primary key,
    note_id BIGINT  not null references record_note (id),
    subject TEXT    not null,
    body    TEXT    not null,
    at      INSTANT not null,
    by_id   BIGINT  not null references person (id)
) STRICT;
create index record_note_history_note on record_note_history (note_id, at);

-- Days of a record on which its learner was away, suspended or otherwise closed, before it was resumed.
-- They are expected at no lesson of these days, whenever it is made or moved there.
create table record_pause (
    id        BIGINT not null primary key,
    record_id BIGINT not null references training_record (id),
    from_on   DATE   not null,
    until_on  DATE   not null check (until_on >= from_on)
) STRICT;
create index record_pause_record on record_pause (record_id);

-- "Tell CAP this is wrong": one row a field.
create table correction (
    id              BIGINT  not null primary key,
    public_id       TEXT    not null unique,
    partnership_id  BIGINT  not null references partnership (id),
    record_id       BIGINT  not null references training_record (id),
    learner_id      BIGINT  not null references learner (id),
    field           TEXT    not null,
    -- What stood there when it was asked, and what should stand there.
    stood           TEXT    not null,
    wanted          TEXT    not null,
    reason          TEXT    not null,
    asked_by        BIGINT  not null references person (id),
    asked_organisation_id BIGINT not null references organisation (id),
    asked_role      TEXT    not null,
    asked_at        INSTANT not null,
    decided_by      BIGINT  references person (id),
    decided_at      INSTANT,
    accepted        BOOL,
    answer          TEXT    not null default ''
) STRICT;
create index correction_open on correction (partnership_id, asked_at) where decided_at is null;
create index correction_record on correction (record_id, asked_at);

-- A list's filters and columns, kept by a person under a name of their own.
create table saved_view (
    id              BIGINT  not null primary key,
    public_id       TEXT    not null unique,
    person_id       BIGINT  not null references person (id),
    organisation_id BIGINT  not null references organisation (id),
    role            TEXT    not null,
    place           TEXT    not null,
    name            TEXT    not null,
    -- The fields and what stands in them, as a form sends them.
    fields          TEXT    not null,
    made_at         INSTANT not null
) STRICT;
create index saved_view_owner on saved_view (person_id, organisation_id, place);

-- The list of a cohort's records, in the order of names.
create index training_record_cohort on training_record (cohort_id, status, surname_key, first_key, id);
