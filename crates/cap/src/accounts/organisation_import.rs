//! `cap import organisations`: schools, providers and the service itself.

use super::{
    identifiers::{Email, LaEstab, Phone, Postcode, Ukprn, Urn},
    import::{Column, Import, Planned, Planning, may, must, overlay},
    organisation::{self, NewOrganisation},
};
use crate::schema;
use diesel::prelude::*;
use platform::{
    Ending, Form, Session, Writing,
    access::Side,
    form::{LINE, TEXT},
    ids::{OrganisationKey, PartnershipKey},
    table::Table,
    text::fold,
};
use std::collections::HashMap;

/// A file of organisations.
#[derive(Debug)]
pub struct Organisations;

/// What a row does.
#[derive(Debug)]
pub enum Change {
    Make(NewOrganisation),
    Update(OrganisationKey, NewOrganisation),
}

impl Import for Organisations {
    type Change = Change;
    const WORD: &'static str = "organisations";
    const KNOWN: &'static str = "An organisation of the same kind and name is the same one: filled cells replace what is known of it, empty cells leave it. A partnership that is named and not there yet is made.";
    const MAKES_PARTNERSHIP: bool = true;
    const COLUMNS: &'static [Column] = &[
        must("kind", "school, provider or service"),
        must("name", "As people say it"),
        may("urn", "Six digits, of a school"),
        may("ukprn", "Eight digits, of a provider"),
        may("la_estab", "Local authority and establishment number, like 999/1234"),
        may("address", "Without the postcode"),
        may("postcode", "Full"),
        may("telephone", ""),
        may("email", "Of the organisation, not of a person"),
    ];

    fn plan(s: &mut Session<'_>, at: PartnershipKey, table: &Table) -> Result<Planned<Change>, Ending> {
        let known = known(s, at)?;
        let (mut planning, mut lines) = (Planning::default(), HashMap::new());
        for row in table.rows() {
            let kind = row.get("kind").to_lowercase();
            let identity = (kind, fold(row.get("name")));
            let before = known.get(&identity);
            let mut form =
                overlay(before.map_or_else(Form::empty, |(_, form)| form.clone()), &row, Self::COLUMNS);
            let new = read(&mut form);
            if let Some(line) = lines.insert(identity, row.line()) {
                form.refuse("name", format!("this organisation stands on line {line} too"));
            }
            let (true, Some(new)) = (planning.takes(&row, &form), new) else {
                continue;
            };
            let what = format!("{} {}", new.side.word(), new.name);
            match before {
                None => planning.makes(&row, what, Change::Make(new)),
                Some((_, form)) if fill(&new).fields() == form.fields() => planning.leaves(),
                Some((key, _)) => planning.changes(&row, what, Change::Update(*key, new)),
            }
        }
        Ok(planning.done())
    }

    fn apply(w: &mut Writing<'_>, at: PartnershipKey, change: &Change) -> Result<Option<i64>, Ending> {
        match change {
            Change::Make(new) => organisation::make(w, at, new).map(drop)?,
            Change::Update(key, new) => update(w, *key, new)?,
        }
        Ok(None)
    }
}

/// Reads an organisation; `None` when a field is refused.
fn read(form: &mut Form) -> Option<NewOrganisation> {
    let side = form.required_parsed("kind", "Enter school, provider or service", |word| {
        Side::parse(&word.to_lowercase()).ok_or("Enter school, provider or service")
    });
    let new = NewOrganisation {
        side: side?,
        name: form.required("name", LINE, "Enter the name"),
        urn: form.parsed("urn", Urn::parse),
        ukprn: form.parsed("ukprn", Ukprn::parse),
        la_estab: form.parsed("la_estab", LaEstab::parse),
        address: form.text("address", TEXT),
        postcode: form.parsed("postcode", Postcode::parse),
        telephone: form.parsed("telephone", Phone::parse),
        email: form.parsed("email", Email::parse),
    };
    form.is_good().then_some(new)
}

fn fill(of: &NewOrganisation) -> Form {
    Form::empty()
        .with("kind", of.side.word())
        .with("name", &of.name)
        .with("urn", of.urn.as_ref().map_or("", Urn::as_str))
        .with("ukprn", of.ukprn.as_ref().map_or("", Ukprn::as_str))
        .with("la_estab", of.la_estab.as_ref().map_or("", LaEstab::as_str))
        .with("address", &of.address)
        .with("postcode", of.postcode.as_ref().map_or("", Postcode::as_str))
        .with("telephone", of.telephone.as_ref().map_or("", Phone::as_str))
        .with("email", of.email.as_ref().map_or("", Email::as_str))
}

type Known = HashMap<(String, String), (OrganisationKey, Form)>;

/// The partnership's organisations by kind and folded name, each as the form that would make it.
fn known(s: &mut Session<'_>, at: PartnershipKey) -> Result<Known, Ending> {
    use schema::organisation;
    type Text = Option<String>;
    type Row = (OrganisationKey, String, String, String, (Text, Text, Text, String, Text, Text, Text));
    let rows: Vec<Row> = organisation::table
        .filter(organisation::partnership_id.eq(at))
        .order(organisation::id.desc())
        .select((
            organisation::id,
            organisation::kind,
            organisation::name,
            organisation::name_key,
            (
                organisation::urn,
                organisation::ukprn,
                organisation::la_estab,
                organisation::address,
                organisation::postcode,
                organisation::telephone,
                organisation::email,
            ),
        ))
        .load(s.db())?;
    let one = |(key, kind, name, name_key, rest): Row| {
        let (urn, ukprn, la_estab, address, postcode, telephone, email) = rest;
        let form = Form::empty()
            .with("kind", &kind)
            .with("name", name)
            .with("urn", urn.unwrap_or_default())
            .with("ukprn", ukprn.unwrap_or_default())
            .with("la_estab", la_estab.unwrap_or_default())
            .with("address", address)
            .with("postcode", postcode.unwrap_or_default())
            .with("telephone", telephone.unwrap_or_default())
            .with("email", email.unwrap_or_default());
        ((kind, name_key), (key, form))
    };
    Ok(rows.into_iter().map(one).collect())
}

fn update(w: &mut Writing<'_>, key: OrganisationKey, new: &NewOrganisation) -> Result<(), Ending> {
    use schema::organisation;
    diesel::update(organisation::table.filter(organisation::id.eq(key)))
        .set((
            organisation::name.eq(&new.name),
            organisation::urn.eq(new.urn.as_ref().map(Urn::as_str)),
            organisation::ukprn.eq(new.ukprn.as_ref().map(Ukprn::as_str)),
            organisation::la_estab.eq(new.la_estab.as_ref().map(LaEstab::as_str)),
            organisation::address.eq(&new.address),
            organisation::postcode.eq(new.postcode.as_ref().map(Postcode::as_str)),
            organisation::telephone.eq(new.telephone.as_ref().map(Phone::as_str)),
            organisation::email.eq(new.email.as_ref().map(Email::as_str)),
            organisation::version.eq(organisation::version + 1),
        ))
        .execute(w.db())?;
    Ok(())
}
