//! Mail merge: from the choice of records to the file, and who may have it.

use crate::world::{Client, Page, World};
use cap::{reports::ready, schema};
use chrono::TimeDelta;
use diesel::prelude::*;
use std::io::{Cursor, Read, Write};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

/// The text of a Word file: a line for each paragraph.
fn words(docx: &[u8]) -> String {
    let xml = String::from_utf8(part(docx, "word/document.xml")).expect("XML is UTF-8");
    let mut text = String::new();
    for paragraph in xml.split("</w:p>") {
        for run in paragraph.split("<w:t xml:space=\"preserve\">").skip(1) {
            text.push_str(run.split('<').next().unwrap_or_default());
        }
        text.push('\n');
    }
    text
}

fn part(zip: &[u8], name: &str) -> Vec<u8> {
    let mut zip = ZipArchive::new(Cursor::new(zip)).expect("it is a zip");
    let mut bytes = Vec::new();
    zip.by_name(name)
        .expect("the part is there")
        .read_to_end(&mut bytes)
        .expect("it is whole");
    bytes
}

fn names(zip: &[u8]) -> Vec<String> {
    let zip = ZipArchive::new(Cursor::new(zip)).expect("it is a zip");
    let mut names: Vec<String> = zip.file_names().map(|name| name.expect("a name").into_owned()).collect();
    names.sort();
    names
}

/// The ready template with another body.
fn template(body: &str) -> Vec<u8> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for name in names(ready::file()) {
        let mut bytes = part(ready::file(), &name);
        if name == "word/document.xml" {
            let xml = String::from_utf8(bytes).expect("XML is UTF-8");
            let (start, _) = xml.split_once("<w:body>").expect("there is a body");
            bytes = format!("{start}<w:body>{body}</w:body></w:document>").into_bytes();
        }
        out.start_file(name, SimpleFileOptions::default()).expect("a part begins");
        out.write_all(&bytes).expect("a part is written");
    }
    out.finish().expect("the zip ends").into_inner()
}

fn field(instruction: &str) -> String {
    format!("<w:p><w:fldSimple w:instr=\"{instruction}\"><w:r><w:t>old</w:t></w:r></w:fldSimple></w:p>")
}

/// Asks for reports on what the filter of the list finds.
async fn ask(person: &mut Client, query: &str, template: &str, output: &str) -> Page {
    let page = person.get(&format!("/clm/mail-merge/new{query}")).await;
    let form = page.form("/clm/mail-merge/runs").with("template", template).with("output", output);
    person.submit(form).await
}

/// The run's address, from the answer that leads to it.
fn run_of(answer: &Page) -> String {
    answer.header("location").unwrap_or_else(|| panic!("{}", answer.text()))
}

async fn take(person: &mut Client, run: &str) -> Page {
    let page = person.get(run).await;
    person.submit(page.form(&format!("{run}/taking"))).await
}

async fn add(person: &mut Client, name: &str, bytes: &[u8]) -> Page {
    let page = person.get("/clm/mail-merge").await;
    let form = page.form("/clm/mail-merge/templates").without("files");
    person.upload(form, &[(name, bytes)]).await
}

async fn record_of_ana(world: &World) -> String {
    let ana = world.cast.ana.record;
    let one = schema::training_record::table.filter(schema::training_record::id.eq(ana));
    world
        .look(move |r| Ok(one.select(schema::training_record::public_id).first(r.db())?))
        .await
}

#[tokio::test]
async fn the_ready_template_downloads_and_its_merge_says_what_the_record_says() {
    let world = World::new().await;
    let mut school = world.sign_in("dsl.northgate").await;
    let help = school.get("/clm/help").await;
    assert_eq!(help.link("Custom Learner Report Templates"), "/clm/help/learner-report.docx");
    let file = school.get("/clm/help/learner-report.docx").await;
    assert_eq!((file.status, file.body.as_slice()), (200, ready::file()));

    let record = record_of_ana(&world).await;
    let answer = ask(&mut school, &format!("?record={record}"), "ready", "word").await;
    let run = run_of(&answer);
    school.follow(answer).await.sees(200, "Waiting").sees(200, "0 of 1").sees(200, "Cancel");
    assert_eq!(world.audited("reports.asked").await, 1);
    assert_eq!(world.shown_last("reports.asked").await, [world.cast.ana.learner.0]);
    world.run_jobs().await;
    school.get("/clm/mail-merge").await.sees(200, "Ready").sees(200, "One Word file");
    let file = take(&mut school, &run).await;
    assert_eq!(file.status, 200);
    let text = words(&file.body);
    for said in [
        "Learner report",
        "Ana",
        "Northgate School",
        "Riverside",
        "Attendance",
        "Total attendance",
        "Appraisal",
    ] {
        assert!(text.contains(said), "{said} in {text}");
    }
    assert!(!text.contains('«') && !text.contains("old"), "{text}");
    let name = file.header("content-disposition").expect("it is an attachment");
    assert!(name.contains("reports-2026-11-24.docx"), "{name}");
    assert_eq!(world.shown_last("reports.taken").await, [world.cast.ana.learner.0]);
}

#[tokio::test]
async fn a_template_of_ones_own_names_its_unknown_fields_and_is_merged_one_file_each() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    let body = [
        field("MERGEFIELD Learner_Surname \\* Upper"),
        field("MERGEFIELD learner_firstnames"),
        field("MERGEFIELD Shoe_Size"),
        field("NEXT"),
    ];
    let answer = add(&mut staff, "our letter.docx", &template(&body.concat())).await;
    let page = staff.follow(answer).await;
    page.sees(200, "not all of it will work").sees(200, "Shoe_Size").sees(200, "NEXT");
    let new = staff.get("/clm/mail-merge/new").await;
    let own = new.option("template", "our letter.docx");
    let answer = ask(&mut staff, "", &own, "words").await;
    let run = run_of(&answer);
    world.run_jobs().await;
    let file = take(&mut staff, &run).await;
    let files = names(&file.body);
    assert!(files.len() >= 3 && files.iter().all(|name| name.ends_with(".docx")), "{files:?}");
    let ana = files.iter().find(|name| name.contains("Ana")).expect("Ana has a file");
    let surname = ana.split(',').next().expect("a surname").to_uppercase();
    let text = words(&part(&file.body, ana));
    assert!(text.contains(&surname) && text.contains("Ana") && text.contains("«Shoe_Size»"), "{text}");
    // Others neither see nor use it.
    let mut other = world.sign_in("dsl.northgate").await;
    other.get("/clm/mail-merge").await.hides("our letter");
    ask(&mut other, "", &own, "word").await.sees(422, "Choose a template");
    let gone = staff.get("/clm/mail-merge").await;
    let id = own.clone();
    staff
        .sent(gone.form(&format!("/clm/mail-merge/templates/{id}/removal")))
        .await
        .hides("/removal\"");
}

#[tokio::test]
async fn what_is_broken_or_hostile_is_refused_with_the_reason() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    let whole = template(&field("MERGEFIELD Learner_Surname"));
    let doctype = {
        let mut out = ZipWriter::new(Cursor::new(Vec::new()));
        for name in names(&whole) {
            let mut bytes = part(&whole, &name);
            if name == "word/document.xml" {
                bytes = b"<!DOCTYPE x [<!ENTITY a \"b\">]><x>&a;</x>".to_vec();
            }
            out.start_file(name, SimpleFileOptions::default()).expect("a part begins");
            out.write_all(&bytes).expect("a part is written");
        }
        out.finish().expect("the zip ends").into_inner()
    };
    for (bytes, why) in [
        (b"Dear parents".to_vec(), "It is not a Word document (.docx)."),
        (whole[..whole.len() / 2].to_vec(), "It is damaged"),
        (doctype, "holds declarations that no Word document has"),
        (vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "of the old kind (.doc)"),
    ] {
        add(&mut staff, "x.docx", &bytes).await.sees(422, why).sees(422, "Add a template");
    }
    let page = staff.get("/clm/mail-merge").await;
    page.hides("x.docx");
    let form = page.form("/clm/mail-merge/templates").without("files");
    staff.upload(form, &[]).await.sees(422, "Choose a Word document");
    assert_eq!(world.audited("template.added").await, 0);
}

#[tokio::test]
async fn a_run_is_cancelled_and_leaves_nothing() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    let answer = ask(&mut staff, "", "ready", "word").await;
    let run = run_of(&answer);
    let page = staff.follow(answer).await;
    let cancel = page.form(&format!("{run}/cancelling"));
    staff.sent(cancel).await.sees(200, "The reports were cancelled").sees(200, "Cancelled");
    world.run_jobs().await;
    staff.get(&run).await.sees(200, "Cancelled").hides("/taking");
    let files: i64 = world.look(|r| Ok(schema::stored_file::table.count().get_result(r.db())?)).await;
    assert_eq!(files, 0, "what was read of the records is gone");
    let again = staff.get("/clm/mail-merge").await.signs(&format!("{run}/cancelling"));
    staff.submit(again).await.sees(409, "finished before");
}

#[tokio::test]
async fn only_its_maker_has_it_while_every_learner_is_in_scope_and_for_a_day() {
    let world = World::new().await;
    let mut school = world.sign_in("dsl.northgate").await;
    let record = record_of_ana(&world).await;
    let answer = ask(&mut school, &format!("?record={record}"), "ready", "word").await;
    let run = run_of(&answer);
    world.run_jobs().await;
    let page = school.get(&run).await;
    page.sees(200, "Download");
    for other in [
        "coordinator.northgate",
        "cap.staff",
        "attendance.elm",
        "staff.otherside",
    ] {
        let mut other = world.sign_in(other).await;
        other.get(&run).await.sees(404, "");
        let form = other.get("/clm/mail-merge").await.signs(&format!("{run}/taking"));
        assert_eq!(other.submit(form).await.status, 404);
    }
    // The learner moves to another school's roll.
    let (ana, elm, northgate) = (world.cast.ana.record, world.cast.elm, world.cast.northgate);
    let to = |school| {
        move |w: &mut platform::Writing<'_>| {
            let one = schema::training_record::table.filter(schema::training_record::id.eq(ana));
            diesel::update(one).set(schema::training_record::school_id.eq(school)).execute(w.db())?;
            Ok(())
        }
    };
    world.arrange(to(elm)).await;
    assert_eq!(school.get(&run).await.status, 404);
    assert_eq!(school.submit(page.form(&format!("{run}/taking"))).await.status, 404);
    world.arrange(to(northgate)).await;
    assert_eq!(school.get(&run).await.status, 200);
    world.wait(TimeDelta::hours(25));
    let mut school = world.sign_in("dsl.northgate").await;
    assert_eq!(school.get(&run).await.status, 404);
    world.run_jobs().await;
    let left: (i64, i64) = world
        .look(|r| {
            let runs = schema::report_run::table.count().get_result(r.db())?;
            Ok((runs, schema::stored_file::table.count().get_result(r.db())?))
        })
        .await;
    assert_eq!(left, (0, 0));
}

#[tokio::test]
async fn a_record_of_somebody_else_is_not_there() {
    let world = World::new().await;
    let record = record_of_ana(&world).await;
    for who in ["attendance.elm", "tutor.harbour", "staff.otherside"] {
        let mut other = world.sign_in(who).await;
        assert_eq!(other.get(&format!("/clm/mail-merge/new?record={record}")).await.status, 404, "{who}");
    }
    let mut admin = world.sign_in("admin").await;
    assert_eq!(admin.get("/clm/mail-merge").await.status, 403);
}

#[tokio::test]
async fn pdfs_are_made_or_said_to_be_not_ready() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    let answer = ask(&mut staff, "", "ready", "pdfs").await;
    if platform::helper::find("cap-pdf").is_none() {
        answer.sees(422, "PDFs are not ready on this server");
        return;
    }
    let run = run_of(&answer);
    world.run_jobs().await;
    let file = take(&mut staff, &run).await;
    let files = names(&file.body);
    assert!(files.len() >= 3 && files.iter().all(|name| name.ends_with(".pdf")), "{files:?}");
    let pdf = part(&file.body, &files[0]);
    assert!(pdf.starts_with(b"%PDF-"));
    let text = String::from_utf8_lossy(&pdf);
    assert!(text.contains("pdfuaid") && text.contains("/StructTreeRoot"));

    let answer = ask(&mut staff, "", "ready", "pdf").await;
    let run = run_of(&answer);
    world.run_jobs().await;
    assert!(take(&mut staff, &run).await.body.starts_with(b"%PDF-"));
}
