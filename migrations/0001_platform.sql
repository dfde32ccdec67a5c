-- The platform's own tables: audit, jobs, forms, settings, searches.

create table audit (
    id              BIGINT  not null primary key,
    at              INSTANT not null,
    partnership_id  BIGINT,
    organisation_id BIGINT,
    person_id       BIGINT,
    actor           TEXT    not null,
    deed            TEXT    not null,
    subject_kind    TEXT,
    subject_id      BIGINT,
    learners        TEXT    not null,
    detail          TEXT    not null
) STRICT;

create table audit_seal (
    seq      BIGINT not null primary key,
    audit_id BIGINT not null unique references audit (id),
    hash     BYTES  not null
) STRICT;

-- Audit rows and seals are never changed.
--sqlite: create trigger audit_kept before update on audit begin select raise(abort, 'audit rows are never changed'); end;
--sqlite: create trigger audit_never_deleted before delete on audit begin select raise(abort, 'audit rows are never changed'); end;
--sqlite: create trigger seal_kept before update on audit_seal begin select raise(abort, 'audit seals are never changed'); end;
--sqlite: create trigger seal_never_deleted before delete on audit_seal begin select raise(abort, 'audit seals are never changed'); end;
--pg: create function refuse_change() returns trigger language plpgsql as $$ begin raise exception 'audit rows are never changed'; end $$;
--pg: create trigger audit_kept before update or delete on audit for each row execute function refuse_change();
--pg: create trigger seal_kept before update or delete on audit_seal for each row execute function refuse_change();

create table job (
    id            BIGINT  not null primary key,
    public_id     TEXT    not null unique,
    kind          TEXT    not null,
    payload       TEXT    not null,
    state         TEXT    not null check (state in ('queued', 'running', 'done', 'failed')),
    run_at        INSTANT not null,
    attempts      INT     not null,
    last_error    TEXT,
    created_at    INSTANT not null,
    claimed_until INSTANT,
    finished_at   INSTANT
) STRICT;
create index job_due on job (run_at, id) where finished_at is null;

-- The first answer of each form, for its repeats.
create table form_receipt (
    form_key     TEXT    not null primary key,
    session_hash BYTES   not null,
    answer       TEXT    not null,
    made_at      INSTANT not null
) COMPACT;

create table setting (
    partnership_id BIGINT not null,
    name           TEXT   not null,
    value          TEXT   not null,
    primary key (partnership_id, name)
) COMPACT;

create table stored_search (
    id        TEXT    not null primary key,
    person_id BIGINT  not null,
    place     TEXT    not null,
    fields    TEXT    not null,
    ends_at   INSTANT not null
) COMPACT;

create table kept_form (
    id        TEXT    not null primary key,
    person_id BIGINT  not null,
    path      TEXT    not null,
    fields    TEXT    not null,
    ends_at   INSTANT not null
) COMPACT;
