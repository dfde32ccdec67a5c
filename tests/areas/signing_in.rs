//! Signing in, its failures, links by mail, and what becomes of sessions.

use crate::world::World;
use chrono::TimeDelta;
use platform::access::Task;

#[tokio::test]
async fn the_right_password_leads_home_with_ones_own_name_at_the_top() {
    let world = World::new().await;
    let mut tutor = world.sign_in("tutor.riverside").await;
    tutor.get("/clm").await.sees(200, "Terry Finch").sees(200, "Riverside Motors");
}

#[tokio::test]
async fn every_failure_looks_the_same() {
    let world = World::new().await;
    let mut bodies = Vec::new();
    for (username, password) in [
        ("tutor.riverside", "wrong-password"),
        ("nobody.at.all", "wrong-password"),
    ] {
        let mut visitor = world.visitor();
        let page = visitor.get("/sign-in").await;
        let answer = visitor
            .submit(page.form("/sign-in").with("username", username).with("password", password))
            .await;
        answer.sees(422, "is not right");
        bodies.push(answer.text().replace(username, ""));
    }
    assert_eq!(bodies[0], bodies[1]);
}

#[tokio::test]
async fn ten_wrong_passwords_close_the_account_for_five_minutes() {
    let world = World::new().await;
    let mut visitor = world.visitor();
    for _ in 0..10 {
        let page = visitor.get("/sign-in").await;
        visitor
            .submit(page.form("/sign-in").with("username", "tutor.riverside").with("password", "wrong"))
            .await
            .sees(422, "is not right");
    }
    let right = |page: &crate::world::Page| {
        page.form("/sign-in")
            .with("username", "tutor.riverside")
            .with("password", cap::demo::cast::PASSWORD)
    };
    let page = visitor.get("/sign-in").await;
    visitor.submit(right(&page)).await.sees(422, "is not right");
    world.wait(TimeDelta::minutes(6));
    let page = visitor.get("/sign-in").await;
    assert_eq!(visitor.submit(right(&page)).await.status, 303);
}

#[tokio::test]
async fn a_session_ends_without_use_and_at_its_limit() {
    let world = World::new().await;
    let mut tutor = world.sign_in("tutor.riverside").await;
    world.wait(TimeDelta::minutes(61));
    assert_eq!(tutor.get("/clm").await.header("location").as_deref(), Some("/sign-in?next=%2Fclm"));
}

#[tokio::test]
async fn signing_out_ends_the_session_and_not_only_the_cookie() {
    let world = World::new().await;
    let mut tutor = world.sign_in("tutor.riverside").await;
    let mut thief = tutor.clone();
    let page = tutor.get("/account").await;
    let answer = tutor.submit(page.form("/sign-out")).await;
    assert_eq!(answer.status, 303);
    assert_eq!(thief.get("/clm").await.status, 303);
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_a_link_that_works_once() {
    let world = World::new().await;
    let mut elsewhere = world.sign_in("tutor.riverside").await;
    let mut visitor = world.visitor();
    let page = visitor.get("/forgot-password").await;
    let answer = visitor.submit(page.form("/forgot-password").with("username", "tutor.riverside")).await;
    visitor.follow(answer).await.sees(200, "Look into your mailbox");
    world.run_jobs().await;
    let mail = world.mail();
    assert_eq!(mail.len(), 1);
    let link = mail[0]
        .text
        .split_whitespace()
        .find_map(|word| word.strip_prefix("http://cap.test"))
        .expect("a link")
        .to_owned();
    let page = visitor.get(&link).await;
    visitor
        .submit(page.form(&link).with("password", "short").with("again", "short"))
        .await
        .sees(422, "12");
    let fields = page
        .form(&link)
        .with("password", "granite-otter-violin")
        .with("again", "granite-otter-violin");
    let answer = visitor.submit(fields).await;
    visitor.follow(answer).await.sees(200, "Your password is set");
    assert_eq!(visitor.get(&link).await.status, 404, "the link is used up");
    assert_eq!(elsewhere.get("/clm").await.status, 303, "other sessions have ended");
}

#[tokio::test]
async fn nobody_learns_from_a_forgotten_password_whether_an_account_exists() {
    let world = World::new().await;
    let mut texts = Vec::new();
    for username in ["tutor.riverside", "nobody.at.all"] {
        let mut visitor = world.visitor();
        let page = visitor.get("/forgot-password").await;
        let answer = visitor.submit(page.form("/forgot-password").with("username", username)).await;
        texts.push(visitor.follow(answer).await.text());
    }
    assert_eq!(texts[0], texts[1]);
}

#[tokio::test]
async fn a_form_needs_the_sign_of_its_own_session_and_our_own_pages() {
    let world = World::new().await;
    let mut tutor = world.sign_in("tutor.riverside").await;
    let mut manager = world.sign_in("manager.riverside").await;
    let page = tutor.get("/account").await;
    let path = "/account/sign-out-everywhere";
    let unsigned = page.form(path).without("csrf");
    tutor.headers = vec![("sec-fetch-site".into(), "cross-site".into())];
    assert_eq!(tutor.submit(page.form(path)).await.status, 400, "from another site");
    tutor.headers.clear();
    let kept = tutor.submit(unsigned).await;
    assert!(
        kept.header("location").is_some_and(|to| to.starts_with("/kept/")),
        "an unsigned form is not done"
    );
    let stolen = manager.submit(page.form(path)).await;
    assert!(
        stolen.header("location").is_some_and(|to| to.starts_with("/kept/")),
        "a form of somebody else's page is not done"
    );
    assert_eq!(tutor.get("/clm").await.status, 200);
}

#[tokio::test]
async fn terms_that_change_are_asked_for_again() {
    use cap::schema::terms;
    use diesel::prelude::*;
    let world = World::new().await;
    world
        .arrange(|w| {
            let now = w.now();
            diesel::insert_into(terms::table)
                .values((terms::version.eq(1), terms::body.eq("Be kind."), terms::published_at.eq(now)))
                .execute(w.db())?;
            Ok(())
        })
        .await;
    let mut visitor = world.visitor();
    let page = visitor.get("/sign-in").await;
    let fields = page
        .form("/sign-in")
        .with("username", "tutor.riverside")
        .with("password", cap::demo::cast::PASSWORD);
    let answer = visitor.submit(fields).await;
    assert_eq!(answer.header("location").as_deref(), Some("/sign-in/terms"));
    assert_eq!(
        visitor.get("/clm").await.header("location").as_deref(),
        Some("/sign-in/terms"),
        "half-way is not in"
    );
    let page = visitor.get("/sign-in/terms").await;
    page.sees(200, "Be kind.");
    visitor.submit(page.form("/sign-in/terms")).await.sees(422, "Tick the box");
    let page = visitor.get("/sign-in/terms").await;
    visitor.submit(page.form("/sign-in/terms").with("terms", "yes")).await;
    visitor.get("/clm").await.sees(200, "Terry Finch");
}

#[tokio::test]
async fn the_audit_is_sealed_and_a_changed_row_is_found() {
    let world = World::new().await;
    world.sign_in("tutor.riverside").await;
    assert!(world.app.seal().await.expect("sealing works") > 0);
    let verdict = world.app.verify_audit().await.expect("the audit can be read");
    assert!(matches!(verdict, platform::audit::Verdict::Whole { unsealed: 0, .. }), "{verdict:?}");
    let refused = world
        .app
        .write(Task::Command, |w| {
            use diesel::connection::SimpleConnection;
            w.db().batch_execute("update audit set deed = 'nothing'")?;
            Ok(w.event("never").then(()))
        })
        .await;
    assert!(refused.is_err(), "the database itself refuses to change an audit row");
}
