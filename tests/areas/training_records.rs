//! The list of training records: what each filter leaves, whose records it counts, its columns, the
//! files, and saved views.

use crate::world::{Client, Page, World, day, time};
use cap::{
    attendance::{LessonKey, status::Status},
    learners::{LearnerKey, RecordKey, codes::Sex},
    schema::{
        assessment, assessment_row, course, duty_of_care, entry, learner, progress_report, progress_sum,
        qualification, saved_view, tally, target, training_record,
    },
};
use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use platform::{
    Instant,
    ids::{PublicId, next_key},
    schema::stored_search,
};

const LIST: &str = "/clm/training-records";

/// The rows of a list, each as the learner's initial and the provider's: "Ar" is Ana at Riverside.
fn rows(page: &Page) -> String {
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
async fn differ(world: &World) {
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
                        progress_sum::behind.eq(behind),
                        progress_sum::completed.eq(completed),
                        progress_sum::appraised_on.eq(appraised),
                        progress_sum::aptitude.eq("B"),
                        progress_sum::effort.eq(2_i16),
                        progress_sum::target_grade.eq("Merit"),
                    ))
                    .execute(w.db())?;
            }
            let key = next_key();
            diesel::insert_into(qualification::table)
                .values((
                    qualification::id.eq(key),
                    qualification::public_id.eq(PublicId::random()),
                    qualification::partnership_id.eq(cast.brightwater),
                    qualification::number.eq("603/4162/2"),
                    qualification::awarding_body.eq("Demo Awards"),
                    qualification::title.eq("Certificate in Motor Mechanics"),
                    qualification::title_key.eq("certificate in motor mechanics"),
                    qualification::level.eq("Level 1"),
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
        ("?level=Level+1", "Ar"),
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

async fn mark(world: &World, at: LessonKey, record: RecordKey, status: Status, level: Option<i16>) {
    world
        .arrange(move |w| {
            diesel::update(entry::table.filter(entry::lesson_id.eq(at)).filter(entry::record_id.eq(record)))
                .set((entry::status.eq(status.code()), entry::contribution.eq(level)))
                .execute(w.db())?;
            Ok(())
        })
        .await;
}

/// Ana's figures of every group: six lessons, one of which begins in ten minutes and is marked already.
async fn figures(world: &World) {
    differ(world).await;
    let (riverside, ana) = (world.cast.riverside, world.cast.ana.record);
    for (on, starts, status, level) in [
        (day(2026, 10, 6), time(9, 0), Status::Present, Some(-1)),
        (day(2026, 11, 16), time(9, 0), Status::Present, Some(1)),
        (day(2026, 11, 17), time(9, 0), Status::Late, Some(2)),
        (day(2026, 11, 18), time(9, 0), Status::Unauthorised, None),
        (day(2026, 11, 24), time(9, 40), Status::NotRequired, None),
    ] {
        let lesson = world.lesson(riverside, on, starts, time(15, 0)).await;
        mark(world, lesson, ana, status, level).await;
    }
    world
        .arrange(move |w| {
            diesel::update(tally::table.filter(tally::record_id.eq(ana)))
                .set((
                    tally::present.eq(2),
                    tally::late.eq(1),
                    tally::unauthorised.eq(1),
                    tally::not_required.eq(1),
                    tally::contribution_m1.eq(1),
                    tally::contribution_p1.eq(1),
                    tally::contribution_p2.eq(1),
                ))
                .execute(w.db())?;
            let (now, at) = (w.now(), next_key());
            let author: i64 = cap::schema::person::table
                .filter(cap::schema::person::username.eq("tutor.riverside"))
                .select(cap::schema::person::id)
                .first(w.db())?;
            diesel::insert_into(assessment::table)
                .values((
                    assessment::id.eq(at),
                    assessment::public_id.eq(PublicId::random()),
                    assessment::record_id.eq(ana),
                    assessment::description.eq("Mathematics"),
                    assessment::details.eq(""),
                    assessment::made_by.eq(author),
                    assessment::made_at.eq(now),
                    assessment::modified_at.eq(now),
                ))
                .execute(w.db())?;
            for (on, level) in [(day(2026, 11, 3), "Level 1"), (day(2026, 9, 8), "Entry 3")] {
                diesel::insert_into(assessment_row::table)
                    .values((
                        assessment_row::id.eq(next_key()),
                        assessment_row::public_id.eq(PublicId::random()),
                        assessment_row::assessment_id.eq(at),
                        assessment_row::taken_on.eq(on),
                        assessment_row::level.eq(level),
                        assessment_row::comments.eq(""),
                    ))
                    .execute(w.db())?;
            }
            for (on, what, achieved) in [
                (day(2026, 11, 24), "Arrive on time", false),
                (day(2026, 12, 18), "Finish unit 2", false),
                (day(2026, 10, 1), "Bring boots", true),
            ] {
                diesel::insert_into(target::table)
                    .values((
                        target::id.eq(next_key()),
                        target::public_id.eq(PublicId::random()),
                        target::record_id.eq(ana),
                        target::description.eq(what),
                        target::set_on.eq(day(2026, 9, 1)),
                        target::target_on.eq(on),
                        target::achieved.eq(achieved),
                        target::made_by.eq(author),
                        target::made_at.eq(now),
                        target::modified_at.eq(now),
                    ))
                    .execute(w.db())?;
            }
            diesel::update(learner::table.filter(learner::id.eq(world_ana(ana, w)?)))
                .set((learner::uln.eq("0012345678"), learner::first_name.eq("Ana, “Zoë”")))
                .execute(w.db())?;
            let provider: i64 = training_record::table
                .filter(training_record::id.eq(ana))
                .select(training_record::provider_id)
                .first(w.db())?;
            for (on, comment) in [(20, "- kind to others\n- =1+1 is two"), (6, "An earlier comment")] {
                let at = day(2026, 11, on).and_time(time(12, 0));
                diesel::insert_into(progress_report::table)
                    .values((
                        progress_report::id.eq(next_key()),
                        progress_report::public_id.eq(PublicId::random()),
                        progress_report::record_id.eq(ana),
                        progress_report::author_id.eq(author),
                        progress_report::organisation_id.eq(provider),
                        progress_report::comment.eq(comment),
                        progress_report::target_grade.eq("Merit"),
                        progress_report::predicted_grade.eq(""),
                        progress_report::created_at.eq(at),
                        progress_report::modified_at.eq(at),
                        progress_report::published_at.eq(at),
                        progress_report::published_on.eq(day(2026, 11, on)),
                    ))
                    .execute(w.db())?;
            }
            Ok(())
        })
        .await;
}

fn world_ana(record: RecordKey, w: &mut platform::Writing<'_>) -> Result<LearnerKey, platform::Ending> {
    let one = training_record::table.filter(training_record::id.eq(record));
    Ok(one.select(training_record::learner_id).first(w.db())?)
}

#[tokio::test]
async fn tick_boxes_add_their_columns() {
    let world = World::new().await;
    figures(&world).await;
    let mut tutor = world.sign_in("tutor.riverside").await;
    // Attendance is ticked at first; today's lesson of 09:15 has no mark.
    let page = tutor.get(LIST).await;
    page.sees(
        200,
        "Adeyo, Ana, “Zoë” 2024–2025 Northgate School 1 Sep 2026 21 Jul 2027 Riverside Motors 1 Sep 2026 \
         Motor mechanics 4/5 3 (75.0 %) 2 (50.0 %) 1 (25.0 %) 0 (0.0 %) 0 (0.0 %) 1 (25.0 %) 0 (0.0 %) \
         0 (0.0 %) 1",
    )
    .hides("Total sections");
    for (show, said) in [
        ("progress", "Motor mechanics 4 0 (0.0 %) 1 (25.0 %) 0 (0.0 %) 0 (0.0 %) 3 (75.0 %)"),
        ("appraisal", "Motor mechanics 20 Nov 2026 B 2"),
        ("contribution", "Motor mechanics +2 +0.7 ▲ Up"),
        ("uln", "Motor mechanics 0012345678"),
        ("grade", "Motor mechanics Merit – –"),
        ("sif", "Motor mechanics Medical SEN Risk assessment (no date)"),
        ("assessment", "Motor mechanics Mathematics: Level 1 (3 Nov 2026)"),
        ("target", "Motor mechanics 2 1 1"),
    ] {
        let page = tutor.get(&format!("{LIST}?show=none&show={show}")).await;
        page.sees(200, said).hides("Taken / scheduled");
    }
    let page = tutor.get(&format!("{LIST}?show=none")).await;
    page.sees(200, "Adeyo").hides("Taken / scheduled");
    // The same figures as the summary counts from the marks themselves.
    tutor.get("/clm/attendance/by-learner").await.sees(200, "5 4 1 3 (75.0 %)");
}

/// A file's header and rows.
fn table(page: &Page) -> (Vec<String>, Vec<Vec<String>>) {
    let bytes = page.body.strip_prefix("\u{feff}".as_bytes()).expect("a byte order mark");
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().expect("a heading").iter().map(str::to_owned).collect();
    let rows = reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect());
    (header, rows.collect())
}

#[tokio::test]
async fn the_csv_file_is_what_a_mail_merge_expects() {
    let world = World::new().await;
    figures(&world).await;
    let mut staff = world.sign_in("cap.staff").await;
    let file = staff.get(&staff.clone().get(LIST).await.link("Export to Excel")).await;
    assert_eq!(file.header("content-type").as_deref(), Some("text/csv; charset=utf-8"));
    assert!(
        file.header("content-disposition")
            .is_some_and(|name| name.contains("training-records.csv"))
    );
    let (header, rows) = table(&file);
    let names: Vec<&str> = cap::records::columns::columns().iter().map(|column| column.name).collect();
    assert_eq!(header, names);
    assert_eq!(rows.len(), 3);
    let cell = |row: usize, name: &str| {
        let at = header.iter().position(|heading| heading == name).expect("a column of this name");
        rows[row][at].clone()
    };
    for (name, value) in [
        ("Learner_Surname", "Adeyo"),
        ("Learner_FirstNames", "Ana, “Zoë”"),
        ("Learner_ULN", "0012345678"),
        ("Learner_KS4_Year", "2024–2025"),
        ("Home_School", "Northgate School"),
        ("Course_Title", "Motor mechanics"),
        ("Qualification_Number", "603/4162/2"),
        ("Training_Start", "01/09/2026"),
        ("Training_Closed", ""),
        ("Attendance_Taken", "4"),
        ("Attendance_Total_Percent", "75.0%"),
        ("Contribution_Balance", "2"),
        ("Contribution_Average", "0.7"),
        ("Contribution_Minus1", "1"),
        ("Progress_Completed_Percent", "75.0%"),
        ("Appraisal_Date", "20/11/2026"),
        // Begins like a formula: a no-break space, which a letter prints as a blank.
        ("Appraisal_Comment", "\u{a0}- kind to others\n- =1+1 is two"),
        ("Grade_Target", "Merit"),
        ("Assessment_Latest_Level", "Level 1"),
        ("Targets", "Arrive on time (by 24 Nov 2026)\nFinish unit 2 (by 18 Dec 2026)"),
        ("Report_Date", "24/11/2026"),
    ] {
        assert_eq!(cell(0, name), value, "{name}");
    }
    assert_eq!(
        (cell(1, "Learner_Surname"), cell(1, "Contribution_Balance")),
        ("Brackley".into(), String::new())
    );
    // Neither duty of care nor a contact leaves with it.
    for secret in ["Latex", "latex", "away from the door", "Parent of", "07700"] {
        file.hides(secret);
    }
    // Everything that the filter finds, whatever the page.
    let (_, rows) = table(&staff.get(&format!("{LIST}.csv?gender=F&per_page=10&page=7")).await);
    assert_eq!(rows.len(), 2);
}

#[tokio::test]
async fn the_workbook_has_typed_cells() {
    use calamine::{Data, DataType, Reader, Xlsx};
    let world = World::new().await;
    figures(&world).await;
    let mut staff = world.sign_in("cap.staff").await;
    let file = staff.get(&staff.clone().get(LIST).await.link("Excel workbook")).await;
    assert!(
        file.header("content-disposition")
            .is_some_and(|name| name.contains("training-records.xlsx"))
    );
    let mut book = Xlsx::new(std::io::Cursor::new(file.body.clone())).expect("a workbook");
    assert_eq!(book.worksheet_formula("Training records").expect("a sheet").used_cells().count(), 0);
    let range = book.worksheet_range("Training records").expect("a sheet");
    let header: Vec<String> = range.headers().expect("a heading");
    let cell = |name: &str| {
        let at = header.iter().position(|heading| heading == name).expect("a column of this name");
        range.get((1, at)).cloned().unwrap_or_default()
    };
    assert_eq!(range.height(), 4);
    assert_eq!(cell("Learner_ULN"), Data::String("0012345678".into()));
    assert_eq!(cell("Attendance_Taken"), Data::Float(4.0));
    assert_eq!(cell("Attendance_Total_Percent"), Data::Float(0.75));
    assert_eq!(cell("Contribution_Average"), Data::Float(0.7));
    assert_eq!(cell("Training_Start").as_date(), Some(day(2026, 9, 1)));
    assert_eq!(cell("Training_Closed"), Data::Empty);
    assert_eq!(cell("Appraisal_Comment"), Data::String("- kind to others\n- =1+1 is two".into()));
}

#[tokio::test]
async fn saved_views_are_their_owners_alone() {
    let world = World::new().await;
    differ(&world).await;
    let mut school = world.sign_in("attendance.northgate").await;
    let page = school.get(&format!("{LIST}?gender=F&status=all")).await;
    let searched = school.sent(page.form("/clm/training-records/searches").with("surname", "conn")).await;
    assert_eq!(rows(&searched), "Cr Ch");
    let form = searched.form("/clm/saved-views");
    school.submit(form.clone()).await.sees(422, "Give the view a name").sees(422, "Conneely");
    let form = school.get(&searched.path).await.form("/clm/saved-views").with("view_name", "Our girls");
    let saved = school.submit(form.clone()).await;
    // The same form again is done once.
    assert_eq!(school.submit(form).await.header("location"), saved.header("location"));
    assert_eq!(world.audited("view.saved").await, 1);
    let address = saved.header("location").expect("a redirect");
    let page = school.follow(saved).await;
    page.sees(200, "The view is saved")
        .sees(200, "Gender: Female")
        .sees(200, "Surname begins with conn");
    assert_eq!(rows(&page), "Cr Ch");
    // It stands longer than a search, its links too, and it can be exported.
    world.wait(TimeDelta::hours(10));
    let mut school = world.sign_in("attendance.northgate").await;
    world
        .arrange(|w| {
            diesel::delete(stored_search::table).execute(w.db())?;
            Ok(())
        })
        .await;
    let page = school.get(&address).await;
    assert_eq!(rows(&page), "Cr Ch");
    assert_eq!(rows(&school.get(&page.link("Remove filter Gender")).await), "Cr Ch");
    assert_eq!(table(&school.get(&page.link("Export to Excel")).await).1.len(), 2);
    // Two of one name are refused, with the name still there.
    let form = page.form("/clm/saved-views").with("view_name", "our GIRLS");
    let refused = school.submit(form).await;
    refused.sees(422, "You have a view of this name already").sees(422, "Conneely");
    assert_eq!(refused.form("/clm/saved-views").value("view_name"), Some("our GIRLS"));

    // Nobody else finds it: not a colleague, not the service.
    let id = address.rsplit('=').next().unwrap_or_default().to_owned();
    for username in ["dsl.northgate", "cap.staff", "tutor.riverside"] {
        let mut other = world.sign_in(username).await;
        other.get(&address).await.sees(404, "").hides("Our girls");
        other.get("/clm/saved-views").await.sees(200, "No saved views yet").hides("Our girls");
        let signs = other.get("/account").await;
        for path in [
            format!("/clm/saved-views/{id}"),
            format!("/clm/saved-views/{id}/removal"),
        ] {
            assert_eq!(other.post(&path, &signs, &[("view_name", "Mine")]).await.status, 404, "{username}");
        }
        let search = other.get(&format!("{LIST}?search={id}")).await;
        search.sees(422, "no longer kept").hides("conn");
    }

    // Rename and remove.
    let rename = format!("/clm/saved-views/{id}");
    let page = school.get("/clm/saved-views").await;
    school
        .submit(page.form(&rename).with("view_name", " "))
        .await
        .sees(422, "Give the view a name");
    let page = school.get("/clm/saved-views").await;
    school
        .sent(page.form(&rename).with("view_name", "Girls"))
        .await
        .sees(200, "The view has its new name");
    let page = school.get("/clm/saved-views").await;
    school
        .sent(page.form(&format!("{rename}/removal")))
        .await
        .sees(200, "The view is removed");
    school.get(&address).await.sees(404, "");
    let left = world.look(|r| Ok(saved_view::table.count().get_result::<i64>(r.db())?)).await;
    assert_eq!(
        (left, world.audited("view.renamed").await, world.audited("view.removed").await),
        (0, 1, 1)
    );
}
