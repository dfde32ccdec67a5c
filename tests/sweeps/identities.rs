//! Everybody who could come to an address, and what none of them may ever read.

use crate::world::{Client, World};
use chrono::TimeDelta;
use platform::Role;

/// Somebody at a browser.
pub struct Identity {
    pub name: &'static str,
    /// `None` for those who are not in.
    pub role: Option<Role>,
    pub client: Client,
    /// Words that no answer to them may hold: names of learners and organisations out of their scope.
    pub canaries: &'static [&'static str],
}

const OTHERSIDE: [&str; 4] = ["Drumgold", "Quay School", "Summit Studio", "Music production"];

const EVERYTHING: &[&str] = &[
    "Adeyo",
    "Brackley",
    "Conneely",
    "Drumgold",
    "Quay School",
    "Summit Studio",
];

/// The cast, the way that each may look.
const SIGNED_IN: [(&str, Role, &[&str]); 12] = [
    (
        "admin",
        Role::CapAdministrator,
        &[
            "Adeyo",
            "Brackley",
            "Conneely",
            "Drumgold",
            OTHERSIDE[1],
            OTHERSIDE[2],
        ],
    ),
    ("cap.staff", Role::CapStaff, &OTHERSIDE),
    (
        "coordinator.northgate",
        Role::SchoolCoordinator,
        &["Brackley", "Drumgold", OTHERSIDE[1], OTHERSIDE[2]],
    ),
    ("dsl.northgate", Role::SchoolDsl, &["Brackley", "Drumgold", OTHERSIDE[1], OTHERSIDE[2]]),
    (
        "attendance.northgate",
        Role::SchoolAttendance,
        &["Brackley", "Drumgold", OTHERSIDE[1], OTHERSIDE[2]],
    ),
    (
        "attendance.elm",
        Role::SchoolAttendance,
        &["Adeyo", "Conneely", "Drumgold", OTHERSIDE[1], OTHERSIDE[2]],
    ),
    (
        "manager.riverside",
        Role::ProviderManager,
        &["Brackley", "Drumgold", OTHERSIDE[1], OTHERSIDE[2]],
    ),
    ("tutor.riverside", Role::Tutor, &["Brackley", "Drumgold", OTHERSIDE[1], OTHERSIDE[2]]),
    ("tutor.harbour", Role::Tutor, &["Adeyo", "Drumgold", OTHERSIDE[1], OTHERSIDE[2]]),
    ("coordinator.riverside", Role::ProviderCoordinator, EVERYTHING),
    ("dsl.riverside", Role::ProviderDsl, EVERYTHING),
    (
        "staff.otherside",
        Role::CapStaff,
        &[
            "Adeyo",
            "Brackley",
            "Conneely",
            "Northgate School",
            "Riverside Motors",
            "Motor mechanics",
        ],
    ),
];

/// Everybody: the cast, and those who are not (or not any more, or only half) in.
pub async fn all(world: &World) -> Vec<Identity> {
    let mut ended = world.sign_in("tutor.riverside").await;
    let out = ended.clone();
    let page = ended.get("/account").await;
    ended.submit(page.form("/sign-out")).await;
    let expired = world.sign_in("tutor.riverside").await;
    world.wait(TimeDelta::hours(2));
    let half = half_way(world).await;
    let mut all = vec![
        Identity {
            name: "visitor",
            role: None,
            client: world.visitor(),
            canaries: EVERYTHING,
        },
        Identity {
            name: "signed out",
            role: None,
            client: out,
            canaries: EVERYTHING,
        },
        Identity {
            name: "expired",
            role: None,
            client: expired,
            canaries: EVERYTHING,
        },
        Identity {
            name: "half-way",
            role: None,
            client: half,
            canaries: EVERYTHING,
        },
    ];
    for (name, role, canaries) in SIGNED_IN {
        all.push(Identity {
            name,
            role: Some(role),
            client: world.sign_in(name).await,
            canaries,
        });
    }
    all
}

/// Somebody who gave the right password and has not accepted the terms.
async fn half_way(world: &World) -> Client {
    use cap::schema::terms;
    use diesel::prelude::*;
    world
        .arrange(|w| {
            let now = w.now();
            diesel::insert_into(terms::table)
                .values((terms::version.eq(1), terms::body.eq("Be kind."), terms::published_at.eq(now)))
                .execute(w.db())?;
            Ok(())
        })
        .await;
    let mut client = world.visitor();
    let page = client.get("/sign-in").await;
    let fields = page
        .form("/sign-in")
        .with("username", "tutor.riverside")
        .with("password", cap::demo::cast::PASSWORD);
    client.submit(fields).await;
    client
}
