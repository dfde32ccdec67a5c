//! A progress report as it is typed: section 1, and four fields for each unit.

use super::{
    UnitStatus,
    appraisal::{Appraisal, Aptitude, Effort},
    draft::{Content, Draft},
    tree::Node,
    units::Progress,
};
use crate::learners::clash::{self, Difference};
use platform::{Form, form::TEXT};

/// Longest grade, in characters.
pub(super) const GRADE: usize = 40;

/// The names of one unit's fields.
#[derive(Clone, Debug)]
pub(super) struct Names {
    /// Ticked: the unit counts.
    pub(super) counts: String,
    pub(super) status: String,
    pub(super) grade: String,
    pub(super) comment: String,
}

impl Names {
    /// Of a unit.
    pub(super) fn of(unit: &Node) -> Names {
        let name = |field: &str| format!("{field}-{}", unit.public_id);
        Names {
            counts: name("counts"),
            status: name("status"),
            grade: name("grade"),
            comment: name("comment"),
        }
    }

    /// All four.
    pub(super) fn all(&self) -> [&str; 4] {
        [&self.counts, &self.status, &self.grade, &self.comment]
    }
}

/// Reads what was typed; `None` when a field is refused. Units that the form does not have stay as the
/// draft says.
pub(super) fn read(form: &mut Form, draft: &Draft) -> Option<Content> {
    let stands = &draft.content().appraisal;
    let appraisal = Appraisal {
        aptitude: form
            .parsed("aptitude", |letter| Aptitude::parse(letter).ok_or("Choose an aptitude from A to E")),
        effort: form.parsed("effort", |number| {
            number.parse().ok().and_then(Effort::new).ok_or("Choose an effort from 1 to 5")
        }),
        comment: form.text("comment", TEXT),
        target_grade: grade(form, "target_grade", draft.grades(), &stands.target_grade),
        predicted_grade: grade(form, "predicted_grade", draft.grades(), &stands.predicted_grade),
    };
    let mut units = draft.content().units.clone();
    for unit in draft.units() {
        let names = Names::of(unit);
        if !form.contains(&names.status) {
            continue;
        }
        let status =
            form.parsed(&names.status, |word| UnitStatus::parse(word).ok_or("Choose one of the states"));
        let progress = Progress {
            left_out: !form.ticked(&names.counts),
            status: status.unwrap_or(UnitStatus::NotStarted),
            predicted_grade: form.text(&names.grade, GRADE),
            comment: form.text(&names.comment, TEXT),
        };
        units.insert(unit.key, progress);
    }
    form.is_good().then_some(Content { appraisal, units })
}

/// A grade of the whole: one of the qualification's, or (where it has none) any words. The one that
/// stands there is taken again even if the qualification has lost it.
pub(super) fn grade(form: &mut Form, name: &str, grades: &[String], stands: &str) -> String {
    let typed = form.text(name, GRADE);
    let known = grades.is_empty() || typed.is_empty() || typed == stands || grades.contains(&typed);
    if !known {
        form.refuse(name, "Choose one of the qualification's grades");
    }
    typed
}

/// The choices of a grade of the whole, with the one that stands there.
pub(super) fn grade_options(grades: &[String], stands: &str) -> Vec<(String, String)> {
    let none = (String::new(), "None yet".to_owned());
    let gone = Some(stands.to_owned()).filter(|stands| !stands.is_empty() && !grades.contains(stands));
    let all = grades.iter().cloned().chain(gone);
    std::iter::once(none).chain(all.map(|grade| (grade.clone(), grade))).collect()
}

/// What a report must have to be published.
pub(super) fn refuse_incomplete(form: &mut Form, content: &Content) {
    if content.appraisal.aptitude.is_none() {
        form.refuse("aptitude", "Choose the aptitude before you publish");
    }
    if content.appraisal.effort.is_none() {
        form.refuse("effort", "Choose the effort before you publish");
    }
}

/// The form with this in it.
pub(super) fn fill(draft: &Draft, content: &Content) -> Form {
    let says = &content.appraisal;
    let mut fields = vec![
        ("aptitude".to_owned(), says.aptitude.map_or("", Aptitude::letter).to_owned()),
        (
            "effort".to_owned(),
            says.effort.map_or_else(String::new, |effort| effort.number().to_string()),
        ),
        ("comment".to_owned(), says.comment.clone()),
        ("target_grade".to_owned(), says.target_grade.clone()),
        ("predicted_grade".to_owned(), says.predicted_grade.clone()),
    ];
    for unit in draft.units() {
        let progress = content.units.get(&unit.key).cloned().unwrap_or_default();
        let names = Names::of(unit);
        if !progress.left_out {
            fields.push((names.counts, "yes".to_owned()));
        }
        fields.push((names.status, progress.status.word().to_owned()));
        fields.push((names.grade, progress.predicted_grade));
        fields.push((names.comment, progress.comment));
    }
    Form::of(fields)
}

/// Where the draft differs from what was typed.
pub(super) fn differences(draft: &Draft, typed: &Content) -> Vec<Difference> {
    let mut fields: Vec<(String, String)> = [
        ("aptitude", "Aptitude"),
        ("effort", "Effort"),
        ("comment", "Comment"),
        ("target_grade", "Target grade"),
        ("predicted_grade", "Predicted grade"),
    ]
    .map(|(name, label)| (name.to_owned(), label.to_owned()))
    .into();
    for unit in draft.units() {
        let (names, title) = (Names::of(unit), unit.name());
        fields.push((names.counts, format!("{title}: counted")));
        fields.push((names.status, format!("{title}: progress")));
        fields.push((names.grade, format!("{title}: predicted grade")));
        fields.push((names.comment, format!("{title}: comment")));
    }
    clash::between(&fields, &said(fill(draft, draft.content())), &said(fill(draft, typed)))
}

/// The same with the words that stand on the page in the place of those in forms.
fn said(form: Form) -> Form {
    let say = |(name, value): &(String, String)| {
        let status = UnitStatus::parse(value).filter(|_| name.starts_with("status-"));
        (name.clone(), status.map_or_else(|| value.clone(), |status| status.label().to_owned()))
    };
    Form::of(form.fields().iter().map(say).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grades() -> Vec<String> {
        ["Distinction", "Merit", "Pass"].map(str::to_owned).into()
    }

    #[test]
    fn a_grade_is_one_of_the_qualification_s_or_free_where_it_has_none() {
        for (typed, grades, stands, is_good) in [
            ("Merit", grades(), "", true),
            ("", grades(), "", true),
            ("4", grades(), "", false),
            ("4", grades(), "4", true),
            ("Working towards", vec![], "", true),
        ] {
            let mut form = Form::empty().with("g", typed);
            assert_eq!(grade(&mut form, "g", &grades, stands), typed);
            assert_eq!(form.is_good(), is_good, "{typed} of {grades:?} after {stands}");
        }
        let options = grade_options(&grades(), "4");
        let values: Vec<&str> = options.iter().map(|(value, _)| value.as_str()).collect();
        assert_eq!(values, ["", "Distinction", "Merit", "Pass", "4"]);
        assert_eq!(grade_options(&grades(), "Pass").len(), 4);
    }

    #[test]
    fn aptitude_and_effort_are_asked_for_only_when_it_is_published() {
        let mut form = Form::empty();
        refuse_incomplete(&mut form, &Content::default());
        assert!(form.problem("aptitude").is_some() && form.problem("effort").is_some());
    }
}
