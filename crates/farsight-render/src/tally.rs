//! What a run did, counted from its events.

use crate::style::{BOLD, DIM, GREEN, RED, YELLOW, paint, step_style, verbs};
use crate::text::{count, duration};
use farsight_engine::{Event, StepOp};
use std::collections::BTreeMap;

/// Counts of finished, failed and skipped steps.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    finished: BTreeMap<u8, (StepOp, usize)>,
    failed: usize,
    skipped: usize,
    cancelled: bool,
}

impl Tally {
    /// Counts one event.
    pub fn event(&mut self, event: &Event) {
        match event {
            Event::Finished { op, .. } => self.finished.entry(rank(*op)).or_insert((*op, 0)).1 += 1,
            Event::Failed { .. } => self.failed += 1,
            Event::Skipped { .. } => self.skipped += 1,
            Event::Cancelling { .. } => self.cancelled = true,
            _ => {}
        }
    }

    /// Whether no step failed or was left out.
    pub fn is_clean(&self) -> bool {
        self.failed == 0 && self.skipped == 0 && !self.cancelled
    }

    /// The counts as JSON: an object from the step's word, `failed` or `skipped` to a number.
    pub fn json(&self) -> serde_json::Value {
        let mut counts: serde_json::Map<String, serde_json::Value> =
            self.finished.values().map(|(op, n)| (op.word().to_owned(), (*n).into())).collect();
        counts.insert("failed".to_owned(), self.failed.into());
        counts.insert("skipped".to_owned(), self.skipped.into());
        counts.into()
    }

    /// The last line of a run. `again` is the command that continues it, `took` is in milliseconds.
    pub fn summary(&self, took: u64, again: &str) -> String {
        let mut parts: Vec<String> = self
            .finished
            .values()
            .filter(|(op, _)| !matches!(op, StepOp::Same | StepOp::Detach | StepOp::DeleteReplaced | StepOp::Refresh))
            .map(|(op, n)| {
                let word = if *op == StepOp::CreateReplacement { "replaced" } else { verbs(*op).1 };
                paint(step_style(*op), &format!("{n} {word}"))
            })
            .collect();
        if self.failed > 0 {
            parts.push(paint(RED, &format!("{} failed", self.failed)));
        }
        if self.skipped > 0 {
            parts.push(paint(YELLOW, &format!("{} not tried", self.skipped)));
        }
        if parts.is_empty() {
            parts.push("nothing changed".to_owned());
        }
        if let Some((_, same)) = self.finished.get(&rank(StepOp::Same)) {
            parts.push(paint(DIM, &format!("{same} unchanged")));
        }
        let (word, style) = match (self.cancelled, self.is_clean()) {
            (true, _) => ("cancelled", YELLOW),
            (_, true) => ("done", GREEN),
            _ => ("failed", RED),
        };
        let mut text = format!("{} in {}: {}\n", paint(style.bold(), word), duration(took), parts.join(", "));
        if !self.is_clean() {
            let kept = self.finished.values().filter(|(op, _)| op.writes()).map(|(_, n)| n).sum::<usize>();
            add!(
                text,
                "{} recorded; run {} to continue\n",
                if kept == 1 {
                    "1 finished step is".to_owned()
                } else {
                    format!("{} are", count(kept, "finished step"))
                },
                paint(BOLD, &format!("`{again}`"))
            );
        }
        text
    }
}

/// The order in which counts are shown.
fn rank(op: StepOp) -> u8 {
    match op {
        StepOp::Create => 0,
        StepOp::Import => 1,
        StepOp::Update => 2,
        StepOp::CreateReplacement => 3,
        StepOp::DeleteReplaced => 4,
        StepOp::Delete => 5,
        StepOp::Forget => 6,
        StepOp::Gone => 7,
        StepOp::Refresh => 8,
        StepOp::Same => 9,
        StepOp::Detach => 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use farsight_engine::{Code, Diagnostic};
    use farsight_model::Urn;

    fn urn() -> Urn {
        Urn::parse("urn:farsight:dev::shop::aws:ec2/vpc:Vpc::main").unwrap()
    }

    fn finished(op: StepOp) -> Event {
        Event::Finished { urn: urn(), op, id: None, took: 5 }
    }

    #[test]
    fn a_clean_run() {
        let mut tally = Tally::default();
        for op in [StepOp::Delete, StepOp::Create, StepOp::Create, StepOp::Same] {
            tally.event(&finished(op));
        }
        assert_eq!(
            crate::text::plain(&tally.summary(3200, "farsight up")),
            "done in 3.2s: 2 created, 1 deleted, 1 unchanged\n"
        );
        assert!(tally.is_clean());
    }

    #[test]
    fn a_failed_run_says_what_is_kept() {
        let mut tally = Tally::default();
        let diagnostic = Diagnostic::error(Code::Refused, "no");
        tally.event(&finished(StepOp::CreateReplacement));
        tally.event(&Event::Failed { urn: urn(), op: StepOp::Create, diagnostic });
        tally.event(&Event::Skipped { urn: urn(), op: StepOp::Create, reason: "x".into() });
        insta::assert_snapshot!(crate::text::plain(&tally.summary(61_000, "farsight up")), @r"
        failed in 1m 01s: 1 replaced, 1 failed, 1 not tried
        1 finished step is recorded; run `farsight up` to continue
        ");
        assert_eq!(tally.json(), serde_json::json!({"create replacement": 1, "failed": 1, "skipped": 1}));
    }

    #[test]
    fn nothing_to_do() {
        assert_eq!(crate::text::plain(&Tally::default().summary(10, "x")), "done in 10ms: nothing changed\n");
    }
}
