//! Changes of declarations on their way to the engine.

use crate::draft::Draft;
use crate::{Data, session};
use farsight_model::{Location, PathSegment, ResourceOptions, TypeToken, Urn, Value};
use std::rc::Rc;

/// A function over everything that is declared in a stack or a component.
pub(crate) type Transform = Rc<dyn Fn(&mut Declaring<'_>)>;

/// A resource or component that is being declared, as transforms see it and may change it.
pub struct Declaring<'a> {
    draft: &'a mut Draft,
}

impl<'a> Declaring<'a> {
    pub(crate) fn new(draft: &'a mut Draft) -> Self {
        Self { draft }
    }

    /// Its type.
    pub fn token(&self) -> &TypeToken {
        &self.draft.token
    }

    /// Whether it is of this type, given in full (`aws:ec2/vpc:Vpc`) or short (`aws:ec2:Vpc`).
    pub fn is(&self, token: &str) -> bool {
        self.draft.token.matches(token)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.draft.name
    }

    /// The component that it is part of.
    pub fn parent(&self) -> Option<&Urn> {
        self.draft.parent.as_ref()
    }

    /// Whether its type has this input, in snake case or as on the wire; components have none.
    pub fn has(&self, name: &str) -> bool {
        self.draft.input_named(name).is_some()
    }

    /// The part of its inputs at a path; null if absent, and for components. Outputs of other resources are expressions.
    #[track_caller]
    pub fn input(&self, path: &str) -> Value {
        if self.draft.schema.is_none() {
            return Value::Null;
        }
        let Some(path) = self.draft.path(path) else { return Value::Null };
        self.draft.inputs().part(&path)
    }

    /// Sets an input, or one entry of a map (`tags.owner`); null takes it away.
    ///
    /// A path that names no input fails the program at the caller's line.
    #[track_caller]
    pub fn set(&mut self, path: &str, value: impl Data) {
        let location = Location::caller();
        let Some(path) = self.draft.path(path) else { return };
        let (Some(head), [_, rest @ ..]) = (path.head(), path.segments()) else { return };
        let Some(name) = self.draft.input_named(head) else {
            let short = self.draft.token.short();
            return session::problem(format!("`{path}` is no input of {short}"), location);
        };
        let mut whole = self.draft.inputs().get(name).cloned().unwrap_or_default();
        if put(&mut whole, rest, value.into_data()) {
            self.draft.set_at(name, whole, location);
        } else {
            let name = &self.draft.name;
            session::problem(format!("`{path}` of `{name}` cannot be set: there is an output in its place"), location);
        }
    }

    /// Its options.
    pub fn options(&mut self) -> &mut ResourceOptions {
        &mut self.draft.options
    }
}

/// Puts a value at a path of keys and indices. Says whether it could.
fn put(at: &mut Value, path: &[PathSegment], value: Value) -> bool {
    let Some((first, rest)) = path.split_first() else {
        *at = value;
        return true;
    };
    match (first, &mut *at) {
        (_, Value::Secret(inner)) => put(inner, path, value),
        (PathSegment::Key(key), Value::Map(_) | Value::Null) => {
            let mut part = at.get(key).cloned().unwrap_or_default();
            let done = put(&mut part, rest, value);
            at.set(key, part);
            done
        }
        (PathSegment::Index(index), Value::List(items)) => {
            items.get_mut(*index).is_some_and(|item| put(item, rest, value))
        }
        _ => false,
    }
}
