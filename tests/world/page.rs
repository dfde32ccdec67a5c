//! An answer, as somebody without a browser reads it.

use axum::{
    body::Body,
    http::{HeaderMap, Response},
};
use platform::form::escape;

/// An answer.
#[derive(Clone, Debug)]
pub struct Page {
    pub path: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

/// The fields of a form, ready to be changed and sent.
#[derive(Clone, Debug)]
pub struct Fields {
    pub action: String,
    pub fields: Vec<(String, String)>,
}

impl Page {
    pub(super) async fn read(path: &str, answer: Response<Body>) -> Page {
        let (parts, body) = answer.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.expect("the body ends");
        Page {
            path: path.to_owned(),
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: body.to_vec(),
        }
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<String> {
        self.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
    }

    /// The body as text.
    pub fn html(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// What a person reads: the body without its tags, white space folded.
    pub fn text(&self) -> String {
        let (mut out, mut inside) = (String::new(), false);
        for c in self.html().chars() {
            match c {
                '<' => {
                    inside = true;
                    out.push(' ');
                }
                '>' => inside = false,
                c if !inside => out.push(c),
                _ => {}
            }
        }
        unescape(&out.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// Asserts the status and that a person reads this.
    #[track_caller]
    pub fn sees(&self, status: u16, text: &str) -> &Page {
        assert_eq!(self.status, status, "{} answers {}: {}", self.path, self.status, self.text());
        assert!(self.text().contains(text), "{} says “{text}”: {}", self.path, self.text());
        self
    }

    /// Asserts that this is nowhere in the body.
    #[track_caller]
    pub fn hides(&self, text: &str) -> &Page {
        assert!(!self.html().contains(text), "{} must not say “{text}”: {}", self.path, self.text());
        self
    }

    /// The form that posts to this address, with what stands in it: hidden and typed fields, ticked
    /// boxes, chosen options.
    #[track_caller]
    pub fn form(&self, action: &str) -> Fields {
        let html = self.html();
        let start = html.split("<form").skip(1).find(|form| {
            let tag = &form[..form.find('>').unwrap_or(0)];
            attribute(tag, "action").as_deref() == Some(action)
                && attribute(tag, "method").as_deref() == Some("post")
        });
        let Some(form) = start else {
            panic!("{} has no form that posts to {action}: {}", self.path, self.text())
        };
        let form = form.split("</form>").next().unwrap_or_default();
        Fields { action: action.to_owned(), fields: controls(form) }
    }

    /// The signs of any form on the page, for a form of the test's own making.
    #[track_caller]
    pub fn signs(&self, action: &str) -> Fields {
        let html = self.html();
        let value = |name: &str| {
            let tag = html
                .split("<input")
                .skip(1)
                .find(|tag| attribute(&tag[..tag.find('>').unwrap_or(0)], "name").as_deref() == Some(name));
            tag.and_then(|tag| attribute(&tag[..tag.find('>').unwrap_or(0)], "value"))
                .unwrap_or_else(|| panic!("{} has no form", self.path))
        };
        // A key of the same page that no form of it has used.
        let base = value("form_key").split('-').next().unwrap_or_default().to_owned();
        let key = format!("{base}-t{}", platform::ids::next_key());
        Fields {
            action: action.to_owned(),
            fields: vec![("csrf".into(), value("csrf")), ("form_key".into(), key)],
        }
    }

    /// The value of the choice with this label in a list to choose from.
    #[track_caller]
    pub fn option(&self, select: &str, label: &str) -> String {
        let html = self.html();
        let list = html
            .split("<select")
            .skip(1)
            .find(|list| attribute(list, "name").as_deref() == Some(select));
        let options = list.and_then(|list| list.split("</select>").next()).unwrap_or_default();
        let found = options.split("<option").skip(1).find_map(|option| {
            let (tag, rest) = option.split_once('>')?;
            let said = unescape(rest.split('<').next()?.trim());
            (said == label).then(|| attribute(tag, "value"))?
        });
        found.unwrap_or_else(|| panic!("{} offers no “{label}” in {select}: {}", self.path, self.text()))
    }

    /// Where the first link with this text leads.
    #[track_caller]
    pub fn link(&self, text: &str) -> String {
        let html = self.html();
        let found = html.split("<a ").skip(1).find_map(|a| {
            let (tag, rest) = a.split_once('>')?;
            let inner = rest.split("</a>").next()?;
            let plain = Page { body: inner.as_bytes().to_vec(), ..self.clone() }.text();
            (plain.starts_with(text)).then(|| attribute(tag, "href"))?
        });
        found.unwrap_or_else(|| panic!("{} has no link “{text}”: {}", self.path, self.text()))
    }
}

impl Fields {
    /// Puts one value in the place of all others of this name.
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self.fields.push((name.to_owned(), value.to_string()));
        self
    }

    /// Adds one more value.
    pub fn and(mut self, name: &str, value: impl ToString) -> Self {
        self.fields.push((name.to_owned(), value.to_string()));
        self
    }

    /// Sends it to another address, as a button with `formaction` does.
    pub fn to(mut self, action: &str) -> Self {
        action.clone_into(&mut self.action);
        self
    }

    /// Takes a field away.
    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self
    }

    /// The value of a field.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn fields(&self) -> &[(String, String)] {
        &self.fields
    }

    pub(super) fn encode(&self) -> String {
        self.fields
            .iter()
            .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
            .collect::<Vec<_>>()
            .join("&")
    }
}

fn controls(form: &str) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for part in form.split('<') {
        let Some((tag, rest)) = part.split_once('>') else {
            continue;
        };
        let name = attribute(tag, "name");
        match (tag.split_whitespace().next().unwrap_or_default(), name) {
            ("input", Some(name)) => {
                let kind = attribute(tag, "type").unwrap_or_default();
                let taken = match kind.as_str() {
                    "checkbox" | "radio" => has_flag(tag, "checked"),
                    "submit" | "file" => false,
                    _ => true,
                };
                if taken {
                    fields.push((name, attribute(tag, "value").unwrap_or_default()));
                }
            }
            ("textarea", Some(name)) => {
                fields.push((name, unescape(rest.strip_prefix('\n').unwrap_or(rest))))
            }
            _ => {}
        }
    }
    for select in form.split("<select").skip(1) {
        let (tag, rest) = select.split_once('>').unwrap_or_default();
        let options = rest.split("</select>").next().unwrap_or_default();
        let all: Vec<&str> = options
            .split("<option")
            .skip(1)
            .filter_map(|o| o.split_once('>').map(|(tag, _)| tag))
            .collect();
        let chosen = all.iter().find(|tag| has_flag(tag, "selected")).or(all.first());
        if let (Some(name), Some(chosen)) = (attribute(tag, "name"), chosen) {
            fields.push((name, attribute(chosen, "value").unwrap_or_default()));
        }
    }
    fields
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let mut rest = tag;
    while let Some(at) = rest.find(&format!("{name}=\"")) {
        let before = rest[..at].chars().last();
        let value = &rest[at + name.len() + 2..];
        if before.is_none_or(char::is_whitespace) {
            return value.split('"').next().map(unescape);
        }
        rest = value;
    }
    None
}

fn has_flag(tag: &str, name: &str) -> bool {
    tag.trim_end_matches('/').split_whitespace().any(|word| word == name)
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#38;", "&")
        .replace("&amp;", "&")
}
