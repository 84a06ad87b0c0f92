//! Property paths, such as `tags.Name` or `ingress[0].fromPort`.

use serde::{Deserialize, Serialize};
use std::fmt;

/// One step of a [`PropertyPath`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PathSegment {
    /// A key of a map.
    Key(String),
    /// An index of a list.
    Index(usize),
    /// `*`: every key or index.
    Any,
}

/// A way from a resource's properties to one of their parts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PropertyPath(Vec<PathSegment>);

/// Why a text is no property path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathError {
    /// The text that was given.
    pub text: String,
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is not a property path: write it like `tags.Name`, `ingress[0].fromPort` or `tags[\"a.b\"]`",
            self.text
        )
    }
}

impl std::error::Error for PathError {}

impl PropertyPath {
    /// The path of a top-level property.
    pub fn key(name: impl Into<String>) -> Self {
        Self(vec![PathSegment::Key(name.into())])
    }

    /// The whole value.
    pub fn root() -> Self {
        Self::default()
    }

    /// This path and one key more.
    pub fn join_key(&self, key: &str) -> Self {
        let mut path = self.clone();
        path.0.push(PathSegment::Key(key.to_owned()));
        path
    }

    /// This path and one index more.
    pub fn join_index(&self, index: usize) -> Self {
        let mut path = self.clone();
        path.0.push(PathSegment::Index(index));
        path
    }

    /// This path and one wildcard more.
    pub fn join_any(&self) -> Self {
        let mut path = self.clone();
        path.0.push(PathSegment::Any);
        path
    }

    /// The steps.
    pub fn segments(&self) -> &[PathSegment] {
        &self.0
    }

    /// The first key, which names a top-level property.
    pub fn head(&self) -> Option<&str> {
        match self.0.first() {
            Some(PathSegment::Key(key)) => Some(key),
            _ => None,
        }
    }

    /// Reads a path: keys separated by dots, indices and quoted keys in brackets, `*` for any. In a quoted key a
    /// backslash stands before a quote or another backslash.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        let error = || PathError { text: text.to_owned() };
        let mut segments = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some(inner) = rest.strip_prefix('[') {
                let (segment, after) = if let Some(quoted) = inner.strip_prefix('"') {
                    let (key, after) = unquote(quoted).ok_or_else(error)?;
                    (PathSegment::Key(key), after)
                } else {
                    let end = inner.find(']').ok_or_else(error)?;
                    let segment = match &inner[..end] {
                        "*" => PathSegment::Any,
                        digits => PathSegment::Index(digits.parse().map_err(|_| error())?),
                    };
                    (segment, &inner[end + 1..])
                };
                segments.push(segment);
                rest = after.strip_prefix('.').unwrap_or(after);
            } else {
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                match &rest[..end] {
                    "" => return Err(error()),
                    "*" => segments.push(PathSegment::Any),
                    key => segments.push(PathSegment::Key(key.to_owned())),
                }
                rest = &rest[end..];
                if let Some(after) = rest.strip_prefix('.') {
                    if after.is_empty() {
                        return Err(error());
                    }
                    rest = after;
                }
            }
        }
        if segments.is_empty() { Err(error()) } else { Ok(Self(segments)) }
    }

    /// Whether `other` is this path or lies below it; `*` stands for any one step.
    pub fn covers(&self, other: &PropertyPath) -> bool {
        self.0.len() <= other.0.len()
            && self.0.iter().zip(&other.0).all(|(mine, theirs)| *mine == PathSegment::Any || mine == theirs)
    }
}

/// A key up to its closing `"]`, and what comes after.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut key = String::new();
    let mut rest = text;
    loop {
        let at = rest.find(['"', '\\'])?;
        key.push_str(&rest[..at]);
        rest = &rest[at..];
        match rest.as_bytes() {
            [b'\\', next @ (b'"' | b'\\'), ..] => {
                key.push(char::from(*next));
                rest = &rest[2..];
            }
            [b'"', b']', ..] => return Some((key, &rest[2..])),
            [mark, ..] => {
                key.push(char::from(*mark));
                rest = &rest[1..];
            }
            [] => return None,
        }
    }
}

impl fmt::Display for PropertyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, segment) in self.0.iter().enumerate() {
            match segment {
                PathSegment::Key(key) if key.contains(['.', '[', '"']) || key.is_empty() || key == "*" => {
                    write!(f, "[\"{}\"]", key.replace('\\', "\\\\").replace('"', "\\\""))?;
                }
                PathSegment::Key(key) if position == 0 => write!(f, "{key}")?,
                PathSegment::Key(key) => write!(f, ".{key}")?,
                PathSegment::Index(index) => write!(f, "[{index}]")?,
                PathSegment::Any if position == 0 => write!(f, "*")?,
                PathSegment::Any => write!(f, "[*]")?,
            }
        }
        Ok(())
    }
}

impl Serialize for PropertyPath {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PropertyPath {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.is_empty() {
            return Ok(Self::root());
        }
        PropertyPath::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects `ignore_changes` and every path printed in a plan: what is printed can be typed.
    #[test]
    fn text_round_trips() {
        for text in ["tags.Name", "ingress[0].fromPort", "tags[\"a.b\"]", "*", "ingress[*].cidr", "a[\"b.c\"].d"] {
            assert_eq!(PropertyPath::parse(text).unwrap().to_string(), text);
        }
        for text in ["", ".", "a.", "a[", "a[x]", "a..b"] {
            assert!(PropertyPath::parse(text).is_err(), "{text}");
        }
    }

    /// Protects state and plans from what others name their tags: every key can be written and read back.
    #[test]
    fn every_key_round_trips() {
        for key in ["*", "\"]", "a\"].b", "\\", "\\\"]", "", "[0]", "a.b\\", "é"] {
            let path = PropertyPath::key("tags").join_key(key);
            assert_eq!(PropertyPath::parse(&path.to_string()), Ok(path), "{key}");
        }
    }

    #[test]
    fn wildcards_cover_one_step_and_what_is_below() {
        let path = |text: &str| PropertyPath::parse(text).unwrap();
        assert!(path("tags").covers(&path("tags.Name")));
        assert!(path("ingress[*].cidr").covers(&path("ingress[3].cidr")));
        assert!(!path("tags.Name").covers(&path("tags")));
        assert!(path("*").covers(&path("anything.below")));
    }
}
