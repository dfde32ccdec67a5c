//! `bench`: what the program costs beside its floors, on one machine, in one run.
//!
//! `bench self-test` drives two trivial servers, to show that the client, the figures and the table work.

// A benchmark is about the clock, processes and sockets themselves.
#![allow(
    clippy::disallowed_methods,
    reason = "a benchmark measures clock, processes and sockets"
)]

mod client;
mod process;
mod report;
mod rounds;
mod self_test;
mod stats;

use anyhow::bail;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some("self-test") => tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?
            .block_on(self_test::run()),
        Some("trivial-server") => self_test::serve(arguments),
        _ => bail!("usage: bench self-test"),
    }
}
