//! What stands on a training record beside these; reports (migrations/0008, 0009).

diesel::table! {
    record_note (id) {
        id -> BigInt,
        public_id -> Text,
        record_id -> BigInt,
        learner_id -> BigInt,
        subject -> Text,
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
    record_note_history (id) {
        id -> BigInt,
        note_id -> BigInt,
        subject -> Text,
        body -> Text,
        at -> Timestamp,
        by_id -> BigInt,
    }
}

diesel::table! {
    record_pause (id) {
        id -> BigInt,
        record_id -> BigInt,
        from_on -> Date,
        until_on -> Date,
    }
}

diesel::table! {
    correction (id) {
        id -> BigInt,
        public_id -> Text,
        partnership_id -> BigInt,
        record_id -> BigInt,
        learner_id -> BigInt,
        field -> Text,
        stood -> Text,
        wanted -> Text,
        reason -> Text,
        asked_by -> BigInt,
        asked_organisation_id -> BigInt,
        asked_role -> Text,
        asked_at -> Timestamp,
        decided_by -> Nullable<BigInt>,
        decided_at -> Nullable<Timestamp>,
        accepted -> Nullable<Bool>,
        answer -> Text,
    }
}

diesel::table! {
    saved_view (id) {
        id -> BigInt,
        public_id -> Text,
        person_id -> BigInt,
        organisation_id -> BigInt,
        role -> Text,
        place -> Text,
        name -> Text,
        fields -> Text,
        made_at -> Timestamp,
    }
}

diesel::table! {
    report_template (id) {
        id -> BigInt,
        public_id -> Text,
        person_id -> BigInt,
        organisation_id -> BigInt,
        file_id -> BigInt,
        fields -> Text,
        unsupported -> Text,
        made_at -> Timestamp,
    }
}

diesel::table! {
    report_run (id) {
        id -> BigInt,
        public_id -> Text,
        person_id -> BigInt,
        organisation_id -> BigInt,
        role -> Text,
        output -> Text,
        state -> Text,
        problem -> Text,
        done -> Integer,
        total -> Integer,
        template_name -> Text,
        template_file_id -> Nullable<BigInt>,
        input_file_id -> Nullable<BigInt>,
        result_file_id -> Nullable<BigInt>,
        asked_at -> Timestamp,
        ends_at -> Timestamp,
    }
}

diesel::table! {
    report_run_record (run_id, record_id) {
        run_id -> BigInt,
        record_id -> BigInt,
    }
}
