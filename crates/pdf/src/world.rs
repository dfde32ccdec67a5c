//! What the typesetter sees: one template, the data, the pictures, four fonts, and nothing else.

use typst::{
    Library, LibraryExt, World,
    diag::{FileError, FileResult, SourceDiagnostic},
    foundations::{Bytes, Datetime, Duration},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

/// The one template.
const TEMPLATE: &str = include_str!("report.typ");

/// DejaVu Sans, which has most letters of Europe's languages.
pub(crate) struct Fonts {
    book: LazyHash<FontBook>,
    list: Vec<Font>,
}

impl Fonts {
    pub(crate) fn load() -> Fonts {
        let files = [
            dejavu::sans::regular(),
            dejavu::sans::bold(),
            dejavu::sans::oblique(),
            dejavu::sans::bold_oblique(),
        ];
        let list: Vec<Font> = files.into_iter().flat_map(|file| Font::iter(Bytes::new(file))).collect();
        Fonts {
            book: LazyHash::new(FontBook::from_fonts(&list)),
            list,
        }
    }
}

struct Desk<'a> {
    fonts: &'a Fonts,
    library: LazyHash<Library>,
    template: Source,
    data: Bytes,
    pictures: Vec<Bytes>,
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.fonts.book
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() {
            Ok(self.template.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let name = id.get().vpath().get_without_slash();
        if name == "data.json" {
            return Ok(self.data.clone());
        }
        let number = name.strip_prefix("picture-").and_then(|number| number.parse::<usize>().ok());
        number
            .and_then(|number| self.pictures.get(number).cloned())
            .ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.list.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// Sets the data by the template.
pub(crate) fn set(fonts: &Fonts, data: String, pictures: Vec<Vec<u8>>) -> Result<Vec<u8>, String> {
    let path = VirtualPath::new("report.typ").map_err(|error| format!("{error:?}"))?;
    let id = RootedPath::new(VirtualRoot::Project, path).intern();
    let desk = Desk {
        fonts,
        library: LazyHash::new(Library::default()),
        template: Source::new(id, TEMPLATE.to_owned()),
        data: Bytes::from_string(data),
        pictures: pictures.into_iter().map(Bytes::new).collect(),
    };
    let document = typst::compile::<PagedDocument>(&desk).output.map_err(|errors| said(&errors))?;
    let options = PdfOptions {
        standards: PdfStandards::new(&[PdfStandard::Ua_1]).map_err(|error| error.message().to_string())?,
        ..PdfOptions::default()
    };
    let pdf = typst_pdf::pdf(&document, &options).map_err(|errors| said(&errors));
    // What was worked out for this document is of no use to the next.
    comemo::evict(0);
    pdf
}

/// The typesetter's own words: of the template, never of what a record holds.
fn said(errors: &[SourceDiagnostic]) -> String {
    errors.first().map_or_else(|| "no reason".to_owned(), |error| error.message.to_string())
}
