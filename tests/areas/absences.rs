//! The school's list of unprocessed absences: its clock, deciding many at once, undoing.

use crate::{
    taking::{autumn_term, mark, numbers, row, stands, told},
    world::{Client, Page, World},
};
use cap::attendance::status::Status;
use chrono::TimeDelta;
use diesel::prelude::*;

const LIST: &str = "/clm/absences";
const DECIDE: &str = "/clm/absences/decisions";

/// Ana and Cara are missing at Riverside, Ben and Cara at Harbour; every register is complete.
async fn three_of_northgate_and_one_of_elm() -> World {
    let world = World::new().await;
    let cast = world.cast;
    let mut tutor = world.sign_in("tutor.riverside").await;
    let both = [
        (cast.ana.record, "unexplained"),
        (cast.cara_at_riverside.record, "unexplained"),
    ];
    mark(&world, &mut tutor, world.at_riverside, &both).await.sees(200, "complete");
    let mut tutor = world.sign_in("tutor.harbour").await;
    let both = [
        (cast.ben.record, "unexplained"),
        (cast.cara_at_harbour.record, "unexplained"),
    ];
    mark(&world, &mut tutor, world.at_harbour, &both).await.sees(200, "complete");
    world
}

/// The list's values of Northgate's three: Ana, Cara at Riverside, Cara at Harbour.
async fn northgates(world: &World) -> [String; 3] {
    let cast = world.cast;
    [
        row(world, world.at_riverside, cast.ana.record).await,
        row(world, world.at_riverside, cast.cara_at_riverside.record).await,
        row(world, world.at_harbour, cast.cara_at_harbour.record).await,
    ]
}

async fn decide(client: &mut Client, page: &Page, ticks: &[&String], fields: &[(&str, &str)]) -> Page {
    let mut form = page.form(DECIDE);
    for tick in ticks {
        form = form.and("entry", tick);
    }
    for (name, value) in fields {
        form = form.with(name, value);
    }
    client.submit(form).await
}

#[tokio::test]
async fn a_school_sees_its_own_with_the_clock_and_whom_to_ring() {
    let world = three_of_northgate_and_one_of_elm().await;
    autumn_term(&world).await;
    let mut school = world.sign_in("attendance.northgate").await;
    let page = school.get(LIST).await;
    for text in [
        "Adeyo",
        "Conneely",
        "Unexplained absence / x",
        "Northgate School",
        "Tue",
        "24 Nov 2026",
        "09:15–12:00",
        "Motor mechanics",
        "1 Sep 2026",
        "Riverside Motors",
        "Main site",
        "5 school days left",
        "Parent of Cara",
        "07700 900003",
        "1 to 3 of 3",
    ] {
        page.sees(200, text);
    }
    page.hides("Brackley");
    let register = page.link("Adeyo");
    school.get(&register).await.sees(200, "Adeyo, Ana");
    let mut elm = world.sign_in("attendance.elm").await;
    elm.get(LIST).await.sees(200, "Brackley").hides("Conneely").hides("Adeyo");
    let mut other = world.sign_in("staff.otherside").await;
    other.get(LIST).await.sees(200, "No absence waits").hides("Adeyo").hides("Northgate");
    for username in ["tutor.riverside", "admin"] {
        let mut client = world.sign_in(username).await;
        assert_eq!(client.get(LIST).await.status, 403, "{username}");
    }
}

#[tokio::test]
async fn the_clock_runs_by_school_days_of_the_home_school() {
    let world = three_of_northgate_and_one_of_elm().await;
    let mut school = world.sign_in("attendance.northgate").await;
    school.get(LIST).await.sees(200, "no term dates");
    autumn_term(&world).await;
    for (days, label) in [
        (3, "2 school days left"),
        (4, "due today"),
        (1, "overdue since 2 Dec 2026"),
    ] {
        world.wait(TimeDelta::days(days));
        let mut school = world.sign_in("attendance.northgate").await;
        school.get(LIST).await.sees(200, label);
    }
}

#[tokio::test]
async fn many_are_decided_at_once_and_undone_at_once() {
    let world = three_of_northgate_and_one_of_elm().await;
    let all = northgates(&world).await;
    let mut school = world.sign_in("attendance.northgate").await;
    let page = school.get(LIST).await;
    let fields = [
        ("decision", "authorised"),
        ("code", "I"),
        ("reason", "Flu, rang home"),
    ];
    let answer = decide(&mut school, &page, &[&all[0], &all[1], &all[2]], &fields).await;
    let page = school.follow(answer).await;
    page.sees(200, "3 absences decided").sees(200, "No absence waits").sees(200, "Undo");
    let (at, ana) = (world.at_riverside, world.cast.ana.record);
    let decided = (Some(Status::Authorised), Some("I".to_owned()), Some("Flu, rang home".to_owned()));
    assert_eq!(stands(&world, at, ana).await, decided);
    for username in ["tutor.riverside", "tutor.harbour"] {
        let bodies = told(&world, username).await;
        assert_eq!(bodies.len(), 1, "{username} is told once for a lesson");
        assert!(bodies[0].contains("decided on absences"), "{}", bodies[0]);
        assert!(["Ana", "Adeyo", "Cara", "Conneely"].iter().all(|name| !bodies[0].contains(name)));
    }
    let undo = page.html().split("action=\"").find_map(|rest| {
        rest.split('"')
            .next()
            .filter(|to| to.starts_with("/clm/absences/undoing/"))
            .map(str::to_owned)
    });
    let undo = undo.expect("the message has a button");
    let mut colleague = world.sign_in("coordinator.northgate").await;
    let theirs = colleague.get("/account").await;
    assert_eq!(colleague.post(&undo, &theirs, &[]).await.status, 404, "only who did it undoes it");
    let answer = school.submit(page.form(&undo)).await;
    school.follow(answer).await.sees(200, "3 decisions undone").sees(200, "1 to 3 of 3");
    assert_eq!(stands(&world, at, ana).await, (Some(Status::Unexplained), None, None));
    let decided: i64 = world
        .look(|r| {
            use cap::schema::entry;
            Ok(entry::table.filter(entry::decided_at.is_not_null()).count().get_result(r.db())?)
        })
        .await;
    assert_eq!(decided, 0);
    assert!(told(&world, "tutor.riverside").await[1].contains("taken back"));
    let page = school.get(LIST).await;
    let answer = school.post(&undo, &page, &[]).await;
    school
        .follow(answer)
        .await
        .sees(200, "Nothing was undone")
        .sees(200, "3 could not be put back");
}

#[tokio::test]
async fn undoing_leaves_what_the_provider_corrected_and_ends_after_half_an_hour() {
    let world = three_of_northgate_and_one_of_elm().await;
    let all = northgates(&world).await;
    let mut school = world.sign_in("attendance.northgate").await;
    let page = school.get(LIST).await;
    let answer = decide(&mut school, &page, &[&all[0], &all[1]], &[("decision", "unauthorised")]).await;
    let page = school.follow(answer).await;
    let html = page.html();
    let undo = html.split("action=\"").find(|rest| rest.starts_with("/clm/absences/undoing/"));
    let undo = undo.and_then(|rest| rest.split('"').next()).expect("the message has a button").to_owned();
    let (at, ana, cara) = (world.at_riverside, world.cast.ana.record, world.cast.cara_at_riverside.record);
    assert_eq!(stands(&world, at, ana).await, (Some(Status::Unauthorised), Some("O".to_owned()), None));
    let mut tutor = world.sign_in("tutor.riverside").await;
    mark(&world, &mut tutor, at, &[(ana, "late")]).await.sees(200, "Late");
    let answer = school.submit(page.form(&undo)).await;
    school
        .follow(answer)
        .await
        .sees(200, "1 decision undone")
        .sees(200, "1 could not be put back");
    assert_eq!(stands(&world, at, ana).await.0, Some(Status::Late));
    assert_eq!(stands(&world, at, cara).await.0, Some(Status::Unexplained));
    world.wait(TimeDelta::minutes(31));
    let page = school.get(LIST).await;
    let answer = school.post(&undo, &page, &[]).await;
    school.follow(answer).await.sees(200, "too late to undo");
}

#[tokio::test]
async fn what_is_missing_or_wrong_is_named_and_the_ticks_stay() {
    let world = three_of_northgate_and_one_of_elm().await;
    let all = northgates(&world).await;
    let mut school = world.sign_in("attendance.northgate").await;
    let long = "x".repeat(201);
    for (ticked, fields, sentence) in [
        (
            false,
            vec![("decision", "authorised"), ("code", "I")],
            "Tick the absences that you decide on",
        ),
        (true, vec![("code", "I")], "Choose whether the absences are authorised"),
        (true, vec![("decision", "present")], "Choose whether the absences are authorised"),
        (true, vec![("decision", "authorised")], "Choose the DfE code that says why"),
        (
            true,
            vec![("decision", "authorised"), ("code", "O")],
            "does not go with an authorised absence",
        ),
        (true, vec![("decision", "unauthorised"), ("code", "H")], "H was not in use on 24 Nov 2026"),
        (true, vec![("decision", "unauthorised"), ("reason", &long)], "use 200 characters or fewer"),
    ] {
        let page = school.get(LIST).await;
        let ticks: Vec<&String> = all.iter().filter(|_| ticked).collect();
        let answer = decide(&mut school, &page, &ticks, &fields).await;
        answer.sees(422, sentence);
        let kept = answer.form(DECIDE);
        assert_eq!(kept.fields.iter().filter(|(name, _)| name == "entry").count(), ticks.len(), "{sentence}");
        for (name, value) in fields.iter().filter(|(name, _)| *name == "reason") {
            assert_eq!(kept.value(name), Some(*value));
        }
    }
    let (status, _, _) = stands(&world, world.at_riverside, world.cast.ana.record).await;
    assert_eq!(status, Some(Status::Unexplained));
}

#[tokio::test]
async fn what_somebody_else_decided_meanwhile_is_skipped_and_named_by_number() {
    let world = three_of_northgate_and_one_of_elm().await;
    let all = northgates(&world).await;
    let (record, lesson) = numbers(&world, world.cast.ana.record, world.at_riverside).await;
    let mut school = world.sign_in("attendance.northgate").await;
    let mut colleague = world.sign_in("dsl.northgate").await;
    let (mine, theirs) = (school.get(LIST).await, colleague.get(LIST).await);
    decide(&mut colleague, &theirs, &[&all[0]], &[("decision", "authorised"), ("code", "M")]).await;
    let answer = decide(&mut school, &mine, &[&all[0], &all[1]], &[("decision", "unauthorised")]).await;
    school
        .follow(answer)
        .await
        .sees(200, "1 absence decided")
        .sees(200, &format!("training record {record} in lesson {lesson}"));
    let (status, code, _) = stands(&world, world.at_riverside, world.cast.ana.record).await;
    assert_eq!(
        (status, code.as_deref()),
        (Some(Status::Authorised), Some("M")),
        "the first decision stands"
    );
}

#[tokio::test]
async fn nobody_decides_for_another_school_and_staff_for_their_partnership() {
    let world = three_of_northgate_and_one_of_elm().await;
    let all = northgates(&world).await;
    let fields = [("decision", "unauthorised")];
    let mut elm = world.sign_in("attendance.elm").await;
    let page = elm.get(LIST).await;
    let answer = decide(&mut elm, &page, &[&all[2]], &fields).await;
    assert_eq!(answer.status, 404, "the lesson is Elm's too, the learner is not");
    answer.hides("Conneely");
    let answer = decide(&mut elm, &page, &[&"nonsense".to_owned()], &fields).await;
    assert_eq!(answer.status, 400);
    let mut staff = world.sign_in("cap.staff").await;
    staff.get(LIST).await.sees(200, "1 to 4 of 4").sees(200, "Brackley");
    let northgate = world.organisation_id(world.cast.northgate).await;
    let page = staff.get(&format!("{LIST}?school={northgate}")).await;
    page.sees(200, "1 to 3 of 3").sees(200, "School: Northgate School").hides("Brackley");
    let answer = decide(&mut staff, &page, &[&all[2]], &fields).await;
    assert_eq!(answer.header("location"), Some(format!("{LIST}?school={northgate}")));
    staff.follow(answer).await.sees(200, "1 absence decided").sees(200, "1 to 2 of 2");
}

#[tokio::test]
async fn a_decision_sent_twice_is_done_once_and_the_audit_names_who_was_shown() {
    let world = three_of_northgate_and_one_of_elm().await;
    let all = northgates(&world).await;
    let mut elm = world.sign_in("attendance.elm").await;
    elm.get(LIST).await.sees(200, "Brackley");
    let mut school = world.sign_in("attendance.northgate").await;
    let page = school.get(LIST).await;
    let form = page.form(DECIDE).and("entry", &all[0]).with("decision", "unauthorised");
    let (first, second) = (school.submit(form.clone()).await, school.submit(form).await);
    assert_eq!((first.status, first.header("location")), (second.status, second.header("location")));
    let rows: Vec<(String, String, String)> = world
        .look(|r| {
            use platform::schema::audit;
            Ok(audit::table
                .filter(audit::deed.eq_any(["absences.decided".to_owned(), "DecideAbsence".to_owned()]))
                .order(audit::id)
                .select((audit::deed, audit::actor, audit::learners))
                .load(r.db())?)
        })
        .await;
    let cast = world.cast;
    let deeds: Vec<&str> = rows.iter().map(|(deed, _, _)| deed.as_str()).collect();
    assert_eq!(deeds, ["DecideAbsence", "DecideAbsence", "absences.decided"]);
    assert_eq!(rows[0].2, cast.ben.learner.0.to_string());
    assert_eq!(rows[2].2, cast.ana.learner.0.to_string());
}

#[tokio::test]
async fn a_decision_that_the_provider_takes_away_in_two_steps_is_told_and_waits_again() {
    let world = three_of_northgate_and_one_of_elm().await;
    let (at, ana) = (world.at_riverside, world.cast.ana.record);
    let [one, other, _] = northgates(&world).await;
    let mut school = world.sign_in("attendance.northgate").await;
    let page = school.get(LIST).await;
    decide(&mut school, &page, &[&one], &[("decision", "authorised"), ("code", "I")]).await;
    world.wait(TimeDelta::minutes(5));
    let mut tutor = world.sign_in("tutor.riverside").await;
    mark(&world, &mut tutor, at, &[(ana, "present")]).await;
    let bodies = told(&world, "attendance.northgate").await;
    assert!(
        bodies.last().is_some_and(|body| body.contains("changed a mark that you had decided")),
        "{bodies:?}"
    );
    school.get(LIST).await.sees(200, "1 to 2 of 2").hides("Adeyo").hides("You decided on it");
    mark(&world, &mut tutor, at, &[(ana, "unexplained")]).await;
    assert_eq!(stands(&world, at, ana).await, (Some(Status::Unexplained), None, None));
    let bodies = told(&world, "attendance.northgate").await;
    let last = bodies.last().expect("the school is told");
    assert!(last.starts_with("An unexplained absence in Motor mechanics"), "{last}");
    assert!(last.ends_with("You had decided on one before the provider changed its mark."), "{last}");
    let page = school.get(LIST).await;
    page.sees(200, "1 to 3 of 3")
        .sees(200, "You decided on it 24 Nov 2026, 09:30; the provider has changed the mark since.");
    assert_eq!(
        page.html().matches("You decided on it").count(),
        1,
        "not of those that wait for the first time"
    );
    let decisions = format!("/clm/registers/{}/decisions", world.lesson_id(at).await);
    school.get(&decisions).await.sees(200, "You decided on it 24 Nov 2026, 09:30");
    school
        .get(&page.link("Every change"))
        .await
        .sees(200, "Every change of this register")
        .sees(200, "Authorised absence");
    decide(&mut school, &page, &[&one, &other], &[("decision", "unauthorised")]).await;
    assert_eq!(stands(&world, at, ana).await.0, Some(Status::Unauthorised));
    school.get(LIST).await.sees(200, "1 to 1 of 1").hides("You decided on it");
}
