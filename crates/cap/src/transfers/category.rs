//! What a file is about: the product's list (PRODUCT.md §3) until a service changes it, with the days
//! for which files of each category are kept.

use crate::schema::file_category;
use diesel::prelude::*;
use platform::{Ending, Session, Writing};

/// One category.
#[derive(Queryable, Clone, PartialEq, Eq, Debug)]
pub struct Category {
    /// The word in the database and in forms.
    pub word: String,
    /// What people read.
    pub label: String,
    /// Days after its sending at whose end a file is destroyed.
    pub days: i32,
    /// Whether its recipients say who took the file upon them, and what was done.
    pub answered: bool,
    /// Whether it can be chosen; one that can't any more still names old files.
    pub offered: bool,
}

/// Days for which files are kept where the service has not said otherwise.
const DAYS: i32 = 90;

/// The product's own list: word, label, whether files are answered.
const USUAL: [(&str, &str, bool); 12] = [
    ("support-plan", "Learner support plan", false),
    ("ehc-plan", "EHC plan", false),
    ("risk-assessment", "Risk assessment", false),
    ("contact", "Contact information", false),
    ("minutes", "Meeting minutes", false),
    ("social-care", "Social care report", true),
    ("safeguarding", "Safeguarding concern", true),
    ("behaviour-attendance", "Behaviour or attendance concern", false),
    ("financial-audit", "Financial audit", false),
    ("invoice", "Invoice", false),
    ("tracking", "Tracking", false),
    ("other", "Other", false),
];

/// The categories of the reader's service, in their order.
#[derive(Clone, Debug)]
pub struct Categories(pub Vec<Category>);

impl Categories {
    /// As they stand.
    ///
    /// # Errors
    /// A database error, or that nobody is signed in.
    pub fn of(s: &mut Session<'_>) -> Result<Categories, Ending> {
        let partnership = s.actor()?.partnership;
        let own: Vec<Category> = file_category::table
            .filter(file_category::partnership_id.eq(partnership))
            .order((file_category::position, file_category::word))
            .select((
                file_category::word,
                file_category::label,
                file_category::days,
                file_category::answered,
                file_category::offered,
            ))
            .load(s.db())?;
        Ok(if own.is_empty() { Categories::usual() } else { Categories(own) })
    }

    /// The product's own.
    pub fn usual() -> Categories {
        let category = |(word, label, answered): (&str, &str, bool)| Category {
            word: word.to_owned(),
            label: label.to_owned(),
            days: DAYS,
            answered,
            offered: true,
        };
        Categories(USUAL.into_iter().map(category).collect())
    }

    /// The category of this word.
    pub fn find(&self, word: &str) -> Option<&Category> {
        self.0.iter().find(|one| one.word == word)
    }

    /// What people read for a word; empty for a word that is none.
    pub fn label(&self, word: &str) -> &str {
        self.find(word).map_or("", |one| &one.label)
    }

    /// Those that can be chosen, after the choice of none: word and label.
    pub fn options(&self) -> Vec<(String, String)> {
        let offered = self.0.iter().filter(|one| one.offered);
        std::iter::once((String::new(), "Choose a category".to_owned()))
            .chain(offered.map(|one| (one.word.clone(), one.label.clone())))
            .collect()
    }

    /// The category that a sender chose; none for one that is not offered.
    pub fn chosen(&self, word: &str) -> Option<&Category> {
        self.find(word).filter(|one| one.offered)
    }
}

/// Keeps the categories of the writer's service.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn keep(w: &mut Writing<'_>, categories: &Categories) -> Result<(), Ending> {
    let partnership = w.actor()?.partnership;
    let own = file_category::table.filter(file_category::partnership_id.eq(partnership));
    diesel::delete(own).execute(w.db())?;
    for (position, one) in (0_i32..).zip(&categories.0) {
        diesel::insert_into(file_category::table)
            .values((
                file_category::partnership_id.eq(partnership),
                file_category::word.eq(&one.word),
                file_category::position.eq(position),
                file_category::label.eq(&one.label),
                file_category::days.eq(one.days),
                file_category::answered.eq(one.answered),
                file_category::offered.eq(one.offered),
            ))
            .execute(w.db())?;
    }
    Ok(())
}
