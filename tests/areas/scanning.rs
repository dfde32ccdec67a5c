//! Files are looked at for viruses before anybody but their sender can see them.

use crate::world::{
    World,
    files::{add, picker, send},
    scanner::{Clamd, PATTERN, Switched},
};
use chrono::TimeDelta;

/// Content in the midst of which the scanners find something.
fn infected() -> Vec<u8> {
    let mut content = vec![b'.'; 100_000];
    content[70_000..70_000 + PATTERN.len()].copy_from_slice(PATTERN);
    content
}

/// As many as there are mails of this subject.
fn mails(world: &World, subject: &str) -> Vec<String> {
    world.mail().into_iter().filter(|one| one.subject == subject).map(|one| one.to).collect()
}

#[tokio::test]
async fn the_real_scanner_lets_a_clean_file_pass_and_holds_an_infected_one_back() {
    let clamd = Clamd::start();
    let world = World::scanned_by(clamd.scanner()).await;
    let mut staff = world.sign_in("cap.staff").await;
    send(&mut staff, "plan.docx", "Northgate School (school)", "CAP Coordinator")
        .await
        .sees(200, "Delivered, not downloaded yet");

    let mut school = world.sign_in("coordinator.northgate").await;
    school.get("/datalocker/downloads").await.sees(200, "plan.docx");
    add(&mut school, &[("letter.docx", &infected()), ("good.docx", b"A good file.")])
        .await
        .sees(200, "The virus scanner found something")
        .sees(200, "letter.docx was not added and can’t be sent")
        .sees(200, "Remove good.docx");

    let rows = school.get("/datalocker").await;
    assert!(rows.html().contains(" good.docx</span>") && !rows.html().contains(" letter.docx</span>"));

    staff
        .get("/datalocker/quarantine")
        .await
        .sees(200, "letter.docx")
        .sees(200, "Test.Pattern")
        .sees(200, "Northgate School");
    world.sign_in("staff.otherside").await.get("/datalocker/quarantine").await.hides("letter");
    world.run_jobs().await;
    let told = mails(&world, "A file was held back");
    assert!(told.contains(&"coordinator.northgate@demo.example".to_owned()), "{told:?}");
    assert!(told.contains(&"cap.staff@demo.example".to_owned()), "{told:?}");
    assert!(world.mail().iter().all(|one| !one.text.contains("letter")), "a mail names the file");
}

#[tokio::test]
async fn while_the_scanner_is_down_files_wait_and_nobody_sees_them() {
    let switched = Switched::down();
    let world = World::scanned_by(switched.scanner()).await;
    let mut staff = world.sign_in("cap.staff").await;
    send(&mut staff, "plan.docx", "Northgate School (school)", "CAP Coordinator")
        .await
        .sees(200, "Not every file could be checked for viruses yet")
        .sees(200, "Waits for the virus scanner, then it is delivered");
    staff.get("/datalocker/quarantine").await.sees(200, "1 file waits for the scanner");

    let mut school = world.sign_in("coordinator.northgate").await;
    school
        .get("/datalocker/downloads")
        .await
        .sees(200, "There are no new files")
        .hides("plan.docx");
    world.wait(TimeDelta::minutes(1));
    world.run_jobs().await;
    assert!(mails(&world, "A file waits for you").is_empty(), "told of a file that nobody may see");

    switched.up();
    world.wait(TimeDelta::minutes(10));
    world.run_jobs().await;
    world.run_jobs().await;
    school
        .get("/datalocker/downloads")
        .await
        .sees(200, "There is 1 new file")
        .sees(200, "plan.docx");
    assert_eq!(mails(&world, "A file waits for you"), ["coordinator.northgate@demo.example"]);
    staff.get("/datalocker/sent").await.sees(200, "Delivered, not downloaded yet");
    assert_eq!(world.audited("file.scanned").await, 1);
}

#[tokio::test]
async fn what_was_sent_of_a_file_that_waited_and_is_infected_is_never_delivered() {
    let switched = Switched::down();
    let world = World::scanned_by(switched.scanner()).await;
    let mut staff = world.sign_in("cap.staff").await;
    crate::world::files::send_content(
        &mut staff,
        ("plan.docx", &infected()),
        "Northgate School (school)",
        "Designated safeguarding lead",
    )
    .await;
    switched.up();
    world.wait(TimeDelta::minutes(10));
    world.run_jobs().await;
    world.run_jobs().await;
    let mut lead = world.sign_in("dsl.northgate").await;
    lead.get("/datalocker/downloads")
        .await
        .sees(200, "There are no new files")
        .hides("plan.docx");
    staff
        .get("/datalocker/sent")
        .await
        .sees(200, "Held back: the virus scanner found something in it")
        .hides("Recall<");
    assert!(mails(&world, "A file waits for you").is_empty());
    assert!(!mails(&world, "A file was held back").is_empty());
}

#[tokio::test]
async fn a_start_asks_again_about_every_file_that_waits_and_the_check_counts_them() {
    let switched = Switched::down();
    let world = World::scanned_by(switched.scanner()).await;
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get("/datalocker").await;
    let script = picker(&page);
    assert_eq!(staff.upload(script, &[("plan.docx", b"A plan.")]).await.status, 303);
    let findings = cap::commands::check::of_data(&world.app).await.expect("the check ends");
    assert!(
        findings.contains(&"One file waits for the scanner of viruses.".to_owned()),
        "{findings:?}"
    );
    switched.up();
    cap::transfers::scanning::ask_about_all(&world.app).await.expect("the database answers");
    world.wait(TimeDelta::minutes(10));
    world.run_jobs().await;
    let findings = cap::commands::check::of_data(&world.app).await.expect("the check ends");
    assert!(!findings.iter().any(|finding| finding.contains("wait")), "{findings:?}");
}

/// Waits, for at most twenty seconds, until something is so.
async fn until(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..200 {
        if is_so() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("{what}");
}

#[tokio::test]
async fn a_scanner_that_stalls_holds_up_no_other_job() {
    let switched = Switched::down();
    let world = World::scanned_by(switched.scanner()).await;
    let mut staff = world.sign_in("cap.staff").await;
    add(&mut staff, &[("slow.docx", b"A plan.")]).await;
    switched.stall();
    world.wait(TimeDelta::minutes(1));
    let house = tokio::spawn(world.app.clone().keep_house());
    until("the scanner is asked", || switched.holds() > 0).await;

    let mut visitor = world.visitor();
    let page = visitor.get("/forgot-password").await;
    let form = page.form("/forgot-password").with("username", "tutor.riverside");
    visitor.submit(form).await;
    until("a mail goes meanwhile", || !world.mail().is_empty()).await;
    assert!(switched.holds() > 0, "the scanner answered, so this looked at nothing");
    switched.let_go();
    house.abort();
}

#[tokio::test]
async fn quarantine_says_when_nothing_is_looked_at_and_does_not_ask_it_of_reports() {
    let clamd = Clamd::start();
    let without = World::new().await;
    let to = ("Northgate School (school)", "CAP Coordinator");
    let mut staff = without.sign_in("cap.staff").await;
    send(&mut staff, "plan.docx", to.0, to.1).await;
    staff.get("/datalocker/quarantine").await.sees(200, "No virus scanner is set up");

    let world = World::scanned_by(clamd.scanner()).await;
    let mut staff = world.sign_in("cap.staff").await;
    send(&mut staff, "plan.docx", to.0, to.1).await;
    // What the program makes for a report is a file too, which nobody sent.
    let page = staff.get("/clm/mail-merge/new").await;
    let form = page.form("/clm/mail-merge/runs").with("template", "ready").with("output", "word");
    assert_eq!(staff.submit(form).await.status, 303);
    staff.get("/datalocker/quarantine").await.hides("No virus scanner is set up");
}
