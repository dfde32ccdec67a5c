//! Every form against malformed input: a page with a message, 4xx, nothing changed, never a fault.

use crate::{identities, world::World};
use axum::http::Method;
use cap::sitemap::sitemap;
use diesel::{prelude::*, sql_types::BigInt};
use platform::ids::PublicId;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Rows that a broken form could have left.
async fn rows(world: &World) -> Vec<i64> {
    let tables = [
        "learner",
        "training_record",
        "lesson",
        "person",
        "organisation",
        "cohort",
        "note",
        "register_change",
        "announcement",
    ];
    world
        .look(move |r| {
            let mut counts = Vec::new();
            for table in tables {
                counts.push(
                    diesel::sql_query(format!("select count(*) as n from {table}"))
                        .get_result::<Count>(r.db())?
                        .n,
                );
            }
            Ok(counts)
        })
        .await
}

#[tokio::test]
async fn malformed_forms_change_nothing_and_fault_nowhere() {
    let world = World::new().await;
    let riverside = world.lesson_id(world.at_riverside).await;
    let before = rows(&world).await;
    let mut wrong = Vec::new();
    let everybody = identities::all(&world).await;
    for name in ["cap.staff", "admin", "tutor.riverside", "attendance.northgate"] {
        let mut client =
            everybody.iter().find(|who| who.name == name).expect("one of the cast").client.clone();
        for (at, line) in sitemap()
            .lines()
            .into_iter()
            .filter(|line| line.method == Method::POST && !line.path.contains("sign-out"))
            .enumerate()
        {
            let mut path = line.path.replace("{lesson}", &riverside);
            while let (Some(open), Some(close)) = (path.find('{'), path.find('}')) {
                path.replace_range(open..=close, PublicId::random().as_str());
            }
            let signs = client.get("/account").await.signs(&path);
            let (csrf, base) = (
                signs.value("csrf").unwrap_or_default().to_owned(),
                signs
                    .value("form_key")
                    .unwrap_or_default()
                    .split('-')
                    .next()
                    .unwrap_or_default()
                    .to_owned(),
            );
            for (kind, body) in malformed(&csrf, &base, at) {
                let answer = client.send("POST", &path, Some(body)).await;
                if answer.status >= 500 || (answer.status < 300) {
                    wrong.push(format!("{} as {name} with {kind}: {}", line.path, answer.status));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(rows(&world).await, before, "nothing was changed");
}

/// Bodies that no page of ours sends.
fn malformed(csrf: &str, base: &str, at: usize) -> Vec<(&'static str, String)> {
    let signed = |key: &str, rest: &str| format!("csrf={csrf}&form_key={base}-m{at}{key}&{rest}");
    let fields = "name=%00&name=two&title=%FF%FE&starts_on=31/02/2026&ends_on=never&starts=25:61&born_on=0000-00-00&username=&role=king&kind=castle&email=@&learner=nobody&from_on=2026-13-01&to_on=x&status=asleep&code=%F0%9F%92%A9&version=-1&organisation=1&weekday=9";
    vec![
        ("nothing at all", String::new()),
        ("no sign", "name=x".to_owned()),
        ("a wrong sign", format!("csrf={}&form_key={base}-x", "0".repeat(64))),
        ("wrong values", signed("a", fields)),
        ("doubled values", signed("b", &format!("{fields}&{fields}"))),
        (
            "a huge value",
            signed("c", &format!("name={}&title={}", "x".repeat(20_000), "y".repeat(20_000))),
        ),
        ("many fields", signed("d", &"a=1&".repeat(5_000))),
    ]
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_without_reading_on() {
    let world = World::new().await;
    let mut tutor = world.sign_in("tutor.riverside").await;
    let answer = tutor
        .send("POST", "/account/sign-out-everywhere", Some(format!("a={}", "x".repeat(600 * 1024))))
        .await;
    answer.sees(413, "too large");
}

#[tokio::test]
async fn unknown_addresses_and_methods_have_plain_pages() {
    let world = World::new().await;
    let mut visitor = world.visitor();
    visitor.get("/no/such/page").await.sees(404, "There is no such page");
    assert_eq!(visitor.send("DELETE", "/sign-in", None).await.status, 405);
    assert_eq!(visitor.send("POST", "/sign-in", Some("%%%=%%%".into())).await.status, 400);
}
