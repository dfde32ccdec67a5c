//! Late registers by provider: which were completed after their lesson's end, or not yet.

use super::table::{Cell, Heading, Kind, Line, Table};
use crate::{
    attendance::{
        figures::percent,
        filter::Filter,
        lesson,
        within::{self, Start},
    },
    schema::{entry, lesson as lessons, organisation},
};
use chrono::TimeDelta;
use diesel::prelude::*;
use platform::{Ending, Instant, Session, db::one_of, ids::OrganisationKey};
use std::collections::HashMap;

/// The registers of a provider whose lessons have ended.
#[derive(Clone, Copy, Default, Debug)]
struct Registers {
    due: u32,
    in_time: u32,
    late: u32,
    overdue: u32,
    /// From a lesson's start to the completion of its register, all together and the longest.
    waited: TimeDelta,
    longest: Option<TimeDelta>,
}

impl Registers {
    fn add(&mut self, starts_at: Instant, ends_at: Instant, completed_at: Option<Instant>) {
        self.due += 1;
        let Some(completed_at) = completed_at else {
            self.overdue += 1;
            return;
        };
        if completed_at <= ends_at {
            self.in_time += 1;
        } else {
            self.late += 1;
        }
        let waited = (completed_at - starts_at).max(TimeDelta::zero());
        self.waited += waited;
        self.longest = self.longest.max(Some(waited));
    }

    fn and(mut self, other: &Registers) -> Registers {
        self.due += other.due;
        self.in_time += other.in_time;
        self.late += other.late;
        self.overdue += other.overdue;
        self.waited += other.waited;
        self.longest = self.longest.max(other.longest);
        self
    }

    /// To the nearest minute below.
    fn average(&self) -> Option<TimeDelta> {
        let completed = i32::try_from(self.in_time + self.late).ok().filter(|number| *number > 0)?;
        self.waited.checked_div(completed)
    }

    fn cells(&self) -> Vec<Cell> {
        let shared = |number| Cell::Shared(number, percent(number, self.due));
        let span = |span: Option<TimeDelta>| span.map_or(Cell::Empty, Cell::Span);
        vec![
            Cell::Count(self.due),
            shared(self.in_time),
            shared(self.late),
            shared(self.overdue),
            span(self.average()),
            span(self.longest),
        ]
    }
}

/// The report: providers with the most late and overdue registers first.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn table(s: &mut Session<'_>, filter: &Filter) -> Result<Table, Ending> {
    let mut by_provider: HashMap<OrganisationKey, Registers> = HashMap::new();
    for (provider, starts_at, ends_at, completed_at) in due(s, filter)? {
        by_provider.entry(provider).or_default().add(starts_at, ends_at, completed_at);
    }
    let names: Vec<(OrganisationKey, String)> = organisation::table
        .filter(one_of(s.db(), organisation::id, by_provider.keys().copied()))
        .order((organisation::name_key, organisation::id))
        .select((organisation::id, organisation::name))
        .load(s.db())?;
    let total = by_provider.values().fold(Registers::default(), Registers::and);
    let mut lines: Vec<(u32, Line)> = names
        .into_iter()
        .map(|(key, name)| {
            let registers = by_provider.get(&key).copied().unwrap_or_default();
            let cells = std::iter::once(Cell::Text(name)).chain(registers.cells()).collect();
            (registers.late + registers.overdue, Line::of(cells))
        })
        .collect();
    lines.sort_by_key(|(late, _)| std::cmp::Reverse(*late));
    let foot = std::iter::once(Cell::Text("Total".to_owned())).chain(total.cells()).collect();
    let headings = [
        ("Provider", Kind::Text),
        ("Registers due", Kind::Count),
        ("Completed by the lesson's end", Kind::Shared),
        ("Completed late", Kind::Shared),
        ("Overdue", Kind::Shared),
        ("Average time to complete", Kind::Span),
        ("Longest time to complete", Kind::Span),
    ];
    Ok(Table {
        headings: headings.map(|(text, kind)| Heading::new(text, kind)).into(),
        lines: lines.into_iter().map(|(_, line)| line).collect(),
        foot: vec![Line::of(foot)],
        explained: format!(
            "{}, lessons that have ended and were not cancelled. A register is late from its lesson's end on; the time to complete runs from the lesson's start.",
            filter.days
        ),
        empty: "No lesson has ended in these days",
    })
}

type Due = (OrganisationKey, Instant, Instant, Option<Instant>);

/// The lessons within the reader's scope that have ended, of these days.
fn due(s: &mut Session<'_>, filter: &Filter) -> Result<Vec<Due>, Ending> {
    let (first, last, now) = (filter.days.first(), filter.days.last(), s.now());
    let mut query = lesson::visible_to(s)?
        .filter(lessons::held_on.between(first, last))
        .filter(lessons::cancelled_at.is_null())
        .filter(lessons::ends_at.le(now));
    if let Start::School(school) = within::start(s)? {
        // The index of the school's days finds its lessons, not a walk through everybody's.
        let expected = entry::table
            .filter(entry::school_id.eq(school))
            .filter(entry::held_on.between(first, last))
            .select(entry::lesson_id);
        query = query.filter(lessons::id.eq_any(expected));
    }
    if let Some(cohorts) = within::cohorts(filter) {
        query = query.filter(lessons::cohort_id.eq_any(cohorts));
    }
    if let Some(provider) = filter.provider {
        query = query.filter(lessons::provider_id.eq(provider));
    }
    Ok(query
        .select((lessons::provider_id, lessons::starts_at, lessons::ends_at, lessons::completed_at))
        .load(s.db())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_register_is_late_from_its_lessons_end_on() {
        let at = |minutes| {
            platform::clock::Clock::fixed(
                chrono::NaiveDate::from_ymd_opt(2026, 11, 24).unwrap().and_hms_opt(9, 0, 0).unwrap(),
            )
            .now()
                + TimeDelta::minutes(minutes)
        };
        let mut registers = Registers::default();
        assert_eq!((registers.average(), registers.longest), (None, None));
        for completed in [Some(-5), Some(60), Some(61), Some(200), None] {
            registers.add(at(0), at(60), completed.map(at));
        }
        assert_eq!((registers.due, registers.in_time, registers.late, registers.overdue), (5, 2, 2, 1));
        // 0 + 60 + 61 + 200 minutes over four.
        assert_eq!(registers.average(), Some(TimeDelta::seconds(80 * 60 + 15)));
        assert_eq!(registers.longest, Some(TimeDelta::minutes(200)));
        let both = registers.and(&registers);
        assert_eq!((both.due, both.average()), (10, registers.average()));
    }
}
