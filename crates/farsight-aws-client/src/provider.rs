//! AWS as the engine sees it.

use crate::functions::{Function, built_in};
use crate::{Aws, tags};
use farsight_model::{Schema, Value};
use farsight_provider::{BoxFuture, Cloud, ErasedHandler, Error, Fault, Probe, Provider, Result, Sight};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// The package `aws`: the types, data sources and checks of the service crates that were given to it.
pub struct AwsProvider {
    aws: Aws,
    handlers: BTreeMap<&'static str, Arc<dyn ErasedHandler>>,
    functions: BTreeMap<&'static str, Function>,
    probes: BTreeMap<&'static str, Probe>,
}

impl AwsProvider {
    /// A provider that knows only the account's own data sources.
    pub fn new(aws: Aws) -> Self {
        let functions = built_in(&aws);
        let (handlers, probes) = (BTreeMap::new(), BTreeMap::new());
        Self { aws, handlers, functions: BTreeMap::new(), probes }.with_functions(functions)
    }

    /// The same with a service's types.
    #[must_use]
    pub fn with_handlers(mut self, handlers: impl IntoIterator<Item = Arc<dyn ErasedHandler>>) -> Self {
        self.handlers.extend(handlers.into_iter().map(|handler| (handler.schema().token, handler)));
        self
    }

    /// The same with a service's data sources.
    #[must_use]
    pub fn with_functions(mut self, functions: impl IntoIterator<Item = Function>) -> Self {
        self.functions.extend(functions.into_iter().map(|function| (function.token, function)));
        self
    }

    /// The same with a service's checks.
    #[must_use]
    pub fn with_probes(mut self, probes: impl IntoIterator<Item = Probe>) -> Self {
        self.probes.extend(probes.into_iter().map(|probe| (probe.token, probe)));
        self
    }

    /// The connection, for its statistics.
    pub fn aws(&self) -> &Aws {
        &self.aws
    }
}

impl Provider for AwsProvider {
    fn package(&self) -> &'static str {
        "aws"
    }

    fn handler(&self, token: &str) -> Option<Arc<dyn ErasedHandler>> {
        self.handlers.get(token).cloned()
    }

    fn tokens(&self) -> Vec<&'static str> {
        self.handlers.keys().copied().collect()
    }

    fn invoke<'a>(&'a self, token: &'a str, args: &'a Value) -> BoxFuture<'a, Result<Value>> {
        Box::pin(async move {
            let Some(function) = self.functions.get(token) else {
                let known = self.functions.keys().copied().collect::<Vec<_>>().join(", ");
                return Err(Error::new(Fault::Rejected, format!("unknown data source `{token}`; known are {known}")));
            };
            function.call(args.clone()).await
        })
    }

    fn probe<'a>(&'a self, token: &'a str, args: &'a Value, patience: Duration) -> BoxFuture<'a, Result<Sight>> {
        Box::pin(async move {
            let Some(probe) = self.probes.get(token) else {
                let known = self.probes.keys().copied().collect::<Vec<_>>().join(", ");
                return Err(Error::new(Fault::Rejected, format!("unknown check `{token}`; known are {known}")));
            };
            probe.ask(args, patience).await
        })
    }

    fn cloud(&self) -> BoxFuture<'_, Result<Option<Cloud>>> {
        Box::pin(async move {
            let identity = self.aws.identity().await?;
            Ok(Some(Cloud {
                account: identity.account.clone(),
                region: self.aws.region().to_owned(),
                endpoint: self.aws.endpoint().map(str::to_owned),
            }))
        })
    }

    fn default_inputs(&self, schema: &Schema, inputs: &mut Value) {
        if schema.field("tags").is_some() {
            add_default_tags(self.aws.default_tags(), inputs);
        }
    }

    fn propagation(&self) -> Duration {
        self.aws.propagation()
    }
}

/// Puts the default tags under the program's own. Tags that are not known yet are left: they are filled in once known.
fn add_default_tags(defaults: &tags::Tags, inputs: &mut Value) {
    if defaults.is_empty() {
        return;
    }
    let own = match inputs.get("tags").map(Value::reveal) {
        None => BTreeMap::new(),
        Some(Value::Map(own)) => own.clone(),
        Some(_) => return,
    };
    let secret = inputs.get("tags").is_some_and(|tags| matches!(tags, Value::Secret(_)));
    let mut all: BTreeMap<String, Value> =
        defaults.iter().map(|(key, value)| (key.clone(), Value::from(value.as_str()))).collect();
    all.extend(own);
    let all = Value::Map(all);
    inputs.set("tags", if secret { Value::secret(all) } else { all });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn defaults() -> tags::Tags {
        BTreeMap::from([("team".to_owned(), "core".to_owned()), ("env".to_owned(), "dev".to_owned())])
    }

    #[test]
    fn the_programs_own_tags_win_over_the_defaults() {
        let mut inputs = Value::map([("tags", Value::map([("env", Value::from("prod"))]))]);
        add_default_tags(&defaults(), &mut inputs);
        let tags = inputs.get("tags").unwrap();
        assert_eq!(tags.get("env"), Some(&Value::from("prod")));
        assert_eq!(tags.get("team"), Some(&Value::from("core")));
    }

    #[test]
    fn unknown_tags_are_left_alone_and_absent_ones_are_made() {
        let mut unknown = Value::map([("tags", Value::Unknown)]);
        add_default_tags(&defaults(), &mut unknown);
        assert_eq!(unknown.get("tags"), Some(&Value::Unknown));
        let mut absent = Value::map::<&str>([]);
        add_default_tags(&defaults(), &mut absent);
        assert_eq!(absent.get("tags").unwrap().as_map().unwrap().len(), 2);
    }
}
