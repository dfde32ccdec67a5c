//! D2 and D3: files are chosen, get their recipients, are sent, and are downloaded by them.

#![allow(clippy::disallowed_methods, reason = "a test has files of its own")]

use std::path::{Path, PathBuf};

use crate::{
    browser::{Browser, JavaScript, Screen},
    served::Served,
};

/// Files to choose, in a folder of the test's own.
fn files(folder: &tempfile::TempDir, names: &[&str]) -> Vec<PathBuf> {
    names
        .iter()
        .map(|name| {
            let file = folder.path().join(name);
            std::fs::write(&file, format!("This is {name}.")).expect("the folder can be written to");
            file
        })
        .collect()
}

/// Select Files: with scripts the row appears at once, without them by a button.
async fn choose(person: &Browser, file: &Path) {
    person.attach("Select Files", file).await;
    if person.javascript() == JavaScript::Off {
        person.click("Add the files").await;
    }
    let name = file.file_name().expect("a name").to_string_lossy().into_owned();
    person.part("main").row(&name).see(&name).await;
}

async fn send_and_receive(javascript: JavaScript) {
    let served = Served::start().await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let [first, second, wrong] = files(&folder, &["plan CFC.txt", "minutes CFC.txt", "wrong.txt"])
        .try_into()
        .expect("three files");

    let staff = served.sign_in("cap.staff", Screen::Desk, javascript).await;
    staff.visit("/datalocker").await;
    choose(&staff, &first).await;
    let row = staff.part("main").row("plan CFC.txt");
    if javascript == JavaScript::On {
        staff.attach("Select Files", &first).await;
        staff.see("plan CFC.txt is in your list already and was not added again").await;
        row.fill("Filter the organisations", "north").await;
    }
    row.pick("Recipient Organisation", "Northgate School (school)").await;
    row.pick("Recipient Role", "CAP Coordinator").await;
    row.pick("Category", "Learner support plan").await;
    row.fill("Description", "CFC JN").await;
    staff.is_sound().await;
    // More files come below, and what was chosen so far stays.
    choose(&staff, &second).await;
    choose(&staff, &wrong).await;
    staff.part("main").row("wrong.txt").click("Remove").await;
    staff.see_no("wrong.txt").await;
    let below = staff.part("main").row("minutes CFC.txt");
    staff.click("Copy top organisation to all").await;
    below.see_picked("Recipient Organisation", "Northgate School (school)").await;
    staff.click("Copy top role to all").await;
    below.see_picked("Recipient Role", "CAP Coordinator").await;
    staff.click("Copy top description to all").await;
    below.see_value("Description", "CFC JN").await;
    below.pick("Category", "Meeting minutes").await;
    staff.is_sound().await;
    staff.screenshot(&format!("send-Desk-{javascript:?}")).await;
    staff.click("Upload Files").await;

    staff.see("Check what you send").await;
    staff.part("main").row("minutes CFC.txt").see("Northgate School").await;
    staff.part("main").row("plan CFC.txt").see("CAP Coordinator").await;
    staff.is_sound().await;
    staff.screenshot(&format!("confirm-Desk-{javascript:?}")).await;
    staff.click("Confirm and send").await;
    staff.see("2 files were sent").await;
    staff.see("Northgate School (CAP Coordinator)").await;
    staff.is_sound().await;

    let school = served.sign_in("coordinator.northgate", Screen::Desk, javascript).await;
    school.part(".cap-menu").click("Download File(s)").await;
    school.see("There are 2 new files available for you to download.").await;
    school.part("main").row("plan CFC.txt").see("TXT").await;
    school.part("main").row("plan CFC.txt").see("Brightwater").await;
    school.is_sound().await;
    school.screenshot(&format!("downloads-Desk-{javascript:?}")).await;
    school.tick("Select plan CFC.txt").await;
    school.click("Download Selected").await;
    let zip = school.see_download("files-2026-11-24.zip").await;
    assert!(zip.starts_with(b"PK"));
    school.part("main").row("minutes CFC.txt").click("Download").await;
    assert_eq!(school.see_download("minutes CFC.txt").await, b"This is minutes CFC.txt.");
    school.click("Previously Downloaded Files").await;
    school.part("main").row("minutes CFC.txt").see("TXT").await;
    school.fill("Search", "plan").await;
    school.click("Go").await;
    school.part("main").see_no("minutes CFC.txt").await;
    school.part("main").row("plan CFC.txt").see("TXT").await;
    school.part("main").see("Page 1 of 1").await;
    school.see_value("Items per page", "50").await;
    school.is_sound().await;

    staff.visit("/datalocker/sent").await;
    staff.part("main").row("plan CFC.txt").see("Downloaded by Morgan Vale").await;
    staff.is_sound().await;
}

#[tokio::test]
async fn from_the_service_with_scripts() {
    send_and_receive(JavaScript::On).await;
}

#[tokio::test]
async fn from_the_service_without_scripts() {
    send_and_receive(JavaScript::Off).await;
}

/// A provider at a phone, and a school, send to the service.
async fn to_the_service(javascript: JavaScript) {
    let served = Served::start().await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (username, screen, name) in [
        ("coordinator.riverside", Screen::Phone, "invoice.txt"),
        ("dsl.northgate", Screen::Narrow, "concern.txt"),
    ] {
        let sender = served.sign_in(username, screen, javascript).await;
        sender.visit("/datalocker").await;
        choose(&sender, &files(&folder, &[name])[0]).await;
        let row = sender.part("main").row(name);
        row.pick("Recipient Organisation", "Brightwater Alternative Provision").await;
        row.pick("Recipient Role", "CAP").await;
        row.pick("Category", "Other").await;
        row.fill("Description", "For you").await;
        sender.is_sound().await;
        sender.screenshot(&format!("send-{screen:?}-{javascript:?}")).await;
        sender.click("Upload Files").await;
        sender.see("Check what you send").await;
        sender.is_sound().await;
        sender.click("Confirm and send").await;
        sender.see("The file was sent").await;
        sender.is_sound().await;
    }
    let staff = served.sign_in("cap.staff", Screen::Desk, javascript).await;
    staff.visit("/datalocker/downloads").await;
    staff.see("There are 2 new files available for you to download.").await;
    staff.click("Download All").await;
    staff.see_download("files-2026-11-24.zip").await;
    staff.reload().await;
    staff.see("There are no new files").await;
}

#[tokio::test]
async fn to_the_service_with_scripts() {
    to_the_service(JavaScript::On).await;
}

#[tokio::test]
async fn to_the_service_without_scripts() {
    to_the_service(JavaScript::Off).await;
}
