//! The lifecycle of the fake types.

use super::cloud::{Call, FakeCloud, LogEntry, Object, World};
use super::types;
use crate::{BoxFuture, ErasedHandler, Error, Fault, Id, Identity, Owner, Policy, Reading, Result, Scope, Stray};
use farsight_model::{Change, Schema, Value};

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
        world.log.push(LogEntry { at, call, about: about.to_owned(), effect });
    }

    /// The object that has the same identity as `inputs` would have.
    fn twin(&self, world: &World, owner: &Owner, inputs: &Value) -> Option<Id> {
        let same = |object: &Object, property: &str| {
            object.inputs.get(property).is_some() && object.inputs.get(property) == inputs.get(property)
        };
        let now = self.cloud.clock.now();
        world
            .objects
            .iter()
            .filter(|(_, object)| object.token == self.token && object.gone_at.is_none_or(|at| at > now))
            .find(|(_, object)| match self.policy.identity {
                Identity::ClientToken => object.op == owner.op,
                Identity::Name => same(object, "name"),
                Identity::NaturalKey | Identity::Upsert => same(object, "key"),
                Identity::OwnerTag => false,
            })
            .map(|(id, _)| id.clone())
    }

    fn make(&self, world: &mut World, owner: &Owner, inputs: &Value) -> Result<Id> {
        for needed in needs(inputs) {
            if !world.objects.contains_key(&needed) {
                return Err(Error::new(Fault::Rejected, format!("`{needed}` does not exist")));
            }
        }
        if let Some(twin) = self.twin(world, owner, inputs) {
            match self.policy.identity {
                Identity::ClientToken => return Ok(twin),
                Identity::Upsert => {
                    if let Some(object) = world.objects.get_mut(&twin) {
                        object.op.clone_from(&owner.op);
                        object.owner = owner.urn.to_string();
                    }
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
        };
        world.objects.insert(id.clone(), object);
        Ok(id)
    }

    fn look(&self, world: &World, id: &str) -> Reading {
        let now = self.cloud.clock.now();
        match world.objects.get(id) {
            Some(object) if object.token != self.token || object.visible_at > now => Reading::Absent,
            Some(Object { gone_at: Some(at), .. }) if *at <= now => Reading::Absent,
            Some(Object { gone_at: Some(_), .. }) => Reading::Settling("deleting".into()),
            Some(object) if object.ready_at > now => Reading::Settling("creating".into()),
            Some(object) => {
                let mut reading = object.inputs.clone();
                reading.set("password", Value::Null);
                reading.set("arn", Value::String(format!("arn:fake:{id}")));
                reading.set("revision", Value::Number(object.revision as f64));
                Reading::Ready(reading)
            }
            None => Reading::Absent,
        }
    }
}

/// The ids that an object needs.
fn needs(inputs: &Value) -> Vec<Id> {
    let list = inputs.get("needs").and_then(Value::as_list).unwrap_or_default();
    list.iter().chain(inputs.get("within")).filter_map(Value::as_str).map(str::to_owned).collect()
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
            let name = owner.urn.name().to_owned();
            let fate = self.cloud.arrive(Call::Create, &name).await?;
            let answer = {
                let mut world = self.cloud.lock();
                let before = world.objects.len();
                let answer = self.make(&mut world, owner, inputs);
                let effect = world.objects.len() > before;
                self.log(&mut world, Call::Create, &name, effect);
                answer
            };
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
            let answer = {
                let mut world = self.cloud.lock();
                let missing = differences
                    .iter()
                    .any(|change| change.path.head() == Some("needs"))
                    .then(|| needs(wanted).into_iter().find(|needed| !world.objects.contains_key(needed)))
                    .flatten();
                let effect = match (world.objects.get_mut(id), missing) {
                    (_, Some(needed)) => Err(Error::new(Fault::Rejected, format!("`{needed}` does not exist"))),
                    (None, _) => Err(Error::gone(id)),
                    (Some(object), None) => {
                        for name in differences.iter().filter_map(|change| change.path.head()) {
                            object.inputs.set(name, wanted.get(name).cloned().unwrap_or_default());
                        }
                        object.revision += 1;
                        Ok(None)
                    }
                };
                self.log(&mut world, Call::Update, id, effect.is_ok());
                effect
            };
            self.cloud.answer(Call::Update, fate, answer).await
        })
    }

    fn delete<'a>(&'a self, id: &'a Id, _inputs: &'a Value) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let fate = self.cloud.arrive(Call::Delete, id).await?;
            let answer = {
                let now = self.cloud.clock.now();
                let mut world = self.cloud.lock();
                let alive = |object: &Object| object.gone_at.is_none_or(|at| at > now);
                let needed = world.guards
                    && world.objects.iter().any(|(other, object)| other != id && alive(object) && needs(&object.inputs).contains(id));
                let takes = world.delete_takes.as_millis() as i64;
                let answer = match world.objects.get_mut(id) {
                    None => Err(Error::gone(id)),
                    Some(object) if !alive(object) => Err(Error::gone(id)),
                    Some(_) if needed => Err(Error::new(Fault::Busy, format!("`{id}` is needed by others"))),
                    Some(object) => {
                        object.gone_at.get_or_insert(now + takes);
                        Ok(())
                    }
                };
                self.log(&mut world, Call::Delete, id, answer.is_ok());
                answer
            };
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
                let seen = |object: &Object| {
                    object.token == self.token && object.visible_at <= now && object.gone_at.is_none_or(|at| at > now)
                };
                let mut found: Vec<(i64, Id)> = world
                    .objects
                    .iter()
                    .filter(|(_, object)| seen(object))
                    .filter(|(_, object)| match self.policy.identity {
                        // Untaggable: the key is all there is, and the journal says that we meant to make it.
                        Identity::NaturalKey | Identity::Upsert => {
                            object.inputs.get("key").is_some() && object.inputs.get("key") == inputs.get("key")
                        }
                        _ => object.op == owner.op,
                    })
                    .map(|(id, object)| (object.made_at, id.clone()))
                    .collect();
                found.sort();
                found.into_iter().map(|(_, id)| id).collect()
            };
            self.cloud.answer(Call::Find, fate, Ok(found)).await
        })
    }

    fn strays<'a>(&'a self, scope: &'a Scope) -> BoxFuture<'a, Result<Vec<Stray>>> {
        Box::pin(async move {
            let world = self.cloud.lock();
            Ok(world
                .objects
                .iter()
                .filter(|(id, object)| {
                    object.token == self.token && !object.owner.is_empty() && !scope.knows(self.token, id)
                })
                .map(|(id, _)| Stray { id: id.clone(), what: format!("an object of `{}`", scope.stack) })
                .collect())
        })
    }
}
