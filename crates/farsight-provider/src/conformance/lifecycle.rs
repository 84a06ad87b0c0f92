//! Create, find, read in batches, delete.

use super::{Check, Report, Sample, report::show};
use crate::{Clock, ErasedHandler, Error, Fault, Id, Identity, Owner, Reading, secs};
use farsight_model::{TypeToken, Urn, Value, diff};
use std::sync::Arc;
use std::time::Duration;

/// Looks at one object before the suite gives up, and updates before it says that they do not converge.
const LOOKS: usize = 100;
const UPDATES: usize = 8;

/// The rest of the checks make no sense.
pub(super) struct Stop;
pub(super) type Step<T> = Result<T, Stop>;

pub(super) struct Run {
    pub(super) handler: Arc<dyn ErasedHandler>,
    pub(super) sample: Sample,
    pub(super) report: Report,
    clock: Arc<dyn Clock>,
    /// Everything made and not yet deleted.
    alive: Vec<(Id, Value)>,
}

impl Run {
    pub(super) fn new(handler: Arc<dyn ErasedHandler>, sample: Sample, clock: Arc<dyn Clock>) -> Self {
        let report = Report { token: handler.schema().token, failures: Vec::new() };
        Self { handler, sample, report, clock, alive: Vec::new() }
    }

    pub(super) async fn run(mut self) -> Result<(), Report> {
        self.table();
        let _ = self.life().await;
        // After a failure something may be left that would disturb other tests.
        for (id, inputs) in std::mem::take(&mut self.alive) {
            let _ = self.delete(&id, &inputs).await;
        }
        if self.report.failures.is_empty() { Ok(()) } else { Err(self.report) }
    }

    pub(super) fn fail(&mut self, check: &str, message: impl Into<String>) {
        self.report.fail(check, message);
    }

    /// Notes a failed call.
    pub(super) fn ok<T>(&mut self, check: &str, result: Result<T, Error>) -> Step<T> {
        result.map_err(|error| {
            self.fail(check, format!("{:?}: {error}", error.fault));
            Stop
        })
    }

    /// The type's table and policy in themselves.
    fn table(&mut self) {
        let (schema, policy) = (*self.handler.schema(), *self.handler.policy());
        if schema.import_id.is_empty() {
            self.fail("table", "nothing says what `farsight import` takes");
        }
        if policy.permissions.is_empty() {
            self.fail("policy", "no permissions are listed");
        }
        if policy.read_batch == 0 || policy.settle.every.is_zero() || policy.settle.within < policy.settle.every {
            self.fail("policy", "read_batch and settle must be positive, and `within` at least `every`");
        }
        for name in policy.unique_key.iter().chain(policy.serialize_by.as_ref()) {
            if schema.field(name).is_none() {
                self.fail("policy", format!("there is no property `{name}`"));
            }
        }
        for field in schema.fields {
            if field.doc.is_empty() {
                self.fail("table", format!("`{}` has no doc comment", field.name));
            }
        }
        self.coverage();
    }

    async fn life(&mut self) -> Step<()> {
        let inputs = self.sample.inputs.clone();
        let wanted = self.checked("inputs", &inputs)?;
        let owner = self.owner("one");
        if self.sample.missing.is_empty() {
            self.fail("missing", "the sample gives no id that no object has");
        } else {
            let missing = self.sample.missing.clone();
            if let Ok(reading) = self.read("read of a missing id", &missing).await
                && reading != Reading::Absent
            {
                self.fail("read of a missing id", format!("expected Absent, got {reading:?}"));
            }
        }
        self.finds("find before create", &owner, &wanted, &[]).await;

        let created = self.handler.create(&owner, &wanted).await;
        let id = self.ok("create", created)?;
        self.alive.push((id.clone(), wanted.clone()));
        let (mut id, observed) = self.converge("create", id, &wanted, None).await?;
        self.shape(&observed);

        self.again(&owner, &wanted, &id).await;
        self.batch(&id, &observed).await;
        self.properties(&mut id, &wanted, observed).await?;
        self.end(&owner, &id, &wanted).await
    }

    /// Inputs with defaults and an auto-name.
    pub(super) fn checked(&mut self, check: &str, inputs: &Value) -> Step<Value> {
        let mut inputs = inputs.clone();
        if let Some((name, length)) = self.handler.schema().auto_name()
            && inputs.get(name).is_none()
        {
            let mut text: String = self.sample.name.chars().take(length.saturating_sub(8)).collect();
            text.push('-');
            text.push_str(&self.clock.hex(7));
            inputs.set(name, text.into());
        }
        let (checked, problems) = self.handler.schema().check(&inputs);
        for problem in &problems {
            self.fail(check, format!("{}: {}", problem.path, problem.message));
        }
        if problems.is_empty() { Ok(checked) } else { Err(Stop) }
    }

    fn owner(&self, resource: &str) -> Owner {
        let stack = format!("conformance-{}", self.clock.hex(6));
        let token = TypeToken::new(self.handler.schema().token);
        let urn = Urn::new(&stack, "conformance", None, &token, &format!("{}-{resource}", self.sample.name));
        Owner { stack: format!("conformance/{stack}"), urn, op: self.clock.hex(32) }
    }

    pub(super) async fn pause(&self) {
        let every: Duration = self.handler.policy().settle.every;
        self.clock.sleep(every.min(secs(1) / 5)).await;
    }

    /// One look at one object.
    pub(super) async fn read(&mut self, check: &str, id: &Id) -> Step<Reading> {
        let answer = self.handler.read(std::slice::from_ref(id)).await;
        let mut readings = self.ok(check, answer)?;
        readings.pop().ok_or(Stop)
    }

    /// Looks until the object is ready; not visible yet counts as on its way.
    pub(super) async fn ready(&mut self, check: &str, id: &Id) -> Step<Value> {
        let mut last = String::new();
        for _ in 0..LOOKS {
            match self.read(check, id).await? {
                Reading::Ready(value) => return Ok(value),
                Reading::Settling(word) => last = word,
                Reading::Absent => "absent".clone_into(&mut last),
                Reading::Failed(why) | Reading::Stuck(_, why) => {
                    self.fail(check, format!("`{id}` failed: {why}"));
                    return Err(Stop);
                }
            }
            self.pause().await;
        }
        self.fail(check, format!("`{id}` does not become ready: {last}"));
        Err(Stop)
    }

    /// What the engine does after each create, and for each repair: read, diff and update until nothing differs.
    /// Gives the id, which an update may change, and the last reading.
    pub(super) async fn converge(
        &mut self,
        check: &str,
        mut id: Id,
        wanted: &Value,
        mut previous: Option<&Value>,
    ) -> Step<(Id, Value)> {
        let schema = *self.handler.schema();
        let mut seen = String::new();
        for _ in 0..UPDATES {
            let mut observed = self.ready(check, &id).await?;
            schema.opt_out(wanted, &mut observed);
            // Only the first look asks what the program no longer says; afterwards the cloud's value stands.
            let differences = diff(&schema, previous.take(), wanted, &observed);
            if differences.is_empty() {
                return Ok((id, observed));
            }
            seen = show(&differences);
            if differences.iter().any(|difference| difference.replace) {
                self.fail(check, format!("differs in what only a replacement changes: {seen}"));
                return Err(Stop);
            }
            if let Some(new) = self.update(check, &id, wanted, &observed, &differences).await? {
                self.renamed(&id, &new);
                id = new;
            }
        }
        self.fail(check, format!("{UPDATES} updates do not make it what is wanted; last difference: {seen}"));
        Err(Stop)
    }

    /// One update, asked again while something is in the way.
    pub(super) async fn update(
        &mut self,
        check: &str,
        id: &Id,
        wanted: &Value,
        observed: &Value,
        differences: &[farsight_model::Change],
    ) -> Step<Option<Id>> {
        let handler = self.handler.clone();
        for _ in 0..LOOKS {
            match handler.update(id, wanted, observed, differences).await {
                Err(error) if error.fault.is_passing() => self.pause().await,
                other => return self.ok(check, other),
            }
        }
        self.fail(check, "the update is refused for ever as passing");
        Err(Stop)
    }

    fn renamed(&mut self, old: &Id, new: &Id) {
        for (id, _) in &mut self.alive {
            if id == old {
                id.clone_from(new);
            }
        }
    }

    /// A reading holds the type's properties and no others, and would pass as inputs, as an import needs.
    fn shape(&mut self, observed: &Value) {
        let schema = *self.handler.schema();
        let mut inputs = Value::default();
        for (name, value) in observed.as_map().into_iter().flatten() {
            if schema.field(name).is_some() {
                inputs.set(name, value.clone());
            } else if !schema.outputs.iter().any(|output| output.name == name) {
                self.fail("read", format!("`{name}` is no property of the type"));
            }
        }
        for output in schema.outputs.iter().filter(|output| output.stable) {
            if observed.get(output.name).is_none() {
                self.fail("read", format!("the stable output `{}` is missing", output.name));
            }
        }
        for field in schema.fields.iter().filter(|field| field.marks.write_only) {
            inputs.set(field.name, self.sample.inputs.get(field.name).cloned().unwrap_or_default());
        }
        for problem in schema.check(&inputs).1 {
            self.fail("read", format!("what was read is not valid as inputs: {}: {}", problem.path, problem.message));
        }
    }

    /// After a lost answer the object is found again, and made only once.
    async fn again(&mut self, owner: &Owner, wanted: &Value, id: &Id) {
        let identity = self.handler.policy().identity;
        if !self.sample.waives(Check::Find) {
            self.finds("find", owner, wanted, std::slice::from_ref(id)).await;
        }
        let tagged = self.handler.schema().field("tags").is_some();
        if tagged && !self.sample.waives(Check::ForeignOwner) {
            let foreign = self.owner("two");
            self.finds("find by a foreign owner", &foreign, wanted, &[]).await;
        }
        if identity == Identity::OwnerTag || self.sample.waives(Check::CreateAgain) {
            return;
        }
        let check = "create again";
        match (identity, self.handler.create(owner, wanted).await) {
            (Identity::ClientToken | Identity::Upsert, Ok(again)) if again == *id => {}
            (Identity::Name | Identity::NaturalKey, Err(error)) if error.fault == Fault::Exists => {}
            (_, Ok(again)) => {
                let expected = if matches!(identity, Identity::ClientToken | Identity::Upsert) {
                    format!("expected `{id}` again ({identity:?})")
                } else {
                    format!("expected Exists ({identity:?})")
                };
                if again != *id {
                    self.alive.push((again.clone(), wanted.clone()));
                }
                self.fail(check, format!("{expected}, got `{again}`"));
            }
            (_, Err(error)) => self.fail(check, format!("{identity:?}, got {:?}: {error}", error.fault)),
        }
    }

    /// Looks an owner's objects up, waiting while the answer lags behind.
    async fn finds(&mut self, check: &str, owner: &Owner, inputs: &Value, expected: &[Id]) {
        let mut found = Vec::new();
        for _ in 0..LOOKS {
            let answer = self.handler.find(owner, inputs).await;
            let Ok(answer) = self.ok(check, answer) else { return };
            found = answer;
            if found == expected {
                return;
            }
            if found.len() > expected.len() {
                break;
            }
            self.pause().await;
        }
        self.fail(check, format!("expected {expected:?}, got {found:?}"));
    }

    /// Many ids in one call are answered in order.
    async fn batch(&mut self, id: &Id, observed: &Value) {
        let mut expected = vec![(id.clone(), self.sample.inputs.clone(), Reading::Ready(observed.clone()))];
        expected.push((self.sample.missing.clone(), Value::Null, Reading::Absent));
        if let Some(inputs) = self.sample.sibling.clone() {
            let Ok((id, observed)) = self.second(&inputs).await else { return };
            expected.push((id, inputs, Reading::Ready(observed)));
        }
        for _ in 0..2 {
            for chunk in expected.chunks(self.handler.policy().read_batch.max(1)) {
                let ids: Vec<Id> = chunk.iter().map(|(id, ..)| id.clone()).collect();
                let answer = self.handler.read(&ids).await;
                let Ok(readings) = self.ok("read of many ids", answer) else { return };
                for ((id, inputs, expected), mut reading) in chunk.iter().zip(readings) {
                    if let Reading::Ready(value) = &mut reading {
                        self.handler.schema().opt_out(inputs, value);
                    }
                    if reading != *expected {
                        self.fail("read of many ids", format!("`{id}`: expected {expected:?}, got {reading:?}"));
                    }
                }
            }
            expected.reverse();
        }
    }

    async fn second(&mut self, inputs: &Value) -> Step<(Id, Value)> {
        let wanted = self.checked("sibling", inputs)?;
        let owner = self.owner("sibling");
        let created = self.handler.create(&owner, &wanted).await;
        let id = self.ok("create of a sibling", created)?;
        self.alive.push((id.clone(), wanted.clone()));
        self.converge("create of a sibling", id, &wanted, None).await
    }

    async fn end(&mut self, owner: &Owner, id: &Id, inputs: &Value) -> Step<()> {
        self.alive.retain(|(alive, _)| alive != id);
        self.delete(id, inputs).await?;
        if !self.sample.waives(Check::DeleteAgain) {
            match self.handler.delete(id, inputs).await {
                Ok(()) => {}
                Err(error) if error.fault == Fault::Gone => {}
                Err(error) => self.fail("delete again", format!("expected Gone, got {:?}: {error}", error.fault)),
            }
        }
        self.finds("find after delete", owner, inputs, &[]).await;
        Ok(())
    }

    /// Deletes and waits until the object is gone.
    async fn delete(&mut self, id: &Id, inputs: &Value) -> Step<()> {
        let handler = self.handler.clone();
        if self.sample.waives(Check::Delete) {
            let answer = handler.delete(id, inputs).await;
            if answer.as_ref().map_err(|error| error.fault) != Err(Fault::Gone) {
                self.fail("delete", format!("expected Gone, got {answer:?}"));
            }
            return Ok(());
        }
        for look in 0..LOOKS {
            match handler.delete(id, inputs).await {
                Err(error) if error.fault.is_passing() && look + 1 < LOOKS => self.pause().await,
                Err(error) if error.fault == Fault::Gone && look > 0 => break,
                other => {
                    self.ok("delete", other)?;
                    break;
                }
            }
        }
        let mut last = None;
        for _ in 0..LOOKS {
            match self.read("read after delete", id).await? {
                Reading::Absent => return Ok(()),
                other => last = Some(other),
            }
            self.pause().await;
        }
        self.fail("read after delete", format!("expected Absent, got {last:?}"));
        Err(Stop)
    }
}
