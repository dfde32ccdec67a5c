-- What people are told.

create table announcement (
    id             BIGINT  not null primary key,
    public_id      TEXT    not null unique,
    partnership_id BIGINT  not null references partnership (id),
    audience       TEXT    not null check (audience in ('all', 'school', 'provider')),
    heading        TEXT    not null,
    body           TEXT    not null,
    author_id      BIGINT  not null references person (id),
    published_at   INSTANT not null,
    modified_at    INSTANT not null,
    withdrawn_at   INSTANT,
    version        INT     not null default 0
) STRICT;
create index announcement_list on announcement (partnership_id, modified_at);

-- Holds no child's name: text and link only.
create table notification (
    id              BIGINT  not null primary key,
    public_id       TEXT    not null unique,
    person_id       BIGINT  not null references person (id),
    organisation_id BIGINT  not null references organisation (id),
    kind            TEXT    not null check (kind in ('training', 'lesson', 'student')),
    body            TEXT    not null,
    link            TEXT    not null,
    created_at      INSTANT not null,
    read_at         INSTANT
) STRICT;
create index notification_person on notification (person_id, organisation_id, created_at);
create index notification_unread on notification (person_id, organisation_id, kind) where read_at is null;
