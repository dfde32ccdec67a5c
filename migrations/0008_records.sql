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

-- A Word document that somebody keeps to merge records into; in the list of their own only.
create table report_template (
    id              BIGINT  not null primary key,
    public_id       TEXT    not null unique,
    person_id       BIGINT  not null references person (id),
    organisation_id BIGINT  not null references organisation (id),
    file_id         BIGINT  not null unique references stored_file (id),
    -- Its merge fields, and what of it a merge does not work out: one a line.
    fields          TEXT    not null,
    unsupported     TEXT    not null,
    made_at         INSTANT not null
) STRICT;
create index report_template_owner on report_template (person_id, organisation_id);

-- Reports that somebody asked for. Their files are kept for a day.
create table report_run (
    id              BIGINT  not null primary key,
    public_id       TEXT    not null unique,
    person_id       BIGINT  not null references person (id),
    organisation_id BIGINT  not null references organisation (id),
    role            TEXT    not null,
    -- word, pdf, words, pdfs
    output          TEXT    not null,
    -- waiting, working, done, failed, cancelled
    state           TEXT    not null,
    problem         TEXT    not null default '',
    done            INT     not null default 0,
    total           INT     not null,
    template_name   TEXT    not null,
    -- The template, if it is not the ready one; what was read of the records, until it is merged;
    -- and what came of it.
    template_file_id BIGINT references stored_file (id),
    input_file_id   BIGINT  references stored_file (id),
    result_file_id  BIGINT  references stored_file (id),
    asked_at        INSTANT not null,
    ends_at         INSTANT not null
) STRICT;
create index report_run_owner on report_run (person_id, organisation_id, asked_at);

-- Whose records are in it: who asks for the file must still see them all.
create table report_run_record (
    run_id      BIGINT not null references report_run (id),
    record_id   BIGINT not null references training_record (id),
    primary key (run_id, record_id)
) COMPACT;
