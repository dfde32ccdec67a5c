//! Timetables, lessons, registers, marks (migrations/0005).

diesel::table! {
    term (id) {
        id -> BigInt,
        public_id -> Text,
        organisation_id -> BigInt,
        name -> Text,
        starts_on -> Date,
        ends_on -> Date,
        version -> Integer,
    }
}

diesel::table! {
    closure (id) {
        id -> BigInt,
        public_id -> Text,
        organisation_id -> BigInt,
        starts_on -> Date,
        ends_on -> Date,
        reason -> Text,
        version -> Integer,
    }
}

diesel::table! {
    slot (id) {
        id -> BigInt,
        public_id -> Text,
        cohort_id -> BigInt,
        group_id -> BigInt,
        weekday -> SmallInt,
        starts -> Time,
        ends -> Time,
        location -> Text,
        tutor_id -> Nullable<BigInt>,
        from_on -> Date,
        until_on -> Nullable<Date>,
        version -> Integer,
    }
}

diesel::table! {
    lesson (id) {
        id -> BigInt,
        public_id -> Text,
        number -> BigInt,
        partnership_id -> BigInt,
        provider_id -> BigInt,
        cohort_id -> BigInt,
        group_id -> BigInt,
        slot_id -> Nullable<BigInt>,
        held_on -> Date,
        starts -> Time,
        ends -> Time,
        starts_at -> Timestamp,
        ends_at -> Timestamp,
        location -> Text,
        tutor_id -> Nullable<BigInt>,
        cover_id -> Nullable<BigInt>,
        moved_from -> Nullable<Date>,
        cancelled_at -> Nullable<Timestamp>,
        cancel_reason -> Nullable<Text>,
        first_mark_at -> Nullable<Timestamp>,
        completed_at -> Nullable<Timestamp>,
        version -> Integer,
    }
}

diesel::table! {
    entry (lesson_id, record_id) {
        lesson_id -> BigInt,
        record_id -> BigInt,
        learner_id -> BigInt,
        school_id -> BigInt,
        held_on -> Date,
        starts_at -> Timestamp,
        status -> Nullable<SmallInt>,
        late_minutes -> Nullable<SmallInt>,
        contribution -> Nullable<SmallInt>,
        dfe_code -> Nullable<Text>,
        reason -> Nullable<Text>,
        pending_school_id -> Nullable<BigInt>,
        announced_at -> Nullable<Timestamp>,
        marked_at -> Nullable<Timestamp>,
        marked_by -> Nullable<BigInt>,
        decided_at -> Nullable<Timestamp>,
        decided_by -> Nullable<BigInt>,
        unexpected -> Bool,
        left_at -> Nullable<Time>,
        left_reason -> Nullable<Text>,
        collected_by -> Nullable<Text>,
    }
}

diesel::table! {
    register_change (id) {
        id -> BigInt,
        batch -> Text,
        lesson_id -> BigInt,
        made_at -> Timestamp,
        person_id -> Nullable<BigInt>,
        organisation_id -> Nullable<BigInt>,
        changes -> Text,
    }
}

diesel::table! {
    note (id) {
        id -> BigInt,
        public_id -> Text,
        lesson_id -> BigInt,
        record_id -> BigInt,
        learner_id -> BigInt,
        body -> Text,
        author_id -> BigInt,
        author_organisation_id -> BigInt,
        created_at -> Timestamp,
        edited_at -> Nullable<Timestamp>,
        deleted_at -> Nullable<Timestamp>,
        version -> Integer,
    }
}

diesel::table! {
    note_history (id) {
        id -> BigInt,
        note_id -> BigInt,
        body -> Text,
        at -> Timestamp,
        by_id -> BigInt,
    }
}

diesel::table! {
    planned_absence (id) {
        id -> BigInt,
        public_id -> Text,
        learner_id -> BigInt,
        school_id -> BigInt,
        from_on -> Date,
        to_on -> Date,
        session -> Text,
        reason -> Text,
        dfe_code -> Text,
        made_by -> BigInt,
        made_at -> Timestamp,
        withdrawn_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    attendance_code (id) {
        id -> BigInt,
        public_id -> Text,
        code -> Text,
        name -> Text,
        category -> Text,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
        source -> Text,
        certainty -> Text,
        position -> Integer,
        version -> Integer,
    }
}
