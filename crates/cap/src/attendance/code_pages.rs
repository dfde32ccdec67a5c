//! Attendance codes: the dated table of the national codes, kept by an administrator.

use super::{
    code_table::{self, Certainty, Code, Codes, Meaning},
    codes::Category,
};
use crate::{
    accounts::deeds::ManageSettings,
    shell::{self, Frame},
};
use askama::Template;
use chrono::NaiveDate;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing, clock,
    form::LINE,
    problem::OrMissing,
    web::{Flash, Ids, refused},
};

#[derive(Template)]
#[template(path = "attendance/views/attendance_codes.html")]
struct CodesPage {
    frame: Frame,
    form: Form,
    rows: Vec<Row>,
    categories: Vec<(&'static str, &'static str)>,
    certainties: Vec<(&'static str, &'static str)>,
}

struct Row {
    id: String,
    code: String,
    name: String,
    category: &'static str,
    from: String,
    to: String,
    certainty: &'static str,
    source: String,
}

#[derive(Template)]
#[template(path = "attendance/views/attendance_code.html")]
struct CodePage {
    frame: Frame,
    form: Form,
    id: String,
    code: String,
    categories: Vec<(&'static str, &'static str)>,
    certainties: Vec<(&'static str, &'static str)>,
}

fn categories() -> Vec<(&'static str, &'static str)> {
    Category::ALL.map(|category| (category.word(), category.label())).to_vec()
}

fn certainties() -> Vec<(&'static str, &'static str)> {
    Certainty::ALL.map(|certainty| (certainty.word(), certainty.label())).to_vec()
}

/// `GET /admin/attendance-codes`
pub fn codes_page(_permit: Permit<ManageSettings>, r: &mut Reading<'_>) -> Result<Answer, Ending> {
    let form = Form::empty()
        .with("category", Category::Aa.word())
        .with("certainty", Certainty::Unconfirmed.word());
    Answer::page(&list(r, form)?)
}

fn list(s: &mut Session<'_>, form: Form) -> Result<CodesPage, Ending> {
    let day = |day: Option<NaiveDate>, none: &str| day.map_or(none.to_owned(), clock::short_date);
    let row = |code: &Code| Row {
        id: code.public_id.to_string(),
        code: code.code.clone(),
        name: code.meaning.name.clone(),
        category: code.meaning.category.label(),
        from: day(code.meaning.valid_from, "always"),
        to: day(code.meaning.valid_to, "in use"),
        certainty: code.meaning.certainty.label(),
        source: code.meaning.source.clone(),
    };
    let codes = Codes::load(s)?;
    Ok(CodesPage {
        frame: framed(s, "Attendance codes"),
        form,
        rows: codes.all().iter().map(row).collect(),
        categories: categories(),
        certainties: certainties(),
    })
}

fn framed(s: &Session<'_>, title: &str) -> Frame {
    let mut frame = shell::frame(s, title);
    frame.crumbs = vec![shell::crumb("Home", "/clm")];
    frame
}

/// `POST /admin/attendance-codes`
pub fn add_code(
    _permit: Permit<ManageSettings>,
    w: &mut Writing<'_>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let code = form.required("code", 3, "Enter the code").to_uppercase();
    if code.chars().any(char::is_whitespace) {
        form.refuse("code", "Enter a code without spaces");
    }
    let meaning = read(&mut form);
    let codes = Codes::load(w)?;
    let meaning = meaning.filter(|meaning| is_free(&codes, &code, meaning, None, &mut form));
    let Some(meaning) = meaning.filter(|_| form.is_good()) else {
        return Err(refused(&list(w, form)?));
    };
    let key = code_table::add(w, &code, &meaning)?;
    let told = Flash::success(
        format!("Code {code} is added"),
        "Schools can choose it for lessons from its first day on.",
    );
    let event = w.event("attendance-code.added").about("attendance_code", key.0).with("code", code);
    Ok(event.then(Answer::see_other("/admin/attendance-codes").telling(told)))
}

/// `GET /admin/attendance-codes/{code}`
pub fn code_page(
    _permit: Permit<ManageSettings>,
    r: &mut Reading<'_>,
    Ids([id]): Ids<1>,
) -> Result<Answer, Ending> {
    let codes = Codes::load(r)?;
    let code = codes.row(&id).or_missing()?;
    let day = |day: Option<NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
    let meaning = &code.meaning;
    let form = Form::empty()
        .with("name", &meaning.name)
        .with("category", meaning.category.word())
        .with("from", day(meaning.valid_from))
        .with("to", day(meaning.valid_to))
        .with("source", &meaning.source)
        .with("certainty", meaning.certainty.word())
        .with("version", code.version);
    Answer::page(&one(r, code, form))
}

fn one(s: &Session<'_>, code: &Code, form: Form) -> CodePage {
    let mut frame = framed(s, "Change an attendance code");
    frame.crumbs.push(shell::crumb("Attendance codes", "/admin/attendance-codes"));
    CodePage {
        frame,
        form,
        id: code.public_id.to_string(),
        code: code.code.clone(),
        categories: categories(),
        certainties: certainties(),
    }
}

/// `POST /admin/attendance-codes/{code}`
pub fn change_code(
    _permit: Permit<ManageSettings>,
    w: &mut Writing<'_>,
    Ids([id]): Ids<1>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let codes = Codes::load(w)?;
    let code = codes.row(&id).or_missing()?;
    let version = form.number("version", 0, i64::from(i32::MAX)).and_then(|n| i32::try_from(n).ok());
    let version = version.ok_or(Ending::Unreadable("The form does not say which version it changes."))?;
    let meaning = read(&mut form);
    let meaning = meaning.filter(|meaning| is_free(&codes, &code.code, meaning, Some(code), &mut form));
    let Some(meaning) = meaning.filter(|_| form.is_good()) else {
        return Err(refused(&one(w, code, form)));
    };
    code.change(w, version, &meaning)?;
    let told = Flash::success(
        format!("Code {} is changed", code.code),
        "Registers are read by it from now on. What schools have entered stays as it is.",
    );
    let event = w
        .event("attendance-code.changed")
        .about("attendance_code", code.key().0)
        .with("code", code.code.clone());
    Ok(event.then(Answer::see_other("/admin/attendance-codes").telling(told)))
}

/// What the form says of a code; `None` when something is wrong.
fn read(form: &mut Form) -> Option<Meaning> {
    let name = form.required("name", LINE, "Enter what the code says");
    let category = Category::parse(&form.text("category", LINE));
    if category.is_none() {
        form.refuse("category", "Choose what the code counts as");
    }
    let certainty = Certainty::parse(&form.text("certainty", LINE));
    if certainty.is_none() {
        form.refuse("certainty", "Choose how sure this is");
    }
    let (valid_from, valid_to) = (form.date("from"), form.date("to"));
    if let (Some(from), Some(to)) = (valid_from, valid_to)
        && to < from
    {
        form.refuse("to", "Enter a last day that is not before the first day");
    }
    let source = form.text("source", LINE);
    let (category, certainty) = (category?, certainty?);
    form.is_good().then_some(Meaning {
        name,
        category,
        valid_from,
        valid_to,
        source,
        certainty,
    })
}

/// Whether the code would have one meaning at a time; else a sentence beside the first day.
fn is_free(codes: &Codes, code: &str, meaning: &Meaning, changing: Option<&Code>, form: &mut Form) -> bool {
    match codes.clash(code, meaning, changing.map(|code| &code.public_id)) {
        None => true,
        Some(other) => {
            let name = &other.meaning.name;
            form.refuse(
                "from",
                format!(
                    "On some of these days {code} means something else already: {name}. End that one first"
                ),
            );
            false
        }
    }
}
