//! Datalocker: sending, receiving, recalling, and who may see what.

#![allow(
    clippy::disallowed_methods,
    reason = "a test looks at the files that the vault keeps"
)]

use crate::world::{
    Page, World,
    files::{CONTENT, add, field, picker, send},
};
use diesel::prelude::*;

/// The address at which the first file on a page is downloaded.
fn taking(page: &Page) -> String {
    let html = page.html();
    let at = html.find("formaction=\"").expect("there is a file") + "formaction=\"".len();
    html[at..].split('"').next().expect("an attribute ends").to_owned()
}

#[tokio::test]
async fn a_file_goes_to_the_school_and_is_read_there_as_it_was() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    let sent = send(&mut staff, "plan AA.docx", "Northgate School (school)", "CAP Coordinator").await;
    sent.sees(200, "The file was sent").sees(200, "Northgate School (CAP Coordinator)");
    sent.sees(200, "Delivered, not downloaded yet");

    world.run_jobs().await;
    let mail = world.mail();
    assert!(
        mail.iter()
            .any(|one| one.to == "coordinator.northgate@demo.example" && one.text.contains("a file waits"))
    );
    assert!(mail.iter().all(|one| !one.text.contains("plan AA")), "a mail says what the file is");

    let mut school = world.sign_in("coordinator.northgate").await;
    let inbox = school.get("/datalocker/downloads").await;
    inbox
        .sees(200, "There is 1 new file available for you to download.")
        .sees(200, "plan AA.docx");
    let file = school.submit(inbox.signs(&taking(&inbox))).await;
    assert_eq!((file.status, file.body.as_slice()), (200, CONTENT));
    assert_eq!(file.header("content-type").as_deref(), Some("application/octet-stream"));
    assert!(
        file.header("content-disposition")
            .is_some_and(|d| d.starts_with("attachment; filename=\"plan AA.docx\""))
    );
    assert!(file.header("content-security-policy").is_some_and(|policy| policy.contains("sandbox")));

    school
        .get("/datalocker/downloads")
        .await
        .sees(200, "There are no new files")
        .hides("plan AA.docx");
    school.get("/datalocker/downloads?show=previous").await.sees(200, "plan AA.docx");
    staff
        .get("/datalocker/sent")
        .await
        .sees(200, "Downloaded by Morgan Vale")
        .hides("Recall<");
    assert_eq!(world.audited("files.taken").await, 1);
}

#[tokio::test]
async fn nothing_of_a_file_lies_readable_on_the_disk() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    add(&mut staff, &[("plan.docx", CONTENT)]).await;
    let mut todo = vec![world.app.config().data.clone()];
    let mut files = 0;
    while let Some(folder) = todo.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                todo.push(path);
            } else {
                files += 1;
                let bytes = std::fs::read(&path).expect("a file");
                assert!(
                    !bytes.windows(12).any(|part| CONTENT.starts_with(part)),
                    "{} is readable",
                    path.display()
                );
                assert!(!path.to_string_lossy().contains("plan"), "{} has the sender's name", path.display());
            }
        }
    }
    assert!(files > 0, "the file is somewhere");
}

#[tokio::test]
async fn a_file_for_the_safeguarding_lead_is_nobody_else_s() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    send(&mut staff, "concern.docx", "Northgate School (school)", "Designated safeguarding lead").await;
    let mut lead = world.sign_in("dsl.northgate").await;
    let inbox = lead.get("/datalocker/downloads").await;
    inbox.sees(200, "There is 1 new file").sees(200, "concern.docx");

    let taking = taking(&inbox);
    for other in [
        "coordinator.northgate",
        "coordinator.riverside",
        "dsl.riverside",
        "staff.otherside",
    ] {
        let mut other = world.sign_in(other).await;
        let page = other.get("/datalocker/downloads").await;
        page.sees(200, "There are no new files").hides("concern");
        assert_eq!(other.submit(page.signs(&taking)).await.status, 404);
        let all = page.signs("/datalocker/downloads/taking").with("press", "all");
        other.sent(all).await.sees(200, "No file was chosen");
        other.get("/datalocker/sent").await.hides("concern");
    }
    for kept_out in [
        "attendance.northgate",
        "tutor.riverside",
        "manager.riverside",
        "admin",
    ] {
        let mut other = world.sign_in(kept_out).await;
        for page in ["/datalocker", "/datalocker/downloads", "/datalocker/sent"] {
            assert_eq!(other.get(page).await.status, 403, "{kept_out} at {page}");
        }
    }
}

#[tokio::test]
async fn schools_and_providers_send_to_the_service_only() {
    let world = World::new().await;
    for sender in [
        "coordinator.northgate",
        "dsl.northgate",
        "coordinator.riverside",
        "dsl.riverside",
    ] {
        let mut sender = world.sign_in(sender).await;
        let page = add(&mut sender, &[("a.txt", CONTENT)]).await;
        page.hides("(school)").hides("(provider)");
        let (to, role) = (field(&page, "to"), field(&page, "recipient"));
        for forged in [world.cast.northgate, world.cast.riverside.provider] {
            let id = world.organisation_id(forged).await;
            for recipient in ["coordinator", "dsl", "cap"] {
                let form = page
                    .form("/datalocker/rows")
                    .with(&to, &id)
                    .with(&role, recipient)
                    .with(&field(&page, "category"), "other")
                    .with(&field(&page, "description"), "x")
                    .with("press", "confirm");
                sender.submit(form).await.sees(422, "Choose an organisation from the list");
            }
        }
        sender.get("/datalocker/confirmation").await.hides("Confirm and send");
    }
}

#[tokio::test]
async fn the_database_itself_refuses_every_other_way() {
    use cap::schema::{organisation, stored_file, transfer};
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    send(&mut staff, "a.txt", "Northgate School (school)", "CAP Coordinator").await;
    let outcome = world
        .look(|r| {
            let kinds: Vec<(i64, String)> =
                organisation::table.select((organisation::id, organisation::kind)).load(r.db())?;
            let file: i64 = stored_file::table.select(stored_file::id).first(r.db())?;
            Ok((kinds, file))
        })
        .await;
    let (organisations, file) = outcome;
    let (mut tried, mut refused) = (0, 0);
    for (from, from_kind) in &organisations {
        for (to, to_kind) in &organisations {
            for recipient in ["coordinator", "dsl", "cap"] {
                let allowed = match (from_kind.as_str(), to_kind.as_str()) {
                    ("service", "school" | "provider") => recipient != "cap",
                    ("school" | "provider", "service") => recipient == "cap",
                    _ => false,
                };
                // Also with kinds that are not the organisations' own.
                for (lie_from, lie_to) in [(from_kind.as_str(), to_kind.as_str()), ("service", "school")] {
                    let honest = lie_from == from_kind && lie_to == to_kind;
                    if allowed && honest {
                        continue;
                    }
                    let (from, to) = (*from, *to);
                    let (lie_from, lie_to) = (lie_from.to_owned(), lie_to.to_owned());
                    let done = world
                        .app
                        .write(platform::access::Task::Command, move |w| {
                            let now = w.now();
                            let person: i64 =
                                cap::schema::person::table.select(cap::schema::person::id).first(w.db())?;
                            diesel::insert_into(transfer::table)
                                .values((
                                    transfer::id.eq(platform::ids::next_key()),
                                    transfer::public_id.eq(platform::ids::PublicId::random()),
                                    transfer::file_id.eq(file),
                                    transfer::from_id.eq(from),
                                    transfer::from_kind.eq(lie_from),
                                    transfer::from_role.eq("tutor"),
                                    transfer::to_id.eq(to),
                                    transfer::to_kind.eq(lie_to),
                                    transfer::recipient.eq(recipient),
                                    transfer::category.eq("other"),
                                    transfer::description.eq(""),
                                    transfer::sent_by.eq(person),
                                    transfer::sent_at.eq(now),
                                ))
                                .execute(w.db())?;
                            Ok(w.event("test.forged").then(()))
                        })
                        .await;
                    tried += 1;
                    refused += usize::from(done.is_err());
                }
            }
        }
    }
    assert!(tried > 100, "{tried}");
    assert_eq!(refused, tried);
}

#[tokio::test]
async fn a_file_is_recalled_until_somebody_takes_it() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    send(&mut staff, "wrong.docx", "Northgate School (school)", "CAP Coordinator").await;
    let mut school = world.sign_in("coordinator.northgate").await;
    let inbox = school.get("/datalocker/downloads").await;
    let sent = staff.get("/datalocker/sent").await;
    let html = sent.html();
    let recalling = html
        .split("action=\"")
        .find(|part| part.starts_with("/datalocker/sent/"))
        .expect("it can be recalled");
    let recalling = recalling.split('"').next().expect("an attribute ends").to_owned();
    staff
        .sent(sent.form(&recalling))
        .await
        .sees(200, "The file was recalled")
        .sees(200, "Recalled 24 Nov 2026");
    assert_eq!(school.submit(inbox.signs(&taking(&inbox))).await.status, 404);
    school.get("/datalocker/downloads").await.hides("wrong.docx");

    send(&mut staff, "right.docx", "Northgate School (school)", "CAP Coordinator").await;
    let sent = staff.get("/datalocker/sent").await;
    let html = sent.html();
    let second = html
        .split("action=\"")
        .find(|part| part.starts_with("/datalocker/sent/"))
        .expect("it can be recalled");
    let second = second.split('"').next().expect("an attribute ends").to_owned();
    let inbox = school.get("/datalocker/downloads").await;
    assert_eq!(school.submit(inbox.signs(&taking(&inbox))).await.status, 200);
    staff
        .submit(sent.form(&second))
        .await
        .sees(409, "has been downloaded or recalled already");
}

#[tokio::test]
async fn rows_are_copied_removed_and_asked_for_what_is_missing() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get("/datalocker").await;
    // Twice, as by the back button.
    for _ in 0..2 {
        let answer = staff.upload(picker(&page), &[]).await;
        staff.follow(answer).await.sees(200, "No file was chosen");
    }
    let page = add(&mut staff, &[("one.txt", b"1"), ("two.txt", b"2"), ("one.txt", b"1")]).await;
    page.sees(200, "A file was there already").sees(200, "one.txt is in your list already");
    let to = field(&page, "to");
    let copied = page
        .form("/datalocker/rows")
        .with(&to, page.option(&to, "Riverside Motors (provider)"))
        .with(&field(&page, "recipient"), "dsl")
        .with(&field(&page, "description"), "For both")
        .with("press", "copy-organisation");
    let page = staff.sent(copied).await;
    let html = page.html();
    let chosen = "selected>Riverside Motors (provider)";
    assert_eq!(html.matches(chosen).count(), 2, "{}", page.text());
    let refused = staff.submit(page.form("/datalocker/rows").with("press", "confirm")).await;
    refused
        .sees(422, "There is a problem")
        .sees(422, "Choose a category")
        .sees(422, "Choose a role")
        .sees(422, "Enter a description");
    assert!(refused.html().contains("value=\"For both\""), "what was typed stays");
    let id = to.strip_prefix("to-").expect("a row's field").to_owned();
    let page = staff.sent(page.form("/datalocker/rows").with("press", format!("remove-{id}"))).await;
    page.sees(200, "two.txt").hides("one.txt");
    // Rows are their owner's alone, in one role.
    world.sign_in("coordinator.northgate").await.get("/datalocker").await.hides("two.txt");
}

#[tokio::test]
async fn several_files_come_as_one_zip() {
    let world = World::new().await;
    let mut school = world.sign_in("coordinator.northgate").await;
    for _ in 0..2 {
        send(&mut school, "same.txt", "Brightwater Alternative Provision", "CAP").await;
    }
    let mut staff = world.sign_in("cap.staff").await;
    let inbox = staff.get("/datalocker/downloads").await;
    inbox.sees(200, "There are 2 new files available for you to download.");
    let zip = staff.submit(inbox.signs("/datalocker/downloads/taking").with("press", "all")).await;
    assert_eq!((zip.status, zip.header("content-type").as_deref()), (200, Some("application/zip")));
    let text = String::from_utf8_lossy(&zip.body);
    assert!(text.contains("same.txt") && text.contains("same (2).txt"));
    assert_eq!(zip.body.windows(CONTENT.len()).filter(|part| *part == CONTENT).count(), 2);
    staff.get("/datalocker/downloads").await.sees(200, "There are no new files");
}

#[tokio::test]
async fn a_form_that_is_no_upload_is_refused_and_nothing_is_kept() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get("/datalocker").await;
    staff.submit(page.signs("/datalocker/files")).await.sees(400, "takes a form with files");
    let forged = picker(&page).with("csrf", "0".repeat(64));
    assert_eq!(staff.upload(forged, &[("a.txt", CONTENT)]).await.status, 400);
    staff.get("/datalocker").await.hides("a.txt");
}

#[tokio::test]
async fn another_key_file_is_noticed_at_the_start_and_strays_are_swept() {
    use cap::transfers::vault_check;
    let world = World::new().await;
    vault_check::check_keys(&world.app).await.expect("without files any key will do");
    let mut staff = world.sign_in("cap.staff").await;
    add(&mut staff, &[("a.txt", CONTENT)]).await;
    vault_check::check_keys(&world.app).await.expect("the right keys");
    vault_check::sweep(&world.app).await.expect("the folder can be walked");
    let page = staff.get("/datalocker").await;
    page.sees(200, "a.txt");

    world
        .arrange(|w| {
            let lost = platform::vault::MasterKeys::random().wrap(&platform::vault::FileKey::random());
            diesel::update(cap::schema::stored_file::table)
                .set(cap::schema::stored_file::wrapped_key.eq(lost))
                .execute(w.db())?;
            Ok(())
        })
        .await;
    let refusal = vault_check::check_keys(&world.app).await.expect_err("another key");
    assert!(refusal.contains("does not open the files"), "{refusal}");
    std::fs::remove_dir_all(world.app.config().data.join("files")).expect("the files are there");
    let findings = cap::commands::check::of_data(&world.app).await.expect("the check is finished");
    assert_eq!(findings[0], "One file that was sent or uploaded is not in the vault.");
    assert_eq!(findings[1], refusal);
}

#[tokio::test]
async fn a_script_is_told_what_became_of_its_file() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get("/datalocker").await;
    staff.headers.push(("accept".into(), "application/json".into()));
    let first = staff.upload(picker(&page), &[("a.txt", CONTENT)]).await;
    assert_eq!((first.status, first.html().as_str()), (200, r#"{"problem":null}"#));
    let again = staff.upload(picker(&page), &[("a.txt", CONTENT)]).await;
    assert!(again.html().contains("a.txt is in your list already"), "{}", again.html());
    world.arrange(|w| platform::settings::put(w, 0, "largest_file_mb", "1")).await;
    world.app.reload_settings().await.expect("the settings can be read");
    let large = staff.upload(picker(&page), &[("large.bin", &vec![7; 1_000_001])]).await;
    assert_eq!(large.status, 413);
    staff.headers.clear();
    staff.get("/datalocker").await.sees(200, "a.txt").hides("large.bin");
}

#[tokio::test]
async fn a_description_that_is_too_long_stays_and_is_refused() {
    let world = World::new().await;
    let mut school = world.sign_in("coordinator.northgate").await;
    let page = add(&mut school, &[("a.txt", CONTENT)]).await;
    let long = "CFC ".repeat(80);
    let form = page.form("/datalocker/rows").with(&field(&page, "description"), &long);
    let refused = school.submit(form.with("press", "confirm")).await;
    refused.sees(422, "Enter 200 characters or fewer");
    assert!(refused.html().contains(long.trim()), "what was typed stays");
}

#[tokio::test]
async fn received_files_are_searched_sorted_and_paged() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    for name in ["Beta.txt", "alpha.txt", "Émile.txt"] {
        send(&mut staff, name, "Northgate School (school)", "CAP Coordinator").await;
    }
    let mut school = world.sign_in("coordinator.northgate").await;
    let order = |page: &Page| {
        let text = page.text();
        let mut names = ["Beta.txt", "alpha.txt", "Émile.txt"];
        names.sort_by_key(|name| text.find(name));
        names
    };
    let inbox = school.get("/datalocker/downloads").await;
    assert_eq!(order(&inbox), ["Émile.txt", "alpha.txt", "Beta.txt"]);
    let sorted = school.get("/datalocker/downloads?sort=name").await;
    assert_eq!(order(&sorted), ["alpha.txt", "Beta.txt", "Émile.txt"]);
    let search = inbox.form("/datalocker/downloads/searching").with("words", "emile");
    let found = school.sent(search).await;
    found.sees(200, "Émile.txt").hides("alpha.txt").sees(200, "1 to 1 of 1");
    assert!(!found.path.contains("mile"), "{}", found.path);
    let inbox = school.get("/datalocker/downloads").await;
    let all = inbox.form("/datalocker/downloads/searching").with("words", "%");
    school.sent(all).await.sees(200, "1 to 3 of 3");
    let inbox = school.get("/datalocker/downloads").await;
    let long = inbox.form("/datalocker/downloads/searching").with("words", "x".repeat(300));
    school.submit(long).await.sees(422, "There is a problem");
}
