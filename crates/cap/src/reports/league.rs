//! The attendance league: course cohorts or learners in the order of how much they attended.

use super::table::{Cell, Heading, Kind, Line, Table};
use crate::attendance::{
    figures::Counts,
    filter::Filter,
    summary::{self, By},
};
use platform::{Ending, Session};

/// The orders of a league: value and label.
pub const SORTS: &[(&str, &str)] = &[
    ("best", "Best attendance first"),
    ("worst", "Worst attendance first"),
];

/// The league of cohorts.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn of_cohorts(s: &mut Session<'_>, filter: &Filter) -> Result<Table, Ending> {
    table(s, By::Cohort, filter)
}

/// The league of learners.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn of_learners(s: &mut Session<'_>, filter: &Filter) -> Result<Table, Ending> {
    table(s, By::Learner, filter)
}

fn table(s: &mut Session<'_>, by: By, filter: &Filter) -> Result<Table, Ending> {
    let mut all = summary::of(s, by, filter)?;
    // Nobody comes anywhere of whom no register was taken.
    all.retain(|line| line.counts.taken() > 0);
    // Those who attended alike stay in the order of their names.
    all.sort_by(|a, b| match filter.sort {
        "worst" => rate(&a.counts).cmp(&rate(&b.counts)),
        _ => rate(&b.counts).cmp(&rate(&a.counts)),
    });
    let places = places(&all.iter().map(|line| rate(&line.counts)).collect::<Vec<_>>());
    let total: Counts = all.iter().map(|line| line.counts).sum();
    let number = by.headings().len();
    let lines = all.into_iter().zip(places).map(|(line, place)| {
        let names = line.names.into_iter().enumerate().map(|(at, name)| match by {
            By::Learner if at < 2 => Cell::Name(name),
            By::Learner | By::Cohort | By::Date => Cell::Text(name),
        });
        let cells = [Cell::Count(place)].into_iter().chain(names).chain(figures(&line.counts));
        Line { cells: cells.collect(), learner: line.learner }
    });
    let lines: Vec<Line> = lines.collect();
    let mut foot = vec![Cell::Text("Total".to_owned())];
    foot.resize(number + 1, Cell::Empty);
    foot.extend(figures(&total));
    Ok(Table {
        headings: headings(by),
        lines,
        foot: vec![Line::of(foot)],
        explained: format!(
            "{}, lessons up to now, ordered by total attendance. Every percentage is a share of the registers taken; equal ones share a place.",
            filter.days
        ),
        empty: "No register was taken in these days",
    })
}

fn headings(by: By) -> Vec<Heading> {
    let names = by.headings().iter().enumerate().map(|(at, text)| {
        let is_name = by == By::Learner && at < 2;
        Heading::new(*text, if is_name { Kind::Name } else { Kind::Text })
    });
    let figures = [
        ("Total attendance", Kind::Shared),
        ("Present", Kind::Shared),
        ("Late", Kind::Shared),
        ("Absent", Kind::Shared),
        ("Other", Kind::Shared),
        ("Taken", Kind::Count),
    ];
    std::iter::once(Heading::new("Place", Kind::Count))
        .chain(names)
        .chain(figures.map(|(text, kind)| Heading::new(text, kind)))
        .collect()
}

fn figures(counts: &Counts) -> impl Iterator<Item = Cell> + use<> {
    let shared = [
        counts.total_attendance(),
        counts.present,
        counts.late,
        counts.absent(),
        counts.other(),
    ];
    let shared = shared.map(|number| Cell::Shared(number, counts.share(number)));
    shared.into_iter().chain([Cell::Count(counts.taken())])
}

/// How much of the taken was attended, as it is shown: those who differ by less share a place.
fn rate(counts: &Counts) -> u64 {
    counts.share(counts.total_attendance()).map_or(0, |share| share.tenths())
}

/// The places of rates that stand in order: equal ones share theirs, and the next is as far on.
fn places(rates: &[u64]) -> Vec<u32> {
    let mut places: Vec<u32> = Vec::with_capacity(rates.len());
    for (at, rate) in rates.iter().enumerate() {
        let same = at.checked_sub(1).filter(|before| rates[*before] == *rate);
        places.push(match same {
            Some(before) => places[before],
            None => u32::try_from(at + 1).unwrap_or(u32::MAX),
        });
    }
    places
}

#[cfg(test)]
mod tests {
    use super::places;

    #[test]
    fn equal_rates_share_a_place() {
        assert_eq!(places(&[974, 974, 900, 850, 850, 850, 10]), [1, 1, 3, 4, 4, 4, 7]);
        assert!(places(&[]).is_empty());
    }
}
