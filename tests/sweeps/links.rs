//! Links lead somewhere: everybody of the cast follows every link from their home page on, and finds
//! a page with one h1, a title without a learner's name, and labelled fields.

use crate::{identities, world::World};
use cap::shell::MENU;
use std::collections::BTreeSet;

/// The addresses of a page's links, forms apart; the query stays.
fn links(html: &str) -> Vec<String> {
    html.split("href=\"")
        .skip(1)
        .filter_map(|part| part.split('"').next())
        .map(|href| href.replace("&amp;", "&").replace("&#38;", "&"))
        .filter(|href| href.starts_with('/') && !href.starts_with("/assets/"))
        .map(|href| href.split('#').next().unwrap_or_default().to_owned())
        .collect()
}

#[tokio::test]
async fn every_link_leads_to_a_sound_page() {
    let world = World::new().await;
    let mut wrong = Vec::new();
    for who in &mut identities::all(&world).await {
        let start = if who.role.is_some() { "/clm" } else { "/" };
        let (mut todo, mut known) = (vec![start.to_owned()], BTreeSet::from([start.to_owned()]));
        // Calendars go on for ever: a few hundred pages are everything that there is of ours.
        while let Some(path) = todo.pop() {
            if known.len() > 400 {
                break;
            }
            let page = who.client.get(&path).await;
            let page = who.client.follow(page).await;
            let html = page.html();
            if page.status != 200 {
                wrong.push(format!("{path} answers {} to {}", page.status, who.name));
                continue;
            }
            let is_html = page.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
            if !is_html {
                continue;
            }
            if html.matches("<h1").count() != 1 {
                wrong.push(format!("{path} has {} h1 for {}", html.matches("<h1").count(), who.name));
            }
            let title =
                html.split("<title>").nth(1).and_then(|t| t.split("</title>").next()).unwrap_or_default();
            for name in ["Ana", "Ben", "Cara", "Adeyo", "Brackley", "Conneely"] {
                if title.contains(name) {
                    wrong.push(format!("the title of {path} names {name}"));
                }
            }
            for canary in who.canaries {
                if html.contains(canary) {
                    wrong.push(format!("{path} shows {canary} to {}", who.name));
                }
            }
            if html.contains(" style=\"") || html.contains("onclick=") || html.contains("<script>") {
                wrong.push(format!("{path} has an inline style or script"));
            }
            for href in links(&html) {
                let month = href.contains("month=") || href.contains("from=");
                if !(month && path.contains("month=")) && known.insert(href.clone()) {
                    todo.push(href);
                }
            }
        }
        let least = if who.role.is_some() { 5 } else { 3 };
        assert!(known.len() >= least, "{} found only {} addresses", who.name, known.len());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_menu_entry_is_an_address_that_needs_the_same_deed() {
    let lines = cap::sitemap::sitemap().lines();
    for entry in MENU.iter().flat_map(|group| group.entries) {
        let line = lines
            .iter()
            .find(|line| line.path == entry.href && line.method == axum::http::Method::GET);
        let Some(line) = line else {
            panic!("the menu's {} leads nowhere: {}", entry.label, entry.href)
        };
        assert!(
            line.needs == format!("{:?}", entry.needs) || line.needs == "SignedIn",
            "{} needs {}",
            entry.href,
            line.needs
        );
    }
}
