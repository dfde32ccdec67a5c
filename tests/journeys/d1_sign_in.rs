//! D1: one signs in, and one's own name stands at the top.

use cap::demo::cast::PASSWORD;

use crate::{
    browser::{JavaScript, Screen},
    served::Served,
};

async fn sign_in(javascript: JavaScript) {
    let served = Served::start().await;
    for (username, name, screen) in [
        ("tutor.riverside", "Terry Finch", Screen::Phone),
        ("attendance.northgate", "Jordan Pike", Screen::Desk),
    ] {
        let person = served.visitor(screen, javascript).await;
        person.visit("/sign-in").await;
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
        person.see_address("/clm").await;
        person.part("header").see(name).await;
        person.is_sound().await;
        person.screenshot(&format!("home-{screen:?}-{javascript:?}")).await;
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
