//! What each component shows, seen in the example pages.

use crate::{
    examples::{ExampleForm, STATUSES, form_page, list_page, refused_form, register_page},
    page_checks::attributes,
    shown,
};

#[track_caller]
fn assert_holds(html: &str, parts: &[&str]) {
    for part in parts {
        assert!(html.contains(part), "not found: {part}");
    }
}

#[test]
fn a_refused_form_keeps_what_was_typed_and_ties_each_message_to_its_field() {
    let html = shown("form", &form_page(refused_form()));
    assert_holds(
        &html,
        &[
            r##"<a href="#username">Enter your username</a>"##,
            r##"<a href="#kind">Choose a kind</a>"##,
            r#"aria-describedby="username-hint username-error""#,
            r#"<fieldset class="govuk-fieldset" aria-describedby="kind-error">"#,
            r#"value="t.ryder&#34;&#62;&#60;script&#62;""#,
            r#"<option value="b" selected>Motor vehicle &#60;2&#62;</option>"#,
            r#"id="kind-2" name="kind" type="radio" value="provider" checked"#,
            "First line</textarea>",
            r#"<span class="govuk-visually-hidden">Error:</span> Choose a kind"#,
        ],
    );
    assert!(!html.contains("secret"), "a password is never sent back");
    assert_eq!(html.matches(r#"type="checkbox" value"#).count(), 3);
    assert_eq!(html.matches("govuk-form-group--error").count(), 2);
}

#[test]
fn a_fresh_form_shows_no_error_and_describes_only_what_has_a_hint() {
    let html = shown("fresh-form", &form_page(ExampleForm::default()));
    assert!(!html.contains("govuk-error-summary") && !html.contains("--error"));
    assert_eq!(attributes(&html, "aria-describedby").len(), 4, "username, first day, days, note");
}

#[test]
fn a_visitor_is_offered_to_sign_in_and_has_no_menu() {
    let html = shown("fresh-form", &form_page(ExampleForm::default()));
    assert_holds(
        &html,
        &[
            "<title>Sign in – Brightwater Alternative Provision</title>",
            r#"href="/sign-in">Sign in</a>"#,
        ],
    );
    assert!(!html.contains("/sign-out") && !html.contains("data-menu"));
}

#[test]
fn a_signed_in_person_sees_menu_switcher_message_and_the_way_out() {
    let html = shown("list", &list_page());
    assert_holds(
        &html,
        &[
            "<strong>Tess Ryder</strong> <span>Tutor, Riverside</span>",
            r#"<option value="riverside" selected>Riverside</option>"#,
            r#"action="/sign-out" method="post""#,
            r#"aria-current="page">Registers"#,
            r#"<span class="cap-count">12</span>"#,
            r#"class="govuk-notification-banner govuk-notification-banner--success cap-banner" role="alert""#,
            r#"<form action="/clm/absences/undo" method="post">"#,
            r##"<a href="#main-content" class="govuk-skip-link""##,
        ],
    );
}

#[test]
fn every_posting_form_has_the_token_and_a_key_of_its_own() {
    let html = shown("list", &list_page());
    assert_eq!(html.matches(r#"method="post""#).count(), 4);
    assert_eq!(html.matches(r#"name="csrf" value="token""#).count(), 4);
    for key in ["key-1", "key-2", "key-3", "key-4"] {
        assert_eq!(html.matches(&format!(r#"name="form_key" value="{key}""#)).count(), 1, "{key}");
    }
}

#[test]
fn a_single_organisation_needs_no_switcher() {
    let mut page = list_page();
    page.frame.organisations.truncate(1);
    assert!(!shown("single", &page).contains("/account/organisation"));
}

#[test]
fn a_list_shows_its_filters_order_and_place() {
    let html = shown("list", &list_page());
    assert_holds(
        &html,
        &[
            r#"<a class="cap-active-filter" href="/clm/registers?group=A">"#,
            r#"aria-sort="ascending"><a class="cap-sort__link" href="?sort=date">Date and period"#,
            "Page 3 of 9: 41 to 60 of 170",
            r#"href="/clm/registers?show=overdue&#38;page=4" rel="next""#,
            r#"aria-label="Page 3" aria-current="page""#,
            r#"<details class="cap-filters__panel" open>"#,
            "9 of 15 marked",
            "No unprocessed absences",
        ],
    );
    assert_eq!(html.matches("aria-sort").count(), 1);
}

#[test]
fn every_mark_and_state_has_a_word_and_a_sign() {
    let html = shown("list", &list_page());
    for (status, word) in STATUSES {
        let shown = format!(
            r#"<span class="cap-mark-shown cap-mark--{status}"><span class="cap-mark__sign" aria-hidden="true">"#
        );
        let after = html.split(&shown).nth(1).unwrap_or_else(|| panic!("{status} is not shown"));
        assert!(!after.starts_with('<'), "{status} has no sign");
        assert!(after.contains(&format!("</span> {word}</span>")), "{status} has no word");
    }
    assert_holds(
        &html,
        &[
            "✓</span> Completed",
            "!</span> Overdue",
            "◐</span> In progress",
            "○</span> Future",
        ],
    );
}

#[test]
fn a_register_keeps_the_contract_of_its_script() {
    let html = shown("register", &register_page());
    assert_holds(
        &html,
        &[
            r#"/assets/js/register.js?v="#,
            r#"<tr data-row="r1">"#,
            r#"name="status-r1" value="present" checked"#,
            r#"name="was-status-r2" value="""#,
            r#"<option value="1" selected>+1 above standard</option>"#,
            r#"data-step="-1" hidden"#,
            r#"data-mark-rest hidden"#,
        ],
    );
    assert_eq!(html.matches(r#"type="radio""#).count(), 18);
    assert_eq!(html.matches(" checked").count(), 1);
}
