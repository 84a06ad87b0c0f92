//! Outputs of other stacks, as a data source: of the same state file, and of other projects' files beside it.

use crate::{keys, names};
use farsight_model::Value;
use farsight_provider::{BoxFuture, Cloud, ErasedHandler, Error, Fault, Provider, Result};
use farsight_state::{Access, Stack, Store};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// What `cx.stack_reference(..)` asks.
const REFERENCE: &str = "farsight:index/stackReference:stackReference";

/// The package `farsight`, which has no resource types.
pub struct Stacks {
    state: PathBuf,
    project: String,
}

impl Stacks {
    pub fn new(state: PathBuf, project: String) -> Self {
        Self { state, project }
    }

    fn outputs(&self, name: &str) -> std::result::Result<Value, String> {
        let words = |error: &dyn std::fmt::Display| error.to_string();
        let (project, name) = name.split_once('/').unwrap_or((&self.project, name));
        let open = |path: &Path| -> std::result::Result<(Store, Option<Stack>), String> {
            let store = Store::open(path, Access::ReadOnly).map_err(|error| words(&error))?;
            let found = store.stack(name).map_err(|error| words(&error))?;
            Ok((store, found.filter(|stack| stack.project == project)))
        };
        let (mut store, mut found) = open(&self.state)?;
        // Another project is in this file, or in a file of its own beside it.
        let beside = self.state.with_file_name(format!("{project}.db"));
        if found.is_none() && beside != self.state && beside.is_file() {
            (store, found) = open(&beside)?;
        }
        let Some(stack) = found else {
            let all = store.stacks().map_err(|error| words(&error))?;
            let known = all.iter().map(|stack| format!("{}/{}", stack.project, stack.name)).collect::<Vec<_>>();
            let known = names::list(known.iter().map(String::as_str));
            return Err(format!("there is no stack `{name}` of project `{project}`; the state file has {known}"));
        };
        let failed = |failure: crate::failure::Failure| {
            failure.diagnostics.into_iter().map(|diagnostic| diagnostic.message).collect::<Vec<_>>().join("; ")
        };
        match keys::open(&store, &stack).map_err(failed)? {
            Some(keyring) => crate::run::outputs(store, stack, keyring).map_err(failed),
            // A stack without a key was never updated.
            None => Ok(Value::map::<String>([])),
        }
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

    fn cloud(&self) -> BoxFuture<'_, Result<Option<Cloud>>> {
        Box::pin(async { Ok(None) })
    }

    fn propagation(&self) -> Duration {
        Duration::ZERO
    }
}
