//! The record page: everything about one learner on one course cohort, in one place.

use super::{
    charts,
    correction::{self, Correction},
    note::{self, Note},
    training::{self, Training},
};
use crate::{
    accounts::deeds::{Deed, ViewRecords, may},
    attendance::{
        figures::Contributions,
        of_record,
        record_note::{self, OfRecord},
        summary_view::{self, Figure},
    },
    learners::{
        care, details,
        learner::Contact,
        of_record as learner_of_record,
        record::{self, Record},
    },
    progress::{
        appraisal::{self, Report},
        assessment::{self, Assessment},
        target::{self, Target},
        units::{self, LearnerTree},
    },
    shell::{self, Frame, crumb},
    transfers::documents::{self, Document},
};
use askama::Template;
use chrono::NaiveDate;
use platform::{
    Answer, Ending, Permit, Reading, Role, Session,
    ids::OrganisationKey,
    problem::OrMissing,
    web::{Ids, Query},
};
use ui::chart::{Columns, HeatMap, StackedBars};

type Rows = Vec<(&'static str, String)>;

/// The record's address.
pub(super) fn address_of(record: &Record) -> String {
    format!("/clm/training-records/{}", record.public_id())
}

/// The frame of a page that belongs to a record.
pub(super) fn frame_of(s: &Session<'_>, record: &Record, title: &str) -> Frame {
    let mut frame = shell::frame(s, title);
    frame.crumbs = vec![
        crumb("Home", "/clm"),
        crumb("Training record", &address_of(record)),
    ];
    frame
}

/// What the reader may do here.
struct May {
    write_notes: bool,
    manage: bool,
    view_cohort: bool,
    see_readers: bool,
    ask: bool,
    decide: bool,
    write_progress: bool,
}

impl May {
    fn of(role: Role) -> May {
        May {
            write_notes: may(role, Deed::WriteNotes),
            manage: may(role, Deed::ManageLearners),
            view_cohort: may(role, Deed::ViewCohorts),
            see_readers: may(role, Deed::SeeReaders),
            ask: may(role, Deed::AskCorrection),
            decide: may(role, Deed::DecideCorrection),
            write_progress: may(role, Deed::WriteProgress),
        }
    }
}

/// In which order notes are read.
struct Orders {
    /// Attendance notes, by the lessons' dates.
    lessons_newest: bool,
    /// Miscellaneous notes, by the day of writing.
    notes_newest: bool,
}

impl Orders {
    fn of(query: &platform::Form) -> Orders {
        let newest = |name: &str| query.value(name) != "oldest";
        Orders {
            lessons_newest: newest("attendance-notes"),
            notes_newest: newest("notes"),
        }
    }
}

#[derive(Template)]
#[template(path = "records/views/record.html")]
struct RecordPage {
    frame: Frame,
    may: May,
    /// Whose notes the reader may change.
    organisation: OrganisationKey,
    address: String,
    record: Record,
    name: String,
    school: String,
    ks4: String,
    training: Training,
    training_rows: Rows,
    figures: Vec<Figure>,
    corrections: Vec<Correction>,
    flag: &'static str,
    contributions: Contributions,
    has_lessons: bool,
    trend: Columns,
    bars: Columns,
    year: Option<HeatMap>,
    completion: StackedBars,
    tree: LearnerTree,
    reports: Vec<Report>,
    assessments: Vec<Assessment>,
    targets: Vec<Target>,
    today: NaiveDate,
    documents: Vec<Document>,
    orders: Orders,
    lesson_notes: Vec<OfRecord>,
    details: Rows,
    care: Option<Rows>,
    contacts: Option<Vec<Contact>>,
    school_rows: Rows,
    provider_rows: Rows,
    notes: Vec<Note>,
}

impl RecordPage {
    /// The sections, in order: anchor and heading.
    fn contents(&self) -> Vec<(&'static str, &'static str)> {
        let all = [
            ("learner", "Learner", true),
            ("training", "Training", true),
            ("attendance", "Attendance", true),
            ("contribution", "Contribution", true),
            ("completion", "Course unit completion", true),
            ("appraisal", "Most recent tutor appraisal", true),
            ("attendance-in-depth", "Attendance in depth", true),
            ("progress-in-depth", "Progress in depth", true),
            ("details", "Full learner details", true),
            ("care", "Duty of care", self.care.is_some()),
            ("contacts", "Emergency contacts", self.contacts.is_some()),
            ("organisations", "Home school and course provider", true),
            ("notes", "Miscellaneous notes", true),
            ("documents", "Documents", !self.documents.is_empty()),
        ];
        all.into_iter()
            .filter(|(.., shown)| *shown)
            .map(|(anchor, title, _)| (anchor, title))
            .collect()
    }
}

/// `GET /clm/training-records/{record}`
pub fn record_page(
    permit: Permit<ViewRecords>,
    r: &mut Reading<'_>,
    Ids([id]): Ids<1>,
    Query(query): Query,
) -> Result<Answer, Ending> {
    let actor = permit.actor();
    let record = record::open(r, &id)?.or_missing()?;
    let learner = learner_of_record::of(r, &record)?;
    let training = training::of(r, &record)?;
    let attendance = of_record::of(r, &record)?;
    let orders = Orders::of(&query);
    let tree = units::of_record(r, &record)?;
    let mut frame = shell::frame(r, "Training record");
    frame.crumbs = vec![
        crumb("Home", "/clm"),
        crumb("Training Records", "/clm/training-records"),
    ];
    let (care, contacts) = learner.care.map(|(care, contacts)| (care::rows(&care), contacts)).unzip();
    let mut details = details::rows(&learner.details, r.today());
    details.push(("CLM ID", learner.number.to_string()));
    Answer::page(&RecordPage {
        frame,
        may: May::of(actor.role),
        organisation: actor.organisation,
        address: address_of(&record),
        name: format!("{} {}", learner.details.first_name, learner.details.surname),
        school: training.school.name.clone(),
        ks4: learner.details.ks4_label(),
        training_rows: training::rows(&record, &training),
        figures: summary_view::figures(&attendance.counts),
        corrections: correction::of_record(r, &record)?,
        flag: summary_view::flag(&attendance.counts),
        contributions: attendance.contributions,
        has_lessons: !attendance.days.is_empty(),
        trend: charts::trend(&attendance),
        bars: charts::contributions(&attendance.contributions),
        year: charts::year(&attendance),
        completion: charts::completion(&tree.total),
        tree,
        reports: appraisal::of_record(r, &record)?,
        assessments: assessment::of_record(r, &record)?,
        targets: target::of_record(r, &record)?,
        today: r.today(),
        documents: if may(actor.role, Deed::UseDatalocker) {
            documents::of_learner(r, record.learner())?
        } else {
            Vec::new()
        },
        lesson_notes: record_note::of_record(r, &record, orders.lessons_newest)?,
        details,
        care,
        contacts,
        school_rows: training::organisation_rows(&training.school),
        provider_rows: training::organisation_rows(&training.provider),
        notes: note::of_record(r, &record, orders.notes_newest)?,
        orders,
        training,
        record,
    })
}
