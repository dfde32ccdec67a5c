//! S3: a school processes an unexplained absence, and the tutor sees the outcome.

use crate::{
    browser::{JavaScript, Screen},
    served::{ANA, CARA, Served, take_the_register},
};

async fn decide(javascript: JavaScript) {
    let served = Served::start().await;
    let tutor = served.tutor(javascript).await;
    take_the_register(&tutor).await;

    let school = served.sign_in("attendance.northgate", Screen::Desk, javascript).await;
    school.part("main").click("Unprocessed Absences").await;
    school.see_address("/clm/absences").await;
    school.see_no("Adeyo").await;
    school.is_sound().await;
    school.part("main").click("Conneely").await;

    school.row(CARA).see("Unexplained absence").await;
    school.is_sound().await;
    school.screenshot(&format!("register-Desk-{javascript:?}")).await;
    school.click("Edit").await;
    school.row(CARA).choose("Authorised absence").await;
    school.click(&format!("Note about {CARA}")).await;
    school.fill(&format!("Your note about {CARA}"), "At the dentist").await;
    school.is_sound().await;
    school.screenshot(&format!("decide-Desk-{javascript:?}")).await;
    school.click("Save").await;
    school.see("The provider sees your decision").await;
    school.row(CARA).see("Authorised absence").await;
    school.is_sound().await;

    school.visit("/clm/absences").await;
    school.see("No absence waits for a decision").await;
    school.is_sound().await;

    tutor.reload().await;
    tutor.row(CARA).see("Authorised absence").await;
    tutor.row(CARA).see("At the dentist").await;
    tutor.row(ANA).see("Present").await;
    tutor.is_sound().await;
}

#[tokio::test]
async fn with_scripts() {
    decide(JavaScript::On).await;
}

#[tokio::test]
async fn without_scripts() {
    decide(JavaScript::Off).await;
}
