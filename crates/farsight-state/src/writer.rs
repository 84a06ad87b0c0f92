//! The writer thread: transitions that queue up while the disk is busy share the next commit.

use crate::{Lease, Millis, StateError, Store, Transition};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

/// Called on the writer's thread when a request was committed or failed. It must be quick and must not panic.
pub type Reply = Box<dyn FnOnce(Result<(), Arc<StateError>>) + Send>;

/// A thread that owns a [`Store`] and writes under one lease.
///
/// Everything that is queued goes into one transaction, so that the number of syncs to disk depends on the disk and
/// not on the number of requests. Requests are applied in the order in which they were made. If one of them is
/// faulty, it alone fails.
#[derive(Debug)]
pub struct Writer {
    sender: Sender<Request>,
    thread: JoinHandle<Store>,
    counters: Arc<Counters>,
}

/// What a writer has done so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WriterStats {
    /// Transactions committed.
    pub commits: u64,
    /// Requests committed.
    pub requests: u64,
    /// Transitions committed.
    pub transitions: u64,
    /// Bytes of JSON in these transitions.
    pub bytes: u64,
}

#[derive(Debug, Default)]
struct Counters {
    commits: AtomicU64,
    requests: AtomicU64,
    transitions: AtomicU64,
    bytes: AtomicU64,
}

enum Request {
    Apply(Vec<Transition>, Reply),
    Heartbeat { now: Millis, ttl_ms: i64, reply: Reply },
}

/// Transitions in one transaction at most: beyond this a commit is cheap per transition anyway, and replies would wait.
const BATCH: usize = 4096;

impl Writer {
    /// Starts the thread.
    pub fn spawn(store: Store, lease: Lease) -> Writer {
        let (sender, receiver) = channel();
        let counters = Arc::new(Counters::default());
        let worker = Worker { store, lease, counters: Arc::clone(&counters) };
        let thread = std::thread::spawn(move || worker.run(&receiver));
        Writer { sender, thread, counters }
    }

    /// Queues transitions, to be committed all together or not at all; see [`Store::apply`].
    pub fn apply(&self, transitions: Vec<Transition>, reply: Reply) {
        self.send(Request::Apply(transitions, reply));
    }

    /// Queues a [`Store::heartbeat`].
    pub fn heartbeat(&self, now: Millis, ttl_ms: i64, reply: Reply) {
        self.send(Request::Heartbeat { now, ttl_ms, reply });
    }

    /// Commits what is queued, stops the thread and gives the store back.
    ///
    /// # Panics
    /// If a [`Reply`] panicked, with its panic.
    pub fn shutdown(self) -> Store {
        drop(self.sender);
        self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }

    /// What was done so far.
    pub fn stats(&self) -> WriterStats {
        let Counters { commits, requests, transitions, bytes } = &*self.counters;
        WriterStats {
            commits: commits.load(Relaxed),
            requests: requests.load(Relaxed),
            transitions: transitions.load(Relaxed),
            bytes: bytes.load(Relaxed),
        }
    }

    fn send(&self, request: Request) {
        // Only a panicking reply ends the thread early.
        if let Err(unsent) = self.sender.send(request) {
            let (Request::Apply(_, reply) | Request::Heartbeat { reply, .. }) = unsent.0;
            reply(Err(Arc::new(StateError::WriterStopped)));
        }
    }
}

struct Worker {
    store: Store,
    lease: Lease,
    counters: Arc<Counters>,
}

impl Worker {
    fn run(mut self, receiver: &Receiver<Request>) -> Store {
        while let Ok(first) = receiver.recv() {
            let mut batch = Vec::new();
            let mut size = 0;
            let mut next = Some(first);
            while let Some(request) = next {
                match request {
                    Request::Apply(transitions, reply) => {
                        size += transitions.len();
                        batch.push((transitions, reply));
                    }
                    Request::Heartbeat { now, ttl_ms, reply } => {
                        reply(self.store.heartbeat(&self.lease, now, ttl_ms).map_err(Arc::new));
                    }
                }
                next = if size < BATCH { receiver.try_recv().ok() } else { None };
            }
            if !batch.is_empty() {
                self.commit(batch);
            }
        }
        self.store
    }

    fn commit(&mut self, batch: Vec<(Vec<Transition>, Reply)>) {
        let requests: Vec<&[Transition]> = batch.iter().map(|(transitions, _)| transitions.as_slice()).collect();
        match self.apply(&requests) {
            Err(error) if error.blames_request() && batch.len() > 1 => {
                for (transitions, reply) in batch {
                    reply(self.apply(&[&transitions]).map_err(Arc::new));
                }
            }
            result => {
                let result = result.map_err(Arc::new);
                for (_, reply) in batch {
                    reply(result.clone());
                }
            }
        }
    }

    fn apply(&mut self, requests: &[&[Transition]]) -> Result<(), StateError> {
        let before = self.store.written;
        self.store.apply_all(&self.lease, requests.iter().copied().flatten())?;
        let transitions = requests.iter().map(|transitions| transitions.len() as u64).sum();
        self.counters.commits.fetch_add(1, Relaxed);
        self.counters.requests.fetch_add(requests.len() as u64, Relaxed);
        self.counters.transitions.fetch_add(transitions, Relaxed);
        self.counters.bytes.fetch_add(self.store.written - before, Relaxed);
        Ok(())
    }
}
