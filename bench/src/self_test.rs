//! The benchmark's own test: two trivial servers, one of them made slow on purpose.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::client::{Connection, Request, Script, load};
use crate::process::{self, Server};
use crate::report;
use crate::rounds::{self, Contender, Plan};

/// Drives the servers, prints their table, and fails when the figures or the checks cannot be right.
pub async fn run() -> Result<()> {
    let quick = start(0)?;
    let slow = start(5)?;
    notices_wrong_answers(quick.address).await?;

    let plan = Plan {
        rounds: 3,
        connections: 2,
        turn: Duration::from_millis(400),
        warm_up: Duration::from_millis(100),
    };
    let contenders = [contender("slow by 5 ms", &slow), contender("quick", &quick)];
    let series = rounds::run(&contenders, plan).await?;
    print!("{}", report::table("Self-test", &series[0], &series[1..]));
    let p50 = series[0].median(|turn| turn.p50.as_secs_f64());
    ensure!(p50 >= 0.005, "a server that sleeps 5 ms cannot have a p50 of {p50} s");
    ensure!(series[0].ratio_to(&series[1]) < 0.5, "the quick server must be at least twice as fast");
    Ok(())
}

/// Starts this program again as a server that answers after so many milliseconds.
fn start(wait_ms: u64) -> Result<Server> {
    let address = process::free_address()?;
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["trivial-server", &address.to_string(), &wait_ms.to_string()]);
    Server::start(&mut command, address)
}

/// A wrong status, a wrong text: each must end a load.
async fn notices_wrong_answers(server: SocketAddr) -> Result<()> {
    let mut connection = Connection::open(server).await?;
    let plain = connection.send(&Request::get("/plain", "", "")).await?;
    let chunked = connection.send(&Request::get("/chunked", "", "")).await?;
    ensure!(plain.body == chunked.body, "a chunked answer is read like a plain one");

    for wrong in [
        Request::get("/missing", "", ""),
        Request::get("/plain", "", "never there"),
    ] {
        let script: Script = Box::new(move |_| wrong.clone());
        let outcome = load(server, vec![script], Duration::from_millis(50)).await;
        ensure!(outcome.is_err(), "a wrong answer was counted as right");
    }
    Ok(())
}

fn contender(name: &str, server: &Server) -> Contender {
    let script = |connection| -> Script {
        Box::new(move |number| match number % 3 {
            0 => Request::get("/plain", "session=1", "Hello"),
            1 => Request::get("/chunked", "", "Hello"),
            _ => Request::post("/plain", "session=1", format!("connection={connection}"), 200),
        })
    };
    Contender {
        name: name.to_owned(),
        server: server.address,
        pid: server.pid(),
        script: Box::new(script),
    }
}

/// `bench trivial-server ADDRESS WAIT_MS`: answers each request after a wait, until it is killed.
pub fn serve(mut arguments: impl Iterator<Item = String>) -> Result<()> {
    let listener = TcpListener::bind(arguments.next().context("an address")?)?;
    let wait = Duration::from_millis(arguments.next().context("a wait in milliseconds")?.parse()?);
    for stream in listener.incoming().flatten() {
        // A client that hangs up ends its thread, which is all that there is to do.
        std::thread::spawn(move || answer_all(stream, wait).ok());
    }
    Ok(())
}

fn answer_all(stream: TcpStream, wait: Duration) -> std::io::Result<()> {
    let mut output = stream.try_clone()?;
    output.set_nodelay(true)?;
    let mut input = BufReader::new(stream);
    loop {
        let mut length = 0;
        let mut path = String::new();
        for line in input.by_ref().lines() {
            let line = line?;
            if line.is_empty() {
                break;
            }
            if path.is_empty() {
                path = line.split(' ').nth(1).unwrap_or_default().to_owned();
            }
            if let Some(value) = line.strip_prefix("Content-Length: ") {
                length = value.parse().unwrap_or(0);
            }
        }
        if path.is_empty() {
            return Ok(());
        }
        std::io::copy(&mut input.by_ref().take(length), &mut std::io::sink())?;
        std::thread::sleep(wait);
        output.write_all(match path.as_str() {
            "/plain" => b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nHello, bench",
            "/chunked" => {
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\nHello, \r\n5\r\nbench\r\n0\r\n\r\n"
            }
            _ => b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".as_slice(),
        })?;
    }
}
