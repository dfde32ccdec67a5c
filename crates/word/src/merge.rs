//! One Word document out of a template and any number of records.

use crate::{
    logo,
    parts::{self, Relations, TYPES},
    resolve::Copy,
    sections,
    template::{Story, Template, Values},
    xml::{self, Element, Node},
};
use std::{
    io::{self, Cursor, Write},
    mem,
};
use zip::{ZipWriter, write::SimpleFileOptions};

/// A document while records are put into it.
///
/// The body is written as it comes; what stands in other parts is kept until the end.
pub struct Merge<'t> {
    template: &'t Template,
    zip: ZipWriter<Cursor<Vec<u8>>>,
    /// How many records there will be, and how many there have been.
    expected: usize,
    count: usize,
    logo: Option<Logo>,
    relations: Relations,
    types: Element,
    /// Parts that records have added.
    added: Vec<(String, Vec<u8>)>,
    /// Footnotes and endnotes of the records so far, by story.
    notes: Vec<Vec<Node>>,
}

struct Logo {
    png: Vec<u8>,
    width: u32,
    height: u32,
}

/// The logo's part, its name as seen from `word/`, and its relationship in every part that has it.
const LOGO_PART: &str = "word/media/merged-logo.png";
const LOGO_TARGET: &str = "/word/media/merged-logo.png";
const LOGO_RELATION: &str = "rIdMergedLogo";

impl<'t> Merge<'t> {
    /// Begins a document of `expected` records. A logo that is no PNG is left out, as is its place
    /// where there is none.
    ///
    /// # Errors
    /// None but of memory.
    pub fn begin(template: &'t Template, expected: usize, logo: Option<&[u8]>) -> io::Result<Merge<'t>> {
        let logo = logo.and_then(|png| {
            let (width, height) = logo::png_size(png)?;
            Some(Logo { png: png.to_vec(), width, height })
        });
        let read = |name: &str| xml::read(name, template.package.get(name).unwrap_or_default());
        let mut merge = Merge {
            template,
            zip: ZipWriter::new(Cursor::new(Vec::new())),
            expected,
            count: 0,
            logo,
            relations: Relations::of(&template.package, &template.main).map_err(io::Error::other)?,
            types: read(TYPES).map_err(io::Error::other)?,
            added: Vec::new(),
            notes: vec![Vec::new(); template.stories.len()],
        };
        if template.has_logo && merge.logo.is_some() {
            merge.relations.add(LOGO_RELATION, "image", LOGO_TARGET);
        }
        merge.zip.start_file(&*template.main, options())?;
        let mut head = xml::DECLARATION.to_owned();
        open(&template.root, &mut head);
        for node in template.root.children.iter().take_while(|node| node.named("w:body").is_none()) {
            xml::write_all(std::slice::from_ref(node), &mut head);
        }
        head.push_str("<w:body>");
        merge.zip.write_all(head.as_bytes())?;
        Ok(merge)
    }

    /// Puts a record in.
    ///
    /// # Errors
    /// None but of memory.
    pub fn add(&mut self, values: &Values<'_>) -> io::Result<()> {
        let template = self.template;
        let number = self.count;
        self.count += 1;
        for (at, story) in template.stories.iter().enumerate() {
            if story.is_notes() {
                let notes = self.notes_of(story, values, number);
                self.notes[at].extend(notes);
            } else if number > 0 && story.differs() {
                self.add_story(story, values, number);
            }
        }
        let copy = self.copy(template.has_logo, &template.fields.list, values, number);
        let body = template.root.child("w:body").map(|body| body.children.as_slice()).unwrap_or_default();
        let mut nodes = copy.of(body);
        if number + 1 < self.expected {
            sections::close(&mut nodes);
        } else if sections::last_of(&nodes).is_none() && number > 0 {
            nodes.push(Element::new("w:sectPr").into());
        }
        if number > 0 {
            let own = |id: &str| {
                let story = template.stories.iter().find(|story| story.relation == id)?;
                story.differs().then(|| relation_of(id, number))
            };
            sections::renew(&mut nodes, &own);
        }
        let mut text = String::new();
        xml::write_all(&nodes, &mut text);
        if number == 0 {
            self.first_stories(values);
        }
        self.zip.write_all(text.as_bytes())
    }

    /// The document.
    ///
    /// # Errors
    /// None but of memory.
    pub fn finish(mut self) -> io::Result<Vec<u8>> {
        self.zip.write_all(b"</w:body></w:document>")?;
        for (at, story) in self.template.stories.iter().enumerate() {
            if story.is_notes() {
                let root = Element {
                    children: mem::take(&mut self.notes[at]),
                    ..bare(&story.root)
                };
                self.added.push((story.part.clone(), xml::document(&root)));
            }
        }
        let has_logo = self.logo.is_some() && self.template.has_logo_place();
        if has_logo && !self.types.has(&|e| e.attribute("Extension").is_some_and(|ext| ext == "png")) {
            let png = Element::new("Default").with("Extension", "png").with("ContentType", "image/png");
            self.types.children.insert(0, png.into());
        }
        let relations = (parts::name_for(&self.template.main), xml::document(&self.relations.0));
        self.added.push(relations);
        self.added.push((TYPES.to_owned(), xml::document(&self.types)));
        if let Some(logo) = self.logo.filter(|_| has_logo) {
            self.added.push((LOGO_PART.to_owned(), logo.png));
        }
        let is_added = |name: &str| self.added.iter().any(|(added, _)| added.eq_ignore_ascii_case(name));
        for (name, bytes) in &self.template.package.0 {
            if !name.eq_ignore_ascii_case(&self.template.main) && !is_added(name) {
                self.zip.start_file(&**name, options())?;
                self.zip.write_all(bytes)?;
            }
        }
        for (name, bytes) in &self.added {
            self.zip.start_file(&**name, options())?;
            self.zip.write_all(bytes)?;
        }
        Ok(self.zip.finish()?.into_inner())
    }

    /// Headers and footers with the first record's values stand where the template's stood.
    fn first_stories(&mut self, values: &Values<'_>) {
        let template = self.template;
        for story in template.stories.iter().filter(|story| !story.is_notes()) {
            let root = self.copy(story.has_logo, &story.fields.list, values, 0).of(&story.root.children);
            self.put_story(story, &story.part, root);
        }
    }

    /// A header or footer for one further record.
    fn add_story(&mut self, story: &Story, values: &Values<'_>, number: usize) {
        let part = part_of(&story.part, number);
        let nodes = self.copy(story.has_logo, &story.fields.list, values, number).of(&story.root.children);
        self.put_story(story, &part, nodes);
        self.relations
            .add(&relation_of(&story.relation, number), &story.kind, &format!("/{part}"));
        let kind =
            format!("application/vnd.openxmlformats-officedocument.wordprocessingml.{}+xml", story.kind);
        let entry = Element::new("Override").with("PartName", &format!("/{part}")).with("ContentType", &kind);
        self.types.children.push(entry.into());
    }

    fn put_story(&mut self, story: &Story, part: &str, nodes: Vec<Node>) {
        let root = Element { children: nodes, ..bare(&story.root) };
        self.added.push((part.to_owned(), xml::document(&root)));
        let mut relations =
            Relations::of(&self.template.package, &story.part).unwrap_or_else(|_| Relations::empty());
        if story.has_logo && self.logo.is_some() {
            relations.add(LOGO_RELATION, "image", LOGO_TARGET);
        }
        if !relations.0.children.is_empty() {
            self.added.push((parts::name_for(part), xml::document(&relations.0)));
        }
    }

    /// The notes of one record, numbered apart from all others'; the separators come once.
    fn notes_of(&self, story: &Story, values: &Values<'_>, number: usize) -> Vec<Node> {
        let mut nodes =
            self.copy(story.has_logo, &story.fields.list, values, number).of(&story.root.children);
        let is_separator = |node: &Node| node.element().is_some_and(|e| e.attribute("w:type").is_some());
        nodes.retain(|node| number == 0 || !is_separator(node));
        for node in &mut nodes {
            if !is_separator(node)
                && let Node::Element(note) = node
                && let Some(id) = note.attribute("w:id").and_then(|id| id.parse::<i64>().ok())
            {
                note.set("w:id", &id.saturating_add(notes_move(number)).to_string());
            }
        }
        nodes
    }

    fn copy<'a>(
        &'a self,
        has_logo: bool,
        fields: &'a [crate::fields::Field],
        values: &'a Values<'a>,
        number: usize,
    ) -> Copy<'a> {
        let logo = self.logo.as_ref().filter(|_| has_logo);
        Copy {
            values,
            fields,
            number,
            logo: logo.map(|logo| (LOGO_RELATION, logo.width, logo.height)),
            notes_move: notes_move(number),
        }
    }
}

/// Notes of one document have numbers far below this.
fn notes_move(number: usize) -> i64 {
    i64::try_from(number).unwrap_or_default() * 10_000
}

fn relation_of(id: &str, number: usize) -> String {
    format!("{id}Record{}", number + 1)
}

fn part_of(part: &str, number: usize) -> String {
    format!("{}-record{}.xml", part.trim_end_matches(".xml"), number + 1)
}

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .compression_level(Some(3))
}

/// An element without its children.
fn bare(element: &Element) -> Element {
    Element {
        name: element.name.clone(),
        attributes: element.attributes.clone(),
        children: Vec::new(),
    }
}

/// An element's opening.
fn open(element: &Element, out: &mut String) {
    let mut text = String::new();
    bare(element).write(&mut text);
    out.push_str(text.trim_end_matches("/>"));
    out.push('>');
}
