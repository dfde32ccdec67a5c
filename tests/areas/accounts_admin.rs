//! Administration of accounts: organisations, people; and the directory.

use crate::world::World;
use cap::schema::{membership, organisation, person};
use diesel::prelude::*;
use platform::Role;

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
        assert!(world.audited(deed).await > 0, "{deed}");
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
    let href = format!("/admin/organisations/{}", world.organisation_id(world.cast.elm).await);
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
    let href = format!("/admin/organisations/{}", world.organisation_id(world.cast.elm).await);
    let ending = format!("{href}/ending");
    let page = staff.get(&href).await;
    staff
        .submit(page.form(&ending).with("ended_on", "31/02/2027"))
        .await
        .sees(422, "Enter a real date");
    staff.sent(page.form(&ending).with("ended_on", "2026-11-24")).await.sees(200, "has ended");
    assert_eq!(school.get("/clm").await.status, 303, "Elm's session is out");
    let own = format!("/admin/organisations/{}", world.organisation_id(world.cast.service).await);
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
    let quay = world.organisation_id(world.cast.quay).await;
    let thorn = world.person_id("staff.otherside").await;
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
    let elm = world.organisation_id(world.cast.elm).await;
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
    assert!(world.audited("person.added").await > 0);
}

#[tokio::test]
async fn a_person_is_refused_without_saying_whose_a_taken_name_is() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get("/admin/people/new").await;
    let (service, elm) = (
        world.organisation_id(world.cast.service).await,
        world.organisation_id(world.cast.elm).await,
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
    let href = format!("/admin/people/{}", world.person_id("tutor.riverside").await);
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
    let riverside = world.organisation_id(world.cast.riverside.provider).await;
    let back = page.form(&format!("{href}/memberships")).with("at", riverside).with("role", "tutor");
    staff.sent(back).await.sees(200, "a new invitation is on its way");
    world.run_jobs().await;
    assert_eq!(world.mail().len(), 1);
}

#[tokio::test]
async fn memberships_are_given_and_ended_and_never_ones_own() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    let href = format!("/admin/people/{}", world.person_id("tutor.harbour").await);
    let riverside = world.organisation_id(world.cast.riverside.provider).await;
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

    let own = format!("/admin/people/{}", world.person_id("cap.staff").await);
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
    let href = format!("/admin/people/{}", world.person_id("admin").await);
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
    let href = format!("/admin/people/{}", world.person_id("cap.staff").await);
    let page = admin.get(&href).await;
    let service = world.organisation_id(world.cast.service).await;
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
    let moss = world.person_id("tutor.harbour").await;
    assert_eq!(manager.get(&format!("/clm/staff/{moss}")).await.status, 404);
    let page = manager.get("/clm/staff/new").await;
    let form = page
        .form("/clm/staff/new")
        .with("name", "Nell Rook")
        .with("username", "nell.rook")
        .with("email", "nell@riverside.example")
        // A manager is not asked for these, and cannot smuggle them in.
        .with("at", world.organisation_id(world.cast.harbour.provider).await)
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
    let href = format!("/clm/staff/{}", world.person_id("nell.rook").await);
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
