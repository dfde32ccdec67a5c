//! CAP: one web platform for a local authority's alternative provision service.
//!
//! One folder a domain area; an area uses only areas before it in this list, through its `mod.rs`
//! (a sweep reads the imports). See ARCHITECTURE.md.

pub mod accounts;
pub mod attendance;
pub mod commands;
pub mod demo;
pub mod help;
pub mod home;
pub mod learners;
pub mod notices;
pub mod product;
pub mod progress;
pub mod public;
pub mod records;
pub mod reports;
pub mod schema;
pub mod schema_files;
pub mod shell;
pub mod sitemap;
pub mod transfers;
