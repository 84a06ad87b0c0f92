//! Keeps calls under the services' rate limits, and learns when the limits are lower than thought.

use crate::limits::{Limit, limit_of};
use farsight_provider::Clock;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The slowest that throttling makes a bucket, in calls a second.
const FLOOR: f64 = 0.1;
/// What each success gives back of the table's rate after a throttle.
const RECOVERY: f64 = 0.05;

/// Token buckets, one per API or group of APIs.
pub(crate) struct Limiter {
    clock: Arc<dyn Clock>,
    /// Emulators have no limits; a bucket of theirs is used only once it was throttled.
    trusting: bool,
    buckets: Mutex<BTreeMap<(&'static str, String), Bucket>>,
}

struct Bucket {
    limit: &'static Limit,
    /// Calls a second at the moment; halved by each throttle.
    rate: f64,
    /// Whether calls wait at all.
    active: bool,
    /// Calls that may be made at once; negative while callers wait.
    tokens: f64,
    /// When `tokens` was right, in milliseconds.
    at: i64,
}

impl Bucket {
    fn refill(&mut self, now: i64) {
        let seconds = (now - self.at).max(0) as f64 / 1000.0;
        self.tokens = (self.tokens + seconds * self.rate).min(self.limit.burst);
        self.at = now;
    }
}

impl Limiter {
    pub(crate) fn new(clock: Arc<dyn Clock>, trusting: bool) -> Self {
        Self { clock, trusting, buckets: Mutex::default() }
    }

    /// Waits until the operation may be called. Callers are let through in the order in which they came.
    pub(crate) async fn acquire(&self, service: &'static str, operation: &'static str) {
        let now = self.clock.now();
        let wait = self.with(service, operation, |bucket| {
            bucket.refill(now);
            if !bucket.active {
                return 0.0;
            }
            bucket.tokens -= 1.0;
            (-bucket.tokens / bucket.rate).max(0.0)
        });
        if wait > 0.0 {
            self.clock.sleep(Duration::from_secs_f64(wait)).await;
        }
    }

    /// The service said that this was too fast: half the rate, and nothing at once.
    pub(crate) fn throttled(&self, service: &'static str, operation: &'static str) {
        let now = self.clock.now();
        self.with(service, operation, |bucket| {
            bucket.refill(now);
            bucket.active = true;
            bucket.rate = (bucket.rate / 2.0).max(FLOOR);
            bucket.tokens = bucket.tokens.min(0.0);
        });
    }

    /// The service answered: slowly back to the table's rate.
    pub(crate) fn succeeded(&self, service: &'static str, operation: &'static str) {
        let now = self.clock.now();
        self.with(service, operation, |bucket| {
            if bucket.rate < bucket.limit.per_second {
                bucket.refill(now);
                bucket.rate = (bucket.rate + bucket.limit.per_second * RECOVERY).min(bucket.limit.per_second);
            }
        });
    }

    fn with<T>(&self, service: &'static str, operation: &'static str, act: impl FnOnce(&mut Bucket) -> T) -> T {
        let limit = limit_of(service, operation);
        let key = if limit.shared { format!("{}*", limit.prefix) } else { operation.to_owned() };
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets.entry((service, key)).or_insert_with(|| Bucket {
            limit,
            rate: limit.per_second,
            active: !self.trusting,
            tokens: limit.burst,
            at: self.clock.now(),
        });
        act(bucket)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use farsight_provider::VirtualClock;

    async fn seconds_for(limiter: &Limiter, clock: &dyn Clock, calls: usize) -> f64 {
        let start = clock.now();
        for _ in 0..calls {
            limiter.acquire("ec2", "CreateVpc").await;
        }
        (clock.now() - start) as f64 / 1000.0
    }

    /// Protects the account from throttling: a burst is free, then the sustained rate holds.
    #[tokio::test(start_paused = true)]
    async fn the_burst_is_free_and_the_rest_is_paced() {
        let clock = Arc::new(VirtualClock::new(1));
        let limiter = Limiter::new(clock.clone(), false);
        assert!(seconds_for(&limiter, &*clock, 50).await < 0.001);
        let paced = seconds_for(&limiter, &*clock, 50).await;
        assert!((9.9..10.2).contains(&paced), "{paced}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_throttle_halves_the_rate_and_successes_bring_it_back() {
        let clock = Arc::new(VirtualClock::new(1));
        let limiter = Limiter::new(clock.clone(), false);
        limiter.throttled("ec2", "CreateVpc");
        let slow = seconds_for(&limiter, &*clock, 10).await;
        assert!((3.9..4.2).contains(&slow), "{slow}");
        for _ in 0..20 {
            limiter.succeeded("ec2", "CreateVpc");
        }
        let back = seconds_for(&limiter, &*clock, 10).await;
        assert!((1.9..2.2).contains(&back), "{back}");
    }

    #[tokio::test(start_paused = true)]
    async fn other_operations_are_not_slowed() {
        let clock = Arc::new(VirtualClock::new(1));
        let limiter = Limiter::new(clock.clone(), false);
        limiter.throttled("ec2", "CreateSubnet");
        assert!(seconds_for(&limiter, &*clock, 50).await < 0.001);
    }

    #[tokio::test(start_paused = true)]
    async fn an_emulator_is_not_paced_until_it_throttles() {
        let clock = Arc::new(VirtualClock::new(1));
        let limiter = Limiter::new(clock.clone(), true);
        assert!(seconds_for(&limiter, &*clock, 500).await < 0.001);
        limiter.throttled("ec2", "CreateVpc");
        assert!(seconds_for(&limiter, &*clock, 10).await > 3.0);
    }

    #[tokio::test(start_paused = true)]
    async fn callers_at_the_same_moment_get_different_turns() {
        let clock = Arc::new(VirtualClock::new(1));
        let limiter = Arc::new(Limiter::new(clock.clone(), false));
        let start = clock.now();
        let callers: Vec<_> = (0..60)
            .map(|_| {
                let limiter = limiter.clone();
                tokio::spawn(async move { limiter.acquire("ec2", "CreateVpc").await })
            })
            .collect();
        for caller in callers {
            caller.await.unwrap();
        }
        let took = clock.now() - start;
        assert!((1_900..2_200).contains(&took), "{took}");
    }
}
