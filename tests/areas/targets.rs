//! Manage Target: made, reached, reviewed, removed.

use crate::{progress_reports::path_of, world::World};
use cap::{
    progress::sums,
    schema::{target, training_record},
};
use diesel::prelude::*;

#[tokio::test]
async fn a_target_is_set_and_reached_later() {
    let world = World::new().await;
    let path = path_of(&world, world.cast.ana.record).await;
    let list = format!("{path}/targets");
    let mut tutor = world.sign_in("tutor.riverside").await;
    let page = tutor.get(&list).await;
    page.sees(200, "Manage Target").sees(200, "No target yet");
    assert_eq!(page.link("New"), format!("{list}/new"));
    let new = tutor.get(&format!("{list}/new")).await;
    let form = new
        .form(&format!("{list}/new"))
        .with("description", "Arrive by 9:15 every day")
        .with("set_on", "2026-11-02")
        .with("target_on", "2026-11-24")
        .with("achieved", "no");
    tutor
        .sent(form.clone())
        .await
        .sees(200, "The target is saved")
        .sees(200, "Arrive by 9:15 every day")
        .sees(200, "Due");
    tutor.submit(form).await;
    let page = tutor.get(&list).await;
    let one = page.link("Change");
    let count: i64 = world.look(|r| Ok(target::table.count().get_result(r.db())?)).await;
    assert_eq!(count, 1, "sent twice, done once");
    let form = tutor.get(&one).await.form(&one).with("achieved", "yes").with("reviewed_on", "24/11/2026");
    tutor
        .sent(form)
        .await
        .sees(200, "The target is changed")
        .sees(200, "Achieved")
        .hides("Due<");
    assert_eq!(world.audited("target.made").await, 1);
    assert_eq!(world.audited("target.changed").await, 1);
    let mut school = world.sign_in("attendance.northgate").await;
    school
        .get(&list)
        .await
        .sees(200, "Arrive by 9:15")
        .sees(200, "24 Nov 2026")
        .sees(200, "Terry Finch")
        .hides(&format!("{list}/new"))
        .hides("Change");
    let modified: platform::Instant = world
        .look(|r| {
            let latest = training_record::table.order(training_record::modified_at.desc());
            Ok(latest.select(training_record::modified_at).first(r.db())?)
        })
        .await;
    assert_eq!(modified, crate::world::start(), "the record was changed with it");
}

#[tokio::test]
async fn dates_that_can_not_be_are_refused_and_what_was_typed_is_kept() {
    let world = World::new().await;
    let list = format!("{}/targets", path_of(&world, world.cast.ana.record).await);
    let new = format!("{list}/new");
    let mut tutor = world.sign_in("tutor.riverside").await;
    for (field, typed, message) in [
        ("description", "", "Describe the target"),
        ("set_on", "2026-11-25", "The set date lies in the future"),
        (
            "target_on",
            "2026-11-01",
            "The target date is before the set date: enter 2 Nov 2026 or later",
        ),
        ("target_on", "", "Enter the date by which the target is to be reached"),
        ("reviewed_on", "2026-12-01", "The reviewed date lies in the future"),
        ("reviewed_on", "2026-11-01", "The reviewed date is before the set date"),
        ("reviewed_on", "soon", "Enter a real date"),
    ] {
        let form = tutor
            .get(&new)
            .await
            .form(&new)
            .with("description", "Wear gloves")
            .with("set_on", "2026-11-02")
            .with("target_on", "2026-12-24")
            .with(field, typed);
        let refused = tutor.submit(form).await;
        refused.sees(422, message);
        assert_eq!(refused.form(&new).value(field), Some(typed));
    }
    let count: i64 = world.look(|r| Ok(target::table.count().get_result(r.db())?)).await;
    assert_eq!(count, 0);
}

#[tokio::test]
async fn two_who_change_one_target_see_both_and_a_removed_one_is_gone_from_the_page_only() {
    let world = World::new().await;
    let list = format!("{}/targets", path_of(&world, world.cast.ana.record).await);
    let new = format!("{list}/new");
    let mut tutor = world.sign_in("tutor.riverside").await;
    let form = tutor.get(&new).await.form(&new);
    tutor.sent(form.with("description", "Wear gloves").with("target_on", "2026-12-24")).await;
    let one = tutor.get(&list).await.link("Change");
    let mut manager = world.sign_in("manager.riverside").await;
    let (mine, theirs) = (tutor.get(&one).await, manager.get(&one).await);
    tutor.sent(mine.form(&one).with("description", "Wear gloves and boots")).await;
    let clash = manager.submit(theirs.form(&one).with("target_on", "2027-01-31")).await;
    clash
        .sees(409, "Somebody else changed this")
        .sees(409, "Wear gloves and boots Wear gloves")
        .sees(409, "2026-12-24 2027-01-31");
    let form = clash.form(&one).with("description", "Wear gloves and boots");
    manager.sent(form).await.sees(200, "31 Jan 2027");
    let stale = mine.form(&format!("{one}/removal"));
    assert_eq!(tutor.submit(stale).await.status, 409);
    let page = tutor.get(&one).await;
    tutor
        .sent(page.form(&format!("{one}/removal")))
        .await
        .sees(200, "The target is removed")
        .sees(200, "No target yet");
    assert_eq!(tutor.get(&one).await.status, 404);
    let ended: Option<platform::Instant> =
        world.look(|r| Ok(target::table.select(target::ended_at).first(r.db())?)).await;
    assert!(ended.is_some(), "it is kept in the database");
    assert_eq!(world.look(|r| sums::wrong(r)).await, Vec::<i64>::new());
}

#[tokio::test]
async fn targets_are_written_by_the_provider_and_read_within_scope() {
    let world = World::new().await;
    let list = format!("{}/targets", path_of(&world, world.cast.ana.record).await);
    let new = format!("{list}/new");
    let mut tutor = world.sign_in("tutor.riverside").await;
    let form = tutor.get(&new).await.form(&new);
    tutor.sent(form.with("description", "Wear gloves").with("target_on", "2026-12-24")).await;
    let one = tutor.get(&list).await.link("Change");
    for (who, reads, writes) in [
        ("manager.riverside", 200, 200),
        ("attendance.northgate", 200, 403),
        ("cap.staff", 200, 403),
        ("admin", 403, 403),
        ("attendance.elm", 404, 403),
        ("tutor.harbour", 404, 404),
        ("staff.otherside", 404, 403),
    ] {
        let mut client = world.sign_in(who).await;
        for (path, status) in [(&list, reads), (&new, writes), (&one, writes)] {
            let page = client.get(path).await;
            assert_eq!(page.status, status, "{who} {path}");
            if status != 200 {
                page.hides("Adeyo").hides("gloves");
            }
        }
    }
    let other = path_of(&world, world.cast.cara_at_riverside.record).await;
    let id = one.rsplit('/').next().unwrap_or_default();
    assert_eq!(tutor.get(&format!("{other}/targets/{id}")).await.status, 404, "another record's");
}
