//! A declared resource without its type.

use crate::{Dependency, Output};
use farsight_model::{Expr, PropertyPath, Urn, Value};

/// A declared resource without its type; the handles of resource types are made around it.
#[derive(Debug, Clone)]
pub struct Handle {
    urn: Urn,
}

impl Handle {
    pub(crate) fn new(urn: Urn) -> Self {
        Self { urn }
    }

    /// The engine's identity of the resource.
    pub fn urn(&self) -> &Urn {
        &self.urn
    }

    /// The provider's identity of the object.
    pub fn id(&self) -> Output<String> {
        self.output("id")
    }

    /// The property `name`, by its name on the wire.
    pub fn output<T>(&self, name: &str) -> Output<T> {
        Output::raw(self.reference(name))
    }

    /// The secret property `name`, by its name on the wire.
    pub fn secret<T>(&self, name: &str) -> Output<T> {
        Output::raw(Value::secret(self.reference(name)))
    }

    fn reference(&self, name: &str) -> Value {
        Value::output(Expr::Ref { urn: self.urn.clone(), path: PropertyPath::key(name) })
    }
}

impl Dependency for Handle {
    fn dependency(&self) -> Urn {
        self.urn.clone()
    }
}
