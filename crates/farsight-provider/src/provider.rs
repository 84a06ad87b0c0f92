//! Providers: a package of resource types on one cloud account and region.

use crate::{BoxFuture, ErasedHandler, Error, Fault, Result, Sight};
use farsight_model::{Schema, TypeToken, Value};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
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

/// Makes providers out of the settings that programs declare for them, as `farsight:providers:<package>`.
pub trait Connect: Send + Sync {
    /// The package: the first part of its type tokens.
    fn package(&self) -> &str;

    /// A provider with these settings, a map without secrets and unknown parts. Makes no call.
    fn connect<'a>(&'a self, settings: &'a Value) -> BoxFuture<'a, Result<Arc<dyn Provider>>>;
}

/// All providers of a run: one for each package, and those that the program or the state names. Clones share the latter.
#[derive(Clone, Default)]
pub struct Registry {
    providers: BTreeMap<String, Arc<dyn Provider>>,
    connectors: BTreeMap<String, Arc<dyn Connect>>,
    explicit: Arc<Mutex<BTreeMap<String, Arc<dyn Provider>>>>,
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

    /// The same with a way to make more providers of a package.
    #[must_use]
    pub fn with_connector(mut self, connector: Arc<dyn Connect>) -> Self {
        self.connectors.insert(connector.package().to_owned(), connector);
        self
    }

    /// Makes a provider of a package and remembers it under a name, unless there is one of this name.
    pub async fn connect(&self, package: &str, name: &str, settings: &Value) -> Result<Arc<dyn Provider>> {
        if let Some(known) = self.explicit().get(name) {
            return Ok(known.clone());
        }
        let connector = self.connectors.get(package).ok_or_else(|| {
            Error::new(Fault::Rejected, format!("there are no explicit providers of the package `{package}`"))
        })?;
        let provider = connector.connect(settings).await?;
        self.name(name, provider.clone());
        Ok(provider)
    }

    /// Remembers a provider under a name.
    pub fn name(&self, name: &str, provider: Arc<dyn Provider>) {
        self.explicit.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), provider);
    }

    /// The providers that have names.
    pub fn explicit(&self) -> BTreeMap<String, Arc<dyn Provider>> {
        self.explicit.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The provider of a type: the one of this name, or of its package.
    pub fn at(&self, token: &TypeToken, name: Option<&str>) -> Option<Arc<dyn Provider>> {
        match name {
            Some(name) => self.explicit.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned(),
            None => self.provider_of(token).cloned(),
        }
    }

    /// The handler of a type at a provider.
    pub fn handler_at(&self, token: &TypeToken, name: Option<&str>) -> Option<Arc<dyn ErasedHandler>> {
        self.at(token, name)?.handler(token.as_str())
    }

    /// How long fresh objects of a type may stay invisible at a provider.
    pub fn propagation_at(&self, token: &TypeToken, name: Option<&str>) -> Duration {
        self.at(token, name).map_or(Duration::ZERO, |provider| provider.propagation())
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
