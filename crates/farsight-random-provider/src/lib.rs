//! How random values are made: passwords, ids and strings that live in the state.
//!
//! There is no cloud behind this provider: a create draws a value from the [`Clock`], a read takes a value apart, and
//! the engine keeps it ([`farsight_provider::Identity::State`]).

mod characters;
mod dice;
mod id;
mod password;
mod string;

use farsight_model::Value;
use farsight_provider::{
    BoxFuture, Clock, Cloud, ErasedHandler, Error, Fault, Identity, Policy, Provider, Result, Settle, erase, secs,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// The package `random`.
pub struct RandomProvider {
    handlers: BTreeMap<&'static str, Arc<dyn ErasedHandler>>,
}

impl RandomProvider {
    /// A provider whose values come from `clock`.
    pub fn new(clock: &Arc<dyn Clock>) -> Self {
        let handlers = [
            erase(password::PasswordHandler { clock: clock.clone() }),
            erase(string::StringHandler { clock: clock.clone() }),
            erase(id::IdHandler { clock: clock.clone() }),
        ];
        Self { handlers: handlers.into_iter().map(|handler| (handler.schema().token, handler)).collect() }
    }
}

impl Provider for RandomProvider {
    fn package(&self) -> &'static str {
        "random"
    }

    fn handler(&self, token: &str) -> Option<Arc<dyn ErasedHandler>> {
        self.handlers.get(token).cloned()
    }

    fn tokens(&self) -> Vec<&'static str> {
        self.handlers.keys().copied().collect()
    }

    fn invoke<'a>(&'a self, token: &'a str, _: &'a Value) -> BoxFuture<'a, Result<Value>> {
        Box::pin(async move { Err(Error::new(Fault::Rejected, format!("unknown data source `{token}`"))) })
    }

    fn cloud(&self) -> BoxFuture<'_, Result<Option<Cloud>>> {
        Box::pin(async { Ok(None) })
    }

    fn propagation(&self) -> Duration {
        Duration::ZERO
    }
}

/// The policy of every type here: nobody is asked and nothing is waited for.
const IN_STATE: Policy = Policy {
    identity: Identity::State,
    unique_key: &[],
    serialize_by: None,
    read_batch: 100,
    settle: Settle { every: secs(1), within: secs(1) },
    faults: &[],
    permissions: &[],
};

fn rejected(message: impl Into<String>) -> Error {
    Error::new(Fault::Rejected, message)
}
