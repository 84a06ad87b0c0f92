//! Decides what happens to each resource.
//!
//! Every goal is decided in order of dependency: its inputs are computed from what is known of the others, checked, and
//! compared with the object. What the plan would touch is then read from the cloud, in batches, and everything is
//! decided again from the fresh readings, until nothing is about to be touched that was not just read.

mod adopt;
mod behind;
mod bind;
mod decide;
mod graph;
mod place;
mod reason;
mod replace;
mod room;
mod targets;

use crate::goal::Goals;
use crate::known::{Answers, Known};
use crate::plan::Gathered;
use crate::reader::Reader;
use crate::scope::{Scope, unmatched};
use crate::world::World;
use crate::{Code, Diagnostic, Diagnostics, Patterns, Plan, Targets};
use bind::Forced;
pub(crate) use decide::row_of;
use decide::{Decision, Verdict};
use farsight_model::{TypeToken, Urn, Value};
use farsight_provider::{Clock, Fault, Id, Reading, Registry};
use farsight_secrets::Keyring;
use farsight_state::{ResourceKey, ResourceRow};
use reason::Reason;
use std::collections::HashMap;

/// What a plan is about.
#[derive(Debug, Clone, Default)]
pub struct PlanOptions {
    /// The resources that it is limited to.
    pub targets: Targets,
    /// Resources that are replaced, whatever the program says.
    pub replace: Patterns,
    /// Read everything first, not only what the plan touches.
    pub refresh: bool,
    /// Delete everything instead of fulfilling goals.
    pub destroy: bool,
}

pub(crate) struct Planner<'a> {
    pub goals: &'a Goals,
    pub world: &'a World,
    pub registry: &'a Registry,
    pub reader: &'a Reader,
    pub clock: &'a dyn Clock,
    pub keyring: &'a Keyring,
    pub options: &'a PlanOptions,
    /// Whether it may be waited for what becomes of objects that an earlier run left on their way.
    pub patient: bool,
    /// What it may touch.
    pub scope: Scope,
    /// Readings made for this plan.
    pub fresh: HashMap<ResourceKey, Reading>,
    /// Objects to adopt, as read: by type and id.
    pub adopted: HashMap<(TypeToken, Id), Reading>,
    /// `<project>/<stack>`, as in owner tags.
    pub label: &'a str,
    /// Objects that an earlier run left and creates will take back, once they were looked for.
    pub left_behind: Option<HashMap<Urn, Id>>,
    /// Names made up for this plan: the same in every round.
    pub names: HashMap<(Urn, bool), String>,
    /// The goal that continues each row.
    pub claims: HashMap<ResourceKey, usize>,
    /// The rows that have each unique key.
    pub taken: HashMap<(String, String), Vec<ResourceKey>>,
    /// Explicit providers of the program that are connected: their settings, and how rows name them.
    pub providers: HashMap<Urn, (Value, String)>,
    /// Rows whose objects must move to another place, and why.
    pub moving: HashMap<ResourceKey, Reason>,
    /// Goals that are replaced because others are.
    pub forced: HashMap<usize, Forced>,
    pub answers: Answers,
    pub problems: Diagnostics,
    pub warnings: Diagnostics,
}

impl Planner<'_> {
    /// Makes the plan, or says everything that stands in its way.
    pub async fn plan(mut self) -> Result<Plan, Diagnostics> {
        self.scope = Scope::new(&self.options.targets, self.goals, self.world)?;
        self.claim();
        self.check_replace();
        if self.options.refresh {
            let all: Vec<ResourceKey> =
                self.world.rows.keys().copied().filter(|key| !self.fresh.contains_key(key)).collect();
            self.read_rows(&all).await;
        }
        if !self.options.destroy {
            let drifted: Vec<ResourceKey> =
                self.world.drifted.iter().copied().filter(|key| !self.fresh.contains_key(key)).collect();
            self.read_rows(&drifted).await;
        }
        let decisions = loop {
            let before = self.problems.len();
            let decisions = self.decide_all().await;
            if !self.problems.is_empty() {
                // Fresh readings cannot mend wrong inputs; report what is wrong now.
                debug_assert!(self.problems.len() > before || before > 0);
                return Err(self.problems);
            }
            if self.read_imports().await || self.spread(&decisions) {
                self.warnings.clear();
                continue;
            }
            let touched: Vec<ResourceKey> = decisions
                .iter()
                .enumerate()
                .filter(|(index, decision)| decision.verdict.touches() || self.is_lost(*index, &decisions))
                .map(|(_, decision)| decision)
                .filter_map(|decision| decision.row)
                .filter(|key| !self.fresh.contains_key(key))
                .collect();
            if touched.is_empty() {
                if !self.look_behind(&decisions).await {
                    break decisions;
                }
                self.warnings.clear();
                continue;
            }
            self.read_rows(&touched).await;
            if !self.problems.is_empty() {
                return Err(self.problems);
            }
            self.warnings.clear();
        };
        let doomed: Vec<ResourceKey> =
            self.doomed().filter(|row| !self.fresh.contains_key(&row.key)).map(|row| row.key).collect();
        self.read_rows(&doomed).await;
        let outputs = self.outputs(&decisions).await;
        let mut plan = self.assemble(&decisions);
        if !self.problems.is_empty() {
            return Err(self.problems);
        }
        plan.outputs = outputs;
        plan.warnings = self.warnings;
        plan.providers = self.providers.into_iter().map(|(urn, (_, text))| (urn, text)).collect();
        plan.gathered = Gathered { fresh: self.fresh, adopted: self.adopted, names: self.names };
        Ok(plan)
    }

    /// Finds the row that each goal continues, and the rows that have each unique key.
    fn claim(&mut self) {
        for (index, goal) in self.goals.list.iter().enumerate() {
            let Some(row) = decide::row_of(self.goals, self.world, goal) else { continue };
            let Some(first) = self.claims.insert(row.key, index) else { continue };
            let (first, second) = (&self.goals.list[first].declaration, &goal.declaration);
            self.problems.push(
                Diagnostic::error(
                    Code::DuplicateUrn,
                    format!("`{}` and `{}` both continue `{}`", first.name, second.name, row.urn.name()),
                )
                .about(&second.urn)
                .at(Some(&second.location))
                .note(format!("the first one is declared at {}", first.location))
                .help("take the alias away from one of them"),
            );
        }
        for row in self.world.rows.values().filter(|row| row.custom) {
            if let Some(identity) = self.identity(&row.urn.token(), &row.outputs, &row.inputs) {
                self.taken.entry(identity).or_default().push(row.key);
            }
        }
    }

    /// What `--replace` names must be there, be declared, and be part of the run.
    fn check_replace(&mut self) {
        let both = self.claims.iter().filter_map(|(key, &index)| {
            let row = self.world.rows.get(key).filter(|row| row.custom && self.scope.includes(&row.urn))?;
            Some([&row.urn, &self.goals.list[index].declaration.urn])
        });
        let urns = both.flatten();
        let unmatched: Vec<Diagnostic> =
            self.options.replace.unmatched(&urns).into_iter().map(|text| unmatched("`--replace`", text)).collect();
        self.problems.extend(unmatched.into_iter().map(|problem| {
            problem.note("only what exists, is declared, and is not left out by other options can be replaced")
        }));
    }

    /// Rows that no goal claims, and old halves of earlier replacements, as far as they are targeted.
    fn doomed(&self) -> impl Iterator<Item = &ResourceRow> {
        self.world
            .rows
            .values()
            .filter(|row| row.pending_delete || !self.claims.contains_key(&row.key))
            .filter(|row| self.scope.includes(&row.urn) && self.scope.keeps(&row.urn).is_none())
    }

    async fn decide_all(&mut self) -> Vec<Decision> {
        let mut decisions: Vec<Option<Decision>> = vec![None; self.goals.list.len()];
        for &index in &self.goals.order {
            let decision = self.decide(index, &decisions).await;
            decisions[index] = Some(decision);
        }
        decisions.into_iter().flatten().collect()
    }

    /// Whether an object may have gone together with the one that it is deleted with.
    fn is_lost(&self, index: usize, decisions: &[Decision]) -> bool {
        let with = self.goals.list[index].options.deleted_with.as_ref();
        let with = with.and_then(|urn| self.goals.index.get(urn)).map(|&with| &decisions[with]);
        with.is_some_and(|with| with.verdict == Verdict::Create && with.row.is_some())
    }

    /// What is known of a resource, given the decisions so far.
    fn known(&self, decisions: &[Option<Decision>], urn: &Urn) -> Option<Known> {
        self.goals.index.get(urn).and_then(|&index| decisions[index].as_ref()).map(|decision| decision.known.clone())
    }

    async fn read_rows(&mut self, keys: &[ResourceKey]) {
        let rows = keys.iter().filter_map(|key| self.world.rows.get(key));
        // A preview, which holds no lock, waits for nothing that another run may be about.
        let wanted = |row: &ResourceRow| self.patient && self.claims.contains_key(&row.key) && !row.pending_delete;
        for (key, reading) in self.reader.read_rows(rows, &wanted).await {
            match reading {
                Ok(reading) => {
                    self.fresh.insert(key, reading);
                }
                Err(error) => {
                    if let Some(row) = self.world.rows.get(&key) {
                        self.problems.push(unreadable(&row.urn, &error).at(row.location.as_ref()));
                    }
                }
            }
        }
        // One dead endpoint or wrong key makes one error, not one per resource.
        self.problems.dedup_by(|a, b| a.code == b.code && a.message == b.message);
    }

    /// Reads what is to be adopted, once its provider is connected. Says whether there was something.
    async fn read_imports(&mut self) -> bool {
        let before = self.adopted.len() + self.problems.len();
        for goal in &self.goals.list {
            let (Some(id), declaration) = (&goal.options.import, &goal.declaration) else { continue };
            let known = self.adopted.contains_key(&(declaration.token.clone(), id.clone()));
            if known
                || !self.scope.includes(&declaration.urn)
                || goal.handler.is_none()
                || self.world.row(&declaration.urn).is_some()
            {
                continue;
            }
            let reading = self.reader.read(&declaration.token, self.place(goal), id).await;
            match reading {
                Ok(reading) => {
                    self.adopted.insert((declaration.token.clone(), id.clone()), reading);
                }
                Err(error) => self.problems.push(unreadable(&declaration.urn, &error).at(Some(&declaration.location))),
            }
        }
        before != self.adopted.len() + self.problems.len()
    }

    async fn outputs(&mut self, decisions: &[Decision]) -> Vec<(String, Value, Value)> {
        if self.options.destroy || !self.options.targets.is_everything() {
            return Vec::new();
        }
        let mut outputs = Vec::new();
        let goals = self.goals;
        let known = |urn: &Urn| goals.index.get(urn).map(|&index| decisions[index].known.clone());
        let mut answers = std::mem::take(&mut self.answers);
        for (name, value) in &self.goals.exports {
            let old = self.world.outputs.get(name).cloned().unwrap_or_default();
            let new = crate::known::compute(value, goals, &known, &mut answers).await;
            match new {
                Ok(new) => outputs.push((name.clone(), old, new)),
                Err(failure) => self.problems.push(failure.diagnostic(&format!("output `{name}`"))),
            }
        }
        self.answers = answers;
        if let Some(old) = self.world.outputs.as_map() {
            for (name, value) in old {
                if !self.goals.exports.iter().any(|(exported, _)| exported == name) {
                    outputs.push((name.clone(), value.clone(), Value::Null));
                }
            }
        }
        outputs
    }
}

impl Verdict {
    /// Whether the object is about to be written to, so that it must be read first.
    fn touches(&self) -> bool {
        matches!(self, Verdict::Update | Verdict::Replace { .. })
    }
}

impl crate::known::Failure {
    /// As an error about something.
    pub(crate) fn diagnostic(&self, what: &str) -> Diagnostic {
        match self {
            Self::Eval(error) => Diagnostic::error(Code::BadInput, format!("{what}: {error}")),
            Self::Closure(error) => Diagnostic::error(Code::ClosureFailed, format!("{what}: {error}")),
        }
    }
}

/// The error of a read that gave no answer.
pub fn unreadable(urn: &Urn, error: &farsight_provider::Error) -> Diagnostic {
    match error.fault {
        Fault::Credentials => Diagnostic::error(Code::NoCredentials, format!("the credentials do not work: {error}"))
            .help("set them up as for the AWS CLI, then run the command again; nothing was changed"),
        Fault::Unreachable | Fault::Unknown => {
            Diagnostic::error(Code::EndpointDead, format!("the cloud gives no answer: {error}"))
                .help("check the network and `AWS_ENDPOINT_URL`, then run the command again; nothing was changed")
        }
        Fault::Denied => Diagnostic::error(Code::Denied, format!("cannot read `{}`: {error}", urn.name())).about(urn),
        _ => Diagnostic::error(Code::Refused, format!("cannot read `{}`: {error}", urn.name())).about(urn),
    }
}
