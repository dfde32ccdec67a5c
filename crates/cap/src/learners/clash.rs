//! Two people changed the same thing: what stands there now beside what was typed.

use platform::Form;

/// One field in which the two differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub label: String,
    pub now: String,
    pub typed: String,
}

/// The fields in which what stands there now differs from what was typed.
pub fn between(fields: &[(impl AsRef<str>, impl AsRef<str>)], now: &Form, typed: &Form) -> Vec<Difference> {
    let said = |text: &str| if text.is_empty() { "nothing" } else { text }.to_owned();
    fields
        .iter()
        .map(|(name, label)| (name.as_ref(), label.as_ref()))
        .filter(|(name, _)| now.value(name).trim() != typed.value(name).trim())
        .map(|(name, label)| Difference {
            label: label.to_owned(),
            now: said(now.value(name)),
            typed: said(typed.value(name)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_shown() {
        let fields = [("a", "A"), ("b", "B"), ("c", "C")];
        let now = Form::empty().with("a", "1").with("b", "2");
        let typed = Form::empty().with("a", "1 ").with("c", "3");
        let of = |label: &str, now: &str, typed: &str| Difference {
            label: label.to_owned(),
            now: now.to_owned(),
            typed: typed.to_owned(),
        };
        assert_eq!(between(&fields, &now, &typed), [of("B", "2", "nothing"), of("C", "nothing", "3")]);
    }
}
