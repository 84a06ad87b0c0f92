//! The fake cloud's types: one table, six ways in which a create is found again.

use crate::{Identity, Policy, Settle, secs};
use farsight_model::Compare;
use farsight_model::schema::{Field, Holds, Kind, Literal, Marks, OutputField, RustType, Schema};

/// Found again by an idempotency token.
pub const TOKENED: &str = "fake:index:Tokened";
/// Found again by its unique name, which is made up when the program gives none.
pub const NAMED: &str = "fake:index:Named";
/// Found again by the owner's tags alone.
pub const TAGGED: &str = "fake:index:Tagged";
/// One of its kind per `key`.
pub const KEYED: &str = "fake:index:Keyed";
/// Written whether or not it exists, one per `key`.
pub const UPSERTED: &str = "fake:index:Upserted";
/// Named, and its service answers a create with the object that is there already if both have the same settings,
/// whoever made it, as load balancers and topics do.
pub const SETTLED: &str = "fake:index:Settled";

/// All types.
pub const TOKENS: &[&str] = &[TOKENED, NAMED, TAGGED, KEYED, UPSERTED, SETTLED];

const fn field(name: &'static str, kind: Kind, marks: Marks) -> Field {
    Field { name, kind, required: false, marks, doc: "", setter: name, rust: None }
}

/// The properties of every fake type.
pub const FIELDS: &[Field] = &[
    field("name", Kind::String, Marks { replace: true, auto_name: Some(40), ..Marks::NONE }),
    field("key", Kind::String, Marks { replace: true, ..Marks::NONE }),
    field("zone", Kind::String, Marks { replace: true, ..Marks::NONE }),
    field("size", Kind::Integer, Marks { default: Some(Literal::Integer(1)), ..Marks::NONE }),
    field("note", Kind::String, Marks::NONE),
    // Not set by the create call: convergence must do it.
    field("extra", Kind::Bool, Marks { default: Some(Literal::Bool(true)), ..Marks::NONE }),
    field("count", Kind::Integer, Marks { ambient: true, ..Marks::NONE }),
    field("network", Kind::String, Marks { compare: Compare::Cidr, ..Marks::NONE }),
    field("needs", Kind::List(&Kind::String), Marks { set: true, holds: Holds::Loosely, ..Marks::NONE }),
    // A need that can move on to another object, but not end.
    field("anchor", Kind::String, Marks { holds: Holds::Firmly, ..Marks::NONE }),
    // A need that cannot be changed in place.
    field("within", Kind::String, Marks { replace: true, ..Marks::NONE }),
    field("secret", Kind::String, Marks { secret: true, ..Marks::NONE }),
    field("password", Kind::String, Marks { secret: true, write_only: true, ..Marks::NONE }),
    field("tags", Kind::Map(&Kind::String), Marks { default: Some(Literal::EmptyMap), ..Marks::NONE }),
];

const OUTPUTS: &[OutputField] = &[
    OutputField { name: "arn", stable: true, secret: false, doc: "" },
    OutputField { name: "revision", stable: false, secret: false, doc: "" },
];

/// The schema of a fake type.
pub(super) const fn schema(token: &'static str) -> Schema {
    Schema { token, import_id: "fake id", doc: "", fields: FIELDS, outputs: OUTPUTS, rules: &[], rust: RustType::NONE }
}

/// The policy of a fake type.
pub(super) fn policy(token: &str) -> Policy {
    let (identity, unique_key): (Identity, &'static [&'static str]) = match token {
        TOKENED => (Identity::ClientToken, &[]),
        NAMED | SETTLED => (Identity::Name, &["name"]),
        TAGGED => (Identity::OwnerTag, &[]),
        KEYED => (Identity::NaturalKey, &["key"]),
        _ => (Identity::Upsert, &["key"]),
    };
    Policy {
        identity,
        unique_key,
        serialize_by: None,
        read_batch: 100,
        settle: Settle { every: secs(5), within: secs(1200) },
        faults: &[],
        permissions: &[],
    }
}
