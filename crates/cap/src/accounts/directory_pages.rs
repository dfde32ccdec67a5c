//! The directory's page.

use super::{
    deeds::ViewDirectory,
    directory::{self, Listing},
    identifiers::Phone,
};
use crate::shell::{self, Frame};
use askama::Template;
use platform::{Answer, Ending, Form, Permit, Reading, access::Side, web::Query};

#[derive(Template)]
#[template(path = "accounts/views/directory.html")]
struct DirectoryPage {
    frame: Frame,
    form: Form,
    kinds: [(&'static str, &'static str); 4],
    cards: Vec<Card>,
}

struct Card {
    name: String,
    kind: &'static str,
    address: String,
    telephone: Option<(String, String)>,
    email: Option<String>,
    people: Vec<(String, &'static str)>,
}

/// `GET /clm/directory`
pub fn directory_page(
    _permit: Permit<ViewDirectory>,
    r: &mut Reading<'_>,
    Query(query): Query,
) -> Result<Answer, Ending> {
    let cards = directory::list(r, Side::parse(query.value("kind")))?.into_iter().map(card).collect();
    Answer::page(&DirectoryPage {
        frame: shell::frame(r, "Directory"),
        form: query,
        kinds: [
            ("", "All"),
            ("service", "Service"),
            ("school", "Schools"),
            ("provider", "Providers"),
        ],
        cards,
    })
}

fn card(listing: Listing) -> Card {
    let one = listing.organisation;
    let lines: Vec<&str> = one
        .address
        .lines()
        .chain(one.postcode.as_deref())
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let dialled = |text: &String| Phone::parse(text).map_or_else(|_| text.clone(), |phone| phone.dialled());
    Card {
        kind: one.kind_label(),
        address: lines.join(", "),
        telephone: one.telephone.as_ref().map(|text| (text.clone(), dialled(text))),
        email: one.email,
        name: one.name,
        people: listing.people,
    }
}
