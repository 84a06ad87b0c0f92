//! Time and randomness come from a clock, so that tests have neither.

use crate::{BoxFuture, Error, Fault, Result};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Where time and randomness come from.
pub trait Clock: Send + Sync {
    /// Milliseconds since the Unix epoch.
    fn now(&self) -> i64;
    /// Waits.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
    /// 64 random bits for names and jitter, which need not be secret.
    fn random(&self) -> u64;
    /// Fills `bytes` with randomness that nobody can guess, for passwords. Fails when the machine has none.
    fn secret_bytes(&self, bytes: &mut [u8]) -> Result<()>;

    /// `digits` random lower-case hex digits.
    fn hex(&self, digits: usize) -> String {
        let mut text = String::with_capacity(digits + 16);
        while text.len() < digits {
            // Writing to a string cannot fail.
            let _ = write!(text, "{:016x}", self.random());
        }
        text.truncate(digits);
        text
    }
}

/// The machine's time and randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> i64 {
        #[allow(clippy::disallowed_methods, reason = "the one place that may")]
        let now = SystemTime::now();
        now.duration_since(UNIX_EPOCH).map_or(0, |d| d.as_millis() as i64)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }

    fn random(&self) -> u64 {
        getrandom::u64().unwrap_or_else(|_| self.now() as u64)
    }

    fn secret_bytes(&self, bytes: &mut [u8]) -> Result<()> {
        // Nothing stands in for it: a password made of the time of day is none.
        getrandom::fill(bytes)
            .map_err(|error| Error::new(Fault::Rejected, format!("this machine has no randomness: {error}")))
    }
}

/// Told of every wait; answers whether whoever waits stops in the middle of it. It is asked again until it answers no.
type Sleeper = Arc<dyn Fn() -> bool + Send + Sync>;

/// Tokio's paused time and a seeded generator: the same seed gives the same run.
pub struct VirtualClock {
    start: tokio::time::Instant,
    state: Mutex<u64>,
    /// How far somebody has set it, in milliseconds.
    set_by: AtomicI64,
    sleeper: Mutex<Option<Sleeper>>,
}

impl VirtualClock {
    /// A clock that starts at a fixed moment. Call inside a runtime with paused time.
    pub fn new(seed: u64) -> Self {
        let (state, set_by) = (Mutex::new(seed), AtomicI64::new(0));
        Self { start: tokio::time::Instant::now(), state, set_by, sleeper: Mutex::default() }
    }

    /// Somebody sets the clock forward, or back: waits stay as long as they are.
    pub fn set_by(&self, milliseconds: i64) {
        self.set_by.fetch_add(milliseconds, Ordering::Relaxed);
    }

    /// Is told of every wait, and answers whether the engine stops in the middle of it.
    pub fn watch(&self, sleeper: Option<Sleeper>) {
        *self.sleeper.lock().unwrap_or_else(PoisonError::into_inner) = sleeper;
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> i64 {
        // 2026-01-01T00:00:00Z, so that dates in golden files stay the same.
        1_767_225_600_000 + self.start.elapsed().as_millis() as i64 + self.set_by.load(Ordering::Relaxed)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let sleeper = self.sleeper.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Box::pin(async move {
            if let Some(stops) = sleeper {
                // A dead process does nothing more, and the test drops this future; one that is held up is let go.
                let half = duration / 2;
                tokio::time::sleep(half).await;
                while stops() {
                    tokio::task::yield_now().await;
                }
                return tokio::time::sleep(duration.saturating_sub(half)).await;
            }
            tokio::time::sleep(duration).await;
        })
    }

    fn random(&self) -> u64 {
        // SplitMix64: one line of state, good enough to make names and jitter.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = *state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn secret_bytes(&self, bytes: &mut [u8]) -> Result<()> {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.random().to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}
