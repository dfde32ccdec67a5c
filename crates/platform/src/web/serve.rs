//! One request from its first byte to its answer: read, identify, admit, parse, act, keep, answer.

use super::{
    Answer, App, EndingPage, Flash, Kind, Request, SessionChange, Steps, Token, headers, kept, request,
    request::Origin,
    sitemap::{Call, Endpoint},
    stream,
};
use crate::{
    access::Who,
    audit::{Recorded, hex},
    db::{Caller, Context},
    ids::PublicId,
    problem::Ending,
    schema::form_receipt,
};
use axum::{
    Router,
    body::Body,
    extract::{Request as HttpRequest, State},
    http::{HeaderValue, Method, Response, StatusCode, header},
    response::IntoResponse,
};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::{sync::Arc, time::Duration};
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};

/// Longest time from a request's first byte to its answer.
const REQUEST_TIME: Duration = Duration::from_secs(60);

pub(crate) fn finish(router: Router<App>, app: App) -> Router {
    let header_app = app.clone();
    router
        .layer(tower_http::compression::CompressionLayer::new().compress_when(worth_compressing()))
        .layer(axum::middleware::map_response(move |answer: Response<Body>| {
            let app = header_app.clone();
            async move { headers::add(&app, answer) }
        }))
        .with_state(app)
}

/// The longest time that a request may take, files apart.
pub(crate) fn time_limit() -> tower_http::timeout::TimeoutLayer {
    tower_http::timeout::TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, REQUEST_TIME)
}

/// Pages and exports; people's own files go as they are.
fn worth_compressing() -> impl Predicate {
    DefaultPredicate::new()
        .and(NotForContentType::const_new(stream::FILE))
        .and(NotForContentType::const_new(stream::ZIP))
}

pub(crate) async fn no_such_page(State(app): State<App>, http: HttpRequest) -> Response<Body> {
    bare(app, http, Ending::Missing).await
}

pub(crate) async fn wrong_method(State(app): State<App>, http: HttpRequest) -> Response<Body> {
    let mut answer = bare(app, http, Ending::Missing).await;
    *answer.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    answer
}

async fn bare(app: App, http: HttpRequest, ending: Ending) -> Response<Body> {
    let (parts, _) = http.into_parts();
    let request = match request::read(&app, HttpRequest::from_parts(parts, Body::empty())).await {
        Ok(request) | Err((_, request)) => request,
    };
    let context = match identify(&app, &request).await {
        Ok(caller) => context(&app, &request, caller, None),
        Err(_) => context(&app, &request, Caller::visitor(), None),
    };
    ended(&app, &context, &request, ending)
}

pub(crate) async fn endpoint(app: App, endpoint: Endpoint, http: HttpRequest) -> Response<Body> {
    let refused = |request: &Request, ending| {
        let context = context(&app, request, Caller::visitor(), None);
        ended(&app, &context, request, ending)
    };
    let (mut request, files) = if endpoint.files {
        let (request, files) = request::unread(&app, http).await;
        (request, Some(files))
    } else {
        match request::read(&app, http).await {
            Ok(request) => (request, None),
            Err((ending, request)) => return refused(&request, ending),
        }
    };
    let caller = match identify(&app, &request).await {
        Ok(caller) => caller,
        Err(ending) => return refused(&request, ending),
    };
    touch(&app, &caller);
    let told = told(&app, &request).await;
    let context = context(&app, &request, caller, told);
    if let Some(files) = files {
        // Whoever is not admitted has none of their files read.
        let begun = match (endpoint.admit)(&context.caller.who) {
            Ok(()) => files.begin(&mut request).await,
            Err(ending) => Err(ending),
        };
        if let Err(ending) = begun {
            return ended(&app, &context, &request, ending);
        }
    }
    match act(&app, &context, &request, endpoint).await {
        Ok(answer) => respond(&app, &context, &request, answer),
        Err(ending) => ended(&app, &context, &request, ending),
    }
}

async fn act(
    app: &App,
    context: &Arc<Context>,
    request: &Request,
    endpoint: Endpoint,
) -> Result<Answer, Ending> {
    if request.method == Method::POST {
        check_form(app, context, request, &endpoint).await?;
    }
    (endpoint.admit)(&context.caller.who)?;
    let (who, asked) = (context.caller.who.clone(), request.clone());
    match endpoint.call {
        Call::Read(call) => {
            app.read_in(context.clone(), endpoint.needs, move |session| call(&who, session, &asked))
                .await
        }
        Call::Write(call) => {
            let token = token_hash(&asked);
            let again = app.clone();
            let answer = app
                .write_in(context.clone(), endpoint.needs, move |session| {
                    // The session may have been ended while this waited for its turn.
                    let who = match &asked.session {
                        Some(token) => {
                            let now = session.now();
                            again.product().identify(session.db(), &token.hash(), now, &again.settings())?.who
                        }
                        None => who,
                    };
                    once(session, &asked, token, |session| call(&who, session, &asked))
                })
                .await?;
            Ok(answer)
        }
        Call::Steps(call) => {
            let steps = Steps {
                app: app.clone(),
                context: context.clone(),
                deed: endpoint.needs,
            };
            let answer = call(&who, steps, &asked)?.await?;
            if answer.told.is_some() {
                tell(app, context, &asked, &answer).await?;
            }
            Ok(answer)
        }
    }
}

/// A form must carry the sign of the session that it was made for, and come from our own pages.
/// One that came from a page of an earlier session of the same browser is kept, not lost.
async fn check_form(
    app: &App,
    context: &Arc<Context>,
    request: &Request,
    endpoint: &Endpoint,
) -> Result<(), Ending> {
    const STALE: &str = "This page was made before you signed in, or was changed on the way. Go back, reload it and try again.";
    if request.origin == Origin::Foreign {
        return Err(Ending::Unreadable("This form came from another site. Nothing was changed."));
    }
    let (key, sign) = (request.form.value("form_key"), request.form.value("csrf"));
    let right = [&request.session, &request.visit]
        .into_iter()
        .flatten()
        .any(|token| token.signed(key, sign));
    let is_in = matches!(context.caller.who, Who::Actor(_));
    if right && (is_in || (endpoint.admit)(&context.caller.who).is_ok()) {
        return if key.len() > 60 { Err(Ending::Unreadable(STALE)) } else { Ok(()) };
    }
    if request.wants_json || endpoint.files {
        return Err(if is_in { Ending::Unreadable(STALE) } else { Ending::SignIn });
    }
    let keepable = (right || request.origin == Origin::Ours) && !key.is_empty();
    match (&request.session, keepable) {
        (Some(token), true) => match kept::keep(app, context, token, request).await? {
            Some(id) if is_in => Err(Ending::Page(StatusCode::SEE_OTHER, format!("/kept/{id}"))),
            Some(id) => Err(Ending::Page(StatusCode::SEE_OTHER, format!("/sign-in?kept={id}"))),
            None => Err(if is_in { Ending::Unreadable(STALE) } else { Ending::SignIn }),
        },
        _ if !is_in && (endpoint.admit)(&context.caller.who).is_err() => Err(Ending::SignIn),
        _ => Err(Ending::Unreadable(STALE)),
    }
}

/// The first answer of a form, kept for its repeats.
#[derive(Serialize, Deserialize)]
struct Receipt {
    see_other: Option<String>,
    json: Option<String>,
    told: Option<Flash>,
}

/// A form that comes twice (double click, back button, retry) is done once and answered alike.
fn once(
    session: &mut crate::db::Writing<'_>,
    request: &Request,
    token: Option<[u8; 32]>,
    call: impl FnOnce(&mut crate::db::Writing<'_>) -> Result<Recorded<Answer>, Ending>,
) -> Result<Recorded<Answer>, Ending> {
    let key = request.form.value("form_key").to_owned();
    let hash = token.unwrap_or_default().to_vec();
    let first: Option<String> = form_receipt::table
        .filter(form_receipt::form_key.eq(&key))
        .filter(form_receipt::session_hash.eq(&hash))
        .select(form_receipt::answer)
        .first(session.db())
        .optional()?;
    if let Some(first) = first {
        let receipt: Receipt = serde_json::from_str(&first).map_err(Ending::fault)?;
        let kind = receipt
            .json
            .map(Kind::Json)
            .or(receipt.see_other.map(Kind::SeeOther))
            .ok_or_else(|| Ending::fault("an empty receipt"))?;
        return Ok(Recorded::bookkeeping(Answer { told: receipt.told, ..Answer::of(kind) }));
    }
    let recorded = call(session)?;
    keep_receipt(session, &key, &hash, &recorded.answer)?;
    Ok(recorded)
}

fn keep_receipt(
    session: &mut crate::db::Writing<'_>,
    key: &str,
    hash: &[u8],
    answer: &Answer,
) -> Result<(), Ending> {
    let receipt = match &answer.kind {
        Kind::SeeOther(path) => Receipt {
            see_other: Some(path.clone()),
            json: None,
            told: answer.told.clone(),
        },
        Kind::Json(text) => Receipt {
            see_other: None,
            json: Some(text.clone()),
            told: None,
        },
        Kind::Page(_) | Kind::Download { .. } | Kind::Stream(_) | Kind::Bytes { .. } => return Ok(()),
    };
    let text = serde_json::to_string(&receipt).map_err(Ending::fault)?;
    let now = session.now();
    diesel::insert_into(form_receipt::table)
        .values((
            form_receipt::form_key.eq(key),
            form_receipt::session_hash.eq(hash),
            form_receipt::answer.eq(text),
            form_receipt::made_at.eq(now),
        ))
        .execute(session.db())?;
    Ok(())
}

/// Keeps what a handler of several steps tells, under the token that the next page will come with.
async fn tell(app: &App, context: &Arc<Context>, request: &Request, answer: &Answer) -> Result<(), Ending> {
    let started = match &answer.session {
        Some(SessionChange::Start(token)) => Some(token.hash()),
        Some(SessionChange::End) | None => None,
    };
    let hash = started.or_else(|| token_hash(request)).unwrap_or_default().to_vec();
    let key = request.form.value("form_key").to_owned();
    let copy = match &answer.kind {
        Kind::SeeOther(path) => Answer::see_other(path.clone())
            .telling(answer.told.clone().ok_or_else(|| Ending::fault("nothing to tell"))?),
        Kind::Page(_) | Kind::Json(_) | Kind::Download { .. } | Kind::Stream(_) | Kind::Bytes { .. } => {
            return Ok(());
        }
    };
    app.write_in(context.clone(), "tell", move |w| {
        // The same form may come again, by the back button: what is told then is the later.
        let earlier = form_receipt::table
            .filter(form_receipt::form_key.eq(&key))
            .filter(form_receipt::session_hash.eq(&hash));
        diesel::delete(earlier).execute(w.db())?;
        keep_receipt(w, &key, &hash, &copy)?;
        Ok(Recorded::bookkeeping(()))
    })
    .await
}

fn token_hash(request: &Request) -> Option<[u8; 32]> {
    request.session.as_ref().or(request.visit.as_ref()).map(Token::hash)
}

async fn identify(app: &App, request: &Request) -> Result<Caller, Ending> {
    let Some(token) = &request.session else {
        return Ok(Caller::visitor());
    };
    let (hash, product) = (token.hash(), app.clone());
    app.read(crate::access::Task::Jobs, move |r| {
        let now = r.now();
        product.product().identify(r.db(), &hash, now, &product.settings())
    })
    .await
}

/// Notes the last use, at most once a minute, without making the page wait for it.
fn touch(app: &App, caller: &Caller) {
    let (true, Who::Actor(actor)) = (caller.touch, &caller.who) else {
        return;
    };
    let (session, app) = (actor.session, app.clone());
    tokio::spawn(async move {
        let product = app.clone();
        let _ = app
            .write(crate::access::Task::Jobs, move |w| {
                let now = w.now();
                product.product().touch(w.db(), session, now)?;
                Ok(Recorded::bookkeeping(()))
            })
            .await;
    });
}

/// What the form before this page had to tell, if the browser says that there was one.
async fn told(app: &App, request: &Request) -> Option<Flash> {
    if request.method != Method::GET {
        return None;
    }
    let key = request.told.clone()?;
    let hash = token_hash(request)?.to_vec();
    let text = app
        .read(crate::access::Task::Jobs, move |r| {
            let found: Option<String> = form_receipt::table
                .filter(form_receipt::form_key.eq(&key))
                .filter(form_receipt::session_hash.eq(&hash))
                .select(form_receipt::answer)
                .first(r.db())
                .optional()?;
            Ok(found)
        })
        .await
        .ok()??;
    serde_json::from_str::<Receipt>(&text).ok()?.told
}

fn context(app: &App, request: &Request, caller: Caller, told: Option<Flash>) -> Arc<Context> {
    let form_key = PublicId::random().to_string();
    let known = request.session.as_ref().filter(|_| !matches!(caller.who, Who::Visitor));
    let token = known.or(request.visit.as_ref()).cloned().unwrap_or_else(Token::random);
    let settings = match &caller.who {
        Who::Actor(actor) => app.settings().of_partnership(actor.partnership.0),
        Who::Visitor | Who::Halfway(_) | Who::Task(_) => app.settings(),
    };
    Arc::new(Context {
        csrf: token.sign(&form_key),
        token,
        signed: std::sync::atomic::AtomicBool::new(false),
        path: request.path.clone(),
        form_key,
        told,
        caller,
        settings: Arc::new(settings),
        settings_changed: std::sync::atomic::AtomicBool::new(false),
    })
}

fn respond(app: &App, context: &Context, request: &Request, answer: Answer) -> Response<Body> {
    let mut response = match answer.kind {
        Kind::Page(text) => html(answer.status, text),
        Kind::SeeOther(path) => see_other(&path),
        Kind::Json(text) => json(StatusCode::OK, text),
        Kind::Download { name, content_type, file } => download(&name, content_type, file),
        Kind::Stream(file) => stream::answer(file),
        Kind::Bytes { content_type, bytes, cache } => small(request, content_type, bytes, cache),
    };
    if answer.told.is_some() {
        set_cookie(app, &mut response, app.cookie_names().told, request.form.value("form_key"), Some(120));
    } else if context.told.is_some() {
        set_cookie(app, &mut response, app.cookie_names().told, "", Some(0));
    }
    if context.signed_for_visitor() && request.visit.is_none() {
        set_cookie(app, &mut response, app.cookie_names().visit, &context.token.text(), None);
    }
    match answer.session {
        Some(SessionChange::Start(token)) => {
            set_cookie(app, &mut response, app.cookie_names().session, &token.text(), None)
        }
        Some(SessionChange::End) => set_cookie(app, &mut response, app.cookie_names().session, "", Some(0)),
        None => {}
    }
    response
}

fn set_cookie(app: &App, response: &mut Response<Body>, name: &str, value: &str, max_age_s: Option<u32>) {
    let age = max_age_s.map(|s| format!("; Max-Age={s}")).unwrap_or_default();
    let secure = if app.config().is_secure() { "; Secure" } else { "" };
    if let Ok(value) =
        HeaderValue::from_str(&format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{age}{secure}"))
    {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

fn html(status: StatusCode, text: String) -> Response<Body> {
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], text).into_response()
}

fn json(status: StatusCode, text: String) -> Response<Body> {
    (status, [(header::CONTENT_TYPE, "application/json")], text).into_response()
}

fn see_other(path: &str) -> Response<Body> {
    (StatusCode::SEE_OTHER, [(header::LOCATION, path)]).into_response()
}

fn small(
    request: &Request,
    content_type: &'static str,
    bytes: Vec<u8>,
    cache: &'static str,
) -> Response<Body> {
    use sha2::{Digest, Sha256};
    let tag = format!("\"{}\"", &hex(&Sha256::digest(&bytes))[..16]);
    if request.if_none_match.as_deref() == Some(&tag) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response();
    }
    (
        [
            (header::CONTENT_TYPE, content_type),
            (header::CACHE_CONTROL, cache),
        ],
        [(header::ETAG, tag)],
        bytes,
    )
        .into_response()
}

/// Always as an attachment, whatever it holds; names come from our own code.
fn download(name: &str, content_type: &'static str, file: std::fs::File) -> Response<Body> {
    let stream = tokio_util::io::ReaderStream::with_capacity(tokio::fs::File::from_std(file), 64 * 1024);
    let disposition = format!("attachment; filename=\"{}\"", name.replace(['"', '\r', '\n'], ""));
    (
        [
            (header::CONTENT_TYPE, content_type.to_owned()),
            (header::CONTENT_DISPOSITION, disposition),
        ],
        Body::from_stream(stream),
    )
        .into_response()
}

fn ended(app: &App, context: &Arc<Context>, request: &Request, ending: Ending) -> Response<Body> {
    let status = ending.status();
    let (heading, text, reference): (&'static str, String, Option<String>) = match ending {
        Ending::Page(StatusCode::SEE_OTHER, path) => return see_other(&path),
        Ending::Page(status, text) => return html(status, text),
        Ending::Json(status, text) => return json(status, text),
        Ending::SignIn if request.wants_json => return json(StatusCode::UNAUTHORIZED, r#"{"problem":"Your session has ended. Sign in again."}"#.into()),
        Ending::SignIn => return sign_in(context, request),
        Ending::Unreadable(text) => ("This could not be read", text.to_owned(), None),
        Ending::Missing => ("There is no such page", "Check the address, or start from your home page. If somebody sent you this address, it may be about a record that is not yours to see.".into(), None),
        Ending::Forbidden => ("This is not yours to do", "Your role does not include this. If you think that it should, ask the service.".into(), None),
        Ending::Conflict(text) => ("Somebody else was faster", text.to_owned(), None),
        Ending::TooLarge => ("That is too large", "More was sent than this page takes. Nothing was changed.".into(), None),
        Ending::TooMany { retry_after_s } => {
            let text = format!("There is too much to do at the moment. Wait {retry_after_s} seconds and try again; nothing was changed.");
            ("Please wait a moment", text, None)
        }
        Ending::Fault(cause) => {
            let reference = PublicId::random().to_string()[..10].to_uppercase();
            tracing::error!(fault.reference = reference, http.path = route_of(request), fault.cause = cause, "a request failed");
            ("Something went wrong on our side", "Nothing was changed. Try again in a minute. If it happens again, tell the service this reference:".into(), Some(reference))
        }
    };
    if request.wants_json {
        return json(status, serde_json::json!({ "problem": text }).to_string());
    }
    let page = EndingPage { status: status.as_u16(), heading, text, reference };
    html(status, app.product().ending_page(context, &page))
}

fn sign_in(context: &Context, request: &Request) -> Response<Body> {
    let halfway = matches!(context.caller.who, Who::Halfway(_));
    if halfway {
        return see_other("/sign-in/terms");
    }
    let next = if request.method == Method::GET && request.path != "/" {
        format!("?next={}", crate::form::escape(&request.path))
    } else {
        String::new()
    };
    see_other(&format!("/sign-in{next}"))
}

/// The path with its ids left out: enough to find the handler, nothing about anybody.
fn route_of(request: &Request) -> String {
    let word = |part: &str| {
        if PublicId::parse(part).is_some() {
            "{id}".to_owned()
        } else {
            part.to_owned()
        }
    };
    request.path.split('/').map(word).collect::<Vec<_>>().join("/")
}
