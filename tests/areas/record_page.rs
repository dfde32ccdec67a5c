//! The record page: what each reader sees, what they do not, and who looked.

use crate::world::{Page, World, day};
use cap::{
    learners::RecordKey,
    schema::{duty_of_care, entry, training_record},
};
use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use platform::schema::{audit, audit_learner};

/// The record's address.
pub async fn address(world: &World, key: RecordKey) -> String {
    let id: String = world
        .look(move |r| {
            let one = training_record::table.filter(training_record::id.eq(key));
            Ok(one.select(training_record::public_id).first(r.db())?)
        })
        .await;
    format!("/clm/training-records/{id}")
}

/// Closes a record behind the product's back.
pub async fn close(world: &World, key: RecordKey, on: NaiveDate) {
    world
        .arrange(move |w| {
            diesel::update(training_record::table.filter(training_record::id.eq(key)))
                .set((training_record::status.eq("completed"), training_record::closed_on.eq(on)))
                .execute(w.db())?;
            Ok(())
        })
        .await;
}

const CANARIES: [&str; 3] = ["Ana is allergic to latex", "Parent of Ana", "07700 900001"];

/// The anchors of a page's sections, in order.
fn sections(page: &Page) -> Vec<String> {
    page.html()
        .split("<h2")
        .skip(1)
        .filter_map(|part| Some(part.split_once("id=\"")?.1.split('"').next()?.to_owned()))
        .collect()
}

#[tokio::test]
async fn each_side_sees_the_record_of_its_own_and_nobody_else_a_trace() {
    let world = World::new().await;
    let path = address(&world, world.cast.ana.record).await;
    for who in [
        "cap.staff",
        "attendance.northgate",
        "dsl.northgate",
        "tutor.riverside",
        "manager.riverside",
    ] {
        let mut client = world.sign_in(who).await;
        let page = client.get(&path).await;
        page.sees(200, "Ana Adeyo").sees(200, "Motor mechanics").sees(200, "Northgate School");
        for canary in CANARIES {
            assert!(page.text().contains(canary), "{who} sees {canary}");
        }
        assert!(!page.html().split("</title>").next().unwrap_or_default().contains("Ana"));
    }
    for who in ["attendance.elm", "tutor.harbour", "staff.otherside"] {
        let page = world.sign_in(who).await.get(&path).await;
        page.sees(404, "").hides("Adeyo").hides("latex");
    }
    for who in ["admin", "coordinator.riverside", "dsl.riverside"] {
        world.sign_in(who).await.get(&path).await.sees(403, "").hides("Adeyo");
    }
}

#[tokio::test]
async fn the_sections_stand_in_their_order_and_the_contents_name_each() {
    let world = World::new().await;
    let path = address(&world, world.cast.ana.record).await;
    let page = world.sign_in("attendance.northgate").await.get(&path).await;
    let found = sections(&page);
    assert_eq!(found, SECTIONS);
    for anchor in &found {
        assert!(page.html().contains(&format!("href=\"#{anchor}\"")), "the contents lead to {anchor}");
    }
}

const SECTIONS: [&str; 13] = [
    "learner",
    "training",
    "attendance",
    "contribution",
    "completion",
    "appraisal",
    "attendance-in-depth",
    "progress-in-depth",
    "details",
    "care",
    "contacts",
    "organisations",
    "notes",
];

#[tokio::test]
async fn a_provider_loses_care_and_contacts_with_the_placement_and_the_school_does_not() {
    let world = World::new().await;
    let ana = world.cast.ana;
    world
        .arrange(move |w| {
            diesel::update(duty_of_care::table.filter(duty_of_care::learner_id.eq(ana.learner)))
                .set(duty_of_care::medical_notes.eq("Carries an inhaler"))
                .execute(w.db())?;
            Ok(())
        })
        .await;
    let path = address(&world, ana.record).await;
    let today = day(2026, 11, 24);
    close(&world, ana.record, today).await;
    let mut tutor = world.sign_in("tutor.riverside").await;
    tutor.get(&path).await.sees(200, "Carries an inhaler");
    close(&world, ana.record, today - TimeDelta::days(1)).await;
    let page = tutor.get(&path).await;
    page.sees(200, "Ana Adeyo").hides("Carries an inhaler");
    for canary in CANARIES {
        page.hides(canary);
    }
    assert!(!sections(&page).iter().any(|section| section == "care" || section == "contacts"));
    close(&world, ana.record, today - TimeDelta::days(220)).await;
    tutor.get(&path).await.sees(404, "").hides("Adeyo");
    world
        .sign_in("dsl.northgate")
        .await
        .get(&path)
        .await
        .sees(200, "Carries an inhaler")
        .sees(200, "07700 900001");
}

#[tokio::test]
async fn a_learner_at_two_providers_has_a_record_at_each_and_neither_sees_the_others() {
    let world = World::new().await;
    let here = address(&world, world.cast.cara_at_riverside.record).await;
    let there = address(&world, world.cast.cara_at_harbour.record).await;
    let mut tutor = world.sign_in("tutor.riverside").await;
    tutor
        .get(&here)
        .await
        .sees(200, "Cara Conneely")
        .hides("Harbour Farm")
        .hides("Animal care");
    tutor.get(&there).await.sees(404, "").hides("Conneely");
    let mut school = world.sign_in("attendance.northgate").await;
    school.get(&here).await.sees(200, "Riverside Motors");
    school.get(&there).await.sees(200, "Harbour Farm");
    world.sign_in("attendance.elm").await.get(&there).await.sees(404, "").hides("Conneely");
}

#[tokio::test]
async fn figures_charts_and_the_year_count_what_the_registers_say() {
    let world = World::new().await;
    let (ana, lesson) = (world.cast.ana.record, world.at_riverside);
    world
        .arrange(move |w| {
            diesel::update(entry::table.find((lesson.0, ana.0)))
                .set((entry::status.eq(2_i16), entry::contribution.eq(1_i16)))
                .execute(w.db())?;
            Ok(())
        })
        .await;
    let path = address(&world, ana).await;
    let page = world.sign_in("attendance.northgate").await.get(&path).await;
    page.sees(200, "Total attendance 1 100.0 %")
        .sees(200, "Balance +1 from 1 lessons")
        .sees(200, "Attendance day by day, 2026–2027")
        .sees(200, "Tue 24 Nov 2026 Late");
}

#[tokio::test]
async fn reading_the_record_leaves_exactly_one_audit_row_and_a_line_for_those_who_may_see_it() {
    let world = World::new().await;
    let ana = world.cast.ana;
    let path = address(&world, ana.record).await;
    let mut tutor = world.sign_in("tutor.riverside").await;
    let count = || world.look(|r| Ok(audit::table.count().get_result::<i64>(r.db())?));
    let before = count().await;
    tutor.get(&path).await.sees(200, "Ana Adeyo");
    assert_eq!(count().await, before + 1);
    assert_eq!(world.shown_last("ViewRecords").await, [ana.learner.0]);
    let readers = format!("{path}/readers");
    let mut dsl = world.sign_in("dsl.northgate").await;
    dsl.get(&path).await.sees(200, "Who looked");
    let page = dsl.get(&readers).await;
    page.sees(200, "Terry Finch Tutor Riverside Motors Opened a page training record");
    page.hides("Adeyo");
    for who in ["attendance.northgate", "tutor.riverside", "manager.riverside"] {
        let mut other = world.sign_in(who).await;
        other.get(&path).await.hides("/readers\"");
        other.get(&readers).await.sees(403, "").hides("Opened a page");
    }
    world
        .sign_in("staff.otherside")
        .await
        .get(&readers)
        .await
        .sees(404, "")
        .hides("Terry Finch");
    let listed: i64 = world
        .look(move |r| {
            let of = audit_learner::table.filter(audit_learner::learner_id.eq(ana.learner.0));
            Ok(of.count().get_result(r.db())?)
        })
        .await;
    let rows: Vec<String> = world.look(|r| Ok(audit::table.select(audit::learners).load(r.db())?)).await;
    let key = ana.learner.0.to_string();
    let in_rows = rows.iter().filter(|row| row.split(' ').any(|one| one == key)).count();
    assert_eq!(usize::try_from(listed), Ok(in_rows), "every row that lists her, once");
}
