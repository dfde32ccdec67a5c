//! Text as people write it, and as it is compared.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A name as lists sort it and searches find it: without accents, case, hyphens or apostrophes.
/// `O'Brien-Núñez` becomes `obrien nunez`.
pub fn fold(name: &str) -> String {
    let plain = name.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    let mut out = String::with_capacity(name.len());
    for c in plain {
        match c {
            'ø' => out.push('o'),
            'æ' => out.push_str("ae"),
            'ß' => out.push_str("ss"),
            'ł' => out.push('l'),
            'đ' => out.push('d'),
            '\'' | '\u{2019}' | '.' => {}
            c if c.is_alphanumeric() => out.push(c),
            _ if out.ends_with(' ') || out.is_empty() => {}
            _ => out.push(' '),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// A username or mail address as it is compared.
pub fn fold_login(login: &str) -> String {
    login.trim().nfkc().flat_map(char::to_lowercase).collect()
}

/// The end of a range that holds everything that starts with `prefix`.
pub fn after_prefix(prefix: &str) -> String {
    format!("{prefix}\u{10FFFF}")
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn names_are_found_however_they_are_typed() {
        for (name, folded) in [
            ("O'Brien-Núñez", "obrien nunez"),
            ("  Van  der Berg ", "van der berg"),
            ("ŁUKASZ", "lukasz"),
            ("Ana", "ana"),
            ("St. John", "st john"),
            ("李", "李"),
            ("", ""),
        ] {
            assert_eq!(fold(name), folded, "{name}");
        }
    }
}
