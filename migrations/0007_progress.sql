-- Qualifications with their units, progress reports, assessments, targets.

create table qualification (
    id             BIGINT  not null primary key,
    public_id      TEXT    not null unique,
    partnership_id BIGINT  not null references partnership (id),
    -- As it is written: 100/5073/5.
    number         TEXT    not null,
    awarding_body  TEXT    not null,
    body_key       NAMEKEY not null,
    title          TEXT    not null,
    title_key      NAMEKEY not null,
    level          TEXT    not null,
    kind           TEXT    not null,
    -- The grades that it can be passed with, the best first, separated by commas.
    grades         TEXT    not null,
    -- How many units its tree has; changed with the tree.
    units          INT     not null default 0,
    version        INT     not null default 0,
    unique (partnership_id, number)
) STRICT;
create index qualification_title on qualification (partnership_id, title_key);

-- A group or a unit of a qualification. Only groups have components of their own.
create table component (
    id               BIGINT   not null primary key,
    public_id        TEXT     not null unique,
    qualification_id BIGINT   not null references qualification (id),
    parent_id        BIGINT   references component (id),
    position         INT      not null,
    kind             TEXT     not null check (kind in ('group', 'unit')),
    reference        TEXT     not null,
    title            TEXT     not null,
    credits          SMALLINT check (credits >= 0),
    mandatory        BOOL     not null,
    -- Withdrawn from the tree; what was reported of it stays.
    ended_at         INSTANT,
    version          INT      not null default 0
) STRICT;
create index component_qualification on component (qualification_id, parent_id, position);

-- Which qualification a course leads to. Its old words stay in course.qualification where none is chosen.
alter table course add column qualification_id BIGINT references qualification (id);
create index course_qualification on course (qualification_id);

-- A progress report: a draft until it is published, then never changed.
create table progress_report (
    id              BIGINT   not null primary key,
    public_id       TEXT     not null unique,
    record_id       BIGINT   not null references training_record (id),
    author_id       BIGINT   not null references person (id),
    organisation_id BIGINT   not null references organisation (id),
    aptitude        TEXT     check (aptitude in ('A', 'B', 'C', 'D', 'E')),
    effort          SMALLINT check (effort between 1 and 5),
    comment         TEXT     not null,
    target_grade    TEXT     not null,
    predicted_grade TEXT     not null,
    created_at      INSTANT  not null,
    modified_at     INSTANT  not null,
    published_at    INSTANT,
    published_on    DATE,
    version         INT      not null default 0
) STRICT;
create index progress_report_record on progress_report (record_id, published_at);
create unique index progress_report_draft on progress_report (record_id) where published_at is null;

-- What a report says of a unit. Status: 1 not started, 2 behind schedule, 3 on schedule,
-- 4 under assessment or verification, 5 completed.
create table report_unit (
    report_id       BIGINT   not null references progress_report (id),
    component_id    BIGINT   not null references component (id),
    left_out        BOOL     not null,
    status          SMALLINT not null check (status between 1 and 5),
    predicted_grade TEXT     not null,
    comment         TEXT     not null,
    primary key (report_id, component_id)
) STRICT;
create index report_unit_component on report_unit (component_id);

-- Where a learner stands in each unit, as the latest published report says. A unit without a row is not started.
create table unit_progress (
    record_id       BIGINT   not null references training_record (id),
    component_id    BIGINT   not null references component (id),
    left_out        BOOL     not null,
    status          SMALLINT not null check (status between 1 and 5),
    predicted_grade TEXT     not null,
    comment         TEXT     not null,
    changed_at      INSTANT  not null,
    primary key (record_id, component_id)
) STRICT;
create index unit_progress_component on unit_progress (component_id);

-- The sums of each training record's units and its latest appraisal, changed by the transaction that changes them.
create table progress_sum (
    record_id       BIGINT   not null primary key references training_record (id),
    units           INT      not null default 0,
    not_started     INT      not null default 0,
    behind          INT      not null default 0,
    on_track        INT      not null default 0,
    in_assessment   INT      not null default 0,
    completed       INT      not null default 0,
    appraised_on    DATE,
    aptitude        TEXT,
    effort          SMALLINT,
    target_grade    TEXT     not null default '',
    predicted_grade TEXT     not null default '',
    achieved_grade  TEXT     not null default ''
) STRICT;
insert into progress_sum (record_id) select id from training_record;

create table assessment (
    id          BIGINT  not null primary key,
    public_id   TEXT    not null unique,
    record_id   BIGINT  not null references training_record (id),
    description TEXT    not null,
    details     TEXT    not null,
    made_by     BIGINT  not null references person (id),
    made_at     INSTANT not null,
    modified_at INSTANT not null,
    ended_at    INSTANT,
    version     INT     not null default 0
) STRICT;
create index assessment_record on assessment (record_id);

-- One dated outcome of an assessment.
create table assessment_row (
    id            BIGINT  not null primary key,
    public_id     TEXT    not null unique,
    assessment_id BIGINT  not null references assessment (id),
    taken_on      DATE    not null,
    level         TEXT    not null,
    comments      TEXT    not null,
    ended_at      INSTANT
) STRICT;
create index assessment_row_assessment on assessment_row (assessment_id, taken_on);

-- A target outside the qualification.
create table target (
    id          BIGINT  not null primary key,
    public_id   TEXT    not null unique,
    record_id   BIGINT  not null references training_record (id),
    description TEXT    not null,
    set_on      DATE    not null,
    target_on   DATE    not null,
    reviewed_on DATE,
    achieved    BOOL    not null,
    made_by     BIGINT  not null references person (id),
    made_at     INSTANT not null,
    modified_at INSTANT not null,
    ended_at    INSTANT,
    version     INT     not null default 0
) STRICT;
create index target_record on target (record_id, target_on);
