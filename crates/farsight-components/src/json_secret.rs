//! Several secret values in one secret.

use crate::tags;
use farsight::prelude::*;
use farsight::{Component, Dependency};
use farsight_aws::secretsmanager::{Secret, SecretVersion};

/// A secret whose value is a JSON object of texts, which tasks read one by one.
pub struct JsonSecret {
    /// The component.
    pub component: Component,
    /// The secret.
    pub secret: Secret,
    /// Its value.
    pub version: SecretVersion,
    keys: Vec<String>,
}

/// Declares a [`JsonSecret`].
#[must_use = "a secret is declared only by `.add(cx)`"]
pub struct JsonSecretBuilder {
    component: farsight::ComponentBuilder,
    name: String,
    secret_name: String,
    entries: Vec<(String, Value)>,
    import: Option<String>,
    keep_data: bool,
}

impl JsonSecret {
    /// Begins a secret.
    #[track_caller]
    pub fn new(name: impl Into<String>) -> JsonSecretBuilder {
        let name = name.into();
        JsonSecretBuilder {
            component: Component::new("farsight:components:JsonSecret", &name),
            secret_name: name.clone(),
            name,
            entries: Vec::new(),
            import: None,
            keep_data: true,
        }
    }

    /// The ARN of the secret, with its six random characters.
    pub fn arn(&self) -> Output<String> {
        self.secret.arn()
    }

    /// What a container's `secrets` take for one of the keys.
    pub fn value_from(&self, key: &str) -> Output<String> {
        output!("{}:{key}::", self.secret.arn())
    }

    /// Those of the keys that the secret has, with what a container's `secrets` take for each.
    pub fn values_from<'a>(&self, keys: impl IntoIterator<Item = &'a str>) -> Vec<(String, Output<String>)> {
        let there = keys.into_iter().filter(|key| self.keys.iter().any(|known| known == key));
        there.map(|key| (key.to_owned(), self.value_from(key))).collect()
    }
}

impl Dependency for JsonSecret {
    fn dependency(&self) -> model::Urn {
        self.component.urn()
    }
}

impl JsonSecretBuilder {
    /// The secret's name, unique in account and region; the component's if not given.
    pub fn secret_name(mut self, name: impl Into<String>) -> Self {
        self.secret_name = name.into();
        self
    }

    /// Adds a key and its value, which nobody ever sees in clear.
    #[allow(clippy::needless_pass_by_value, reason = "outputs are given away, as to every setter")]
    pub fn entry(mut self, key: impl Into<String>, value: Output<String>) -> Self {
        self.entries.push((key.into(), value.secret().to_value()));
        self
    }

    /// The ARN of a secret that exists already and becomes this one; its value stays as the previous version.
    pub fn import(mut self, arn: Option<String>) -> Self {
        self.import = arn;
        self
    }

    /// Whether a deleted secret can be had back for 30 days, by the next `up` among others; true if not given.
    pub fn keep_data(mut self, keep: bool) -> Self {
        self.keep_data = keep;
        self
    }

    /// Declares the secret.
    #[track_caller]
    pub fn add(self, cx: &Context) -> JsonSecret {
        let component = self.component.add(cx);
        let cx = &component.scope(cx);
        let name = self.name.as_str();
        let secret =
            Secret::new(name).name(self.secret_name).recovery_window_in_days(if self.keep_data { 30 } else { 0 });
        let secret = match self.import {
            // What is adopted must be what the program says; it gets its tags when the key is taken away again.
            Some(arn) => secret.import(arn),
            None => secret.tags(tags::named(cx, name)),
        };
        let secret = secret.add(cx);
        let keys = self.entries.iter().map(|(key, _)| key.clone()).collect();
        let version = SecretVersion::new(name)
            .secret_id(secret.id())
            .secret_string(farsight::json(Value::Map(self.entries.into_iter().collect())))
            .add(cx);
        JsonSecret { component, secret, version, keys }
    }
}
