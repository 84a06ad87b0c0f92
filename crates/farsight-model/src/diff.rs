//! The one diff: it reads a schema's marks, so no resource type has diff code of its own.

use crate::schema::{Compare, Field, Kind, Literal, Marks, Schema, canonical};
use crate::{PropertyPath, Value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One difference between what is and what is wanted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Which property, down to the smallest part that has marks of its own.
    pub path: PropertyPath,
    /// How it differs.
    pub kind: ChangeKind,
    /// What is; null if absent.
    pub old: Value,
    /// What is wanted; null if it goes.
    pub new: Value,
    /// Whether only a replacement can make this change.
    pub replace: bool,
}

/// How a property differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// It appears.
    Add,
    /// It gets another value.
    Update,
    /// It goes.
    Delete,
}

/// What differs between the wanted inputs and the object as observed.
///
/// `previous` are the inputs of the last successful run: they tell a property that the program no longer mentions (it
/// goes) from one that it never did (the cloud's value stands), and hold the hashes of write-only values. Pass `None`
/// to ask only whether an object has become what is wanted.
pub fn diff(schema: &Schema, previous: Option<&Value>, wanted: &Value, observed: &Value) -> Vec<Change> {
    let mut walk = Walk { strict: false, changes: Vec::new() };
    for field in schema.fields {
        let path = PropertyPath::key(field.name);
        let new = wanted.get(field.name);
        let before = previous.and_then(|inputs| inputs.get(field.name));
        if field.marks.write_only {
            // The cloud never says what it has; what was sent last is all there is to compare with.
            if let (Some(previous), Some(new)) = (previous, new)
                && previous.get(field.name) != Some(new)
            {
                walk.push(&path, before, Some(new), field.marks.replace);
            }
            continue;
        }
        if field.marks.local {
            // Nothing to compare with but the last run; an older state without it means the default. Of what was just
            // imported nothing was declared yet, and the program's word is taken.
            let default = field.marks.default.map(Literal::value);
            let (before, new) = (before.or(default.as_ref()), new.or(default.as_ref()));
            let declared = previous.and_then(Value::as_map).is_some_and(|inputs| !inputs.is_empty());
            if declared && !equal(&field.kind, &field.marks, before, new) {
                walk.push(&path, before, new, field.marks.replace);
            }
            continue;
        }
        if field.marks.ambient
            && previous.is_some()
            && observed.get(field.name).is_some()
            && equal(&field.kind, &field.marks, before, new)
        {
            continue;
        }
        let old = observed.get(field.name);
        match (new, before) {
            // No longer managed here is not the same as to be emptied.
            (None, None) => {}
            // No longer managed here is not the same as to be emptied.
            (None, Some(_)) if field.marks.opt_in => {}
            (new, before) => walk.field(field, &path, before, old, new, field.marks.replace),
        }
    }
    walk.changes
}

/// What differs between two full readings of an object: `remembered` from state and `observed` now.
///
/// Every input is compared, declared or not; outputs are compared where the type calls them stable.
pub fn drift(schema: &Schema, remembered: &Value, observed: &Value) -> Vec<Change> {
    let mut walk = Walk { strict: true, changes: Vec::new() };
    for field in schema.fields.iter().filter(|field| !field.marks.write_only && !field.marks.local) {
        let path = PropertyPath::key(field.name);
        walk.field(field, &path, None, remembered.get(field.name), observed.get(field.name), field.marks.replace);
    }
    for output in schema.outputs.iter().filter(|output| output.stable) {
        let (old, new) = (remembered.get(output.name), observed.get(output.name));
        if old.map(Value::revealed) != new.map(Value::revealed) {
            walk.push(&PropertyPath::key(output.name), old, new, false);
        }
    }
    walk.changes
}

/// Whether two values of a property count as the same.
pub fn equal(kind: &Kind, marks: &Marks, a: Option<&Value>, b: Option<&Value>) -> bool {
    let form = |value: Option<&Value>| value.map_or(Value::Null, |value| canonical(kind, marks, value));
    let (a, b) = (form(a), form(b));
    if a == b {
        return true;
    }
    match (marks.compare, &a, &b) {
        (Compare::VersionPrefix, Value::String(a), Value::String(b)) => {
            let begins = |long: &str, short: &str| long.strip_prefix(short).is_some_and(|rest| rest.starts_with('.'));
            begins(a, b) || begins(b, a)
        }
        _ => false,
    }
}

struct Walk {
    /// Whether a nested property absent from `new` was lost, rather than never declared.
    strict: bool,
    changes: Vec<Change>,
}

impl Walk {
    fn push(&mut self, path: &PropertyPath, old: Option<&Value>, new: Option<&Value>, replace: bool) {
        let secret = old.is_some_and(Value::has_secret) || new.is_some_and(Value::has_secret);
        let shown = |value: Option<&Value>| match value {
            None | Some(Value::Null) => Value::Null,
            Some(Value::Unknown) => Value::Unknown,
            Some(value) if secret => Value::secret(value.clone()),
            Some(value) => value.clone(),
        };
        let (old, new) = (shown(old), shown(new));
        let kind = match (&old, &new) {
            (Value::Null, _) => ChangeKind::Add,
            (_, Value::Null) => ChangeKind::Delete,
            _ => ChangeKind::Update,
        };
        self.changes.push(Change { path: path.clone(), kind, old, new, replace });
    }

    fn field(
        &mut self,
        field: &Field,
        path: &PropertyPath,
        previous: Option<&Value>,
        old: Option<&Value>,
        new: Option<&Value>,
        replace: bool,
    ) {
        if equal(&field.kind, &field.marks, old, new) {
            return;
        }
        let parts = (old.map(Value::reveal), new.map(Value::reveal));
        match (&field.kind, parts) {
            (Kind::Struct(nested), (Some(before @ Value::Map(_)), Some(after @ Value::Map(_)))) => {
                for inner in *nested {
                    let new = after.get(inner.name).cloned().or_else(|| inner.marks.default.map(crate::Literal::value));
                    let declared = previous.and_then(|block| block.get(inner.name));
                    if new.is_some() || declared.is_some() || self.strict {
                        let (path, replace) = (path.join_key(inner.name), replace || inner.marks.replace);
                        self.field(inner, &path, declared, before.get(inner.name), new.as_ref(), replace);
                    }
                }
            }
            (Kind::Map(item), (Some(Value::Map(before)), Some(Value::Map(after)))) => {
                for key in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
                    let (old, new) = (before.get(key), after.get(key));
                    if !equal(item, &field.marks, old, new) {
                        self.push(&path.join_key(key), old, new, replace);
                    }
                }
            }
            (Kind::Map(item), (before, after)) => {
                // One side is absent: its entries appear or go one by one, as readers of a plan expect of tags.
                let empty = std::collections::BTreeMap::new();
                let (before, after) = (
                    before.and_then(Value::as_map).unwrap_or(&empty),
                    match after {
                        None => &empty,
                        Some(Value::Map(entries)) => entries,
                        Some(_) => return self.push(path, old, new, replace),
                    },
                );
                for key in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
                    let (old, new) = (before.get(key), after.get(key));
                    if !equal(item, &field.marks, old, new) {
                        self.push(&path.join_key(key), old, new, replace);
                    }
                }
            }
            _ => self.push(path, old, new, replace),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::OutputField;

    const INNER: &[Field] =
        &[field("a", Kind::Integer, Marks::NONE), field("b", Kind::Integer, Marks { replace: true, ..Marks::NONE })];
    const fn field(name: &'static str, kind: Kind, marks: Marks) -> Field {
        Field { name, kind, required: false, marks, doc: "", setter: "", rust: None }
    }
    const SCHEMA: Schema = Schema {
        token: "t",
        import_id: "",
        doc: "",
        fields: &[
            field("name", Kind::String, Marks { replace: true, ..Marks::NONE }),
            field("tags", Kind::Map(&Kind::String), Marks { default: Some(Literal::EmptyMap), ..Marks::NONE }),
            field("policy", Kind::String, Marks { compare: Compare::Policy, ..Marks::NONE }),
            field("count", Kind::Integer, Marks { ambient: true, ..Marks::NONE }),
            field("password", Kind::String, Marks { write_only: true, secret: true, ..Marks::NONE }),
            field("force", Kind::Bool, Marks { local: true, default: Some(Literal::Bool(false)), ..Marks::NONE }),
            field("parts", Kind::List(&Kind::String), Marks { opt_in: true, set: true, ..Marks::NONE }),
            field("block", Kind::Struct(INNER), Marks::NONE),
            field("version", Kind::String, Marks { compare: Compare::VersionPrefix, ..Marks::NONE }),
        ],
        outputs: &[OutputField { name: "arn", stable: true, secret: false, doc: "" }],
        rules: &[],
        rust: crate::RustType::NONE,
    };

    fn v(json: &str) -> Value {
        serde_json::from_str(json).unwrap()
    }

    fn changes(previous: Option<&str>, wanted: &str, observed: &str) -> Vec<String> {
        let previous = previous.map(v);
        diff(&SCHEMA, previous.as_ref(), &v(wanted), &v(observed))
            .iter()
            .map(|c| format!("{} {:?}{}", c.path, c.kind, if c.replace { " replace" } else { "" }))
            .collect()
    }

    /// Protects every plan: exactly what differs, at the smallest part that has a mark.
    #[test]
    fn reports_the_smallest_parts() {
        assert_eq!(
            changes(
                None,
                r#"{"name":"n","tags":{"a":"1","b":"2"},"block":{"a":1,"b":2}}"#,
                r#"{"name":"m","tags":{"a":"0","c":"3"},"block":{"a":1,"b":3}}"#
            ),
            ["name Update replace", "tags.a Update", "tags.b Add", "tags.c Delete", "block.b Update replace"]
        );
    }

    #[test]
    fn what_the_program_never_said_is_left_alone_and_what_it_no_longer_says_goes() {
        assert_eq!(changes(Some("{}"), "{}", r#"{"policy":"{}"}"#), Vec::<String>::new());
        assert_eq!(changes(Some(r#"{"policy":"{}"}"#), "{}", r#"{"policy":"{}"}"#), ["policy Delete"]);
        let (both, one) = (r#"{"block":{"a":1,"b":2}}"#, r#"{"block":{"b":2}}"#);
        assert_eq!(changes(Some(one), one, both), Vec::<String>::new());
        assert_eq!(changes(Some(both), one, both), ["block.a Delete"]);
    }

    #[test]
    fn ambient_properties_change_only_with_the_program() {
        assert!(changes(Some(r#"{"count":2}"#), r#"{"count":2}"#, r#"{"count":5}"#).is_empty());
        assert_eq!(changes(Some(r#"{"count":2}"#), r#"{"count":3}"#, r#"{"count":5}"#), ["count Update"]);
    }

    #[test]
    fn write_only_values_compare_by_hash_of_the_last_sent() {
        let hash = |h: &str| format!(r#"{{"password":{{"$farsight":"hash","value":"{h}"}}}}"#);
        assert!(changes(Some(&hash("1")), &hash("1"), "{}").is_empty());
        assert_eq!(changes(Some(&hash("1")), &hash("2"), "{}"), ["password Update"]);
        assert!(changes(None, &hash("2"), "{}").is_empty());
    }

    #[test]
    fn parts_that_are_no_longer_managed_here_stay() {
        assert!(changes(Some(r#"{"parts":["a"]}"#), "{}", r#"{"parts":["a"]}"#).is_empty());
        assert_eq!(changes(Some(r#"{"parts":["a"]}"#), r#"{"parts":["b"]}"#, r#"{"parts":["a"]}"#), ["parts Update"]);
    }

    #[test]
    fn local_properties_change_only_with_the_program_and_never_drift() {
        let force = r#"{"force":true}"#;
        assert!(changes(None, force, "{}").is_empty());
        assert!(changes(Some(force), force, r#"{"force":false}"#).is_empty());
        assert!(changes(Some("{}"), force, "{}").is_empty());
        let other = r#"{"name":"n"}"#;
        assert!(changes(Some(other), r#"{"name":"n","force":false}"#, other).is_empty());
        assert_eq!(changes(Some(other), r#"{"name":"n","force":true}"#, other), ["force Update"]);
        assert!(drift(&SCHEMA, &v(force), &v(r#"{"force":false}"#)).is_empty());
    }

    /// Protects roles and route tables: parts that are resources of their own are nobody's drift.
    #[test]
    fn what_is_opted_out_of_is_neither_changed_nor_drifted() {
        let opt_out = |inputs: &str, reading: &str| {
            let mut reading = v(reading);
            SCHEMA.opt_out(&v(inputs), &mut reading);
            reading
        };
        let (without, with) = (r#"{"name":"n"}"#, r#"{"name":"n","parts":["a"]}"#);
        assert_eq!(opt_out(without, with), v(without));
        assert_eq!(opt_out(with, with), v(with));
        assert!(drift(&SCHEMA, &opt_out(without, without), &opt_out(without, with)).is_empty());
        assert!(diff(&SCHEMA, Some(&v(with)), &v(without), &opt_out(without, with)).is_empty());
    }

    #[test]
    fn versions_match_by_prefix() {
        assert!(changes(None, r#"{"version":"14"}"#, r#"{"version":"14.9"}"#).is_empty());
        assert_eq!(changes(None, r#"{"version":"14"}"#, r#"{"version":"140"}"#), ["version Update"]);
    }

    #[test]
    fn drift_sees_undeclared_and_stable_properties() {
        let found = drift(&SCHEMA, &v(r#"{"arn":"x","policy":"{}"}"#), &v(r#"{"arn":"y","tags":{"new":"1"}}"#));
        let paths: Vec<String> = found.iter().map(|c| c.path.to_string()).collect();
        assert_eq!(paths, ["tags.new", "policy", "arn"]);
    }

    #[test]
    fn a_secret_on_one_side_hides_both() {
        let wanted = Value::map([("name", Value::secret("s".into()))]);
        let found = diff(&SCHEMA, None, &wanted, &v(r#"{"name":"old"}"#));
        assert_eq!(found[0].old, Value::secret("old".into()));
    }
}
