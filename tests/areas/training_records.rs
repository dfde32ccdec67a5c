//! The list of training records: what each filter leaves, and whose records it counts.

use crate::world::{Client, Page, World, day, time};
use cap::{
    learners::{LearnerKey, RecordKey, codes::Sex},
    schema::{course, duty_of_care, learner, progress_sum, qualification, training_record},
};
use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use platform::{
    Instant,
    ids::{PublicId, next_key},
    schema::stored_search,
};

pub const LIST: &str = "/clm/training-records";

/// The rows of a list, each as the learner's initial and the provider's: "Ar" is Ana at Riverside.
pub fn rows(page: &Page) -> String {
    let html = page.html();
    let rows = html.split("<th scope=\"row\"").skip(1);
    let short = |row: &str| {
        let text = Page {
            body: format!("<th{row}").into_bytes(),
            ..page.clone()
        }
        .text();
        let place = if text.contains("Harbour Farm") { 'h' } else { 'r' };
        format!(
            "{}{place}",
            match () {
                () if text.contains("Adeyo, Ana") => 'A',
                () if text.contains("Brackley, Ben") => 'B',
                () if text.contains("Conneely, Cara") => 'C',
                () => '?',
            }
        )
    };
    rows.map(short).collect::<Vec<_>>().join(" ")
}

async fn listed(client: &mut Client, query: &str) -> String {
    let page = client.get(&format!("{LIST}{query}")).await;
    assert_eq!(page.status, 200, "{query}: {}", page.text());
    let found = rows(&page);
    let number = found.split(' ').filter(|row| !row.is_empty()).count();
    let said = match number {
        0 => "No training records".to_owned(),
        1 => "1 training record".to_owned(),
        many => format!("{many} training records"),
    };
    page.sees(200, &said);
    found
}

struct Known {
    learner: LearnerKey,
    sex: Sex,
    ethnicity: &'static str,
    ks4: i16,
    sen: &'static str,
    allergies: &'static str,
    meals: bool,
    in_care: bool,
}

/// Makes the cast's records differ in everything that can be filtered by.
pub async fn differ(world: &World) {
    let cast = world.cast;
    world
        .arrange(move |w| {
            for known in [
                Known {
                    learner: cast.ana.learner,
                    sex: Sex::Female,
                    ethnicity: "WBRI",
                    ks4: 2024,
                    sen: "K",
                    allergies: "Latex",
                    meals: true,
                    in_care: false,
                },
                Known {
                    learner: cast.ben.learner,
                    sex: Sex::Male,
                    ethnicity: "CHNE",
                    ks4: 2025,
                    sen: "E",
                    allergies: "",
                    meals: false,
                    in_care: true,
                },
                Known {
                    learner: cast.cara_at_harbour.learner,
                    sex: Sex::Female,
                    ethnicity: "REFU",
                    ks4: 2026,
                    sen: "N",
                    allergies: "",
                    meals: false,
                    in_care: false,
                },
            ] {
                diesel::update(learner::table.filter(learner::id.eq(known.learner)))
                    .set((
                        learner::sex.eq(known.sex.code()),
                        learner::ethnicity.eq(known.ethnicity),
                        learner::ks4_year.eq(known.ks4),
                    ))
                    .execute(w.db())?;
                diesel::update(duty_of_care::table.filter(duty_of_care::learner_id.eq(known.learner)))
                    .set((
                        duty_of_care::sen_provision.eq(known.sen),
                        duty_of_care::allergies.eq(known.allergies),
                        duty_of_care::free_school_meals.eq(known.meals),
                        duty_of_care::in_care.eq(known.in_care),
                    ))
                    .execute(w.db())?;
            }
            type Record = (RecordKey, &'static str, (NaiveDate, NaiveDate), Option<NaiveDate>, Instant);
            let noon = |on: NaiveDate| on.and_time(time(12, 0));
            let records: [Record; 4] = [
                (
                    cast.ana.record,
                    "active",
                    (day(2026, 9, 1), day(2027, 7, 21)),
                    None,
                    noon(day(2026, 11, 20)),
                ),
                (
                    cast.ben.record,
                    "active",
                    (day(2026, 9, 14), day(2027, 7, 21)),
                    None,
                    noon(day(2026, 10, 1)),
                ),
                (
                    cast.cara_at_harbour.record,
                    "active",
                    (day(2026, 10, 5), day(2027, 3, 31)),
                    None,
                    noon(day(2026, 11, 24)),
                ),
                (
                    cast.cara_at_riverside.record,
                    "withdrawn",
                    (day(2026, 9, 1), day(2027, 7, 21)),
                    Some(day(2026, 11, 2)),
                    noon(day(2026, 11, 2)),
                ),
            ];
            for (record, status, (starts, ends), closed, at) in records {
                diesel::update(training_record::table.filter(training_record::id.eq(record)))
                    .set((
                        training_record::status.eq(status),
                        training_record::starts_on.eq(starts),
                        training_record::ends_on.eq(ends),
                        training_record::closed_on.eq(closed),
                        training_record::created_at.eq(at - TimeDelta::days(20)),
                        training_record::modified_at.eq(at),
                    ))
                    .execute(w.db())?;
            }
            let sums = [
                (cast.ana.record, (4, 1, 3), Some(day(2026, 11, 20))),
                (cast.ben.record, (2, 0, 2), Some(day(2026, 9, 10))),
            ];
            for (record, (units, behind, completed), appraised) in sums {
                diesel::update(progress_sum::table.filter(progress_sum::record_id.eq(record)))
                    .set((
                        progress_sum::units.eq(units),
                        progress_sum::not_started.eq(0),
                        progress_sum::behind.eq(behind),
                        progress_sum::completed.eq(completed),
                        progress_sum::appraised_on.eq(appraised),
                        progress_sum::aptitude.eq("B"),
                        progress_sum::effort.eq(2_i16),
                        progress_sum::target_grade.eq("Merit"),
                    ))
                    .execute(w.db())?;
            }
            // Cara's course has no sections.
            diesel::update(
                progress_sum::table.filter(progress_sum::record_id.eq(cast.cara_at_harbour.record)),
            )
            .set((progress_sum::units.eq(0), progress_sum::not_started.eq(0)))
            .execute(w.db())?;
            let key = next_key();
            diesel::insert_into(qualification::table)
                .values((
                    qualification::id.eq(key),
                    qualification::public_id.eq(PublicId::random()),
                    qualification::partnership_id.eq(cast.brightwater),
                    qualification::number.eq("603/4162/2"),
                    qualification::awarding_body.eq("Demo Awards"),
                    qualification::body_key.eq("demo awards"),
                    qualification::title.eq("Certificate in Motor Mechanics"),
                    qualification::title_key.eq("certificate in motor mechanics"),
                    qualification::level.eq("Level 3"),
                    qualification::kind.eq("Vocational"),
                    qualification::grades.eq("Pass"),
                    qualification::units.eq(4),
                ))
                .execute(w.db())?;
            diesel::update(course::table.filter(course::provider_id.eq(cast.riverside.provider)))
                .set(course::qualification_id.eq(key))
                .execute(w.db())?;
            Ok(())
        })
        .await;
}

#[tokio::test]
async fn every_filter_leaves_those_it_names() {
    let world = World::new().await;
    differ(&world).await;
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get(LIST).await;
    let at = |select: &str, label: &str| format!("?{select}={}", page.option(select, label));
    let (harbour, elm) = (at("provider", "Harbour Farm"), at("school", "Elm Academy"));
    let motor = at("cohort", "Motor mechanics");
    for (query, left) in [
        // By learner, then start; the withdrawn one only where it is asked for.
        ("", "Ar Bh Ch"),
        ("?status=all", "Ar Bh Cr Ch"),
        ("?status=withdrawn", "Cr"),
        ("?status=completed", ""),
        (&*harbour, "Bh Ch"),
        (&*elm, "Bh"),
        (&*motor, "Ar"),
        (&*format!("{motor}&status=all"), "Ar Cr"),
        ("?age_group=KS4", "Ar Bh Ch"),
        ("?starts_from=2026-09-02", "Bh Ch"),
        ("?starts_to=14/09/2026", "Ar Bh"),
        ("?starts_from=2026-09-14&starts_to=2026-09-14", "Bh"),
        ("?status=all&closed_from=2026-11-02", "Cr"),
        ("?status=all&closed_to=2026-11-01", ""),
        ("?status=all&closed_from=2026-11-01&closed_to=2026-11-02", "Cr"),
        ("?gender=F", "Ar Ch"),
        ("?gender=M", "Bh"),
        ("?ethnicity=CHNE", "Bh"),
        ("?ks4=2025", "Bh"),
        ("?ks4=2025&ks4_later=yes", "Bh Ch"),
        ("?sen=K", "Ar"),
        ("?sen=E", "Bh"),
        ("?sen=N", "Ch"),
        ("?medical=yes", "Ar"),
        ("?medical=no", "Bh Ch"),
        ("?meals=yes", "Ar"),
        ("?meals=no", "Bh Ch"),
        ("?in_care=yes", "Bh"),
        ("?in_care=no", "Ar Ch"),
        ("?progress=behind", "Ar"),
        ("?progress=on-track", ""),
        ("?progress=finished", "Bh"),
        ("?progress=none", "Ch"),
        ("?modified_older=10", "Bh"),
        ("?modified_within=10", "Ar Ch"),
        ("?modified_within=1", "Ch"),
        ("?appraised_within=10", "Ar"),
        ("?appraised_older=10", "Bh Ch"),
        ("?kind=Vocational", "Ar"),
        ("?level=Level+3", "Ar"),
        ("?created_from=2026-10-31", "Ar Ch"),
        ("?created_to=2026-10-31", "Ar Bh"),
        ("?modified_from=2026-11-20&modified_to=2026-11-20", "Ar"),
        ("?sort=start", "Ch Bh Ar"),
        ("?sort=end", "Ch Ar Bh"),
        ("?sort=provider", "Bh Ch Ar"),
        ("?sort=school", "Bh Ar Ch"),
        ("?sort=cohort", "Bh Ch Ar"),
        ("?sort=modified", "Ch Ar Bh"),
        ("?gender=F&meals=yes&sen=K&modified_within=30", "Ar"),
        // A name in an address narrows nothing.
        ("?surname=Adeyo", "Ar Bh Ch"),
    ] {
        assert_eq!(listed(&mut staff, query).await, left, "{query}");
    }
    // Two a page would be no choice; ten are, and a page beyond the end is the last.
    assert_eq!(listed(&mut staff, "?per_page=10&page=9").await, "Ar Bh Ch");
}

#[tokio::test]
async fn wrong_filters_say_what_is_wrong() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    for (query, said) in [
        ("status=asleep", "Status: choose one from the list"),
        ("provider=nobody", "Lesson provider: choose one from the list"),
        ("starts_from=31/02/2026", "Enter a real date"),
        (
            "closed_from=2026-11-02&closed_to=2026-11-01",
            "the second date must not be before the first",
        ),
        ("modified_older=0", "Enter a whole number from 1"),
        ("per_page=7", "Records a page: choose one from the list"),
        ("medical=perhaps", "Medical history: choose one from the list"),
        ("search=00000000000000000000000000", "no longer kept"),
        ("search=nonsense", "no longer kept"),
    ] {
        let page = staff.get(&format!("{LIST}?{query}")).await;
        page.sees(422, "There is a problem").sees(422, said).hides("Adeyo");
        let file = staff.get(&format!("{LIST}.csv?{query}")).await;
        file.sees(422, said).hides("Adeyo");
    }
    let page = staff.get(LIST).await;
    let form = page.form("/clm/training-records/searches").with("records", "7; 8").with("surname", "Ade");
    let refused = staff.submit(form).await;
    refused.sees(422, "Enter up to 200 record IDs").hides("Adeyo");
    assert_eq!(refused.form("/clm/training-records/searches").value("records"), Some("7; 8"));
    assert_eq!(refused.form("/clm/training-records/searches").value("surname"), Some("Ade"));
}

#[tokio::test]
async fn names_and_numbers_are_kept_and_never_stand_in_an_address() {
    let world = World::new().await;
    let (ben, cara) = (world.cast.ben.record, world.cast.cara_at_harbour.record);
    let numbers: Vec<i64> = world
        .look(move |r| {
            let both = training_record::table.filter(training_record::id.eq_any([ben, cara]));
            Ok(both.order(training_record::number).select(training_record::number).load(r.db())?)
        })
        .await;
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get(LIST).await;
    let form = page
        .form("/clm/training-records/searches")
        .with("surname", "c")
        .with("records", format!("{}, {}", numbers[0], numbers[1]))
        .with("provider", page.option("provider", "Harbour Farm"));
    let answer = staff.submit(form).await;
    let to = answer.header("location").expect("a redirect");
    assert!(to.contains("provider=") && to.contains("search=") && !to.contains("surname"), "{to}");
    assert!(!to.contains("records="), "{to}");
    let page = staff.follow(answer).await;
    page.sees(200, "Surname begins with c").sees(200, "Record IDs: ");
    assert_eq!(rows(&page), "Ch");
    // The panel has what was typed, and each filter takes itself away alone.
    assert_eq!(page.form("/clm/training-records/searches").value("surname"), Some("c"));
    let without = staff.get(&page.link("Remove filter Surname")).await;
    assert_eq!(rows(&without), "Bh Ch");
    without.sees(200, "Record IDs: ").hides("Surname begins with c");
    let without = staff.get(&without.link("Remove filter Record IDs")).await;
    assert_eq!(rows(&without), "Bh Ch");
    without.hides("search=").sees(200, "Lesson provider: Harbour Farm");
    // Another person's search is nobody's; an old one is said to be gone.
    let mut school = world.sign_in("attendance.northgate").await;
    school
        .get(&to.replace("provider=", "x="))
        .await
        .sees(422, "no longer kept")
        .hides("Conneely");
    world
        .arrange(|w| {
            let past = w.now() - TimeDelta::hours(1);
            diesel::update(stored_search::table)
                .set(stored_search::ends_at.eq(past))
                .execute(w.db())?;
            Ok(())
        })
        .await;
    staff.get(&to).await.sees(422, "no longer kept");
}

#[tokio::test]
async fn filters_in_force_are_buttons_and_bookmarks() {
    let world = World::new().await;
    differ(&world).await;
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff
        .get(&format!("{LIST}?gender=F&starts_from=2026-09-01&starts_to=2026-10-31&show=uln&show=none"))
        .await;
    assert_eq!(rows(&page), "Ar Ch");
    page.sees(200, "Status: Active")
        .sees(200, "Gender: Female")
        .sees(200, "Start date: 1 Sep 2026 to 31 Oct 2026");
    let link = page.link("Remove filter Start date");
    assert!(
        !link.contains("starts") && link.contains("gender=F") && link.contains("show=uln"),
        "{link}"
    );
    let all = page.link("Remove filter Status");
    assert_eq!(rows(&staff.get(&all).await), "Ar Cr Ch");
    assert_eq!(page.link("Reset"), LIST);
    assert!(
        page.link("Export to Excel")
            .ends_with(".csv?starts_from=2026-09-01&starts_to=2026-10-31&gender=F")
    );
    // The panel's form comes back as an address that says the same.
    let form = page.form("/clm/training-records/searches").with("per_page", 50);
    let to = staff.submit(form).await.header("location").expect("a redirect");
    assert_eq!(
        to,
        format!("{LIST}?starts_from=2026-09-01&starts_to=2026-10-31&gender=F&per_page=50&show=uln")
    );
}

#[tokio::test]
async fn each_sees_and_counts_only_their_own() {
    let world = World::new().await;
    differ(&world).await;
    for (username, left) in [
        ("attendance.northgate", "Ar Ch"),
        ("coordinator.northgate", "Ar Ch"),
        ("attendance.elm", "Bh"),
        ("tutor.riverside", "Ar"),
        ("tutor.harbour", "Bh Ch"),
    ] {
        let mut client = world.sign_in(username).await;
        assert_eq!(listed(&mut client, "").await, left, "{username}");
    }
    for username in ["admin", "coordinator.riverside", "dsl.riverside"] {
        let mut client = world.sign_in(username).await;
        for address in [
            LIST,
            "/clm/training-records.csv",
            "/clm/training-records.xlsx",
            "/clm/saved-views",
        ] {
            assert_eq!(client.get(address).await.status, 403, "{username} {address}");
        }
    }
    let mut other = world.sign_in("staff.otherside").await;
    other.get(LIST).await.sees(200, "Drumgold").sees(200, "1 training record").hides("Adeyo");
    let csv = other.get("/clm/training-records.csv").await;
    csv.sees(200, "Drumgold").hides("Adeyo");
    // Whoever is shown stands in the audit.
    let mut school = world.sign_in("attendance.elm").await;
    school.get("/clm/training-records.csv").await.sees(200, "Brackley").hides("Conneely");
    assert_eq!(world.shown_last("ViewRecords").await, [world.cast.ben.learner.0]);
}

/// Filters must not tell a provider what the pages keep from it.
#[tokio::test]
async fn a_provider_learns_no_care_of_placements_that_have_ended() {
    let world = World::new().await;
    differ(&world).await;
    let cara = world.cast.cara_at_riverside.learner;
    world
        .arrange(move |w| {
            diesel::update(duty_of_care::table.filter(duty_of_care::learner_id.eq(cara)))
                .set((duty_of_care::in_care.eq(true), duty_of_care::medical_flag.eq(true)))
                .execute(w.db())?;
            Ok(())
        })
        .await;
    let mut tutor = world.sign_in("tutor.riverside").await;
    assert_eq!(listed(&mut tutor, "?status=all").await, "Ar Cr");
    for (query, left) in [
        ("in_care=yes", ""),
        ("in_care=no", "Ar"),
        ("medical=yes", "Ar"),
        ("medical=no", ""),
        ("meals=yes", "Ar"),
        ("meals=no", ""),
        ("sen=K", "Ar"),
        ("sen=N", ""),
    ] {
        assert_eq!(listed(&mut tutor, &format!("?status=all&{query}")).await, left, "{query}");
    }
    let page = tutor.get(&format!("{LIST}?status=all&show=sif")).await;
    page.sees(200, "Medical SEN Risk assessment (no date)")
        .sees(200, "Not shown: the placement has ended");
    page.hides("In care</td>");
    // The home school sees both.
    let mut school = world.sign_in("attendance.northgate").await;
    assert_eq!(listed(&mut school, "?status=all&in_care=yes").await, "Cr Ch");
    let page = school.get(&format!("{LIST}?status=withdrawn&show=sif")).await;
    page.sees(200, "Medical In care Risk assessment (no date)")
        .hides("Latex")
        .hides("away from the door");
}
