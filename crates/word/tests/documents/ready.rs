//! A template of our own, and the logo's place.

use crate::package::*;
use word::{Block, Piece, Template, Values, ready_template};

/// The smallest PNG: one dot.
const LOGO: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0x0D, b'I', b'H', b'D', b'R', 0, 0, 0, 100, 0,
    0, 0, 100,
];

fn ready() -> Vec<u8> {
    let pieces = [
        Piece::Logo("Logo of the school"),
        Piece::Title("Report on {Name}"),
        Piece::Heading("Attendance"),
        Piece::Facts(&[["School", "{School}"]]),
        Piece::Table(&[&["Present", "Late"], &["{Present}", "{Late}"]]),
        Piece::Text("Tutor: {Comment}"),
    ];
    ready_template("Report", &pieces, "{School} · page ").unwrap()
}

const RECORD: &[(&str, &str)] = &[
    ("Name", "Ana"),
    ("School", "Elm"),
    ("Present", "7"),
    ("Late", "0"),
    ("Comment", "Good & kind"),
];

#[test]
fn the_ready_template_is_read_and_merged() {
    let template = Template::read(&ready()).unwrap();
    assert_eq!(template.fields(), ["Name", "School", "Present", "Late", "Comment"]);
    assert_eq!(template.unsupported().count(), 0);
    assert!(template.has_logo_place());
    let docx = merged(&template, &[RECORD], None);
    assert_eq!(
        body(&docx),
        "\nReport on Ana\nAttendance\nSchool\nElm\n\nPresent\nLate\n7\n0\n\nTutor: Good & kind\n"
    );
    assert!(words(&part(&docx, "word/footer1.xml").unwrap()).starts_with("Elm · page 1"));
    assert!(!part(&docx, "word/document.xml").unwrap().contains("w:drawing"), "no logo, no place");
}

#[test]
fn the_logo_takes_its_place_in_its_own_shape() {
    let template = Template::read(&ready()).unwrap();
    let docx = merged(&template, &[RECORD, RECORD], Some(LOGO));
    let xml = part(&docx, "word/document.xml").unwrap();
    assert_eq!(xml.matches("r:embed=\"rIdMergedLogo\"").count(), 2);
    // The place is 50 mm by 20 mm; a square logo is 20 mm wide there.
    assert!(xml.contains("cx=\"720000\" cy=\"720000\""), "{xml}");
    assert!(names(&docx).contains(&"word/media/merged-logo.png".to_owned()));
    assert!(part(&docx, "word/_rels/document.xml.rels").unwrap().contains("merged-logo.png"));
    let no_picture = merged(&template, &[RECORD], Some(b"<svg/>"));
    assert!(!part(&no_picture, "word/document.xml").unwrap().contains("w:drawing"));
}

#[test]
fn its_content_has_title_heading_tables_and_logo() {
    let template = Template::read(&ready()).unwrap();
    let of =
        |name: &str| RECORD.iter().find(|(field, _)| *field == name).map(|(_, value)| (*value).to_owned());
    let content = template.content(&Values { of: &of, number: 1, today: today() }, Some(LOGO));
    let kinds: Vec<&str> = content
        .blocks
        .iter()
        .map(|block| match block {
            Block::Heading { .. } => "heading",
            Block::Paragraph { .. } => "paragraph",
            Block::Picture(picture) => {
                assert_eq!((picture.alt.as_str(), picture.width_tenths_mm), ("Logo of the school", 200));
                "picture"
            }
            Block::Table { .. } => "table",
            Block::Page => "page",
        })
        .collect();
    assert_eq!(
        kinds,
        [
            "picture",
            "heading",
            "heading",
            "table",
            "table",
            "paragraph",
            "paragraph"
        ]
    );
    assert_eq!(content.pictures, [LOGO]);
}
