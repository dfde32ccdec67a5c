//! The four ways of Datalocker: service to school, service to provider, school to service, provider
//! to service (PRODUCT.md §3). Nothing else can be addressed; the table `transfer` refuses it too.

use super::told::Waiting;
use crate::schema::organisation;
use diesel::prelude::*;
use platform::{
    Ending, Role, Session,
    access::Side,
    ids::{OrganisationKey, PublicId},
};

/// Who of the receiving organisation a file is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Recipient {
    Coordinator,
    Dsl,
    Cap,
}

impl Recipient {
    /// The word in the database and in forms.
    pub fn word(self) -> &'static str {
        match self {
            Recipient::Coordinator => "coordinator",
            Recipient::Dsl => "dsl",
            Recipient::Cap => "cap",
        }
    }

    /// As people say it.
    pub fn label(self) -> &'static str {
        match self {
            Recipient::Coordinator => "CAP Coordinator",
            Recipient::Dsl => "Designated safeguarding lead",
            Recipient::Cap => "CAP",
        }
    }

    /// The recipient that has this word.
    pub fn parse(word: &str) -> Option<Recipient> {
        [Recipient::Coordinator, Recipient::Dsl, Recipient::Cap]
            .into_iter()
            .find(|recipient| recipient.word() == word)
    }

    /// What somebody with this role receives; nothing where the role has no part in Datalocker.
    pub fn of(role: Role) -> Option<Recipient> {
        match role {
            Role::CapStaff => Some(Recipient::Cap),
            Role::SchoolCoordinator | Role::ProviderCoordinator => Some(Recipient::Coordinator),
            Role::SchoolDsl | Role::ProviderDsl => Some(Recipient::Dsl),
            Role::CapAdministrator | Role::SchoolAttendance | Role::ProviderManager | Role::Tutor => None,
        }
    }

    /// Those of an organisation of this kind who receive it.
    pub fn roles(self, side: Side) -> &'static [Role] {
        match (side, self) {
            (Side::Service, Recipient::Cap) => &[Role::CapStaff],
            (Side::School, Recipient::Coordinator) => &[Role::SchoolCoordinator],
            (Side::School, Recipient::Dsl) => &[Role::SchoolDsl],
            (Side::Provider, Recipient::Coordinator) => &[Role::ProviderCoordinator],
            (Side::Provider, Recipient::Dsl) => &[Role::ProviderDsl],
            (Side::Service, Recipient::Coordinator | Recipient::Dsl)
            | (Side::School | Side::Provider, Recipient::Cap) => &[],
        }
    }
}

/// Whom somebody of one kind of organisation may send to in one of another kind.
pub fn recipients(from: Side, to: Side) -> &'static [Recipient] {
    match (from, to) {
        (Side::Service, Side::School | Side::Provider) => &[Recipient::Coordinator, Recipient::Dsl],
        (Side::School | Side::Provider, Side::Service) => &[Recipient::Cap],
        (Side::Service, Side::Service) | (Side::School | Side::Provider, Side::School | Side::Provider) => {
            &[]
        }
    }
}

/// Where a file goes: only [`address`] makes one, so each is one of the four ways.
#[derive(Clone, Debug)]
pub struct Addressed {
    pub(super) to: OrganisationKey,
    pub(super) side: Side,
    /// The receiving organisation's name.
    pub name: String,
    pub recipient: Recipient,
}

impl Addressed {
    /// Those for whom the file will wait.
    pub fn waiting(&self) -> Waiting {
        Waiting {
            organisation: self.to,
            side: self.side,
            recipient: self.recipient,
        }
    }

    /// The receiving organisation.
    pub fn organisation(&self) -> OrganisationKey {
        self.to
    }

    /// The kind of the receiving organisation, as people say it.
    pub fn kind(&self) -> &'static str {
        self.side.word()
    }
}

/// An organisation that the sender may address.
#[derive(Clone, Debug)]
pub struct Choice {
    key: OrganisationKey,
    pub public_id: PublicId,
    pub name: String,
    pub side: Side,
}

/// The organisations that the sender may address: by kind and name.
///
/// # Errors
/// A database error, or that nobody is signed in.
pub fn choices(s: &mut Session<'_>) -> Result<Vec<Choice>, Ending> {
    let (actor, today) = (s.actor()?.clone(), s.today());
    let from = actor.role.side();
    let found: Vec<(OrganisationKey, PublicId, String, String)> = organisation::table
        .filter(organisation::partnership_id.eq(actor.partnership))
        .filter(organisation::ended_on.is_null().or(organisation::ended_on.ge(today)))
        .order((organisation::kind, organisation::name_key, organisation::id))
        .select((organisation::id, organisation::public_id, organisation::name, organisation::kind))
        .load(s.db())?;
    let choice = |(key, public_id, name, kind): (_, _, _, String)| {
        let side = Side::parse(&kind).filter(|side| !recipients(from, *side).is_empty())?;
        Some(Choice { key, public_id, name, side })
    };
    Ok(found.into_iter().filter_map(choice).collect())
}

/// The choice of every school.
pub const ALL_SCHOOLS: &str = "all-schools";
/// The choice of every provider.
pub const ALL_PROVIDERS: &str = "all-providers";
/// Stands before the ids of organisations that were ticked.
const THESE: &str = "these ";

/// The choice of these organisations.
pub fn these(ids: &[PublicId]) -> String {
    let ids: Vec<&str> = ids.iter().map(PublicId::as_str).collect();
    format!("{THESE}{}", ids.join(" "))
}

/// How many organisations were ticked, for a choice that is such a set.
pub fn ticked(choice: &str) -> Option<usize> {
    choice.strip_prefix(THESE).map(|ids| ids.split(' ').count())
}

/// An organisation with its kind, so that nobody takes a school for a provider.
pub fn named(one: &Choice) -> String {
    match one.side {
        Side::Service => one.name.clone(),
        Side::School => format!("{} (school)", one.name),
        Side::Provider => format!("{} (provider)", one.name),
    }
}

/// What was chosen as an address: one organisation, or for the service a kind of them or a ticked
/// set. None where the sender may not send to every one of them.
pub fn address(
    choices: &[Choice],
    from: Side,
    organisations: &str,
    recipient: &str,
) -> Option<Vec<Addressed>> {
    let recipient = Recipient::parse(recipient)?;
    let of = |side: Side| choices.iter().filter(move |choice| choice.side == side).collect();
    let to: Vec<&Choice> = match (organisations, from) {
        (ALL_SCHOOLS, Side::Service) => of(Side::School),
        (ALL_PROVIDERS, Side::Service) => of(Side::Provider),
        (ids, _) => {
            let ids = match from {
                Side::Service => ids.strip_prefix(THESE).unwrap_or(ids),
                Side::School | Side::Provider => ids,
            };
            let find = |id| choices.iter().find(|choice| choice.public_id.as_str() == id);
            ids.split(' ').map(find).collect::<Option<_>>()?
        }
    };
    let may_send = !to.is_empty() && to.iter().all(|one| recipients(from, one.side).contains(&recipient));
    may_send.then(|| {
        to.into_iter()
            .map(|one| Addressed {
                to: one.key,
                side: one.side,
                name: one.name.clone(),
                recipient,
            })
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_four_ways_and_no_other() {
        const SIDES: [Side; 3] = [Side::Service, Side::School, Side::Provider];
        let ways: Vec<(Side, Side)> = SIDES
            .into_iter()
            .flat_map(|from| SIDES.map(|to| (from, to)))
            .filter(|(from, to)| !recipients(*from, *to).is_empty())
            .collect();
        assert_eq!(
            ways,
            [
                (Side::Service, Side::School),
                (Side::Service, Side::Provider),
                (Side::School, Side::Service),
                (Side::Provider, Side::Service)
            ]
        );
    }

    #[test]
    fn whoever_is_addressed_receives() {
        for role in Role::ALL {
            for recipient in [Recipient::Coordinator, Recipient::Dsl, Recipient::Cap] {
                let receives = Recipient::of(role) == Some(recipient);
                assert_eq!(recipient.roles(role.side()).contains(&role), receives, "{role:?} {recipient:?}");
            }
        }
    }
}
