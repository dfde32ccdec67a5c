//! Files imported at the server: all or nothing, every bad line named, and a dry run that changes nothing.

use crate::world::World;
use cap::{
    accounts::{import::Import, organisation_import::Organisations, person_import::People},
    commands::import,
    learners::{cohort_import::Cohorts, learner_import::Learners},
    schema::{cohort, emergency_contact, learner, membership, organisation, person, tutor_group},
};
use diesel::prelude::*;

const BRIGHTWATER: &str = "Brightwater";

async fn run<I: Import>(world: &World, file: &str) -> Result<String, String> {
    import::run::<I>(&world.app, file.as_bytes(), Some(BRIGHTWATER.to_owned()), false).await
}

async fn dry_run<I: Import>(world: &World, file: &str) -> Result<String, String> {
    import::run::<I>(&world.app, file.as_bytes(), Some(BRIGHTWATER.to_owned()), true).await
}

async fn learners(world: &World) -> i64 {
    world.look(|r| Ok(learner::table.count().get_result(r.db())?)).await
}

const TWO_LEARNERS: &str = "\
upn,surname,first_name,date_of_birth,gender,home_school,ks4_year,sen_provision,sen_need,in_care,contact1_name,contact1_mobile
,Fairley,Fay,10/02/2011,F,Elm Academy,2026/27,K,SEMH,yes,Grandmother,07700 900555
,Gadsby,Gil,2011-03-11,m,northgate school,,,,,,
";

#[tokio::test]
async fn a_dry_run_says_what_would_come_and_changes_nothing() {
    let world = World::new().await;
    let before = learners(&world).await;
    let told = dry_run::<Learners>(&world, TWO_LEARNERS).await.expect("the file is right");
    assert!(told.contains("line 2: would make a learner"), "{told}");
    assert!(told.contains("would make 2, would change 0; 0 are as the file says already."), "{told}");
    assert!(!told.contains("Fairley"), "no learner's name on the terminal: {told}");
    assert_eq!(learners(&world).await, before);
    assert_eq!(world.audited("file.imported").await, 0);
}

#[tokio::test]
async fn learners_are_made_then_left_then_changed() {
    let world = World::new().await;
    let before = learners(&world).await;
    let told = run::<Learners>(&world, TWO_LEARNERS).await.expect("the file is right");
    assert_eq!(told, "Learners (2): Made 2, changed 0; 0 were as the file says already.");
    assert_eq!(learners(&world).await, before + 2);
    assert_eq!(world.shown_last("file.imported").await.len(), 2, "the audit names the learners");
    let again = run::<Learners>(&world, TWO_LEARNERS).await.expect("the file is right");
    assert_eq!(again, "Learners (2): Made 0, changed 0; 2 were as the file says already.");

    let mut staff = world.sign_in("cap.staff").await;
    let list = staff.get("/clm/learners").await;
    staff
        .get(&list.link("Fairley"))
        .await
        .sees(200, "2026–2027 (entered")
        .sees(200, "Social, emotional and mental health")
        .sees(200, "07700 900555");

    // Filled cells replace, empty ones leave; a contact is replaced as a whole.
    let change = "\
surname,first_name,date_of_birth,uln,home_school,in_care,contact1_name,contact1_daytime
FAIRLEY,Fay,2011-02-10,,Northgate School,no,Aunt,01632 960555
";
    let told = run::<Learners>(&world, change).await.expect("the file is right");
    assert_eq!(told, "Learners (1): Made 0, changed 1; 0 were as the file says already.");
    staff
        .get(&list.link("Fairley"))
        .await
        .sees(200, "Northgate School")
        .sees(200, "In care No")
        .sees(200, "SEN support")
        .sees(200, "01632 960555")
        .hides("07700 900555");
    let contacts: i64 = world
        .look(|r| {
            let of = emergency_contact::table.inner_join(learner::table);
            Ok(of.filter(learner::surname_key.eq("fairley")).count().get_result(r.db())?)
        })
        .await;
    assert_eq!(contacts, 1);
}

#[tokio::test]
async fn a_upn_finds_its_learner_and_only_in_its_own_partnership() {
    let world = World::new().await;
    let upn_of = |surname: &'static str| {
        world.look(move |r| {
            let one = learner::table.filter(learner::surname.eq(surname));
            Ok(one.select(learner::upn.assume_not_null()).first::<String>(r.db())?)
        })
    };
    let (ana, dana) = (upn_of("Adeyo").await, upn_of("Drumgold").await);
    let file = format!(
        "upn,surname,first_name,middle_names,date_of_birth,sex,home_school\n\
         {ana},Adeyo,Ana,Maria,10/01/2011,F,\n\
         {dana},Drumgold,Dana,,10/04/2011,F,Elm Academy\n"
    );
    let told = run::<Learners>(&world, &file).await.expect("the file is right");
    assert_eq!(told, "Learners (2): Made 1, changed 1; 0 were as the file says already.");
    let danas: i64 = world
        .look(|r| Ok(learner::table.filter(learner::surname.eq("Drumgold")).count().get_result(r.db())?))
        .await;
    assert_eq!(danas, 2, "the other partnership's is another record");
}

#[tokio::test]
async fn every_bad_line_is_named_with_its_column_and_nothing_is_kept() {
    let world = World::new().await;
    let before = learners(&world).await;
    let file = "\
upn,surname,first_name,date_of_birth,sex,home_school,home_school_urn,sen_need,in_care,contact2_name
A123,Right,Rita,10/01/2011,F,Elm Academy,,,,
,Birth,Bo,31/02/2011,F,Elm Academy,,,,
,Sexless,Sam,10/01/2011,,Elm Academy,,,,
,School,Sid,10/01/2011,F,Quay School,,,,
,Urn,Una,10/01/2011,F,,123456,,,
,Homeless,Hal,10/01/2011,M,,,,,
,Need,Ned,10/01/2011,M,Elm Academy,,SEMH,,
,Flag,Flo,10/01/2011,F,Elm Academy,,,perhaps,
,Contact,Con,10/01/2011,M,Elm Academy,,,,Aunt
,Twice,Tia,10/01/2011,F,Elm Academy,,,,
,TWICE,Tía,2011-01-10,F,Elm Academy,,,,
";
    let refused = run::<Learners>(&world, file).await.expect_err("it has faults");
    for fault in [
        "line 2, column upn: ",
        "line 3, column date_of_birth: ",
        "line 4, column sex: ",
        "line 5, column home_school: no school of this name",
        "line 6, column home_school_urn: no school of this URN",
        "line 7, column home_school: ",
        "line 8, column sen_need: ",
        "line 9, column in_care: Enter yes or no",
        "line 10, column contact2_daytime: ",
        "line 12, column surname: this learner stands on line 11 too",
    ] {
        assert!(refused.contains(fault), "{fault:?} is named in: {refused}");
    }
    assert!(refused.starts_with("Nothing was imported; 10 faults:"), "{refused}");
    assert_eq!(learners(&world).await, before);
    let heading = run::<Learners>(&world, "surname,shoe_size\nA,1\n").await.expect_err("a wrong heading");
    assert!(heading.contains("column shoe_size") && heading.contains("column first_name"), "{heading}");
}

#[tokio::test]
async fn organisations_are_made_with_their_partnership_and_updated() {
    let world = World::new().await;
    let file =
        "kind,name,urn,postcode\nservice,Newtown AP,,\nschool,Hill School,123456,\nprovider,Forge,,ab1 2de\n";
    let wanted = Some("Newtown".to_owned());
    let told = import::run::<Organisations>(&world.app, file.as_bytes(), wanted.clone(), false)
        .await
        .expect("the file is right");
    assert_eq!(told, "Organisations (3): Made 3, changed 0; 0 were as the file says already.");
    let more = "kind,name,telephone\nSchool,HILL SCHOOL,01632 960123\nprovider,forge,\n";
    let told = import::run::<Organisations>(&world.app, more.as_bytes(), wanted, false)
        .await
        .expect("the file is right");
    assert!(told.contains("Made 0, changed 2"), "a new spelling is a change: {told}");
    let kept: (Option<String>, Option<String>) = world
        .look(|r| {
            Ok(organisation::table
                .filter(organisation::name.eq("HILL SCHOOL"))
                .select((organisation::urn, organisation::telephone))
                .first(r.db())?)
        })
        .await;
    assert_eq!(kept, (Some("123456".into()), Some("01632 960123".into())), "an empty cell leaves");
    let refused = run::<Organisations>(&world, "kind,name,urn\nshop,A,\nschool,B,12\nschool,C,\nschool,c,\n")
        .await
        .expect_err("it has faults");
    for fault in ["line 2, column kind", "line 3, column urn", "line 5, column name"] {
        assert!(refused.contains(fault), "{fault:?} is named in: {refused}");
    }
}

#[tokio::test]
async fn people_get_their_parts_and_an_invitation() {
    let world = World::new().await;
    let file = "\
username,email,name,organisation,role
new.tutor,new.tutor@demo.example,Nell Tutor,Harbour Farm,tutor
new.tutor,new.tutor@demo.example,Nell Tutor,Riverside Motors,tutor
tutor.riverside,tutor.riverside@demo.example,Terry Finch,Harbour Farm,tutor
tutor.harbour,tutor.harbour@demo.example,Frankie Moss,Harbour Farm,tutor
";
    let told = run::<People>(&world, file).await.expect("the file is right");
    assert_eq!(told, "People (4): Made 1, changed 2; 1 were as the file says already.");
    let parts: i64 = world
        .look(|r| {
            let of = membership::table.inner_join(person::table);
            Ok(of.filter(person::username.eq("new.tutor")).count().get_result(r.db())?)
        })
        .await;
    assert_eq!(parts, 2);
    world.run_jobs().await;
    assert_eq!(world.mail().len(), 1, "one invitation for one new person");

    let wrong = "\
username,email,name,organisation,role
tutor.riverside,other@demo.example,Terry Finch,Harbour Farm,provider-manager
x,tutor.harbour@demo.example,X,Harbour Farm,tutor
y,y@demo.example,Y,Harbour Farm,school-dsl
z,z@demo.example,Z,Summit Studio,tutor
a b,ab@demo.example,A B,Harbour Farm,king
";
    let refused = run::<People>(&world, wrong).await.expect_err("it has faults");
    for fault in [
        "line 2, column email",
        "line 3, column email",
        "line 4, column organisation",
        "line 5, column organisation",
        "line 6, column username",
        "line 6, column role",
    ] {
        assert!(refused.contains(fault), "{fault:?} is named in: {refused}");
    }
}

#[tokio::test]
async fn cohorts_are_made_with_their_groups_and_extended() {
    let world = World::new().await;
    let file = "\
title,provider,entry,start,end,group,qualification,age_group
Welding,Riverside Motors,2026-09-07,,2027-07-16,A,Level 1,KS4
Welding,Riverside Motors,,07/09/2026,2027-07-16,B,,KS4
Motor mechanics,riverside motors,,2026-09-01,2027-07-21,A,,KS4
";
    let told = run::<Cohorts>(&world, file).await.expect("the file is right");
    assert_eq!(told, "Cohorts (2): Made 1, changed 0; 1 were as the file says already.");
    let more = "title,provider,start,end,group\nWelding,Riverside Motors,2026-09-07,2027-07-23,C\n";
    let told = run::<Cohorts>(&world, more).await.expect("the file is right");
    assert_eq!(told, "Cohorts (1): Made 0, changed 1; 0 were as the file says already.");
    let (groups, age_group, end): (i64, String, chrono::NaiveDate) = world
        .look(|r| {
            let of = tutor_group::table.inner_join(cohort::table).filter(cohort::title.eq("Welding"));
            let count = of.count().get_result(r.db())?;
            let one = cohort::table.filter(cohort::title.eq("Welding"));
            let (age_group, end) = one.select((cohort::age_group, cohort::ends_on)).first(r.db())?;
            Ok((count, age_group, end))
        })
        .await;
    assert_eq!((groups, age_group.as_str(), end), (3, "KS4", crate::world::day(2027, 7, 23)));

    let wrong = "\
title,provider,entry,start,end,group
A,Summit Studio,2026-09-07,,2027-07-16,
B,Riverside Motors,,,2027-07-16,
C,Riverside Motors,2026-09-07,2026-09-08,2027-07-16,
D,Riverside Motors,2026-09-07,,2026-07-16,
E,Riverside Motors,2026-09-07,,2027-07-16,A
E,Riverside Motors,2026-09-07,,2027-07-16,a
";
    let refused = run::<Cohorts>(&world, wrong).await.expect_err("it has faults");
    for fault in [
        "line 2, column provider",
        "line 3, column start",
        "line 4, column entry",
        "line 5, column end",
        "line 7, column group",
    ] {
        assert!(refused.contains(fault), "{fault:?} is named in: {refused}");
    }
}

#[tokio::test]
async fn a_file_needs_a_partnership_that_is_there() {
    let world = World::new().await;
    let file = TWO_LEARNERS.as_bytes();
    let refused = import::run::<Learners>(&world.app, file, Some("Nowhere".into()), false).await;
    assert_eq!(refused, Err("There is no partnership Nowhere.".to_owned()));
    let refused = import::run::<Learners>(&world.app, file, None, false).await;
    assert!(refused.is_err_and(|why| why.contains("--partnership NAME")), "there are two");
}

#[test]
fn the_guide_describes_the_columns_as_they_are() {
    let kept = include_str!("../../docs/import.md");
    assert_eq!(
        kept.trim_end(),
        import::guide().trim_end(),
        "docs/import.md is what `cap import columns` prints"
    );
}
