//! What a merged document says.

use crate::package::*;
use word::{Block, Template, Values};

fn merged_body(inside: &str, records: &[&[(&str, &str)]]) -> String {
    let template = Template::read(&document(inside)).unwrap();
    body(&merged(&template, records, None))
}

#[test]
fn values_come_out_as_they_are() {
    for value in [
        "Ana",
        "Zoë Łuk-O’Neill",
        "\"quoted\", 'single', <b> & ]]>",
        "+44 24 7655 5555",
        "-2",
        "−2",
        "0012",
        " two  spaces ",
        "first\nsecond\n\nfourth",
        "a\tb",
        "日本語 😀",
        "",
        "{MERGEFIELD B}",
        "&amp;",
    ] {
        let template = paragraph(&format!("{}{}{}", text("["), field(&[" MERGEFIELD A "], "«A»"), text("]")));
        assert_eq!(merged_body(&template, &[&[("A", value)]]), format!("[{value}]\n"), "{value:?}");
    }
    let unprintable =
        merged_body(&paragraph(&field(&["MERGEFIELD A"], "")), &[&[("A", "a\0b\u{7}c\r\nd\re")]]);
    assert_eq!(unprintable, "abc\nd\ne\n");
}

#[test]
fn fields_are_found_wherever_word_puts_them() {
    let simple = |instruction: &str| {
        format!("<w:fldSimple w:instr=\"{instruction}\"><w:r><w:t>x</w:t></w:r></w:fldSimple>")
    };
    let mark = |kind: &str| format!("<w:fldChar w:fldCharType=\"{kind}\"/>");
    let split = field(&[" MERGE", "FIELD ", "\"Su", "r name", "\" \\* Upp", "er"], "x");
    let one_run = format!(
        "<w:r><w:rPr><w:i/></w:rPr>{}<w:instrText>MERGEFIELD A</w:instrText>{}<w:t>x</w:t>{}</w:r>",
        mark("begin"),
        mark("separate"),
        mark("end")
    );
    let not_separated = format!(
        "<w:r>{}</w:r><w:r><w:instrText>MERGEFIELD A</w:instrText></w:r><w:r>{}</w:r>",
        mark("begin"),
        mark("end")
    );
    let cell = |inside: &str| format!("<w:tbl><w:tr><w:tc>{inside}<w:p/></w:tc></w:tr></w:tbl>");
    let textbox = format!(
        "<w:r><w:pict><v:shape><w:txbxContent>{}</w:txbxContent></v:shape></w:pict></w:r>",
        paragraph(&simple("MERGEFIELD A"))
    );
    for (template, words) in [
        (paragraph(&simple("MERGEFIELD A \\* MERGEFORMAT")), "1\n"),
        (paragraph(&simple("MERGEFIELD &quot;Sur name&quot;")), "smith\n"),
        (paragraph(&split), "SMITH\n"),
        (paragraph(&one_run), "1\n"),
        (paragraph(&not_separated), "1\n"),
        (cell(&cell(&cell(&paragraph(&split)))), "SMITH\n"),
        (paragraph(&format!("<w:hyperlink>{split}</w:hyperlink>")), "SMITH\n"),
        (paragraph(&textbox), "1\n\n"),
        (format!("<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>", paragraph(&split)), "SMITH\n"),
    ] {
        assert_eq!(merged_body(&template, &[&[("A", "1"), ("Sur name", "smith")]]), words, "{template}");
    }
}

#[test]
fn a_field_keeps_its_look() {
    let template = Template::read(&document(&paragraph(&field(&["MERGEFIELD A"], "x")))).unwrap();
    let xml = part(&merged(&template, &[&[("A", "1\n2")]], None), "word/document.xml").unwrap();
    assert!(
        xml.contains("<w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">1</w:t><w:br/><w:t xml:space=\"preserve\">2</w:t></w:r>"),
        "{xml}"
    );
}

#[test]
fn fields_within_fields_are_worked_out() {
    let nested = |shown: &str| {
        let mark = |kind: &str| format!("<w:r><w:fldChar w:fldCharType=\"{kind}\"/></w:r>");
        let words =
            |text: &str| format!("<w:r><w:instrText xml:space=\"preserve\">{text}</w:instrText></w:r>");
        format!(
            "{}{}{}{}{}{}{}{}",
            mark("begin"),
            words(" IF "),
            field(&["MERGEFIELD Sex"], "x"),
            words(" = \"F\" \"She"),
            words(" is "),
            words("here\" \"He is\" "),
            mark("separate"),
            text(shown),
        ) + &mark("end")
    };
    let template = paragraph(&nested("old"));
    assert_eq!(merged_body(&template, &[&[("Sex", "F")]]), "She is here\n");
    assert_eq!(merged_body(&template, &[&[("Sex", "M")]]), "He is\n");
    assert_eq!(Template::read(&document(&template)).unwrap().fields(), ["Sex"]);
}

#[test]
fn what_is_not_worked_out_is_named_and_keeps_its_text() {
    let kept = field(&[" PAGE "], "7");
    let inside = format!(
        "{}{}{}{}",
        paragraph(&field(&["NEXT"], "")),
        paragraph(&field(&["INCLUDETEXT \"c:\\\\secret\""], "included")),
        paragraph(&field(&["GREETINGLINE \\f x"], "Dear all")),
        paragraph(&kept),
    );
    let template = Template::read(&document(&inside)).unwrap();
    assert_eq!(template.unsupported().collect::<Vec<_>>(), ["GREETINGLINE", "INCLUDETEXT", "NEXT"]);
    let docx = merged(&template, &[&[]], None);
    assert_eq!(body(&docx), "\nincluded\nDear all\n7\n");
    let xml = part(&docx, "word/document.xml").unwrap();
    assert!(xml.contains(&kept) && !xml.contains("INCLUDETEXT"), "{xml}");
}

#[test]
fn a_field_over_several_paragraphs_is_named() {
    let whole = field(&["MERGEFIELD Far"], "x");
    let half = whole.find("<w:r><w:rPr>").unwrap();
    let template = format!("{}{}", paragraph(&whole[..half]), paragraph(&whole[half..]));
    let template = Template::read(&document(&template)).unwrap();
    assert_eq!(
        template.unsupported().collect::<Vec<_>>(),
        ["MERGEFIELD Far spread over several paragraphs"]
    );
}

#[test]
fn records_stand_on_pages_of_their_own_with_their_own_headers_and_notes() {
    let section = "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rId7\"/><w:pgSz/></w:sectPr>";
    let note = "<w:r><w:footnoteReference w:id=\"2\"/></w:r>";
    let body_text = format!("{}{section}", paragraph(&format!("{}{note}", field(&["MERGEFIELD A"], ""))));
    let parts = with(
        parts(&body_text),
        "word/header1.xml",
        story("hdr", &paragraph(&field(&["MERGEFIELD A"], ""))),
    );
    let notes = format!(
        "<w:footnote w:type=\"separator\" w:id=\"0\"><w:p/></w:footnote><w:footnote w:id=\"2\">{}</w:footnote>",
        paragraph(&field(&["MERGEFIELD B"], ""))
    );
    let parts = with(parts, "word/footnotes.xml", story("footnotes", &notes));
    let list = relations(&[
        ("rId7", "header", "header1.xml", ""),
        ("rId8", "footnotes", "footnotes.xml", ""),
    ]);
    let template = Template::read(&zipped(&with(parts, "word/_rels/document.xml.rels", list))).unwrap();
    assert_eq!(template.fields(), ["A", "B"]);
    let docx = merged(
        &template,
        &[
            &[("A", "Ana"), ("B", "n1")],
            &[("A", "Ben"), ("B", "n2")],
            &[("A", "Cy"), ("B", "n3")],
        ],
        None,
    );
    assert_eq!(body(&docx), "Ana\nBen\nCy\n");
    let header = |name: &str| words(&part(&docx, name).unwrap());
    assert_eq!(
        [
            header("word/header1.xml"),
            header("word/header1-record2.xml"),
            header("word/header1-record3.xml")
        ],
        ["Ana\n", "Ben\n", "Cy\n"]
    );
    let xml = part(&docx, "word/document.xml").unwrap();
    for reference in [
        "rId7\"",
        "rId7Record2",
        "rId7Record3",
        "footnoteReference w:id=\"2\"",
        "w:id=\"10002\"",
        "w:id=\"20002\"",
    ] {
        assert!(xml.contains(reference), "{reference} in {xml}");
    }
    assert_eq!(xml.matches("<w:sectPr>").count(), 3);
    assert_eq!(xml.matches("nextPage").count(), 2);
    let notes = part(&docx, "word/footnotes.xml").unwrap();
    assert_eq!((words(&notes).as_str(), notes.matches("separator").count()), ("n1\nn2\nn3\n", 1));
    assert!(part(&docx, "[Content_Types].xml").unwrap().contains("/word/header1-record3.xml"));
    assert!(part(&docx, "word/_rels/document.xml.rels").unwrap().contains("/word/header1-record2.xml"));
}

#[test]
fn word_asks_nothing_when_the_document_is_opened() {
    let settings = story(
        "settings",
        "<w:attachedTemplate r:id=\"rId1\"/><w:mailMerge><w:dataSource r:id=\"rId2\"/></w:mailMerge><w:zoom w:percent=\"90\"/>",
    );
    let parts = with(parts(&paragraph("")), "word/settings.xml", settings);
    let parts = with(
        parts,
        "word/_rels/document.xml.rels",
        relations(&[("rId3", "settings", "settings.xml", "")]),
    );
    let sources = relations(&[
        ("rId1", "attachedTemplate", "file:///c:/x.dotm", "External"),
        ("rId2", "mailMergeSource", "file:///c:/data.csv", "External"),
    ]);
    let template = Template::read(&zipped(&with(parts, "word/_rels/settings.xml.rels", sources))).unwrap();
    let docx = merged(&template, &[&[]], None);
    let settings = part(&docx, "word/settings.xml").unwrap();
    assert!(
        settings.contains("w:zoom") && !settings.contains("mailMerge") && !settings.contains("attached"),
        "{settings}"
    );
    let sources = part(&docx, "word/_rels/settings.xml.rels").unwrap();
    assert!(!sources.contains("file:"), "{sources}");
}

#[test]
fn content_is_what_the_document_says() {
    let table = format!(
        "<w:tbl><w:tblGrid><w:gridCol w:w=\"100\"/><w:gridCol w:w=\"300\"/></w:tblGrid><w:tr><w:trPr><w:tblHeader/></w:trPr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>",
        paragraph(&text("Mark")),
        paragraph(&field(&["MERGEFIELD A"], ""))
    );
    let heading = format!("<w:p><w:pPr><w:outlineLvl w:val=\"0\"/></w:pPr>{}</w:p>", text("Report"));
    let template = Template::read(&document(&format!("{heading}{table}{}", paragraph(&text(" "))))).unwrap();
    let of = |_: &str| Some("5\n6".to_owned());
    let content = template.content(&Values { of: &of, number: 1, today: today() }, None);
    let [Block::Heading { level: 1, runs }, Block::Table { widths, rows }] = content.blocks.as_slice() else {
        panic!("{:?}", content.blocks);
    };
    assert_eq!((runs[0].text.as_str(), widths.as_slice()), ("Report", [100, 300].as_slice()));
    assert!(rows[0].is_heading);
    let Block::Paragraph { runs, .. } = &rows[0].cells[1].blocks[0] else {
        panic!("{rows:?}")
    };
    assert_eq!((runs[0].text.as_str(), runs[0].bold), ("5\n6", true));
}
