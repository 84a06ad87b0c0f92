//! Names that a resource had before.

use crate::Dependency;
use farsight_model::{TypeToken, Urn};

/// What a resource was known as before: a name, a URN, or what was different then (name, type, parent).
///
/// ```
/// use farsight::Alias;
///
/// let renamed: Alias = "old-name".into();
/// let was_below_nothing = Alias::no_parent();
/// let both = Alias::no_parent().name("old-name");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Alias {
    text: Option<String>,
    name: Option<String>,
    token: Option<TypeToken>,
    parent: Then,
}

/// The parent of then.
#[derive(Debug, Clone, Default)]
enum Then {
    /// The same as now.
    #[default]
    Same,
    /// Another one.
    Other(Urn),
    /// None.
    Nobody,
}

impl Alias {
    /// The same under another parent.
    pub fn parent(parent: impl Dependency) -> Self {
        Self { parent: Then::Other(parent.dependency()), ..Self::default() }
    }

    /// The same under no parent.
    pub fn no_parent() -> Self {
        Self { parent: Then::Nobody, ..Self::default() }
    }

    /// The same as another type, by its full token.
    pub fn token(token: impl Into<String>) -> Self {
        Self { token: Some(TypeToken::new(token)), ..Self::default() }
    }

    /// And with another name.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// As it travels: a name or URN as it was given, else the URN of then.
    pub(crate) fn resolve(self, urn: &Urn, token: &TypeToken, parent: Option<&Urn>) -> String {
        if let Some(text) = self.text {
            return text;
        }
        let parent = match &self.parent {
            Then::Same => parent,
            Then::Other(then) => Some(then),
            Then::Nobody => None,
        };
        let name = self.name.as_deref().unwrap_or(urn.name());
        Urn::new(urn.stack(), urn.project(), parent, self.token.as_ref().unwrap_or(token), name).to_string()
    }
}

impl From<&str> for Alias {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<String> for Alias {
    fn from(text: String) -> Self {
        Self { text: Some(text), ..Self::default() }
    }
}

impl From<&Urn> for Alias {
    fn from(urn: &Urn) -> Self {
        urn.to_string().into()
    }
}
