//! How the server is set up: what stands on its command line or in its environment.

use crate::scan::Scanner;
use std::path::{Path, PathBuf};

/// Everything that the platform needs to start.
#[derive(Clone, Debug)]
pub struct Config {
    /// The folder that holds the embedded database, the outbox and files.
    pub data: PathBuf,
    /// The file of the master keys, outside the data folder; made where it is absent.
    pub key_file: PathBuf,
    /// Uploads stop while less of the disk than this is free, in percent: registers go first.
    pub keep_free_percent: u8,
    /// What looks for viruses in files; without it they are released unlooked at.
    pub scanner: Option<Scanner>,
    /// How people reach the server, without a slash at the end; `https://` makes cookies secure.
    pub public_url: String,
    /// Where mail is handed in; without it messages are kept in `data/outbox`.
    pub smtp_url: Option<String>,
    /// A proxy on this machine says in X-Forwarded-For where requests come from.
    pub behind_proxy: bool,
    /// The sender of every mail.
    pub mail_from: String,
}

impl Config {
    /// Whether people come by https, so that cookies can carry the `__Host-` name.
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

/// A value that may be given as a file, so that a secret need not stand in the environment.
///
/// # Errors
/// A sentence, when the file can't be read.
pub fn from_file_or(value: Option<String>, file: Option<&Path>) -> Result<Option<String>, String> {
    match file {
        None => Ok(value),
        Some(path) => std::fs::read_to_string(path)
            .map(|text| Some(text.trim().to_owned()))
            .map_err(|error| format!("The file {} can't be read: {error}.", path.display())),
    }
}

/// Makes the data folder if it is absent, and refuses one that other people of the machine can read.
///
/// # Errors
/// A sentence for whoever runs the server.
pub fn prepare_data_folder(folder: &Path) -> Result<(), String> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    let told =
        |error: std::io::Error| format!("The data folder {} can't be used: {error}.", folder.display());
    if !folder.exists() {
        return std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(told);
    }
    let mode = std::fs::metadata(folder).map_err(told)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(format!(
            "The data folder {} can be read by other people of this machine (its mode is {:o}); run `chmod 700 {}`, then start CAP again.",
            folder.display(),
            mode & 0o777,
            folder.display()
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::prepare_data_folder;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_data_folder_that_others_can_read_is_refused() {
        let folder = std::env::temp_dir().join(format!("cap-folder-{}", crate::ids::PublicId::random()));
        prepare_data_folder(&folder).unwrap();
        assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        prepare_data_folder(&folder).unwrap();
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o750)).unwrap();
        let refusal = prepare_data_folder(&folder).unwrap_err();
        assert!(refusal.contains("chmod 700"), "{refusal}");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
