//! P6 and P7: a tutor enters an initial assessment and a target, and later that it was reached.

use crate::{
    browser::{JavaScript, Screen},
    served::{ANA, Served},
};

async fn assess_and_aim(javascript: JavaScript) {
    let served = Served::start().await;
    let tutor = served.sign_in("tutor.riverside", Screen::Phone, javascript).await;
    tutor.visit("/clm/training-records").await;
    tutor.click(ANA).await;
    tutor.click("Manage Assessment").await;
    tutor.click("New").await;
    tutor.fill("Description", "Mathematics").await;
    tutor.fill("Date", "2026-11-20").await;
    tutor.fill("Comments", "Sure of fractions, unsure of angles.").await;
    tutor.is_sound().await;
    tutor.click("Save").await;
    tutor.see("Sure of fractions, unsure of angles.").await;
    tutor.is_sound().await;
    tutor.screenshot(&format!("assessments-Phone-{javascript:?}")).await;

    tutor.visit("/clm/training-records").await;
    tutor.click(ANA).await;
    tutor.see("Sure of fractions").await;
    tutor.click("Manage Target").await;
    tutor.click("New").await;
    tutor.fill("Description", "Comes by bus on her own").await;
    tutor.fill("Set date", "2026-11-24").await;
    tutor.fill("Target date", "2026-12-18").await;
    tutor.choose("No").await;
    tutor.is_sound().await;
    tutor.click("Save").await;
    tutor.row("Comes by bus on her own").see("Open").await;
    tutor.is_sound().await;
    tutor.row("Comes by bus on her own").click("Change").await;
    tutor.choose("Yes").await;
    tutor.fill("Reviewed date", "2026-11-24").await;
    tutor.click("Save").await;
    tutor.row("Comes by bus on her own").see("Achieved").await;
    tutor.is_sound().await;
}

#[tokio::test]
async fn with_scripts() {
    assess_and_aim(JavaScript::On).await;
}

#[tokio::test]
async fn without_scripts() {
    assess_and_aim(JavaScript::Off).await;
}
