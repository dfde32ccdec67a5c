//! What holds of every page, checked on its HTML text.

use std::collections::HashSet;

/// Panics unless the page keeps the content security policy, has one `h1` and one `main`, no
/// id twice, a label for every control, and a target for every link and reference within it.
#[track_caller]
pub fn assert_sound(html: &str) {
    assert!(!html.contains(" style="), "inline style");
    assert!(!html.contains("<style"), "inline stylesheet");
    assert!(!html.contains(" onclick="), "inline handler");
    assert_eq!(
        html.matches("<script ").count(),
        html.matches("<script type=\"module\" src=\"/assets/").count()
    );
    assert!(!html.contains("<script>"), "inline script");
    for tag in ["<h1", "<main", "<title>"] {
        assert_eq!(html.matches(tag).count(), 1, "{tag}");
    }

    let ids = attributes(html, "id");
    let known: HashSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), known.len(), "an id stands twice: {ids:?}");
    let references =
        ["for", "aria-describedby", "aria-labelledby"].map(|name| attributes(html, name)).concat();
    for id in references.iter().flat_map(|ids| ids.split_whitespace()) {
        assert!(known.contains(id), "nothing has the id {id}");
    }
    for target in attributes(html, "href").iter().filter_map(|href| href.strip_prefix('#')) {
        assert!(target.is_empty() || known.contains(target), "#{target} leads nowhere");
    }

    let labelled: HashSet<&str> = attributes(html, "for").into_iter().collect();
    for control in ["<input ", "<select ", "<textarea "].iter().flat_map(|tag| html.split(tag).skip(1)) {
        let control = &control[..control.find('>').expect("every tag ends")];
        let is_hidden = control.contains(r#"type="hidden""#);
        // A mark's radio button stands inside its label.
        let is_inside_label = control.contains("cap-mark__input");
        let is_labelled = attributes(control, "id").iter().any(|id| labelled.contains(id));
        assert!(
            is_hidden || is_inside_label || is_labelled || control.contains("aria-label="),
            "no label: {control}"
        );
    }
}

/// The values of all attributes of this name.
pub fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let opening = format!(r#"{name}=""#);
    html.match_indices(&opening)
        // `for` also ends nothing else, but `id` ends `data-…-id`: an attribute follows white space.
        .filter(|(at, _)| *at == 0 || html[..*at].ends_with(char::is_whitespace))
        .filter_map(|(at, _)| html[at + opening.len()..].split('"').next())
        .collect()
}
