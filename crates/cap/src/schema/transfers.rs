//! Datalocker (migrations/0006, 0010).

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
