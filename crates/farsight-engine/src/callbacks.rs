//! What a front end hands to the engine.

use farsight_model::{Urn, Value};
use farsight_protocol::{Declaration, PolicyDeclaration};
use farsight_provider::BoxFuture;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// The closures of a program: pure functions from known values to values.
pub trait Callbacks: Send + Sync {
    /// Calls closure `callback`; an error is the closure's own words.
    fn call<'a>(&'a self, callback: u64, input: &'a Value) -> BoxFuture<'a, Result<Value, String>>;

    /// Calls a closure that does something, and may take its time: nobody listens after `within`.
    fn hook<'a>(&'a self, callback: u64, input: &'a Value, within: Duration) -> BoxFuture<'a, Result<Value, String>> {
        let _ = within;
        self.call(callback, input)
    }
}

/// Everything that a program declares, in one pass.
///
/// This is the engine's front door: the Rust host in [`crate::program`] fills it from a socket; a front end for another
/// language would fill it in its own way.
#[derive(Clone, Default)]
pub struct Declared {
    /// Resources and components in order of declaration.
    pub declarations: Vec<Declaration>,
    /// Stack outputs in order.
    pub exports: Vec<(String, Value)>,
    /// Outputs of components.
    pub component_outputs: HashMap<Urn, Value>,
    /// Checks of the plan, in order.
    pub policies: Vec<PolicyDeclaration>,
    /// The closures.
    pub callbacks: Option<Arc<dyn Callbacks>>,
}
