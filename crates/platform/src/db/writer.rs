//! The writer. On SQLite one thread with one connection takes all waiting deeds, runs each in a
//! savepoint, commits them together and only then answers. On PostgreSQL each deed has a
//! transaction of its own, and the thread serves only the audit rows of pages.

use super::{Context, Db, Pool, Target, TargetError, Writing, session};
use crate::{
    audit::{self, Event, Recorded},
    clock::Instant,
    problem::Ending,
};
use diesel::connection::SimpleConnection;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, mpsc},
};
use tokio::sync::oneshot;

/// Deeds that share one commit at the most: enough to spread the cost of the disk's answer,
/// few enough that nobody waits long for the others.
const GROUP: usize = 64;

/// Connections for deeds on PostgreSQL.
const PG_WRITERS: usize = 4;

type Reply = Box<dyn FnOnce(bool) + Send>;
type Deed = Box<dyn FnOnce(&mut Db) -> (bool, Reply) + Send>;

enum Order {
    /// Work in a savepoint of its own.
    Deed(Deed),
    /// Audit rows of a page that waits to be shown.
    Seen(Vec<audit::Row>, oneshot::Sender<bool>),
}

/// Where writes go.
#[derive(Clone)]
pub(crate) struct Writer {
    orders: mpsc::Sender<Order>,
    /// PostgreSQL's connections for deeds.
    own: Option<Pool>,
}

impl Writer {
    pub(crate) fn start(target: &Target) -> Result<Writer, TargetError> {
        let db = target.writer()?;
        let own = if db.is_pg() {
            Some(Pool::of(target, PG_WRITERS, Target::writer)?)
        } else {
            None
        };
        let (orders, waiting) = mpsc::channel();
        std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || serve(db, &waiting))
            .map_err(|error| TargetError(format!("The writer can't be started: {error}.")))?;
        Ok(Writer { orders, own })
    }

    /// Keeps what a page showed; `false` means that it is not on disk, and the page is not shown.
    pub(crate) async fn seen(&self, rows: Vec<audit::Row>) -> bool {
        let (done, wait) = oneshot::channel();
        self.orders.send(Order::Seen(rows, done)).is_ok() && wait.await.unwrap_or(false)
    }

    /// Runs a deed in a transaction; the answer follows the commit. With the answer come the events
    /// of what a refused form showed.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        context: Arc<Context>,
        now: Instant,
        deed_name: &'static str,
        deed: impl FnOnce(&mut Writing<'_>) -> Result<Recorded<T>, Ending> + Send + 'static,
    ) -> (Result<T, Ending>, Option<Event>) {
        let guarded = move |db: &mut Db| {
            catch_unwind(AssertUnwindSafe(|| session::perform(db, context, now, deed_name, deed)))
                .unwrap_or_else(|_| (Err(Ending::fault("a handler panicked")), None))
        };
        let lost = || (Err(Ending::fault("the writer has stopped")), None);
        match &self.own {
            Some(pool) => {
                let mut db = pool.take().await;
                tokio::task::spawn_blocking(move || alone(&mut db, guarded))
                    .await
                    .unwrap_or_else(|_| lost())
            }
            None => {
                let (done, wait) = oneshot::channel();
                let order = Order::Deed(Box::new(move |db| {
                    let (result, seen) = guarded(db);
                    let keep = result.is_ok();
                    let reply: Reply = Box::new(move |committed| {
                        let result = if committed || !keep {
                            result
                        } else {
                            Err(Ending::fault("the commit failed"))
                        };
                        let _ = done.send((result, seen));
                    });
                    (keep, reply)
                }));
                if self.orders.send(order).is_err() {
                    return lost();
                }
                wait.await.unwrap_or_else(|_| lost())
            }
        }
    }
}

fn alone<T>(
    db: &mut Db,
    deed: impl FnOnce(&mut Db) -> (Result<T, Ending>, Option<Event>),
) -> (Result<T, Ending>, Option<Event>) {
    if let Err(error) = db.begin() {
        return (Err(error.into()), None);
    }
    let (result, seen) = deed(db);
    match db.end(result.is_ok()) {
        Ok(()) => (result, seen),
        Err(error) => (Err(error.into()), None),
    }
}

fn serve(mut db: Db, waiting: &mpsc::Receiver<Order>) {
    while let Ok(first) = waiting.recv() {
        if db.begin().is_err() {
            // Dropping the order drops its reply: whoever waits is told that it was not kept.
            drop(first);
            continue;
        }
        let mut replies: Vec<Reply> = Vec::new();
        let mut seen: Vec<audit::Row> = Vec::new();
        let mut viewers: Vec<oneshot::Sender<bool>> = Vec::new();
        let mut next = Some(first);
        while let Some(order) = next {
            match order {
                Order::Seen(rows, viewer) => {
                    seen.extend(rows);
                    viewers.push(viewer);
                }
                Order::Deed(deed) => replies.push(in_savepoint(&mut db, deed)),
            }
            next = if replies.len() + viewers.len() < GROUP {
                waiting.try_recv().ok()
            } else {
                None
            };
        }
        let noted = audit::write(&mut db, &seen).is_ok();
        let committed = noted && db.end(true).is_ok();
        if !committed {
            let _ = db.end(false);
        }
        replies.into_iter().for_each(|reply| reply(committed));
        for viewer in viewers {
            let _ = viewer.send(committed);
        }
    }
}

fn in_savepoint(db: &mut Db, deed: Deed) -> Reply {
    let _ = db.batch_execute("SAVEPOINT deed");
    let (keep, reply) = deed(db);
    let ended = db.batch_execute(if keep { "RELEASE deed" } else { "ROLLBACK TO deed; RELEASE deed" });
    if ended.is_err() { Box::new(move |_| reply(false)) } else { reply }
}
