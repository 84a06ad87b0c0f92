//! Puts decisions into a graph of steps.

use super::Planner;
use super::decide::{Decision, Verdict};
use crate::{Code, Diagnostic, Goal, Plan, Step, StepOp};
use farsight_model::{Change, ChangeKind, PropertyPath, Urn, Value, When};
use farsight_state::{ResourceKey, ResourceRow};
use petgraph::graph::{DiGraph, EdgeIndex, NodeIndex};
use std::collections::{HashMap, HashSet};

pub(super) struct Assembly<'a> {
    graph: DiGraph<Step, ()>,
    /// The step that fulfils each goal.
    main: Vec<Option<NodeIndex>>,
    /// The step that takes each row away.
    pub(super) removals: HashMap<ResourceKey, NodeIndex>,
    /// Rows whose object must go before its own replacement is made.
    first: HashSet<ResourceKey>,
    /// Edges that are better kept, but may be dropped where they close a circle.
    soft: HashSet<EdgeIndex>,
    pub(super) dependents: HashMap<&'a Urn, Vec<ResourceKey>>,
    /// Rows that go with the deletion of another one.
    carried: HashMap<ResourceKey, ResourceKey>,
}

impl Planner<'_> {
    pub(super) fn assemble(&mut self, decisions: &[Decision]) -> Plan {
        let mut assembly = Assembly {
            graph: DiGraph::with_capacity(decisions.len(), decisions.len() * 2),
            main: vec![None; decisions.len()],
            removals: HashMap::new(),
            first: HashSet::new(),
            soft: HashSet::new(),
            dependents: self.world.dependents(),
            carried: HashMap::new(),
        };
        for index in 0..decisions.len() {
            self.add_goal(&mut assembly, index, decisions);
        }
        self.add_removals(&mut assembly);
        self.check_targets(decisions, &assembly);
        for (index, goal) in self.goals.list.iter().enumerate() {
            for &dependency in &goal.dependencies {
                if let (Some(from), Some(to)) = (assembly.main[dependency], assembly.main[index]) {
                    assembly.graph.add_edge(from, to, ());
                }
            }
        }
        self.connect_removals(&mut assembly);
        self.let_go(&mut assembly, decisions);
        self.connect_collisions(&mut assembly, decisions);
        assembly.break_circles();
        let mut plan = Plan { graph: assembly.graph, ..Plan::default() };
        if petgraph::algo::toposort(&plan.graph, None).is_err() {
            self.problems.push(Diagnostic::error(Code::Bug, "the plan has steps that wait for each other in a circle"));
            plan = Plan::default();
        }
        plan
    }

    fn add_goal(&mut self, assembly: &mut Assembly<'_>, index: usize, decisions: &[Decision]) {
        let decision = &decisions[index];
        let goal = &self.goals.list[index];
        let op = match decision.verdict {
            Verdict::Absent => return,
            Verdict::Same | Verdict::Untouched => StepOp::Same,
            Verdict::Create => StepOp::Create,
            Verdict::Update => StepOp::Update,
            Verdict::Replace { .. } => StepOp::CreateReplacement,
            Verdict::Import => StepOp::Import,
        };
        let row = decision.row.and_then(|key| self.world.rows.get(&key));
        let (reason, causes) = self.explain(decisions, decision);
        let step = Step {
            op,
            urn: goal.declaration.urn.clone(),
            token: goal.declaration.token.clone(),
            provider: self.place(goal).map(str::to_owned),
            row: decision.row,
            // An untargeted resource stays as it is in state: no goal to fulfil.
            goal: (decision.verdict != Verdict::Untouched).then_some(index),
            id: row.and_then(|row| row.id.clone()),
            changes: decision.changes.clone(),
            inputs: decision.inputs.clone(),
            reason,
            causes,
            resumes: decision.resumes,
            auto_name: decision.auto_name.clone(),
        };
        let node = assembly.graph.add_node(step);
        assembly.main[index] = Some(node);
        let (Verdict::Replace { delete_first }, Some(row)) = (&decision.verdict, row) else { return };
        if goal.options.protect {
            self.problems.push(protected(row, "replace").at(Some(&goal.declaration.location)));
        }
        let (op, why) = if goal.options.retain_on_delete {
            (StepOp::Forget, "`retain_on_delete` keeps the object")
        } else if let Some(with) = self.carrier(goal, decisions) {
            assembly.carried.insert(row.key, with);
            (StepOp::Forget, "it goes with the resource it is deleted with")
        } else {
            (StepOp::DeleteReplaced, "it is replaced")
        };
        let removal = assembly.graph.add_node(removal(row, op, Some(index), why));
        assembly.removals.insert(row.key, removal);
        if *delete_first {
            assembly.first.insert(row.key);
            assembly.graph.add_edge(removal, node, ());
        } else {
            assembly.graph.add_edge(node, removal, ());
        }
    }

    /// The row whose deletion takes the old object of a replacement with it.
    fn carrier(&self, goal: &Goal, decisions: &[Decision]) -> Option<ResourceKey> {
        let index = *self.goals.index.get(goal.options.deleted_with.as_ref()?)?;
        let goes = matches!(decisions[index].verdict, Verdict::Replace { .. });
        decisions[index].row.filter(|_| goes && !self.goals.list[index].options.retain_on_delete)
    }

    /// Steps for rows that no goal claims, and for old halves of earlier replacements.
    fn add_removals(&mut self, assembly: &mut Assembly<'_>) {
        let world = self.world;
        let doomed: Vec<ResourceKey> = self.doomed().map(|row| row.key).collect();
        self.warnings.extend(self.kept());
        // What is retained takes nothing with it.
        let deleted: HashMap<&Urn, ResourceKey> = doomed
            .iter()
            .filter_map(|key| world.rows.get(key))
            .filter(|row| !row.pending_delete && !row.options.retain_on_delete)
            .map(|row| (&row.urn, row.key))
            .collect();
        for row in doomed.iter().filter_map(|key| world.rows.get(key)) {
            let with =
                row.options.deleted_with.as_ref().and_then(|other| deleted.get(other)).filter(|_| !row.pending_delete);
            let gone = matches!(self.fresh.get(&row.key), Some(farsight_provider::Reading::Absent));
            let (op, reason) = if !row.custom || row.id.is_none() || gone {
                (StepOp::Gone, "nothing is left of it in the cloud")
            } else if row.options.retain_on_delete {
                (StepOp::Forget, "`retain_on_delete` keeps the object")
            } else if let Some(&other) = with {
                assembly.carried.insert(row.key, other);
                (StepOp::Forget, "it goes with the resource it is deleted with")
            } else if row.pending_delete {
                (StepOp::DeleteReplaced, "it was replaced by an earlier run")
            } else if self.options.destroy {
                (StepOp::Delete, "the stack is taken down")
            } else {
                (StepOp::Delete, "the program no longer declares it")
            };
            // Neither what goes with another object nor what is merely forgotten may slip through.
            if row.options.protect && matches!(op, StepOp::Delete | StepOp::Forget) {
                self.problems.push(protected(row, "delete").at(row.location.as_ref()));
            }
            let goes = matches!(op, StepOp::Delete | StepOp::DeleteReplaced);
            let hooks =
                row.options.hooks.iter().any(|hook| matches!(hook.when, When::BeforeDelete | When::AfterDelete));
            if goes && hooks {
                let message = format!("the hooks around the deletion of `{}` do not run", row.urn.name());
                let why = "they are closures of the program, which no longer declares it or is not run for this";
                self.warnings.push(Diagnostic::warning(Code::HookFailed, message).about(&row.urn).note(why));
            }
            let node = assembly.graph.add_node(removal(row, op, None, reason));
            assembly.removals.insert(row.key, node);
        }
    }

    /// Says what stays only because an excluded resource needs it.
    fn kept(&self) -> Vec<Diagnostic> {
        let unclaimed = self.world.rows.values().filter(|row| !self.claims.contains_key(&row.key));
        unclaimed
            .filter_map(|row| Some((row, self.scope.keeps(&row.urn)?)))
            .filter(|(row, _)| self.scope.includes(&row.urn))
            .map(|(row, by)| {
                let message = format!("`{}` stays: `{}`, which is excluded, needs it", row.urn.name(), by.name());
                Diagnostic::warning(Code::TargetNeeds, message).about(&row.urn)
            })
            .collect()
    }

    fn connect_removals(&self, assembly: &mut Assembly<'_>) {
        let removals: Vec<(ResourceKey, NodeIndex)> =
            assembly.removals.iter().map(|(key, node)| (*key, *node)).collect();
        for (key, node) in removals {
            let Some(row) = self.world.rows.get(&key) else { continue };
            // It stays in state until what takes it along is surely gone.
            if let Some(&with) = assembly.carried.get(&key).and_then(|with| assembly.removals.get(with)) {
                assembly.graph.add_edge(with, node, ());
            }
            for dependent in assembly.dependents.get(&row.urn).cloned().unwrap_or_default() {
                if dependent == key {
                    continue;
                }
                // What depends on it goes first.
                if let Some(&other) = assembly.removals.get(&dependent) {
                    match assembly.carried.get(&dependent) {
                        Some(with) if *with == key => {}
                        Some(_) => {
                            let edge = assembly.graph.add_edge(other, node, ());
                            assembly.soft.insert(edge);
                        }
                        None => {
                            assembly.graph.add_edge(other, node, ());
                        }
                    }
                }
                // What depended on it and stays is first told to use something else, unless room must be made.
                let stays = self.claims.get(&dependent).and_then(|&index| assembly.main[index]);
                if let Some(other) = stays
                    && !assembly.first.contains(&key)
                    && !assembly.first.contains(&dependent)
                {
                    let edge = assembly.graph.add_edge(other, node, ());
                    assembly.soft.insert(edge);
                }
            }
        }
    }

    /// Who holds an object that goes first lets go of it before: by its own update, if that need not wait for the
    /// object's successor, else by a step of its own.
    fn let_go(&self, assembly: &mut Assembly<'_>, decisions: &[Decision]) {
        for (index, decision) in decisions.iter().enumerate().filter(|(_, other)| other.verdict == Verdict::Update) {
            let (Some(grip), Some(main)) = (self.grip(index, decisions), assembly.main[index]) else { continue };
            let Some(row) = decision.row.and_then(|key| self.world.rows.get(&key)) else { continue };
            // Whatever makes room may have to wait for just this object.
            let waits =
                self.follows(index, &|other| decisions[other].verdict == Verdict::Replace { delete_first: true });
            let before = if waits {
                let held: Vec<&str> =
                    grip.on.iter().map(|(_, held)| &*self.goals.list[*held].declaration.name).collect();
                let why = format!("it lets go of `{}`, which must make room", held.join("`, `"));
                let step = Step {
                    changes: grip.by.iter().map(|name| gone(name, &row.inputs, &grip.inputs)).collect(),
                    inputs: grip.inputs,
                    ..removal(row, StepOp::Detach, Some(index), &why)
                };
                let node = assembly.graph.add_node(step);
                assembly.graph.add_edge(node, main, ());
                node
            } else {
                main
            };
            for removal in grip.on.iter().filter_map(|(key, _)| assembly.removals.get(key)) {
                assembly.graph.add_edge(before, *removal, ());
            }
        }
    }

    /// A new object that takes the name or key of one that goes waits for it.
    fn connect_collisions(&self, assembly: &mut Assembly<'_>, decisions: &[Decision]) {
        let mut leaving: HashMap<(String, String), Vec<NodeIndex>> = HashMap::new();
        for (key, node) in &assembly.removals {
            let Some(row) = self.world.rows.get(key) else { continue };
            if let Some(identity) = self.identity(&row.urn.token(), &row.outputs, &row.inputs) {
                leaving.entry(identity).or_default().push(*node);
            }
        }
        if leaving.is_empty() {
            return;
        }
        for (index, decision) in decisions.iter().enumerate() {
            if !matches!(decision.verdict, Verdict::Create | Verdict::Replace { .. }) {
                continue;
            }
            let token = &self.goals.list[index].declaration.token;
            let Some(node) = assembly.main[index] else { continue };
            let Some(identity) = self.identity(token, &decision.inputs, &Value::Null) else { continue };
            let own = decision.row.and_then(|key| assembly.removals.get(&key)).copied();
            for removal in leaving.get(&identity).into_iter().flatten().copied().filter(|node| Some(*node) != own) {
                let edge = assembly.graph.add_edge(removal, node, ());
                assembly.soft.insert(edge);
            }
        }
    }

    /// The type and the values of the unique key of an object, if all are known.
    pub(super) fn identity(
        &self,
        token: &farsight_model::TypeToken,
        values: &Value,
        fallback: &Value,
    ) -> Option<(String, String)> {
        let handler = self.registry.handler(token)?;
        let key = super::replace::unique_key(handler.as_ref());
        if key.is_empty() {
            return None;
        }
        let schema = handler.schema();
        let mut text = String::new();
        for name in key {
            let value = values.get(name).or_else(|| fallback.get(name)).cloned().unwrap_or_default();
            if value.has_unknown() {
                return None;
            }
            let field = schema.field(name)?;
            let canonical = farsight_model::schema::canonical(&field.kind, &field.marks, &value);
            text.push_str(&canonical.to_json().to_string());
            text.push('\n');
        }
        Some((token.to_string(), text))
    }
}

impl Assembly<'_> {
    /// Drops soft edges inside circles. Rare: a removed resource between others that are being replaced.
    fn break_circles(&mut self) {
        if petgraph::algo::toposort(&self.graph, None).is_ok() {
            return;
        }
        let mut circle_of: HashMap<NodeIndex, usize> = HashMap::new();
        for (number, members) in petgraph::algo::kosaraju_scc(&self.graph).into_iter().enumerate() {
            circle_of.extend(members.into_iter().map(|node| (node, number)));
        }
        let soft = std::mem::take(&mut self.soft);
        self.graph.retain_edges(|graph, edge| {
            let inside = graph.edge_endpoints(edge).is_some_and(|(a, b)| circle_of.get(&a) == circle_of.get(&b));
            !(inside && soft.contains(&edge))
        });
    }
}

/// The change of a property that lets something go.
fn gone(name: &'static str, old: &Value, new: &Value) -> Change {
    let (old, new) = (old.get(name).cloned().unwrap_or_default(), new.get(name).cloned().unwrap_or_default());
    let kind = if new.is_null() { ChangeKind::Delete } else { ChangeKind::Update };
    Change { path: PropertyPath::key(name), kind, old, new, replace: false }
}

fn removal(row: &ResourceRow, op: StepOp, goal: Option<usize>, reason: &str) -> Step {
    Step {
        op,
        urn: row.urn.clone(),
        token: row.urn.token(),
        provider: row.provider.clone(),
        row: Some(row.key),
        goal,
        id: row.id.clone(),
        changes: Vec::new(),
        inputs: row.inputs.clone(),
        reason: Some(reason.to_owned()),
        causes: Vec::new(),
        resumes: false,
        auto_name: None,
    }
}

fn protected(row: &ResourceRow, verb: &str) -> Diagnostic {
    Diagnostic::error(Code::Protected, format!("cannot {verb} `{}`: it is protected", row.urn.name()))
        .about(&row.urn)
        .help("set `.protect(false)` on it and run `up`, then try again")
}
