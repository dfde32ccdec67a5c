//! The settings that a service has: names, what they mean, and what holds when nobody set them.

use crate::schema::partnership;
use diesel::prelude::*;
use platform::{
    Ending, Session, Writing,
    ids::PartnershipKey,
    settings::{Settings, put},
};

/// How a setting is entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One line of text.
    Line,
    /// A colour as `#rrggbb`.
    Colour,
    /// A whole number within bounds.
    Number { least: i64, most: i64 },
    /// Short words with commas between them.
    List,
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
    number(
        "chase_hours",
        "Hours after which others are told that nobody has looked at a safeguarding file",
        "From 1 to 336",
        1,
        336,
        "24",
    ),
    number(
        "largest_file_mb",
        "Largest file that can be sent, in megabytes",
        "From 1 to 20,000",
        1,
        20_000,
        "2000",
    ),
    Setting {
        name: "assessment_levels",
        label: "Levels of assessments",
        hint: "What Manage Assessment offers, with commas between them, the lowest first",
        kind: Kind::List,
        default: "Entry 1, Entry 2, Entry 3, Level 1, Level 2, Level 3",
    },
];

/// Longest list, in characters.
const LIST: usize = 1_000;
/// Longest word of a list, in characters.
const LIST_WORD: usize = 40;

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

/// As [`text`], for lists: each word once, in the order in which they were typed.
pub fn list(settings: &Settings, name: &str) -> Vec<String> {
    words(text(settings, name))
}

fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        if !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
    }
    words
}

/// A value as typed, in the form in which it is kept.
///
/// # Errors
/// The sentence for its field.
pub fn parse(setting: &Setting, typed: &str) -> Result<String, String> {
    let text = typed.trim();
    match setting.kind {
        Kind::Line if text.is_empty() && !setting.default.is_empty() => Err("Enter a value".to_owned()),
        Kind::Line if text.chars().count() > 200 => Err("Use 200 characters or fewer".to_owned()),
        Kind::Line if text.chars().any(char::is_control) => Err("Enter one line of text".to_owned()),
        Kind::Line if setting.name == "contact_email" && !text.is_empty() => {
            super::identifiers::Email::parse(text)
                .map(|email| email.to_string())
                .map_err(str::to_owned)
        }
        Kind::Line => Ok(text.to_owned()),
        Kind::Colour if takes_white_text(text) => Ok(text.to_ascii_lowercase()),
        Kind::Colour => Err("Enter a colour like #12436d, dark enough for white text".to_owned()),
        Kind::Number { least, most } => text
            .parse::<i64>()
            .ok()
            .filter(|n| (least..=most).contains(n))
            .map(|n| n.to_string())
            .ok_or_else(|| format!("Enter a whole number from {least} to {most}")),
        Kind::List if text.chars().count() > LIST => Err(format!("Use {LIST} characters or fewer")),
        Kind::List if text.chars().any(char::is_control) => Err("Enter one line of text".to_owned()),
        Kind::List => {
            let words = words(text);
            match words.iter().find(|word| word.chars().count() > LIST_WORD) {
                Some(long) => Err(format!("“{long}” is too long: use {LIST_WORD} characters or fewer")),
                None if words.is_empty() => Err("Enter at least one".to_owned()),
                None => Ok(words.join(", ")),
            }
        }
    }
}

/// Whether this partnership keeps the installation: the first one made does. Its administrators set
/// what visitors see and which terms everybody accepts, so that no partnership changes another's.
///
/// # Errors
/// A database error.
pub fn keeps_installation(s: &mut Session<'_>, who: PartnershipKey) -> Result<bool, Ending> {
    let first: Option<PartnershipKey> =
        partnership::table.select(diesel::dsl::min(partnership::id)).first(s.db())?;
    Ok(first == Some(who))
}

/// The installation's own number among partnerships, as the settings know it.
pub const INSTALLATION: i64 = 0;

/// Sets values for partnerships (or [`INSTALLATION`]), and lets browsers fetch colour and logo anew.
///
/// # Errors
/// A database error.
pub fn set(w: &mut Writing<'_>, places: &[i64], values: &[(&str, String)]) -> Result<(), Ending> {
    // The time of the change is a version that never comes twice.
    let version = w.now().and_utc().timestamp_millis().to_string();
    for place in places {
        for (name, value) in values {
            put(w, *place, name, value)?;
        }
        put(w, *place, "brand_version", &version)?;
    }
    Ok(())
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
                Kind::List => assert_eq!(parse(setting, setting.default), Ok(setting.default.to_owned())),
                Kind::Colour => assert!(takes_white_text(setting.default), "{}", setting.name),
                Kind::Number { least, most } => {
                    assert!((least..=most).contains(&setting.default.parse().unwrap()), "{}", setting.name)
                }
            }
        }
    }

    #[test]
    fn what_is_typed_is_held_against_its_kind() {
        let parsed = |name: &str, typed: &str| parse(find(name).unwrap(), typed);
        assert_eq!(parsed("idle_minutes", " 045 "), Ok("45".to_owned()));
        assert!(parsed("idle_minutes", "4").is_err() && parsed("idle_minutes", "soon").is_err());
        assert_eq!(parsed("brand_colour", "#1D70B8"), Ok("#1d70b8".to_owned()));
        assert!(parsed("brand_colour", "#ffdd00").is_err());
        assert_eq!(parsed("assessment_levels", " E3,, L1 ,E3"), Ok("E3, L1".to_owned()));
        assert!(parsed("assessment_levels", " , ").is_err());
        assert!(parsed("assessment_levels", &"x".repeat(41)).is_err());
        assert!(parsed("assessment_levels", &"x,".repeat(501)).is_err());
        assert!(parsed("service_name", " ").is_err());
        assert_eq!(parsed("contact_phone", ""), Ok(String::new()));
        assert!(parsed("contact_email", "nobody").is_err());
    }

    #[test]
    fn white_on_yellow_is_refused_and_white_on_blue_is_not() {
        assert!(takes_white_text("#1d70b8"));
        assert!(!takes_white_text("#ffdd00"));
        assert!(!takes_white_text("blue") && !takes_white_text("#12345") && !takes_white_text("#gggggg"));
    }
}
