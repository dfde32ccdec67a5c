//! Telling the home school: when, whom, and once.

use crate::{
    taking::{mark, told},
    world::World,
};
use chrono::TimeDelta;

const CONTACT: &str = "attendance.northgate";

/// Subjects of the mail to Northgate's attendance contact, after the jobs that are due have run.
async fn mailed(world: &World) -> Vec<String> {
    world.run_jobs().await;
    let mail = world.mail();
    for message in &mail {
        for name in ["Ana", "Adeyo", "Cara", "Conneely", "Ben", "Brackley"] {
            let text = format!("{} {}", message.subject, message.text);
            assert!(!text.contains(name), "no mail names a child: {text}");
        }
    }
    mail.iter()
        .filter(|message| message.to.starts_with(CONTACT))
        .map(|message| message.subject.clone())
        .collect()
}

#[tokio::test]
async fn a_complete_register_is_told_at_once_and_only_to_attendance_contacts() {
    let world = World::new().await;
    let cast = world.cast;
    let mut tutor = world.sign_in("tutor.riverside").await;
    let marks = [
        (cast.ana.record, "unexplained"),
        (cast.cara_at_riverside.record, "unexplained"),
    ];
    mark(&world, &mut tutor, world.at_riverside, &marks).await;
    let bodies = told(&world, CONTACT).await;
    assert_eq!(bodies.len(), 1, "one notification for one register");
    assert!(bodies[0].starts_with("2 unexplained absences in Motor mechanics"), "{}", bodies[0]);
    assert!(["Ana", "Adeyo", "Cara", "Conneely"].iter().all(|name| !bodies[0].contains(name)));
    assert_eq!(mailed(&world).await, ["An absence needs your decision"]);
    for username in [
        "coordinator.northgate",
        "dsl.northgate",
        "attendance.elm",
        "cap.staff",
    ] {
        assert!(told(&world, username).await.is_empty(), "{username}");
    }
    assert_eq!(world.mail().len(), 1);
}

#[tokio::test]
async fn the_mark_that_completes_the_register_sends_what_waited() {
    let world = World::new().await;
    let cast = world.cast;
    let mut tutor = world.sign_in("tutor.riverside").await;
    mark(&world, &mut tutor, world.at_riverside, &[(cast.cara_at_riverside.record, "unexplained")]).await;
    world.wait(TimeDelta::seconds(20));
    assert!(mailed(&world).await.is_empty(), "twenty seconds are no minute");
    mark(&world, &mut tutor, world.at_riverside, &[(cast.ana.record, "present")]).await;
    assert_eq!(told(&world, CONTACT).await.len(), 1);
    assert_eq!(mailed(&world).await.len(), 1);
    world.wait(TimeDelta::minutes(5));
    assert_eq!(mailed(&world).await.len(), 1, "the minute's own job tells nobody again");
}

#[tokio::test]
async fn a_mark_is_told_when_it_has_stood_for_a_minute_and_once() {
    let world = World::new().await;
    let cara = world.cast.cara_at_riverside.record;
    let mut tutor = world.sign_in("tutor.riverside").await;
    mark(&world, &mut tutor, world.at_riverside, &[(cara, "unexplained")]).await;
    world.wait(TimeDelta::seconds(59));
    assert!(mailed(&world).await.is_empty());
    // Changed and changed back: the minute begins anew.
    mark(&world, &mut tutor, world.at_riverside, &[(cara, "present")]).await;
    mark(&world, &mut tutor, world.at_riverside, &[(cara, "unexplained")]).await;
    world.wait(TimeDelta::seconds(2));
    assert!(mailed(&world).await.is_empty(), "the mark of now has stood for two seconds");
    world.wait(TimeDelta::seconds(58));
    assert_eq!(mailed(&world).await.len(), 1);
    // A server that stopped between the work and its note runs the job again.
    world
        .arrange(|w| {
            use cap::schema::lesson;
            use diesel::prelude::*;
            let keys: Vec<i64> = lesson::table.select(lesson::id).load(w.db())?;
            for key in keys {
                w.later("absences.announce", &serde_json::json!({ "lesson": key }), TimeDelta::zero())?;
            }
            Ok(())
        })
        .await;
    assert_eq!(mailed(&world).await.len(), 1);
    assert_eq!(told(&world, CONTACT).await.len(), 1);
}

#[tokio::test]
async fn what_is_corrected_within_the_minute_is_never_told() {
    let world = World::new().await;
    let cara = world.cast.cara_at_riverside.record;
    let mut tutor = world.sign_in("tutor.riverside").await;
    mark(&world, &mut tutor, world.at_riverside, &[(cara, "unexplained")]).await;
    world.wait(TimeDelta::seconds(30));
    mark(&world, &mut tutor, world.at_riverside, &[(cara, "late")]).await;
    world.wait(TimeDelta::minutes(5));
    assert!(mailed(&world).await.is_empty());
    assert!(told(&world, CONTACT).await.is_empty());
}

#[tokio::test]
async fn a_correction_after_telling_sends_a_retraction_also_when_it_was_decided() {
    for decided in [false, true] {
        let world = World::new().await;
        let cast = world.cast;
        let cara = cast.cara_at_riverside.record;
        let mut tutor = world.sign_in("tutor.riverside").await;
        mark(
            &world,
            &mut tutor,
            world.at_riverside,
            &[(cast.ana.record, "present"), (cara, "unexplained")],
        )
        .await;
        let mut school = world.sign_in(CONTACT).await;
        if decided {
            let page = school.get("/clm/absences").await;
            let row = crate::taking::row(&world, world.at_riverside, cara).await;
            let form =
                page.form("/clm/absences/decisions").and("entry", row).with("decision", "unauthorised");
            let answer = school.submit(form).await;
            school.follow(answer).await.sees(200, "1 absence decided");
        }
        mark(&world, &mut tutor, world.at_riverside, &[(cara, "present")]).await;
        let (subject, body) = if decided {
            ("A mark that you had decided was changed", "changed a mark that you had decided")
        } else {
            ("An absence was corrected", "corrected a mark")
        };
        let subjects = mailed(&world).await;
        assert_eq!(subjects, ["An absence needs your decision", subject]);
        let bodies = told(&world, CONTACT).await;
        assert!(bodies[1].contains(body), "{}", bodies[1]);
        school.get("/clm/absences").await.sees(200, "No absence waits");
    }
}
