//! Whether a learner is here already, before they are made a second time.

use super::{LearnerKey, details::Details, identifiers::Upn};
use crate::schema::{learner, organisation};
use diesel::prelude::*;
use platform::{
    Ending, Session,
    ids::{PartnershipKey, PublicId},
    text::fold,
};

/// A learner who may be the same.
#[derive(Clone, Debug)]
pub struct Known {
    pub key: LearnerKey,
    pub public_id: PublicId,
    pub number: i64,
    pub name: String,
    pub upn: Option<Upn>,
    pub school: String,
}

/// The partnership's learner who has this UPN.
///
/// # Errors
/// A database error.
pub fn with_upn(
    s: &mut Session<'_>,
    partnership: PartnershipKey,
    upn: &Upn,
) -> Result<Option<Known>, Ending> {
    let one = learner::table
        .into_boxed()
        .filter(learner::partnership_id.eq(partnership))
        .filter(learner::upn.eq(upn.as_str().to_owned()));
    Ok(load(s, one)?.pop())
}

/// The partnership's learners of this name, however it is written, and birthday.
///
/// # Errors
/// A database error.
pub fn of_name_and_birthday(
    s: &mut Session<'_>,
    partnership: PartnershipKey,
    details: &Details,
) -> Result<Vec<Known>, Ending> {
    let some = learner::table
        .into_boxed()
        .filter(learner::partnership_id.eq(partnership))
        .filter(learner::surname_key.eq(fold(&details.surname)))
        .filter(learner::first_key.eq(fold(&details.first_name)))
        .filter(learner::born_on.eq(details.born_on));
    load(s, some)
}

fn load(s: &mut Session<'_>, some: super::roll::Visible) -> Result<Vec<Known>, Ending> {
    type Row = (LearnerKey, PublicId, i64, String, String, Option<String>, String);
    let rows: Vec<Row> = some
        .inner_join(organisation::table.on(organisation::id.eq(learner::school_id)))
        .order(learner::id)
        .select((
            learner::id,
            learner::public_id,
            learner::number,
            learner::surname,
            learner::first_name,
            learner::upn,
            organisation::name,
        ))
        .load(s.db())?;
    let known = |(key, public_id, number, surname, first, upn, school): Row| Known {
        key,
        public_id,
        number,
        name: format!("{first} {surname}"),
        upn: upn.and_then(|upn| Upn::parse(&upn).ok()),
        school,
    };
    Ok(rows.into_iter().map(known).collect())
}
