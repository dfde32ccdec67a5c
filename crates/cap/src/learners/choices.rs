//! The organisations of one's own partnership that a form offers.

use crate::schema::organisation;
use diesel::prelude::*;
use platform::{
    Ending, Form, Session,
    access::Side,
    ids::{OrganisationKey, PublicId},
};

/// The choices of one field, in order of their names.
#[derive(Clone, Debug)]
pub struct Choices(Vec<(OrganisationKey, PublicId, String)>);

/// The partnership's organisations of this kind that have not ended.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn organisations(s: &mut Session<'_>, side: Side) -> Result<Choices, Ending> {
    let (partnership, today) = (s.actor()?.partnership, s.today());
    let all = organisation::table
        .filter(organisation::partnership_id.eq(partnership))
        .filter(organisation::kind.eq(side.word()))
        .filter(organisation::ended_on.is_null().or(organisation::ended_on.gt(today)))
        .order((organisation::name_key, organisation::id))
        .select((organisation::id, organisation::public_id, organisation::name))
        .load(s.db())?;
    Ok(Choices(all))
}

impl Choices {
    /// Value and label of each, after an empty one with this label.
    pub fn options(&self, none: &str) -> Vec<(String, String)> {
        let first = (String::new(), none.to_owned());
        let rest = self.0.iter().map(|(_, id, name)| (id.to_string(), name.clone()));
        std::iter::once(first).chain(rest).collect()
    }

    /// The one of this id.
    pub fn find(&self, id: &str) -> Option<OrganisationKey> {
        self.0.iter().find(|(_, one, _)| one.as_str() == id).map(|(key, _, _)| *key)
    }

    /// The one that was chosen; refused with this sentence when none was.
    pub fn chosen(&self, form: &mut Form, field: &str, missing: &str) -> Option<OrganisationKey> {
        let found = self.find(form.value(field));
        if found.is_none() {
            form.refuse(field, missing);
        }
        found
    }

    /// The id of one of them, for a form that starts filled in; empty when it is not offered.
    pub fn id_of(&self, key: OrganisationKey) -> &str {
        self.0.iter().find(|(one, _, _)| *one == key).map_or("", |(_, id, _)| id.as_str())
    }

    /// The name of one of them.
    pub fn name_of(&self, key: OrganisationKey) -> &str {
        self.0.iter().find(|(one, _, _)| *one == key).map_or("", |(_, _, name)| name.as_str())
    }
}
