//! How a person names what is on a page, as XPath: by visible text and by label.

/// Links, buttons and the like that are called `text`.
pub fn clickable(text: &str) -> String {
    let called = called(text);
    let value = literal(text);
    format!(
        ".//*[self::a[@href] or self::button or self::summary or @role='button' or @role='link' \
         or @role='tab' or @role='menuitem'][{called}] \
         | .//input[(@type='submit' or @type='button') and @value={value}]"
    )
}

/// Fields with the label `label`; `kind` narrows them by a further XPath predicate.
pub fn field(label: &str, kind: &str) -> String {
    let called = called(label);
    let name = literal(label);
    format!(
        ".//*[self::input or self::textarea or self::select][{kind}]\
         [@id=//label[{called}]/@for or ancestor::label[{called}] or @aria-label={name} \
         or @aria-labelledby=//*[{called}]/@id]"
    )
}

/// What one fills by typing.
pub const TYPED: &str = "not(@type='radio' or @type='checkbox' or @type='hidden')";
/// What one ticks or chooses.
pub const TICKED: &str = "@type='radio' or @type='checkbox'";

/// The smallest row, list item or group of fields in which `text` stands.
pub fn row(text: &str) -> String {
    let kinds = "self::tr or self::li or self::fieldset or self::article or @role='row' \
                 or contains(concat(' ', @class, ' '), ' govuk-summary-list__row ')";
    let holds = format!("contains(normalize-space(.), {})", literal(&squeeze(text)));
    format!(".//*[{kinds}][{holds}][not(.//*[{kinds}][{holds}])]")
}

/// Text with each run of white space as one space, as a reader sees it.
pub fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Holds for an element whose whole text is `text`, or whose text begins with it before an
/// element that only screen readers show (`Edit<span> register of 9:15</span>`), or that has it
/// beside a sign or a number (`<span>✓</span> <span>Present</span>`).
fn called(text: &str) -> String {
    let text = literal(&squeeze(text));
    format!(
        "(normalize-space(.)={text} or normalize-space(text())={text} or @aria-label={text} \
         or .//span[not(*)][normalize-space(.)={text}])"
    )
}

/// An XPath string; XPath knows no escapes, so a text with both quotes is put together.
fn literal(text: &str) -> String {
    if !text.contains('"') {
        format!("\"{text}\"")
    } else if !text.contains('\'') {
        format!("'{text}'")
    } else {
        format!("concat(\"{}\")", text.replace('"', "\", '\"', \""))
    }
}
