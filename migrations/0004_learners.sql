-- Learners, courses, course cohorts, training records: who is where, and who may know.

create table learner (
    id             BIGINT  not null primary key,
    public_id      TEXT    not null unique,
    number         BIGINT  not null unique,
    partnership_id BIGINT  not null references partnership (id),
    school_id      BIGINT  not null references organisation (id),
    surname        TEXT    not null,
    first_name     TEXT    not null,
    middle_names   TEXT    not null,
    surname_key    NAMEKEY not null,
    first_key      NAMEKEY not null,
    born_on        DATE    not null,
    sex            TEXT    not null check (sex in ('M', 'F', 'U')),
    ethnicity      TEXT,
    upn            TEXT,
    uln            TEXT,
    uci            TEXT,
    ks4_year       SMALLINT not null,
    created_at     INSTANT not null,
    modified_at    INSTANT not null,
    version        INT     not null default 0
) STRICT;
create index learner_name on learner (partnership_id, surname_key, first_key, id);
create index learner_school on learner (school_id, surname_key, first_key, id);
create unique index learner_upn on learner (partnership_id, upn) where upn is not null;

create table duty_of_care (
    learner_id          BIGINT  not null primary key references learner (id),
    free_school_meals   BOOL    not null,
    pupil_premium       BOOL    not null,
    medical_flag        BOOL    not null,
    medical_notes       TEXT    not null,
    allergies           TEXT    not null,
    risks               TEXT    not null,
    risk_assessed_on    DATE,
    gifted_talented     BOOL    not null,
    sen_provision       TEXT    not null,
    sen_need            TEXT,
    sen_notes           TEXT    not null,
    previous_attendance TEXT    not null,
    in_care             BOOL    not null
) STRICT;

create table emergency_contact (
    id           BIGINT   not null primary key,
    learner_id   BIGINT   not null references learner (id),
    position     SMALLINT not null,
    name         TEXT     not null,
    relationship TEXT     not null,
    daytime      TEXT     not null,
    evening      TEXT     not null,
    mobile       TEXT     not null
) STRICT;
create index emergency_contact_learner on emergency_contact (learner_id, position);

create table course (
    id             BIGINT  not null primary key,
    public_id      TEXT    not null unique,
    partnership_id BIGINT  not null references partnership (id),
    provider_id    BIGINT  not null references organisation (id),
    title          TEXT    not null,
    title_key      NAMEKEY not null,
    qualification  TEXT    not null,
    version        INT     not null default 0
) STRICT;
create index course_provider on course (provider_id, title_key);

create table cohort (
    id             BIGINT  not null primary key,
    public_id      TEXT    not null unique,
    partnership_id BIGINT  not null references partnership (id),
    provider_id    BIGINT  not null references organisation (id),
    course_id      BIGINT  not null references course (id),
    title          TEXT    not null,
    title_key      NAMEKEY not null,
    age_group      TEXT    not null,
    starts_on      DATE    not null,
    ends_on        DATE    not null,
    version        INT     not null default 0
) STRICT;
create index cohort_provider on cohort (provider_id, title_key);
create index cohort_partnership on cohort (partnership_id, title_key);

create table tutor_group (
    id        BIGINT not null primary key,
    public_id TEXT   not null unique,
    cohort_id BIGINT not null references cohort (id),
    name      TEXT   not null,
    unique (cohort_id, name)
) STRICT;

create table training_record (
    id             BIGINT  not null primary key,
    public_id      TEXT    not null unique,
    number         BIGINT  not null unique,
    partnership_id BIGINT  not null references partnership (id),
    learner_id     BIGINT  not null references learner (id),
    cohort_id      BIGINT  not null references cohort (id),
    group_id       BIGINT  not null references tutor_group (id),
    school_id      BIGINT  not null references organisation (id),
    provider_id    BIGINT  not null references organisation (id),
    surname_key    NAMEKEY not null,
    first_key      NAMEKEY not null,
    status         TEXT    not null check (status in ('active', 'completed', 'withdrawn', 'suspended')),
    starts_on      DATE    not null,
    ends_on        DATE    not null,
    closed_on      DATE,
    base_code      TEXT    not null check (base_code in ('B', 'K', 'D', 'W')),
    created_at     INSTANT not null,
    modified_at    INSTANT not null,
    version        INT     not null default 0
) STRICT;
create index training_record_school on training_record (school_id, status, surname_key, first_key, id);
create index training_record_provider on training_record (provider_id, status, surname_key, first_key, id);
create index training_record_partnership on training_record (partnership_id, status, surname_key, first_key, id);
create index training_record_learner on training_record (learner_id);
create index training_record_group on training_record (group_id, status);

-- The counts of each record's marks, changed by the transaction that changes a mark.
create table tally (
    record_id          BIGINT not null primary key references training_record (id),
    present            INT    not null default 0,
    late               INT    not null default 0,
    authorised         INT    not null default 0,
    unexplained        INT    not null default 0,
    unauthorised       INT    not null default 0,
    dismissed_behaviour INT   not null default 0,
    dismissed_other    INT    not null default 0,
    not_required       INT    not null default 0,
    contribution_m2    INT    not null default 0,
    contribution_m1    INT    not null default 0,
    contribution_0     INT    not null default 0,
    contribution_p1    INT    not null default 0,
    contribution_p2    INT    not null default 0
) STRICT;
