//! New progress report: draft, saving while one types, publishing, the read-only reports, and the
//! grade that was achieved.

use crate::world::{Client, Fields, Page, World};
use cap::{
    learners::RecordKey,
    progress::sums,
    schema::{
        component, notification, progress_report, progress_sum, report_unit, training_record, unit_progress,
    },
};
use diesel::prelude::*;

/// The address of a training record.
pub async fn path_of(world: &World, key: RecordKey) -> String {
    let id: String = world
        .look(move |r| {
            let one = training_record::table.filter(training_record::id.eq(key));
            Ok(one.select(training_record::public_id).first(r.db())?)
        })
        .await;
    format!("/clm/training-records/{id}")
}

/// The id in forms of a unit of Riverside's qualification.
pub async fn unit(world: &World, reference: &'static str) -> String {
    world
        .look(move |r| {
            let one = component::table.filter(component::reference.eq(reference));
            Ok(one.select(component::public_id).first(r.db())?)
        })
        .await
}

/// A training record's kept sums: all units, then one number of each status.
pub async fn sums_of(world: &World, key: RecordKey) -> [i32; 6] {
    world
        .look(move |r| {
            assert_eq!(sums::wrong(r)?, Vec::<i64>::new(), "kept sums are those of the units");
            let of = progress_sum::table.filter(progress_sum::record_id.eq(key));
            let (a, b, c, d, e, f) = of
                .select((
                    progress_sum::units,
                    progress_sum::not_started,
                    progress_sum::behind,
                    progress_sum::on_track,
                    progress_sum::in_assessment,
                    progress_sum::completed,
                ))
                .first(r.db())?;
            Ok([a, b, c, d, e, f])
        })
        .await
}

pub async fn reports(world: &World) -> i64 {
    world.look(|r| Ok(progress_report::table.count().get_result(r.db())?)).await
}

fn appraised(form: Fields) -> Fields {
    form.with("aptitude", "B")
        .with("effort", "2")
        .with("comment", "Careful with tools\nand early every day")
        .with("target_grade", "Merit")
        .with("predicted_grade", "Pass")
}

/// Opens the form, appraises, and publishes with these changes.
pub async fn publish(client: &mut Client, path: &str, change: impl FnOnce(Fields) -> Fields) -> Page {
    let page = client.get(&format!("{path}/progress-report")).await;
    let form = appraised(page.form(&format!("{path}/progress-report")));
    client.sent(change(form).with("press", "publish")).await
}

#[tokio::test]
async fn a_draft_is_kept_for_the_provider_and_seen_by_nobody_else() {
    let world = World::new().await;
    let path = path_of(&world, world.cast.ana.record).await;
    let address = format!("{path}/progress-report");
    let checks = unit(&world, "VM210").await;
    let mut tutor = world.sign_in("tutor.riverside").await;
    let page = tutor.get(&address).await;
    page.sees(200, "New progress report")
        .sees(200, "Ana Adeyo")
        .sees(200, "Nothing is saved yet")
        .sees(200, "Core units")
        .sees(200, "VM210 Routine checks");
    assert!(!page.html().contains("<title>Ana"), "no child's name in the title");
    let form = appraised(page.form(&address))
        .with(&format!("status-{checks}"), "behind")
        .with(&format!("comment-{checks}"), "Needs a second try")
        .with("press", "save");
    let again = form.clone();
    tutor
        .sent(form)
        .await
        .sees(200, "The draft is saved")
        .sees(200, "colleagues at Riverside Motors");
    assert_eq!(tutor.submit(again).await.status, 303);
    assert_eq!(reports(&world).await, 1, "sent twice, done once");
    assert_eq!(world.audited("progress.draft-saved").await, 1);

    let mut colleague = world.sign_in("manager.riverside").await;
    let reopened = colleague.get(&address).await;
    reopened
        .sees(200, "last saved 24 Nov 2026, 09:30 by Terry Finch")
        .sees(200, "Behind schedule");
    let form = reopened.form(&address);
    assert_eq!(form.value("comment"), Some("Careful with tools\nand early every day"));
    assert_eq!(form.value(&format!("comment-{checks}")), Some("Needs a second try"));
    assert_eq!(form.value(&format!("status-{checks}")), Some("behind"));

    for who in ["attendance.northgate", "cap.staff"] {
        let mut reader = world.sign_in(who).await;
        reader
            .get(&format!("{path}/progress-reports"))
            .await
            .sees(200, "No progress report was published yet")
            .hides("Careful with tools");
    }
    assert_eq!(sums_of(&world, world.cast.ana.record).await, [9, 9, 0, 0, 0, 0], "a draft counts nothing");
}

#[tokio::test]
async fn a_published_report_moves_the_sums_and_the_school_is_told() {
    let world = World::new().await;
    let ana = world.cast.ana.record;
    let path = path_of(&world, ana).await;
    let [checks, tyres, chains] = [
        unit(&world, "VM210").await,
        unit(&world, "VM211").await,
        unit(&world, "VM220").await,
    ];
    let mut tutor = world.sign_in("tutor.riverside").await;
    let page = publish(&mut tutor, &path, |form| {
        form.with(&format!("status-{checks}"), "completed")
            .with(&format!("grade-{checks}"), "Pass")
            .with(&format!("status-{tyres}"), "on-track")
            .with(&format!("status-{chains}"), "behind")
            .without(&format!("counts-{chains}"))
    })
    .await;
    page.sees(200, "The progress report is published")
        .sees(200, "Northgate School was told")
        .sees(200, "Progress report of 24 Nov 2026")
        .sees(200, "8 units: 1 completed, 1 on track, 6 not started")
        .sees(200, "VM220 Chains and sprockets Not studied")
        .sees(200, "predicted grade Pass");
    assert_eq!(sums_of(&world, ana).await, [8, 6, 0, 1, 0, 1]);
    type Latest = (Option<chrono::NaiveDate>, Option<String>, Option<i16>, String, String);
    let latest: Latest = world
        .look(move |r| {
            let of = progress_sum::table.filter(progress_sum::record_id.eq(ana));
            Ok(of
                .select((
                    progress_sum::appraised_on,
                    progress_sum::aptitude,
                    progress_sum::effort,
                    progress_sum::target_grade,
                    progress_sum::predicted_grade,
                ))
                .first(r.db())?)
        })
        .await;
    let day = crate::world::day(2026, 11, 24);
    assert_eq!(latest, (Some(day), Some("B".to_owned()), Some(2), "Merit".to_owned(), "Pass".to_owned()));
    let rows: i64 = world.look(|r| Ok(unit_progress::table.count().get_result(r.db())?)).await;
    assert_eq!(rows, 3, "units that are not started need no row");

    let told: Vec<(i64, String, String, String)> = world
        .look(|r| {
            Ok(notification::table
                .select((
                    notification::organisation_id,
                    notification::kind,
                    notification::body,
                    notification::link,
                ))
                .load(r.db())?)
        })
        .await;
    assert_eq!(told.len(), 2, "attendance and the coordinator of Northgate: {told:?}");
    let mut school = world.sign_in("attendance.northgate").await;
    for (organisation, kind, body, link) in told {
        assert_eq!((organisation, kind.as_str()), (world.cast.northgate.0, "training"));
        assert!(!body.contains("Ana") && !body.contains("Adeyo") && body.contains("Motor mechanics"));
        school
            .get(&link)
            .await
            .sees(200, "Careful with tools")
            .sees(200, "Terry Finch, Riverside Motors");
    }
    assert_eq!(world.shown_last("progress.published").await, [world.cast.ana.learner.0]);
}

#[tokio::test]
async fn the_next_report_starts_from_the_last_and_every_older_one_is_kept() {
    let world = World::new().await;
    let ana = world.cast.ana.record;
    let path = path_of(&world, ana).await;
    let checks = unit(&world, "VM210").await;
    let status = format!("status-{checks}");
    let mut tutor = world.sign_in("tutor.riverside").await;
    let first = publish(&mut tutor, &path, |form| form.with(&status, "behind")).await;
    world.wait(chrono::TimeDelta::days(14));
    let mut tutor = world.sign_in("tutor.riverside").await;
    let page = tutor.get(&format!("{path}/progress-report")).await;
    let form = page.form(&format!("{path}/progress-report"));
    assert_eq!(form.value(&status), Some("behind"), "units stay where they were");
    assert_eq!(form.value("target_grade"), Some("Merit"), "grades are proposed again");
    assert_eq!(form.value("comment"), Some(""), "the appraisal is written anew");
    assert_eq!(form.value("aptitude"), Some(""));
    let second = publish(&mut tutor, &path, |form| {
        form.with(&status, "completed").with("comment", "Much better").with("aptitude", "A")
    })
    .await;
    second.sees(200, "Progress report of 8 Dec 2026");
    assert_eq!(sums_of(&world, ana).await, [9, 8, 0, 0, 0, 1]);
    tutor
        .get(&first.path)
        .await
        .sees(200, "Careful with tools")
        .sees(200, "Behind schedule")
        .hides("Much better");
    let list = tutor.get(&format!("{path}/progress-reports")).await;
    list.sees(200, "8 Dec 2026").sees(200, "24 Nov 2026");
    let html = list.html();
    assert!(html.find("8 Dec 2026") < html.find("24 Nov 2026"), "the latest first");

    // A unit that leaves the tree stays in what was reported, and leaves the sums.
    let mut staff = world.sign_in("cap.staff").await;
    let qualification = staff.get("/clm/qualifications").await.link("Level 1 Diploma in Vehicle");
    let component = staff.get(&format!("{qualification}/components/{checks}")).await;
    let ending = component.form(&format!("{qualification}/components/{checks}/ending")).with("sure", "yes");
    assert_eq!(staff.submit(ending).await.status, 303);
    assert_eq!(sums_of(&world, ana).await, [8, 8, 0, 0, 0, 0]);
    tutor
        .get(&first.path)
        .await
        .sees(200, "VM210 Routine checks")
        .sees(200, "Behind schedule");
}

#[tokio::test]
async fn publishing_needs_aptitude_and_effort_and_wrong_fields_are_named() {
    let world = World::new().await;
    let path = path_of(&world, world.cast.ana.record).await;
    let address = format!("{path}/progress-report");
    let checks = unit(&world, "VM210").await;
    let mut tutor = world.sign_in("tutor.riverside").await;
    let page = tutor.get(&address).await;
    let form = page.form(&address).with("comment", "Half done").with("press", "publish");
    let refused = tutor.submit(form).await;
    refused
        .sees(422, "Choose the aptitude before you publish")
        .sees(422, "Choose the effort before you publish");
    assert_eq!(refused.form(&address).value("comment"), Some("Half done"));
    assert_eq!(reports(&world).await, 0);
    for (field, typed, message) in [
        ("aptitude", "F", "Choose an aptitude from A to E"),
        ("effort", "0", "Choose an effort from 1 to 5"),
        ("target_grade", "Gold", "Choose one of the qualification's grades"),
        ("comment", &*"x".repeat(4_001), "use 4000 characters or fewer"),
        (&*format!("status-{checks}"), "done", "Choose one of the states"),
        (&*format!("grade-{checks}"), &*"x".repeat(41), "use 40 characters or fewer"),
    ] {
        let page = tutor.get(&address).await;
        let form = page.form(&address).with(field, typed).with("press", "save");
        let refused = tutor.submit(form).await;
        refused.sees(422, message);
        // A choice that does not exist can't stand in its list.
        if field == "comment" || field.starts_with("grade-") {
            assert_eq!(refused.form(&address).value(field), Some(typed), "{field} is kept");
        }
    }
    assert_eq!(reports(&world).await, 0);
}

#[tokio::test]
async fn two_who_write_one_draft_lose_nothing() {
    let world = World::new().await;
    let path = path_of(&world, world.cast.ana.record).await;
    let address = format!("{path}/progress-report");
    let checks = unit(&world, "VM210").await;
    let status = format!("status-{checks}");
    let mut tutor = world.sign_in("tutor.riverside").await;
    let mut manager = world.sign_in("manager.riverside").await;
    let (one, two) = (tutor.get(&address).await, manager.get(&address).await);
    let mine = one.form(&address).with("comment", "From Terry").with(&status, "completed");
    tutor.sent(mine.with("press", "save")).await.sees(200, "The draft is saved");
    let theirs = two.form(&address).with("comment", "From Drew").with("press", "save");
    let clash = manager.submit(theirs).await;
    clash
        .sees(409, "Somebody else changed this while you were typing")
        .sees(409, "From Terry From Drew")
        .sees(409, "VM210 Routine checks: progress Completed Not started");
    let form = clash.form(&address);
    assert_eq!(form.value("comment"), Some("From Drew"), "what was typed is in the form");
    manager
        .sent(form.with(&status, "completed").with("press", "save"))
        .await
        .sees(200, "The draft is saved");
    let now = tutor.get(&address).await.form(&address);
    assert_eq!((now.value("comment"), now.value(&status)), (Some("From Drew"), Some("completed")));
}

#[tokio::test]
async fn a_draft_is_saved_while_it_is_typed() {
    let world = World::new().await;
    let path = path_of(&world, world.cast.ana.record).await;
    let address = format!("{path}/progress-report");
    let mut tutor = world.sign_in("tutor.riverside").await;
    let page = tutor.get(&address).await;
    let form = page.form(&address);
    let typed = |form: &Fields, comment: &str, count: u32| {
        let key = form.value("form_key").unwrap_or_default().to_owned();
        form.clone().with("comment", comment).with("form_key", format!("{key}-a{count}"))
    };
    let mut script = tutor.clone();
    script.headers.push(("accept".to_owned(), "application/json".to_owned()));
    let saved = script.submit(typed(&form, "Ca", 1)).await;
    assert_eq!(saved.status, 200);
    let said: serde_json::Value = serde_json::from_slice(&saved.body).unwrap();
    let version = said["version"].as_str().unwrap_or_default().to_owned();
    assert_eq!(said["saved"], true);
    let form = form.with("version", &version);
    assert_eq!(script.submit(typed(&form, "Careful", 2)).await.status, 200);
    let page = tutor.get(&address).await;
    assert_eq!(page.form(&address).value("comment"), Some("Careful"));
    let stale = script.submit(typed(&form, "Carefree", 3)).await;
    assert_eq!((stale.status, stale.html().as_str()), (409, r#"{"conflict":true}"#));
    let form = page.form(&address);
    let long = script.submit(typed(&form, &"x".repeat(4_001), 4)).await;
    assert_eq!(long.status, 422);
    assert!(long.html().contains("use 4000 characters or fewer"), "{}", long.html());
    let press = typed(&form, "Careful", 5).with("press", "publish");
    script.submit(press).await;
    let published: i64 = world
        .look(|r| {
            let published = progress_report::table.filter(progress_report::published_at.is_not_null());
            Ok(published.count().get_result(r.db())?)
        })
        .await;
    assert_eq!(published, 0, "a script never publishes");
}

#[tokio::test]
async fn a_draft_is_discarded_and_a_stale_form_starts_the_next_one_knowingly() {
    let world = World::new().await;
    let path = path_of(&world, world.cast.ana.record).await;
    let address = format!("{path}/progress-report");
    let mut tutor = world.sign_in("tutor.riverside").await;
    let page = tutor.get(&address).await;
    tutor.sent(appraised(page.form(&address)).with("press", "save")).await;
    let (old, page) = (tutor.get(&address).await, tutor.get(&address).await);
    let discarding = page.form(&format!("{address}/discarding"));
    tutor.sent(discarding).await.sees(200, "The draft is discarded");
    let left: (i64, i64) = world
        .look(|r| {
            Ok((
                progress_report::table.count().get_result(r.db())?,
                report_unit::table.count().get_result(r.db())?,
            ))
        })
        .await;
    assert_eq!(left, (0, 0));
    let stale = tutor.submit(old.form(&address).with("press", "save")).await;
    stale.sees(409, "Somebody else changed this while you were typing");
    tutor
        .sent(stale.form(&address).with("press", "save"))
        .await
        .sees(200, "The draft is saved");
    let gone = old.form(&format!("{address}/discarding"));
    let gone = gone.with("form_key", format!("{}x", old.signs("").value("form_key").unwrap_or_default()));
    assert!(tutor.submit(gone).await.status >= 400, "a stale form discards nothing");
    assert_eq!(reports(&world).await, 1);
}

#[tokio::test]
async fn only_the_provider_of_an_active_record_writes_and_only_those_concerned_read() {
    let world = World::new().await;
    let ana = world.cast.ana.record;
    let path = path_of(&world, ana).await;
    let mut tutor = world.sign_in("tutor.riverside").await;
    let report = publish(&mut tutor, &path, |form| form).await.path;
    let list = format!("{path}/progress-reports");
    let write = format!("{path}/progress-report");
    for (who, reads, writes) in [
        ("tutor.riverside", 200, 200),
        ("manager.riverside", 200, 200),
        ("attendance.northgate", 200, 403),
        ("dsl.northgate", 200, 403),
        ("cap.staff", 200, 403),
        ("admin", 403, 403),
        ("coordinator.riverside", 403, 403),
        ("attendance.elm", 404, 403),
        ("tutor.harbour", 404, 404),
        ("staff.otherside", 404, 403),
    ] {
        let mut client = world.sign_in(who).await;
        for (address, status) in [(&list, reads), (&report, reads), (&write, writes)] {
            let page = client.get(address).await;
            assert_eq!(page.status, status, "{who} {address}");
            if status != 200 {
                page.hides("Adeyo").hides("Careful");
            }
        }
    }
    let other = path_of(&world, world.cast.cara_at_riverside.record).await;
    let id = report.rsplit('/').next().unwrap_or_default();
    assert_eq!(tutor.get(&format!("{other}/progress-reports/{id}")).await.status, 404);

    world
        .arrange(move |w| {
            diesel::update(training_record::table.filter(training_record::id.eq(ana)))
                .set((
                    training_record::status.eq("completed"),
                    training_record::closed_on.eq(crate::world::day(2026, 11, 23)),
                ))
                .execute(w.db())?;
            Ok(())
        })
        .await;
    tutor.get(&write).await.sees(409, "not active any more");
    tutor.get(&list).await.sees(200, "24 Nov 2026").hides("New progress report");
}
