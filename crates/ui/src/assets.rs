//! The files that a browser loads, embedded in the program.

use std::{
    borrow::Cow,
    hash::{DefaultHasher, Hash, Hasher},
    sync::OnceLock,
};

use rust_embed::RustEmbed;

/// `dist/` as build.rs and prepare-assets.mjs fill it.
#[derive(RustEmbed)]
#[folder = "dist/"]
struct Dist;

/// One file as it is answered.
pub struct Asset {
    /// The file's content.
    pub bytes: Cow<'static, [u8]>,
    /// The value for `content-type`.
    pub content_type: &'static str,
    /// The value for `etag`, quotes included; it changes with the content.
    pub etag: String,
}

/// The asset at this path below `/assets/` (such as `js/app.js`), if there is one.
pub fn asset(path: &str) -> Option<Asset> {
    let file = Dist::get(path)?;
    let hash = file.metadata.sha256_hash();
    let etag = hash[..16].iter().fold(String::from("\""), |text, byte| format!("{text}{byte:02x}")) + "\"";
    Some(Asset {
        bytes: file.data,
        content_type: content_type(path),
        etag,
    })
}

/// A short hash over all assets. Pages ask for `/assets/…?v=` with it, so a copy with the
/// right version may be kept for ever and a new program is never shown with old styles.
pub fn version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| {
        let mut paths: Vec<_> = Dist::iter().collect();
        paths.sort();
        let mut hasher = DefaultHasher::new();
        for path in paths {
            path.hash(&mut hasher);
            if let Some(file) = Dist::get(&path) {
                file.metadata.sha256_hash().hash(&mut hasher);
            }
        }
        format!("{:016x}", hasher.finish())
    })
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(path: &str) -> String {
        let asset = asset(path).unwrap_or_else(|| panic!("{path} is not embedded"));
        String::from_utf8(asset.bytes.into_owned()).expect("assets are UTF-8")
    }

    #[test]
    fn everything_that_the_frame_loads_is_embedded_with_its_type() {
        for (path, content_type) in [
            ("app.css", "text/css; charset=utf-8"),
            ("govuk-frontend.min.css", "text/css; charset=utf-8"),
            ("js/app.js", "text/javascript; charset=utf-8"),
            ("js/register.js", "text/javascript; charset=utf-8"),
            ("js/govuk-frontend.min.js", "text/javascript; charset=utf-8"),
            ("favicon.svg", "image/svg+xml"),
        ] {
            assert_eq!(asset(path).map(|asset| asset.content_type), Some(content_type), "{path}");
        }
    }

    #[test]
    fn an_unknown_path_or_one_that_climbs_out_is_none() {
        for path in [
            "",
            "nothing.css",
            "../Cargo.toml",
            "js/../../Cargo.toml",
            "/app.css",
        ] {
            assert!(asset(path).is_none(), "{path}");
        }
    }

    #[test]
    fn nothing_of_gov_uk_s_own_identity_is_served_and_nothing_comes_from_elsewhere() {
        let css = text("govuk-frontend.min.css");
        for forbidden in ["GDS Transport", "@font-face", "crest", "url(", "sourceMappingURL"] {
            assert!(!css.contains(forbidden), "{forbidden}");
        }
        assert!(css.contains("system-ui"));
        assert!(!text("app.css").contains("http"));
    }

    #[test]
    fn each_file_has_its_own_etag_and_the_version_stays() {
        let first = asset("app.css").map(|asset| asset.etag);
        assert!(
            first
                .as_ref()
                .is_some_and(|etag| etag.len() == 34 && etag.starts_with('"') && etag.ends_with('"'))
        );
        assert_ne!(first, asset("js/app.js").map(|asset| asset.etag));
        assert_eq!(version(), version());
        assert_eq!(version().len(), 16);
    }
}
