//! The settings that a service has: names, what they mean, and what holds when nobody set them.

use platform::settings::Settings;

/// How a setting is entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One line of text.
    Line,
    /// A colour as `#rrggbb`.
    Colour,
    /// A whole number within bounds.
    Number { least: i64, most: i64 },
}

/// One setting.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    pub name: &'static str,
    pub label: &'static str,
    pub hint: &'static str,
    pub kind: Kind,
    pub default: &'static str,
}

const fn line(name: &'static str, label: &'static str, hint: &'static str, default: &'static str) -> Setting {
    Setting { name, label, hint, kind: Kind::Line, default }
}

const fn number(
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    least: i64,
    most: i64,
    default: &'static str,
) -> Setting {
    Setting {
        name,
        label,
        hint,
        kind: Kind::Number { least, most },
        default,
    }
}

/// Every setting, in the order of the settings page.
pub const ALL: &[Setting] = &[
    line(
        "service_name",
        "Service name",
        "Stands at the top of every page and signs every mail",
        "Alternative Provision",
    ),
    line("authority_name", "Local authority", "", "Local authority"),
    line("contact_email", "Contact e-mail", "Where users write for help", ""),
    line("contact_phone", "Contact telephone", "Where users ring for help", ""),
    Setting {
        name: "brand_colour",
        label: "Colour",
        hint: "Of the header, as #rrggbb. White text must be readable on it",
        kind: Kind::Colour,
        default: "#12436d",
    },
    number("idle_minutes", "Sign out after minutes without use", "From 5 to 240", 5, 240, "60"),
    number("session_hours", "Sign out after hours in any case", "From 1 to 24", 1, 24, "12"),
    number(
        "provider_details_grace_days",
        "Days that a provider keeps contacts and duty of care after a placement ends",
        "From 0 to 90",
        0,
        90,
        "0",
    ),
    number(
        "provider_records_grace_months",
        "Months that a provider keeps its own registers, notes and progress after that",
        "From 0 to 24",
        0,
        24,
        "6",
    ),
    number(
        "absence_clock_school_days",
        "School days in which an absence is to be decided",
        "The national rule is 5",
        1,
        20,
        "5",
    ),
];

/// The setting of this name.
pub fn find(name: &str) -> Option<&'static Setting> {
    ALL.iter().find(|setting| setting.name == name)
}

/// The value in force: what was set, else the default.
///
/// # Panics
/// When the program asks for a setting that is not in [`ALL`], which a test of every page finds.
pub fn text<'s>(settings: &'s Settings, name: &str) -> &'s str {
    settings
        .get(name)
        .unwrap_or_else(|| find(name).expect("every setting that is asked for stands in the list").default)
}

/// As [`text`], for numbers.
pub fn whole(settings: &Settings, name: &str) -> i64 {
    text(settings, name)
        .parse()
        .ok()
        .or_else(|| find(name)?.default.parse().ok())
        .unwrap_or_default()
}

/// Whether white text can be read on this colour: a contrast of 4.5 : 1 or more (WCAG 2.2, 1.4.3).
pub fn takes_white_text(colour: &str) -> bool {
    let Some(hex) = colour.strip_prefix('#').filter(|h| h.len() == 6 && h.is_ascii()) else {
        return false;
    };
    let channel = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).ok().map(|v| f64::from(v) / 255.0);
    let linear = |v: f64| {
        if v <= 0.040_45 {
            v / 12.92
        } else {
            ((v + 0.055) / 1.055).powf(2.4)
        }
    };
    match (channel(0), channel(2), channel(4)) {
        (Some(r), Some(g), Some(b)) => {
            1.05 / (0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b) + 0.05) >= 4.5
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_is_a_value_that_the_page_would_take() {
        for setting in ALL {
            match setting.kind {
                Kind::Line => {}
                Kind::Colour => assert!(takes_white_text(setting.default), "{}", setting.name),
                Kind::Number { least, most } => {
                    assert!((least..=most).contains(&setting.default.parse().unwrap()), "{}", setting.name)
                }
            }
        }
    }

    #[test]
    fn white_on_yellow_is_refused_and_white_on_blue_is_not() {
        assert!(takes_white_text("#1d70b8"));
        assert!(!takes_white_text("#ffdd00"));
        assert!(!takes_white_text("blue") && !takes_white_text("#12345") && !takes_white_text("#gggggg"));
    }
}
