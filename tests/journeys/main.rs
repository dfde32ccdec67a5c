//! The old guide's ways in a real browser, one scenario a file, with JavaScript on and off.

mod browser;
mod harness;
mod served;
#[path = "../world/mod.rs"]
mod world;

mod d1_sign_in;
mod d2_d3_files;
mod every_page;
mod keyboard_only;
mod marking_with_scripts;
mod p1_s1_check_a_record;
mod p2_take_the_register;
mod p3_note;
mod p4_contribution;
mod p5_s5_progress;
mod p6_p7_assessment_and_target;
mod s2_daily_attendance;
mod s3_decide_an_absence;
mod s4_reports;
mod sizes;
