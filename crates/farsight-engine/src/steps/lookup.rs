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
/// An empty answer proves nothing while the cloud may still be lagging: only two of them in a row count, the last one
/// a whole propagation window after `called_at`, when the call can have had its effect at the latest (aws catalogue,
/// section 2).
pub(crate) async fn lookup(
    run: &Run,
    handler: &dyn ErasedHandler,
    owner: &Owner,
    inputs: &Value,
    called_at: i64,
) -> Result<Found, Error> {
    let window =
        run.registry.provider_of(&owner.urn.token()).map_or(0, |provider| provider.propagation().as_millis() as i64);
    let mut empty = 0;
    let mut failures = 0;
    loop {
        match handler.find(owner, inputs).await {
            Ok(ids) if !ids.is_empty() => return Ok(Found::Ids(ids)),
            Ok(_) => {
                empty += 1;
                // A cloud without lag, such as an emulator, has none in its calls either.
                let left = if window == 0 { 0 } else { called_at + window - run.clock.now() };
                if empty >= 2 && left <= 0 {
                    return Ok(Found::Nothing);
                }
                if left > 0 {
                    let pause = Duration::from_millis(left.clamp(1, 5_000) as u64);
                    tokio::select! {
                        () = run.clock.sleep(pause) => {}
                        () = run.control.reached(2) => {
                            return Err(Error::new(Fault::Unknown, "the lookup was cancelled"));
                        }
                    }
                }
            }
            Err(error) if error.fault == Fault::Gone => empty += 1,
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
