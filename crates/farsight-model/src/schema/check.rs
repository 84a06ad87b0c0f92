//! Checks of inputs before anything is planned.

use super::{Compare, Field, Kind, Problem, Rule, Schema, canonical_cidr};
use crate::{PropertyPath, Value};
use std::collections::BTreeMap;

pub(super) fn check(schema: &Schema, inputs: &Value) -> (Value, Vec<Problem>) {
    let mut problems = Vec::new();
    let checked = fields(schema.fields, &PropertyPath::root(), inputs, &mut problems);
    for rule in schema.rules {
        if let Some(problem) = broken(rule, &checked) {
            problems.push(problem);
        }
    }
    (checked, problems)
}

fn fields(known: &[Field], at: &PropertyPath, value: &Value, problems: &mut Vec<Problem>) -> Value {
    let empty = BTreeMap::new();
    let given = value.as_map().unwrap_or(&empty);
    for (name, value) in given {
        if !value.is_null() && !known.iter().any(|field| field.name == name) {
            let names: Vec<&str> = known.iter().map(|field| field.name).collect();
            let hint = closest(name, &names).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            problems.push(Problem { path: at.join_key(name), message: format!("unknown property{hint}") });
        }
    }
    let mut checked = BTreeMap::new();
    for field in known {
        let path = at.join_key(field.name);
        match given.get(field.name).filter(|value| !value.is_null()) {
            Some(value) => {
                let mut value = kind(&field.kind, field.marks.compare, &path, value, problems);
                if field.marks.secret || field.marks.write_only {
                    value = Value::secret(value);
                }
                checked.insert(field.name.to_owned(), value);
            }
            None => match field.marks.default {
                Some(literal) => {
                    checked.insert(field.name.to_owned(), literal.value());
                }
                None if field.required => {
                    problems.push(Problem { path, message: "required, but not given".into() });
                }
                None => {}
            },
        }
    }
    Value::Map(checked)
}

fn kind(kind_: &Kind, compare: Compare, path: &PropertyPath, value: &Value, problems: &mut Vec<Problem>) -> Value {
    let mut wrong = |expected: &str| {
        let message = format!("expected {expected}, got {}", describe(value));
        problems.push(Problem { path: path.clone(), message });
        value.clone()
    };
    match (kind_, value) {
        (_, Value::Secret(inner)) if !matches!(kind_, Kind::Any) => {
            Value::secret(kind(kind_, compare, path, inner, problems))
        }
        (_, Value::Unknown | Value::Output(_) | Value::Sealed(_) | Value::Hash(_))
        | (Kind::Any, _)
        | (Kind::Bool, Value::Bool(_))
        | (Kind::Number, Value::Number(_)) => value.clone(),
        (Kind::Integer, Value::Number(_)) if value.as_int().is_some() => value.clone(),
        (Kind::String, Value::String(text)) => {
            if let Some(message) = malformed(compare, text) {
                problems.push(Problem { path: path.clone(), message });
            }
            value.clone()
        }
        (Kind::Enum(allowed), Value::String(text)) => {
            if allowed.contains(&text.as_str()) {
                value.clone()
            } else {
                wrong(&format!("one of {}", allowed.iter().map(|a| format!("`{a}`")).collect::<Vec<_>>().join(", ")))
            }
        }
        (Kind::List(item), Value::List(items)) => Value::List(
            items.iter().enumerate().map(|(i, v)| kind(item, compare, &path.join_index(i), v, problems)).collect(),
        ),
        (Kind::Map(item), Value::Map(entries)) => Value::Map(
            entries
                .iter()
                .map(|(key, v)| (key.clone(), kind(item, compare, &path.join_key(key), v, problems)))
                .collect(),
        ),
        (Kind::Struct(known), Value::Map(_)) => fields(known, path, value, problems),
        (Kind::Bool, _) => wrong("true or false"),
        (Kind::Integer, _) => wrong("a whole number"),
        (Kind::Number, _) => wrong("a number"),
        (Kind::String | Kind::Enum(_), _) => wrong("text"),
        (Kind::List(_), _) => wrong("a list"),
        (Kind::Map(_), _) => wrong("a map"),
        (Kind::Struct(_), _) => wrong("a block"),
    }
}

fn malformed(compare: Compare, text: &str) -> Option<String> {
    match compare {
        Compare::Cidr if canonical_cidr(text).is_none() => {
            Some(format!("`{text}` is not a CIDR block: write it like `10.0.0.0/16`"))
        }
        Compare::Json | Compare::Policy => {
            serde_json::from_str::<serde_json::Value>(text).err().map(|error| format!("not a JSON document: {error}"))
        }
        _ => None,
    }
}

fn broken(rule: &Rule, inputs: &Value) -> Option<Problem> {
    let given = |names: &[&'static str]| -> Vec<&'static str> {
        names.iter().copied().filter(|name| inputs.get(name).is_some()).collect()
    };
    let list = |names: &[&str]| names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
    let problem = |name: &str, message: String| Some(Problem { path: PropertyPath::key(name), message });
    match rule {
        Rule::ExactlyOne(names) | Rule::AtLeastOne(names) if given(names).is_empty() => {
            let count = if matches!(rule, Rule::ExactlyOne(_)) { "exactly" } else { "at least" };
            problem(names[0], format!("{count} one of {} is required", list(names)))
        }
        Rule::ExactlyOne(names) | Rule::AtMostOne(names) => {
            let set = given(names);
            (set.len() > 1).then(|| problem(set[1], format!("only one of {} may be given", list(&set)))).flatten()
        }
        Rule::AtLeastOne(_) => None,
        Rule::Requires(name, other) => (inputs.get(name).is_some() && inputs.get(other).is_none())
            .then(|| problem(name, format!("needs `{other}` as well")))
            .flatten(),
    }
}

/// A value in a few words; secrets are not shown.
fn describe(value: &Value) -> String {
    match value {
        Value::Null => "nothing".into(),
        Value::Bool(b) => b.to_string(),
        Value::Number(n) => n.to_string(),
        Value::String(s) => format!("{s:?}"),
        Value::List(_) => "a list".into(),
        Value::Map(_) => "a map".into(),
        _ => "a value of another kind".into(),
    }
}

/// The known name that is nearest to a mistyped one, if any is near.
fn closest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let normal = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    let wanted = normal(name);
    known.iter().copied().map(|k| (distance(&wanted, &normal(k)), k)).filter(|(d, _)| *d <= 2).min().map(|(_, k)| k)
}

fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut previous = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let substituted = previous + usize::from(ca != *cb);
            previous = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(previous + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Literal, Marks};

    const FIELDS: &[Field] = &[
        Field {
            name: "cidrBlock",
            kind: Kind::String,
            required: true,
            marks: Marks { compare: Compare::Cidr, ..Marks::NONE },
            doc: "",
            setter: "",
            rust: None,
        },
        Field {
            name: "tags",
            kind: Kind::Map(&Kind::String),
            required: false,
            marks: Marks { default: Some(Literal::EmptyMap), ..Marks::NONE },
            doc: "",
            setter: "",
            rust: None,
        },
        Field {
            name: "count",
            kind: Kind::Integer,
            required: false,
            marks: Marks::NONE,
            doc: "",
            setter: "",
            rust: None,
        },
    ];
    const SCHEMA: Schema = Schema {
        token: "t",
        import_id: "",
        doc: "",
        fields: FIELDS,
        outputs: &[],
        rules: &[Rule::Requires("count", "tags")],
        rust: crate::RustType::NONE,
    };

    fn messages(inputs: &Value) -> Vec<String> {
        SCHEMA.check(inputs).1.into_iter().map(|p| format!("{}: {}", p.path, p.message)).collect()
    }

    /// Protects the promise that bad input is refused before any call, all problems at once.
    #[test]
    fn every_problem_is_reported() {
        assert_eq!(
            messages(&Value::map([("cidrBlok", Value::from("x")), ("count", Value::from("2"))])),
            [
                "cidrBlok: unknown property; did you mean `cidrBlock`?",
                "cidrBlock: required, but not given",
                "count: expected a whole number, got \"2\"",
            ]
        );
        assert_eq!(
            messages(&Value::map([("cidrBlock", Value::from("10.0.0/8"))])),
            ["cidrBlock: `10.0.0/8` is not a CIDR block: write it like `10.0.0.0/16`"]
        );
    }

    #[test]
    fn defaults_are_filled_and_unknowns_pass() {
        let (checked, problems) = SCHEMA.check(&Value::map([("cidrBlock", Value::Unknown)]));
        assert!(problems.is_empty());
        assert_eq!(checked.as_map().unwrap()["tags"], Value::map::<String>([]));
    }
}
