//! The groups of columns that a list of training records can show (PRODUCT.md §4.3).

/// One group. [`Part::SHOWN`] are the tick boxes; the rest is read for files only.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    Attendance,
    Progress,
    Appraisal,
    Contribution,
    Uln,
    Grade,
    Sif,
    Assessment,
    Target,
    /// The comment of the latest appraisal, which is too long for a list.
    Comment,
}

impl Part {
    /// The tick boxes, in their order.
    pub const SHOWN: [Part; 9] = [
        Part::Attendance,
        Part::Progress,
        Part::Appraisal,
        Part::Contribution,
        Part::Uln,
        Part::Grade,
        Part::Sif,
        Part::Assessment,
        Part::Target,
    ];

    /// What a file holds: everything but duty of care.
    pub const FILED: [Part; 7] = [
        Part::Attendance,
        Part::Progress,
        Part::Appraisal,
        Part::Contribution,
        Part::Comment,
        Part::Assessment,
        Part::Target,
    ];

    /// Ticked where nobody has chosen.
    pub const USUAL: [Part; 1] = [Part::Attendance];

    /// The word in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Part::Attendance => "attendance",
            Part::Progress => "progress",
            Part::Appraisal => "appraisal",
            Part::Contribution => "contribution",
            Part::Uln => "uln",
            Part::Grade => "grade",
            Part::Sif => "sif",
            Part::Assessment => "assessment",
            Part::Target => "target",
            Part::Comment => "comment",
        }
    }

    /// Beside the tick box.
    pub fn label(self) -> &'static str {
        match self {
            Part::Attendance => "Attendance",
            Part::Progress => "Progress",
            Part::Appraisal => "Appraisal",
            Part::Contribution => "Contribution",
            Part::Uln => "ULN",
            Part::Grade => "Grade",
            Part::Sif => "SIF",
            Part::Assessment => "Assessment",
            Part::Target => "Target",
            Part::Comment => "Comment",
        }
    }

    /// The box that has this word.
    pub fn parse(word: &str) -> Option<Part> {
        Part::SHOWN.into_iter().find(|part| part.word() == word)
    }
}
