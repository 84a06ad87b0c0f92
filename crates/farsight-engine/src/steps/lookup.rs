//! Finding out what became of a create whose answer was lost.

use super::Run;
use crate::reader::backoff;
use farsight_model::Value;
use farsight_provider::{ErasedHandler, Error, Fault, Id, Owner};
use std::time::Duration;

/// What a lookup found.
pub(crate) enum Found {
    /// The object; should there be several, the oldest comes first.
    Ids(Vec<Id>),
    /// Surely nothing: two empty answers, the second one after the cloud's propagation window.
    Nothing,
}

/// Looks for the objects that an operation may have made.
///
/// An empty answer proves nothing while the cloud may still be lagging: only two of them count, a whole propagation
/// window apart, and the last one as long after `called_at`, when the call can have had its effect at the latest (aws
/// catalogue, section 2). The window is waited for and not read off a clock, which somebody may have set meanwhile.
pub(crate) async fn lookup(
    run: &Run,
    handler: &dyn ErasedHandler,
    provider: Option<&str>,
    owner: &Owner,
    inputs: &Value,
    called_at: i64,
) -> Result<Found, Error> {
    let window = run.registry.propagation_at(&owner.urn.token(), provider).as_millis() as i64;
    let due = (called_at + window - run.clock.now()).clamp(window, 2 * window);
    let mut waited = 0;
    let mut empty = 0;
    let mut failures = 0;
    loop {
        let found = match handler.find(owner, inputs).await {
            // What it would be in is not there: nor is it.
            Err(error) if error.fault == Fault::Gone => Ok(Vec::new()),
            found => found,
        };
        match found {
            Ok(ids) if !ids.is_empty() => return Ok(Found::Ids(ids)),
            Ok(_) => {
                empty += 1;
                if empty >= 2 && waited >= due {
                    return Ok(Found::Nothing);
                }
                if waited < due {
                    let pause = (due - waited).min(5_000);
                    tokio::select! {
                        () = run.clock.sleep(Duration::from_millis(pause as u64)) => waited += pause,
                        () = run.control.reached(2) => {
                            return Err(Error::new(Fault::Unknown, "the lookup was cancelled"));
                        }
                    }
                }
            }
            Err(error) if (error.fault.is_passing() || error.fault == Fault::Unknown) && failures < 8 => {
                if run.control.level() >= 2 {
                    return Err(error);
                }
                run.clock.sleep(backoff(failures, run.clock.random())).await;
                failures += 1;
            }
            Err(error) => return Err(error),
        }
    }
}
