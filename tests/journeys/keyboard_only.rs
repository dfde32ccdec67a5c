//! Signing in and taking the register without a mouse.

use thirtyfour::prelude::Key;

use crate::{
    browser::{Browser, JavaScript, Screen},
    served::{ANA, Served},
};
use cap::demo::cast::PASSWORD;

/// Types into the field that the tab key comes to.
async fn type_into(person: &Browser, label: &str, text: &str) {
    person.tab_to(label).await;
    person.press(text).await;
}

async fn take_the_register(javascript: JavaScript) {
    let served = Served::start().await;
    let tutor = served.visitor(Screen::Desk, javascript).await;
    tutor.visit("/sign-in").await;
    type_into(&tutor, "Username", "tutor.riverside").await;
    type_into(&tutor, "Password", PASSWORD).await;
    type_into(&tutor, "I accept the Terms & Conditions", " ").await;
    tutor.press(Key::Enter).await;
    tutor.see_address("/clm").await;

    tutor.press(Key::Tab).await;
    tutor.see_focus("Skip to main content").await;
    tutor.tab_to("Registers").await;
    tutor.press(Key::Enter).await;
    tutor.see_address("/clm/registers").await;
    tutor.tab_to("24 Nov 2026, 09:15–12:00").await;
    tutor.press(Key::Enter).await;
    tutor.see("0 of 2 marked").await;
    tutor.tab_to("Edit").await;
    tutor.press(Key::Enter).await;

    tutor.see("Edit the register").await;
    tutor.tab_to(&format!("Note about {ANA}")).await;
    tutor.press(Key::Enter).await;
    type_into(&tutor, &format!("Your note about {ANA}"), "Early").await;
    tutor.tab_to("Present").await;
    tutor.press(" ").await;
    tutor.row(ANA).see_ticked("Present").await;
    tutor.press(Key::Enter).await;
    tutor.see("The register is saved").await;
    tutor.see("1 of 2 marked").await;
    tutor.row(ANA).see("Early").await;
}

#[tokio::test]
async fn with_scripts() {
    take_the_register(JavaScript::On).await;
}

#[tokio::test]
async fn without_scripts() {
    take_the_register(JavaScript::Off).await;
}
