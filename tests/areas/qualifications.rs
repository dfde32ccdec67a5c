//! Qualifications, their trees of units, and which course leads to which.

use crate::world::{Client, Page, World};
use cap::{
    learners::RecordKey,
    progress::{UnitStatus, sums, tree},
    schema::{component, course, progress_sum, qualification, unit_progress},
};
use diesel::prelude::*;

const VEHICLES: &str = "699/1001/7";

async fn path_of(world: &World, number: &'static str) -> String {
    let at = world.cast.brightwater;
    let id: String = world
        .look(move |r| {
            let one = qualification::table.filter(qualification::number.eq(number));
            Ok(one
                .filter(qualification::partnership_id.eq(at))
                .select(qualification::public_id)
                .first(r.db())?)
        })
        .await;
    format!("/clm/qualifications/{id}")
}

/// A qualification's units as they are kept, and those of a training record: all, and not started.
async fn kept(world: &World, number: &'static str, record: RecordKey) -> (i32, i32, i32) {
    let at = world.cast.brightwater;
    world
        .look(move |r| {
            assert_eq!(sums::wrong(r)?, Vec::<i64>::new(), "kept sums are those of the tree");
            let one = qualification::table
                .filter(qualification::number.eq(number))
                .filter(qualification::partnership_id.eq(at));
            let of = progress_sum::table.filter(progress_sum::record_id.eq(record));
            let units = one.select(qualification::units).first(r.db())?;
            let (all, not_started) =
                of.select((progress_sum::units, progress_sum::not_started)).first(r.db())?;
            Ok((units, all, not_started))
        })
        .await
}

fn new_one(page: &Page) -> crate::world::Fields {
    page.form("/clm/qualifications/new")
        .with("number", "1005073 5")
        .with("awarding_body", "Pennine Board")
        .with("title", "Level 1 Award in Brickwork")
        .with("level", "Level 1")
        .with("kind", "Vocationally-Related Qualification")
        .with("grades", "Merit, Pass")
}

#[tokio::test]
async fn the_list_is_the_partnerships_own_and_is_searched_by_title_number_and_body() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    staff
        .get("/clm/qualifications")
        .await
        .sees(200, "Vehicle Maintenance")
        .sees(200, VEHICLES)
        .sees(200, "Land and Animals");
    let found = staff.get("/clm/qualifications?title=VEHICLE").await;
    found
        .sees(200, "Vehicle Maintenance")
        .sees(200, "Title: VEHICLE")
        .hides("Land and Animals");
    staff
        .get("/clm/qualifications?number=6991002")
        .await
        .sees(200, "Land and Animals")
        .hides("Vehicle Maintenance");
    staff
        .get("/clm/qualifications?awarding_body=nobody")
        .await
        .sees(200, "No qualification found");
    let wrong = staff.get("/clm/qualifications?number=abc&title=Vehicle").await;
    wrong.sees(422, "Enter a qualification number like 100/5073/5, or its beginning");
    let mut other = world.sign_in("staff.otherside").await;
    other
        .get("/clm/qualifications")
        .await
        .sees(200, "Creative Practice")
        .hides("Vehicle Maintenance");
    for username in ["tutor.riverside", "attendance.northgate", "admin"] {
        world
            .sign_in(username)
            .await
            .get("/clm/qualifications")
            .await
            .sees(403, "")
            .hides("Vehicle");
    }
}

#[tokio::test]
async fn a_qualification_is_added_its_number_checked_and_changed() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get("/clm/qualifications/new").await;
    let wrong = staff.submit(new_one(&page).with("number", "100/507/35").with("title", "")).await;
    wrong
        .sees(422, "Enter a qualification number like 100/5073/5")
        .sees(422, "Enter the title");
    assert_eq!(wrong.form("/clm/qualifications/new").value("awarding_body"), Some("Pennine Board"));
    let page = staff.get("/clm/qualifications/new").await;
    staff
        .submit(new_one(&page).with("number", VEHICLES))
        .await
        .sees(422, "Level 1 Diploma in Vehicle Maintenance has this number already");

    let page = staff.get("/clm/qualifications/new").await;
    let form = new_one(&page);
    let made = staff.sent(form.clone()).await;
    made.sees(200, "The qualification is added")
        .sees(200, "100/5073/5")
        .sees(200, "No units yet")
        .hides("does not go with the others");
    let again = staff.sent(form).await;
    assert_eq!(again.path, made.path, "the same form makes one qualification");
    assert_eq!(world.audited("qualification.made").await, 1);

    // A doubtful check digit is said, not refused.
    let details = format!("{}/details", made.path);
    let slow = staff.get(&details).await;
    let page = staff.get(&details).await;
    let doubtful = staff.sent(page.form(&details).with("number", "100/5073/6")).await;
    doubtful
        .sees(200, "The qualification is changed")
        .sees(200, "The last character of 100/5073/6 does not go with the others");
    let clash = staff.submit(slow.form(&details).with("title", "Award in Walls")).await;
    clash
        .sees(409, "Somebody else changed this")
        .sees(409, "100/5073/6")
        .sees(409, "Award in Walls");
    let done = staff.sent(clash.form(&details).with("number", "100/5073/5")).await;
    done.sees(200, "Award in Walls").hides("does not go with the others");
    assert_eq!(world.audited("qualification.changed").await, 2);
}

#[tokio::test]
async fn another_partnerships_qualification_is_not_there() {
    let world = World::new().await;
    let path = path_of(&world, VEHICLES).await;
    let mut other = world.sign_in("staff.otherside").await;
    for page in ["", "/details", "/components/new"] {
        other.get(&format!("{path}{page}")).await.sees(404, "").hides("Vehicle");
    }
    // The number is free there.
    let page = other.get("/clm/qualifications/new").await;
    other
        .sent(new_one(&page).with("number", VEHICLES))
        .await
        .sees(200, "The qualification is added");
}

fn new_unit(page: &Page, path: &str, title: &str) -> crate::world::Fields {
    page.form(&format!("{path}/components/new")).with("title", title)
}

/// Titles of the tree as the page shows them.
async fn titles(world: &World) -> Vec<(usize, String)> {
    let at = world.cast.brightwater;
    world
        .look(move |r| {
            let key: i64 = qualification::table
                .filter(qualification::number.eq(VEHICLES))
                .filter(qualification::partnership_id.eq(at))
                .select(qualification::id)
                .first(r.db())?;
            let nodes = tree::of_qualification(r, cap::progress::QualificationKey(key))?;
            Ok(nodes.into_iter().map(|node| (node.depth, node.title)).collect())
        })
        .await
}

#[tokio::test]
async fn units_are_added_to_groups_and_every_learner_has_them() {
    let world = World::new().await;
    let (path, ana) = (path_of(&world, VEHICLES).await, world.cast.ana.record);
    assert_eq!(kept(&world, VEHICLES, ana).await, (9, 9, 9));
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get(&path).await;
    page.sees(200, "VM212 Braking systems")
        .sees(200, "Motor mechanics")
        .sees(200, "Riverside Motors");
    let add = page.link("Add to this group : Light vehicles");
    let page = staff.get(&add).await;
    let wrong = staff
        .submit(new_unit(&page, &path, "").with("credits", "lots").with("needed", "perhaps"))
        .await;
    wrong
        .sees(422, "Enter the title")
        .sees(422, "Choose mandatory or optional")
        .sees(422, "whole number");
    let page = staff.get(&add).await;
    let form = new_unit(&page, &path, "Exhausts").with("reference", "VM213").with("credits", "4");
    staff.sent(form.clone()).await.sees(200, "The unit is added").sees(200, "VM213 Exhausts");
    staff.sent(form).await.sees(200, "");
    assert_eq!(kept(&world, VEHICLES, ana).await, (10, 10, 10), "the same form adds one unit");
    assert!(titles(&world).await.contains(&(2, "Exhausts".to_owned())));
    assert_eq!(world.audited("component.made").await, 1);

    // A group is no unit, and a unit no group to stand in.
    let page = staff.get(&add).await;
    let group = new_unit(&page, &path, "Vans").with("kind", "group").with("parent", "");
    staff.sent(group).await.sees(200, "The group is added");
    assert_eq!(kept(&world, VEHICLES, ana).await, (10, 10, 10));
    let unit: String = world
        .look(|r| {
            let one = component::table.filter(component::reference.eq("VM101"));
            Ok(one.select(component::public_id).first(r.db())?)
        })
        .await;
    let page = staff.get(&add).await;
    staff
        .submit(new_unit(&page, &path, "Inside a unit").with("parent", &unit))
        .await
        .sees(422, "Choose a group from the list");
}

#[tokio::test]
async fn a_component_is_changed_put_elsewhere_and_moved_among_its_own() {
    let world = World::new().await;
    let path = path_of(&world, VEHICLES).await;
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get(&path).await;
    let unit = page.link("VM212 Braking systems");
    let slow = staff.get(&unit).await;
    let page = staff.get(&unit).await;
    let motorcycles = page.option("parent", "– Motorcycles");
    let form = page.form(&unit).with("title", "Brakes").with("parent", motorcycles);
    staff.sent(form).await.sees(200, "The unit is changed");
    let order = titles(&world).await;
    assert_eq!(order[order.len() - 2], (2, "Brakes".to_owned()), "it is the last of its new group");
    let clash = staff.submit(slow.form(&unit).with("title", "Stopping")).await;
    clash.sees(409, "Somebody else changed this").sees(409, "Brakes").sees(409, "Stopping");

    let page = staff.get(&path).await;
    let moving = format!("{unit}/moving");
    staff.submit(page.form(&moving).with("way", "up")).await;
    let order = titles(&world).await;
    assert_eq!(order[order.len() - 3].1, "Brakes");
    // The first of all stays where it is.
    let first = page.link("Core units");
    let page = staff.get(&path).await;
    let wrong = page.form(&format!("{first}/moving")).with("way", "sideways");
    staff.submit(wrong).await.sees(400, "");
    let up = page.form(&format!("{unit}/moving")).to(&format!("{first}/moving")).with("way", "up");
    staff.submit(up).await;
    assert_eq!(titles(&world).await[0].1, "Core units");

    // A group can't be put into itself or into what stands in it.
    let group = page.link("Vehicle units");
    let html = staff.get(&group).await.html();
    assert!(html.contains("Core units</option>"));
    assert!(!html.contains("Motorcycles</option>") && !html.contains("Vehicle units</option>"));
}

#[tokio::test]
async fn a_withdrawn_group_takes_its_units_out_of_the_figures() {
    let world = World::new().await;
    let (path, ana) = (path_of(&world, VEHICLES).await, world.cast.ana.record);
    world
        .arrange(move |w| {
            let unit: i64 = component::table
                .filter(component::reference.eq("VM220"))
                .select(component::id)
                .first(w.db())?;
            let now = w.now();
            diesel::insert_into(unit_progress::table)
                .values((
                    unit_progress::record_id.eq(ana),
                    unit_progress::component_id.eq(unit),
                    unit_progress::left_out.eq(false),
                    unit_progress::status.eq(UnitStatus::Completed.code()),
                    unit_progress::predicted_grade.eq(""),
                    unit_progress::comment.eq(""),
                    unit_progress::changed_at.eq(now),
                ))
                .execute(w.db())?;
            sums::recount(w, ana)
        })
        .await;
    assert_eq!(kept(&world, VEHICLES, ana).await, (9, 9, 8));
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get(&path).await;
    let group = page.link("Motorcycles");
    let ending = format!("{group}/ending");
    let page = staff.get(&group).await;
    page.sees(200, "Withdraw the group and its 2 units");
    staff
        .submit(page.form(&ending))
        .await
        .sees(422, "Read what is withdrawn, and tick that it is meant");
    let page = staff.get(&group).await;
    staff
        .sent(page.form(&ending).with("sure", "yes"))
        .await
        .sees(200, "The group is withdrawn")
        .hides("VM220")
        .hides("Motorcycles");
    assert_eq!(kept(&world, VEHICLES, ana).await, (7, 7, 7));
    staff.get(&group).await.sees(404, "");
    let stays: i64 = world
        .look(move |r| {
            let of = unit_progress::table.filter(unit_progress::record_id.eq(ana));
            Ok(of.count().get_result(r.db())?)
        })
        .await;
    assert_eq!(stays, 1, "what was reported stays");
}

async fn choice_page(world: &World, staff: &mut Client) -> (String, Page) {
    let cohort = format!("/clm/cohorts/{}", world.cohort_id("Motor mechanics").await);
    let page = staff.get(&cohort).await;
    let choice = page.link("Choose the qualification");
    let page = staff.get(&choice).await;
    (choice, page)
}

#[tokio::test]
async fn a_courses_qualification_is_chosen_and_its_learners_have_its_units() {
    let world = World::new().await;
    let ana = world.cast.ana.record;
    let mut staff = world.sign_in("cap.staff").await;
    let (choice, page) = choice_page(&world, &mut staff).await;
    let slow = staff.get(&choice).await;
    let skills = page.option("qualification", "Entry Level Award in Skills for Work and Life (699/1003/0)");
    staff
        .sent(page.form(&choice).with("qualification", &skills))
        .await
        .sees(200, "The qualification is chosen")
        .sees(200, "Skills for Work and Life (699/1003/0)");
    assert_eq!(kept(&world, "699/1003/0", ana).await, (6, 6, 6));
    assert_eq!(world.audited("course.qualification-chosen").await, 1);

    let clash = staff.submit(slow.form(&choice).with("qualification", "")).await;
    clash.sees(409, "now Entry Level Award in Skills for Work and Life is chosen");
    let none = clash.form(&choice).with("words", "NVQ in motors");
    staff.sent(none).await.sees(200, "No qualification is chosen").sees(200, "NVQ in motors");
    assert_eq!(kept(&world, "699/1003/0", ana).await, (6, 0, 0));

    // The other partnership's can't be chosen, whatever is posted.
    let other = world.cast.otherside;
    let foreign: String = world
        .look(move |r| {
            let one = qualification::table.filter(qualification::partnership_id.eq(other));
            Ok(one.select(qualification::public_id).first(r.db())?)
        })
        .await;
    let (choice, page) = choice_page(&world, &mut staff).await;
    staff
        .submit(page.form(&choice).with("qualification", &foreign))
        .await
        .sees(422, "Choose a qualification from the list");
    world.sign_in("tutor.riverside").await.get(&choice).await.sees(403, "");
    world.sign_in("staff.otherside").await.get(&choice).await.sees(404, "").hides("Motor");
}

#[tokio::test]
async fn a_tutor_sees_the_qualification_without_a_way_to_change_it() {
    let world = World::new().await;
    let mut tutor = world.sign_in("tutor.riverside").await;
    let page = tutor.get(&format!("/clm/cohorts/{}", world.cohort_id("Motor mechanics").await)).await;
    page.sees(200, "Level 1 Diploma in Vehicle Maintenance (699/1001/7)").hides("Choose");
    assert!(!page.html().contains("/clm/qualifications/"));
}

#[tokio::test]
async fn a_new_course_is_linked_by_number_or_title_and_keeps_other_words() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    for (title, words, is_linked) in [
        ("Bikes", "6991001 7", true),
        ("Goats", "level 1 certificate in LAND and animals", true),
        ("Walls", "A trade", false),
        ("Beads", "", false),
    ] {
        let page = staff.get("/clm/cohorts/new").await;
        let form = page
            .form("/clm/cohorts/new")
            .with("provider", page.option("provider", "Harbour Farm"))
            .with("title", title)
            .with("starts_on", "2027-01-04")
            .with("ends_on", "2027-07-21")
            .with("qualification", words);
        staff.sent(form).await.sees(200, "The course cohort is added");
        let (chosen, kept): (Option<i64>, String) = world
            .look(move |r| {
                let one = course::table.filter(course::title.eq(title));
                Ok(one.select((course::qualification_id, course::qualification)).first(r.db())?)
            })
            .await;
        assert_eq!((chosen.is_some(), kept.as_str()), (is_linked, words), "{title}");
    }
}
