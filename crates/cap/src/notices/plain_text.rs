//! Text as people typed it, cut into paragraphs, lines and links for a page to show. What is a link
//! is decided here; a template escapes every piece, so nothing that was typed becomes markup.

/// A stretch of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    /// Whether `text` is a web address to be followed: http or https, never anything else.
    pub is_link: bool,
}

/// A line that its writer ended.
pub type Line = Vec<Piece>;

/// Lines without an empty one between them.
pub type Paragraph = Vec<Line>;

/// Cuts a text: an empty line starts a new paragraph.
pub fn paragraphs(text: &str) -> Vec<Paragraph> {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines
        .split(|line| line.is_empty())
        .filter(|paragraph| !paragraph.is_empty())
        .map(|paragraph| paragraph.iter().map(|line| pieces(line)).collect())
        .collect()
}

fn pieces(line: &str) -> Line {
    let (mut pieces, mut rest) = (Vec::new(), line);
    while let Some((start, length)) = first_link(rest) {
        push(&mut pieces, &rest[..start], false);
        push(&mut pieces, &rest[start..start + length], true);
        rest = &rest[start + length..];
    }
    push(&mut pieces, rest, false);
    pieces
}

fn push(pieces: &mut Line, text: &str, is_link: bool) {
    if !text.is_empty() {
        pieces.push(Piece { text: text.to_owned(), is_link });
    }
}

/// Where the first web address of a line starts and how long it is, in bytes.
fn first_link(line: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    while let Some(found) = line[from..].find("http") {
        let start = from + found;
        let begins_a_word = !line[..start].ends_with(|c: char| c.is_alphanumeric());
        if let Some(length) = link_length(&line[start..]).filter(|_| begins_a_word) {
            return Some((start, length));
        }
        from = start + "http".len();
    }
    None
}

/// The length of the web address with which a text starts. Marks that end a sentence are not part
/// of it, nor is a bracket that it does not open itself.
fn link_length(text: &str) -> Option<usize> {
    let scheme = ["https://", "http://"].into_iter().find(|scheme| text.starts_with(scheme))?;
    let end = text
        .find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\\'))
        .unwrap_or(text.len());
    let mut link = &text[..end];
    while let Some(last) = link.chars().last() {
        let closes_nothing = last == ')' && link.matches(')').count() > link.matches('(').count();
        if !closes_nothing && !matches!(last, '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '’' | '”' | '*')
        {
            break;
        }
        link = &link[..link.len() - last.len_utf8()];
    }
    let host = link.get(scheme.len()..)?;
    host.starts_with(char::is_alphanumeric).then_some(link.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Links in brackets, lines with a bar between them, paragraphs with two.
    fn shown(text: &str) -> String {
        let piece = |p: &Piece| if p.is_link { format!("[{}]", p.text) } else { p.text.clone() };
        let line = |l: &Line| l.iter().map(piece).collect::<String>();
        let paragraph = |p: &Paragraph| p.iter().map(line).collect::<Vec<_>>().join("|");
        paragraphs(text).iter().map(paragraph).collect::<Vec<_>>().join("||")
    }

    #[test]
    fn empty_lines_part_paragraphs() {
        for (text, expected) in [
            ("", ""),
            ("\n\n", ""),
            ("one", "one"),
            ("one\ntwo", "one|two"),
            ("one\n\n \n\ntwo  \nthree\n", "one||two|three"),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }

    #[test]
    fn web_addresses_and_nothing_else_are_links() {
        for (text, expected) in [
            ("see https://example.org/a?b=c#d.", "see [https://example.org/a?b=c#d]."),
            ("http://example.org, then", "[http://example.org], then"),
            ("(https://example.org/x_(y))", "([https://example.org/x_(y)])"),
            ("https://a.example https://b.example!", "[https://a.example] [https://b.example]!"),
            ("https://example.org/é–ü", "[https://example.org/é–ü]"),
            ("“https://example.org”", "“[https://example.org]”"),
            ("javascript:alert(1)", "javascript:alert(1)"),
            ("xhttps://example.org", "xhttps://example.org"),
            ("data:text/html,https", "data:text/html,https"),
            ("https:// and https://", "https:// and https://"),
            ("https://\"onmouseover=x", "https://\"onmouseover=x"),
            ("https://example.org/<b>", "[https://example.org/]<b>"),
            ("ftp://example.org www.example.org", "ftp://example.org www.example.org"),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }

    #[test]
    fn no_character_is_lost_within_a_line() {
        let text = "Ring (or see https://example.org/(a).) by http noon: https://http://x, é";
        let joined: String = paragraphs(text)[0][0].iter().map(|p| p.text.as_str()).collect();
        assert_eq!(joined, text);
    }
}
