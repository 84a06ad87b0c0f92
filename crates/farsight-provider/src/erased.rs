//! Handlers without their types: what the engine calls.

use crate::handler::Args;
use crate::{BoxFuture, Change, Error, Fault, Handler, Id, Owner, Policy, Reading, Result, Scope, Stray};
use farsight_model::{Change as Difference, FromValue, Mismatch, Resource, Schema, Value};
use std::sync::Arc;

/// A [`Handler`] whose inputs and readings are plain values.
pub trait ErasedHandler: Send + Sync {
    /// The type's schema.
    fn schema(&self) -> &Schema;
    /// The type's policy.
    fn policy(&self) -> &Policy;
    /// [`Handler::create`].
    fn create<'a>(&'a self, owner: &'a Owner, inputs: &'a Value) -> BoxFuture<'a, Result<Id>>;
    /// [`Handler::read`]; the answer has exactly one reading per id.
    fn read<'a>(&'a self, ids: &'a [Id]) -> BoxFuture<'a, Result<Vec<Reading>>>;
    /// [`Handler::update`].
    fn update<'a>(
        &'a self,
        id: &'a Id,
        wanted: &'a Value,
        observed: &'a Value,
        differences: &'a [Difference],
    ) -> BoxFuture<'a, Result<Option<Id>>>;
    /// [`Handler::delete`]; `inputs` are the last known ones, from state.
    fn delete<'a>(&'a self, id: &'a Id, inputs: &'a Value) -> BoxFuture<'a, Result<()>>;
    /// [`Handler::find`].
    fn find<'a>(&'a self, owner: &'a Owner, inputs: &'a Value) -> BoxFuture<'a, Result<Vec<Id>>>;
    /// [`Handler::strays`].
    fn strays<'a>(&'a self, scope: &'a Scope) -> BoxFuture<'a, Result<Vec<Stray>>>;
}

/// Wraps a handler for the engine.
pub fn erase<H: Handler>(handler: H) -> Arc<dyn ErasedHandler> {
    Arc::new(Erased { handler, schema: H::Of::SCHEMA, policy: H::POLICY })
}

struct Erased<H> {
    handler: H,
    schema: Schema,
    policy: Policy,
}

impl<H: Handler> Erased<H> {
    /// The type's own fault table wins over what the provider's shared table said.
    fn judge(&self, mut error: Error) -> Error {
        if let Some(code) = error.code.as_deref()
            && let Some((_, fault)) = self.policy.faults.iter().find(|(known, _)| *known == code)
        {
            error.fault = *fault;
        }
        error
    }

    fn args(&self, inputs: &Value) -> Result<Args<H>> {
        Args::<H>::from_value(inputs)
            .map_err(|mismatch: Mismatch| Error::new(Fault::Rejected, format!("{}: {mismatch}", self.schema.token)))
    }
}

impl<H: Handler> ErasedHandler for Erased<H> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn policy(&self) -> &Policy {
        &self.policy
    }

    fn create<'a>(&'a self, owner: &'a Owner, inputs: &'a Value) -> BoxFuture<'a, Result<Id>> {
        Box::pin(async move {
            let args = self.args(inputs)?;
            self.handler.create(owner, &args).await.map_err(|error| self.judge(error))
        })
    }

    fn read<'a>(&'a self, ids: &'a [Id]) -> BoxFuture<'a, Result<Vec<Reading>>> {
        Box::pin(async move {
            let seen = self.handler.read(ids).await.map_err(|error| self.judge(error))?;
            if seen.len() != ids.len() {
                return Err(Error::new(
                    Fault::Unknown,
                    format!("{} objects were asked for and {} answered", ids.len(), seen.len()),
                ));
            }
            Ok(seen.into_iter().map(Reading::from).collect())
        })
    }

    fn update<'a>(
        &'a self,
        id: &'a Id,
        wanted: &'a Value,
        observed: &'a Value,
        differences: &'a [Difference],
    ) -> BoxFuture<'a, Result<Option<Id>>> {
        Box::pin(async move {
            let (wanted, observed) = (self.args(wanted)?, self.args(observed)?);
            let change = Change { wanted: &wanted, observed: &observed, differences };
            self.handler.update(id, change).await.map_err(|error| self.judge(error))
        })
    }

    fn delete<'a>(&'a self, id: &'a Id, inputs: &'a Value) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let args = self.args(inputs)?;
            self.handler.delete(id, &args).await.map_err(|error| self.judge(error))
        })
    }

    fn find<'a>(&'a self, owner: &'a Owner, inputs: &'a Value) -> BoxFuture<'a, Result<Vec<Id>>> {
        Box::pin(async move {
            let args = self.args(inputs)?;
            self.handler.find(owner, &args).await.map_err(|error| self.judge(error))
        })
    }

    fn strays<'a>(&'a self, scope: &'a Scope) -> BoxFuture<'a, Result<Vec<Stray>>> {
        Box::pin(async move { self.handler.strays(scope).await.map_err(|error| self.judge(error)) })
    }
}
