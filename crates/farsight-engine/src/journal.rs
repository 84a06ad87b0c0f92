//! The journal: every transition is committed before anything counts on it.

use farsight_state::{Lease, StateError, Store, Transition, Writer, WriterStats};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;

/// Where transitions go.
pub struct Journal {
    inner: Inner,
    observer: Option<Observer>,
}

enum Inner {
    /// A thread that joins queued transitions into one commit.
    Thread(Writer),
    /// At once, on the caller's thread: exact order, for tests in virtual time.
    Inline { open: Mutex<Option<(Store, Lease)>>, home: Home },
}

/// Where an inline journal leaves its store when it ends, however it ends: a test that kills the engine finds there
/// what a disk would have kept.
pub type Home = Arc<Mutex<Option<Store>>>;

/// A moment around a commit, for tests that stop the engine there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Nothing is written yet.
    BeforeCommit,
    /// It is written, and nobody was told.
    AfterCommit,
}

/// Told of every moment; answers whether the engine stops here. It is asked again until it answers no.
pub type Observer = Arc<dyn Fn(Moment) -> bool + Send + Sync>;

impl Journal {
    /// Commits on a thread of its own.
    pub fn threaded(store: Store, lease: Lease) -> Self {
        Self { inner: Inner::Thread(Writer::spawn(store, lease)), observer: None }
    }

    /// Commits at once.
    pub fn inline(store: Store, lease: Lease, home: Home, observer: Option<Observer>) -> Self {
        Self { inner: Inner::Inline { open: Mutex::new(Some((store, lease))), home }, observer }
    }

    /// Commits transitions, all or none. When this returns, they survive a power failure.
    pub async fn commit(&self, transitions: Vec<Transition>) -> Result<(), Arc<StateError>> {
        self.moment(Moment::BeforeCommit).await;
        let result = match &self.inner {
            Inner::Inline { open, .. } => match &mut *open.lock().unwrap_or_else(PoisonError::into_inner) {
                Some((store, lease)) => store.apply(lease, &transitions).map_err(Arc::new),
                None => Err(Arc::new(StateError::WriterStopped)),
            },
            Inner::Thread(writer) => {
                let (send, receive) = oneshot::channel();
                writer.apply(transitions, Box::new(move |result| drop(send.send(result))));
                receive.await.unwrap_or_else(|_| Err(Arc::new(StateError::WriterStopped)))
            }
        };
        self.moment(Moment::AfterCommit).await;
        result
    }

    /// What was written so far; nothing is counted inline.
    pub fn stats(&self) -> WriterStats {
        match &self.inner {
            Inner::Thread(writer) => writer.stats(),
            Inner::Inline { .. } => WriterStats::default(),
        }
    }

    /// Gives the store back.
    pub fn close(mut self) -> Option<Store> {
        match std::mem::replace(&mut self.inner, Inner::Inline { open: Mutex::default(), home: Home::default() }) {
            Inner::Thread(writer) => Some(writer.shutdown()),
            Inner::Inline { open, .. } => {
                open.into_inner().unwrap_or_else(PoisonError::into_inner).map(|(store, _)| store)
            }
        }
    }

    async fn moment(&self, moment: Moment) {
        // A dead process does nothing more, and the harness drops this future; one that is only held up is let go.
        while self.observer.as_ref().is_some_and(|observer| observer(moment)) {
            tokio::task::yield_now().await;
        }
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        if let Inner::Inline { open, home } = &mut self.inner
            && let Some((store, _)) = open.get_mut().unwrap_or_else(PoisonError::into_inner).take()
        {
            *home.lock().unwrap_or_else(PoisonError::into_inner) = Some(store);
        }
    }
}
