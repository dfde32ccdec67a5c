//! docs/benchmarks.md: the tables of the last run above what a person wrote.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::report;
use crate::rounds::Plan;
use crate::run::Measured;

/// Ends the part that is written by `bench run --write`; what stands below is kept.
const END: &str = "<!-- End of the tables that bench run --write puts here. -->";

/// All tables as Markdown.
pub fn tables(all: &[Measured], plan: Plan, load: &str) -> Result<String> {
    let mut text = format!(
        "# Benchmarks\n\n{}, commit {}, on {} (load average before the run: {load}). {} connections, {} rounds of {} s, the contenders taking turns; \
         every figure is the median of the rounds. Made by `scripts/bench.sh run --write`.\n\n",
        said_by("date", &["-u", "+%-d %B %Y"])?,
        said_by("git", &["rev-parse", "--short", "HEAD"])?,
        machine()?,
        plan.connections,
        plan.rounds,
        plan.turn.as_secs(),
    );
    text += "## At a glance\n\n| Scale | marks | first answer after start, ms | resident after the load, MiB | of it private, MiB |\n|---:|---:|---:|---:|---:|\n";
    for one in all {
        writeln!(
            text,
            "| {} | {} | {:.0} | {:.1} | {:.1} |",
            one.scale,
            one.marks,
            one.first_answer.as_secs_f64() * 1000.0,
            mebibytes(one.resident_bytes),
            mebibytes(one.private_bytes)
        )?;
    }
    text += &growth(all);
    for one in all {
        writeln!(text, "\n## Scale {}: {} marks\n", one.scale, one.marks)?;
        let jobs = one.jobs.iter().map(|job| report::table(&job.name, &job.series[0], &job.series[1..]));
        text += &jobs.collect::<Vec<_>>().join("\n");
    }
    Ok(text)
}

/// How much slower each job is with the most marks than with the fewest; nothing for one scale.
fn growth(all: &[Measured]) -> String {
    let (Some(small), Some(large)) = (all.first(), all.last()) else {
        return String::new();
    };
    if small.scale == large.scale {
        return String::new();
    }
    let mut text = format!(
        "\n| Job | p50 at scale {}, ms | p50 at scale {}, ms | ratio |\n|---|---:|---:|---:|\n",
        small.scale, large.scale
    );
    for (before, after) in small.jobs.iter().zip(&large.jobs).filter(|(a, b)| a.name == b.name) {
        let [before_ms, after_ms] =
            [before, after].map(|job| job.series[0].median(|turn| turn.p50.as_secs_f64() * 1000.0));
        text +=
            &format!("| {} | {before_ms:.2} | {after_ms:.2} | {:.2} |\n", before.name, after_ms / before_ms);
    }
    text
}

/// Puts the tables into the file, above what a person wrote there.
pub fn write(file: &Path, tables: &str) -> Result<()> {
    let old = if file.exists() {
        std::fs::read_to_string(file)?
    } else {
        END.to_owned()
    };
    std::fs::write(file, merged(&old, tables)?)?;
    Ok(())
}

fn merged(old: &str, tables: &str) -> Result<String> {
    let (_, kept) =
        old.split_once(END).context("docs/benchmarks.md has lost the line that ends its tables")?;
    Ok(format!("{}\n\n{END}{kept}", tables.trim_end()))
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / (1024.0 * 1024.0)
}

/// What a command says, in one line.
fn said_by(command: &str, arguments: &[&str]) -> Result<String> {
    let output = Command::new(command).args(arguments).output().with_context(|| command.to_owned())?;
    ensure!(output.status.success(), "{command} failed: {}", output.status);
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// The machine's load average over the last minute: what else it does makes every figure worse.
pub fn load() -> Result<String> {
    let text = std::fs::read_to_string("/proc/loadavg")?;
    Ok(text.split(' ').next().unwrap_or_default().to_owned())
}

/// Processor, cores and memory.
fn machine() -> Result<String> {
    let value = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split_once(':'))
            .map_or(String::new(), |(_, value)| value.trim().to_owned())
    };
    let processor = value(&std::fs::read_to_string("/proc/cpuinfo")?, "model name");
    let memory = value(&std::fs::read_to_string("/proc/meminfo")?, "MemTotal");
    let kibibytes: u64 = memory.trim_end_matches(" kB").parse()?;
    let cores = std::thread::available_parallelism()?;
    Ok(format!("{processor}, {cores} cores, {:.0} GiB", kibibytes as f64 / (1024.0 * 1024.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_wrote_is_kept() {
        let old = format!("# Old tables\n\n{END}\n\n## Where the time goes\n");
        let new = merged(&old, "# New tables\n").expect("the line is there");
        assert_eq!(new, format!("# New tables\n\n{END}\n\n## Where the time goes\n"));
        assert!(merged("# No line", "# New").is_err());
    }
}
