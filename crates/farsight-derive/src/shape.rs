//! What the derive must know about a field's type. It sees only how the type is written.

use syn::{GenericArgument, PathArguments, Type};

/// A field's type.
pub struct Shape {
    /// The type without its `Option`: what setters take and accessors give.
    pub inner: Type,
    /// Whether it is an `Option`.
    pub optional: bool,
    /// What it is without its `Option`.
    pub form: Form,
}

/// The forms that matter here.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `Vec<_>`.
    List,
    /// `BTreeMap<String, _>`.
    Map,
    /// Anything else.
    Other,
}

impl Shape {
    /// Looks at a type.
    pub fn of(ty: &Type) -> Self {
        let (optional, inner) = match argument_of(ty, "Option") {
            Some(inner) => (true, inner),
            None => (false, ty),
        };
        let form = if argument_of(inner, "Vec").is_some() {
            Form::List
        } else if is_named(inner, "BTreeMap") {
            Form::Map
        } else {
            Form::Other
        };
        Self { inner: inner.clone(), optional, form }
    }

    /// Whether the type, without its `Option`, is written as `name`.
    pub fn is(&self, name: &str) -> bool {
        is_named(&self.inner, name)
    }
}

fn is_named(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|segment| segment.ident == name))
}

fn argument_of<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last().filter(|segment| segment.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    match arguments.args.first() {
        Some(GenericArgument::Type(inner)) => Some(inner),
        _ => None,
    }
}
