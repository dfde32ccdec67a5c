//! What the program says about itself while it runs, and how it keeps quiet about people.
//!
//! Logs go to standard error, as text for a person or as JSON, one object a line, for a collector.
//! Times are UTC.
//!
//! **No personal data in a log** (SECURITY.md T19, G-26). A message and its fields may hold random ids,
//! counts, durations, route patterns, roles and error kinds. They never hold a name, an e-mail
//! address, a date of birth, a UPN, free text that somebody typed, a whole address with its query, or a secret. A type
//! that carries such a value wraps it in [`Redacted`], so that printing the type cannot leak it. The
//! panic hook prints where the program panicked and never the panic's own message, because the
//! message may quote the value that caused it.

use std::fmt;
use std::io::IsTerminal;
use std::panic::PanicHookInfo;
use std::str::FromStr;

use anyhow::{Context, Result};
use tracing::Subscriber;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// The shape of each line of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// One line of text for a person to read.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

impl FromStr for LogFormat {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            other => Err(format!("the log format is text or json, not {other}")),
        }
    }
}

impl fmt::Display for LogFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Json => "json",
        })
    }
}

/// Starts logging for the whole process and installs the quiet panic hook. `levels` is an
/// environment filter such as `info` or `info,platform=debug`.
///
/// # Errors
/// When `levels` cannot be read, or logging was started before.
pub fn start(format: LogFormat, levels: &str) -> Result<()> {
    let coloured = std::io::stderr().is_terminal();
    let subscriber = subscriber(format, levels, coloured, std::io::stderr)?;
    tracing::subscriber::set_global_default(subscriber).context("logging was already started")?;
    std::panic::set_hook(Box::new(log_panic));
    Ok(())
}

/// A value that may be used but never printed: `Debug` and `Display` both say `[redacted]`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Redacted<T>(T);

impl<T> Redacted<T> {
    /// Wraps a personal or secret value.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself, for a use that is not a log, an error text or an address.
    pub fn expose(&self) -> &T {
        &self.0
    }

    /// Takes the value out, for a use that is not a log, an error text or an address.
    pub fn into_exposed(self) -> T {
        self.0
    }
}

impl<T> fmt::Debug for Redacted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl<T> fmt::Display for Redacted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl<T> From<T> for Redacted<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

fn subscriber<W>(
    format: LogFormat,
    levels: &str,
    coloured: bool,
    writer: W,
) -> Result<Box<dyn Subscriber + Send + Sync>>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(levels)
        .with_context(|| format!("the log level {levels} cannot be read; try info or info,platform=debug"))?;
    // The builder's own clock writes RFC 3339 in UTC, so no timer is named here.
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer).with_ansi(coloured);
    Ok(match format {
        LogFormat::Text => Box::new(builder.finish()),
        LogFormat::Json => Box::new(builder.json().flatten_event(true).finish()),
    })
}

fn log_panic(panic: &PanicHookInfo<'_>) {
    match panic.location() {
        Some(at) => tracing::error!(panic.file = at.file(), panic.line = at.line(), "the program panicked"),
        None => tracing::error!("the program panicked at an unknown place"),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl Page {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn logged(format: LogFormat, levels: &str, act: impl FnOnce()) -> String {
        let page = Page::default();
        let sink = page.clone();
        let subscriber = subscriber(format, levels, false, move || sink.clone()).unwrap();
        tracing::subscriber::with_default(subscriber, act);
        page.text()
    }

    #[test]
    fn redacted_values_never_print() {
        let name = Redacted::new("Ana");
        for printed in [
            format!("{name}"),
            format!("{name:?}"),
            format!("{:?}", Some(name)),
            format!("{name:>20}"),
        ] {
            assert!(!printed.contains("Ana"), "{printed}");
            assert!(printed.contains("[redacted]"), "{printed}");
        }
        assert_eq!(*name.expose(), "Ana");
        assert_eq!(name.into_exposed(), "Ana");
    }

    #[test]
    fn formats_are_read_and_written_alike() {
        for format in [LogFormat::Text, LogFormat::Json] {
            assert_eq!(format.to_string().parse(), Ok(format));
        }
        let refusal = "xml".parse::<LogFormat>().unwrap_err();
        assert_eq!(refusal, "the log format is text or json, not xml");
    }

    #[test]
    fn levels_decide_what_is_written() {
        let both = || {
            tracing::info!("register saved");
            tracing::debug!("row sealed");
        };
        for (levels, saved, sealed) in [
            ("info", true, false),
            ("debug", true, true),
            ("off", false, false),
        ] {
            let text = logged(LogFormat::Text, levels, both);
            assert_eq!(text.contains("register saved"), saved, "{levels}: {text}");
            assert_eq!(text.contains("row sealed"), sealed, "{levels}: {text}");
        }
    }

    #[test]
    fn an_unreadable_level_is_refused_in_words() {
        let refusal = start(LogFormat::Text, "platform=loud").unwrap_err();
        assert!(refusal.to_string().contains("the log level platform=loud cannot be read"));
    }

    #[test]
    fn json_lines_carry_fields_and_a_utc_time() {
        let text = logged(LogFormat::Json, "info", || {
            tracing::info!(register.id = "r1", marks = 15, "register saved");
        });
        let line: serde_json::Value = serde_json::from_str(text.trim()).unwrap();
        assert_eq!(line["message"], "register saved");
        assert_eq!(line["register.id"], "r1");
        assert_eq!(line["marks"], 15);
        assert!(line["timestamp"].as_str().unwrap().ends_with('Z'), "{text}");
    }

    #[test]
    fn a_panic_is_logged_by_place_and_not_by_message() {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(log_panic));
        let text = logged(LogFormat::Text, "info", || {
            let outcome = std::panic::catch_unwind(|| panic!("no such learner: Ana"));
            assert!(outcome.is_err());
        });
        std::panic::set_hook(before);
        assert!(text.contains("the program panicked") && text.contains("logging.rs"), "{text}");
        assert!(!text.contains("Ana"), "{text}");
    }
}
