//! What the administration's forms share: two people at one record, and two forms on one page.

use platform::{Ending, Form};

/// A field that somebody else has changed in the meantime, as it stands now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    pub label: &'static str,
    pub now: String,
}

/// The fields that differ, and the typed form with the version that stands now, so that saving it
/// again means it.
pub fn compare(typed: Form, now: &Form, labels: &[(&str, &'static str)]) -> (Form, Vec<Clash>) {
    let same = |a: &str, b: &str| a.trim().replace("\r\n", "\n") == b.trim();
    let clashes = labels
        .iter()
        .filter(|(name, _)| !same(typed.value(name), now.value(name)))
        .map(|(name, label)| Clash { label, now: now.value(name).to_owned() })
        .collect();
    (typed.with("version", now.value("version")), clashes)
}

/// The page's other form as it stands, with these fields as they were just typed, and what is wrong
/// with them.
pub fn beside(filled: Form, typed: &Form, names: &[&str]) -> Form {
    let mut form = names.iter().fold(filled, |form, name| form.with(name, typed.value(name)));
    for problem in typed.problems() {
        form.refuse(&problem.field, problem.message.as_str());
    }
    form
}

/// The version of the record that the form was made from.
///
/// # Errors
/// That the form has none: it was not made by our page.
pub fn version(form: &Form) -> Result<i32, Ending> {
    form.value("version")
        .parse()
        .map_err(|_| Ending::Unreadable("The form does not say which version of the record it changes."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_stays_and_what_the_other_saved_stands_beside_it() {
        let typed = Form::empty().with("name", "Mine").with("email", "a@b.example").with("version", 1);
        let now = Form::empty().with("name", "Theirs").with("email", "a@b.example").with("version", 2);
        let (form, clashes) = compare(typed, &now, &[("name", "Name"), ("email", "E-mail")]);
        assert_eq!((form.value("name"), form.value("version")), ("Mine", "2"));
        assert_eq!(clashes, [Clash { label: "Name", now: "Theirs".to_owned() }]);
    }

    #[test]
    fn a_refused_form_leaves_the_other_one_of_its_page_as_it_stands() {
        let mut typed = Form::empty().with("role", "cook");
        typed.refuse("role", "Choose a role");
        let form = beside(Form::empty().with("name", "Ada"), &typed, &["role"]);
        assert_eq!((form.value("name"), form.value("role")), ("Ada", "cook"));
        assert_eq!(form.problem("role"), Some("Choose a role"));
    }
}
