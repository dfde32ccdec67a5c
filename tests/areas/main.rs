//! Tests of the areas, through the real router, on either engine.

#[path = "../world/mod.rs"]
mod world;

mod absences;
mod accounts_admin;
mod announcing;
mod assessments;
mod attendance_codes;
mod corrections;
mod course_reports;
mod demo;
mod file_retention;
mod home;
mod import_marks;
mod import_qualifications;
mod imports;
mod learners;
mod lesson_changes;
mod lifecycle;
mod lists;
mod mail_merge;
mod placing;
mod planned_absences;
mod progress_reports;
mod progress_sums;
mod qualifications;
mod record_notes;
mod record_page;
mod registers;
mod safeguarding_files;
mod saved_views;
mod scanning;
mod service_admin;
mod signing_in;
mod storing;
mod summaries;
mod taking;
mod targets;
mod timetable;
mod training_record_files;
mod training_records;
mod transfers;
