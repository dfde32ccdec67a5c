//! What stands in a field's instruction: `MERGEFIELD "First name" \* Upper`.

use std::collections::BTreeSet;

/// A piece of an instruction as it is written: words, or a field within the field.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Piece {
    Words(String),
    Field(Box<Instruction>),
}

/// One argument, put together of what was written and of fields.
pub(crate) type Argument = Vec<Piece>;

/// An instruction taken apart.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Instruction {
    /// Its first word, in capitals.
    pub(crate) kind: String,
    pub(crate) arguments: Vec<Argument>,
    /// Letters after a backslash with what belongs to each.
    pub(crate) switches: Vec<(char, String)>,
}

/// What is done with a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Treatment {
    /// Worked out by the merge.
    WorkedOut,
    /// Left in the document for Word, which works it out when it shows the page.
    LeftToWord,
    /// Taken out; what it showed last stays as text.
    NotSupported,
    /// The same, and it would fetch or start something.
    Fetches,
}

/// Fields about the document itself, which Word works out.
const LEFT_TO_WORD: &[&str] = &[
    "ADVANCE",
    "AUTHOR",
    "AUTONUM",
    "AUTONUMLGL",
    "AUTONUMOUT",
    "BIBLIOGRAPHY",
    "CITATION",
    "COMMENTS",
    "CREATEDATE",
    "DOCPROPERTY",
    "EDITTIME",
    "EQ",
    "FILENAME",
    "FORMCHECKBOX",
    "FORMDROPDOWN",
    "FORMTEXT",
    "HYPERLINK",
    "INDEX",
    "INFO",
    "KEYWORDS",
    "LASTSAVEDBY",
    "LISTNUM",
    "NOTEREF",
    "NUMCHARS",
    "NUMPAGES",
    "NUMWORDS",
    "PAGE",
    "PAGEREF",
    "PRINTDATE",
    "REF",
    "REVNUM",
    "SAVEDATE",
    "SECTION",
    "SECTIONPAGES",
    "SEQ",
    "STYLEREF",
    "SUBJECT",
    "SYMBOL",
    "TC",
    "TIME",
    "TITLE",
    "TOA",
    "TOC",
    "XE",
];

/// Fields that fetch from elsewhere, or start something.
const FETCHES: &[&str] = &[
    "AUTOTEXT",
    "AUTOTEXTLIST",
    "DATABASE",
    "DDE",
    "DDEAUTO",
    "EMBED",
    "GOTOBUTTON",
    "IMPORT",
    "INCLUDE",
    "INCLUDEPICTURE",
    "INCLUDETEXT",
    "LINK",
    "MACROBUTTON",
    "PRINT",
    "RD",
];

impl Instruction {
    /// Takes an instruction apart.
    pub(crate) fn parse(pieces: Vec<Piece>) -> Instruction {
        let mut tokens = tokens(pieces).into_iter().peekable();
        let kind = tokens.next().map(|token| token.plain().to_uppercase()).unwrap_or_default();
        let (mut arguments, mut switches) = (Vec::new(), Vec::new());
        while let Some(token) = tokens.next() {
            let Some(switch) = token.switch() else {
                arguments.push(token.pieces);
                continue;
            };
            let mut letters = switch.chars();
            let letter = letters.next().unwrap_or_default().to_ascii_lowercase();
            let rest = letters.as_str();
            let value = if !rest.is_empty() {
                rest.to_owned()
            } else if "*#@bf".contains(letter) {
                let follows = tokens.next_if(|next| next.switch().is_none());
                follows.map(|next| next.plain()).unwrap_or_default()
            } else {
                String::new()
            };
            switches.push((letter, value));
        }
        Instruction { kind, arguments, switches }
    }

    /// What is done with this field.
    pub(crate) fn treatment(&self) -> Treatment {
        match self.kind.as_str() {
            "MERGEFIELD" | "MERGEREC" | "MERGESEQ" => Treatment::WorkedOut,
            "DATE" if !self.asks_for_time() => Treatment::WorkedOut,
            "DATE" => Treatment::LeftToWord,
            "IF" if self.arguments.len() >= 4 && is_comparison(&self.arguments[1]) => Treatment::WorkedOut,
            kind if LEFT_TO_WORD.contains(&kind) => Treatment::LeftToWord,
            kind if FETCHES.contains(&kind) => Treatment::Fetches,
            _ => Treatment::NotSupported,
        }
    }

    /// The value of a switch.
    pub(crate) fn switch(&self, letter: char) -> Option<&str> {
        let (_, value) = self.switches.iter().find(|(switch, _)| *switch == letter)?;
        Some(value)
    }

    /// The name of the merge field that it prints.
    pub(crate) fn merge_field(&self) -> Option<&str> {
        match (self.kind.as_str(), self.arguments.first()?.as_slice()) {
            ("MERGEFIELD", [Piece::Words(name)]) => Some(name),
            _ => None,
        }
    }

    /// Adds the merge fields that it needs, and what of it is not supported, in words.
    pub(crate) fn survey(&self, names: &mut Vec<String>, unsupported: &mut BTreeSet<String>) {
        if let Some(name) = self.merge_field()
            && !names.iter().any(|known| known == name)
        {
            names.push(name.to_owned());
        }
        match self.treatment() {
            Treatment::NotSupported | Treatment::Fetches => {
                let kind = if self.kind.is_empty() { "an empty field" } else { &self.kind };
                unsupported.insert(kind.to_owned());
            }
            Treatment::WorkedOut if self.switch('#').is_some() => {
                unsupported.insert(format!("the number format \\# of {}", self.kind));
            }
            Treatment::WorkedOut if self.kind == "MERGEFIELD" && self.asks_for_time() => {
                unsupported.insert("a time of day in the date format \\@".to_owned());
            }
            Treatment::WorkedOut | Treatment::LeftToWord => {}
        }
        for piece in self.arguments.iter().flatten() {
            if let Piece::Field(field) = piece {
                field.survey(names, unsupported);
            }
        }
    }

    fn asks_for_time(&self) -> bool {
        let mut is_quoted = false;
        self.switch('@').unwrap_or_default().chars().any(|c| {
            is_quoted ^= c == '\'';
            !is_quoted && matches!(c, 'h' | 'H' | 'm' | 's' | 'a')
        })
    }
}

fn is_comparison(argument: &Argument) -> bool {
    matches!(argument.as_slice(), [Piece::Words(words)] if ["=", "<>", "<", "<=", ">", ">="].contains(&words.as_str()))
}

/// One word, quotation or nested field of an instruction.
#[derive(Default)]
struct Token {
    pieces: Vec<Piece>,
    is_quoted: bool,
}

impl Token {
    fn push(&mut self, c: char) {
        match self.pieces.last_mut() {
            Some(Piece::Words(words)) => words.push(c),
            _ => self.pieces.push(Piece::Words(c.to_string())),
        }
    }

    /// Its words without fields.
    fn plain(&self) -> String {
        let words = self.pieces.iter().map(|piece| match piece {
            Piece::Words(words) => words.as_str(),
            Piece::Field(_) => "",
        });
        words.collect()
    }

    /// What follows the backslash, if it is a switch.
    fn switch(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [Piece::Words(words)] if !self.is_quoted => words.strip_prefix('\\').filter(|s| !s.is_empty()),
            _ => None,
        }
    }
}

fn tokens(pieces: Vec<Piece>) -> Vec<Token> {
    let (mut done, mut token, mut in_quotes) = (Vec::new(), Token::default(), false);
    let end = |token: &mut Token, done: &mut Vec<Token>| {
        if !token.pieces.is_empty() || token.is_quoted {
            done.push(std::mem::take(token));
        }
    };
    for piece in pieces {
        let words = match piece {
            Piece::Field(_) if in_quotes => {
                token.pieces.push(piece);
                continue;
            }
            Piece::Field(_) => {
                end(&mut token, &mut done);
                done.push(Token { pieces: vec![piece], is_quoted: true });
                continue;
            }
            Piece::Words(words) => words,
        };
        let mut letters = words.chars().peekable();
        while let Some(c) = letters.next() {
            match c {
                '\\' if in_quotes => {
                    if let Some(literal) = letters.next_if(|next| matches!(next, '"' | '\\')) {
                        token.push(literal);
                    } else {
                        token.push('\\');
                    }
                }
                '"' | '\u{201c}' | '\u{201d}' => {
                    if !in_quotes {
                        end(&mut token, &mut done);
                        token.is_quoted = true;
                    } else {
                        end(&mut token, &mut done);
                    }
                    in_quotes = !in_quotes;
                }
                c if c.is_whitespace() && !in_quotes => end(&mut token, &mut done),
                c => token.push(c),
            }
        }
    }
    end(&mut token, &mut done);
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Instruction {
        Instruction::parse(vec![Piece::Words(text.to_owned())])
    }

    #[test]
    fn names_and_switches_are_found() {
        for (text, name, star) in [
            (" MERGEFIELD Surname ", "Surname", None),
            ("mergefield \"First name\" \\* Upper", "First name", Some("Upper")),
            ("MERGEFIELD  First_name  \\*MERGEFORMAT", "First_name", Some("MERGEFORMAT")),
            ("MERGEFIELD \u{201c}Home school\u{201d}\\* Caps", "Home school", Some("Caps")),
            (r#"MERGEFIELD "a \"b\" \\c""#, r#"a "b" \c"#, None),
        ] {
            let field = parsed(text);
            assert_eq!((field.merge_field(), field.switch('*')), (Some(name), star), "{text}");
        }
        let field = parsed(r#"MERGEFIELD Phone \b "Call: " \f ", or write" \m"#);
        assert_eq!((field.switch('b'), field.switch('f')), (Some("Call: "), Some(", or write")));
        assert_eq!(parsed("MERGEFIELD").merge_field(), None);
    }

    #[test]
    fn each_kind_has_its_treatment() {
        for (text, treatment) in [
            ("MERGEFIELD X", Treatment::WorkedOut),
            ("DATE \\@ \"d MMMM yyyy\"", Treatment::WorkedOut),
            ("DATE \\@ \"HH:mm\"", Treatment::LeftToWord),
            ("PAGE \\* Arabic", Treatment::LeftToWord),
            ("IF 1 = 1 \"yes\" \"no\"", Treatment::WorkedOut),
            ("IF 1=1", Treatment::NotSupported),
            ("NEXT", Treatment::NotSupported),
            ("INCLUDETEXT \"c:\\\\x\"", Treatment::Fetches),
            ("DDEAUTO c:\\\\cmd.exe", Treatment::Fetches),
            ("", Treatment::NotSupported),
        ] {
            assert_eq!(parsed(text).treatment(), treatment, "{text}");
        }
    }

    #[test]
    fn a_survey_names_fields_and_what_is_not_supported() {
        let nested = Box::new(parsed("MERGEFIELD Level \\# \"0.0\""));
        let field = Instruction::parse(vec![
            Piece::Words("IF ".to_owned()),
            Piece::Field(nested),
            Piece::Words("= \"1\" \"yes\" \"no\"".to_owned()),
        ]);
        let (mut names, mut unsupported) = (Vec::new(), BTreeSet::new());
        field.survey(&mut names, &mut unsupported);
        parsed("SKIPIF 1 = 1").survey(&mut names, &mut unsupported);
        assert_eq!(names, ["Level"]);
        assert_eq!(Vec::from_iter(unsupported), ["SKIPIF", "the number format \\# of MERGEFIELD"]);
    }
}
