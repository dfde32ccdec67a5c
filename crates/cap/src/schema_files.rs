//! The migrations, in order. A released one is never edited.

use platform::db::Migrations;

macro_rules! migrations { ($($name:literal),* $(,)?) => {
    /// File name and text of each step.
    pub const MIGRATIONS: Migrations = &[$(($name, include_str!(concat!("../../../migrations/", $name, ".sql")))),*];
} }

migrations!(
    "0001_platform",
    "0002_accounts",
    "0003_notices",
    "0004_learners",
    "0005_attendance",
    "0006_transfers",
    "0007_progress",
    "0008_records",
    "0009_audit_learners",
    "0010_datalocker",
);
