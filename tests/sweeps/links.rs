//! Links lead somewhere: everybody of the cast follows every link from their home page on, and finds
//! a page with one h1, a title and addresses without a learner's name, and an audit row that lists whom
//! it shows.

use crate::{identities, shown, world::World};
use cap::{attendance::LessonKey, shell::MENU};
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

/// The register is completed with everybody missing.
async fn take(world: &World, username: &str, lesson: LessonKey) {
    let mut tutor = world.sign_in(username).await;
    let register = format!("/clm/registers/{}", world.lesson_id(lesson).await);
    let mut form = tutor.get(&format!("{register}/edit")).await.form(&register);
    let references: Vec<String> = form
        .fields
        .iter()
        .filter_map(|(name, _)| name.strip_prefix("was-status-").map(str::to_owned))
        .collect();
    for reference in references {
        form = form.with(&format!("status-{reference}"), "unexplained");
    }
    tutor.sent(form).await.sees(200, "The register is complete");
}

#[tokio::test]
async fn every_link_leads_to_a_sound_page() {
    let world = World::new().await;
    // Somebody is missing everywhere, so that lists of absences have rows.
    take(&world, "tutor.riverside", world.at_riverside).await;
    take(&world, "tutor.harbour", world.at_harbour).await;
    let mut wrong = Vec::new();
    for who in &mut identities::all(&world).await {
        let start = if who.role.is_some() { "/clm" } else { "/" };
        let (mut todo, mut known) = (vec![start.to_owned()], BTreeSet::from([start.to_owned()]));
        // Calendars go on for ever: a few hundred pages are everything that there is of ours.
        while let Some(path) = todo.pop() {
            if known.len() > 400 {
                break;
            }
            let since = shown::now();
            let page = who.client.get(&path).await;
            let page = who.client.follow(page).await;
            let html = page.html();
            for surname in shown::not_noted(&world, &since, &html).await {
                wrong.push(format!("{path} shows {surname} to {}, and the audit does not say so", who.name));
            }
            for address in shown::named_in_addresses(&world, &html) {
                wrong.push(format!("{path} leads to {address}, which names a learner"));
            }
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
