//! The decision about a replacement: which half comes first.

use super::Planner;
use super::decide::{Decision, Verdict, shown_outputs};
use super::reason::Reason;
use crate::Goal;
use crate::known::Known;
use farsight_model::{Change, Urn, Value};
use farsight_provider::{ErasedHandler, Identity};
use farsight_state::ResourceRow;
use std::collections::HashSet;

impl Planner<'_> {
    #[allow(clippy::too_many_arguments, reason = "one call site; a struct would only rename the arguments")]
    pub(super) fn replacement(
        &mut self,
        goal: &Goal,
        handler: &dyn ErasedHandler,
        mut inputs: Value,
        row: &ResourceRow,
        changes: Vec<Change>,
        reason: Option<Reason>,
        decisions: &[Option<Decision>],
    ) -> Decision {
        let schema = handler.schema();
        // Asked again without the old inputs, so that a made-up name is made up anew.
        let auto_name = self.auto_name(&goal.declaration.urn, schema, &mut inputs, Some(row), true);
        // What must be deleted before an object that it needs must itself make room first.
        let follows = self.needs_early_delete(row, decisions) || self.must_go_first(goal);
        // A key that another object gives up only now, perhaps for this one's.
        let crossed = self
            .identity(&goal.declaration.token, &inputs, &Value::Null)
            .and_then(|identity| self.taken.get(&identity))
            .is_some_and(|rows| rows.iter().any(|key| *key != row.key));
        let delete_first = goal
            .options
            .delete_before_replace
            .unwrap_or_else(|| follows || crossed || collides(handler, &inputs, &row.inputs, &row.outputs));
        Decision {
            verdict: Verdict::Replace { delete_first: delete_first || follows },
            row: Some(row.key),
            changes,
            known: Known::planned(shown_outputs(goal, schema, &inputs)),
            inputs,
            reason,
            auto_name,
            resumes: false,
        }
    }

    /// Whether it holds what goes first.
    fn must_go_first(&self, goal: &Goal) -> bool {
        let index = self.goals.index.get(&goal.declaration.urn);
        index.and_then(|index| self.forced.get(index)).is_some_and(|forced| forced.delete_first)
    }

    /// Whether something that the row needs, perhaps by way of rows that go for good, is deleted first.
    fn needs_early_delete(&self, row: &ResourceRow, decisions: &[Option<Decision>]) -> bool {
        let mut seen: HashSet<&Urn> = row.dependencies.iter().collect();
        let mut todo: Vec<&Urn> = row.dependencies.iter().collect();
        while let Some(urn) = todo.pop() {
            let Some(key) = self.world.current.get(urn) else { continue };
            if let Some(&index) = self.claims.get(key) {
                let verdict = decisions[index].as_ref().map(|decision| &decision.verdict);
                if verdict == Some(&Verdict::Replace { delete_first: true }) {
                    return true;
                }
            } else if let Some(doomed) = self.world.rows.get(key) {
                todo.extend(doomed.dependencies.iter().filter(|urn| seen.insert(urn)));
            }
        }
        false
    }
}

/// Properties that no two objects of a type may share at once.
pub(super) fn unique_key(handler: &dyn ErasedHandler) -> Vec<&'static str> {
    let policy = handler.policy();
    match (policy.unique_key, policy.identity, handler.schema().auto_name()) {
        ([], Identity::Name, Some((name, _))) => vec![name],
        (key, ..) => key.to_vec(),
    }
}

/// Whether the new object cannot stand beside the old one.
fn collides(handler: &dyn ErasedHandler, new: &Value, inputs: &Value, outputs: &Value) -> bool {
    let schema = handler.schema();
    let key = unique_key(handler);
    // A key of which nothing is given is no key: two private NAT gateways have no address to share.
    key.iter().any(|name| new.get(name).is_some())
        && key.iter().all(|name| {
            let Some(field) = schema.field(name) else { return false };
            let old = outputs.get(name).or_else(|| inputs.get(name));
            let new = new.get(name);
            !new.is_some_and(Value::has_unknown) && farsight_model::equal(&field.kind, &field.marks, old, new)
        })
}
