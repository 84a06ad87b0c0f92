//! The fake type whose objects live in the state: made-up values that no cloud knows.

use super::cloud::{Call, FakeCloud};
use crate::{BoxFuture, ErasedHandler, Error, Fault, Id, Identity, Owner, Policy, Reading, Result, Scope, Stray};
use crate::{Settle, secs};
use farsight_model::schema::{Field, Kind, Literal, Marks, OutputField, RustType, Schema};
use farsight_model::{Change, Value};

/// A made-up value, nothing but what state holds.
pub const KEPT: &str = "fake:index:Kept";

const fn field(name: &'static str, kind: Kind, marks: Marks) -> Field {
    Field { name, kind, required: false, marks, doc: "", setter: name, rust: None }
}

const SCHEMA: Schema = Schema {
    token: KEPT,
    import_id: "value itself",
    doc: "",
    fields: &[
        field("length", Kind::Integer, Marks { replace: true, default: Some(Literal::Integer(16)), ..Marks::NONE }),
        field("keeper", Kind::String, Marks { local: true, replace: true, ..Marks::NONE }),
        field("note", Kind::String, Marks { local: true, ..Marks::NONE }),
    ],
    outputs: &[OutputField { name: "value", stable: true, secret: true, doc: "" }],
    rules: &[],
    rust: RustType::NONE,
};

const POLICY: Policy = Policy {
    identity: Identity::State,
    unique_key: &[],
    serialize_by: None,
    read_batch: 100,
    settle: Settle { every: secs(1), within: secs(1) },
    faults: &[],
    permissions: &[],
};

pub(super) struct KeptHandler(pub FakeCloud);

/// What must never be asked of a type that lives in the state.
fn never(what: &str) -> Error {
    Error::new(Fault::Rejected, format!("{what} of an object that lives in the state"))
}

impl ErasedHandler for KeptHandler {
    fn schema(&self) -> &Schema {
        &SCHEMA
    }

    fn policy(&self) -> &Policy {
        &POLICY
    }

    fn create<'a>(&'a self, owner: &'a Owner, inputs: &'a Value) -> BoxFuture<'a, Result<Id>> {
        Box::pin(async move {
            let fate = self.0.arrive(Call::Create, owner.urn.name()).await?;
            let length = inputs.get("length").and_then(Value::as_int).unwrap_or_default();
            let value = self.0.clock.hex(length as usize);
            self.0.answer(Call::Create, fate, Ok(value)).await
        })
    }

    fn read<'a>(&'a self, ids: &'a [Id]) -> BoxFuture<'a, Result<Vec<Reading>>> {
        let apart = |id: &Id| {
            Reading::Ready(Value::map([
                ("length", Value::Number(id.len() as f64)),
                ("value", Value::from(id.as_str())),
            ]))
        };
        Box::pin(async move { Ok(ids.iter().map(apart).collect()) })
    }

    fn update<'a>(
        &'a self,
        _: &'a Id,
        _: &'a Value,
        _: &'a Value,
        _: &'a [Change],
    ) -> BoxFuture<'a, Result<Option<Id>>> {
        Box::pin(async { Err(never("an update")) })
    }

    fn delete<'a>(&'a self, _: &'a Id, _: &'a Value) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Err(never("a delete")) })
    }

    fn find<'a>(&'a self, _: &'a Owner, _: &'a Value) -> BoxFuture<'a, Result<Vec<Id>>> {
        Box::pin(async { Err(never("a lookup")) })
    }

    fn strays<'a>(&'a self, _: &'a Scope) -> BoxFuture<'a, Result<Vec<Stray>>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn kept_id(&self, _: &Id) -> Id {
        "none".into()
    }
}
