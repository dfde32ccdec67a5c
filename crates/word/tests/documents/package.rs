//! Making small documents for tests, and reading their text again.

#![allow(dead_code, reason = "each test file uses some of it")]

use chrono::NaiveDate;
use std::io::{Cursor, Read, Write};
use word::{Merge, Refusal, Template, Values};
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

pub const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const MAIN: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";

/// The parts of a document with this body.
pub fn parts(body: &str) -> Vec<(String, Vec<u8>)> {
    let part = |name: &str, text: String| (name.to_owned(), text.into_bytes());
    vec![
        part(
            "[Content_Types].xml",
            format!(
                "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/word/document.xml\" ContentType=\"{MAIN}\"/></Types>"
            ),
        ),
        part("_rels/.rels", relations(&[("rId1", "officeDocument", "word/document.xml", "")])),
        part(
            "word/document.xml",
            format!("<w:document xmlns:w=\"{W}\" xmlns:r=\"{OFFICE}\"><w:body>{body}</w:body></w:document>"),
        ),
    ]
}

/// Relationships: id, kind, target, mode.
pub fn relations(list: &[(&str, &str, &str, &str)]) -> String {
    let one = |(id, kind, target, mode): &(&str, &str, &str, &str)| {
        let mode = if mode.is_empty() {
            String::new()
        } else {
            format!(" TargetMode=\"{mode}\"")
        };
        format!("<Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"{mode}/>")
    };
    let list: String = list.iter().map(one).collect();
    format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{list}</Relationships>"
    )
}

/// With one more part, or another in its place.
pub fn with(mut parts: Vec<(String, Vec<u8>)>, name: &str, text: impl AsRef<[u8]>) -> Vec<(String, Vec<u8>)> {
    parts.retain(|(part, _)| part != name);
    parts.push((name.to_owned(), text.as_ref().to_vec()));
    parts
}

/// A part other than the document's body, such as a header.
pub fn story(root: &str, inside: &str) -> String {
    format!("<w:{root} xmlns:w=\"{W}\" xmlns:r=\"{OFFICE}\">{inside}</w:{root}>")
}

pub fn zipped(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        zip.start_file(&**name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub fn document(body: &str) -> Vec<u8> {
    zipped(&parts(body))
}

pub fn refusal(parts: &[(String, Vec<u8>)]) -> Refusal {
    Template::read(&zipped(parts)).expect_err("it is read")
}

/// A complex field, its instruction split over as many runs as there are texts.
pub fn field(instruction: &[&str], shown: &str) -> String {
    let mark = |kind| format!("<w:r><w:fldChar w:fldCharType=\"{kind}\"/></w:r>");
    let words: String = instruction
        .iter()
        .map(|text| format!("<w:r><w:instrText xml:space=\"preserve\">{text}</w:instrText></w:r>"))
        .collect();
    let begin = mark("begin");
    let (separate, end) = (mark("separate"), mark("end"));
    format!("{begin}{words}{separate}<w:r><w:rPr><w:b/></w:rPr><w:t>{shown}</w:t></w:r>{end}")
}

pub fn paragraph(inside: &str) -> String {
    format!("<w:p>{inside}</w:p>")
}

pub fn text(words: &str) -> String {
    format!("<w:r><w:t xml:space=\"preserve\">{words}</w:t></w:r>")
}

pub fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
}

/// A document of these records, each a list of names and values.
pub fn merged(template: &Template, records: &[&[(&str, &str)]], logo: Option<&[u8]>) -> Vec<u8> {
    let mut merge = Merge::begin(template, records.len(), logo).unwrap();
    for (at, record) in records.iter().enumerate() {
        let of = |name: &str| {
            record.iter().find(|(field, _)| *field == name).map(|(_, value)| (*value).to_owned())
        };
        merge.add(&Values { of: &of, number: at + 1, today: today() }).unwrap();
    }
    merge.finish().unwrap()
}

pub fn part(docx: &[u8], name: &str) -> Option<String> {
    let mut zip = ZipArchive::new(Cursor::new(docx)).unwrap();
    let mut text = String::new();
    zip.by_name(name).ok()?.read_to_string(&mut text).unwrap();
    Some(text)
}

pub fn names(docx: &[u8]) -> Vec<String> {
    let zip = ZipArchive::new(Cursor::new(docx)).unwrap();
    zip.file_names().map(|name| name.unwrap().into_owned()).collect()
}

/// The words of a part as people read them: one line a paragraph or line break.
pub fn words(xml: &str) -> String {
    let (mut out, mut rest) = (String::new(), xml);
    while let Some(at) = rest.find('<') {
        let end = rest[at..].find('>').unwrap() + at;
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if tag.starts_with("w:br") || tag == "/w:p" || (tag.starts_with("w:p ") && tag.ends_with('/')) {
            out.push('\n');
        } else if tag == "w:tab/" {
            out.push('\t');
        } else if tag == "w:t" || tag.starts_with("w:t ") {
            let end = rest.find('<').unwrap();
            let text = rest[..end].replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
            out.push_str(&text.replace("&amp;", "&"));
        }
    }
    out
}

/// The words of the document's body.
pub fn body(docx: &[u8]) -> String {
    words(&part(docx, "word/document.xml").unwrap())
}
