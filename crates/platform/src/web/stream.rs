//! People's own files, sent: written by a thread of their own into a channel that the connection
//! empties, so that a slow client holds two pieces in memory and nothing else.

use axum::{
    body::{Body, Bytes},
    http::{HeaderName, HeaderValue, Response, header},
    response::IntoResponse,
};
use std::{fmt, io};
use tokio::sync::mpsc;

/// What browsers are told of every file, whatever it holds, so that none is opened on our pages.
pub(crate) const FILE: &str = "application/octet-stream";
/// What they are told of several files in one.
pub(crate) const ZIP: &str = "application/zip";

/// One piece on its way, in bytes.
const PIECE: usize = 64 * 1024;

type Write = dyn FnOnce(&mut dyn io::Write) -> io::Result<()> + Send + Sync;

/// A file to be sent.
pub(crate) struct Sent {
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    /// In bytes, where it is known beforehand.
    pub(crate) length: Option<u64>,
    pub(crate) write: Box<Write>,
}

impl fmt::Debug for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sent")
            .field("kind", &self.kind)
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

/// Copies all of a file.
pub(crate) fn copy(mut from: impl io::Read, to: &mut dyn io::Write) -> io::Result<()> {
    io::copy(&mut from, to).map(drop)
}

/// The answer that sends it. A fault on the way breaks the connection off, which a browser shows as
/// a failed download: the end of a file is only sent when all of it was good.
pub(crate) fn answer(file: Sent) -> Response<Body> {
    let (pieces, mut sent) = mpsc::channel::<io::Result<Bytes>>(2);
    tokio::task::spawn_blocking(move || {
        let mut out = io::BufWriter::with_capacity(PIECE, Pipe(pieces.clone()));
        let done = (file.write)(&mut out).and_then(|()| io::Write::flush(&mut out));
        if let Err(error) = done {
            // A client that has gone away hears nothing.
            let _ = pieces.blocking_send(Err(error));
        }
        // What is left in the buffer of a broken file is not sent.
        drop(out.into_parts());
    });
    let stream = futures_util::stream::poll_fn(move |context| sent.poll_recv(context));
    let mut response = (
        [
            (header::CONTENT_TYPE, HeaderValue::from_static(file.kind)),
            (header::CONTENT_DISPOSITION, disposition(&file.name)),
            (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
            (
                HeaderName::from_static("cross-origin-resource-policy"),
                HeaderValue::from_static("same-origin"),
            ),
        ],
        Body::from_stream(stream),
    )
        .into_response();
    if let Some(length) = file.length {
        response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    response
}

/// The writing end of the channel.
struct Pipe(mpsc::Sender<io::Result<Bytes>>);

impl io::Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let piece = Bytes::copy_from_slice(bytes);
        self.0.blocking_send(Ok(piece)).map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The name in both forms of RFC 6266: as it is in UTF-8, and with plain letters for old programs.
fn disposition(name: &str) -> HeaderValue {
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_graphic() && !"\"\\%/:*?<>|;".contains(c) || c == ' ' {
                c
            } else {
                '_'
            }
        })
        .collect();
    let text = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", crate::form::escape(name));
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn any_name_becomes_a_header() {
        for (name, header) in [
            ("plan.docx", "attachment; filename=\"plan.docx\"; filename*=UTF-8''plan.docx"),
            ("a\r\nb\"c", "attachment; filename=\"a__b_c\"; filename*=UTF-8''a%0D%0Ab%22c"),
            ("Łucja.pdf", "attachment; filename=\"_ucja.pdf\"; filename*=UTF-8''%C5%81ucja.pdf"),
        ] {
            assert_eq!(disposition(name), header);
        }
    }
}
