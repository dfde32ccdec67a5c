//! Notes & Comments: attendance and miscellaneous notes within one's scope, found by words, dates and
//! course cohort.

use crate::{
    attendance::calendar::Days,
    learners::{Among, LearnerKey, visible_keys},
    schema::{cohort, learner, lesson, note, organisation, person, record_note, training_record},
};
use chrono::{Days as Span, NaiveDate, NaiveTime};
use diesel::{prelude::*, sql_types::Text};
use platform::{Ending, Form, Instant, Multi, Session, clock, form::LINE, ids::PublicId};

diesel::define_sql_function! {
    /// Small letters.
    fn lower(text: Text) -> Text;
}

/// A note that was found.
#[derive(Clone, Debug)]
pub struct Found {
    pub record: PublicId,
    pub learner_name: String,
    pub cohort: String,
    /// The subject of a miscellaneous note, or the lesson of an attendance note.
    pub subject: String,
    pub is_of_lesson: bool,
    pub body: String,
    pub by: String,
    pub at: Instant,
    learner: LearnerKey,
}

/// What is asked for; empty parts ask for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Each must stand in the note.
    words: Vec<String>,
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
    cohort: Option<PublicId>,
}

/// The fields of a search.
pub const FIELDS: &[&str] = &["words", "from", "to", "cohort"];

impl Search {
    /// Reads a search; what can't be right is refused beside its field.
    pub fn read(form: &mut Form) -> Search {
        let words = form.text("words", LINE).to_lowercase();
        let (from, until) = (form.date("from"), form.date("to"));
        if let (Some(from), Some(until)) = (from, until)
            && Days::new(from, until).is_err()
        {
            form.refuse("to", "Enter a last day that is not before the first");
        }
        Search {
            // Of LIKE's signs, one stands for any letters and one takes the next sign's meaning away;
            // an underscore stands for any one sign, itself among them.
            words: words.split_whitespace().map(|word| word.replace(['%', '\\'], "")).collect(),
            from,
            until,
            cohort: form.parsed("cohort", |id| PublicId::parse(id).ok_or("Choose a cohort of the list")),
        }
    }

    /// The first moment, and the one after the last.
    fn span(&self) -> (Option<Instant>, Option<Instant>) {
        let start = |day: NaiveDate| clock::instant(day, NaiveTime::MIN);
        (
            self.from.map(start),
            self.until.and_then(|day| day.checked_add_days(Span::new(1))).map(start),
        )
    }
}

/// The notes that a search finds, the latest first: from this place on, at most so many. Deleted ones are none.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn list(s: &mut Session<'_>, search: &Search, skip: usize, most: usize) -> Result<Vec<Found>, Ending> {
    let reach = i64::try_from(skip + most).map_err(Ending::fault)?;
    let mut found = of_lessons(s, search, reach)?;
    found.extend(miscellaneous(s, search, reach)?);
    found.sort_by_key(|one| std::cmp::Reverse(one.at));
    let found: Vec<Found> = found.into_iter().skip(skip).take(most).collect();
    found.iter().for_each(|one| s.shows(one.learner.0));
    Ok(found)
}

type Head = (PublicId, LearnerKey, String, String, String);

fn of_lessons(s: &mut Session<'_>, search: &Search, most: i64) -> Result<Vec<Found>, Ending> {
    let mut query = note::table
        .inner_join(training_record::table.inner_join(cohort::table))
        .inner_join(learner::table.on(learner::id.eq(note::learner_id)))
        .inner_join(lesson::table.on(lesson::id.eq(note::lesson_id)))
        .inner_join(person::table.on(person::id.eq(note::author_id)))
        .inner_join(organisation::table.on(organisation::id.eq(note::author_organisation_id)))
        .filter(Among(note::record_id, visible_keys(s)?))
        .filter(note::deleted_at.is_null())
        .order((note::created_at.desc(), note::id.desc()))
        .limit(most)
        .select((
            (
                training_record::public_id,
                learner::id,
                learner::first_name,
                learner::surname,
                cohort::title,
            ),
            (lesson::held_on, lesson::starts),
            (note::body, person::name, organisation::name, note::created_at),
        ))
        .into_boxed::<Multi>();
    for word in &search.words {
        query = query.filter(lower(note::body).like(format!("%{word}%")));
    }
    let (from, until) = search.span();
    if let Some(from) = from {
        query = query.filter(note::created_at.ge(from));
    }
    if let Some(until) = until {
        query = query.filter(note::created_at.lt(until));
    }
    if let Some(cohort) = &search.cohort {
        query = query.filter(cohort::public_id.eq(cohort.clone()));
    }
    type Row = (Head, (NaiveDate, NaiveTime), (String, String, String, Instant));
    let rows: Vec<Row> = query.load(s.db())?;
    let found = |(head, (held_on, starts), (body, author, organisation, at)): Row| {
        let subject = format!("Lesson of {}, {}", clock::short_date(held_on), clock::hour(starts));
        Found::of(head, subject, true, (body, author, organisation, at))
    };
    Ok(rows.into_iter().map(found).collect())
}

fn miscellaneous(s: &mut Session<'_>, search: &Search, most: i64) -> Result<Vec<Found>, Ending> {
    let mut query = record_note::table
        .inner_join(training_record::table.inner_join(cohort::table))
        .inner_join(learner::table.on(learner::id.eq(record_note::learner_id)))
        .inner_join(person::table.on(person::id.eq(record_note::author_id)))
        .inner_join(organisation::table.on(organisation::id.eq(record_note::author_organisation_id)))
        .filter(Among(record_note::record_id, visible_keys(s)?))
        .filter(record_note::deleted_at.is_null())
        .order((record_note::created_at.desc(), record_note::id.desc()))
        .limit(most)
        .select((
            (
                training_record::public_id,
                learner::id,
                learner::first_name,
                learner::surname,
                cohort::title,
            ),
            record_note::subject,
            (record_note::body, person::name, organisation::name, record_note::created_at),
        ))
        .into_boxed::<Multi>();
    for word in &search.words {
        let like = format!("%{word}%");
        query = query
            .filter(lower(record_note::body).like(like.clone()).or(lower(record_note::subject).like(like)));
    }
    let (from, until) = search.span();
    if let Some(from) = from {
        query = query.filter(record_note::created_at.ge(from));
    }
    if let Some(until) = until {
        query = query.filter(record_note::created_at.lt(until));
    }
    if let Some(cohort) = &search.cohort {
        query = query.filter(cohort::public_id.eq(cohort.clone()));
    }
    let rows: Vec<(Head, String, (String, String, String, Instant))> = query.load(s.db())?;
    Ok(rows
        .into_iter()
        .map(|(head, subject, rest)| Found::of(head, subject, false, rest))
        .collect())
}

impl Found {
    fn of(
        (record, learner, first, surname, cohort): Head,
        subject: String,
        is_of_lesson: bool,
        (body, author, organisation, at): (String, String, String, Instant),
    ) -> Found {
        Found {
            record,
            learner_name: format!("{first} {surname}"),
            cohort,
            subject,
            is_of_lesson,
            body,
            by: format!("{author}, {organisation}"),
            at,
            learner,
        }
    }

    /// The part of the record page in which it stands.
    pub fn anchor(&self) -> &'static str {
        if self.is_of_lesson { "attendance-in-depth" } else { "notes" }
    }
}

/// The cohorts of the reader's training records, by title: what a search can be narrowed to.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn cohorts(s: &mut Session<'_>) -> Result<Vec<(String, String)>, Ending> {
    let all: Vec<(PublicId, String, NaiveDate)> = cohort::table
        .inner_join(training_record::table)
        .filter(Among(training_record::id, visible_keys(s)?))
        .order((cohort::title, cohort::starts_on))
        .select((cohort::public_id, cohort::title, cohort::starts_on))
        .distinct()
        .load(s.db())?;
    let first = std::iter::once((String::new(), "All".to_owned()));
    let label = |title: String, day: NaiveDate| format!("{title}, from {}", clock::short_date(day));
    Ok(first
        .chain(all.into_iter().map(|(id, title, day)| (id.to_string(), label(title, day))))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_looked_for_each_and_signs_of_like_are_none() {
        let mut form = Form::empty().with("words", " Late  100% bus_stop ");
        assert_eq!(Search::read(&mut form).words, ["late", "100", "bus_stop"]);
        let mut form = Form::empty().with("from", "2026-11-24").with("to", "2026-11-23");
        Search::read(&mut form);
        assert!(form.problem("to").is_some());
    }
}
