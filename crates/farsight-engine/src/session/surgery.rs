//! Changes of the state that are no run: another name, another stack, marks. The cloud is not asked and not touched.

use super::{Session, place, same_cloud, state_diagnostic};
use crate::steps::sealed;
use crate::world::World;
use crate::{Code, Diagnostic, Diagnostics};
use farsight_model::{Urn, Value};
use farsight_state::{Finding as Damage, Lease, ResourceKey, ResourceRow, Transition, UpdateId};
use std::collections::{BTreeMap, HashSet};

/// What a resource can be marked as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Not to be deleted or replaced, or free again. The next `up` takes the program's word.
    Protected(bool),
    /// To be replaced by the next `up`, or not.
    Tainted(bool),
}

/// What came of moving resources to another stack.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moved {
    /// Old and new URNs.
    pub urns: Vec<(Urn, Urn)>,
    /// What state no longer remembers, in words.
    pub notes: Vec<String>,
}

impl Session {
    /// Marks resources, all in one commit; gives those that had another mark before. Needs the lock.
    pub fn mark(&mut self, urns: &[Urn], mark: Mark) -> Result<Vec<Urn>, Diagnostics> {
        let world = self.at_rest()?;
        let mut changed = Vec::new();
        for urn in urns {
            let mut row = world.row(urn).cloned().ok_or_else(|| no_such(urn))?;
            let before = match mark {
                Mark::Protected(protect) => std::mem::replace(&mut row.options.protect, protect) == protect,
                Mark::Tainted(_) if !row.custom => {
                    let message = format!("`{}` is a component: it has no object to replace", urn.name());
                    return Err(vec![
                        Diagnostic::error(Code::BadArgument, message).help("taint what it is made of instead"),
                    ]);
                }
                Mark::Tainted(tainted) => std::mem::replace(&mut row.tainted, tainted) == tainted,
            };
            if !before {
                changed.push(row);
            }
        }
        let urns = changed.iter().map(|row| row.urn.clone()).collect();
        self.rewrite(changed, "marked")?;
        Ok(urns)
    }

    /// Gives a resource another name, and whatever names it follows. Needs the lock.
    pub fn rename(&mut self, from: &Urn, to: &Urn) -> Result<(), Diagnostics> {
        let world = self.at_rest()?;
        if world.row(from).is_none() {
            return Err(no_such(from));
        }
        if from.with_name(to.name()) != *to {
            let message = format!("`{to}` differs from `{from}` in more than the name");
            return Err(vec![
                Diagnostic::error(Code::BadArgument, message).help(
                    "another type is another resource; a new parent is given with `.parent(..)` and `.alias(..)`",
                ),
            ]);
        }
        if world.rows.values().any(|row| row.urn == *to) {
            return Err(vec![taken(to)]);
        }
        let map = |urn: &Urn| if urn == from { to.clone() } else { urn.clone() };
        let mut changed = Vec::new();
        for row in world.rows.values() {
            let mut new = row.clone();
            rename_row(&mut new, &map);
            if row.urn == *from && has_hashes(row) {
                new.options.hashed_as.get_or_insert_with(|| from.clone());
            }
            if new != *row {
                changed.push(new);
            }
        }
        self.rewrite(changed, "renamed")
    }

    /// Gives the stack another name, and every resource the URN that goes with it. Owner tags in the cloud keep the old
    /// one. Needs the lock.
    pub fn rename_stack(&mut self, to: &str) -> Result<(), Diagnostics> {
        let world = self.at_rest()?;
        let (lease, update) = self.hold()?;
        let now = self.engine.clock.now();
        let rows: Vec<Transition> = world
            .rows
            .values()
            .map(|row| {
                let mut new = row.clone();
                rename_row(&mut new, &|urn| urn.with_stack(to));
                if has_hashes(row) {
                    new.options.hashed_as.get_or_insert_with(|| row.urn.clone());
                }
                new.updated_at = now;
                Ok(Transition::Put { row: Box::new(sealed(&self.keyring, &new)?), op: None, update })
            })
            .collect::<Result<_, Diagnostic>>()
            .map_err(|problem| vec![problem])?;
        self.counts.insert("renamed".into(), rows.len() as u64);
        self.store_mut()?.rename_stack(&lease, to, &rows).map_err(|error| vec![state_diagnostic(&error)])?;
        to.clone_into(&mut self.stack.name);
        Ok(())
    }

    /// Moves resources, with what they are made of, to another stack of the same state file: all of them in one commit,
    /// or none. Both sessions need their locks. Secrets are sealed anew for the other stack.
    pub fn move_to(&mut self, other: &mut Session, urns: &[Urn]) -> Result<Moved, Diagnostics> {
        let (here, there) = (self.at_rest()?, other.at_rest()?);
        if let Some(urn) = urns.iter().find(|urn| here.row(urn).is_none()) {
            return Err(no_such(urn));
        }
        if let (Some(from), Some(to)) = (&self.stack.cloud, &other.stack.cloud)
            && !same_cloud(from, to)
        {
            let message = format!(
                "stack `{}` is in {}, and stack `{}` in {}",
                self.stack.name,
                place(from),
                other.stack.name,
                place(to)
            );
            return Err(vec![Diagnostic::error(Code::OtherCloud, message).note("nothing was changed")]);
        }
        let moving = with_children(&here, urns);
        let target = other.stack.name.clone();
        let problems = obstacles(&here, &there, &moving, &target);
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut moved = Moved::default();
        let now = self.engine.clock.now();
        let (from, to) = (self.hold()?, other.hold()?);
        let (mut leaving, mut coming) = (Vec::new(), Vec::new());
        for (row, key) in here.rows.values().filter(|row| moving.contains(&row.urn)).zip(there.next_key..) {
            let mut new = row.clone();
            new.key = ResourceKey(key);
            new.updated_at = now;
            new.options.hashed_as = None;
            if new.options.replacement_trigger.any(&is_hash) {
                // Under another key it would look changed, and replace what only moved.
                new.options.replacement_trigger = Value::Null;
            }
            let stays = |urn: &Urn| moving.contains(urn) || there.row(&urn.with_stack(&target)).is_some();
            for urn in row.dependencies.iter().filter(|urn| !stays(urn)) {
                moved.notes.push(format!("`{}` no longer remembers that it needs `{}`", row.urn.name(), urn.name()));
            }
            new.dependencies.retain(stays);
            new.property_dependencies.values_mut().for_each(|urns| urns.retain(stays));
            rename_row(&mut new, &|urn| urn.with_stack(&target));
            if row.inputs.any(&is_hash) {
                let name = row.urn.name();
                moved.notes.push(format!(
                    "the next `up` sends write-only values of `{name}` again, or replaces it where they cannot change"
                ));
            }
            moved.urns.push((row.urn.clone(), new.urn.clone()));
            let row = Box::new(sealed(&other.keyring, &new).map_err(|problem| vec![problem])?);
            coming.push(Transition::Put { row, op: None, update: to.1 });
        }
        for row in here.rows.values().filter(|row| moving.contains(&row.urn)) {
            leaving.push(Transition::Remove { key: row.key, update: from.1, reason: "moved".into(), at: now });
        }
        let parts: [(&Lease, &[Transition]); 2] = [(&from.0, &leaving), (&to.0, &coming)];
        self.store_mut()?.apply_together(&parts).map_err(|error| vec![state_diagnostic(&error)])?;
        if let (Some(cloud), None) = (self.stack.cloud.clone(), &other.stack.cloud) {
            let id = other.stack.id;
            self.store_mut()?.set_cloud(id, &cloud).map_err(|error| vec![state_diagnostic(&error)])?;
            other.stack.cloud = Some(cloud);
        }
        for session in [self, other] {
            session.counts.insert("moved".into(), moved.urns.len() as u64);
        }
        Ok(moved)
    }

    /// Repairs what can surely be repaired of these stacks, which are in one file, in one commit; gives what it was. Every
    /// session needs its lock.
    pub fn repair(sessions: &mut [Session]) -> Result<Vec<Damage>, Diagnostics> {
        let held = sessions.iter().map(Session::hold).collect::<Result<Vec<_>, _>>()?;
        let Some(first) = sessions.first_mut() else { return Ok(Vec::new()) };
        let repaired = first.store_mut()?.repair(&held).map_err(|error| vec![state_diagnostic(&error)])?;
        for session in sessions {
            let own = repaired.iter().filter(|damage| damage.stack() == Some(session.stack.id)).count();
            session.counts.insert("repaired".into(), own as u64);
        }
        Ok(repaired)
    }

    /// The state, with nothing in it that is still to be settled.
    fn at_rest(&self) -> Result<World, Diagnostics> {
        let world = self.world()?;
        if world.open.is_empty() {
            return Ok(world);
        }
        let names = world.open.iter().map(|operation| format!("`{}`", operation.urn.name()));
        let names: Vec<String> = names.collect();
        Err(vec![
            Diagnostic::error(
                Code::Unsettled,
                format!("an earlier run of stack `{}` was interrupted: {}", self.stack.name, names.join(", ")),
            )
            .note("nothing was changed")
            .help("run `farsight up` or `farsight refresh` first: it settles what was left open"),
        ])
    }

    fn hold(&self) -> Result<(Lease, UpdateId), Diagnostics> {
        let held = self.held.as_ref().ok_or_else(|| vec![Diagnostic::error(Code::Bug, "a write without the lock")])?;
        Ok((held.lease.clone(), held.update))
    }

    /// Writes rows in one commit.
    fn rewrite(&mut self, rows: Vec<ResourceRow>, word: &str) -> Result<(), Diagnostics> {
        let count = rows.len() as u64;
        let (lease, update) = self.hold()?;
        let now = self.engine.clock.now();
        let transitions: Vec<Transition> = rows
            .into_iter()
            .map(|mut row| {
                row.updated_at = now;
                Ok(Transition::Put { row: Box::new(sealed(&self.keyring, &row)?), op: None, update })
            })
            .collect::<Result<_, Diagnostic>>()
            .map_err(|problem| vec![problem])?;
        self.store_mut()?.apply(&lease, &transitions).map_err(|error| vec![state_diagnostic(&error)])?;
        self.counts.insert(word.into(), count);
        Ok(())
    }
}

/// The resources and whatever they are the components of.
fn with_children(world: &World, urns: &[Urn]) -> HashSet<Urn> {
    let mut children: BTreeMap<&Urn, Vec<&Urn>> = BTreeMap::new();
    for row in world.rows.values() {
        children.entry(row.parent.as_ref().unwrap_or(&row.urn)).or_default().push(&row.urn);
    }
    let mut all = HashSet::new();
    let mut todo: Vec<&Urn> = urns.iter().collect();
    while let Some(urn) = todo.pop() {
        if all.insert(urn.clone()) {
            todo.extend(children.get(urn).into_iter().flatten());
        }
    }
    all
}

/// Everything that stands in the way of a move.
fn obstacles(here: &World, there: &World, moving: &HashSet<Urn>, target: &str) -> Diagnostics {
    let mut problems = Vec::new();
    for row in here.rows.values() {
        let moves = moving.contains(&row.urn);
        for urn in named(row).filter(|urn| moving.contains(urn) && !moves) {
            problems.push(
                Diagnostic::error(
                    Code::TargetNeeds,
                    format!("`{}` needs `{}`, which is to go", row.urn.name(), urn.name()),
                )
                .about(&row.urn)
                .help(format!(
                    "move `{}` as well, or take the dependency out of the program and run `up`",
                    row.urn.name()
                )),
            );
        }
        if !moves {
            continue;
        }
        let bound = row.parent.iter().chain(&row.options.deleted_with).chain(&row.options.replace_with);
        for urn in bound.filter(|urn| !moving.contains(urn) && there.row(&urn.with_stack(target)).is_none()) {
            problems.push(
                Diagnostic::error(
                    Code::TargetNeeds,
                    format!("`{}` belongs to `{}`, which is not in stack `{target}`", row.urn.name(), urn.name()),
                )
                .about(&row.urn)
                .help(format!("move `{}` as well", urn.name())),
            );
        }
        let new = row.urn.with_stack(target);
        if there.rows.values().any(|other| other.urn == new) {
            problems.push(taken(&new));
        }
    }
    problems
}

/// Every resource that a row names.
fn named(row: &ResourceRow) -> impl Iterator<Item = &Urn> {
    let options = &row.options;
    let one = row.parent.iter().chain(&options.deleted_with).chain(&options.provider);
    row.dependencies.iter().chain(&options.replace_with).chain(one)
}

/// Whether a row holds hashes, which are bound to its URN and its stack's key.
fn has_hashes(row: &ResourceRow) -> bool {
    let accepted = row.options.accepted.iter().any(|one| one.declared.any(&is_hash) || one.observed.any(&is_hash));
    accepted || row.inputs.any(&is_hash) || row.options.replacement_trigger.any(&is_hash)
}

fn is_hash(value: &Value) -> bool {
    matches!(value, Value::Hash(_))
}

/// Puts other URNs wherever a row names one.
fn rename_row(row: &mut ResourceRow, map: &dyn Fn(&Urn) -> Urn) {
    let options = &mut row.options;
    let lists = [&mut row.dependencies, &mut options.replace_with, &mut options.depends_on].into_iter();
    for urn in lists.chain(row.property_dependencies.values_mut()).flatten() {
        *urn = map(urn);
    }
    for urn in [&mut row.parent, &mut options.deleted_with, &mut options.provider].into_iter().flatten() {
        *urn = map(urn);
    }
    if let Some(provider) = row.provider.as_deref().and_then(|text| Urn::parse(text).ok()) {
        row.provider = Some(map(&provider).as_str().to_owned());
    }
    row.urn = map(&row.urn);
    row.dependencies.sort();
    row.property_dependencies.values_mut().for_each(|urns| urns.sort());
}

fn no_such(urn: &Urn) -> Diagnostics {
    let problem = Diagnostic::error(Code::NoSuchResource, format!("the state has no resource `{urn}`"));
    vec![problem.help("`farsight state ls` lists what there is")]
}

fn taken(urn: &Urn) -> Diagnostic {
    let message = format!("stack `{}` has a {} `{}` already", urn.stack(), urn.token().short(), urn.name());
    Diagnostic::error(Code::AlreadyManaged, message).about(urn).note("nothing was changed")
}
