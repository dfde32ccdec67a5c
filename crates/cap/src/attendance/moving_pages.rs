//! The page that moves a learner to another cohort or group: first what is asked, then which registers
//! change, then the deed.

use super::{
    forms,
    moving::{self, Plan},
    placing::{self, Opening, Placement},
};
use crate::{
    accounts::deeds::ManageLearners,
    learners::record::RecordStatus,
    shell::{self, Frame, crumb},
};
use askama::Template;
use axum::http::StatusCode;
use chrono::NaiveDate;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing, clock,
    problem::OrMissing,
    web::{Flash, Ids, Query, refused, with_status},
};

#[derive(Template)]
#[template(path = "attendance/views/moving.html")]
struct MovingPage {
    frame: Frame,
    form: Form,
    one: Placement,
    groups: Vec<(String, String)>,
    plan: Option<Plan>,
    /// Whether the record stays one.
    within_cohort: bool,
    /// The registers are no longer as they were when the move was shown.
    changed: bool,
}

impl MovingPage {
    fn of(s: &mut Session<'_>, form: Form, one: Placement, openings: &[Opening]) -> MovingPage {
        let mut frame = shell::frame(s, "Transfer a learner");
        let record = format!("/clm/training-records/{}", one.record().public_id());
        frame.crumbs = vec![crumb("Home", "/clm"), crumb("Training record", &record)];
        let first = (String::new(), "Choose a cohort and group".to_owned());
        let groups = openings.iter().map(|one| (one.public_id.to_string(), one.label.clone()));
        MovingPage {
            frame,
            form,
            groups: std::iter::once(first).chain(groups).collect(),
            one,
            plan: None,
            within_cohort: false,
            changed: false,
        }
    }

    fn endings() -> [(&'static str, &'static str); 2] {
        [RecordStatus::Completed, RecordStatus::Withdrawn].map(|status| (status.word(), status.label()))
    }

    fn lists(plan: &Plan) -> [(&'static str, &'static str, &[moving::Line]); 3] {
        [
            ("The learner leaves these registers", "None", &plan.leaves),
            ("They stay in these, because they have a mark there", "None", &plan.stays),
            (
                "They come onto these registers",
                "No lesson lies there yet: the timetable makes them",
                &plan.comes,
            ),
        ]
    }
}

/// A move as it was asked for.
struct Wanted<'o> {
    to: &'o Opening,
    from: NaiveDate,
    how: RecordStatus,
}

/// What was typed; `None` when something is wrong with it.
fn read<'o>(
    s: &mut Session<'_>,
    form: &mut Form,
    one: &Placement,
    openings: &'o [Opening],
) -> Result<Option<Wanted<'o>>, Ending> {
    let (record, today) = (one.record(), s.today());
    let stand = record.stand();
    let to = form.required_parsed("group", "Choose a cohort and group", |id| {
        let found = openings.iter().find(|one| one.public_id.as_str() == id);
        found.ok_or("Choose a cohort and group of the list")
    });
    let from = form.date("from_on");
    let how = form.parsed("status", |word| {
        RecordStatus::parse(word)
            .filter(|status| matches!(status, RecordStatus::Completed | RecordStatus::Withdrawn))
            .ok_or("Choose how the present training record ends")
    });
    let Some(from) = from else {
        form.refuse("from_on", "Enter the first day in the new cohort or group");
        return Ok(None);
    };
    let Some(to) = to else {
        return Ok(None);
    };
    if to.group == record.group() {
        form.refuse("group", "The learner is in this group already");
    } else if moving::is_within_cohort(record, to) {
        if !(stand.starts_on..=today.min(stand.ends_on)).contains(&from) {
            let span = span(stand.starts_on, today.min(stand.ends_on));
            form.refuse(
                "from_on",
                format!("Within a cohort, enter a day of the placement up to today: {span}"),
            );
        }
    } else {
        if placing::is_on(s, record.learner(), to.cohort)? {
            form.refuse("group", "The learner is on this cohort already, by another training record");
        }
        // The present record keeps at least its first day.
        let first = stand.starts_on.succ_opt().unwrap_or(stand.starts_on).max(to.starts_on);
        let last = stand.ends_on.succ_opt().unwrap_or(stand.ends_on).min(to.ends_on);
        if !(first..=last).contains(&from) {
            let span = if first <= last {
                span(first, last)
            } else {
                "there is none".to_owned()
            };
            form.refuse("from_on", format!("Enter a day on which both cohorts run: {span}"));
        }
        if how.is_none() {
            form.refuse("status", "Choose how the present training record ends");
        }
    }
    let how = how.unwrap_or(RecordStatus::Withdrawn);
    Ok(form.is_good().then_some(Wanted { to, from, how }))
}

fn span(from: NaiveDate, to: NaiveDate) -> String {
    format!("{} to {}", clock::short_date(from), clock::short_date(to))
}

/// `GET /clm/training-records/{record}/transfer`: the form, and with its fields in the address what it would do.
pub fn moving_page(
    _permit: Permit<ManageLearners>,
    r: &mut Reading<'_>,
    Ids([id]): Ids<1>,
    Query(mut form): Query,
) -> Result<Answer, Ending> {
    let one = placing::open_record(r, &id)?.or_missing()?;
    if !one.is_active() {
        return Err(Ending::Conflict("Only an active training record can be transferred: reopen it first."));
    }
    let openings = placing::openings(r)?;
    if !form.contains("group") {
        return Answer::page(&MovingPage::of(r, form, one, &openings));
    }
    let Some(wanted) = read(r, &mut form, &one, &openings)? else {
        return Answer::page(&MovingPage::of(r, form, one, &openings));
    };
    Answer::page(&shown(r, form, one, &openings, &wanted)?)
}

/// The page with what the move would do.
fn shown(
    s: &mut Session<'_>,
    form: Form,
    one: Placement,
    openings: &[Opening],
    wanted: &Wanted<'_>,
) -> Result<MovingPage, Ending> {
    let plan = moving::plan(s, one.record(), wanted.to, wanted.from)?;
    let within_cohort = moving::is_within_cohort(one.record(), wanted.to);
    let form = form.with("seen", plan.digest()).with("version", one.record().version());
    Ok(MovingPage {
        plan: Some(plan),
        within_cohort,
        ..MovingPage::of(s, form, one, openings)
    })
}

/// `POST /clm/training-records/{record}/transfer`
pub fn transfer(
    _permit: Permit<ManageLearners>,
    w: &mut Writing<'_>,
    Ids([id]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let one = placing::open_record(w, &id)?.or_missing()?;
    if forms::version(&form)? != one.record().version() || !one.is_active() {
        return Err(Ending::Conflict(placing::CHANGED));
    }
    let openings = placing::openings(w)?;
    let Some(wanted) = read(w, &mut form, &one, &openings)? else {
        return Err(refused(&MovingPage::of(w, form, one, &openings)));
    };
    let plan = moving::plan(w, one.record(), wanted.to, wanted.from)?;
    if form.value("seen") != plan.digest() {
        let page = shown(w, form, one, &openings, &wanted)?;
        return Err(with_status(StatusCode::CONFLICT, &MovingPage { changed: true, ..page }));
    }
    let (record, learner) = (one.record(), one.record().learner().0);
    let (to, first) = if moving::is_within_cohort(record, wanted.to) {
        (record.public_id().clone(), moving::within_cohort(w, record, wanted.to, wanted.from)?)
    } else {
        let (_, id, first) = moving::to_cohort(w, record, wanted.to, wanted.from, wanted.how)?;
        (id, first)
    };
    let text = match first {
        Some(first) => {
            format!("On the register from {}. The home school and the providers were told.", first.when)
        }
        None => "No lesson lies ahead yet. The home school and the providers were told.".to_owned(),
    };
    let told = Flash::success("The learner is transferred", text);
    Ok(w.event("placement.transferred")
        .about("training-record", record.key().0)
        .learners([learner])
        .with("from_on", wanted.from.to_string())
        .then(Answer::see_other(format!("/clm/training-records/{to}")).telling(told)))
}
