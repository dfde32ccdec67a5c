//! Dates as Word's pictures (`\@ "d MMMM yyyy"`) write them.

use chrono::{Datelike, NaiveDate};

/// Word's own picture where a field gives none, in British English.
pub(crate) const USUAL: &str = "dd/MM/yyyy";

/// A date by a picture; none where the picture asks for a time of day.
pub(crate) fn by_picture(date: NaiveDate, picture: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = picture.chars().peekable();
    while let Some(c) = rest.next() {
        if c == '\'' {
            out.extend(rest.by_ref().take_while(|c| *c != '\''));
            continue;
        }
        let mut count = 1;
        if c.is_ascii_alphabetic() {
            while rest.next_if_eq(&c).is_some() {
                count += 1;
            }
        }
        match (c, count) {
            ('d' | 'D', 1) => out.push_str(&date.day().to_string()),
            ('d' | 'D', 2) => out.push_str(&format!("{:02}", date.day())),
            ('d' | 'D', 3) => out.push_str(&date.format("%a").to_string()),
            ('d' | 'D', _) => out.push_str(&date.format("%A").to_string()),
            ('M', 1) => out.push_str(&date.month().to_string()),
            ('M', 2) => out.push_str(&format!("{:02}", date.month())),
            ('M', 3) => out.push_str(&date.format("%b").to_string()),
            ('M', _) => out.push_str(&date.format("%B").to_string()),
            ('y' | 'Y', 1 | 2) => out.push_str(&format!("{:02}", date.year() % 100)),
            ('y' | 'Y', _) => out.push_str(&format!("{:04}", date.year())),
            (c, _) if c.is_ascii_alphabetic() => return None,
            (c, _) => out.push(c),
        }
    }
    Some(out)
}

/// A date as our exports or people write it: 24/11/2026, 2026-11-24, 24 November 2026.
pub(crate) fn read(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    ["%d/%m/%Y", "%Y-%m-%d", "%d %B %Y", "%d %b %Y"]
        .into_iter()
        .find_map(|form| NaiveDate::parse_from_str(text, form).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_followed() {
        let date = NaiveDate::from_ymd_opt(2026, 3, 4).unwrap();
        for (picture, written) in [
            ("d MMMM yyyy", Some("4 March 2026")),
            ("dd/MM/yy", Some("04/03/26")),
            ("dddd, d MMM yyyy", Some("Wednesday, 4 Mar 2026")),
            ("d 'of' MMMM", Some("4 of March")),
            ("HH:mm", None),
        ] {
            assert_eq!(by_picture(date, picture).as_deref(), written);
        }
    }

    #[test]
    fn dates_are_read_as_they_are_exported() {
        let date = NaiveDate::from_ymd_opt(2026, 3, 4);
        for text in ["04/03/2026", "2026-03-04", "4 March 2026", " 4 Mar 2026 "] {
            assert_eq!(read(text), date);
        }
        assert_eq!(read("week 4"), None);
    }
}
