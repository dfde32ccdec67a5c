//! Reading files out of the vault: one by itself, several as a zip that is made while it is sent.

use super::inbox::Received;
use platform::{
    Ending,
    vault::{Opening, Trouble, VERIFIED_FIRST_BYTES, Vault},
};
use std::{
    collections::HashSet,
    fs::File,
    io::{self, Write},
};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// A file, to be read. One of moderate length is verified whole before its first byte is sent; a
/// longer one breaks off where it is not what was stored.
///
/// # Errors
/// A fault, when the vault's copy is not what was put there.
pub async fn open(vault: &Vault, one: &Received) -> Result<Opening<File>, Ending> {
    let (vault, one) = (vault.clone(), one.clone());
    tokio::task::spawn_blocking(move || opened(&vault, &one))
        .await
        .map_err(Ending::fault)?
        .map_err(Ending::fault)
}

fn opened(vault: &Vault, one: &Received) -> Result<Opening<File>, Trouble> {
    let (id, key, sha256) = one.sealed();
    if one.length.unsigned_abs() <= VERIFIED_FIRST_BYTES {
        vault.verify(id, key, sha256)?;
    }
    vault.read(id, key)
}

/// Writes these files as a zip.
///
/// # Errors
/// The receiver has gone, or a file is not what was put there.
pub fn write(vault: &Vault, files: &[Received], to: &mut dyn Write) -> io::Result<()> {
    let mut zip = ZipWriter::new_stream(to);
    let mut names = HashSet::new();
    for one in files {
        let large = one.length >= i64::from(u32::MAX);
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .large_file(large);
        zip.start_file(unique(&one.name, &mut names), options)?;
        io::copy(&mut opened(vault, one).map_err(io::Error::other)?, &mut zip)?;
    }
    zip.finish()?;
    Ok(())
}

/// A name that every system can unpack, unlike any before it.
pub fn unique(name: &str, taken: &mut HashSet<String>) -> String {
    const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com1", "lpt1"];
    let mut safe: String = name
        .chars()
        .map(|c| if c.is_control() || "\"\\%/:*?<>|".contains(c) { '_' } else { c })
        .take(150)
        .collect();
    safe = safe.trim_matches([' ', '.']).to_owned();
    let stem = safe.split('.').next().unwrap_or_default().to_lowercase();
    if safe.is_empty() || DEVICES.contains(&stem.as_str()) {
        safe = format!("_{safe}");
    }
    let (start, ending) = match safe.rfind('.') {
        Some(at) if at > 0 => safe.split_at(at),
        _ => (safe.as_str(), ""),
    };
    let numbered = (2..).map(|n| format!("{start} ({n}){ending}"));
    std::iter::once(safe.clone())
        .chain(numbered)
        .find(|name| taken.insert(name.to_lowercase()))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_a_zip_are_safe_and_unlike_each_other() {
        let mut taken = HashSet::new();
        let mut named = |name: &str| unique(name, &mut taken);
        assert_eq!(named("plan.docx"), "plan.docx");
        assert_eq!(named("PLAN.docx"), "PLAN (2).docx");
        assert_eq!(named("plan.docx"), "plan (3).docx");
        assert_eq!(named("../../etc/passwd"), "_.._etc_passwd");
        assert_eq!(named("CON.txt"), "_CON.txt");
        assert_eq!(named("..."), "_");
        assert_eq!(named("Ł.pdf"), "Ł.pdf");
    }
}
