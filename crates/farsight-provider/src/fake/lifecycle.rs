//! The lifecycle of the fake types.

use super::cloud::{Call, FakeCloud, Fate, LogEntry, Object};
use super::types;
use super::world::{World, needs};
use crate::{
    BoxFuture, ErasedHandler, Error, Fault, Id, Identity, Leftover, Owner, Policy, Reading, Result, Scope, Stray,
};
use farsight_model::{Change, Schema, Value};
use std::collections::HashSet;

/// Objects of this size leave something behind when they are deleted.
const LEAVES: i64 = 77;

#[derive(Clone)]
pub(super) struct FakeHandler {
    cloud: FakeCloud,
    token: &'static str,
    schema: Schema,
    policy: Policy,
}

impl FakeHandler {
    pub fn new(cloud: FakeCloud, token: &'static str) -> Self {
        Self { cloud, token, schema: types::schema(token), policy: types::policy(token) }
    }

    fn log(&self, world: &mut World, call: Call, about: &str, effect: bool) {
        let at = self.cloud.clock.now();
        let owner = world.get(about).map_or(about, |object| object.owner.rsplit("::").next().unwrap_or_default());
        let resource = if call == Call::Read { String::new() } else { owner.to_owned() };
        world.log.push(LogEntry { at, call, about: about.to_owned(), resource, effect });
    }

    /// The object that has the same identity as `inputs` would have.
    fn twin(&self, world: &World, owner: &Owner, inputs: &Value) -> Option<Id> {
        let now = self.cloud.clock.now();
        let alive =
            |(_, object): &(&Id, &Object)| object.token == self.token && object.gone_at.is_none_or(|at| at > now);
        let found = match self.policy.identity {
            Identity::ClientToken => world.made_by(&owner.op).find(alive),
            _ => world.alike(self.token, inputs).find(alive),
        };
        found.map(|(id, _)| id.clone())
    }

    fn make(&self, world: &mut World, owner: &Owner, inputs: &Value) -> Result<Id> {
        for needed in needs(inputs) {
            if world.get(&needed).is_none() {
                return Err(Error::new(Fault::Rejected, format!("`{needed}` does not exist")));
            }
        }
        if let Some(twin) = self.twin(world, owner, inputs) {
            match self.policy.identity {
                Identity::ClientToken => return Ok(twin),
                Identity::Name if self.token == types::SETTLED => return self.settled(world, owner, inputs, twin),
                Identity::Upsert => {
                    world.modify(&twin, |object| {
                        object.op.clone_from(&owner.op);
                        object.owner = owner.urn.to_string();
                    });
                    return Ok(twin);
                }
                _ => return Err(Error::new(Fault::Exists, format!("`{twin}` has this identity already"))),
            }
        }
        let now = self.cloud.clock.now();
        let id = world.new_id(self.token);
        let mut inputs = inputs.clone();
        // One call cannot do everything.
        inputs.set("extra", Value::Bool(false));
        let object = Object {
            token: self.token.to_owned(),
            inputs,
            op: owner.op.clone(),
            owner: owner.urn.to_string(),
            revision: 0,
            made_at: now,
            visible_at: now + world.lag.as_millis() as i64,
            ready_at: now + world.create_takes.as_millis() as i64,
            gone_at: None,
            before: None,
            stuck: None,
            stays_stuck: false,
            failed: world
                .fail_creates
                .as_ref()
                .filter(|about| owner.urn.name().contains(*about))
                .map(|_| "no capacity".into()),
        };
        world.put(id.clone(), object);
        Ok(id)
    }

    /// What the service and its handler make of a create whose name is taken: the service answers with the object if
    /// the settings are the same, and the handler looks whose it is before it believes that.
    fn settled(&self, world: &World, owner: &Owner, inputs: &Value, twin: Id) -> Result<Id> {
        let object = world.get(&twin);
        let same = |object: &Object| {
            let created = |name: &str| object.inputs.get(name) == inputs.get(name);
            object.owner == owner.urn.as_str()
                && self.schema.fields.iter().all(|f| f.name == "extra" || created(f.name))
        };
        if object.is_some_and(same) {
            return Ok(twin);
        }
        Err(Error::new(Fault::Exists, format!("`{twin}` has this name already")))
    }

    fn visible(&self, world: &World, id: &str, now: i64) -> bool {
        world.get(id).is_some_and(|object| {
            object.token == self.token && object.visible_at <= now && object.gone_at.is_none_or(|at| at > now)
        })
    }

    /// The new id of an object that was just updated, where updates give one.
    fn renamed(&self, world: &mut World, id: &str) -> Option<Id> {
        let mut object = world.updates_rename.then(|| world.take(id)).flatten()?;
        object.visible_at = self.cloud.clock.now() + world.lag.as_millis() as i64;
        let new = world.new_id(self.token);
        world.put(new.clone(), object);
        Some(new)
    }

    fn look(&self, world: &World, id: &str) -> Reading {
        let now = self.cloud.clock.now();
        match world.get(id) {
            Some(object) if object.token != self.token || object.visible_at > now => Reading::Absent,
            Some(Object { gone_at: Some(at), .. }) if *at <= now => Reading::Absent,
            Some(Object { gone_at: Some(_), .. }) => Reading::Settling("deleting".into()),
            Some(Object { failed: Some(why), .. }) => Reading::Failed(why.clone()),
            Some(object) if object.stuck.is_some() => {
                Reading::Stuck(Self::reading(world, id, object, now), object.stuck.clone().unwrap_or_default())
            }
            Some(object) if object.ready_at > now => Reading::Settling("creating".into()),
            Some(object) => Reading::Ready(Self::reading(world, id, object, now)),
            None => Reading::Absent,
        }
    }

    fn reading(world: &World, id: &str, object: &Object, now: i64) -> Value {
        let mut reading = match &object.before {
            Some((until, before)) if *until > now => before.clone(),
            _ => object.inputs.clone(),
        };
        reading.set("password", Value::Null);
        for (property, value) in &world.answers {
            reading.set(property, value.clone());
        }
        for property in &world.forgotten {
            reading.set(property, Value::Null);
        }
        reading.set("arn", Value::String(format!("arn:fake:{id}")));
        reading.set("revision", Value::Number(object.revision as f64));
        reading
    }
}

/// What calls do when they have arrived.
impl FakeHandler {
    fn created(&self, owner: &Owner, inputs: &Value) -> Result<Id> {
        let mut world = self.cloud.lock();
        let before = world.serial;
        let answer = self.make(&mut world, owner, inputs);
        let effect = world.serial > before;
        self.log(&mut world, Call::Create, owner.urn.name(), effect);
        answer
    }

    fn updated(&self, id: &Id, wanted: &Value, names: &[String], takes_effect_in: i64) -> Result<Option<Id>> {
        let now = self.cloud.clock.now();
        let mut world = self.cloud.lock();
        let missing = names
            .iter()
            .any(|name| name == "needs")
            .then(|| needs(wanted).into_iter().find(|needed| world.get(needed).is_none()))
            .flatten();
        let answer = match (self.visible(&world, id, now), missing) {
            (_, Some(needed)) => Err(Error::new(Fault::Rejected, format!("`{needed}` does not exist"))),
            (false, _) => Err(Error::gone(id)),
            (true, None) => {
                world.modify(id, |object| {
                    object.before = (takes_effect_in > 0).then(|| (now + takes_effect_in, object.inputs.clone()));
                    for name in names {
                        object.inputs.set(name, wanted.get(name).cloned().unwrap_or_default());
                    }
                    object.revision += 1;
                    if !object.stays_stuck {
                        object.stuck = None;
                    }
                });
                Ok(self.renamed(&mut world, id))
            }
        };
        self.log(&mut world, Call::Update, id, answer.is_ok());
        answer
    }

    fn deleted(&self, id: &Id) -> Result<()> {
        let now = self.cloud.clock.now();
        let mut world = self.cloud.lock();
        let alive = |object: &Object| object.gone_at.is_none_or(|at| at > now);
        let needed = world.guards && world.dependents(id).any(|(other, object)| other != id && alive(object));
        let takes = world.delete_takes.as_millis() as i64;
        let answer = if !self.visible(&world, id, now) {
            Err(Error::gone(id))
        } else if needed {
            Err(Error::new(Fault::Busy, format!("`{id}` is needed by others")))
        } else {
            world.modify(id, |object| {
                object.gone_at.get_or_insert(now + takes);
            });
            Ok(())
        };
        self.log(&mut world, Call::Delete, id, answer.is_ok());
        answer
    }
}

impl ErasedHandler for FakeHandler {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn policy(&self) -> &Policy {
        &self.policy
    }

    fn create<'a>(&'a self, owner: &'a Owner, inputs: &'a Value) -> BoxFuture<'a, Result<Id>> {
        Box::pin(async move {
            let fate = self.cloud.arrive(Call::Create, owner.urn.name()).await?;
            let late = || {
                let (me, owner, inputs) = (self.clone(), owner.clone(), inputs.clone());
                move || drop(me.created(&owner, &inputs))
            };
            self.cloud.travel(Call::Create, late).await;
            let answer = self.created(owner, inputs);
            self.cloud.answer(Call::Create, fate, answer).await
        })
    }

    fn read<'a>(&'a self, ids: &'a [Id]) -> BoxFuture<'a, Result<Vec<Reading>>> {
        Box::pin(async move {
            let about = ids.join(",");
            let fate = self.cloud.arrive(Call::Read, &about).await?;
            let readings = {
                let mut world = self.cloud.lock();
                self.log(&mut world, Call::Read, &about, false);
                ids.iter().map(|id| self.look(&world, id)).collect()
            };
            self.cloud.answer(Call::Read, fate, Ok(readings)).await
        })
    }

    fn update<'a>(
        &'a self,
        id: &'a Id,
        wanted: &'a Value,
        _observed: &'a Value,
        differences: &'a [Change],
    ) -> BoxFuture<'a, Result<Option<Id>>> {
        Box::pin(async move {
            let fate = self.cloud.arrive(Call::Update, id).await?;
            let takes_effect_in = match &fate {
                Some(Fate::TakesEffectLater(later)) => later.as_millis() as i64,
                _ => 0,
            };
            let names: Vec<String> =
                differences.iter().filter_map(|change| change.path.head()).map(str::to_owned).collect();
            let late = || {
                let (me, id, wanted, names) = (self.clone(), id.clone(), wanted.clone(), names.clone());
                move || drop(me.updated(&id, &wanted, &names, takes_effect_in))
            };
            self.cloud.travel(Call::Update, late).await;
            let answer = self.updated(id, wanted, &names, takes_effect_in);
            self.cloud.answer(Call::Update, fate, answer).await
        })
    }

    fn delete<'a>(&'a self, id: &'a Id, _inputs: &'a Value) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let fate = self.cloud.arrive(Call::Delete, id).await?;
            let late = || {
                let (me, id) = (self.clone(), id.clone());
                move || drop(me.deleted(&id))
            };
            self.cloud.travel(Call::Delete, late).await;
            let answer = self.deleted(id);
            self.cloud.answer(Call::Delete, fate, answer).await
        })
    }

    fn find<'a>(&'a self, owner: &'a Owner, inputs: &'a Value) -> BoxFuture<'a, Result<Vec<Id>>> {
        Box::pin(async move {
            let fate = self.cloud.arrive(Call::Find, owner.urn.name()).await?;
            let found = {
                let now = self.cloud.clock.now();
                let mut world = self.cloud.lock();
                self.log(&mut world, Call::Find, owner.urn.name(), false);
                let seen = |(_, object): &(&Id, &Object)| {
                    object.token == self.token && object.visible_at <= now && object.gone_at.is_none_or(|at| at > now)
                };
                let dated = |(id, object): (&Id, &Object)| (object.made_at, id.clone());
                let mut found: Vec<(i64, Id)> = match self.policy.identity {
                    // Untaggable: the key is all there is, and the journal says that we meant to make it.
                    Identity::NaturalKey | Identity::Upsert => {
                        world.alike(self.token, inputs).filter(seen).map(dated).collect()
                    }
                    // Of a name that only one object can have, the resource's tags are proof enough.
                    Identity::Name => world
                        .alike(self.token, inputs)
                        .filter(seen)
                        .filter(|(_, object)| object.op == owner.op || object.owner == owner.urn.as_str())
                        .map(dated)
                        .collect(),
                    _ => world.made_by(&owner.op).filter(seen).map(dated).collect(),
                };
                found.sort();
                found.into_iter().map(|(_, id)| id).collect()
            };
            self.cloud.answer(Call::Find, fate, Ok(found)).await
        })
    }

    fn leaves(&self, id: &Id, known: &Value) -> Option<Leftover> {
        let size = known.get("size").and_then(Value::as_int).unwrap_or_default();
        (size == LEAVES)
            .then(|| Leftover { what: "leaves a snapshot".into(), delete: Some(format!("fake rm {id}-final")) })
    }

    fn delete_command(&self, id: &Id) -> Option<String> {
        Some(format!("fake rm {id}"))
    }

    fn strays<'a>(&'a self, scope: &'a Scope) -> BoxFuture<'a, Result<Vec<Stray>>> {
        Box::pin(async move {
            let now = self.cloud.clock.now();
            let world = self.cloud.lock();
            let known: HashSet<&str> = scope.ids_of(self.token).into_iter().collect();
            Ok(world
                .objects()
                .filter(|(id, object)| {
                    object.token == self.token
                        && !object.owner.is_empty()
                        && object.gone_at.is_none_or(|at| at > now)
                        && !known.contains(id.as_str())
                })
                .map(|(id, _)| Stray { id: id.clone(), what: format!("an object of `{}`", scope.stack) })
                .collect())
        })
    }
}
