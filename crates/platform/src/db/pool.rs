//! A few connections, lent one at a time.

use super::{Db, Target, TargetError};
use std::{
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Connections that are open for as long as the program runs.
#[derive(Clone)]
pub(crate) struct Pool {
    free: Arc<Mutex<Vec<Db>>>,
    room: Arc<Semaphore>,
}

/// A borrowed connection. It must move into the blocking closure that uses it: one left outside
/// would be lost to the pool for as long as an abandoned request hangs.
pub(crate) struct Lease {
    db: Option<Db>,
    home: Arc<Mutex<Vec<Db>>>,
    _room: OwnedSemaphorePermit,
}

impl Pool {
    pub(crate) fn of(
        target: &Target,
        size: usize,
        open: fn(&Target) -> Result<Db, TargetError>,
    ) -> Result<Pool, TargetError> {
        let free = (0..size).map(|_| open(target)).collect::<Result<Vec<_>, _>>()?;
        Ok(Pool {
            free: Arc::new(Mutex::new(free)),
            room: Arc::new(Semaphore::new(size)),
        })
    }

    /// Waits for a free connection.
    pub(crate) async fn take(&self) -> Lease {
        let room = self.room.clone().acquire_owned().await.expect("the pool's semaphore is never closed");
        let db = self.free.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).pop();
        Lease { db, home: self.free.clone(), _room: room }
    }
}

impl Deref for Lease {
    type Target = Db;
    fn deref(&self) -> &Db {
        self.db.as_ref().expect("a lease holds its connection until it is dropped")
    }
}

impl DerefMut for Lease {
    fn deref_mut(&mut self) -> &mut Db {
        self.db.as_mut().expect("a lease holds its connection until it is dropped")
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(db) = self.db.take() {
            self.home.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(db);
        }
    }
}
