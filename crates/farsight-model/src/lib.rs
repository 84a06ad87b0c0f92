//! The vocabulary shared by programs and the engine: URNs, type tokens, property values, property paths,
//! schemas whose marks say how a property behaves, and the one diff that reads those marks.
//!
//! Nothing here knows AWS, state files or processes.

mod convert;
mod diff;
mod eval;
mod location;
mod options;
mod path;
mod resource;
pub mod schema;
mod token;
mod urn;
mod value;
mod wire;

pub use convert::{FromValue, IntoValue, Mismatch};
pub use diff::{Change, ChangeKind, diff, drift, equal};
pub use eval::{EvalError, Resolver, evaluate, references};
pub use location::Location;
pub use options::{Accepted, HookRef, ResourceOptions, Timeouts, When};
pub use path::{PathError, PathSegment, PropertyPath};
pub use resource::Resource;
pub use schema::{Compare, Field, Holds, Kind, Literal, Marks, OutputField, Problem, Rule, RustType, Schema};
pub use token::TypeToken;
pub use urn::{Urn, UrnError};
pub use value::{Expr, Value};
pub use wire::WireError;
