//! Providers: a package of resource types on one cloud account and region.

use crate::{BoxFuture, ErasedHandler, Error, Fault, Result, Sight};
use farsight_model::{Schema, TypeToken, Value};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Where a provider works: what a stack remembers, so that it never touches another account by mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cloud {
    /// The account number.
    pub account: String,
    /// The region.
    pub region: String,
    /// The endpoint, if it is not the cloud's own.
    pub endpoint: Option<String>,
}

/// A package of resource types.
pub trait Provider: Send + Sync {
    /// The package: the first part of its type tokens.
    fn package(&self) -> &str;

    /// The lifecycle of a type.
    fn handler(&self, token: &str) -> Option<Arc<dyn ErasedHandler>>;

    /// Every type, in order of token.
    fn tokens(&self) -> Vec<&'static str>;

    /// Answers a data source.
    fn invoke<'a>(&'a self, token: &'a str, args: &'a Value) -> BoxFuture<'a, Result<Value>>;

    /// Asks once how a check stands, such as `aws:check/alarmsQuiet:AlarmsQuiet`. The answer should come within `patience`;
    /// after that nobody listens any more.
    fn probe<'a>(&'a self, token: &'a str, args: &'a Value, patience: Duration) -> BoxFuture<'a, Result<Sight>> {
        let _ = (args, patience);
        Box::pin(async move { Err(Error::new(Fault::Rejected, format!("there is no check `{token}`"))) })
    }

    /// Asks the cloud who and where we are; fails when there are no working credentials. `None` if the provider works in
    /// no cloud.
    fn cloud(&self) -> BoxFuture<'_, Result<Option<Cloud>>>;

    /// Adds what the provider's own configuration says to a resource's inputs, such as default tags.
    fn default_inputs(&self, schema: &Schema, inputs: &mut Value) {
        let _ = (schema, inputs);
    }

    /// How long a fresh object may stay invisible to reads and lookups.
    fn propagation(&self) -> Duration;
}

/// All providers of a run, by package.
#[derive(Clone, Default)]
pub struct Registry {
    providers: BTreeMap<String, Arc<dyn Provider>>,
}

impl Registry {
    /// No providers.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with one provider more.
    #[must_use]
    pub fn with(mut self, provider: Arc<dyn Provider>) -> Self {
        self.providers.insert(provider.package().to_owned(), provider);
        self
    }

    /// The provider of a package.
    pub fn provider(&self, package: &str) -> Option<&Arc<dyn Provider>> {
        self.providers.get(package)
    }

    /// The provider of a type.
    pub fn provider_of(&self, token: &TypeToken) -> Option<&Arc<dyn Provider>> {
        self.providers.get(token.package())
    }

    /// The handler of a type.
    pub fn handler(&self, token: &TypeToken) -> Option<Arc<dyn ErasedHandler>> {
        self.provider_of(token)?.handler(token.as_str())
    }

    /// All providers.
    pub fn providers(&self) -> impl Iterator<Item = &Arc<dyn Provider>> {
        self.providers.values()
    }
}
