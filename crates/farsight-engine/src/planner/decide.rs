//! The decision about one goal.

use super::Planner;
use crate::known::{Known, compute};
use crate::steps::values::{drop_accepted, mark_secrets, storable};
use crate::world::World;
use crate::{Code, Diagnostic, Goal, Goals};
use farsight_model::{Change, ChangeKind, PropertyPath, Schema, TypeToken, Urn, Value, diff};
use farsight_provider::{ErasedHandler, Identity, Reading};
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
    pub reason: Option<String>,
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
    Replace { delete_first: bool },
    Import,
}

impl Planner<'_> {
    pub(super) async fn decide(&mut self, index: usize, decisions: &[Option<Decision>]) -> Decision {
        let (goals, world) = (self.goals, self.world);
        let goal = &goals.list[index];
        let urn = &goal.declaration.urn;
        let row = row_of(goals, world, goal);
        if !self.options.targets.includes(urn) {
            return untargeted(row);
        }
        let inputs = self.inputs(goal, decisions).await;
        let Some(handler) = goal.handler.clone() else {
            return component(inputs, row);
        };
        let schema = handler.schema();
        let (inputs, problems) = schema.check(&inputs);
        for problem in problems {
            let at = problem.path.head().and_then(|head| goal.declaration.property_locations.get(head));
            self.problems.push(
                Diagnostic::error(
                    Code::BadInput,
                    format!("`{}` of {} `{}`: {}", problem.path, goal.declaration.token.short(), urn.name(), problem.message),
                )
                .about(urn)
                .property(&problem.path)
                .at(at.or(Some(&goal.declaration.location))),
            );
        }
        let mut inputs = inputs;
        if let Some(provider) = self.registry.provider_of(&goal.declaration.token) {
            provider.default_inputs(schema, &mut inputs);
        }
        match row {
            None => self.decide_new(goal, handler.as_ref(), inputs),
            Some(row) => self.decide_existing(goal, handler.as_ref(), inputs, row, decisions),
        }
    }

    async fn inputs(&mut self, goal: &Goal, decisions: &[Option<Decision>]) -> Value {
        let mut answers = std::mem::take(&mut self.answers);
        let computed = compute(
            &goal.declaration.inputs,
            self.goals,
            &|urn: &Urn| self.known(decisions, urn),
            &mut answers,
        )
        .await;
        self.answers = answers;
        computed.unwrap_or_else(|failure| {
            let what = format!("inputs of {} `{}`", goal.declaration.token.short(), goal.declaration.name);
            self.problems.push(
                failure.diagnostic(&what).about(&goal.declaration.urn).at(Some(&goal.declaration.location)),
            );
            Value::Map(std::collections::BTreeMap::new())
        })
    }

    fn decide_new(&mut self, goal: &Goal, handler: &dyn ErasedHandler, mut inputs: Value) -> Decision {
        let schema = handler.schema();
        if let Some(id) = &goal.options.import {
            return self.decide_import(goal, schema, inputs, &id.clone());
        }
        let auto_name = self.auto_name(&goal.declaration.urn, schema, &mut inputs, None, true);
        Decision {
            verdict: Verdict::Create,
            row: None,
            changes: additions(schema, &inputs),
            known: Known::planned(shown_outputs(goal, schema, &inputs)),
            inputs,
            reason: None,
            auto_name,
            resumes: false,
        }
    }

    fn decide_import(&mut self, goal: &Goal, schema: &Schema, inputs: Value, id: &str) -> Decision {
        let declaration = &goal.declaration;
        let reading = self.adopted.get(&(declaration.token.clone(), id.to_owned()));
        let mut changes = Vec::new();
        let mut known = Known::planned(inputs.clone());
        match reading {
            Some(Reading::Ready(observed)) => {
                known = Known::read(Some(id), observed.clone());
                changes = diff(schema, None, &inputs, observed);
                for change in &changes {
                    self.problems.push(
                        Diagnostic::error(
                            Code::ImportDiffers,
                            format!(
                                "cannot import `{id}` as `{}`: `{}` is {} there and {} in the program",
                                declaration.name,
                                change.path,
                                crate::masked(&change.old),
                                crate::masked(&change.new)
                            ),
                        )
                        .about(&declaration.urn)
                        .property(&change.path)
                        .at(Some(&declaration.location))
                        .help("declare what is there, import it, and change it with the next `up`"),
                    );
                }
            }
            Some(Reading::Settling(word) | Reading::Failed(word)) => self.problems.push(
                Diagnostic::error(Code::ImportMissing, format!("cannot import `{id}` now: it is {word}"))
                    .about(&declaration.urn)
                    .at(Some(&declaration.location)),
            ),
            Some(Reading::Absent) => self.problems.push(
                Diagnostic::error(
                    Code::ImportMissing,
                    format!("cannot import `{id}`: no {} has this id", declaration.token.short()),
                )
                .about(&declaration.urn)
                .at(Some(&declaration.location))
                .help(format!("the id must be a {}", schema.import_id)),
            ),
            None => {}
        }
        if let Some(owner) = self.owner_of(&declaration.token, id) {
            self.problems.push(
                Diagnostic::error(Code::AlreadyManaged, format!("`{id}` is managed already, as `{owner}`"))
                    .about(&declaration.urn)
                    .at(Some(&declaration.location)),
            );
        }
        Decision {
            verdict: Verdict::Import,
            row: None,
            changes,
            known,
            inputs,
            reason: Some(format!("adopts `{id}`")),
            auto_name: None,
            resumes: false,
        }
    }

    fn owner_of(&self, token: &TypeToken, id: &str) -> Option<Urn> {
        self.world
            .rows
            .values()
            .find(|row| row.custom && row.id.as_deref() == Some(id) && row.urn.token() == *token)
            .map(|row| row.urn.clone())
    }

    fn decide_existing(
        &mut self,
        goal: &Goal,
        handler: &dyn ErasedHandler,
        mut inputs: Value,
        row: &ResourceRow,
        decisions: &[Option<Decision>],
    ) -> Decision {
        let schema = handler.schema();
        let urn = &goal.declaration.urn;
        let declared = inputs.clone();
        let auto_name = self.auto_name(urn, schema, &mut inputs, Some(row), false);
        let resumes = row.status != ResourceStatus::Ready;
        let (observed, gone, failed) = match self.fresh.get(&row.key) {
            Some(Reading::Ready(value)) => (mark_secrets(schema, &goal.options, &row.inputs, value), false, None),
            Some(Reading::Absent) => (Value::Null, true, None),
            Some(Reading::Failed(why)) => (row.outputs.clone(), false, Some(why.clone())),
            Some(Reading::Settling(_)) | None => (row.outputs.clone(), false, None),
        };
        if gone {
            let mut new = self.decide_new(goal, handler, declared);
            new.row = Some(row.key);
            new.reason = Some("it is gone in the cloud".into());
            return new;
        }
        for path in &goal.options.ignore_changes {
            ignore(path, &mut inputs, &observed);
        }
        let stored = storable(schema, self.keyring, urn, &inputs);
        let mut changes = diff(schema, Some(&row.inputs), &stored, &observed);
        changes.retain(|change| !goal.options.ignore_changes.iter().any(|path| path.covers(&change.path)));
        drop_accepted(self.keyring, urn, &row.options, &mut changes);
        for change in &mut changes {
            let path = &change.path;
            change.replace |= goal.options.replace_on_changes.iter().any(|on| on.covers(path) || path.covers(on));
        }
        let mut reason = self.why(&changes, goal, decisions);
        let mut replace = changes.iter().any(|change| change.replace);
        if failed.is_some() || row.tainted {
            replace = true;
            reason = Some(failed.map_or("it is marked to be replaced".into(), |why| format!("the cloud gave it up: {why}")));
        }
        let trigger = &goal.options.replacement_trigger;
        if *trigger != row.options.replacement_trigger && !row.options.replacement_trigger.is_null() {
            replace = true;
            reason = Some("its replacement trigger changed".into());
        }
        if replace {
            return self.replacement(goal, handler, declared, row, changes, reason, decisions);
        }
        let verdict = if changes.is_empty() && !resumes { Verdict::Same } else { Verdict::Update };
        let known = match verdict {
            Verdict::Same => Known::read(row.id.as_deref(), observed),
            _ if resumes && row.outputs.as_map().is_none_or(std::collections::BTreeMap::is_empty) => {
                Known { id: row.id.as_deref().map_or(Value::Unknown, Value::from), ..Known::planned(inputs.clone()) }
            }
            _ => updated(schema, row, &inputs, &observed, &changes),
        };
        if resumes && changes.is_empty() {
            reason = Some("an earlier run did not finish it".into());
        }
        Decision { verdict, row: Some(row.key), changes, inputs, known, reason, auto_name, resumes }
    }

    #[allow(clippy::too_many_arguments, reason = "one call site; a struct would only rename the arguments")]
    fn replacement(
        &mut self,
        goal: &Goal,
        handler: &dyn ErasedHandler,
        mut inputs: Value,
        row: &ResourceRow,
        changes: Vec<Change>,
        reason: Option<String>,
        decisions: &[Option<Decision>],
    ) -> Decision {
        let schema = handler.schema();
        // Asked again without the old inputs, so that a made-up name is made up anew.
        let auto_name = self.auto_name(&goal.declaration.urn, schema, &mut inputs, Some(row), true);
        // What must be deleted before an object that it needs must itself make room first.
        let follows = row.dependencies.iter().any(|urn| {
            self.goals.index.get(urn).and_then(|&index| decisions[index].as_ref()).is_some_and(|decision| {
                decision.verdict == Verdict::Replace { delete_first: true }
            })
        });
        let delete_first = goal
            .options
            .delete_before_replace
            .unwrap_or_else(|| follows || collides(handler, &inputs, &row.inputs, &row.outputs));
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

    /// Fills in the name of a type that needs one: the one it has, or a new one.
    fn auto_name(
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
            self.names.entry((urn.clone(), row.is_some())).or_insert_with(|| made_up(urn.name(), longest, clock)).clone()
        });
        inputs.set(property, Value::from(name.as_str()));
        Some((property, name))
    }

    /// Why there are changes: the change itself, and the resource it comes from where that is another one.
    fn why(&self, changes: &[Change], goal: &Goal, decisions: &[Option<Decision>]) -> Option<String> {
        let change = changes.iter().find(|change| change.replace).or_else(|| changes.first())?;
        let head = change.path.head().unwrap_or_default();
        let source = goal.property_dependencies.get(head).into_iter().flatten().find_map(|urn| {
            let index = *self.goals.index.get(urn)?;
            let verdict = &decisions[index].as_ref()?.verdict;
            let word = match verdict {
                Verdict::Create => "created",
                Verdict::Replace { .. } => "replaced",
                Verdict::Update => "updated",
                _ => return None,
            };
            Some(format!(", because {} `{}` is {word}", urn.token().short(), urn.name()))
        });
        Some(format!("`{}` changed{}", change.path, source.unwrap_or_default()))
    }
}

/// The row that a goal continues: by URN, else by alias.
fn row_of<'a>(goals: &Goals, world: &'a World, goal: &Goal) -> Option<&'a ResourceRow> {
    let declaration = &goal.declaration;
    world.row(&declaration.urn).or_else(|| {
        goal.options.aliases.iter().find_map(|alias| {
            let urn = alias_urn(declaration, alias);
            world.row(&urn).filter(|_| !goals.index.contains_key(&urn))
        })
    })
}

/// A name with room for a random suffix: `main-3f9c2a1`.
fn made_up(name: &str, longest: usize, clock: &dyn farsight_provider::Clock) -> String {
    let room = longest.saturating_sub(8);
    let stem: String = name.chars().take(room).collect();
    format!("{stem}-{}", clock.hex(7))
}

fn alias_urn(declaration: &farsight_protocol::Declaration, alias: &str) -> Urn {
    Urn::parse(alias).unwrap_or_else(|_| {
        Urn::new(
            declaration.urn.stack(),
            declaration.urn.project(),
            declaration.parent.as_ref(),
            &declaration.token,
            alias,
        )
    })
}

/// Left exactly as it is in state.
fn untargeted(row: Option<&ResourceRow>) -> Decision {
        let (verdict, known) = match row {
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

/// Puts what is there in place of what is wanted, at an ignored path.
fn ignore(path: &PropertyPath, inputs: &mut Value, observed: &Value) {
    if let [farsight_model::PathSegment::Key(name)] = path.segments() {
        inputs.set(name, observed.get(name).cloned().unwrap_or_default());
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
fn shown_outputs(goal: &Goal, schema: &Schema, inputs: &Value) -> Value {
    mark_secrets(schema, &goal.options, inputs, inputs)
}

/// What is known of an object that is about to be updated: what was asked for, and what no update changes.
fn updated(schema: &Schema, row: &ResourceRow, inputs: &Value, observed: &Value, changes: &[Change]) -> Known {
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
    Known { id: row.id.as_deref().map_or(Value::Unknown, Value::from), properties, open: false }
}

/// Whether the new object cannot stand beside the old one.
fn collides(handler: &dyn ErasedHandler, new: &Value, inputs: &Value, outputs: &Value) -> bool {
    let policy = handler.policy();
    let schema = handler.schema();
    let key: Vec<&str> = match (policy.unique_key, policy.identity, schema.auto_name()) {
        ([], Identity::Name, Some((name, _))) => vec![name],
        (key, ..) => key.to_vec(),
    };
    !key.is_empty()
        && key.iter().all(|name| {
            let Some(field) = schema.field(name) else { return false };
            let old = outputs.get(name).or_else(|| inputs.get(name));
            let new = new.get(name);
            !new.is_some_and(Value::has_unknown) && farsight_model::equal(&field.kind, &field.marks, old, new)
        })
}
