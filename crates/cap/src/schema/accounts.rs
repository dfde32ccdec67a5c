//! Organisations, people, sign-in, and what they are told (migrations/0002, 0003).

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
