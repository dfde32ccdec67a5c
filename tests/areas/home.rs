//! The home page, announcements, notifications and the guides.

use crate::world::{Client, World, day, time};
use cap::{
    notices::notification::{self, Kind},
    schema::{closure, entry, notification as notifications, term},
};
use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use platform::{
    Role,
    ids::{OrganisationKey, PublicId, next_key},
    schema::audit,
};

/// CAP staff publishes an announcement.
async fn announce(staff: &mut Client, audience: &str, heading: &str, body: &str) {
    let page = staff.get("/clm/announcements/new").await;
    let fields = page.form("/clm/announcements").with("audience", audience);
    let answer = staff.submit(fields.with("heading", heading).with("body", body)).await;
    staff.follow(answer).await.sees(200, "The announcement is published");
}

/// Tells everybody who has this role there.
async fn tell(world: &World, at: OrganisationKey, role: Role, kind: Kind, body: &'static str) {
    world
        .arrange(move |w| {
            let people = notification::people_of(w, at, &[role])?;
            notification::tell(w, &people, kind, body, "/account")
        })
        .await;
}

/// An absence waits for Northgate's decision on Ana, and one for the other partnership's school.
async fn two_absences_wait(world: &World) {
    let cast = world.cast;
    let waiting = [
        (world.at_riverside, cast.ana.record, cast.northgate),
        (world.at_summit, cast.dana.record, cast.quay),
    ];
    world
        .arrange(move |w| {
            for (lesson, record, school) in waiting {
                diesel::update(entry::table.filter(entry::lesson_id.eq(lesson)))
                    .filter(entry::record_id.eq(record))
                    .set(entry::pending_school_id.eq(school))
                    .execute(w.db())?;
            }
            Ok(())
        })
        .await;
}

#[tokio::test]
async fn home_counts_what_waits_within_ones_own_scope() {
    let world = World::new().await;
    two_absences_wait(&world).await;
    let mut school = world.sign_in("attendance.northgate").await;
    school
        .get("/clm")
        .await
        .sees(200, "2 Today's Registers 0 completed, 0 overdue")
        .sees(200, "1 Unprocessed Absences")
        .sees(200, "Summary by Date");
    let mut other_school = world.sign_in("attendance.elm").await;
    other_school
        .get("/clm")
        .await
        .sees(200, "1 Today's Registers")
        .sees(200, "0 Unprocessed Absences");
    let mut staff = world.sign_in("cap.staff").await;
    staff
        .get("/clm")
        .await
        .sees(200, "2 Today's Registers")
        .sees(200, "1 Unprocessed Absences");
    world.wait(TimeDelta::minutes(151));
    let mut tutor = world.sign_in("tutor.riverside").await;
    tutor
        .get("/clm")
        .await
        .sees(200, "1 Today's Registers 0 completed, 1 overdue")
        .hides("Unprocessed Absences");
}

#[tokio::test]
async fn who_may_see_no_register_has_no_buttons_and_no_lessons() {
    let world = World::new().await;
    let mut admin = world.sign_in("admin").await;
    admin
        .get("/clm")
        .await
        .sees(200, "Announcements")
        .hides("/clm/attendance/by-date")
        .hides("/clm/registers");
    assert_eq!(world.visitor().get("/clm").await.status, 303);
}

#[tokio::test]
async fn the_month_shows_lessons_holidays_terms_and_closures() {
    let world = World::new().await;
    world.lesson(world.cast.riverside, day(2026, 11, 24), time(13, 0), time(15, 0)).await;
    world.lesson(world.cast.riverside, day(2026, 12, 1), time(9, 0), time(12, 0)).await;
    let (service, riverside, harbour) =
        (world.cast.service, world.cast.riverside.provider, world.cast.harbour.provider);
    world
        .arrange(move |w| {
            diesel::insert_into(term::table)
                .values((
                    term::id.eq(next_key()),
                    term::public_id.eq(PublicId::random()),
                    term::organisation_id.eq(service),
                    term::name.eq("Autumn term"),
                    term::starts_on.eq(day(2026, 9, 1)),
                    term::ends_on.eq(day(2026, 12, 18)),
                ))
                .execute(w.db())?;
            let mut close = |at: OrganisationKey, on: NaiveDate, reason: &str| {
                diesel::insert_into(closure::table)
                    .values((
                        closure::id.eq(next_key()),
                        closure::public_id.eq(PublicId::random()),
                        closure::organisation_id.eq(at),
                        closure::starts_on.eq(on),
                        closure::ends_on.eq(on),
                        closure::reason.eq(reason),
                    ))
                    .execute(w.db())
            };
            close(riverside, day(2026, 12, 11), "Stocktaking")?;
            close(harbour, day(2026, 12, 10), "Lambing")?;
            close(service, day(2026, 12, 9), "Conference")?;
            Ok(())
        })
        .await;
    let mut tutor = world.sign_in("tutor.riverside").await;
    let page = tutor.get("/clm").await;
    page.sees(200, "November 2026").sees(200, "Tuesday 24 November 2026 2 lessons");
    assert_eq!(page.link("24 Tuesday 24 November 2026"), "/clm/registers?from=2026-11-24&to=2026-11-24");
    let december = tutor.get(&page.link("Next")).await;
    december
        .sees(200, "December 2026")
        .sees(200, "Tuesday 1 December 2026 1 lesson")
        .sees(200, "18 December Autumn term ends")
        .sees(200, "Christmas Day, bank holiday")
        .sees(200, "11 December Closed: Stocktaking")
        .sees(200, "9 December Closed: Conference")
        .hides("Lambing")
        .hides("No term dates");
    tutor.get("/clm?month=nonsense").await.sees(200, "November 2026");
    let mut other = world.sign_in("staff.otherside").await;
    other
        .get("/clm?month=2026-12")
        .await
        .sees(200, "No term dates have been entered yet")
        .hides("Stocktaking")
        .hides("Autumn term");
}

#[tokio::test]
async fn announcements_reach_their_audience_and_nobody_else() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    for (audience, heading) in [
        ("all", "For all"),
        ("school", "For schools"),
        ("provider", "For providers"),
    ] {
        announce(&mut staff, audience, heading, "Text").await;
    }
    let sees = |page: crate::world::Page| {
        ["For all", "For schools", "For providers"].map(|heading| page.html().contains(heading))
    };
    assert_eq!(sees(staff.get("/clm").await), [true, true, true]);
    let mut school = world.sign_in("dsl.northgate").await;
    assert_eq!(sees(school.get("/clm").await), [true, true, false]);
    let mut tutor = world.sign_in("tutor.harbour").await;
    assert_eq!(sees(tutor.get("/clm").await), [true, false, true]);
    let mut other = world.sign_in("staff.otherside").await;
    assert_eq!(sees(other.get("/clm").await), [false, false, false]);
    let edit = staff.get("/clm/announcements").await.link("For all");
    assert_eq!(other.get(&edit).await.status, 404);
    let signs = other.get("/clm/announcements/new").await;
    assert_eq!(other.post(&format!("{edit}/withdrawal"), &signs, &[]).await.status, 404);
    assert_eq!(tutor.get("/clm/announcements").await.status, 403);
    let signs = tutor.get("/account").await;
    assert_eq!(tutor.post("/clm/announcements", &signs, &[("heading", "x")]).await.status, 403);
}

#[tokio::test]
async fn an_announcement_s_text_has_links_and_no_markup() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    announce(
        &mut staff,
        "all",
        "<b>Bold</b>",
        "See https://example.org/a.\n\n<script>alert(1)</script>",
    )
    .await;
    let page = staff.get("/clm").await;
    page.sees(200, "See https://example.org/a .").hides("<script>alert").hides("<b>Bold");
    assert_eq!(page.link("https://example.org"), "https://example.org/a");
}

#[tokio::test]
async fn a_faulty_announcement_comes_back_with_what_was_typed() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    let page = staff.get("/clm/announcements/new").await;
    let fields = page.form("/clm/announcements").with("heading", "Only a heading").with("audience", "moon");
    let answer = staff.submit(fields).await;
    answer.sees(422, "Enter what you want to announce").sees(422, "Choose who is to read it");
    assert_eq!(answer.form("/clm/announcements").value("heading"), Some("Only a heading"));
    let long = answer.form("/clm/announcements").with("heading", "x".repeat(121)).with("body", "Text");
    staff.submit(long.with("audience", "all")).await.sees(422, "use 120 characters or fewer");
    staff.get("/clm/announcements").await.sees(200, "Nothing has been announced yet");
}

#[tokio::test]
async fn two_who_change_an_announcement_lose_nothing() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    let mut admin = world.sign_in("admin").await;
    announce(&mut staff, "all", "Snow", "Closed today").await;
    let edit = staff.get("/clm/announcements").await.link("Snow");
    let (first, second) = (staff.get(&edit).await, admin.get(&edit).await);
    let answer = staff.submit(first.form(&edit).with("body", "Open again")).await;
    staff.follow(answer).await.sees(200, "The announcement is changed");
    let clash = admin.submit(second.form(&edit).with("body", "Closed tomorrow too")).await;
    clash.sees(409, "Somebody else changed it").sees(409, "Open again");
    let again = clash.form(&edit);
    assert_eq!(again.value("body"), Some("Closed tomorrow too"));
    let answer = admin.submit(again).await;
    admin.follow(answer).await.sees(200, "The announcement is changed");
    admin
        .get("/clm")
        .await
        .sees(200, "Closed tomorrow too")
        .sees(200, "modified")
        .hides("Open again");
}

#[tokio::test]
async fn a_withdrawn_announcement_is_off_the_home_page_and_stays_in_the_list() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    announce(&mut staff, "all", "Snow", "Closed today").await;
    let edit = staff.get("/clm/announcements").await.link("Snow");
    let page = staff.get(&edit).await;
    let withdrawal = format!("{edit}/withdrawal");
    let answer = staff.submit(page.form(&withdrawal)).await;
    staff
        .follow(answer)
        .await
        .sees(200, "The announcement is withdrawn")
        .sees(200, "Withdrawn 24 Nov 2026");
    staff.get("/clm").await.hides("Closed today");
    assert_eq!(staff.get(&edit).await.status, 404);
    staff.submit(page.form(&edit)).await.sees(409, "withdrawn in the meantime");
    let signs = staff.get("/clm/announcements/new").await;
    staff.post(&withdrawal, &signs, &[]).await.sees(409, "withdrawn already");
    let deeds: Vec<String> = world
        .look(|r| {
            Ok(audit::table
                .filter(audit::deed.like("announcement.%"))
                .order(audit::id)
                .select(audit::deed)
                .load(r.db())?)
        })
        .await;
    assert_eq!(deeds, ["announcement.published", "announcement.withdrawn"]);
}

#[tokio::test]
async fn announcements_are_paged_and_filtered_by_their_last_change() {
    let world = World::new().await;
    let mut staff = world.sign_in("cap.staff").await;
    for number in 1..=6 {
        announce(&mut staff, "all", &format!("Number {number}"), "Text").await;
        world.wait(TimeDelta::minutes(1));
    }
    let page = staff.get("/clm").await;
    page.sees(200, "1 to 5 of 6").sees(200, "Number 6").hides("Number 1");
    staff.get(&page.link("2")).await.hides("Number 6");
    staff.get("/clm?month=2026-11&page=2").await.sees(200, "Number 1").hides("Number 6");
    world.wait(TimeDelta::days(1));
    let mut staff = world.sign_in("cap.staff").await;
    announce(&mut staff, "all", "The day after", "Text").await;
    let filtered = staff.get("/clm?since=2026-11-25").await;
    filtered.sees(200, "The day after").hides("Number 6");
    staff.get(&filtered.link("Next")).await.sees(200, "December 2026").hides("Number 6");
    staff.get(&filtered.link("Remove filter")).await.sees(200, "Number 6");
    let wrong = staff.get("/clm?since=yesterday").await;
    wrong.sees(422, "Enter a real date").sees(422, "The day after");
}

#[tokio::test]
async fn notifications_are_counted_opened_and_read() {
    let world = World::new().await;
    let riverside = world.cast.riverside.provider;
    tell(&world, riverside, Role::Tutor, Kind::Lesson, "A lesson has moved").await;
    tell(&world, riverside, Role::Tutor, Kind::Student, "A learner is new").await;
    tell(&world, riverside, Role::Tutor, Kind::Student, "A learner has left").await;
    let mut tutor = world.sign_in("tutor.riverside").await;
    let home = tutor.get("/clm").await;
    home.sees(200, "Training 0 unread")
        .sees(200, "Lesson 1 unread")
        .sees(200, "Student 2 unread");
    let list = tutor.get(&home.link("Student")).await;
    list.sees(200, "A learner is new").hides("A lesson has moved");
    let all = tutor.get("/clm/notifications?kind=lesson").await;
    let open = all.html().split("action=\"").find_map(|rest| {
        let action = rest.split('"').next()?;
        (action.ends_with("/reading") && action.len() > 40).then(|| action.to_owned())
    });
    let open = open.expect("the notification has a button");
    let answer = tutor.submit(all.form(&open)).await;
    assert_eq!((answer.status, answer.header("location").as_deref()), (303, Some("/account")));
    tutor.get("/clm").await.sees(200, "Lesson 0 unread").sees(200, "Student 2 unread");
    let all_read = tutor.submit(list.form("/clm/notifications/reading")).await;
    tutor
        .follow(all_read)
        .await
        .sees(200, "2 notifications were marked as read")
        .hides("Mark all as read");
    tutor.get("/clm").await.sees(200, "Student 0 unread");

    let mut other = world.sign_in("tutor.harbour").await;
    other.get("/clm/notifications").await.sees(200, "Nothing here");
    let signs = other.get("/account").await;
    assert_eq!(other.post(&open, &signs, &[]).await.status, 404, "somebody else's");
}

#[tokio::test]
async fn only_those_who_still_work_there_are_told_and_only_of_our_own_pages() {
    use cap::schema::membership;
    let world = World::new().await;
    let northgate = world.cast.northgate;
    let told = world
        .look(move |r| notification::people_of(r, northgate, &[Role::SchoolDsl, Role::SchoolAttendance]))
        .await;
    assert_eq!(told.len(), 2);
    world
        .arrange(move |w| {
            let now = w.now();
            diesel::update(membership::table.filter(membership::organisation_id.eq(northgate)))
                .filter(membership::role.eq(Role::SchoolDsl.word()))
                .set(membership::ended_at.eq(now))
                .execute(w.db())?;
            Ok(())
        })
        .await;
    tell(&world, northgate, Role::SchoolDsl, Kind::Student, "Too late").await;
    let (written, refused) = world
        .arrange(move |w| {
            let people = notification::people_of(w, northgate, &[Role::SchoolAttendance])?;
            let refused = ["https://elsewhere.example", "//elsewhere.example", "clm"]
                .map(|link| notification::tell(w, &people, Kind::Student, "Text", link).is_err());
            let written: i64 = notifications::table.count().get_result(w.db())?;
            Ok((written, refused))
        })
        .await;
    assert_eq!((written, refused), (0, [true; 3]));
}

#[tokio::test]
async fn guides_are_for_those_who_do_what_they_tell() {
    let world = World::new().await;
    let mut tutor = world.sign_in("tutor.riverside").await;
    let index = tutor.get("/clm/help").await;
    index
        .sees(200, "How To Guides")
        .sees(200, "Take the register")
        .hides("Decide on absences");
    tutor
        .get(&index.link("Take the register"))
        .await
        .sees(200, "Mark the rest present")
        .sees(200, "Open Registers");
    assert_eq!(tutor.get("/clm/help/decide-absences").await.status, 404);
    assert_eq!(tutor.get("/clm/help/no-such-guide").await.status, 404);
    let mut school = world.sign_in("attendance.elm").await;
    let index = school.get("/clm/help").await;
    index.sees(200, "Decide on absences").hides("Take the register");
    school.get("/clm/help/decide-absences").await.sees(200, "Unprocessed Absences");
}
