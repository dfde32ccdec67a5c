//! What scripts add to marking: keys, the rest at once and back again, saving as one goes, and the
//! page on which two people who changed the same mark choose.

use thirtyfour::prelude::Key;

use crate::{
    browser::{Browser, JavaScript, Screen},
    served::{ANA, CARA, Served},
};

async fn at_the_register(served: &Served, username: &str) -> Browser {
    let person = served.sign_in(username, Screen::Desk, JavaScript::On).await;
    served.open_register(&person).await;
    person.click("Edit").await;
    person.see("Edit the register").await;
    person
}

#[tokio::test]
async fn keys_mark_and_every_change_is_saved() {
    let served = Served::start().await;
    let tutor = at_the_register(&served, "tutor.riverside").await;
    tutor.screenshot("register-edit-Desk").await;
    tutor.row(ANA).choose("Present").await;
    tutor.press(Key::Down).await;
    tutor.press("l").await;
    tutor.row(CARA).see_ticked("Late").await;
    tutor.fill(&format!("Minutes late of {CARA}"), "10").await;
    tutor.part("[data-save-status]").see("Saved").await;
    tutor.see("2 of 2 marked").await;
    tutor.is_sound().await;

    tutor.reload().await;
    tutor.row(ANA).see_ticked("Present").await;
    tutor.row(CARA).see_ticked("Late").await;
    tutor.see_value(&format!("Minutes late of {CARA}"), "10").await;
    tutor.row(ANA).choose("Late").await;
    tutor.press(Key::Backspace).await;
    tutor.see("1 of 2 marked").await;
}

#[tokio::test]
async fn the_rest_is_marked_present_and_taken_back() {
    let served = Served::start().await;
    let tutor = at_the_register(&served, "tutor.riverside").await;
    tutor.row(CARA).choose("Late").await;
    tutor.click("Mark the rest present").await;
    tutor.row(ANA).see_ticked("Present").await;
    tutor.row(CARA).see_ticked("Late").await;
    tutor.see("2 of 2 marked").await;
    tutor.is_sound().await;
    tutor.click("Undo").await;
    tutor.see("1 of 2 marked").await;
    tutor.see_focus("Mark the rest present").await;
    tutor.row(CARA).see_ticked("Late").await;
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
