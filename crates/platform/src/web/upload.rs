//! Files that are posted: read as they arrive, after the small fields of their form. Whoever made
//! the form is known, and its sign verified, before the first byte of a file is taken.

use super::{Request, request::Input};
use crate::{form::Form, problem::Ending};
use axum::{body::Body, http::HeaderMap, http::header};
use multer::{Constraints, Field, Multipart, SizeLimit};
use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// Longest silence of a browser that is sending a file.
const SILENCE: Duration = Duration::from_secs(30);
/// Largest small field before the files, in bytes, and how many of them there may be.
const FIELD_BYTES: u64 = 8 * 1024;
const MOST_FIELDS: usize = 1_000;

/// The files of a form, one after another.
pub struct Upload {
    form: Multipart<'static>,
    next: Option<Field<'static>>,
}

/// One file, while it arrives.
pub struct Posted(Field<'static>);

/// An upload on its way to its handler, which takes it once.
#[derive(Clone, Default)]
pub(crate) struct Waiting(Arc<Mutex<Option<Upload>>>);

impl fmt::Debug for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Waiting")
    }
}

impl Input for Upload {
    fn of(request: &Request) -> Result<Self, Ending> {
        let mut waiting = request.upload.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting
            .take()
            .ok_or(Ending::Unreadable("This address takes a form with files, and none came."))
    }
}

/// Reads the fields before the first file; the files wait.
pub(crate) async fn begin(headers: &HeaderMap, body: Body) -> Result<(Form, Waiting), Ending> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let boundary = multer::parse_boundary(kind).map_err(|_| {
        Ending::Unreadable("This address takes a form with files, and what came was not one.")
    })?;
    let limits = Constraints::new().size_limit(SizeLimit::new().whole_stream(u64::MAX).per_field(u64::MAX));
    let mut form = Multipart::with_constraints(body.into_data_stream(), boundary, limits);
    let mut fields = Vec::new();
    let next = loop {
        let Some(mut field) = in_time(form.next_field()).await? else {
            break None;
        };
        if field.file_name().is_some() {
            break Some(field);
        }
        if fields.len() >= MOST_FIELDS {
            return Err(Ending::Unreadable("The form has more fields than any of our pages."));
        }
        let name = field.name().unwrap_or_default().to_owned();
        let mut value = Vec::new();
        while let Some(bytes) = in_time(field.chunk()).await? {
            value.extend_from_slice(&bytes);
            if value.len() as u64 > FIELD_BYTES {
                return Err(Ending::TooLarge);
            }
        }
        fields.push((name, String::from_utf8_lossy(&value).into_owned()));
    };
    Ok((Form::of(fields), Waiting(Arc::new(Mutex::new(Some(Upload { form, next }))))))
}

impl Upload {
    /// The next file; a file field that was left empty is passed over.
    ///
    /// # Errors
    /// The form is broken off or malformed.
    pub async fn next(&mut self) -> Result<Option<Posted>, Ending> {
        loop {
            let field = match self.next.take() {
                Some(field) => Some(field),
                None => in_time(self.form.next_field()).await?,
            };
            match field {
                None => return Ok(None),
                Some(field) if field.file_name().is_some_and(|name| !name.is_empty()) => {
                    return Ok(Some(Posted(field)));
                }
                Some(_) => {}
            }
        }
    }
}

impl Posted {
    /// What its sender calls it: a label, never a path.
    pub fn name(&self) -> &str {
        self.0.file_name().unwrap_or_default()
    }

    /// The next bytes; none at its end.
    ///
    /// # Errors
    /// The browser went away, or has been silent for too long.
    pub async fn chunk(&mut self) -> Result<Option<axum::body::Bytes>, Ending> {
        in_time(self.0.chunk()).await
    }
}

async fn in_time<T>(step: impl Future<Output = multer::Result<T>>) -> Result<T, Ending> {
    const BROKEN_OFF: Ending =
        Ending::Unreadable("The files did not arrive whole. Nothing was sent; choose them again.");
    match tokio::time::timeout(SILENCE, step).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(_)) | Err(_) => Err(BROKEN_OFF),
    }
}
