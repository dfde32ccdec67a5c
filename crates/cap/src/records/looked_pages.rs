//! Who looked at a learner: every time that their data was shown or changed, by whom and where.

use super::record_pages::{address_of, frame_of};
use crate::{
    accounts::{audit_names, deeds::SeeReaders, directory},
    learners::record,
    shell::Frame,
};
use askama::Template;
use platform::{
    Answer, Ending, Permit, Reading, Role, audit, clock,
    ids::AuditKey,
    problem::OrMissing,
    web::{Ids, Query},
};

const PER_PAGE: usize = 50;

#[derive(Template)]
#[template(path = "records/views/looked.html")]
struct LookedPage {
    frame: Frame,
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
}

/// `GET /clm/training-records/{record}/readers`
pub fn looked_page(
    _permit: Permit<SeeReaders>,
    r: &mut Reading<'_>,
    Ids([id]): Ids<1>,
    Query(query): Query,
) -> Result<Answer, Ending> {
    let record = record::open(r, &id)?.or_missing()?;
    let before = query.value("before").parse().ok().map(AuditKey);
    let mut found = audit::of_learner(r, record.learner().0, before, PER_PAGE as i64 + 1)?;
    let older = found
        .get(PER_PAGE)
        .is_some()
        .then(|| format!("{}/readers?before={}", address_of(&record), found[PER_PAGE - 1].id.0));
    found.truncate(PER_PAGE);
    let people = audit_names::people(r, found.iter())?;
    let places = directory::names(r)?;
    let rows = found
        .into_iter()
        .map(|row| Row {
            at: clock::moment(row.at),
            who: row.person_id.and_then(|key| people.get(&key).cloned()).unwrap_or_default(),
            role: Role::parse(&row.actor).map_or(row.actor.clone(), |role| role.label().to_owned()),
            place: places
                .iter()
                .find(|(key, ..)| Some(key.0) == row.organisation_id)
                .map(|(.., name)| name.clone())
                .unwrap_or_default(),
            about: row.subject_kind.unwrap_or_default().replace('-', " "),
            deed: said(&row.deed),
        })
        .collect();
    Answer::page(&LookedPage {
        frame: frame_of(r, &record, "Who looked at this learner"),
        rows,
        older,
    })
}

/// A deed of the audit in words: a page that was opened stands there under what it needs, and
/// everything that was done under a name with a full stop.
fn said(deed: &str) -> String {
    if deed.contains('.') {
        deed.replace(['.', '-'], " ")
    } else {
        "Opened a page".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deeds_are_read_as_words() {
        assert_eq!(said("learner.details-changed"), "learner details changed");
        assert_eq!(said("ViewRecords"), "Opened a page");
    }
}
