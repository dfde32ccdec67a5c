//! The charts of a training record.

use crate::{
    attendance::{
        contribution::Contribution, figures::Contributions, of_record::Attendance, status::Status,
        summary_view,
    },
    learners::year::AcademicYear,
    progress::{UnitStatus, sums::Units},
};
use chrono::{Datelike, NaiveDate};
use platform::clock;
use ui::chart::{BarRow, Column, Columns, HeatDay, HeatMap, Series, StackedBars};

/// Marks by week or month.
pub fn trend(of: &Attendance) -> Columns {
    let (heading, stretches) = of.trend();
    let description = format!("For each {}, how many marks of each kind were made.", heading.to_lowercase());
    summary_view::marks("Trend of attendance", heading, &description, stretches)
}

/// How many lessons had which contribution.
pub fn contributions(of: &Contributions) -> Columns {
    let column = |level: Contribution| Column {
        label: level.to_string(),
        values: vec![of.of(level)],
    };
    Columns {
        id: "contribution-chart".to_owned(),
        title: "Lessons by contribution".to_owned(),
        description: format!(
            "From −2, exceptionally negative, to +2, exceptionally positive; {} lessons in all.",
            of.total()
        ),
        column_heading: "Contribution".to_owned(),
        series: vec![Series {
            label: "Lessons".to_owned(),
            letter: String::new(),
            class: "brand".to_owned(),
        }],
        columns: Contribution::LEVELS.map(column).into(),
    }
}

/// How far the units are: one bar, from not started to completed.
pub fn completion(units: &Units) -> StackedBars {
    let series = |status: UnitStatus| Series {
        label: status.label().to_owned(),
        letter: status.sign().to_owned(),
        class: match status {
            UnitStatus::NotStarted => "none",
            UnitStatus::Behind => "late",
            UnitStatus::OnTrack => "other",
            UnitStatus::InAssessment => "behaviour",
            UnitStatus::Completed => "present",
        }
        .to_owned(),
    };
    let (done, total) = (units.of(UnitStatus::Completed), units.total());
    StackedBars {
        id: "completion-chart".to_owned(),
        title: "Units by status".to_owned(),
        description: format!("{done} of {total} units are completed."),
        row_heading: "Units".to_owned(),
        series: UnitStatus::ALL.map(series).into(),
        rows: vec![BarRow {
            label: format!("{total} units, {done} completed"),
            values: UnitStatus::ALL.map(|status| units.of(status)).into(),
        }],
    }
}

/// Days without any mark come after the eight marks.
const NO_MARK: usize = Status::ALL.len();

/// The academic year in which the record has its latest lesson so far, day by day.
pub fn year(of: &Attendance) -> Option<HeatMap> {
    let (last, _) = of.days.last_key_value()?;
    let year = AcademicYear::of(*last);
    let first = clock::monday(year.starts_on());
    let week = |day: NaiveDate| usize::try_from((day - first).num_weeks()).unwrap_or(0);
    let days: Vec<HeatDay> = of
        .days
        .range(year.starts_on()..=year.ends_on())
        .map(|(day, marks)| HeatDay {
            week: week(*day),
            weekday: day.weekday().num_days_from_monday() as usize,
            series: worst(marks),
            label: format!("{} {}", day.format("%a"), clock::short_date(*day)),
            said: marks.iter().map(|mark| said(*mark)).collect::<Vec<_>>().join(", "),
        })
        .collect();
    let months = (0..12).filter_map(|n| {
        let month = year.starts_on().checked_add_months(chrono::Months::new(n))?;
        Some((week(month), month.format("%b").to_string()))
    });
    let attended = of
        .days
        .range(year.starts_on()..=year.ends_on())
        .filter(|(_, marks)| marks.iter().all(|mark| mark.is_some_and(Status::counts_as_attended)));
    Some(HeatMap {
        id: "year-chart".to_owned(),
        title: format!("Attendance day by day, {year}"),
        description: format!(
            "{} days with lessons, {} of them attended in full.",
            days.len(),
            attended.count()
        ),
        series: Status::ALL.into_iter().map(Some).chain([None]).map(series).collect(),
        weeks: week(year.ends_on()) + 1,
        months: months.collect(),
        days,
    })
}

fn series(mark: Option<Status>) -> Series {
    Series {
        label: said(mark).to_owned(),
        letter: mark.map_or("·", Status::sign).to_owned(),
        class: mark.map_or("none", Status::word).to_owned(),
    }
}

fn said(mark: Option<Status>) -> &'static str {
    mark.map_or("No mark", Status::label)
}

/// The mark that a day of several lessons is shown by: what most needs to be seen.
fn worst(marks: &[Option<Status>]) -> usize {
    use Status::{
        Authorised, DismissedBehaviour, DismissedOther, Late, NotRequired, Present, Unauthorised, Unexplained,
    };
    const ORDER: [Option<Status>; 9] = [
        Some(Unauthorised),
        Some(Unexplained),
        Some(DismissedBehaviour),
        Some(DismissedOther),
        Some(Authorised),
        Some(Late),
        None,
        Some(Present),
        Some(NotRequired),
    ];
    let shown = ORDER.into_iter().find(|mark| marks.contains(mark)).flatten();
    shown
        .and_then(|mark| Status::ALL.into_iter().position(|status| status == mark))
        .unwrap_or(NO_MARK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_shown_by_what_most_needs_to_be_seen() {
        for (marks, label) in [
            (vec![Some(Status::Present), Some(Status::Unexplained)], "Unexplained absence"),
            (vec![Some(Status::Present), None], "No mark"),
            (vec![Some(Status::NotRequired), Some(Status::Present)], "Present"),
            (vec![None], "No mark"),
        ] {
            let all: Vec<Series> = Status::ALL.into_iter().map(Some).chain([None]).map(series).collect();
            assert_eq!(all[worst(&marks)].label, label, "{marks:?}");
        }
    }

    #[test]
    fn the_year_holds_its_days_and_no_others() {
        let mut of = Attendance::default();
        for (day, mark) in [
            ("2026-06-30", Status::Late),
            ("2026-09-01", Status::Present),
            ("2026-11-24", Status::Late),
        ] {
            of.days.insert(day.parse().unwrap(), vec![Some(mark)]);
        }
        let map = year(&of).unwrap();
        assert_eq!(map.title, "Attendance day by day, 2026–2027");
        let places: Vec<_> = map.days.iter().map(|day| (day.week, day.weekday)).collect();
        assert_eq!(places, [(0, 1), (12, 1)]);
        assert!(map.months.len() == 12 && map.weeks > 51);
        assert!(year(&Attendance::default()).is_none());
    }
}
