//! `cap-pdf`: sets reports as accessible PDF (PDF/UA-1, tagged, with title and language).
//!
//! The server starts it as a child and sends one request a line, as JSON:
//! `{"title": "…", "records": [{"blocks": [… as crates/word's `Content` …]}], "pictures": ["hex", …]}`.
//! Each is answered with a line `ok LENGTH` and so many bytes, or with `failed REASON`. What a request
//! holds is data to the one fixed template, never source. The program opens no file and no socket.

mod hex;
mod world;

use rustix::process::{Resource, Rlimit, setrlimit};
use serde::Deserialize;
use serde_json::Value;
use std::{
    io::{self, BufRead, Write},
    process::ExitCode,
};

/// Most memory, in bytes, and most seconds of a processor. Whatever is given to it, it stays within.
const MEMORY_BYTES: u64 = 2 * 1024 * 1024 * 1024;
const CPU_SECONDS: u64 = 900;

/// One document to be set.
#[derive(Deserialize)]
struct Request {
    title: String,
    records: Vec<Value>,
    /// PNG or JPEG files in hexadecimal digits.
    pictures: Vec<String>,
}

fn main() -> ExitCode {
    match limit().and_then(|()| serve(&mut io::stdin().lock(), &mut io::stdout().lock())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cap-pdf: {error}");
            ExitCode::FAILURE
        }
    }
}

fn limit() -> io::Result<()> {
    let at_most = |most| Rlimit { current: Some(most), maximum: Some(most) };
    setrlimit(Resource::As, at_most(MEMORY_BYTES))?;
    setrlimit(Resource::Cpu, at_most(CPU_SECONDS))?;
    setrlimit(Resource::Core, at_most(0))?;
    Ok(())
}

fn serve(requests: &mut impl BufRead, answers: &mut impl Write) -> io::Result<()> {
    let fonts = world::Fonts::load();
    let mut line = String::new();
    while requests.read_line(&mut line)? > 0 {
        match set(&fonts, &line) {
            Ok(pdf) => {
                writeln!(answers, "ok {}", pdf.len())?;
                answers.write_all(&pdf)?;
            }
            Err(reason) => writeln!(answers, "failed {}", reason.replace(['\r', '\n'], " "))?,
        }
        answers.flush()?;
        line.clear();
    }
    Ok(())
}

/// Sets one document.
fn set(fonts: &world::Fonts, line: &str) -> Result<Vec<u8>, String> {
    let request: Request = serde_json::from_str(line).map_err(|error| format!("no request: {error}"))?;
    let data = serde_json::json!({
        "title": request.title,
        "records": request.records,
        "pictures": request.pictures.len(),
    });
    let pictures: Option<Vec<Vec<u8>>> =
        request.pictures.iter().map(|picture| hex::decode(picture)).collect();
    let pictures = pictures.ok_or("a picture is not in hexadecimal digits")?;
    world::set(fonts, data.to_string(), pictures)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str, bold: bool) -> Value {
        serde_json::json!({"text": text, "bold": bold, "italic": false})
    }

    fn request(blocks: Value, pictures: Value) -> String {
        let request = serde_json::json!({"title": "Report", "records": [{"blocks": blocks}, {"blocks": []}], "pictures": pictures});
        format!("{request}\n")
    }

    #[test]
    fn requests_are_answered_one_after_another() {
        let cell = |text: &str| serde_json::json!({"columns": 1, "blocks": [{"kind": "paragraph", "runs": [run(text, false)], "is_point": false}]});
        // A heading of level 3 without any before it, a short row, markup that must stay words.
        let blocks = serde_json::json!([
            {"kind": "picture", "number": 0, "alt": "", "width_tenths_mm": 200},
            {"kind": "heading", "level": 3, "runs": [run("Zoë #eval(\"1\") *x* $y$", false)]},
            {"kind": "table", "widths": [1, 2], "rows": [
                {"is_heading": true, "cells": [cell("Mark"), cell("Number")]},
                {"is_heading": false, "cells": [cell("one\ntwo")]},
                {"is_heading": false, "cells": [{"columns": 9, "blocks": []}]},
            ]},
            {"kind": "page"},
            {"kind": "paragraph", "runs": [run("point", true)], "is_point": true},
        ]);
        let dot = "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c63b80b0000df00de297970b60000000049454e44ae426082";
        let lines = request(blocks, serde_json::json!([dot]))
            + "nonsense\n"
            + &request(serde_json::json!([]), serde_json::json!(["xx"]));
        let mut answers = Vec::new();
        serve(&mut lines.as_bytes(), &mut answers).unwrap();
        let end = answers.iter().position(|byte| *byte == b'\n').unwrap();
        let head = String::from_utf8_lossy(&answers[..end]).into_owned();
        let length: usize = head.strip_prefix("ok ").unwrap_or_else(|| panic!("{head}")).parse().unwrap();
        let (pdf, rest) = answers[end + 1..].split_at(length);
        assert!(pdf.starts_with(b"%PDF-"));
        let text = String::from_utf8_lossy(pdf);
        for sign in ["/StructTreeRoot", "/Lang", "pdfuaid", "/MarkInfo"] {
            assert!(text.contains(sign), "{sign}");
        }
        let rest = String::from_utf8_lossy(rest);
        assert_eq!(rest.lines().filter(|line| line.starts_with("failed ")).count(), 2, "{rest}");
    }
}
