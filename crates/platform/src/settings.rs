//! Settings: what differs between services (names, colour, contact, limits) and is never code.
//!
//! Kept as text under a name for each partnership; partnership 0 is the installation itself, which
//! also answers for visitors. What each setting means stands in `cap::accounts::settings`.

use crate::{
    db::{Db, Writing},
    problem::Ending,
    schema::setting,
};
use diesel::prelude::*;
use std::{collections::HashMap, sync::Arc};

/// The settings as one caller sees them.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    all: Arc<HashMap<(i64, String), String>>,
    partnership: i64,
}

impl Settings {
    /// All of them, as the installation sees them.
    pub(crate) fn load(db: &mut Db) -> QueryResult<Settings> {
        let rows: Vec<(i64, String, String)> =
            setting::table.select((setting::partnership_id, setting::name, setting::value)).load(db)?;
        let all = rows.into_iter().map(|(partnership, name, value)| ((partnership, name), value)).collect();
        Ok(Settings { all: Arc::new(all), partnership: 0 })
    }

    /// The same, as a partnership sees them.
    pub fn of_partnership(&self, partnership: i64) -> Settings {
        Settings { all: self.all.clone(), partnership }
    }

    /// The partnership's own value, else the installation's.
    pub fn get(&self, name: &str) -> Option<&str> {
        let of = |partnership: i64| self.all.get(&(partnership, name.to_owned()));
        of(self.partnership).or_else(|| of(0)).map(String::as_str)
    }
}

/// Sets a value for a partnership, or for the installation (0). The running program reads its
/// settings again when this is kept; other processes do within a minute.
///
/// # Errors
/// A database error.
pub fn put(w: &mut Writing<'_>, partnership: i64, name: &str, value: &str) -> Result<(), Ending> {
    let one = setting::table
        .filter(setting::partnership_id.eq(partnership))
        .filter(setting::name.eq(name));
    if diesel::update(one).set(setting::value.eq(value)).execute(w.db())? == 0 {
        diesel::insert_into(setting::table)
            .values((
                setting::partnership_id.eq(partnership),
                setting::name.eq(name),
                setting::value.eq(value),
            ))
            .execute(w.db())?;
    }
    w.settings_changed();
    Ok(())
}
