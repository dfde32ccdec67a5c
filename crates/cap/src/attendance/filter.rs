//! The filters of every list and summary of attendance: read from the address, shown in the panel,
//! each in force a button that takes it away. The address holds dates and public ids, no names.

use super::{
    calendar::Days,
    choices::{Choice, Choices},
    status::Status,
};
use crate::learners::{CohortKey, GroupKey, year::AcademicYear};
use chrono::{Months, NaiveDate, TimeDelta};
use platform::{
    Ending, Form, Session, clock,
    form::{escape, parse_date},
    ids::OrganisationKey,
};
use ui::filters::ActiveFilter;

/// A list or summary that can be filtered.
pub struct Place {
    /// Where it stands.
    pub address: &'static str,
    /// The fields that its panel offers.
    pub fields: &'static [&'static str],
    /// The days that it shows when nobody asks for others.
    pub span: Span,
    /// Rows a page, where nobody asks for another number; it is one of [`PER_PAGE`].
    pub per_page: u64,
    /// The orders that it offers, the usual one first: value and label.
    pub sorts: &'static [(&'static str, &'static str)],
}

/// Which days a list shows when nobody asks for others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Span {
    Today,
    /// From the first of September to today.
    YearToDate,
    /// The month that the field of that name says, else the present one.
    Month,
}

/// The numbers of rows a page that people can choose.
pub const PER_PAGE: [u64; 4] = [10, 20, 50, 100];

/// The fields whose choices are read from the database.
const CHOSEN: [&str; 5] = ["age_group", "cohort", "group", "provider", "school"];

/// The longest span of days: an academic year and a term, so that no page works through all years.
const MOST_DAYS: i64 = 500;
/// Most lesson IDs in one filter.
const MOST_LESSONS: usize = 100;

/// Which registers to show.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Show {
    All,
    Overdue,
    Completed,
}

impl Show {
    /// Value and label of each.
    pub const OPTIONS: [(&'static str, &'static str); 3] =
        [("", "All"), ("overdue", "Overdue"), ("completed", "Completed")];

    fn parse(word: &str) -> Result<Show, &'static str> {
        match word {
            "all" => Ok(Show::All),
            "overdue" => Ok(Show::Overdue),
            "completed" => Ok(Show::Completed),
            _ => Err("Choose all, overdue or completed"),
        }
    }
}

/// What a list is narrowed to, checked.
#[derive(Clone, Debug)]
pub struct Filter {
    pub days: Days,
    /// Whether somebody asked for these days.
    pub days_given: bool,
    pub cohort: Option<CohortKey>,
    /// The cohorts of the chosen age group.
    pub of_age: Option<Vec<CohortKey>>,
    pub group: Option<GroupKey>,
    pub provider: Option<OrganisationKey>,
    pub school: Option<OrganisationKey>,
    pub show: Show,
    pub lessons: Vec<i64>,
    /// One mark, or with `Some(None)` those without one.
    pub status: Option<Option<Status>>,
    pub per_page: u64,
    pub page: u64,
    /// One of the place's orders.
    pub sort: &'static str,
}

/// A filter with its panel: what was typed, what is wrong with it, what can be chosen.
pub struct Wanted {
    pub place: &'static Place,
    pub form: Form,
    pub choices: Choices,
    pub filter: Filter,
    /// Each filter in force.
    pub active: Vec<ActiveFilter>,
    /// The filters in force, as the address says them.
    terms: Vec<(&'static str, String)>,
}

/// Reads the filters of a place from an address. Where something is wrong the form says what, and
/// the filter stands as if that field were empty.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn read(s: &mut Session<'_>, place: &'static Place, mut form: Form) -> Result<Wanted, Ending> {
    let choices = if place.fields.iter().any(|field| CHOSEN.contains(field)) {
        Choices::of(s)?
    } else {
        Choices::default()
    };
    let today = s.today();
    let (days, days_given) = days(&mut form, place.span, today);
    let cohort_choices: Vec<Choice<CohortKey>> = choices.cohorts.iter().map(|c| c.choice.clone()).collect();
    let cohort = chosen(&mut form, "cohort", &cohort_choices, "Choose a course cohort from the list");
    let group = chosen(&mut form, "group", &choices.groups, "Choose a group from the list");
    let provider = chosen(&mut form, "provider", &choices.providers, "Choose a provider from the list");
    let school = chosen(&mut form, "school", &choices.schools, "Choose a school from the list");
    let age_group = form.parsed("age_group", |text| {
        choices
            .age_groups()
            .get(text)
            .map(|a| (*a).to_owned())
            .ok_or("Choose an age group from the list")
    });
    let show = form.parsed("show", Show::parse).unwrap_or(Show::All);
    let lessons = form.parsed("lessons", lesson_ids).unwrap_or_default();
    let status = form.parsed("status", |word| match word {
        "blank" => Ok(None),
        word => Status::parse(word).map(Some).map_err(|_| "Choose a mark from the list"),
    });
    let per_page = form.parsed("per_page", |text| {
        let number = text.parse().ok().filter(|n| PER_PAGE.contains(n));
        number.ok_or("Choose 10, 20, 50 or 100 rows a page")
    });
    let usual = place.sorts.first().map_or("", |sort| sort.0);
    let sort = form.parsed("sort", |text| {
        let found = place.sorts.iter().find(|sort| sort.0 == text);
        found.map(|sort| sort.0).ok_or("Choose an order from the list")
    });
    let filter = Filter {
        days,
        days_given,
        cohort: cohort.as_ref().map(|c| c.key),
        of_age: age_group.as_ref().map(|wanted| of_age(&choices, wanted)),
        group: group.as_ref().map(|c| c.key),
        provider: provider.as_ref().map(|c| c.key),
        school: school.as_ref().map(|c| c.key),
        show,
        lessons,
        status,
        per_page: per_page.unwrap_or(place.per_page),
        // A page number is no field that somebody fills in: a wrong one is the first page.
        page: form.value("page").parse().unwrap_or(1),
        sort: sort.unwrap_or(usual),
    };
    let mut force = Force::default();
    if days_given {
        if place.span == Span::Month {
            let first = days.first();
            force.put("month", first.format("%Y-%m").to_string(), first.format("%B %Y").to_string());
        } else {
            force.put("from", days.first().to_string(), date_label(days));
            force.terms.push(("to", days.last().to_string()));
        }
    }
    force.choice("cohort", "Course cohort", cohort.as_ref());
    force.choice("group", "Group", group.as_ref());
    force.choice("provider", "Provider", provider.as_ref());
    force.choice("school", "School", school.as_ref());
    if let Some(age_group) = age_group {
        force.put("age_group", age_group.clone(), format!("Age group: {age_group}"));
    }
    match show {
        Show::All => {}
        Show::Overdue => force.put("show", "overdue".into(), "Show: overdue".into()),
        Show::Completed => force.put("show", "completed".into(), "Show: completed".into()),
    }
    if !filter.lessons.is_empty() {
        let list = filter.lessons.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
        force.put("lessons", list.clone(), format!("Lesson IDs: {list}"));
    }
    match status {
        None => {}
        Some(None) => force.put("status", "blank".into(), "Entry: not marked".into()),
        Some(Some(mark)) => force.put("status", mark.word().into(), format!("Entry: {mark}")),
    }
    if let Some(rows) = per_page.filter(|rows| *rows != place.per_page) {
        force.put("per_page", rows.to_string(), format!("{rows} a page"));
    }
    if let Some((value, label)) = place.sorts.iter().find(|o| Some(o.0) == sort && o.0 != usual) {
        force.put("sort", (*value).to_owned(), format!("Sorted by {}", label.to_lowercase()));
    }
    if form.is_good() {
        form = form
            .with("from", days.first())
            .with("to", days.last())
            .with("month", days.first().format("%Y-%m"));
    }
    form = form.with("per_page", filter.per_page).with("sort", filter.sort);
    let Force { terms, labels } = force;
    let active = labels.into_iter().map(|(field, label)| ActiveFilter {
        label,
        remove_href: address(place.address, terms.iter().filter(|term| !goes_with(term.0, field))),
    });
    Ok(Wanted {
        active: active.collect(),
        place,
        form,
        choices,
        filter,
        terms,
    })
}

impl Wanted {
    /// Whether every field made sense.
    pub fn is_good(&self) -> bool {
        self.form.is_good()
    }

    /// Whether the panel has this field.
    pub fn offers(&self, field: &str) -> bool {
        self.place.fields.contains(&field)
    }

    /// The list with these filters; pages and exports are added to it.
    pub fn href(&self) -> String {
        address(self.place.address, &self.terms)
    }

    /// What these filters find, as a file with this ending.
    pub fn file_href(&self, ending: &str) -> String {
        address(&format!("{}.{ending}", self.place.address), &self.terms)
    }

    /// The numbers of rows a page, for a select.
    pub fn per_page_options(&self) -> Vec<(String, String)> {
        PER_PAGE.map(|rows| (rows.to_string(), rows.to_string())).into()
    }

    /// What the first date is called: where there is no second one it is the day itself.
    pub fn from_label(&self) -> &'static str {
        if self.offers("to") { "From" } else { "Date" }
    }

    /// Which registers to show, for a select.
    pub fn show_options(&self) -> [(&'static str, &'static str); 3] {
        Show::OPTIONS
    }

    /// The marks, for a select.
    pub fn status_options(&self) -> Vec<(&'static str, &'static str)> {
        let marks = Status::ALL.into_iter().map(|status| (status.word(), status.label()));
        [("", "All"), ("blank", "Not marked")].into_iter().chain(marks).collect()
    }
}

/// The filters in force: for the address, and for people.
#[derive(Default)]
struct Force {
    terms: Vec<(&'static str, String)>,
    labels: Vec<(&'static str, String)>,
}

impl Force {
    fn put(&mut self, field: &'static str, value: String, label: String) {
        self.terms.push((field, value));
        self.labels.push((field, label));
    }

    fn choice<K>(&mut self, field: &'static str, name: &str, choice: Option<&Choice<K>>) {
        if let Some(choice) = choice {
            self.put(field, choice.id.to_string(), format!("{name}: {}", choice.label));
        }
    }
}

/// The two dates are one filter.
fn goes_with(term: &str, field: &str) -> bool {
    term == field || (term == "to" && field == "from")
}

fn address<'a>(place: &str, terms: impl IntoIterator<Item = &'a (&'static str, String)>) -> String {
    let query: Vec<String> =
        terms.into_iter().map(|(field, value)| format!("{field}={}", escape(value))).collect();
    if query.is_empty() {
        place.to_owned()
    } else {
        format!("{place}?{}", query.join("&"))
    }
}

fn chosen<K: Clone>(
    form: &mut Form,
    field: &str,
    choices: &[Choice<K>],
    sentence: &'static str,
) -> Option<Choice<K>> {
    form.parsed(field, |text| {
        choices.iter().find(|choice| choice.id.as_str() == text).cloned().ok_or(sentence)
    })
}

fn of_age(choices: &Choices, wanted: &str) -> Vec<CohortKey> {
    choices.cohorts.iter().filter(|c| c.age_group == wanted).map(|c| c.choice.key).collect()
}

fn lesson_ids(text: &str) -> Result<Vec<i64>, &'static str> {
    let numbers: Option<Vec<i64>> = text
        .split([',', ' '])
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().ok().filter(|n| *n > 0))
        .collect();
    numbers
        .filter(|numbers| numbers.len() <= MOST_LESSONS)
        .ok_or("Enter up to 100 lesson IDs, which are whole numbers, with commas between them")
}

fn date_label(days: Days) -> String {
    if days.first() == days.last() {
        clock::short_date(days.first())
    } else {
        format!("{} to {}", clock::short_date(days.first()), clock::short_date(days.last()))
    }
}

/// The days asked for, or the usual ones; and whether any were asked for.
fn days(form: &mut Form, span: Span, today: NaiveDate) -> (Days, bool) {
    if span == Span::Month {
        let month = form.parsed("month", month);
        return (month.unwrap_or(month_of(today)), month.is_some());
    }
    let (from, to) = (form.date("from"), form.date("to"));
    let usual = |last: NaiveDate| match span {
        Span::Today | Span::Month => last,
        Span::YearToDate => AcademicYear::of(last).starts_on(),
    };
    let (first, last) = match (span, from, to) {
        (_, Some(from), Some(to)) => (from, to),
        (Span::Today | Span::Month, Some(day), None) | (Span::Today | Span::Month, None, Some(day)) => {
            (day, day)
        }
        (Span::YearToDate, Some(from), None) => (from, today.max(from)),
        (_, None, to) => {
            let last = to.unwrap_or(today);
            (usual(last), last)
        }
    };
    let whole = Days::new(usual(today), today);
    let asked = Days::new(first, last).and_then(|days| {
        if last - first > TimeDelta::days(MOST_DAYS) {
            Err("Choose a shorter span of days, up to a year and a term")
        } else {
            Ok(days)
        }
    });
    match asked {
        Ok(days) => (days, from.is_some() || to.is_some()),
        Err(sentence) => {
            form.refuse("to", sentence);
            (whole.unwrap_or(Days::only(today)), false)
        }
    }
}

/// A month as browsers write it, 2026-11, or as people do, 11/2026.
fn month(text: &str) -> Result<Days, &'static str> {
    let day = parse_date(&format!("{text}-01")).or_else(|| parse_date(&format!("01/{text}")));
    day.map(month_of).ok_or("Enter a month, like 2026-11")
}

/// The month that holds a day.
fn month_of(day: NaiveDate) -> Days {
    use chrono::Datelike;
    let first = day.with_day(1).unwrap_or(day);
    let last = first.checked_add_months(Months::new(1)).and_then(|next| next.pred_opt()).unwrap_or(day);
    Days::new(first, last).unwrap_or(Days::only(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn read_days(query: &str, span: Span) -> (String, String, bool, usize) {
        let mut form = Form::decode(query.as_bytes());
        let (days, given) = days(&mut form, span, on("2026-11-24"));
        (days.first().to_string(), days.last().to_string(), given, form.problems().len())
    }

    #[test]
    fn days_that_are_asked_for_and_those_that_are_not() {
        use Span::{Today, YearToDate};
        for (query, span, first, last, given, problems) in [
            ("", Today, "2026-11-24", "2026-11-24", false, 0),
            ("", YearToDate, "2026-09-01", "2026-11-24", false, 0),
            ("from=2026-11-20", Today, "2026-11-20", "2026-11-20", true, 0),
            ("to=20/11/2026", Today, "2026-11-20", "2026-11-20", true, 0),
            ("from=2026-11-20", YearToDate, "2026-11-20", "2026-11-24", true, 0),
            ("to=2026-07-01", YearToDate, "2025-09-01", "2026-07-01", true, 0),
            ("from=2026-11-20&to=2026-11-22", Today, "2026-11-20", "2026-11-22", true, 0),
            ("from=2026-11-22&to=2026-11-20", Today, "2026-11-24", "2026-11-24", false, 1),
            ("from=2000-01-01&to=2026-11-20", YearToDate, "2026-09-01", "2026-11-24", false, 1),
            ("from=yesterday", Today, "2026-11-24", "2026-11-24", false, 1),
        ] {
            let read = read_days(query, span);
            assert_eq!(read, (first.into(), last.into(), given, problems), "{query}");
        }
    }

    #[test]
    fn lesson_ids_are_whole_numbers() {
        assert_eq!(lesson_ids("3, 17,4"), Ok(vec![3, 17, 4]));
        for wrong in ["x", "3;4", "-1", "0", "1.5", "99999999999999999999"] {
            assert!(lesson_ids(wrong).is_err(), "{wrong}");
        }
        assert!(lesson_ids(&vec!["1"; 101].join(",")).is_err());
    }

    #[test]
    fn taking_the_days_away_takes_both_dates() {
        let terms = [
            ("from", "2026-11-20".to_owned()),
            ("to", "2026-11-22".to_owned()),
            ("show", "a b".to_owned()),
        ];
        let left = address("/list", terms.iter().filter(|term| !goes_with(term.0, "from")));
        assert_eq!(left, "/list?show=a%20b");
        assert_eq!(address("/list", &[]), "/list");
    }

    #[test]
    fn a_month_has_all_its_days() {
        assert_eq!(month("2028-02"), month("02/2028"));
        assert!(month("2028-13").is_err() && month("February").is_err());
        let february = month_of(on("2028-02-10"));
        assert_eq!((february.first(), february.last()), (on("2028-02-01"), on("2028-02-29")));
    }
}
