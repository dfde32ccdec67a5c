//! The day's main job: a tutor takes the register, the school sees it and decides.

use crate::world::{Client, Page, World, time};
use cap::{
    attendance::{LessonKey, status::Status},
    learners::RecordKey,
    schema::{entry, lesson, register_change, tally, training_record},
};
use diesel::prelude::*;

/// What forms call a learner.
async fn reference(world: &World, record: RecordKey) -> String {
    world
        .look(move |r| {
            Ok(training_record::table
                .filter(training_record::id.eq(record))
                .select(training_record::public_id)
                .first(r.db())?)
        })
        .await
}

async fn status_of(world: &World, lesson: LessonKey, record: RecordKey) -> Option<Status> {
    let code: Option<i16> = world
        .look(move |r| {
            Ok(entry::table
                .filter(entry::lesson_id.eq(lesson))
                .filter(entry::record_id.eq(record))
                .select(entry::status)
                .first(r.db())?)
        })
        .await;
    code.and_then(Status::from_code)
}

struct Scene {
    world: World,
    register: String,
    ana: String,
    cara: String,
}

impl Scene {
    async fn new() -> Scene {
        let world = World::new().await;
        let register = format!("/clm/registers/{}", world.lesson_id(world.at_riverside).await);
        let ana = reference(&world, world.cast.ana.record).await;
        let cara = reference(&world, world.cast.cara_at_riverside.record).await;
        Scene { world, register, ana, cara }
    }

    async fn edit(&self, client: &mut Client) -> Page {
        let page = client.get(&format!("{}/edit", self.register)).await;
        page.sees(200, "Edit the register");
        page
    }

    /// Marks both learners of the register.
    async fn take(&self, client: &mut Client, ana: &str, cara: &str) -> Page {
        let page = self.edit(client).await;
        let fields = page
            .form(&self.register)
            .with(&format!("status-{}", self.ana), ana)
            .with(&format!("status-{}", self.cara), cara);
        let answer = client.submit(fields).await;
        client.follow(answer).await
    }
}

#[tokio::test]
async fn a_tutor_takes_the_register_and_everybody_concerned_sees_it() {
    let scene = Scene::new().await;
    let mut tutor = scene.world.sign_in("tutor.riverside").await;
    let page = scene.take(&mut tutor, "present", "unexplained").await;
    page.sees(200, "The register is complete")
        .sees(200, "the one of the learner with an unexplained absence has been told")
        .sees(200, "2 of 2 marked");
    let mut school = scene.world.sign_in("attendance.northgate").await;
    school.get(&scene.register).await.sees(200, "Adeyo, Ana").sees(200, "Unexplained");
    let mut staff = scene.world.sign_in("cap.staff").await;
    staff.get(&scene.register).await.sees(200, "Conneely, Cara");
    assert!(scene.world.run_jobs().await > 0);
    let mail = scene.world.mail();
    assert_eq!(mail.len(), 1, "one attendance contact is told");
    assert_eq!(mail[0].to, "attendance.northgate@demo.example");
    for name in ["Cara", "Conneely"] {
        assert!(!mail[0].text.contains(name) && !mail[0].subject.contains(name), "no mail names a child");
    }
}

#[tokio::test]
async fn the_school_decides_and_the_tutor_sees_the_outcome() {
    let scene = Scene::new().await;
    let mut tutor = scene.world.sign_in("tutor.riverside").await;
    scene.take(&mut tutor, "present", "unexplained").await;
    let mut school = scene.world.sign_in("attendance.northgate").await;
    let decisions = format!("{}/decisions", scene.register);
    let page = school.get(&decisions).await;
    let cara = |field: &str| format!("{field}-{}", scene.cara);
    let fields = page
        .form(&decisions)
        .with(&cara("status"), "authorised")
        .with(&cara("code"), "M")
        .with(&cara("reason"), "Dentist")
        .with(&cara("note"), "Back tomorrow");
    let answer = school.submit(fields).await;
    school
        .follow(answer)
        .await
        .sees(200, "The provider sees your decision")
        .sees(200, "Authorised");
    tutor
        .get(&scene.register)
        .await
        .sees(200, "Authorised")
        .sees(200, "Dentist")
        .sees(200, "Back tomorrow");
    let pending: Option<i64> = {
        let (lesson, record) = (scene.world.at_riverside, scene.world.cast.cara_at_riverside.record);
        scene
            .world
            .look(move |r| {
                Ok(entry::table
                    .filter(entry::lesson_id.eq(lesson))
                    .filter(entry::record_id.eq(record))
                    .select(entry::pending_school_id)
                    .first(r.db())?)
            })
            .await
    };
    assert_eq!(pending, None, "it waits for nobody");
}

#[tokio::test]
async fn a_provider_can_not_authorise_whatever_it_posts() {
    let scene = Scene::new().await;
    let mut tutor = scene.world.sign_in("tutor.riverside").await;
    for status in ["authorised", "unauthorised"] {
        let page = scene.edit(&mut tutor).await;
        let fields = page.form(&scene.register).with(&format!("status-{}", scene.ana), status);
        let answer = tutor.submit(fields).await;
        answer.sees(422, "the home school decides whether it is authorised");
    }
    assert_eq!(status_of(&scene.world, scene.world.at_riverside, scene.world.cast.ana.record).await, None);
}

#[tokio::test]
async fn after_a_decision_the_provider_may_only_correct_to_present_or_late_and_the_school_is_told() {
    let scene = Scene::new().await;
    let mut tutor = scene.world.sign_in("tutor.riverside").await;
    scene.take(&mut tutor, "present", "unexplained").await;
    let mut school = scene.world.sign_in("attendance.northgate").await;
    let decisions = format!("{}/decisions", scene.register);
    let page = school.get(&decisions).await;
    school
        .submit(page.form(&decisions).with(&format!("status-{}", scene.cara), "unauthorised"))
        .await;
    let page = scene.edit(&mut tutor).await;
    let not_required = page.form(&scene.register).with(&format!("status-{}", scene.cara), "not-required");
    tutor.submit(not_required).await.sees(422, "you can change it only to present or late");
    scene.world.run_jobs().await;
    let before = scene.world.mail().len();
    let page = scene.edit(&mut tutor).await;
    let late = page
        .form(&scene.register)
        .with(&format!("status-{}", scene.cara), "late")
        .with(&format!("late-{}", scene.cara), "20");
    let answer = tutor.submit(late).await;
    tutor.follow(answer).await.sees(200, "Late, 20 minutes");
    scene.world.run_jobs().await;
    let mail = scene.world.mail();
    assert_eq!(mail.len(), before + 1);
    assert_eq!(mail[before].subject, "A mark that you had decided was changed");
}

#[tokio::test]
async fn a_school_sees_only_its_own_learners_in_a_register_of_several_schools() {
    let scene = Scene::new().await;
    let harbour = format!("/clm/registers/{}", scene.world.lesson_id(scene.world.at_harbour).await);
    let mut elm = scene.world.sign_in("attendance.elm").await;
    elm.get(&harbour).await.sees(200, "Brackley, Ben").hides("Conneely");
    let mut northgate = scene.world.sign_in("attendance.northgate").await;
    northgate.get(&harbour).await.sees(200, "Conneely, Cara").hides("Brackley");
    assert_eq!(elm.get(&scene.register).await.status, 404, "no learner of Elm is at Riverside");
    let mut harbour_tutor = scene.world.sign_in("tutor.harbour").await;
    for path in ["", "/edit"] {
        let page = harbour_tutor.get(&format!("{}{path}", scene.register)).await;
        assert_eq!(page.status, 404);
        page.hides("Adeyo");
    }
    let mut other = scene.world.sign_in("staff.otherside").await;
    assert_eq!(other.get(&scene.register).await.status, 404);
}

#[tokio::test]
async fn a_school_has_no_edit_before_the_provider_has_completed_unless_it_was_told() {
    let scene = Scene::new().await;
    let mut tutor = scene.world.sign_in("tutor.riverside").await;
    let mut school = scene.world.sign_in("attendance.northgate").await;
    school.get(&scene.register).await.sees(200, "has not completed this register yet");
    let page = scene.edit(&mut tutor).await;
    tutor
        .submit(page.form(&scene.register).with(&format!("status-{}", scene.cara), "unexplained"))
        .await;
    assert_eq!(
        school.get(&format!("{}/decisions", scene.register)).await.status,
        303,
        "it has not been told yet"
    );
    scene.world.run_jobs().await;
    assert!(scene.world.mail().is_empty(), "the mark has not stood for a minute");
    scene.world.wait(chrono::TimeDelta::seconds(61));
    scene.world.run_jobs().await;
    scene.world.run_jobs().await;
    assert_eq!(scene.world.mail().len(), 1, "told once");
    let page = school.get(&format!("{}/decisions", scene.register)).await;
    page.sees(200, "Conneely, Cara").hides("Adeyo");
}

#[tokio::test]
async fn two_tutors_at_once_lose_nothing() {
    let scene = Scene::new().await;
    let mut tutor = scene.world.sign_in("tutor.riverside").await;
    let mut manager = scene.world.sign_in("manager.riverside").await;
    let first = scene.edit(&mut tutor).await;
    let second = scene.edit(&mut manager).await;
    tutor
        .submit(first.form(&scene.register).with(&format!("status-{}", scene.ana), "present"))
        .await;
    // Another learner: nothing clashes, both stand.
    let mine = second.form(&scene.register).with(&format!("status-{}", scene.cara), "late");
    assert_eq!(manager.submit(mine).await.status, 303);
    let (lesson, cast) = (scene.world.at_riverside, scene.world.cast);
    assert_eq!(status_of(&scene.world, lesson, cast.ana.record).await, Some(Status::Present));
    assert_eq!(status_of(&scene.world, lesson, cast.cara_at_riverside.record).await, Some(Status::Late));
    // The same learner: a page shows both.
    let stale = second.form(&scene.register).with(&format!("status-{}", scene.ana), "unexplained");
    let stale = stale.with(
        "form_key",
        format!("{}-again", second.signs("").value("form_key").unwrap().split('-').next().unwrap()),
    );
    let clash = manager.submit(stale).await;
    clash.sees(409, "Yours: Unexplained").sees(409, "Stands there now: Present");
    let answer = manager.submit(clash.form(&scene.register)).await;
    manager.follow(answer).await.sees(200, "Unexplained").sees(200, "Late");
}

#[tokio::test]
async fn a_form_sent_twice_is_done_once() {
    let scene = Scene::new().await;
    let mut tutor = scene.world.sign_in("tutor.riverside").await;
    let page = scene.edit(&mut tutor).await;
    let fields = page.form(&scene.register).with(&format!("note-{}", scene.ana), "Helped a new learner");
    let first = tutor.submit(fields.clone()).await;
    let second = tutor.submit(fields).await;
    assert_eq!((first.status, first.header("location")), (second.status, second.header("location")));
    let changes: i64 = scene.world.look(|r| Ok(cap::schema::note::table.count().get_result(r.db())?)).await;
    assert_eq!(changes, 1);
}

#[tokio::test]
async fn scripts_save_as_one_goes_and_are_told_what_stands() {
    let scene = Scene::new().await;
    let mut tutor = scene.world.sign_in("tutor.riverside").await;
    let page = scene.edit(&mut tutor).await;
    tutor.headers = vec![("accept".into(), "application/json".into())];
    let status = format!("status-{}", scene.ana);
    let fields = [(status.as_str(), "present"), (&format!("was-{status}"), "")];
    let answer = tutor.post(&scene.register, &page, &fields).await;
    assert_eq!(answer.status, 200, "{}", answer.html());
    let told: serde_json::Value = serde_json::from_slice(&answer.body).expect("JSON");
    assert_eq!(told["saved"], true);
    assert_eq!(told["state"], "1 of 2 marked");
    assert_eq!(told["base"][&status], "present");
    let stale = [(status.as_str(), "late"), (&format!("was-{status}"), "")];
    let clash = tutor.post(&scene.register, &page, &stale).await;
    assert_eq!((clash.status, clash.html().as_str()), (409, r#"{"conflict":true}"#));
}

#[tokio::test]
async fn the_rest_is_marked_present_and_never_overwrites() {
    let scene = Scene::new().await;
    let mut tutor = scene.world.sign_in("tutor.riverside").await;
    let page = scene.edit(&mut tutor).await;
    let fields = page
        .form(&scene.register)
        .with(&format!("status-{}", scene.cara), "late")
        .with("rest", "present");
    let answer = tutor.submit(fields).await;
    tutor.follow(answer).await.sees(200, "The register is complete");
    let (lesson, cast) = (scene.world.at_riverside, scene.world.cast);
    assert_eq!(status_of(&scene.world, lesson, cast.ana.record).await, Some(Status::Present));
    assert_eq!(status_of(&scene.world, lesson, cast.cara_at_riverside.record).await, Some(Status::Late));
}

#[tokio::test]
async fn every_change_is_kept_and_the_tallies_follow() {
    let scene = Scene::new().await;
    let mut tutor = scene.world.sign_in("tutor.riverside").await;
    scene.take(&mut tutor, "present", "unexplained").await;
    scene.take(&mut tutor, "late", "unexplained").await;
    let changes: Vec<String> = scene
        .world
        .look(|r| {
            Ok(register_change::table
                .order(register_change::id)
                .select(register_change::changes)
                .load(r.db())?)
        })
        .await;
    assert_eq!(changes.len(), 2);
    assert!(changes[1].contains(r#""from":{"contribution":"0","status":"present"}"#), "{}", changes[1]);
    let ana = scene.world.cast.ana.record;
    let counts: (i32, i32, i32) = scene
        .world
        .look(move |r| {
            Ok(tally::table
                .filter(tally::record_id.eq(ana))
                .select((tally::present, tally::late, tally::contribution_0))
                .first(r.db())?)
        })
        .await;
    assert_eq!(counts, (0, 1, 1));
    let completed: i64 = scene
        .world
        .look(|r| Ok(lesson::table.filter(lesson::completed_at.is_not_null()).count().get_result(r.db())?))
        .await;
    assert_eq!(completed, 1);
}

#[tokio::test]
async fn a_register_of_a_coming_lesson_can_not_be_marked() {
    let scene = Scene::new().await;
    let world = &scene.world;
    let key = world
        .lesson(world.cast.riverside, crate::world::day(2026, 11, 24), time(13, 30), time(15, 30))
        .await;
    let path = format!("/clm/registers/{}", world.lesson_id(key).await);
    let mut tutor = world.sign_in("tutor.riverside").await;
    tutor.get(&path).await.sees(200, "opens a quarter of an hour before");
    let page = tutor.get("/account").await;
    let posted = tutor
        .post(
            &path,
            &page,
            &[
                (&format!("status-{}", scene.ana), "present"),
                (&format!("was-status-{}", scene.ana), ""),
            ],
        )
        .await;
    posted.sees(409, "Nothing was saved");
}

#[tokio::test]
async fn wrong_input_is_kept_and_named_at_its_field() {
    let scene = Scene::new().await;
    let mut tutor = scene.world.sign_in("tutor.riverside").await;
    let page = scene.edit(&mut tutor).await;
    let fields = page
        .form(&scene.register)
        .with(&format!("status-{}", scene.ana), "late")
        .with(&format!("late-{}", scene.ana), "soon")
        .with(&format!("note-{}", scene.cara), "Typed with care");
    let answer = tutor.submit(fields).await;
    answer.sees(422, "whole number from 0 to 300").sees(422, "Typed with care");
    assert_eq!(answer.form(&scene.register).value(&format!("late-{}", scene.ana)), Some("soon"));
    assert_eq!(status_of(&scene.world, scene.world.at_riverside, scene.world.cast.ana.record).await, None);
}

#[tokio::test]
async fn a_register_that_was_being_saved_when_the_session_ended_is_kept() {
    let scene = Scene::new().await;
    let mut tutor = scene.world.sign_in("tutor.riverside").await;
    let page = scene.edit(&mut tutor).await;
    scene.world.wait(chrono::TimeDelta::minutes(90));
    let fields = page.form(&scene.register).with(&format!("status-{}", scene.ana), "present");
    let answer = tutor.submit(fields).await;
    let to = answer.header("location").expect("a way to sign in");
    assert!(to.starts_with("/sign-in?kept="), "{to}");
    let page = tutor.get(&to).await;
    let fields = page
        .form("/sign-in")
        .with("username", "tutor.riverside")
        .with("password", cap::demo::cast::PASSWORD);
    let answer = tutor.submit(fields).await;
    let kept = tutor.follow(answer).await;
    kept.sees(200, "Your work was kept");
    let answer = tutor.submit(kept.form(&scene.register)).await;
    tutor.follow(answer).await.sees(200, "1 of 2 marked");
    assert_eq!(
        status_of(&scene.world, scene.world.at_riverside, scene.world.cast.ana.record).await,
        Some(Status::Present)
    );
}

#[tokio::test]
async fn who_looked_is_kept_with_whom_they_saw() {
    use diesel::sql_types::{BigInt, Text};
    #[derive(QueryableByName)]
    struct Seen {
        #[diesel(sql_type = Text)]
        learners: String,
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let scene = Scene::new().await;
    let mut elm = scene.world.sign_in("attendance.elm").await;
    let harbour = format!("/clm/registers/{}", scene.world.lesson_id(scene.world.at_harbour).await);
    elm.get(&harbour).await.sees(200, "Ben");
    let seen: Seen = scene
        .world
        .look(|r| {
            Ok(diesel::sql_query(
                "select max(learners) as learners, count(*) as count from audit where deed = 'ViewRegisters'",
            )
            .get_result(r.db())?)
        })
        .await;
    assert_eq!(seen.count, 1, "exactly one row for one page");
    assert_eq!(seen.learners, scene.world.cast.ben.learner.0.to_string());
}
