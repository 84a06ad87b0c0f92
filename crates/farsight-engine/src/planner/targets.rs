//! What a run with `--target` or `--exclude` must not do to the rest of the stack.

use super::Planner;
use super::decide::{Decision, Verdict};
use super::graph::Assembly;
use crate::{Code, Diagnostic};
use farsight_model::Urn;
use farsight_state::{ResourceRow, ResourceStatus};
use std::collections::HashSet;

impl Planner<'_> {
    /// Finds everything that the run would need of what it leaves out, or take away from it.
    pub(super) fn check_targets(&mut self, decisions: &[Decision], assembly: &Assembly<'_>) {
        if self.options.targets.is_everything() {
            return;
        }
        let mut problems = self.needs_of_what_is_left_out(decisions);
        problems.extend(self.deletes_under_what_is_left_out(decisions, assembly));
        self.problems.append(&mut problems);
    }

    /// What a touched resource needs must be there, under its name, and finished.
    fn needs_of_what_is_left_out(&self, decisions: &[Decision]) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        for (index, goal) in self.goals.list.iter().enumerate() {
            // A component is there for what it is made of, and needs nothing itself.
            if matches!(decisions[index].verdict, Verdict::Absent | Verdict::Untouched) || goal.handler.is_none() {
                continue;
            }
            for &dependency in &goal.dependencies {
                let needed = &self.goals.list[dependency].declaration;
                let row = decisions[dependency].row.and_then(|key| self.world.rows.get(&key));
                let state = match (&decisions[dependency].verdict, row) {
                    (Verdict::Absent, _) => "does not exist yet",
                    (Verdict::Untouched, Some(row)) if row.urn != needed.urn => "has a new name",
                    // Nothing is known of it that others could use.
                    (Verdict::Untouched, Some(row)) if row.status == ResourceStatus::Creating => "is not finished yet",
                    _ => continue,
                };
                let message =
                    format!("`{}` needs `{}`, which is left out and {state}", goal.declaration.name, needed.name);
                problems.push(
                    Diagnostic::error(Code::TargetNeeds, message)
                        .about(&goal.declaration.urn)
                        .at(Some(&goal.declaration.location))
                        .help(self.options.targets.advice(&needed.urn)),
                );
            }
        }
        problems
    }

    /// What depends on a resource that is deleted or replaced, or goes with it, must be part of the run.
    fn deletes_under_what_is_left_out(&self, decisions: &[Decision], assembly: &Assembly<'_>) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        let alone = |row: &ResourceRow, other: &ResourceRow, how: &str| {
            let message = format!("cannot delete `{}` alone: `{}` {how} it", row.urn.name(), other.urn.name());
            Diagnostic::error(Code::TargetNeeds, message).about(&row.urn).help(self.options.targets.advice(&other.urn))
        };
        let leaving: Vec<&ResourceRow> = assembly
            .removals
            .keys()
            .filter_map(|key| self.world.rows.get(key))
            .filter(|row| !row.pending_delete)
            .collect();
        for row in &leaving {
            for dependent in assembly.dependents.get(&row.urn).into_iter().flatten() {
                let Some(other) = self.world.rows.get(dependent) else { continue };
                if other.pending_delete || assembly.removals.contains_key(dependent) {
                    continue;
                }
                let moves_on = self
                    .claims
                    .get(dependent)
                    .is_some_and(|&index| !matches!(decisions[index].verdict, Verdict::Untouched | Verdict::Absent));
                if !moves_on {
                    problems.push(alone(row, other, "depends on"));
                }
            }
        }
        let urns: HashSet<&Urn> = leaving.iter().map(|row| &row.urn).collect();
        for other in self.world.rows.values().filter(|row| !assembly.removals.contains_key(&row.key)) {
            let with = other.options.deleted_with.as_ref().filter(|with| urns.contains(with));
            if let Some(row) = with.and_then(|with| leaving.iter().find(|row| row.urn == *with))
                && !self.scope.includes(&other.urn)
            {
                problems.push(alone(row, other, "goes with"));
            }
        }
        // Rows come out of a map: the same plan must say the same in the same order.
        problems.sort_by(|a, b| a.message.cmp(&b.message));
        problems
    }
}
