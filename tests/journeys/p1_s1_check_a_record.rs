//! S1 and P1: a learner's training record is found by the filters and read from its top to its
//! notes, and CAP is told what is wrong.

use crate::{
    browser::{Browser, JavaScript, Screen},
    served::{ANA, CARA, Served},
};

/// What a record says, from the top: each stands after the one before it.
const SECTIONS: [&str; 13] = [
    "Learner",
    "Training",
    "Attendance",
    "Contribution",
    "Course unit completion",
    "Most recent tutor appraisal",
    "Attendance in depth",
    "Progress in depth",
    "Full learner details",
    "Duty of care",
    "Emergency contacts",
    "Home school and course provider",
    "Miscellaneous notes",
];

/// Learning → Training Records, with the filters open.
async fn open_filters(person: &Browser) {
    person.visit("/clm").await;
    person.click("Training Records").await;
    person.see("Export to Excel").await;
    person.see(ANA).await;
    person.click("Filter").await;
}

/// The headings of the page, in their order.
async fn headings(person: &Browser) -> Vec<String> {
    let asked = "return [...document.querySelectorAll('main h2')].map(one => one.textContent.trim());";
    let found = person.driver().execute(asked, vec![]).await.expect("the browser answers");
    found.convert().expect("a list of words")
}

async fn check_a_record(javascript: JavaScript) {
    let served = Served::start().await;
    let school = served.sign_in("attendance.northgate", Screen::Desk, javascript).await;
    open_filters(&school).await;
    school.is_sound().await;
    school.pick("Lesson provider", "Riverside Motors").await;
    school.fill("Surname begins with", "Adey").await;
    school.pick("Records per page", "10").await;
    school.click("Go").await;
    school.see("Lesson provider: Riverside Motors").await;
    school.see(ANA).await;
    school.see_no(CARA).await;
    school.is_sound().await;
    school.screenshot(&format!("records-filtered-Desk-{javascript:?}")).await;
    school.click("Filter").await;
    school.click("Reset").await;
    school.see_no("Lesson provider: Riverside Motors").await;
    school.see(CARA).await;

    school.click(ANA).await;
    school.see("Full learner details").await;
    let said = headings(&school).await;
    let mut rest = said.iter();
    for section in SECTIONS {
        assert!(rest.any(|heading| heading == section), "“{section}” in its place among {said:?}");
    }
    school.see("Parent of Ana").await;
    school.is_sound().await;
    school.screenshot(&format!("record-Desk-{javascript:?}")).await;

    school.click("Add Note").await;
    school.see("data protection").await;
    school.fill("Subject", "Transport").await;
    school.fill("Note", "The taxi comes ten minutes later from Monday.").await;
    school.is_sound().await;
    school.click("Save the note").await;
    school.see("The taxi comes ten minutes later from Monday.").await;

    school.click("Tell CAP this is wrong: training").await;
    school.see("Fill in only what is wrong").await;
    school.is_sound().await;
}

async fn find_contacts(javascript: JavaScript) {
    let served = Served::start().await;
    let tutor = served.sign_in("tutor.riverside", Screen::Phone, javascript).await;
    tutor.visit("/clm/training-records").await;
    tutor.see(ANA).await;
    tutor.click("Filter").await;
    tutor.pick("Course cohort", "Motor mechanics").await;
    tutor.fill("Surname begins with", "Conn").await;
    tutor.click("Go").await;
    tutor.see(CARA).await;
    tutor.see_no(ANA).await;
    tutor.is_sound().await;
    tutor.screenshot(&format!("records-Phone-{javascript:?}")).await;
    tutor.click(CARA).await;
    tutor.see("Emergency contacts").await;
    tutor.see("Parent of Cara").await;
    tutor.see("Course provider").await;
    tutor.is_sound().await;
    tutor.screenshot(&format!("record-Phone-{javascript:?}")).await;
}

#[tokio::test]
async fn a_school_with_scripts() {
    check_a_record(JavaScript::On).await;
}

#[tokio::test]
async fn a_school_without_scripts() {
    check_a_record(JavaScript::Off).await;
}

#[tokio::test]
async fn a_tutor_with_scripts() {
    find_contacts(JavaScript::On).await;
}

#[tokio::test]
async fn a_tutor_without_scripts() {
    find_contacts(JavaScript::Off).await;
}
