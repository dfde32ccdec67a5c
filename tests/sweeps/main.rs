//! Sweeps over everything that there is: every address for everybody, imports, links, documents.
#![allow(clippy::disallowed_methods, reason = "sweeps read the project's own files")]

#[path = "../world/mod.rs"]
mod world;

mod access;
mod documents;
mod identities;
mod imports;
mod input;
mod links;
mod schema;
mod shown;
