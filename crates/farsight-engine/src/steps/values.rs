//! Values on their way into state: hashed, marked, sealed.

use farsight_model::{Accepted, Change, PathSegment, PropertyPath, ResourceOptions, Schema, Urn, Value, diff};
use farsight_secrets::Keyring;
use farsight_state::{ResourceRow, ResourceStatus};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// What the hashes of a row are bound to.
pub(crate) fn hashed_as(row: &ResourceRow) -> &Urn {
    row.options.hashed_as.as_ref().unwrap_or(&row.urn)
}

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
/// same name is secret. What no reading can tell is as the program said.
pub(crate) fn mark_secrets(schema: &Schema, options: &ResourceOptions, inputs: &Value, reading: &Value) -> Value {
    let mut reading = reading.clone();
    // What the program does not manage here may be resources of its own.
    schema.opt_out(inputs, &mut reading);
    for field in schema.fields.iter().filter(|field| field.marks.local) {
        if let Some(said) = inputs.get(field.name) {
            reading.set(field.name, said.clone());
        }
    }
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

/// What differs, apart from what the program ignores.
pub(crate) fn differences(
    schema: &Schema,
    previous: Option<&Value>,
    wanted: &Value,
    observed: &Value,
    ignored: &[PropertyPath],
) -> Vec<Change> {
    let mut changes = if ignored.iter().any(is_nested) {
        let previous = previous.map(|previous| without(ignored, previous));
        diff(schema, previous.as_ref(), &without(ignored, wanted), &without(ignored, observed))
    } else {
        diff(schema, previous, wanted, observed)
    };
    changes.retain(|change| !ignored.iter().any(|path| path.covers(&change.path)));
    changes
}

fn is_nested(path: &PropertyPath) -> bool {
    path.segments().len() > 1
}

/// A value without its parts at these paths, for comparison: a list is compared as a whole, and whichever of its
/// elements has an ignored part, that part must not count.
pub(crate) fn without(paths: &[PropertyPath], value: &Value) -> Value {
    let mut value = value.clone();
    for path in paths.iter().filter(|path| is_nested(path)) {
        take_out(&mut value, path.segments());
    }
    value
}

fn take_out(at: &mut Value, path: &[PathSegment]) {
    let Some((first, rest)) = path.split_first() else {
        *at = Value::Null;
        return;
    };
    match (first, at) {
        (_, Value::Secret(inner)) => take_out(inner, path),
        (PathSegment::Key(key), Value::Map(entries)) if rest.is_empty() => {
            entries.remove(key);
        }
        (PathSegment::Key(key), Value::Map(entries)) => {
            entries.get_mut(key).into_iter().for_each(|part| take_out(part, rest));
        }
        (PathSegment::Any, Value::Map(entries)) => entries.values_mut().for_each(|part| take_out(part, rest)),
        (PathSegment::Any, Value::List(items)) => items.iter_mut().for_each(|part| take_out(part, rest)),
        (PathSegment::Index(index), Value::List(items)) => {
            items.get_mut(*index).into_iter().for_each(|part| take_out(part, rest));
        }
        _ => {}
    }
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

/// The inputs that a row's object is to be compared with as the last ones; none if it was adopted and nothing was
/// declared since. Of an unfinished create they say what was sent, but nothing that others may have changed since:
/// nobody had it yet.
pub(crate) fn previous<'a>(schema: &Schema, row: &'a ResourceRow) -> Option<Cow<'a, Value>> {
    if row.options.import.is_some() && row.inputs.as_map().is_none_or(BTreeMap::is_empty) {
        return None;
    }
    if row.status != ResourceStatus::Creating || !schema.fields.iter().any(|field| field.marks.ambient) {
        return Some(Cow::Borrowed(&row.inputs));
    }
    let mut inputs = row.inputs.clone();
    for field in schema.fields.iter().filter(|field| field.marks.ambient) {
        inputs.set(field.name, Value::Null);
    }
    Some(Cow::Owned(inputs))
}

/// What ignored properties stay: as they were declared before, or as they are where nothing was declared yet.
pub(crate) fn known_before(row: &ResourceRow) -> &Value {
    if row.inputs.as_map().is_some_and(|inputs| !inputs.is_empty()) { &row.inputs } else { &row.outputs }
}

/// `wanted` with what `source` has at each of the paths in place of what is wanted there. Write-only values stay as
/// they are wanted where the source has none: nobody can read them back.
pub(crate) fn ignoring(paths: &[PropertyPath], mut wanted: Value, source: &Value, schema: &Schema) -> Value {
    let write_only = |name: &str| schema.field(name).is_some_and(|field| field.marks.write_only);
    for path in paths {
        if path.head().is_some_and(|name| write_only(name) && source.get(name).is_none()) {
            continue;
        }
        put_back(&mut wanted, path.segments(), Some(source));
    }
    wanted
}

fn put_back(at: &mut Value, path: &[PathSegment], source: Option<&Value>) {
    let Some((first, rest)) = path.split_first() else {
        *at = source.cloned().unwrap_or_default();
        return;
    };
    match (first, &mut *at) {
        (_, Value::Secret(inner)) => put_back(inner, path, source.map(Value::reveal)),
        (PathSegment::Key(key), Value::Map(_) | Value::Null) => {
            let source = source.map(Value::reveal).and_then(|source| source.get(key));
            if at.get(key).is_none() && source.is_none() {
                return;
            }
            let mut part = at.get(key).cloned().unwrap_or_default();
            put_back(&mut part, rest, source);
            at.set(key, part);
        }
        (PathSegment::Any, Value::Map(entries)) => {
            let others = source.map(Value::reveal).and_then(Value::as_map);
            let keys: BTreeSet<String> =
                entries.keys().chain(others.into_iter().flat_map(|map| map.keys())).cloned().collect();
            for key in keys {
                let path: Vec<PathSegment> =
                    std::iter::once(PathSegment::Key(key)).chain(rest.iter().cloned()).collect();
                put_back(at, &path, source);
            }
        }
        // Elements of lists can be kept where both sides have them; which of the others is which, nobody knows.
        (PathSegment::Index(_) | PathSegment::Any, Value::List(items)) => {
            let others = source.map(Value::reveal).and_then(Value::as_list).unwrap_or_default();
            for (index, (item, other)) in items.iter_mut().zip(others).enumerate() {
                if matches!(first, PathSegment::Any) || *first == PathSegment::Index(index) {
                    put_back(item, rest, Some(other));
                }
            }
        }
        _ => {}
    }
}

/// A replacement trigger as state keeps it.
pub(crate) fn triggered(keyring: &Keyring, urn: &Urn, trigger: &Value) -> Value {
    if trigger.has_secret() { keyring.hash(urn.as_str(), trigger) } else { trigger.clone() }
}
