//! P3: a tutor writes a note about a learner's lesson.

use crate::{
    browser::{JavaScript, Screen},
    served::{ANA, CARA, Served, take_the_register},
};

const NOTE: &str = "Worked on the gearbox all morning";

async fn write_a_note(javascript: JavaScript) {
    let served = Served::start().await;
    let tutor = served.tutor(javascript).await;
    take_the_register(&tutor).await;

    tutor.click("Edit").await;
    tutor.click(&format!("Note about {ANA}")).await;
    tutor.see("data protection").await;
    tutor.fill(&format!("Your note about {ANA}"), NOTE).await;
    tutor.is_sound().await;
    tutor.click("Save").await;

    tutor.see("One note was saved").await;
    tutor.row(ANA).see(NOTE).await;
    tutor.row(CARA).see_no(NOTE).await;
    tutor.is_sound().await;

    // It is one note: the training record has it too, to be edited there.
    tutor.visit("/clm/training-records").await;
    tutor.click(ANA).await;
    tutor.see(NOTE).await;
    tutor.click("Edit or delete").await;
    tutor.see_value("Note", NOTE).await;
    tutor.is_sound().await;
    tutor.fill("Note", "Worked on the gearbox and the clutch").await;
    tutor.click("Save the note").await;
    tutor.see("Worked on the gearbox and the clutch").await;

    let school = served.sign_in("attendance.northgate", Screen::Desk, javascript).await;
    served.open_register(&school).await;
    school.row(ANA).see("Worked on the gearbox and the clutch").await;
    school.row(ANA).see("Terry Finch").await;
    school.is_sound().await;
}

#[tokio::test]
async fn with_scripts() {
    write_a_note(JavaScript::On).await;
}

#[tokio::test]
async fn without_scripts() {
    write_a_note(JavaScript::Off).await;
}
