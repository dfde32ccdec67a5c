//! Qualifications, progress reports, assessments, targets (migrations/0007).

diesel::table! {
    qualification (id) {
        id -> BigInt,
        public_id -> Text,
        partnership_id -> BigInt,
        number -> Text,
        awarding_body -> Text,
        body_key -> Text,
        title -> Text,
        title_key -> Text,
        level -> Text,
        kind -> Text,
        grades -> Text,
        units -> Integer,
        version -> Integer,
    }
}

diesel::table! {
    component (id) {
        id -> BigInt,
        public_id -> Text,
        qualification_id -> BigInt,
        parent_id -> Nullable<BigInt>,
        position -> Integer,
        kind -> Text,
        reference -> Text,
        title -> Text,
        credits -> Nullable<SmallInt>,
        mandatory -> Bool,
        ended_at -> Nullable<Timestamp>,
        version -> Integer,
    }
}

diesel::table! {
    progress_report (id) {
        id -> BigInt,
        public_id -> Text,
        record_id -> BigInt,
        author_id -> BigInt,
        organisation_id -> BigInt,
        aptitude -> Nullable<Text>,
        effort -> Nullable<SmallInt>,
        comment -> Text,
        target_grade -> Text,
        predicted_grade -> Text,
        created_at -> Timestamp,
        modified_at -> Timestamp,
        published_at -> Nullable<Timestamp>,
        published_on -> Nullable<Date>,
        version -> Integer,
    }
}

diesel::table! {
    report_unit (report_id, component_id) {
        report_id -> BigInt,
        component_id -> BigInt,
        left_out -> Bool,
        status -> SmallInt,
        predicted_grade -> Text,
        comment -> Text,
    }
}

diesel::table! {
    unit_progress (record_id, component_id) {
        record_id -> BigInt,
        component_id -> BigInt,
        left_out -> Bool,
        status -> SmallInt,
        predicted_grade -> Text,
        comment -> Text,
        changed_at -> Timestamp,
    }
}

diesel::table! {
    progress_sum (record_id) {
        record_id -> BigInt,
        units -> Integer,
        not_started -> Integer,
        behind -> Integer,
        on_track -> Integer,
        in_assessment -> Integer,
        completed -> Integer,
        appraised_on -> Nullable<Date>,
        aptitude -> Nullable<Text>,
        effort -> Nullable<SmallInt>,
        target_grade -> Text,
        predicted_grade -> Text,
        achieved_grade -> Text,
    }
}

diesel::table! {
    assessment (id) {
        id -> BigInt,
        public_id -> Text,
        record_id -> BigInt,
        description -> Text,
        details -> Text,
        made_by -> BigInt,
        made_at -> Timestamp,
        modified_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        version -> Integer,
    }
}

diesel::table! {
    assessment_row (id) {
        id -> BigInt,
        public_id -> Text,
        assessment_id -> BigInt,
        taken_on -> Date,
        level -> Text,
        comments -> Text,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    target (id) {
        id -> BigInt,
        public_id -> Text,
        record_id -> BigInt,
        description -> Text,
        set_on -> Date,
        target_on -> Date,
        reviewed_on -> Nullable<Date>,
        achieved -> Bool,
        made_by -> BigInt,
        made_at -> Timestamp,
        modified_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        version -> Integer,
    }
}
