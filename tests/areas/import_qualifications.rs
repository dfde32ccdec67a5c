//! Qualifications from Ofqual's file, and their units from ours.

use crate::world::World;
use cap::{
    commands::{
        import,
        import_ofqual::{self, Wanted},
    },
    learners::cohort_import::Cohorts,
    progress::{QualificationKey, qualification, sums, tree, unit_import::Units},
    schema::course,
};
use diesel::prelude::*;

const BRIGHTWATER: &str = "Brightwater";

/// Ofqual's columns are many more; these are among them, and in this order.
const REGISTER: &str = "\u{feff}Qualification Number,Qualification Title,Owner Organisation Recognition Number,Owner Organisation Name,Qualification Level,Qualification Type,Total Credits,Qualification SSA,\"Currently and / or will consider offering internationally\",Grading Scale
699/1001/7,Level 1 Diploma in Motor Vehicles,RN1,Brightwater Awards,Level 1,Vocationally-Related Qualification,30,Engineering,Yes,Pass/Merit
100/5073/5,Award in Brickwork,RN2,\"Pennine, Board\",Entry Level,Other Vocational Qualification,3,Building,No,Pass/Merit/Distinction
60129773,Certificate in Cloth,RN2,\"Pennine, Board\",Level 2,Other Vocational Qualification,3,Making,No,
123/1234/1,Placeholder,RN2,\"Pennine, Board\",Level 2,Other Vocational Qualification,3,Making,No,
";

async fn ofqual(world: &World, file: &str, wanted: Wanted, dry_run: bool) -> Result<String, String> {
    import_ofqual::run(&world.app, file.as_bytes(), wanted, Some(BRIGHTWATER.to_owned()), dry_run).await
}

fn only(numbers: &[&str]) -> Wanted {
    Wanted::Only(numbers.iter().map(|number| (*number).to_owned()).collect())
}

async fn units(world: &World, file: &str, dry_run: bool) -> Result<String, String> {
    import::run::<Units>(&world.app, file.as_bytes(), Some(BRIGHTWATER.to_owned()), dry_run).await
}

/// Number, title and grades of what Brightwater has.
async fn all(world: &World) -> Vec<(String, String, String)> {
    let at = world.cast.brightwater;
    world
        .look(move |r| {
            let found = qualification::of_partnership(r, at)?;
            Ok(found
                .iter()
                .map(|one| {
                    let of = one.particulars();
                    (of.number.to_string(), of.title.clone(), of.grades.join(","))
                })
                .collect())
        })
        .await
}

fn entry(number: &str, title: &str, grades: &str) -> (String, String, String) {
    (number.to_owned(), title.to_owned(), grades.to_owned())
}

#[tokio::test]
async fn the_register_updates_what_is_here_and_adds_only_what_is_named() {
    let world = World::new().await;
    let before = all(&world).await.len();
    let told = ofqual(&world, REGISTER, only(&[]), true).await.expect("the file is right");
    assert!(told.contains("line 2: would change qualification 699/1001/7"), "{told}");
    assert!(told.contains("would make 0, would change 1; 0 are"), "{told}");
    let told = ofqual(&world, REGISTER, only(&[]), false).await.expect("the file is right");
    assert_eq!(told, "Ofqual (1): Made 0, changed 1; 0 were as the file says already.");
    let now = all(&world).await;
    assert_eq!(now.len(), before);
    // Grades that were entered stay: the file's order says nothing of which is best.
    assert!(now.contains(&entry(
        "699/1001/7",
        "Level 1 Diploma in Motor Vehicles",
        "Distinction,Merit,Pass"
    )));

    let named = only(&["10050735", "601/2977/3"]);
    let told = ofqual(&world, REGISTER, named, false).await.expect("the file is right");
    assert_eq!(told, "Ofqual (3): Made 2, changed 0; 1 were as the file says already.");
    let now = all(&world).await;
    assert!(now.contains(&entry("100/5073/5", "Award in Brickwork", "Distinction,Merit,Pass")));
    assert!(now.contains(&entry("601/2977/3", "Certificate in Cloth", "")));
    assert_eq!(now.len(), before + 2);
    assert_eq!(world.audited("file.imported").await, 2);

    let told = ofqual(&world, REGISTER, Wanted::All, true).await.expect("the file is right");
    assert!(told.contains("line 5: would make qualification 123/1234/1"), "{told}");
    assert!(told.contains("the last character does not go with the others"), "{told}");
    let told = ofqual(&world, REGISTER, Wanted::All, false).await.expect("a doubt is no fault");
    assert_eq!(told, "Ofqual (4): Made 1, changed 0; 3 were as the file says already.");
}

#[tokio::test]
async fn a_register_with_faults_is_refused_as_a_whole() {
    let world = World::new().await;
    let before = all(&world).await;
    let missing = ofqual(&world, REGISTER, only(&["603/4162/2"]), false).await;
    assert_eq!(
        missing.expect_err("it is not there"),
        "Nothing was imported: the file has no qualification 603/4162/2."
    );
    let wrong = ofqual(&world, REGISTER, only(&["603-4162"]), false).await;
    assert!(wrong.expect_err("no number").contains("603-4162: Enter a qualification number like"));
    let file = format!(
        "{REGISTER}100/5073,Short,RN2,Board,,,,,,\n10050735,Twice,RN2,Board,,,,,,\n603/4162/2,{},RN2,Board,,,,,,\n",
        "x".repeat(301)
    );
    let refused = ofqual(&world, &file, Wanted::All, false).await.expect_err("it has faults");
    for fault in [
        "3 faults",
        "line 6, column qualification_number: Enter a qualification number like 100/5073/5",
        "line 7, column qualification_number: this qualification stands on line 3 too",
        "line 8, column qualification_title: ",
    ] {
        assert!(refused.contains(fault), "{fault} in {refused}");
    }
    let headless = ofqual(&world, "Number,Title\n1,2\n", Wanted::All, false).await;
    assert!(
        headless
            .expect_err("no such file")
            .contains("qualification_number: this column is missing")
    );
    assert_eq!(all(&world).await, before);
}

/// Depth, reference, title, credits and whether it is mandatory, of a tree.
async fn tree_of(world: &World, number: &'static str) -> Vec<String> {
    let at = world.cast.brightwater;
    world
        .look(move |r| {
            let all = qualification::of_partnership(r, at)?;
            let one = all.iter().find(|one| one.particulars().number.to_string() == number);
            let key: QualificationKey = one.expect("it is here").key();
            assert_eq!(sums::wrong(r)?, Vec::<i64>::new(), "every learner's units are counted anew");
            let line = |node: &tree::Node| {
                let needed = if node.mandatory { "!" } else { "?" };
                format!("{} {} {:?} {needed}", node.depth, node.name(), node.credits)
            };
            Ok(tree::of_qualification(r, key)?.iter().map(line).collect())
        })
        .await
}

const UNITS: &str = "\
qualification,group,unit_reference,unit_title,credits,mandatory
100/5073/5,,BW1,Safety,2,yes
10050735,Walls > Garden walls,BW2,\"Laying, and pointing\",3,no
100/5073/5,walls,BW3,Drawing,,no
699/1001/7,Vehicle units > Vans,VM230,Vans,4,no
";

#[tokio::test]
async fn units_come_in_their_groups_and_the_same_file_twice_changes_nothing() {
    let world = World::new().await;
    let early = units(&world, UNITS, false).await.expect_err("100/5073/5 is not here");
    assert!(
        early.contains("line 2, column qualification: no qualification of this number is here"),
        "{early}"
    );
    ofqual(&world, REGISTER, only(&["100/5073/5"]), false).await.expect("the file is right");
    let told = units(&world, UNITS, true).await.expect("the file is right");
    assert!(told.contains("line 3: would make unit BW2 Laying, and pointing of 10050735"), "{told}");
    assert!(tree_of(&world, "100/5073/5").await.is_empty());

    let told = units(&world, UNITS, false).await.expect("the file is right");
    assert_eq!(told, "Qualifications (4): Made 4, changed 0; 0 were as the file says already.");
    assert_eq!(
        tree_of(&world, "100/5073/5").await,
        [
            "0 BW1 Safety Some(2) !",
            "0 Walls None ?",
            "1 Garden walls None ?",
            "2 BW2 Laying, and pointing Some(3) ?",
            "1 BW3 Drawing None ?",
        ]
    );
    let vehicles = tree_of(&world, "699/1001/7").await;
    assert!(vehicles.contains(&"1 Vans None ?".to_owned()), "{vehicles:?}");
    let again = units(&world, UNITS, false).await.expect("the file is right");
    assert_eq!(again, "Qualifications (4): Made 0, changed 0; 4 were as the file says already.");

    let change = "\
qualification,group,unit_reference,unit_title,credits,mandatory
100/5073/5,Walls > Garden walls,bw3,Drawing plans,1,yes
100/5073/5,,BW2,Laying,,no
100/5073/5,,,SAFETY,,yes
";
    let told = units(&world, change, false).await.expect("the file is right");
    assert_eq!(told, "Qualifications (3): Made 0, changed 3; 0 were as the file says already.");
    assert_eq!(
        tree_of(&world, "100/5073/5").await,
        [
            "0 BW1 SAFETY Some(2) !",
            "0 Walls None ?",
            "1 Garden walls None ?",
            "2 BW2 Laying Some(3) ?",
            "2 bw3 Drawing plans Some(1) !",
        ]
    );
}

#[tokio::test]
async fn every_bad_line_of_units_is_named_and_none_is_kept() {
    let world = World::new().await;
    let before = tree_of(&world, "699/1001/7").await;
    let file = "\
qualification,group,unit_reference,unit_title,credits,mandatory
699/1001/7,,VM400,Good,1,yes
699/1001,,VM401,Number,1,yes
100/5073/5,,VM402,Unknown,1,yes
699/1001/7,A > ,VM403,Path,1,yes
699/1001/7,,VM404,Credits,many,yes
699/1001/7,,VM405,Needed,1,perhaps
699/1001/7,,vm400,Twice,1,no
699/1001/7,,,Alone,1,no
699/1001/7,,,alone,1,no
";
    let refused = units(&world, file, false).await.expect_err("it has faults");
    for fault in [
        "7 faults",
        "line 3, column qualification: Enter a qualification number like 100/5073/5",
        "line 4, column qualification: no qualification of this number is here",
        "line 5, column group: Enter a group on each side of a >",
        "line 6, column credits: Enter a whole number from 0 to 999",
        "line 7, column mandatory: Enter yes or no",
        "line 8, column unit_reference: this unit stands on line 2 too",
        "line 10, column unit_title: this unit stands on line 9 too",
    ] {
        assert!(refused.contains(fault), "{fault} in {refused}");
    }
    assert_eq!(tree_of(&world, "699/1001/7").await, before);
}

#[tokio::test]
async fn a_cohorts_file_links_known_qualifications() {
    let world = World::new().await;
    let file = "\
title,provider,start,end,qualification
Bikes,Riverside Motors,2027-01-04,2027-07-21,69910017
Goats,Harbour Farm,2027-01-04,2027-07-21,Level 1 certificate in land and animals
Beads,Harbour Farm,2027-01-04,2027-07-21,A craft
";
    let at = Some(BRIGHTWATER.to_owned());
    import::run::<Cohorts>(&world.app, file.as_bytes(), at, false)
        .await
        .expect("the file is right");
    let linked: Vec<(String, bool)> = world
        .look(|r| {
            Ok(course::table
                .filter(course::title.eq_any(["Beads", "Bikes", "Goats"]))
                .order(course::title)
                .select((course::title, course::qualification_id.is_not_null()))
                .load(r.db())?)
        })
        .await;
    let wanted = [("Beads", false), ("Bikes", true), ("Goats", true)];
    assert_eq!(linked, wanted.map(|(title, linked)| (title.to_owned(), linked)));
}
