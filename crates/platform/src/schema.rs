//! The platform's own tables (migrations/0001_platform.sql).

diesel::table! {
    audit (id) {
        id -> BigInt,
        at -> Timestamp,
        partnership_id -> Nullable<BigInt>,
        organisation_id -> Nullable<BigInt>,
        person_id -> Nullable<BigInt>,
        actor -> Text,
        deed -> Text,
        subject_kind -> Nullable<Text>,
        subject_id -> Nullable<BigInt>,
        learners -> Text,
        detail -> Text,
    }
}

diesel::table! { audit_learner (learner_id, audit_id) { learner_id -> BigInt, audit_id -> BigInt } }

diesel::table! { audit_seal (seq) { seq -> BigInt, audit_id -> BigInt, hash -> Binary } }

diesel::table! {
    job (id) {
        id -> BigInt,
        public_id -> Text,
        kind -> Text,
        payload -> Text,
        state -> Text,
        run_at -> Timestamp,
        attempts -> Integer,
        last_error -> Nullable<Text>,
        created_at -> Timestamp,
        claimed_until -> Nullable<Timestamp>,
        finished_at -> Nullable<Timestamp>,
    }
}

diesel::table! { form_receipt (form_key) { form_key -> Text, session_hash -> Binary, answer -> Text, made_at -> Timestamp } }

diesel::table! { setting (partnership_id, name) { partnership_id -> BigInt, name -> Text, value -> Text } }

diesel::table! {
    stored_search (id) { id -> Text, person_id -> BigInt, place -> Text, fields -> Text, ends_at -> Timestamp }
}

diesel::table! { kept_form (id) { id -> Text, person_id -> BigInt, path -> Text, fields -> Text, ends_at -> Timestamp } }

diesel::table! { schema_version (version) { version -> Integer, name -> Text, run_at -> Timestamp } }

diesel::joinable!(audit_seal -> audit (audit_id));
diesel::joinable!(audit_learner -> audit (audit_id));
diesel::allow_tables_to_appear_in_same_query!(audit, audit_learner, audit_seal);
