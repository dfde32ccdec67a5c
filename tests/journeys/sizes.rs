//! The main pages on the narrowest screen, which is a desk's at 400 %: nothing is scrolled sideways.

use crate::{
    browser::{JavaScript, Screen},
    served::{ANA, Served, take_the_register},
};

async fn fit(javascript: JavaScript) {
    let served = Served::start().await;
    let tutor = served.sign_in("tutor.riverside", Screen::Narrow, javascript).await;
    tutor.is_sound().await;
    served.open_register(&tutor).await;
    tutor.is_sound().await;
    tutor.click("Edit").await;
    tutor.see("Edit the register").await;
    tutor.click(&format!("Note about {ANA}")).await;
    tutor.is_sound().await;
    tutor.screenshot(&format!("register-edit-Narrow-{javascript:?}")).await;
    tutor.click("Close").await;
    take_the_register(&tutor).await;
    tutor.is_sound().await;
    tutor.screenshot(&format!("register-Narrow-{javascript:?}")).await;

    let school = served.sign_in("attendance.northgate", Screen::Narrow, javascript).await;
    school.is_sound().await;
    served.open_register(&school).await;
    school.click("Edit").await;
    school.see("Decide absences").await;
    school.is_sound().await;
}

#[tokio::test]
async fn with_scripts() {
    fit(JavaScript::On).await;
}

#[tokio::test]
async fn without_scripts() {
    fit(JavaScript::Off).await;
}
