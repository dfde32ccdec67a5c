//! The browser's half: its types, and its behaviour in Chromium.

use std::{path::Path, process::Command};

use crate::{
    examples::{form_page, list_page, refused_form, register_page},
    written,
};

#[test]
fn the_scripts_agree_with_their_types() {
    run(&["node_modules/typescript/bin/tsc", "--project", "jsconfig.json"]);
}

/// Needs Chromium (on Debian: `apt-get install chromium`).
#[test]
fn the_pages_work_in_a_browser() {
    written("browser", "form", &form_page(refused_form()));
    written("browser", "list", &list_page());
    written("browser", "register", &register_page());
    run(&[
        "--test",
        "tests/browser/pages.test.mjs",
        "tests/browser/register.test.mjs",
    ]);
}

#[track_caller]
fn run(arguments: &[&str]) {
    let output = Command::new("node")
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("PAGES", Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser"))
        .output()
        .expect("node can be started, as it was for the assets");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
}
