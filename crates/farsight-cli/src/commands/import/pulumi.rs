//! The deployment JSON that `pulumi stack export` writes, version 3.

use farsight_engine::{Code, Diagnostic};
use farsight_model::Value;
use serde::Deserialize;
use serde_json::{Map, Value as Json};
use std::path::Path;

/// The key that marks an object as something else than a map.
const SIGNATURE: &str = "4dabf18193072939515e22adb298388d";
/// What that key holds for a secret.
const SECRET: &str = "1b47061264138c4ac30d75fd1eb44270";

/// An exported stack.
#[derive(Debug, Default)]
pub struct Export {
    /// Its resources, in the order of the file.
    pub resources: Vec<Resource>,
    /// Operations that nobody knows the end of, each with what it was.
    pub pending: Vec<(String, Resource)>,
}

/// One resource of an export. What has no meaning here is left unread.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Resource {
    pub urn: String,
    pub custom: bool,
    pub delete: bool,
    pub id: Option<String>,
    #[serde(rename = "type")]
    pub token: String,
    pub inputs: Map<String, Json>,
    pub outputs: Map<String, Json>,
    pub parent: Option<String>,
    pub protect: bool,
    pub external: bool,
    pub dependencies: Vec<String>,
    /// The provider's URN and id, joined by `::`.
    pub provider: Option<String>,
    pub pending_replacement: bool,
    pub additional_secret_outputs: Vec<String>,
    pub custom_timeouts: Option<Limits>,
    pub retain_on_delete: bool,
    pub deleted_with: Option<String>,
    pub ignore_changes: Vec<String>,
    pub replace_on_changes: Vec<String>,
}

/// Limits on operations, in seconds; 0 is none.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default)]
pub struct Limits {
    pub create: f64,
    pub update: f64,
    pub delete: f64,
}

#[derive(Deserialize)]
struct Document {
    version: i64,
    deployment: Option<Deployment>,
}

#[derive(Deserialize)]
struct Deployment {
    #[serde(default)]
    resources: Option<Vec<Resource>>,
    #[serde(default)]
    pending_operations: Option<Vec<Pending>>,
}

#[derive(Deserialize)]
struct Pending {
    resource: Resource,
    #[serde(rename = "type")]
    kind: String,
}

/// Reads an export. Whatever is wrong with it, nothing else is done.
pub fn parse(path: &Path, text: &str) -> Result<Export, Diagnostic> {
    let wrong = |why: String| {
        Diagnostic::error(Code::BadArgument, format!("`{}` is no export of a Pulumi stack: {why}", path.display()))
            .note("nothing was changed")
            .help("give what `pulumi stack export --show-secrets --file FILE` wrote")
    };
    let document: Document = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
    if document.version != 3 {
        return Err(wrong(format!("its version is {}, and only 3 is known", document.version)));
    }
    let deployment = document.deployment.ok_or_else(|| wrong("the stack was never deployed".into()))?;
    let export = Export {
        resources: deployment.resources.unwrap_or_default(),
        pending: deployment
            .pending_operations
            .unwrap_or_default()
            .into_iter()
            .map(|pending| (pending.kind, pending.resource))
            .collect(),
    };
    for resource in &export.resources {
        if parts(&resource.urn).is_none() {
            return Err(wrong(format!("`{}` is no URN of Pulumi", resource.urn)));
        }
        if resource.token.is_empty() {
            return Err(wrong(format!("`{}` has no type", resource.urn)));
        }
    }
    Ok(export)
}

/// Type chain and name of a URN of Pulumi.
pub fn parts(urn: &str) -> Option<(&str, &str)> {
    let parts: Vec<&str> = urn.strip_prefix("urn:pulumi:")?.splitn(4, "::").collect();
    match parts.as_slice() {
        [_, _, chain, name] if !chain.is_empty() && !name.is_empty() => Some((chain, name)),
        _ => None,
    }
}

impl Resource {
    /// The name that the program gave.
    pub fn name(&self) -> &str {
        parts(&self.urn).map_or("", |(_, name)| name)
    }

    /// A property as text, as the cloud answered it or as the program gave it; or the id.
    pub fn text(&self, name: &str) -> Option<String> {
        if name == "id" {
            return self.id.clone().filter(|id| !id.is_empty());
        }
        let found = self.outputs.get(name).or_else(|| self.inputs.get(name)).map(value)?;
        found.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// The inputs that the program gave, without what the provider added.
    pub fn declared(&self) -> Value {
        let defaults = self.inputs.get("__defaults").and_then(Json::as_array);
        let is_default = |name: &str| defaults.is_some_and(|all| all.iter().any(|known| known == name));
        let given = self.inputs.iter().filter(|(name, _)| *name != "__defaults" && !is_default(name));
        Value::map(given.map(|(name, json)| (name.clone(), value(json))))
    }
}

/// A property value. Ciphertext is a secret that nobody can read.
pub fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Bool(*truth),
        Json::Number(number) => number.as_f64().map_or(Value::Null, Value::Number),
        Json::String(text) => Value::String(text.clone()),
        Json::Array(items) => Value::List(items.iter().map(value).collect()),
        Json::Object(object) if object.get(SIGNATURE).and_then(Json::as_str) == Some(SECRET) => {
            let clear = object.get("plaintext").and_then(Json::as_str);
            // The plaintext is JSON text in a string.
            let inner = clear.and_then(|text| serde_json::from_str::<Json>(text).ok());
            Value::secret(inner.map_or(Value::Unknown, |inner| value(&inner)))
        }
        Json::Object(object) => Value::map(
            object.iter().filter(|(key, _)| *key != "__defaults").map(|(key, part)| (key.clone(), value(part))),
        ),
    }
}
