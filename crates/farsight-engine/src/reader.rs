//! The one way to read the cloud: many ids a call, whoever asks.

use crate::Control;
use farsight_model::TypeToken;
use farsight_provider::{Clock, ErasedHandler, Error, Fault, Id, Reading, Registry, Result};
use farsight_state::{ResourceKey, ResourceRow, ResourceStatus};
use futures_util::future::join_all;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;

/// Reads that fail for a passing reason are asked again this often.
const TRIES: u32 = 8;

/// The pause between two looks for an object that is not visible yet.
const LAG: Duration = Duration::from_secs(2);

/// Reads objects one by one or in bulk; requests that meet are joined into one call.
pub(crate) struct Reader {
    registry: Registry,
    clock: Arc<dyn Clock>,
    control: Control,
    waiting: Mutex<HashMap<Place, Vec<Request>>>,
}

/// A type, and the explicit provider that its objects are read through.
type Place = (TypeToken, Option<String>);

/// Rows of one type at one provider, with the ids of their objects.
type Rows<'a> = Vec<(&'a ResourceRow, Id)>;

struct Request {
    id: Id,
    answer: oneshot::Sender<Result<Reading>>,
}

impl Reader {
    pub fn new(registry: Registry, clock: Arc<dyn Clock>, control: Control) -> Self {
        Self { registry, clock, control, waiting: Mutex::default() }
    }

    /// Reads one object of a type at a provider. Requests of the same type that come in the same moment share a call.
    pub async fn read(&self, token: &TypeToken, provider: Option<&str>, id: &str) -> Result<Reading> {
        let place = (token.clone(), provider.map(str::to_owned));
        let (answer, result) = oneshot::channel();
        let first = {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            let queue = waiting.entry(place.clone()).or_default();
            queue.push(Request { id: id.to_owned(), answer });
            queue.len() == 1
        };
        if first {
            // Whoever comes first serves all that come before it runs again: one turn of the scheduler.
            tokio::task::yield_now().await;
            let requests = {
                let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
                waiting.remove(&place).unwrap_or_default()
            };
            self.serve(token, provider, requests).await;
        }
        result.await.unwrap_or_else(|_| Err(Error::new(Fault::Unknown, "the read was dropped")))
    }

    /// Reads many objects of one type, in order.
    pub async fn read_all(&self, token: &TypeToken, provider: Option<&str>, ids: &[Id]) -> Vec<Result<Reading>> {
        let Some(handler) = self.registry.handler_at(token, provider) else {
            let missing = || Err(Error::new(Fault::Rejected, format!("no provider knows the type `{token}`")));
            return ids.iter().map(|_| missing()).collect();
        };
        let batch = handler.policy().read_batch.max(1);
        let calls = ids.chunks(batch).map(|chunk| self.batch(handler.as_ref(), chunk));
        join_all(calls).await.into_iter().flatten().collect()
    }

    /// Reads the objects of rows, by type and in batches.
    ///
    /// An unfinished object may not be visible yet: it is asked for again until the cloud's propagation window is
    /// over. That is lag, not a deletion. Of those that an earlier run began to delete and that are `wanted` again, it
    /// is waited for what becomes of them.
    pub async fn read_rows<'a>(
        &self,
        rows: impl IntoIterator<Item = &'a ResourceRow>,
        wanted: &dyn Fn(&ResourceRow) -> bool,
    ) -> Vec<(ResourceKey, Result<Reading>)> {
        let mut by_type: BTreeMap<(TypeToken, Option<&str>), Rows<'_>> = BTreeMap::new();
        let mut remembered = Vec::new();
        for row in rows {
            if self.lives_in_state(row) {
                remembered.push((row.key, Ok(Reading::Ready(row.outputs.clone()))));
            } else if let (true, Some(id)) = (row.custom, &row.id) {
                by_type.entry((row.urn.token(), row.provider.as_deref())).or_default().push((row, id.clone()));
            }
        }
        let calls = by_type.into_iter().map(|((token, at), todo)| self.read_type(token, at, todo, wanted));
        join_all(calls).await.into_iter().flatten().chain(remembered).collect()
    }

    /// Whether a row's object is nothing but the row.
    pub fn lives_in_state(&self, row: &ResourceRow) -> bool {
        self.registry.handler(&row.urn.token()).is_some_and(|handler| handler.lives_in_state())
    }

    async fn read_type(
        &self,
        token: TypeToken,
        provider: Option<&str>,
        mut todo: Vec<(&ResourceRow, Id)>,
        wanted: &dyn Fn(&ResourceRow) -> bool,
    ) -> Vec<(ResourceKey, Result<Reading>)> {
        let window = self.registry.propagation_at(&token, provider);
        let within =
            self.registry.handler_at(&token, provider).map_or(Duration::ZERO, |handler| handler.policy().settle.within);
        // Waited, not read off a clock that somebody may have set.
        let mut passed = Duration::ZERO;
        let unclear = |row: &ResourceRow, reading: &Result<Reading>, passed: Duration| match (row.status, reading) {
            (ResourceStatus::Creating | ResourceStatus::Updating, Ok(Reading::Absent)) => passed < window,
            (ResourceStatus::Deleting, Ok(Reading::Settling(_))) => passed < within && wanted(row),
            (ResourceStatus::Deleting, Ok(Reading::Ready(_) | Reading::Stuck(..) | Reading::Failed(_))) => {
                passed < window && wanted(row)
            }
            _ => false,
        };
        let mut done = Vec::with_capacity(todo.len());
        loop {
            let ids: Vec<Id> = todo.iter().map(|(_, id)| id.clone()).collect();
            let readings = self.read_all(&token, provider, &ids).await;
            let mut again = Vec::new();
            for ((row, id), reading) in todo.into_iter().zip(readings) {
                if unclear(row, &reading, passed) && self.control.level() == 0 {
                    again.push((row, id));
                } else {
                    done.push((row.key, reading));
                }
            }
            if again.is_empty() {
                return done;
            }
            tokio::select! {
                () = self.clock.sleep(LAG) => passed += LAG,
                () = self.control.reached(1) => {}
            }
            todo = again;
        }
    }

    async fn serve(&self, token: &TypeToken, provider: Option<&str>, requests: Vec<Request>) {
        let ids: Vec<Id> = requests.iter().map(|request| request.id.clone()).collect();
        let answers = self.read_all(token, provider, &ids).await;
        for (request, answer) in requests.into_iter().zip(answers) {
            // Nobody waits any more when the step was given up.
            let _ = request.answer.send(answer);
        }
    }

    /// One call, asked again while the failure may pass. A batch that is refused is split, so that one bad id does not
    /// hide the others.
    async fn batch(&self, handler: &dyn ErasedHandler, ids: &[Id]) -> Vec<Result<Reading>> {
        match self.patiently(handler, ids).await {
            Ok(readings) => readings.into_iter().map(Ok).collect(),
            Err(error) if error.fault == Fault::Gone => match ids {
                [_] => vec![Ok(Reading::Absent)],
                _ => self.each(handler, ids).await,
            },
            Err(error) if error.fault == Fault::Rejected && ids.len() > 1 => self.each(handler, ids).await,
            Err(error) => ids.iter().map(|_| Err(error.clone())).collect(),
        }
    }

    async fn each(&self, handler: &dyn ErasedHandler, ids: &[Id]) -> Vec<Result<Reading>> {
        let calls = ids.iter().map(|id| async move {
            match self.patiently(handler, std::slice::from_ref(id)).await {
                Ok(mut readings) if readings.len() == 1 => Ok(readings.remove(0)),
                Ok(_) => Err(Error::new(Fault::Unknown, "a read of one object answered several")),
                Err(error) if error.fault == Fault::Gone => Ok(Reading::Absent),
                Err(error) => Err(error),
            }
        });
        join_all(calls).await
    }

    async fn patiently(&self, handler: &dyn ErasedHandler, ids: &[Id]) -> Result<Vec<Reading>> {
        let mut attempt = 0;
        loop {
            match handler.read(ids).await {
                Err(error) if (error.fault.is_passing() || error.fault == Fault::Unknown) && attempt < TRIES => {
                    if self.control.level() >= 2 {
                        return Err(error);
                    }
                    self.clock.sleep(backoff(attempt, self.clock.random())).await;
                    attempt += 1;
                }
                other => return other,
            }
        }
    }
}

/// The pause before try number `attempt`, with full jitter: between a tenth of a second and 20 seconds.
pub(crate) fn backoff(attempt: u32, random: u64) -> Duration {
    let ceiling = (500_u64 << attempt.min(6)).min(20_000);
    Duration::from_millis(100 + random % ceiling)
}
