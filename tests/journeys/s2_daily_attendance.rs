//! S2: a school looks at today's attendance and adds a note, once the provider has completed the register.

use crate::{
    browser::{Browser, JavaScript, Screen},
    served::{ANA, CARA, Served, take_the_register},
};

const NOTE: &str = "Ana sees the nurse tomorrow";

async fn open_todays_attendance(school: &Browser) {
    school.part(".cap-menu").click("Today's Attendance").await;
    school.see_address("/clm/today").await;
    school.see("Conneely").await;
    school.see_no("Brackley").await;
}

async fn note_on_a_day(javascript: JavaScript) {
    let served = Served::start().await;
    let school = served.sign_in("attendance.northgate", Screen::Desk, javascript).await;
    open_todays_attendance(&school).await;
    school.is_sound().await;
    school.click("Adeyo").await;
    school.see("The provider has not completed this register yet").await;
    school.part("main").see_no("Edit").await;

    let tutor = served.tutor(javascript).await;
    take_the_register(&tutor).await;

    open_todays_attendance(&school).await;
    school.row("Adeyo").see("Present").await;
    school.is_sound().await;
    school.screenshot(&format!("today-Desk-{javascript:?}")).await;
    school.click("Adeyo").await;
    school.row(CARA).see("Unexplained absence").await;
    school.click("Edit").await;
    school.click(&format!("Note about {ANA}")).await;
    school.see("data protection").await;
    school.fill(&format!("Your note about {ANA}"), NOTE).await;
    school.is_sound().await;
    school.click("Save").await;
    school.see("Your notes stand on the training records").await;
    school.row(ANA).see(NOTE).await;
    school.is_sound().await;
    school.click("Close").await;
    school.see_address("/clm/registers").await;
}

#[tokio::test]
async fn with_scripts() {
    note_on_a_day(JavaScript::On).await;
}

#[tokio::test]
async fn without_scripts() {
    note_on_a_day(JavaScript::Off).await;
}
