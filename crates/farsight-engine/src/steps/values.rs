//! Values on their way into state: hashed, marked, sealed.

use farsight_model::{Accepted, Change, ResourceOptions, Schema, Urn, Value};
use farsight_secrets::Keyring;

/// Inputs as they are stored and compared: write-only values as keyed hashes.
pub(crate) fn storable(schema: &Schema, keyring: &Keyring, urn: &Urn, inputs: &Value) -> Value {
    let mut stored = inputs.clone();
    for field in schema.fields.iter().filter(|field| field.marks.write_only) {
        if let Some(value) = inputs.get(field.name)
            && !value.has_unknown()
            && !matches!(value, Value::Hash(_))
        {
            let context = format!("{urn}\n{}", field.name);
            stored.set(field.name, keyring.hash(&context, value));
        }
    }
    stored
}

/// A reading with secret marks where they belong: by the type, by the program's option, and wherever the input of the
/// same name is secret.
pub(crate) fn mark_secrets(schema: &Schema, options: &ResourceOptions, inputs: &Value, reading: &Value) -> Value {
    let mut reading = reading.clone();
    // What the program does not manage here may be resources of its own.
    schema.opt_out(inputs, &mut reading);
    let Some(entries) = reading.as_map() else { return reading };
    let secret = |name: &str| {
        options.secret_outputs.iter().any(|output| output == name)
            || schema.field(name).is_some_and(|field| field.marks.secret)
            || schema.outputs.iter().any(|output| output.name == name && output.secret)
            || inputs.get(name).is_some_and(Value::has_secret)
    };
    Value::map(entries.iter().map(|(name, value)| {
        let value = if secret(name) { Value::secret(value.clone()) } else { value.clone() };
        (name.clone(), value)
    }))
}

/// A difference that counts as none from now on.
pub(crate) fn accepted(keyring: &Keyring, urn: &Urn, change: &Change) -> Accepted {
    let kept = |value: &Value| if value.has_secret() { keyring.hash(urn.as_str(), value) } else { value.clone() };
    Accepted { path: change.path.clone(), declared: kept(&change.new), observed: kept(&change.old) }
}

/// Drops differences that an earlier run accepted: the service said the same of the same input then.
pub(crate) fn drop_accepted(keyring: &Keyring, urn: &Urn, options: &ResourceOptions, changes: &mut Vec<Change>) {
    if !options.accepted.is_empty() {
        changes.retain(|change| !options.accepted.contains(&accepted(keyring, urn, change)));
    }
}
