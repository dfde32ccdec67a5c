//! Every address × everybody × every kind of object: the status that the table of deeds and the
//! scope demand, and no word of anybody else's data in any answer (SECURITY.md G-1). An address with
//! an object that this file does not know fails.

use crate::{
    identities::{self, Identity},
    shown,
    world::{World, files},
};
use axum::http::Method;
use cap::{
    accounts::deeds::{Deed, may},
    schema,
    sitemap::sitemap,
};
use diesel::prelude::*;
use platform::{Role, access::Side, ids::PublicId, web::Line};
use std::collections::BTreeMap;

/// An object in an address, and who may know that it exists.
#[derive(Clone, Debug)]
struct Object {
    id: String,
    what: &'static str,
    /// Usernames of those within whose scope it is.
    known_to: &'static [&'static str],
}

const RIVERSIDE: &[&str] = &[
    "cap.staff",
    "coordinator.northgate",
    "dsl.northgate",
    "attendance.northgate",
    "manager.riverside",
    "tutor.riverside",
];
const HARBOUR: &[&str] = &[
    "cap.staff",
    "coordinator.northgate",
    "dsl.northgate",
    "attendance.northgate",
    "attendance.elm",
    "tutor.harbour",
];
const SUMMIT: &[&str] = &["staff.otherside"];
const NOBODY: &[&str] = &[];

/// The objects that stand for each name in an address. Those whose scope is not one of lessons,
/// learners or records are only tried with ids that exist for nobody.
async fn objects(world: &World) -> BTreeMap<&'static str, Vec<Object>> {
    let never = Object {
        id: PublicId::random().to_string(),
        what: "never existed",
        known_to: NOBODY,
    };
    let lesson =
        |key, what, known_to| async move { Object { id: world.lesson_id(key).await, what, known_to } };
    let lessons = vec![
        lesson(world.at_riverside, "Riverside's lesson", RIVERSIDE).await,
        lesson(world.at_harbour, "Harbour's lesson", HARBOUR).await,
        lesson(world.at_summit, "the other partnership's lesson", SUMMIT).await,
        never.clone(),
    ];
    let cast = world.cast;
    let (learners, records, cohorts, organisations): (Vec<String>, Vec<String>, Vec<String>, Vec<String>) =
        world
            .look(move |r| {
                let mut learners = Vec::new();
                for key in [cast.ana.learner, cast.ben.learner, cast.dana.learner] {
                    learners.push(
                        schema::learner::table
                            .filter(schema::learner::id.eq(key))
                            .select(schema::learner::public_id)
                            .first(r.db())?,
                    );
                }
                let mut records = Vec::new();
                for key in [cast.ana.record, cast.ben.record, cast.dana.record] {
                    let one = schema::training_record::table.filter(schema::training_record::id.eq(key));
                    records.push(one.select(schema::training_record::public_id).first(r.db())?);
                }
                let mut cohorts = Vec::new();
                for key in [cast.riverside.cohort, cast.harbour.cohort, cast.summit.cohort] {
                    cohorts.push(
                        schema::cohort::table
                            .filter(schema::cohort::id.eq(key))
                            .select(schema::cohort::public_id)
                            .first(r.db())?,
                    );
                }
                let mut organisations = Vec::new();
                for key in [cast.northgate, cast.quay] {
                    let one = schema::organisation::table.filter(schema::organisation::id.eq(key));
                    organisations.push(one.select(schema::organisation::public_id).first(r.db())?);
                }
                Ok((learners, records, cohorts, organisations))
            })
            .await;
    let with = |ids: Vec<String>, known: &[(&'static str, &'static [&'static str])]| {
        let mut all: Vec<Object> = ids
            .into_iter()
            .zip(known)
            .map(|(id, (what, known_to))| Object { id, what, known_to })
            .collect();
        all.push(never.clone());
        all
    };
    let learners = with(
        learners,
        &[
            ("Ana", RIVERSIDE),
            ("Ben", &["cap.staff", "attendance.elm", "tutor.harbour"]),
            ("Dana", SUMMIT),
        ],
    );
    let records = with(
        records,
        &[
            ("Ana's record", RIVERSIDE),
            ("Ben's record", &["cap.staff", "attendance.elm", "tutor.harbour"]),
            ("Dana's record", SUMMIT),
        ],
    );
    let cohorts = with(
        cohorts,
        &[
            ("Riverside's cohort", &["cap.staff", "manager.riverside", "tutor.riverside"]),
            ("Harbour's cohort", &["cap.staff", "tutor.harbour"]),
            ("the other partnership's cohort", SUMMIT),
        ],
    );
    let organisations = with(organisations, &[("Northgate", &["admin", "cap.staff"]), ("Quay", SUMMIT)]);
    let numbers = [
        ("a qualification", "699/1001/7", &["cap.staff"][..]),
        ("the other partnership's qualification", "699/2004/7", SUMMIT),
    ];
    let mut qualifications = Vec::new();
    for (what, number, known_to) in numbers {
        let id = qualification(world, number, what.starts_with("the other")).await;
        qualifications.push(Object { id, what, known_to });
    }
    qualifications.push(never.clone());
    let transfers = transfers(world).await;
    let one = |at: usize, what, known_to| Object { id: transfers[at].clone(), what, known_to };
    let received = vec![
        one(0, "the coordinator's file", &["coordinator.northgate"]),
        one(1, "the safeguarding lead's file", &["dsl.northgate"]),
        never.clone(),
    ];
    let sent = vec![one(2, "staff's file", &["cap.staff"]), never.clone()];
    let views = vec![
        Object {
            id: saved_view(world).await,
            what: "staff's saved view",
            known_to: &["cap.staff"],
        },
        never.clone(),
    ];
    let only_never = vec![never];
    BTreeMap::from([
        ("lesson", lessons),
        ("learner", learners),
        ("record", records),
        ("cohort", cohorts),
        ("organisation", organisations),
        ("qualification", qualifications),
        ("component", only_never.clone()),
        ("session", only_never.clone()),
        ("form", only_never.clone()),
        ("token", only_never.clone()),
        ("announcement", only_never.clone()),
        ("notification", only_never.clone()),
        ("guide", only_never.clone()),
        ("person", only_never.clone()),
        ("membership", only_never.clone()),
        ("job", only_never.clone()),
        ("batch", only_never.clone()),
        ("absence", only_never.clone()),
        ("planned", only_never.clone()),
        ("code", only_never.clone()),
        ("term", only_never.clone()),
        ("closure", only_never.clone()),
        ("slot", only_never.clone()),
        ("group", only_never.clone()),
        ("year", only_never.clone()),
        ("planned", only_never.clone()),
        ("link", only_never.clone()),
        ("note", only_never.clone()),
        ("correction", only_never.clone()),
        ("view", views),
        ("report", only_never.clone()),
        ("assessment", only_never.clone()),
        ("target", only_never.clone()),
        ("received", received),
        ("sent", sent),
        ("*path", only_never),
    ])
}

/// In the name of the safeguarding lead's file: nobody but its sender and they may read it.
const CONFIDENTIAL: &str = "Zephyrplan";
const CONFIDANTS: [&str; 2] = ["cap.staff", "dsl.northgate"];

/// The id of one of our own partnership's qualifications, or of the other's.
async fn qualification(world: &World, number: &'static str, of_other: bool) -> String {
    let at = if of_other { world.cast.otherside } else { world.cast.brightwater };
    let one = schema::qualification::table
        .filter(schema::qualification::partnership_id.eq(at))
        .filter(schema::qualification::number.eq(number));
    world.look(move |r| Ok(one.select(schema::qualification::public_id).first(r.db())?)).await
}

/// Files from CAP staff to Northgate, in the order of sending: one for the coordinator, one for the
/// safeguarding lead, and one that nobody takes and that may so be recalled.
async fn transfers(world: &World) -> Vec<String> {
    let mut staff = world.sign_in("cap.staff").await;
    for (name, role) in [
        ("plan.txt", "CAP Coordinator"),
        (&*format!("{CONFIDENTIAL}.txt"), "Designated safeguarding lead"),
        ("recalled.txt", "CAP Coordinator"),
    ] {
        let category = [("category", "safeguarding")];
        files::send_as(&mut staff, name, "Northgate School (school)", role, &category).await;
    }
    let all = schema::transfer::table.order(schema::transfer::id).select(schema::transfer::public_id);
    world.look(move |r| Ok(all.load(r.db())?)).await
}

/// A view of CAP staff's, whose name must be nobody else's to read.
async fn saved_view(world: &World) -> String {
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get("/clm/training-records").await;
    let answer = staff.submit(page.form("/clm/saved-views").with("view_name", CONFIDENTIAL)).await;
    let to = answer.header("location").expect("the view is saved");
    to.rsplit('=').next().unwrap_or_default().to_owned()
}

/// The addresses of a line, with every object put in: those of several names only with one of each.
fn addresses(line: &Line, objects: &BTreeMap<&'static str, Vec<Object>>) -> Vec<(String, Option<Object>)> {
    let names: Vec<&str> = line.path.split('{').skip(1).filter_map(|part| part.split('}').next()).collect();
    let Some(first) = names.first() else {
        return vec![(line.path.to_owned(), None)];
    };
    let known = objects
        .get(first)
        .unwrap_or_else(|| panic!("the sweep does not know the {{{first}}} of {}: add it", line.path));
    known
        .iter()
        .map(|object| {
            let mut path = line.path.replacen(&format!("{{{first}}}"), &object.id, 1);
            for name in &names[1..] {
                assert!(
                    objects.contains_key(name),
                    "the sweep does not know the {{{name}}} of {}: add it",
                    line.path
                );
                path = path.replacen(&format!("{{{name}}}"), PublicId::random().as_str(), 1);
            }
            let object = if names.len() > 1 {
                Object { known_to: NOBODY, ..object.clone() }
            } else {
                object.clone()
            };
            (path, Some(object))
        })
        .collect()
}

/// What an answer must be.
#[derive(Debug, PartialEq)]
enum Due {
    /// A page, a form with problems, or a redirect of ours.
    Fine,
    ToSignIn,
    Forbidden,
    Missing,
}

fn due(line: &Line, who: &Identity, object: Option<&Object>) -> Due {
    let is_missing = object.is_some_and(|object| !object.known_to.contains(&who.name));
    match (line.needs, who.role) {
        ("Anyone", _) if is_missing => Due::Missing,
        ("Anyone", _) => Due::Fine,
        ("HalfwayIn", _) if who.name == "half-way" => Due::Fine,
        ("HalfwayIn", _) => Due::ToSignIn,
        (_, None) => Due::ToSignIn,
        ("SignedIn", Some(_)) if is_missing => Due::Missing,
        ("SignedIn", Some(_)) => Due::Fine,
        (deed, Some(role)) if !allowed(role, deed) => Due::Forbidden,
        _ if is_missing => Due::Missing,
        _ => Due::Fine,
    }
}

fn allowed(role: Role, deed: &str) -> bool {
    let deed = Deed::ALL
        .iter()
        .find(|d| format!("{d:?}") == deed)
        .unwrap_or_else(|| panic!("no deed is called {deed}"));
    may(role, *deed)
}

#[tokio::test]
async fn every_address_answers_everybody_as_it_must_and_shows_nobody_else() {
    let world = World::new().await;
    let objects = objects(&world).await;
    let lines = sitemap().lines();
    let mut wrong = Vec::new();
    let mut cells = 0;
    for who in &mut identities::all(&world).await {
        // Addresses that end the session come last, or nothing after them would be tried.
        let (last, first): (Vec<&Line>, Vec<&Line>) = lines.iter().partition(|line| line.path == "/sign-out");
        for line in first.into_iter().chain(last) {
            for (path, object) in addresses(line, &objects) {
                let signs = signs(who).await;
                let since = shown::now();
                let answer = if line.method == Method::GET {
                    who.client.get(&path).await
                } else {
                    let body = format!("csrf={}&form_key={}-s{cells}", signs.0, signs.1);
                    who.client.send("POST", &path, Some(body)).await
                };
                cells += 1;
                let to = answer.header("location").unwrap_or_default();
                let done = matches!(line.path, "/forgot-password")
                    || (line.path == "/sign-out" && who.role.is_some());
                let is = match answer.status {
                    303 if to.starts_with("/sign-in") && !done => Due::ToSignIn,
                    // Nobody has given a logo.
                    404 if line.path == "/logo" => Due::Fine,
                    403 => Due::Forbidden,
                    404 => Due::Missing,
                    _ => Due::Fine,
                };
                let due = due(line, who, object.as_ref());
                // A form that needs no object may still find that what it names is not there.
                let tolerated =
                    due == Due::Fine && is == Due::Missing && line.method == Method::POST && object.is_none();
                let what = object.as_ref().map_or("", |object| object.what);
                if (is != due && !tolerated) || answer.status >= 500 {
                    wrong.push(format!(
                        "{} {} [{what}] as {}: {} {to}, due {due:?}",
                        line.method, line.path, who.name, answer.status
                    ));
                }
                let body = answer.html();
                for surname in shown::not_noted(&world, &since, &body).await {
                    wrong.push(format!(
                        "{} {} [{what}] shows {surname} to {}, and the audit does not say so",
                        line.method, line.path, who.name
                    ));
                }
                for address in shown::named_in_addresses(&world, &body) {
                    wrong.push(format!(
                        "{} {} leads to {address}, which names a learner",
                        line.method, line.path
                    ));
                }
                if body.contains(CONFIDENTIAL) && !CONFIDANTS.contains(&who.name) {
                    wrong.push(format!("{} {} shows {CONFIDENTIAL} to {}", line.method, line.path, who.name));
                }
                for canary in who.canaries {
                    if body.contains(canary)
                        || answer
                            .headers
                            .values()
                            .any(|v| String::from_utf8_lossy(v.as_bytes()).contains(canary))
                    {
                        wrong.push(format!(
                            "{} {} [{what}] shows {canary} to {}",
                            line.method, line.path, who.name
                        ));
                    }
                }
                for name in [
                    "content-security-policy",
                    "x-content-type-options",
                    "referrer-policy",
                    "cache-control",
                ] {
                    if answer.header(name).is_none() {
                        wrong.push(format!("{} {} answers without {name}", line.method, line.path));
                    }
                }
            }
        }
    }
    assert!(cells > 500, "only {cells} cells were tried");
    assert!(wrong.is_empty(), "{} of {cells} cells are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// The sign and key base of a page of this person's.
async fn signs(who: &mut Identity) -> (String, String) {
    let page = match (who.role, who.name) {
        (Some(_), _) => "/account",
        (None, "half-way") => "/sign-in/terms",
        (None, _) => "/sign-in",
    };
    let page = who.client.get(page).await;
    if page.status != 200 {
        return (String::new(), PublicId::random().to_string());
    }
    let fields = page.signs("");
    let key = fields
        .value("form_key")
        .unwrap_or_default()
        .split('-')
        .next()
        .unwrap_or_default()
        .to_owned();
    (fields.value("csrf").unwrap_or_default().to_owned(), key)
}

#[tokio::test]
async fn a_provider_loses_contacts_when_the_placement_ends_and_the_record_after_the_grace() {
    use chrono::{Months, TimeDelta};
    let world = World::new().await;
    let path = format!("/clm/registers/{}", world.lesson_id(world.at_riverside).await);
    let ana = world.cast.ana.record;
    let close = |closed_on: chrono::NaiveDate| {
        world.arrange(move |w| {
            diesel::update(schema::training_record::table.filter(schema::training_record::id.eq(ana)))
                .set((
                    schema::training_record::status.eq("withdrawn"),
                    schema::training_record::closed_on.eq(closed_on),
                ))
                .execute(w.db())?;
            Ok(())
        })
    };
    let today = platform::clock::today(crate::world::start());
    let mut tutor = world.sign_in("tutor.riverside").await;
    tutor.get(&path).await.sees(200, "Adeyo").sees(200, "Ana is allergic to latex");
    close(today).await;
    tutor.get(&path).await.sees(200, "Ana is allergic to latex");
    close(today - TimeDelta::days(1)).await;
    tutor
        .get(&path)
        .await
        .sees(200, "Adeyo")
        .hides("Ana is allergic to latex")
        .hides("07700 900001");
    close(today - Months::new(6) - TimeDelta::days(1)).await;
    tutor.get(&path).await.hides("Adeyo");
    let mut school = world.sign_in("attendance.northgate").await;
    school.get(&path).await.sees(200, "Ana is allergic to latex");
}

#[test]
fn every_role_belongs_to_a_side_and_every_deed_to_somebody() {
    for deed in Deed::ALL {
        assert!(Role::ALL.into_iter().any(|role| may(role, *deed)), "nobody may {deed:?}");
    }
    let sides: Vec<Side> = Role::ALL.into_iter().map(Role::side).collect();
    for side in [Side::Service, Side::School, Side::Provider] {
        assert!(sides.contains(&side));
    }
}
