//! The sitemap: every address of the product as data, each with what it needs. There is no other
//! way to add an address, and the permit for a deed is minted only here.

use super::{
    Answer, App, Request, Steps,
    handler::{Reads, Stepping, Stepwise, Writes},
    serve,
};
use crate::{
    access::{Access, Permit, Who},
    audit::Recorded,
    db::{Reading, Writing},
    problem::Ending,
};
use axum::{
    Router,
    extract::{Request as HttpRequest, State},
    http::Method,
    routing::{MethodFilter, MethodRouter},
};
use std::{marker::PhantomData, sync::Arc};

/// What an address needs: written `needs(ViewRegister)` in the sitemap.
pub struct Needs<C>(PhantomData<C>);

/// What an address needs.
pub fn needs<C: Access>(_: C) -> Needs<C> {
    Needs(PhantomData)
}

/// One address and method, for the sweeps and the permissions table.
#[derive(Clone, Debug)]
pub struct Line {
    pub method: Method,
    pub path: &'static str,
    /// The deed that it needs.
    pub needs: &'static str,
}

type ReadCall = dyn Fn(&Who, &mut Reading<'_>, &Request) -> Result<Answer, Ending> + Send + Sync;
type WriteCall = dyn Fn(&Who, &mut Writing<'_>, &Request) -> Result<Recorded<Answer>, Ending> + Send + Sync;
type StepsCall = dyn Fn(&Who, Steps, &Request) -> Result<Stepping, Ending> + Send + Sync;

#[derive(Clone)]
pub(crate) enum Call {
    Read(Arc<ReadCall>),
    Write(Arc<WriteCall>),
    Steps(Arc<StepsCall>),
}

/// A handler at its address.
#[derive(Clone)]
pub(crate) struct Endpoint {
    pub(crate) needs: &'static str,
    pub(crate) admit: fn(&Who) -> Result<(), Ending>,
    pub(crate) call: Call,
    /// It takes a form with files, for as long as they need.
    pub(crate) files: bool,
}

/// One address with its methods.
pub struct Address {
    path: &'static str,
    endpoints: Vec<(Method, Endpoint)>,
}

/// An address of the product, with `{names}` for its ids.
pub fn at(path: &'static str) -> Address {
    Address { path, endpoints: Vec::new() }
}

fn admit<C: Access>(who: &Who) -> Result<(), Ending> {
    C::admit(who).map(drop)
}

impl Address {
    /// Answers GET.
    pub fn get<C: Access, A: 'static>(self, handler: impl Reads<C, A>, _: Needs<C>) -> Address {
        let call = Call::Read(Arc::new(move |who, session, request| {
            handler.call(Permit::mint(who)?, session, request)
        }));
        self.with::<C>(Method::GET, call)
    }

    /// Answers POST, in one transaction.
    pub fn post<C: Access, A: 'static>(self, handler: impl Writes<C, A>, _: Needs<C>) -> Address {
        let call = Call::Write(Arc::new(move |who, session, request| {
            handler.call(Permit::mint(who)?, session, request)
        }));
        self.with::<C>(Method::POST, call)
    }

    /// Answers POST in several steps, for what must not hold the writer.
    pub fn post_in_steps<C: Access, A: 'static>(self, handler: impl Stepwise<C, A>, _: Needs<C>) -> Address {
        let call = Call::Steps(Arc::new(move |who, steps, request| {
            handler.call(Permit::mint(who)?, steps, request)
        }));
        self.with::<C>(Method::POST, call)
    }

    /// Answers a POST of a form with files, which the handler takes as they arrive.
    pub fn post_files<C: Access, A: 'static>(self, handler: impl Stepwise<C, A>, needs: Needs<C>) -> Address {
        let mut address = self.post_in_steps(handler, needs);
        if let Some((_, endpoint)) = address.endpoints.last_mut() {
            endpoint.files = true;
        }
        address
    }

    fn with<C: Access>(mut self, method: Method, call: Call) -> Address {
        let endpoint = Endpoint {
            needs: C::NAME,
            admit: admit::<C>,
            call,
            files: false,
        };
        self.endpoints.push((method, endpoint));
        self
    }
}

/// All addresses.
pub struct Sitemap(pub Vec<Address>);

impl Sitemap {
    /// As data.
    pub fn lines(&self) -> Vec<Line> {
        let of = |address: &Address| {
            let path = address.path;
            address
                .endpoints
                .iter()
                .map(move |(method, endpoint)| Line {
                    method: method.clone(),
                    path,
                    needs: endpoint.needs,
                })
                .collect::<Vec<_>>()
        };
        self.0.iter().flat_map(of).collect()
    }

    /// As a router.
    pub fn router(self, app: App) -> Router {
        let mut router = Router::new();
        for address in self.0 {
            let mut methods: MethodRouter<App> = MethodRouter::new();
            for (method, endpoint) in address.endpoints {
                let filter = if method == Method::GET {
                    MethodFilter::GET
                } else {
                    MethodFilter::POST
                };
                let limit = (!endpoint.files).then(serve::time_limit);
                let mut method =
                    MethodRouter::new().on(filter, move |State(app): State<App>, http: HttpRequest| {
                        serve::endpoint(app, endpoint.clone(), http)
                    });
                if let Some(limit) = limit {
                    method = method.layer(limit);
                }
                methods = methods.merge(method);
            }
            router = router.route(address.path, methods.fallback(serve::wrong_method));
        }
        serve::finish(router.fallback(serve::no_such_page), app)
    }
}
