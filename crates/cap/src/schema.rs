//! The product's tables, as Diesel sees them (migrations/0002 and on). A sweep compares both.

diesel::table! {
    partnership (id) {
        id -> BigInt,
        public_id -> Text,
        name -> Text,
    }
}

diesel::table! {
    organisation (id) {
        id -> BigInt,
        public_id -> Text,
        partnership_id -> BigInt,
        kind -> Text,
        name -> Text,
        name_key -> Text,
        urn -> Nullable<Text>,
        ukprn -> Nullable<Text>,
        la_estab -> Nullable<Text>,
        address -> Text,
        postcode -> Nullable<Text>,
        telephone -> Nullable<Text>,
        email -> Nullable<Text>,
        contributions -> Bool,
        contribution_start -> Bool,
        ended_on -> Nullable<Date>,
        version -> Integer,
    }
}

diesel::table! {
    person (id) {
        id -> BigInt,
        public_id -> Text,
        username -> Text,
        email -> Text,
        name -> Text,
        name_key -> Text,
        password_hash -> Nullable<Text>,
        created_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        version -> Integer,
    }
}

diesel::table! {
    membership (id) {
        id -> BigInt,
        public_id -> Text,
        person_id -> BigInt,
        organisation_id -> BigInt,
        partnership_id -> BigInt,
        role -> Text,
        started_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    session (id) {
        id -> BigInt,
        public_id -> Text,
        token_hash -> Binary,
        person_id -> BigInt,
        membership_id -> Nullable<BigInt>,
        created_at -> Timestamp,
        used_at -> Timestamp,
        ends_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        agent -> Text,
        address -> Text,
    }
}

diesel::table! {
    one_time_link (token_hash) {
        token_hash -> Binary,
        person_id -> BigInt,
        purpose -> Text,
        made_at -> Timestamp,
        ends_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    sign_in_failure (id) {
        id -> BigInt,
        key -> Binary,
        at -> Timestamp,
    }
}

diesel::table! {
    terms (version) {
        version -> Integer,
        body -> Text,
        published_at -> Timestamp,
    }
}

diesel::table! {
    terms_acceptance (person_id, version) {
        person_id -> BigInt,
        version -> Integer,
        accepted_at -> Timestamp,
    }
}

diesel::table! {
    counter (name) {
        name -> Text,
        next -> BigInt,
    }
}

diesel::table! {
    announcement (id) {
        id -> BigInt,
        public_id -> Text,
        partnership_id -> BigInt,
        audience -> Text,
        heading -> Text,
        body -> Text,
        author_id -> BigInt,
        published_at -> Timestamp,
        modified_at -> Timestamp,
        withdrawn_at -> Nullable<Timestamp>,
        version -> Integer,
    }
}

diesel::table! {
    notification (id) {
        id -> BigInt,
        public_id -> Text,
        person_id -> BigInt,
        organisation_id -> BigInt,
        kind -> Text,
        body -> Text,
        link -> Text,
        created_at -> Timestamp,
        read_at -> Nullable<Timestamp>,
    }
}

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

diesel::table! {
    stored_file (id) {
        id -> BigInt,
        public_id -> Text,
        blob -> Text,
        wrapped_key -> Binary,
        name -> Text,
        name_key -> Text,
        length -> BigInt,
        sha256 -> Binary,
        organisation_id -> BigInt,
        uploaded_by -> BigInt,
        uploaded_at -> Timestamp,
        scan -> Text,
        scan_found -> Nullable<Text>,
        scanned_at -> Nullable<Timestamp>,
        shredded_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    transfer_draft (id) {
        id -> BigInt,
        public_id -> Text,
        person_id -> BigInt,
        organisation_id -> BigInt,
        role -> Text,
        file_id -> BigInt,
        to_organisation -> Text,
        recipient -> Text,
        category -> Text,
        description -> Text,
        learner -> Text,
    }
}

diesel::table! {
    transfer (id) {
        id -> BigInt,
        public_id -> Text,
        file_id -> BigInt,
        from_id -> BigInt,
        from_kind -> Text,
        from_role -> Text,
        to_id -> BigInt,
        to_kind -> Text,
        recipient -> Text,
        category -> Text,
        description -> Text,
        found_by -> Text,
        sent_by -> BigInt,
        sent_at -> Timestamp,
        recalled_at -> Nullable<Timestamp>,
        taken_at -> Nullable<Timestamp>,
        released_at -> Nullable<Timestamp>,
        learner_id -> Nullable<BigInt>,
        accepted_at -> Nullable<Timestamp>,
        accepted_by -> Nullable<BigInt>,
        chased_at -> Nullable<Timestamp>,
        answered -> Bool,
        expires_on -> Nullable<Date>,
        expired_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    file_category (partnership_id, word) {
        partnership_id -> BigInt,
        word -> Text,
        position -> Integer,
        label -> Text,
        days -> Integer,
        answered -> Bool,
        offered -> Bool,
    }
}

diesel::table! {
    transfer_action (id) {
        id -> BigInt,
        transfer_id -> BigInt,
        person_id -> BigInt,
        at -> Timestamp,
        body -> Text,
    }
}

diesel::table! {
    transfer_taking (id) {
        id -> BigInt,
        transfer_id -> BigInt,
        person_id -> BigInt,
        taken_at -> Timestamp,
    }
}

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

diesel::joinable!(organisation -> partnership (partnership_id));
diesel::joinable!(membership -> person (person_id));
diesel::joinable!(membership -> organisation (organisation_id));
diesel::joinable!(membership -> partnership (partnership_id));
diesel::joinable!(session -> person (person_id));
diesel::joinable!(session -> membership (membership_id));
diesel::joinable!(one_time_link -> person (person_id));
diesel::joinable!(terms_acceptance -> person (person_id));
diesel::joinable!(announcement -> partnership (partnership_id));
diesel::joinable!(announcement -> person (author_id));
diesel::joinable!(notification -> person (person_id));
diesel::joinable!(notification -> organisation (organisation_id));
diesel::joinable!(learner -> partnership (partnership_id));
diesel::joinable!(learner -> organisation (school_id));
diesel::joinable!(duty_of_care -> learner (learner_id));
diesel::joinable!(emergency_contact -> learner (learner_id));
diesel::joinable!(course -> partnership (partnership_id));
diesel::joinable!(course -> organisation (provider_id));
diesel::joinable!(cohort -> partnership (partnership_id));
diesel::joinable!(cohort -> organisation (provider_id));
diesel::joinable!(cohort -> course (course_id));
diesel::joinable!(tutor_group -> cohort (cohort_id));
diesel::joinable!(training_record -> partnership (partnership_id));
diesel::joinable!(training_record -> learner (learner_id));
diesel::joinable!(training_record -> cohort (cohort_id));
diesel::joinable!(training_record -> tutor_group (group_id));
diesel::joinable!(tally -> training_record (record_id));
diesel::joinable!(term -> organisation (organisation_id));
diesel::joinable!(closure -> organisation (organisation_id));
diesel::joinable!(slot -> cohort (cohort_id));
diesel::joinable!(slot -> tutor_group (group_id));
diesel::joinable!(slot -> person (tutor_id));
diesel::joinable!(lesson -> partnership (partnership_id));
diesel::joinable!(lesson -> organisation (provider_id));
diesel::joinable!(lesson -> cohort (cohort_id));
diesel::joinable!(lesson -> tutor_group (group_id));
diesel::joinable!(lesson -> slot (slot_id));
diesel::joinable!(entry -> lesson (lesson_id));
diesel::joinable!(entry -> training_record (record_id));
diesel::joinable!(entry -> learner (learner_id));
diesel::joinable!(register_change -> lesson (lesson_id));
diesel::joinable!(register_change -> person (person_id));
diesel::joinable!(register_change -> organisation (organisation_id));
diesel::joinable!(note -> lesson (lesson_id));
diesel::joinable!(note -> training_record (record_id));
diesel::joinable!(note -> learner (learner_id));
diesel::joinable!(note -> person (author_id));
diesel::joinable!(note -> organisation (author_organisation_id));
diesel::joinable!(note_history -> note (note_id));
diesel::joinable!(note_history -> person (by_id));
diesel::joinable!(planned_absence -> learner (learner_id));
diesel::joinable!(planned_absence -> organisation (school_id));
diesel::joinable!(planned_absence -> person (made_by));
diesel::joinable!(stored_file -> organisation (organisation_id));
diesel::joinable!(stored_file -> person (uploaded_by));
diesel::joinable!(transfer_draft -> stored_file (file_id));
diesel::joinable!(transfer -> stored_file (file_id));
diesel::joinable!(transfer -> person (sent_by));
diesel::joinable!(transfer_action -> transfer (transfer_id));
diesel::joinable!(transfer_action -> person (person_id));
diesel::joinable!(transfer_taking -> transfer (transfer_id));
diesel::joinable!(transfer_taking -> person (person_id));
diesel::joinable!(qualification -> partnership (partnership_id));
diesel::joinable!(course -> qualification (qualification_id));
diesel::joinable!(component -> qualification (qualification_id));
diesel::joinable!(progress_report -> training_record (record_id));
diesel::joinable!(progress_report -> person (author_id));
diesel::joinable!(progress_report -> organisation (organisation_id));
diesel::joinable!(report_unit -> progress_report (report_id));
diesel::joinable!(report_unit -> component (component_id));
diesel::joinable!(unit_progress -> training_record (record_id));
diesel::joinable!(unit_progress -> component (component_id));
diesel::joinable!(progress_sum -> training_record (record_id));
diesel::joinable!(assessment -> training_record (record_id));
diesel::joinable!(assessment -> person (made_by));
diesel::joinable!(assessment_row -> assessment (assessment_id));
diesel::joinable!(target -> training_record (record_id));
diesel::joinable!(target -> person (made_by));
diesel::joinable!(record_note -> training_record (record_id));
diesel::joinable!(record_note -> learner (learner_id));
diesel::joinable!(record_note -> person (author_id));
diesel::joinable!(record_note -> organisation (author_organisation_id));
diesel::joinable!(record_note_history -> record_note (note_id));
diesel::joinable!(record_note_history -> person (by_id));
diesel::joinable!(record_pause -> training_record (record_id));
diesel::joinable!(correction -> partnership (partnership_id));
diesel::joinable!(correction -> training_record (record_id));
diesel::joinable!(correction -> learner (learner_id));
diesel::joinable!(correction -> person (asked_by));
diesel::joinable!(correction -> organisation (asked_organisation_id));
diesel::joinable!(saved_view -> person (person_id));
diesel::joinable!(saved_view -> organisation (organisation_id));

diesel::allow_columns_to_appear_in_same_group_by_clause!(
    lesson::cohort_id,
    entry::status,
    entry::contribution
);

diesel::allow_tables_to_appear_in_same_query!(
    partnership,
    organisation,
    person,
    membership,
    session,
    one_time_link,
    sign_in_failure,
    terms,
    terms_acceptance,
    counter,
    announcement,
    notification,
    learner,
    duty_of_care,
    emergency_contact,
    course,
    cohort,
    tutor_group,
    training_record,
    tally,
    term,
    closure,
    slot,
    lesson,
    entry,
    register_change,
    note,
    note_history,
    planned_absence,
    attendance_code,
    stored_file,
    transfer_draft,
    transfer,
    transfer_taking,
    transfer_action,
    file_category,
    qualification,
    component,
    progress_report,
    report_unit,
    unit_progress,
    progress_sum,
    assessment,
    assessment_row,
    target,
    record_note,
    record_note_history,
    record_pause,
    correction,
    saved_view,
);
