//! How the parts of a package hang together, and what of it is refused.

use crate::{
    Refusal,
    package::Package,
    xml::{self, Element},
};

/// Kinds of content of the main part: a document, and a template of Word's own.
const DOCUMENT: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
const WORD_TEMPLATE: &str =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml";

pub(crate) const TYPES: &str = "[Content_Types].xml";

/// A part's relationships.
#[derive(Clone, Debug)]
pub(crate) struct Relations(pub(crate) Element);

/// One of them.
pub(crate) struct Relation {
    pub(crate) id: String,
    /// The last word of its type: `header`, `image`.
    pub(crate) kind: String,
    /// The part's name in the package, or an address outside.
    pub(crate) target: String,
    is_outside: bool,
}

const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
pub(crate) const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

impl Relations {
    pub(crate) fn empty() -> Relations {
        Relations(Element::new("Relationships").with("xmlns", RELATIONS))
    }

    /// Those of a part.
    pub(crate) fn of(package: &Package, part: &str) -> Result<Relations, Refusal> {
        let name = name_for(part);
        package
            .get(&name)
            .map_or(Ok(Relations::empty()), |bytes| xml::read(&name, bytes).map(Relations))
    }

    /// Each, its target as seen from `part`.
    pub(crate) fn list(&self, part: &str) -> Vec<Relation> {
        let one = |element: &Element| {
            let text = |name| element.attribute(name).map(|text| text.into_owned()).unwrap_or_default();
            let is_outside = text("TargetMode").eq_ignore_ascii_case("external");
            let kind = text("Type").rsplit('/').next().unwrap_or_default().to_owned();
            let target = if is_outside {
                text("Target")
            } else {
                absolute(part, &text("Target"))
            };
            Relation { id: text("Id"), kind, target, is_outside }
        };
        self.0.elements().map(one).collect()
    }

    pub(crate) fn add(&mut self, id: &str, kind: &str, target: &str) {
        let relation = Element::new("Relationship")
            .with("Id", id)
            .with("Type", &format!("{OFFICE}/{kind}"))
            .with("Target", target);
        self.0.children.push(relation.into());
    }

    /// Refuses what takes content from elsewhere or carries programs; a link that somebody may
    /// choose stays if it leads to a page or an address of mail.
    fn check(&mut self, part: &str) -> Result<(), Refusal> {
        let mut dropped = Vec::new();
        for relation in self.list(part) {
            let what = match relation.kind.as_str() {
                "vbaProject" | "wordVbaData" | "control" | "activeXControlBinary" => {
                    return Err(Refusal::Macros);
                }
                "oleObject" | "package" | "aFChunk" => return Err(Refusal::Embedded),
                "hyperlink" => {
                    let target = relation.target.to_ascii_lowercase();
                    if relation.is_outside
                        && !["http://", "https://", "mailto:", "tel:"].iter().any(|s| target.starts_with(s))
                    {
                        return Err(Refusal::Outside("a linked file"));
                    }
                    continue;
                }
                "attachedTemplate" | "mailMergeSource" | "mailMergeHeaderSource" | "recipientData" => {
                    dropped.push(relation.id);
                    continue;
                }
                "image" => "a picture",
                "subDocument" => "a part of its text",
                "frame" => "a frame",
                _ => "content",
            };
            if relation.is_outside {
                return Err(Refusal::Outside(what));
            }
        }
        self.0
            .remove(&|element| element.attribute("Id").is_some_and(|id| dropped.contains(&id.into_owned())));
        Ok(())
    }
}

/// The part that holds a part's relationships.
pub(crate) fn name_for(part: &str) -> String {
    match part.rsplit_once('/') {
        Some((folder, name)) => format!("{folder}/_rels/{name}.rels"),
        None => format!("_rels/{part}.rels"),
    }
}

/// A target as seen from a part, as a name in the package.
fn absolute(part: &str, target: &str) -> String {
    if let Some(target) = target.strip_prefix('/') {
        return target.to_owned();
    }
    let mut steps: Vec<&str> = part.split('/').collect();
    steps.pop();
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    steps.join("/")
}

/// Refuses every part that is not of a plain document, and answers the main part's name.
pub(crate) fn check(package: &mut Package) -> Result<String, Refusal> {
    let types = package.get(TYPES).ok_or(Refusal::OtherOffice)?;
    let mut types = xml::read(TYPES, types)?;
    for (name, bytes) in &package.0 {
        let lower = name.to_ascii_lowercase();
        if lower.contains("vbaproject") || lower.contains("vbadata") || lower.contains("activex") {
            return Err(Refusal::Macros);
        }
        if lower.contains("/embeddings/") || lower.contains("/afchunk") {
            return Err(Refusal::Embedded);
        }
        if lower.ends_with(".xml") || lower.ends_with(".rels") {
            check_text(name, bytes)?;
        }
    }
    check_relations(package)?;
    let main = Relations::of(package, "")?
        .list("")
        .into_iter()
        .find(|relation| relation.kind == "officeDocument")
        .map(|relation| relation.target)
        .filter(|main| package.get(main).is_some())
        .ok_or(Refusal::OtherOffice)?;
    let mut is_document = false;
    for node in &mut types.children {
        let xml::Node::Element(element) = node else {
            continue;
        };
        let kind = element.attribute("ContentType").unwrap_or_default().into_owned();
        if kind.contains("macroEnabled") || kind.contains("vbaProject") {
            return Err(Refusal::Macros);
        }
        if element.attribute("PartName").is_some_and(|name| name.trim_start_matches('/') == main) {
            is_document = kind == DOCUMENT || kind == WORD_TEMPLATE;
            element.set("ContentType", DOCUMENT);
        }
    }
    if !is_document {
        return Err(Refusal::OtherOffice);
    }
    package.put(TYPES, xml::document(&types));
    Ok(main)
}

/// XML in UTF-8 without declarations of types or entities, whichever program would read it later.
fn check_text(name: &str, bytes: &[u8]) -> Result<(), Refusal> {
    let text = std::str::from_utf8(bytes).map_err(|_| Refusal::BrokenPart(name.to_owned()))?;
    if text.contains("<!DOCTYPE") || text.contains("<!ENTITY") {
        return Err(Refusal::Declares(name.to_owned()));
    }
    Ok(())
}

fn check_relations(package: &mut Package) -> Result<(), Refusal> {
    let names: Vec<String> = package.0.iter().map(|(name, _)| name.clone()).collect();
    for name in names.into_iter().filter(|name| name.ends_with(".rels")) {
        let part = name.replacen("_rels/", "", 1).trim_end_matches(".rels").to_owned();
        let mut relations = Relations(xml::read(&name, package.get(&name).unwrap_or_default())?);
        relations.check(&part)?;
        package.put(&name, xml::document(&relations.0));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_seen_from_their_part() {
        for (part, target, name) in [
            ("", "word/document.xml", "word/document.xml"),
            ("word/document.xml", "header1.xml", "word/header1.xml"),
            ("word/document.xml", "/word/header1.xml", "word/header1.xml"),
            ("word/document.xml", "../customXml/item1.xml", "customXml/item1.xml"),
            ("word/document.xml", "../../../x", "x"),
        ] {
            assert_eq!(absolute(part, target), name);
        }
        assert_eq!(name_for("word/document.xml"), "word/_rels/document.xml.rels");
        assert_eq!(name_for(""), "_rels/.rels");
    }
}
