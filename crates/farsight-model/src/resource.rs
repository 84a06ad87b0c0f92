//! What makes a Rust type a resource type.

use crate::{FromValue, IntoValue, Schema};

/// A resource type: its schema, and the plain structs that handlers see.
///
/// Written by `farsight-derive` from the structs in `farsight-aws`.
pub trait Resource: 'static {
    /// Properties, marks and rules as data.
    const SCHEMA: Schema;
    /// The inputs as plain data.
    type Args: IntoValue + FromValue + Clone + Send + Sync + 'static;
    /// The outputs that are no inputs.
    type Outputs: IntoValue + FromValue + Clone + Send + Sync + 'static;
}
