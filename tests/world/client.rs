//! Somebody at a browser without JavaScript: keeps cookies, follows what a form says.

use super::{HOST, Page, page::Fields};
use axum::{Router, body::Body, http::Request};
use std::collections::BTreeMap;
use tower::ServiceExt;

/// The cast's learners: no answer may ever lead to an address with one of these names.
const SURNAMES: [&str; 4] = ["Adeyo", "Brackley", "Conneely", "Drumgold"];

/// A browser with its cookies.
#[derive(Clone)]
pub struct Client {
    router: Router,
    cookies: BTreeMap<String, String>,
    /// Further headers of every request.
    pub headers: Vec<(String, String)>,
}

impl Client {
    pub fn new(router: Router) -> Self {
        Client {
            router,
            cookies: BTreeMap::new(),
            headers: Vec::new(),
        }
    }

    /// Opens an address.
    pub async fn get(&mut self, path: &str) -> Page {
        self.send("GET", path, None).await
    }

    /// Opens an address and goes where it is sent, as browsers do.
    pub async fn follow(&mut self, page: Page) -> Page {
        let mut page = page;
        for _ in 0..5 {
            let Some(path) = page.header("location") else {
                break;
            };
            page = self.get(&path).await;
        }
        page
    }

    /// Sends a form as it stands on a page.
    pub async fn submit(&mut self, fields: Fields) -> Page {
        let body = fields.encode();
        self.send("POST", &fields.action, Some(body)).await
    }

    /// Sends a form and goes where its answer leads, as browsers do.
    pub async fn sent(&mut self, fields: Fields) -> Page {
        let answer = self.submit(fields).await;
        self.follow(answer).await
    }

    /// Sends a form of one's own making, with the signs of a page that has one.
    pub async fn post(&mut self, path: &str, signs_of: &Page, fields: &[(&str, &str)]) -> Page {
        let mut form = signs_of.signs(path);
        for (name, value) in fields {
            form = form.and(name, value);
        }
        self.submit(form).await
    }

    /// Sends a form with files, each a name and its bytes, as browsers do.
    pub async fn upload(&mut self, fields: Fields, files: &[(&str, &[u8])]) -> Page {
        const BOUNDARY: &str = "----cap-test-boundary";
        let mut body = Vec::new();
        for (name, value) in fields.fields() {
            let head =
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(head.as_bytes());
        }
        for (name, bytes) in files {
            let head = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.request("POST", &fields.action, Some((&kind, body))).await
    }

    /// Sends anything at all.
    pub async fn send(&mut self, method: &str, path: &str, body: Option<String>) -> Page {
        let form = body.map(|body| ("application/x-www-form-urlencoded", body.into_bytes()));
        self.request(method, path, form).await
    }

    /// A request with a body of this kind, with the browser's cookies.
    async fn request(&mut self, method: &str, path: &str, body: Option<(&str, Vec<u8>)>) -> Page {
        let mut request = Request::builder().method(method).uri(path).header("host", HOST);
        if !self.cookies.is_empty() {
            let cookies: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header("cookie", cookies.join("; "));
        }
        if let Some((kind, _)) = &body {
            request = request.header("content-type", *kind);
            if !self.headers.iter().any(|(name, _)| name == "sec-fetch-site") {
                request = request.header("sec-fetch-site", "same-origin");
            }
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let body = body.map_or_else(Body::empty, |(_, bytes)| Body::from(bytes));
        let request = request.body(body).expect("a request");
        let answer = self.router.clone().oneshot(request).await.expect("the router always answers");
        for cookie in answer.headers().get_all("set-cookie") {
            let text = cookie.to_str().expect("our cookies are ASCII");
            let (pair, rest) = text.split_once(';').unwrap_or((text, ""));
            let (name, value) = pair.split_once('=').expect("a cookie has a name");
            if rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let page = Page::read(path, answer).await;
        let to = page.header("location").unwrap_or_default();
        assert!(
            !SURNAMES.iter().any(|name| to.contains(name)),
            "{path} leads to {to}, which names a learner"
        );
        page
    }

    /// The browser's cookies, for tests of sessions.
    pub fn cookies(&self) -> &BTreeMap<String, String> {
        &self.cookies
    }

    /// Puts a cookie.
    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }
}
