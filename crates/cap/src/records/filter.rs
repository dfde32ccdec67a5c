//! The filters of the list of training records (PRODUCT.md §4.3): read from an address, shown in the
//! panel, each in force a button that takes it away. Surnames and record IDs never stand in an
//! address: they are posted, kept under a random id, and the address says that id.

use super::{
    choices::{Choices, Progress, Sort},
    part::Part,
    reader::{Ago, Label, Reader, Span},
    saved_view,
};
use crate::learners::{
    CohortKey,
    codes::{Ethnicity, SenProvision, Sex},
    record::RecordStatus,
};
use platform::{
    Ending, Form, Session,
    form::{LINE, escape},
    ids::{OrganisationKey, PublicId},
    problem::OrMissing,
    text::fold,
    web::search,
};
use ui::filters::ActiveFilter;

/// Where the list stands.
pub const ADDRESS: &str = "/clm/training-records";
/// Where its searches and views are kept.
pub const PLACE: &str = "training-records";
/// The fields that never stand in an address.
pub const KEPT: &[&str] = &["surname", "records"];
/// Most record IDs in one filter.
const MOST_RECORDS: usize = 200;
/// Records a page where nobody asks for another number.
const PER_PAGE: u64 = 20;

/// What the list is narrowed to, checked.
#[derive(Clone, Debug)]
pub struct Filter {
    pub starts: Span,
    pub closed: Span,
    pub created: Span,
    pub modified: Span,
    /// `None` is every status.
    pub status: Option<RecordStatus>,
    pub school: Option<OrganisationKey>,
    pub provider: Option<OrganisationKey>,
    pub cohort: Option<CohortKey>,
    pub age_group: Option<String>,
    /// Record IDs; empty is all.
    pub records: Vec<i64>,
    /// How the surname begins, folded; empty is all.
    pub surname: String,
    pub gender: Option<Sex>,
    pub ethnicity: Option<Ethnicity>,
    /// The year in which key stage 4 begins; with `true` that and later ones.
    pub ks4: Option<(i16, bool)>,
    pub sen: Option<SenProvision>,
    pub medical: Option<bool>,
    pub meals: Option<bool>,
    pub in_care: Option<bool>,
    pub progress: Option<Progress>,
    pub last_modified: Ago,
    /// Records without an appraisal are older than any.
    pub appraised: Ago,
    pub kind: Option<String>,
    pub level: Option<String>,
    pub per_page: u64,
    pub page: u64,
    pub sort: Sort,
}

/// A filter with its panel: what was typed, what is wrong with it, what can be chosen.
pub struct Wanted {
    pub form: Form,
    pub choices: Choices,
    pub filter: Filter,
    /// The groups of columns that are shown.
    pub show: Vec<Part>,
    /// Each filter in force.
    pub active: Vec<ActiveFilter>,
    /// The filters in force as the address says them, the kept ones as the id of where they are kept.
    pub terms: Vec<(&'static str, String)>,
}

/// Reads an address: its own fields, or those of a saved view, and what is kept under its search.
///
/// # Errors
/// [`Ending::Missing`] for a view that is not the reader's; a database error; that nobody is signed in.
pub fn of_address(s: &mut Session<'_>, query: &Form) -> Result<Wanted, Ending> {
    // Nobody looks for a name by an address.
    let plain = |form: &Form| {
        let fields = form.fields().iter();
        Form::of(fields.filter(|(field, _)| !KEPT.contains(&field.as_str())).cloned().collect())
    };
    let view = query.value("view");
    if !view.is_empty() {
        let id = PublicId::parse(view).or_missing()?;
        let fields = saved_view::fields(s, PLACE, &id)?.or_missing()?;
        let has_kept = KEPT.iter().any(|field| !fields.value(field).is_empty());
        return read(s, fields, has_kept.then(|| id.to_string()), &[]);
    }
    let search = query.value("search");
    if search.is_empty() {
        return read(s, plain(query), None, &[]);
    }
    let without: Vec<&str> = query.values("without").collect();
    let mut found = search::find(s, PLACE, search)?;
    if found.fields().is_empty()
        && let Some(id) = PublicId::parse(search)
    {
        found = saved_view::fields(s, PLACE, &id)?.unwrap_or_default();
    }
    let mut form = plain(query);
    let mut is_kept = false;
    for field in KEPT.iter().filter(|field| !found.value(field).is_empty()) {
        is_kept = true;
        if !without.contains(field) {
            form = form.with(field, found.value(field));
        }
    }
    if !is_kept {
        form.refuse("surname", "What you searched for is no longer kept: enter it again");
    }
    read(s, form, Some(search.to_owned()), &without)
}

/// Reads a form with all its fields. Where something is wrong the form says what, and the filter
/// stands as if that field were empty. `search` is where the kept fields are, once they are.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn read(
    s: &mut Session<'_>,
    form: Form,
    search: Option<String>,
    without: &[&str],
) -> Result<Wanted, Ending> {
    let choices = Choices::of(s)?;
    let mut reader = Reader {
        form,
        choices: &choices,
        terms: Vec::new(),
        labels: Vec::new(),
    };
    let filter = fields(&mut reader);
    let show = shown(&reader.form);
    let Reader { form, mut terms, labels, .. } = reader;
    if show != Part::USUAL {
        let words = show.iter().map(|part| part.word().to_owned());
        let none = show.is_empty().then(|| "none".to_owned());
        terms.extend(words.chain(none).map(|word| ("show", word)));
    }
    let kept: Vec<&str> = KEPT.iter().copied().filter(|field| !form.value(field).is_empty()).collect();
    if let Some(id) = search.filter(|_| !kept.is_empty()) {
        terms.push(("search", id));
        let known = KEPT.iter().filter(|field| without.contains(field));
        terms.extend(known.map(|field| ("without", (*field).to_owned())));
    }
    let active = labels.iter().map(|label| ActiveFilter {
        label: label.text.clone(),
        remove_href: address(ADDRESS, &without_label(&terms, label, &kept)),
    });
    let active = active.collect();
    let form = form
        .with("status", filter.status.map_or("all", RecordStatus::word))
        .with("per_page", filter.per_page)
        .with("sort", filter.sort.word());
    Ok(Wanted { form, choices, filter, show, active, terms })
}

fn fields(r: &mut Reader<'_>) -> Filter {
    let status = status(r);
    let surname = fold(&r.form.text("surname", LINE));
    if !surname.is_empty() {
        let typed = r.form.value("surname").trim().to_owned();
        r.kept("surname", format!("Surname begins with {typed}"));
    }
    let records = r.form.parsed("records", record_ids).unwrap_or_default();
    if !records.is_empty() {
        let list = records.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
        r.kept("records", format!("Record IDs: {list}"));
    }
    let choices = r.choices;
    Filter {
        status,
        surname,
        records,
        school: r.chosen("school", "Home school").and_then(|id| choices.school(&id)),
        provider: r.chosen("provider", "Lesson provider").and_then(|id| choices.provider(&id)),
        cohort: r.chosen("cohort", "Course cohort").and_then(|id| choices.cohort(&id)),
        age_group: r.chosen("age_group", "Cohort age group"),
        starts: r.span("starts_from", "starts_to", "Start date"),
        closed: r.span("closed_from", "closed_to", "Date closed"),
        gender: r.chosen("gender", "Gender").and_then(|code| Sex::find(&code)),
        ethnicity: r.chosen("ethnicity", "Ethnicity").and_then(|code| Ethnicity::find(&code)),
        ks4: r.year("ks4", "ks4_later", "Year 10 (KS4)"),
        sen: r.chosen("sen", "SEN provision").and_then(|code| SenProvision::find(&code)),
        medical: r.yes_or_no("medical", "Medical history"),
        meals: r.yes_or_no("meals", "School meals"),
        in_care: r.yes_or_no("in_care", "In care (LA)"),
        progress: r
            .chosen("progress", "Progress")
            .and_then(|word| Progress::ALL.into_iter().find(|one| one.word() == word)),
        last_modified: r.ago("modified_older", "modified_within", "Last modified"),
        appraised: r.ago("appraised_older", "appraised_within", "Last appraisal"),
        kind: r.chosen("kind", "Qualification type"),
        level: r.chosen("level", "Qualification level"),
        created: r.span("created_from", "created_to", "Date created"),
        modified: r.span("modified_from", "modified_to", "Date modified"),
        sort: sort(r),
        per_page: per_page(r),
        // A page number is no field that somebody fills in: a wrong one is the first page.
        page: r.form.value("page").parse().unwrap_or(1),
    }
}

/// Active where nobody asks for another; the button of that takes it away all the same.
fn status(r: &mut Reader<'_>) -> Option<RecordStatus> {
    const EVERY: (&str, &str) = ("status", "all");
    if r.form.value("status").trim().is_empty() {
        let text = format!("Status: {}", RecordStatus::Active.label());
        r.labels.push(Label { text, fields: Vec::new(), instead: Some(EVERY) });
        return Some(RecordStatus::Active);
    }
    let word = r.chosen("status", "Status")?;
    let status = RecordStatus::parse(&word);
    if status.is_none() {
        r.labels.pop();
    } else if let Some(label) = r.labels.last_mut() {
        label.instead = Some(EVERY);
    }
    if status == Some(RecordStatus::Active) {
        r.terms.retain(|term| term.0 != "status");
    }
    status
}

fn sort(r: &mut Reader<'_>) -> Sort {
    let word = r.chosen("sort", "Sorted by");
    let sort = Sort::ALL.into_iter().find(|sort| word.as_deref() == Some(sort.word()));
    usual(r, "sort", sort, Sort::Learner)
}

fn per_page(r: &mut Reader<'_>) -> u64 {
    let rows = r.chosen("per_page", "Records a page").and_then(|text| text.parse().ok());
    usual(r, "per_page", rows, PER_PAGE)
}

/// The usual value is said neither in the address nor by a button.
fn usual<T: PartialEq>(r: &mut Reader<'_>, field: &str, chosen: Option<T>, usual: T) -> T {
    match chosen {
        Some(value) if value != usual => value,
        Some(_) => {
            r.terms.retain(|term| term.0 != field);
            r.labels.pop();
            usual
        }
        None => usual,
    }
}

/// The ticked groups of columns. The form always says `none` too, so that no tick is a choice.
fn shown(form: &Form) -> Vec<Part> {
    if form.contains("show") {
        Part::SHOWN.into_iter().filter(|part| form.has("show", part.word())).collect()
    } else {
        Part::USUAL.into()
    }
}

fn record_ids(text: &str) -> Result<Vec<i64>, &'static str> {
    let numbers: Option<Vec<i64>> = text
        .split([',', ' '])
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().ok().filter(|n| *n > 0))
        .collect();
    numbers
        .filter(|numbers| numbers.len() <= MOST_RECORDS)
        .ok_or("Enter up to 200 record IDs, which are whole numbers, with commas between them")
}

/// The address without one of its filters.
fn without_label(
    terms: &[(&'static str, String)],
    label: &Label,
    kept: &[&str],
) -> Vec<(&'static str, String)> {
    let is_last = kept.iter().all(|field| label.fields.contains(field));
    let stays = |field: &str| match field {
        "search" | "without" => !is_last,
        field => !label.fields.contains(&field),
    };
    let mut left: Vec<_> = terms.iter().filter(|term| stays(term.0)).cloned().collect();
    if !is_last {
        let taken = label.fields.iter().filter(|field| kept.contains(field));
        left.extend(taken.map(|field| ("without", (*field).to_owned())));
    }
    left.extend(label.instead.map(|(field, value)| (field, value.to_owned())));
    left
}

fn address(place: &str, terms: &[(&'static str, String)]) -> String {
    let query: Vec<String> =
        terms.iter().map(|(field, value)| format!("{field}={}", escape(value))).collect();
    if query.is_empty() {
        place.to_owned()
    } else {
        format!("{place}?{}", query.join("&"))
    }
}

impl Wanted {
    /// Whether every field made sense.
    pub fn is_good(&self) -> bool {
        self.form.is_good()
    }

    /// Whether this group of columns is shown.
    pub fn shows(&self, part: Part) -> bool {
        self.show.contains(&part)
    }

    /// The list with these filters; pages are added to it.
    pub fn href(&self) -> String {
        address(ADDRESS, &self.terms)
    }

    /// The same once the kept fields are under an id.
    pub fn href_kept_as(&self, id: &PublicId) -> String {
        let rest = self.terms.iter().filter(|term| !matches!(term.0, "search" | "without")).cloned();
        address(ADDRESS, &rest.chain([("search", id.to_string())]).collect::<Vec<_>>())
    }

    /// What these filters find, as a file with this ending.
    pub fn file_href(&self, ending: &str) -> String {
        let terms: Vec<_> = self.terms.iter().filter(|term| term.0 != "show").cloned().collect();
        address(&format!("{ADDRESS}.{ending}"), &terms)
    }

    /// Whether anything is searched for that must not stand in an address.
    pub fn has_kept(&self) -> bool {
        KEPT.iter().any(|field| !self.form.value(field).is_empty())
    }

    /// The filters in force, the kept ones with what they say: what a saved view keeps.
    pub fn to_keep(&self) -> Vec<(String, String)> {
        let plain = self.terms.iter().filter(|term| !matches!(term.0, "search" | "without"));
        let plain = plain.map(|(field, value)| ((*field).to_owned(), value.clone()));
        let kept = KEPT.iter().filter(|field| !self.form.value(field).is_empty());
        plain
            .chain(kept.map(|field| ((*field).to_owned(), self.form.value(field).to_owned())))
            .collect()
    }
}
