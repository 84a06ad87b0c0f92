//! What an earlier run left behind and a create will take back: objects of fixed names that carry the resource's tags.

use super::decide::{Decision, Verdict};
use super::replace::unique_key;
use super::{Planner, unreadable};
use crate::Goal;
use farsight_model::{Schema, Value};
use farsight_provider::{ErasedHandler, Identity, Owner};
use std::collections::HashMap;
use std::sync::Arc;

impl Planner<'_> {
    /// Looks for them, once for each plan. Says whether it found any, so that creates are to be decided again.
    pub(super) async fn look_behind(&mut self, decisions: &[Decision]) -> bool {
        if self.left_behind.is_some() {
            return false;
        }
        let label = self.label;
        let looks = self.goals.list.iter().zip(decisions).filter_map(|(goal, decision)| {
            let (handler, inputs) = worth_a_look(goal, decision)?;
            let urn = goal.declaration.urn.clone();
            // No operation is meant: what an earlier one made for this resource.
            let owner = Owner { stack: label.to_owned(), urn: urn.clone(), op: "0".repeat(32) };
            Some(async move { (urn, handler.left_behind(&owner, &inputs).await) })
        });
        let mut found = HashMap::new();
        for (urn, answer) in futures_util::future::join_all(looks).await {
            match answer {
                // What is managed under another name is not to be had twice.
                Ok(ids) => {
                    let free = ids.into_iter().find(|id| self.owner_of(&urn.token(), id).is_none());
                    found.extend(free.map(|id| (urn, id)));
                }
                Err(error) => self.problems.push(unreadable(&urn, &error)),
            }
        }
        let any = !found.is_empty();
        self.left_behind = Some(found);
        any
    }
}

/// The handler and the inputs of a create whose name may be taken already. A name that was just made up is not.
fn worth_a_look(goal: &Goal, decision: &Decision) -> Option<(Arc<dyn ErasedHandler>, Value)> {
    let handler = goal.handler.clone()?;
    if decision.verdict != Verdict::Create
        || decision.auto_name.is_some()
        || handler.policy().identity != Identity::Name
    {
        return None;
    }
    let inputs = known_part(handler.schema(), &decision.inputs)?;
    let key = unique_key(handler.as_ref());
    (!key.is_empty() && key.iter().all(|name| inputs.get(name).is_some())).then_some((handler, inputs))
}

/// The inputs without what is not known yet; nothing if a handler could not do without.
fn known_part(schema: &Schema, inputs: &Value) -> Option<Value> {
    let mut known = inputs.revealed();
    for field in schema.fields {
        if known.get(field.name).is_some_and(Value::has_unknown) {
            if field.required {
                return None;
            }
            known.set(field.name, field.marks.default.map(farsight_model::Literal::value).unwrap_or_default());
        }
    }
    Some(known)
}
