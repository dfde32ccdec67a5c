//! Files that are broken or made to harm.

use crate::package::*;
use std::io::{Cursor, Write};
use word::{Refusal, Template};
use zip::{ZipWriter, write::SimpleFileOptions};

#[test]
fn what_is_no_word_document_is_refused() {
    let ole = |more: &[u8]| [&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1][..], more].concat();
    let encrypted: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let whole = document(&paragraph("x"));
    for (bytes, refusal) in [
        (Vec::new(), Refusal::NotWord),
        (b"%PDF-1.7".to_vec(), Refusal::NotWord),
        (ole(b""), Refusal::OldWord),
        (ole(&encrypted), Refusal::Password),
        (b"PK\x03\x04".to_vec(), Refusal::BrokenZip),
        (whole[..whole.len() / 2].to_vec(), Refusal::BrokenZip),
        (vec![0; word::LARGEST_BYTES + 1], Refusal::TooLarge),
        (zipped(&[("a.txt".to_owned(), Vec::new())]), Refusal::OtherOffice),
    ] {
        assert_eq!(Template::read(&bytes).unwrap_err(), refusal);
    }
}

#[test]
fn parts_that_harm_are_refused() {
    let plain = || parts(&paragraph("x"));
    let related = |kind: &str, target: &str| {
        with(plain(), "word/_rels/document.xml.rels", relations(&[("rId1", kind, target, "External")]))
    };
    let document = |text: &str| with(plain(), "word/document.xml", text);
    let macros = String::from_utf8(plain()[0].1.clone()).unwrap().replace(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        "application/vnd.ms-word.document.macroEnabled.main+xml",
    );
    let part = |name: &str| name.to_owned();
    for (parts, refused) in [
        (with(plain(), "word/vbaProject.bin", "x"), Refusal::Macros),
        (with(plain(), "[Content_Types].xml", macros), Refusal::Macros),
        (with(plain(), "word/embeddings/oleObject1.bin", "x"), Refusal::Embedded),
        (related("image", "http://203.0.113.9/x.png"), Refusal::Outside("a picture")),
        (related("oleObject", "file:///c:/x"), Refusal::Embedded),
        (related("subDocument", "file:///c:/x"), Refusal::Outside("a part of its text")),
        (related("hyperlink", "file://server/share"), Refusal::Outside("a linked file")),
        (with(plain(), "../evil.xml", "<a/>"), Refusal::BrokenZip),
        (with(plain(), "word\\evil.xml", "<a/>"), Refusal::BrokenZip),
        (with(plain(), "WORD/document.xml", "<a/>"), Refusal::BrokenZip),
        (
            document("<!DOCTYPE x [<!ENTITY a \"aaaa\">]><w:document/>"),
            Refusal::Declares(part("word/document.xml")),
        ),
        (
            with(plain(), "customXml/item1.xml", "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><x/>"),
            Refusal::Declares(part("customXml/item1.xml")),
        ),
        (document("<w:document>"), Refusal::BrokenPart(part("word/document.xml"))),
        (document("<x:document xmlns:w=\"urn:other\"/>"), Refusal::OtherOffice),
        (
            document(&format!(
                "<w:document xmlns:w=\"{W}\"><w:body>{}{}</w:body></w:document>",
                "<w:tbl>".repeat(200),
                "</w:tbl>".repeat(200)
            )),
            Refusal::TooDeep(part("word/document.xml")),
        ),
        (
            document(&format!(
                "<w:document xmlns:w=\"{W}\"><w:body>{}</w:body></w:document>",
                " ".repeat(20_000_000)
            )),
            Refusal::TooLarge,
        ),
        (with(plain(), "word/media/image1.png", vec![0; 8_000_000]), Refusal::TooLarge),
    ] {
        assert_eq!(refusal(&parts), refused);
    }
    assert!(Template::read(&zipped(&related("hyperlink", "https://example.org"))).is_ok());
}

#[test]
fn a_field_that_fetches_may_not_hide_between_paragraphs() {
    let whole = field(&["INCLUDEPICTURE \"http://203.0.113.9/x\""], "x");
    let half = whole.find("<w:r><w:rPr>").unwrap();
    let parts = parts(&format!("{}{}", paragraph(&whole[..half]), paragraph(&whole[half..])));
    assert_eq!(refusal(&parts), Refusal::FetchingField("INCLUDEPICTURE".into()));
}

#[test]
fn more_entries_than_any_document_has_are_refused() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..2_001 {
        zip.start_file(format!("word/x{number}"), SimpleFileOptions::default()).unwrap();
        zip.write_all(b"x").unwrap();
    }
    assert_eq!(Template::read(&zip.finish().unwrap().into_inner()).unwrap_err(), Refusal::TooLarge);
}

#[test]
fn a_length_that_is_a_lie_does_not_help() {
    let mut bytes = document(&" ".repeat(100_000));
    // Every central entry claims to unpack to one byte.
    let mut at = 0;
    while let Some(found) = bytes[at..].windows(4).position(|window| window == b"PK\x01\x02") {
        at += found;
        bytes[at + 24..at + 28].copy_from_slice(&1_u32.to_le_bytes());
        at += 4;
    }
    assert!(Template::read(&bytes).is_err());
}

/// A small generator, so that a failure comes again (Knuth's MMIX constants).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % most
    }
}

#[test]
fn mutated_files_never_panic() {
    let table = format!(
        "<w:tbl><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>",
        paragraph(&field(&["IF 1 = 1 \"", "a\" \"b\""], "x"))
    );
    let body_text = format!("{}{table}", paragraph(&field(&["MERGEFIELD A \\* Upper"], "x")));
    let plain = parts(&body_text);
    let whole = zipped(&plain);
    let mut dice = Dice(2026);
    let mut read = 0;
    for round in 0..1_500 {
        let bytes = if round % 2 == 0 {
            let mut bytes = whole.clone();
            for _ in 0..=dice.below(8) {
                let at = dice.below(bytes.len());
                bytes[at] = dice.below(256) as u8;
            }
            bytes
        } else {
            // The XML itself, so that the zip's sums are right.
            let mut text = plain[2].1.clone();
            for _ in 0..=dice.below(4) {
                let at = dice.below(text.len());
                match dice.below(3) {
                    0 => text[at] = b"<>/\"'&\\ {}w:a"[dice.below(13)],
                    1 => drop(text.remove(at)),
                    _ => text.insert(at, b"<>/\"&= x"[dice.below(8)]),
                }
            }
            zipped(&with(plain.clone(), "word/document.xml", &text))
        };
        if let Ok(template) = Template::read(&bytes) {
            read += 1;
            merged(&template, &[&[("A", "1")], &[("A", "2")]], None);
        }
    }
    assert!(read > 50, "{read} of 1,500 could still be read");
}
