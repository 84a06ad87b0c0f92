//! Asking a run to stop.

use std::sync::Arc;
use tokio::sync::watch;

/// A handle that asks a run to stop, and tells the run that it was asked.
#[derive(Debug, Clone)]
pub struct Control {
    level: Arc<watch::Sender<u8>>,
}

impl Default for Control {
    fn default() -> Self {
        Self { level: Arc::new(watch::channel(0).0) }
    }
}

impl Control {
    /// Nobody asked yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks once more. The first time nothing new starts, and what runs is finished and recorded; the second time
    /// nothing is waited for any more: the journal knows. Returns how often it was asked.
    pub fn cancel(&self) -> u8 {
        self.level.send_modify(|level| *level = level.saturating_add(1));
        self.level()
    }

    /// How often it was asked.
    pub fn level(&self) -> u8 {
        *self.level.borrow()
    }

    /// Waits until it was asked at least `level` times.
    pub async fn reached(&self, level: u8) {
        let mut receiver = self.level.subscribe();
        // The sender lives in `self`, so this cannot fail.
        let _ = receiver.wait_for(|now| *now >= level).await;
    }
}
