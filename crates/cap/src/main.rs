//! The one program: `cap serve`, and what is done at the server without a browser.

use clap::Parser;

fn main() -> std::process::ExitCode {
    cap::commands::Line::parse().run()
}
