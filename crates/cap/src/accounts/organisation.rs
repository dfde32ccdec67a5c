//! Organisations: the service, its schools, its providers.

use super::identifiers::{Email, LaEstab, Phone, Postcode, Ukprn, Urn};
use crate::schema::{organisation, partnership};
use diesel::prelude::*;
use platform::{
    Ending, Writing,
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
