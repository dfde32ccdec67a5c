//! Whoever a page shows is in its audit row, and nobody's name is in an address.

use crate::world::World;
use cap::learners::LearnerKey;
use diesel::prelude::*;
use platform::{ids, schema::audit};
use std::collections::BTreeSet;

/// A moment before a request, to find the audit rows that it leaves.
pub struct Since(i64);

/// Keys grow, so that what comes later is larger.
pub fn now() -> Since {
    Since(ids::next_key())
}

/// The surnames of the cast's learners.
fn learners(world: &World) -> [(&'static str, LearnerKey); 4] {
    let cast = world.cast;
    [
        ("Adeyo", cast.ana.learner),
        ("Brackley", cast.ben.learner),
        ("Conneely", cast.cara_at_riverside.learner),
        ("Drumgold", cast.dana.learner),
    ]
}

/// Learners whose surname stands in the body although no audit row since then lists them.
pub async fn not_noted(world: &World, since: &Since, body: &str) -> Vec<&'static str> {
    let shown: Vec<(&str, LearnerKey)> =
        learners(world).into_iter().filter(|(surname, _)| body.contains(surname)).collect();
    if shown.is_empty() {
        return Vec::new();
    }
    let since = since.0;
    let rows: Vec<String> = world
        .look(move |r| Ok(audit::table.filter(audit::id.gt(since)).select(audit::learners).load(r.db())?))
        .await;
    let noted: BTreeSet<i64> =
        rows.iter().flat_map(|row| row.split(' ')).filter_map(|key| key.parse().ok()).collect();
    shown
        .into_iter()
        .filter(|(_, key)| !noted.contains(&key.0))
        .map(|(surname, _)| surname)
        .collect()
}

/// Addresses in links and forms that hold a learner's surname. (Redirects: `world::Client`.)
pub fn named_in_addresses(world: &World, body: &str) -> Vec<String> {
    let addresses = ["href=\"", "action=\""]
        .into_iter()
        .flat_map(|attribute| body.split(attribute).skip(1).filter_map(|part| part.split('"').next()));
    addresses
        .filter(|address| learners(world).iter().any(|(surname, _)| address.contains(surname)))
        .map(str::to_owned)
        .collect()
}
