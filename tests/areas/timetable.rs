//! Term dates, the timetable, and the lessons that follow from both.

use crate::world::{Client, Page, World, day, time};
use cap::{
    attendance::{
        lessons,
        timetable::{self, NewSlot},
    },
    schema::{cohort, entry, lesson, slot, term},
};
use chrono::{NaiveDate, NaiveDateTime, Weekday};
use diesel::prelude::*;
use platform::ids::PublicId;

/// A term of the service, behind the pages' back.
pub async fn term_of_service(world: &World, first: NaiveDate, last: NaiveDate) {
    let service = world.cast.service;
    world
        .arrange(move |w| {
            diesel::insert_into(term::table)
                .values((
                    term::id.eq(platform::ids::next_key()),
                    term::public_id.eq(PublicId::random()),
                    term::organisation_id.eq(service),
                    term::name.eq("Autumn"),
                    term::starts_on.eq(first),
                    term::ends_on.eq(last),
                ))
                .execute(w.db())?;
            Ok(())
        })
        .await;
}

/// The days of Riverside's lessons that came from its timetable.
async fn planned(world: &World) -> Vec<(NaiveDate, NaiveDateTime, String)> {
    let key = world.cast.riverside.cohort;
    world
        .look(move |r| {
            Ok(lesson::table
                .filter(lesson::cohort_id.eq(key))
                .filter(lesson::slot_id.is_not_null())
                .order(lesson::starts_at)
                .select((lesson::held_on, lesson::starts_at, lesson::location))
                .load(r.db())?)
        })
        .await
}

pub async fn entries_on(world: &World, date: NaiveDate) -> i64 {
    let key = world.cast.riverside.cohort;
    world
        .look(move |r| {
            Ok(entry::table
                .inner_join(lesson::table)
                .filter(lesson::cohort_id.eq(key))
                .filter(lesson::slot_id.is_not_null())
                .filter(entry::held_on.eq(date))
                .count()
                .get_result(r.db())?)
        })
        .await
}

pub async fn lesson_on(world: &World, date: NaiveDate) -> String {
    let key = world.cast.riverside.cohort;
    world
        .look(move |r| {
            Ok(lesson::table
                .filter(lesson::cohort_id.eq(key))
                .filter(lesson::slot_id.is_not_null())
                .filter(lesson::held_on.eq(date))
                .select(lesson::public_id)
                .first(r.db())?)
        })
        .await
}

/// Adds a slot on Thursdays, 09:15 to 12:00, by the page.
pub async fn add_thursdays(staff: &mut Client, cohort: &str, from: &str) -> Page {
    let action = format!("/clm/cohorts/{cohort}/timetable/new");
    let page = staff.get(&action).await;
    let form = page
        .form(&action)
        .with("weekday", 4)
        .with("starts", "09:15")
        .with("ends", "12:00")
        .with("location", "Workshop")
        .with("from_on", from);
    staff.submit(form).await
}

#[tokio::test]
async fn terms_and_closures_are_kept_in_order_and_make_and_remove_lessons() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    let cohort = world.cohort_id("Motor mechanics").await;
    add_thursdays(&mut staff, &cohort, "2026-11-24").await;
    assert_eq!(planned(&world).await, [], "without terms there are no lessons");

    let service = world.organisation_id(world.cast.service).await;
    let new = format!("/admin/terms/{service}/terms/new");
    let page = staff.get("/admin/terms").await;
    page.sees(200, "Brightwater Alternative Provision").sees(200, "Christmas Day");
    let page = staff.get(&page.link("Add a term")).await;
    let form = page
        .form(&new)
        .with("name", "Autumn")
        .with("starts_on", "2026-11-02")
        .with("ends_on", "2026-12-18");
    let backwards = staff.submit(form.clone().with("ends_on", "2026-11-01")).await;
    backwards.sees(422, "Enter a last day that is not before the first day");
    assert_eq!(backwards.form(&new).value("name"), Some("Autumn"), "what was typed stays");
    let answer = staff.submit(form.clone()).await;
    staff.follow(answer).await.sees(200, "4 lessons made");
    let dates: Vec<NaiveDate> = planned(&world).await.into_iter().map(|(date, ..)| date).collect();
    assert_eq!(dates, [26, 3, 10, 17].map(|d| day(2026, if d == 26 { 11 } else { 12 }, d)));
    assert_eq!(entries_on(&world, day(2026, 11, 26)).await, 2, "Ana and Cara are expected");

    let page = staff.get(&new).await;
    let overlapping = page
        .form(&new)
        .with("name", "Winter")
        .with("starts_on", "2026-12-18")
        .with("ends_on", "2027-02-12");
    staff
        .submit(overlapping)
        .await
        .sees(422, "These dates overlap Autumn (2 November 2026 to 18 December 2026)");

    let riverside = world.organisation_id(world.cast.riverside.provider).await;
    let closure = format!("/admin/terms/{riverside}/closures/new");
    let page = staff.get(&closure).await;
    let form = page
        .form(&closure)
        .with("name", "Training day")
        .with("starts_on", "2026-12-03")
        .with("ends_on", "2026-12-03");
    let answer = staff.submit(form).await;
    let page = staff.follow(answer).await;
    page.sees(200, "1 lesson removed").sees(200, "Training day");
    let change = page.link("Change Training day");
    let page = staff.get(&change).await;
    let answer = staff.submit(page.form(&format!("{change}/removal"))).await;
    staff.follow(answer).await.sees(200, "1 lesson made");
}

#[tokio::test]
async fn a_change_of_dates_made_by_somebody_else_meanwhile_is_not_overwritten() {
    let world = World::new().await;
    term_of_service(&world, day(2026, 11, 2), day(2026, 12, 18)).await;
    let mut staff = world.sign_in("cap.staff").await;
    let change = staff.get("/admin/terms").await.link("Change Autumn");
    let page = staff.get(&change).await;
    let (first, second) =
        (page.form(&change).with("name", "First"), page.form(&change).with("name", "Second"));
    assert_eq!(staff.submit(first).await.status, 303);
    let fresh = second.with("form_key", page.signs(&change).value("form_key").unwrap_or_default());
    assert_eq!(staff.submit(fresh).await.status, 409);
    staff.get("/admin/terms").await.sees(200, "First").hides("Second");
}

#[tokio::test]
async fn who_may_set_dates_and_whose() {
    let world = World::new().await;
    let quay = world.organisation_id(world.cast.quay).await;
    let mut staff = world.sign_in("cap.staff").await;
    staff.get("/admin/terms").await.hides("Quay School");
    assert_eq!(staff.get(&format!("/admin/terms/{quay}")).await.status, 404);
    for who in ["manager.riverside", "tutor.riverside", "attendance.northgate"] {
        assert_eq!(world.sign_in(who).await.get("/admin/terms").await.status, 403, "{who}");
    }
}

#[tokio::test]
async fn a_provider_with_terms_of_its_own_does_not_follow_the_service() {
    let world = World::new().await;
    term_of_service(&world, day(2026, 11, 2), day(2026, 12, 18)).await;
    let (riverside, harbour) = (world.cast.riverside.provider, world.cast.harbour.provider);
    world
        .arrange(move |w| {
            diesel::insert_into(term::table)
                .values((
                    term::id.eq(platform::ids::next_key()),
                    term::public_id.eq(PublicId::random()),
                    term::organisation_id.eq(riverside),
                    term::name.eq("Own"),
                    term::starts_on.eq(day(2026, 11, 2)),
                    term::ends_on.eq(day(2026, 12, 4)),
                ))
                .execute(w.db())?;
            Ok(())
        })
        .await;
    let open = world
        .look(move |r| {
            let mut open = |of| -> Result<bool, platform::Ending> {
                Ok(cap::attendance::terms::calendar_of(r, of)?.is_open(day(2026, 12, 10)))
            };
            Ok((open(riverside)?, open(harbour)?))
        })
        .await;
    assert_eq!(open, (false, true));
}

#[tokio::test]
async fn lessons_of_days_gone_by_are_made_only_after_their_number_was_agreed_to() {
    let world = World::new().await;
    term_of_service(&world, day(2026, 11, 2), day(2026, 12, 18)).await;
    let mut staff = world.sign_in("cap.staff").await;
    let cohort = world.cohort_id("Motor mechanics").await;
    let page = add_thursdays(&mut staff, &cohort, "2026-11-02").await;
    page.sees(422, "This starts in the past")
        .sees(422, "Make 3 past lessons too, 5 November 2026");
    assert_eq!(planned(&world).await, []);
    let action = format!("/clm/cohorts/{cohort}/timetable/new");
    let form = page.form(&action);
    assert_eq!(form.value("location"), Some("Workshop"));
    let answer = staff.submit(form.with("past", 3)).await;
    staff.follow(answer).await.sees(200, "7 lessons made").sees(200, "Thursday 09:15–12:00");
    assert_eq!(entries_on(&world, day(2026, 11, 5)).await, 2);
}

#[tokio::test]
async fn a_changed_timetable_changes_what_lies_ahead_and_nothing_that_was_taken() {
    let world = World::new().await;
    term_of_service(&world, day(2026, 11, 2), day(2026, 12, 18)).await;
    let mut staff = world.sign_in("cap.staff").await;
    let cohort = world.cohort_id("Motor mechanics").await;
    add_thursdays(&mut staff, &cohort, "2026-11-24").await;
    world
        .arrange(|w| {
            let now = w.now();
            diesel::update(lesson::table.filter(lesson::held_on.eq(day(2026, 12, 10))))
                .set(lesson::first_mark_at.eq(now))
                .execute(w.db())?;
            Ok(())
        })
        .await;
    let page = staff.get(&format!("/clm/cohorts/{cohort}/timetable")).await;
    let change = page.link("Change Thursday");
    let page = staff.get(&change).await;
    let answer = staff.submit(page.form(&change).with("location", "Hall").with("starts", "10:00")).await;
    staff.follow(answer).await.sees(200, "3 lessons changed").sees(
        200,
        "Left as they are, because they have begun or their registers have marks: 10 Dec 2026 09:15",
    );
    let places: Vec<String> = planned(&world).await.into_iter().map(|(.., place)| place).collect();
    assert_eq!(places, ["Hall", "Hall", "Workshop", "Hall"]);
    let times: Vec<NaiveDateTime> = world
        .look(|r| {
            let on = entry::table.filter(entry::held_on.eq(day(2026, 12, 3)));
            Ok(on.select(entry::starts_at).load(r.db())?)
        })
        .await;
    assert_eq!(times, [day(2026, 12, 3).and_time(time(10, 0)); 2], "the entries moved with the lesson");

    let page = staff.get(&change).await;
    let end = format!("{change}/ending");
    staff
        .submit(page.form(&end).with("last_day", "2026-11-01"))
        .await
        .sees(422, "not before 24 Nov 2026");
    let answer = staff.submit(page.form(&end).with("last_day", "2026-12-03")).await;
    staff.follow(answer).await.sees(200, "1 lesson removed").sees(200, "10 Dec 2026");
    let dates: Vec<NaiveDate> = planned(&world).await.into_iter().map(|(date, ..)| date).collect();
    assert_eq!(dates, [day(2026, 11, 26), day(2026, 12, 3), day(2026, 12, 10)]);
}

#[tokio::test]
async fn bringing_lessons_up_to_date_twice_changes_nothing() {
    let world = World::new().await;
    term_of_service(&world, day(2026, 11, 2), day(2026, 12, 18)).await;
    let mut staff = world.sign_in("cap.staff").await;
    add_thursdays(&mut staff, &world.cohort_id("Motor mechanics").await, "2026-11-24").await;
    let cohort = world.cast.riverside.cohort;
    let outcome = world.arrange(move |w| lessons::bring_up_to_date(w, cohort)).await;
    assert_eq!(outcome, lessons::Outcome::default());
}

#[tokio::test]
async fn lessons_follow_when_their_cohorts_dates_change() {
    let world = World::new().await;
    term_of_service(&world, day(2026, 11, 2), day(2026, 12, 18)).await;
    add_thursdays(
        &mut world.sign_in("cap.staff").await,
        &world.cohort_id("Motor mechanics").await,
        "2026-11-24",
    )
    .await;
    let key = world.cast.riverside.cohort;
    world
        .arrange(move |w| {
            diesel::update(cohort::table.filter(cohort::id.eq(key)))
                .set(cohort::ends_on.eq(day(2026, 12, 4)))
                .execute(w.db())?;
            cap::learners::told::dates_changed(w, key)
        })
        .await;
    world.run_jobs().await;
    let dates: Vec<NaiveDate> = planned(&world).await.into_iter().map(|(date, ..)| date).collect();
    assert_eq!(dates, [day(2026, 11, 26), day(2026, 12, 3)]);
}

#[tokio::test]
async fn lessons_stand_at_their_time_of_day_on_both_sides_of_a_clock_change() {
    let world = World::new().await;
    let running = world.cast.riverside;
    term_of_service(&world, day(2026, 9, 1), day(2027, 10, 31)).await;
    world
        .arrange(move |w| {
            diesel::update(cohort::table.filter(cohort::id.eq(running.cohort)))
                .set(cohort::ends_on.eq(day(2027, 12, 31)))
                .execute(w.db())?;
            for weekday in [Weekday::Sat, Weekday::Sun] {
                let new = NewSlot {
                    group: running.group,
                    weekday,
                    starts: time(9, 15),
                    ends: time(12, 0),
                    location: String::new(),
                    tutor: None,
                    from_on: day(2026, 10, 24),
                    until_on: None,
                };
                timetable::add(w, running.cohort, &new)?;
            }
            lessons::bring_up_to_date(w, running.cohort)?;
            for slot in timetable::list(w, running.cohort)? {
                lessons::make_past(w, running.cohort, &slot)?;
            }
            Ok(())
        })
        .await;
    let made = planned(&world).await;
    for (date, utc) in [
        (day(2026, 10, 24), time(8, 15)),
        (day(2026, 10, 25), time(9, 15)),
        (day(2027, 3, 27), time(9, 15)),
        (day(2027, 3, 28), time(8, 15)),
        (day(2027, 10, 30), time(8, 15)),
        (day(2027, 10, 31), time(9, 15)),
    ] {
        let at = made.iter().find(|(held, ..)| *held == date).map(|(_, at, _)| *at);
        assert_eq!(at, Some(date.and_time(utc)), "{date}");
    }
    assert!(made.iter().all(|(date, ..)| *date != day(2026, 12, 25)), "a bank holiday");
}

#[tokio::test]
async fn wrong_slots_are_refused_at_their_fields() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    let cohort = world.cohort_id("Motor mechanics").await;
    assert_eq!(add_thursdays(&mut staff, &cohort, "2026-11-24").await.status, 303);
    let action = format!("/clm/cohorts/{cohort}/timetable/new");
    let page = staff.get(&action).await;
    let good = page
        .form(&action)
        .with("weekday", 4)
        .with("starts", "12:00")
        .with("ends", "13:00")
        .with("from_on", "2026-11-24");
    for (field, value, sentence) in [
        ("weekday", "8", "Choose a weekday"),
        ("starts", "11:45", "Group A has Thursday 09:15–12:00 already"),
        ("starts", "soon", "Enter a time of day"),
        ("ends", "11:00", "Enter an end that is later than the start"),
        ("group", "nonsense", "Choose a group of this cohort"),
        ("tutor", "nonsense", "Choose one of the provider"),
        ("from_on", "2028-01-01", "when the cohort ends"),
        ("from_on", "", "Enter the first day"),
        ("until_on", "2026-11-01", "Enter a last day that is not before the first day"),
    ] {
        let form = good.clone().with(field, value).with("form_key", fresh(&page, &action));
        staff.submit(form).await.sees(422, sentence);
    }
    let slots: i64 = world.look(|r| Ok(slot::table.count().get_result(r.db())?)).await;
    assert_eq!(slots, 1);
}

pub fn fresh(page: &Page, action: &str) -> String {
    page.signs(action).value("form_key").unwrap_or_default().to_owned()
}

#[tokio::test]
async fn who_sees_a_timetable_and_who_changes_it() {
    let world = World::new().await;
    let cohort = world.cohort_id("Motor mechanics").await;
    let page = format!("/clm/cohorts/{cohort}/timetable");
    for (who, sees, changes) in [
        ("cap.staff", 200, 200),
        ("manager.riverside", 200, 403),
        ("tutor.riverside", 200, 403),
        ("tutor.harbour", 404, 403),
        ("staff.otherside", 404, 404),
        ("attendance.northgate", 403, 403),
        ("admin", 403, 403),
    ] {
        let mut client = world.sign_in(who).await;
        let answer = client.get(&page).await;
        assert_eq!(answer.status, sees, "{who} sees");
        if sees != 200 {
            answer.hides("Motor mechanics");
        }
        assert_eq!(client.get(&format!("{page}/new")).await.status, changes, "{who} changes");
    }
}
