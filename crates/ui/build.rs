//! Fills `dist/` before the crate embeds it, when it is absent or older than its sources.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
    time::SystemTime,
};

/// What `dist/` is made from.
const SOURCES: [&str; 3] = ["assets", "package-lock.json", "prepare-assets.mjs"];
/// Written last among what the browser loads, so its presence means a filled folder.
const WITNESS: &str = "dist/app.css";
/// Written by npm when it has finished.
const INSTALLED: &str = "node_modules/.package-lock.json";

fn main() {
    for path in SOURCES.iter().chain([&WITNESS]) {
        println!("cargo::rerun-if-changed={path}");
    }
    if let Err(reason) = prepare() {
        println!("cargo::error={reason}");
        std::process::exit(1);
    }
}

fn prepare() -> Result<(), String> {
    let newest_source = SOURCES.iter().filter_map(|path| newest(Path::new(path))).max();
    if newest(Path::new(WITNESS)) >= newest_source {
        return Ok(());
    }
    if newest(Path::new(INSTALLED)) < newest(Path::new("package-lock.json")) {
        run("npm", &["ci", "--ignore-scripts"])?;
    }
    run("node", &["prepare-assets.mjs"])
}

/// When the file, or the newest file below the folder, was changed; `None` when there is none.
fn newest(path: &Path) -> Option<SystemTime> {
    let Ok(entries) = fs::read_dir(path) else {
        return fs::metadata(path).and_then(|file| file.modified()).ok();
    };
    let children: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    children.iter().filter_map(|child| newest(child)).max()
}

fn run(program: &str, arguments: &[&str]) -> Result<(), String> {
    let output = Command::new(program).args(arguments).output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => format!(
            "{program} is missing: install Node 18 or newer with npm (on Debian: apt-get install nodejs npm) and build again."
        ),
        _ => format!("{program} could not be started: {error}."),
    })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!(
        "`{program} {}` failed: {}",
        arguments.join(" "),
        said.trim().replace('\n', " | ")
    ))
}
