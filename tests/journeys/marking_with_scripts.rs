//! The page on which two people who changed the same mark choose.

use crate::{
    browser::{Browser, JavaScript, Screen},
    served::{ANA, Served},
};

async fn at_the_register(served: &Served, username: &str) -> Browser {
    let person = served.sign_in(username, Screen::Desk, JavaScript::On).await;
    served.open_register(&person).await;
    person.click("Edit").await;
    person.see("Edit the register").await;
    person
}

#[tokio::test]
async fn two_who_changed_the_same_mark_are_shown_both() {
    let served = Served::start().await;
    let tutor = at_the_register(&served, "tutor.riverside").await;
    let manager = at_the_register(&served, "manager.riverside").await;
    manager.row(ANA).choose("Present").await;
    manager.part("[data-save-status]").see("Saved").await;

    tutor.row(ANA).choose("Late").await;
    tutor.see("Both of you changed this register").await;
    tutor.see(&format!("Mark of {ANA}")).await;
    tutor.see_ticked("Yours: Late").await;
    tutor.is_sound().await;
    tutor.screenshot("register-clash-Desk").await;
    tutor.choose("Stands there now: Present").await;
    tutor.click("Save").await;
    tutor.see("1 of 2 marked").await;
    tutor.row(ANA).see("Present").await;
    tutor.is_sound().await;
}
