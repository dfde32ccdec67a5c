//! Whole example pages: every component in both frames, checked for what a person relies on,
//! first as text and then in a browser.

mod components;
mod examples;
mod page_checks;
mod scripts;

use std::{fs, path::Path};

use askama::Template;

/// The page as HTML, kept in `target/tmp/pages/` for looking at, and checked for what holds
/// of every page.
fn shown(name: &str, page: &impl Template) -> String {
    let html = written("pages", name, page);
    page_checks::assert_sound(&html);
    html
}

/// The page as HTML, which is also written below `target/tmp/`.
#[expect(clippy::disallowed_methods, reason = "a test's own file")]
fn written(folder: &str, name: &str, page: &impl Template) -> String {
    let html = page.render().expect("examples render");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
    fs::create_dir_all(&folder).expect("the folder for tests can be written");
    fs::write(folder.join(format!("{name}.html")), &html).expect("the folder for tests can be written");
    html
}
