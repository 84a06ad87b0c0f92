//! Progress on a terminal: a line per running step below everything that is done, and a bar below them.

use super::lines::{cancelling, line};
use super::{is_shown, phase, step};
use crate::diagnostic::Sources;
use crate::style::{RED, paint, step_style, verbs};
use crate::text::printable;
use farsight_engine::{Event, StepOp};
use farsight_model::Urn;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::collections::HashMap;
use std::time::Duration;

/// More running steps than this are only counted, so that the lines fit on a screen.
const SHOWN: usize = 16;
/// How often spinners turn.
const TICK: Duration = Duration::from_millis(120);

pub(super) struct Live {
    multi: MultiProgress,
    sources: Sources,
    bottom: Option<ProgressBar>,
    running: HashMap<(Urn, StepOp), ProgressBar>,
    hidden: usize,
}

impl Live {
    pub(super) fn new(target: ProgressDrawTarget, sources: Sources) -> Self {
        let multi = MultiProgress::with_draw_target(target);
        Self { multi, sources, bottom: None, running: HashMap::new(), hidden: 0 }
    }

    pub(super) fn event(&mut self, event: &Event) {
        match event {
            Event::Phase { name, total } => self.phase(name, *total),
            Event::Started { urn, op } if is_shown(*op) => self.started(urn, *op),
            Event::Waiting { urn, op, reason } => {
                if let Some(bar) = self.running.get(&(urn.clone(), *op)) {
                    bar.set_message(format!("{}: waiting, {}", message(urn, *op), printable(reason)));
                }
            }
            Event::Retrying { urn, op, reason, .. } => {
                if let Some(bar) = self.running.get(&(urn.clone(), *op)) {
                    bar.set_message(format!("{}: asking again, {}", message(urn, *op), printable(reason)));
                }
            }
            Event::Finished { urn, op, .. } | Event::Failed { urn, op, .. } | Event::Skipped { urn, op, .. } => {
                self.ended(urn, *op);
                if let Some(mut text) = line(event, &self.sources) {
                    if matches!(event, Event::Failed { .. }) {
                        text = paint(RED, &text);
                    }
                    self.print(&text);
                }
            }
            Event::Checked { .. } => {
                if let Some(bottom) = &self.bottom {
                    bottom.inc(1);
                }
            }
            Event::Cancelling { level } => self.print(cancelling(*level)),
            other => {
                if let Some(text) = line(other, &self.sources) {
                    self.print(&text);
                }
            }
        }
    }

    pub(super) fn clear(&mut self) {
        for (_, bar) in self.running.drain() {
            bar.finish_and_clear();
        }
        if let Some(bar) = self.bottom.take() {
            bar.finish_and_clear();
        }
        self.hidden = 0;
    }

    /// Prints above the moving lines. A terminal that went away is no reason to stop a run.
    fn print(&self, text: &str) {
        let _ = self.multi.println(text.trim_end());
    }

    fn phase(&mut self, name: &str, total: Option<usize>) {
        self.clear();
        let (bar, template) = match total {
            Some(total) if total > 0 => (ProgressBar::new(total as u64), "{spinner} {msg} {pos}/{len} {elapsed}"),
            _ => (ProgressBar::new_spinner(), "{spinner} {msg} {elapsed}"),
        };
        let bar = self.multi.add(bar.with_style(styled(template)).with_message(phase(name).to_owned()));
        bar.tick();
        bar.enable_steady_tick(TICK);
        self.bottom = Some(bar);
    }

    fn started(&mut self, urn: &Urn, op: StepOp) {
        if self.running.len() >= SHOWN {
            self.hidden += 1;
            return;
        }
        let bar =
            ProgressBar::new_spinner().with_style(styled("  {spinner} {msg} {elapsed}")).with_message(message(urn, op));
        let bar = match &self.bottom {
            Some(bottom) => self.multi.insert_before(bottom, bar),
            None => self.multi.add(bar),
        };
        bar.tick();
        bar.enable_steady_tick(TICK);
        self.running.insert((urn.clone(), op), bar);
    }

    fn ended(&mut self, urn: &Urn, op: StepOp) {
        match self.running.remove(&(urn.clone(), op)) {
            Some(bar) => {
                bar.finish_and_clear();
                self.multi.remove(&bar);
            }
            None => self.hidden = self.hidden.saturating_sub(1),
        }
        if let Some(bottom) = &self.bottom {
            bottom.inc(1);
        }
    }
}

fn message(urn: &Urn, op: StepOp) -> String {
    let verb = paint(step_style(op), verbs(op).0);
    step(&verb, urn)
}

fn styled(template: &str) -> ProgressStyle {
    // The templates are constants of this file; the default is only for the type.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use indicatif::InMemoryTerm;

    #[test]
    fn done_lines_stay_and_running_ones_move() {
        let urn = |name: &str| Urn::parse(&format!("urn:farsight:dev::shop::aws:ec2/vpc:Vpc::{name}")).unwrap();
        let term = InMemoryTerm::new(20, 100);
        let mut live = Live::new(ProgressDrawTarget::term_like(Box::new(term.clone())), Sources::default());
        live.event(&Event::Phase { name: "execute".into(), total: Some(2) });
        live.event(&Event::Started { urn: urn("a"), op: StepOp::Create });
        live.event(&Event::Started { urn: urn("b"), op: StepOp::Create });
        live.event(&Event::Waiting { urn: urn("b"), op: StepOp::Create, reason: "pending".into() });
        live.event(&Event::Finished { urn: urn("a"), op: StepOp::Create, id: Some("vpc-1".into()), took: 900 });
        let screen = term.contents();
        assert!(screen.contains("creating aws:ec2:Vpc b: waiting, pending"), "{screen}");
        assert!(screen.starts_with("created aws:ec2:Vpc a [vpc-1] in 900ms"), "{screen}");
        assert!(!screen.contains("creating aws:ec2:Vpc a"), "{screen}");
        live.clear();
        assert_eq!(term.contents(), "created aws:ec2:Vpc a [vpc-1] in 900ms");
    }
}
