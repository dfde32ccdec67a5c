//! What a file is about: the service's list of PRODUCT.md §3.

/// The word in the database and in forms, and what people read.
pub const CATEGORIES: [(&str, &str); 12] = [
    ("support-plan", "Learner support plan"),
    ("ehc-plan", "EHC plan"),
    ("risk-assessment", "Risk assessment"),
    ("contact", "Contact information"),
    ("minutes", "Meeting minutes"),
    ("social-care", "Social care report"),
    ("safeguarding", "Safeguarding concern"),
    ("behaviour-attendance", "Behaviour or attendance concern"),
    ("financial-audit", "Financial audit"),
    ("invoice", "Invoice"),
    ("tracking", "Tracking"),
    ("other", "Other"),
];

/// Those whose recipients say who took the file upon them, and what was done.
pub const ANSWERED: [&str; 2] = ["safeguarding", "social-care"];

/// Whether files of this category are to be answered.
pub fn is_answered(word: &str) -> bool {
    ANSWERED.contains(&word)
}

/// What people read for a word; empty for a word that is none.
pub fn label(word: &str) -> &'static str {
    CATEGORIES.iter().find(|(known, _)| *known == word).map_or("", |(_, label)| label)
}
