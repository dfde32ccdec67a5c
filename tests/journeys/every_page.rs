//! Every page of the product, as the demo service fills it, in front of a real browser: no axe
//! violation, nothing to scroll sideways, a quiet console. At a desk with scripts, and on the
//! narrowest screen without. Whoever adds an address adds it to this test by linking to it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::{
    browser::{Browser, JavaScript, Screen},
    served::Site,
    world::Demo,
};

/// Those who between them may open everything, and where each begins.
const PEOPLE: [(&str, &str); 5] = [
    ("admin", "/clm"),
    ("cap.staff", "/datalocker"),
    ("manager.riverside", "/clm/registers"),
    ("coordinator.northgate", "/clm/absences"),
    ("attendance.northgate", "/clm"),
];

/// Addresses without a page of their own: files, pages behind a link in a mail or a form that was
/// kept, and those that other journeys come to.
const NO_PAGE: [&str; 12] = [
    "/",
    "/assets/{*path}",
    "/brand.css",
    "/logo",
    "/healthz",
    "/readyz",
    "/sign-in/terms",
    "/links/{token}",
    "/kept/{form}",
    "/datalocker/confirmation",
    "/clm/mail-merge/runs/{run}",
    "/clm/training-records/{record}/attendance-notes/{note}",
];

/// How addresses of files end.
const FILES: [&str; 3] = [".csv", ".xlsx", ".docx"];

/// Pages whose examples link to different things: only some organisations have closures, only files
/// that were downloaded are answered.
const DIFFER: [&str; 2] = ["/admin/terms/{organisation}", "/datalocker/downloads"];

/// Whether an address with its ids is one of the sitemap's.
fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
    pattern.len() == path.len()
        && pattern
            .iter()
            .zip(path)
            .all(|(wanted, given)| wanted.starts_with('{') || *wanted == given)
}

/// The sitemap's pages: every address that is opened by GET.
fn pages() -> BTreeSet<&'static str> {
    cap::sitemap::sitemap()
        .lines()
        .into_iter()
        .filter(|line| line.method == axum::http::Method::GET)
        .map(|line| line.path)
        .filter(|path| !FILES.iter().any(|ending| path.ends_with(ending)) && !NO_PAGE.contains(path))
        .collect()
}

/// The most exact of the pages that an address fits: `/clm/staff/new` before `/clm/staff/{person}`.
fn page_of(pages: &BTreeSet<&'static str>, path: &str) -> Option<&'static str> {
    pages
        .iter()
        .copied()
        .filter(|pattern| fits(pattern, path))
        .min_by_key(|pattern| pattern.matches('{').count())
}

/// One person's way through the pages, and what was wrong on it.
struct Walk<'a> {
    who: &'static str,
    person: &'a Browser,
    faults: &'a mut Vec<String>,
}

impl Walk<'_> {
    /// Opens a page with all that can be opened on it, keeps a picture, and notes what is not sound.
    async fn look_at(&mut self, page: &str, address: &str) {
        let (who, screen) = (self.who, self.person.screen());
        self.person.visit(address).await;
        self.person.open_everything().await;
        let name = page.replace(['/', '{', '}'], "_");
        self.person.screenshot(&format!("page-{who}-{screen:?}-{name}")).await;
        let answer = self.person.answer().await;
        let mut faults = self.person.faults().await;
        if answer != 200 {
            faults.push(format!("answered {answer}"));
        }
        self.faults
            .extend(faults.into_iter().map(|fault| format!("{address} ({who}, {screen:?}): {fault}")));
    }

    /// Follows links from the first page on, one example of each page; returns those opened.
    async fn follow_links(&mut self, start: &str) -> BTreeMap<&'static str, String> {
        let (pages, mut browsed) = (pages(), BTreeSet::new());
        let (mut opened, mut todo) = (BTreeMap::new(), VecDeque::from([start.to_owned()]));
        while let Some(address) = todo.pop_front() {
            let path = address.split('?').next().unwrap_or_default();
            let Some(page) = page_of(&pages, path) else {
                continue;
            };
            if !opened.contains_key(page) {
                self.look_at(page, &address).await;
                opened.insert(page, address);
            } else if DIFFER.contains(&page) && browsed.insert(address.clone()) {
                self.person.visit(&address).await;
            } else {
                continue;
            }
            todo.extend(self.person.links().await);
        }
        opened
    }
}

#[tokio::test]
async fn is_sound_with_and_without_scripts() {
    let demo = Demo::new(1, cap::demo::SEED).await;
    let site = Site::of(cap::sitemap::sitemap().router(demo.app.clone())).await;
    let (mut faults, mut missed) = (Vec::new(), pages());
    let visitor = site.visitor(Screen::Narrow, JavaScript::Off).await;
    let opened = Walk {
        who: "visitor",
        person: &visitor,
        faults: &mut faults,
    }
    .follow_links("/sign-in")
    .await;
    missed.retain(|page| !opened.contains_key(page));
    drop(visitor);
    for (who, start) in PEOPLE {
        let at_desk = site.sign_in(who, Screen::Desk, JavaScript::On).await;
        let opened = Walk { who, person: &at_desk, faults: &mut faults }.follow_links(start).await;
        drop(at_desk);
        let narrow = site.sign_in(who, Screen::Narrow, JavaScript::Off).await;
        let mut walk = Walk { who, person: &narrow, faults: &mut faults };
        for (page, address) in &opened {
            walk.look_at(page, address).await;
            missed.remove(page);
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(missed.is_empty(), "no link led to {missed:?}");
}
