//! Replacements that others bring about: by `replace_with` and `deleted_with`, and to make room.

use super::Planner;
use super::decide::{Decision, Verdict};
use super::reason::Reason;
use crate::Goals;
use farsight_model::Urn;

/// Why a resource is replaced although nothing of its own asks for it.
#[derive(Debug, Clone)]
pub(crate) struct Forced {
    pub reason: Reason,
    /// Whether its old object must go before others can.
    pub delete_first: bool,
}

impl Planner<'_> {
    /// Finds what is replaced because others are. Says whether there is more of it than before: then everything must be
    /// decided again.
    pub(super) fn spread(&mut self, decisions: &[Decision]) -> bool {
        let mut found = Vec::new();
        for (index, decision) in decisions.iter().enumerate() {
            let stays = matches!(decision.verdict, Verdict::Same | Verdict::Update);
            if stays && !self.forced.contains_key(&index) {
                let forced = self.bound(index, decisions).or_else(|| self.cornered(index, decisions));
                found.extend(forced.map(|forced| (index, forced)));
            }
        }
        let more = !found.is_empty();
        self.forced.extend(found);
        more
    }

    /// Whether an option binds the resource to another one that is replaced.
    fn bound(&self, index: usize, decisions: &[Decision]) -> Option<Forced> {
        let options = &self.goals.list[index].options;
        self.goals.list[index].handler.as_ref()?;
        let with = options.replace_with.iter().map(|urn| ("replace_with", urn));
        with.chain(options.deleted_with.iter().map(|urn| ("deleted_with", urn))).find_map(|(option, urn)| {
            let cause = self.replaced(urn, decisions).filter(|cause| *cause != index)?;
            let reason = Reason { text: format!("`{option}` binds it"), cause: Some(cause) };
            Some(Forced { reason, delete_first: false })
        })
    }

    /// The goal of this URN, or of a component any that is part of it, if it is replaced.
    fn replaced(&self, urn: &Urn, decisions: &[Decision]) -> Option<usize> {
        let is_replaced = |index: &usize| matches!(decisions[*index].verdict, Verdict::Replace { .. });
        let index = *self.goals.index.get(urn)?;
        if self.goals.list[index].declaration.custom {
            return Some(index).filter(is_replaced);
        }
        (0..decisions.len()).filter(is_replaced).find(|part| is_part(self.goals, *part, urn))
    }
}

/// Whether a resource is part of a component, directly or not.
fn is_part(goals: &Goals, index: usize, component: &Urn) -> bool {
    let mut next = goals.list[index].declaration.parent.as_ref();
    while let Some(urn) = next {
        if urn == component {
            return true;
        }
        next = goals.get(urn).and_then(|goal| goal.declaration.parent.as_ref());
    }
    false
}
