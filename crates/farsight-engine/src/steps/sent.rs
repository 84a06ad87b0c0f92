//! What the journal knows of the calls that an operation makes.

use super::Run;
use farsight_state::{Operation, StateError, Transition};
use std::sync::Arc;

/// What the journal knows of an operation's calls is renewed when it is older than this, in milliseconds.
const STALE: i64 = 1_000;

/// When the journal last heard of an operation.
pub(crate) struct Sent {
    at: i64,
    attempt: u32,
    /// The object's id, once the cloud has accepted it.
    accepted: Option<String>,
}

impl Sent {
    /// The intent was just committed.
    pub fn intended(operation: &Operation) -> Self {
        Self { at: operation.started_at, attempt: operation.attempt, accepted: None }
    }

    /// The object's id was just committed.
    pub fn accepted(id: &str, at: i64) -> Self {
        Self { at, attempt: 0, accepted: Some(id.to_owned()) }
    }
}

impl Run {
    /// Must be called before every call that writes. A while after the journal last heard of the operation it is told
    /// again: recovery must know how long ago the last call was made, and a run that was paused and has lost its lock
    /// meanwhile must change nothing.
    pub async fn sends(&self, operation: &Operation, sent: &mut Sent) -> Result<(), Arc<StateError>> {
        let now = self.clock.now();
        if (now - sent.at).abs() <= STALE {
            return Ok(());
        }
        let again = if let Some(id) = &sent.accepted {
            Transition::Accepted { op: operation.id.clone(), physical_id: id.clone(), at: now }
        } else {
            sent.attempt += 1;
            let attempt = sent.attempt;
            Transition::Begin(Box::new(Operation { attempt, started_at: now, ..operation.clone() }))
        };
        self.journal.commit(vec![again]).await?;
        sent.at = now;
        Ok(())
    }
}
