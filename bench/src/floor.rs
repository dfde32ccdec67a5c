//! `bench floor`: what the same reads, the same rows and the same number of bytes cost without a
//! platform: a bare axum handler, prepared statements, one writer that groups its commits.

use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex, mpsc};

use anyhow::{Context, Result};
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Router, body::Bytes};
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::floor_rows::{self as rows, List, Seen};
use crate::process::{self, Server};

/// Connections that read: as many as `cap` may need at eight requests at a time.
const READERS: usize = 8;
/// Most deeds of one commit, as in the platform.
const GROUP: usize = 64;

/// Starts this program again as the floor of this database, which should be a copy.
pub fn start(database: &std::path::Path) -> Result<Server> {
    let address = process::free_address()?;
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["floor", &address.to_string()]).arg(database);
    Server::start(&mut command, address)
}

/// `bench floor ADDRESS DATABASE`: serves until it is killed.
pub async fn serve(mut arguments: impl Iterator<Item = String>) -> Result<()> {
    let address = arguments.next().context("an address")?;
    let database = PathBuf::from(arguments.next().context("a database file")?);
    let readers = (0..READERS).map(|_| rows::open(&database)).collect::<Result<Vec<_>>>()?;
    let (orders, waiting) = mpsc::channel();
    let writer = rows::open(&database)?;
    std::thread::spawn(move || write_all(writer, &waiting));
    let floor = Floor { readers: Arc::new(Mutex::new(readers)), orders };
    let router = Router::new()
        .route("/register/{lesson}/{bytes}", get(register))
        .route("/register/{lesson}/{bytes}", post(save))
        .route("/list/{list}/{organisation}/{day}/{bytes}", get(list))
        .route("/static/{bytes}", get(bytes_only))
        .with_state(floor);
    let listener = tokio::net::TcpListener::bind(address).await?;
    Ok(axum::serve(listener, router).await?)
}

#[derive(Clone)]
struct Floor {
    readers: Arc<Mutex<Vec<Connection>>>,
    orders: mpsc::Sender<(Order, oneshot::Sender<bool>)>,
}

enum Order {
    Seen(Seen),
    Save { lesson: i64, status: i64 },
}

impl Floor {
    /// Waits until the order is on disk.
    async fn keep(&self, order: Order) -> bool {
        let (done, wait) = oneshot::channel();
        self.orders.send((order, done)).is_ok() && wait.await.unwrap_or(false)
    }

    fn free(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.readers.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn failed() -> Response {
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

/// Reads a register, notes whom it shows, answers what was read, filled up to so many bytes.
async fn register(State(floor): State<Floor>, Path((lesson, bytes)): Path<(i64, usize)>) -> Response {
    page(&floor, bytes, move |db| rows::read(db, lesson)).await
}

/// The same of a list; one that shows nobody leaves no audit row, as in the platform.
async fn list(
    State(floor): State<Floor>,
    Path((list, organisation, day, bytes)): Path<(String, i64, String, usize)>,
) -> Response {
    let list = match list.as_str() {
        "registers" => List::Registers,
        "absences" => List::Absences,
        _ => List::Today,
    };
    page(&floor, bytes, move |db| rows::read_list(db, list, organisation, &day)).await
}

async fn page(
    floor: &Floor,
    bytes: usize,
    read: impl FnOnce(&Connection) -> rusqlite::Result<(String, Seen)> + Send + 'static,
) -> Response {
    let own = floor.clone();
    let read = tokio::task::spawn_blocking(move || {
        let db = own.free().pop()?;
        let read = read(&db);
        own.free().push(db);
        read.ok()
    });
    let Ok(Some((mut text, seen))) = read.await else {
        return failed();
    };
    if !seen.learners.is_empty() && !floor.keep(Order::Seen(seen)).await {
        return failed();
    }
    text.extend(std::iter::repeat_n('.', bytes.saturating_sub(text.len())));
    Html(text).into_response()
}

/// Saves a register: the third part of the address is the status that all get. The form is taken in, not read.
async fn save(
    State(floor): State<Floor>,
    Path((lesson, status)): Path<(i64, i64)>,
    _form: Bytes,
) -> Response {
    match floor.keep(Order::Save { lesson, status }).await {
        true => {
            (StatusCode::SEE_OTHER, [(header::LOCATION, format!("/register/{lesson}/0"))]).into_response()
        }
        false => failed(),
    }
}

/// So many bytes.
async fn bytes_only(Path(bytes): Path<usize>) -> Response {
    Html(".".repeat(bytes)).into_response()
}

/// The writer: all that waits goes into one commit, and is answered after it.
fn write_all(db: Connection, waiting: &mpsc::Receiver<(Order, oneshot::Sender<bool>)>) {
    while let Ok(first) = waiting.recv() {
        let mut group = vec![first];
        group.extend(waiting.try_iter().take(GROUP - 1));
        let kept = commit(&db, &group).is_ok();
        for (_, done) in group {
            // Whoever hung up does not wait for it.
            let _ = done.send(kept);
        }
    }
}

fn commit(db: &Connection, group: &[(Order, oneshot::Sender<bool>)]) -> rusqlite::Result<()> {
    let transaction = db.unchecked_transaction()?;
    for (order, _) in group {
        match order {
            Order::Seen(seen) => rows::note(db, "register_page", seen)?,
            Order::Save { lesson, status } => rows::save(db, *lesson, *status)?,
        }
    }
    transaction.commit()
}
