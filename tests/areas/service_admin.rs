//! Administration of the service itself: settings, terms, jobs, the audit; and the commands at the
//! server.

use crate::world::{World, make_person};
use cap::{
    commands::{check, settings as setting_commands, user},
    schema::{one_time_link, organisation, person, tally},
};
use chrono::TimeDelta;
use diesel::prelude::*;
use platform::{Role, Task, ids::OrganisationKey, schema::job};

#[tokio::test]
async fn settings_hold_for_the_partnership_and_for_visitors_when_that_is_ticked() {
    let world = World::new().await;
    let mut admin = world.sign_in("admin").await;
    let page = admin.get("/admin/settings").await;
    let wrong = page.form("/admin/settings").with("brand_colour", "#ffdd00").with("idle_minutes", "2");
    let refused = admin.submit(wrong).await;
    refused.sees(422, "dark enough for white text").sees(422, "from 5 to 240");
    assert_eq!(refused.form("/admin/settings").value("brand_colour"), Some("#ffdd00"));
    let form = page
        .form("/admin/settings")
        .with("service_name", "Beacon AP")
        .with("brand_colour", "#1d70b8")
        .with("idle_minutes", "10");
    admin.sent(form).await.sees(200, "They hold for your partnership").sees(200, "Beacon AP");
    world.visitor().get("/").await.hides("Beacon AP");
    let mut other = world.sign_in("staff.otherside").await;
    other.get("/clm").await.hides("Beacon AP");
    world.wait(TimeDelta::minutes(11));
    assert_eq!(admin.get("/clm").await.status, 303, "the partnership's own time-out");
    assert_eq!(other.get("/clm").await.status, 200, "and nobody else's");

    let mut admin = world.sign_in("admin").await;
    let page = admin.get("/admin/settings").await;
    admin
        .sent(page.form("/admin/settings").with("visitors", "yes"))
        .await
        .sees(200, "and for visitors");
    world.visitor().get("/").await.sees(200, "Beacon AP");
    let css = world.visitor().get("/brand.css").await;
    assert!(css.html().contains("#1d70b8"));
    assert!(world.audited("settings.changed").await > 0);
}

#[tokio::test]
async fn the_second_partnership_changes_neither_visitors_pages_nor_the_terms() {
    let world = World::new().await;
    let other = world.cast.otherside;
    world
        .arrange(move |w| {
            let service: OrganisationKey = organisation::table
                .filter(organisation::partnership_id.eq(other))
                .filter(organisation::kind.eq("service"))
                .select(organisation::id)
                .first(w.db())?;
            let who = make_person(w, "admin.otherside", service, Role::CapAdministrator)?;
            let hash: Option<String> = person::table
                .filter(person::username.eq("admin"))
                .select(person::password_hash)
                .first(w.db())?;
            cap::accounts::person::set_password_hash(w, who, &hash.unwrap_or_default())
        })
        .await;
    let mut admin = world.sign_in("admin.otherside").await;
    let page = admin.get("/admin/settings").await;
    page.hides("Also for visitors");
    let form = page.form("/admin/settings").with("service_name", "Mine now").and("visitors", "yes");
    admin.sent(form).await.sees(200, "are saved").hides("for visitors from now on");
    world.visitor().get("/").await.hides("Mine now");
    let page = admin.get("/admin/terms-and-conditions").await;
    let fields = [("body", "My terms")];
    assert_eq!(admin.post("/admin/terms-and-conditions", &page, &fields).await.status, 403);
}

#[tokio::test]
async fn new_terms_are_asked_for_at_the_next_sign_in() {
    let world = World::new().await;
    let mut admin = world.sign_in("admin").await;
    let path = "/admin/terms-and-conditions";
    let page = admin.get(path).await;
    page.sees(200, "No terms are published yet");
    admin.submit(page.form(path).with("body", "  ")).await.sees(422, "Enter the text");
    admin
        .sent(page.form(path).with("body", "Look after what you read here."))
        .await
        .sees(200, "Version 1 is in force");
    let page = admin.get(path).await;
    admin.submit(page.form(path)).await.sees(422, "in force already");
    let mut tutor = world.visitor();
    let page = tutor.get("/sign-in").await;
    let form = page
        .form("/sign-in")
        .with("username", "tutor.riverside")
        .with("password", cap::demo::cast::PASSWORD);
    let answer = tutor.submit(form).await;
    tutor.follow(answer).await.sees(200, "Look after what you read here.");
    assert!(world.audited("terms.published").await > 0);
}

#[tokio::test]
async fn a_failed_job_is_seen_and_runs_again() {
    let world = World::new().await;
    world
        .arrange(|w| {
            w.later("mail.lost", &serde_json::json!({}), TimeDelta::zero())?;
            Ok(())
        })
        .await;
    for _ in 0..8 {
        world.run_jobs().await;
        world.wait(TimeDelta::days(1));
    }
    let mut admin = world.sign_in("admin").await;
    let page = admin.get("/admin/jobs").await;
    page.sees(200, "mail.lost").sees(200, "Failed").sees(200, "no such kind of job");
    let id: String = world.look(|r| Ok(job::table.select(job::public_id).first(r.db())?)).await;
    let retry = format!("/admin/jobs/{id}/retry");
    admin.sent(page.form(&retry)).await.sees(200, "The job runs again").sees(200, "Waiting");
    let again = admin.post(&retry, &page, &[]).await;
    assert_eq!(again.status, 404, "a job that waits is not there to be tried again");
}

#[tokio::test]
async fn the_audit_is_read_by_its_partnership_by_number_and_reading_it_is_audited() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    let href = format!("/admin/people/{}", world.person_id("tutor.harbour").await);
    let page = staff.get(&href).await;
    staff.sent(page.form(&format!("{href}/invitation"))).await.sees(200, "on its way again");
    let mut school = world.sign_in("attendance.northgate").await;
    let lesson = world.lesson_id(world.at_riverside).await;
    school.get(&format!("/clm/registers/{lesson}")).await.sees(200, "Adeyo");
    world.app.seal().await.expect("sealing works");
    let mut admin = world.sign_in("admin").await;
    let page = admin.get("/admin/audit").await;
    page.sees(200, "person.invited-again")
        .sees(200, "Casey Marsh")
        .sees(200, "Jordan Pike")
        .sees(200, "ViewRegisters")
        .sees(200, "10001")
        .hides("Adeyo")
        .hides("Jamie Thorn");
    assert!(world.audited("ReadAudit").await > 0);
    admin
        .get("/admin/audit?deed=person")
        .await
        .sees(200, "invited-again")
        .hides("ViewRegisters");
    let northgate = world.organisation_id(world.cast.northgate).await;
    admin
        .get(&format!("/admin/audit?at={northgate}"))
        .await
        .sees(200, "ViewRegisters")
        .hides("invited-again");
    admin.get("/admin/audit?to=2001-01-01").await.sees(200, "Nothing fits");
    admin.get("/admin/audit?from=2001-01-01&to=2100-01-01").await.sees(200, "invited-again");
    admin.get("/admin/audit?from=yesterday").await.sees(200, "Enter a real date");
}

#[tokio::test]
async fn nobody_fills_a_mailbox_with_links_for_a_new_password() {
    let world = World::new().await;
    let mut texts = Vec::new();
    for _ in 0..5 {
        let mut visitor = world.visitor();
        let page = visitor.get("/forgot-password").await;
        let answer = visitor.submit(page.form("/forgot-password").with("username", "tutor.riverside")).await;
        texts.push(visitor.follow(answer).await.text());
    }
    texts.dedup();
    assert_eq!(texts.len(), 1, "every answer is the same");
    world.run_jobs().await;
    assert_eq!(world.mail().len(), 3);
    world.wait(TimeDelta::minutes(61));
    let mut visitor = world.visitor();
    let page = visitor.get("/forgot-password").await;
    visitor.submit(page.form("/forgot-password").with("username", "tutor.riverside")).await;
    world.run_jobs().await;
    assert_eq!(world.mail().len(), 4, "an hour later there is a link again");
    let links: i64 = world.look(|r| Ok(one_time_link::table.count().get_result(r.db())?)).await;
    assert_eq!(links, 4);
}

fn adding(username: &str, role: &str) -> user::Add {
    user::Add {
        username: username.into(),
        email: format!("{username}@first.example"),
        name: "First Person".into(),
        organisation: "Beacon Service".into(),
        role: role.into(),
        password_stdin: false,
    }
}

#[tokio::test]
async fn the_first_administrator_is_made_at_the_server() {
    let world = World::new().await;
    let app = &world.app;
    let nowhere = user::add_person(app, adding("first.admin", "cap-administrator"), None).await;
    assert_eq!(nowhere, Err("There is no organisation of this name.".to_owned()));
    user::add_service(app, "Beacon".into(), "Beacon Service".into()).await.expect("a service");
    assert!(user::add_service(app, "Beacon".into(), "Another".into()).await.is_err());
    for (role, password, why) in [
        ("king", None, "There is no role king"),
        ("tutor", None, "has no such role"),
        ("cap-administrator", Some("short"), "12 characters or more"),
    ] {
        let refused = user::add_person(app, adding("first.admin", role), password.map(str::to_owned)).await;
        assert!(refused.as_ref().is_err_and(|sentence| sentence.contains(why)), "{refused:?}");
    }
    let chosen = "granite-otter-violin";
    user::add_person(app, adding("first.admin", "cap-administrator"), Some(chosen.into()))
        .await
        .expect("an administrator");
    assert!(user::add_person(app, adding("first.admin", "cap-staff"), None).await.is_err(), "taken");
    user::add_person(app, adding("second", "cap-staff"), None).await.expect("a colleague");
    user::reset(app, "second@first.example".into()).await.expect("a link");
    world.run_jobs().await;
    assert_eq!(world.mail().len(), 2, "an invitation and a link");
    let mut first = world.visitor();
    let page = first.get("/sign-in").await;
    first
        .submit(page.form("/sign-in").with("username", "first.admin").with("password", chosen))
        .await;
    first.get("/admin/people").await.sees(200, "First Person").hides("Casey Marsh");
    user::end(app, "first.admin".into()).await.expect("an end");
    assert_eq!(first.get("/clm").await.status, 303);
    assert!(user::end(app, "first.admin".into()).await.is_err(), "there is no such account in force");
}

#[tokio::test]
async fn settings_and_logo_are_set_at_the_server() {
    let world = World::new().await;
    let app = &world.app;
    setting_commands::set(app, "service_name", "Beacon AP").await.expect("a name");
    assert!(setting_commands::set(app, "nothing", "1").await.is_err());
    assert!(setting_commands::set(app, "brand_colour", "#ffdd00").await.is_err());
    assert!(setting_commands::list(app).await.expect("a list").contains("service_name = Beacon AP"));
    assert!(setting_commands::logo(app, b"<svg/>").await.is_err());
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    png.resize(64 * 1024 + 1, 0);
    assert!(setting_commands::logo(app, &png).await.is_err_and(|why| why.contains("65536")));
    png.truncate(100);
    setting_commands::logo(app, &png).await.expect("a logo");
    let mut visitor = world.visitor();
    visitor.get("/").await.sees(200, "Beacon AP");
    assert_eq!(visitor.get("/logo").await.body, png);
}

#[tokio::test]
async fn the_check_names_counts_that_disagree_with_marks() {
    let world = World::new().await;
    assert_eq!(check::of_data(&world.app).await.expect("a check"), Vec::<String>::new());
    let record = world.cast.ana.record;
    world
        .app
        .write(Task::Demo, move |w| {
            diesel::update(tally::table.filter(tally::record_id.eq(record)))
                .set(tally::present.eq(7))
                .execute(w.db())?;
            Ok(w.event("test.arranged").then(()))
        })
        .await
        .expect("it is arranged");
    let findings = check::of_data(&world.app).await.expect("a check");
    assert_eq!(
        findings,
        ["The counts of 1 training records do not agree with their marks; the first are 200001."]
    );
}
