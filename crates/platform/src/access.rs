//! Who is asking, and the proof that they may.
//!
//! A [`Permit`] is minted only by the sitemap, at the address that names its [`Access`]; a handler
//! that has one need not ask again, and a handler without one does not compile into a route.

use crate::{
    ids::{MembershipKey, OrganisationKey, PartnershipKey, PersonKey, SessionKey},
    problem::Ending,
};

/// What kind of organisation somebody works for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Side {
    /// The local authority's service.
    Service,
    /// A home school.
    School,
    /// A provider of courses.
    Provider,
}

/// One person's part in one organisation (PRODUCT.md §1).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum Role {
    CapAdministrator,
    CapStaff,
    SchoolAttendance,
    SchoolCoordinator,
    SchoolDsl,
    ProviderManager,
    Tutor,
    ProviderCoordinator,
    ProviderDsl,
}

impl Role {
    /// Every role, in the order in which lists show them.
    pub const ALL: [Role; 9] = [
        Role::CapAdministrator,
        Role::CapStaff,
        Role::SchoolAttendance,
        Role::SchoolCoordinator,
        Role::SchoolDsl,
        Role::ProviderManager,
        Role::Tutor,
        Role::ProviderCoordinator,
        Role::ProviderDsl,
    ];

    /// The kind of organisation that has this role.
    pub fn side(self) -> Side {
        match self {
            Role::CapAdministrator | Role::CapStaff => Side::Service,
            Role::SchoolAttendance | Role::SchoolCoordinator | Role::SchoolDsl => Side::School,
            Role::ProviderManager | Role::Tutor | Role::ProviderCoordinator | Role::ProviderDsl => {
                Side::Provider
            }
        }
    }

    /// The word in the database, in forms and in import files.
    pub fn word(self) -> &'static str {
        match self {
            Role::CapAdministrator => "cap-administrator",
            Role::CapStaff => "cap-staff",
            Role::SchoolAttendance => "school-attendance",
            Role::SchoolCoordinator => "school-coordinator",
            Role::SchoolDsl => "school-dsl",
            Role::ProviderManager => "provider-manager",
            Role::Tutor => "tutor",
            Role::ProviderCoordinator => "provider-coordinator",
            Role::ProviderDsl => "provider-dsl",
        }
    }

    /// As people say it.
    pub fn label(self) -> &'static str {
        match self {
            Role::CapAdministrator => "CAP administrator",
            Role::CapStaff => "CAP staff",
            Role::SchoolAttendance => "School attendance",
            Role::SchoolCoordinator | Role::ProviderCoordinator => "CAP Coordinator",
            Role::SchoolDsl | Role::ProviderDsl => "Designated safeguarding lead",
            Role::ProviderManager => "Provider manager",
            Role::Tutor => "Tutor",
        }
    }

    /// The role that has this word.
    pub fn parse(word: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.word() == word)
    }
}

impl Side {
    /// The word in the database, in forms and in import files.
    pub fn word(self) -> &'static str {
        match self {
            Side::Service => "service",
            Side::School => "school",
            Side::Provider => "provider",
        }
    }

    /// The side that has this word.
    pub fn parse(word: &str) -> Option<Side> {
        [Side::Service, Side::School, Side::Provider].into_iter().find(|side| side.word() == word)
    }
}

/// Somebody who is signed in, in one of their memberships: the start of every question about rows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Actor {
    pub session: SessionKey,
    pub person: PersonKey,
    pub membership: MembershipKey,
    pub organisation: OrganisationKey,
    pub partnership: PartnershipKey,
    pub role: Role,
}

/// A person who gave the right password and has something left to do before they are in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Halfway {
    pub session: SessionKey,
    pub person: PersonKey,
    pub stage: Stage,
}

/// What is left to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// Accept the Terms & Conditions that have come since.
    Terms,
}

/// Work of the machine itself, audited as such.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Task {
    /// Background jobs.
    Jobs,
    /// A command given at the server: `cap user`, `cap import`, `cap settings`.
    Command,
    /// Filling the demo service.
    Demo,
}

impl Task {
    /// As the audit names it.
    pub fn word(self) -> &'static str {
        match self {
            Task::Jobs => "jobs",
            Task::Command => "command",
            Task::Demo => "demo",
        }
    }
}

/// Whoever is behind a request or a piece of work.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Who {
    Visitor,
    Halfway(Halfway),
    Actor(Actor),
    Task(Task),
}

/// What an address needs before its handler runs.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not something an address can need",
    note = "use a deed of `deeds!`, or `Anyone`, `HalfwayIn` or `SignedIn`"
)]
pub trait Access: Copy + Send + Sync + 'static {
    /// What admission proves.
    type Proof: Clone + Send + 'static;
    /// The name in the sitemap, the permissions table and the audit.
    const NAME: &'static str;
    /// The proof, or why not.
    fn admit(who: &Who) -> Result<Self::Proof, Ending>;
}

/// Proof that somebody was admitted; only the sitemap mints it.
#[derive(Clone)]
pub struct Permit<A: Access>(A::Proof);

impl<A: Access> Permit<A> {
    pub(crate) fn mint(who: &Who) -> Result<Self, Ending> {
        A::admit(who).map(Permit)
    }
}

impl<A: Access<Proof = Actor>> Permit<A> {
    /// Who was admitted.
    pub fn actor(&self) -> &Actor {
        &self.0
    }
}

impl Permit<Anyone> {
    /// Whoever it is.
    pub fn who(&self) -> &Who {
        &self.0
    }
}

impl Permit<HalfwayIn> {
    /// Who is on the way in.
    pub fn halfway(&self) -> &Halfway {
        &self.0
    }
}

/// Open to the world.
#[derive(Clone, Copy, Debug)]
pub struct Anyone;

impl Access for Anyone {
    type Proof = Who;
    const NAME: &'static str = "Anyone";
    fn admit(who: &Who) -> Result<Who, Ending> {
        Ok(who.clone())
    }
}

/// For those who gave their password and are not in yet.
#[derive(Clone, Copy, Debug)]
pub struct HalfwayIn;

impl Access for HalfwayIn {
    type Proof = Halfway;
    const NAME: &'static str = "HalfwayIn";
    fn admit(who: &Who) -> Result<Halfway, Ending> {
        match who {
            Who::Halfway(halfway) => Ok(halfway.clone()),
            Who::Visitor | Who::Actor(_) | Who::Task(_) => Err(Ending::SignIn),
        }
    }
}

/// For everybody who is signed in, whatever the role.
#[derive(Clone, Copy, Debug)]
pub struct SignedIn;

impl Access for SignedIn {
    type Proof = Actor;
    const NAME: &'static str = "SignedIn";
    fn admit(who: &Who) -> Result<Actor, Ending> {
        signed_in(who)
    }
}

/// The actor, or the way to sign in.
pub fn signed_in(who: &Who) -> Result<Actor, Ending> {
    match who {
        Who::Actor(actor) => Ok(actor.clone()),
        Who::Visitor | Who::Halfway(_) | Who::Task(_) => Err(Ending::SignIn),
    }
}

/// Declares the product's deeds: an enum for the one exhaustive table of roles, and a type for each,
/// so that a permit for one is not taken for another. `$may` is `fn(Role, Deed) -> bool`.
#[macro_export]
macro_rules! deeds { ($may:path; $($(#[$doc:meta])* $deed:ident),* $(,)?) => {
    /// What somebody can be allowed to do.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub enum Deed { $($(#[$doc])* $deed),* }

    impl Deed {
        /// Every deed, in the order of the permissions table.
        pub const ALL: &'static [Deed] = &[$(Deed::$deed),*];
    }

    $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $deed;

        impl $crate::access::Access for $deed {
            type Proof = $crate::access::Actor;
            const NAME: &'static str = stringify!($deed);
            fn admit(who: &$crate::access::Who) -> Result<$crate::access::Actor, $crate::problem::Ending> {
                let actor = $crate::access::signed_in(who)?;
                if $may(actor.role, Deed::$deed) { Ok(actor) } else { Err($crate::problem::Ending::Forbidden) }
            }
        }
    )*
} }
