//! What `up`, `preview`, `refresh`, `down`, `drift` and `import` have in common: the stack opened, locked and watched.

pub mod args;
mod config;
mod holder;
mod open;
mod program;
pub mod sandbox;
mod signals;
mod stage;
mod stats;
mod watch;

pub use args::{PlanArgs, RunArgs};
pub use config::Configuration;
pub use holder::{command_line, host, user};
pub use open::{Opened, Opening};
pub use program::declare;
pub use signals::{cancellable, cancelled, confirm};
pub use stage::Stage;
pub use watch::Watch;

use crate::failure::{Failure, Result};
use farsight_engine::{Code, Control, Diagnostic, Engine, Outcome, Session, Settings};
use farsight_model::Value;
use farsight_provider::{Registry, SystemClock};
use farsight_secrets::Keyring;
use farsight_state::{Stack, Store};
use std::sync::Arc;

/// Runs a command that talks to programs and clouds. Signals ask it to stop through the control.
pub fn block_on<T>(command: impl AsyncFnOnce(Control) -> Result<T>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::from(Diagnostic::error(Code::Bug, format!("the runtime does not start: {error}"))))?;
    let control = Control::new();
    let result = runtime.block_on(async {
        signals::install(&control)?;
        command(control).await
    });
    // A thread may still wait for an answer that nobody will give.
    runtime.shutdown_background();
    result
}

/// The stack's outputs, secrets opened and marked as such.
pub fn outputs(store: Store, stack: Stack, keyring: Keyring) -> Result<Value> {
    Ok(quiet_session(store, stack, keyring, Control::new()).outputs()?)
}

/// A session that reaches no cloud and shows nothing.
pub fn quiet_session(store: Store, stack: Stack, keyring: Keyring, control: Control) -> Session {
    let engine = Engine { registry: Registry::new(), clock: Arc::new(SystemClock), events: Arc::new(|_| {}), control };
    Session::open(engine, store, stack, keyring, Settings::default())
}

/// The exit code of a run that did not do everything.
pub fn outcome_exit(outcome: &Outcome) -> u8 {
    let lost = |diagnostic: &&Diagnostic| diagnostic.code == Code::Fenced.text();
    match outcome.failures.iter().find(lost) {
        _ if outcome.cancelled => crate::exit::CANCELLED,
        Some(_) => crate::exit::LOCKED,
        None => crate::exit::STEPS_FAILED,
    }
}
