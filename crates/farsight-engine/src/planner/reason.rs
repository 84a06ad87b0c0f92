//! Why a step is planned: a chain that ends at a line of the program, or at what somebody did in the cloud.

use super::Planner;
use super::decide::{Decision, Verdict};
use crate::Goal;
use farsight_model::{Change, Urn, Value};

/// Why, in words, and the goal whose decision is behind it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reason {
    pub text: String,
    pub cause: Option<usize>,
}

impl From<&str> for Reason {
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), cause: None }
    }
}

impl From<String> for Reason {
    fn from(text: String) -> Self {
        Self { text, cause: None }
    }
}

/// A chain that is longer than this tells nobody more.
const LONGEST: usize = 6;

impl Planner<'_> {
    /// Why there are changes: the change itself, and the resource that it comes from where that is another one.
    ///
    /// `previous` are the inputs of the last successful run, `wanted` those of this one.
    pub(super) fn why(
        &self,
        changes: &[Change],
        goal: &Goal,
        previous: &Value,
        wanted: &Value,
        decisions: &[Option<Decision>],
    ) -> Option<Reason> {
        let change = changes.iter().find(|change| change.replace).or_else(|| changes.first())?;
        let head = change.path.head().unwrap_or_default();
        let moved = |index: &usize| {
            let verdict = decisions[*index].as_ref().map(|decision| &decision.verdict);
            verdict.is_some_and(|verdict| moves(verdict).is_some())
        };
        let sources = goal.property_dependencies.get(head).into_iter().flatten();
        let cause = sources.filter_map(|urn| self.goals.index.get(urn).copied()).find(moved);
        let path = &change.path;
        let text = if cause.is_some() {
            format!("`{path}` changed")
        } else if previous.part(path).revealed() == wanted.part(path).revealed() {
            format!("`{path}` was changed in the cloud")
        } else {
            let declaration = &goal.declaration;
            let at = declaration.property_locations.get(head).unwrap_or(&declaration.location);
            format!("`{path}` changed at {}:{}", at.file, at.line)
        };
        Some(Reason { text, cause })
    }

    /// A decision's reason as one line, and the resources that it leads over, the nearest first.
    pub(super) fn explain(&self, decisions: &[Decision], decision: &Decision) -> (Option<String>, Vec<Urn>) {
        let Some(reason) = &decision.reason else { return (None, Vec::new()) };
        let mut parts = vec![reason.text.clone()];
        let mut causes = Vec::new();
        let mut next = reason.cause;
        while let Some(index) = next {
            let declaration = &self.goals.list[index].declaration;
            if causes.len() == LONGEST || causes.contains(&declaration.urn) {
                parts.push("of others before it".into());
                break;
            }
            let word = moves(&decisions[index].verdict).unwrap_or("part of this");
            parts.push(format!("{} `{}` is {word}", declaration.token.short(), declaration.name));
            causes.push(declaration.urn.clone());
            let behind = decisions[index].reason.as_ref();
            parts.extend(behind.map(|reason| reason.text.clone()));
            next = behind.and_then(|reason| reason.cause);
        }
        (Some(parts.join(", because ")), causes)
    }
}

/// What happens to a resource whose outputs may change, in a word.
fn moves(verdict: &Verdict) -> Option<&'static str> {
    match verdict {
        Verdict::Create => Some("created"),
        Verdict::Replace { .. } => Some("replaced"),
        Verdict::Update => Some("updated"),
        _ => None,
    }
}
