//! Administration of accounts: organisations, people, settings, terms, jobs, the audit; the
//! directory; and the commands at the server.

use crate::world::{World, make_person};
use cap::{
    commands::{check, settings as setting_commands, user},
    schema::{membership, one_time_link, organisation, person, tally},
};
use chrono::TimeDelta;
use diesel::prelude::*;
use platform::{Role, Task, ids::OrganisationKey, schema::job};

async fn organisation_id(world: &World, key: OrganisationKey) -> String {
    world
        .look(move |r| {
            let id: String = organisation::table
                .filter(organisation::id.eq(key))
                .select(organisation::public_id)
                .first(r.db())?;
            Ok(id)
        })
        .await
}

async fn person_id(world: &World, username: &str) -> String {
    let username = username.to_owned();
    world
        .look(move |r| {
            let id: String = person::table
                .filter(person::username.eq(username))
                .select(person::public_id)
                .first(r.db())?;
            Ok(id)
        })
        .await
}

/// Whether the latest audit row of this deed is there.
async fn is_audited(world: &World, deed: &'static str) -> bool {
    use platform::schema::audit;
    let rows: i64 = world
        .look(move |r| Ok(audit::table.filter(audit::deed.eq(deed)).count().get_result(r.db())?))
        .await;
    rows > 0
}

#[tokio::test]
async fn an_organisation_is_added_changed_and_ended() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get("/admin/organisations/new").await;
    let form = page
        .form("/admin/organisations/new")
        .with("kind", "school")
        .with("name", "Hill School")
        .with("urn", "123456")
        .with("postcode", "ab12de");
    staff.sent(form).await.sees(200, "Hill School is added").sees(200, "AB1 2DE");
    let page = staff.get("/admin/organisations?kind=school&name=hil").await;
    page.sees(200, "Hill School").hides("Elm Academy");
    let href = page.link("Hill School");
    let page = staff.get(&href).await;
    page.sees(200, "neither an e-mail address nor a telephone");
    let form = page.form(&href).with("telephone", "01632 960111").with("urn", "123457");
    staff.sent(form).await.sees(200, "The details are saved").hides("neither an e-mail");
    let ending = format!("{href}/ending");
    let page = staff.get(&href).await;
    staff
        .sent(page.form(&ending).with("ended_on", "2027-07-21"))
        .await
        .sees(200, "It ends on Wednesday 21 July 2027");
    for deed in ["organisation.added", "organisation.changed", "organisation.ended"] {
        assert!(is_audited(&world, deed).await, "{deed}");
    }
}

#[tokio::test]
async fn wrong_details_are_refused_beside_their_fields_and_kept() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get("/admin/organisations/new").await;
    let form = page
        .form("/admin/organisations/new")
        .with("name", "Elm  academy")
        .with("urn", "12")
        .with("ukprn", "20012345")
        .with("postcode", "nowhere")
        .with("email", "nobody");
    let refused = staff.submit(form).await;
    refused
        .sees(422, "Choose whether it is a school or a provider")
        .sees(422, "Another organisation has this name")
        .sees(422, "Enter a URN of six digits")
        .sees(422, "Enter a UKPRN of eight digits")
        .sees(422, "Enter a full postcode")
        .sees(422, "Enter an e-mail address");
    assert_eq!(refused.form("/admin/organisations/new").value("postcode"), Some("nowhere"));
}

#[tokio::test]
async fn two_people_at_one_organisation_lose_nothing() {
    let world = World::new().await;
    let (mut staff, mut admin) = (world.sign_in("cap.staff").await, world.sign_in("admin").await);
    let href = format!("/admin/organisations/{}", organisation_id(&world, world.cast.elm).await);
    let (first, second) = (staff.get(&href).await, admin.get(&href).await);
    staff
        .sent(first.form(&href).with("telephone", "01632 960222"))
        .await
        .sees(200, "are saved");
    let clash = admin.submit(second.form(&href).with("address", "1 Elm Road")).await;
    clash.sees(409, "Somebody else was faster").sees(409, "01632 960222");
    assert_eq!(clash.form(&href).value("address"), Some("1 Elm Road"));
    let again = clash.form(&href).with("telephone", "01632 960222");
    let page = admin.sent(again).await;
    page.sees(200, "are saved");
    assert_eq!(page.form(&href).value("address"), Some("1 Elm Road"));
}

#[tokio::test]
async fn the_people_of_an_ended_organisation_are_out_and_ones_own_never_ends() {
    let world = World::new().await;
    let (mut staff, mut school) = (world.sign_in("cap.staff").await, world.sign_in("attendance.elm").await);
    let href = format!("/admin/organisations/{}", organisation_id(&world, world.cast.elm).await);
    let ending = format!("{href}/ending");
    let page = staff.get(&href).await;
    staff
        .submit(page.form(&ending).with("ended_on", "31/02/2027"))
        .await
        .sees(422, "Enter a real date");
    staff.sent(page.form(&ending).with("ended_on", "2026-11-24")).await.sees(200, "has ended");
    assert_eq!(school.get("/clm").await.status, 303, "Elm's session is out");
    let own = format!("/admin/organisations/{}", organisation_id(&world, world.cast.service).await);
    let page = staff.get(&own).await;
    let fields = [("version", "0"), ("ended_on", "2026-11-24")];
    staff
        .post(&format!("{own}/ending"), &page, &fields)
        .await
        .sees(422, "Your own organisation can't be ended");
}

#[tokio::test]
async fn other_partnerships_and_other_roles_see_nothing() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    let quay = organisation_id(&world, world.cast.quay).await;
    let thorn = person_id(&world, "staff.otherside").await;
    for path in [
        format!("/admin/organisations/{quay}"),
        format!("/admin/people/{thorn}"),
        "/admin/people/aaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
    ] {
        staff.get(&path).await.sees(404, "There is no such page").hides("Quay").hides("Thorn");
    }
    for path in ["/admin/organisations", "/admin/people", "/clm/directory"] {
        staff.get(path).await.sees(200, "").hides("Quay School").hides("Jamie Thorn");
    }
    let mut tutor = world.sign_in("tutor.riverside").await;
    for path in [
        "/admin/organisations",
        "/admin/people",
        "/admin/settings",
        "/admin/terms-and-conditions",
        "/admin/jobs",
        "/admin/audit",
        "/clm/staff",
    ] {
        assert_eq!(tutor.get(path).await.status, 403, "{path}");
    }
    for path in ["/admin/settings", "/admin/audit", "/admin/jobs"] {
        assert_eq!(staff.get(path).await.status, 403, "{path} is an administrator's");
    }
}

#[tokio::test]
async fn a_person_is_added_invited_found_and_signs_in() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    let elm = organisation_id(&world, world.cast.elm).await;
    let page = staff.get("/admin/people/new").await;
    let form = page
        .form("/admin/people/new")
        .with("name", "Ada O'Lark")
        .with("username", "Ada.Lark")
        .with("email", "ada.lark@elm.example")
        .with("at", &elm)
        .with("role", "school-dsl");
    let repeat = form.clone();
    staff.sent(form).await.sees(200, "Ada O'Lark is added").sees(200, "14 days");
    staff.sent(repeat).await.sees(200, "Ada O'Lark is added");
    world.run_jobs().await;
    let mail = world.mail();
    assert_eq!(mail.len(), 1, "a form that came twice invites once");
    assert_eq!(mail[0].to, "ada.lark@elm.example");
    let link = mail[0]
        .text
        .split_whitespace()
        .find_map(|word| word.strip_prefix("http://cap.test"))
        .expect("a link")
        .to_owned();
    let mut ada = world.visitor();
    let page = ada.get(&link).await;
    let chosen = "granite-otter-violin";
    ada.submit(page.form(&link).with("password", chosen).with("again", chosen)).await;
    let page = ada.get("/sign-in").await;
    ada.submit(page.form("/sign-in").with("username", "ada.lark").with("password", chosen))
        .await;
    ada.get("/clm").await.sees(200, "Ada O'Lark").sees(200, "Elm Academy");

    let page = staff.get("/admin/people").await;
    let found = staff.submit(page.form("/admin/people/search").with("name", "olark")).await;
    let address = found.header("location").expect("a redirect");
    assert!(!address.contains("lark"), "no name in an address: {address}");
    staff.follow(found).await.sees(200, "Ada O'Lark").hides("Terry Finch");
    assert!(is_audited(&world, "person.added").await);
}

#[tokio::test]
async fn a_person_is_refused_without_saying_whose_a_taken_name_is() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get("/admin/people/new").await;
    let (service, elm) = (
        organisation_id(&world, world.cast.service).await,
        organisation_id(&world, world.cast.elm).await,
    );
    page.hides("CAP administrator (service)");
    let form = page
        .form("/admin/people/new")
        .with("name", "Ada Lark")
        // Both are of another partnership, which must not show.
        .with("username", "staff.otherside")
        .with("email", "Tutor.Summit@demo.example")
        .with("at", &elm)
        .with("role", "tutor");
    let refused = staff.submit(form.clone()).await;
    refused
        .sees(422, "This username can't be used")
        .sees(422, "This address can't be used")
        .sees(422, "A school has no such role")
        .hides("Thorn");
    assert_eq!(refused.form("/admin/people/new").value("username"), Some("staff.otherside"));
    let promoting = form.with("at", &service).with("role", "cap-administrator");
    staff
        .submit(promoting)
        .await
        .sees(422, "Choose the organisation")
        .sees(422, "Choose what the person does there");
}

#[tokio::test]
async fn an_account_ends_with_every_session_in_the_same_breath_and_comes_back_by_invitation() {
    let world = World::new().await;
    let (mut staff, mut tutor) = (world.sign_in("cap.staff").await, world.sign_in("tutor.riverside").await);
    let href = format!("/admin/people/{}", person_id(&world, "tutor.riverside").await);
    let page = staff.get(&href).await;
    staff
        .sent(page.form(&format!("{href}/ending")))
        .await
        .sees(200, "One browser was signed out");
    assert_eq!(tutor.get("/clm").await.status, 303);
    staff.get("/admin/people").await.hides("Terry Finch");
    staff.get("/admin/people?show=ended").await.sees(200, "Terry Finch");
    let mut visitor = world.visitor();
    let page = visitor.get("/sign-in").await;
    visitor
        .submit(
            page.form("/sign-in")
                .with("username", "tutor.riverside")
                .with("password", "Provision-demo-1"),
        )
        .await
        .sees(422, "is not right");
    let page = staff.get(&href).await;
    let riverside = organisation_id(&world, world.cast.riverside.provider).await;
    let back = page.form(&format!("{href}/memberships")).with("at", riverside).with("role", "tutor");
    staff.sent(back).await.sees(200, "a new invitation is on its way");
    world.run_jobs().await;
    assert_eq!(world.mail().len(), 1);
}

#[tokio::test]
async fn memberships_are_given_and_ended_and_never_ones_own() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    let href = format!("/admin/people/{}", person_id(&world, "tutor.harbour").await);
    let riverside = organisation_id(&world, world.cast.riverside.provider).await;
    let page = staff.get(&href).await;
    let giving = page.form(&format!("{href}/memberships")).with("at", &riverside).with("role", "tutor");
    let page = staff.sent(giving.clone()).await;
    page.sees(200, "now works for Riverside Motors");
    let again = page.form(&format!("{href}/memberships")).with("at", &riverside).with("role", "tutor");
    staff.submit(again).await.sees(422, "has this role there already");
    let mut moss = world.sign_in("tutor.harbour").await;
    let part = world
        .look(|r| {
            let id: String = membership::table
                .inner_join(person::table)
                .inner_join(organisation::table)
                .filter(person::username.eq("tutor.harbour"))
                .filter(organisation::name.eq("Harbour Farm"))
                .select(membership::public_id)
                .first(r.db())?;
            Ok(id)
        })
        .await;
    let page = staff.get(&href).await;
    staff
        .sent(page.form(&format!("{href}/memberships/{part}/ending")))
        .await
        .sees(200, "no longer works for Harbour Farm");
    assert_eq!(moss.get("/clm").await.status, 303, "the browser at Harbour is signed out");
    world.sign_in("tutor.harbour").await.get("/clm").await.sees(200, "Riverside Motors");

    let own = format!("/admin/people/{}", person_id(&world, "cap.staff").await);
    let page = staff.get(&own).await;
    page.sees(200, "This is your own account");
    assert_eq!(staff.post(&format!("{own}/ending"), &page, &[]).await.status, 403);
    let role = [("at", riverside.as_str()), ("role", "tutor")];
    assert_eq!(staff.post(&format!("{own}/memberships"), &page, &role).await.status, 403);
}

#[tokio::test]
async fn only_an_administrator_touches_the_services_own_people() {
    let world = World::new().await;
    let (mut staff, mut admin) = (world.sign_in("cap.staff").await, world.sign_in("admin").await);
    let href = format!("/admin/people/{}", person_id(&world, "admin").await);
    let page = staff.get(&href).await;
    page.sees(200, "not yours to change");
    for path in [format!("{href}/ending"), format!("{href}/invitation")] {
        assert_eq!(staff.post(&path, &page, &[]).await.status, 403, "{path}");
    }
    // Whoever changes an address can make themselves a password.
    let taking_over = [
        ("version", "0"),
        ("name", "Avery Stone"),
        ("username", "admin"),
        ("email", "mine@demo.example"),
    ];
    assert_eq!(staff.post(&href, &page, &taking_over).await.status, 403);
    let href = format!("/admin/people/{}", person_id(&world, "cap.staff").await);
    let page = admin.get(&href).await;
    let service = organisation_id(&world, world.cast.service).await;
    let giving = page
        .form(&format!("{href}/memberships"))
        .with("at", service)
        .with("role", "cap-administrator");
    admin.sent(giving).await.sees(200, "now works for Brightwater");
}

#[tokio::test]
async fn a_manager_looks_after_the_tutors_of_their_own_provider_only() {
    let world = World::new().await;
    let mut manager = world.sign_in("manager.riverside").await;
    let page = manager.get("/clm/staff").await;
    page.sees(200, "Terry Finch").hides("Frankie Moss").hides("Drew Calder</a>");
    let moss = person_id(&world, "tutor.harbour").await;
    assert_eq!(manager.get(&format!("/clm/staff/{moss}")).await.status, 404);
    let page = manager.get("/clm/staff/new").await;
    let form = page
        .form("/clm/staff/new")
        .with("name", "Nell Rook")
        .with("username", "nell.rook")
        .with("email", "nell@riverside.example")
        // A manager is not asked for these, and cannot smuggle them in.
        .with("at", organisation_id(&world, world.cast.harbour.provider).await)
        .with("role", "provider-manager");
    manager.sent(form).await.sees(200, "Nell Rook is added");
    let (role, at): (String, i64) = world
        .look(|r| {
            Ok(membership::table
                .inner_join(person::table)
                .filter(person::username.eq("nell.rook"))
                .select((membership::role, membership::organisation_id))
                .first(r.db())?)
        })
        .await;
    assert_eq!((role.as_str(), at), ("tutor", world.cast.riverside.provider.0));

    // A tutor who also works elsewhere: the part here is the manager's to end, the account is not.
    let harbour = world.cast.harbour.provider;
    let key = world
        .look(|r| {
            let key: platform::ids::PersonKey =
                person::table.filter(person::username.eq("nell.rook")).select(person::id).first(r.db())?;
            Ok(key)
        })
        .await;
    world.arrange(move |w| cap::accounts::person::join(w, key, harbour, Role::Tutor)).await;
    let href = format!("/clm/staff/{}", person_id(&world, "nell.rook").await);
    let page = manager.get(&href).await;
    page.sees(200, "not yours to change").hides("Harbour Farm");
    assert_eq!(manager.post(&format!("{href}/ending"), &page, &[]).await.status, 403);
}

#[tokio::test]
async fn the_directory_shows_whom_one_works_with() {
    let world = World::new().await;
    let harbour = world.cast.harbour.provider;
    world
        .arrange(move |w| {
            diesel::update(organisation::table.filter(organisation::id.eq(harbour)))
                .set(organisation::telephone.eq("01632 960333"))
                .execute(w.db())?;
            Ok(())
        })
        .await;
    let mut elm = world.sign_in("attendance.elm").await;
    elm.get("/clm/directory")
        .await
        .sees(200, "Brightwater Alternative Provision")
        .sees(200, "Harbour Farm")
        .sees(200, "Frankie Moss, Tutor")
        .sees(200, "01632 960333")
        .hides("Northgate School")
        .hides("Riverside Motors");
    let mut riverside = world.sign_in("tutor.riverside").await;
    riverside
        .get("/clm/directory")
        .await
        .sees(200, "Northgate School")
        .sees(200, "Casey Marsh, CAP staff")
        .hides("Elm Academy")
        .hides("Harbour Farm");
    let mut staff = world.sign_in("cap.staff").await;
    staff
        .get("/clm/directory?kind=provider")
        .await
        .sees(200, "Harbour Farm")
        .sees(200, "Riverside Motors")
        .hides("Elm Academy");
}

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
    assert!(is_audited(&world, "settings.changed").await);
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
    assert!(is_audited(&world, "terms.published").await);
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
    let href = format!("/admin/people/{}", person_id(&world, "tutor.harbour").await);
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
    assert!(is_audited(&world, "ReadAudit").await);
    admin
        .get("/admin/audit?deed=person")
        .await
        .sees(200, "invited-again")
        .hides("ViewRegisters");
    let northgate = organisation_id(&world, world.cast.northgate).await;
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
