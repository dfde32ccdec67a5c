//! The columns of the list of training records, on the page and in its files.

use crate::{
    training_records::{LIST, differ},
    world::{Page, World, day, time},
};
use cap::{
    attendance::{LessonKey, status::Status},
    commands::export,
    learners::{LearnerKey, RecordKey},
    schema::{assessment, assessment_row, entry, learner, progress_report, tally, target, training_record},
};
use diesel::prelude::*;
use platform::ids::{PublicId, next_key};
use std::io::Read;

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
pub fn table(page: &Page) -> (Vec<String>, Vec<Vec<String>>) {
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
async fn the_command_writes_all_records_of_a_partnership_or_a_school() {
    let world = World::new().await;
    differ(&world).await;
    let names = |mut file: std::fs::File| {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("the file is read");
        let text = String::from_utf8(bytes).expect("UTF-8");
        assert!(text.starts_with("\u{feff}Learner_Surname,"));
        let surname = |line: &str| line.split(',').next().unwrap_or_default().to_owned();
        text.lines().skip(1).map(surname).collect::<Vec<_>>().join(" ")
    };
    let said = |text: &str| Some(text.to_owned());
    let all = export::training_records(&world.app, said("Brightwater"), None).await.expect("a file");
    assert_eq!(names(all), "Adeyo Brackley Conneely Conneely");
    assert_eq!(world.shown_last("machine").await.len(), 3);
    let elm = export::training_records(&world.app, said("brightwater"), said("elm academy")).await;
    assert_eq!(names(elm.expect("a file")), "Brackley");
    for (partnership, school, why) in [
        (None, None, "Say which partnership"),
        (said("Nowhere"), None, "Say which partnership"),
        // Another partnership's school, and a provider, are none of its schools.
        (said("Brightwater"), said("Quay School"), "There is no school Quay School."),
        (said("Brightwater"), said("Riverside Motors"), "There is no school Riverside Motors."),
    ] {
        let refused = export::training_records(&world.app, partnership, school).await;
        assert!(refused.is_err_and(|sentence| sentence.starts_with(why)), "{why}");
    }
}
