//! Organisations: the service, its schools, its providers.

use super::identifiers::{Email, LaEstab, Phone, Postcode, Ukprn, Urn};
use crate::schema::{organisation, partnership};
use chrono::NaiveDate;
use diesel::prelude::*;
use platform::{
    Ending, Multi, Session, Writing,
    access::Side,
    ids::{OrganisationKey, PartnershipKey, PublicId},
    text::fold,
};

/// What an organisation is made of. Every identifier is optional: most providers have none.
#[derive(Clone, Debug)]
pub struct NewOrganisation {
    pub side: Side,
    pub name: String,
    pub urn: Option<Urn>,
    pub ukprn: Option<Ukprn>,
    pub la_estab: Option<LaEstab>,
    pub address: String,
    pub postcode: Option<Postcode>,
    pub telephone: Option<Phone>,
    pub email: Option<Email>,
}

impl NewOrganisation {
    /// Only a kind and a name.
    pub fn named(side: Side, name: &str) -> Self {
        let name = name.to_owned();
        NewOrganisation {
            side,
            name,
            urn: None,
            ukprn: None,
            la_estab: None,
            address: String::new(),
            postcode: None,
            telephone: None,
            email: None,
        }
    }
}

/// Makes a partnership: one service with the schools and providers that will be added to it.
///
/// # Errors
/// A database error.
pub fn make_partnership(w: &mut Writing<'_>, name: &str) -> Result<PartnershipKey, Ending> {
    let key = PartnershipKey::next();
    diesel::insert_into(partnership::table)
        .values((
            partnership::id.eq(key),
            partnership::public_id.eq(PublicId::random()),
            partnership::name.eq(name),
        ))
        .execute(w.db())?;
    Ok(key)
}

/// Makes an organisation in a partnership.
///
/// # Errors
/// A database error.
pub fn make(
    w: &mut Writing<'_>,
    partnership: PartnershipKey,
    new: &NewOrganisation,
) -> Result<OrganisationKey, Ending> {
    let key = OrganisationKey::next();
    diesel::insert_into(organisation::table)
        .values((
            organisation::id.eq(key),
            organisation::public_id.eq(PublicId::random()),
            organisation::partnership_id.eq(partnership),
            organisation::kind.eq(new.side.word()),
            organisation::name.eq(&new.name),
            organisation::name_key.eq(fold(&new.name)),
            organisation::urn.eq(new.urn.as_ref().map(Urn::as_str)),
            organisation::ukprn.eq(new.ukprn.as_ref().map(Ukprn::as_str)),
            organisation::la_estab.eq(new.la_estab.as_ref().map(LaEstab::as_str)),
            organisation::address.eq(&new.address),
            organisation::postcode.eq(new.postcode.as_ref().map(Postcode::as_str)),
            organisation::telephone.eq(new.telephone.as_ref().map(Phone::as_str)),
            organisation::email.eq(new.email.as_ref().map(Email::as_str)),
        ))
        .execute(w.db())?;
    Ok(key)
}

/// An organisation within the reader's partnership. Built only by [`open`] and [`list`].
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = organisation)]
pub struct Organisation {
    #[diesel(column_name = id)]
    pub key: OrganisationKey,
    pub public_id: PublicId,
    kind: String,
    pub name: String,
    pub urn: Option<String>,
    pub ukprn: Option<String>,
    pub la_estab: Option<String>,
    pub address: String,
    pub postcode: Option<String>,
    pub telephone: Option<String>,
    pub email: Option<String>,
    /// Whether the provider gives contributions at all, and whether each starts at the expected level.
    pub contributions: bool,
    pub contribution_start: bool,
    /// The first day on which its people can't sign in.
    pub ended_on: Option<NaiveDate>,
    pub version: i32,
}

impl Organisation {
    /// What kind it is.
    ///
    /// # Errors
    /// A fault when the database holds a kind that is none, which its own check forbids.
    pub fn side(&self) -> Result<Side, Ending> {
        Side::parse(&self.kind).ok_or_else(|| Ending::fault("an organisation of an unknown kind"))
    }

    /// Its kind, as people say it.
    pub fn kind_label(&self) -> &'static str {
        Side::parse(&self.kind).map_or("", kind_label)
    }

    /// Whether its people can still sign in on this day.
    pub fn is_live(&self, on: NaiveDate) -> bool {
        self.ended_on.is_none_or(|ended| ended > on)
    }
}

/// A kind of organisation, as people say it.
pub fn kind_label(side: Side) -> &'static str {
    match side {
        Side::Service => "Service",
        Side::School => "School",
        Side::Provider => "Provider",
    }
}

/// The organisation of this id, if it is of the reader's partnership.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn open(s: &mut Session<'_>, id: &PublicId) -> Result<Option<Organisation>, Ending> {
    let partnership = s.actor()?.partnership;
    let found: Option<Organisation> = organisation::table
        .filter(organisation::partnership_id.eq(partnership))
        .filter(organisation::public_id.eq(id))
        .select(Organisation::as_select())
        .first(s.db())
        .optional()?;
    if let Some(found) = &found {
        s.about("organisation", found.key.0);
    }
    Ok(found)
}

/// The organisation of this key, if it is of the reader's partnership.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn of_key(s: &mut Session<'_>, key: OrganisationKey) -> Result<Option<Organisation>, Ending> {
    let partnership = s.actor()?.partnership;
    Ok(organisation::table
        .filter(organisation::partnership_id.eq(partnership))
        .filter(organisation::id.eq(key))
        .select(Organisation::as_select())
        .first(s.db())
        .optional()?)
}

/// The organisations of the reader's partnership by kind and name, with those that have ended.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn list(s: &mut Session<'_>, kind: Option<Side>, name: &str) -> Result<Vec<Organisation>, Ending> {
    let partnership = s.actor()?.partnership;
    let mut all = organisation::table
        .filter(organisation::partnership_id.eq(partnership))
        .order((organisation::kind.desc(), organisation::name_key, organisation::id))
        .select(Organisation::as_select())
        .into_boxed::<Multi>();
    if let Some(kind) = kind {
        all = all.filter(organisation::kind.eq(kind.word()));
    }
    let name = fold(name);
    if !name.is_empty() {
        all = all.filter(organisation::name_key.like(format!("%{name}%")));
    }
    Ok(all.load(s.db())?)
}

/// What can be changed in an organisation: everything but its kind, on which its people's roles hang.
#[derive(Clone, Debug)]
pub struct Details {
    pub name: String,
    pub urn: Option<Urn>,
    pub ukprn: Option<Ukprn>,
    pub la_estab: Option<LaEstab>,
    pub address: String,
    pub postcode: Option<Postcode>,
    pub telephone: Option<Phone>,
    pub email: Option<Email>,
    pub contributions: bool,
    pub contribution_start: bool,
}

/// Changes an organisation; `false` when somebody else has changed it since `version`.
///
/// # Errors
/// A database error.
pub fn change(
    w: &mut Writing<'_>,
    one: &Organisation,
    version: i32,
    details: &Details,
) -> Result<bool, Ending> {
    let row = organisation::table
        .filter(organisation::id.eq(one.key))
        .filter(organisation::version.eq(version));
    let changed = diesel::update(row)
        .set((
            organisation::name.eq(&details.name),
            organisation::name_key.eq(fold(&details.name)),
            organisation::urn.eq(details.urn.as_ref().map(Urn::as_str)),
            organisation::ukprn.eq(details.ukprn.as_ref().map(Ukprn::as_str)),
            organisation::la_estab.eq(details.la_estab.as_ref().map(LaEstab::as_str)),
            organisation::address.eq(&details.address),
            organisation::postcode.eq(details.postcode.as_ref().map(Postcode::as_str)),
            organisation::telephone.eq(details.telephone.as_ref().map(Phone::as_str)),
            organisation::email.eq(details.email.as_ref().map(Email::as_str)),
            organisation::contributions.eq(details.contributions),
            organisation::contribution_start.eq(details.contribution_start),
            organisation::version.eq(organisation::version + 1),
        ))
        .execute(w.db())?;
    Ok(changed == 1)
}

/// Sets the first day on which the organisation's people can't sign in, or takes it back; `false`
/// when somebody else has changed the organisation since `version`.
///
/// # Errors
/// A database error.
pub fn end(
    w: &mut Writing<'_>,
    one: &Organisation,
    version: i32,
    on: Option<NaiveDate>,
) -> Result<bool, Ending> {
    let row = organisation::table
        .filter(organisation::id.eq(one.key))
        .filter(organisation::version.eq(version));
    let changed = diesel::update(row)
        .set((organisation::ended_on.eq(on), organisation::version.eq(organisation::version + 1)))
        .execute(w.db())?;
    Ok(changed == 1)
}

/// Whether another organisation of the partnership has this name already.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn name_is_taken(
    s: &mut Session<'_>,
    name: &str,
    by_other_than: Option<OrganisationKey>,
) -> Result<bool, Ending> {
    let partnership = s.actor()?.partnership;
    let others: i64 = organisation::table
        .filter(organisation::partnership_id.eq(partnership))
        .filter(organisation::name_key.eq(fold(name)))
        .filter(organisation::id.ne(by_other_than.unwrap_or(OrganisationKey(0))))
        .count()
        .get_result(s.db())?;
    Ok(others > 0)
}

/// What is doubtful about an organisation, as sentences. None of it stops anybody.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn warnings(s: &mut Session<'_>, one: &Organisation) -> Result<Vec<String>, Ending> {
    let mut doubts = Vec::new();
    if one.side()? == Side::School && one.urn.is_none() {
        doubts.push("This school has no URN. Attendance returns name a school by it.".to_owned());
    }
    if one.email.is_none() && one.telephone.is_none() {
        doubts
            .push("Nobody can reach it: it has neither an e-mail address nor a telephone number.".to_owned());
    }
    for other in list(s, None, "")?.iter().filter(|other| other.key != one.key) {
        let same = |mine: &Option<String>, theirs: &Option<String>| mine.is_some() && mine == theirs;
        for (number, shared) in [
            ("URN", same(&one.urn, &other.urn)),
            ("UKPRN", same(&one.ukprn, &other.ukprn)),
            ("LA and establishment number", same(&one.la_estab, &other.la_estab)),
        ] {
            if shared {
                doubts
                    .push(format!("{} has the same {number}. One of the two is probably wrong.", other.name));
            }
        }
    }
    Ok(doubts)
}
