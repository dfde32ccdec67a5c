//! P5 and S5: a tutor writes and publishes a progress report; the school sees the units.

use crate::{
    browser::{JavaScript, Screen},
    served::{ANA, Served},
};

const UNIT: &str = "VM101 Health and safety in the workshop";

async fn progress(javascript: JavaScript) {
    let served = Served::start().await;
    let tutor = served.sign_in("tutor.riverside", Screen::Desk, javascript).await;
    tutor.visit("/clm/training-records").await;
    tutor.click(ANA).await;
    tutor.click("New progress report").await;
    tutor.see("Section 1: Tutor appraisal").await;
    tutor.pick("Aptitude", "B").await;
    tutor.pick("Effort", "2").await;
    tutor.part("main").fill("Comment", "Careful with tools.").await;
    tutor.pick("Target grade", "Merit").await;
    tutor.is_sound().await;

    // + opens a group; what is not studied is unticked; a unit is clicked.
    tutor.click("Core units").await;
    tutor.untick("Count VM103 Working with others").await;
    tutor.click(UNIT).await;
    let unit = tutor.part(&format!("[role=group][aria-label='{UNIT}']"));
    unit.pick("Progress", "Completed").await;
    unit.fill("Predicted grade", "Distinction").await;
    unit.fill("Comment", "Passed the workshop test.").await;
    tutor.is_sound().await;
    tutor.screenshot(&format!("progress-report-Desk-{javascript:?}")).await;
    tutor.click("Save").await;
    tutor.see("The draft is saved").await;
    tutor.see_value("Comment", "Careful with tools.").await;
    tutor.click("Publish").await;
    if javascript == JavaScript::On {
        tutor.agree().await;
    }
    tutor.see("The progress report is published").await;
    tutor.see("Careful with tools.").await;
    tutor.is_sound().await;

    let school = served.sign_in("attendance.northgate", Screen::Desk, javascript).await;
    school.visit("/clm/training-records").await;
    school.tick("Progress").await;
    school.untick("Attendance").await;
    school.click("Show").await;
    for heading in ["Not started", "Behind", "On track", "In assessment", "Completed"] {
        school.part("thead").see(heading).await;
    }
    // Eight units count, one of them is completed: an eighth.
    school.row(ANA).see("12.5 %").await;
    school.is_sound().await;
    school.click(ANA).await;
    school.see("Progress in depth").await;
    if javascript == JavaScript::On {
        school.click("Expand one level").await;
        school.see(UNIT).await;
        school.click("Collapse one level").await;
        school.see_no(UNIT).await;
    }
    school.click("Core units").await;
    school.see(UNIT).await;
    school.see("Passed the workshop test.").await;
    school.is_sound().await;
}

#[tokio::test]
async fn with_scripts() {
    progress(JavaScript::On).await;
}

#[tokio::test]
async fn without_scripts() {
    progress(JavaScript::Off).await;
}
