//! For tests: statements against a cluster, outside any session.

use super::Target;
use diesel::connection::SimpleConnection;

/// Runs SQL at a server: makes and drops the databases of tests.
///
/// # Errors
/// The database's own words.
pub fn run(url: &str, sql: &str) -> Result<(), String> {
    let mut db = Target::from_url(url).writer().map_err(|error| error.to_string())?;
    db.batch_execute(sql).map_err(|error| error.to_string())
}
