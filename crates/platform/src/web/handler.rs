//! Handlers: ordinary functions whose first argument is the permit that their address needs.

use super::{Answer, Request, Steps, request::Input};
use crate::{
    access::{Access, Permit},
    audit::Recorded,
    db::{Reading, Writing},
    problem::Ending,
};
use std::{future::Future, pin::Pin};

/// A handler that reads: `fn(Permit<X>, &mut Reading, inputs…) -> Result<Answer, Ending>`.
#[diagnostic::on_unimplemented(
    message = "this handler cannot stand at an address that `needs({C})`",
    label = "its first argument must be `Permit<{C}>`, its second `&mut Reading`, and it answers with `Result<Answer, Ending>`",
    note = "change `needs(…)` in the sitemap or the permit in the handler: they must name the same deed"
)]
pub trait Reads<C: Access, A>: Send + Sync + 'static {
    fn call(&self, permit: Permit<C>, session: &mut Reading<'_>, request: &Request)
    -> Result<Answer, Ending>;
}

/// A handler that writes: `fn(Permit<X>, &mut Writing, inputs…) -> Result<Recorded<Answer>, Ending>`.
#[diagnostic::on_unimplemented(
    message = "this handler cannot stand at an address that `needs({C})`",
    label = "its first argument must be `Permit<{C}>`, its second `&mut Writing`, and it answers with `Result<Recorded<Answer>, Ending>`"
)]
pub trait Writes<C: Access, A>: Send + Sync + 'static {
    fn call(
        &self,
        permit: Permit<C>,
        session: &mut Writing<'_>,
        request: &Request,
    ) -> Result<Recorded<Answer>, Ending>;
}

/// A handler of several steps that must not hold the writer between them (passwords take 50 ms):
/// `async fn(Permit<X>, Steps, inputs…) -> Result<Answer, Ending>`.
#[diagnostic::on_unimplemented(
    message = "this handler cannot stand at an address that `needs({C})`",
    label = "it must be `async fn(Permit<{C}>, Steps, …) -> Result<Answer, Ending>`"
)]
pub trait Stepwise<C: Access, A>: Send + Sync + 'static {
    fn call(&self, permit: Permit<C>, steps: Steps, request: &Request) -> Result<Stepping, Ending>;
}

/// The rest of a handler of several steps.
pub type Stepping = Pin<Box<dyn Future<Output = Result<Answer, Ending>> + Send>>;

macro_rules! handlers { ($(($($input:ident),*))*) => { $(
    impl<Fun, C: Access, $($input: Input + Send + 'static),*> Reads<C, ($($input,)*)> for Fun
    where Fun: Fn(Permit<C>, &mut Reading<'_> $(, $input)*) -> Result<Answer, Ending> + Send + Sync + 'static {
        fn call(&self, permit: Permit<C>, session: &mut Reading<'_>, _request: &Request) -> Result<Answer, Ending> {
            self(permit, session $(, $input::of(_request)?)*)
        }
    }

    impl<Fun, C: Access, $($input: Input + Send + 'static),*> Writes<C, ($($input,)*)> for Fun
    where Fun: Fn(Permit<C>, &mut Writing<'_> $(, $input)*) -> Result<Recorded<Answer>, Ending> + Send + Sync + 'static {
        fn call(&self, permit: Permit<C>, session: &mut Writing<'_>, _request: &Request) -> Result<Recorded<Answer>, Ending> {
            self(permit, session $(, $input::of(_request)?)*)
        }
    }

    impl<Fun, Fut, C: Access, $($input: Input + Send + 'static),*> Stepwise<C, ($($input,)*)> for Fun
    where
        Fun: Fn(Permit<C>, Steps $(, $input)*) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Answer, Ending>> + Send + 'static,
    {
        fn call(&self, permit: Permit<C>, steps: Steps, _request: &Request) -> Result<Stepping, Ending> {
            Ok(Box::pin(self(permit, steps $(, $input::of(_request)?)*)))
        }
    }
)* } }

handlers! { () (A1) (A1, A2) (A1, A2, A3) (A1, A2, A3, A4) }
