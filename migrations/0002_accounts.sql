-- People, organisations, partnerships, memberships, sign-in.

create table partnership (
    id        BIGINT not null primary key,
    public_id TEXT   not null unique,
    name      TEXT   not null
) STRICT;

create table organisation (
    id                 BIGINT  not null primary key,
    public_id          TEXT    not null unique check (length(public_id) = 26),
    partnership_id     BIGINT  not null references partnership (id),
    kind               TEXT    not null check (kind in ('service', 'school', 'provider')),
    name               TEXT    not null,
    name_key           NAMEKEY not null,
    urn                TEXT,
    ukprn              TEXT,
    la_estab           TEXT,
    address            TEXT    not null,
    postcode           TEXT,
    telephone          TEXT,
    email              TEXT,
    -- A provider may do without contributions, or without a level to start from.
    contributions      BOOL    not null default true,
    contribution_start BOOL    not null default true,
    ended_on           DATE,
    version            INT     not null default 0,
    unique (id, kind)
) STRICT;
create index organisation_list on organisation (partnership_id, kind, name_key);

create table person (
    id            BIGINT  not null primary key,
    public_id     TEXT    not null unique,
    username      NAMEKEY not null unique,
    email         NAMEKEY not null unique,
    name          TEXT    not null,
    name_key      NAMEKEY not null,
    password_hash TEXT,
    created_at    INSTANT not null,
    ended_at      INSTANT,
    version       INT     not null default 0
) STRICT;

create table membership (
    id              BIGINT  not null primary key,
    public_id       TEXT    not null unique,
    person_id       BIGINT  not null references person (id),
    organisation_id BIGINT  not null references organisation (id),
    partnership_id  BIGINT  not null references partnership (id),
    role            TEXT    not null,
    started_at      INSTANT not null,
    ended_at        INSTANT
) STRICT;
create index membership_person on membership (person_id);
create index membership_organisation on membership (organisation_id, role);

create table session (
    id            BIGINT  not null primary key,
    public_id     TEXT    not null unique,
    token_hash    BYTES   not null unique,
    person_id     BIGINT  not null references person (id),
    membership_id BIGINT  references membership (id),
    created_at    INSTANT not null,
    used_at       INSTANT not null,
    ends_at       INSTANT not null,
    ended_at      INSTANT,
    agent         TEXT    not null,
    address       TEXT    not null
) STRICT;
create index session_person on session (person_id);

-- A link that was mailed: an invitation or a forgotten password. Only its hash is kept.
create table one_time_link (
    token_hash BYTES   not null primary key,
    person_id  BIGINT  not null references person (id),
    purpose    TEXT    not null check (purpose in ('invitation', 'reset')),
    made_at    INSTANT not null,
    ends_at    INSTANT not null,
    used_at    INSTANT
) COMPACT;

-- Wrong passwords, by account and by address, both as hashes.
create table sign_in_failure (
    id   BIGINT  not null primary key,
    key  BYTES   not null,
    at   INSTANT not null
) STRICT;
create index sign_in_failure_key on sign_in_failure (key, at);

create table terms (
    version      INT     not null primary key,
    body         TEXT    not null,
    published_at INSTANT not null
) STRICT;

create table terms_acceptance (
    person_id   BIGINT  not null references person (id),
    version     INT     not null references terms (version),
    accepted_at INSTANT not null,
    primary key (person_id, version)
) COMPACT;

-- Short numbers that people read out and type: the next one of each kind.
create table counter (
    name TEXT   not null primary key,
    next BIGINT not null
) COMPACT;
