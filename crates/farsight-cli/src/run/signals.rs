//! Ctrl-C and its relatives ask the run to stop; the engine decides what that means.

use crate::failure::{Failure, Result};
use crate::{ask, out};
use farsight_engine::{Code, Control, Diagnostic};
use tokio::signal::unix::{SignalKind, signal};

/// Listens from now on.
pub fn install(control: &Control) -> Result<()> {
    for kind in [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()] {
        let mut stream = signal(kind).map_err(|error| {
            Failure::from(Diagnostic::error(Code::Bug, format!("signals cannot be listened to: {error}")))
        })?;
        let control = control.clone();
        tokio::spawn(async move {
            while stream.recv().await.is_some() {
                control.cancel();
            }
        });
    }
    Ok(())
}

/// The end of a command that was asked to stop before it changed anything.
pub fn cancelled() -> Failure {
    Diagnostic::error(Code::Cancelled, "cancelled; nothing was changed").into()
}

/// Runs something that may be dropped at any moment, until it ends or the run is asked to stop.
pub async fn cancellable<T>(control: &Control, work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::select! {
        biased;
        () = control.reached(1) => Err(cancelled()),
        result = work => result,
    }
}

/// Asks for a yes while signals are listened to.
pub async fn confirm(control: &Control, question: String) -> Result<()> {
    let answer = tokio::task::spawn_blocking(move || ask::confirm(&question, "--yes"));
    let result = cancellable(control, async {
        answer.await.unwrap_or_else(|error| {
            Err(Diagnostic::error(Code::Bug, format!("the question was not asked: {error}")).into())
        })
    })
    .await;
    if control.level() > 0 {
        // The question still stands on its line.
        out::talk("");
    }
    result
}
