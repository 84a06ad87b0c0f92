//! References between adopted objects: an id that another one has becomes a reference to it.

use super::Adopted;
use farsight_model::{Compare, Expr, PropertyPath, Schema, Urn, Value, references};
use std::collections::{BTreeSet, HashMap};

/// An adopted object with what the cloud says of it.
pub(crate) struct Piece {
    pub adopted: Adopted,
    pub id: Option<String>,
    pub observed: Value,
}

/// What other objects may be named by: text, the object that has it, and its property.
type Names = HashMap<String, Vec<(usize, &'static str)>>;

/// Puts references in place of ids and ARNs, and the pieces in an order in which each comes after what it names. Where
/// objects name each other in a circle, one text stays as it is.
pub(crate) fn connect(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut names: Names = HashMap::new();
    let mut by_urn: HashMap<Urn, usize> = HashMap::new();
    for (index, piece) in pieces.iter().enumerate() {
        by_urn.insert(piece.adopted.urn.clone(), index);
        if let Some(id) = &piece.id {
            names.entry(id.clone()).or_default().push((index, "id"));
        }
        if let Some(arn) = piece.observed.get("arn").and_then(Value::as_str)
            && piece.adopted.schema.is_some_and(|schema| has_output(&schema, "arn"))
            && piece.id.as_deref() != Some(arn)
        {
            names.entry(arn.to_owned()).or_default().push((index, "arn"));
        }
    }
    let urns: Vec<Urn> = pieces.iter().map(|piece| piece.adopted.urn.clone()).collect();
    let mut walk = Walk { names: &names, by_urn: &by_urn, urns: &urns, state: vec![State::New; pieces.len()] };
    let mut pieces: Vec<Option<Piece>> = pieces.into_iter().map(Some).collect();
    let mut order = Vec::with_capacity(pieces.len());
    for index in 0..pieces.len() {
        walk.visit(index, &mut pieces, &mut order);
    }
    order
}

fn has_output(schema: &Schema, name: &str) -> bool {
    schema.outputs.iter().any(|output| output.name == name)
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    /// On the way to it: a reference to it would close a circle.
    Open,
    Done,
}

struct Walk<'a> {
    names: &'a Names,
    by_urn: &'a HashMap<Urn, usize>,
    urns: &'a [Urn],
    state: Vec<State>,
}

impl Walk<'_> {
    /// Depth first, with a stack of its own: chains of objects may be long.
    fn visit(&mut self, start: usize, pieces: &mut [Option<Piece>], order: &mut Vec<Piece>) {
        let mut stack = vec![(start, false)];
        while let Some((index, after)) = stack.pop() {
            let Some(piece) = &mut pieces[index] else { continue };
            if after {
                let inputs = std::mem::take(&mut piece.adopted.inputs);
                piece.adopted.inputs = self.linked(index, piece.adopted.schema.as_ref(), inputs);
                let open = |urn: &Urn| self.by_urn.get(urn).is_some_and(|&other| self.state[other] != State::Done);
                let referred: Vec<Urn> = references(&piece.adopted.inputs).into_iter().map(|(urn, _)| urn).collect();
                // A reference says it already.
                piece.adopted.options.depends_on.retain(|urn| !open(urn) && !referred.contains(urn));
                self.state[index] = State::Done;
                order.extend(pieces[index].take());
                continue;
            }
            if self.state[index] != State::New {
                continue;
            }
            self.state[index] = State::Open;
            stack.push((index, true));
            let needed = self.needed(index, piece);
            stack.extend(needed.into_iter().rev().filter(|&next| self.state[next] == State::New).map(|n| (n, false)));
        }
    }

    /// What must come before a piece: parents, dependencies, and whatever its texts name.
    fn needed(&self, index: usize, piece: &Piece) -> BTreeSet<usize> {
        let adopted = &piece.adopted;
        let named = adopted.parent.iter().chain(&adopted.options.depends_on).chain(&adopted.options.deleted_with);
        let mut needed: BTreeSet<usize> = named.filter_map(|urn| self.by_urn.get(urn).copied()).collect();
        for (field, value) in adopted.inputs.as_map().into_iter().flatten() {
            if !is_document(adopted.schema.as_ref(), field) {
                self.texts(index, field, value, &mut needed);
            }
        }
        needed.remove(&index);
        needed
    }

    fn texts(&self, index: usize, field: &str, value: &Value, needed: &mut BTreeSet<usize>) {
        match value {
            Value::String(text) => needed.extend(self.target(index, field, text).map(|(target, _)| target)),
            Value::List(items) => items.iter().for_each(|item| self.texts(index, field, item, needed)),
            Value::Map(entries) => entries.iter().for_each(|(key, part)| self.texts(index, key, part, needed)),
            _ => {}
        }
    }

    fn linked(&self, index: usize, schema: Option<&Schema>, inputs: Value) -> Value {
        let Value::Map(entries) = inputs else { return inputs };
        Value::map(entries.into_iter().map(|(field, value)| {
            let value = if is_document(schema, &field) { value } else { self.link(index, &field, value) };
            (field, value)
        }))
    }

    fn link(&self, index: usize, field: &str, value: Value) -> Value {
        match value {
            Value::String(text) => match self.target(index, field, &text) {
                Some((target, property)) if self.state[target] == State::Done => {
                    Value::output(Expr::Ref { urn: self.urns[target].clone(), path: PropertyPath::key(property) })
                }
                _ => Value::String(text),
            },
            Value::List(items) => Value::List(items.into_iter().map(|item| self.link(index, field, item)).collect()),
            Value::Map(entries) => {
                Value::Map(entries.into_iter().map(|(key, part)| (key.clone(), self.link(index, &key, part))).collect())
            }
            other => other,
        }
    }

    /// The object that a text names, if it is surely meant.
    fn target(&self, index: usize, field: &str, text: &str) -> Option<(usize, &'static str)> {
        let found = self.names.get(text)?;
        found.iter().copied().find(|&(other, _)| {
            other != index && (is_distinctive(text) || is_about(field, self.urns[other].token().as_str()))
        })
    }
}

/// Whether a property holds a document, in which ids are part of a text.
fn is_document(schema: Option<&Schema>, field: &str) -> bool {
    schema
        .and_then(|schema| schema.field(field))
        .is_some_and(|field| matches!(field.marks.compare, Compare::Json | Compare::Policy))
}

/// Whether a text can hardly be anything but an id: an ARN, or letters and a number as in `vpc-0a1b2c3d`.
fn is_distinctive(text: &str) -> bool {
    let numbered = |suffix: &str| {
        suffix.len() >= 4 && suffix.bytes().all(|b| b.is_ascii_hexdigit()) && suffix.bytes().any(|b| b.is_ascii_digit())
    };
    text.starts_with("arn:") || text.rsplit_once('-').is_some_and(|(_, suffix)| numbered(suffix))
}

/// Whether a property is named after a type: `logGroupName` after `LogGroup`.
fn is_about(field: &str, token: &str) -> bool {
    let word = token.rsplit(':').next().unwrap_or(token).to_lowercase();
    field.to_lowercase().contains(&word)
}
