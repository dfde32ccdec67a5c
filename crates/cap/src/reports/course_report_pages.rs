//! Course Reports: the list of them, and each as page, CSV and Excel.

use super::{
    cohort_progress, completion_tables, late_registers, league,
    table::{Cell, Table},
};
use crate::{
    accounts::deeds::ViewRecords,
    attendance::{
        filter::{self, Filter, Place, Span, Wanted},
        list_pages::span_said,
    },
    shell::{self, Frame, crumb},
};
use askama::Template;
use platform::{
    Answer, Ending, Form, Permit, Reading, Session,
    sheet::{self, Format},
    web::{Query, refused},
};
use ui::pagination::Pages;

const INDEX: &str = "/clm/course-reports";

/// A report of the list.
pub trait Report: 'static {
    const TITLE: &'static str;
    /// What it answers, for the list.
    const ABOUT: &'static str;
    /// Its address and filters.
    const PLACE: &'static Place;
    /// All of it, within the reader's scope.
    ///
    /// # Errors
    /// A database error, or that nobody is signed in.
    fn table(s: &mut Session<'_>, filter: &Filter) -> Result<Table, Ending>;
}

macro_rules! reports { ($($name:ident: $title:literal, $about:literal, $address:literal, $fields:expr, $sorts:expr, $table:path;)*) => {
    $(
        #[doc = $about]
        pub struct $name;

        impl Report for $name {
            const TITLE: &'static str = $title;
            const ABOUT: &'static str = $about;
            const PLACE: &'static Place = {
                static PLACE: Place = Place {
                    address: $address,
                    fields: $fields,
                    span: Span::YearToDate,
                    per_page: 50,
                    sorts: $sorts,
                };
                &PLACE
            };
            fn table(s: &mut Session<'_>, filter: &Filter) -> Result<Table, Ending> {
                $table(s, filter)
            }
        }
    )*

    /// Title, what it answers, and address of each report.
    const ALL: &[(&str, &str, &str)] = &[$(($title, $about, $address)),*];
} }

/// The filters of reports about progress, which knows no days but today.
const OF_PROGRESS: &[&str] = &["age_group", "cohort", "provider", "school", "per_page"];
const OF_ATTENDANCE: &[&str] = &[
    "from",
    "to",
    "age_group",
    "cohort",
    "provider",
    "school",
    "sort",
    "per_page",
];

reports! {
    CohortProgress: "Cohort progress", "Each learner of a course cohort against each unit.",
        "/clm/course-reports/cohort-progress", &["cohort", "school", "per_page"], &[], cohort_progress::table;
    CompletionByCohort: "Unit completion by cohort", "How many units of each course cohort are in which state.",
        "/clm/course-reports/completion-by-cohort", OF_PROGRESS, &[], completion_tables::by_cohort;
    CompletionByLearner: "Unit completion by learner", "How many units of each learner are in which state.",
        "/clm/course-reports/completion-by-learner", OF_PROGRESS, &[], completion_tables::by_learner;
    CompletionByUnit: "Unit completion by unit", "How many learners are in which state of each unit.",
        "/clm/course-reports/completion-by-unit", OF_PROGRESS, &[], completion_tables::by_unit;
    LeagueOfCohorts: "Attendance league of cohorts", "Course cohorts in the order of their attendance.",
        "/clm/course-reports/league-of-cohorts", OF_ATTENDANCE, league::SORTS, league::of_cohorts;
    LeagueOfLearners: "Attendance league of learners", "Learners in the order of their attendance.",
        "/clm/course-reports/league-of-learners", OF_ATTENDANCE, league::SORTS, league::of_learners;
    LateRegisters: "Late registers by provider", "Registers that were completed late or are overdue, and how long they took.",
        "/clm/course-reports/late-registers", &["from", "to", "age_group", "cohort", "provider", "per_page"], &[], late_registers::table;
}

#[derive(Template)]
#[template(path = "reports/views/course_reports.html")]
struct IndexPage {
    frame: Frame,
    reports: &'static [(&'static str, &'static str, &'static str)],
}

/// `GET /clm/course-reports`
pub fn course_reports_page(_permit: Permit<ViewRecords>, r: &mut Reading<'_>) -> Result<Answer, Ending> {
    Answer::page(&IndexPage {
        frame: shell::frame(r, "Course Reports"),
        reports: ALL,
    })
}

#[derive(Template)]
#[template(path = "reports/views/course_report.html")]
struct ReportPage {
    frame: Frame,
    title: &'static str,
    wanted: Wanted,
    pages: Pages,
    /// With the rows of this page.
    table: Table,
}

fn page<R: Report>(s: &mut Session<'_>, wanted: Wanted, mut table: Table) -> ReportPage {
    let number = u64::try_from(table.lines.len()).unwrap_or(0);
    let pages = Pages::new(wanted.filter.page, wanted.filter.per_page, number, wanted.href());
    let skipped = usize::try_from(pages.offset()).unwrap_or(usize::MAX);
    let on_page = usize::try_from(pages.per_page).unwrap_or(usize::MAX);
    table.lines = table.lines.into_iter().skip(skipped).take(on_page).collect();
    shows(s, &table);
    let mut frame = shell::frame(s, R::TITLE);
    frame.crumbs = vec![crumb("Course Reports", INDEX)];
    ReportPage { frame, title: R::TITLE, wanted, pages, table }
}

fn shows(s: &mut Session<'_>, table: &Table) {
    for learner in table.lines.iter().filter_map(|line| line.learner) {
        s.shows(learner.0);
    }
}

/// A report's page.
pub fn course_report_page<R: Report>(
    _permit: Permit<ViewRecords>,
    r: &mut Reading<'_>,
    Query(query): Query,
) -> Result<Answer, Ending> {
    let wanted = filter::read(r, R::PLACE, query)?;
    if !wanted.is_good() {
        return Err(refused(&page::<R>(r, wanted, Table::default())));
    }
    let table = R::table(r, &wanted.filter)?;
    Answer::page(&page::<R>(r, wanted, table))
}

/// A report as CSV.
pub fn course_report_csv<R: Report>(
    _permit: Permit<ViewRecords>,
    r: &mut Reading<'_>,
    Query(query): Query,
) -> Result<Answer, Ending> {
    export::<R>(r, Format::Csv, query)
}

/// A report as an Excel workbook.
pub fn course_report_xlsx<R: Report>(
    _permit: Permit<ViewRecords>,
    r: &mut Reading<'_>,
    Query(query): Query,
) -> Result<Answer, Ending> {
    export::<R>(r, Format::Xlsx, query)
}

/// Everything that the filter finds, as a file.
fn export<R: Report>(s: &mut Session<'_>, format: Format, query: Form) -> Result<Answer, Ending> {
    let wanted = filter::read(s, R::PLACE, query)?;
    if !wanted.is_good() {
        return Err(refused(&page::<R>(s, wanted, Table::default())));
    }
    let table = R::table(s, &wanted.filter)?;
    shows(s, &table);
    let file = sheet::file(format, R::TITLE, table.columns(), table.rows()).map_err(Ending::fault)?;
    let name = R::PLACE.address.rsplit('/').next().unwrap_or_default();
    Ok(Answer::download(format!("{name}.{}", format.ending()), format.content_type(), file))
}
