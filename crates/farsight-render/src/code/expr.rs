//! Values as Rust expressions.

use super::CodeSecret;
use super::names::{Names, variant};
use farsight_model::{Compare, Expr, Field, Kind, RustType, Urn, Value};
use serde_json::Value as Json;
use std::collections::HashSet;

/// Writes expressions, and remembers which secrets they take.
pub struct Writer<'a> {
    pub names: &'a Names,
    pub secrets: Vec<CodeSecret>,
    declared: HashSet<Urn>,
}

/// What a value is written for: the configuration key of a secret, and the property for people.
type What = (String, String);

impl<'a> Writer<'a> {
    pub fn new(names: &'a Names) -> Self {
        Self { names, secrets: Vec::new(), declared: HashSet::new() }
    }

    /// From here on, code may use this resource.
    pub fn declared(&mut self, urn: &Urn) {
        self.declared.insert(urn.clone());
    }

    /// The variable of a resource that is declared already.
    pub fn variable(&self, urn: &Urn) -> Option<String> {
        self.declared.contains(urn).then(|| self.names.variable(urn).to_owned())
    }

    /// The argument of a property's setter.
    pub fn property(&mut self, field: &Field, value: &Value, what: &What) -> String {
        self.expr(&field.kind, field.rust, field.marks.compare, value, what)
    }

    fn expr(&mut self, kind: &Kind, rust: Option<RustType>, compare: Compare, value: &Value, what: &What) -> String {
        match (kind, value) {
            (_, Value::Secret(inner)) => self.secret(inner, what),
            (_, Value::Output(expr)) => self.reference(expr),
            (Kind::Struct(fields), Value::Map(_)) => self.block(fields, rust, value, what),
            (Kind::List(item), Value::List(items)) => {
                let written: Vec<String> = items
                    .iter()
                    .enumerate()
                    .map(|(index, part)| self.expr(item, rust, compare, part, &below(what, &index.to_string())))
                    .collect();
                format!("[{}]", alike(items.iter(), written).join(", "))
            }
            (Kind::Map(item), Value::Map(entries)) => {
                let written: Vec<String> =
                    entries.iter().map(|(key, part)| self.expr(item, rust, compare, part, &below(what, key))).collect();
                let pairs = entries.keys().zip(alike(entries.values(), written));
                format!("[{}]", pairs.map(|(key, value)| format!("({key:?}, {value})")).collect::<Vec<_>>().join(", "))
            }
            (Kind::Enum(_), Value::String(text)) => {
                let name = rust.and_then(|rust| variant(kind, rust, text).map(|name| (rust, name)));
                name.map_or_else(|| format!("{text:?}"), |(rust, name)| format!("{}::{name}", self.names.path(rust)))
            }
            (Kind::String, Value::String(text)) => match compare {
                Compare::Json | Compare::Policy => document(text),
                _ => format!("{text:?}"),
            },
            (Kind::Number, Value::Number(number)) => format!("{number:?}"),
            (_, Value::Number(number)) => number_literal(*number),
            (Kind::Any, Value::List(_) | Value::Map(_)) => format!("value!({})", notation(&value.to_json(), 0)),
            (_, other) => scalar(&other.to_json()),
        }
    }

    fn secret(&mut self, inner: &Value, (key, what): &What) -> String {
        let value = (!inner.has_unknown()).then(|| inner.revealed());
        self.secrets.push(CodeSecret { key: key.clone(), what: what.clone(), value });
        format!("cx.config().require_secret({key:?})?")
    }

    fn reference(&self, expr: &Expr) -> String {
        match expr {
            Expr::Ref { urn, path } => format!("{}.{path}()", self.names.variable(urn)),
            // Adoption makes only references.
            other => format!("{other:?}"),
        }
    }

    fn block(&mut self, fields: &[Field], rust: Option<RustType>, value: &Value, what: &What) -> String {
        let mut text = rust.map_or_else(String::new, |rust| format!("{}::new()", self.names.path(rust)));
        for field in fields {
            if let Some(part) = value.get(field.name) {
                let what = below(what, field.setter);
                add!(text, ".{}({})", field.setter, self.property(field, part, &what));
            }
        }
        text
    }
}

/// The same one step further in.
fn below((key, what): &What, part: &str) -> What {
    let word: String =
        part.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
    (format!("{key}_{word}"), format!("{part} in {what}"))
}

/// Items of a list have one Rust type: where outputs stand among plain values, all become inputs.
fn alike<'v>(values: impl Iterator<Item = &'v Value>, written: Vec<String>) -> Vec<String> {
    let outputs = values.filter(|value| matches!(value, Value::Output(_) | Value::Secret(_))).count();
    if outputs == 0 || outputs == written.len() {
        return written;
    }
    written.into_iter().map(|text| format!("Input::from({text})")).collect()
}

/// A whole number of any type, or one with a fraction.
fn number_literal(number: f64) -> String {
    let whole = number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0;
    match number as i64 {
        integer if whole && i32::try_from(integer).is_ok() => grouped(integer),
        integer if whole => format!("{}_i64", grouped(integer)),
        _ => format!("{number:?}"),
    }
}

/// Digits in groups of three, where there are many.
fn grouped(integer: i64) -> String {
    let text = integer.to_string();
    let (sign, digits) = text.split_at(usize::from(integer < 0));
    if digits.len() < 6 {
        return text;
    }
    let mut groups: Vec<&str> = Vec::new();
    let mut rest = digits;
    while rest.len() > 3 {
        let (head, tail) = rest.split_at(rest.len() - 3);
        groups.push(tail);
        rest = head;
    }
    groups.push(rest);
    groups.reverse();
    format!("{sign}{}", groups.join("_"))
}

/// A JSON document as `json!`; a text that is none stays a text.
fn document(text: &str) -> String {
    match serde_json::from_str::<Json>(text) {
        Ok(json @ (Json::Object(_) | Json::Array(_))) => format!("json!({})", notation(&json, 0)),
        _ => format!("{text:?}"),
    }
}

/// Data in the notation of `json!` and `value!`, one entry a line.
fn notation(json: &Json, depth: usize) -> String {
    let (inner, outer) = ("    ".repeat(depth + 1), "    ".repeat(depth));
    let lines =
        |lines: Vec<String>| lines.iter().flat_map(|line| [inner.as_str(), line.as_str(), ",\n"]).collect::<String>();
    match json {
        Json::Object(entries) if !entries.is_empty() => {
            let entries = entries.iter().map(|(key, part)| format!("{key:?}: {}", notation(part, depth + 1)));
            format!("{{\n{}{outer}}}", lines(entries.collect()))
        }
        Json::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            format!("[\n{}{outer}]", lines(items.iter().map(|item| notation(item, depth + 1)).collect()))
        }
        Json::Array(items) => format!("[{}]", items.iter().map(scalar).collect::<Vec<_>>().join(", ")),
        Json::Object(_) => "{}".into(),
        plain => scalar(plain),
    }
}

fn scalar(json: &Json) -> String {
    match json {
        Json::String(text) => format!("{text:?}"),
        Json::Number(number) => number.as_f64().map_or_else(|| number.to_string(), number_literal),
        other => other.to_string(),
    }
}
