//! P2: a tutor opens today's register, marks each learner with one click, and saves.

use crate::{
    browser::{JavaScript, Screen},
    served::{ANA, CARA, Served},
};

async fn take_the_register(javascript: JavaScript) {
    let served = Served::start().await;
    let tutor = served.sign_in("tutor.riverside", Screen::Phone, javascript).await;
    tutor.click("Menu").await;
    tutor.part(".cap-menu").click("Registers").await;
    tutor.see_address("/clm/registers").await;
    tutor.see("Riverside Motors").await;
    tutor.is_sound().await;
    tutor.screenshot(&format!("registers-Phone-{javascript:?}")).await;
    tutor.click("24 Nov 2026, 09:15–12:00").await;
    tutor.see("0 of 2 marked").await;
    tutor.is_sound().await;

    tutor.click("Edit").await;
    tutor.see("Edit the register").await;
    tutor.is_sound().await;
    tutor.row(ANA).choose("Present").await;
    tutor.row(CARA).choose("Unexplained absence").await;
    tutor.is_sound().await;
    tutor.screenshot(&format!("register-edit-Phone-{javascript:?}")).await;
    tutor.click("Save").await;

    tutor.see("The register is complete").await;
    tutor.see("2 of 2 marked").await;
    tutor.row(ANA).see("Present").await;
    tutor.row(CARA).see("Unexplained absence").await;
    tutor.is_sound().await;
}

#[tokio::test]
async fn with_scripts() {
    take_the_register(JavaScript::On).await;
}

#[tokio::test]
async fn without_scripts() {
    take_the_register(JavaScript::Off).await;
}
