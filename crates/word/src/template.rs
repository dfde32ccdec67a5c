//! A document that records are merged into.

use crate::{
    Refusal,
    fields::Fields,
    logo,
    package::Package,
    parts::{self, Relations},
    xml::{self, Element},
};
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// One record, as a template asks it.
pub struct Values<'a> {
    /// A field's value by its name in the template; none where there is no such field.
    pub of: &'a dyn Fn(&str) -> Option<String>,
    /// Which record it is, from 1.
    pub number: usize,
    /// The day of the merge, for the field DATE.
    pub today: NaiveDate,
}

/// A header, a footer, or the notes of all pages.
#[derive(Clone, Debug)]
pub(crate) struct Story {
    pub(crate) part: String,
    /// `header`, `footer`, `footnotes` or `endnotes`.
    pub(crate) kind: String,
    /// The relationship by which the document names it.
    pub(crate) relation: String,
    pub(crate) root: Element,
    pub(crate) fields: Fields,
    pub(crate) has_logo: bool,
}

impl Story {
    /// Whether it holds the footnotes or endnotes.
    pub(crate) fn is_notes(&self) -> bool {
        self.kind.ends_with("notes")
    }

    /// Whether every record needs a copy of its own.
    pub(crate) fn differs(&self) -> bool {
        self.is_notes() || !self.fields.list.is_empty()
    }
}

/// A template, read and found harmless.
#[derive(Clone, Debug)]
pub struct Template {
    pub(crate) package: Package,
    pub(crate) main: String,
    pub(crate) root: Element,
    pub(crate) fields: Fields,
    pub(crate) has_logo: bool,
    pub(crate) stories: Vec<Story>,
    names: Vec<String>,
    unsupported: BTreeSet<String>,
}

impl Template {
    /// Reads a .docx (or a .dotx, which becomes a document).
    ///
    /// # Errors
    /// A [`Refusal`]: it is broken, hostile, or no Word document.
    pub fn read(bytes: &[u8]) -> Result<Template, Refusal> {
        let mut package = Package::read(bytes)?;
        let main = parts::check(&mut package)?;
        let mut root = part(&package, &main)?;
        if root.name != "w:document" || root.child("w:body").is_none() {
            return Err(Refusal::OtherOffice);
        }
        let mut fields = Fields::default();
        fields.take_out_of(&mut root)?;
        let mut template = Template {
            has_logo: has_logo(&root),
            names: fields.names.clone(),
            unsupported: fields.unsupported.clone(),
            stories: Vec::new(),
            package,
            main,
            root,
            fields,
        };
        template.read_stories()?;
        template.silence_settings()?;
        Ok(template)
    }

    /// The names of the merge fields, in the order in which they come first.
    pub fn fields(&self) -> &[String] {
        &self.names
    }

    /// What it holds that a merge does not work out, in words: such a field keeps the text that it
    /// showed last.
    pub fn unsupported(&self) -> impl Iterator<Item = &str> {
        self.unsupported.iter().map(String::as_str)
    }

    /// Whether it has a place for a logo.
    pub fn has_logo_place(&self) -> bool {
        self.has_logo || self.stories.iter().any(|story| story.has_logo)
    }

    fn read_stories(&mut self) -> Result<(), Refusal> {
        for relation in Relations::of(&self.package, &self.main)?.list(&self.main) {
            if !["header", "footer", "footnotes", "endnotes"].contains(&relation.kind.as_str()) {
                continue;
            }
            let mut root = part(&self.package, &relation.target)?;
            let mut fields = Fields::default();
            fields.take_out_of(&mut root)?;
            for name in &fields.names {
                if !self.names.contains(name) {
                    self.names.push(name.clone());
                }
            }
            self.unsupported.extend(fields.unsupported.iter().cloned());
            self.stories.push(Story {
                has_logo: has_logo(&root),
                part: relation.target,
                kind: relation.kind,
                relation: relation.id,
                root,
                fields,
            });
        }
        Ok(())
    }

    /// Takes out of the settings what would make Word look for a list of records, or for the
    /// template that the document was made from.
    fn silence_settings(&mut self) -> Result<(), Refusal> {
        let named = |relation: &parts::Relation| relation.kind == "settings";
        let relations = Relations::of(&self.package, &self.main)?.list(&self.main);
        let Some(relation) = relations.into_iter().find(named) else {
            return Ok(());
        };
        let mut settings = part(&self.package, &relation.target)?;
        settings.remove(&|element| {
            [
                "w:mailMerge",
                "w:attachedTemplate",
                "w:linkStyles",
                "w:documentProtection",
                "w:updateFields",
            ]
            .contains(&element.name.as_str())
        });
        self.package.put(&relation.target, xml::document(&settings));
        Ok(())
    }
}

/// A part of the document, whose elements have the names that Word gives them.
fn part(package: &Package, name: &str) -> Result<Element, Refusal> {
    let broken = || Refusal::BrokenPart(name.to_owned());
    let root = xml::read(name, package.get(name).ok_or_else(broken)?)?;
    let space = root.attribute("xmlns:w").ok_or_else(broken)?;
    let is_word = [
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    ];
    if !is_word.contains(&space.as_ref()) {
        return Err(Refusal::OtherOffice);
    }
    drop(space);
    Ok(root)
}

fn has_logo(root: &Element) -> bool {
    root.has(&|element| element.name == "w:drawing" && logo::is_place(element))
}
