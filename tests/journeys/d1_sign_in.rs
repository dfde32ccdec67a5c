//! D1: one signs in, one's own name stands at the top, and the page is *Upload to Organisation*.

use cap::demo::cast::PASSWORD;

use crate::{
    browser::{JavaScript, Screen},
    served::Served,
};

async fn sign_in(javascript: JavaScript) {
    let served = Served::start().await;
    for (username, name, screen) in [
        ("coordinator.riverside", "Kit Marlow", Screen::Phone),
        ("coordinator.northgate", "Morgan Vale", Screen::Desk),
        ("cap.staff", "Casey Marsh", Screen::Desk),
    ] {
        let person = served.visitor(screen, javascript).await;
        person.visit("/").await;
        person.part("main").click("Sign in").await;
        person.see("Username").await;
        person.is_sound().await;

        for (link, leads_to) in [
            ("Forgot password?", "/forgot-password"),
            ("Help", "/help"),
            ("Contact us", "/contact"),
            ("Terms & Conditions", "/terms"),
        ] {
            person.part("main").click(link).await;
            person.see_address(leads_to).await;
            person.is_sound().await;
            person.visit("/sign-in").await;
        }

        person.fill("Username", username).await;
        person.fill("Password", PASSWORD).await;
        person.tick("I accept the Terms & Conditions").await;
        person.click("Log in").await;
        person.part("main").see("Upload to Organisation").await;
        person.see_address("/datalocker").await;
        person.part("header").see(name).await;
        person.is_sound().await;
        person.screenshot(&format!("upload-{screen:?}-{javascript:?}")).await;
    }
}

#[tokio::test]
async fn with_scripts() {
    sign_in(JavaScript::On).await;
}

#[tokio::test]
async fn without_scripts() {
    sign_in(JavaScript::Off).await;
}
