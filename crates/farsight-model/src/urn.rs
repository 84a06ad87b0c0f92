//! URNs: the engine's stable identity of a resource.

use crate::TypeToken;
use serde::{Deserialize, Serialize};
use std::fmt;

/// `urn:farsight:<stack>::<project>::<parent type>$<type>::<name>`.
///
/// The shape is Pulumi's with our own prefix: the parent's *type chain*, not its name, is part of the URN.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Urn(String);

/// Why a text is no URN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UrnError {
    /// The text that was given.
    pub text: String,
}

impl fmt::Display for UrnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a URN: expected `urn:farsight:<stack>::<project>::<type>::<name>`", self.text)
    }
}

impl std::error::Error for UrnError {}

const PREFIX: &str = "urn:farsight:";

impl Urn {
    /// Builds a URN. `parent` is the URN of the parent component, whose type chain becomes part of this one.
    pub fn new(stack: &str, project: &str, parent: Option<&Urn>, token: &TypeToken, name: &str) -> Self {
        match parent {
            Some(parent) => Self(format!("{PREFIX}{stack}::{project}::{}${token}::{name}", parent.type_chain())),
            None => Self(format!("{PREFIX}{stack}::{project}::{token}::{name}")),
        }
    }

    /// Reads a URN from text.
    pub fn parse(text: &str) -> Result<Self, UrnError> {
        let error = || UrnError { text: text.to_owned() };
        let rest = text.strip_prefix(PREFIX).ok_or_else(error)?;
        let parts: Vec<&str> = rest.splitn(4, "::").collect();
        match parts.as_slice() {
            [stack, project, token, name] if [stack, project, token, name].iter().all(|p| !p.is_empty()) => {
                Ok(Self(text.to_owned()))
            }
            _ => Err(error()),
        }
    }

    /// The same resource under another name.
    #[must_use]
    pub fn with_name(&self, name: &str) -> Self {
        Self(format!("{PREFIX}{}::{}::{}::{name}", self.stack(), self.project(), self.type_chain()))
    }

    /// The same resource in another stack of the project.
    #[must_use]
    pub fn with_stack(&self, stack: &str) -> Self {
        Self(format!("{PREFIX}{stack}::{}::{}::{}", self.project(), self.type_chain(), self.name()))
    }

    /// The URN as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn part(&self, index: usize) -> &str {
        self.0.strip_prefix(PREFIX).unwrap_or("").splitn(4, "::").nth(index).unwrap_or("")
    }

    /// The stack's name.
    pub fn stack(&self) -> &str {
        self.part(0)
    }

    /// The project's name.
    pub fn project(&self) -> &str {
        self.part(1)
    }

    /// The chain of types from the outermost parent to this resource, joined by `$`.
    pub fn type_chain(&self) -> &str {
        self.part(2)
    }

    /// The resource's own type.
    pub fn token(&self) -> TypeToken {
        let chain = self.type_chain();
        TypeToken::new(chain.rsplit('$').next().unwrap_or(chain))
    }

    /// The name the program gave.
    pub fn name(&self) -> &str {
        self.part(3)
    }
}

impl fmt::Display for Urn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Urn {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Urn::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects the identity of every resource in every state file.
    #[test]
    fn parts_survive_a_round_trip() {
        let parent = Urn::new("dev", "shop", None, &TypeToken::new("app:index:Network"), "net");
        let urn = Urn::new("dev", "shop", Some(&parent), &TypeToken::new("aws:ec2/vpc:Vpc"), "a::b");
        assert_eq!(urn.as_str(), "urn:farsight:dev::shop::app:index:Network$aws:ec2/vpc:Vpc::a::b");
        let read = Urn::parse(urn.as_str()).unwrap();
        assert_eq!((read.stack(), read.project(), read.name()), ("dev", "shop", "a::b"));
        assert_eq!(read.token().as_str(), "aws:ec2/vpc:Vpc");
        let moved = read.with_name("c").with_stack("prod");
        assert_eq!(moved.as_str(), "urn:farsight:prod::shop::app:index:Network$aws:ec2/vpc:Vpc::c");
    }

    #[test]
    fn rejects_what_is_no_urn() {
        for text in ["", "urn:farsight:dev", "urn:pulumi:a::b::c::d", "urn:farsight:a::::c::d"] {
            assert!(Urn::parse(text).is_err(), "{text}");
        }
    }
}
