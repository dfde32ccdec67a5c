//! Files as they are kept: their bytes in the vault, what is known of them in the database.

use super::{FileKey, scanning::Scan};
use crate::schema::stored_file;
use diesel::prelude::*;
use platform::{
    Ending, Writing,
    ids::{OrganisationKey, PersonKey, PublicId},
    text::fold,
    vault::Stored,
};

/// Longest name that is kept, in characters; a longer one loses its middle, not its ending.
const LONGEST_NAME: usize = 200;

/// A name as people read it: a label that never becomes a path. Characters that no eye can see or
/// that turn the line around are left out.
pub fn label_of(name: &str) -> String {
    let seen: String = name
        .chars()
        .filter(|c| !c.is_control() && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'))
        .collect();
    let seen = seen.trim();
    if seen.is_empty() {
        return "Unnamed file".to_owned();
    }
    let letters: Vec<char> = seen.chars().collect();
    if letters.len() <= LONGEST_NAME {
        return seen.to_owned();
    }
    let half = LONGEST_NAME / 2;
    let (start, end) = (&letters[..half], &letters[letters.len() - half + 1..]);
    start.iter().chain(['…'].iter()).chain(end).collect()
}

/// The kind of a file in a word, from its name's ending.
pub fn kind_of(name: &str) -> String {
    match name.rsplit_once('.') {
        Some((start, ending)) if !start.is_empty() && (1..=8).contains(&ending.chars().count()) => {
            ending.to_uppercase()
        }
        _ => "File".to_owned(),
    }
}

/// A length as people read it: "1.4 MB".
pub fn size_said(bytes: i64) -> String {
    const UNITS: [&str; 4] = ["bytes", "kB", "MB", "GB"];
    let (mut tenths, mut unit) = (bytes.saturating_mul(10), 0);
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1000;
        unit += 1;
    }
    if unit == 0 || tenths % 10 == 0 {
        format!("{} {}", tenths / 10, UNITS[unit])
    } else {
        format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
    }
}

/// Notes a file that the vault has whole.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn keep(w: &mut Writing<'_>, name: &str, stored: &Stored, scan: &Scan) -> Result<FileKey, Ending> {
    let actor = w.actor()?.clone();
    keep_for(w, name, stored, scan, (actor.organisation, actor.person))
}

/// The same, for somebody who need not be signed in any more: what the program made for them.
///
/// # Errors
/// A database error.
pub fn keep_for(
    w: &mut Writing<'_>,
    name: &str,
    stored: &Stored,
    scan: &Scan,
    (organisation, person): (OrganisationKey, PersonKey),
) -> Result<FileKey, Ending> {
    let (key, now) = (FileKey::next(), w.now());
    diesel::insert_into(stored_file::table)
        .values((
            stored_file::id.eq(key),
            stored_file::public_id.eq(PublicId::random()),
            stored_file::blob.eq(&stored.id),
            stored_file::wrapped_key.eq(&stored.wrapped_key),
            stored_file::name.eq(label_of(name)),
            stored_file::name_key.eq(fold(name)),
            stored_file::length.eq(i64::try_from(stored.length).map_err(Ending::fault)?),
            stored_file::sha256.eq(stored.sha256.to_vec()),
            stored_file::organisation_id.eq(organisation),
            stored_file::uploaded_by.eq(person),
            stored_file::uploaded_at.eq(now),
            stored_file::scan.eq(scan.word()),
            stored_file::scan_found.eq(scan.found()),
            stored_file::scanned_at.eq((*scan != Scan::Waiting).then_some(now)),
        ))
        .execute(w.db())?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_labels() {
        for (name, label) in [
            ("plan.docx", "plan.docx"),
            ("../../etc/passwd", "../../etc/passwd"),
            ("a\r\nb\0.txt", "ab.txt"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("  ", "Unnamed file"),
        ] {
            assert_eq!(label_of(name), label);
        }
        let long = label_of(&format!("{}.pdf", "x".repeat(400)));
        assert_eq!(long.chars().count(), LONGEST_NAME);
        assert!(long.ends_with(".pdf") && long.contains('…'));
    }

    #[test]
    fn kinds_and_sizes_are_said() {
        assert_eq!([kind_of("a.docx"), kind_of("README"), kind_of(".profile")], ["DOCX", "File", "File"]);
        for (bytes, said) in [
            (0, "0 bytes"),
            (999, "999 bytes"),
            (1_450, "1.4 kB"),
            (2_000_000, "2 MB"),
            (5_368_709_120, "5.3 GB"),
        ] {
            assert_eq!(size_said(bytes), said);
        }
    }
}
