//! Where one record ends and the next begins: each has sections of its own, on new pages.

use crate::xml::{Element, Node};

/// What stands in a section's properties before its kind, and before its page numbers
/// (ECMA-376, part 1, 17.6.17).
const BEFORE_KIND: &[&str] = &[
    "w:headerReference",
    "w:footerReference",
    "w:footnotePr",
    "w:endnotePr",
];
const BEFORE_NUMBERS: &[&str] = &[
    "w:type",
    "w:pgSz",
    "w:pgMar",
    "w:paperSrc",
    "w:pgBorders",
    "w:lnNumType",
];

/// The body's own section properties: the last element of the body.
pub(crate) fn last_of(body: &[Node]) -> Option<&Element> {
    body.last()?.named("w:sectPr")
}

/// Ends a record's part of the body with a section of its own, so that another can follow.
pub(crate) fn close(body: &mut Vec<Node>) {
    let section = match body.pop() {
        Some(Node::Element(last)) if last.name == "w:sectPr" => last,
        Some(other) => {
            body.push(other);
            Element::new("w:sectPr")
        }
        None => Element::new("w:sectPr"),
    };
    if let Some(Node::Element(paragraph)) = body.last_mut()
        && paragraph.name == "w:p"
        && paragraph.child("w:pPr").is_none_or(|look| look.child("w:sectPr").is_none())
    {
        put_into(paragraph, section);
        return;
    }
    let mut paragraph = Element::new("w:p");
    put_into(&mut paragraph, section);
    body.push(paragraph.into());
}

/// Puts section properties into a paragraph's own, where the schema has them.
fn put_into(paragraph: &mut Element, section: Element) {
    if paragraph.child("w:pPr").is_none() {
        paragraph.children.insert(0, Element::new("w:pPr").into());
    }
    for node in &mut paragraph.children {
        let Node::Element(look) = node else { continue };
        if look.name == "w:pPr" {
            let after = look.children.iter().position(|node| node.named("w:pPrChange").is_some());
            look.children.insert(after.unwrap_or(look.children.len()), section.into());
            return;
        }
    }
}

/// Lets a record's first section begin on a new page numbered 1, and every section of the record
/// name the record's own headers and footers.
pub(crate) fn renew(body: &mut [Node], own: &dyn Fn(&str) -> Option<String>) {
    let mut is_first = true;
    each(body, &mut |section| {
        for node in &mut section.children {
            let Node::Element(reference) = node else { continue };
            if reference.name.ends_with("erReference")
                && let Some(id) = reference.attribute("r:id").and_then(|id| own(&id))
            {
                reference.set("r:id", &id);
            }
        }
        if std::mem::take(&mut is_first) {
            begin_page(section);
        }
    });
}

fn begin_page(section: &mut Element) {
    section.children.retain(|node| node.named("w:type").is_none());
    let after = |known: &[&[&str]], node: &Node| {
        node.element().is_some_and(|e| known.iter().any(|names| names.contains(&e.name.as_str())))
    };
    let at = section.children.iter().take_while(|node| after(&[BEFORE_KIND], node)).count();
    section.children.insert(at, Element::new("w:type").with("w:val", "nextPage").into());
    let at = section
        .children
        .iter()
        .take_while(|node| after(&[BEFORE_KIND, BEFORE_NUMBERS], node))
        .count();
    match section.children.get_mut(at) {
        Some(Node::Element(numbers)) if numbers.name == "w:pgNumType" => numbers.set("w:start", "1"),
        _ => section.children.insert(at, Element::new("w:pgNumType").with("w:start", "1").into()),
    }
}

fn each(nodes: &mut [Node], change: &mut dyn FnMut(&mut Element)) {
    for node in nodes {
        if let Node::Element(element) = node {
            match element.name.as_str() {
                "w:sectPr" => change(element),
                "w:p" | "w:pPr" | "w:sdt" | "w:sdtContent" => each(&mut element.children, change),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml;

    fn text(nodes: &[Node]) -> String {
        let mut out = String::new();
        xml::write_all(nodes, &mut out);
        out
    }

    fn body(inside: &str) -> Vec<Node> {
        xml::read("part", format!("<b>{inside}</b>").as_bytes()).unwrap().children
    }

    #[test]
    fn a_record_ends_with_its_section() {
        for (before, after) in [
            (
                "<w:p><w:r/></w:p><w:sectPr><w:cols/></w:sectPr>",
                "<w:p><w:pPr><w:sectPr><w:cols/></w:sectPr></w:pPr><w:r/></w:p>",
            ),
            ("<w:tbl/><w:sectPr/>", "<w:tbl/><w:p><w:pPr><w:sectPr/></w:pPr></w:p>"),
            ("", "<w:p><w:pPr><w:sectPr/></w:pPr></w:p>"),
        ] {
            let mut nodes = body(before);
            close(&mut nodes);
            assert_eq!(text(&nodes), after);
        }
    }

    #[test]
    fn a_record_begins_on_page_one_with_its_own_headers() {
        let mut nodes = body(
            "<w:sectPr><w:headerReference r:id=\"rId1\"/><w:type w:val=\"continuous\"/><w:pgSz/><w:pgNumType w:fmt=\"x\"/><w:cols/></w:sectPr><w:sectPr><w:cols/></w:sectPr>",
        );
        renew(&mut nodes, &|id| Some(format!("{id}-2")));
        assert_eq!(
            text(&nodes),
            "<w:sectPr><w:headerReference r:id=\"rId1-2\"/><w:type w:val=\"nextPage\"/><w:pgSz/><w:pgNumType w:fmt=\"x\" w:start=\"1\"/><w:cols/></w:sectPr><w:sectPr><w:cols/></w:sectPr>"
        );
    }
}
