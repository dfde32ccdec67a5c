//! *New progress report*: the draft, its saving (also while it is typed) and publishing; and the
//! reports that were published.

use super::{
    appraisal::{self, Aptitude, Effort, Report},
    draft::{self, Draft},
    publishing,
    report_form::{self as typed, Names},
    units::{self, LearnerTree},
    writable,
};
use crate::{
    accounts::deeds::{Deed, ViewRecords, WriteProgress, may},
    attendance::placing::{self, Placement},
    learners::clash::Difference,
    schema::organisation,
    shell::Frame,
};
use askama::Template;
use axum::http::StatusCode;
use diesel::prelude::*;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing, clock,
    problem::OrMissing,
    web::{Flash, ForScript, Ids, refused, with_status},
};

const ABOVE: Option<(&str, &str)> = Some(("Progress reports", "progress-reports"));

type Choice = (String, String);

#[derive(Template)]
#[template(path = "progress/views/report_edit.html")]
struct EditPage {
    frame: Frame,
    form: Form,
    one: Placement,
    action: String,
    /// When the draft was last saved and by whom, in words.
    saved: String,
    is_kept: bool,
    differences: Vec<Difference>,
    aptitudes: Vec<Choice>,
    efforts: Vec<Choice>,
    /// The qualification's grades; none where any words will do.
    grades: Vec<String>,
    target_grades: Vec<Choice>,
    predicted_grades: Vec<Choice>,
    statuses: Vec<(&'static str, &'static str)>,
    tree: LearnerTree,
}

impl EditPage {
    fn names(&self, line: &units::Line) -> Names {
        Names::of(&line.node)
    }

    /// Whether something in it is wrong, so that it must not stay closed.
    fn is_wrong(&self, line: &units::Line) -> bool {
        Names::of(&line.node).all().iter().any(|name| self.form.problem(name).is_some())
    }

    /// Whether a unit in this group is wrong.
    fn has_wrong(&self, group: &units::Line) -> bool {
        let at = self.tree.lines.iter().position(|line| line.node.key == group.node.key);
        at.is_some_and(|at| {
            let inside = self.tree.lines[at + 1..].iter();
            inside
                .take_while(|line| line.node.depth > group.node.depth)
                .any(|line| self.is_wrong(line))
        })
    }
}

fn edit(
    s: &Session<'_>,
    one: Placement,
    draft: &Draft,
    form: Form,
    differences: Vec<Difference>,
) -> EditPage {
    let stands = &draft.content().appraisal;
    let saved = match draft.saved() {
        Some((at, by)) => format!("Draft, last saved {} by {by}", clock::moment(at)),
        None => "Nothing is saved yet".to_owned(),
    };
    let none = || std::iter::once((String::new(), "Not chosen yet".to_owned()));
    let aptitudes = Aptitude::ALL.iter().map(|one| (one.letter().to_owned(), one.label().to_owned()));
    let efforts = Effort::ALL.iter().map(|one| (one.number().to_string(), one.label().to_owned()));
    EditPage {
        frame: writable::frame(s, &one, "New progress report", ABOVE),
        action: format!("{}/progress-report", writable::address(&one)),
        one,
        form: form.with("version", draft.stamp()),
        saved,
        is_kept: draft.key().is_some(),
        differences,
        aptitudes: none().chain(aptitudes).collect(),
        efforts: none().chain(efforts).collect(),
        target_grades: typed::grade_options(draft.grades(), &stands.target_grade),
        predicted_grades: typed::grade_options(draft.grades(), &stands.predicted_grade),
        grades: draft.grades().to_vec(),
        statuses: super::UnitStatus::ALL.iter().map(|status| (status.word(), status.label())).collect(),
        tree: LearnerTree::new(draft.nodes().to_vec(), &draft.content().units),
    }
}

/// `GET /clm/training-records/{record}/progress-report`: the draft, or a new one from where the
/// learner stands.
pub fn progress_report_page(
    _permit: Permit<WriteProgress>,
    r: &mut Reading<'_>,
    Ids([record]): Ids<1>,
) -> Result<Answer, Ending> {
    let one = writable::open(r, &record)?;
    let draft = draft::open(r, one.record())?;
    let form = typed::fill(&draft, draft.content());
    Answer::page(&edit(r, one, &draft, form, Vec::new()))
}

/// `POST /clm/training-records/{record}/progress-report`: saved by its button, saved by a script while
/// somebody types, or saved and published.
pub fn save_progress_report(
    _permit: Permit<WriteProgress>,
    w: &mut Writing<'_>,
    Ids([record]): Ids<1>,
    mut form: Form,
    script: ForScript,
) -> Result<Recorded<Answer>, Ending> {
    let one = writable::open(w, &record)?;
    let draft = draft::open(w, one.record())?;
    let publishes = form.has("press", "publish") && !script.0;
    let content = typed::read(&mut form, &draft);
    if let (Some(content), true) = (&content, publishes) {
        typed::refuse_incomplete(&mut form, content);
    }
    let (Some(content), true) = (content, form.is_good()) else {
        return Err(if script.0 {
            wrong(&form)
        } else {
            refused(&edit(w, one, &draft, form, Vec::new()))
        });
    };
    if form.value("version") != draft.stamp() {
        let differences = typed::differences(&draft, &content);
        if script.0 {
            return Err(Ending::Json(StatusCode::CONFLICT, r#"{"conflict":true}"#.to_owned()));
        }
        if !differences.is_empty() {
            return Err(with_status(StatusCode::CONFLICT, &edit(w, one, &draft, form, differences)));
        }
    }
    let saved = draft::save(w, one.record(), &draft, content)?;
    if publishes {
        publish(w, &one, &saved)
    } else {
        kept(w, &one, &saved, script)
    }
}

/// What a script is told of fields that can't be saved.
fn wrong(form: &Form) -> Ending {
    let problem = form.problems().first().map_or("", |problem| problem.message.as_str());
    let answer = serde_json::json!({ "problem": problem });
    Ending::Json(StatusCode::UNPROCESSABLE_ENTITY, answer.to_string())
}

fn kept(
    w: &mut Writing<'_>,
    one: &Placement,
    saved: &Draft,
    script: ForScript,
) -> Result<Recorded<Answer>, Ending> {
    let event = w
        .event("progress.draft-saved")
        .about("progress-report", saved.key().map_or(0, |key| key.0))
        .learners([one.record().learner().0]);
    if script.0 {
        return Ok(event.then(Answer::json(&serde_json::json!({ "saved": true, "version": saved.stamp() }))?));
    }
    let text = format!(
        "Only you and your colleagues at {} see the draft. Publish it when it is finished: the home school sees it then.",
        one.provider_name
    );
    let to = format!("{}/progress-report", writable::address(one));
    Ok(event.then(Answer::see_other(to).telling(Flash::success("The draft is saved", text))))
}

fn publish(w: &mut Writing<'_>, one: &Placement, saved: &Draft) -> Result<Recorded<Answer>, Ending> {
    let (key, id) = publishing::publish(w, one, saved)?;
    let school: String = organisation::table
        .filter(organisation::id.eq(one.record().school()))
        .select(organisation::name)
        .first(w.db())?;
    let text = format!(
        "{school} was told and can read it now, as can your colleagues at {} and CAP staff. It can’t be changed any more; a new report starts from it.",
        one.provider_name
    );
    let to = format!("{}/progress-reports/{id}", writable::address(one));
    Ok(w.event("progress.published")
        .about("progress-report", key.0)
        .learners([one.record().learner().0])
        .then(Answer::see_other(to).telling(Flash::success("The progress report is published", text))))
}

/// `POST /clm/training-records/{record}/progress-report/discarding`
pub fn discard_progress_report(
    _permit: Permit<WriteProgress>,
    w: &mut Writing<'_>,
    Ids([record]): Ids<1>,
    form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let one = writable::open(w, &record)?;
    let draft = draft::open(w, one.record())?;
    let Some(key) = draft.key().filter(|_| form.value("version") == draft.stamp()) else {
        return Err(Ending::Conflict(draft::CHANGED));
    };
    draft::discard(w, &draft)?;
    let told = Flash::success("The draft is discarded", "What was published before stays as it is.");
    let to = format!("{}/progress-reports", writable::address(&one));
    Ok(w.event("progress.draft-discarded")
        .about("progress-report", key.0)
        .learners([one.record().learner().0])
        .then(Answer::see_other(to).telling(told)))
}

#[derive(Template)]
#[template(path = "progress/views/reports.html")]
struct ListPage {
    frame: Frame,
    one: Placement,
    address: String,
    writes: bool,
    grades: bool,
    reports: Vec<Report>,
}

/// `GET /clm/training-records/{record}/progress-reports`
pub fn progress_reports_page(
    permit: Permit<ViewRecords>,
    r: &mut Reading<'_>,
    Ids([record]): Ids<1>,
) -> Result<Answer, Ending> {
    let one = placing::open_record(r, &record)?.or_missing()?;
    let role = permit.actor().role;
    Answer::page(&ListPage {
        frame: writable::frame(r, &one, "Progress reports", None),
        address: writable::address(&one),
        writes: one.is_active() && may(role, Deed::WriteProgress),
        grades: may(role, Deed::EnterGrades),
        reports: appraisal::of_record(r, one.record())?,
        one,
    })
}

#[derive(Template)]
#[template(path = "progress/views/report.html")]
struct ReportPage {
    frame: Frame,
    one: Placement,
    report: Report,
    tree: LearnerTree,
    list: String,
}

/// `GET /clm/training-records/{record}/progress-reports/{report}`
pub fn published_report_page(
    _permit: Permit<ViewRecords>,
    r: &mut Reading<'_>,
    Ids([record, id]): Ids<2>,
) -> Result<Answer, Ending> {
    let one = placing::open_record(r, &record)?.or_missing()?;
    let report = appraisal::open(r, one.record(), &id)?.or_missing()?;
    Answer::page(&ReportPage {
        frame: writable::frame(r, &one, "Progress report", ABOVE),
        tree: units::of_report(r, &report)?,
        list: format!("{}/progress-reports", writable::address(&one)),
        report,
        one,
    })
}
