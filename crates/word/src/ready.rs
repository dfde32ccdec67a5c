//! Writing a template of our own, so that it need not be kept as a file that nobody can read.

use crate::{
    parts::OFFICE,
    xml::{DECLARATION, escape},
};
use std::io::{self, Cursor, Write};
use zip::{ZipWriter, write::SimpleFileOptions};

/// A piece of a template. In every text `{Name}` is a merge field.
#[derive(Clone, Copy, Debug)]
pub enum Piece<'a> {
    /// The place for a logo, with the words that stand there until there is one.
    Logo(&'a str),
    /// The document's title.
    Title(&'a str),
    /// A heading.
    Heading(&'a str),
    /// A paragraph.
    Text(&'a str),
    /// A table with a row of headings.
    Table(&'a [&'a [&'a str]]),
    /// A table whose first column holds the headings.
    Facts(&'a [[&'a str; 2]]),
}

const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
/// English Metric Units in a millimetre, by which drawings are measured.
const EMU: u32 = 36_000;
/// The place for the logo, in millimetres.
const LOGO_WIDTH: u32 = 50;
const LOGO_HEIGHT: u32 = 20;
/// Width of the text of a page of A4, in twentieths of a point.
const TEXT_WIDTH: usize = 9_638;

/// A .docx with these pieces, and a footer on every page.
///
/// # Errors
/// None but of memory.
pub fn ready_template(title: &str, pieces: &[Piece<'_>], footer: &str) -> io::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let body: String = pieces.iter().map(piece).collect();
    let sheet = "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId3\"/><w:pgSz w:w=\"11906\" w:h=\"16838\"/>\
         <w:pgMar w:top=\"1134\" w:right=\"1134\" w:bottom=\"1134\" w:left=\"1134\" w:header=\"567\" w:footer=\"567\" w:gutter=\"0\"/></w:sectPr>";
    let spaces = format!(
        "xmlns:w=\"{W}\" xmlns:r=\"{OFFICE}\" xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" \
         xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\""
    );
    let document = format!("<w:document {spaces}><w:body>{body}{sheet}</w:body></w:document>");
    let page = complex("PAGE", "1");
    let footer = format!(
        "<w:ftr {spaces}>{}</w:ftr>",
        paragraph("Footer", &format!("{}{page}", runs(footer, false)))
    );
    let core = format!(
        "<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{}</dc:title><dc:language>en-GB</dc:language></cp:coreProperties>",
        escape(title)
    );
    for (name, text) in [
        ("[Content_Types].xml", types()),
        (
            "_rels/.rels",
            relations(&[
                ("officeDocument", "word/document.xml"),
                ("metadata/core-properties", "docProps/core.xml"),
            ]),
        ),
        ("word/document.xml", document),
        (
            "word/_rels/document.xml.rels",
            relations(&[
                ("styles", "styles.xml"),
                ("image", "media/logo-place.png"),
                ("footer", "footer1.xml"),
                ("settings", "settings.xml"),
            ]),
        ),
        ("word/styles.xml", styles()),
        ("word/footer1.xml", footer),
        (
            "word/settings.xml",
            format!("<w:settings xmlns:w=\"{W}\"><w:themeFontLang w:val=\"en-GB\"/></w:settings>"),
        ),
        ("docProps/core.xml", core),
    ] {
        zip.start_file(name, options())?;
        zip.write_all(DECLARATION.as_bytes())?;
        zip.write_all(text.as_bytes())?;
    }
    zip.start_file("word/media/logo-place.png", options())?;
    zip.write_all(GREY_DOT)?;
    Ok(zip.finish()?.into_inner())
}

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated)
}

fn types() -> String {
    let main = "application/vnd.openxmlformats-officedocument.wordprocessingml";
    let parts = [
        ("document", "document.main"),
        ("styles", "styles"),
        ("footer1", "footer"),
        ("settings", "settings"),
    ];
    let parts: String = parts
        .iter()
        .map(|(part, kind)| {
            format!("<Override PartName=\"/word/{part}.xml\" ContentType=\"{main}.{kind}+xml\"/>")
        })
        .collect();
    format!(
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/><Default Extension=\"png\" ContentType=\"image/png\"/>{parts}\
         <Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/></Types>"
    )
}

/// Relationships rId1, rId2 … by their kind and target.
fn relations(list: &[(&str, &str)]) -> String {
    let one = |(at, (kind, target)): (usize, &(&str, &str))| {
        let office = match kind.starts_with("metadata") {
            true => "http://schemas.openxmlformats.org/package/2006/relationships",
            false => OFFICE,
        };
        format!("<Relationship Id=\"rId{}\" Type=\"{office}/{kind}\" Target=\"{target}\"/>", at + 1)
    };
    let list: String = list.iter().enumerate().map(one).collect();
    format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{list}</Relationships>"
    )
}

fn styles() -> String {
    let style = |id: &str, name: &str, paragraph: &str, run: &str| {
        format!(
            "<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/><w:basedOn w:val=\"Normal\"/><w:next w:val=\"Normal\"/>\
             <w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
        )
    };
    let heading = "<w:keepNext/><w:spacing w:before=\"240\" w:after=\"80\"/><w:outlineLvl w:val=\"";
    format!(
        "<w:styles xmlns:w=\"{W}\"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Arial\" w:hAnsi=\"Arial\" w:cs=\"Arial\"/>\
         <w:sz w:val=\"22\"/><w:lang w:val=\"en-GB\"/></w:rPr></w:rPrDefault></w:docDefaults>\
         <w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/><w:pPr><w:spacing w:after=\"80\"/></w:pPr></w:style>{}{}{}{}\
         <w:style w:type=\"table\" w:styleId=\"TableGrid\"><w:name w:val=\"Table Grid\"/><w:tblPr><w:tblBorders>{}</w:tblBorders></w:tblPr></w:style></w:styles>",
        style("Title", "Title", "<w:spacing w:after=\"120\"/>", "<w:b/><w:sz w:val=\"40\"/>"),
        style("Heading1", "heading 1", &format!("{heading}0\"/>"), "<w:b/><w:sz w:val=\"28\"/>"),
        style("Footer", "footer", "", "<w:sz w:val=\"18\"/>"),
        style("Logo", "Logo", "<w:jc w:val=\"right\"/>", ""),
        ["top", "left", "bottom", "right", "insideH", "insideV"]
            .map(|side| format!("<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"808080\"/>"))
            .concat()
    )
}

fn piece(piece: &Piece<'_>) -> String {
    match piece {
        Piece::Logo(words) => paragraph("Logo", &logo(words)),
        Piece::Title(text) => paragraph("Title", &runs(text, false)),
        Piece::Heading(text) => paragraph("Heading1", &runs(text, false)),
        Piece::Text(text) => paragraph("Normal", &runs(text, false)),
        Piece::Table(rows) => {
            let columns = rows.first().map_or(1, |row| row.len()).max(1);
            let row = |(at, row): (usize, &&[&str])| {
                let head = if at == 0 { "<w:trPr><w:tblHeader/></w:trPr>" } else { "" };
                let cells: String =
                    row.iter().map(|text| cell(text, TEXT_WIDTH / columns, at == 0)).collect();
                format!("<w:tr>{head}{cells}</w:tr>")
            };
            table(
                &vec![TEXT_WIDTH / columns; columns],
                &rows.iter().enumerate().map(row).collect::<String>(),
            )
        }
        Piece::Facts(rows) => {
            let widths = [TEXT_WIDTH / 3, TEXT_WIDTH - TEXT_WIDTH / 3];
            let row = |[label, text]: &[&str; 2]| {
                format!("<w:tr>{}{}</w:tr>", cell(label, widths[0], true), cell(text, widths[1], false))
            };
            table(&widths, &rows.iter().map(row).collect::<String>())
        }
    }
}

fn paragraph(style: &str, inside: &str) -> String {
    format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>{inside}</w:p>")
}

fn table(widths: &[usize], rows: &str) -> String {
    let grid: String = widths.iter().map(|width| format!("<w:gridCol w:w=\"{width}\"/>")).collect();
    format!(
        "<w:tbl><w:tblPr><w:tblStyle w:val=\"TableGrid\"/><w:tblW w:w=\"{TEXT_WIDTH}\" w:type=\"dxa\"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>{}",
        paragraph("Normal", "")
    )
}

fn cell(text: &str, width: usize, is_bold: bool) -> String {
    let inside = paragraph("Normal", &runs(text, is_bold));
    format!("<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/></w:tcPr>{inside}</w:tc>")
}

/// Runs of words and fields.
fn runs(text: &str, is_bold: bool) -> String {
    let look = if is_bold { "<w:rPr><w:b/></w:rPr>" } else { "" };
    let one = |(at, words): (usize, &str)| match at % 2 {
        _ if words.is_empty() => String::new(),
        0 => format!("<w:r>{look}<w:t xml:space=\"preserve\">{}</w:t></w:r>", escape(words)),
        _ => complex(&format!("MERGEFIELD {words}"), &format!("«{words}»")),
    };
    text.split(['{', '}']).enumerate().map(one).collect()
}

/// A field as Word writes it.
fn complex(instruction: &str, shown: &str) -> String {
    let mark = |kind| format!("<w:r><w:fldChar w:fldCharType=\"{kind}\"/></w:r>");
    format!(
        "{}<w:r><w:instrText xml:space=\"preserve\"> {} </w:instrText></w:r>{}<w:r><w:t>{}</w:t></w:r>{}",
        mark("begin"),
        escape(instruction),
        mark("separate"),
        escape(shown),
        mark("end")
    )
}

fn logo(words: &str) -> String {
    let (width, height) = (LOGO_WIDTH * EMU, LOGO_HEIGHT * EMU);
    format!(
        "<w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\"><wp:extent cx=\"{width}\" cy=\"{height}\"/>\
         <wp:docPr id=\"1\" name=\"Logo\" descr=\"{}\"/><a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\">\
         <pic:pic><pic:nvPicPr><pic:cNvPr id=\"1\" name=\"Logo\"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed=\"rId2\"/>\
         <a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"{width}\" cy=\"{height}\"/></a:xfrm>\
         <a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>",
        escape(words)
    )
}

/// A PNG of one light grey dot, which Word draws as large as the place is.
const GREY_DOT: &[u8] = &[
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44, 0x52, 0x00,
    0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3A, 0x7E, 0x9B, 0x55, 0x00,
    0x00, 0x00, 0x0A, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0xB8, 0x0B, 0x00, 0x00, 0xDF, 0x00, 0xDE,
    0x29, 0x79, 0x70, 0xB6, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
];
