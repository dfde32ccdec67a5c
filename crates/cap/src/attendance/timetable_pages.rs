//! The pages of a cohort's timetable.

use super::{
    calendar::{Calendar, Days},
    forms, lessons, terms,
    timetable::{self, NewSlot, Slot, WEEKDAYS},
};
use crate::{
    accounts::deeds::{Deed, ManageCohorts, ViewCohorts, may},
    learners::cohort::{self, Cohort, Group},
    shell::{self, Frame},
};
use askama::Template;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing, clock, form,
    ids::PublicId,
    problem::OrMissing,
    web::{Flash, Ids, refused},
};

#[derive(Template)]
#[template(path = "attendance/views/timetable.html")]
struct TimetablePage {
    frame: Frame,
    cohort: Cohort,
    slots: Vec<Slot>,
    may_change: bool,
    may_add_lesson: bool,
    has_terms: bool,
}

impl TimetablePage {
    fn href(&self, place: &str) -> String {
        format!("/clm/cohorts/{}/{place}", self.cohort.public_id())
    }
}

#[derive(Template)]
#[template(path = "attendance/views/slot.html")]
struct SlotPage {
    frame: Frame,
    form: Form,
    /// What was typed into the form that ends the slot.
    ending: Form,
    cohort: Cohort,
    groups: Vec<(String, String)>,
    tutors: Vec<(String, String)>,
    weekdays: Vec<(String, String)>,
    /// The one that is changed; a new one is added without.
    one: Option<Slot>,
    /// What the box says that asks for the lessons of days gone by.
    past: Option<String>,
}

impl SlotPage {
    fn of(s: &mut Session<'_>, form: Form, cohort: Cohort, one: Option<Slot>) -> Result<Self, Ending> {
        let title = if one.is_some() {
            "Change the timetable"
        } else {
            "Add to the timetable"
        };
        let mut frame = shell::frame(s, title);
        frame.crumbs = crumbs(&cohort);
        let groups = forms::group_options(&cohort);
        let mut tutors = forms::tutor_options(s, &cohort)?;
        // A tutor who has left stays on the slot until somebody else is chosen.
        if let Some((key, name)) = one.as_ref().and_then(|one| Some((one.of.tutor?, one.tutor_name.clone()?)))
            && !timetable::tutors(s, &cohort)?.iter().any(|(live, ..)| *live == key)
        {
            tutors.insert(1, (STAYS.to_owned(), format!("{name} (has left)")));
        }
        Ok(SlotPage {
            frame,
            form,
            ending: Form::empty(),
            cohort,
            groups,
            tutors,
            weekdays: weekday_options(),
            one,
            past: None,
        })
    }

    fn action(&self) -> String {
        match &self.one {
            Some(one) => format!("{}/{}", address(&self.cohort), one.public_id),
            None => format!("{}/new", address(&self.cohort)),
        }
    }
}

/// What the list of tutors sends for the one who stands there and has left.
const STAYS: &str = "stays";

fn address(cohort: &Cohort) -> String {
    format!("/clm/cohorts/{}/timetable", cohort.public_id())
}

fn crumbs(cohort: &Cohort) -> Vec<ui::frame::Crumb> {
    vec![
        shell::crumb("Course Cohorts", "/clm/cohorts"),
        shell::crumb(cohort.title(), &format!("/clm/cohorts/{}", cohort.public_id())),
        shell::crumb("Timetable", &address(cohort)),
    ]
}

fn weekday_options() -> Vec<(String, String)> {
    let option = |(day, name): (_, &str)| (timetable::number_of(day).to_string(), name.to_owned());
    WEEKDAYS.into_iter().map(option).collect()
}

/// `GET /clm/cohorts/{cohort}/timetable`
pub fn timetable_page(
    permit: Permit<ViewCohorts>,
    r: &mut Reading<'_>,
    Ids([cohort]): Ids<1>,
) -> Result<Answer, Ending> {
    let cohort = cohort::open(r, &cohort)?.or_missing()?;
    let role = permit.actor().role;
    let mut frame = shell::frame(r, "Timetable");
    frame.crumbs = crumbs(&cohort);
    frame.crumbs.pop();
    let calendar = terms::calendar_of(r, cohort.provider())?;
    let slots = timetable::list(r, cohort.key())?;
    Answer::page(&TimetablePage {
        frame,
        slots,
        may_change: may(role, Deed::ManageCohorts),
        may_add_lesson: may(role, Deed::ChangeLessons),
        has_terms: calendar != Calendar::default(),
        cohort,
    })
}

/// `GET /clm/cohorts/{cohort}/timetable/new`
pub fn new_slot_page(
    _permit: Permit<ManageCohorts>,
    r: &mut Reading<'_>,
    Ids([cohort]): Ids<1>,
) -> Result<Answer, Ending> {
    let cohort = cohort::open(r, &cohort)?.or_missing()?;
    let from = r.today().max(cohort.starts_on());
    Answer::page(&SlotPage::of(r, Form::empty().with("from_on", from), cohort, None)?)
}

/// `POST /clm/cohorts/{cohort}/timetable/new`
pub fn add_slot(
    _permit: Permit<ManageCohorts>,
    w: &mut Writing<'_>,
    Ids([cohort]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let cohort = cohort::open(w, &cohort)?.or_missing()?;
    let Some(new) = read(w, &mut form, &cohort, None)? else {
        return Err(refused(&SlotPage::of(w, form, cohort, None)?));
    };
    ask_about_past(w, &mut form, &cohort, None, &new)?;
    let key = timetable::add(w, cohort.key(), &new)?;
    let slot = timetable::list(w, cohort.key())?
        .into_iter()
        .find(|slot| slot.key() == key)
        .or_missing()?;
    done(w, &cohort, &slot, "Added to the timetable")
}

/// `GET /clm/cohorts/{cohort}/timetable/{slot}`
pub fn slot_page(
    _permit: Permit<ManageCohorts>,
    r: &mut Reading<'_>,
    Ids([cohort, slot]): Ids<2>,
) -> Result<Answer, Ending> {
    let (cohort, slot) = find(r, &cohort, &slot)?;
    Answer::page(&filled(r, cohort, slot)?)
}

/// `POST /clm/cohorts/{cohort}/timetable/{slot}`
pub fn change_slot(
    _permit: Permit<ManageCohorts>,
    w: &mut Writing<'_>,
    Ids([cohort, slot]): Ids<2>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let (cohort, slot) = find(w, &cohort, &slot)?;
    let version = forms::version(&form)?;
    let Some(new) = read(w, &mut form, &cohort, Some(&slot))? else {
        return Err(refused(&SlotPage::of(w, form, cohort, Some(slot))?));
    };
    ask_about_past(w, &mut form, &cohort, Some(&slot), &new)?;
    timetable::change(w, &slot, version, &new)?;
    let (cohort, slot) = find(w, cohort.public_id(), &slot.public_id)?;
    done(w, &cohort, &slot, "The timetable is changed")
}

/// `POST /clm/cohorts/{cohort}/timetable/{slot}/ending`
pub fn end_slot(
    _permit: Permit<ManageCohorts>,
    w: &mut Writing<'_>,
    Ids([cohort, slot]): Ids<2>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let (cohort, slot) = find(w, &cohort, &slot)?;
    let last_day = form.date("last_day");
    match last_day {
        None => form.refuse("last_day", "Enter the last day"),
        Some(day) if day < slot.of.from_on => form.refuse(
            "last_day",
            format!("Enter a day that is not before {}, when it starts", clock::short_date(slot.of.from_on)),
        ),
        Some(_) => {}
    }
    let (Some(last_day), true) = (last_day, form.is_good()) else {
        let ending = form;
        return Err(refused(&SlotPage { ending, ..filled(w, cohort, slot)? }));
    };
    let new = NewSlot { until_on: Some(last_day), ..slot.of.clone() };
    timetable::change(w, &slot, forms::version(&form)?, &new)?;
    let (cohort, slot) = find(w, cohort.public_id(), &slot.public_id)?;
    done(w, &cohort, &slot, "The end of this line of the timetable is set")
}

/// The page with what stands in the slot now.
fn filled(s: &mut Session<'_>, cohort: Cohort, slot: Slot) -> Result<SlotPage, Ending> {
    let tutors = timetable::tutors(s, &cohort)?;
    let tutor = match slot.of.tutor {
        None => String::new(),
        Some(key) => tutors
            .iter()
            .find(|(live, ..)| *live == key)
            .map_or_else(|| STAYS.to_owned(), |(_, id, _)| id.to_string()),
    };
    let group = cohort.groups().iter().find(|group| group.key() == slot.of.group).or_missing()?;
    let form = Form::empty()
        .with("group", group.public_id())
        .with("weekday", timetable::number_of(slot.of.weekday))
        .with("starts", clock::hour(slot.of.starts))
        .with("ends", clock::hour(slot.of.ends))
        .with("location", &slot.of.location)
        .with("tutor", tutor)
        .with("from_on", slot.of.from_on)
        .with("until_on", slot.of.until_on.map_or_else(String::new, |until| until.to_string()))
        .with("version", slot.version);
    SlotPage::of(s, form, cohort, Some(slot))
}

fn find(s: &mut Session<'_>, cohort: &PublicId, slot: &PublicId) -> Result<(Cohort, Slot), Ending> {
    let cohort = cohort::open(s, cohort)?.or_missing()?;
    let slot = timetable::open(s, &cohort, slot)?.or_missing()?;
    Ok((cohort, slot))
}

/// What was typed; `None` when something is wrong with it.
fn read(
    s: &mut Session<'_>,
    form: &mut Form,
    cohort: &Cohort,
    changing: Option<&Slot>,
) -> Result<Option<NewSlot>, Ending> {
    let group = form.required_parsed("group", "Choose a group", |id| {
        let group = PublicId::parse(id).and_then(|id| cohort.group(&id));
        group.map(Group::key).ok_or("Choose a group of this cohort")
    });
    let weekday = form.required_parsed("weekday", "Choose a weekday", |day| {
        day.parse().ok().and_then(timetable::weekday).ok_or("Choose a weekday")
    });
    let (starts, ends) = forms::times(form);
    let location = form.text("location", form::LINE);
    let stays = changing.and_then(|slot| slot.of.tutor).filter(|_| form.value("tutor") == STAYS);
    let tutor = match stays {
        Some(who) => Some(who),
        None => forms::tutor(s, form, cohort)?,
    };
    let from_on = form.date("from_on");
    let until_on = form.date("until_on");
    match (from_on, until_on) {
        (None, _) => form.refuse("from_on", "Enter the first day"),
        (Some(from), Some(until)) if until < from => {
            form.refuse("until_on", "Enter a last day that is not before the first day");
        }
        (Some(from), _) if from > cohort.ends_on() => {
            let end = clock::short_date(cohort.ends_on());
            form.refuse("from_on", format!("Enter a day on or before {end}, when the cohort ends"));
        }
        (Some(_), _) => {}
    }
    let (Some(group), Some(weekday), Some(starts), Some(ends), Some(from_on)) =
        (group, weekday, starts, ends, from_on)
    else {
        return Ok(None);
    };
    let new = NewSlot {
        group,
        weekday,
        starts,
        ends,
        location,
        tutor,
        from_on,
        until_on,
    };
    let others = timetable::list(s, cohort.key())?;
    let mut others = others.iter().filter(|slot| Some(slot.key()) != changing.map(Slot::key));
    if let Some(other) = others.find(|slot| slot.of.clashes(&new)) {
        let (starts, ends) = (clock::hour(other.of.starts), clock::hour(other.of.ends));
        form.refuse(
            "starts",
            format!("Group {} has {} {starts}–{ends} already", other.group_name, other.day_name()),
        );
    }
    Ok(form.is_good().then_some(new))
}

/// A slot that starts in the past makes lessons of days gone by only after somebody agreed to their
/// number.
fn ask_about_past(
    s: &mut Session<'_>,
    form: &mut Form,
    cohort: &Cohort,
    changing: Option<&Slot>,
    new: &NewSlot,
) -> Result<(), Ending> {
    let dates = lessons::missing_past(s, cohort.key(), changing.map(Slot::key), new)?;
    let (Some(first), Some(last)) = (dates.first(), dates.last()) else {
        return Ok(());
    };
    let agreed = dates.len().to_string();
    if form.value("past") == agreed {
        return Ok(());
    }
    let days = Days::new(*first, *last).map_err(Ending::fault)?;
    let lessons = if dates.len() == 1 { "lesson" } else { "lessons" };
    form.refuse(
        "past",
        "This starts in the past. Agree to the lessons of days gone by, or enter a later first day",
    );
    let form = form.clone().with("past", "").with("past_count", &agreed);
    let mut page = SlotPage::of(s, form, cohort.clone(), changing.cloned())?;
    page.past = Some(format!("Make {agreed} past {lessons} too, {days}, with empty registers"));
    Err(refused(&page))
}

/// Brings the cohort's lessons up to date, and tells what became of them.
fn done(
    w: &mut Writing<'_>,
    cohort: &Cohort,
    slot: &Slot,
    heading: &str,
) -> Result<Recorded<Answer>, Ending> {
    let past = lessons::make_past(w, cohort.key(), slot)?;
    let mut outcome = lessons::bring_up_to_date(w, cohort.key())?;
    outcome.made += past;
    let told = Flash::success(heading, outcome.sentence());
    Ok(w.event("timetable.changed")
        .about("cohort", cohort.key().0)
        .with("slot", slot.key().0)
        .with("lessons", outcome.counts())
        .then(Answer::see_other(address(cohort)).telling(told)))
}
