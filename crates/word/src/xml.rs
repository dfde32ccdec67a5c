//! XML as Word writes it, as a tree within bounds. Text and attributes stay as they are written,
//! escapes and all, so that what is not changed is written again as it came.

use crate::Refusal;
use quick_xml::{Reader, events::Event};
use std::borrow::Cow;

/// Deepest nesting: a table in a table in a table in a text box has some forty steps.
const DEEPEST: usize = 160;
/// Most elements and texts of a part.
const MOST_NODES: usize = 400_000;

/// A piece of a document.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Node {
    Element(Element),
    /// Escaped text.
    Text(String),
    /// The place of a field, by its number among those of its part.
    Slot(usize),
}

/// An element with its prefix as written.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Element {
    pub(crate) name: String,
    /// Names with their escaped values.
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) children: Vec<Node>,
}

impl Element {
    pub(crate) fn new(name: &str) -> Element {
        Element { name: name.to_owned(), ..Element::default() }
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Element {
        self.attributes.push((name.to_owned(), escape(value)));
        self
    }

    pub(crate) fn holding(mut self, children: Vec<Node>) -> Element {
        self.children = children;
        self
    }

    /// An attribute's value, unescaped.
    pub(crate) fn attribute(&self, name: &str) -> Option<Cow<'_, str>> {
        let (_, value) = self.attributes.iter().find(|(key, _)| key == name)?;
        Some(unescape(value))
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.attributes.retain(|(key, _)| key != name);
        self.attributes.push((name.to_owned(), escape(value)));
    }

    /// The child elements.
    pub(crate) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(Node::element)
    }

    /// The first child element of this name.
    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.elements().find(|element| element.name == name)
    }

    /// The attribute `w:val` of the first child of this name.
    pub(crate) fn child_value(&self, name: &str) -> Option<Cow<'_, str>> {
        self.child(name)?.attribute("w:val")
    }

    /// The text directly inside, unescaped.
    pub(crate) fn text(&self) -> String {
        let texts = self.children.iter().map(|node| match node {
            Node::Text(text) => unescape(text),
            Node::Element(_) | Node::Slot(_) => Cow::Borrowed(""),
        });
        texts.collect()
    }

    /// Every element below this one, and itself, outermost first.
    pub(crate) fn each<'a>(&'a self, look: &mut dyn FnMut(&'a Element)) {
        look(self);
        for element in self.elements() {
            element.each(look);
        }
    }

    /// Whether this element or one below it is as asked.
    pub(crate) fn has(&self, is: &dyn Fn(&Element) -> bool) -> bool {
        is(self) || self.elements().any(|element| element.has(is))
    }

    /// Takes out the elements below this one that are as asked.
    pub(crate) fn remove(&mut self, is: &dyn Fn(&Element) -> bool) {
        self.children.retain(|node| !node.element().is_some_and(is));
        for node in &mut self.children {
            if let Node::Element(element) = node {
                element.remove(is);
            }
        }
    }

    pub(crate) fn write(&self, out: &mut String) {
        out.push('<');
        out.push_str(&self.name);
        for (name, value) in &self.attributes {
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            out.push_str(value);
            out.push('"');
        }
        if self.children.is_empty() {
            out.push_str("/>");
            return;
        }
        out.push('>');
        write_all(&self.children, out);
        out.push_str("</");
        out.push_str(&self.name);
        out.push('>');
    }
}

impl Node {
    pub(crate) fn element(&self) -> Option<&Element> {
        match self {
            Node::Element(element) => Some(element),
            Node::Text(_) | Node::Slot(_) => None,
        }
    }

    /// The element, if it has this name.
    pub(crate) fn named(&self, name: &str) -> Option<&Element> {
        self.element().filter(|element| element.name == name)
    }
}

impl From<Element> for Node {
    fn from(element: Element) -> Node {
        Node::Element(element)
    }
}

/// How every part begins.
pub(crate) const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// A whole part.
pub(crate) fn document(root: &Element) -> Vec<u8> {
    let mut text = DECLARATION.to_owned();
    root.write(&mut text);
    text.into_bytes()
}

pub(crate) fn write_all(nodes: &[Node], out: &mut String) {
    for node in nodes {
        match node {
            Node::Element(element) => element.write(out),
            Node::Text(text) => out.push_str(text),
            // What is written has no places left: each was filled, or its field left out.
            Node::Slot(_) => {}
        }
    }
}

/// Reads a part; comments and processing instructions are left out.
pub(crate) fn read(part: &str, bytes: &[u8]) -> Result<Element, Refusal> {
    let broken = || Refusal::BrokenPart(part.to_owned());
    let text = std::str::from_utf8(bytes).map_err(|_| broken())?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let (mut open, mut root, mut nodes): (Vec<Element>, Option<Element>, usize) = (Vec::new(), None, 0);
    loop {
        nodes += 1;
        if open.len() > DEEPEST || nodes > MOST_NODES {
            return Err(Refusal::TooDeep(part.to_owned()));
        }
        match reader.read_event().map_err(|_| broken())? {
            Event::Start(start) => {
                if root.is_some() {
                    return Err(broken());
                }
                open.push(element(&start).ok_or_else(broken)?);
            }
            Event::Empty(start) => {
                let element = element(&start).ok_or_else(broken)?;
                match open.last_mut() {
                    Some(parent) => parent.children.push(element.into()),
                    None if root.is_none() => root = Some(element),
                    None => return Err(broken()),
                }
            }
            Event::End(_) => {
                let element = open.pop().ok_or_else(broken)?;
                match open.last_mut() {
                    Some(parent) => parent.children.push(element.into()),
                    None => root = Some(element),
                }
            }
            Event::Text(text) => add_text(&mut open, &text),
            Event::CData(text) => add_text(&mut open, &escape(&text)),
            Event::GeneralRef(name) => {
                let known = ["amp", "lt", "gt", "quot", "apos"].contains(&&*name);
                if !known && !matches!(name.resolve_char_ref(), Ok(Some(_))) {
                    return Err(Refusal::Declares(part.to_owned()));
                }
                add_text(&mut open, &format!("&{};", &*name));
            }
            Event::DocType(_) => return Err(Refusal::Declares(part.to_owned())),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Eof => return root.filter(|_| open.is_empty()).ok_or_else(broken),
        }
    }
}

fn element(start: &quick_xml::events::BytesStart<'_>) -> Option<Element> {
    let mut element = Element::new(start.name().as_ref());
    for attribute in start.attributes() {
        let attribute = attribute.ok()?;
        let value = attribute.value.replace('"', "&quot;").replace('<', "&lt;");
        element.attributes.push((attribute.key.as_ref().to_owned(), value));
    }
    Some(element)
}

fn add_text(open: &mut [Element], text: &str) {
    let Some(parent) = open.last_mut() else { return };
    match parent.children.last_mut() {
        Some(Node::Text(before)) => before.push_str(text),
        _ => parent.children.push(Node::Text(text.to_owned())),
    }
}

/// Text for an element or a quoted attribute; characters that XML can't hold are left out.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' | '\r' => escaped.push(c),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => escaped.push(c),
        }
    }
    escaped
}

fn unescape(text: &str) -> Cow<'_, str> {
    quick_xml::escape::unescape(text).unwrap_or(Cow::Borrowed(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again(text: &str) -> Result<String, Refusal> {
        let mut out = String::new();
        read("part", text.as_bytes())?.write(&mut out);
        Ok(out)
    }

    #[test]
    fn what_is_read_is_written_as_it_came() {
        for text in [
            "<a/>",
            "<w:p w:x=\"1 &amp; 2\"><w:t xml:space=\"preserve\"> é &lt;b&gt; &#8211; </w:t><w:br/></w:p>",
        ] {
            assert_eq!(again(text).unwrap(), text);
        }
        assert_eq!(
            again("<?xml version=\"1.0\"?><!-- c --><a b='\"'>x<![CDATA[<]]></a>").unwrap(),
            "<a b=\"&quot;\">x&lt;</a>"
        );
    }

    #[test]
    fn broken_and_hostile_parts_are_refused() {
        let deep = format!("{}{}", "<a>".repeat(300), "</a>".repeat(300));
        let broken = Refusal::BrokenPart("part".into());
        for (text, refusal) in [
            ("", broken.clone()),
            ("<a>", broken.clone()),
            ("<a></b>", broken.clone()),
            ("<a/><b/>", broken.clone()),
            ("<a b=c/>", broken.clone()),
            ("<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", Refusal::Declares("part".into())),
            ("<a>&x;</a>", Refusal::Declares("part".into())),
            (deep.as_str(), Refusal::TooDeep("part".into())),
        ] {
            assert_eq!(again(text), Err(refusal), "{text:.40}");
        }
        assert_eq!(read("part", &[0xff, 0xfe, b'<', 0]), Err(broken));
    }
}
