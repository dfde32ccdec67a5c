-- Datalocker: files are scanned before they are released, linked to learners, accepted, and expire.

-- What the scanner of viruses said: unscanned where none was configured when the file came.
alter table stored_file add column scan TEXT not null default 'unscanned' check (scan in ('unscanned', 'waiting', 'clean', 'infected'));
alter table stored_file add column scan_found TEXT;
alter table stored_file add column scanned_at INSTANT;
create index stored_file_scan on stored_file (scan, id) where scan in ('waiting', 'infected');

-- When its recipients could first see it; a file that waits for the scanner is not released.
alter table transfer add column released_at INSTANT;
update transfer set released_at = sent_at;

-- The learner whom a file is about, where the service says so.
alter table transfer add column learner_id BIGINT references learner (id);
create index transfer_learner on transfer (learner_id) where learner_id is not null;
-- The CLM ID as it was typed.
alter table transfer_draft add column learner TEXT not null default '';

-- Files about safeguarding: who of the recipients took it upon them, and when others were told that
-- nobody had looked.
alter table transfer add column accepted_at INSTANT;
alter table transfer add column accepted_by BIGINT references person (id);
alter table transfer add column chased_at INSTANT;

-- What the recipients say that they have done about a file.
create table transfer_action (
    id          BIGINT  not null primary key,
    transfer_id BIGINT  not null references transfer (id),
    person_id   BIGINT  not null references person (id),
    at          INSTANT not null,
    body        TEXT    not null
) STRICT;
create index transfer_action_of on transfer_action (transfer_id, at);

-- What files can be about, as a service has changed the list; one that has not has the product's.
create table file_category (
    partnership_id BIGINT not null references partnership (id),
    word           TEXT   not null,
    position       INT    not null,
    label          TEXT   not null,
    -- Days after its sending at whose end a file is destroyed.
    days           INT    not null check (days between 1 and 3650),
    answered       BOOL   not null,
    offered        BOOL   not null,
    primary key (partnership_id, word)
) STRICT;

-- Whether the recipients say what they did, and until when the file is kept: as its category was
-- when it was sent.
alter table transfer add column answered BOOL not null default false;
alter table transfer add column expires_on DATE;
alter table transfer add column expired_at INSTANT;
-- When a file's key was destroyed, after which nobody can read it.
alter table stored_file add column shredded_at INSTANT;
