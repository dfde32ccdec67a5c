//! A part's tree for one record: every place filled.

use crate::{
    evaluate::evaluate,
    fields::Field,
    instruction::Treatment,
    logo,
    template::Values,
    xml::{Element, Node, escape},
};

/// Elements that carry a name or number which a document holds once: only the first copy keeps them.
const ONCE: &[&str] = &[
    "w:bookmarkStart",
    "w:bookmarkEnd",
    "w:commentRangeStart",
    "w:commentRangeEnd",
    "w:commentReference",
];
const ONCE_ATTRIBUTES: &[&str] = &["w14:paraId", "w14:textId"];

/// What a copy of a part is made by.
pub(crate) struct Copy<'a> {
    pub(crate) values: &'a Values<'a>,
    pub(crate) fields: &'a [Field],
    /// Which copy it is, from 0.
    pub(crate) number: usize,
    /// The logo's relationship with its width and height in dots; without one the place is left out.
    pub(crate) logo: Option<(&'a str, u32, u32)>,
    /// How far the numbers of footnotes and endnotes move.
    pub(crate) notes_move: i64,
}

impl Copy<'_> {
    /// The nodes as this copy has them.
    pub(crate) fn of(&self, nodes: &[Node]) -> Vec<Node> {
        let mut done = Vec::with_capacity(nodes.len());
        for node in nodes {
            match node {
                Node::Text(_) => done.push(node.clone()),
                Node::Slot(number) => self.fill(*number, &mut done),
                Node::Element(element) => done.extend(self.element(element).map(Node::Element)),
            }
        }
        done
    }

    fn element(&self, element: &Element) -> Option<Element> {
        if self.number > 0 && ONCE.contains(&element.name.as_str()) {
            return None;
        }
        if element.name == "w:drawing" && logo::is_place(element) {
            let (relation, width, height) = self.logo?;
            return Some(logo::put(element, relation, width, height));
        }
        let mut copy = Element {
            name: element.name.clone(),
            attributes: element.attributes.clone(),
            children: self.of(&element.children),
        };
        if self.number > 0 {
            copy.attributes.retain(|(name, _)| !ONCE_ATTRIBUTES.contains(&name.as_str()));
        }
        if matches!(copy.name.as_str(), "w:footnoteReference" | "w:endnoteReference") {
            let id = copy.attribute("w:id").and_then(|id| id.parse::<i64>().ok()).unwrap_or_default();
            copy.set("w:id", &(id.saturating_add(self.notes_move)).to_string());
        }
        Some(copy)
    }

    fn fill(&self, number: usize, done: &mut Vec<Node>) {
        let Some(field) = self.fields.get(number) else {
            return;
        };
        match evaluate(&field.instruction, self.values) {
            Some(text) => done.extend(run(&text, field.look.as_ref())),
            None if field.instruction.treatment() == Treatment::LeftToWord => {}
            None => done.extend(self.of(&field.shown)),
        }
    }
}

/// A run of this text, with line breaks and tabs as Word has them; none for no text.
fn run(text: &str, look: Option<&Element>) -> Option<Node> {
    if text.is_empty() {
        return None;
    }
    let mut children: Vec<Node> = look.cloned().map(Node::Element).into_iter().collect();
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{b}', '\u{2028}'], "\n");
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            children.push(Element::new("w:br").into());
        }
        for (at, words) in line.split('\t').enumerate() {
            if at > 0 {
                children.push(Element::new("w:tab").into());
            }
            if !words.is_empty() {
                let text = Element::new("w:t").with("xml:space", "preserve");
                children.push(text.holding(vec![Node::Text(escape(words))]).into());
            }
        }
    }
    Some(Element::new("w:r").holding(children).into())
}
