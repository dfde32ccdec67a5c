//! The pages of placing a learner, of ending and reopening a placement, and of changing its group.

use super::{
    codes::PlacementBase,
    forms,
    placing::{self, Opening, Placement, Upcoming},
};
use crate::{
    accounts::deeds::ManageLearners,
    learners::{
        learner_file::{self, Learner},
        record::{NewRecord, RecordStatus},
    },
    shell::{self, Frame},
};
use askama::Template;
use chrono::NaiveDate;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing, clock,
    ids::PublicId,
    problem::OrMissing,
    web::{Flash, Ids, refused},
};

#[derive(Template)]
#[template(path = "attendance/views/placing.html")]
struct PlacingPage {
    frame: Frame,
    form: Form,
    learner: Learner,
    groups: Vec<(String, String)>,
    bases: Vec<(String, String)>,
}

impl PlacingPage {
    fn of(s: &Session<'_>, form: Form, learner: Learner, openings: &[Opening]) -> Self {
        let first = (String::new(), "Choose a cohort and group".to_owned());
        let groups = openings.iter().map(|one| (one.public_id.to_string(), one.label.clone()));
        let base =
            |base: PlacementBase| (base.code().to_owned(), format!("{} ({})", base.label(), base.code()));
        PlacingPage {
            frame: frame(s, "Place a learner", learner.public_id()),
            form,
            learner,
            groups: std::iter::once(first).chain(groups).collect(),
            bases: PlacementBase::ALL.map(base).to_vec(),
        }
    }
}

#[derive(Template)]
#[template(path = "attendance/views/ending.html")]
struct EndingPage {
    frame: Frame,
    form: Form,
    one: Placement,
}

impl EndingPage {
    fn of(s: &Session<'_>, form: Form, one: Placement) -> Self {
        let title = match one.record().stand().status {
            RecordStatus::Active => "End a placement",
            RecordStatus::Suspended => "Resume a placement",
            RecordStatus::Completed | RecordStatus::Withdrawn => "Reopen a placement",
        };
        EndingPage { frame: frame(s, title, &one.learner_id), form, one }
    }

    fn endings(&self) -> Vec<(&'static str, &'static str)> {
        let closed = RecordStatus::ALL.into_iter().filter(|status| *status != RecordStatus::Active);
        closed.map(|status| (status.word(), status.label())).collect()
    }

    fn closed(&self) -> String {
        let stand = self.one.record().stand();
        let day = stand.closed_on.map_or_else(String::new, clock::short_date);
        format!("{} on {day}", stand.status.label())
    }
}

#[derive(Template)]
#[template(path = "attendance/views/group.html")]
struct GroupPage {
    frame: Frame,
    form: Form,
    one: Placement,
    groups: Vec<(String, String)>,
}

impl GroupPage {
    fn of(s: &mut Session<'_>, form: Form, one: Placement) -> Result<Self, Ending> {
        let groups = placing::groups(s, one.record())?;
        Ok(GroupPage {
            frame: frame(s, "Change the tutor group", &one.learner_id),
            form,
            groups: groups.into_iter().map(|(_, id, name)| (id.to_string(), name)).collect(),
            one,
        })
    }
}

fn frame(s: &Session<'_>, title: &str, learner: &PublicId) -> Frame {
    let mut frame = shell::frame(s, title);
    frame.crumbs = vec![
        shell::crumb("Learners", "/clm/learners"),
        shell::crumb("Learner", &learner_address(learner)),
    ];
    frame
}

fn learner_address(learner: &PublicId) -> String {
    format!("/clm/learners/{learner}")
}

/// `GET /clm/learners/{learner}/placing/new`
pub fn placing_page(
    _permit: Permit<ManageLearners>,
    r: &mut Reading<'_>,
    Ids([learner]): Ids<1>,
) -> Result<Answer, Ending> {
    let learner = learner_file::open(r, &learner)?.or_missing()?;
    let openings = placing::openings(r)?;
    let form = Form::empty().with("base_code", PlacementBase::SchoolArranged.code());
    Answer::page(&PlacingPage::of(r, form, learner, &openings))
}

/// `POST /clm/learners/{learner}/placing/new`
pub fn place(
    _permit: Permit<ManageLearners>,
    w: &mut Writing<'_>,
    Ids([learner]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let learner = learner_file::open(w, &learner)?.or_missing()?;
    let openings = placing::openings(w)?;
    let Some(new) = read_placing(w, &mut form, &learner, &openings)? else {
        return Err(refused(&PlacingPage::of(w, form, learner, &openings)));
    };
    let (record, first) = placing::place(w, &new)?;
    let told = Flash::success("The learner is placed", on_the_register(first.as_ref()));
    Ok(w.event("learner.placed")
        .about("training-record", record.0)
        .learners([learner.key().0])
        .then(Answer::see_other(learner_address(learner.public_id())).telling(told)))
}

/// What was typed; `None` when something is wrong with it.
fn read_placing(
    s: &mut Session<'_>,
    form: &mut Form,
    learner: &Learner,
    openings: &[Opening],
) -> Result<Option<NewRecord>, Ending> {
    let opening = form.required_parsed("group", "Choose a cohort and group", |id| {
        openings
            .iter()
            .find(|one| one.public_id.as_str() == id)
            .ok_or("Choose a cohort and group of the list")
    });
    let base = form.required_parsed("base_code", "Choose who arranged the placement", PlacementBase::parse);
    let (starts_on, ends_on) = (form.date("starts_on"), form.date("ends_on"));
    if starts_on.is_none() {
        form.refuse("starts_on", "Enter the first day");
    }
    let Some(opening) = opening else {
        return Ok(None);
    };
    if placing::is_on(s, learner.key(), opening.cohort)? {
        form.refuse("group", "The learner is on this cohort already. Change that training record instead");
    }
    // Most placements last as long as their cohort.
    let ends_on = if form.value("ends_on").trim().is_empty() {
        Some(opening.ends_on)
    } else {
        ends_on
    };
    let within = opening.starts_on..=opening.ends_on;
    let span = format!(
        "Enter a day while the cohort runs: {} to {}",
        clock::short_date(opening.starts_on),
        clock::short_date(opening.ends_on)
    );
    for (field, day) in [("starts_on", starts_on), ("ends_on", ends_on)] {
        if day.is_some_and(|day| !within.contains(&day)) {
            form.refuse(field, span.clone());
        }
    }
    if starts_on.is_some() && ends_on.is_some() && ends_on < starts_on {
        form.refuse("ends_on", "Enter a last day that is not before the first day");
    }
    let (Some(base), Some(starts_on), Some(ends_on), true) = (base, starts_on, ends_on, form.is_good())
    else {
        return Ok(None);
    };
    Ok(Some(NewRecord {
        learner: learner.key(),
        group: opening.group,
        starts_on,
        ends_on,
        base_code: base.code(),
    }))
}

fn on_the_register(first: Option<&Upcoming>) -> String {
    match first {
        Some(first) => format!(
            "The learner is on the register from {}. The home school and the provider were told.",
            first.when
        ),
        None => {
            "No lesson lies ahead yet: the timetable makes them. The home school and the provider were told."
                .to_owned()
        }
    }
}

/// `GET /clm/training-records/{record}/ending`: ends an active placement, or reopens an ended one.
pub fn ending_page(
    _permit: Permit<ManageLearners>,
    r: &mut Reading<'_>,
    Ids([record]): Ids<1>,
) -> Result<Answer, Ending> {
    let one = placing::open_record(r, &record)?.or_missing()?;
    let form = Form::empty().with("version", one.record().version()).with("back_on", r.today());
    Answer::page(&EndingPage::of(r, form, one))
}

/// `POST /clm/training-records/{record}/ending`
pub fn end_placing(
    _permit: Permit<ManageLearners>,
    w: &mut Writing<'_>,
    Ids([record]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let one = current(w, &record, &form)?;
    let stand = one.record().stand();
    if !one.is_active() {
        return Err(Ending::Conflict(placing::CHANGED));
    }
    let status = form.required_parsed("status", "Choose how it ends", |word| {
        RecordStatus::parse(word)
            .filter(|status| *status != RecordStatus::Active)
            .ok_or("Choose how it ends")
    });
    let last_day = form.date("last_day");
    match last_day {
        None => form.refuse("last_day", "Enter the last day"),
        Some(day) if !(stand.starts_on..=stand.ends_on).contains(&day) => {
            let (from, to) = (clock::short_date(stand.starts_on), clock::short_date(stand.ends_on));
            form.refuse("last_day", format!("Enter a day of the placement: {from} to {to}"));
        }
        Some(_) => {}
    }
    let (Some(status), Some(last_day), true) = (status, last_day, form.is_good()) else {
        return Err(refused(&EndingPage::of(w, form, one)));
    };
    let kept = placing::end(w, one.record(), status, last_day)?;
    let text = format!(
        "The last day is {}. The home school and the provider were told.{}",
        clock::short_date(last_day),
        kept_marks(&kept)
    );
    let told = Flash::success("The placement is ended", text);
    Ok(w.event("placement.ended")
        .about("training-record", one.record().key().0)
        .learners([one.record().learner().0])
        .with("status", status.word())
        .then(Answer::see_other(learner_address(&one.learner_id)).telling(told)))
}

fn kept_marks(days: &[NaiveDate]) -> String {
    if days.is_empty() {
        return String::new();
    }
    let days: Vec<String> = days.iter().map(|day| clock::short_date(*day)).collect();
    format!(" Later lessons that have marks stay on the record: {}.", days.join(", "))
}

/// `POST /clm/training-records/{record}/reopening`
pub fn reopen_placing(
    _permit: Permit<ManageLearners>,
    w: &mut Writing<'_>,
    Ids([record]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let one = current(w, &record, &form)?;
    if one.is_active() {
        return Err(Ending::Conflict(placing::CHANGED));
    }
    let stand = one.record().stand();
    let back_on = form.date("back_on");
    match back_on {
        None => form.refuse("back_on", "Enter the day from which the learner is back"),
        Some(day) if stand.closed_on.is_some_and(|closed| day <= closed) => {
            form.refuse("back_on", "Enter a day after the last day of the placement");
        }
        Some(day) if day > stand.ends_on => {
            let end = clock::short_date(stand.ends_on);
            form.refuse("back_on", format!("Enter a day before the training ends on {end}"));
        }
        Some(_) => {}
    }
    let (Some(back_on), true) = (back_on, form.is_good()) else {
        return Err(refused(&EndingPage::of(w, form, one)));
    };
    let first = placing::reopen(w, one.record(), back_on)?;
    let told = Flash::success("The placement is open again", on_the_register(first.as_ref()));
    Ok(w.event("placement.reopened")
        .about("training-record", one.record().key().0)
        .learners([one.record().learner().0])
        .then(Answer::see_other(learner_address(&one.learner_id)).telling(told)))
}

/// `GET /clm/training-records/{record}/group`
pub fn group_page(
    _permit: Permit<ManageLearners>,
    r: &mut Reading<'_>,
    Ids([record]): Ids<1>,
) -> Result<Answer, Ending> {
    let one = placing::open_record(r, &record)?.or_missing()?;
    let form = Form::empty().with("version", one.record().version());
    Answer::page(&GroupPage::of(r, form, one)?)
}

/// `POST /clm/training-records/{record}/group`
pub fn change_group(
    _permit: Permit<ManageLearners>,
    w: &mut Writing<'_>,
    Ids([record]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let one = current(w, &record, &form)?;
    let groups = placing::groups(w, one.record())?;
    let to = form.required_parsed("group", "Choose a group", |id| {
        let found = groups.iter().find(|(_, public_id, _)| public_id.as_str() == id);
        found.map(|(key, ..)| *key).ok_or("Choose a group of this cohort")
    });
    if to == Some(one.record().group()) {
        form.refuse("group", "The learner is in this group already");
    }
    let (Some(to), true) = (to, form.is_good()) else {
        return Err(refused(&GroupPage::of(w, form, one)?));
    };
    let first = placing::move_to(w, one.record(), to)?;
    let told = Flash::success("The group is changed", on_the_register(first.as_ref()));
    Ok(w.event("placement.group-changed")
        .about("training-record", one.record().key().0)
        .learners([one.record().learner().0])
        .then(Answer::see_other(learner_address(&one.learner_id)).telling(told)))
}

/// The record, as long as the form was made from it as it stands.
fn current(s: &mut Session<'_>, record: &PublicId, form: &Form) -> Result<Placement, Ending> {
    let one = placing::open_record(s, record)?.or_missing()?;
    if forms::version(form)? != one.record().version() {
        return Err(Ending::Conflict(placing::CHANGED));
    }
    Ok(one)
}
