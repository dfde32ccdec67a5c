//! The tables of either engine hold every column that the program asks for, and a database of a newer
//! program is refused.

use crate::world::{World, start};
use cap::product::Cap;
use diesel::prelude::*;
use platform::{db::Target, web::Product};
use std::path::PathBuf;

/// Every table of `schema/` with its columns, read from the files themselves.
fn declared() -> Vec<(String, Vec<String>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/schema");
    let files = std::fs::read_dir(folder).expect("a folder").flatten();
    let text: String = files.map(|file| std::fs::read_to_string(file.path()).expect("a file")).collect();
    let mut tables = Vec::new();
    for block in text.split("diesel::table! {").skip(1) {
        let name = block.trim().split([' ', '(']).next().unwrap_or_default().to_owned();
        let columns = block
            .lines()
            .take_while(|line| line.trim() != "}")
            .filter_map(|line| line.trim().split_once(" -> ").map(|(name, _)| name.to_owned()));
        tables.push((name, columns.collect()));
    }
    tables
}

#[tokio::test]
async fn every_declared_column_is_there() {
    let world = World::new().await;
    let tables = declared();
    assert!(tables.len() > 50);
    for (table, columns) in tables {
        let query = format!("select {} from {table} where 1 = 0", columns.join(", "));
        world
            .look(move |r| {
                diesel::sql_query(&query)
                    .execute(r.db())
                    .map_err(|error| platform::Ending::fault(format!("{query}: {error}")))?;
                Ok(())
            })
            .await;
    }
}

#[test]
fn a_newer_database_is_refused_in_one_plain_sentence() {
    let folder = tempfile::tempdir().expect("a folder");
    let target = Target::Sqlite(folder.path().join("cap.db"));
    let all = Cap.migrations();
    let schema = target.migrate(all, start()).expect("a new database");
    assert_eq!(schema.run.len(), all.len());
    assert_eq!(target.migrate(all, start()).expect("again").run, Vec::<String>::new());
    let older = &all[..all.len() - 1];
    let refusal = target.migrate(older, start()).expect_err("an older program").to_string();
    assert!(refusal.contains("belongs to a newer CAP"), "{refusal}");
}
