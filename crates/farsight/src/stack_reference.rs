//! Outputs of other stacks.

use crate::{Error, Output, Result};
use farsight_model::Value;

/// The outputs of another stack, as its last update left them.
#[derive(Debug, Clone)]
pub struct StackReference {
    pub(crate) name: String,
    pub(crate) outputs: Value,
}

impl StackReference {
    /// The token that asks the engine for a stack's outputs.
    pub(crate) const TOKEN: &'static str = "farsight:index/stackReference:stackReference";

    /// The output `name`; `None` if the stack has none of this name.
    pub fn output<T>(&self, name: &str) -> Option<Output<T>> {
        self.outputs.get(name).cloned().map(Output::raw)
    }

    /// The output `name`; an error if the stack has none of this name.
    #[track_caller]
    pub fn require<T>(&self, name: &str) -> Result<Output<T>> {
        let known = || {
            let names = self.outputs.as_map().map(|outputs| outputs.keys().cloned().collect::<Vec<_>>());
            names.filter(|names| !names.is_empty()).map_or_else(|| "none".to_owned(), |names| names.join(", "))
        };
        match self.output(name) {
            Some(output) => Ok(output),
            None => Err(Error::new(format!("stack `{}` has no output `{name}`; it has {}", self.name, known()))),
        }
    }
}
