//! One stack under one command: locked if the command writes, and given back whatever happens.

use super::{Watch, cancellable, command_line, host, user};
use crate::exit;
use crate::failure::Result;
use farsight_engine::{Control, Diagnostic, LockRequest, Session};
use std::sync::Arc;
use std::time::Duration;

/// A session and what belongs to it.
pub struct Stage {
    /// The engine's session.
    pub session: Session,
    /// Asked to stop by signals.
    pub control: Control,
    /// Watches events.
    pub watch: Arc<Watch>,
    /// Steps that failed, for the history.
    pub failures: Vec<Diagnostic>,
}

impl Stage {
    /// Takes the lock, looks where the credentials lead, and settles what an earlier run left open.
    pub async fn lock(&mut self, kind: &str, wait: Duration, message: Option<String>) -> Result<()> {
        self.request(kind, wait, message, command_line(std::env::args().skip(1))).await
    }

    /// The same, with an argument that the history must not remember: an id may be a value that is secret.
    pub async fn lock_without(&mut self, hidden: &str, kind: &str, wait: Duration) -> Result<()> {
        let args = std::env::args().skip(1).map(|arg| if arg == hidden { "..".to_owned() } else { arg });
        self.request(kind, wait, None, command_line(args)).await
    }

    async fn request(&mut self, kind: &str, wait: Duration, message: Option<String>, command: String) -> Result<()> {
        let request = LockRequest {
            kind: kind.to_owned(),
            command,
            user: user(),
            host: host(),
            message,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            wait,
        };
        Ok(self.session.lock(&request).await?)
    }

    /// What every run that writes does first, once it has the lock.
    pub async fn begin(&mut self) -> Result<()> {
        let control = self.control.clone();
        cancellable(&control, async { Ok(self.session.check_cloud().await?) }).await?;
        Ok(self.session.recover().await?)
    }

    /// Ends the update and gives the lock back. What the command itself failed with matters more than a failure here.
    pub fn end<T>(&mut self, result: Result<T>) -> Result<T> {
        self.watch.pause();
        let mut failures = std::mem::take(&mut self.failures);
        let mut cancelled = false;
        if let Err(failure) = &result {
            cancelled = failure.exit == exit::CANCELLED;
            failures.extend(failure.diagnostics.iter().cloned());
        }
        let finished = self.session.finish(&failures, cancelled);
        let value = result?;
        finished?;
        Ok(value)
    }
}
