//! The dependency rule: an area uses only areas before it (ARCHITECTURE.md), and our crates forbid
//! unsafe code.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Left to right. What stands above all areas (shell, sitemap, home, help, commands, demo) is not
/// among them and may use every one; none of them may use it, but for the shell's frame.
const AREAS: [&str; 8] = [
    "accounts",
    "notices",
    "learners",
    "attendance",
    "progress",
    "transfers",
    "records",
    "reports",
];
const ABOVE: [&str; 7] = ["home", "help", "commands", "demo", "sitemap", "product", "public"];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder of sources").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found
}

/// The first names after `crate::` in a source, also inside braces.
fn used(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for part in text.split("crate::").skip(1) {
        if let Some(group) = part.strip_prefix('{') {
            let mut depth = 0;
            let mut name = String::new();
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => names.push(std::mem::take(&mut name)),
                    c if depth == 0 && (c.is_alphanumeric() || c == '_' || c == ':') => name.push(c),
                    _ => {}
                }
            }
            names.push(name);
        } else {
            names.push(part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    names
        .into_iter()
        .map(|name| name.split("::").next().unwrap_or_default().to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

#[test]
fn an_area_uses_only_areas_before_it() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for (at, area) in AREAS.iter().enumerate() {
        for file in sources(&root.join(area)) {
            let text = fs::read_to_string(&file).expect("a source");
            let text = text.split("#[cfg(test)]").next().unwrap_or_default();
            for name in used(text) {
                let later = AREAS.iter().position(|other| *other == name).is_some_and(|other| other > at);
                if later || ABOVE.contains(&name.as_str()) {
                    wrong.push(format!("{} uses crate::{name}", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_reader_of_imports_sees_them() {
    assert_eq!(
        used("use crate::{accounts::deeds, shell::{self, Frame}, schema};\nlet x = crate::demo::y();"),
        ["accounts", "shell", "schema", "demo"]
    );
}

#[test]
fn our_crates_forbid_unsafe_code() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let workspace = fs::read_to_string(root.join("Cargo.toml")).expect("the workspace");
    assert!(workspace.contains(r#"unsafe_code = "forbid""#));
    for member in ["crates/platform", "crates/ui", "crates/cap", "bench"] {
        let manifest = fs::read_to_string(root.join(member).join("Cargo.toml")).expect("a manifest");
        assert!(manifest.contains("[lints]\nworkspace = true"), "{member} takes the workspace's lints");
    }
}
