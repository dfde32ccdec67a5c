//! Files about safeguarding: accepted, acted on, chased; files about a learner; files to many.

use crate::world::{
    Client, Page, World,
    files::{CONTENT, add, field, send_as},
};
use chrono::TimeDelta;

/// The address under `/datalocker/downloads` of the only file on a page.
fn file_on(page: &Page) -> String {
    let html = page.html();
    let at = html
        .find("/datalocker/downloads/")
        .and_then(|_| html.find("formaction=\"/datalocker/downloads/"));
    let rest = &html[at.expect("there is a file") + "formaction=\"".len()..];
    rest[..rest.find("/taking").expect("it can be taken")].to_owned()
}

/// A safeguarding file for Northgate's lead, who downloads it: their browser and its address.
async fn taken(world: &World) -> (Client, String) {
    let mut staff = world.sign_in("cap.staff").await;
    let fields = [("category", "safeguarding")];
    send_as(
        &mut staff,
        "concern.txt",
        "Northgate School (school)",
        "Designated safeguarding lead",
        &fields,
    )
    .await;
    let mut lead = world.sign_in("dsl.northgate").await;
    let inbox = lead.get("/datalocker/downloads").await;
    let file = file_on(&inbox);
    // Nobody can accept what they have not looked at.
    let early = lead.get(&format!("{file}/answer")).await;
    early.sees(200, "Nobody has downloaded this file yet").hides("Accept<");
    assert_eq!(lead.submit(early.signs(&format!("{file}/accepting"))).await.status, 409);
    assert_eq!(lead.submit(inbox.signs(&format!("{file}/taking"))).await.status, 200);
    (lead, file)
}

#[tokio::test]
async fn the_lead_accepts_and_says_what_was_done_and_the_sender_sees_it() {
    let world = World::new().await;
    let (mut lead, file) = taken(&world).await;
    let page = lead.get("/datalocker/downloads?show=previous").await;
    page.sees(200, "Accept concern.txt");
    let page = lead.get(&format!("{file}/answer")).await;
    let accepting = page.form(&format!("{file}/accepting"));
    let again = accepting.clone();
    lead.sent(accepting)
        .await
        .sees(200, "You have accepted the file")
        .sees(200, "Accepted by");
    // The same press twice is one acceptance; a second page's is refused.
    assert_eq!(lead.submit(again).await.status, 303);
    let other = page.signs(&format!("{file}/accepting"));
    assert_eq!(lead.submit(other).await.status, 409);
    assert_eq!(world.audited("file.accepted").await, 1);

    let page = lead.get(&format!("{file}/answer")).await;
    let empty = page.form(&format!("{file}/actions"));
    lead.submit(empty).await.sees(422, "Say what was done");
    let page = lead.get(&format!("{file}/answer")).await;
    let said = page.form(&format!("{file}/actions")).with("action", "Rang home; meeting on Friday.");
    lead.sent(said).await.sees(200, "The action is noted").sees(200, "meeting on Friday");
    world
        .sign_in("cap.staff")
        .await
        .get("/datalocker/sent")
        .await
        .sees(200, "Accepted by Robin Ashdown")
        .sees(200, "Action taken: Rang home; meeting on Friday. (Robin Ashdown");
}

#[tokio::test]
async fn nobody_else_finds_or_answers_it() {
    let world = World::new().await;
    let (_, file) = taken(&world).await;
    for other in [
        "coordinator.northgate",
        "dsl.riverside",
        "coordinator.riverside",
        "staff.otherside",
    ] {
        let mut other = world.sign_in(other).await;
        assert_eq!(other.get(&format!("{file}/answer")).await.status, 404);
        let page = other.get("/datalocker").await;
        for way in ["accepting", "actions"] {
            let form = page.signs(&format!("{file}/{way}")).with("action", "x");
            assert_eq!(other.submit(form).await.status, 404, "{way}");
        }
    }
}

#[tokio::test]
async fn what_nobody_looks_at_is_chased_once_and_tells_nothing() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    let fields = [("category", "safeguarding")];
    send_as(
        &mut staff,
        "concern.txt",
        "Northgate School (school)",
        "Designated safeguarding lead",
        &fields,
    )
    .await;
    world.run_jobs().await;
    let unread = |world: &World| -> Vec<String> {
        world
            .mail()
            .into_iter()
            .filter(|mail| mail.subject == "A file has not been looked at")
            .map(|mail| mail.to)
            .collect()
    };
    world.wait(TimeDelta::hours(23));
    world.run_jobs().await;
    assert!(unread(&world).is_empty(), "chased too early");
    world.wait(TimeDelta::hours(2));
    world.run_jobs().await;
    world.run_jobs().await;
    assert_eq!(unread(&world), ["coordinator.northgate@demo.example"]);
    world.wait(TimeDelta::hours(48));
    world.run_jobs().await;
    assert_eq!(unread(&world).len(), 1, "chased twice");
    assert!(world.mail().iter().all(|mail| !mail.text.contains("concern")), "a mail names the file");
    let mut coordinator = world.sign_in("coordinator.northgate").await;
    coordinator.get("/datalocker/downloads").await.hides("concern");
}

#[tokio::test]
async fn what_was_taken_is_not_chased() {
    let world = World::new().await;
    taken(&world).await;
    world.wait(TimeDelta::hours(30));
    world.run_jobs().await;
    world.run_jobs().await;
    assert!(!world.mail().iter().any(|mail| mail.subject == "A file has not been looked at"));
}

#[tokio::test]
async fn a_file_goes_to_every_school_at_once_and_the_board_counts_it() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    staff.get("/datalocker/by-type").await.sees(200, "Choose the files first");
    add(&mut staff, &[("letter.txt", CONTENT)]).await;
    let page = staff.get("/datalocker/by-type").await;
    let form = page
        .form("/datalocker/by-type")
        .with("group", "all-schools")
        .with("recipient", "coordinator")
        .with("category", "other")
        .with("description", "Term dates");
    let nobody = page.form("/datalocker/by-type").with("group", "these").with("recipient", "coordinator");
    staff
        .submit(nobody)
        .await
        .sees(422, "Tick at least one organisation")
        .sees(422, "Enter a description");
    let confirm = staff.sent(form).await;
    confirm
        .sees(200, "Northgate School (school)")
        .sees(200, "Elm Academy (school)")
        .hides("Riverside")
        .hides("Otherside");
    staff.sent(confirm.form("/datalocker/sending")).await.sees(200, "The file was sent");
    for who in ["coordinator.northgate"] {
        let mut school = world.sign_in(who).await;
        school.get("/datalocker/downloads").await.sees(200, "letter.txt");
    }
    world
        .sign_in("coordinator.riverside")
        .await
        .get("/datalocker/downloads")
        .await
        .hides("letter.txt");
    staff
        .get("/datalocker/deliveries")
        .await
        .sees(200, "Elm Academy (school) CAP Coordinator 1 0 1 since today 0 0");
    world.sign_in("staff.otherside").await.get("/datalocker/deliveries").await.hides("Elm");
}

#[tokio::test]
async fn only_the_service_sends_to_many() {
    let world = World::new().await;
    let mut school = world.sign_in("coordinator.northgate").await;
    assert_eq!(school.get("/datalocker/by-type").await.status, 403);
    let page = add(&mut school, &[("letter.txt", CONTENT)]).await;
    for everybody in ["all-schools", "all-providers"] {
        let form = page
            .form("/datalocker/rows")
            .with(&field(&page, "to"), everybody)
            .with(&field(&page, "category"), "other")
            .with(&field(&page, "description"), "Letter")
            .with("press", "confirm");
        school.submit(form).await.sees(422, "Choose an organisation from the list");
    }
}

#[tokio::test]
async fn a_file_may_be_about_a_learner_and_a_stranger_is_pointed_out() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    let number = world.learner_number(world.cast.ana.learner).await.to_string();
    let wrong = [("learner", "999999")];
    send_as(&mut staff, "plan.txt", "Northgate School (school)", "CAP Coordinator", &wrong)
        .await
        .sees(422, "No learner has this CLM ID");
    let about = [("learner", number.as_str())];
    let page = staff.get("/datalocker").await;
    let confirm =
        crate::world::files::fill(&mut staff, page, "Northgate School (school)", "CAP Coordinator", &about)
            .await;
    confirm.sees(200, "About Ana").hides("nothing to do with this learner");
    staff.get("/datalocker").await;
    let page = staff.get("/datalocker").await;
    crate::world::files::fill(&mut staff, page, "Elm Academy (school)", "CAP Coordinator", &about)
        .await
        .sees(200, "Elm Academy has nothing to do with this learner so far.");
}
