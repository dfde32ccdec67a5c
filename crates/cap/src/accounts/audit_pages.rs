//! Reading the audit: who did what, and who looked at whom. Learners stand in it by number only,
//! and reading it leaves a row of its own.

use super::{audit_names, deeds::ReadAudit, directory};
use crate::shell::{self, Frame};
use askama::Template;
use chrono::{Days, NaiveTime};
use platform::{
    Answer, Ending, Form, Permit, Reading, audit, clock,
    form::escape,
    ids::{AuditKey, PublicId},
    web::Query,
};

const PER_PAGE: usize = 50;

#[derive(Template)]
#[template(path = "accounts/views/audit.html")]
struct AuditPage {
    frame: Frame,
    form: Form,
    places: Vec<(String, String)>,
    rows: Vec<Row>,
    older: Option<String>,
}

struct Row {
    at: String,
    who: String,
    role: String,
    place: String,
    deed: String,
    about: String,
    learners: String,
    detail: String,
    sealed: bool,
}

/// `GET /admin/audit`
pub fn audit_page(
    permit: Permit<ReadAudit>,
    r: &mut Reading<'_>,
    Query(mut query): Query,
) -> Result<Answer, Ending> {
    r.is_noted();
    let names = directory::names(r)?;
    let place = PublicId::parse(query.value("at"))
        .and_then(|id| names.iter().find(|(_, public_id, _)| *public_id == id))
        .map(|(key, ..)| key.0);
    let start = |date| clock::instant(date, NaiveTime::MIN);
    let wanted = audit::Wanted {
        partnership: permit.actor().partnership.0,
        from: query.date("from").map(start),
        until: query.date("to").and_then(|day| day.checked_add_days(Days::new(1))).map(start),
        deed: query.optional("deed", 60),
        organisation: place,
        before: query.value("before").parse().ok().map(AuditKey),
    };
    let mut found = audit::list(r, &wanted, PER_PAGE as i64 + 1)?;
    let older = found.get(PER_PAGE).is_some().then(|| address(&query, found[PER_PAGE - 1].0.id));
    found.truncate(PER_PAGE);
    let people = audit_names::people(r, found.iter().map(|(row, _)| row))?;
    let numbers = audit_names::learner_numbers(r, &found)?;
    let rows = found
        .into_iter()
        .map(|(row, sealed)| Row {
            at: clock::moment(row.at),
            who: row.person_id.and_then(|key| people.get(&key).cloned()).unwrap_or_default(),
            role: row.actor,
            place: names
                .iter()
                .find(|(key, ..)| Some(key.0) == row.organisation_id)
                .map(|(.., name)| name.clone())
                .unwrap_or_default(),
            about: row.subject_kind.unwrap_or_default(),
            learners: audit_names::listed(&row.learners, &numbers),
            deed: row.deed,
            detail: audit_names::detail(&row.detail),
            sealed,
        })
        .collect();
    let mut places = vec![(String::new(), "All".to_owned())];
    places.extend(names.into_iter().map(|(_, id, name)| (id.to_string(), name)));
    Answer::page(&AuditPage {
        frame: shell::frame(r, "Audit"),
        form: query,
        places,
        rows,
        older,
    })
}

/// The next page: the same filter, from the last row on.
fn address(query: &Form, last: AuditKey) -> String {
    let kept: String = ["from", "to", "deed", "at"]
        .iter()
        .filter(|name| !query.value(name).is_empty())
        .map(|name| format!("{name}={}&", escape(query.value(name))))
        .collect();
    format!("/admin/audit?{kept}before={}", last.0)
}
