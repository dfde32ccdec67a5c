//! Grades that were achieved, kept sums that are wrong, and reports where there are no units.

use super::progress_reports::{path_of, publish, sums_of, unit};
use crate::world::World;
use cap::{
    progress::{UnitStatus, sums},
    schema::{component, learner, progress_sum, training_record, unit_progress},
};
use diesel::prelude::*;

#[tokio::test]
async fn the_achieved_grade_is_entered_by_provider_or_service_also_after_the_end() {
    let world = World::new().await;
    let ana = world.cast.ana.record;
    let path = path_of(&world, ana).await;
    let address = format!("{path}/achieved-grade");
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
    let mut tutor = world.sign_in("tutor.riverside").await;
    let mut staff = world.sign_in("cap.staff").await;
    let (one, two) = (tutor.get(&address).await, staff.get(&address).await);
    let wrong = tutor.submit(one.form(&address).with("achieved_grade", "Gold")).await;
    wrong.sees(422, "Choose one of the qualification's grades");
    let page = tutor.get(&address).await;
    tutor
        .sent(page.form(&address).with("achieved_grade", "Pass"))
        .await
        .sees(200, "The achieved grade is saved");
    let clash = staff.submit(two.form(&address).with("achieved_grade", "Merit")).await;
    clash.sees(422, "Somebody else changed it meanwhile: now it is Pass");
    staff
        .sent(clash.form(&address).with("achieved_grade", "Merit"))
        .await
        .sees(200, "The achieved grade is saved");
    let grade: String = world
        .look(move |r| {
            let of = progress_sum::table.filter(progress_sum::record_id.eq(ana));
            Ok(of.select(progress_sum::achieved_grade).first(r.db())?)
        })
        .await;
    assert_eq!(grade, "Merit");
    assert_eq!(world.audited("grade.entered").await, 2);
    for (who, status) in [
        ("attendance.northgate", 403),
        ("tutor.harbour", 404),
        ("staff.otherside", 404),
    ] {
        assert_eq!(world.sign_in(who).await.get(&address).await.status, status, "{who}");
    }
}

#[tokio::test]
async fn wrong_sums_are_found() {
    let world = World::new().await;
    let ana = world.cast.ana.record;
    let path = path_of(&world, ana).await;
    let mut tutor = world.sign_in("tutor.riverside").await;
    publish(&mut tutor, &path, |form| form).await;
    assert_eq!(sums_of(&world, ana).await, [9, 9, 0, 0, 0, 0]);
    let checks = unit(&world, "VM210").await;
    let now = world.app.clock().now();
    let number: i64 = world
        .arrange(move |w| {
            let key: i64 = component::table
                .filter(component::public_id.eq(checks))
                .select(component::id)
                .first(w.db())?;
            diesel::insert_into(unit_progress::table)
                .values((
                    unit_progress::record_id.eq(ana),
                    unit_progress::component_id.eq(key),
                    unit_progress::left_out.eq(false),
                    unit_progress::status.eq(UnitStatus::Completed.code()),
                    unit_progress::predicted_grade.eq(""),
                    unit_progress::comment.eq(""),
                    unit_progress::changed_at.eq(now),
                ))
                .execute(w.db())?;
            Ok(training_record::table
                .filter(training_record::id.eq(ana))
                .select(training_record::number)
                .first(w.db())?)
        })
        .await;
    assert_eq!(world.look(|r| sums::wrong(r)).await, [number]);
}

#[tokio::test]
async fn a_course_without_a_qualification_has_an_appraisal_all_the_same() {
    use cap::schema::{cohort, course};
    let world = World::new().await;
    let at = world.cast.riverside.cohort;
    let ana = world.cast.ana.record;
    world
        .arrange(move |w| {
            let id: i64 = cohort::table.filter(cohort::id.eq(at)).select(cohort::course_id).first(w.db())?;
            diesel::update(course::table.filter(course::id.eq(id)))
                .set(course::qualification_id.eq(None::<i64>))
                .execute(w.db())?;
            sums::recount_course(w, cap::learners::CourseKey(id))
        })
        .await;
    let path = path_of(&world, ana).await;
    let mut tutor = world.sign_in("tutor.riverside").await;
    tutor
        .get(&format!("{path}/progress-report"))
        .await
        .sees(200, "leads to no qualification with units yet");
    publish(&mut tutor, &path, |form| form.with("target_grade", "Working towards level 1"))
        .await
        .sees(200, "Working towards level 1")
        .sees(200, "No units");
    assert_eq!(sums_of(&world, ana).await, [0; 6]);
    let names: Vec<String> = world.look(|r| Ok(learner::table.select(learner::surname).load(r.db())?)).await;
    let mut told = world.sign_in("attendance.northgate").await;
    let page = told.get("/clm/notifications").await;
    page.sees(200, "A progress report was published on Motor mechanics");
    for name in names {
        page.hides(&name);
    }
}
