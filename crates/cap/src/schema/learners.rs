//! Learners, courses, cohorts, training records (migrations/0004).

diesel::table! {
    learner (id) {
        id -> BigInt,
        public_id -> Text,
        number -> BigInt,
        partnership_id -> BigInt,
        school_id -> BigInt,
        surname -> Text,
        first_name -> Text,
        middle_names -> Text,
        surname_key -> Text,
        first_key -> Text,
        born_on -> Date,
        sex -> Text,
        ethnicity -> Nullable<Text>,
        upn -> Nullable<Text>,
        uln -> Nullable<Text>,
        uci -> Nullable<Text>,
        ks4_year -> SmallInt,
        created_at -> Timestamp,
        modified_at -> Timestamp,
        version -> Integer,
    }
}

diesel::table! {
    duty_of_care (learner_id) {
        learner_id -> BigInt,
        free_school_meals -> Bool,
        pupil_premium -> Bool,
        medical_flag -> Bool,
        medical_notes -> Text,
        allergies -> Text,
        risks -> Text,
        risk_assessed_on -> Nullable<Date>,
        gifted_talented -> Bool,
        sen_provision -> Text,
        sen_need -> Nullable<Text>,
        sen_notes -> Text,
        previous_attendance -> Text,
        in_care -> Bool,
    }
}

diesel::table! {
    emergency_contact (id) {
        id -> BigInt,
        learner_id -> BigInt,
        position -> SmallInt,
        name -> Text,
        relationship -> Text,
        daytime -> Text,
        evening -> Text,
        mobile -> Text,
    }
}

diesel::table! {
    course (id) {
        id -> BigInt,
        public_id -> Text,
        partnership_id -> BigInt,
        provider_id -> BigInt,
        title -> Text,
        title_key -> Text,
        qualification -> Text,
        version -> Integer,
        qualification_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    cohort (id) {
        id -> BigInt,
        public_id -> Text,
        partnership_id -> BigInt,
        provider_id -> BigInt,
        course_id -> BigInt,
        title -> Text,
        title_key -> Text,
        age_group -> Text,
        starts_on -> Date,
        ends_on -> Date,
        version -> Integer,
    }
}

diesel::table! {
    tutor_group (id) {
        id -> BigInt,
        public_id -> Text,
        cohort_id -> BigInt,
        name -> Text,
    }
}

diesel::table! {
    training_record (id) {
        id -> BigInt,
        public_id -> Text,
        number -> BigInt,
        partnership_id -> BigInt,
        learner_id -> BigInt,
        cohort_id -> BigInt,
        group_id -> BigInt,
        school_id -> BigInt,
        provider_id -> BigInt,
        surname_key -> Text,
        first_key -> Text,
        status -> Text,
        starts_on -> Date,
        ends_on -> Date,
        closed_on -> Nullable<Date>,
        base_code -> Text,
        created_at -> Timestamp,
        modified_at -> Timestamp,
        version -> Integer,
    }
}

diesel::table! {
    tally (record_id) {
        record_id -> BigInt,
        present -> Integer,
        late -> Integer,
        authorised -> Integer,
        unexplained -> Integer,
        unauthorised -> Integer,
        dismissed_behaviour -> Integer,
        dismissed_other -> Integer,
        not_required -> Integer,
        contribution_m2 -> Integer,
        contribution_m1 -> Integer,
        contribution_0 -> Integer,
        contribution_p1 -> Integer,
        contribution_p2 -> Integer,
    }
}
