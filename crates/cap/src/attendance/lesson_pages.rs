//! The pages of a cohort's lessons and of single changes to them.

use super::{
    forms,
    lesson_changes::{self as lessons, Lesson, Wanted},
};
use crate::{
    accounts::deeds::{ChangeLessons, Deed, ViewCohorts, may},
    learners::cohort::{self, Cohort, Group},
    shell::{self, Frame},
};
use askama::Template;
use platform::{
    Answer, Ending, Form, Instant, Permit, Reading, Recorded, Session, Writing, clock, form,
    ids::PublicId,
    problem::OrMissing,
    web::{Flash, Ids, Query, refused},
};
use ui::pagination::Pages;

#[derive(Template)]
#[template(path = "attendance/views/lessons.html")]
struct LessonsPage {
    frame: Frame,
    cohort: Cohort,
    lessons: Vec<Lesson>,
    pages: Pages,
    all: bool,
    may_change: bool,
}

impl LessonsPage {
    fn address(&self) -> String {
        address(self.cohort.public_id())
    }
}

#[derive(Template)]
#[template(path = "attendance/views/lesson.html")]
struct LessonPage {
    frame: Frame,
    form: Form,
    /// What was typed into the form that cancels the lesson.
    cancelling: Form,
    cohort: Cohort,
    groups: Vec<(String, String)>,
    tutors: Vec<(String, String)>,
    /// The one that is changed; a new one is added without.
    one: Option<Lesson>,
    now: Instant,
}

impl LessonPage {
    fn of(s: &mut Session<'_>, form: Form, cohort: Cohort, one: Option<Lesson>) -> Result<Self, Ending> {
        let title = if one.is_some() { "Change a lesson" } else { "Add a lesson" };
        let mut frame = shell::frame(s, title);
        frame.crumbs = crumbs(&cohort);
        frame.crumbs.push(shell::crumb("Lessons", &address(cohort.public_id())));
        Ok(LessonPage {
            frame,
            form,
            cancelling: Form::empty(),
            groups: forms::group_options(&cohort),
            tutors: forms::tutor_options(s, &cohort)?,
            cohort,
            one,
            now: s.now(),
        })
    }

    fn action(&self) -> String {
        match &self.one {
            Some(lesson) => format!("/clm/lessons/{}/change", lesson.public_id),
            None => format!("{}/new", address(self.cohort.public_id())),
        }
    }

    fn can_move(&self) -> bool {
        self.one.as_ref().is_none_or(|lesson| lesson.can_move(self.now))
    }
}

fn address(cohort: &PublicId) -> String {
    format!("/clm/cohorts/{cohort}/lessons")
}

fn crumbs(cohort: &Cohort) -> Vec<ui::frame::Crumb> {
    vec![
        shell::crumb("Course Cohorts", "/clm/cohorts"),
        shell::crumb(cohort.title(), &format!("/clm/cohorts/{}", cohort.public_id())),
    ]
}

const PER_PAGE: u64 = 50;

/// `GET /clm/cohorts/{cohort}/lessons`: those to come, or all with `?show=all`.
pub fn lessons_page(
    permit: Permit<ViewCohorts>,
    r: &mut Reading<'_>,
    Ids([cohort]): Ids<1>,
    Query(query): Query,
) -> Result<Answer, Ending> {
    let cohort = cohort::open(r, &cohort)?.or_missing()?;
    let all = query.has("show", "all");
    let page = query.value("page").parse().unwrap_or(1);
    let count = lessons::count(r, cohort.key(), !all)?;
    let place = address(cohort.public_id());
    let place = if all { format!("{place}?show=all") } else { place };
    let pages = Pages::new(page, PER_PAGE, count, place);
    let mut frame = shell::frame(r, "Lessons");
    frame.crumbs = crumbs(&cohort);
    Answer::page(&LessonsPage {
        frame,
        lessons: lessons::list(r, cohort.key(), !all, &pages)?,
        cohort,
        pages,
        all,
        may_change: may(permit.actor().role, Deed::ChangeLessons),
    })
}

/// `GET /clm/cohorts/{cohort}/lessons/new`
pub fn new_lesson_page(
    _permit: Permit<ChangeLessons>,
    r: &mut Reading<'_>,
    Ids([cohort]): Ids<1>,
) -> Result<Answer, Ending> {
    let cohort = cohort::open(r, &cohort)?.or_missing()?;
    Answer::page(&LessonPage::of(r, Form::empty(), cohort, None)?)
}

/// `POST /clm/cohorts/{cohort}/lessons/new`
pub fn add_lesson(
    _permit: Permit<ChangeLessons>,
    w: &mut Writing<'_>,
    Ids([cohort]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let cohort = cohort::open(w, &cohort)?.or_missing()?;
    let group = form.required_parsed("group", "Choose a group", |id| {
        let group = PublicId::parse(id).and_then(|id| cohort.group(&id));
        group.map(Group::key).ok_or("Choose a group of this cohort")
    });
    let wanted = read(w, &mut form, &cohort)?;
    if let (Some(group), Some(wanted)) = (group, &wanted) {
        refuse_clash(w, &mut form, group, wanted, None)?;
    }
    let (Some(group), Some(wanted), true) = (group, wanted, form.is_good()) else {
        return Err(refused(&LessonPage::of(w, form, cohort, None)?));
    };
    let key = lessons::add(w, group, &wanted)?;
    let when = lessons::period(wanted.held_on, wanted.starts, wanted.ends);
    Ok(w.event("lesson.added")
        .about("lesson", key.0)
        .then(Answer::see_other(address(cohort.public_id())).telling(told("The lesson is added", &when))))
}

/// `GET /clm/lessons/{lesson}/change`
pub fn lesson_page(
    _permit: Permit<ChangeLessons>,
    r: &mut Reading<'_>,
    Ids([lesson]): Ids<1>,
) -> Result<Answer, Ending> {
    let (lesson, cohort) = find(r, &lesson)?;
    Answer::page(&filled(r, lesson, cohort)?)
}

/// `POST /clm/lessons/{lesson}/change`
pub fn change_lesson(
    _permit: Permit<ChangeLessons>,
    w: &mut Writing<'_>,
    Ids([lesson]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let (lesson, cohort) = find(w, &lesson)?;
    let version = forms::version(&form)?;
    if !lesson.can_move(w.now()) {
        form.refuse("held_on", "This lesson can't be changed: it has begun, has marks or is cancelled");
    }
    let wanted = read(w, &mut form, &cohort)?;
    if let Some(wanted) = &wanted {
        if clock::instant(wanted.held_on, wanted.starts) <= w.now() {
            form.refuse("held_on", "Enter a day and time that have not passed");
        }
        refuse_clash(w, &mut form, lesson.group(), wanted, Some(&lesson))?;
    }
    let (Some(wanted), true) = (wanted, form.is_good()) else {
        return Err(refused(&LessonPage::of(w, form, cohort, Some(lesson))?));
    };
    lessons::change(w, &lesson, version, &wanted)?;
    let when = lessons::period(wanted.held_on, wanted.starts, wanted.ends);
    Ok(w.event("lesson.changed")
        .about("lesson", lesson.key().0)
        .with("from", lesson.when())
        .with("to", when.as_str())
        .then(Answer::see_other(address(&lesson.cohort_id)).telling(told("The lesson is changed", &when))))
}

/// `POST /clm/lessons/{lesson}/cancellation`
pub fn cancel_lesson(
    _permit: Permit<ChangeLessons>,
    w: &mut Writing<'_>,
    Ids([lesson]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let (lesson, cohort) = find(w, &lesson)?;
    let version = forms::version(&form)?;
    if lesson.first_mark_at.is_some() {
        form.refuse("reason", "This lesson can't be cancelled: its register has marks");
    } else if lesson.cancelled_at.is_some() {
        form.refuse("reason", "This lesson is cancelled already");
    }
    let reason = form.required("reason", form::LINE, "Enter why it is cancelled");
    if !form.is_good() {
        let cancelling = form;
        return Err(refused(&LessonPage { cancelling, ..filled(w, lesson, cohort)? }));
    }
    lessons::cancel(w, &lesson, version, &reason)?;
    Ok(w.event("lesson.cancelled").about("lesson", lesson.key().0).then(
        Answer::see_other(address(&lesson.cohort_id))
            .telling(told("The lesson is cancelled", &lesson.when())),
    ))
}

/// `POST /clm/lessons/{lesson}/restoration`
pub fn restore_lesson(
    _permit: Permit<ChangeLessons>,
    w: &mut Writing<'_>,
    Ids([lesson]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let (lesson, cohort) = find(w, &lesson)?;
    let version = forms::version(&form)?;
    if lesson.cancelled_at.is_none() {
        return Err(Ending::Conflict("This lesson is not cancelled any more. Open it again."));
    }
    let as_it_was = Wanted {
        held_on: lesson.held_on,
        starts: lesson.starts,
        ends: lesson.ends,
        location: lesson.location.clone(),
        tutor: lesson.tutor,
    };
    refuse_clash(w, &mut form, lesson.group(), &as_it_was, Some(&lesson))?;
    if !form.is_good() {
        let mut page = filled(w, lesson, cohort)?;
        for problem in form.problems() {
            page.form.refuse(&problem.field, problem.message.clone());
        }
        return Err(refused(&page));
    }
    lessons::restore(w, &lesson, version)?;
    Ok(w.event("lesson.restored").about("lesson", lesson.key().0).then(
        Answer::see_other(address(&lesson.cohort_id)).telling(told("The lesson is restored", &lesson.when())),
    ))
}

fn told(heading: &str, when: &str) -> Flash {
    Flash::success(heading, format!("{when}. The provider and the home schools were told."))
}

fn find(s: &mut Session<'_>, lesson: &PublicId) -> Result<(Lesson, Cohort), Ending> {
    let lesson = lessons::open(s, lesson)?.or_missing()?;
    let cohort = cohort::open(s, &lesson.cohort_id)?.or_missing()?;
    s.about("lesson", lesson.key().0);
    Ok((lesson, cohort))
}

/// The page with what stands in the lesson now.
fn filled(s: &mut Session<'_>, lesson: Lesson, cohort: Cohort) -> Result<LessonPage, Ending> {
    let tutors = super::timetable::tutors(s, &cohort)?;
    let tutor = tutors.iter().find(|(key, ..)| Some(*key) == lesson.tutor);
    let form = Form::empty()
        .with("held_on", lesson.held_on)
        .with("starts", clock::hour(lesson.starts))
        .with("ends", clock::hour(lesson.ends))
        .with("location", &lesson.location)
        .with("tutor", tutor.map_or_else(String::new, |(_, id, _)| id.to_string()))
        .with("version", lesson.version);
    LessonPage::of(s, form, cohort, Some(lesson))
}

/// What was typed; `None` when a part of it is missing.
fn read(s: &mut Session<'_>, form: &mut Form, cohort: &Cohort) -> Result<Option<Wanted>, Ending> {
    let held_on = form.date("held_on");
    match held_on {
        None => form.refuse("held_on", "Enter the day"),
        Some(day) if !(cohort.starts_on()..=cohort.ends_on()).contains(&day) => {
            let (from, to) = (clock::short_date(cohort.starts_on()), clock::short_date(cohort.ends_on()));
            form.refuse("held_on", format!("Enter a day while the cohort runs: {from} to {to}"));
        }
        Some(_) => {}
    }
    let (starts, ends) = forms::times(form);
    let location = form.text("location", form::LINE);
    let tutor = forms::tutor(s, form, cohort)?;
    let (Some(held_on), Some(starts), Some(ends)) = (held_on, starts, ends) else {
        return Ok(None);
    };
    Ok(Some(Wanted { held_on, starts, ends, location, tutor }))
}

fn refuse_clash(
    s: &mut Session<'_>,
    form: &mut Form,
    group: crate::learners::GroupKey,
    wanted: &Wanted,
    changing: Option<&Lesson>,
) -> Result<(), Ending> {
    if let Some(period) = lessons::clash(s, group, wanted, changing.map(Lesson::key))? {
        form.refuse("starts", format!("The group has another lesson on that day, {period}"));
    }
    Ok(())
}
