//! Plans as data for people and scripts: secrets masked, stable names.

use super::{Plan, Step, StepOp};
use farsight_model::{Change, ChangeKind, Literal, Urn, Value};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::collections::{HashMap, HashSet};

/// A plan as `preview --json` prints it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanView {
    /// How many of each.
    pub summary: Summary,
    /// Every resource that changes, one step each; unchanged ones only count.
    pub steps: Vec<StepView>,
    /// Stack outputs that change.
    pub outputs: Vec<OutputView>,
    /// Worth knowing.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub warnings: Vec<crate::Diagnostic>,
    /// Mandatory policies that are violated: the plan cannot run.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub violations: Vec<crate::Diagnostic>,
}

/// How many resources a plan creates, and so on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Made.
    pub create: usize,
    /// Changed in place.
    pub update: usize,
    /// Replaced.
    pub replace: usize,
    /// Deleted.
    pub delete: usize,
    /// Unchanged.
    pub same: usize,
    /// Adopted.
    pub import: usize,
    /// Dropped from state, left in the cloud.
    pub forget: usize,
}

impl Summary {
    /// How many resources change.
    pub fn changes(&self) -> usize {
        self.create + self.update + self.replace + self.delete + self.import + self.forget
    }
}

/// One resource that changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepView {
    /// `create`, `update`, `replace`, `delete`, `import` or `forget`.
    pub op: String,
    /// The resource.
    pub urn: Urn,
    /// Its full type.
    #[serde(rename = "type")]
    pub token: String,
    /// Its name.
    pub name: String,
    /// Its id, if it has one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id: Option<String>,
    /// What differs.
    pub diff: Vec<DiffView>,
    /// Whether a replacement deletes first.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub delete_first: bool,
    /// Why: a chain that ends at a line of the program, or at what somebody did in the cloud.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// The resources that the chain leads over, the nearest first.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub causes: Vec<Urn>,
}

/// One property that differs. A secret shows as `"[secret]"`, what is not known yet as `"[unknown]"`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DiffView {
    /// Which property.
    pub path: String,
    /// How.
    pub kind: ChangeKind,
    /// What is.
    pub old: Json,
    /// What shall be.
    pub new: Json,
    /// Whether only a replacement can do it.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub replace: bool,
    /// Whether the program said nothing, and this is what the type then means.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub default: bool,
}

/// A stack output that changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutputView {
    /// Its name.
    pub name: String,
    /// What it is; null if new.
    pub old: Json,
    /// What it will be; null if it goes.
    pub new: Json,
}

impl Plan {
    /// The plan for people and scripts, in an order in which it could run.
    pub fn view(&self) -> PlanView {
        let order = super::stable_order(&self.graph);
        let mut view =
            PlanView { warnings: self.warnings.clone(), violations: self.violations.clone(), ..PlanView::default() };
        let mut replaced: HashSet<&Urn> = HashSet::new();
        let mut deleted_first: HashSet<&Urn> = HashSet::new();
        let mut detached: HashMap<&Urn, &str> = HashMap::new();
        for index in order {
            let step = &self.graph[index];
            let op = match step.op {
                StepOp::Same => {
                    view.summary.same += 1;
                    continue;
                }
                StepOp::Refresh => continue,
                StepOp::Detach => {
                    // Part of the update that follows.
                    detached.insert(&step.urn, step.reason.as_deref().unwrap_or_default());
                    continue;
                }
                StepOp::DeleteReplaced => {
                    // The new half stands in the list already, or will: a replacement is one step for people.
                    if !replaced.contains(&step.urn) {
                        deleted_first.insert(&step.urn);
                    }
                    if step.goal.is_some() {
                        continue;
                    }
                    // The new half was made by an earlier run: only the old one is left to go.
                    view.summary.delete += 1;
                    "delete"
                }
                StepOp::Create => {
                    view.summary.create += 1;
                    "create"
                }
                StepOp::Update => {
                    view.summary.update += 1;
                    "update"
                }
                StepOp::CreateReplacement => {
                    view.summary.replace += 1;
                    replaced.insert(&step.urn);
                    "replace"
                }
                StepOp::Delete | StepOp::Gone => {
                    view.summary.delete += 1;
                    "delete"
                }
                StepOp::Import => {
                    view.summary.import += 1;
                    "import"
                }
                StepOp::Forget => {
                    view.summary.forget += 1;
                    "forget"
                }
            };
            view.steps.push(StepView {
                op: op.to_owned(),
                urn: step.urn.clone(),
                token: step.token.to_string(),
                name: step.urn.name().to_owned(),
                id: step.id.clone(),
                diff: step
                    .changes
                    .iter()
                    .map(|change| DiffView {
                        path: change.path.to_string(),
                        kind: change.kind,
                        old: masked(&change.old),
                        new: masked(&change.new),
                        replace: change.replace,
                        default: self.is_default(step, change),
                    })
                    .collect(),
                delete_first: op == "replace" && deleted_first.contains(&step.urn),
                reason: match (&step.reason, detached.get(&step.urn)) {
                    (Some(reason), Some(before)) => Some(format!("{reason}; before, {before}")),
                    (reason, before) => reason.clone().or_else(|| before.map(|before| (*before).to_owned())),
                },
                causes: step.causes.clone(),
            });
        }
        view.outputs = self
            .outputs
            .iter()
            .filter(|(_, old, new)| old != new)
            .map(|(name, old, new)| OutputView { name: name.clone(), old: masked(old), new: masked(new) })
            .collect();
        view
    }
}

impl Plan {
    /// Whether a new object gets this value only because the program said nothing.
    fn is_default(&self, step: &Step, change: &Change) -> bool {
        let goal = step.goal.filter(|_| step.op == StepOp::Create).and_then(|index| self.goals.list.get(index));
        let (Some(goal), Some(name)) = (goal, change.path.head()) else { return false };
        let field = goal.handler.as_ref().and_then(|handler| handler.schema().field(name));
        let meant = field.and_then(|field| field.marks.default).map(Literal::value);
        goal.declaration.inputs.get(name).is_none() && meant.as_ref() == Some(&change.new)
    }
}

/// A value as JSON with secrets and unknown parts replaced by words.
pub fn masked(value: &Value) -> Json {
    match value {
        Value::Secret(_) | Value::Sealed(_) | Value::Hash(_) => Json::String("[secret]".into()),
        Value::Unknown | Value::Output(_) => Json::String("[unknown]".into()),
        Value::List(items) => Json::Array(items.iter().map(masked).collect()),
        Value::Map(entries) => Json::Object(entries.iter().map(|(k, v)| (k.clone(), masked(v))).collect()),
        plain => plain.to_json(),
    }
}
