//! The decision about one goal.

use super::Planner;
use super::reason::Reason;
use crate::known::{Known, compute};
use crate::steps::values::{
    differences, drop_accepted, hashed_as, ignoring, known_before, mark_secrets, previous, storable, triggered,
};
use crate::world::World;
use crate::{Code, Diagnostic, Goal, Goals};
use farsight_model::{Change, ChangeKind, PathSegment, PropertyPath, Schema, Urn, Value};
use farsight_provider::{ErasedHandler, Reading};
use farsight_state::{ResourceKey, ResourceRow, ResourceStatus};

/// What happens to one goal.
#[derive(Debug, Clone)]
pub(crate) struct Decision {
    pub verdict: Verdict,
    pub row: Option<ResourceKey>,
    pub changes: Vec<Change>,
    /// Inputs as far as known, checked, with names and defaults.
    pub inputs: Value,
    /// What others may know of it.
    pub known: Known,
    pub reason: Option<Reason>,
    pub auto_name: Option<(&'static str, String)>,
    /// Whether an earlier run left it unfinished.
    pub resumes: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Verdict {
    /// As it should be.
    Same,
    /// Not targeted: left exactly as it is in state.
    Untouched,
    /// Not targeted and not there.
    Absent,
    Create,
    Update,
    Replace {
        delete_first: bool,
    },
    Import,
}

impl Planner<'_> {
    pub(super) async fn decide(&mut self, index: usize, decisions: &[Option<Decision>]) -> Decision {
        let (goals, world) = (self.goals, self.world);
        let goal = &goals.list[index];
        let urn = &goal.declaration.urn;
        let row = row_of(goals, world, goal);
        // Whoever takes part needs the provider that makes it.
        if !self.scope.includes(urn) && goal.declaration.token.provides().is_none() {
            return untargeted(row);
        }
        let inputs = self.inputs(goal, decisions).await;
        let Some(handler) = goal.handler.clone() else {
            self.connect(goal, &inputs).await;
            return component(inputs, row);
        };
        let schema = handler.schema();
        let (mut inputs, problems) = schema.check(&inputs);
        for problem in problems {
            // Whoever depends on a wrong value has nothing to complain about.
            if let Some(head) = problem.path.head().filter(|head| inputs.get(head).is_some()) {
                inputs.set(head, Value::Unknown);
            }
            let at = problem.path.head().and_then(|head| goal.declaration.property_locations.get(head));
            self.problems.push(
                Diagnostic::error(
                    Code::BadInput,
                    format!(
                        "`{}` of {} `{}`: {}",
                        problem.path,
                        goal.declaration.token.short(),
                        urn.name(),
                        problem.message
                    ),
                )
                .about(urn)
                .property(&problem.path)
                .at(at.or(Some(&goal.declaration.location))),
            );
        }
        if let Some(provider) = self.registry.at(&goal.declaration.token, self.place(goal)) {
            provider.default_inputs(schema, &mut inputs);
        }
        for path in goal.options.ignore_changes.iter().chain(&goal.options.replace_on_changes) {
            if path.head().is_some_and(|name| schema.field(name).is_none()) {
                self.warnings.push(
                    Diagnostic::warning(
                        Code::BadReference,
                        format!(
                            "`{path}` in the options of `{}` names no input of {}",
                            urn.name(),
                            goal.declaration.token.short()
                        ),
                    )
                    .about(urn)
                    .at(Some(&goal.declaration.location)),
                );
            }
        }
        let trigger = self.trigger(goal, decisions).await;
        if let Some(row) = row {
            self.note_move(goal, row).await;
        }
        match row {
            None => self.decide_new(goal, handler.as_ref(), inputs),
            Some(row) => self.decide_existing(goal, handler.as_ref(), inputs, row, &trigger, decisions),
        }
    }

    async fn inputs(&mut self, goal: &Goal, decisions: &[Option<Decision>]) -> Value {
        let mut answers = std::mem::take(&mut self.answers);
        let computed =
            compute(&goal.declaration.inputs, self.goals, &|urn: &Urn| self.known(decisions, urn), &mut answers).await;
        self.answers = answers;
        computed.unwrap_or_else(|failure| {
            let what = format!("inputs of {} `{}`", goal.declaration.token.short(), goal.declaration.name);
            self.problems
                .push(failure.diagnostic(&what).about(&goal.declaration.urn).at(Some(&goal.declaration.location)));
            // One error is enough: nothing is said of what could not be computed.
            let given = goal.declaration.inputs.as_map().into_iter().flatten();
            Value::map(given.map(|(name, _)| (name.clone(), Value::Unknown)))
        })
    }

    /// The value whose change replaces, as far as it is known.
    async fn trigger(&mut self, goal: &Goal, decisions: &[Option<Decision>]) -> Value {
        let declared = &goal.options.replacement_trigger;
        if declared.is_null() {
            return Value::Null;
        }
        let mut answers = std::mem::take(&mut self.answers);
        let computed = compute(declared, self.goals, &|urn: &Urn| self.known(decisions, urn), &mut answers).await;
        self.answers = answers;
        computed.unwrap_or_else(|failure| {
            let what = format!("`replacement_trigger` of `{}`", goal.declaration.name);
            self.problems
                .push(failure.diagnostic(&what).about(&goal.declaration.urn).at(Some(&goal.declaration.location)));
            Value::Null
        })
    }

    fn decide_new(&mut self, goal: &Goal, handler: &dyn ErasedHandler, mut inputs: Value) -> Decision {
        let schema = handler.schema();
        if let Some(id) = &goal.options.import {
            return self.decide_import(goal, handler, inputs, &id.clone());
        }
        let auto_name = self.auto_name(&goal.declaration.urn, schema, &mut inputs, None, true);
        let left = self.left_behind.as_ref().and_then(|found| found.get(&goal.declaration.urn));
        let reason = left.map(|id| format!("takes back `{id}`, which an earlier run left").into());
        Decision {
            verdict: Verdict::Create,
            row: None,
            changes: additions(schema, &inputs),
            known: Known::planned(shown_outputs(goal, schema, &inputs)),
            inputs,
            reason,
            auto_name,
            resumes: false,
        }
    }

    fn decide_existing(
        &mut self,
        goal: &Goal,
        handler: &dyn ErasedHandler,
        mut inputs: Value,
        row: &ResourceRow,
        trigger: &Value,
        decisions: &[Option<Decision>],
    ) -> Decision {
        let schema = handler.schema();
        // Hashes are bound to the URN that the row has; an alias may be about to change it.
        let urn = hashed_as(row);
        let declared = inputs.clone();
        let auto_name = self.auto_name(&goal.declaration.urn, schema, &mut inputs, Some(row), false);
        let resumes = row.status != ResourceStatus::Ready;
        let stuck = match self.fresh.get(&row.key) {
            Some(Reading::Stuck(_, why)) => Some(why.clone()),
            _ => None,
        };
        let (observed, gone, failed) = match self.fresh.get(&row.key) {
            Some(Reading::Ready(value) | Reading::Stuck(value, _)) => {
                (mark_secrets(schema, &goal.options, &row.inputs, value), false, None)
            }
            Some(Reading::Absent) => (Value::Null, true, None),
            Some(Reading::Failed(why)) => (row.outputs.clone(), false, Some(why.clone())),
            // Never seen ready: what it was asked to be is all there is to compare with.
            Some(Reading::Settling(_)) | None if unseen(row) => (row.inputs.clone(), false, None),
            Some(Reading::Settling(_)) | None => (row.outputs.clone(), false, None),
        };
        if gone {
            let mut new = self.decide_new(goal, handler, declared);
            new.row = Some(row.key);
            new.reason = Some("it is gone in the cloud".into());
            return new;
        }
        // Options about changes say nothing about the first values.
        let ignored: &[PropertyPath] =
            if row.status == ResourceStatus::Creating { &[] } else { &goal.options.ignore_changes };
        inputs = ignoring(ignored, inputs, known_before(row), schema);
        let stored = storable(schema, self.keyring, urn, &inputs);
        let mut changes = differences(schema, previous(schema, row).as_deref(), &stored, &observed, ignored);
        drop_accepted(self.keyring, urn, &row.options, &mut changes);
        for change in &mut changes {
            change.replace |= goal.options.replace_on_changes.iter().any(|on| touches(change, on));
        }
        let mut reason = self.why(&changes, goal, &row.inputs, &inputs, decisions);
        let mut replace = changes.iter().any(|change| change.replace);
        if failed.is_some() || row.tainted {
            replace = true;
            reason = Some(
                failed
                    .map_or("it is marked to be replaced".into(), |why| format!("the cloud gave it up: {why}").into()),
            );
        }
        let before = &row.options.replacement_trigger;
        if !before.is_null() && triggered(self.keyring, urn, trigger) != *before {
            replace = true;
            reason = Some("its replacement trigger changed".into());
        }
        if self.options.replace.name(&row.urn) || self.options.replace.name(&goal.declaration.urn) {
            replace = true;
            reason = Some("`--replace` asks for it".into());
        }
        if let Some(moves) = self.moving.get(&row.key) {
            replace = true;
            reason = Some(moves.clone());
        }
        if let Some(forced) = self.forced.get(&self.goals.index[&goal.declaration.urn]).filter(|_| !replace) {
            replace = true;
            reason = Some(forced.reason.clone());
        }
        if replace {
            return self.replacement(goal, handler, declared, row, changes, reason, decisions);
        }
        let verdict = if changes.is_empty() && !resumes && stuck.is_none() { Verdict::Same } else { Verdict::Update };
        let known = match verdict {
            Verdict::Same => Known::read(row.id.as_deref(), observed),
            _ if resumes && unseen(row) => {
                Known { id: row.id.as_deref().map_or(Value::Unknown, Value::from), ..Known::planned(inputs.clone()) }
            }
            _ => updated(goal, schema, row, &inputs, &observed, &changes),
        };
        if resumes && changes.is_empty() {
            reason = Some("an earlier run did not finish it".into());
        }
        if let Some(why) = stuck {
            reason = Some(format!("it is stuck: {why}").into());
        }
        Decision { verdict, row: Some(row.key), changes, inputs, known, reason, auto_name, resumes }
    }

    /// Fills in the name of a type that needs one: the one it has, or a new one.
    pub(super) fn auto_name(
        &mut self,
        urn: &Urn,
        schema: &Schema,
        inputs: &mut Value,
        row: Option<&ResourceRow>,
        anew: bool,
    ) -> Option<(&'static str, String)> {
        let (property, longest) = schema.auto_name()?;
        if inputs.get(property).is_some() {
            return None;
        }
        let kept = row
            .filter(|_| !anew)
            .and_then(|row| row.inputs.get(property).or_else(|| row.outputs.get(property)))
            .and_then(Value::as_str)
            .map(str::to_owned);
        let name = kept.unwrap_or_else(|| {
            let clock = self.clock;
            self.names
                .entry((urn.clone(), row.is_some()))
                .or_insert_with(|| made_up(urn.name(), longest, clock))
                .clone()
        });
        inputs.set(property, Value::from(name.as_str()));
        Some((property, name))
    }
}

/// The row that a goal continues: by URN, else by alias.
pub(crate) fn row_of<'a>(goals: &Goals, world: &'a World, goal: &Goal) -> Option<&'a ResourceRow> {
    world
        .row(&goal.declaration.urn)
        .or_else(|| goal.former.iter().filter(|urn| !goals.index.contains_key(urn)).find_map(|urn| world.row(urn)))
}

/// A name with room for a random suffix: `main-3f9c2a1`.
fn made_up(name: &str, longest: usize, clock: &dyn farsight_provider::Clock) -> String {
    let room = longest.saturating_sub(8);
    let stem: String = name.chars().take(room).collect();
    format!("{stem}-{}", clock.hex(7))
}

/// Left exactly as it is in state.
fn untargeted(row: Option<&ResourceRow>) -> Decision {
    let (verdict, known) = match row {
        // A component answers its inputs.
        Some(row) if !row.custom => (Verdict::Untouched, Known::read(None, row.inputs.clone())),
        Some(row) => (Verdict::Untouched, Known::read(row.id.as_deref(), row.outputs.clone())),
        None => (Verdict::Absent, Known::planned(Value::Null)),
    };
    Decision {
        verdict,
        row: row.map(|row| row.key),
        changes: Vec::new(),
        inputs: row.map(|row| row.inputs.clone()).unwrap_or_default(),
        known,
        reason: None,
        auto_name: None,
        resumes: false,
    }
}

fn component(inputs: Value, row: Option<&ResourceRow>) -> Decision {
    Decision {
        verdict: if row.is_some() { Verdict::Same } else { Verdict::Create },
        row: row.map(|row| row.key),
        changes: Vec::new(),
        known: Known::read(None, inputs.clone()),
        inputs,
        reason: None,
        auto_name: None,
        resumes: false,
    }
}

/// Every input of a new object, for people.
fn additions(schema: &Schema, inputs: &Value) -> Vec<Change> {
    let given = |name: &str| inputs.get(name).cloned();
    schema
        .fields
        .iter()
        .filter_map(|field| given(field.name).map(|value| (field.name, value)))
        .filter(|(_, value)| !matches!(value, Value::Map(map) if map.is_empty()))
        .filter(|(_, value)| !matches!(value, Value::List(list) if list.is_empty()))
        .map(|(name, value)| Change {
            path: PropertyPath::key(name),
            kind: ChangeKind::Add,
            old: Value::Null,
            new: value,
            replace: false,
        })
        .collect()
}

/// Inputs as dependents may see them before the object exists: outputs marked secret are secret already.
pub(super) fn shown_outputs(goal: &Goal, schema: &Schema, inputs: &Value) -> Value {
    mark_secrets(schema, &goal.options, inputs, inputs)
}

/// What is known of an object that is about to be updated: what was asked for, and what no update changes.
fn updated(
    goal: &Goal,
    schema: &Schema,
    row: &ResourceRow,
    inputs: &Value,
    observed: &Value,
    changes: &[Change],
) -> Known {
    let mut properties = observed.clone();
    for change in changes {
        if let Some(head) = change.path.head() {
            properties.set(head, inputs.get(head).cloned().unwrap_or(Value::Unknown));
        }
    }
    // Tags change nothing else; anything else may change whatever the type does not call stable.
    if changes.iter().any(|change| change.path.head() != Some("tags")) {
        for output in schema.outputs.iter().filter(|output| !output.stable) {
            properties.set(output.name, Value::Unknown);
        }
    }
    let properties = mark_secrets(schema, &goal.options, inputs, &properties);
    Known { id: row.id.as_deref().map_or(Value::Unknown, Value::from), properties, open: false }
}

/// Whether nothing was ever read of a row's object.
fn unseen(row: &ResourceRow) -> bool {
    row.outputs.as_map().is_none_or(std::collections::BTreeMap::is_empty)
}

/// Whether a change is one at a path of `replace_on_changes`, whose part may be smaller than what changes are told of.
fn touches(change: &Change, on: &PropertyPath) -> bool {
    if on.covers(&change.path) {
        return true;
    }
    let below = &on.segments()[change.path.segments().len().min(on.segments().len())..];
    change.path.covers(on) && parts_at(&change.old, below) != parts_at(&change.new, below)
}

/// What a value has at a path, in an order of its own: elements of lists may stand anywhere.
fn parts_at(value: &Value, path: &[PathSegment]) -> Vec<String> {
    fn walk(value: &Value, path: &[PathSegment], found: &mut Vec<String>) {
        let Some((first, rest)) = path.split_first() else {
            found.push(value.revealed().to_json().to_string());
            return;
        };
        match (first, value.reveal()) {
            (PathSegment::Key(key), value) => walk(value.get(key).unwrap_or(&Value::Null), rest, found),
            (PathSegment::Any, Value::Map(entries)) => entries.values().for_each(|part| walk(part, rest, found)),
            (PathSegment::Any, Value::List(items)) => items.iter().for_each(|part| walk(part, rest, found)),
            (PathSegment::Index(index), value) => {
                walk(value.as_list().and_then(|items| items.get(*index)).unwrap_or(&Value::Null), rest, found);
            }
            (PathSegment::Any, other) => walk(other, &[], found),
        }
    }
    let mut found = Vec::new();
    walk(value, path, &mut found);
    found.sort();
    found
}
