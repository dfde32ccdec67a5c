//! Categories of files: their names, how long files are kept, which are answered.

use super::category::{self, Categories, Category};
use crate::{
    accounts::deeds::ManageSettings,
    shell::{self, Frame},
};
use askama::Template;
use platform::{
    Answer, Ending, Form, Permit, Reading, Recorded, Session, Writing,
    form::LINE,
    ids::PublicId,
    web::{Flash, refused},
};

const PAGE: &str = "/admin/file-categories";
/// The line of the form in which a new category is entered.
const NEW: &str = "new";

#[derive(Template)]
#[template(path = "transfers/views/file_categories.html")]
struct CategoriesPage {
    frame: Frame,
    form: Form,
    /// The words of the lines, the new one last.
    words: Vec<String>,
}

impl CategoriesPage {
    /// How a line is named to those who can't see the table.
    fn name(&self, word: &str) -> String {
        match self.form.value(&format!("label-{word}")) {
            "" => "the new category".to_owned(),
            label => label.to_owned(),
        }
    }
}

fn page(s: &Session<'_>, categories: &Categories, form: Form) -> CategoriesPage {
    let words = categories.0.iter().map(|one| one.word.clone()).chain([NEW.to_owned()]).collect();
    CategoriesPage {
        frame: shell::frame(s, "Categories of files"),
        form,
        words,
    }
}

/// `GET /admin/file-categories`
pub fn categories_page(_permit: Permit<ManageSettings>, r: &mut Reading<'_>) -> Result<Answer, Ending> {
    let categories = Categories::of(r)?;
    let mut form = Form::empty().with(&format!("days-{NEW}"), 90).with(&format!("offered-{NEW}"), "yes");
    for one in &categories.0 {
        form = form
            .with(&format!("label-{}", one.word), &one.label)
            .with(&format!("days-{}", one.word), one.days);
        for (tick, is_set) in [("answered", one.answered), ("offered", one.offered)] {
            if is_set {
                form = form.with(&format!("{tick}-{}", one.word), "yes");
            }
        }
    }
    Answer::page(&page(r, &categories, form))
}

/// `POST /admin/file-categories`
pub fn change_categories(
    _permit: Permit<ManageSettings>,
    w: &mut Writing<'_>,
    mut form: Form,
) -> Result<Recorded<Answer>, Ending> {
    let before = Categories::of(w)?;
    let mut lines: Vec<Category> = Vec::with_capacity(before.0.len() + 1);
    for one in &before.0 {
        if let Some(line) = line(&mut form, &one.word, &one.word) {
            lines.push(line);
        }
    }
    if !form.value(&format!("label-{NEW}")).trim().is_empty() {
        let word = PublicId::random().to_string();
        lines.extend(line(&mut form, NEW, &word));
    }
    if form.is_good() && !lines.iter().any(|one| one.offered) {
        form.refuse(&format!("offered-{NEW}"), "Leave at least one category that can be chosen");
    }
    if !form.is_good() {
        return Err(refused(&page(w, &before, form)));
    }
    category::keep(w, &Categories(lines))?;
    let told = Flash::success(
        "The categories are saved",
        "They hold for files that are sent from now on. Files sent before keep their own days.",
    );
    Ok(w.event("file-categories.changed").then(Answer::see_other(PAGE).telling(told)))
}

/// One line of the form, whose fields end in `typed`; none when something is wrong with it.
fn line(form: &mut Form, typed: &str, word: &str) -> Option<Category> {
    let label = form.required(&format!("label-{typed}"), LINE, "Enter the category’s name");
    let field = format!("days-{typed}");
    let days = form.number(&field, 1, 3650);
    if days.is_none() && form.problem(&field).is_none() {
        form.refuse(&field, "Enter days from 1 to 3,650");
    }
    let (answered, offered) =
        (form.ticked(&format!("answered-{typed}")), form.ticked(&format!("offered-{typed}")));
    Some(Category {
        word: word.to_owned(),
        label: Some(label).filter(|label| !label.is_empty())?,
        days: i32::try_from(days?).ok()?,
        answered,
        offered,
    })
}
