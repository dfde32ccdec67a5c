//! A merged record as a simple model: what it says, for documents of other kinds. Where things stand
//! on Word's page is left out.

use crate::{
    logo,
    parts::Relations,
    resolve::Copy,
    template::{Template, Values},
    xml::{self, Element, Node},
};
use serde::Serialize;
use std::collections::HashMap;

/// Words with one look.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Run {
    pub text: String,
    pub bold: bool,
    pub italic: bool,
}

/// A picture within the document.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Picture {
    /// Which of [`Content`]'s pictures.
    pub number: usize,
    /// What it shows, for those who can't see it.
    pub alt: String,
    /// Its width on the page in tenths of a millimetre.
    pub width_tenths_mm: u32,
}

/// A cell of a table.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Cell {
    pub blocks: Vec<Block>,
    /// How many columns it spans.
    pub columns: u32,
}

/// A row of a table.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Row {
    /// Whether it holds the headings of the columns.
    pub is_heading: bool,
    pub cells: Vec<Cell>,
}

/// A piece of a document, one below the other.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Block {
    /// A heading; 1 is the document's title or its first level.
    Heading { level: u32, runs: Vec<Run> },
    /// A paragraph, or a point of a list.
    Paragraph { runs: Vec<Run>, is_point: bool },
    /// A picture by itself.
    Picture(Picture),
    /// A table; widths of the columns in any one unit.
    Table { widths: Vec<u32>, rows: Vec<Row> },
    /// What follows begins on a new page.
    Page,
}

/// What a merged record says.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Content {
    pub blocks: Vec<Block>,
    /// PNG or JPEG files.
    #[serde(skip)]
    pub pictures: Vec<Vec<u8>>,
}

impl Template {
    /// A record's content: the page header once, the text, the page footer once.
    pub fn content(&self, values: &Values<'_>, logo: Option<&[u8]>) -> Content {
        let mut reader = Reader {
            template: self,
            levels: levels(self),
            logo: logo.filter(|png| logo::png_size(png).is_some()),
            content: Content::default(),
        };
        let mut blocks = reader.stories("header", values);
        let body = self.root.child("w:body").map(|body| body.children.as_slice()).unwrap_or_default();
        blocks.extend(reader.part(&self.main, body, &self.fields.list, values));
        blocks.extend(reader.stories("footer", values));
        reader.content.blocks = blocks;
        reader.content
    }
}

/// By which relationship the logo is known while it is no part of the package.
const LOGO: &str = "the logo";

struct Reader<'a> {
    template: &'a Template,
    /// Levels of headings by the style's id.
    levels: HashMap<String, u32>,
    logo: Option<&'a [u8]>,
    content: Content,
}

/// What surrounds a block: the part that it stands in.
struct Place<'p> {
    part: &'p str,
    relations: Relations,
}

impl Reader<'_> {
    fn stories(&mut self, kind: &str, values: &Values<'_>) -> Vec<Block> {
        let template = self.template;
        let stories = template.stories.iter().filter(|story| story.kind == kind);
        // A document may have three of a kind (first, even and other pages), which mostly say the same.
        let mut said: Vec<Block> = Vec::new();
        for story in stories {
            let blocks = self.part(&story.part, &story.root.children, &story.fields.list, values);
            if blocks != said && !blocks.is_empty() {
                said.extend(blocks);
            }
        }
        said
    }

    fn part(
        &mut self,
        part: &str,
        nodes: &[Node],
        fields: &[crate::fields::Field],
        values: &Values<'_>,
    ) -> Vec<Block> {
        let logo = self.logo.and_then(logo::png_size);
        let copy = Copy {
            values,
            fields,
            number: 0,
            logo: logo.map(|(width, height)| (LOGO, width, height)),
            notes_move: 0,
        };
        let relations = Relations::of(&self.template.package, part).unwrap_or_else(|_| Relations::empty());
        self.blocks(&copy.of(nodes), &Place { part, relations })
    }

    fn blocks(&mut self, nodes: &[Node], place: &Place<'_>) -> Vec<Block> {
        let mut blocks = Vec::new();
        for element in nodes.iter().filter_map(Node::element) {
            match element.name.as_str() {
                "w:p" => self.paragraph(element, place, &mut blocks),
                "w:tbl" => blocks.push(self.table(element, place)),
                "w:sdt" | "w:sdtContent" | "w:customXml" | "w:ins" => {
                    blocks.extend(self.blocks(&element.children, place));
                }
                _ => {}
            }
        }
        blocks
    }

    fn paragraph(&mut self, paragraph: &Element, place: &Place<'_>, blocks: &mut Vec<Block>) {
        let look = paragraph.child("w:pPr");
        if look.is_some_and(|look| look.child("w:pageBreakBefore").is_some()) {
            blocks.push(Block::Page);
        }
        let mut line = Line::default();
        self.inline(&paragraph.children, place, &mut line);
        blocks.append(&mut line.before);
        let is_empty = line.runs.iter().all(|run| run.text.trim().is_empty());
        if !is_empty {
            let level = look.and_then(|look| {
                let own = look.child_value("w:outlineLvl").and_then(|level| level.parse::<u32>().ok());
                let style = look.child_value("w:pStyle").and_then(|id| self.levels.get(&*id).copied());
                own.map(|level| level + 1).filter(|level| *level <= 9).or(style)
            });
            let is_point = look.is_some_and(|look| look.child("w:numPr").is_some());
            blocks.push(match level {
                Some(level) => Block::Heading { level, runs: line.runs },
                None => Block::Paragraph { runs: line.runs, is_point },
            });
        }
        blocks.append(&mut line.after);
        if look.is_some_and(|look| look.child("w:sectPr").is_some()) {
            blocks.push(Block::Page);
        }
    }

    fn inline(&mut self, nodes: &[Node], place: &Place<'_>, line: &mut Line) {
        for element in nodes.iter().filter_map(Node::element) {
            match element.name.as_str() {
                "w:r" => self.run(element, place, line),
                "w:hyperlink" | "w:ins" | "w:smartTag" | "w:sdt" | "w:sdtContent" | "w:fldSimple"
                | "w:customXml" => self.inline(&element.children, place, line),
                _ => {}
            }
        }
    }

    fn run(&mut self, run: &Element, place: &Place<'_>, line: &mut Line) {
        let look = run.child("w:rPr");
        let has = |name: &str| {
            let one = look.and_then(|look| look.child(name));
            one.is_some_and(|one| {
                !matches!(one.attribute("w:val").as_deref(), Some("0" | "false" | "none" | "off"))
            })
        };
        if has("w:vanish") {
            return;
        }
        let mut text = String::new();
        for element in run.elements() {
            match element.name.as_str() {
                "w:t" => text.push_str(&element.text()),
                "w:tab" => text.push(' '),
                "w:noBreakHyphen" => text.push('\u{2011}'),
                "w:cr" => text.push('\n'),
                "w:br" if element.attribute("w:type").as_deref() == Some("page") => {
                    line.after.push(Block::Page)
                }
                "w:br" => text.push('\n'),
                "w:drawing" | "w:pict" | "mc:AlternateContent" => self.drawing(element, place, line),
                _ => {}
            }
        }
        line.push(text, has("w:b"), has("w:i"));
    }

    /// Pictures, and the text of text boxes, which stand after the paragraph.
    fn drawing(&mut self, drawing: &Element, place: &Place<'_>, line: &mut Line) {
        let drawing = drawing.child("mc:Choice").unwrap_or(drawing);
        let (mut boxes, mut picture, mut alt, mut width) = (Vec::new(), None, String::new(), 400);
        drawing.each(&mut |element| match element.name.as_str() {
            "w:txbxContent" => boxes.push(element),
            "a:blip" => picture = element.attribute("r:embed"),
            "wp:docPr" => {
                alt =
                    element.attribute("descr").or(element.attribute("title")).unwrap_or_default().into_owned()
            }
            "wp:extent" => {
                let emu = element.attribute("cx").and_then(|cx| cx.parse::<u32>().ok());
                width = emu.map_or(width, |emu| emu / 3_600);
            }
            _ => {}
        });
        for content in boxes {
            let blocks = self.blocks(&content.children, place);
            line.after.extend(blocks);
        }
        if let Some(bytes) = picture.and_then(|id| self.picture(&id, place)) {
            let number =
                self.content.pictures.iter().position(|known| *known == bytes).unwrap_or_else(|| {
                    self.content.pictures.push(bytes);
                    self.content.pictures.len() - 1
                });
            line.before.push(Block::Picture(Picture {
                number,
                alt,
                width_tenths_mm: width.clamp(10, 1_700),
            }));
        }
    }

    fn picture(&self, id: &str, place: &Place<'_>) -> Option<Vec<u8>> {
        if id == LOGO {
            return self.logo.map(<[u8]>::to_vec);
        }
        let relation = place.relations.list(place.part).into_iter().find(|relation| relation.id == id)?;
        let bytes = self.template.package.get(&relation.target)?;
        let is_known = bytes.starts_with(b"\x89PNG\r\n\x1a\n") || bytes.starts_with(&[0xFF, 0xD8, 0xFF]);
        is_known.then(|| bytes.to_vec())
    }

    fn table(&mut self, table: &Element, place: &Place<'_>) -> Block {
        let widths = table.child("w:tblGrid").into_iter().flat_map(Element::elements);
        let widths = widths
            .map(|column| column.attribute("w:w").and_then(|w| w.parse().ok()).unwrap_or(1).max(1))
            .collect();
        let mut rows = Vec::new();
        for row in table.elements().filter(|element| element.name == "w:tr") {
            let is_heading = row.child("w:trPr").is_some_and(|look| look.child("w:tblHeader").is_some());
            let mut cells = Vec::new();
            for cell in row.elements().filter(|element| element.name == "w:tc") {
                let span = cell.child("w:tcPr").and_then(|look| look.child_value("w:gridSpan"));
                cells.push(Cell {
                    columns: span.and_then(|span| span.parse().ok()).unwrap_or(1).clamp(1, 60),
                    blocks: self.blocks(&cell.children, place),
                });
            }
            rows.push(Row { is_heading, cells });
        }
        Block::Table { widths, rows }
    }
}

/// A paragraph while it is read: its words, and what stands before and after them.
#[derive(Default)]
struct Line {
    before: Vec<Block>,
    runs: Vec<Run>,
    after: Vec<Block>,
}

impl Line {
    fn push(&mut self, text: String, bold: bool, italic: bool) {
        if text.is_empty() {
            return;
        }
        match self.runs.last_mut() {
            Some(last) if last.bold == bold && last.italic == italic => last.text.push_str(&text),
            _ => self.runs.push(Run { text, bold, italic }),
        }
    }
}

/// The levels of headings by the ids of their styles; the names are the same in every language.
fn levels(template: &Template) -> HashMap<String, u32> {
    let named = Relations::of(&template.package, &template.main)
        .unwrap_or_else(|_| Relations::empty())
        .list(&template.main)
        .into_iter()
        .find(|relation| relation.kind == "styles")
        .and_then(|relation| xml::read("styles", template.package.get(&relation.target)?).ok());
    let mut levels = HashMap::new();
    for style in named.iter().flat_map(Element::elements) {
        let name = style.child_value("w:name").unwrap_or_default().to_lowercase();
        let level = match name.strip_prefix("heading ").and_then(|level| level.parse().ok()) {
            Some(level) => level,
            None if name == "title" => 1,
            None => continue,
        };
        levels.insert(style.attribute("w:styleId").unwrap_or_default().into_owned(), level);
    }
    levels
}
