//! Mail merge of Word documents (.docx) without Word.
//!
//! A [`Template`] is read once, with everything refused that is broken, hostile or runs programs
//! ([`Refusal`] says why). It knows the names of its fields and which of Word's other fields it does
//! not work out. A [`Merge`] then puts record after record into one document; [`Template::content`]
//! gives the same text as a simple model, for other kinds of document.
//!
//! Nothing here touches the disk, the network or the clock.

mod content;
mod date;
mod evaluate;
mod fields;
mod instruction;
mod logo;
mod merge;
mod package;
mod parts;
mod ready;
mod refusal;
mod resolve;
mod sections;
mod template;
mod xml;

pub use content::{Block, Cell, Content, Picture, Row, Run};
pub use merge::Merge;
pub use ready::{Piece, ready_template};
pub use refusal::Refusal;
pub use template::{Template, Values};

/// Largest file that is read, in bytes.
pub const LARGEST_BYTES: usize = 10 * 1024 * 1024;
