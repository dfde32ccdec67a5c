//! Learners and course cohorts: lists, searches, pages, changes, and who may see none of it.

use crate::world::{Client, Page, World};
use cap::schema::{entry, learner, training_record};
use diesel::prelude::*;

async fn learner_id(world: &World, surname: &'static str) -> String {
    world
        .look(move |r| {
            Ok(learner::table
                .filter(learner::surname.eq(surname))
                .select(learner::public_id)
                .first(r.db())?)
        })
        .await
}

async fn search(staff: &mut Client, fields: &[(&str, &str)]) -> Page {
    let page = staff.get("/clm/learners").await;
    let form = fields
        .iter()
        .fold(page.form("/clm/learners/searches"), |form, (name, value)| form.with(name, value));
    let answer = staff.submit(form).await;
    staff.follow(answer).await
}

#[tokio::test]
async fn the_service_lists_all_learners_of_its_partnership_and_no_other() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get("/clm/learners").await;
    page.sees(200, "Adeyo")
        .sees(200, "Brackley")
        .sees(200, "Conneely")
        .hides("Drumgold")
        .hides("Quay");
    assert_eq!(
        world.shown_last("ManageLearners").await.len(),
        3,
        "the audit row lists each learner shown"
    );
    let mut other = world.sign_in("staff.otherside").await;
    other.get("/clm/learners").await.sees(200, "Drumgold").hides("Adeyo").hides("Northgate");
}

#[tokio::test]
async fn a_search_is_kept_out_of_the_address() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    let found = search(&mut staff, &[("surname", "ADE")]).await;
    found.sees(200, "Adeyo").hides("Brackley");
    assert!(found.path.starts_with("/clm/learners?search=") && !found.path.to_lowercase().contains("ade"));
    search(&mut staff, &[("first_name", "b")]).await.sees(200, "Brackley").hides("Adeyo");
    search(&mut staff, &[("clm_id", "10003")]).await.sees(200, "Conneely").hides("Adeyo");
    search(&mut staff, &[("surname", "Drumgold")])
        .await
        .sees(200, "No learner found")
        .hides("Dana");
    search(&mut staff, &[("clm_id", "10004")])
        .await
        .sees(200, "No learner found")
        .hides("Dana");
    let wrong = search(&mut staff, &[("upn", "A123"), ("surname", "Ad")]).await;
    wrong.sees(422, "Enter a UPN");
    assert_eq!(wrong.form("/clm/learners/searches").value("surname"), Some("Ad"), "what was typed stays");
}

#[tokio::test]
async fn a_learners_page_shows_everything_and_only_to_their_own_service() {
    let world = World::new().await;
    let path = format!("/clm/learners/{}", learner_id(&world, "Conneely").await);
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get(&path).await;
    for link in ["Place on a course cohort", "Change group", "End"] {
        staff.get(&page.link(link)).await.sees(200, "");
    }
    page.sees(200, "Cara is allergic to latex")
        .sees(200, "Parent of Cara")
        .sees(200, "Motor mechanics")
        .sees(200, "Animal care")
        .sees(200, "Northgate School")
        .hides("<title>Cara");
    let mut other = world.sign_in("staff.otherside").await;
    for page in ["", "/details", "/care", "/contacts"] {
        other.get(&format!("{path}{page}")).await.sees(404, "").hides("Cara").hides("Conneely");
    }
    for username in ["tutor.riverside", "attendance.northgate", "admin"] {
        let mut somebody = world.sign_in(username).await;
        somebody.get(&path).await.sees(403, "").hides("Cara");
        somebody.get("/clm/learners").await.sees(403, "").hides("Conneely");
    }
}

fn new_learner(page: &Page) -> crate::world::Fields {
    page.form("/clm/learners/new")
        .with("surname", "O'Malley")
        .with("first_name", "Finn")
        .with("date_of_birth", "2011-05-04")
        .with("sex", "M")
}

#[tokio::test]
async fn a_learner_is_added_and_a_second_of_the_same_name_and_birthday_is_asked_about() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get("/clm/learners/new").await;
    let school = page.option("school", "Elm Academy");
    let wrong = staff.submit(new_learner(&page).with("date_of_birth", "2031-05-04")).await;
    wrong.sees(422, "Check the date of birth").sees(422, "Choose the home school");
    assert_eq!(wrong.form("/clm/learners/new").value("surname"), Some("O'Malley"), "what was typed stays");

    let page = staff.get("/clm/learners/new").await;
    let answer = staff.submit(new_learner(&page).with("school", &school)).await;
    staff
        .follow(answer)
        .await
        .sees(200, "The learner is added")
        .sees(200, "Finn O'Malley")
        .sees(200, "2025–2026 (from the date of birth)");

    let page = staff.get("/clm/learners/new").await;
    let twin = new_learner(&page).with("surname", "OMALLEY").with("school", &school);
    let asked = staff.submit(twin).await;
    asked.sees(422, "here already").sees(422, "Finn O'Malley");
    let answer = staff.submit(asked.form("/clm/learners/new").with("another", "yes")).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
}

#[tokio::test]
async fn a_upn_is_given_to_one_learner_only() {
    let world = World::new().await;
    let upn: String = world
        .look(|r| {
            let one = learner::table.filter(learner::surname.eq("Brackley"));
            Ok(one.select(learner::upn.assume_not_null()).first(r.db())?)
        })
        .await;
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get("/clm/learners/new").await;
    let school = page.option("school", "Elm Academy");
    let taken = staff.submit(new_learner(&page).with("school", &school).with("upn", &upn)).await;
    taken.sees(422, "Another learner has this UPN already").sees(422, "Brackley");

    let path = format!("/clm/learners/{}/details", learner_id(&world, "Adeyo").await);
    let page = staff.get(&path).await;
    staff
        .submit(page.form(&path).with("upn", &upn))
        .await
        .sees(422, "Another learner has this UPN already");
}

#[tokio::test]
async fn a_new_name_and_school_reach_the_training_records_and_registers() {
    let world = World::new().await;
    let path = format!("/clm/learners/{}", learner_id(&world, "Adeyo").await);
    let details = format!("{path}/details");
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get(&details).await;
    let elm = page.option("school", "Elm Academy");
    let answer = staff.submit(page.form(&details).with("surname", "Zinn").with("school", elm)).await;
    staff
        .follow(answer)
        .await
        .sees(200, "Ana Zinn")
        .sees(200, "Elm Academy")
        .sees(200, "former one no more");
    let (ana, elm) = (world.cast.ana, world.cast.elm.0);
    let kept: (String, i64, i64) = world
        .look(move |r| {
            Ok(training_record::table
                .inner_join(entry::table)
                .filter(training_record::id.eq(ana.record))
                .select((training_record::surname_key, training_record::school_id, entry::school_id))
                .first(r.db())?)
        })
        .await;
    assert_eq!(kept, ("zinn".to_owned(), elm, elm));
    assert_eq!(world.audited("learner.details-changed").await, 1);
}

#[tokio::test]
async fn two_who_change_the_same_learner_see_both_sides() {
    let world = World::new().await;
    let path = format!("/clm/learners/{}/details", learner_id(&world, "Adeyo").await);
    let mut staff = world.sign_in("cap.staff").await;
    let slow = staff.get(&path).await;
    let page = staff.get(&path).await;
    assert_eq!(staff.submit(page.form(&path).with("middle_names", "Maria")).await.status, 303);
    let clash = staff.submit(slow.form(&path).with("middle_names", "Marie")).await;
    clash.sees(409, "Somebody else changed this").sees(409, "Maria").sees(409, "Marie");
    assert_eq!(staff.submit(clash.form(&path)).await.status, 303, "both sides were seen");
}

#[tokio::test]
async fn care_and_contacts_are_changed_and_wrong_ones_named() {
    let world = World::new().await;
    let path = format!("/clm/learners/{}", learner_id(&world, "Brackley").await);
    let (care, contacts) = (format!("{path}/care"), format!("{path}/contacts"));
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get(&care).await;
    staff
        .submit(page.form(&care).with("sen_need", "SEMH"))
        .await
        .sees(422, "does not go with “No special educational need”");
    let page = staff.get(&care).await;
    let fields = page
        .form(&care)
        .with("sen_provision", "K")
        .with("sen_need", "SEMH")
        .with("in_care", "yes");
    let answer = staff.submit(fields).await;
    staff
        .follow(answer)
        .await
        .sees(200, "SEN support")
        .sees(200, "In care Yes")
        .sees(200, "Ben is allergic to latex");

    let page = staff.get(&contacts).await;
    staff
        .submit(page.form(&contacts).with("contact2_name", "Aunt"))
        .await
        .sees(422, "Enter at least one telephone number");
    let page = staff.get(&contacts).await;
    let fields = page.form(&contacts).with("contact2_name", "Aunt").with("contact2_mobile", "07700 900999");
    let answer = staff.submit(fields).await;
    staff.follow(answer).await.sees(200, "Parent of Ben").sees(200, "07700 900999");
    assert_eq!(world.audited("learner.care-changed").await, 1);
    assert_eq!(world.audited("learner.contacts-changed").await, 1);
}

#[tokio::test]
async fn everybody_sees_their_own_cohorts_only() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    let list = staff.get("/clm/cohorts").await;
    list.sees(200, "Motor mechanics")
        .sees(200, "Animal care")
        .hides("Music production")
        .hides("Summit");
    let mut tutor = world.sign_in("tutor.riverside").await;
    let list = tutor.get("/clm/cohorts").await;
    list.sees(200, "Motor mechanics").hides("Animal care").hides("Add a course cohort");
    let (motor, animals, music) = (
        format!("/clm/cohorts/{}", world.cohort_id("Motor mechanics").await),
        format!("/clm/cohorts/{}", world.cohort_id("Animal care").await),
        format!("/clm/cohorts/{}", world.cohort_id("Music production").await),
    );
    tutor
        .get(&motor)
        .await
        .sees(200, "Adeyo")
        .sees(200, "Conneely")
        .hides("Brackley")
        .hides("Rename");
    assert_eq!(world.shown_last("ViewCohorts").await.len(), 2);
    for path in [&animals, &music] {
        tutor.get(path).await.sees(404, "").hides("Animal").hides("Music").hides("Brackley");
    }
    tutor.get(&format!("{motor}/details")).await.sees(403, "");
    staff.get(&music).await.sees(404, "").hides("Drumgold");
    for username in ["attendance.northgate", "admin"] {
        world.sign_in(username).await.get("/clm/cohorts").await.sees(403, "").hides("Motor");
    }
    staff
        .get("/clm/cohorts?show=ended")
        .await
        .sees(200, "No course cohorts here")
        .hides("Motor mechanics");
}

#[tokio::test]
async fn a_cohort_is_added_changed_and_grouped() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get("/clm/cohorts/new").await;
    let fields = page
        .form("/clm/cohorts/new")
        .with("provider", page.option("provider", "Harbour Farm"))
        .with("title", "Horticulture")
        .with("starts_on", "2027-01-04");
    let wrong = staff.submit(fields.clone().with("ends_on", "2026-07-21")).await;
    wrong.sees(422, "not before the entry");
    let page = staff.get("/clm/cohorts/new").await;
    let fields = wrong.form("/clm/cohorts/new").with("ends_on", "2027-07-21");
    let answer = staff.submit(fields.clone()).await;
    let made = staff.follow(answer).await;
    made.sees(200, "Harbour Farm sees it now")
        .sees(200, "Tutor group A")
        .sees(200, "Nobody in this group yet");
    let signs = page.form("/clm/cohorts/new");
    let again = fields
        .with("form_key", signs.value("form_key").unwrap())
        .with("csrf", signs.value("csrf").unwrap());
    staff.submit(again).await.sees(422, "a cohort of this title and entry already");

    let path = made.path.clone();
    let (groups, details) = (format!("{path}/groups"), format!("{path}/details"));
    staff.submit(made.form(&groups).with("name", "a")).await.sees(422, "of this name already");
    let page = staff.get(&path).await;
    let answer = staff.submit(page.form(&groups).with("name", "B")).await;
    let page = staff.follow(answer).await;
    page.sees(200, "Tutor group B is added");
    assert!(page.link("Timetable").ends_with("/timetable") && page.link("Lessons").ends_with("/lessons"));
    let group = page.link("Rename tutor group B");
    let page = staff.get(&group).await;
    staff.submit(page.form(&group).with("name", "A")).await.sees(422, "of this name already");
    let page = staff.get(&group).await;
    let answer = staff.submit(page.form(&group).with("name", "Afternoons")).await;
    staff.follow(answer).await.sees(200, "Tutor group Afternoons");

    let slow = staff.get(&details).await;
    let page = staff.get(&details).await;
    assert_eq!(staff.submit(page.form(&details).with("title", "Gardening")).await.status, 303);
    let clash = staff.submit(slow.form(&details).with("title", "Garden work")).await;
    clash.sees(409, "Gardening").sees(409, "Garden work");
    assert_eq!(world.audited("cohort.changed").await, 1);
}
