//! What farsight itself provides: outputs of other stacks, of the same state file and of other projects' files beside it,
//! and checks over HTTP.

use super::http::{self, Via};
use crate::{keys, names};
use farsight_model::Value;
use farsight_provider::Sight;
use farsight_provider::{BoxFuture, Cloud, ErasedHandler, Error, Fault, Provider, Result};
use farsight_state::{Access, Stack, Store};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// What `cx.stack_reference(..)` asks.
const REFERENCE: &str = "farsight:index/stackReference:stackReference";

/// What `Check::http(..)` declares.
pub const HTTP: &str = "farsight:check/http:Http";

/// The package `farsight`, which has no resource types.
pub struct Stacks {
    state: PathBuf,
    project: String,
    via: Option<Via>,
}

impl Stacks {
    pub fn new(state: PathBuf, project: String, via: Option<Via>) -> Self {
        Self { state, project, via }
    }

    fn outputs(&self, name: &str) -> std::result::Result<Value, String> {
        let words = |error: &dyn std::fmt::Display| error.to_string();
        let (project, name) = name.split_once('/').unwrap_or((&self.project, name));
        let mut known = BTreeSet::new();
        // Another project is in this file, or in a file of its own beside it.
        for path in [self.state.clone(), self.state.with_file_name(format!("{project}.db"))] {
            if !path.is_file() {
                continue;
            }
            let store = Store::open(&path, Access::ReadOnly).map_err(|error| words(&error))?;
            let all = store.stacks().map_err(|error| words(&error))?;
            known.extend(all.iter().map(|stack| format!("{}/{}", stack.project, stack.name)));
            if let Some(stack) = all.into_iter().find(|stack| stack.project == project && stack.name == name) {
                return read(store, stack);
            }
        }
        let known = names::list(known.iter().map(String::as_str));
        Err(format!("there is no stack `{name}` of project `{project}`; there is {known}"))
    }
}

fn read(store: Store, stack: Stack) -> std::result::Result<Value, String> {
    let failed = |failure: crate::failure::Failure| {
        failure.diagnostics.into_iter().map(|diagnostic| diagnostic.message).collect::<Vec<_>>().join("; ")
    };
    match keys::open(&store, &stack).map_err(failed)? {
        Some(keyring) => crate::run::outputs(store, stack, keyring).map_err(failed),
        // A stack without a key was never updated.
        None => Ok(Value::map::<String>([])),
    }
}

impl Provider for Stacks {
    fn package(&self) -> &'static str {
        "farsight"
    }

    fn handler(&self, _token: &str) -> Option<Arc<dyn ErasedHandler>> {
        None
    }

    fn tokens(&self) -> Vec<&'static str> {
        Vec::new()
    }

    fn invoke<'a>(&'a self, token: &'a str, args: &'a Value) -> BoxFuture<'a, Result<Value>> {
        Box::pin(async move {
            if token != REFERENCE {
                return Err(Error::new(Fault::Rejected, format!("there is no data source `{token}`")));
            }
            let name = args.get("name").and_then(Value::as_str).unwrap_or_default();
            self.outputs(name).map_err(|reason| Error::new(Fault::Rejected, reason))
        })
    }

    fn probe<'a>(&'a self, token: &'a str, args: &'a Value, patience: Duration) -> BoxFuture<'a, Result<Sight>> {
        Box::pin(async move {
            if token != HTTP {
                return Err(Error::new(Fault::Rejected, format!("there is no check `{token}`")));
            }
            http::probe(args, patience, self.via.clone()).await
        })
    }

    fn cloud(&self) -> BoxFuture<'_, Result<Option<Cloud>>> {
        Box::pin(async { Ok(None) })
    }

    fn propagation(&self) -> Duration {
        Duration::ZERO
    }
}
