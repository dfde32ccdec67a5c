//! Categories of files, and files that are destroyed when their days are over.

use crate::world::{
    World,
    files::{CONTENT, add, field, send, send_as},
};
use chrono::TimeDelta;
use diesel::prelude::*;

/// How many files lie in the vault, and how many of the rows have a key.
async fn kept(world: &World) -> (usize, i64) {
    use cap::schema::stored_file;
    let blobs: Vec<platform::ids::PublicId> =
        world.look(|r| Ok(stored_file::table.select(stored_file::blob).load(r.db())?)).await;
    let lying = blobs.iter().filter(|blob| world.app.vault().holds(blob)).count();
    let keyed = world
        .look(|r| {
            let keyed = stored_file::table.filter(stored_file::wrapped_key.ne(Vec::<u8>::new()));
            Ok(keyed.count().get_result(r.db())?)
        })
        .await;
    (lying, keyed)
}

async fn later(world: &World, days: i64) {
    world.wait(TimeDelta::days(days));
    world.run_jobs().await;
    world.run_jobs().await;
}

fn warned(world: &World) -> usize {
    world
        .mail()
        .iter()
        .filter(|mail| mail.subject == "A file will be destroyed in a week")
        .count()
}

#[tokio::test]
async fn a_file_is_announced_then_destroyed_and_its_key_first() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    send(&mut staff, "plan.txt", "Northgate School (school)", "CAP Coordinator")
        .await
        .sees(200, "Kept until 22 Feb 2027");
    later(&world, 82).await;
    assert_eq!(warned(&world), 0, "announced too early");
    later(&world, 2).await;
    assert_eq!(warned(&world), 1);
    let mut school = world.sign_in("coordinator.northgate").await;
    let inbox = school.get("/datalocker/downloads").await;
    inbox.sees(200, "plan.txt");
    later(&world, 6).await;
    assert_eq!(kept(&world).await, (1, 1), "destroyed on its last day");
    later(&world, 2).await;
    assert_eq!(kept(&world).await, (0, 0));
    assert_eq!(warned(&world), 1);
    let mut school = world.sign_in("coordinator.northgate").await;
    school
        .get("/datalocker/downloads")
        .await
        .sees(200, "There are no new files")
        .hides("plan.txt");
    let mut staff = world.sign_in("cap.staff").await;
    staff
        .get("/datalocker/sent")
        .await
        .sees(200, "Its days were over: destroyed")
        .hides("Recall<");
    assert_eq!(world.audited("file.expired").await, 1);
    let findings = cap::commands::check::of_data(&world.app).await.expect("the check ends");
    assert_eq!(findings, Vec::<String>::new());
}

#[tokio::test]
async fn a_file_that_went_to_several_goes_with_the_last_of_them() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    add(&mut staff, &[("letter.txt", CONTENT)]).await;
    let form = staff
        .get("/datalocker/by-type")
        .await
        .form("/datalocker/by-type")
        .with("group", "all-schools")
        .with("recipient", "coordinator")
        .with("category", "other")
        .with("description", "Letter");
    let confirm = staff.sent(form).await;
    staff.sent(confirm.form("/datalocker/sending")).await.sees(200, "The file was sent");
    world
        .arrange(|w| {
            use cap::schema::transfer;
            // One of the two is kept for longer.
            let first: Option<i64> = transfer::table.select(diesel::dsl::min(transfer::id)).first(w.db())?;
            diesel::update(transfer::table.filter(transfer::id.eq(first.unwrap_or_default())))
                .set(transfer::expires_on.eq(w.today() + TimeDelta::days(200)))
                .execute(w.db())?;
            Ok(())
        })
        .await;
    later(&world, 92).await;
    assert_eq!(kept(&world).await, (1, 1));
}

#[tokio::test]
async fn what_is_never_sent_is_forgotten_after_a_month() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    add(&mut staff, &[("draft.txt", CONTENT)]).await;
    later(&world, 29).await;
    assert_eq!(kept(&world).await, (1, 1));
    later(&world, 2).await;
    assert_eq!(kept(&world).await, (0, 0));
    world.sign_in("cap.staff").await.get("/datalocker").await.sees(200, "No file chosen yet");
}

#[tokio::test]
async fn the_administrator_sets_categories_and_their_days() {
    let world = World::new().await;
    let mut admin = world.sign_in("admin").await;
    let page = admin.get("/admin/file-categories").await;
    page.sees(200, "Categories of files");
    let form = page.form("/admin/file-categories");
    admin
        .submit(form.clone().with("days-other", "0").with("label-invoice", ""))
        .await
        .sees(422, "Enter a whole number from 1 to 3650")
        .sees(422, "Enter the category’s name");
    let changed = form
        .with("days-other", "10")
        .without("offered-invoice")
        .with("label-new", "Travel plan")
        .with("days-new", "30");
    admin.sent(changed).await.sees(200, "The categories are saved");

    let mut staff = world.sign_in("cap.staff").await;
    let other = [("category", "other")];
    send_as(&mut staff, "a.txt", "Northgate School (school)", "CAP Coordinator", &other)
        .await
        .sees(200, "Kept until 4 Dec 2026");
    let page = add(&mut staff, &[("b.txt", CONTENT)]).await;
    let category = field(&page, "category");
    page.option(&category, "Travel plan");
    assert!(!page.html().contains(">Invoice<"), "a category is offered that can't be chosen");
    let invoice = [("category", "invoice")];
    let to = "Northgate School (school)";
    crate::world::files::fill(&mut staff, page, to, "CAP Coordinator", &invoice)
        .await
        .sees(422, "Choose a category");
}
