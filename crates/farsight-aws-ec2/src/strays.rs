//! Objects that belong to a stack without being in its state.

use crate::ec2::all_tags;
use aws_sdk_ec2::types::Tag;
use farsight_aws_client::tags;
use farsight_provider::{Scope, Stray};
use std::collections::BTreeSet;

/// The filter that finds what carries a stack's tag.
pub(crate) const BY_STACK: &str = "tag:farsight:stack";

/// What [`BY_STACK`] must be.
pub(crate) fn stack(scope: &Scope) -> [String; 1] {
    [tags::tag_value(&scope.stack)]
}

/// The ids of the stack's objects of one type.
pub(crate) fn known(scope: &Scope, token: &str) -> Vec<String> {
    scope.ids_of(token).into_iter().map(str::to_owned).collect()
}

/// Collects strays of one type, each once, without those that the stack knows.
pub(crate) struct Strays<'a> {
    scope: &'a Scope,
    token: &'static str,
    seen: BTreeSet<String>,
    found: Vec<Stray>,
}

impl<'a> Strays<'a> {
    pub fn new(scope: &'a Scope, token: &'static str) -> Self {
        Self { scope, token, seen: BTreeSet::new(), found: Vec::new() }
    }

    /// An object that may be a stray; `what` says what it is.
    pub fn add(&mut self, id: Option<&str>, what: String) {
        let Some(id) = id.filter(|id| !id.is_empty()) else { return };
        if !self.scope.knows(self.token, id) && self.seen.insert(id.to_owned()) {
            self.found.push(Stray { id: id.to_owned(), what });
        }
    }

    /// All of them.
    pub fn found(self) -> Vec<Stray> {
        self.found
    }
}

/// An object in words: its kind, its `Name` tag if it has one, and where it is.
pub(crate) fn words(kind: &str, tags: Option<&[Tag]>, place: Option<&str>) -> String {
    let name = all_tags(tags).get("Name").map(|name| format!(" `{name}`")).unwrap_or_default();
    let place = place.map(|place| format!(" in {place}")).unwrap_or_default();
    format!("{kind}{name}{place}")
}
