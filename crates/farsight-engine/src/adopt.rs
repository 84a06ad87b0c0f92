//! Adoption: what a program would have to say to get exactly an object that exists already.

mod connect;

pub(crate) use connect::{Piece, connect};

use crate::{Code, Diagnostic, Diagnostics};
use farsight_model::{Field, Kind, Literal, ResourceOptions, Rule, Schema, Urn, Value, diff, equal};
use farsight_provider::Provider;

/// An object, or a component, that is to be adopted.
#[derive(Debug, Clone)]
pub struct Adoption {
    /// What it becomes; see [`crate::Session::urn_for`].
    pub urn: Urn,
    /// The object's id; a component has none.
    pub id: Option<String>,
    /// The component that it becomes part of.
    pub parent: Option<Urn>,
    /// Its options; `depends_on` may name what is adopted with it.
    pub options: ResourceOptions,
    /// The inputs of the program that managed it so far, if there was one: then only these are declared. Secrets are
    /// marked; one that nobody can read is a secret unknown.
    pub declared: Option<Value>,
}

/// What was adopted, and the declaration that makes the next plan empty.
#[derive(Debug, Clone)]
pub struct Adopted {
    /// Its identity.
    pub urn: Urn,
    /// Its type; a component has none.
    pub schema: Option<Schema>,
    /// The component that it is part of.
    pub parent: Option<Urn>,
    /// Its options.
    pub options: ResourceOptions,
    /// The inputs to declare, with references to what was adopted before it. Secrets that nobody can read are secret
    /// unknowns.
    pub inputs: Value,
}

/// The inputs that describe an observed object, and what had to be left out of them.
pub(crate) fn describe(
    urn: &Urn,
    schema: &Schema,
    provider: Option<&dyn Provider>,
    observed: &Value,
    declared: Option<&Value>,
) -> (Value, Diagnostics) {
    let mut inputs = Value::map::<String>([]);
    for field in schema.fields {
        if let Some(value) = described(urn, field, observed.get(field.name), declared) {
            inputs.set(field.name, value);
        }
    }
    keep_rules(schema, &mut inputs, observed);
    let warnings = settle(urn, schema, provider, &mut inputs, observed);
    (inputs, warnings)
}

/// What to declare of one property. `declared` are all inputs of the program that there was before, if there was one.
fn described(urn: &Urn, field: &Field, seen: Option<&Value>, declared: Option<&Value>) -> Option<Value> {
    let (marks, said) = (&field.marks, declared.and_then(|declared| declared.get(field.name)));
    if marks.write_only {
        let unreadable = || field.required.then(|| Value::secret(Value::Unknown));
        return said.map(|value| Value::secret(value.revealed())).or_else(unreadable);
    }
    // What the program did not say stays unsaid, unless saying nothing has a meaning here that it has not there.
    let unsaid = declared.is_some() && !field.required && marks.default.is_none();
    if said.is_none() && (marks.local || marks.opt_in || unsaid) {
        return None;
    }
    let value = match (seen, said) {
        _ if marks.local => said?.clone(),
        (Some(seen), _) => trimmed(&field.kind, seen),
        (None, said) => said.filter(|_| field.required)?.clone(),
    };
    let default = marks.default.map(Literal::value);
    if !field.required && equal(&field.kind, marks, Some(&value), default.as_ref()) {
        return None;
    }
    if marks.auto_name.is_some() && said.is_none() && is_made_up(urn.name(), value.as_str().unwrap_or_default()) {
        return None;
    }
    Some(match said {
        // Only the parts that the program kept secret, where the type does not ask for more.
        Some(said) if !marks.secret => secret_like(said, value.revealed()),
        _ => value,
    })
}

/// Whether `text` is the resource's name with a random suffix, perhaps cut short.
fn is_made_up(name: &str, text: &str) -> bool {
    text.rsplit_once('-').is_some_and(|(stem, suffix)| {
        suffix.len() == 7 && suffix.bytes().all(|b| b.is_ascii_hexdigit()) && !stem.is_empty() && name.starts_with(stem)
    })
}

/// A value without the parts of blocks that say nothing.
fn trimmed(kind: &Kind, value: &Value) -> Value {
    match (kind, value) {
        (_, Value::Secret(inner)) => Value::secret(trimmed(kind, inner)),
        (Kind::List(item), Value::List(items)) => Value::List(items.iter().map(|value| trimmed(item, value)).collect()),
        (Kind::Map(item), Value::Map(entries)) => {
            Value::map(entries.iter().map(|(key, value)| (key.clone(), trimmed(item, value))))
        }
        (Kind::Struct(fields), Value::Map(_)) => Value::map(fields.iter().filter_map(|field| {
            let part = trimmed(&field.kind, value.get(field.name)?);
            let default = field.marks.default.map(Literal::value);
            let says = field.required || !equal(&field.kind, &field.marks, Some(&part), default.as_ref());
            says.then_some((field.name, part))
        })),
        _ => value.clone(),
    }
}

/// `value` with secret marks where `like` has them.
fn secret_like(like: &Value, value: Value) -> Value {
    match (like, value) {
        (Value::Secret(_), value) => Value::secret(value),
        (Value::Map(old), Value::Map(new)) => Value::map(new.into_iter().map(|(key, value)| {
            let value = old.get(&key).map_or_else(|| value.clone(), |old| secret_like(old, value.clone()));
            (key, value)
        })),
        (Value::List(old), Value::List(new)) if old.len() == new.len() => {
            Value::List(old.iter().zip(new).map(|(old, new)| secret_like(old, new)).collect())
        }
        // Which of the items the secret was, nobody knows.
        (Value::List(old), value) if old.iter().any(Value::has_secret) => Value::secret(value),
        (_, value) => value,
    }
}

/// Of properties that exclude each other the cloud often answers all: the first one stays.
fn keep_rules(schema: &Schema, inputs: &mut Value, observed: &Value) {
    for rule in schema.rules {
        match rule {
            Rule::ExactlyOne(names) | Rule::AtMostOne(names) => {
                let given: Vec<&str> = names.iter().copied().filter(|name| inputs.get(name).is_some()).collect();
                given.iter().skip(1).for_each(|name| inputs.set(name, Value::Null));
            }
            Rule::Requires(name, other) if inputs.get(name).is_some() && inputs.get(other).is_none() => {
                match observed.get(other) {
                    Some(value) => inputs.set(other, value.clone()),
                    None => inputs.set(name, Value::Null),
                }
            }
            Rule::Requires(..) | Rule::AtLeastOne(_) => {}
        }
    }
}

/// Takes out what the type refuses or what would still differ, with a warning for each.
fn settle(
    urn: &Urn,
    schema: &Schema,
    provider: Option<&dyn Provider>,
    inputs: &mut Value,
    observed: &Value,
) -> Diagnostics {
    let mut warnings = Vec::new();
    let left_out = |what: &str, why: &str| {
        Diagnostic::warning(Code::ImportDiffers, format!("`{what}` of `{}` is left out: {why}", urn.name())).about(urn)
    };
    for problem in schema.check(inputs).1 {
        let Some(head) = problem.path.head().filter(|head| inputs.get(head).is_some()) else { continue };
        warnings.push(left_out(&problem.path.to_string(), &problem.message));
        inputs.set(head, Value::Null);
    }
    let mut checked = schema.check(inputs).0;
    if let Some(provider) = provider {
        provider.default_inputs(schema, &mut checked);
    }
    for change in diff(schema, None, &checked, observed) {
        let path = change.path.to_string();
        match change.path.head().filter(|head| inputs.get(head).is_some()) {
            Some(head) => {
                warnings.push(left_out(&path, "what the cloud answers is not what it takes"));
                inputs.set(head, Value::Null);
            }
            // A default that the object does not have.
            None => warnings.push(
                Diagnostic::warning(Code::ImportDiffers, format!("the next plan changes `{path}` of `{}`", urn.name()))
                    .about(urn),
            ),
        }
    }
    // Whatever is required now and missing, the program must say; say so.
    for problem in schema.check(inputs).1 {
        warnings.push(left_out(&problem.path.to_string(), &problem.message).help("add it to the program yourself"));
    }
    warnings
}
