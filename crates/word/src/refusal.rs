//! Why a file is not taken as a template, in sentences for the person who chose it.

use std::fmt;

/// A reason. Its text names nothing of the machine, and holds no more of the file than a part's name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// Not a zip, so no .docx.
    NotWord,
    /// The format of Word 97 to 2003.
    OldWord,
    /// Encrypted.
    Password,
    /// A zip, but of something else.
    OtherOffice,
    /// It can run programs.
    Macros,
    /// It is larger than is read, or unpacks to more.
    TooLarge,
    /// Its zip is broken or made to mislead.
    BrokenZip,
    /// A part of it is no well-formed XML.
    BrokenPart(String),
    /// A part declares a document type or entities, which Word never does.
    Declares(String),
    /// A part is deeper or longer than Word writes.
    TooDeep(String),
    /// It takes content from outside itself: what kind.
    Outside(&'static str),
    /// It carries another file inside.
    Embedded,
    /// A field that fetches something, spread over paragraphs, so that it can't be taken out.
    FetchingField(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::NotWord => f.write_str("It is not a Word document (.docx)."),
            Refusal::OldWord => {
                f.write_str("It is a document of the old kind (.doc). Open it in Word and save it as .docx.")
            }
            Refusal::Password => {
                f.write_str("It is protected by a password. Take the password off in Word and save it again.")
            }
            Refusal::OtherOffice => f.write_str("It is not a text document of Word."),
            Refusal::Macros => {
                f.write_str("It holds macros, which are programs. Save it in Word as .docx, not .docm.")
            }
            Refusal::TooLarge => f.write_str("It is too large, or unpacks to far more than it seems."),
            Refusal::BrokenZip => {
                f.write_str("It is damaged, or was not made by Word. Open it in Word and save it again.")
            }
            Refusal::BrokenPart(part) => write!(
                f,
                "Its part {part} is damaged, or was not made by Word. Open it in Word and save it again."
            ),
            Refusal::Declares(part) => {
                write!(f, "Its part {part} holds declarations that no Word document has.")
            }
            Refusal::TooDeep(part) => write!(f, "Its part {part} is nested too deeply or is too long."),
            Refusal::Outside(what) => write!(
                f,
                "It takes {what} from outside the document. Put everything into the document itself."
            ),
            Refusal::Embedded => {
                f.write_str("Another file is embedded in it. Take that out and save it again.")
            }
            Refusal::FetchingField(kind) => write!(
                f,
                "Its field {kind} fetches something from outside the document. Take that field out."
            ),
        }
    }
}

impl std::error::Error for Refusal {}
