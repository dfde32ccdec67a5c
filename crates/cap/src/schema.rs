//! The product's tables, as Diesel sees them (migrations/0002 and on). A sweep compares both.

mod accounts;
mod attendance;
mod learners;
mod progress;
mod records;
mod transfers;

pub use self::{accounts::*, attendance::*, learners::*, progress::*, records::*, transfers::*};

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
diesel::joinable!(report_template -> stored_file (file_id));
diesel::joinable!(report_run_record -> report_run (run_id));

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
    report_template,
    report_run,
    report_run_record,
);
