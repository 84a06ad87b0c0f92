//! Checks: what the program says must hold once its stack is up, asked until it does.

use crate::{Control, Event, Events};
use farsight_model::{TypeToken, Urn, Value};
use farsight_provider::{Clock, Error, Fault, Registry, Sight};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// It holds.
    Passed,
    /// It cannot hold without a change.
    Failed,
    /// It did not hold in time.
    TimedOut,
}

/// A check and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckResult {
    /// The check.
    pub urn: Urn,
    /// Its kind.
    #[serde(rename = "type")]
    pub token: TypeToken,
    /// Its name.
    pub name: String,
    /// How it ended.
    pub verdict: Verdict,
    /// What was seen last.
    pub seen: String,
    /// Milliseconds until the verdict.
    pub took: u64,
    /// Milliseconds that it had.
    pub limit: u64,
}

/// All checks of a stack and what became of them, in order of declaration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VerifyReport {
    /// How many hold.
    pub passed: usize,
    /// How many cannot hold.
    pub failed: usize,
    /// How many did not hold in time.
    pub timed_out: usize,
    /// Each of them.
    pub checks: Vec<CheckResult>,
}

impl VerifyReport {
    pub(crate) fn new(checks: Vec<CheckResult>) -> Self {
        let of = |verdict| checks.iter().filter(|check| check.verdict == verdict).count();
        Self { passed: of(Verdict::Passed), failed: of(Verdict::Failed), timed_out: of(Verdict::TimedOut), checks }
    }

    /// Whether all checks hold.
    pub fn holds(&self) -> bool {
        self.failed == 0 && self.timed_out == 0
    }
}

/// Where a check gives no limit.
const LIMIT: Duration = Duration::from_mins(2);
/// The pause between two questions.
const PAUSE: Duration = Duration::from_secs(3);
/// Even a check without any time is asked once, and may answer this long.
const ONCE: Duration = Duration::from_secs(10);

/// What asking needs.
pub(crate) struct Asker<'a> {
    pub registry: &'a Registry,
    pub clock: &'a dyn Clock,
    pub events: &'a Events,
    pub control: &'a Control,
    /// In place of the checks' own limits.
    pub limit: Option<Duration>,
}

impl Asker<'_> {
    /// Asks one check until it holds, cannot hold, or its time is over. `None` if the command was asked to stop.
    pub async fn ask(&self, urn: &Urn, args: &Value) -> Option<CheckResult> {
        let own =
            args.get("within").and_then(Value::as_int).map(|s| Duration::from_secs(u64::try_from(s).unwrap_or(0)));
        let limit = self.limit.or(own).unwrap_or(LIMIT);
        let started = self.clock.now();
        let took = || self.clock.now().abs_diff(started);
        let rest = || limit.saturating_sub(Duration::from_millis(took()));
        let mut last = "no answer".to_owned();
        let mut first = true;
        let (verdict, seen) = loop {
            let patience = if first { rest().max(ONCE) } else { rest() };
            first = false;
            let sight = tokio::select! {
                biased;
                () = self.control.reached(1) => return None,
                sight = self.probe(urn, args, patience) => sight,
                () = self.clock.sleep(patience) => break (Verdict::TimedOut, last),
            };
            match sight {
                Sight::Holds(seen) => break (Verdict::Passed, seen),
                Sight::Never(seen) => break (Verdict::Failed, seen),
                Sight::NotYet(seen) => {
                    if seen != last {
                        (self.events)(Event::Checking { urn: urn.clone(), seen: seen.clone() });
                    }
                    last = seen;
                }
            }
            if rest().is_zero() {
                break (Verdict::TimedOut, last);
            }
            tokio::select! {
                biased;
                () = self.control.reached(1) => return None,
                () = self.clock.sleep(PAUSE.min(rest())) => {}
            }
            if rest().is_zero() {
                break (Verdict::TimedOut, last);
            }
        };
        let took = took();
        (self.events)(Event::Checked { urn: urn.clone(), verdict, seen: seen.clone(), took });
        let limit = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
        Some(CheckResult {
            token: urn.token(),
            name: urn.name().to_owned(),
            urn: urn.clone(),
            verdict,
            seen,
            took,
            limit,
        })
    }

    /// Asks once. What a later question may answer better is no end.
    async fn probe(&self, urn: &Urn, args: &Value, patience: Duration) -> Sight {
        let token = urn.token();
        if args.has_unknown() {
            return Sight::Never("it takes values that are not known: `farsight up` stores them".into());
        }
        let Some(provider) = self.registry.provider_of(&token) else {
            return Sight::Never(format!("no provider knows the check `{token}`"));
        };
        let clear = |text: String| without(args, text);
        match provider.probe(token.as_str(), &args.revealed(), patience).await {
            Ok(Sight::Holds(seen)) => Sight::Holds(clear(seen)),
            Ok(Sight::NotYet(seen)) => Sight::NotYet(clear(seen)),
            Ok(Sight::Never(seen)) => Sight::Never(clear(seen)),
            Err(error) if is_passing(&error) => Sight::NotYet(clear(error.to_string())),
            Err(error) => Sight::Never(clear(error.to_string())),
        }
    }
}

fn is_passing(error: &Error) -> bool {
    error.fault.is_passing() || matches!(error.fault, Fault::Unknown | Fault::Gone)
}

/// The text without the secrets that the check was given: services may repeat what they are asked.
fn without(args: &Value, mut text: String) -> String {
    let mut secrets = Vec::new();
    collect(args, false, &mut secrets);
    // Longer ones first: one may be a part of another.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    for secret in secrets {
        text = text.replace(secret, "[secret]");
    }
    text
}

fn collect<'a>(value: &'a Value, secret: bool, found: &mut Vec<&'a str>) {
    match value {
        Value::Secret(inner) => collect(inner, true, found),
        Value::String(text) if secret && !text.is_empty() => found.push(text),
        Value::List(items) => items.iter().for_each(|item| collect(item, secret, found)),
        Value::Map(entries) => entries.values().for_each(|entry| collect(entry, secret, found)),
        _ => {}
    }
}
