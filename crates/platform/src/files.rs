//! Files that somebody at the server names on the command line.

use std::{io::Read, path::Path};

/// The most bytes of a file to import.
pub const MOST_IMPORT_BYTES: u64 = 64 * 1024 * 1024;

/// The whole of a file to import.
///
/// # Errors
/// A sentence, when it can't be read or is larger than [`MOST_IMPORT_BYTES`].
pub fn read_import(path: &Path) -> Result<Vec<u8>, String> {
    let failed = |error: std::io::Error| format!("The file {} can't be read: {error}.", path.display());
    let file = std::fs::File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    // One byte more than is allowed tells that there is more, whatever the file system says its size is.
    file.take(MOST_IMPORT_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MOST_IMPORT_BYTES {
        return Err(format!(
            "The file {} is larger than {} MiB; split it.",
            path.display(),
            MOST_IMPORT_BYTES / 1024 / 1024
        ));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_the_limit_and_no_further() {
        let folder = tempfile::tempdir().unwrap();
        let (small, large) = (folder.path().join("small.csv"), folder.path().join("large.csv"));
        std::fs::write(&small, "a,b\n").unwrap();
        std::fs::File::create(&large).unwrap().set_len(MOST_IMPORT_BYTES + 1).unwrap();
        assert_eq!(read_import(&small), Ok(b"a,b\n".to_vec()));
        assert!(read_import(&large).is_err_and(|why| why.contains("larger than 64 MiB")));
        assert!(read_import(&folder.path().join("none.csv")).is_err_and(|why| why.contains("can't be read")));
    }
}
