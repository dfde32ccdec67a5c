-- Datalocker: files, drafts of what is to be sent, transfers, and who took them.

-- A file as the vault keeps it: encrypted, under a name that is not the sender's.
create table stored_file (
    id              BIGINT  not null primary key,
    public_id       TEXT    not null unique,
    -- The vault's name of it, and the file's own key wrapped by the master key.
    blob            TEXT    not null unique,
    wrapped_key     BYTES   not null,
    name            TEXT    not null,
    name_key        NAMEKEY not null,
    length          BIGINT  not null check (length >= 0),
    sha256          BYTES   not null,
    organisation_id BIGINT  not null references organisation (id),
    uploaded_by     BIGINT  not null references person (id),
    uploaded_at     INSTANT not null
) STRICT;

-- A row of *Upload to Organisation* that has not been sent yet: its owner's alone.
create table transfer_draft (
    id              BIGINT  not null primary key,
    public_id       TEXT    not null unique,
    person_id       BIGINT  not null references person (id),
    organisation_id BIGINT  not null references organisation (id),
    role            TEXT    not null,
    file_id         BIGINT  not null unique references stored_file (id),
    -- As chosen so far; empty for not chosen.
    to_organisation TEXT    not null default '',
    recipient       TEXT    not null default '',
    category        TEXT    not null default '',
    description     TEXT    not null default ''
) STRICT;
create index transfer_draft_owner on transfer_draft (person_id, organisation_id, role);

-- One file sent to one recipient. The four ways of Datalocker are the only rows that can be:
-- both ends carry their kinds, which their organisations vouch for, and the check reads them.
create table transfer (
    id           BIGINT  not null primary key,
    public_id    TEXT    not null unique,
    file_id      BIGINT  not null references stored_file (id),
    from_id      BIGINT  not null,
    from_kind    TEXT    not null,
    -- The role in which it was sent: a DSL's file is not a CAP Coordinator's to see.
    from_role    TEXT    not null,
    to_id        BIGINT  not null,
    to_kind      TEXT    not null,
    recipient    TEXT    not null,
    category     TEXT    not null,
    description  TEXT    not null,
    -- The file's name, the sender's and the description, folded: what a search looks through.
    found_by     NAMEKEY not null,
    sent_by      BIGINT  not null references person (id),
    sent_at      INSTANT not null,
    recalled_at  INSTANT,
    taken_at     INSTANT,
    foreign key (from_id, from_kind) references organisation (id, kind),
    foreign key (to_id, to_kind) references organisation (id, kind),
    check (
        (from_kind = 'service' and to_kind in ('school', 'provider') and recipient in ('coordinator', 'dsl'))
        or (from_kind in ('school', 'provider') and to_kind = 'service' and recipient = 'cap')
    ),
    check (recalled_at is null or taken_at is null)
) STRICT;
create index transfer_inbox on transfer (to_id, recipient, sent_at);
create index transfer_sent on transfer (from_id, sent_at);
create index transfer_file on transfer (file_id);

-- Who took a file and when, each time.
create table transfer_taking (
    id          BIGINT  not null primary key,
    transfer_id BIGINT  not null references transfer (id),
    person_id   BIGINT  not null references person (id),
    taken_at    INSTANT not null
) STRICT;
create index transfer_taking_of on transfer_taking (transfer_id, taken_at);
