//! *Manage Target*: the list of a training record's targets, a new one, changing and removing one.

use super::{
    TargetKey,
    target::{self, Aim, Standing, Target},
    writable,
};
use crate::{
    accounts::deeds::{Deed, ViewRecords, WriteProgress, may},
    attendance::placing::{self, Placement},
    learners::clash::{self, Difference},
    shell::Frame,
};
use askama::Template;
use axum::http::StatusCode;
use chrono::NaiveDate;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing, clock,
    form::LINE,
    problem::OrMissing,
    web::{Flash, Ids, refused, with_status},
};

const FIELDS: &[(&str, &str)] = &[
    ("description", "Description"),
    ("set_on", "Set date"),
    ("target_on", "Target date"),
    ("achieved", "Achieved"),
    ("reviewed_on", "Reviewed date"),
];

const ABOVE: Option<(&str, &str)> = Some(("Manage Target", "targets"));

#[derive(Template)]
#[template(path = "progress/views/targets.html")]
struct ListPage {
    frame: Frame,
    one: Placement,
    address: String,
    writes: bool,
    rows: Vec<(Target, Standing)>,
}

#[derive(Template)]
#[template(path = "progress/views/target.html")]
struct TargetPage {
    frame: Frame,
    form: Form,
    one: Placement,
    heading: &'static str,
    /// Where the list is.
    list: String,
    /// Where the form goes.
    action: String,
    differences: Vec<Difference>,
    /// Where a target that is there is removed.
    removal: Option<String>,
}

/// `GET /clm/training-records/{record}/targets`
pub fn targets_page(
    permit: Permit<ViewRecords>,
    r: &mut Reading<'_>,
    Ids([record]): Ids<1>,
) -> Result<Answer, Ending> {
    let one = placing::open_record(r, &record)?.or_missing()?;
    let today = r.today();
    let all = target::of_record(r, one.record())?;
    Answer::page(&ListPage {
        frame: writable::frame(r, &one, "Manage Target", None),
        address: writable::address(&one),
        writes: one.is_active() && may(permit.actor().role, Deed::WriteProgress),
        rows: all.into_iter().map(|target| (target.clone(), target.aim().standing(today))).collect(),
        one,
    })
}

fn new_page(s: &Session<'_>, one: Placement, form: Form) -> TargetPage {
    let list = format!("{}/targets", writable::address(&one));
    TargetPage {
        frame: writable::frame(s, &one, "New target", ABOVE),
        form,
        heading: "New target",
        action: format!("{list}/new"),
        list,
        one,
        differences: Vec::new(),
        removal: None,
    }
}

/// `GET /clm/training-records/{record}/targets/new`
pub fn new_target_page(
    _permit: Permit<WriteProgress>,
    r: &mut Reading<'_>,
    Ids([record]): Ids<1>,
) -> Result<Answer, Ending> {
    let one = writable::open(r, &record)?;
    let form = Form::empty().with("set_on", r.today()).with("achieved", "no");
    Answer::page(&new_page(r, one, form))
}

/// `POST /clm/training-records/{record}/targets/new`
pub fn make_target(
    _permit: Permit<WriteProgress>,
    w: &mut Writing<'_>,
    Ids([record]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let one = writable::open(w, &record)?;
    let Some(aim) = read(&mut form, w.today()) else {
        return Err(refused(&new_page(w, one, form)));
    };
    let key = target::make(w, one.record(), &aim)?;
    done(w, &one, "target.made", key, writable::saved("The target is saved"))
}

fn change_page(
    s: &Session<'_>,
    one: Placement,
    target: &Target,
    form: Form,
    differences: Vec<Difference>,
) -> TargetPage {
    let list = format!("{}/targets", writable::address(&one));
    let action = format!("{list}/{}", target.public_id());
    TargetPage {
        frame: writable::frame(s, &one, "Change a target", ABOVE),
        form: form.with("version", target.version()),
        heading: "Change a target",
        removal: Some(format!("{action}/removal")),
        action,
        list,
        one,
        differences,
    }
}

/// `GET /clm/training-records/{record}/targets/{target}`
pub fn target_page(
    _permit: Permit<WriteProgress>,
    r: &mut Reading<'_>,
    Ids([record, id]): Ids<2>,
) -> Result<Answer, Ending> {
    let one = writable::open(r, &record)?;
    let target = target::open(r, one.record(), &id)?.or_missing()?;
    let form = fill(target.aim());
    Answer::page(&change_page(r, one, &target, form, Vec::new()))
}

/// `POST /clm/training-records/{record}/targets/{target}`
pub fn change_target(
    _permit: Permit<WriteProgress>,
    w: &mut Writing<'_>,
    Ids([record, id]): Ids<2>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let one = writable::open(w, &record)?;
    let target = target::open(w, one.record(), &id)?.or_missing()?;
    let Some(aim) = read(&mut form, w.today()) else {
        return Err(refused(&change_page(w, one, &target, form, Vec::new())));
    };
    if !writable::is_of(&form, target.version()) {
        let differences = clash::between(FIELDS, &fill(target.aim()), &form);
        if !differences.is_empty() {
            let page = change_page(w, one, &target, form, differences);
            return Err(with_status(StatusCode::CONFLICT, &page));
        }
    }
    target::change(w, &target, &aim)?;
    done(w, &one, "target.changed", target.key(), writable::saved("The target is changed"))
}

/// `POST /clm/training-records/{record}/targets/{target}/removal`
pub fn remove_target(
    _permit: Permit<WriteProgress>,
    w: &mut Writing<'_>,
    Ids([record, id]): Ids<2>,
    form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let one = writable::open(w, &record)?;
    let target = target::open(w, one.record(), &id)?.or_missing()?;
    if !writable::is_of(&form, target.version()) {
        return Err(Ending::Conflict(target::CHANGED));
    }
    target::end(w, &target)?;
    done(w, &one, "target.removed", target.key(), writable::removed("The target is removed"))
}

/// Ends what was done to a target of a training record.
fn done(
    w: &mut Writing<'_>,
    on: &Placement,
    name: &'static str,
    key: TargetKey,
    told: Flash,
) -> Result<Recorded<Answer>, Ending> {
    let deed = writable::Deed { name, kind: "target", key: key.0 };
    writable::done(w, on, deed, "targets", told)
}

/// Reads a target; `None` when a field is refused.
fn read(form: &mut Form, today: NaiveDate) -> Option<Aim> {
    let description = form.required("description", LINE, "Describe the target");
    let set_on = form.date("set_on");
    match set_on {
        None => form.refuse("set_on", "Enter the date on which the target is set"),
        Some(day) if day > today => {
            form.refuse("set_on", "The set date lies in the future: enter today or an earlier day");
        }
        Some(_) => {}
    }
    let target_on = form.date("target_on");
    match (set_on, target_on) {
        (_, None) => form.refuse("target_on", "Enter the date by which the target is to be reached"),
        (Some(set_on), Some(day)) if day < set_on => {
            let message = format!(
                "The target date is before the set date: enter {} or later",
                clock::short_date(set_on)
            );
            form.refuse("target_on", message);
        }
        (_, Some(_)) => {}
    }
    let achieved = form.required_parsed("achieved", "Choose no or yes", |word| match word {
        "no" => Ok(false),
        "yes" => Ok(true),
        _ => Err("Choose no or yes"),
    });
    let reviewed_on = form.date("reviewed_on");
    if reviewed_on.is_some_and(|day| day > today) {
        form.refuse("reviewed_on", "The reviewed date lies in the future: enter today or an earlier day");
    }
    if let (Some(set_on), Some(day)) = (set_on, reviewed_on)
        && day < set_on
    {
        let message =
            format!("The reviewed date is before the set date: enter {} or later", clock::short_date(set_on));
        form.refuse("reviewed_on", message);
    }
    let (Some(set_on), Some(target_on), Some(achieved), true) = (set_on, target_on, achieved, form.is_good())
    else {
        return None;
    };
    Some(Aim {
        description,
        set_on,
        target_on,
        reviewed_on,
        achieved,
    })
}

/// The form with this target in it.
fn fill(aim: &Aim) -> Form {
    Form::empty()
        .with("description", &aim.description)
        .with("set_on", aim.set_on)
        .with("target_on", aim.target_on)
        .with("achieved", if aim.achieved { "yes" } else { "no" })
        .with("reviewed_on", aim.reviewed_on.map_or_else(String::new, |day| day.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
    }

    fn good() -> Aim {
        Aim {
            description: "Arrive on time".to_owned(),
            set_on: day(2),
            target_on: day(30),
            reviewed_on: Some(day(20)),
            achieved: true,
        }
    }

    #[test]
    fn what_is_filled_in_is_read_back() {
        assert_eq!(read(&mut fill(&good()), day(24)), Some(good()));
        let same_day = Aim {
            target_on: day(2),
            reviewed_on: Some(day(2)),
            ..good()
        };
        assert_eq!(read(&mut fill(&same_day), day(24)), Some(same_day));
    }

    #[test]
    fn each_wrong_field_is_named() {
        for (field, typed) in [
            ("description", " "),
            ("set_on", ""),
            ("set_on", "2026-11-25"),
            ("target_on", ""),
            ("target_on", "2026-11-01"),
            ("target_on", "soon"),
            ("achieved", ""),
            ("achieved", "perhaps"),
            ("reviewed_on", "2026-11-25"),
            ("reviewed_on", "2026-11-01"),
        ] {
            let mut form = fill(&good()).with(field, typed);
            assert_eq!(read(&mut form, day(24)), None, "{field} {typed}");
            assert!(form.problem(field).is_some(), "{field} {typed}");
        }
    }
}
