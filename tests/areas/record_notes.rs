//! Notes of a training record: miscellaneous ones, attendance notes, and searching both.

use crate::{
    record_page::{address, close},
    world::{Client, World, day},
};
use cap::{
    attendance::LessonKey,
    schema::{note, note_history, record_note, record_note_history},
};
use chrono::TimeDelta;
use diesel::prelude::*;

/// Adds a note as this person.
async fn add(client: &mut Client, path: &str, subject: &str, text: &str) {
    let new = format!("{path}/notes/new");
    let form = client.get(&new).await.form(&new).with("subject", subject).with("text", text);
    assert_eq!(client.submit(form).await.status, 303);
}

async fn history(world: &World) -> Vec<(String, String)> {
    let all = record_note_history::table
        .order(record_note_history::id)
        .select((record_note_history::subject, record_note_history::body));
    world.look(move |r| Ok(all.load(r.db())?)).await
}

#[tokio::test]
async fn a_note_is_read_by_all_sides_and_changed_by_its_own() {
    let world = World::new().await;
    let path = address(&world, world.cast.ana.record).await;
    let mut tutor = world.sign_in("tutor.riverside").await;
    add(&mut tutor, &path, "Overalls", "Needs a larger size").await;
    let mut school = world.sign_in("attendance.northgate").await;
    school
        .get(&path)
        .await
        .sees(200, "Overalls Needs a larger size Terry Finch, Riverside Motors")
        .hides("Edit or delete");
    // A colleague of the author may correct it; somebody of another organisation may not.
    let mut manager = world.sign_in("manager.riverside").await;
    let edit = manager.get(&path).await.link("Edit or delete");
    school.get(&edit).await.sees(403, "").hides("larger size");
    let page = manager.get(&edit).await;
    page.sees(200, "data protection");
    let form = page.form(&edit).with("text", "Needs size L");
    assert_eq!(manager.submit(form.clone()).await.status, 303);
    assert_eq!(manager.submit(form).await.status, 303, "sent twice, done once");
    assert_eq!(history(&world).await, [("Overalls".into(), "Needs a larger size".into())]);
    school
        .get(&path)
        .await
        .sees(200, "Overalls Needs size L")
        .sees(200, "Needs a larger size until")
        .sees(200, "changed by Drew Calder");
    assert_eq!(world.audited("record-note.changed").await, 1);
    // Deleting keeps what it said.
    let page = tutor.get(&edit).await;
    let removal = format!("{edit}/removal");
    tutor
        .sent(page.form(&removal))
        .await
        .sees(200, "The note is deleted")
        .sees(200, "No notes yet");
    assert_eq!(history(&world).await.len(), 2);
    tutor.get(&edit).await.sees(404, "");
}

#[tokio::test]
async fn wrong_and_stale_notes_lose_nothing_that_was_typed() {
    let world = World::new().await;
    let path = address(&world, world.cast.ana.record).await;
    let mut tutor = world.sign_in("tutor.riverside").await;
    let new = format!("{path}/notes/new");
    let form = tutor.get(&new).await.form(&new).with("text", "Typed all the same");
    let refused = tutor.submit(form).await;
    refused.sees(422, "Enter a subject");
    assert_eq!(refused.form(&new).value("text"), Some("Typed all the same"));
    add(&mut tutor, &path, "Travel", "By bus").await;
    let edit = tutor.get(&path).await.link("Edit or delete");
    let mut manager = world.sign_in("manager.riverside").await;
    let (mine, theirs) = (tutor.get(&edit).await, manager.get(&edit).await);
    manager.submit(theirs.form(&edit).with("text", "By train")).await;
    let clash = tutor.submit(mine.form(&edit).with("text", "On foot")).await;
    clash.sees(409, "Travel: By train");
    assert_eq!(clash.form(&edit).value("text"), Some("On foot"));
    let removal = format!("{edit}/removal");
    assert_eq!(tutor.submit(mine.form(&removal)).await.status, 409, "an old page deletes nothing");
    assert_eq!(tutor.submit(clash.form(&edit)).await.status, 303, "knowing theirs, mine is saved");
    tutor.get(&path).await.sees(200, "Travel On foot");
}

#[tokio::test]
async fn notes_are_ordered_either_way_and_belong_to_one_record() {
    let world = World::new().await;
    let here = address(&world, world.cast.cara_at_riverside.record).await;
    let there = address(&world, world.cast.cara_at_harbour.record).await;
    let mut tutor = world.sign_in("tutor.riverside").await;
    add(&mut tutor, &here, "Earliest", "a").await;
    world.wait(TimeDelta::minutes(5));
    add(&mut tutor, &here, "Lattermost", "b").await;
    let newest = tutor.get(&here).await.text();
    assert!(newest.find("Lattermost") < newest.find("Earliest"), "{newest}");
    let oldest = tutor.get(&format!("{here}?notes=oldest")).await.text();
    assert!(oldest.find("Earliest") < oldest.find("Lattermost"), "{oldest}");
    let edit = tutor.get(&here).await.link("Edit or delete");
    let id = edit.rsplit('/').next().unwrap_or_default().to_owned();
    world
        .sign_in("tutor.harbour")
        .await
        .get(&there)
        .await
        .sees(200, "Cara")
        .hides("Lattermost");
    let mut school = world.sign_in("attendance.northgate").await;
    school.get(&format!("{there}/notes/{id}")).await.sees(404, "");
    for who in ["attendance.elm", "tutor.harbour", "staff.otherside"] {
        world.sign_in(who).await.get(&edit).await.sees(404, "").hides("Conneely");
    }
    close(&world, world.cast.cara_at_riverside.record, day(2026, 1, 1)).await;
    tutor.get(&edit).await.sees(404, "");
}

/// Writes a note in a register, as its page does.
async fn note_in_register(world: &World, lesson: LessonKey, who: &mut Client, text: &str) {
    let register = format!("/clm/registers/{}", world.lesson_id(lesson).await);
    let form = who.get(&format!("{register}/edit")).await.form(&register);
    let name = form
        .fields
        .iter()
        .map(|(name, _)| name.clone())
        .find(|name| name.starts_with("note-"))
        .expect("a note box");
    assert_eq!(who.submit(form.with(&name, text)).await.status, 303);
}

#[tokio::test]
async fn an_attendance_note_is_one_note_on_the_record_and_in_the_register() {
    let world = World::new().await;
    let mut tutor = world.sign_in("tutor.harbour").await;
    note_in_register(&world, world.at_harbour, &mut tutor, "Left early for a dentist").await;
    let path = address(&world, world.cast.ben.record).await;
    let page = tutor.get(&path).await;
    page.sees(
        200,
        "24 Nov 2026, 09:15–12:00, Main site No mark Left early for a dentist Frankie Moss, Harbour Farm",
    );
    let edit = page.link("Edit or delete");
    let mut school = world.sign_in("attendance.elm").await;
    school.get(&path).await.sees(200, "Left early for a dentist").hides("Edit or delete");
    school.get(&edit).await.sees(403, "");
    let page = tutor.get(&edit).await;
    tutor
        .submit(page.form(&edit).with("text", " "))
        .await
        .sees(422, "Enter the note, or delete it");
    let page = tutor.get(&edit).await;
    tutor
        .sent(page.form(&edit).with("text", "Left early for an optician"))
        .await
        .sees(200, "optician");
    let register = format!("/clm/registers/{}", world.lesson_id(world.at_harbour).await);
    tutor.get(&register).await.sees(200, "Left early for an optician").hides("dentist");
    let page = tutor.get(&edit).await;
    let removal = format!("{edit}/removal");
    tutor.sent(page.form(&removal)).await.sees(200, "No attendance notes");
    tutor.get(&register).await.hides("optician");
    let left: (i64, i64) = world
        .look(|r| {
            let shown = note::table.filter(note::deleted_at.is_null()).count().get_result(r.db())?;
            Ok((shown, note_history::table.count().get_result(r.db())?))
        })
        .await;
    assert_eq!(left, (0, 2), "nothing is shown, everything is kept");
}

#[tokio::test]
async fn writing_notes_leaves_who_did_it_and_no_text_in_the_audit() {
    use platform::schema::audit;
    let world = World::new().await;
    let path = address(&world, world.cast.ana.record).await;
    let mut school = world.sign_in("dsl.northgate").await;
    add(&mut school, &path, "Zephyr", "Quagga").await;
    assert_eq!(world.shown_last("record-note.written").await, [world.cast.ana.learner.0]);
    let details: Vec<String> = world.look(|r| Ok(audit::table.select(audit::detail).load(r.db())?)).await;
    assert!(details.iter().all(|detail| !detail.contains("Zephyr") && !detail.contains("Quagga")));
    let count: i64 = world.look(|r| Ok(record_note::table.count().get_result(r.db())?)).await;
    assert_eq!(count, 1);
}

#[tokio::test]
async fn notes_and_comments_finds_both_kinds_within_scope_and_keeps_words_out_of_addresses() {
    let world = World::new().await;
    let path = address(&world, world.cast.ana.record).await;
    let mut tutor = world.sign_in("tutor.riverside").await;
    add(&mut tutor, &path, "Overalls", "Needs a LARGER size").await;
    let mut other = world.sign_in("tutor.harbour").await;
    note_in_register(&world, world.at_harbour, &mut other, "Larger boots for Ben").await;
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get("/clm/notes").await;
    page.sees(200, "Overalls").sees(200, "Larger boots for Ben");
    let form = page.form("/clm/notes/searching").with("words", "larger");
    let answer = staff.submit(form.clone()).await;
    assert!(!answer.header("location").unwrap_or_default().contains("larger"));
    staff.follow(answer).await.sees(200, "Overalls").sees(200, "Larger boots");
    let page = staff.get("/clm/notes").await;
    let form = page.form("/clm/notes/searching").with("words", "larger size");
    staff.sent(form).await.sees(200, "Overalls").hides("boots");
    let page = staff.get("/clm/notes").await;
    let wrong = page.form("/clm/notes/searching").with("from", "2026-11-24").with("to", "2026-11-23");
    staff.submit(wrong).await.sees(422, "Enter a last day that is not before the first");
    let page = staff.get("/clm/notes").await;
    let animal = page.option("cohort", "Animal care, from 1 Sep 2026");
    let form = page.form("/clm/notes/searching").with("cohort", animal);
    staff.sent(form).await.sees(200, "boots").hides("Overalls");
    let page = staff.get("/clm/notes").await;
    let form = page.form("/clm/notes/searching").with("to", "2026-11-20");
    staff.sent(form).await.sees(200, "No note found");
    world
        .sign_in("attendance.northgate")
        .await
        .get("/clm/notes")
        .await
        .sees(200, "Overalls")
        .hides("boots")
        .hides("Brackley");
    assert_eq!(world.shown_last("ViewRecords").await, [world.cast.ana.learner.0]);
    world
        .sign_in("staff.otherside")
        .await
        .get("/clm/notes")
        .await
        .hides("Overalls")
        .hides("boots");
    world.sign_in("admin").await.get("/clm/notes").await.sees(403, "");
}
