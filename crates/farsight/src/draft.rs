//! A resource that is being declared.

use crate::{Alias, session};
use farsight_model::{Kind, Location, PathSegment, PropertyPath, ResourceOptions, Schema, TypeToken, Urn, Value};
use farsight_protocol::Declaration;
use std::collections::BTreeMap;

/// A resource that is being declared: what every builder is made around.
#[derive(Debug)]
pub struct Draft {
    pub(crate) schema: Option<&'static Schema>,
    pub(crate) token: TypeToken,
    pub(crate) name: String,
    pub(crate) parent: Option<Urn>,
    pub(crate) options: ResourceOptions,
    pub(crate) aliases: Vec<Alias>,
    inputs: BTreeMap<String, Value>,
    location: Location,
    property_locations: BTreeMap<String, Location>,
}

impl Draft {
    /// Begins a resource of a type at the caller's line.
    #[track_caller]
    pub fn new(schema: &'static Schema, name: String) -> Self {
        Self::of(Some(schema), TypeToken::new(schema.token), name)
    }

    /// Begins a component at the caller's line.
    #[track_caller]
    pub(crate) fn component(token: TypeToken, name: String) -> Self {
        Self::of(None, token, name)
    }

    #[track_caller]
    fn of(schema: Option<&'static Schema>, token: TypeToken, name: String) -> Self {
        Self {
            schema,
            token,
            name,
            parent: None,
            options: ResourceOptions::default(),
            aliases: Vec::new(),
            inputs: BTreeMap::new(),
            location: Location::caller(),
            property_locations: BTreeMap::new(),
        }
    }

    /// Sets a property, by its name on the wire; null takes it away.
    #[track_caller]
    pub fn set(&mut self, name: &'static str, value: Value) {
        self.set_at(name, value, Location::caller());
    }

    /// Sets a property as if it stood at a line; null takes it away.
    pub(crate) fn set_at(&mut self, name: &'static str, value: Value, at: Location) {
        if value.is_null() {
            self.inputs.remove(name);
            self.property_locations.remove(name);
        } else {
            self.inputs.insert(name.to_owned(), value);
            self.property_locations.insert(name.to_owned(), at);
        }
    }

    /// The inputs so far.
    pub(crate) fn inputs(&self) -> Value {
        Value::Map(self.inputs.clone())
    }

    /// The name on the wire of an input, given so or in snake case.
    pub(crate) fn input_named(&self, name: &str) -> Option<&'static str> {
        let fields = self.schema?.fields.iter();
        fields.map(|field| field.name).find(|known| *known == name || snake_is(name, known))
    }

    /// The property path that a program wrote in snake case or as on the wire, as on the wire.
    ///
    /// A path that names nothing is noted as a mistake at the caller's line.
    #[track_caller]
    pub(crate) fn path(&self, text: &str) -> Option<PropertyPath> {
        let result = PropertyPath::parse(text).map_err(|error| error.to_string()).and_then(|path| {
            let no_component = || format!("`{}` is a component and has no properties of its own", self.name);
            on_wire(self.schema.ok_or_else(no_component)?, &path)
        });
        match result {
            Ok(path) => Some(path),
            Err(message) => {
                session::problem(message, Location::caller());
                None
            }
        }
    }

    /// The declaration, as soon as it is known in which stack.
    pub(crate) fn declare(self, stack: &str, project: &str) -> Declaration {
        if self.name.is_empty() {
            session::problem("a resource needs a name", self.location.clone());
        }
        let urn = Urn::new(stack, project, self.parent.as_ref(), &self.token, &self.name);
        let mut options = self.options;
        let parent = self.parent.as_ref();
        options.aliases.extend(self.aliases.into_iter().map(|alias| alias.resolve(&urn, &self.token, parent)));
        Declaration {
            urn,
            // A provider is in state only, as a component is.
            custom: self.schema.is_some() && self.token.provides().is_none(),
            token: self.token,
            name: self.name,
            parent: self.parent,
            inputs: Value::Map(self.inputs),
            options,
            location: self.location,
            property_locations: self.property_locations,
        }
    }
}

/// A property path in snake case or as on the wire, as on the wire.
pub(crate) fn on_wire(schema: &Schema, path: &PropertyPath) -> Result<PropertyPath, String> {
    let outputs = schema.outputs.iter().map(|output| output.name);
    let mut kind = Kind::Struct(schema.fields);
    let mut wire = Vec::new();
    for (position, segment) in path.segments().iter().enumerate() {
        let (segment, below) = match (segment, kind) {
            (PathSegment::Key(key), Kind::Struct(fields)) => {
                let same = |name: &str| name == key || snake_is(key, name);
                if let Some(field) = fields.iter().find(|field| same(field.name)) {
                    (PathSegment::Key(field.name.to_owned()), field.kind)
                } else if let Some(output) = outputs.clone().find(|name| position == 0 && same(name)) {
                    (PathSegment::Key(output.to_owned()), Kind::Any)
                } else {
                    return Err(format!(
                        "`{path}` names no property of {}: there is no `{key}`",
                        TypeToken::new(schema.token).short()
                    ));
                }
            }
            (PathSegment::Any, Kind::Struct(_)) => (PathSegment::Any, Kind::Any),
            (segment, Kind::List(below) | Kind::Map(below)) => (segment.clone(), *below),
            (segment, _) => (segment.clone(), Kind::Any),
        };
        wire.push(segment);
        kind = below;
    }
    Ok(wire.iter().fold(PropertyPath::root(), |path, segment| match segment {
        PathSegment::Key(key) => path.join_key(key),
        PathSegment::Index(index) => path.join_index(*index),
        PathSegment::Any => path.join_any(),
    }))
}

/// Whether `snake` is the snake case of `camel`.
fn snake_is(snake: &str, camel: &str) -> bool {
    let mut words = snake.split('_').filter(|word| !word.is_empty());
    let mut built = words.next().unwrap_or_default().to_owned();
    for word in words {
        let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
        built.push_str(&first.to_uppercase());
        built.push_str(rest);
    }
    built == camel
}
