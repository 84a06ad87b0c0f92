//! Which failures are tried again at once, and after how long. What remains is the engine's to decide.

use crate::Effect;
use farsight_provider::Fault;
use std::time::Duration;

struct Rule {
    /// Calls in all.
    attempts: u32,
    /// The longest first pause, in milliseconds; doubled each time.
    base: u64,
    /// The longest pause, in milliseconds.
    cap: u64,
}

fn rule(fault: Fault, effect: Effect) -> Option<Rule> {
    match (fault, effect) {
        (Fault::Throttled, _) => Some(Rule { attempts: 8, base: 1_000, cap: 20_000 }),
        (Fault::Unreachable, _) => Some(Rule { attempts: 4, base: 200, cap: 2_000 }),
        // A write whose answer was lost may have been done: the engine looks it up instead.
        (Fault::Unknown, Effect::Read) => Some(Rule { attempts: 5, base: 300, cap: 10_000 }),
        _ => None,
    }
}

/// The pause before the next attempt, if there shall be one: full jitter, as AWS recommends.
pub(crate) fn pause(fault: Fault, effect: Effect, attempts_made: u32, random: u64) -> Option<Duration> {
    let rule = rule(fault, effect)?;
    if attempts_made >= rule.attempts {
        return None;
    }
    let longest = rule.base.saturating_mul(1 << attempts_made.saturating_sub(1).min(16)).min(rule.cap);
    Some(Duration::from_millis(random % (longest + 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects against duplicates: a write with an unknown outcome is never simply sent again.
    #[test]
    fn only_what_is_safe_is_repeated() {
        assert_eq!(pause(Fault::Unknown, Effect::Write, 1, 7), None);
        assert!(pause(Fault::Unknown, Effect::Read, 1, 7).is_some());
        assert!(pause(Fault::Throttled, Effect::Write, 1, 7).is_some());
        assert!(pause(Fault::Unreachable, Effect::Write, 1, 7).is_some());
        for fault in [Fault::Rejected, Fault::Quota, Fault::Denied, Fault::Credentials, Fault::Exists, Fault::Gone] {
            assert_eq!(pause(fault, Effect::Read, 1, 7), None, "{fault:?}");
        }
    }

    #[test]
    fn pauses_grow_to_a_cap_and_end() {
        let longest = |attempts| pause(Fault::Throttled, Effect::Write, attempts, u64::MAX - 1).map(|d| d.as_millis());
        assert!((1..8).all(|attempts| longest(attempts).is_some_and(|ms| ms <= 20_000)));
        assert_eq!(longest(8), None);
    }
}
