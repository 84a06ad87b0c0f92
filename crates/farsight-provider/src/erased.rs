//! Handlers without their types: what the engine calls.

use crate::handler::Args;
use crate::{
    BoxFuture, Change, Error, Fault, Handler, Id, Identity, Leftover, Owner, Policy, Reading, Result, Scope, Stray,
};
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

    /// [`Handler::left_behind`].
    fn left_behind<'a>(&'a self, owner: &'a Owner, inputs: &'a Value) -> BoxFuture<'a, Result<Vec<Id>>> {
        self.find(owner, inputs)
    }

    /// [`Handler::leaves`].
    fn leaves(&self, id: &Id, known: &Value) -> Option<Leftover> {
        let _ = (id, known);
        None
    }

    /// [`Handler::delete_command`].
    fn delete_command(&self, id: &Id) -> Option<String> {
        let _ = id;
        None
    }

    /// [`Handler::kept_id`].
    fn kept_id(&self, id: &Id) -> Id {
        id.clone()
    }

    /// Whether objects of this type are nothing but what state holds.
    fn lives_in_state(&self) -> bool {
        self.policy().identity == Identity::State
    }
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

    /// Inputs from state without write-only values, of which state has only hashes; no delete needs them.
    fn remembered(&self, inputs: &Value) -> Value {
        let mut inputs = inputs.clone();
        for field in self.schema.fields.iter().filter(|field| field.marks.write_only) {
            inputs.set(field.name, if field.required { Value::from("") } else { Value::Null });
        }
        inputs
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
            let args = self.args(&self.remembered(inputs))?;
            self.handler.delete(id, &args).await.map_err(|error| self.judge(error))
        })
    }

    fn find<'a>(&'a self, owner: &'a Owner, inputs: &'a Value) -> BoxFuture<'a, Result<Vec<Id>>> {
        Box::pin(async move {
            // After a crash the inputs come from the journal.
            let args = self.args(&self.remembered(inputs))?;
            self.handler.find(owner, &args).await.map_err(|error| self.judge(error))
        })
    }

    fn strays<'a>(&'a self, scope: &'a Scope) -> BoxFuture<'a, Result<Vec<Stray>>> {
        Box::pin(async move { self.handler.strays(scope).await.map_err(|error| self.judge(error)) })
    }

    fn left_behind<'a>(&'a self, owner: &'a Owner, inputs: &'a Value) -> BoxFuture<'a, Result<Vec<Id>>> {
        Box::pin(async move {
            let args = self.args(&self.remembered(inputs))?;
            self.handler.left_behind(owner, &args).await.map_err(|error| self.judge(error))
        })
    }

    fn leaves(&self, id: &Id, known: &Value) -> Option<Leftover> {
        self.handler.leaves(id, known)
    }

    fn delete_command(&self, id: &Id) -> Option<String> {
        self.handler.delete_command(id)
    }

    fn kept_id(&self, id: &Id) -> Id {
        self.handler.kept_id(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Seen, Settle, secs};
    use farsight_model::{Field, IntoValue, Kind, Marks, RustType};

    struct Account;

    #[derive(Clone)]
    struct Password(String);

    impl IntoValue for Password {
        const KIND: Kind = Kind::Any;
        fn into_value(self) -> Value {
            Value::map([("password", Value::secret(Value::String(self.0)))])
        }
    }

    impl FromValue for Password {
        fn from_value(value: &Value) -> std::result::Result<Self, Mismatch> {
            let text = value.get("password").and_then(Value::as_str).ok_or(Mismatch::new("text"))?;
            Ok(Self(text.to_owned()))
        }
    }

    impl Resource for Account {
        const SCHEMA: Schema = Schema {
            token: "test:index:Account",
            import_id: "",
            doc: "",
            fields: &[Field {
                name: "password",
                kind: Kind::String,
                required: true,
                marks: Marks { write_only: true, ..Marks::NONE },
                doc: "",
                setter: "password",
                rust: None,
            }],
            outputs: &[],
            rules: &[],
            rust: RustType::NONE,
        };
        type Args = Password;
        type Outputs = Value;
    }

    struct Accounts;

    impl Handler for Accounts {
        type Of = Account;
        const POLICY: Policy = Policy {
            identity: Identity::Name,
            unique_key: &[],
            serialize_by: None,
            read_batch: 1,
            settle: Settle { every: secs(1), within: secs(1) },
            faults: &[],
            permissions: &[],
        };

        async fn create(&self, _: &Owner, args: &Password) -> Result<Id> {
            Ok(args.0.clone())
        }
        async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<Account>>> {
            Ok(ids.iter().map(|_| Seen::Absent).collect())
        }
        async fn update(&self, _: &Id, _: Change<'_, Password>) -> Result<Option<Id>> {
            Ok(None)
        }
        async fn delete(&self, _: &Id, args: &Password) -> Result<()> {
            if args.0.is_empty() { Ok(()) } else { Err(Error::new(Fault::Rejected, "a password in a delete")) }
        }
        async fn find(&self, _: &Owner, _: &Password) -> Result<Vec<Id>> {
            Ok(Vec::new())
        }
    }

    /// Protects `down` and recovery: state has only a hash of a password, and that must not stand in their way.
    #[tokio::test]
    async fn what_state_cannot_tell_stops_neither_a_delete_nor_a_lookup() {
        let inputs = Value::map([("password", Value::Hash("ff".into()))]);
        let accounts = erase(Accounts);
        assert_eq!(accounts.delete(&"id".into(), &inputs).await, Ok(()));
        // Recovery has only the journal: a hash, or nothing.
        assert_eq!(accounts.find(&owner(), &inputs).await, Ok(Vec::new()));
        assert_eq!(accounts.find(&owner(), &Value::map::<String>([])).await, Ok(Vec::new()));
        let refused = accounts.create(&owner(), &inputs).await;
        assert_eq!(refused.map_err(|error| error.fault), Err(Fault::Rejected));
    }

    fn owner() -> Owner {
        let urn = farsight_model::Urn::new("s", "p", None, &farsight_model::TypeToken::new(Account::SCHEMA.token), "n");
        Owner { stack: "p/s".into(), urn, op: "0".repeat(32) }
    }
}
