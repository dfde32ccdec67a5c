//! `bench run`: every job of the benchmark at every scale, `cap` and its floors taking turns.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use crate::client::{Request, Script};
use crate::floor;
use crate::process::{self, Server};
use crate::registers::{self, Register};
use crate::report;
use crate::rounds::{self, Contender, Plan, Series};
use crate::subject::{Marking, Subject};
use crate::{document, subject};

/// What to measure.
struct Options {
    plan: Plan,
    scales: Vec<u32>,
    /// Whether docs/benchmarks.md gets the tables.
    write: bool,
}

/// What was measured at one scale.
pub struct Measured {
    pub scale: u32,
    /// Marks in the database.
    pub marks: i64,
    pub first_answer: Duration,
    /// Memory of the server after all loads: all, and what no file backs.
    pub resident_bytes: u64,
    pub private_bytes: u64,
    pub jobs: Vec<Job>,
}

/// One job: `cap` first, then its floors.
pub struct Job {
    pub name: String,
    pub series: Vec<Series>,
}

/// Runs it all, prints the tables as they come, and writes them where that was asked for.
pub async fn run(arguments: impl Iterator<Item = String>) -> Result<()> {
    let options = options(arguments)?;
    let load = document::load()?;
    let mut all = Vec::new();
    for &scale in &options.scales {
        all.push(measure(scale, options.plan).await?);
    }
    let tables = document::tables(&all, options.plan, &load)?;
    println!("{tables}");
    if options.write {
        document::write(Path::new("docs/benchmarks.md"), &tables)?;
    }
    Ok(())
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Options> {
    let mut options = Options {
        plan: Plan::default(),
        scales: vec![4, 400],
        write: false,
    };
    while let Some(flag) = arguments.next() {
        if flag == "--write" {
            options.write = true;
            continue;
        }
        let value = arguments.next().with_context(|| format!("{flag} needs a value"))?;
        match flag.as_str() {
            "--rounds" => options.plan.rounds = value.parse()?,
            "--seconds" => options.plan.turn = Duration::from_secs(value.parse()?),
            "--scales" => {
                options.scales = value.split(',').map(str::parse).collect::<Result<_, _>>()?;
            }
            _ => bail!("unknown flag {flag}; there are --write, --rounds N, --seconds N, --scales N,N"),
        }
    }
    ensure!(options.plan.rounds > 0 && !options.plan.turn.is_zero(), "there is nothing to measure");
    Ok(options)
}

async fn measure(scale: u32, plan: Plan) -> Result<Measured> {
    let data = subject::data(scale)?;
    let database = data.join("cap.db");
    let copy = data.join("floor.db");
    copy_database(&database, &copy)?;
    let registers = registers::find(&database, i64::try_from(plan.connections)?)?;
    let (marks, day) = (registers::marks(&database)?, registers::last_day(&database)?);

    let cap = Subject::start(&data).await?;
    let floor = floor::start(&copy)?;
    let tutor = cap.sign_in("tutor.riverside").await?;
    let school = cap.sign_in("attendance.northgate").await?;
    let mut measured = Measured {
        scale,
        marks,
        first_answer: cap.first_answer,
        resident_bytes: 0,
        private_bytes: 0,
        jobs: Vec::new(),
    };
    let mut done = |name: &str, series: Vec<Series>| {
        eprintln!("{}", report::table(&format!("{name}, scale {scale}"), &series[0], &series[1..]));
        measured.jobs.push(Job { name: name.to_owned(), series });
    };

    let contenders = opening(&cap, &floor, &registers, &tutor).await?;
    done("Open a register of 15", rounds::run(&contenders, plan).await?);
    let contenders = saving(&cap, &floor, &registers, &tutor).await?;
    done("Save 15 marks", rounds::run(&contenders, plan).await?);
    let provider = registers::organisation(&database, "Riverside Motors")?;
    let home = registers::organisation(&database, "Northgate School")?;
    for (name, path, cookie, beside) in [
        (
            "Registers list",
            format!("/clm/registers?from={day}&to={day}"),
            &tutor,
            format!("/list/registers/{provider}/{day}"),
        ),
        (
            "Unprocessed absences",
            "/clm/absences".to_owned(),
            &school,
            format!("/list/absences/{home}/{day}"),
        ),
        (
            "Today's Attendance",
            format!("/clm/today?from={day}&to={day}"),
            &school,
            format!("/list/today/{home}/{day}"),
        ),
    ] {
        match cap.look(&path, cookie).await? {
            (200, bytes) => {
                let contenders = listing(&cap, &floor, path, cookie, format!("{beside}/{bytes}"));
                done(name, rounds::run(&contenders, plan).await?);
            }
            (status, _) => eprintln!("{name} is left out: {path} was answered by {status}."),
        }
    }
    measured.resident_bytes = process::resident_bytes(cap.server.pid())?;
    measured.private_bytes = process::private_bytes(cap.server.pid())?;
    drop(floor);
    std::fs::remove_file(&copy)?;
    Ok(measured)
}

/// The floor works on a copy, so that neither waits for the other's locks or seals the other's rows.
fn copy_database(database: &Path, copy: &Path) -> Result<()> {
    let db = rusqlite::Connection::open(database)?;
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    drop(db);
    for ending in ["-wal", "-shm"] {
        // What a run that was killed left behind would not fit the new copy.
        let _ = std::fs::remove_file(format!("{}{ending}", copy.display()));
    }
    std::fs::copy(database, copy)?;
    Ok(())
}

fn contender(name: &str, server: &Server, script: impl Fn(usize) -> Script + 'static) -> Contender {
    Contender {
        name: name.to_owned(),
        server: server.address,
        pid: server.pid(),
        script: Box::new(script),
    }
}

/// One and the same GET by every connection.
fn same(request: Request) -> impl Fn(usize) -> Script {
    move |_| {
        let request = request.clone();
        Box::new(move |_| request.clone())
    }
}

/// Each connection opens a register of its own.
async fn opening(
    cap: &Subject,
    floor: &Server,
    registers: &[Register],
    tutor: &str,
) -> Result<Vec<Contender>> {
    let (status, bytes) = cap.look(&format!("/clm/registers/{}", registers[0].id), tutor).await?;
    ensure!(status == 200, "a register was answered by {status}");
    let each = |request: fn(&Register, &str, usize) -> Request| {
        let all: Vec<Request> = registers.iter().map(|one| request(one, tutor, bytes)).collect();
        move |number: usize| -> Script {
            let request = all[number % all.len()].clone();
            Box::new(move |_| request.clone())
        }
    };
    Ok(vec![
        contender(
            "cap",
            &cap.server,
            each(|one, tutor, _| {
                Request::get(format!("/clm/registers/{}", one.id), tutor, one.surname.clone())
            }),
        ),
        contender(
            "floor: same reads, audit row and bytes",
            floor,
            each(|one, _, bytes| {
                Request::get(format!("/register/{}/{bytes}", one.lesson), "", one.surname.clone())
            }),
        ),
        contender("static bytes", floor, same(Request::get(format!("/static/{bytes}"), "", ""))),
    ])
}

/// Each connection saves a register of its own, every mark anew.
async fn saving(
    cap: &Subject,
    floor: &Server,
    registers: &[Register],
    tutor: &str,
) -> Result<Vec<Contender>> {
    let mut markings: Vec<Marking> = Vec::new();
    for register in registers {
        markings.push(cap.marking(register, tutor).await?);
    }
    let lessons: Vec<i64> = registers.iter().map(|one| one.lesson).collect();
    let bodies: Vec<String> = markings.iter().map(Marking::sample).collect();
    let by_cap = move |number: usize| -> Script {
        let marking = markings[number % markings.len()].clone();
        Box::new(move |_| marking.next())
    };
    let by_floor = move |number: usize| -> Script {
        let (lesson, body) = (lessons[number % lessons.len()], bodies[number % bodies.len()].clone());
        Box::new(move |turn| {
            let status = 2 - turn % 2;
            Request::post(format!("/register/{lesson}/{status}"), "", body.clone(), 303)
        })
    };
    Ok(vec![
        contender("cap", &cap.server, by_cap),
        contender("floor: same rows, grouped commit", floor, by_floor),
    ])
}

/// A list beside a page that reads the same rows, writes the same audit row and is as long.
fn listing(cap: &Subject, floor: &Server, path: String, cookie: &str, beside: String) -> Vec<Contender> {
    vec![
        contender("cap", &cap.server, same(Request::get(path, cookie, "</html>"))),
        contender("floor: same reads, audit row and bytes", floor, same(Request::get(beside, "", ""))),
    ]
}
