//! Interleaved rounds: the subject and its floors take turns, so that a slow minute of the machine hits all.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::client::{self, Script};
use crate::{process, stats};

/// One of those that take turns.
pub struct Contender {
    /// What the table calls it.
    pub name: String,
    pub server: SocketAddr,
    /// Whose processor time and memory count.
    pub pid: u32,
    /// Makes the script of connection N, afresh for each round.
    pub script: Box<dyn Fn(usize) -> Script>,
}

/// How a comparison is run.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub rounds: usize,
    pub connections: usize,
    /// Length of one contender's turn.
    pub turn: Duration,
    /// Length of each contender's unmeasured first turn.
    pub warm_up: Duration,
}

impl Default for Plan {
    fn default() -> Plan {
        Plan {
            rounds: 5,
            connections: 8,
            turn: Duration::from_secs(4),
            warm_up: Duration::from_secs(1),
        }
    }
}

/// What one contender did in one turn.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    pub requests_per_second: f64,
    pub p50: Duration,
    pub p99: Duration,
    /// Processor time of the server process, in milliseconds a request.
    pub cpu_ms: f64,
    /// Resident memory of the server process at the end of the turn.
    pub resident_bytes: u64,
}

/// All turns of one contender, in the order of the rounds.
pub struct Series {
    pub name: String,
    pub turns: Vec<Turn>,
}

impl Series {
    /// The median over the rounds of one figure.
    pub fn median(&self, figure: impl Fn(&Turn) -> f64) -> f64 {
        stats::median(&self.turns.iter().map(figure).collect::<Vec<_>>())
    }

    /// The median over the rounds of this rate divided by the other's rate in the same round.
    pub fn ratio_to(&self, other: &Series) -> f64 {
        let ratios: Vec<f64> = self
            .turns
            .iter()
            .zip(&other.turns)
            .map(|(mine, theirs)| mine.requests_per_second / theirs.requests_per_second)
            .collect();
        stats::median(&ratios)
    }
}

/// Lets the contenders take turns. Fails at the first wrong answer, because a fast wrong answer is no figure.
pub async fn run(contenders: &[Contender], plan: Plan) -> Result<Vec<Series>> {
    for contender in contenders {
        turn(contender, plan, plan.warm_up).await?;
    }
    let mut all: Vec<Series> = contenders
        .iter()
        .map(|one| Series { name: one.name.clone(), turns: Vec::new() })
        .collect();
    for _ in 0..plan.rounds {
        for (contender, series) in contenders.iter().zip(&mut all) {
            series.turns.push(turn(contender, plan, plan.turn).await?);
        }
    }
    Ok(all)
}

async fn turn(contender: &Contender, plan: Plan, time: Duration) -> Result<Turn> {
    let scripts = (0..plan.connections).map(|number| (contender.script)(number)).collect();
    let cpu_before = process::cpu(contender.pid)?;
    let start = Instant::now();
    let mut latencies = client::load(contender.server, scripts, time).await?;
    let elapsed = start.elapsed();
    let cpu = process::cpu(contender.pid)? - cpu_before;
    ensure!(!latencies.is_empty(), "{} answered nothing in {time:?}", contender.name);
    let requests = latencies.len() as f64;
    Ok(Turn {
        requests_per_second: requests / elapsed.as_secs_f64(),
        p50: stats::percentile(&mut latencies, 0.5),
        p99: stats::percentile(&mut latencies, 0.99),
        cpu_ms: cpu.as_secs_f64() * 1000.0 / requests,
        resident_bytes: process::resident_bytes(contender.pid)?,
    })
}
