//! A request that takes several steps, and must not hold the writer between them.

use super::App;
use crate::{
    audit::Recorded,
    db::{Context, Reading, Writing},
    problem::Ending,
};
use std::sync::Arc;

/// The caller's own way to the database, one step at a time.
#[derive(Clone)]
pub struct Steps {
    pub(crate) app: App,
    pub(crate) context: Arc<Context>,
    pub(crate) deed: &'static str,
}

impl Steps {
    /// The running program: its password gate, its clock.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// What a page's frame needs.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Reads.
    ///
    /// # Errors
    /// As the closure.
    pub async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&mut Reading<'_>) -> Result<T, Ending> + Send + 'static,
    ) -> Result<T, Ending> {
        self.app.read_in(self.context.clone(), self.deed, read).await
    }

    /// Writes, in one transaction.
    ///
    /// # Errors
    /// As the closure, or that the commit failed.
    pub async fn write<T: Send + 'static>(
        &self,
        deed: impl FnOnce(&mut Writing<'_>) -> Result<Recorded<T>, Ending> + Send + 'static,
    ) -> Result<T, Ending> {
        self.app.write_in(self.context.clone(), self.deed, deed).await
    }
}
