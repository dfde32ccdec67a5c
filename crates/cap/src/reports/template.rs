//! Templates of somebody's own. They are their owner's alone, in one organisation.

use super::{TemplateKey, file};
use crate::{
    records::columns,
    schema::{report_template, stored_file},
    transfers::FileKey,
};
use diesel::prelude::*;
use platform::{Ending, Multi, Session, Writing, ids::PublicId, vault::Stored};

/// Most templates of one person.
pub const MOST: usize = 20;

/// A kept template.
#[derive(Queryable, Clone, Debug)]
pub struct Own {
    key: TemplateKey,
    pub public_id: PublicId,
    pub name: String,
    pub file: FileKey,
    fields: String,
    unsupported: String,
}

impl Own {
    /// The names of its merge fields.
    pub fn fields(&self) -> Vec<String> {
        self.fields.lines().map(str::to_owned).collect()
    }

    /// Its fields that are no column of a training record, by name.
    pub fn unknown(&self) -> String {
        let unknown = self.fields.lines().filter(|name| columns::find(name).is_none());
        unknown.collect::<Vec<_>>().join(", ")
    }

    /// What of it a merge does not work out, in words.
    pub fn unsupported(&self) -> String {
        self.unsupported.lines().collect::<Vec<_>>().join(", ")
    }
}

fn own(s: &Session<'_>) -> Result<report_template::BoxedQuery<'static, Multi>, Ending> {
    let actor = s.actor()?;
    Ok(report_template::table
        .filter(report_template::person_id.eq(actor.person))
        .filter(report_template::organisation_id.eq(actor.organisation))
        .into_boxed())
}

fn load(s: &mut Session<'_>, rows: report_template::BoxedQuery<'static, Multi>) -> Result<Vec<Own>, Ending> {
    Ok(rows
        .inner_join(stored_file::table)
        .order(report_template::id)
        .select((
            report_template::id,
            report_template::public_id,
            stored_file::name,
            report_template::file_id,
            report_template::fields,
            report_template::unsupported,
        ))
        .load(s.db())?)
}

/// The reader's templates, the oldest first.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn list(s: &mut Session<'_>) -> Result<Vec<Own>, Ending> {
    let rows = own(s)?;
    load(s, rows)
}

/// One of them.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn open(s: &mut Session<'_>, id: &PublicId) -> Result<Option<Own>, Ending> {
    let rows = own(s)?.filter(report_template::public_id.eq(id.clone()));
    Ok(load(s, rows)?.into_iter().next())
}

/// Keeps a template that was read and found harmless; none if the list is full.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn add(
    w: &mut Writing<'_>,
    name: &str,
    stored: &Stored,
    read: &word::Template,
) -> Result<Option<Own>, Ending> {
    if list(w)?.len() >= MOST {
        return Ok(None);
    }
    let (actor, now, id) = (w.actor()?.clone(), w.now(), PublicId::random());
    let file = file::keep(w, name, stored, actor.organisation, actor.person)?;
    diesel::insert_into(report_template::table)
        .values((
            report_template::id.eq(TemplateKey::next()),
            report_template::public_id.eq(&id),
            report_template::person_id.eq(actor.person),
            report_template::organisation_id.eq(actor.organisation),
            report_template::file_id.eq(file),
            report_template::fields.eq(read.fields().join("\n")),
            report_template::unsupported.eq(read.unsupported().collect::<Vec<_>>().join("\n")),
            report_template::made_at.eq(now),
        ))
        .execute(w.db())?;
    open(w, &id)
}

/// Takes a template away. Runs that wait for it keep their file until they have ended; the answer is
/// what is to be shredded.
///
/// # Errors
/// A database error.
pub fn remove(w: &mut Writing<'_>, own: &Own) -> Result<Vec<PublicId>, Ending> {
    use crate::schema::report_run;
    diesel::delete(report_template::table.filter(report_template::id.eq(own.key))).execute(w.db())?;
    let waits = report_run::table.filter(report_run::template_file_id.eq(own.file));
    let waiting: i64 = waits.count().get_result(w.db())?;
    if waiting > 0 {
        Ok(Vec::new())
    } else {
        file::forget(w, vec![own.file])
    }
}
