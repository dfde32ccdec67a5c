//! A request, read and bounded before any handler sees it.

use super::{
    Token,
    upload::{self, Waiting},
};
use crate::{form::Form, ids::PublicId, problem::Ending};
use axum::{
    body::Body,
    extract::{ConnectInfo, RawPathParams, Request as HttpRequest},
    http::{HeaderMap, Method, header, request::Parts},
};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// What handlers take their inputs from.
#[derive(Clone, Debug)]
pub struct Request {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) params: Vec<(String, String)>,
    pub(crate) query: Form,
    pub(crate) form: Form,
    pub(crate) session: Option<Token>,
    pub(crate) visit: Option<Token>,
    pub(crate) told: Option<String>,
    pub(crate) wants_json: bool,
    pub(crate) origin: Origin,
    /// Where the request came from, for throttling.
    pub(crate) address: IpAddr,
    /// The browser's own name, for the list of sessions.
    pub(crate) agent: String,
    pub(crate) if_none_match: Option<String>,
    /// Files that came with the form, where the address takes any.
    pub(crate) upload: Waiting,
}

/// Whether the browser says that one of our own pages sent this.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Origin {
    Ours,
    Foreign,
    /// A client that says nothing: the form's sign alone decides.
    Unsaid,
}

/// Largest form, in bytes: a register of sixty learners with a note each stays below.
pub const FORM_BYTES: usize = 512 * 1024;

/// Most fields of a form.
const MOST_FIELDS: usize = 4_000;

/// A request whose body is not read yet: it may be files, which nobody sends who is not admitted.
pub(crate) async fn unread(app: &super::App, http: HttpRequest) -> (Request, Unread) {
    let (mut parts, body) = http.into_parts();
    let params = path_params(&mut parts).await;
    (head(app, &parts, params), Unread { headers: parts.headers, body })
}

/// The body of a request, still on its way.
pub(crate) struct Unread {
    headers: HeaderMap,
    body: Body,
}

impl Unread {
    /// Reads the small fields before the files, which wait until the handler takes them.
    pub(crate) async fn begin(self, request: &mut Request) -> Result<(), Ending> {
        (request.form, request.upload) = upload::begin(&self.headers, self.body).await?;
        Ok(())
    }
}

pub(crate) async fn read(app: &super::App, http: HttpRequest) -> Result<Request, (Ending, Request)> {
    let (mut parts, body) = http.into_parts();
    let params = path_params(&mut parts).await;
    let mut request = head(app, &parts, params);
    if parts.method == Method::POST {
        let declared = parts
            .headers
            .get(header::CONTENT_LENGTH)
            .and_then(|v| v.to_str().ok())
            .and_then(|v| v.parse::<usize>().ok());
        if declared.is_some_and(|length| length > FORM_BYTES) {
            return Err((Ending::TooLarge, request));
        }
        let bytes = match axum::body::to_bytes(body, FORM_BYTES).await {
            Ok(bytes) => bytes,
            Err(_) => return Err((Ending::TooLarge, request)),
        };
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if !bytes.is_empty() && !kind.starts_with("application/x-www-form-urlencoded") {
            return Err((
                Ending::Unreadable("This address takes a form, and what came was not one."),
                request,
            ));
        }
        if bytes.iter().filter(|b| **b == b'&').count() >= MOST_FIELDS {
            return Err((Ending::Unreadable("The form has more fields than any of our pages."), request));
        }
        request.form = Form::decode(&bytes);
    }
    Ok(request)
}

async fn path_params(parts: &mut Parts) -> Vec<(String, String)> {
    use axum::extract::FromRequestParts;
    match RawPathParams::from_request_parts(parts, &()).await {
        Ok(params) => params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        Err(_) => Vec::new(),
    }
}

fn head(app: &super::App, parts: &Parts, params: Vec<(String, String)>) -> Request {
    let text =
        |name: header::HeaderName| parts.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let names = app.cookie_names();
    Request {
        method: parts.method.clone(),
        path: parts.uri.path().to_owned(),
        params,
        query: Form::decode(parts.uri.query().unwrap_or_default().as_bytes()),
        form: Form::empty(),
        session: cookie(&parts.headers, names.session).and_then(|c| Token::parse(&c)),
        visit: cookie(&parts.headers, names.visit).and_then(|c| Token::parse(&c)),
        told: cookie(&parts.headers, names.told),
        wants_json: text(header::ACCEPT).starts_with("application/json"),
        origin: origin(&parts.headers, app.public_origin()),
        address: address(parts, app.config().behind_proxy),
        agent: text(header::USER_AGENT).chars().take(200).collect(),
        if_none_match: parts
            .headers
            .get(header::IF_NONE_MATCH)
            .and_then(|v| v.to_str().ok())
            .map(str::to_owned),
        upload: Waiting::default(),
    }
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(header::COOKIE);
    all.iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('=').map(str::to_owned))
}

fn origin(headers: &HeaderMap, public_origin: &str) -> Origin {
    let text = |name: &str| headers.get(name).map(|v| v.to_str().unwrap_or("?"));
    match text("sec-fetch-site") {
        Some("same-origin") => return Origin::Ours,
        Some(_) => return Origin::Foreign,
        None => {}
    }
    match text("origin") {
        None => Origin::Unsaid,
        Some(origin) if origin == public_origin => Origin::Ours,
        // A server reached by another name than the configured one is still itself.
        Some(origin)
            if text("host").is_some_and(|host| origin.split_once("://").is_some_and(|(_, o)| o == host)) =>
        {
            Origin::Ours
        }
        Some(_) => Origin::Foreign,
    }
}

fn address(parts: &Parts, behind_proxy: bool) -> IpAddr {
    let forwarded = || {
        parts
            .headers
            .get("x-forwarded-for")?
            .to_str()
            .ok()?
            .rsplit(',')
            .next()?
            .trim()
            .parse()
            .ok()
    };
    let peer = parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.0.ip());
    if behind_proxy && peer.is_loopback() {
        forwarded().unwrap_or(peer)
    } else {
        peer
    }
}

/// Something that a handler takes from the request.
pub trait Input: Sized {
    /// Reads it, or says why there is no such page.
    fn of(request: &Request) -> Result<Self, Ending>;
}

/// The public ids in the address, in order: `Ids([lesson])`, `Ids([person, session])`.
#[derive(Clone, Debug)]
pub struct Ids<const N: usize>(pub [PublicId; N]);

impl<const N: usize> Input for Ids<N> {
    fn of(request: &Request) -> Result<Self, Ending> {
        let ids: Option<Vec<PublicId>> =
            request.params.iter().map(|(_, value)| PublicId::parse(value)).collect();
        ids.and_then(|ids| ids.try_into().ok()).map(Ids).ok_or(Ending::Missing)
    }
}

/// One word in the address that is no id: the name of a setting, of a file.
#[derive(Clone, Debug)]
pub struct Word(pub String);

impl Input for Word {
    fn of(request: &Request) -> Result<Self, Ending> {
        request.params.first().map(|(_, value)| Word(value.clone())).ok_or(Ending::Missing)
    }
}

/// What stands behind the question mark.
#[derive(Clone, Debug)]
pub struct Query(pub Form);

impl Input for Query {
    fn of(request: &Request) -> Result<Self, Ending> {
        Ok(Query(request.query.clone()))
    }
}

/// The posted form. The sitemap has verified its sign by the time a handler can take it.
impl Input for Form {
    fn of(request: &Request) -> Result<Self, Ending> {
        Ok(request.form.clone())
    }
}

/// Whether a script asked, and wants JSON.
#[derive(Clone, Copy, Debug)]
pub struct ForScript(pub bool);

impl Input for ForScript {
    fn of(request: &Request) -> Result<Self, Ending> {
        Ok(ForScript(request.wants_json))
    }
}

/// Where the request came from and with what browser.
#[derive(Clone, Debug)]
pub struct Origination {
    pub address: IpAddr,
    pub agent: String,
}

impl Input for Origination {
    fn of(request: &Request) -> Result<Self, Ending> {
        Ok(Origination {
            address: request.address,
            agent: request.agent.clone(),
        })
    }
}
