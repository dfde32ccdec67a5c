//! `bench`: what the program costs beside its floors, on one machine, in one run.
//!
//! `bench run [--write] [--rounds N] [--seconds N] [--scales N,N]` measures `cap`; `--write` puts the
//! tables into docs/benchmarks.md. `bench self-test` drives two trivial servers, to show that
//! the client, the figures and the table work.

// A benchmark is about the clock, processes and sockets themselves.
#![allow(
    clippy::disallowed_methods,
    reason = "a benchmark measures clock, processes and sockets"
)]

mod client;
mod document;
mod floor;
mod floor_rows;
mod process;
mod registers;
mod report;
mod rounds;
mod run;
mod self_test;
mod stats;
mod subject;

use std::future::Future;

use anyhow::{Result, bail};
use tokio::runtime::Builder;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some("run") => client(run::run(arguments)),
        Some("self-test") => client(self_test::run()),
        Some("floor") => Builder::new_multi_thread().enable_all().build()?.block_on(floor::serve(arguments)),
        Some("trivial-server") => self_test::serve(arguments),
        _ => bail!("usage: bench run [--write] [--rounds N] [--seconds N] [--scales N,N] | bench self-test"),
    }
}

/// The load client has one thread, so that it takes little of the machine from the servers.
fn client(work: impl Future<Output = Result<()>>) -> Result<()> {
    Builder::new_current_thread().enable_all().build()?.block_on(work)
}
